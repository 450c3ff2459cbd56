"""Every way in which the hub cannot be reached has a code and says what to do."""

import asyncio
import socket

import pytest

from guardia.agent.errors import LinkError
from tests.hub.links import pki
from tests.hub.links.parts import TRANSPORTS, RealFleet


@pytest.fixture(params=TRANSPORTS)
async def fleet(request, tmp_path):
    made = RealFleet(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


async def failure(fleet, url, trust="hubs") -> LinkError:
    with pytest.raises(LinkError) as caught:
        await fleet.open(url, trust=trust)
    assert url in str(caught.value)
    return caught.value


async def test_a_name_that_does_not_resolve(fleet):
    error = await failure(fleet, fleet.address(1).replace("127.0.0.1", "hub.invalid"))
    assert error.code == "link.name"
    assert "DNS" in str(error)


async def test_a_port_on_which_nothing_listens(fleet):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        error = await failure(fleet, fleet.address(port))
    assert error.code == "link.refused"


async def test_something_else_listens_there(fleet):
    async def answer(_, writer):
        writer.write(b"SSH-2.0-OpenSSH_9\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    error = await failure(fleet, fleet.address(port))
    server.close()
    assert error.code in {"link.tls", "link.rejected"}


async def test_an_address_of_another_kind(fleet):
    assert (await failure(fleet, "http://127.0.0.1/agent")).code == "link.address"


async def test_another_path_of_the_hub(fleet):
    if fleet.transport == "grpc":
        assert (await failure(fleet, fleet.url + "/agent")).code == "link.address"
        return
    error = await failure(fleet, fleet.url + "s")
    assert error.code == "link.http"
    assert "404" in str(error)


async def test_the_port_of_the_other_transport(fleet):
    other = fleet.websocket if fleet.transport == "grpc" else fleet.grpc
    await other.start()
    error = await failure(fleet, fleet.address(other.port))
    assert error.code in {"link.rejected", "link.http", "link.tls"}


async def test_a_hub_of_another_ca(fleet):
    error = await failure(fleet, fleet.url, trust="strangers")
    assert error.code == "link.untrusted"


@pytest.mark.parametrize(("starts_in", "lives"), [(-7200, -60), (3600, 7200)], ids=["expired", "not yet valid"])
async def test_a_certificate_of_another_time(fleet, starts_in, lives):
    pem = pki.authority("agents").issue(uris=(pki.agent_uri("was01"),), starts_in=starts_in, lives=lives)[0]
    peer = await fleet.dial("was01", pem=pem)
    async with asyncio.timeout(5):
        while peer.link.last_error is None:
            await asyncio.sleep(0.01)
    assert peer.link.last_error.code == "link.rejected"
    assert "clocks (NTP)" in str(peer.link.last_error), "it may be the clock and not the certificate"


@pytest.mark.parametrize(
    ("options", "code", "advice"),
    [
        ({"hosts": ("hub.example",)}, "link.hostname", "agent.toml"),
        ({"starts_in": 3600, "lives": 7200}, "link.clock", "NTP"),
        ({"starts_in": -7200, "lives": -3600}, "link.hub_expired", "renew"),
    ],
)
@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_hub_certificate_that_does_not_fit(tmp_path, transport, options, code, advice):
    fleet = RealFleet(tmp_path, transport, certificate=options)
    await fleet.start()
    error = await failure(fleet, fleet.url)
    await fleet.close()
    assert error.code == code
    assert advice in str(error)
