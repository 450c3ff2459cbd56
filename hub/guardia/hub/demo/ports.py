"""Ports that nobody listens on, and that nobody else is given before their process does."""

from __future__ import annotations

import os
import secrets
import socket
from collections import deque

from guardia.hub.errors import ConfigError

PORTS = range(15_000, 32_000)
"""Below those that a system lends to outgoing connections: one of ours is not lent away before its process listens."""
HELD = 200
"""Ports that a process keeps from others, the last it was given; each is one open file."""
_held: deque[int] = deque()
"""File descriptors of the names that keep them, open until the process ends."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback interface that nobody listens on now, drawn at random. Raises `ConfigError`.

    None of them was among the last `HELD` that any process on this machine was given, as long as that process runs.
    """
    found: list[int] = []
    for port in secrets.SystemRandom().sample(PORTS, len(PORTS)):
        if len(found) == count:
            break
        if _unused(port) and _keep(port):
            found.append(port)
    if len(found) < count:
        raise ConfigError(f"there are no {count} free ports from {PORTS.start} to {PORTS.stop - 1}")
    return found


def _unused(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _keep(port: int) -> bool:
    """Keep `port` from others by a name in Linux's abstract socket space, which ends with the process."""
    name = socket.socket(socket.AF_UNIX)
    try:
        name.bind(f"\0guardia-port-{port}")
    except OSError:
        name.close()
        return False
    _held.append(name.detach())
    if len(_held) > HELD:
        os.close(_held.popleft())
    return True
