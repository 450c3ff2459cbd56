"""A hub's state folder with enrolled agents, made without enrolments: keys, certificates, rows of the registry."""

from __future__ import annotations

import asyncio
import importlib.util
import resource
import socket
from pathlib import Path

import msgspec
from sqlalchemy import insert

from guardia.certs import keystore
from guardia.certs.certificate import load_pem, read_facts
from guardia.certs.csr import key_to_pem, new_key
from guardia.certs.identity import Role
from guardia.certs.keystore import Identity, Keystore, Material
from guardia.hub.app import SystemClock
from guardia.hub.app import init as init_hub
from guardia.hub.config import AgentsGrpcSection, AgentsSection, Config, EnrolmentSection, HubSection, WebSection
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.registry import AgentState
from guardia.hub.enrolment.tables import agent_certificates, agents
from guardia.hub.store.database import Database
from guardia.proto.limits import HEARTBEAT
from tests.bench.measures import Progress

SPARE_FILES = 300
"""Descriptors of a process beside its connections."""


class TooFewFilesError(Exception):
    """The system lets this process open too few files for so many connections."""


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything of a fleet is; processes get it as JSON."""

    folder: str
    port: int
    web_port: int
    enrolment_port: int
    count: int
    heartbeat: float = HEARTBEAT
    """Seconds between an agent's heartbeats."""
    grpc_port: int = 0
    """Where the hub listens for gRPC, and agents go; 0: WebSocket alone."""

    @property
    def config(self) -> Config:
        return Config(
            hub=HubSection(state_dir=f"{self.folder}/hub", trust_domain="bench.guardia.internal"),
            web=WebSection(port=self.web_port),
            agents=AgentsSection(port=self.port, heartbeat=self.heartbeat),
            agents_grpc=AgentsGrpcSection(enabled=bool(self.grpc_port), port=self.grpc_port or 9445),
            enrolment=EnrolmentSection(port=self.enrolment_port),
        )

    @property
    def url(self) -> str:
        """Of the WebSocket, which everything goes by that is not the link."""
        return f"wss://127.0.0.1:{self.port}/agent"

    @property
    def link_url(self) -> str:
        return f"grpcs://127.0.0.1:{self.grpc_port}" if self.grpc_port else self.url

    @property
    def text(self) -> str:
        return msgspec.json.encode(self).decode()

    @staticmethod
    def parse(text: str) -> Fleet:
        return msgspec.json.decode(text, type=Fleet)

    def agent_folder(self, agent: str) -> Path:
        return Path(self.folder) / "agents" / agent

    def keystores(self) -> dict[str, Keystore]:
        """What each simulated agent proves itself with. All share one key: key generation is not measured."""
        roots = (Path(self.folder) / "agents" / "roots.pem").read_bytes()
        facts = read_facts(load_pem((self.agent_folder(name(0)) / "chain.pem").read_bytes(), "chain.pem")[0])
        domain = self.config.hub.trust_domain
        return {
            agent: Keystore(
                folder=self.agent_folder(agent),
                identity=Identity(role=Role.AGENT, name=agent, trust_domain=domain),
                facts=facts,
                roots=roots,
                ticket_keys={},
            )
            for agent in map(name, range(self.count))
        }


def name(number: int) -> str:
    """Agent id and asset code of an agent of the fleet."""
    return f"BENCH-{number:05}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


async def make_fleet(folder: Path, count: int) -> Fleet:
    """A hub below `folder` in whose registry `count` agents are enrolled."""
    folder = folder.absolute()
    folder.mkdir(parents=True)
    ports = sorted({free_port() for _ in range(16)})[:3]
    fleet = Fleet(folder=str(folder), port=ports[0], web_port=ports[1], enrolment_port=ports[2], count=count)
    await asyncio.to_thread(init_hub, fleet.config)  # it runs a loop of its own
    authority = HubAuthority.load(fleet.config.state)
    now_ms = SystemClock().now_ms()
    key = new_key()
    (folder / "agents").mkdir()
    shared = folder / "agents" / "key.pem"
    shared.touch(mode=0o600)
    shared.write_bytes(key_to_pem(key))
    (folder / "agents" / "roots.pem").write_bytes(authority.ca.roots_pem)
    known, certificates = [], []
    with Progress(f"certificates of {count} agents", count) as progress:
        for agent in map(name, range(count)):
            issued = authority.ca.issue_agent(key.public_key(), agent, now_ms)
            own = fleet.agent_folder(agent)
            own.mkdir()
            (own / "chain.pem").write_bytes(issued.chain)
            (own / "key.pem").hardlink_to(shared)
            state = AgentState.ENROLLED.value
            known.append(
                {"agent_id": agent, "asset_code": agent, "state": state, "created_ms": now_ms, "last_epoch": 0}
            )
            certificates.append(
                {
                    "sha256": issued.facts.sha256,
                    "agent_id": agent,
                    "not_before_ms": issued.facts.not_before_ms,
                    "not_after_ms": issued.facts.not_after_ms,
                }
            )
            progress.advance()
    database = Database(fleet.config.database_url)
    try:
        with database.engine.begin() as connection:
            connection.execute(insert(agents), known)
            connection.execute(insert(agent_certificates), certificates)
    finally:
        database.close()
    return fleet


async def grpc_fleet(folder: Path, count: int) -> Fleet | None:
    """One whose agents come by gRPC; None where grpcio is not installed."""
    if importlib.util.find_spec("grpc") is None:
        return None
    return msgspec.structs.replace(await make_fleet(folder, count), grpc_port=free_port())


def real_agent(fleet: Fleet, agent: str) -> Path:
    """agent.toml and state folder of `agent`, for the real daemon; returns the file's path."""
    authority = HubAuthority.load(fleet.config.state)
    own = fleet.agent_folder(agent)
    identity = Identity(
        role=Role.AGENT,
        name=agent,
        asset_code=agent,
        trust_domain=authority.trust_domain,
        agents_url=fleet.url,
        pin=authority.ca.pin,
    )
    material = Material(
        identity=identity,
        key=(own / "key.pem").read_bytes(),
        chain=(own / "chain.pem").read_bytes(),
        roots=authority.ca.roots_pem,
        ticket_keys=authority.signer.public_keys,
    )
    state = own / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    keystore.replace(state / "identity", material)
    path = own / "agent.toml"
    path.write_text(
        f'[hub]\nurl = "{fleet.link_url}"\n[agent]\nasset = "{agent}"\nstate_dir = "{state}"\n', encoding="utf-8"
    )
    path.chmod(0o600)
    return path


def allow_files(connections: int) -> None:
    """Raise this process's limit of open files for so many connections; children inherit it.

    Raises `TooFewFilesError` with what to do.
    """
    wanted = connections + SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= wanted:
        return
    if hard < wanted:
        raise TooFewFilesError(
            f"{connections} connections need {wanted} open files, but at most {hard} may be had: run `ulimit -n"
            f" {wanted}` as root first, or measure fewer with --scale"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
