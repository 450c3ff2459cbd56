"""What the hub says to people, in the languages that a room may have: one catalogue, of which `words/` holds the parts.

What is recorded is a `Said`: the key of a text and its values, so that it can be shown in any room, in that room's
language. Logs from before that hold sentences, and agents send them; those are shown as they are (`Text`).
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import NamedTuple

import msgspec

from guardia.hub.core.language import LANGUAGES, Language, Languages, Words
from guardia.hub.core.words import (
    advice,
    agents,
    cards,
    channels,
    errors,
    outcomes,
    preview,
    questions,
    states,
    talk,
    why,
)
from guardia.proto.catalogue import CATALOGUE

__all__ = [
    "LANGUAGES", "TEXTS", "Language", "Languages", "Said", "Text", "action", "known", "named", "said", "say", "told",
]  # fmt: skip

_ACTIONS: Words = {f"action.{code}": {"ko": one.title, "en": one.title_en} for code, one in CATALOGUE.items()}
_NOUNS = (advice, agents, cards, channels, errors, outcomes, preview, questions, states, talk, why)
_PARTS = (*(noun.WORDS for noun in _NOUNS), _ACTIONS)
TEXTS: Words = {key: text for part in _PARTS for key, text in part.items()}
assert len(TEXTS) == sum(map(len, _PARTS)), "a key is in two parts"


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """A text by its key, not yet in a language. Values are texts too, or several, which are joined by commas."""

    key: str
    values: dict[str, str | int | Said | tuple[str | Said, ...]] = {}
    """Texts as values are said in the same language; several are joined by commas."""

    def __str__(self) -> str:
        """In Korean, for logs."""
        return told("ko", self)


Text = str | Said
"""Something to be read: words as they are, or a text of the catalogue."""

_JOSA = {"은(는)": ("은", "는"), "을(를)": ("을", "를"), "이(가)": ("이", "가"), "(으)로": ("으로", "로")}
_STARTS = re.compile(r"(?P<quote>[”\"']?)(?P<josa>은\(는\)|을\(를\)|이\(가\)|\(으\)로)")
_RIEUL = 8


def known(key: str) -> bool:
    """Whether there is such a text."""
    return key in TEXTS


def say(language: Language, key: str, **values: object) -> str:
    """The text `key` in the room's language. Values are put in as they are: plain text, never markup.

    A particle in both forms behind a value (`{ticket}을(를)`) becomes the one that the value's last syllable takes.
    """
    template = _template(language, key)
    if len(template) == 1 and template[0].name is None:
        return template[0].literal
    parts: list[str] = []
    for literal, name, josa, quote in template:
        parts.append(f"{quote}{_josa(parts[-1], josa)}{literal}" if josa else literal)
        if name is not None:
            parts.append(str(values[name]))
    return "".join(parts)


class _Piece(NamedTuple):
    """Words of a text up to its next value; where they begin with a particle in both forms, that is set apart."""

    literal: str
    name: str | None
    josa: str = ""
    quote: str = ""


@cache
def _template(language: Language, key: str) -> tuple[_Piece, ...]:
    """A text taken to pieces once: a card says some thirty of them."""
    pieces: list[_Piece] = []
    for literal, name, _, _ in Formatter().parse(TEXTS[key][language]):
        found = _STARTS.match(literal) if pieces else None
        if found is None:
            pieces.append(_Piece(literal, name))
        else:
            pieces.append(_Piece(literal[found.end() :], name, found["josa"], found["quote"]))
    return tuple(pieces) or (_Piece("", None),)


def told(language: Language, text: Text) -> str:
    """What was recorded, in the room's language. A key that this version does not have is shown as it is."""
    if isinstance(text, str):
        return text
    if not known(text.key):  # of a newer hub on the same store
        return " ".join([text.key, *(_value(language, one) for one in text.values.values())])
    return say(language, text.key, **{name: _value(language, value) for name, value in text.values.items()})


def _value(language: Language, value: object) -> str:
    match value:
        case Said():
            return told(language, value)
        case tuple():
            return ", ".join(_value(language, one) for one in value)
        case _:
            return str(value)


def said(key: str, **values: str | int | Said | tuple[str | Said, ...]) -> Said:
    """A text of the catalogue, to be recorded or raised."""
    return Said(key, values)


def action(code: str) -> Text:
    """The title of an action; its code where the catalogue has none of it."""
    return Said(f"action.{code}") if code in CATALOGUE else code


def named(language: Language, group: str, value: str) -> str:
    """The name of a value (`environment`, `PROD`) in the room's language; the value itself where it has none."""
    key = f"{group}.{value}"
    return say(language, key) if known(key) else value


def _josa(word: str, both: str) -> str:
    code = ord(word[-1]) - 0xAC00 if word else -1
    if not 0 <= code < 11_172:
        return both
    final = code % 28
    return _JOSA[both][0 if final and not (final == _RIEUL and both == "(으)로") else 1]
