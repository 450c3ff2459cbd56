"""A need that is told in one sentence and asked for in the next: 인뱅 WAS 재기동이 필요합니다. 진행 부탁드립니다."""

from __future__ import annotations

from itertools import pairwise

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import folded
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.segment import Voice

_NEEDED = folded(
    r"\s(?:필요합니다|필요해요|필요한\s?상황입니다|필요한\s?상태입니다|요청드리고자\s?합니다|해야\s?합니다)[\s.!~]*$"
)
_OF_IT = folded(r"\s?(?:이|가|을|를)?\s(?:필요|요청드리고자|해야)|(?:을|를)?\s?해야")
_GO_ON = folded(
    r"\s*(?:바로\s|지금\s|빠르게\s|빨리\s|신속히\s|신속하게\s)?(?:진행|처리|작업|조치|실행)(?:을|를)?\s?(?:좀\s)?(?:해\s?주세요|해\s?주십시오|해\s?주시기\s?바랍니다|해\s?줘요?|부탁드립니다|부탁드려요|부탁합니다|부탁해요|바랍니다|해\s?주시면\s?감사하겠습니다)[\s.!~]*"
)


def needed(normal: Normal, parts: list[Part]) -> None:
    """Make what a sentence says is needed a request, where the next one says nothing but that it shall be done."""
    for one, other in pairwise(parts):
        spoken = one.sentence.voice is Voice.OWN is other.sentence.voice and not one.sentence.question
        if not spoken or one.english or other.sentence.corrects or other.sentence.holds:
            continue
        if not _GO_ON.fullmatch(normal.plain, other.sentence.start, other.sentence.end):
            continue
        if not _NEEDED.search(normal.plain, one.sentence.start, one.sentence.end):
            continue
        told = [deed for deed in one.said.deeds if deed.code]
        if not told or any(deed.mood is not Mood.STATEMENT for deed in told):
            continue
        if not all(_OF_IT.match(normal.plain, one.named_until(deed)) for deed in told):
            continue  # 재기동 전에 백업이 필요합니다
        for deed in told:
            deed.mood, deed.role = Mood.COMMAND, "do"
        other.said.asks_bare = False
        other.said.deeds = []
