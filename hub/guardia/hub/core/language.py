"""The languages that a room may have, and the shape in which what is said is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Words = dict[str, dict[Language, str]]
"""Texts by key, each in every language; `{name}` stands for a value."""
Languages = Callable[[str], Language]
"""The language of a room, by its id."""
