# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""English sentences: what they say. English puts the verb first and says in what stands before it how it is meant."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.reads import Reader
from guardia.hub.parser.embedded.english.row import PLACE, PREFIX, SOFT, vocabulary
from guardia.hub.parser.embedded.items import TARGETS, Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence, Voice

MAX_ACTS = 24
"""Actions and reads that one sentence may speak of; a longer one is no request that anybody types."""
_PLACES = frozenset({
    K.NAME, K.QUOTE, K.UNKNOWN, K.FILE, K.NODE, K.LAYER, K.ENV, K.EVERY_LAYER, K.ALL_NODES, K.SERVER, K.PARTICLE, K.GENERIC, K.AND,
})  # fmt: skip
_UP = re.compile(
    rf"(?:{SOFT}\s)*(?:is|are)\s.*(?:^|\s)(?:up|alive|running|down|ok|okay|healthy|online|available|working|fine|O)(?=\s)"
)
_BARE = re.compile(
    rf"(?:{SOFT}\s|{PLACE}|only\s|do\s|can you\s|could you\s|the\s|same\s|thing\s|too\s|also\s|as well\s|likewise\s|ditto\s|P\s)*+\??\s?"
)
_SORRY = re.compile(
    r"\W*(?:(?:oh|ah|oops|whoops|sorry|hmm|no|nope|wait|actually|my bad|my mistake|correction|apologies)\W+)+(?:not|no|i|make|the|only|just|it|should|node|nodes|was|web|db|wrong|instead|restart|stop|start|roll|deploy|bounce|shut|take|bring|check|show)\b|\W*(?:not that one|wrong node|wrong server|wrong one|i meant?|scratch that|make that|not node|not the)\b"
)
_ADDS = re.compile(r"\b(?:too|also|as well|in addition|additionally|one more|another)\b")
_OVERRIDES = re.compile(r"\b(?:ignore|ignoring|disregard|forget|bypass|override|overriding|regardless of|despite)\b")
_TALK = frozenset({"instructions", "rules", "prompt"})
_FILED = frozenset({"push", "install", "release", "upload", "ship", "put"})


def is_english(items: list[Item], plain: str) -> bool:
    """True when nothing but names is written in Hangul, and there is something in Latin letters to read."""
    for item in items:
        if item.kind in _PLACES and not (item.kind is K.UNKNOWN and item.value == "pred"):
            continue
        if any("가" <= char <= "힣" for char in plain[item.start : item.end]):
            return False
    return any("a" <= char <= "z" for char in plain[items[0].start : items[-1].end]) if items else False


def corrects(sentence: Sentence, plain: str, items: list[Item], spoken: bool) -> Sentence:
    """`sentence`, marked when it takes back or narrows what stands before it: sorry, not node 2 …; node 2 only."""
    words = plain[sentence.start : sentence.end]
    if not spoken or sentence.corrects or _ADDS.search(words):
        return sentence
    only = "only" in words.split() or "only," in words or words.strip().startswith("just ")
    if _SORRY.match(words) or (
        only
        and any(item.kind is K.NODE for item in items)
        and all(
            item.kind in (K.NODE, K.LAYER, K.FILLER, K.GENERIC, K.AND, K.ENV, K.NAME, K.SERVER) or _asks(item)
            for item in items
        )
    ):
        return replace(sentence, corrects=True)
    return sentence


_ORDERS = re.compile(
    r"\b(?:please|pls|plz|can you|could you|would you|kindly)\b.*\b(?:following|these|below|steps|this)\b|\b(?:following|these|below|steps)\b.*\b(?:please|pls)\b"
)


def ordered(sentence: Sentence, plain: str, before: list[Sentence]) -> Sentence:
    """`sentence`, an entry of a list, marked as ordered when the words above the list ask for it."""
    if sentence.voice is not Voice.LISTED:
        return sentence
    lead = next(
        (one for one in reversed(before) if one.voice is not Voice.LISTED and one.voice is not Voice.ORDERED), None
    )
    if lead is not None and _ORDERS.search(plain[lead.start : lead.end]):
        return replace(sentence, voice=Voice.ORDERED)
    return sentence


_MENDING = vocabulary(
    "sorry apologies oops oh ah hmm no nope not wait actually only just the a i mean meant make that it should be please pls instead rather correction my bad mistake wrong scratch on for in at of to and also node nodes server servers was web db one ones thanks thx asap now over from"
)


def mended(items: list[Item], plain: str) -> list[Item]:
    """`items` of a sentence that corrects, with whatever tells of something (sorry, only node 2 is up) as unknown."""
    out = []
    for item in items:
        words = plain[item.start : item.end].split()
        tells = item.kind in (K.COND, K.STATE, K.OUTCOME, K.ASK, K.LINK) or (
            item.kind is K.FILLER and any(word.isalpha() and word not in _MENDING for word in words)
        )
        out.append(Item(K.UNKNOWN, item.start, item.end, "pred") if tells else item)
    return out


def _asks(item: Item) -> bool:
    return item.kind is K.PRED and getattr(item.value, "role", "") == "ask"


def english(normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, scoped: bool) -> Said:
    """What an English sentence says."""
    said = Said()
    places = (K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT)
    scoped = scoped or any(item.kind in places for item in items)
    reader = Reader.of(normal, sentence, items, files=files, scoped=scoped)
    said.cancel = any(item.kind is K.CANCEL for item in items)
    said.help = any(item.kind is K.HELP for item in items)
    said.forbidden = _forbidden(normal, sentence, items)
    if sum(item.kind in (K.ACT, K.TOPIC) for item in items) <= MAX_ACTS:
        _changes(reader, said)
        _reads(reader, said)
    said.deeds.sort(key=lambda deed: deed.at)
    if (
        not said.deeds
        and any(item.kind is K.ALSO for item in items)
        and not (sentence.question and not _polite(reader.line))
        and _BARE.fullmatch(reader.line)
    ):
        said.asks_bare = True
    return said


def _polite(line: str) -> bool:
    return bool(re.search(r"(?:^|\s)(?:please|pls|plz|can you|could you|would you)\s", line))


def _forbidden(normal: Normal, sentence: Sentence, items: list[Item]) -> bool:
    """A word that no action stands for; "ignore all previous instructions" is idle talk and no such word."""
    words = normal.plain[sentence.start : sentence.end]
    for item in items:
        if item.kind is K.FORBIDDEN:
            if normal.plain[item.start : item.end] in _TALK and _OVERRIDES.search(words):
                continue
            if _told_of(normal, items, item):
                continue
            return True
    return False


_BECAUSE = re.compile(
    r"(?:[,;.]|\s-)\s*(?:it(?:'s| is| has| was| keeps)?|its|because|since|as|there(?:'s| is| are)|they|we|users?|somebody|someone|the (?:\w+ ){1,3}(?:is|are|has|have|was|were|keeps?|looks?))\s"
)
_REASON = re.compile(
    r"(?:,|;|\s-)\s*(?:the|this|that|its?|it's|our|users?|people|they|we|customers?|because|since|as)\s[^,;]*\b\w+(?:s|ed|ing|n't)\s"
)
_IS = re.compile(r"\s+(?:is|are|was|has|at|looks|keeps|fills|filled|full)\b")


def _told_of(normal: Normal, items: list[Item], item: Item) -> bool:
    """/var is at 97%; …, it's been holding the table since lunch: a word of the reason, behind what is asked for."""
    act = next((one for one in items if one.kind is K.ACT), None)
    if act is None or act.start > item.start:
        return False
    if normal.plain[item.start] == "/" and _IS.match(normal.plain, item.end):
        return True
    return item.value is None and bool(_BECAUSE.search(normal.plain, act.end, item.start))


def _changes(reader: Reader, said: Said) -> None:
    items, plain = reader.items, reader.normal.plain
    session = next((str(item.value) for item in items if item.kind is K.SESSION), "")
    for index, item in enumerate(items):
        if item.kind is not K.ACT:
            continue
        code = str(item.value)
        word = plain[item.start : item.end]
        at = reader.place(index)
        clause = reader.clauses[reader.clause(at)]
        near = [reader.items[token.item] for token in reader.tokens[clause.first : clause.last] if token.item >= 0]
        topics = {other.value for other in near if other.kind is K.TOPIC}
        them = any(token.word in ("them", "those", "it", "P") for token in reader.tokens[at + 1 : at + 2])
        mood = reader.change(index)
        if code == "KILL_DB_SESSION" and them and sum(one.kind is K.SESSION for one in items[:index]) == 1:
            topics = topics | {"FETCH_DB_SESSIONS"}  # session 5512 has to go, kill it
        if code == "KILL_DB_SESSION" and not (
            any(other.kind is K.SESSION for other in near) or "FETCH_DB_SESSIONS" in topics
        ):
            said.forbidden = said.forbidden or mood in (Mood.COMMAND, Mood.TERSE)
            continue
        if (
            code == "CLEAN_LOGS"
            and them
            and any(one.kind is K.TOPIC and one.value == "TAIL_LOG" for one in items[:index])
        ):
            topics = topics | {"TAIL_LOG"}  # old logs are eating the disk, purge them
        if code == "CLEAN_LOGS" and "TAIL_LOG" not in topics:
            said.forbidden = said.forbidden or mood in (Mood.COMMAND, Mood.TERSE)
            continue
        if (
            code == "DEPLOY_ARTIFACT"
            and word in _FILED
            and not (reader.files or any(other.kind in (K.FILE, K.VERSION) for other in items))
        ):
            continue
        deed = Deed(code, index, index, mood, session=session if code == "KILL_DB_SESSION" else "")
        first = next((items[one.at] for one in said.deeds if one.wanted), None)
        if mood is Mood.STATEMENT and first is not None and _REASON.search(plain, first.end, item.start):
            deed.role = "told"  # roll it back, the new build breaks the upload
        said.deeds.append(deed)
    _toggled(said, reader)


def _toggled(said: Said, reader: Reader) -> None:
    """stop and start it: one restart, when nothing but a link stands between the two."""
    for first, second in zip(said.deeds, said.deeds[1:], strict=False):
        if (first.code, second.code) != ("STOP_SERVICE", "START_SERVICE") or second.mood is not first.mood:
            continue
        between = reader.words(reader.place(first.at) + 1, reader.place(second.at))
        if (
            between.split() in (["and"], ["and", "then"], ["then"], ["/"], ["&"])
            and "again" in reader.words(reader.place(second.at), len(reader.tokens)).split()
        ):
            first.code = "RESTART_SERVICE"
            said.deeds.remove(second)
            return


def _reads(reader: Reader, said: Said) -> None:
    items = reader.items
    killing = any(deed.code == "KILL_DB_SESSION" for deed in said.deeds)
    cleaning = any(deed.code == "CLEAN_LOGS" for deed in said.deeds)
    searching = any(item.kind is K.LIGHT and item.value == "search" for item in items) or _looks_for(reader)
    before: Mood | None = None
    for index, item in enumerate(items):
        code = _read_code(item)
        if item.kind is K.STATE and any(other.kind is K.TOPIC for other in items):
            continue
        act = next((one for one in items if one.kind is K.ACT), None)
        if act is not None and act.start < item.start and _BECAUSE.search(reader.normal.plain, act.end, item.start):
            continue  # kill session 7, it is blocking the batch
        if (
            not code
            or (killing and code == "FETCH_DB_SESSIONS")
            or (cleaning and code == "TAIL_LOG" and _to_go(items, said, index))
        ):
            continue
        if code == "TAIL_LOG" and searching:
            code = "SEARCH_LOG"
        if (
            code == "CHECK_PROCESS"
            and any(deed.changes and deed.wanted for deed in said.deeds)
            and reader.inside(index)
        ):
            continue
        mood = before = reader.read(index, before)
        deed = Deed(code, index, index, mood, port=item.value if item.kind is K.PORT else None)
        deed.first = reader.looked_first(reader.place(index))
        same = next((other for other in said.deeds if other.code == code), None)
        if same is not None:
            if not same.wanted and deed.wanted:
                said.deeds.remove(same)
            elif same.wanted and deed.wanted and reader.apart(same.at, index):
                pass
            else:
                continue
        said.deeds.append(deed)
    _looked_into(reader, said)
    left = _LEFT.search(reader.normal.plain, reader.sentence.start, reader.sentence.end) if killing else None
    if left is not None and not any(deed.code == "FETCH_DB_SESSIONS" for deed in said.deeds):
        kill = next(deed for deed in said.deeds if deed.code == "KILL_DB_SESSION")
        at = next((k for k, item in enumerate(items) if item.start >= left.start()), len(items) - 1)
        if kill.wanted and kill.at < at:
            said.deeds.append(Deed("FETCH_DB_SESSIONS", at, at, Mood.COMMAND))
    asked = reader.question and not any(deed.wanted for deed in said.deeds) and reader.scoped
    if asked and _UP.match(reader.line) and not any(item.kind is K.ACT for item in items):
        at = next((k for k, item in enumerate(items) if _read_code(item)), len(items) - 1)
        if not said.deeds and not reader.conditions(changes=False):
            said.deeds.append(Deed("CHECK_SERVICE", at, at, Mood.COMMAND))


def _to_go(items: list[Item], said: Said, index: int) -> bool:
    """True for logs that are to be cleaned up; check the log of A, then clean up the logs of B: not for A's."""
    for deed in said.deeds:
        if deed.code != "CLEAN_LOGS":
            continue
        first, last = sorted((deed.at, index))
        between = items[first + 1 : last]
        looked = between if index > deed.at else items[:index]
        placed = index > deed.at or any(item.kind in TARGETS for item in between)
        if not (placed and any(item.kind is K.LIGHT for item in looked)):
            return True
    return False


_LEFT = re.compile(
    r"\b(?:and|then)\s+(?:then\s+|please\s+)*(?:list|show|show me|give me|tell me|display)\s+(?:me\s+)?(?:what's|what is|what|whatever is|whatever's|the ones|the rest|those)\s*(?:still\s+)?(?:left|remaining|remains)\b"
)
"""kill session 91 and list what's left: the sessions"""
_LOOK = re.compile(
    rf"(?:(?:a|have|take|quick|look|peek)\s)*(?:(?:at|into|on|over)\s)?(?:(?:P|it|this|that|what's|up|going|on)\s)*(?:{SOFT}\s|\?\s)*"
)


def _looked_into(reader: Reader, said: Said) -> None:
    """disk looks thin, take a look please: what was told of is to be looked at."""
    told = [deed for deed in said.deeds if deed.code]
    if len(told) != 1 or told[0].changes or told[0].mood is not Mood.STATEMENT:
        return
    for index, item in enumerate(reader.items):
        if item.kind is not K.LIGHT or item.value != "show" or index <= told[0].at:
            continue
        at = reader.place(index)
        clause = reader.clauses[reader.clause(at)]
        if (
            clause.first > reader.place(told[0].at)
            and PREFIX.fullmatch(reader.words(clause.first, at))
            and _LOOK.fullmatch(reader.words(at + 1, clause.last))
            and not reader.conditional(at, changes=False)
        ):
            told[0].mood = Mood.COMMAND
            return


def _looks_for(reader: Reader) -> bool:
    """check the log for NullPointerException"""
    for before, token in zip(reader.tokens, reader.tokens[1:], strict=False):
        if before.word == "for" and token.item >= 0 and reader.items[token.item].kind in (K.UNKNOWN, K.QUOTE):
            return any(item.kind is K.TOPIC and item.value == "TAIL_LOG" for item in reader.items[: token.item])
    return False


def _read_code(item: Item) -> str:
    if item.kind is K.TOPIC or (item.kind is K.STATE and item.value):
        return str(item.value)
    if item.kind is K.PORT:
        return "CHECK_PORT"
    return ""
