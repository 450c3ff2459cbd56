"""A moment that leans on what is only told: 코어레저는 22시에 내립니다. 그 후에 인뱅 WAS 내려주세요. When is that?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.hangul import fold, folded
from guardia.hub.parser.embedded.items import PLACES, K
from guardia.hub.parser.embedded.lexicon import then
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes

LEANS = "the moment is that of something that is only told"
_THEN = folded(
    rf"(?<![가-힣]){then.MOMENT}(?:에|으로|에는|엔|은|는)?(?:\s|,|$)"
    r"|(?<![가-힣])(?:점검|작업|배포|반영|교체|테스트|검증)\s?(?:전에|후에|끝나고|마치고)\s"
)
_THEN_ENGLISH = re.compile(rf"^\W*(?:and )?then\b|\b{then.ENGLISH}\b|\bthen\W*$|\blater\W*$")
_CLOCK = re.compile(fold(r"\d{1,2}\s?시(?!간)") + r"|\d{1,2}:\d{2}|\b\d{1,2} ?[ap]m\b|\bnoon\b|\bmidnight\b")


_ON_A_DAY = folded(
    r"(?<![가-힣])(?:내일|낼|모레|글피|[월화수목금토일]요일|다음\s?주|차주|주말|다음\s?달|오늘\s?(?:밤|저녁|새벽)|밤|저녁|새벽|나중|이따가?)(?:에|로|으로)?\s?(?:입니다|이에요|예요|이요|이구요|이고요|임|로\s?잡혔습니다|로\s?정해졌습니다)"
)
"""정기 점검은 토요일입니다; … 재기동해주세요 내일입니다: is that the day of the change?"""


def _on_a_day(plain: str, part: Part) -> bool:
    """True where a day is told of nothing in particular: 운영은 목요일이고요 is of another place."""
    for found in _ON_A_DAY.finditer(plain, part.sentence.start, part.sentence.end):
        ends = [part.items[max(deed.at, deed.anchor)].end for deed in part.said.deeds if deed.wanted]
        begin = max((end for end in ends if end <= found.start()), default=part.sentence.start)
        if not any(item.kind in PLACES and begin <= item.start < found.start() for item in part.items):
            return True
    return False


def leans(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why the first change may be meant for another moment: it is told when by a sentence that asks for nothing."""
    changes = [one for one in intents if one.changes and one.complete]
    if not changes:
        return ""
    plain = parsed.normal.plain
    if not any("at" in one.parameters for one in changes) and any(_on_a_day(plain, part) for part in parsed.parts):
        return LEANS
    asked = False
    for part in parsed.parts:
        start, end = part.sentence.start, part.sentence.end
        if not asked_changes(part):
            asked = asked or any(deed.wanted for deed in part.said.deeds)
            continue
        first = min(part.items[max(deed.at, deed.anchor)].start for deed in part.said.deeds if deed.wanted)
        earlier = parsed.normal.source[: parsed.normal.origin[part.items[0].start]]
        delayed = any(item.kind is K.TIME and item.value.when.delay is not None for item in part.items)
        if delayed and not asked and _CLOCK.search(fold(earlier.lower())):
            return LEANS
        if asked or not earlier.strip():
            return ""
        timed = any(item.kind is K.TIME for item in part.items)
        words = plain[start:end] if part.english else plain[start:first]
        pattern = _THEN_ENGLISH if part.english else _THEN
        return LEANS if not timed and pattern.search(words) else ""
    return ""
