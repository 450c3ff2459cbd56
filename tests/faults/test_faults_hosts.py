"""Hosts that are full, stopped, starved, out of time, copied, or many: nothing runs twice and what is told is true."""

import asyncio
import os
from pathlib import Path

import httpx
import pytest

from guardia.hub.demo.script import Stage, steps, with_people
from tests.faults.disk import can_mount, full_disk, use_up_the_last_page, without_spare_log
from tests.faults.fleet import Fleet, hub_restarted
from tests.faults.processes import YEAR_MS, clock_off, starved_of_cpu, stopped_process
from tests.faults.small import ASSET, Restart, SmallSystem, restarted, until
from tests.faults.twin import TWIN, identity_twice
from tests.support.held import service_held
from tests.support.require import require

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("faults-hosts"), pytest.mark.timeout(240)]
AGENT = f"agent-{ASSET}"
FLEET = 50


async def test_a_full_disk_of_the_agent_starts_nothing_and_says_so(small: SmallSystem) -> None:
    require(can_mount(), "mounting a small disk needs root")
    small.kill(AGENT)
    use_up_the_last_page(small.agent_state)
    await small.restart_agent()
    restart = Restart(small)
    await restart.prepare()
    with full_disk(small.agent_state):
        await restart.approve()
        card = await restart.end({"FAILED", "NEEDS_OPERATOR"})
        step = steps(card)[0]
        assert step["state"] == "REFUSED", step
        assert "Free space" in str(step), "it says what to do"
        assert small.starts() == restart.before
        findings = await small.doctor()
        assert findings["state_dir"]["status"] == "warn"
        assert "정리" in findings["state_dir"]["remedy"]
        await small.restart_agent()  # what is stored must be told also then
    await restarted(small)


async def test_a_full_disk_of_the_hub_loses_no_result(small: SmallSystem) -> None:
    """The step ends while the hub cannot write: the result is not acknowledged, and is taken over later."""
    require(can_mount(), "mounting a small disk needs root")
    restart = Restart(small)
    await restart.prepare()
    told: list[str] = []

    async def play(stage: Stage) -> None:
        done = small.log(AGENT).count('"step finished"')
        with service_held(small, ASSET) as held:
            await stage.approve(await stage.card(stage.approver, {"AWAITING_APPROVAL"}, restart.request_id))
            await restart.step_in(stage, {"RUNNING"})
            without_spare_log(small.hub_state / "guardia.db")
            with full_disk(small.hub_state):
                held.let_go()
                await until(lambda: small.log(AGENT).count('"step finished"') > done, "the step ends meanwhile")
                receipt = await stage.engineer.say("예산시스템 WAS 1호기 상태 확인해줘")
                told.append(str(receipt))
                assert not receipt.get("sr_id"), "nothing is taken over that cannot be written down"
                assert restart.request_id in small.hub("requests", "list", "--json"), "it is still open"

    await with_people(small, play)
    assert "store" in told[0] or "저장" in told[0], f"the person is told: {told}"
    await restart.end({"SUCCEEDED"})
    await restarted(small)


async def test_a_hub_that_stands_still_is_noticed_and_goes_on(small: SmallSystem) -> None:
    await small.restart_agent()
    restart = Restart(small)
    await restart.prepare()
    with service_held(small, ASSET):
        await restart.approve(until_step={"ACCEPTED", "RUNNING"})
        silences = small.log(AGENT).count("link.silent")
        with stopped_process(small.pid("hub")):
            await until(lambda: small.log(AGENT).count("link.silent") > silences, "the agent notices the silence")
    await restart.end({"SUCCEEDED"})


async def test_an_agent_that_stands_still_is_unknown_and_not_failed(small: SmallSystem) -> None:
    await small.restart_agent()
    restart = Restart(small)
    await restart.prepare()
    with service_held(small, ASSET):
        await restart.approve(until_step={"ACCEPTED", "RUNNING"})
        with stopped_process(small.pid(AGENT)):
            card = await restart.until_step({"UNKNOWN"})
            assert card["state"] == "RUNNING"
    await restart.end({"SUCCEEDED"})


async def test_with_little_cpu_it_is_only_slow(small: SmallSystem) -> None:
    require(os.geteuid() == 0, "giving a process its priority back needs root")
    restart = Restart(small)
    await restart.prepare()
    with starved_of_cpu(small.pid("hub"), small.pid(AGENT)):
        await restart.approve()
        await restart.end({"SUCCEEDED"})


@pytest.mark.parametrize(("off_ms", "code"), [(-YEAR_MS, "ticket.not_yet"), (YEAR_MS, "ticket.expired")])
async def test_a_clock_that_is_a_year_off_is_named(small: SmallSystem, off_ms: int, code: str) -> None:
    async with clock_off(small, off_ms) as environment:
        restart = Restart(small)
        await restart.ask()
        card = await restart.end({"FAILED", "NEEDS_OPERATOR"})
        step = steps(card)[0]
        assert step["state"] == "REFUSED"
        assert "시계" in str(step), "the room is told what is wrong"
        refused = [event for event in small.events(restart.request_id) if event["type"] == "StepRefused"]
        assert [event["code"] for event in refused] == [code]
        assert small.starts() == restart.before
        finding = (await small.doctor(**environment))["certificate"]
        assert finding["status"] == "fail"
        assert "시계" in finding["remedy"]


async def test_an_identity_on_two_hosts_is_fenced_and_told_to_both(small: SmallSystem) -> None:
    await small.restart_agent()
    restart = Restart(small)
    await restart.prepare()
    with service_held(small, ASSET):
        await restart.approve(until_step={"ACCEPTED", "RUNNING"})
    before = {name: small.log(name).count("link.superseded") for name in (AGENT,)}
    async with identity_twice(small):
        await until(lambda: small.log(AGENT).count("link.superseded") > before[AGENT], "the first one is told")
        await until(lambda: "link.superseded" in small.log(TWIN), "the second one is told when the first comes back")
        assert "link.identity_twice" in small.log("hub"), "and so is whoever reads the hub's log"
        await restart.end({"SUCCEEDED", "NEEDS_OPERATOR"})
    await restart.close()
    await restarted(small)


async def test_a_hub_restart_with_many_agents(small: SmallSystem, tmp_path: Path) -> None:
    """All come back by themselves; a step that was under way is done once."""
    await small.restart_agent()
    fleet = Fleet(small, tmp_path, FLEET)
    async with fleet.running():
        await fleet.until_welcomed(1)
        restart = Restart(small)
        await restart.prepare()
        with service_held(small, ASSET):
            await restart.approve(until_step={"ACCEPTED", "RUNNING"})
            async with hub_restarted(small):
                await asyncio.gather(*(_gone(link) for link in fleet.links))
        await fleet.until_welcomed(2)
        await restart.end({"SUCCEEDED"})
        async with httpx.AsyncClient(base_url=small.url, trust_env=False, timeout=60) as http:
            answer = await http.post("/api/login", json={"person_id": "admin1", "password": small.passwords["admin1"]})
            headers = {"Authorization": f"Bearer {answer.json()['token']}"}
            agents = (await http.get("/api/status", headers=headers)).json()["agents"]
        assert sum(agent["online"] for agent in agents) >= FLEET
        for agent in fleet.agents:
            assert agent.epochs == sorted(set(agent.epochs)), "every connection has a higher epoch"
            assert not agent.frames, "nothing is sent to an agent that nobody asked anything of"


async def _gone(link: object) -> None:
    while link.connected:  # type: ignore[attr-defined]
        await asyncio.sleep(0.02)
