# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""The mood of English sentences. English puts the verb first and says in what stands before it how it is meant."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence, Voice

_CONDITION = re.compile(
    r"(?<!check )(?<!see )(?<!me )(?<!know )(?<!out )(?<!verify )(?<!confirm )(?<!sure )\b(?:if|once|unless|whenever|when|in case|as soon as|provided|until|assuming)\b(?! possible| you can| you could| you get| you have| you don't mind| convenient| able)"
)
_NEGATION = re.compile(
    r"\b(?:don'?t|do not|does not|never|must not|mustn'?t|should not|shouldn'?t|no need|not to|avoid|without|instead of|rather than|hold off|refrain|cannot|can'?t|won'?t|will not|stop(?=\s+restarting)|not|no)\b"
)
_CLAUSE = re.compile(r"[,;:]|\bbut\b|\bthen\b|\binstead,|\bjust\b(?!\s+(?:now|restarted))")
_SUBJECT = re.compile(
    r"\b(?:i|we|he|she|they|someone|somebody|everyone|the team|team|ops|it|this|that|who|which|engineer|manager|customer|user)\b(?:\s+\w+){0,2}?\s*(?:'ll|'m|'re|'ve|'d|will|would|am|are|is|have|has|had|was|were|did|do|plan|planning|going|need|needs|want|wants|should|must|can|could|may|might|just|already|said|asked|told|says)\b|\bi'(?:ll|m|ve|d)\b|\bwe'(?:ll|re|ve|d)\b"
)
_WANTS_YOU = re.compile(
    r"\b(?:i|we)(?:'d| would)? (?:need|want|like) (?:you|someone) to\b|\b(?:i|we) (?:was|were) wondering if you could\b|\b(?:i|we)(?:'d| would) appreciate it if you (?:could|would)\b|\bplease\b"
)
_CAN_YOU = re.compile(
    r"\b(?:can|could|would|will) you\b|\bwould you mind\b|\bmind\b|\byou (?:could|can)\b|\bneed you to\b|\blike you to\b|\bwant you to\b|\bpossible to\b"
)
_QUESTION = re.compile(
    r"^\W*(?:so |and |but |hey |hi |ok |well )*(?:did|has|have|had|was|were|is|are|does|do(?!\s+a\b)|when|who|why|how|what|which|where|should|shall|may|must|might|am|can i|can we|could i|could we|can they)\b"
)
_ASKS = re.compile(r"\W*(?:so |and |but )?(?:when|who|why|how|what|which|where)\b")
_PHRASAL = re.compile(
    r"\b(?P<roll>roll)\b(?! back\b)[^.!?;]{1,60}?\bback\b|\bbring\b[^.!?;]{1,60}?\b(?P<up>up)\b|\b(?:take|bring)\b[^.!?;]{1,60}?\bdown\b"
)
_NOUN = re.compile(
    r"\b(?:the|a|an|this|that|last|previous|any|of|after|before|during|since|our|your|his|their|every|each|another|scheduled|planned|failed|recent)\s+$"
)
_PERFORM = re.compile(r"\b(?:do|perform|run|execute|trigger|initiate|schedule|start)\s+(?:a|an|the)\s+$")
_PAST = re.compile(r"(?:ed|led|ged)$")
_READ_PAST = re.compile(
    r"\b(?:did you|have you|has (?:he|she|anyone|someone)|i (?:have )?(?:checked|looked|saw)|we (?:have )?(?:checked|looked)|checked|was checked|looked (?:at|into))\b"
)
_UP = re.compile(
    r"^\W*(?:hey |hi |so )?(?:is|are)\b.*\b(?:up|alive|running|down|ok|okay|healthy|online|available|working|fine)\b"
)
_PRESENT = re.compile(r"\b(?:is|are|does|do|any|how much|how many|what|what's|how's|how is|when|which|can|could)\b")
_GO = {K.FILLER, K.NAME, K.LAYER, K.ENV, K.NODE, K.GENERIC, K.PARTICLE, K.TIME, K.POINT, K.SERVER, K.AND, K.ALL_NODES, K.PERSON, K.LINK, K.ALSO, K.ACT, K.TOPIC,
       K.LIGHT, K.REST, K.EVERY_LAYER, K.STATE, K.ATTACHED, K.FILE, K.VERSION, K.SERVICE, K.REQUEST, K.ATTR, K.PREVIOUS, K.LINES, K.SINCE, K.SELF, K.ASK, K.QUOTE}  # fmt: skip


_PLACES = frozenset({
    K.NAME, K.QUOTE, K.UNKNOWN, K.FILE, K.NODE, K.LAYER, K.ENV, K.EVERY_LAYER, K.ALL_NODES, K.SERVER, K.PARTICLE, K.GENERIC, K.AND,
})  # fmt: skip


def is_english(items: list[Item], plain: str) -> bool:
    """True when nothing but names is written in Hangul, and there is something in Latin letters to read."""
    for item in items:
        if item.kind in _PLACES:
            continue
        if any("가" <= char <= "힣" for char in plain[item.start : item.end]):
            return False
    return any("a" <= char <= "z" for char in plain[items[0].start : items[-1].end]) if items else False


def phrasal(items: list[Item], plain: str, start: int, end: int) -> list[Item]:
    """`items` with verbs that stand in two parts as actions: roll it back, bring it up, take it down."""
    out = list(items)
    for found in _PHRASAL.finditer(plain, start, end):
        code = "ROLLBACK_RELEASE" if found["roll"] else "START_SERVICE" if found["up"] else "STOP_SERVICE"
        for index, item in enumerate(out):
            if item.start == found.start() and item.kind in (K.UNKNOWN, K.FILLER):
                out[index] = Item(K.ACT, item.start, item.end, code)
    return out


def english(normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, scoped: bool) -> Said:
    """What an English sentence says."""
    said = Said()
    plain = normal.plain
    start = sentence.start
    whole = plain[start : sentence.end]
    asked_when = sentence.question and re.match(r"^\W*when\b|.*\bwhen\W*$", whole, re.DOTALL)
    condition = bool(_CONDITION.search(whole.replace("when", "", 1) if asked_when else whole))
    past_read = bool(_READ_PAST.search(whole))
    scoped = scoped or any(item.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT) for item in items)
    said.cancel = any(item.kind is K.CANCEL for item in items)
    said.help = any(item.kind is K.HELP for item in items)
    said.forbidden = any(item.kind is K.FORBIDDEN for item in items)
    boundaries = [start, *(start + found.end() for found in _CLAUSE.finditer(whole))]
    session = next((str(item.value) for item in items if item.kind is K.SESSION), "")
    killing = False
    searching = any(item.kind is K.LIGHT and item.value == "search" for item in items)
    for index, item in enumerate(items):
        if item.kind is not K.ACT:
            continue
        code = str(item.value)
        topics = {other.value for other in items if other.kind is K.TOPIC}
        if code == "KILL_DB_SESSION":
            if not (session or "FETCH_DB_SESSIONS" in topics):
                said.forbidden = True
                continue
            killing = True
        if code == "CLEAN_LOGS" and "TAIL_LOG" not in topics:
            said.forbidden = True
            continue
        if (
            code == "DEPLOY_ARTIFACT"
            and plain[item.start : item.end] in ("push", "install", "release", "upload")
            and not (files or any(other.kind in (K.FILE, K.VERSION) for other in items))
        ):
            continue
        clause = max(at for at in boundaries if at <= item.start)
        mood = _change_mood(plain, clause, item, items, index, sentence, start)
        if condition:
            mood = Mood.CONDITION
        if mood is Mood.TERSE and (not scoped or sentence.voice is Voice.LISTED):
            mood = Mood.STATEMENT
        said.deeds.append(Deed(code, index, index, mood, session=session if code == "KILL_DB_SESSION" else ""))
    cleaning = any(deed.code == "CLEAN_LOGS" for deed in said.deeds)
    for index, item in enumerate(items):
        code = _read_code(item)
        if item.kind is K.STATE and any(other.kind is K.TOPIC for other in items):
            continue
        if not code or (killing and code == "FETCH_DB_SESSIONS") or (cleaning and code == "TAIL_LOG"):
            continue
        if code == "TAIL_LOG" and searching:
            code = "SEARCH_LOG"
        clause = max(at for at in boundaries if at <= item.start)
        mood = _read_mood(plain, clause, item, items, index, sentence, past_read, scoped)
        if condition:
            mood = Mood.CONDITION
        deed = Deed(code, index, index, mood, port=item.value if item.kind is K.PORT else None)
        if any(other.code == code for other in said.deeds):
            continue
        said.deeds.append(deed)
    if sentence.question and not said.deeds and scoped and not condition and _UP.search(whole):
        said.deeds.append(Deed("CHECK_SERVICE", len(items) - 1, len(items) - 1, Mood.COMMAND))
    said.deeds.sort(key=lambda deed: deed.at)
    if not said.deeds and any(item.kind is K.ALSO for item in items):
        said.asks_bare = True
    return said


def _read_code(item: Item) -> str:
    if item.kind is K.TOPIC or (item.kind is K.STATE and item.value):
        return str(item.value)
    if item.kind is K.PORT:
        return "CHECK_PORT"
    return ""


def _change_mood(  # noqa: PLR0917
    plain: str, clause: int, item: Item, items: list[Item], index: int, sentence: Sentence, start: int
) -> Mood:
    prefix = plain[clause : item.start]
    before = plain[start : item.start]
    word = plain[item.start : item.end]
    if _NEGATION.search(prefix):
        return Mood.NEGATION
    if _ASKS.match(before):
        return Mood.FACT
    if index + 1 < len(items) and items[index + 1].kind is K.OUTCOME:
        return Mood.STATEMENT
    gerund = word.endswith("ing")
    if _PAST.search(word):
        return Mood.REPORT
    if gerund:
        return Mood.COMMAND if re.search(r"\bmind\s+$", prefix) else Mood.PLAN
    if word.endswith("s") and word[:-1] + "s" in ("restarts", "stops", "starts", "deploys", "rollbacks"):
        return Mood.STATEMENT
    if _NOUN.search(prefix) and not _PERFORM.search(prefix):
        return Mood.STATEMENT
    asked = (
        bool(_CAN_YOU.search(prefix))
        or bool(_WANTS_YOU.search(prefix))
        or bool(_WANTS_YOU.search(before) and "," not in prefix and not _SUBJECT.search(prefix))
    )
    if asked:
        return Mood.COMMAND
    if _QUESTION.search(prefix) or (sentence.question and not _CAN_YOU.search(before)):
        return Mood.FACT
    if _SUBJECT.search(prefix) or re.search(r"\b(?:let'?s|to|will|should|must|may|might)\s+$", prefix):
        return Mood.PLAN
    inside = [other for other in items[:index] if other.start >= clause]
    if any(
        other.kind not in _GO
        and not (other.kind is K.PRED and isinstance(other.value, Pred) and other.value.role == "ask")
        for other in inside
    ):
        return Mood.STATEMENT
    if any(other.kind is K.PRED for other in inside):
        return Mood.COMMAND
    if any(other.kind in (K.NAME, K.LAYER, K.SERVER) for other in inside) and not any(
        other.kind in (K.ACT, K.LIGHT) for other in inside
    ):
        rest = [
            other
            for other in items[index + 1 :]
            if other.kind
            not in (K.FILLER, K.PRED, K.TIME, K.PARTICLE, K.FILE, K.VERSION, K.PREVIOUS, K.ATTACHED, K.NODE)
        ]
        if any(other.kind in (K.UNKNOWN, K.STATE, K.OUTCOME) for other in rest) or re.match(
            r"\s+(?:is|was|has|failed|will|took|went|did|does|caused|seems)\b", plain[item.end : item.end + 12]
        ):
            return Mood.STATEMENT
        return Mood.TERSE
    if re.match(r"\s+(?:is|was|has|failed|will|took|went|did|does|caused|seems)\b", plain[item.end : item.end + 12]):
        return Mood.STATEMENT
    return Mood.COMMAND


def _read_mood(  # noqa: PLR0917
    plain: str, clause: int, item: Item, items: list[Item], index: int, sentence: Sentence, past: bool, scoped: bool
) -> Mood:
    prefix = plain[clause : item.start]
    if past:
        return Mood.FACT if sentence.question else Mood.REPORT
    if _NEGATION.search(prefix):
        return Mood.NEGATION
    if any(other.kind is K.ACT for other in items[:index]) and any(
        other.kind is K.ACT and other.start >= clause and _PAST.search(plain[other.start : other.end])
        for other in items
    ):
        return Mood.STATEMENT
    if any(other.kind is K.LIGHT and other.value in ("show", "search") for other in items[: index + 4]):
        if _SUBJECT.search(prefix) and not (
            _CAN_YOU.search(prefix)
            or _WANTS_YOU.search(prefix)
            or re.search(r"\b(?:want|like|need) to (?:see|check|look|view|know)", prefix)
        ):
            return Mood.PLAN
        return Mood.COMMAND
    if re.search(r"\b(?:i need|we need|need|want|get me|i'd like)\b", prefix):
        return Mood.COMMAND
    if sentence.question or re.match(r"^\W*(?:any|how|what|what's|is|are)\b", plain[sentence.start : sentence.end]):
        return Mood.COMMAND if _PRESENT.search(plain[sentence.start : sentence.end]) or scoped else Mood.STATEMENT
    if item.kind is K.STATE:
        return Mood.STATEMENT
    if re.search(r"\b(?:is|are|was|were|has|have|looks|seems)\b", plain[sentence.start : sentence.end]):
        return Mood.STATEMENT
    if any(other.kind is K.UNKNOWN for other in items[index + 1 :]):
        return Mood.STATEMENT
    return Mood.TERSE if scoped and sentence.voice is not Voice.LISTED else Mood.STATEMENT
