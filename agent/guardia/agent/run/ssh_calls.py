"""Calls to a host over its SSH connection: bounded in time, with our errors, repeated where that is harmless."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from guardia.agent.core.target import SshSpec
from guardia.agent.errors import HostError, HostLostError
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.ssh_dial import LOST, UnreachableError
from guardia.agent.run.ssh_pool import Link, NoChannelError, SshPool, execute
from guardia.agent.run.ssh_step import Follower, RestartedError
from guardia.agent.run.ssh_upload import UploadNotes
from guardia.agent.run.sshlib import asyncssh

T = TypeVar("T")

CALL = 30.0
"""Seconds for one short call: a file operation, a fact, a verb of the wrapper."""

REUNION = 60.0
"""Seconds after a step's own time in which a lost host may come back before its state is told as unknown."""

SMALL = 4 * 1024 * 1024
"""Largest output of a short command and largest file under /proc."""


class ForwardingError(HostError):
    """sshd does not let the agent connect to the host's own ports: nothing is known of the service behind them."""

    code = "host.forwarding_refused"


class SshCalls:
    """The connection side of `SshHost`."""

    def __init__(
        self,
        asset: str,
        spec: SshSpec,
        pool: SshPool,
        *,
        state_dir: str = "",
        grace: int = 5,
        reunion: float = REUNION,
        notes: UploadNotes | None = None,
        pins: PinnedKeys | None = None,
    ) -> None:
        self.asset = asset
        self.user = spec.user
        self._configured = spec
        self._pins = pins
        self._pool = pool
        self._state_dir = state_dir or ".guardia"
        self._grace = grace
        self._reunion = reunion
        self._notes = notes or UploadNotes()
        self._runs = itertools.count()
        self._users: dict[int, str] = {}
        """Names of the host's accounts, once somebody wanted to know one."""
        self._boots: WeakKeyDictionary[asyncssh.SFTPClient, str] = WeakKeyDictionary()
        self._kept: list[Follower] = []
        """Programs of a step whose directories stay until it is `over`."""

    @property
    def _spec(self) -> SshSpec:
        """With the host keys that are pinned now."""
        return self._configured if self._pins is None else self._pins.resolve(self.asset, self._configured)

    @contextlib.asynccontextmanager
    async def _mapped(self, link: Link, what: str, within: float = CALL) -> AsyncIterator[None]:
        """Bound the time, and turn asyncssh's errors into ours."""
        try:
            async with asyncio.timeout(within):
                yield
        except TimeoutError:
            self._pool.discard(self._spec, link)
            raise HostLostError(f"{self.asset}: {what}: no answer within {within:g} s") from None
        except LOST as error:
            self._pool.discard(self._spec, link)
            raise HostLostError(f"{self.asset}: {what}: the SSH connection was lost ({error})") from None
        except asyncssh.SFTPNoSuchFile:
            raise HostError(f"{self.asset}: {what}: no such file") from None
        except asyncssh.SFTPPermissionDenied:
            raise HostError(f"{self.asset}: {what}: no permission for {self.user}") from None
        except asyncssh.ChannelOpenError as error:
            if _closed(link, error):
                self._pool.discard(self._spec, link)
                raise HostLostError(f"{self.asset}: {what}: the SSH connection was lost ({error.reason})") from None
            if error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED:
                raise ForwardingError(
                    f"{self.asset}: {what}: sshd forbids it ({error.reason}); "
                    f"set AllowTcpForwarding local for {self.user}"
                ) from None
            raise HostError(f"{self.asset}: {what}: {error.reason}") from None
        except (asyncssh.Error, OSError) as error:
            if _closed(link, error):
                self._pool.discard(self._spec, link)
                raise HostLostError(f"{self.asset}: {what}: the SSH connection was lost ({error})") from None
            raise HostError(f"{self.asset}: {what}: {error}") from None

    async def _sftp(self, what: str, work: Callable[[asyncssh.SFTPClient], Awaitable[T]], within: float = CALL) -> T:
        """`work` on the SFTP session, once more when the connection was lost: all of it bears repetition."""
        try:
            return await self._sftp_once(what, work, within)
        except HostLostError:
            _heed_cancel()
            return await self._sftp_once(what, work, within)

    async def _sftp_once(self, what: str, work: Callable[[asyncssh.SFTPClient], Awaitable[T]], within: float) -> T:
        async with self._pool.use(self._spec) as link, self._mapped(link, what, within):
            return await work(await link.sftp())

    async def _execute(self, command: str, *, stdin: bytes = b"", within: float = CALL) -> tuple[int, bytes, bytes]:
        async with self._pool.channel(self._spec) as link:
            try:
                return await execute(link.connection, command, stdin=stdin, within=within, limit=SMALL)
            except NoChannelError as error:
                if link.alive:
                    raise NoChannelError(f"{self.asset}: {error}") from None
                self._pool.discard(self._spec, link)
                raise HostLostError(f"{self.asset}: {error}") from None
            except HostLostError as error:
                self._pool.discard(self._spec, link)
                raise HostLostError(f"{self.asset}: {error}") from None

    async def _again(self, deadline: float, work: Callable[[], Awaitable[T]]) -> T:
        """`work`, repeated after a lost connection until the loop's time is `deadline`. It must bear repetition."""
        loop = asyncio.get_running_loop()
        pause = 0.2
        while True:
            try:
                return await work()
            except HostLostError as error:
                _heed_cancel()
                if isinstance(error, RestartedError) or loop.time() >= deadline:
                    raise
            except UnreachableError as error:
                _heed_cancel()
                # The host cannot be dialled now; the step directory may exist all the same.
                if loop.time() >= deadline:
                    raise HostLostError(str(error)) from None
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)


def _heed_cancel() -> None:
    """A connection that is lost in the moment of a cancel takes its place: `asyncio.wait_for` of Python 3.11, which
    asyncssh uses, then raises what it waited for, and the cancel would be forgotten."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


def _closed(link: Link, error: Exception) -> bool:
    """Is this error only another way of saying that the connection is gone? asyncssh refuses a new channel on a
    connection that is just being closed as if the host had refused it."""
    return not link.alive or "SSH connection closed" in str(error)
