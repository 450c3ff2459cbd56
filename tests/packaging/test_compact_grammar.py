"""The grammar of the compact model: what it makes is of the format, the same for a seed, and over invented names."""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guardia.llm_server.compact import notation, tags

_COPIED = re.compile(r"<(?:pat|sid|ver|svc)> [^<]+")
FOLDER = Path(__file__).resolve().parents[2] / "packaging" / "compact"
_PROMPT = re.compile(r"(?:<files>(?:<F\d>)+)?(?:<earlier>[^\0]*?){0,2}<message>([^\0]*)<answer>")


@pytest.fixture(scope="module")
def grammar() -> Any:
    sys.path.insert(0, str(FOLDER))
    try:
        from grammar import korean, sample
    finally:
        sys.path.remove(str(FOLDER))

    class Grammar:
        make = staticmethod(sample.make)
        kinds = tuple(name for name, _, _ in sample.KINDS)
        verb = korean.Verb
        particle = staticmethod(korean.particle)

    return Grammar


def test_a_seed_gives_one_example(grammar: Any) -> None:
    assert [grammar.make(f"s {at}") for at in range(50)] == [grammar.make(f"s {at}") for at in range(50)]


def test_every_kind_is_of_the_format(grammar: Any) -> None:
    for kind in grammar.kinds:
        for at in range(60):
            one = grammar.make(f"{kind} {at}", kind)
            found = _PROMPT.fullmatch(one.prompt)
            assert found, one
            assert "{" not in one.prompt + one.answer
            assert "\u00ab" not in one.prompt + one.answer
            assert tags.plain(found[1]) == found[1]
            held = set(re.findall(r"<([ISHTF]\d)>", one.prompt))
            assert set(re.findall(r"<([ISHTF]\d)>", one.answer)) <= held, one
            # A slip of the hand may fall into a copied word, which then is not in the message as the answer has it.
            assert re.fullmatch(notation.pattern(held, one.prompt), _COPIED.sub("", one.answer)), one
            notation.parse(one.answer)


def test_copied_words_stand_in_the_message(grammar: Any) -> None:
    examples = [grammar.make(f"search {at}", "read") for at in range(1_500)]
    copied = [one for one in examples if _COPIED.search(one.answer)]
    whole = [one for one in copied if re.fullmatch(notation.pattern(["I1", "S1", "H1", "H2"], one.prompt), one.answer)]
    assert len(whole) > 0.85 * len(copied) > 50


def test_every_action_and_nothing_at_all_are_asked_often(grammar: Any) -> None:
    counts: Counter[str] = Counter()
    for at in range(6_000):
        answer = grammar.make(f"count {at}").answer
        counts["none"] += answer == "<none>"
        counts.update(set(re.findall(r"<(\w+)>", answer)) & set(notation.ACTIONS))
    assert counts["none"] > 1_500
    assert min(counts[name] for name in notation.ACTIONS) > 40


@pytest.mark.parametrize(
    ("base", "inf", "forms"),
    [
        ("내리", "내려", ("내렸", "내릴", "내린", "내리는", "내리시", "내리면", "내리려")),
        ("밀", "밀어", ("밀었", "밀", "민", "미는", "미시", "밀면", "밀려")),
        ("끊", "끊어", ("끊었", "끊을", "끊은", "끊는", "끊으시", "끊으면", "끊으려")),
    ],
)
def test_endings(grammar: Any, base: str, inf: str, forms: tuple[str, ...]) -> None:
    verb = grammar.verb(base, inf)
    assert (verb.past, verb.future, verb.did, verb.does, verb.honoured, verb.when, verb.meaning_to) == forms


def test_particles(grammar: Any) -> None:
    assert [grammar.particle(word, "을") for word in ("서버", "노드들", "web")] == ["서버를", "노드들을", "web를"]
