import pytest


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A goodbye may take its time: what a test hears does not depend on how fast the machine is."""
    monkeypatch.setattr("guardia.proto.channel.FAREWELL", 30.0)
