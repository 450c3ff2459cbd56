"""What a kind of message makes, and the parts that the kinds share."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from grammar import frames, korean, target
from grammar.deed import Deed
from grammar.target import Target

_SLOT = re.compile(r"\{(\w)\}(는|가|를|와|랑|은|이)?(?![가-힣])")
_GENERAL = {"는": "은", "은": "은", "가": "이", "이": "이", "를": "을", "와": "과", "랑": "이랑"}


@dataclass
class Draft:
    """Text with placeholders, its answer, attachments and earlier messages."""

    text: str
    answer: str
    files: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    decorate: bool = True
    """Words around it change nothing."""
    typed: bool = True
    """May hold slips of the hand."""


def fill(draw: random.Random, template: str, **values: str) -> str:
    """`template` with its slots filled and their particles fitted; of a placeholder any form fits."""

    def put(found: re.Match[str]) -> str:
        word, which = values[found[1]], found[2]
        if not which:
            return word
        if word.endswith("\u00bb"):
            which = draw.choice(korean.ADAPTED[_GENERAL[which]])
            return word + which
        return korean.particle(word, _GENERAL[which])

    filled = _SLOT.sub(put, template)
    return re.sub(r"\{(\w)\}", lambda found: values[found[1]], filled)


def request(one: Deed, aim: Target, more: str = "") -> str:
    """The answer's tokens for one deed and target."""
    tokens = f"<{one.action}>" + more + aim.answer()
    return tokens + "".join(one.files) + (one.arguments if not one.files else "")


def place_deed(
    draw: random.Random, make: Callable[[random.Random], Deed], bare: float | None = None
) -> tuple[Deed, Target]:
    """A deed and a target that it can have; `bare` is the share without a layer."""
    one = make(draw)
    if bare is None:
        bare = 0.5 if one.layers != ("was", "web", "db") else 0.16 if one.changes else 0.4
    return one, target.make(draw, layers=one.layers, bare=bare)


def join(draw: random.Random, aim: Target, text: str) -> str:
    """Target and predicate in one sentence, or parted."""
    kind = draw.random()
    if kind < 0.82:
        link = draw.choice(frames.LINKS)
        if link.strip() in ("을", "를"):
            link = (
                draw.choice(("을 ", "를 "))
                if aim.text.endswith("\u00bb")
                else korean.particle(aim.text, "을")[len(aim.text) :] + " "
            )
        return aim.text + link + text
    if kind < 0.88 and aim.head and aim.tail:
        return fill(draw, draw.choice(frames.HEAD_STATED), h=aim.head, t=aim.tail, c=text)
    if kind < 0.95:
        return fill(draw, draw.choice(frames.INVERTED), c=text, t=aim.text)
    return fill(draw, draw.choice(frames.STATED), t=aim.text, c=text)


def sibling(draw: random.Random, aim: Target, layers: tuple[str, ...]) -> Target | None:
    """Another layer or environment of the same system, named by that alone."""
    if not aim.layer or aim.layer == "all" or not aim.places or aim.places[0][1] == "H" or aim.nodes:
        return None
    other = draw.choice([one for one in ("was", "web", "db") if one != aim.layer])
    if other not in layers:
        return None
    word = target.layer_word(draw, other)
    return Target("", word, word, aim.places, aim.environment, other)
