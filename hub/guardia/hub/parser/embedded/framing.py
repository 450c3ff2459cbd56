"""Whether what is said around a request makes a text of it, or holds it up: 이렇게 요청하시면 됩니다."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import TARGETS, K
from guardia.hub.parser.embedded.lexicon import framing as words
from guardia.hub.parser.embedded.parts import Message, asked_changes

SHOWN = "the request may be a text that is shown"
HELD = "something that was said stands against doing it now"


def framed(parsed: Message) -> str:
    """Why a change in `parsed` may not be asked for, by what is said around it; empty when nothing says so."""
    plain = parsed.normal.plain
    names = [item for part in parsed.parts for item in part.items if item.kind is K.NAME]
    for pattern, why in ((words.TEXT, SHOWN), (words.HELD, HELD), (words.ENGLISH, SHOWN)):
        for found in pattern.finditer(plain):
            if not any(item.start < found.end() and found.start() < item.end for item in names):
                return why
    bare = [
        part
        for part in parsed.parts
        if not asked_changes(part) and all(item.kind not in TARGETS for item in part.items)
    ]
    if any(words.NOT_YET.search(plain[part.sentence.start : part.sentence.end]) for part in bare):
        return HELD
    return ""
