"""The agent as a process whose link is gRPC: steps start processes while a channel is open, and only gRPC listens."""

import json
import signal
import sys

import pytest

from guardia.certs import tls
from guardia.hub.links.grpc import GrpcLinks
from guardia.proto.catalogue import make_parameters
from guardia.proto.frames import Explain, Output, Result, StepOutcome
from tests.agent.daemon.test_agent_process import AGENT, ASSET, Field
from tests.agent.daemon.test_agent_process import authority as authority  # noqa: PLC0414 - the fixture

pytestmark = pytest.mark.slow


@pytest.fixture
async def field(tmp_path, authority):
    field = Field(tmp_path, authority)
    await field.links.start()
    field.identify()
    await field.links.close()  # the address of the enrolment is there, and nothing listens
    field.links = GrpcLinks(field.links.admission, material=lambda: tls.material(authority.keystore))
    await field.links.start()
    field.configure(more=f'[hub]\nurl = "grpcs://localhost:{field.links.port}"')
    yield field
    await field.close()


async def test_an_agent_by_grpc_explains_runs_steps_and_stops(field):
    await field.start()
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
    for step in ("S2", "S3", "S4"):
        restarted = await field.result(field.dispatch(step, "RESTART_SERVICE"))
        assert restarted.outcome is StepOutcome.OK, restarted
    assert field.health()["pid"] != first
    assert field.starts() == 4
    assert field.heard.of(Output)
    code, text = await field.cli("status", "--json")
    assert code == 0, text
    assert json.loads(text)["connected"]
    code, text = await field.cli("doctor", "--json")
    findings = {finding["name"]: finding["status"] for finding in json.loads(text)["findings"]}
    assert code == 0, text
    assert (findings["grpc"], findings["tcp"], findings["tls"]) == ("ok", "ok", "ok")
    assert len(field.heard.hellos) == 1, "one connection all the while"
    field.process.send_signal(signal.SIGTERM)
    assert await field.ended() == 0
    assert "fork" not in (field.folder / "agent.log").read_text()


async def test_a_killed_agent_comes_back_by_grpc_with_its_stored_result(field):
    await field.start(GUARDIA_TESTING="1", GUARDIA_FAULT_KILL_AT="journal.finished")
    await field.links.send(AGENT, field.dispatch("S1", "START_SERVICE"))
    assert await field.ended() == -signal.SIGKILL
    assert field.heard.of(Result) == []
    await field.start()
    assert (await field.heard.first(Result)).outcome is StepOutcome.OK
    assert field.starts() == 1


async def test_a_hub_that_restarts_is_found_again(field):
    await field.start()
    port = field.links.port
    await field.links.close()
    field.links = GrpcLinks(field.links.admission, material=lambda: tls.material(field.authority.keystore), port=port)
    await field.links.start()
    await field.heard.until(lambda: len(field.heard.hellos) == 2)
    assert (await field.result(field.dispatch("S1", "START_SERVICE"))).outcome is StepOutcome.OK


async def test_without_grpcio_the_agent_names_the_extra(field, tmp_path):
    """As on a host where only guardia-agent is installed: the import fails."""
    hidden = tmp_path / "hidden" / "grpc"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text('raise ModuleNotFoundError("No module named \'grpc\'", name="grpc")')
    sys.path.insert(0, str(hidden.parent))
    try:
        code, text = await field.cli("run")
        assert code == 1
        assert "guardia-agent[grpc]" in text
        code, text = await field.cli("doctor", "--json")
        (finding,) = [one for one in json.loads(text)["findings"] if one["name"] == "grpc"]
        assert finding["status"] == "fail"
        assert "guardia-agent[grpc]" in finding["remedy"]
    finally:
        sys.path.remove(str(hidden.parent))
