"""English: every way to ask is understood, and no way of speaking of an action runs it."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import english_ways, estates, notation
from tests.hub.parser.english_sentences import ASKED, QUIET, UNSEEN

INVENTORIES = {name: build() for name, build in estates.ESTATES.items()}
READERS = {name: EmbeddedReader(inventory) for name, inventory in INVENTORIES.items()}


def outcome(example: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    estate, text, means, *rest = example
    more = rest[0] if rest else {}
    message = ReaderInput(
        id="x",
        text=text,
        files=tuple(more.get("files", ())),
        context=tuple(ContextMessage(text=one) for one in more.get("context", ())),
        now=more.get("now", ""),
    )
    wanted = notation.expected(means, INVENTORIES[estate])
    return wanted, notation.found(READERS[estate].read(message), wanted)


def changes(estate: str, text: str) -> list[Intent]:
    return [one for one in READERS[estate].read(ReaderInput(id="x", text=text)).intents if one.changes]


@pytest.mark.parametrize("example", [*ASKED, *UNSEEN], ids=lambda example: example[1][:70])
def test_what_is_asked_for_is_understood(example: Any) -> None:
    wanted, got = outcome(example)
    assert not notation.unsafe(wanted, got)
    assert got == wanted


@pytest.mark.parametrize("example", QUIET, ids=lambda example: example[1][:70])
def test_what_is_not_asked_for_changes_nothing(example: Any) -> None:
    assert changes(example[0], example[1]) == []


@st.composite
def places(draw: st.DrawFn) -> tuple[str, str, str]:
    """An estate, a target in English words, and the same in the tests' notation."""
    estate = draw(st.sampled_from(sorted(english_ways.NAMED)))
    words, place = draw(st.sampled_from(english_ways.NAMED[estate]))
    node = draw(st.sampled_from((0, 1, 2)))
    layer = draw(st.sampled_from(("WAS", "DB")))
    held = [one for one in INVENTORIES[estate].servers if f"{one.institution}/{one.system_name}" == place]
    numbers = {one.node_no for one in held if one.environment == "PROD" and one.infrastructure_layer == layer}
    if node not in numbers:
        node = 0
    return (
        estate,
        f"the {words} {layer}" + (f" node {node}" if node else ""),
        f"{place}/{layer}" + (f"#{node}" if node else ""),
    )


@given(places(), st.sampled_from(english_ways.VERBS), st.sampled_from(english_ways.ASKING))
@settings(max_examples=120, deadline=None)
def test_every_way_to_ask_is_understood(place: tuple[str, str, str], verb: english_ways.Verb, form: str) -> None:
    estate, words, means = place
    wanted = notation.expected(f"{verb.code} {means}", INVENTORIES[estate])
    reading = READERS[estate].read(ReaderInput(id="x", text=verb.said(form, words)))
    assert notation.found(reading, wanted) == wanted


@given(places(), st.sampled_from(english_ways.VERBS), st.sampled_from(english_ways.NOT_ASKING))
@settings(max_examples=250, deadline=None)
def test_no_other_way_to_speak_of_it_runs_it(place: tuple[str, str, str], verb: english_ways.Verb, form: str) -> None:
    estate, words, _ = place
    assert changes(estate, verb.said(form, words)) == []


@given(
    places(),
    st.sampled_from(english_ways.VERBS),
    st.sampled_from(english_ways.NOT_ASKING),
    st.sampled_from(english_ways.READS),
)
@settings(max_examples=80, deadline=None)
def test_a_read_beside_it_does_not_run_it(
    place: tuple[str, str, str], verb: english_ways.Verb, form: str, read: str
) -> None:
    estate, words, _ = place
    assert changes(estate, f"{verb.said(form, words)} {read.format(t=words)}") == []
    assert changes(estate, f"{read.format(t=words)} {verb.said(form, words)}") == []


@given(places(), places(), st.sampled_from(english_ways.VERBS), st.sampled_from(english_ways.ONE_OF_TWO))
@settings(max_examples=120, deadline=None)
def test_of_two_targets_only_the_one_asked_for_is_changed(
    one: tuple[str, str, str], other: tuple[str, str, str], verb: english_ways.Verb, form: str
) -> None:
    if one[0] != other[0] or one[2].partition("#")[0] == other[2].partition("#")[0]:
        return
    wanted = notation.expected(f"{verb.code} {other[2]}", INVENTORIES[one[0]])
    text = verb.said(form, other[1], one[1])
    reading = READERS[one[0]].read(ReaderInput(id="x", text=text))
    assert not notation.unsafe(wanted, notation.found(reading, wanted)), text


@pytest.mark.parametrize(
    "text",
    [
        "Restart the ibank WAS but keep node 1 running",
        "Restart the ibank WAS, leave node 1 as is",
        "Restart the ibank WAS. Skip node 1.",
        "Restart the ibank WAS. Don't touch node 1.",
        "Restart ibank WAS node 1 or node 2",
        "Restart one of the ibank WAS nodes",
        "Restart the last ibank WAS node",
        "Restart half of the ibank WAS nodes",
        "Restart the ibank WAS node that is stuck",
        "Restart any ibank WAS node",
        "Kill sessions 11 and 12 on the ibank DB",
        "Restart ibank WAS every night at 2am",
    ],
)
def test_a_target_that_is_not_told_clearly_is_asked_back(text: str) -> None:
    assert not any(intent.complete for intent in changes("bank", text))


@pytest.mark.parametrize(
    "word",
    [
        "and ",
        "please and ",
        ", ",
        "restart ibank WAS and ",
        "if you can ",
        "restart it then show the log ",
        "start it up ",
    ],
)
def test_a_message_of_one_phrase_again_and_again_is_read_in_bounded_time(word: str) -> None:
    started = time.process_time()
    READERS["bank"].read(ReaderInput(id="x", text=(word * 4_000)[:3_980] + "restart ibank"))
    assert time.process_time() - started < 5
