"""SSH connections of a gateway agent: one for each host and account, dialled when needed, again after a loss."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from pathlib import Path

from guardia.agent.core.target import SshSpec
from guardia.agent.errors import HostError, HostLostError
from guardia.agent.run.sshlib import asyncssh

KEEPALIVE = 15
"""Seconds between keepalives; three without an answer and the connection is gone."""

MAX_CHANNELS = 8
"""Channels of one connection at once, the one for SFTP among them; OpenSSH refuses more than 10."""

LOST = (
    asyncssh.ConnectionLost,
    asyncssh.DisconnectError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    ConnectionError,
    BrokenPipeError,
)
"""What a broken connection looks like to whoever is using it."""


class UnreachableError(HostError):
    """The host could not be dialled: nothing was started by this call."""

    code = "host.unreachable"


class Link:
    """A live connection with its SFTP session and its free channels."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        self.connection = connection
        self.channels = asyncio.Semaphore(MAX_CHANNELS - 1)
        self._sftp: asyncssh.SFTPClient | None = None
        self._opening = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return not self.connection.is_closed()

    async def sftp(self) -> asyncssh.SFTPClient:
        async with self._opening:
            if self._sftp is None:
                self._sftp = await self.connection.start_sftp_client()
            return self._sftp


class SshPool:
    """Connections by host and account. One for the whole agent; `close` it at the end."""

    def __init__(self) -> None:
        self._links: dict[SshSpec, Link] = {}
        self._locks: dict[SshSpec, asyncio.Lock] = {}

    async def link(self, spec: SshSpec) -> Link:
        """The live connection to `spec`, dialled if there is none. Raises `HostError`: nothing ran."""
        lock = self._locks.setdefault(spec, asyncio.Lock())
        async with lock:
            link = self._links.get(spec)
            if link is None or not link.alive:
                link = self._links[spec] = Link(await _dial(spec))
            return link

    @contextlib.asynccontextmanager
    async def channel(self, spec: SshSpec) -> AsyncIterator[Link]:
        """A connection on which one more channel may be opened."""
        link = await self.link(spec)
        async with link.channels:
            yield link

    def discard(self, spec: SshSpec, link: Link) -> None:
        """Give up `link`: the next use dials again."""
        if self._links.get(spec) is link:
            del self._links[spec]
        link.connection.abort()

    async def close(self) -> None:
        links, self._links = list(self._links.values()), {}
        for link in links:
            link.connection.close()
        for link in links:
            with contextlib.suppress(TimeoutError, *LOST, OSError):
                async with asyncio.timeout(2):
                    await link.connection.wait_closed()


async def _dial(spec: SshSpec) -> asyncssh.SSHClientConnection:
    where = f"{spec.user}@{spec.address}:{spec.port}"
    key_file = Path(spec.key_file)
    try:
        mode = await asyncio.to_thread(lambda: key_file.stat().st_mode)
        if stat.S_IMODE(mode) & 0o077:
            raise UnreachableError(f"{key_file} can be read by others; chmod 600 it")
        key = await asyncio.to_thread(lambda: asyncssh.read_private_key(str(key_file)))
    except OSError as error:
        raise UnreachableError(f"SSH key {key_file}: {error.strerror}") from None
    except asyncssh.KeyImportError as error:
        raise UnreachableError(
            f"SSH key {key_file} is not usable (OpenSSH format, without passphrase): {error}"
        ) from None
    try:
        pinned = asyncssh.import_public_key(spec.host_key)
    except asyncssh.KeyImportError:
        raise UnreachableError(f"host_key of {where} is no OpenSSH public key (ssh-ed25519 AAAA…)") from None
    try:
        async with asyncio.timeout(spec.connect_timeout):
            return await asyncssh.connect(
                spec.address,
                spec.port,
                username=spec.user,
                client_keys=[key],
                known_hosts=([pinned], [], []),
                config=None,
                agent_path=None,
                agent_forwarding=False,
                password=None,
                preferred_auth="publickey",
                gss_host=None,
                keepalive_interval=KEEPALIVE,
                keepalive_count_max=3,
                connect_timeout=spec.connect_timeout,
                login_timeout=spec.connect_timeout,
            )
    except TimeoutError:
        raise UnreachableError(f"SSH to {where} did not come up within {spec.connect_timeout} s") from None
    except asyncssh.HostKeyNotVerifiable:
        raise UnreachableError(
            f"{where} shows another host key than the pinned one: either it was set up anew, or somebody is in "
            "between. Compare the keys on the host's console before changing agent.toml"
        ) from None
    except asyncssh.PermissionDenied:
        raise UnreachableError(
            f"{where} refused the key {key_file}: is its public half in the account's authorized_keys?"
        ) from None
    except (asyncssh.Error, OSError) as error:
        raise UnreachableError(f"SSH to {where} failed: {error}") from None


async def execute(
    connection: asyncssh.SSHClientConnection, command: str, *, stdin: bytes, within: float, limit: int
) -> tuple[int, bytes, bytes]:
    """Exit status, output and errors of a short remote command; output beyond `limit` bytes is an error.

    Raises `HostLostError` when the connection or the time ends before the exit status came.
    """
    try:
        async with asyncio.timeout(within):
            process = await connection.create_process(command, encoding=None)
            try:
                process.stdin.write(stdin)
                process.stdin.write_eof()
                stdout, stderr = await asyncio.gather(
                    _bounded(process.stdout, limit), _bounded(process.stderr, 64 * 1024)
                )
                await process.wait_closed()
            finally:
                process.close()
    except TimeoutError:
        raise HostLostError(f"no answer to a command within {within:g} s") from None
    except asyncssh.ChannelOpenError as error:
        raise HostLostError(f"no channel could be opened: {error.reason}") from None
    except LOST as error:
        raise HostLostError(f"the SSH connection was lost: {error}") from None
    status = process.exit_status
    if status is None:
        raise HostLostError("the SSH connection was lost before the exit status came")
    if status < 0:
        raise HostLostError("the remote shell was killed")
    return status, stdout, stderr


async def _bounded(reader: asyncssh.SSHReader[bytes], limit: int) -> bytes:
    data = bytearray()
    while piece := await reader.read(64 * 1024):
        data += piece
        if len(data) > limit:
            raise HostError(f"a command printed more than {limit} bytes")
    return bytes(data)
