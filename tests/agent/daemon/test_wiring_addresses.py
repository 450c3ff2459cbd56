"""Where artifacts come from, whichever transport the link has."""

from types import SimpleNamespace

import pytest

from guardia.agent.daemon.wiring import artifacts_url

ENROLLED = "wss://hub.example:9443/agent"


@pytest.mark.parametrize(
    ("configured", "expected"),
    [
        ("", ENROLLED),
        ("wss://other.example:9443/agent", "wss://other.example:9443/agent"),
        ("grpcs://hub.example:9445", ENROLLED),
    ],
)
def test_artifacts_come_by_websocket(configured, expected):
    config = SimpleNamespace(hub=SimpleNamespace(url=configured))
    assert artifacts_url(config, SimpleNamespace(agents_url=ENROLLED)) == expected
