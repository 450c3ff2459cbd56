"""A peer of protocol 1.0, two minor versions at most below: agent and hub of today work with it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.core.states import RequestState
from guardia.proto.codec import decode, encode
from guardia.proto.frames import Cancel, Facts, HostKeys, OutputFetch, Welcome
from guardia.proto.version import MINOR, SKEW
from tests.faults.frames import MemoryTransport
from tests.faults.inprocess import AGENT, Wire
from tests.support.minor0 import OldPeer, frame_class


class Skewed(Wire):
    """One side is of minor 0."""

    def __init__(self, folder: Path, old: str) -> None:
        super().__init__(folder)
        self.old = old
        self.unknown: list[bytes] = []

    async def _dial(self, url: str, context: object) -> Any:
        return OldPeer(await super()._dial(url, context), self.old, self.unknown)


@pytest.fixture(params=["agent", "hub"])
async def wire(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Skewed]:
    made = Skewed(tmp_path, request.param)
    await made.begin()
    yield made
    await made.end()


async def test_a_step_runs_once_and_no_frame_is_newer_than_the_peer(wire: Skewed) -> None:
    request_id = await wire.ask()
    assert await wire.final(request_id) is RequestState.SUCCEEDED
    await wire.settled()
    _is_old(wire)
    assert wire.unknown == []


async def test_after_a_cut_during_a_step_the_journal_is_compared_and_the_result_comes(wire: Skewed) -> None:
    wire.agent.service.gate.clear()
    request_id = await wire.ask()
    await wire.until(lambda: wire.agent.service.number, "the step has taken effect")
    wire.cut()
    await wire.until_connected()
    wire.agent.service.gate.set()
    assert await wire.final(request_id) is RequestState.SUCCEEDED
    await wire.settled()
    assert wire.agent.service.number == 1
    assert wire.unknown == []


async def test_a_cancel_that_comes_too_late_is_understood_and_the_result_stands(wire: Skewed) -> None:
    wire.agent.service.gate.clear()
    request_id = await wire.ask()
    await wire.until(lambda: wire.agent.service.number, "the step has taken effect")
    (step_id,) = wire.agent.service.effects
    await wire.links.send(AGENT, Cancel(step_id=step_id, reason="그만"))
    wire.agent.service.gate.set()
    assert await wire.final(request_id) is RequestState.SUCCEEDED
    await wire.settled()
    assert wire.unknown == []


def _is_old(wire: Skewed) -> None:
    if wire.old == "agent":
        assert wire.links.presence()[AGENT].hello.protocol_minor == 0
    else:
        assert wire.agent.link.hub_minor == 0


@pytest.mark.parametrize("old", ["agent", "hub"])
async def test_a_newer_frame_would_be_seen(old: str) -> None:
    here, there = MemoryTransport.pair()
    unknown: list[bytes] = []
    peer = OldPeer(here, old, unknown)
    newer = encode(Facts(at_ms=1, facts=b"{}"), 1)
    await (peer.send(newer) if old == "hub" else there.send(newer))
    await (there.recv() if old == "hub" else peer.recv())
    assert unknown == [newer]


def test_the_oldest_that_is_let_in_is_not_older_than_this_test() -> None:
    assert MINOR - SKEW <= 0, "minor 0 is out of the skew: freeze the schema of a younger one"


def test_the_frozen_schema_knows_no_newer_frame_and_no_version_in_a_welcome() -> None:
    for frame in (Facts(at_ms=1, facts=b"{}"), OutputFetch(fetch_id="f" * 32, step_id="s"), HostKeys(keys=())):
        assert frame_class().FromString(encode(frame, 1)).WhichOneof("body") is None
    welcome = Welcome(
        epoch=1, hub_time_ms=1, heartbeat_ms=1, output_window=1, max_frame=1, protocol_major=1, protocol_minor=1
    )
    old = frame_class().FromString(encode(welcome, 1))
    old.DiscardUnknownFields()
    assert decode(old.SerializeToString())[1].protocol_minor == 0
