"""A whole flow in memory but for the store: real engine, real SQLite, fake agents, scripted readings."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import msgspec

from guardia.cmdb.model import Connection, Environment, Inventory, Layer, Server, ServiceManager
from guardia.hub.core.advice_rules import parse_rules
from guardia.hub.core.authorise import Authoriser
from guardia.hub.core.evolve import replay
from guardia.hub.core.intent import Intent, IntentType, ReaderInput, Reading
from guardia.hub.core.invariants import validate
from guardia.hub.core.message import ButtonPress, InboundMessage, Person, Receipt, RoomMessage, StagedFile
from guardia.hub.core.request import Request
from guardia.hub.flow.commands import HUB_ROOMS
from guardia.hub.flow.engine import Engine
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.parser.signs import Signs
from guardia.hub.store import tables  # noqa: F401 - declares the tables
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore
from guardia.hub.store.metadata import metadata
from guardia.hub.store.notes import SqlNotes
from guardia.proto.catalogue import CATALOGUE, CheckReport, CheckStatus, canonical
from guardia.proto.frames import Accepted, Dispatch, Explain, Explanation, Result, Started, StepOutcome
from tests.fakes.links import FakeLinks, make_hello
from tests.support.clock import FakeClock

ENGINEER = Person(person_id="engineer1", name="engineer1", roles=("engineer",), institutions=("*",))
APPROVER = Person(person_id="approver1", name="approver1", roles=("approver",), institutions=("*",))
VIEWER = Person(person_id="viewer1", name="viewer1", roles=("viewer",), institutions=("*",))


def server(asset: str, number: int, *, system: str = "예산시스템", layer: Layer = Layer.WAS, **changes: Any) -> Server:
    values: dict[str, Any] = {
        "asset_code": asset,
        "hostname": asset.lower(),
        "address": f"10.0.{ord(asset[0])}.{number}",
        "institution": "기획재정부",
        "system_name": system,
        "environment": Environment.PROD,
        "infrastructure_layer": layer,
        "node_no": number,
        "connection": Connection.AGENT,
        "service_name": "was",
        "service_manager": ServiceManager.COMMAND,
    }
    return Server(**(values | changes))


SERVERS = (server("A-WAS-01", 1), server("A-WAS-02", 2), server("D-WAS-01", 1, environment=Environment.DEV))


def restart(*nodes: str, **changes: Any) -> Intent:
    """The intent of a restart in production."""
    values: dict[str, Any] = {
        "intent_type": IntentType.RESTART,
        "institution": "기획재정부",
        "system_name": "예산시스템",
        "infrastructure_layer": "WAS",
        "target_nodes": nodes,
        "action_sequence": ("RESTART_SERVICE",),
        "requires_approval": True,
    }
    return Intent(**(values | changes))


def check(*nodes: str, **changes: Any) -> Intent:
    """The intent of a disk check."""
    values: dict[str, Any] = {
        "intent_type": IntentType.CHECK,
        "action_sequence": ("CHECK_DISK_SPACE",),
        "requires_approval": False,
    }
    return restart(*nodes, **(values | changes))


def found(asset: str, status: CheckStatus = CheckStatus.OK) -> bytes:
    """The report of a check that found everything as it should be."""
    return canonical(CheckReport(check="x", asset=asset, collected_at="2026-01-01", status=status, summary="요약"))


class ScriptedParser:
    """Reads what the test wrote down for a text; anything else commands nothing."""

    def __init__(self) -> None:
        self.readings: dict[str, tuple[Intent, ...]] = {}
        self.seen: list[ReaderInput] = []

    async def read(self, message: ReaderInput) -> Reading:
        self.seen.append(message)
        return Reading(intents=self.readings.get(message.text, ()), reader="scripted", version="1")


def default_authoriser() -> Authoriser:
    """By the policies that hold where the configuration names no others."""
    return Authoriser(resources.files("guardia.hub.core").joinpath("default.cedar").read_text(encoding="utf-8"))


class FixedInventory:
    def __init__(self) -> None:
        self.inventory = Inventory(revision=1, servers=SERVERS, aliases=())

    def snapshot(self) -> Inventory:
        return self.inventory

    def move(self, servers: tuple[Server, ...]) -> None:
        self.inventory = Inventory(revision=self.inventory.revision + 1, servers=servers, aliases=())


class ListeningRooms:
    """Keeps what was shown, newest form of each message."""

    def __init__(self) -> None:
        self.shown: dict[str, RoomMessage] = {}

    async def show(self, message: RoomMessage) -> None:
        self.shown[message.message_id] = message


class FakeTickets:
    """Tickets that name everything they were issued for; unsigned."""

    def __init__(self) -> None:
        self.issued: list[dict[str, Any]] = []

    def issue(self, **facts: Any) -> tuple[str, bytes]:
        self.issued.append(facts)
        return f"ticket-{len(self.issued)}", msgspec.json.encode(facts)


class World:
    """`stop` and `start` again to restart the hub: the store stays, memory goes."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.clock = FakeClock()
        self.url = f"sqlite:///{folder / 'world.db'}"
        self.settings = FlowSettings(**({"explain_within": 0.05, "card_every": 0.0, "gather": 0.0} | settings))
        self.parser = ScriptedParser()
        self.inventory = FixedInventory()
        self.tickets = FakeTickets()
        self.links = FakeLinks()
        self.links.explainer = self.explain
        self.refusals: dict[str, tuple[str, str]] = {}
        self.explains_offline = True
        """Agents also answer what would run where the test has not connected them: they were there at planning."""
        self._messages = 0
        default = resources.files("guardia.hub.core").joinpath("default_advice.toml")
        self.rules = parse_rules(default.read_text(encoding="utf-8"), "default_advice.toml")
        self.language: dict[str, Literal["ko", "en"]] = {}
        self.counted: list[tuple[str, str]] = []

    async def start(self) -> None:
        self.database = Database(self.url)
        metadata.create_all(self.database.engine)
        self.store = SqlStore(self.database)
        self.notes = SqlNotes(self.database)
        self.rooms = ListeningRooms()
        self.engine = Engine(
            store=self.store,
            history=self.store,
            rooms=self.rooms,
            parser=self.parser,
            inventory=self.inventory,
            links=self.links,
            authoriser=default_authoriser(),
            tickets=self.tickets,
            clock=self.clock,
            settings=self.settings,
            notes=self.notes,
            signs=Signs(self.rules, self.inventory),
            rules=self.rules,
            language=self.language_of,
            count=lambda rule, outcome: self.counted.append((rule, outcome)),
            **await self.engine_options(),
        )
        self.links.handler = self.engine.delivery
        if self.explains_offline:
            self.links.explain = self._explain_always  # type: ignore[method-assign]
        await self.engine.start()

    def language_of(self, room_id: str) -> Literal["ko", "en"]:
        return self.language.get(room_id, "ko")

    async def engine_options(self) -> dict[str, Any]:
        """Further arguments of the engine; a world with messengers has some."""
        return {}

    async def stop(self) -> None:
        await self.engine.stop()
        self.database.close()

    async def restart(self) -> None:
        """The hub dies and comes back; agents lose their connection without the old hub hearing of it."""
        self.links = FakeLinks()
        self.links.explainer = self.explain
        await self.stop()
        await self.start()

    async def _explain_always(self, _agent_id: str, query: Explain, _within: float) -> Explanation:
        answer = self.links.explainer(query)
        assert answer is not None, "this test asks for an answer that never comes: set explains_offline to False"
        return answer

    def explain(self, query: Explain) -> Explanation:
        if query.action in self.refusals:
            code, message = self.refusals[query.action]
            return Explanation(query_id=query.query_id, ok=False, error_code=code, message=message)
        return Explanation(
            query_id=query.query_id,
            ok=True,
            commands=(("/bin/do", query.action, query.target),),
            user="root",
            digest=f"explained-{query.action}-{query.target}",
        )

    # --- people -----------------------------------------------------------------------------------------------------

    async def say(
        self,
        text: str,
        *intents: Intent,
        person: Person = ENGINEER,
        files: tuple[StagedFile, ...] = (),
        message_id: str = "",
        room_id: str = "ops",
    ) -> Receipt:
        if intents:
            self.parser.readings[text] = intents
        self._messages += 1
        return await self.engine.receive(
            InboundMessage(
                platform="web",
                message_id=message_id or f"m{self._messages}",
                room_id=room_id,
                person=person,
                text=text,
                files=files,
                received_ms=self.clock.now_ms(),
            )
        )

    async def press(
        self,
        request_id: str,
        button: str,
        person: Person = APPROVER,
        digest: str = "",
        *,
        press_id: str = "",
        room_id: str = "ops",
    ) -> Receipt:
        self._messages += 1
        return await self.engine.press(
            ButtonPress(
                platform=HUB_ROOMS,
                press_id=press_id or f"p{self._messages}",
                room_id=room_id,
                person=person,
                request_id=request_id,
                button=button,
                digest=digest,
                received_ms=self.clock.now_ms(),
            )
        )

    async def approve(self, request_id: str, person: Person = APPROVER) -> Receipt:
        request = await self.request(request_id)
        assert request.plan is not None
        return await self.press(request_id, "approve", person, request.plan.digest)

    # --- agents -----------------------------------------------------------------------------------------------------

    async def connect(self, *assets: str, **hello: Any) -> None:
        for asset in assets:
            await self.links.connect(asset, make_hello(asset, **hello))

    def dispatched(self, asset: str) -> list[Dispatch]:
        return [frame for frame in self.links.sent_to(asset, Dispatch) if isinstance(frame, Dispatch)]

    async def accept(self, asset: str, step_id: str) -> None:
        await self.links.answer(asset, Accepted(step_id=step_id, at_ms=self.clock.now_ms()))
        await self.links.answer(asset, Started(step_id=step_id, at_ms=self.clock.now_ms(), pid=42))

    async def finish(
        self, asset: str, step_id: str, outcome: StepOutcome = StepOutcome.OK, report: bytes = b"", **changes: Any
    ) -> None:
        await self.links.answer(
            asset,
            Result(
                step_id=step_id,
                digest="d",
                outcome=outcome,
                finished_ms=self.clock.now_ms(),
                report=report,
                **changes,
            ),
        )

    async def work_off(self, asset: str, answer: Callable[[Dispatch], tuple[StepOutcome, bytes]] | None = None) -> int:
        """The agent carries out what it was given until nothing more comes; how many steps it was."""
        done: set[str] = set()
        while new := [d for d in self.dispatched(asset) if d.step_id not in done]:
            for dispatch in new:
                done.add(dispatch.step_id)
                await self.accept(asset, dispatch.step_id)
                outcome, report = answer(dispatch) if answer else (StepOutcome.OK, b"")
                if outcome is StepOutcome.OK and not report and not CATALOGUE[dispatch.action].changes:
                    report = found(dispatch.target)
                await self.finish(asset, dispatch.step_id, outcome, report)
        return len(done)

    # --- truth ------------------------------------------------------------------------------------------------------

    async def request(self, request_id: str) -> Request:
        """The stored request; its log replays to it and its invariants hold."""
        request = await self.store.request(request_id)
        assert request is not None
        validate(request)
        assert replay(await self.store.events(request_id)) == request
        return request

    def card(self, request_id: str) -> dict[str, Any]:
        widget = self.rooms.shown[f"card-{request_id}"].widget
        assert widget is not None
        return widget
