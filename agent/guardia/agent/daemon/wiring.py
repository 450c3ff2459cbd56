"""Puts the real parts together. The one module that knows which implementation stands behind each port."""

from __future__ import annotations

import importlib
import os
import random
import secrets
import ssl
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

import msgspec
import structlog

from guardia.agent.actions.registry import RUNNERS
from guardia.agent.artifacts.cache import ArtifactCache
from guardia.agent.artifacts.client import ArtifactClient
from guardia.agent.config import Config
from guardia.agent.daemon import fault, system
from guardia.agent.daemon.collect import Collector
from guardia.agent.daemon.facts import FactsReporter
from guardia.agent.daemon.gate import Target
from guardia.agent.daemon.service import Daemon
from guardia.agent.daemon.status import CancelBy
from guardia.agent.daemon.tickets import SignedTickets
from guardia.agent.errors import AgentError, LinkError, NoGroupsError
from guardia.agent.identity.store import AgentIdentity, load_identity
from guardia.agent.journal import Journal
from guardia.agent.journal.journal import COMPACT_ABOVE
from guardia.agent.link.reconnecting import ReconnectingLink
from guardia.agent.link.websocket import WebSocketLink
from guardia.agent.ports import Clock
from guardia.agent.run.cgroups import Groups, open_groups
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.hosts import make_host, make_notes, make_pool
from guardia.agent.spool import Spool
from guardia.agent.spool.upload import OutputUploader
from guardia.certs import errors as certs_errors
from guardia.certs.tls import TlsMaterial
from guardia.proto import grpc_wire, version
from guardia.proto.frames import Hello, JournalEntry

if TYPE_CHECKING:
    from guardia.agent.run.ssh_pool import SshPool


class Program(msgspec.Struct, kw_only=True):
    """A daemon with everything around it, not started yet."""

    config: Config
    identity: AgentIdentity
    instance_id: str
    hub_url: str
    journal: Journal
    daemon: Daemon
    link: ReconnectingLink
    pool: SshPool | None
    """None: no host is reached by SSH."""
    clock: system.SystemClock
    spool: Spool | None
    facts: FactsReporter | None
    """None: agent.toml says not to send facts."""
    groups: Groups | None
    """None: steps of this machine are ended by their process trees, because of `no_groups`."""
    no_groups: NoGroupsError | None

    def cancel_by(self) -> CancelBy:
        """As the status file tells it."""
        if self.groups is None:
            assert self.no_groups is not None
            return CancelBy(by="process_tree", detail=str(self.no_groups), code=self.no_groups.code)
        if self.groups.trouble:
            return CancelBy(by="process_tree", detail=self.groups.trouble, code="cgroup.trouble")
        return CancelBy(by="cgroup", detail=str(self.groups.home))


def artifacts_url(config: Config, identity: AgentIdentity) -> str:
    """Artifacts and fetched output go by WebSocket also where the link is gRPC: to the address of the enrolment."""
    return config.hub.url if config.hub.url.startswith("wss:") else identity.agents_url


def load_grpc() -> ModuleType:
    """The gRPC adapter. Raises `LinkError` that names what to install when grpcio is not there."""
    grpc_wire.prepare(os.environ)
    try:
        return importlib.import_module("guardia.agent.link.grpc")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "grpc":
            raise
        missing = LinkError(
            "[hub] url begins with grpcs://, but grpcio is not installed: install guardia-agent[grpc] "
            "(requirements/agent-grpc.txt), or use the wss:// address of the hub"
        )
        missing.code = "link.no_grpc"
        raise missing from None


def _grpc_link(
    config: Config, url: str, daemon: Daemon, hello: Callable[[tuple[JournalEntry, ...]], Hello], clock: Clock
) -> ReconnectingLink:
    def credentials() -> tuple[TlsMaterial, ssl.SSLContext]:
        try:
            identity = load_identity(config.state_dir)
            return identity.tls_material(), identity.ssl_context()
        except (AgentError, certs_errors.CertsError) as error:
            raise LinkError(f"no identity to connect with: {error}") from error

    link: ReconnectingLink = load_grpc().GrpcLink(
        url, credentials, daemon, hello_factory=hello, clock=clock, rng=random.SystemRandom().random
    )
    return link


def build(config: Config) -> Program:
    """Raises `AgentError`: no identity, a damaged journal, another agent on the same state directory."""
    identity = load_identity(config.state_dir, remember=True)
    if identity.asset_code and identity.asset_code != config.agent.asset:
        raise AgentError(
            f"{config.path} says asset = {config.agent.asset!r}, but this agent was enrolled for "
            f"{identity.asset_code!r}; correct the file, or enrol again with a token for the right asset"
        )
    hub_url = config.hub.url or identity.agents_url
    clock, pool, log = system.SystemClock(), make_pool(config.hosts), structlog.get_logger("guardia.agent")
    boot_id, instance_id = system.boot_id(), secrets.token_hex(16)

    def context() -> ssl.SSLContext:
        # Read anew for every connection, so that a renewed certificate is used by itself.
        try:
            return load_identity(config.state_dir).ssl_context()
        except (AgentError, certs_errors.CertsError) as error:
            raise LinkError(f"no identity to connect with: {error}") from error

    kill_at = fault.from_environment()
    journal = Journal.open(config.state_dir, compact_above=fault.compact_above(COMPACT_ABOVE), kill_at=kill_at)
    spool = _spool(config, clock, log)
    groups, no_groups = _groups(log)
    pins = PinnedKeys(config.state_dir)
    notes = make_notes(config.hosts, config.state_dir / "uploads")
    targets = {
        spec.asset: Target(host=make_host(spec, pool, notes, pins, groups), services=config.services_of(spec.asset))
        for spec in config.hosts
    }
    artifacts = ArtifactCache(
        config.state_dir / "artifacts",
        ArtifactClient(artifacts_url(config, identity), context),
        max_bytes=config.limits.artifact_cache,
    )
    daemon = Daemon(
        agent_id=identity.agent_id,
        boot_id=boot_id,
        targets=targets,
        runners=RUNNERS,
        policy=config.policy,
        verifier=SignedTickets(config.state_dir, identity),
        journal=journal,
        artifacts=artifacts,
        clock=clock,
        log=log,
        concurrency=config.limits.concurrency,
        queue=config.limits.queue,
        spool=spool,
        uploader=OutputUploader(artifacts_url(config, identity), context, spool) if spool is not None else None,
        kill_at=kill_at,
        pins=pins,
    )

    def hello(entries: tuple[JournalEntry, ...]) -> Hello:
        return Hello(
            agent_id=identity.agent_id,
            boot_id=boot_id,
            instance_id=instance_id,
            software=system.software(),
            protocol_major=version.MAJOR,
            protocol_minor=version.MINOR,
            trust_bundle=identity.trust_bundle,
            targets=daemon.gate.targets,
            actions=daemon.gate.actions,
            journal=entries,
        )

    link: ReconnectingLink
    if hub_url.startswith("grpcs:"):
        link = _grpc_link(config, hub_url, daemon, hello, clock)
    else:
        link = WebSocketLink(
            hub_url, context, daemon, hello_factory=hello, clock=clock, rng=random.SystemRandom().random
        )
    daemon.attach(link)
    facts = None
    if config.facts.send:
        own = targets[config.agent.asset]
        collector = Collector(
            own.host, own.services, software=system.software(), clock=clock, artifacts=artifacts, log=log
        )
        facts = FactsReporter(collector.collect, link, times=config.facts, clock=clock, log=log)
        daemon.on_welcome = facts.welcomed
    return Program(
        config=config,
        identity=identity,
        instance_id=instance_id,
        hub_url=hub_url,
        journal=journal,
        daemon=daemon,
        link=link,
        pool=pool,
        clock=clock,
        spool=spool,
        facts=facts,
        groups=groups,
        no_groups=no_groups,
    )


def _spool(config: Config, clock: system.SystemClock, log: Any) -> Spool | None:
    """None when its folder cannot be made: steps run without it."""
    try:
        return Spool(config.state_dir, config.output.limits(), clock)
    except OSError as error:
        log.error("no spool: output beyond head and tail will be lost", error=str(error))
        return None


def _groups(log: Any) -> tuple[Groups | None, NoGroupsError | None]:
    try:
        groups = open_groups()
    except NoGroupsError as error:
        log.info("steps are ended by their process trees", code=error.code, error=str(error))
        return None, error
    log.info("steps are ended by their control groups", below=str(groups.home))
    return groups, None
