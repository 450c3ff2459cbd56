"""The table of words that the lists of this package fill."""

from __future__ import annotations

from typing import Any

from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import K

Entry = tuple[K, Any]
WORDS: dict[str, list[Entry]] = {}
"""Folded word -> what it may stand for."""


def put(kind: K, value: Any, words: str) -> None:
    """Add `words`, parted by white space; an underscore marks where one may be written apart."""
    for word in words.split():
        WORDS.setdefault(fold(word.replace("_", "").lower()), []).append((kind, value))
