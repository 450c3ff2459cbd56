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


class SshSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How this agent reaches a host behind it."""

    address: str
    port: int = 22
    user: str
    key_file: AbsolutePath
    host_key: str
    """Pinned, as in known_hosts without the name: `ssh-ed25519 AAAA…`. Never trusted on first use."""
    connect_timeout: int = 10


class HostSpec(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A target that this agent serves; without `ssh` it is the agent's own host."""

    asset: Name
    ssh: SshSpec | None = None
    state_dir: str = ""
    """SSH: directory on the target for step directories, default `.guardia` below the user's home."""
