"""SSH connections of a gateway agent: one for each host and account, dialled when needed, again after a loss."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from guardia.agent.core.target import SshSpec
from guardia.agent.errors import HostError, HostLostError
from guardia.agent.run.ssh_dial import LOST, UnreachableError, Why, dial
from guardia.agent.run.sshlib import asyncssh

_log = structlog.get_logger(__name__)

MAX_CHANNELS = 8
"""Channels of one connection at once, the one for SFTP among them; OpenSSH refuses more than 10."""

DIALLING = 16
"""Connections that are being set up at once: each costs the gateway some milliseconds of its processor."""

DIALLING_HOST = 4
"""The same for one server: OpenSSH's MaxStartups begins to drop at 10."""

IDLE = 300.0
"""Seconds after its last use in which a connection is kept."""

ATTEMPTS = 4
"""Dials of a server that accepts and then drops the connection, as sshd does beyond MaxStartups."""

UPLOADS = 4
"""Files on their way to hosts at once."""


class NoChannelError(HostLostError):
    """sshd has no session left on a connection that is otherwise well: nothing was started, and a moment later it may
    have one."""


class Link:
    """A live connection with its SFTP session, its free channels and the count of those that use it."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        self.connection = connection
        self.channels = asyncio.Semaphore(MAX_CHANNELS - 1)
        self.users = 0
        self.used_at = asyncio.get_running_loop().time()
        self._sftp: asyncssh.SFTPClient | None = None
        self._opening = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return not self.connection.is_closed()

    async def sftp(self) -> asyncssh.SFTPClient:
        async with self._opening:
            if self._sftp is None:
                # Names of files in cp949 are no UTF-8: they come through as they are, and go back as they came.
                try:
                    self._sftp = await self.connection.start_sftp_client(path_errors="surrogateescape")
                except asyncssh.ChannelOpenError as error:
                    if not self.alive or "SSH connection closed" in str(error):
                        raise
                    raise NoChannelError(f"no channel for SFTP ({error.reason}): is MaxSessions too low?") from None
            return self._sftp


class SshPool:
    """Connections by host and account; those of jump hosts are shared by all that lies behind them. One for the whole
    agent; `close` it at the end.

    `idle` in seconds: a connection that nobody uses is closed after it.
    """

    def __init__(self, *, idle: float = IDLE, dialling: int = DIALLING, dialling_host: int = DIALLING_HOST) -> None:
        self.uploads = asyncio.Semaphore(UPLOADS)
        self._idle = idle
        self._links: dict[SshSpec, Link] = {}
        self._locks: dict[SshSpec, asyncio.Lock] = {}
        self._dialling = asyncio.Semaphore(dialling)
        self._dialling_host = dialling_host
        self._servers: dict[tuple[SshSpec | None, str, int], asyncio.Semaphore] = {}
        self._reaper: asyncio.TimerHandle | None = None
        self._waiting: set[asyncio.Future[None]] = set()

    @contextlib.asynccontextmanager
    async def use(self, spec: SshSpec) -> AsyncIterator[Link]:
        """The live connection to `spec`, dialled if there is none, and kept while it is used.

        Raises `UnreachableError`: nothing ran.
        """
        link = await self._acquire(spec)
        try:
            yield link
        finally:
            self._release(link)

    @contextlib.asynccontextmanager
    async def channel(self, spec: SshSpec) -> AsyncIterator[Link]:
        """A connection on which one more channel may be opened."""
        async with self.use(spec) as link, link.channels:
            yield link

    async def reach(self, spec: SshSpec) -> None:
        """Dial `spec` if it is not connected. Raises `UnreachableError`."""
        async with self.use(spec):
            pass

    def discard(self, spec: SshSpec, link: Link) -> None:
        """Give up `link`: the next use dials again."""
        if self._links.get(spec) is link:
            del self._links[spec]
        link.connection.abort()

    def drop(self, spec: SshSpec) -> None:
        """Give up whatever connection to `spec` there is."""
        if link := self._links.get(spec):
            self.discard(spec, link)

    async def close(self) -> None:
        if self._reaper is not None:
            self._reaper.cancel()
        links, self._links = list(self._links.values()), {}
        # The newest first: what lies behind a jump host before the jump host.
        for link in reversed(links):
            link.connection.close()
        for link in reversed(links):
            with contextlib.suppress(TimeoutError, *LOST, OSError):
                async with asyncio.timeout(2):
                    await link.connection.wait_closed()

    # --- inside -----------------------------------------------------------------------------------------------------

    async def _acquire(self, spec: SshSpec) -> Link:
        async with self._locks.setdefault(spec, asyncio.Lock()):
            link = self._links.get(spec)
            if link is None or not link.alive:
                link = await self._connect(spec)
                self._links[spec] = link
            link.users += 1
            return link

    def _release(self, link: Link) -> None:
        link.users -= 1
        link.used_at = asyncio.get_running_loop().time()
        if self._reaper is None:
            self._reaper = asyncio.get_running_loop().call_later(self._idle, self._reap)

    async def _connect(self, spec: SshSpec) -> Link:
        before = spec.before()
        pause = 0.1
        for left in reversed(range(ATTEMPTS)):
            try:
                if before is None:
                    return Link(await self._dial(spec, None))
                return await self._through(spec, before)
            except UnreachableError as error:
                # Nothing was started, so it bears repetition; every other reason would only be met again.
                if error.why is not Why.DROPPED or not left:
                    raise
                _log.info("ssh.dropped", place=error.place, reason=str(error))
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("the last attempt returns or raises")

    async def _through(self, spec: SshSpec, before: SshSpec) -> Link:
        jump = await self._acquire(before)
        try:
            connection = await self._dial(spec, jump.connection)
        except BaseException:
            if not jump.alive:
                self.discard(before, jump)
            self._release(jump)
            raise
        # The jump host's connection is in use for as long as this one lives.
        link = Link(connection)
        task = asyncio.ensure_future(connection.wait_closed())
        task.add_done_callback(lambda _: self._release(jump))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)
        return link

    async def _dial(self, spec: SshSpec, tunnel: asyncssh.SSHClientConnection | None) -> asyncssh.SSHClientConnection:
        place = (spec.before(), spec.address, spec.port)
        server = self._servers.setdefault(place, asyncio.Semaphore(self._dialling_host))
        async with server, self._dialling:
            return await dial(spec, tunnel)

    def _reap(self) -> None:
        """Close what nobody has used for a while, and look again when the next may have become idle."""
        self._reaper = None
        loop = asyncio.get_running_loop()
        now = loop.time()
        kept: list[float] = []
        for spec, link in list(self._links.items()):
            if not link.alive:
                del self._links[spec]
            elif not link.users and now - link.used_at >= self._idle:
                del self._links[spec]
                link.connection.close()
                _log.info("ssh.idle_closed", place=spec.place)
            else:
                kept.append(now if link.users else link.used_at)
        if kept:
            self._reaper = loop.call_later(max(0.05, min(kept) + self._idle - now), self._reap)


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
        raise NoChannelError(
            f"no channel could be opened ({error.reason}): sshd's MaxSessions may be too low"
        ) from None
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
