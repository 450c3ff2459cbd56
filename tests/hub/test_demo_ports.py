"""The demo's ports: whoever is given one keeps it from all others until its process listens."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

import pytest

from guardia.hub.demo import ports
from guardia.hub.errors import ConfigError

ONE = """
import sys
from guardia.hub.demo import ports
ports.PORTS = range(int(sys.argv[1]), int(sys.argv[1]) + 1)
print(*ports.free_ports(1), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Two ports, the only ones there are."""
    held: deque[int] = deque()
    monkeypatch.setattr(ports, "_held", held)
    first, second = sorted(ports.free_ports(2))  # no neighbours: another test may hold the next one
    while held:
        os.close(held.popleft())
    monkeypatch.setattr(ports, "PORTS", range(first, second + 1, second - first))
    yield [first, second]
    for name in held:
        os.close(name)


def test_a_port_is_given_once(few: list[int]) -> None:
    assert sorted(ports.free_ports(2)) == few
    with pytest.raises(ConfigError, match="no 1 free ports"):
        ports.free_ports(1)


def test_what_another_process_was_given_is_not(few: list[int]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ONE, str(few[0])], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == f"{few[0]}\n"
        assert ports.free_ports(1) == few[1:]
        other.stdin.close()
    os.close(ports._held.pop())
    assert sorted(ports.free_ports(2)) == few


def test_only_the_last_are_kept(few: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "HELD", 1)
    first, second = ports.free_ports(1), ports.free_ports(1)
    assert {*first, *second} == {*few}
    assert ports.free_ports(1) == first
