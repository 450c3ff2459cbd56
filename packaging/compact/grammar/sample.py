# ruff: noqa: E501 - a table
"""One example: a prompt in the compact form and its answer, drawn by a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from grammar import around, asking, korean, manifold, silent
from grammar.draft import Draft
from guardia.llm_server.compact.tags import ANSWER, EARLIER, FILES, LIMITS, MESSAGE, plain

_LABEL = re.compile("\u00ab([ISHTF])(\\d+)\u00bb")


@dataclass(frozen=True)
class Sample:
    prompt: str
    answer: str
    kind: str


KINDS: tuple[tuple[str, float, Callable[[random.Random], Draft]], ...] = (
    ("command", 0.19, asking.command), ("read", 0.14, asking.read), ("question", 0.06, asking.question), ("nothing", 0.18, silent.nothing), ("two", 0.065, manifold.two), ("several", 0.06, manifold.several), ("sequence", 0.035, manifold.sequence), ("instead", 0.04, manifold.instead), ("corrected", 0.02, manifold.corrected), ("look first", 0.012, manifold.look_first),
    ("quoted", 0.035, silent.quoted), ("condition", 0.025, silent.condition), ("english", 0.06, asking.english), ("mixed", 0.012, asking.mixed), ("chat", 0.045, silent.chat), ("own", 0.025, silent.own), ("timed", 0.03, asking.timed), ("context", 0.06, asking.context), ("pointless", 0.005, asking.pointless),
)  # fmt: skip
_NAMES = [name for name, _, _ in KINDS]
_WEIGHTS = [weight for _, weight, _ in KINDS]
_MAKERS = {name: make for name, _, make in KINDS}


def _decorated(draw: random.Random, text: str) -> str:
    kind = draw.random()
    if kind < 0.10:
        text = f"{draw.choice(around.GREETINGS)} {text}"
    elif kind < 0.18:
        text = f"{draw.choice(around.REASONS)} {text}"
    elif kind < 0.21:
        text = f"{draw.choice(around.GREETINGS)} {draw.choice(around.REASONS)} {text}"
    elif kind < 0.24:
        text = f"{text} {draw.choice(around.REASONS)}"
    elif kind < 0.255:
        text = f"{text}\n<log>" if draw.random() < 0.5 else f"<log>\n{text}"
    if draw.random() < 0.2:
        text += draw.choice(("", " ", " ", ". ", "\n")) + draw.choice(around.TRAILERS)
    return text


def _typed(draw: random.Random, text: str) -> str:
    """Blanks where `_` allows one, and now and then a slip of the hand."""
    habit = draw.choice(("", " ", " ", None))
    text = re.sub("_", lambda _: habit if habit is not None else draw.choice(("", " ")), text)
    if draw.random() < 0.09:
        keep = draw.choice((0.0, 0.5))
        text = re.sub(r"(?<=[가-힣]) (?=[가-힣])", lambda _: " " if draw.random() < keep else "", text)
    if draw.random() < 0.05:
        text = re.sub(r"(?<=[가-힣])(?=(?:해|부탁|주세요|하지|할|했))", lambda _: draw.choice(("", " ")), text)
    if draw.random() < 0.07:
        places = [at for at, char in enumerate(text) if korean.is_syllable(char)]
        for at in sorted(draw.sample(places, min(len(places), draw.choice((1, 1, 2)))), reverse=True):
            text = text[:at] + korean.slip(draw, text[at]) + text[at + 1 :]
    if draw.random() < 0.1:
        text += draw.choice((".", "!", "~", "..", "!!", " ㅠㅠ", "ㅋㅋ", "^^", "ㅎㅎ", "~~"))
    return text


def _numbered(draft: Draft) -> tuple[str, str] | None:
    """Prompt and answer with tags numbered by their first appearance; None when there are too many names."""
    numbers: dict[str, str] = {}
    counts: dict[str, int] = {}
    for found in _LABEL.finditer("".join([*draft.earlier, *draft.files, draft.text])):
        if found[0] not in numbers:
            counts[found[1]] = counts.get(found[1], 0) + 1
            numbers[found[0]] = f"{found[1]}{counts[found[1]]}"
            if counts[found[1]] > LIMITS[found[1]]:
                return None

    def show(text: str) -> str:
        return _LABEL.sub(lambda found: f"<{numbers[found[0]]}>", text)

    prompt = FILES + "".join(show(one) for one in draft.files) if draft.files else ""
    prompt += "".join(EARLIER + plain(show(one).replace("_", " ")) for one in draft.earlier)
    prompt += MESSAGE + plain(show(draft.text)) + ANSWER
    answer = draft.answer.replace("<\u00ab", "\u00ab").replace("\u00bb>", "\u00bb")
    if any(found[0] not in numbers for found in _LABEL.finditer(answer)):
        return None
    shown = show(answer)
    if any(tag not in prompt for tag in re.findall(r"<[ISHTF]\d>", shown)):
        return None  # it stood in what is shown as one tag
    return prompt, shown


def make(seed: str, kind: str = "") -> Sample:
    """The example of a seed; the same seed gives the same one."""
    draw = random.Random(seed)  # noqa: S311 - sentences, no secrets
    while True:
        name = kind or draw.choices(_NAMES, _WEIGHTS)[0]
        draft = _MAKERS[name](draw)
        if draft.decorate:
            draft.text = _decorated(draw, draft.text)
        draft.text = _typed(draw, draft.text) if draft.typed else draft.text.replace("_", " ")
        done = _numbered(draft)
        if done is not None and len(done[0]) <= 400:
            return Sample(done[0], done[1], name)
