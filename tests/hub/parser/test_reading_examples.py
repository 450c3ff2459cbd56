"""Whole messages: what they mean, over estates of this folder's own."""

from __future__ import annotations

from typing import Any

import pytest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ContextMessage, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import estates, notation
from tests.hub.parser.examples import EXAMPLES
from tests.hub.parser.examples_around import AROUND
from tests.hub.parser.examples_corrections import CORRECTIONS
from tests.hub.parser.examples_english import ENGLISH
from tests.hub.parser.examples_guards import GUARDS
from tests.hub.parser.examples_names import NAMES
from tests.hub.parser.examples_places import PLACES
from tests.hub.parser.examples_sequences import SEQUENCES
from tests.hub.parser.examples_verbs import VERBS
from tests.hub.parser.examples_words import WORDS
from tests.hub.parser.heldout import FOURTH, THIRD

INVENTORIES: dict[str, Inventory] = {name: build() for name, build in estates.ESTATES.items()}
READERS = {name: EmbeddedReader(inventory) for name, inventory in INVENTORIES.items()}


def outcome(example: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    estate, text, wanted, *more = example
    options = more[0] if more else {}
    message = ReaderInput(
        id="x",
        text=text,
        files=tuple(options.get("files", ())),
        now=options.get("now", ""),
        context=tuple(ContextMessage(text=one) for one in options.get("context", ())),
    )
    want = notation.expected(wanted, INVENTORIES[estate])
    return want, notation.found(READERS[estate].read(message), want)


@pytest.mark.parametrize(
    "example",
    [*EXAMPLES, *AROUND, *CORRECTIONS, *ENGLISH, *GUARDS, *NAMES, *PLACES, *SEQUENCES, *VERBS, *WORDS],
    ids=lambda example: example[1][:60],
)
def test_example(example: Any) -> None:
    want, got = outcome(example)
    assert got == want


def test_the_held_out_part_has_no_unsafe_reading_and_nine_in_ten_right() -> None:
    results = [outcome(example) for example in (*THIRD, *FOURTH)]
    assert [got for want, got in results if notation.unsafe(want, got)] == []
    right = sum(want == got for want, got in results)
    assert right / len(results) >= 0.9
