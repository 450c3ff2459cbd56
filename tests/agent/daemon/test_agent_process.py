"""The agent as a process, over real mTLS, with a real service: killed at every point, no step runs twice."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from guardia.certs import keystore, tls
from guardia.certs.csr import key_from_pem, key_to_pem, new_key
from guardia.certs.identity import Role
from guardia.certs.keystore import Identity, Material
from guardia.certs.ticket import Ticket
from guardia.hub import migrations
from guardia.hub.cli_cmdb import cmdb
from guardia.hub.enrolment import tables
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.listener import EnrolmentListener, enrolment_app
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.links.websocket import WebSocketLinks
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database
from guardia.proto import version
from guardia.proto.catalogue import make_parameters, step_digest
from guardia.proto.facts import decode_facts
from guardia.proto.frames import (
    Accepted,
    Dispatch,
    Explain,
    Facts,
    JournalState,
    Output,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    StepOutcome,
)
from tests.support.ports import free_port
from tests.support.service_app import __file__ as SERVICE_APP  # noqa: N812 - a path
from tests.support.world import World

AGENT, ASSET, DOMAIN = "agent-1", "APP-WAS-01", "test.guardia"

pytestmark = pytest.mark.slow


class Clock:
    def now_ms(self):
        return time.time_ns() // 1_000_000

    def monotonic(self):
        return time.monotonic()


class Registry:
    def __init__(self):
        self.epoch = 0

    async def admitted(self, agent_id, certificate_sha256):
        return agent_id == AGENT

    async def next_epoch(self, agent_id):
        self.epoch += 1
        return self.epoch


class Heard:
    """What the hub hears."""

    def __init__(self):
        self.frames = []
        self.hellos = []
        self.news = asyncio.Condition()
        self.also = None
        """A further handler that hears every frame."""

    async def connected(self, presence):
        async with self.news:
            self.hellos.append(presence)
            self.news.notify_all()

    async def lost(self, agent_id, epoch, reason):
        async with self.news:
            self.news.notify_all()

    async def received(self, agent_id, epoch, frame):
        async with self.news:
            self.frames.append(frame)
            if self.also is not None:
                await self.also.received(agent_id, epoch, frame)
            self.news.notify_all()

    def of(self, kind):
        return [frame for frame in self.frames if isinstance(frame, kind)]

    async def until(self, condition):
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(condition)

    async def first(self, kind):
        await self.until(lambda: self.of(kind))
        return self.of(kind)[0]


class Field:
    """Hub, state directory, one service, and the agent's process."""

    def __init__(self, folder, authority):
        self.folder, self.authority, self.clock = folder, authority, Clock()
        self.heard, self.registry = Heard(), Registry()
        self.service_port = free_port()
        self.process = None
        self.links = WebSocketLinks(
            self.heard,
            self.registry,
            ssl_context=tls.hub_agent_listener_context(authority.keystore),
            clock=self.clock,
            trust_domain=DOMAIN,
        )
        self._fencing = 0

    def identify(self):
        """As an enrolment would."""
        state = self.folder / "state"
        state.mkdir(mode=0o700)
        key = key_to_pem(new_key())
        issued = self.authority.ca.issue_agent(key_from_pem(key).public_key(), AGENT, self.clock.now_ms())
        url = f"wss://localhost:{self.links.port}/agent"
        identity = Identity(role=Role.AGENT, name=AGENT, trust_domain=DOMAIN, asset_code=ASSET, agents_url=url)
        keystore.replace(
            state / "identity",
            Material(
                identity=identity,
                key=key,
                chain=issued.chain,
                roots=self.authority.ca.roots_pem,
                ticket_keys=self.authority.signer.public_keys,
            ),
        )

    def configure(self, *service_options, more=""):
        options = "".join(f', "{option}"' for option in service_options)
        self.config = self.folder / "agent.toml"
        self.config.write_text(
            f"""
[agent]
asset = "{ASSET}"
state_dir = "{self.folder}/state"
{more}

[[services]]
asset = "{ASSET}"
name = "app"
manager = "command"
start = ["{sys.executable}", "{SERVICE_APP}", "{self.service_port}", "{self.folder}/version"{options}]
pid_file = "{self.folder}/app.pid"
log_files = ["{self.folder}/app.log"]
health_url = "http://127.0.0.1:{self.service_port}/health"
ports = [{self.service_port}]
"""
        )

    async def start(self, **environment):
        hellos = len(self.heard.hellos)
        with (self.folder / "agent.log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "guardia.agent.cli",
                "--config",
                str(self.config),
                "run",
                env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path), **environment},
                stderr=log,
            )
        hello = asyncio.create_task(self.heard.until(lambda: len(self.heard.hellos) > hellos))
        ended = asyncio.create_task(self.process.wait())
        await asyncio.wait([hello, ended], return_when=asyncio.FIRST_COMPLETED)
        for task in (hello, ended):
            task.cancel()
        assert self.process.returncode is None, (self.folder / "agent.log").read_text()

    async def ended(self):
        async with asyncio.timeout(30):
            return await self.process.wait()

    async def cli(self, *arguments, stdin=b""):
        done = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "guardia.agent.cli",
            "--config",
            str(self.config),
            *arguments,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": ":".join(sys.path)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(60):
            output, _ = await done.communicate(stdin)
        return done.returncode, output.decode()

    def dispatch(self, step_id, action, *, explain_digest="", values=None):
        self._fencing += 1
        parameters = make_parameters(action, {"service": "app"} if values is None else values)
        digest = step_digest(step_id=step_id, action_code=action, target=ASSET, parameters=parameters)
        now = self.clock.now_ms()
        ticket = Ticket(
            ticket_id=f"K-{step_id}",
            step_id=step_id,
            request_id="R1",
            agent_id=AGENT,
            target=ASSET,
            action=action,
            step_digest=digest,
            plan_digest="0" * 64,
            explain_digest=explain_digest,
            requester="engineer1",
            approvers=("approver1",),
            fencing=self._fencing,
            issued_ms=now,
            expires_ms=now + 600_000,
        )
        return Dispatch(
            step_id=step_id,
            request_id="R1",
            action=action,
            target=ASSET,
            parameters=parameters,
            timeout_ms=60_000,
            digest=digest,
            ticket=self.authority.signer.sign(ticket),
        )

    async def result(self, frame):
        await self.links.send(AGENT, frame)
        await self.heard.until(
            lambda: any(answer.step_id == frame.step_id for answer in self.heard.of(Result) + self.heard.of(Refused))
        )
        (found,) = [
            answer for answer in self.heard.of(Result) + self.heard.of(Refused) if answer.step_id == frame.step_id
        ]
        return found

    def health(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.service_port}/health", timeout=5) as answer:
            return json.load(answer)

    def starts(self):
        """How often the service was really started."""
        with contextlib.suppress(FileNotFoundError):
            return (self.folder / "app.log").read_text().count("service starts")
        return 0

    async def close(self):
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        await self.links.close()
        for pid_file in self.folder.glob("app.pid"):
            with contextlib.suppress(ProcessLookupError, ValueError, KeyError):
                os.kill(json.loads(pid_file.read_text())["pid"], signal.SIGKILL)


class KeepingWorld(World):
    async def engine_options(self):
        return {"facts": SqlAgentFacts(self.database)}


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    return HubAuthority.init(folder, trust_domain=DOMAIN, names=["localhost"], now_ms=Clock().now_ms())


@pytest.fixture
async def field(tmp_path, authority):
    field = Field(tmp_path, authority)
    await field.links.start()
    field.identify()
    field.configure()
    yield field
    await field.close()


async def test_explain_run_status_doctor_and_a_clean_stop(field):
    await field.start()
    presence = field.heard.hellos[0]
    assert presence.agent_id == AGENT
    query = Explain(
        query_id="Q1",
        action="START_SERVICE",
        target=ASSET,
        parameters=make_parameters("START_SERVICE", {"service": "app"}),
    )
    explanation = await field.links.explain(AGENT, query, 10)
    assert explanation.ok, explanation
    started = await field.result(field.dispatch("S1", "START_SERVICE", explain_digest=explanation.digest))
    assert isinstance(started, Result), started
    assert started.outcome is StepOutcome.OK, started
    first = field.health()["pid"]
    restarted = await field.result(field.dispatch("S2", "RESTART_SERVICE"))
    assert restarted.outcome is StepOutcome.OK, restarted
    assert field.health()["pid"] != first
    assert b"".join(chunk.data for chunk in field.heard.of(Output)).decode()
    code, text = await field.cli("status", "--json")
    assert code == 0
    assert json.loads(text)["connected"]
    code, text = await field.cli("doctor", "--json")
    findings = {finding["name"]: finding["status"] for finding in json.loads(text)["findings"]}
    assert code == 0, text
    assert findings["tls"] == "ok"
    field.process.send_signal(signal.SIGTERM)
    assert await field.ended() == 0
    assert field.health()["pid"], "the service outlives the agent"
    assert (await field.cli("status"))[0] == 3


@pytest.mark.parametrize("point", ["journal.accepted", "journal.started", "action.running"])
async def test_killed_before_the_end_is_interrupted_and_probed_and_runs_no_second_time(field, point):
    await field.start()
    assert (await field.result(field.dispatch("S0", "START_SERVICE"))).outcome is StepOutcome.OK
    field.process.send_signal(signal.SIGTERM)
    await field.ended()
    before = field.health()["pid"]
    await field.start(GUARDIA_TESTING="1", GUARDIA_FAULT_KILL_AT=point, GUARDIA_FAULT_DELAY_MS="600000")
    frame = field.dispatch("S1", "RESTART_SERVICE")
    await field.links.send(AGENT, frame)
    assert await field.ended() == -signal.SIGKILL
    starts = 1 if point == "journal.accepted" else 2
    async with asyncio.timeout(10):  # the process was started; its first line takes a moment
        while field.starts() < starts:
            await asyncio.sleep(0.05)
    await field.start()
    told = {entry.step_id: entry.state for entry in field.heard.hellos[-1].hello.journal}
    assert told["S1"] is JournalState.INTERRUPTED
    await field.links.send(AGENT, frame)
    await field.heard.first(ProbeResult)
    field.heard.frames.clear()
    await field.links.send(AGENT, Probe(step_id="S1"))
    probe = await field.heard.first(ProbeResult)
    assert field.starts() == starts, "nothing ran again"
    if point == "journal.accepted":
        assert probe.verdict is ProbeVerdict.NOT_APPLIED
        assert field.health()["pid"] == before
    else:
        assert probe.verdict in {ProbeVerdict.APPLIED, ProbeVerdict.STILL_RUNNING}


async def test_killed_after_the_end_reports_the_stored_result(field):
    await field.start(GUARDIA_TESTING="1", GUARDIA_FAULT_KILL_AT="journal.finished")
    frame = field.dispatch("S1", "START_SERVICE")
    await field.links.send(AGENT, frame)
    assert await field.ended() == -signal.SIGKILL
    assert field.heard.of(Result) == []
    await field.start()
    result = await field.heard.first(Result)
    assert result.outcome is StepOutcome.OK
    assert json.loads(result.report)["changed"] is True
    await field.links.send(AGENT, frame)
    assert (await field.heard.first(Refused)).code == "step.already_done", "the hub has acknowledged it"
    assert field.starts() == 1
    assert len(field.heard.of(Accepted)) == 1


async def test_a_ticket_of_a_foreign_key_is_refused(field, tmp_path):
    from guardia.certs.ticket import TicketSigner

    await field.start()
    frame = field.dispatch("S1", "START_SERVICE")
    field.authority = type("Foreign", (), {"signer": TicketSigner.create(tmp_path / "foreign" / "ticket.key")})
    forged = field.dispatch("S1", "START_SERVICE")
    assert forged.ticket != frame.ticket
    refused = await field.result(forged)
    assert refused.code == "ticket.unknown_key"
    assert field.starts() == 0


async def test_two_agents_on_one_state_directory_the_second_says_why(field):
    await field.start()
    code, text = await field.cli("run")
    assert code == 1
    assert "another agent" in text
    assert Path(field.folder / "state" / "lock").read_text().strip() == str(field.process.pid)


async def test_a_stop_leaves_a_step_that_must_not_be_halved_and_probes_it_later(field):
    field.configure("--stubborn", more="[limits]\ndrain = 0")
    await field.start()
    assert (await field.result(field.dispatch("S0", "START_SERVICE"))).outcome is StepOutcome.OK
    await field.links.send(AGENT, field.dispatch("S1", "RESTART_SERVICE"))
    await field.heard.until(lambda: any(frame.step_id == "S1" for frame in field.heard.of(Accepted)))
    field.process.send_signal(signal.SIGTERM)
    assert await field.ended() == 5
    assert field.health()["pid"]
    await field.start()
    told = {entry.step_id: entry.state for entry in field.heard.hellos[-1].hello.journal}
    assert told == {"S1": JournalState.INTERRUPTED}


async def test_facts_of_the_host_come_after_the_welcome_and_again_on_a_change(field):
    field.configure(more="[facts]\nat_most_every = 10")
    await field.start()
    frame = await field.heard.first(Facts)
    facts = decode_facts(frame.facts)
    assert abs(frame.at_ms - field.clock.now_ms()) < 60_000
    assert facts.hostname == socket.gethostname()
    assert facts.agent.startswith("guardia-agent")
    assert [(one.name, one.manager, one.state) for one in facts.services] == [("app", "command", "stopped")]
    assert any(disk.mount == "/" and disk.total for disk in facts.disks)
    assert (await field.result(field.dispatch("S1", "START_SERVICE"))).outcome is StepOutcome.OK
    await field.heard.until(lambda: len(field.heard.of(Facts)) > 1)
    assert decode_facts(field.heard.of(Facts)[1].facts).services[0].state == "running"


async def test_facts_of_a_real_agent_are_kept_by_the_hub_and_shown_by_its_command(field, tmp_path):
    world = KeepingWorld(tmp_path)
    database = Database(world.url)
    migrations.upgrade(database.engine)
    database.close()
    await world.start()
    try:
        field.heard.also = world.engine.delivery
        await field.start()
        await field.heard.first(Facts)
        await world.engine.tick()
        await world.engine.desk.finish()
        settings = SimpleNamespace(database_url=world.url)
        shown = await asyncio.to_thread(CliRunner().invoke, cmdb, ["facts", AGENT, "--json"], obj=settings)
        assert shown.exit_code == 0, shown.output
        assert json.loads(shown.stdout)["facts"]["hostname"] == socket.gethostname()
    finally:
        await world.stop()


async def test_a_hub_of_minor_0_gets_no_facts_and_keeps_its_agent(field, monkeypatch):
    monkeypatch.setattr(version, "MAJOR", 0)  # what such a hub says of itself in a welcome: nothing
    monkeypatch.setattr(version, "MINOR", 0)
    monkeypatch.setattr("guardia.proto.session.hub._check_version", lambda hello: None)
    await field.start()
    assert (await field.result(field.dispatch("S1", "START_SERVICE"))).outcome is StepOutcome.OK
    assert field.heard.of(Facts) == []
    assert len(field.heard.hellos) == 1


async def test_an_agent_enrols_with_a_token_from_standard_input(tmp_path, authority):
    hub_tables = (tables.agents, tables.join_tokens, tables.agent_certificates)
    database = Database(f"sqlite:///{tmp_path / 'hub.db'}")
    for table in hub_tables:
        table.create(database.engine)
    clock = Clock()
    registry = EnrolmentRegistry(database, clock, authority.ca.pin)
    service = EnrolmentService(
        ca=authority.ca,
        registry=registry,
        ticket_keys=authority.signer.public_keys,
        agents_url="wss://localhost:1/agent",
        clock=clock,
    )
    listener = EnrolmentListener(
        enrolment_app(service, clock), tls.hub_enrolment_context(authority.keystore), host="127.0.0.1", port=0
    )
    await listener.start()
    field = Field(tmp_path, authority)
    field.configure(more=f'[hub]\nenrolment_url = "https://localhost:{listener.port}"')
    try:
        await registry.create_agent(AGENT, ASSET)
        token = await registry.create_join_token(AGENT)
        code, text = await field.cli("enrol", stdin=token.encode() + b"\n")
        assert code == 0, text
        assert AGENT in text
        assert token not in text
        assert (tmp_path / "state").stat().st_mode & 0o077 == 0
        code, text = await field.cli("enrol", stdin=token.encode())
        assert code == 1
        assert "enrol.exists" in text
        findings = {f["name"]: f for f in json.loads((await field.cli("doctor", "--json"))[1])["findings"]}
        assert findings["identity"]["status"] == "ok"
        assert findings["certificate"]["status"] == "ok"
    finally:
        await listener.stop()
        database.close()
