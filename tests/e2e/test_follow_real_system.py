"""Following a real step of a real agent while the hub is killed: no byte is doubled, none is lost."""

import asyncio
import os
import re

import httpx
import pytest

from guardia.hub.demo.runner import Runner, command
from guardia.hub.demo.script import Stage, with_people
from tests.e2e.test_kill_processes import ASSET, TEXT, hub_killed, step_in
from tests.support.held import service_held

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]


async def output(system: Runner, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(command("guardia-hub"), "--config", str(system.config), "requests", "output"),
        *("--url", system.url, "--person", "engineer1", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "GUARDIA_PASSWORD": system.passwords["engineer1"], "GUARDIA_TOKEN": ""},
    )


async def logins(system: Runner) -> float:
    """How many the hub has taken."""
    async with httpx.AsyncClient(base_url=system.url, trust_env=False, timeout=60) as http:
        found = re.search(
            r'guardia_web_requests_total{route="/api/login",status="200"} (\S+)', (await http.get("/metrics")).text
        )
    return float(found[1]) if found else 0


async def test_a_follower_survives_the_hubs_death(system: Runner) -> None:
    async def play(stage: Stage) -> None:
        request_id = await stage.say(stage.engineer, TEXT)
        card = await stage.card(stage.engineer, {"AWAITING_APPROVAL"}, request_id)
        before = await logins(system)
        following = await output(system, request_id, "--step", "p1.n1.s1", "--follow")  # and waits for the approval
        async with asyncio.timeout(30):
            while await logins(system) == before:
                await asyncio.sleep(0.05)
        with service_held(system, ASSET) as held:
            await stage.approve(card)
            await step_in(stage, request_id, {"RUNNING"})
            async with hub_killed(system):
                held.let_go()
        async with asyncio.timeout(60):
            shown, said = await following.communicate()
        assert following.returncode == 0, said.decode()
        async with asyncio.timeout(60):
            whole, said = await (await output(system, request_id, "--step", "p1.n1.s1")).communicate()
        assert shown == whole, said.decode()
        assert "기동: pid".encode() in shown

    await with_people(system, play)
