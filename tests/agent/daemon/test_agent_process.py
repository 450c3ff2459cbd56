"""The agent as a process, over real mTLS, with a real service: killed at every point, no step runs twice."""

import asyncio
import json
import signal
import socket
from pathlib import Path

import pytest

from guardia.certs import tls
from guardia.hub.enrolment import tables
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.listener import EnrolmentListener, enrolment_app
from guardia.hub.enrolment.registry import EnrolmentRegistry
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.store.database import Database
from guardia.proto.catalogue import make_parameters
from guardia.proto.facts import decode_facts
from guardia.proto.frames import (
    Accepted,
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
from tests.support.agent_process import AGENT, ASSET, DOMAIN, Clock, Field
from tests.support.strays import daemonising, died, ended_afterwards, is_alive, noted

pytestmark = pytest.mark.slow


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
    assert not field.services()


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
    spool = json.loads(text)["status"]["spool"]
    assert (spool["files"] > 0, 0 < spool["bytes"] < spool["cap"], spool["oldest_ms"] > 0) == (True, True, True)
    code, text = await field.cli("doctor", "--json")
    findings = {finding["name"]: finding["status"] for finding in json.loads(text)["findings"]}
    assert code == 0, text
    for name in ("proxy", "pin", "tls", "clock", "spool", "policy_file"):
        assert findings[name] == "ok", text
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
    async with asyncio.timeout(30):  # the process was started; its first line takes a moment
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


async def test_a_program_that_hangs_is_ended_with_the_daemon_that_it_left(field, tmp_path):
    note = tmp_path / "stray"
    field.config.write_text(
        f"{field.config.read_text()}stop = {json.dumps(daemonising(note, deaf=False))}\nstop_timeout = 1\n"
    )
    with ended_afterwards(note):
        await field.start()
        assert (await field.result(field.dispatch("S1", "START_SERVICE"))).outcome is StepOutcome.OK
        assert (await field.result(field.dispatch("S2", "STOP_SERVICE"))).outcome is StepOutcome.OK
        way = json.loads((await field.cli("status", "--json"))[1])["status"]["cancel"]
        stray = await noted(note)
        if way["by"] == "cgroup":
            assert died(stray)
        else:
            assert is_alive(stray), "the process tree cannot know it"
            assert way["code"] in {"cgroup.none", "cgroup.refused"}
        doctor = {one["name"]: one for one in json.loads((await field.cli("doctor", "--json"))[1])["findings"]}
        assert way["detail"] in doctor["cancel"]["detail"]
        assert (await field.result(field.dispatch("S3", "START_SERVICE"))).outcome is StepOutcome.OK
        field.process.send_signal(signal.SIGTERM)
        assert await field.ended() == 0
        assert field.health()["pid"], "a service is not of the step that started it"
