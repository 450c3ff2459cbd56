"""A small whole system as processes of its own: one hub, one agent, one service that counts its starts."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from guardia.hub.demo.client import DemoClient
from guardia.hub.demo.runner import ROOM, command
from guardia.hub.demo.script import ENDED, Stage, steps, with_people
from guardia.hub.store.database import open_engine
from guardia.hub.store.log import verify_chains
from tests.faults.disk import can_mount, mount, unmount
from tests.support.held import HeldRunner

ASSET = "MOF-BUD-WAS-01"
TEXT = "예산시스템 WAS 1호기 재기동해줘"
CHECK = "예산시스템 WAS 1호기 디스크 확인해줘"
START_DELAY = 0.6
"""Seconds that the service takes to come up. A fault that must strike during the step holds it up (`service_held`)."""
HEARTBEAT = 1.0
"""Of this system; a deployment's is 15 s, so everything about silence is 15 times quicker here."""
SILENCE = 3 * HEARTBEAT
PATIENCE = 60.0
"""Seconds for what always comes, on however slow a machine."""


class SmallSystem(HeldRunner):
    """One agent, which serves its own host; the folders of hub and agent lie on small disks where that is allowed."""

    def __init__(self, root: Path) -> None:
        super().__init__(root, start_delay=START_DELAY)
        self.disks: list[Path] = []

    def _configure(self) -> None:
        super()._configure()
        self.estate.nodes = [self.estate.node(ASSET)]  # the CMDB, which is written by now, knows of more
        text = self.config.read_text(encoding="utf-8")
        self.config.write_text(text.replace("[agents]\n", f"[agents]\nheartbeat = {HEARTBEAT}\n"), encoding="utf-8")
        if can_mount():
            for folder, size in ((self.hub_state, "24m"), (self.agent_state, "8m")):
                mount(folder, size)
                self.disks.append(folder)

    async def _start_services(self) -> None:
        async def play(stage: Stage) -> None:
            card = await stage.ask("예산시스템 WAS 1호기 기동해줘")
            assert card["state"] == "SUCCEEDED", card

        await with_people(self, play)

    async def stop(self) -> None:
        await super().stop()
        for folder in self.disks:
            unmount(folder)

    # --- files ------------------------------------------------------------------------------------------------------

    @property
    def hub_state(self) -> Path:
        return self.root / "hub"

    @property
    def agent_state(self) -> Path:
        return self.agent_config(ASSET).parent / "state"

    def agent_config(self, asset: str) -> Path:
        return self.estate.agent_config(self.estate.node(asset))

    @property
    def agents_port(self) -> int:
        found = re.search(r"\[agents\][^\[]*?port = (\d+)", self.config.read_text(encoding="utf-8"))
        assert found is not None
        return int(found[1])

    def log(self, name: str) -> str:
        return (self.root / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    # --- agent --------------------------------------------------------------------------------------------------------

    async def restart_agent(self, **environment: str) -> None:
        """Kill the agent where it runs and start it with these variables; returns when it is connected."""
        if f"agent-{ASSET}" in self._processes:
            self.kill(f"agent-{ASSET}")
        self.start_agent(ASSET, environment)
        await self.online()

    async def online(self) -> None:
        await self._until_online([ASSET])

    async def doctor(self, **environment: str) -> dict[str, dict[str, str]]:
        """The findings of `guardia-agent doctor` by name."""
        argv = [command("guardia-agent"), "--config", str(self.agent_config(ASSET)), "doctor", "--json"]
        process = await asyncio.create_subprocess_exec(
            *argv, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        output, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert output, errors.decode()
        return {finding["name"]: finding for finding in json.loads(output)["findings"]}

    # --- what happened ------------------------------------------------------------------------------------------------

    def starts(self) -> int:
        """The side-effect counter: a line that the service's own start command appends to its log."""
        log = self.estate.node(ASSET).folder / "log" / "was-bud.log"
        return log.read_text(encoding="utf-8").count("starting, pid")

    def rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(f"file:{self.hub_state / 'guardia.db'}?mode=ro", uri=True) as database:
            return database.execute(query, values).fetchall()

    def verify(self) -> tuple[int, list[str]]:
        """As `guardia-hub audit verify`: how many events there are, and what is wrong with their chains."""
        engine = open_engine(f"sqlite:///{self.hub_state / 'guardia.db'}")
        try:
            with engine.connect() as connection:
                connection.info["readonly"] = True
                return verify_chains(connection)
        finally:
            engine.dispose()

    def events(self, request_id: str) -> list[dict[str, Any]]:
        """What the request's log says, oldest first."""
        query = "SELECT data FROM events WHERE request_id = ? ORDER BY version"
        return [json.loads(data) for (data,) in self.rows(query, request_id)]


async def until(condition: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    """For what no event tells: a line in another process's log, a row in its database."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {within:g} s"
        await asyncio.sleep(0.05)


async def with_person(system: SmallSystem, name: str, play: Callable[[Stage], Awaitable[None]]) -> None:
    """One person in the room is enough for most: logins take time."""
    async with DemoClient(system.url, name, system.passwords[name], ROOM) as person:
        await play(Stage(system, person, person, person))


class Restart:
    """A restart of the service that is asked for, approved, and followed; its truth is checked at the end."""

    def __init__(self, system: SmallSystem) -> None:
        self.system = system
        self.before = 0
        self.request_id = ""
        self.seen: list[str] = []
        """States of the step, as the room's cards showed them."""

    async def ask(self) -> None:
        """Ask and approve; a fault of the hub may strike at any moment after the approval."""
        await self.prepare()
        await self.approve()

    async def prepare(self) -> None:
        self.before = self.system.starts()

        async def asked(stage: Stage) -> None:
            self.request_id = await stage.say(stage.engineer, TEXT)
            assert self.request_id, stage.scene.lines
            await stage.card(stage.engineer, {"AWAITING_APPROVAL"}, self.request_id)

        await with_person(self.system, "engineer1", asked)

    async def approve(self, *, until_step: set[str] | None = None) -> None:
        """Approve; with `until_step` wait until the step is in one of these states."""

        async def approved(stage: Stage) -> None:
            await stage.approve(await stage.card(stage.approver, {"AWAITING_APPROVAL"}, self.request_id))
            if until_step is not None:
                await self.step_in(stage, until_step)

        await with_person(self.system, "approver1", approved)

    async def step_in(self, stage: Stage, states: set[str]) -> dict[str, Any]:
        def wanted(message: dict[str, Any]) -> bool:
            card = message.get("widget") or {}
            if card.get("request_id") != self.request_id or not card.get("plan"):
                return False
            self.seen.append(steps(card)[0]["state"])
            return self.seen[-1] in states

        return dict((await stage.engineer.until(wanted, PATIENCE))["widget"])

    async def until_step(self, states: set[str]) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        async def look(stage: Stage) -> None:
            found.append(await self.step_in(stage, states))

        await with_person(self.system, "engineer1", look)
        return found[0]

    async def end(self, expected: set[str]) -> dict[str, Any]:
        """Wait for the end and look whether it is true: what the hub says, what its log says, what the service did."""
        found: list[dict[str, Any]] = []

        async def look(stage: Stage) -> None:
            found.append(await stage.card(stage.engineer, ENDED, self.request_id))

        await with_person(self.system, "engineer1", look)
        card = found[0]
        assert card["state"] in expected, (card["state"], card.get("message"), steps(card))
        await self.check(card)
        return card

    async def check(self, card: dict[str, Any]) -> None:
        system, starts = self.system, self.system.starts() - self.before
        assert starts <= 1, f"the service was started {starts} times"
        step = steps(card)[0]
        if card["state"] == "SUCCEEDED":
            assert step["state"] == "OK"
            assert starts == 1, "it says that it was done, so it was"
            assert await system.service(ASSET) is not None
        if step["state"] in {"NOT_APPLIED", "REFUSED"}:
            assert step["detail"] or step["summary"] or card.get("message"), "it says why"
        log = system.events(self.request_id)
        finished = Counter(event["step_id"] for event in log if event["type"] == "StepFinished")
        decided = Counter(event["step_id"] for event in log if event["type"] == "StepDispatched")
        assert set(finished.values()) <= {1}, f"a result is recorded once: {finished}"
        assert decided[step["step_id"]] <= 1, "a change is decided once"
        assert not system.rows("SELECT step_id FROM outbox WHERE request_id = ?", self.request_id), "nothing waits"
        count, wrong = await asyncio.to_thread(system.verify)
        assert count
        assert wrong == []

    async def close(self) -> None:
        """The service runs again, brought up through the product where it does not; what needs a person is closed."""

        async def repair(stage: Stage) -> None:
            card = await stage.card(stage.engineer, ENDED, self.request_id)
            if card["state"] == "NEEDS_OPERATOR":
                await stage.engineer.press(self.request_id, "cancel")
                await stage.card(stage.engineer, ENDED - {"NEEDS_OPERATOR"}, self.request_id)
            if await self.system.service(ASSET) is None:
                card = await stage.ask("예산시스템 WAS 1호기 기동해줘")
                assert card["state"] == "SUCCEEDED", card

        await with_people(self.system, repair)


async def restarted(system: SmallSystem) -> None:
    """A restart without any fault: the system is whole again."""
    restart = Restart(system)
    await restart.ask()
    await restart.end({"SUCCEEDED"})
