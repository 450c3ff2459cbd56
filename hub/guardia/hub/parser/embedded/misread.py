"""Actions that are others than they look: something about them, somebody else's, a person's work, a setting."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.items import PLACES, Item, K
from guardia.hub.parser.embedded.lexicon import misread as words
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part, asked_changes

_RUNS = frozenset({"START_SERVICE", "STOP_SERVICE", "RESTART_SERVICE"})
ABOUT = "something about it may be asked for, or nothing"
OTHERS = "somebody else may be meant to do it"
UNTIMED = "it is to be booked, and no time is told"
ANOTHER = "it may be asked of something else than a service"


def misread(normal: Normal, part: Part, changes: Sequence[Intent]) -> str:
    """Why an action that `part` asks for may be another one, or nobody's; empty: nothing says so."""
    timed = any("at" in one.parameters for one in changes)
    plain, start, end = normal.plain, part.sentence.start, part.sentence.end
    if part.english:
        sentence = plain[start:end]
        if (
            words.ENGLISH_LABEL.match(plain)
            or words.ENGLISH_NONE.search(sentence)
            or words.ENGLISH_ABOUT.search(sentence)
        ):
            return ABOUT
        if words.ENGLISH_OTHERS.search(sentence) or words.ENGLISH_CALLED.search(sentence):
            return OTHERS
        gerund = words.GERUND.search(plain, start, end)
        if gerund and not any(one.kind is K.NAME and one.start < gerund.end() <= one.end for one in part.items):
            return ABOUT
        return UNTIMED if not timed and words.ENGLISH_BOOKED.search(sentence) else ""
    if words.DOER.search(plain):
        return OTHERS
    if words.PROGRAMME.search(plain):
        return ABOUT
    if _addressed(plain, part) or words.THROUGH.search(plain, start, end):
        return OTHERS
    for deed in asked_changes(part):
        if deed.at < len(part.items):
            why = _behind(plain, part, deed, timed=timed) or _ahead(plain, part, deed)
            if why:
                return why
    return ""


def _addressed(plain: str, part: Part) -> bool:
    """김과장님, … 재기동 부탁드려요; but not 김과장님 요청으로 …, nor where that word begins a name."""
    start = part.sentence.start
    for found in words.ADDRESSED.finditer(plain[start : part.sentence.end]):
        after = next((one for one in part.items if one.start >= start + found.end()), None)
        reason = words.REASON.match(plain, start + found.end(), part.sentence.end)
        if reason is None or (after is not None and after.kind is K.NAME and after.start < reason.end() < after.end):
            return True
    return False


def _word(part: Part, deed: Deed) -> Item:
    """What says the action: 정리 in 로그 정리해주세요, whose deed is at 로그."""
    span = part.items[deed.at : deed.anchor + 1]
    return next((one for one in span if one.kind is K.ACT and one.value == deed.code), part.items[deed.at])


def _behind(plain: str, part: Part, deed: Deed, *, timed: bool) -> str:
    word, end = _word(part, deed), part.sentence.end
    if word.kind is not K.ACT:
        return ""
    at = word.end
    if words.ABOUT_IT.match(plain, at, end) or words.NO_WISH.match(plain, at, end):
        return ABOUT
    if not timed and words.BOOKED.match(plain, at, end):
        return UNTIMED
    if words.BY_OTHERS.match(plain, at, end) or words.BY_WHOM.match(plain, at, end):
        return OTHERS
    return ANOTHER if deed.code == "CLEAN_LOGS" and words.PUT_TOGETHER.match(plain, at, end) else ""


def _ahead(plain: str, part: Part, deed: Deed) -> str:
    word = _word(part, deed)
    start, at = part.sentence.start, word.start
    found = words.AUTOMATIC.search(plain, start, at) or words.GADGET.search(plain, start, at)
    found = found or words.STEP_BEFORE.search(plain, start, at)
    if deed.code in _RUNS and not (deed.code == "RESTART_SERVICE" and words.WORK_ON_IT.search(plain, start, at)):
        found = found or words.ACTIVITY.search(plain, start, at)
    elif deed.code == "CLEAN_LOGS":
        found = found or words.WRITTEN.search(plain, start, at) or words.ONE_OF_IT.search(plain, start, at)
        found = found or words.NOT_ONLY_LOGS.search(plain, start, at) or words.THESE_LOGS.search(plain, start, at)
    ahead = [one for one in part.items if one.end <= at]
    if found and not any(one.kind in (K.NAME, K.SERVER) and one.end > found.start() for one in ahead):
        return ANOTHER
    if words.BY_OTHERS_AHEAD.search(plain, start, at) and (
        word.kind is K.PRED or words.PLEASE.match(plain, word.end, part.sentence.end)
    ):
        return OTHERS
    if deed.code == "STOP_SERVICE" and _of_session(part, word):
        return ANOTHER
    if word.kind is K.PRED and _raised(plain, part, deed, at):
        return ANOTHER
    file = next((one for one in reversed(ahead) if one.kind not in (K.PARTICLE, K.FILLER)), None)
    if file is None or file.kind is not K.FILE:
        return ""
    if deed.code in _RUNS:
        return ANOTHER if plain.startswith(words.RUN, at) else ""
    settings = deed.code == "ROLLBACK_RELEASE" and str(file.value).lower().endswith(words.SETTINGS)
    return ANOTHER if settings else ""


def _of_session(part: Part, word: Item) -> bool:
    """1번 세션 4412 종료: what ends is a session, whatever was made of its number."""
    for item in reversed([one for one in part.items if one.end <= word.start]):
        if item.kind is K.SESSION or (item.kind is K.TOPIC and item.value == "FETCH_DB_SESSIONS"):
            return True
        if item.kind in PLACES or item.kind in (K.PRED, K.AND, K.LINK, K.LIGHT):
            return False
    return False


def _raised(plain: str, part: Part, deed: Deed, at: int) -> bool:
    """a.war 여기 올려주세요, 보고 올려주세요, a.war 빌드해서 올려주세요."""
    start = part.sentence.start
    if deed.code in ("DEPLOY_ARTIFACT", "START_SERVICE") and words.HERE.search(plain, start, at):
        return True
    if deed.code not in ("START_SERVICE", "STOP_SERVICE"):
        return False
    released = any(one.wanted and one.code in ("DEPLOY_ARTIFACT", "ROLLBACK_RELEASE") for one in part.said.deeds)
    if not released and any(item.kind is K.FILE and item.end <= at for item in part.items):
        return True
    found = words.RAISED.search(plain, start, at)
    return found is not None and not any(
        one.kind in (K.NAME, K.SERVER) and one.end > found.start() for one in part.items if one.end <= at
    )
