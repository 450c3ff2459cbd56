"""SIGKILL of real processes at the worst moments: the step ran once at most, and the request ends with the truth."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.demo.runner import Runner
from guardia.hub.demo.script import ENDED, Stage, steps, with_people
from tests.support.held import service_held

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

ASSET = "MOF-BUD-WAS-01"
TEXT = "예산시스템 WAS 1호기 재기동해줘"


def starts(system: Runner) -> int:
    """The side-effect counter: how often the service was started, as its own log tells."""
    log: Path = system.estate.node(ASSET).folder / "log" / "was-bud.log"
    return log.read_text(encoding="utf-8").count("starting, pid")


async def approved(stage: Stage) -> str:
    """Ask for the restart and approve it: the request's id."""
    request_id = await stage.say(stage.engineer, TEXT)
    card = await stage.card(stage.engineer, {"AWAITING_APPROVAL"}, request_id)
    await stage.approve(card)
    return str(card["request_id"])


async def step_in(stage: Stage, request_id: str, states: set[str], within: float = 30) -> dict[str, Any]:
    """Wait until the first step of the request is in one of `states`; that card."""

    def wanted(message: dict[str, Any]) -> bool:
        card = message.get("widget") or {}
        return card.get("request_id") == request_id and bool(card.get("plan")) and steps(card)[0]["state"] in states

    return dict((await stage.engineer.until(wanted, within))["widget"])


@asynccontextmanager
async def hub_killed(system: Runner) -> AsyncIterator[None]:
    """The hub is killed now and comes back at the end of the block."""
    system.kill("hub")
    yield
    await system.start_hub()


@asynccontextmanager
async def agent_killed_at(system: Runner, point: str) -> AsyncIterator[None]:
    """The agent kills itself right after `point` during the block; it comes back, healthy, at the block's end."""
    system.kill(f"agent-{ASSET}")
    system.start_agent(ASSET, {"GUARDIA_TESTING": "1", "GUARDIA_FAULT_KILL_AT": point})
    await asyncio.to_thread(system.wait_online, [ASSET])
    yield
    await system.gone(f"agent-{ASSET}", 60)
    system.start_agent(ASSET)
    await asyncio.to_thread(system.wait_online, [ASSET])


async def final_card(system: Runner, request_id: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = []

    async def look(stage: Stage) -> None:
        found.append(await stage.card(stage.engineer, ENDED, request_id))

    await with_people(system, look)
    return found[0]


def test_the_hub_is_killed_between_approval_and_result(system: Runner) -> None:
    async def run() -> None:
        before = starts(system)
        ids: list[str] = []

        async def ask(stage: Stage) -> None:
            ids.append(await approved(stage))
            await step_in(stage, ids[0], {"ACCEPTED", "RUNNING"})

        with service_held(system, ASSET) as held:
            await with_people(system, ask)
            async with hub_killed(system):
                held.let_go()
        card = await final_card(system, ids[0])
        assert card["state"] == "SUCCEEDED", card
        assert starts(system) == before + 1

    asyncio.run(run())


def test_the_agent_is_killed_during_a_step(system: Runner) -> None:
    """The request says UNKNOWN while nobody knows, and then finds out by the probe."""

    async def run() -> None:
        before = starts(system)

        async def ask(stage: Stage) -> None:
            with service_held(system, ASSET):
                request_id = await approved(stage)
                await step_in(stage, request_id, {"RUNNING"})
                system.kill(f"agent-{ASSET}")
                card = await step_in(stage, request_id, {"UNKNOWN"})
                assert card["state"] == "RUNNING"
                assert card["tone"] == "unknown"
            system.start_agent(ASSET)
            card = await stage.card(stage.engineer, ENDED, request_id)
            step = steps(card)[0]
            assert step["detail"], "the probe says what it saw"
            # Killed in the middle of a restart, either side of the start is possible; both must be told truly.
            observed = await system.service(ASSET)
            if step["state"] == "OK":
                assert card["state"] == "SUCCEEDED"
                assert observed is not None
                assert starts(system) == before + 1
            else:
                assert (step["state"], card["state"]) == ("NOT_APPLIED", "NEEDS_OPERATOR")
                assert starts(system) <= before + 1

        await with_people(system, ask)
        await back_to_normal(system)

    asyncio.run(run())


@pytest.mark.parametrize(
    ("point", "states"),
    [
        ("journal.accepted", {"NEEDS_OPERATOR"}),
        ("journal.started", {"SUCCEEDED", "NEEDS_OPERATOR"}),
        ("journal.finished", {"SUCCEEDED"}),
    ],
)
def test_the_agent_dies_at_a_written_down_point(system: Runner, point: str, states: set[str]) -> None:
    async def run() -> None:
        await back_to_normal(system)
        before = starts(system)
        ids: list[str] = []

        async def ask(stage: Stage) -> None:
            ids.append(await approved(stage))

        async with agent_killed_at(system, point):
            await with_people(system, ask)
        card = await final_card(system, ids[0])
        assert card["state"] in states, card
        assert starts(system) <= before + 1
        if card["state"] == "SUCCEEDED":
            assert starts(system) == before + 1
        await back_to_normal(system)

    asyncio.run(run())


async def back_to_normal(system: Runner) -> None:
    """The service runs again, brought up through the product where it does not; open requests are closed."""

    async def repair(stage: Stage) -> None:
        still_open = json.loads(system.hub("requests", "list", "--open", "--json"))
        for request in still_open:
            await stage.engineer.press(request["request_id"], "cancel")
            await stage.card(stage.engineer, ENDED - {"NEEDS_OPERATOR"}, request["request_id"])
        if await system.service(ASSET) is None:
            card = await stage.ask("예산시스템 WAS 1호기 기동해줘")
            assert card["state"] == "SUCCEEDED", card

    await with_people(system, repair)
