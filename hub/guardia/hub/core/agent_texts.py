"""Agents' sentences, found again in the catalogue, so that a room of another language reads them in its own. Pure.

Agents send Korean words, whatever the room (docs/protocol.md): an agent serves many rooms, and what it explained is
bound to approvals as it is. What the catalogue does not have is shown as it came.
"""

from __future__ import annotations

import functools
from string import Formatter
from typing import Any

import msgspec

from guardia.hub.core.language import Language
from guardia.hub.core.texts import TEXTS, Said, Text, told
from guardia.hub.core.words.agents import WORDS

MAX_LENGTH = 4_000
"""Characters of a text that is looked for."""
MAX_LISTED = 20
MAX_DEEP = 3
"""A sentence may hold a sentence."""


class _Shape(msgspec.Struct, frozen=True):
    """A sentence's fixed parts with the names of what stands between them."""

    key: str
    parts: tuple[str, ...]
    names: tuple[str, ...]

    def match(self, text: str) -> dict[str, str] | None:
        """The values in `text`; None: it is another sentence. Linear in its length: nothing is tried twice."""
        first, last = self.parts[0], self.parts[-1]
        if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
            return None
        rest, values = text[len(first) : len(text) - len(last)], []
        for part in self.parts[1:-1]:
            value, found, rest = rest.partition(part)
            if not found or not value:
                return None
            values.append(value)
        if self.names and not rest:
            return None
        return dict(zip(self.names, [*values, rest], strict=True)) if self.names else {}


def _shape(key: str, text: str) -> _Shape:
    parts, names = [""], []
    for literal, name, _, _ in Formatter().parse(text):
        parts[-1] += literal
        if name is not None:
            names.append(name)
            parts.append("")
    return _Shape(key, tuple(parts), tuple(names))


_LIST = "agent.several_texts"
_SHAPES = tuple(_shape(key, words["ko"]) for key, words in WORDS.items() if "{" in words["ko"] and key != _LIST)
_WHOLE = {
    words["ko"]: key
    for key, words in TEXTS.items()
    if key.startswith("action.") or (key in WORDS and "{" not in words["ko"])
}


def recognised(text: str, deep: int = MAX_DEEP) -> Text:
    """The text of the catalogue that these words are, with its values likewise; the words themselves for any other."""
    if len(text) > MAX_LENGTH or not _korean(text) or not deep:
        return text
    key = _WHOLE.get(text)
    if key is not None:
        return Said(key)
    items = _listed(text, deep)
    if items and all(isinstance(item, Said) for item in items):
        return Said(_LIST, {"items": items})
    for shape in _SHAPES:
        values = shape.match(text)
        if values is not None:
            return Said(shape.key, {name: recognised(value, deep - 1) for name, value in values.items()})
    return Said(_LIST, {"items": items}) if any(isinstance(item, Said) for item in items) else text


def _listed(text: str, deep: int) -> tuple[Text, ...]:
    """The parts between commas; empty: there is one, or more than a list has."""
    parts = text.split(", ", MAX_LISTED)
    return tuple(recognised(part, deep - 1) for part in parts) if 1 < len(parts) < MAX_LISTED else ()


@functools.lru_cache(maxsize=2_048)
def _translated(language: Language, text: str) -> str:
    return told(language, recognised(text))


def heard(language: Language, text: Text) -> str:
    """What an agent said, or what was recorded of it, in the room's language."""
    if language == "ko":
        return told(language, text)
    if isinstance(text, Said):
        return told(language, Said(text.key, {name: _value(language, one) for name, one in text.values.items()}))
    return _translated(language, text)


def _value(language: Language, value: Any) -> Any:
    return heard(language, value) if isinstance(value, str | Said) else value


def readable(language: Language, report: dict[str, Any]) -> dict[str, Any]:
    """A result for a room of that language: its sentence and the words of its table."""
    if language == "ko":
        return report
    changed = {**report, "summary": heard(language, str(report.get("summary", "")))}
    table = report.get("table")
    if table:
        rows = [[heard(language, str(cell)) for cell in row] for row in table.get("rows", ())]
        changed["table"] = {"columns": [heard(language, str(name)) for name in table.get("columns", ())], "rows": rows}
    return changed


def _korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)
