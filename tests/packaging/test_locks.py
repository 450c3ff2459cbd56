"""The lock files: what an administrator installs, and what must not stand in them."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))


def pins(name: str) -> dict[str, str]:
    """Distribution and version of each entry."""
    text = (REQUIREMENTS / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*(?:\[[a-z,]+\])?)==([^ ;\\]+)", text, re.MULTILINE))


def test_an_agent_with_grpc_is_the_same_agent_and_grpcio():
    bare, grpc = pins("agent.txt"), pins("agent-grpc.txt")
    assert bare.items() <= grpc.items(), "what is installed already stays as it is"
    assert set(grpc) - set(bare) == {"grpcio"}


def test_hub_and_agent_have_the_same_grpcio():
    assert pins("agent-grpc.txt")["grpcio"] == pins("hub.txt")["grpcio"] == pins("dev.txt")["grpcio"]


def test_an_agent_without_grpc_has_no_grpcio():
    assert "grpcio" not in pins("agent.txt")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_says_by_hash_what_and_nowhere_from_where(lock):
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text
    assert "guardia-" not in re.sub(r"^ *#.*$", "", text, flags=re.MULTILINE), "members come from the source"
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
