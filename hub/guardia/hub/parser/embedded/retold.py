"""Words of a request that are only told of, or that are asked of something else than a service and its release."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import retold as lexicon
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part


def retold(normal: Normal, part: Part) -> bool:
    """재기동 부탁드립니다라고 메일 드렸습니다; 재기동해주세요 하고 연락 왔어요."""
    if part.english:
        return False
    if lexicon.HANGING.search(normal.plain, part.sentence.start):
        return True
    if lexicon.HEADED.match(normal.plain):
        return True
    if lexicon.NEXT_TIME.search(normal.plain, part.sentence.start, part.sentence.end):
        return True
    if lexicon.NOT_NOW.search(normal.plain, part.sentence.start, part.sentence.end):
        return True
    for deed in part.said.deeds:
        if not (deed.wanted and deed.changes):
            continue
        if lexicon.NO_ORDER.match(normal.plain, part.named_until(deed), part.sentence.end):
            return True
        verb = part.items[max(deed.at, deed.anchor)]
        if verb.kind is not K.PRED:
            continue
        if lexicon.OF_THEM.fullmatch(normal.plain, verb.start, verb.end) and verb is not part.items[-1]:
            return True
        word = normal.plain[verb.start : verb.end]
        if lexicon.WITHIN_WORD.search(word):
            return True
        if lexicon.BEHIND.match(normal.plain, verb.end, part.sentence.end):
            return True
        if lexicon.QUOTED.search(normal.plain, verb.end, part.sentence.end):
            return True
    return False


def of_the_log(normal: Normal, part: Part) -> bool:
    """로그 정리해서 공유해주세요; 로그 내용 정리해주세요: to be written up, not to be deleted."""
    cleaned = any(deed.wanted and deed.code == "CLEAN_LOGS" for deed in part.said.deeds)
    return cleaned and bool(lexicon.WRITTEN_UP.search(normal.plain, part.sentence.start, part.sentence.end))


def fetched(normal: Normal, part: Part) -> bool:
    """내려주세요, 로그요: a word behind "bring it down" or "put it up" says what, and it is no service."""
    for deed in part.said.deeds:
        if not (deed.wanted and deed.code in ("STOP_SERVICE", "START_SERVICE")):
            continue
        verb = part.items[max(deed.at, deed.anchor)]
        if not lexicon.UP_OR_DOWN.match(normal.plain, verb.start):
            continue
        if lexicon.THING.match(normal.plain, verb.end, part.sentence.end):
            return True
        if lexicon.OUT_OF.search(normal.plain, part.sentence.start, verb.start):
            return True
    return False


def put_back(normal: Normal, part: Part) -> bool:
    """설정값 되돌려주세요: something else than a release."""
    for deed in part.said.deeds:
        if deed.wanted and deed.code == "ROLLBACK_RELEASE":
            at = part.items[deed.at]
            if lexicon.THING_BACK.search(normal.plain, part.sentence.start, at.start):
                return True
    return False


def of_the_machine(normal: Normal, part: Part) -> bool:
    """장비 껐다 켜주세요, 호스트 재시작해주세요: the machine, not the service on it."""
    for deed in part.said.deeds:
        if deed.wanted and deed.changes:
            at = part.items[deed.at]
            if lexicon.MACHINE.search(normal.plain, part.sentence.start, at.start):
                return True
    return False
