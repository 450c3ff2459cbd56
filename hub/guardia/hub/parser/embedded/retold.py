"""Words of a request that are only told of, or that are asked of something else than a service and its release."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import retold as lexicon
from guardia.hub.parser.embedded.lexicon.asking import ASKED
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part, asked_changes


def only_told_of(normal: Normal, part: Part) -> str:
    """Why the changes that `part` asks for may be told of only, or asked of something else; empty: nothing says so."""
    if _retold(normal, part):
        return "it may be somebody's words that are only told of"
    others = (_of_the_log, _fetched, _put_back, _of_the_machine)
    if any(other(normal, part) for other in others):
        return "it may be asked of something else than the service"
    return ""


def _retold(normal: Normal, part: Part) -> bool:
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
    in_full = ASKED.search(normal.plain, part.sentence.start, part.sentence.end)
    if not in_full and lexicon.BARE_REPORT.search(normal.plain):
        return True
    for deed in asked_changes(part):
        if lexicon.NO_ORDER.match(normal.plain, part.named_until(deed), part.sentence.end):
            return True
        looks = any(one.wanted and not one.changes for one in part.said.deeds)
        if looks and lexicon.SINCE.match(normal.plain, part.named_until(deed), part.sentence.end):
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


def _of_the_log(normal: Normal, part: Part) -> bool:
    """로그 정리해서 공유해주세요; 로그 내용 정리해주세요: to be written up, not to be deleted."""
    cleaned = any(deed.code == "CLEAN_LOGS" for deed in asked_changes(part))
    return cleaned and bool(lexicon.WRITTEN_UP.search(normal.plain, part.sentence.start, part.sentence.end))


def _fetched(normal: Normal, part: Part) -> bool:
    """내려주세요, 로그요: a word behind "bring it down" or "put it up" says what, and it is no service."""
    for deed in asked_changes(part):
        if deed.code not in ("STOP_SERVICE", "START_SERVICE"):
            continue
        verb = part.items[max(deed.at, deed.anchor)]
        if not lexicon.UP_OR_DOWN.match(normal.plain, verb.start):
            continue
        if lexicon.THING.match(normal.plain, verb.end, part.sentence.end):
            return True
        if lexicon.OUT_OF.search(normal.plain, part.sentence.start, verb.start):
            return True
    return False


def _put_back(normal: Normal, part: Part) -> bool:
    """설정값 되돌려주세요: something else than a release."""
    return any(
        lexicon.THING_BACK.search(normal.plain, part.sentence.start, part.items[deed.at].start)
        for deed in asked_changes(part)
        if deed.code == "ROLLBACK_RELEASE"
    )


def _of_the_machine(normal: Normal, part: Part) -> bool:
    """장비 껐다 켜주세요, 호스트 재시작해주세요: the machine, not the service on it."""
    return any(
        lexicon.MACHINE.search(normal.plain, part.sentence.start, part.items[deed.at].start)
        for deed in asked_changes(part)
    )
