"""Dials one SSH server: the pinned host key, the gateway's own key, and an error that says which of them was wrong."""

from __future__ import annotations

import asyncio
import socket
import stat
from enum import StrEnum
from pathlib import Path

from guardia.agent.core.target import SshSpec
from guardia.agent.errors import HostError
from guardia.agent.run.sshlib import asyncssh

KEEPALIVE = 15
"""Seconds between keepalives; three without an answer and the connection is gone."""

LOST = (
    asyncssh.ConnectionLost,
    asyncssh.DisconnectError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    ConnectionError,
    BrokenPipeError,
)
"""What a broken connection looks like to whoever is using it."""


class Why(StrEnum):
    """What keeps a host from being reached; `guardia-agent doctor` has a remedy for each."""

    NAME = "name"
    PORT = "port"
    DROPPED = "dropped"
    HOST_KEY = "host_key"
    NO_HOST_KEY = "no_host_key"
    USER = "user"
    KEY_FILE = "key_file"
    FORWARDING = "forwarding"
    OTHER = "other"


class UnreachableError(HostError):
    """The host could not be dialled: nothing was started by this call. `place` is the server that was at fault: the
    host or a jump host before it."""

    code = "host.unreachable"

    def __init__(self, message: str, why: Why = Why.OTHER, place: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.place = place


async def dial(spec: SshSpec, tunnel: asyncssh.SSHClientConnection | None) -> asyncssh.SSHClientConnection:
    """A connection to `spec`, through `tunnel` when it lies behind a jump host. Raises `UnreachableError`."""
    place = spec.place
    pinned = _pinned(spec)
    key = await _client_key(spec)
    try:
        async with asyncio.timeout(spec.connect_timeout):
            return await asyncssh.connect(
                spec.address,
                spec.port,
                tunnel=tunnel or (),
                username=spec.user,
                client_keys=[key],
                known_hosts=(pinned, [], []),
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
        raise UnreachableError(
            f"SSH to {place} did not come up within {spec.connect_timeout} s", Why.PORT, place
        ) from None
    except asyncssh.HostKeyNotVerifiable:
        raise UnreachableError(
            f"{place} shows another host key than the pinned one: either it was set up anew, or somebody is in "
            "between. Compare the keys on the host's console before changing the pinned one",
            Why.HOST_KEY,
            place,
        ) from None
    except asyncssh.PermissionDenied:
        raise UnreachableError(
            f"{place} refused the key {spec.key_file}: is its public half in the account's authorized_keys?",
            Why.USER,
            place,
        ) from None
    except asyncssh.ChannelOpenError as error:
        before = spec.before()
        through = before.place if before else place
        refused = error.code == asyncssh.OPEN_ADMINISTRATIVELY_PROHIBITED
        raise UnreachableError(
            f"jump host {through} does not connect to {spec.address}:{spec.port}: {error.reason}",
            Why.FORWARDING if refused else Why.PORT,
            through if refused else place,
        ) from None
    except socket.gaierror as error:
        raise UnreachableError(f"{spec.address}: no such name ({error.strerror})", Why.NAME, place) from None
    except LOST as error:
        refused = isinstance(error, ConnectionRefusedError)
        raise UnreachableError(f"SSH to {place} failed: {error}", Why.PORT if refused else Why.DROPPED, place) from None
    except (asyncssh.Error, OSError) as error:
        why = Why.PORT if isinstance(error, OSError) else Why.OTHER
        raise UnreachableError(f"SSH to {place} failed: {error}", why, place) from None


def _pinned(spec: SshSpec) -> list[asyncssh.SSHKey]:
    if not spec.host_key.strip():
        raise UnreachableError(
            f"no host key is pinned for {spec.place}: neither agent.toml nor the CMDB has one; nothing is trusted at "
            "first sight",
            Why.NO_HOST_KEY,
            spec.place,
        )
    try:
        return [asyncssh.import_public_key(line) for line in spec.host_key.splitlines() if line.strip()]
    except asyncssh.KeyImportError:
        raise UnreachableError(
            f"host_key of {spec.place} is no OpenSSH public key (ssh-ed25519 AAAA…)", Why.NO_HOST_KEY, spec.place
        ) from None


async def _client_key(spec: SshSpec) -> asyncssh.SSHKey:
    key_file = Path(spec.key_file)
    try:
        mode = await asyncio.to_thread(lambda: key_file.stat().st_mode)
        if stat.S_IMODE(mode) & 0o077:
            raise UnreachableError(f"{key_file} can be read by others; chmod 600 it", Why.KEY_FILE, spec.place)
        return await asyncio.to_thread(lambda: asyncssh.read_private_key(str(key_file)))
    except OSError as error:
        raise UnreachableError(f"SSH key {key_file}: {error.strerror}", Why.KEY_FILE, spec.place) from None
    except asyncssh.KeyImportError as error:
        raise UnreachableError(
            f"SSH key {key_file} is not usable (OpenSSH format, without passphrase): {error}",
            Why.KEY_FILE,
            spec.place,
        ) from None
