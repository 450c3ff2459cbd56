"""An SSH server for the demonstration's remote hosts where no OpenSSH server is installed: real SSH, real processes.

usage: python -m guardia.hub.demo.ssh_server PORT HOST_KEY AUTHORIZED_KEYS

Serves commands and SFTP to the one key that AUTHORIZED_KEYS holds, on loopback, as the user who started it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import asyncssh


class _Server(asyncssh.SSHServer):
    """Forwards to loopback alone, so that health can be asked from the host itself."""

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:  # noqa: ARG002
        return dest_host in ("127.0.0.1", "localhost", "::1")


async def _handle(process: asyncssh.SSHServerProcess[bytes]) -> None:
    """Run the command as sshd does: by the user's shell, in a session of its own."""
    if process.command is None:
        process.stderr.write(b"interactive sessions are not served\n")
        process.exit(1)
        return
    child = await asyncio.create_subprocess_exec(
        "/bin/sh",
        "-c",
        process.command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": os.path.expanduser("~")},  # noqa: PTH111
    )
    try:
        await process.redirect(stdin=child.stdin, stdout=child.stdout, stderr=child.stderr)
        process.exit(await child.wait())
    finally:
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGHUP)


async def serve(port: int, host_key: str, authorized_keys: str) -> None:
    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_factory=_Server,
        server_host_keys=[host_key],
        authorized_client_keys=authorized_keys,
        process_factory=_handle,
        sftp_factory=True,
        encoding=None,
        allow_pty=False,
        agent_forwarding=False,
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
