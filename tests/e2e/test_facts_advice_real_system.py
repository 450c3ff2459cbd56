"""A real agent reports a disk above the threshold; the hub offers a check, and who accepts it gets it once."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.demo.runner import Runner
from guardia.hub.demo.script import ENDED, Stage, steps, with_people

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(240)]

ASSET = "NTS-HOM-WAS-01"
RULE = "disk-low"


def rules() -> str:
    """The default rules, but for a disk that counts as full with a thousandth of it: none has to be filled."""
    text = resources.files("guardia.hub.core").joinpath("default_advice.toml").read_text(encoding="utf-8")
    changed = text.replace('id = "disk-space"', f'id = "{RULE}"').replace(
        'metric = "disk_used", at_least = 90.0', 'metric = "disk_used", at_least = 0.1'
    )
    assert changed.count(RULE) == changed.count("at_least = 0.1") == 1
    return changed.replace("cooldown = 1800", "cooldown = 60")


@contextlib.asynccontextmanager
async def low_threshold(system: Runner, folder: Path) -> AsyncIterator[None]:
    """The hub goes by `rules()` during the block, and the agent's host tells its facts."""
    file = folder / "advice.toml"
    file.write_text(rules(), encoding="utf-8")
    before = system.config.read_text(encoding="utf-8")
    system.kill("hub")
    system.config.write_text(f"{before}\n[advice]\nfile = {json.dumps(str(file))}\n", encoding="utf-8")
    try:
        await system.start_hub()
        system.kill(f"agent-{ASSET}")
        system.start_agent(ASSET, {"GUARDIA_AGENT_FACTS_SEND": "true"})  # the estate's own files say false
        yield
    finally:
        system.config.write_text(before, encoding="utf-8")
        system.kill("hub")
        await system.start_hub()
        system.kill(f"agent-{ASSET}")
        system.start_agent(ASSET)
        await asyncio.to_thread(system.wait_online, [node.asset for node in system.estate.agents])


def checks(system: Runner) -> int:
    """How often the agent accepted the check, as its own log tells."""
    lines = (system.root / "logs" / f"agent-{ASSET}.log").read_text(encoding="utf-8").splitlines()
    return sum("step accepted" in line and "CHECK_DISK_SPACE" in line for line in lines)


def test_a_disk_over_its_threshold_is_offered_and_accepting_checks_it_once(system: Runner, tmp_path: Path) -> None:
    async def offered(stage: Stage, state: str) -> dict[str, Any]:
        def wanted(message: dict[str, Any]) -> bool:
            card = message.get("widget") or {}
            return bool(card.get("kind") == "advice" and card["rule"] == RULE and card["state"] == state)

        return dict((await stage.engineer.until(wanted, 60))["widget"])

    async def run() -> None:
        before = checks(system)

        async def play(stage: Stage) -> None:
            offer = await offered(stage, "OPEN")
            assert (offer["action"], offer["targets"]) == ("CHECK_DISK_SPACE", ["홈페이지 운영"])
            assert [button["id"] for button in offer["buttons"]] == ["accept:1", "later", "mute", "dismiss"]
            assert checks(system) == before, "nothing runs before somebody asks for it"
            await stage.engineer.press(offer["request_id"], "accept:1")
            await stage.approver.press(offer["request_id"], "accept:1")
            taken = await offered(stage, "ACCEPTED")
            (request_id,) = [word.strip("().,") for word in taken["outcome"].split() if "SR-" in word]
            card = await stage.card(stage.engineer, ENDED, request_id[request_id.index("SR-") :])
            assert (card["state"], card["changes"]) == ("SUCCEEDED", False)
            (step,) = steps(card)
            assert step["report"]["check"] == "CHECK_DISK_SPACE"
            assert step["report"]["asset"] == ASSET
            assert step["report"]["metrics"]
            await asyncio.sleep(1)  # a second run would have begun by now
            assert checks(system) == before + 1

        async with low_threshold(system, tmp_path):
            await with_people(system, play)
            told = json.loads(await asyncio.to_thread(system.hub, "advice", "--json"))
            (rule,) = [one for one in told["rules"] if one["rule"] == RULE]
            assert (rule["offered"], rule["accepted"]) == (1, 1)

    asyncio.run(run())
