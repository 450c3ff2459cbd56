"""A moment that leans on what is only told: 코어레저는 22시에 내립니다. 그 후에 인뱅 WAS 내려주세요. When is that?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.hangul import fold, folded
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.parts import Message, asked_changes

LEANS = "the moment is that of something that is only told"
_THEN = folded(
    r"(?<![가-힣])(?:그\s?때|그\s?시각|그\s?시점|같은\s?시각|그\s?(?:후|뒤|다음)(?:에|으로|엔)?|그런\s?다음|그러고\s?나서|당일)(?:에|에는|엔|은|는)?(?:\s|,|$)"
    r"|(?<![가-힣])(?:점검|작업|배포|반영|교체|테스트|검증)\s?(?:전에|후에|끝나고|마치고)\s"
)
_THEN_ENGLISH = re.compile(
    r"^\W*(?:and )?then\b"
    r"|\b(?:after that|after this|afterwards|right after|following that|at the same time|at that time)\b"
    r"|\bthen\W*$|\blater\W*$"
)
_CLOCK = re.compile(fold(r"\d{1,2}\s?시(?!간)") + r"|\d{1,2}:\d{2}|\b\d{1,2} ?[ap]m\b|\bnoon\b|\bmidnight\b")


def leans(parsed: Message, changes: Sequence[Intent]) -> str:
    """Why the first change may be meant for another moment: it is told when by a sentence that asks for nothing."""
    if not changes:
        return ""
    plain = parsed.normal.plain
    asked = ""
    for part in parsed.parts:
        start, end = part.sentence.start, part.sentence.end
        if not asked_changes(part):
            asked = asked or ("look" if any(deed.wanted for deed in part.said.deeds) else "")
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
