"""Real TLS through the proxy, both ends in this process: cut at many bytes, and read slowly."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.proto.frames import Accepted, Output, Result, StepOutcome, Stream
from guardia.proto.limits import OUTPUT_CHUNK
from tests.faults.network import Proxy, Way, cut_after, proxied, slow_reader
from tests.hub.links.parts import RealFleet, RealPeer
from tests.support.eventually import PATIENCE

pytestmark = pytest.mark.slow

EVERY = 67
"""Bytes from cut to cut: no multiple of what a frame or a TLS record is long."""
CHUNKS = 3


@pytest.fixture
async def fleet(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[RealFleet]:
    """Its parameter: seconds from heartbeat to heartbeat."""
    fleet = RealFleet(tmp_path, heartbeat=getattr(request, "param", 1.0))
    await fleet.links.start()
    yield fleet
    await fleet.close()


@pytest.fixture
async def proxy(fleet: RealFleet) -> AsyncIterator[Proxy]:
    async with proxied(fleet.links.port) as proxy:
        yield proxy


async def _work(fleet: RealFleet, proxy: Proxy, name: str) -> RealPeer:
    """An agent dials and reports a step with output and a result; done when the hub has acknowledged all of it."""
    peer = await fleet.dial(name, url=f"wss://127.0.0.1:{proxy.port}/agent")
    await peer.say(Result(step_id=name, digest="d", outcome=StepOutcome.OK, finished_ms=1))
    for seq in range(1, CHUNKS + 1):
        await peer.say(Output(step_id=name, seq=seq, stream=Stream.STDOUT, data=b"%d" % seq * 40))
    await peer.handler.until(lambda events: any(event[0] == "welcomed" for event in events))
    await peer.say(Accepted(step_id=name, at_ms=1))
    async with asyncio.timeout(PATIENCE):
        while peer.link._results or len(peer.link._window):
            await asyncio.sleep(0.002)
    return peer


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("fleet", [60.0], indirect=True, ids=["quiet"])  # no heartbeat among the bytes that are counted
async def test_cut_at_any_byte_nothing_is_lost(fleet: RealFleet, proxy: Proxy, way: Way) -> None:
    """From the first byte of the handshake to the last acknowledgement, every so many bytes."""
    peer = await _work(fleet, proxy, "was00")
    await peer.stop()
    total = proxy.passed[way]
    assert total > 1_000
    for number, count in enumerate(range(1, total, EVERY), 1):
        name = f"was{number:02}"
        with cut_after(proxy, way, count):
            peer = await _work(fleet, proxy, name)
            await peer.stop()
        seen = fleet.handler.frames(name)
        results = [frame for frame in seen if isinstance(frame, Result)]
        assert results, f"the result was lost with a cut {way} after {count} bytes"
        assert all(result == results[0] for result in results), "what comes again is the same"
        assert {frame.seq for frame in seen if isinstance(frame, Output)} == set(range(1, CHUNKS + 1))
    assert proxy.cuts >= total // EVERY - 2, "the cuts really happened"


async def test_a_slow_reader_delays_and_loses_nothing(fleet: RealFleet, proxy: Proxy) -> None:
    """More than two windows of output through a narrow pipe: in order, complete, and the connection stays."""
    peer = await fleet.dial("was01", url=f"wss://127.0.0.1:{proxy.port}/agent")
    await peer.handler.until(lambda events: any(event[0] == "welcomed" for event in events))
    count = 80
    with slow_reader(proxy, 2_000_000):
        for seq in range(1, count + 1):
            await peer.say(Output(step_id="s", seq=seq, stream=Stream.STDOUT, data=bytes(OUTPUT_CHUNK)))
        await peer.say(Result(step_id="s", digest="d", outcome=StepOutcome.OK, finished_ms=1))
        await fleet.handler.until(lambda _: any(isinstance(f, Result) for f in fleet.handler.frames("was01")), 60)
    frames = fleet.handler.frames("was01")
    assert [frame.seq for frame in frames if isinstance(frame, Output)] == list(range(1, count + 1))
    assert "lost" not in fleet.handler.kinds(), "output holds up no heartbeat"
    assert proxy.connections == 1
