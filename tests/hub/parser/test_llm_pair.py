"""Both readers over whole messages: a model that is right is believed, and no model makes the pair unsafe."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ContextMessage, ReaderInput, Reading
from guardia.hub.parser.consensus import agree
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.grounding import NoReadingError, ground
from guardia.llm_server.candidates import CandidateIndex
from guardia.llm_server.prompt import MAX_CONTEXT
from tests.hub.parser import estates, notation
from tests.hub.parser.examples import EXAMPLES
from tests.hub.parser.heldout import THIRD

INVENTORIES: dict[str, Inventory] = {name: build() for name, build in estates.ESTATES.items()}
READERS = {name: EmbeddedReader(inventory) for name, inventory in INVENTORIES.items()}
INDEXES = {name: CandidateIndex(inventory) for name, inventory in INVENTORIES.items()}
NULLS = dict.fromkeys(["lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service"])
OPEN: dict[str, Any] = {
    "institution": "UNKNOWN",
    "system_name": "UNKNOWN",
    "environment": "PROD",
    "infrastructure_layer": "ALL",
    "target_nodes": [],
    "action_sequence": [],
    "deploy_artifacts": [],
    "requires_approval": False,
}


class Line:
    """An example with what the embedded reader makes of it and what would be right."""

    def __init__(self, example: Any) -> None:
        self.estate, text, notated, *more = example
        options = more[0] if more else {}
        self.message = ReaderInput(
            id="x",
            text=text,
            files=tuple(options.get("files", ())),
            now=options.get("now", ""),
            context=tuple(ContextMessage(text=one) for one in options.get("context", ())),
        )
        self.want = notation.expected(notated, INVENTORIES[self.estate])
        self.embedded = READERS[self.estate].read(self.message)

    def right(self) -> list[dict[str, Any]]:
        """What a model that understood answers."""
        return [
            {
                **OPEN,
                **want,
                "target_nodes": sorted(want.get("target_nodes", ())),
                "parameters": {**NULLS, **want.get("parameters", {})},
            }
            for want in self.want
        ]

    def model(self, requests: list[dict[str, Any]]) -> Reading | None:
        """The model's reading, or None where it counts as none."""
        answer = json.dumps({"requests": requests}, ensure_ascii=False)
        try:
            intents = ground(answer, self.message, READERS[self.estate].gazetteer)
        except NoReadingError:
            return None
        return Reading(intents=intents, reader="llm", version="m")

    def pair(self, requests: list[dict[str, Any]]) -> Reading:
        model = self.model(requests)
        return self.embedded if model is None else agree(self.embedded, model)

    def safe(self, reading: Reading) -> bool:
        return not notation.unsafe(self.want, notation.found(reading, self.want))


LINES = [Line(example) for example in (*EXAMPLES, *THIRD)]


def test_a_model_that_is_right_is_nearly_always_believed() -> None:
    refused = [line.message.text for line in LINES if line.model(line.right()) is None]
    assert len(refused) / len(LINES) <= 0.05, refused


def test_a_model_that_is_right_makes_the_pair_right_wherever_the_embedded_reader_is() -> None:
    for line in LINES:
        alone = notation.found(line.embedded, line.want)
        if alone == line.want:
            pair = line.pair(line.right())
            assert pair.disputes == ()
            assert notation.found(pair, line.want) == line.want


def test_candidates_hold_what_is_right() -> None:
    missed = []
    for line in LINES:
        context = [said.text for said in line.message.context[-MAX_CONTEXT:]]
        found = INDEXES[line.estate].find(line.message.text, context)
        for want in line.right():
            names = {want["system_name"]} - {"UNKNOWN", *found.system_names}
            names |= {want["institution"]} - {"UNKNOWN", *found.institutions}
            names |= set(want["target_nodes"]) - {"UNKNOWN", *found.nodes}
            missed += [(line.message.text, names)] if names else []
    assert len(missed) <= len(LINES) // 100, missed


def silent(_line: Line, _number: int) -> list[dict[str, Any]]:
    return []


def another(_line: Line, number: int) -> list[dict[str, Any]]:
    """The right answer to a message of the same estate that nobody sent."""
    same = [other for other in LINES if other.estate == LINES[number].estate]
    return same[(number * 7 + 3) % len(same)].right()


def _changed(line: Line, **changes: Any) -> list[dict[str, Any]]:
    return [{**request, **changes, "requires_approval": False} for request in line.right()]


def stops(line: Line, _number: int) -> list[dict[str, Any]]:
    return _changed(line, intent_type="STOP", action_sequence=["STOP_SERVICE"])


def restarts_what_it_can(line: Line, _number: int) -> list[dict[str, Any]]:
    server = INVENTORIES[line.estate].servers[0]
    found = INDEXES[line.estate].find(line.message.text)
    place = found.systems[0] if found.systems else None
    return [
        {
            **OPEN,
            "intent_type": "RESTART",
            "institution": place.institution if place else server.institution,
            "system_name": place.system_name if place else server.system_name,
            "infrastructure_layer": "WAS",
            "action_sequence": ["RESTART_SERVICE"],
            "parameters": NULLS,
        }
    ]


def everywhere(line: Line, _number: int) -> list[dict[str, Any]]:
    return _changed(line, target_nodes=[])


def in_production(line: Line, _number: int) -> list[dict[str, Any]]:
    return _changed(line, environment="PROD")


def now(line: Line, _number: int) -> list[dict[str, Any]]:
    return _changed(line, parameters=NULLS)


@pytest.mark.parametrize(
    "model",
    [silent, another, stops, restarts_what_it_can, everywhere, in_production, now],
    ids=lambda one: one.__name__,
)
def test_no_model_makes_a_safe_reading_unsafe(model: Any) -> None:
    for number, line in enumerate(LINES):
        if line.safe(line.embedded):
            pair = line.pair(model(line, number))
            assert line.safe(pair), line.message.text
            runs = [one for one in pair.intents if one.changes and one.complete]
            assert all(one in line.embedded.intents for one in runs), line.message.text


def test_the_pair_has_no_unsafe_reading_where_the_model_is_right() -> None:
    unsafe = [line.message.text for line in LINES if not line.safe(line.pair(line.right()))]
    assert unsafe == []
