import pytest


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A goodbye may take its time: what a test hears does not depend on how fast the machine is."""
    monkeypatch.setattr("guardia.proto.channel.FAREWELL", 30.0)


@pytest.fixture
def curt(patience, monkeypatch):
    """For tests in which a peer does not answer a goodbye, as when it says its own at that moment."""
    monkeypatch.setattr("guardia.proto.channel.FAREWELL", 0.2)
