"""What only the WebSocket listener has: paths, browsers, a context of its own."""

import ssl

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from guardia.hub.links.websocket import WebSocketLinks
from guardia.proto import frames
from guardia.proto.codec import encode
from guardia.proto.limits import MAX_FRAME
from tests.hub.links import pki
from tests.hub.links.parts import HubHandler, RealFleet, Registry, SystemClock
from tests.hub.links.raw import lost, raw


@pytest.fixture
async def fleet(tmp_path):
    made = RealFleet(tmp_path)
    await made.start()
    yield made
    await made.close()


def test_a_context_that_does_not_require_certificates_is_refused(tmp_path):
    context = pki.hub_context(tmp_path)
    context.verify_mode = ssl.CERT_OPTIONAL
    with pytest.raises(ValueError, match="CERT_REQUIRED"):
        WebSocketLinks(HubHandler(), Registry(), ssl_context=context, clock=SystemClock())


@pytest.mark.parametrize("path", ["/", "/agent/../x", "/artifacts/abc", f"/artifacts/{'a' * 64}?offset=-1"])
async def test_other_paths_do_not_exist(fleet, path):
    url = fleet.url.removesuffix("/agent") + path
    with pytest.raises(InvalidStatus) as caught:
        await connect(url, ssl=fleet.context("was01"), proxy=None)
    assert caught.value.response.status_code == 404


async def test_a_browser_is_refused(fleet):
    with pytest.raises(InvalidStatus) as caught:
        await connect(fleet.url, ssl=fleet.context("was01"), proxy=None, origin="https://evil.example")
    assert caught.value.response.status_code == 403


async def test_a_message_in_fragments_is_read_whole_and_in_its_place(fleet):
    agent = await raw(fleet)
    socket = agent.transport._socket
    results = [frames.Result(step_id=f"s{n}", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1) for n in "abc"]
    data = [encode(result, agent.epoch) for result in results]
    await socket.send(data[0])
    await socket.send([data[1][:1], data[1][1:5], data[1][5:]])
    await socket.send(data[2])
    acknowledged = [await agent.hear() for _ in results]
    assert [frame.step_id for frame in acknowledged] == ["sa", "sb", "sc"]
    heard = [event[3] for event in fleet.handler.events if event[0] == "received"]
    assert heard == results


async def test_a_fragmented_message_beyond_the_limit_ends_the_connection(fleet):
    agent = await raw(fleet)

    async def too_much():
        for _ in range(MAX_FRAME // 65_536 + 2):
            yield bytes(65_536)

    with pytest.raises(ConnectionClosed):
        await agent.transport._socket.send(too_much())
        await agent.transport._socket.recv()
    await lost(fleet, "link.")
