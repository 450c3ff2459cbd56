"""A real OpenSSH server on a loopback port, as the current user, with keys of its own."""

from __future__ import annotations

import contextlib
import getpass
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh

from guardia.agent.core.target import SshSpec
from tests.support.ports import free_port
from tests.support.require import find_program, require_program

CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile {folder}/sshd.pid
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
AllowTcpForwarding yes
MaxSessions 10
MaxStartups 10:30:100
LogLevel ERROR
Subsystem sftp internal-sftp
"""


class Sshd:
    """A running server; `spec` is how to reach it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], spec: SshSpec) -> None:
        self.folder = folder
        self.process = process
        self.spec = spec

    def sessions(self) -> list[int]:
        """Pids of the server's children: one for each connection."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(child) for child in children]

    def cut_connections(self) -> int:
        """Kill what serves the connections; the server and what runs on the host stay. Returns how many."""
        found = self.sessions()
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(found)


@contextlib.contextmanager
def running_sshd(folder: Path, *, options: str = "") -> Iterator[Sshd]:
    """Start a server with its files in `folder`; skips the test when there is no sshd."""
    program = require_program("sshd")
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        # sshd's own condition when it starts as root.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    client_key = asyncssh.generate_private_key("ssh-ed25519")
    for name, key in (("host_key", host_key), ("client_key", client_key)):
        path = folder / name
        path.touch(0o600)
        path.write_bytes(key.export_private_key())
    (folder / "authorized_keys").write_bytes(client_key.export_public_key())
    port = free_port()
    # Options come first: sshd takes the first value that it sees.
    (folder / "sshd_config").write_text(options + CONFIG.format(port=port, folder=folder))
    process = subprocess.Popen(
        [program, "-D", "-E", str(folder / "sshd.log"), "-f", str(folder / "sshd_config")],
        stdin=subprocess.DEVNULL,
    )
    try:
        _await_port(port, process, folder / "sshd.log")
        fields = host_key.export_public_key().decode().split()
        yield Sshd(
            folder,
            process,
            SshSpec(
                address="127.0.0.1",
                port=port,
                user=getpass.getuser(),
                key_file=str(folder / "client_key"),
                host_key=f"{fields[0]} {fields[1]}",
            ),
        )
    finally:
        children = []
        with contextlib.suppress(FileNotFoundError):
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.terminate()
        process.wait(10)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGTERM)


def _await_port(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(
                f"sshd ended with {process.returncode}: {log.read_text(errors='replace') if log.exists() else ''}"
            )
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise RuntimeError("sshd did not listen within 10 s")


def have_sshd() -> bool:
    return find_program("sshd") is not None
