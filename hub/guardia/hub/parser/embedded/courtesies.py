"""What is said around a request and says nothing of it: found before the sentences are, that no rule reads into it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from guardia.hub.parser.embedded.hangul import folded, is_syllable
from guardia.hub.parser.embedded.lexicon import courtesies as lexicon
from guardia.hub.parser.embedded.lexicon.asking import ASKED
from guardia.hub.parser.embedded.normalise import Normal, plain_of
from guardia.hub.parser.embedded.segment import QUOTES

COURTESY = "a courtesy"
NOT_ASKED = "work that is not asked for"
"""Why it is left out of the reading."""
_MARKS = r"[.!?~;\n]"
_BEGINS = folded(
    rf"(?:(?<={_MARKS})|(?<=니다)|(?<=세요)|(?<=[아어해려에예네게까나데대]요)|(?<=시오)|(?<=줘)|(?<=부탁)|(?<=바람))\s+(?=\S)|\n\s*(?=\S)"
)
_STRIPPED = ".,!~?;:()"
_MARKS_BEHIND = re.compile(r"[ .!~^;]*")
Span = tuple[int, int, str]
"""Where an utterance stands, and why it is left out."""


def hushed(normal: Normal, names: Callable[[str], object]) -> tuple[Normal, tuple[Span, ...]]:
    """`normal` without its courtesies, and where they stood; all of it as it is where nothing else is said.

    Blanks stand in their place, and a full stop before the first where none stood: what was said ends there.
    `names`: what a word names in the inventory, if anything; an utterance with a name in it stays.
    """
    quoted = [found.span() for found in QUOTES.finditer(normal.text)]
    spans = tuple(
        (a, b, why)
        for a, b, why in _courtesies(normal.plain)
        if not any(first < b and a < last for first, last in quoted) and not _named(normal.plain[a:b], names)
    )
    if not spans:
        return normal, ()
    text = list(normal.text)
    for a, b, _ in spans:
        text[a:b] = (letter if letter == "\n" else " " for letter in text[a:b])
        if a and text[a - 1] == " " and (a == 1 or text[a - 2].isalnum()):
            text[a - 1] = "."
    rest = "".join(text)
    plain = plain_of(rest)
    if not any(letter.isalnum() for letter in rest) or lexicon.TOO.search(plain):
        return normal, ()  # 재기동도요 leans on what was said
    if any(map(is_syllable, rest)) and not ASKED.search(plain):
        return normal, ()  # a bare "인뱅 WAS 재기동" may be told like the rest
    return replace(normal, text=rest, plain=plain), spans


def _named(said: str, names: Callable[[str], object]) -> bool:
    """승인 건입니다, where 승인 is a system."""
    words = [word.strip(_STRIPPED) for word in said.split()]
    return any(names(word) or (len(word) > 1 and names(word[:-1])) for word in words if word)


def _courtesies(plain: str) -> Iterator[Span]:
    """The courtesies, each with the marks and blanks behind it, in order."""
    first = next((at for at, letter in enumerate(plain) if not letter.isspace()), 0)
    taken = 0
    for begin in (first, *(found.end() for found in _BEGINS.finditer(plain))):
        found, why = _whole(plain, begin) if begin >= taken else (None, "")
        if found is None:
            continue
        behind = _MARKS_BEHIND.match(plain, found.end())
        last = behind.end() if behind is not None else found.end()
        if _stands_alone(plain, begin, last):
            taken = last
            yield begin, last, why


def _stands_alone(plain: str, begin: int, last: int) -> bool:
    """False where what follows leans on it: 오류 있으면 알려주세요. 그러면 재기동해주세요."""
    if lexicon.LEANS.match(plain, last):
        return False
    if lexicon.MINE.search(plain, begin, last):
        return True  # 문제 생기면 롤백은 제가 하겠습니다
    return not (lexicon.CONDITIONS.search(plain, begin, last) and ASKED.search(plain, last))


def _whole(plain: str, begin: int) -> tuple[re.Match[str] | None, str]:
    """The courtesy that begins at `begin`, if it is all that is said until the next mark, and its kind."""
    found = lexicon.KOREAN.match(plain, begin) or lexicon.ENGLISH.match(plain, begin)
    if found is not None and lexicon.NOUNS.search(found.group()) is None:
        return found, COURTESY
    if aside := _aside(plain, begin):
        return aside, NOT_ASKED
    return _plea(plain, begin), COURTESY


def _aside(plain: str, begin: int) -> re.Match[str] | None:
    """A piece of work that shall not be done, where nothing like it is asked for: 재기동은 하지 마세요."""
    found = lexicon.ASIDE_KOREAN.match(plain, begin) or lexicon.ASIDE_ENGLISH.match(plain, begin)
    if found is None:
        return None
    rest = lexicon.SESSIONS.sub(" ", plain[:begin] + "\n" + plain[found.end() :])
    works = [name for name, words in lexicon.WORKS.items() if words.search(found.group())]
    near = {near for name in works for near in lexicon.NEAR[name]}
    return found if works and not any(lexicon.WORKS[name].search(rest) for name in near) else None


def _plea(plain: str, begin: int) -> re.Match[str] | None:
    """이것만 부탁드려요, where what is asked for stands in full words; 나머지는 제가 할게요, where nodes are named."""
    found = lexicon.PLEA.match(plain, begin)
    if found and ASKED.search(plain, found.end()) and not ASKED.search(plain[:begin]):
        return found  # ahead of the request; behind it "하나만 부탁드려요" may say how many
    found = lexicon.REST.match(plain, begin)
    return found if found and lexicon.NODES.search(plain[:begin] + "\n" + plain[found.end() :]) else None
