"""What the classifier sees of a message: its text with the names taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.parts import Message

SYSTEM, INSTITUTION, SERVER, FILE, LAYER, ENVIRONMENT, ATTACHED, QUOTED = "ⓢⓘⓝⓕⓛⓔⓐⓠ"
"""A sign for each kind of name, since which one it is tells nothing of what is asked, and one for what is pasted."""
_STANDS_FOR = {K.SERVER: SERVER, K.FILE: FILE, K.LAYER: LAYER, K.ENV: ENVIRONMENT}
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")


def masked(parsed: Message, *, attached: bool) -> str:
    """The text of `parsed`, with signs for names, layers, environments, files and pasted blocks, and 0 for a number."""
    plain = parsed.normal.plain
    pasted = ((start, end, QUOTED) for start, end, _ in parsed.left_out)
    asides = ((start, end, "") for start, end, _ in parsed.asides)
    spans = sorted((*pasted, *asides, *_names(parsed)))
    pieces: list[str] = []
    at = 0
    for start, end, sign in spans:
        if start >= at:
            pieces += (plain[at:start], sign)
            at = end
    text = _SPACES.sub(" ", _DIGITS.sub("0", "".join((*pieces, plain[at:])))).strip()
    return f"{text} {ATTACHED}" if attached else text


def _names(parsed: Message) -> Iterator[tuple[int, int, str]]:
    for part in parsed.parts:
        for item in part.items:
            if item.kind is K.NAME:
                yield item.start, item.end, SYSTEM if item.value.systems else INSTITUTION
            elif item.kind in _STANDS_FOR:
                yield item.start, item.end, _STANDS_FOR[item.kind]
