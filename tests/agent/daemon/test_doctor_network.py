"""What `guardia-agent doctor` finds on the way to the hub, by either transport."""

import pytest

from guardia.agent.daemon.doctor import network
from tests.hub.links import pki
from tests.hub.links.parts import TRANSPORTS, RealFleet


@pytest.fixture(params=TRANSPORTS)
async def fleet(request, tmp_path):
    made = RealFleet(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


async def found(fleet, url, pem=None):
    material = pki.agent_pem("was01") if pem is None else pem
    return [one async for one in network(url, lambda: pki.agent_context(fleet.tmp_path, material))]


async def test_a_hub_that_accepts_us(fleet):
    assert [(one.name, one.status) for one in await found(fleet, fleet.url)] == [
        ("dns", "ok"),
        ("tcp", "ok"),
        ("tls", "ok"),
    ]


async def test_a_hub_that_does_not_know_our_ca(fleet):
    *_, tls = await found(fleet, fleet.url, pki.agent_pem("was01", ca="strangers"))
    assert (tls.name, tls.status) == ("tls", "fail")


async def test_grpcs_with_the_port_of_the_websocket(fleet):
    await fleet.websocket.start() if fleet.transport == "grpc" else None
    *_, tls = await found(fleet, f"grpcs://127.0.0.1:{fleet.websocket.port}")
    assert (tls.name, tls.status) == ("tls", "fail")
    assert "[agents_grpc]" in tls.remedy
