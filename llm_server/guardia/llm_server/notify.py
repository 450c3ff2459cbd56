"""Telling others how it stands: systemd over its socket, everybody else by a status file."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from pathlib import Path

import msgspec

from guardia.llm_server.errors import ConfigError


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """`status.json` in the state folder: replaced as a whole at every change."""

    state: str
    """`starting`, `ready`, `unwell` (looks fail), `restarting`, `stopping`, `stopped`, `gave_up`."""
    model: str
    url: str
    pid: int
    server_pid: int = 0
    restarts: int = 0
    ready_since: float = 0
    """Unix time, 0 while not ready."""
    canary_seconds: float | None = None
    error: str = ""
    updated: float


class StatusFile:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.path = folder / "status.json"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            probe = tempfile.NamedTemporaryFile(dir=folder)  # noqa: SIM115 - only whether it can be made
            probe.close()
        except OSError as error:
            raise ConfigError(f"{folder}: {error.strerror}; correct [server] state_dir or its owner") from None

    def write(self, status: Status) -> None:
        """Replace the file. A full disk costs the file's freshness, never the server."""
        temporary = self._folder / f".status.{os.getpid()}"
        with contextlib.suppress(OSError):
            temporary.write_bytes(msgspec.json.encode(status) + b"\n")
            temporary.replace(self.path)


def read_status(path: Path) -> Status | None:
    """The last status, or None when there is none that can be read."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None


class Systemd:
    """The notify protocol, when `NOTIFY_SOCKET` is set; else every call does nothing."""

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={status}")

    def status(self, status: str, *, extend: float = 0) -> None:
        """`extend`: seconds by which systemd shall wait longer for the start or the stop."""
        more = f"\nEXTEND_TIMEOUT_USEC={int(extend * 1_000_000)}" if extend else ""
        self._send(f"STATUS={status}{more}")

    def stopping(self) -> None:
        self._send("STOPPING=1\nSTATUS=draining")

    def _send(self, text: str) -> None:
        if not self._address:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
            channel.sendto(text.encode(), self._address)
