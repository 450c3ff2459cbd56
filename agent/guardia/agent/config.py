"""agent.toml: read once at start, every mistake told with file, line and remedy. Nothing is read at import.

Every scalar of `[hub]`, `[agent]`, `[limits]`, `[output]`, `[facts]` and `[policy]` can come from the environment
instead: `GUARDIA_AGENT_<SECTION>_<KEY>`, for instance `GUARDIA_AGENT_HUB_URL` or `GUARDIA_AGENT_LIMITS_CONCURRENCY`;
for the section `[agent]` the name is not doubled: `GUARDIA_AGENT_STATE_DIR`.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from guardia.agent.configtext import Mistakes, TomlText, unknown_keys
from guardia.agent.core.policy import Policy
from guardia.agent.core.target import AbsolutePath, HostSpec, Name, ServiceSpec, SshSpec
from guardia.agent.spool.folder import Limits

DEFAULT_PATH = "/etc/guardia/agent.toml"
ENVIRONMENT_PREFIX = "GUARDIA_AGENT_"
MAX_SIZE = 1024 * 1024


class HubConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    url: str = ""
    """Address of the agents' listener, wss://host:port/agent, or of the one for gRPC, grpcs://host:port; empty: the one
    that the hub named at the enrolment."""
    enrolment_url: str = ""
    """Address of the enrolment listener, https://host:port, for `guardia-agent enrol`."""


class AgentConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    asset: Name
    """Asset code of the host that the agent runs on."""
    state_dir: AbsolutePath = "/var/lib/guardia-agent"
    name: str = ""
    """For people, shown by `status`."""


class LimitsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Counts, and seconds."""

    concurrency: Annotated[int, msgspec.Meta(ge=1, le=64)] = 4
    queue: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 256
    drain: Annotated[int, msgspec.Meta(ge=0, le=3600)] = 30
    """How long a stop waits for running steps."""
    artifact_cache: Annotated[int, msgspec.Meta(ge=1024 * 1024)] = 8 * 1024 * 1024 * 1024
    """Bytes."""


class OutputConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[output]`: what is kept of the output of steps, below the state directory."""

    step_mib: Annotated[int, msgspec.Meta(ge=1, le=16 * 1024)] = 256
    """Of one step; what is longer keeps its beginning and its end."""
    total_mib: Annotated[int, msgspec.Meta(ge=1, le=1024 * 1024)] = 2048
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=365)] = 14
    reserve_mib: Annotated[int, msgspec.Meta(ge=0, le=1024 * 1024)] = 128
    """What is left free on the disk."""

    def limits(self) -> Limits:
        mebibyte = 1024 * 1024
        return Limits(
            step_bytes=self.step_mib * mebibyte,
            total_bytes=self.total_mib * mebibyte,
            keep_days=self.keep_days,
            reserve=self.reserve_mib * mebibyte,
        )


class FactsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the hub is told of the agent's own host. Times in seconds."""

    send: bool = True
    at_most_every: Annotated[int, msgspec.Meta(ge=10, le=86_400)] = 300
    """Facts that changed sooner wait so long."""
    at_least_every: Annotated[int, msgspec.Meta(ge=10, le=86_400)] = 3600
    """Facts that did not change are sent again after so long."""


class PolicyConfig(Policy, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[policy]`: the rules themselves, or only `file`, a root-owned file that holds them."""

    file: str = ""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole configuration, checked."""

    path: str
    hub: HubConfig
    agent: AgentConfig
    limits: LimitsConfig
    output: OutputConfig
    facts: FactsConfig
    policy: Policy
    policy_file: str
    hosts: tuple[HostSpec, ...]
    """The agent's own host first."""
    services: tuple[ServiceSpec, ...]

    @property
    def state_dir(self) -> Path:
        return Path(self.agent.state_dir)

    def services_of(self, asset: str) -> tuple[ServiceSpec, ...]:
        return tuple(service for service in self.services if service.asset == asset)


_SECTIONS: dict[str, type[msgspec.Struct]] = {
    "hub": HubConfig,
    "agent": AgentConfig,
    "limits": LimitsConfig,
    "output": OutputConfig,
    "facts": FactsConfig,
    "policy": PolicyConfig,
}
_LISTS: dict[str, type[msgspec.Struct]] = {"hosts": HostSpec, "services": ServiceSpec}


def load(path: str, environment: Mapping[str, str]) -> Config:
    """Read and check the file at `path`. Raises `ConfigError` with all mistakes, one a line."""
    mistakes = Mistakes()
    text = _read(path, mistakes)
    if text is None:
        raise mistakes.error()
    values = _with_environment(text.values, environment, mistakes)
    unknown_keys(text, values, {**_SECTIONS, **_LISTS}, mistakes)
    hub = _section(text, values, "hub", HubConfig, mistakes)
    agent = _section(text, values, "agent", AgentConfig, mistakes)
    limits = _section(text, values, "limits", LimitsConfig, mistakes)
    output = _section(text, values, "output", OutputConfig, mistakes)
    facts = _section(text, values, "facts", FactsConfig, mistakes)
    policy = _section(text, values, "policy", PolicyConfig, mistakes)
    hosts = _list(text, values, "hosts", HostSpec, mistakes)
    services = _list(text, values, "services", ServiceSpec, mistakes)
    rules: Policy | None = policy
    if policy is not None and policy.file:
        if len(values["policy"]) > 1:
            mistakes.add(text, ("policy", "file"), "the rules stand in the file and here; keep one of the two")
        rules = _policy_file(policy.file, mistakes)
    if hub is not None:
        _check_hub(text, hub, mistakes)
    if agent is not None:
        hosts = _check_hosts(text, agent, hosts, mistakes)
        _check_services(text, hosts, services, mistakes)
    if mistakes or hub is None or agent is None or policy is None or rules is None:
        raise mistakes.error()
    if limits is None or output is None or facts is None:
        raise mistakes.error()
    return Config(
        path=path,
        hub=hub,
        agent=agent,
        limits=limits,
        output=output,
        facts=facts,
        policy=Policy(
            allow=rules.allow,
            deny=rules.deny,
            require_approvers=rules.require_approvers,
            max_timeout=rules.max_timeout,
        ),
        policy_file=policy.file,
        hosts=hosts,
        services=services,
    )


# --- reading --------------------------------------------------------------------------------------------------------


def _read(path: str, mistakes: Mistakes, *, strict_owner: bool = False) -> TomlText | None:
    try:
        with Path(path).open("rb") as file:
            facts = os.fstat(file.fileno())
            data = file.read(MAX_SIZE + 1)
    except OSError as error:
        mistakes.plain(f"{path}: {error.strerror}; make the file, or name another one with --config")
        return None
    if facts.st_mode & stat.S_IWOTH:
        mistakes.plain(f"{path}: every user may write it, so anyone could command this agent; run: chmod o-w {path}")
        return None
    if strict_owner and (facts.st_uid not in (0, os.geteuid()) or facts.st_mode & stat.S_IWGRP):
        mistakes.plain(f"{path}: a policy file belongs to root alone; run: chown root {path} && chmod 0644 {path}")
        return None
    if len(data) > MAX_SIZE:
        mistakes.plain(f"{path}: larger than {MAX_SIZE} bytes; this is not an agent.toml")
        return None
    try:
        return TomlText(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        mistakes.plain(f"{path}:{line}: not UTF-8; save the file as UTF-8")
    except tomllib.TOMLDecodeError as error:
        mistakes.toml(path, error)
    return None


def _policy_file(path: str, mistakes: Mistakes) -> Policy | None:
    text = _read(path, mistakes, strict_owner=True)
    if text is None:
        return None
    unknown_keys(text, {"": text.values}, {"": Policy}, mistakes)
    policy: Policy | None = _section(text, {"": text.values}, "", Policy, mistakes)
    return policy


def _section(text: TomlText, values: Mapping[str, Any], name: str, kind: Any, mistakes: Mistakes) -> Any:
    raw = values.get(name, {})
    if not isinstance(raw, dict):
        mistakes.add(text, (name,), f"must be a section [{name}]")
        return None
    known = {key: value for key, value in raw.items() if key in kind.__struct_fields__}
    try:
        return msgspec.convert(known, kind)
    except msgspec.ValidationError as error:
        mistakes.invalid(text, (name,), error)
        return None


def _list(text: TomlText, values: Mapping[str, Any], name: str, kind: Any, mistakes: Mistakes) -> Any:
    raw = values.get(name, [])
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        mistakes.add(text, (name,), f"must be written as [[{name}]]")
        return ()
    found = []
    for index, item in enumerate(raw):
        known = {key: value for key, value in item.items() if key in kind.__struct_fields__}
        try:
            found.append(msgspec.convert(known, kind))
        except msgspec.ValidationError as error:
            mistakes.invalid(text, (name, index), error)
    return tuple(found)


def _with_environment(values: Mapping[str, Any], environment: Mapping[str, str], mistakes: Mistakes) -> dict[str, Any]:
    merged: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in values.items()}
    names = {
        _variable(section, field.name): (section, field)
        for section, kind in _SECTIONS.items()
        for field in msgspec.structs.fields(kind)
        if field.name not in ("allow", "deny")
    }
    for variable, value in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX) or variable == f"{ENVIRONMENT_PREFIX}CONFIG":
            continue
        if variable not in names:
            mistakes.plain(f"environment: {variable} is not known{mistakes.suggestion(variable, names)}")
            continue
        section, field = names[variable]
        place = merged.setdefault(section, {})
        if not isinstance(place, dict):
            continue
        try:
            place[field.name] = msgspec.convert(value, field.type, strict=False)
        except msgspec.ValidationError as error:
            mistakes.plain(f"environment: {variable}: {error}")
    return merged


def _variable(section: str, key: str) -> str:
    return ENVIRONMENT_PREFIX + (key if section == "agent" else f"{section}_{key}").upper()


# --- what belongs together ------------------------------------------------------------------------------------------


def _check_hub(text: TomlText, hub: HubConfig, mistakes: Mistakes) -> None:
    for key, schemes, example in (
        ("url", ("wss", "grpcs"), "wss://hub.example:9443/agent or grpcs://hub.example:9445"),
        ("enrolment_url", ("https",), "https://hub.example:9444"),
    ):
        value = getattr(hub, key)
        if not value:
            continue
        try:
            parts = urlsplit(value)
            good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and parts.username is None
            good = good and (parts.scheme != "grpcs" or parts.path in {"", "/"})
        except ValueError:
            good = False
        if not good:
            mistakes.add(text, ("hub", key), f"must be an address like {example}")


def _check_hosts(
    text: TomlText, agent: AgentConfig, hosts: tuple[HostSpec, ...], mistakes: Mistakes
) -> tuple[HostSpec, ...]:
    seen: set[str] = set()
    for index, host in enumerate(hosts):
        place = ("hosts", index, "asset")
        if host.asset in seen:
            mistakes.add(text, place, f"{host.asset} is there twice; remove one of them")
        seen.add(host.asset)
        if host.ssh is None and host.asset != agent.asset:
            mistakes.add(
                text, place, f"{host.asset} has no [hosts.ssh] and is not the agent's own host ({agent.asset}); add it"
            )
        if host.ssh is not None and host.asset == agent.asset:
            mistakes.add(text, place, "the agent's own host is not reached by SSH; remove its [hosts.ssh]")
        if host.ssh is not None:
            _check_keys(text, ("hosts", index, "ssh"), host.ssh, mistakes)
    own = tuple(host for host in hosts if host.asset == agent.asset) or (HostSpec(asset=agent.asset),)
    return own + tuple(host for host in hosts if host.asset != agent.asset)


def _check_keys(text: TomlText, place: tuple[str | int, ...], ssh: SshSpec, mistakes: Mistakes) -> None:
    for hop, where in ((ssh, place), *((hop, (*place, "jump", at)) for at, hop in enumerate(ssh.jump))):
        if any(len(line.split()) != 2 for line in hop.host_key.splitlines()):
            mistakes.add(
                text,
                (*where, "host_key"),
                "must be the host's public key as in ssh-keyscan's output without the name: ssh-ed25519 AAAA…",
            )
        if hop is not ssh and not hop.host_key and not hop.asset:
            mistakes.add(text, (*where, "host_key"), "is missing; add it, or asset, whose key the CMDB holds")


def _check_services(
    text: TomlText, hosts: tuple[HostSpec, ...], services: tuple[ServiceSpec, ...], mistakes: Mistakes
) -> None:
    assets = {host.asset for host in hosts}
    seen: set[tuple[str, str]] = set()
    for index, service in enumerate(services):

        def wrong(key: str, what: str, index: int = index) -> None:
            mistakes.add(text, ("services", index, key), what)

        if service.asset not in assets:
            wrong("asset", f"{service.asset} is not a host of this agent{mistakes.suggestion(service.asset, assets)}")
        if (service.asset, service.name) in seen:
            wrong("name", f"{service.name} is there twice on {service.asset}; remove one of them")
        seen.add((service.asset, service.name))
        if service.manager == "command":
            if not service.start or not service.start[0].startswith("/"):
                wrong("start", 'manager "command" needs start = ["/absolute/program", …]')
            if not service.pid_file.startswith("/"):
                wrong("pid_file", 'manager "command" needs pid_file, an absolute path')
            if not service.log_files:
                wrong("log_files", 'manager "command" needs log_files; the first takes the service\'s output')
        elif service.start or service.stop:
            wrong("start" if service.start else "stop", 'manager "systemd" takes unit, not start and stop')
        if service.stop and not service.stop[0].startswith("/"):
            wrong("stop", "the first of it must be an absolute path")
        for key in ("deploy_root", "working_directory"):
            if getattr(service, key) and not getattr(service, key).startswith("/"):
                wrong(key, "must be an absolute path")
        if any(not 1 <= port <= 65_535 for port in service.ports):
            wrong("ports", "must be between 1 and 65535")
