"""What a sentence says beside its deeds and targets: times, versions, sessions, lines, words to look for."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.assemble import Values
from guardia.hub.parser.embedded.corrections import left_out
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part, asked_changes

_NOT_NOW = re.compile(fold(r"(?<![가-힣])(?:지금|당장|바로)\s*(?:은\s*|당장\s*|바로\s*)?(?:말고|말구)"))
_NOW_IS = frozenset(fold(w) for w in ("인데", "이고", "이라", "라", "이라서", "라서", "인데요", "이지만"))
_SUBJECTS = frozenset(fold(w) for w in ("은", "는", "이", "가", "에서", "에서는", "부터"))
_SESSION_ID = re.compile(r"\d+(?:,\d+)?")

_SAID = re.compile(
    fold(
        r"\s?(?:이?라(?!는\s*(?:문구|글|단어|에러|오류|메시지|로그|표현|텍스트|문자|말|게|거|것))"
        r"|고|는데|래|하는|하고|하네|하던|한다|했)"
    )
)
_TOLD = re.compile(r"\s+(?:찍|나|있|발생|떨어|올라|뜨|떴|생)[가-힣]*$")
"""What is told of a pattern is no part of it: ORA-01555 찍혔는지."""


def given(normal: Normal, part: Part, now: str) -> tuple[Values, str]:
    values = Values()
    sessions: list[str] = []
    versions: list[str] = []
    future = ""
    past = any(item.kind is K.PAST for item in part.items)
    changes = bool(asked_changes(part))
    searching = any(deed.code == "SEARCH_LOG" and deed.wanted for deed in part.said.deeds)
    reads_log = any(deed.code in ("SEARCH_LOG", "TAIL_LOG") and deed.wanted for deed in part.said.deeds)
    for index, item in enumerate(part.items):
        if item.kind is K.LINES:
            values.lines = item.value
        elif item.kind is K.SINCE:
            values.since_minutes = item.value
        elif item.kind is K.VERSION:
            later = any(one.kind is K.VERSION for one in part.items[index + 1 :])
            if later and _GONE_OUT.match(normal.plain, item.end):
                continue  # 5.4.0 나간 뒤로 로그인이 안 됩니다 5.3.9로 롤백해주세요
            if not _present(part.items, index) and not (versions and _told_about(part.items, index)):
                versions.append(str(item.value))
                if changes and left_out(part.items, index):
                    versions.append("")  # 2.4.0 말고 …: which one is not said
        elif item.kind is K.SERVICE:
            values.service = str(item.value)
        elif item.kind is K.SESSION:
            sessions.extend(_SESSION_ID.findall(str(item.value)))
        elif item.kind is K.TIME and (left_out(part.items, index) or _set_aside(normal, part, index)):
            continue  # 내일 말고 오늘
        elif item.kind is K.TIME and not past and not _of_another(part, index):
            found = item.value
            if found.when.delay is not None or (found.when.day or 0) > 0:
                future = "a time named before"
            if not changes and (found.bare or (reads_log and found.when.delay is None and not found.when.day)):
                continue
            at = found.when.at(now)
            if at:
                if values.at and values.at != at:
                    values.untimed = "more than one time"
                values.at = at
            else:
                values.untimed = found.when.unclear or (
                    "the time of the message is not known" if not now else "a time that may be either half of the day"
                )
    timed = any(item.kind is K.TIME for item in part.items)
    if changes and not timed and _NOT_NOW.search(normal.plain, part.sentence.start, part.sentence.end):
        values.untimed = "not now, and not said when"
    if values.untimed:
        values.at = ""
    values.sessions = tuple(dict.fromkeys(sessions))
    values.versions = len(set(versions))
    values.version = versions[0] if versions else ""
    if searching:
        values.pattern = _pattern(normal, part)
    return values, future


def _present(items: list[Item], index: int) -> bool:
    """현재 2.0.0인데 …: the version that is there now."""
    after = items[index + 1] if index + 1 < len(items) else None
    return after is not None and after.kind is K.PARTICLE and after.value in _NOW_IS and index + 2 < len(items)


_GONE_OUT = re.compile(
    fold(
        r"\s?(?:이|가|을|를)?\s?(?:나간|나가고|올린|올리고|올라간|올라가고|(?:배포|반영|적용|패치|업데이트)\s?(?:한|된|하고|되고)?)\s?(?:나서\s?)?(?:뒤|후|이후|다음|직후|나서)"
    )
)
_WENT_OUT = re.compile(fold(r"(?:나간|올린|올라간|배포한|배포된|반영한|반영된|밀린|깐|적용한)\s?(?:거|것|건|게|버전)"))


def _set_aside(normal: Normal, part: Part, index: int) -> bool:
    """나중에 따지고 일단 …; dead since noon: the time belongs to a verb that asks for nothing."""
    before = normal.plain[part.sentence.start : part.items[index].start].split()
    if part.english:
        return bool(before) and before[-1] == "since"
    after = next((one for one in part.items[index + 1 :] if one.kind is not K.PARTICLE), None)
    for one in part.items[index + 1 :]:
        if one.kind in (K.ACT, K.TOPIC, K.NAME, K.SERVER, K.LAYER, K.NODE):
            break
        if (
            one.kind is K.PRED
            and one.value.role == "become"
            and normal.plain[one.start : one.end].endswith(("서", "데"))
        ):
            return True  # 퇴근 시간 다 돼서 죄송한데 …
    if after is not None and after.kind is K.PRED and _WENT_OUT.match(normal.plain, after.start):
        return True  # 오늘 아침에 나간 거 되돌려주세요
    return (
        after is not None
        and (
            (after.kind is K.UNKNOWN and after.value == "pred")
            or (after.kind is K.PRED and after.value.role in ("use", "other", "touch", "leave"))
        )
        and normal.plain[after.start : after.end].endswith(("고", "구", "니", "데", "서"))
        and any(deed.wanted and deed.at > index for deed in part.said.deeds)
    )


def _told_about(items: list[Item], index: int) -> bool:
    """…로 롤백 부탁드려요, 3.0은 아직 무리네요: a version that something is told of."""
    return particle(items, index) in _SUBJECTS


def _of_another(part: Part, index: int) -> bool:
    """2호기 반영해 주세요, 1호기는 내일 할게요: the time belongs to what is not asked for."""
    deeds = [deed for deed in part.said.deeds if deed.anchor >= index]
    told = bool(deeds) and not deeds[0].wanted and deeds[0].mood in (Mood.PLAN, Mood.REPORT, Mood.FACT)
    asked = any(deed.wanted and deed.code for deed in part.said.deeds)
    return told and asked and not any(deed.wanted for deed in deeds)


def _pattern(normal: Normal, part: Part) -> str:
    quoted = [
        item for item in part.items if item.kind is K.QUOTE and not _SAID.match(normal.plain, item.end)
    ]  # 현업은 "…"라는데: somebody's words
    if quoted:
        return str(quoted[0].value)
    log = next(
        (index for index, item in enumerate(part.items) if item.kind is K.TOPIC and item.value == "TAIL_LOG"), -1
    )
    skip = {
        K.PARTICLE,
        K.FILLER,
        K.TIME,
        K.SINCE,
        K.LINES,
        K.LIGHT,
        K.PRED,
        K.ASK,
        K.AND,
        K.GENERIC,
        K.ALL_NODES,
        K.NODE,
        K.LAYER,
        K.NAME,
        K.ENV,
    }
    best: list[Item] = []
    order = part.items[log + 1 :] if not part.english else part.items
    for item in order:
        if (
            item.kind in (K.UNKNOWN, K.VERSION, K.NUMBER, K.FORBIDDEN, K.STATE, K.OUTCOME, K.ACT, K.SESSION, K.FILE)
            or (item.kind is K.ATTR and normal.plain[item.start : item.end] in ("에러", "오류", "문제", "지연"))
            or (
                item.kind is K.FILLER
                and normal.plain[item.start : item.end] in ("애러", "에러", "오류", "error", "errors", "장애")
            )
        ):
            if best and any(other.kind not in skip for other in order[order.index(best[-1]) + 1 : order.index(item)]):
                continue
            best.append(item)
    if not best:
        best = [item for item in part.items[: max(log, 0)] if item.kind is K.UNKNOWN and item.value == "noun"][-1:]
    if not best:
        return ""
    start = best[0].start
    while start > part.sentence.start and normal.text[start - 1] in "-_." and normal.text[start - 2].isalnum():
        start -= 1
        while start > part.sentence.start and normal.text[start - 1].isalnum() and normal.text[start - 1].isascii():
            start -= 1  # JEUS-9999: a product's name begins what is looked for
    end = best[-1].end
    for item in order[order.index(best[-1]) + 1 :] if best[-1] in order else ():
        word = normal.text[end : item.end]
        if not (
            word.isascii() and item.kind is K.FILLER and item.start == end + 1 and normal.text[start:end].isascii()
        ):
            break
        if part.english:
            break
        end = item.end  # upstream timed out
    text = normal.written(start, end).strip()
    return _TOLD.sub("", text).strip() or text
