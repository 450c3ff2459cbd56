"""Recorded logs mean what they meant: an upgrade cannot change a request that has happened.

A history is a file of JSON lines: the events of one request as the store kept them, and last the state that they led
to. `python -m tests.replay.record` wrote them; a history is added, never written again.
"""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guardia.hub.core import card
from guardia.hub.core.events import AnyEvent
from guardia.hub.core.evolve import evolve, replay
from guardia.hub.core.invariants import validate
from guardia.hub.core.request import Request
from guardia.hub.core.texts import LANGUAGES, say

HANGUL = re.compile("[가-힣]")
HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.jsonl"))


def read(path: Path) -> tuple[list[Any], Request]:
    *events, final = path.read_bytes().splitlines()
    return [msgspec.json.decode(line, type=AnyEvent) for line in events], msgspec.json.decode(final, type=Request)


def test_there_are_histories() -> None:
    assert {path.stem for path in HISTORIES} >= {"deploy_rolled_back", "restart_with_lost_contact", "check_partial"}


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_a_recorded_log_replays_to_its_recorded_state(path: Path) -> None:
    events, final = read(path)
    assert replay(events) == final
    assert final.version == len(events)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_every_moment_of_a_recorded_log_is_sound_and_can_be_shown(path: Path) -> None:
    events, _ = read(path)
    request = replay(events[:1])
    for event in events[1:]:
        request = evolve(request, event)
        validate(request)
        for language in LANGUAGES:
            assert card.widget(language, request, {})["request_id"] == request.request_id
            assert card.text(language, request)


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_stored_bytes_of_events_stay_the_same_when_written_again(path: Path) -> None:
    """The hash chain covers the stored bytes; an event that is read and written must not differ but in new fields."""
    for line in path.read_bytes().splitlines()[:-1]:
        old = msgspec.json.decode(line)
        new = msgspec.json.decode(msgspec.json.encode(msgspec.json.decode(line, type=AnyEvent)))
        assert {key: value for key, value in new.items() if key in old} == old


@pytest.mark.parametrize("name", ["deploy_rolled_back", "restart_with_lost_contact"])
def test_sentences_of_old_logs_and_keys_of_new_ones_read_alike(name: str) -> None:
    old, new = (read(HISTORIES[0].parent / f"{stem}.jsonl")[1] for stem in (name, f"{name}_by_key"))
    shown = card.text("ko", old).replace("FAILED", say("ko", "step.FAILED"))  # the old sentence named the state raw
    assert shown == card.text("ko", new)
    assert not HANGUL.search(card.text("en", new).replace("예산시스템", ""))
