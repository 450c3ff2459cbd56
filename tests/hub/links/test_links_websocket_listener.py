"""What only the WebSocket listener has: paths, browsers, a context of its own."""

import ssl

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from guardia.hub.links.websocket import WebSocketLinks
from tests.hub.links import pki
from tests.hub.links.parts import HubHandler, RealFleet, Registry, SystemClock


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
