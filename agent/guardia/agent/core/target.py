"""What an agent knows of its targets: hosts and services, from its own agent.toml. The wire names them, never more."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

AbsolutePath = Annotated[str, msgspec.Meta(pattern=r"^/[^\x00-\x1f\x7f]*\Z", max_length=4096)]
Name = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\Z", max_length=128)]
Argv = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=64)]


class ServiceSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A service on one target. Times in seconds."""

    asset: str
    name: Name
    manager: Literal["systemd", "command"]
    unit: str = ""
    """systemd: the unit, `<name>.service` when empty."""
    start: tuple[str, ...] = ()
    """command: argv that starts the service in the foreground; the agent makes it a daemon. The first is absolute."""
    stop: tuple[str, ...] = ()
    """command: argv that stops it; empty: SIGTERM to its process group, SIGKILL after `stop_timeout`."""
    working_directory: str = ""
    environment: dict[str, str] = {}
    pid_file: str = ""
    """command: where the agent records pid and start time of the service it started."""
    log_files: tuple[AbsolutePath, ...] = ()
    """First: the service's own log, where `command` services write their output and TAIL_LOG looks."""
    health_url: str = ""
    """Asked from the target itself, for instance http://127.0.0.1:8080/health."""
    ports: tuple[int, ...] = ()
    deploy_root: str = ""
    """Holds releases/<name>/, the symbolic link `current`, and `releases.json` (which release replaced which)."""
    artifact_name: str = ""
    """Name of the artifact inside a release; empty: the name that was deployed."""
    start_timeout: int = 60
    stop_timeout: int = 20
    process_pattern: str = ""
    """Literal text that a process's command line holds, for CHECK_PROCESS; empty: the pid file's process."""
    allow_clean: tuple[AbsolutePath, ...] = ()
    """Directories in which CLEAN_LOGS may remove old files."""


class HopSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SSH server: a host, or a jump host on the way to it."""

    address: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 22
    user: str
    key_file: AbsolutePath
    host_key: str = ""
    """Pinned, as in known_hosts without the name: `ssh-ed25519 AAAA…`; several stand one a line. Empty: the keys that
    the CMDB holds for the asset. Never trusted on first use."""
    asset: str = ""
    """Jump hosts: the asset code under which the CMDB holds the key, when `host_key` is empty."""

    @property
    def place(self) -> str:
        """For people."""
        return f"{self.user}@{self.address}:{self.port}"


MAX_JUMPS = 4


class SshSpec(HopSpec, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this agent reaches a host behind it."""

    connect_timeout: Annotated[int, msgspec.Meta(ge=1, le=120)] = 10
    """Seconds for each server on the way."""
    jump: Annotated[tuple[HopSpec, ...], msgspec.Meta(max_length=MAX_JUMPS)] = ()
    """Jump hosts in the order in which they are passed, each with a user, a key and a pinned host key of its own."""

    def before(self) -> SshSpec | None:
        """How the last jump host on the way is reached; None: the host is dialled directly."""
        if not self.jump:
            return None
        hop = self.jump[-1]
        return SshSpec(
            address=hop.address,
            port=hop.port,
            user=hop.user,
            key_file=hop.key_file,
            host_key=hop.host_key,
            asset=hop.asset,
            connect_timeout=self.connect_timeout,
            jump=self.jump[:-1],
        )


class HostSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target that this agent serves; without `ssh` it is the agent's own host."""

    asset: Name
    ssh: SshSpec | None = None
    state_dir: str = ""
    """SSH: directory on the target for step directories, default `.guardia` below the user's home."""
