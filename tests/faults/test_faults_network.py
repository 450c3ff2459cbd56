"""A proxy between the real agent and the real hub: whatever it does to the bytes, the step runs once."""

import asyncio
import json
import time
from collections.abc import AsyncIterator

import pytest

from tests.faults.network import Proxy, Way, cut_after, delayed, mute_peer, partition, proxied
from tests.faults.small import ASSET, HEARTBEAT, SILENCE, Restart, SmallSystem, until
from tests.support.held import service_held

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("faults-kill"), pytest.mark.timeout(240)]


@pytest.fixture
async def proxy(small: SmallSystem) -> AsyncIterator[Proxy]:
    """The agent dials through it."""
    async with proxied(small.agents_port) as proxy:
        await small.restart_agent(GUARDIA_AGENT_HUB_URL=proxy.url)
        yield proxy
        await small.restart_agent()


@pytest.mark.parametrize(("way", "count"), [(Way.DOWN, 1), (Way.DOWN, 300), (Way.UP, 1), (Way.UP, 170)])
async def test_cut_in_the_middle_of_a_message(small: SmallSystem, proxy: Proxy, way: Way, count: int) -> None:
    """Downwards it strikes in the dispatch, upwards in what the agent answers."""
    restart = Restart(small)
    await restart.prepare()
    with cut_after(proxy, way, count):
        await restart.approve()
        await restart.end({"SUCCEEDED"})
    assert proxy.cuts == 1
    assert proxy.connections >= 2


@pytest.fixture
async def patient(small: SmallSystem) -> AsyncIterator[None]:
    """A hub whose agents may be silent for long: a machine that is slow loses none of them."""
    text = small.config.read_text(encoding="utf-8")
    longer = text.replace(f"heartbeat = {HEARTBEAT}\n", f"heartbeat = {10 * HEARTBEAT}\n")
    assert longer != text
    for config in (longer, text):
        small.config.write_text(config, encoding="utf-8")
        small.kill("hub")
        await small.start_hub()
        await small.restart_agent()
        if config is longer:
            yield


async def test_a_long_way_is_only_slow(small: SmallSystem, patient: None, proxy: Proxy) -> None:
    restart = Restart(small)
    before = proxy.connections
    with delayed(proxy, 0.15):
        await restart.ask()
        await restart.end({"SUCCEEDED"})
    assert proxy.connections == before


async def test_a_partition_during_a_step(small: SmallSystem, proxy: Proxy) -> None:
    """Frozen TCP is noticed within three heartbeats; the step ends behind the partition, its result comes after it."""
    restart = Restart(small)
    await restart.prepare()
    with service_held(small, ASSET) as held:
        await restart.approve(until_step={"ACCEPTED", "RUNNING"})
        with partition(proxy):
            frozen = time.monotonic()
            await restart.until_step({"UNKNOWN"})
            silent = time.monotonic() - frozen
            assert silent >= SILENCE - 2, "it was noticed by silence, not by a connection that closed"
            held.let_go()
            await until(lambda: small.starts() == restart.before + 1, "the step goes on where nobody sees it")
    await restart.end({"SUCCEEDED"})


async def test_a_mute_hub_is_named_and_a_mute_agent_is_cut_off(small: SmallSystem, proxy: Proxy) -> None:
    status = small.agent_state / "status.json"
    silences = small.log(f"agent-{ASSET}").count("link.timeout")
    with mute_peer(proxy):
        reader, writer = await asyncio.open_connection("127.0.0.1", small.agents_port)
        async with asyncio.timeout(30):
            assert await reader.read() == b"", "who says nothing is cut off"
        writer.close()
        await until(lambda: small.log(f"agent-{ASSET}").count("link.timeout") > silences, "the agent names the silence")
        await until(
            lambda: not json.loads(status.read_text(encoding="utf-8"))["connected"],
            "and its status says that it is off",
        )
    await small.online()
