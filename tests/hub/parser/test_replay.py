"""An audit reads a recorded message again: from the engine's own log, for every reader."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from guardia.hub.core.events import Drafted
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.make import make_parser
from guardia.hub.parser.replay import Replay, Verdict, replay
from guardia.hub.parser.settings import Mode, ReaderSettings
from tests.fakes import openai_server as fake
from tests.support.world import World

TEXT = "예산시스템 WAS 1호기 재기동해줘"
NULLS = dict.fromkeys(["lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service"])
RESTART: dict[str, Any] = {
    "intent_type": "RESTART",
    "institution": "기획재정부",
    "system_name": "예산시스템",
    "environment": "PROD",
    "infrastructure_layer": "WAS",
    "target_nodes": ["A-WAS-01"],
    "action_sequence": ["RESTART_SERVICE"],
    "deploy_artifacts": [],
    "parameters": NULLS,
    "requires_approval": True,
}


class Room:
    """A hub whose readings are real, and its log."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def drafted(self, *texts: str) -> Drafted:
        """Say `texts` one after the other; the log's first event of the last one's request."""
        for text in texts:
            receipt = await self.world.say(text)
        assert receipt.sr_id is not None
        [event] = [one for one in await self.world.store.events(receipt.sr_id) if isinstance(one, Drafted)]
        return event

    def again(self, event: Drafted) -> Replay:
        written = msgspec.json.decode(msgspec.json.encode(event), type=Drafted)
        return replay(written, EmbeddedReader(self.world.inventory.inventory))


@asynccontextmanager
async def room(folder: Path, mode: Mode = Mode.EMBEDDED, answer: fake.Behaviour | None = None) -> AsyncIterator[Room]:
    async with fake.openai_server() as server:
        server.always = answer
        world = World(folder)
        settings = ReaderSettings(mode=mode, url=server.url, model="tiny", timeout=2)
        world.parser, model = make_parser(world.inventory, settings, world.clock)
        await world.start()
        yield Room(world)
        await world.stop()
        if model is not None:
            await model.close()


async def test_an_embedded_reading_is_the_same_again(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        event = await r.drafted(TEXT)
        assert r.again(event).verdict is Verdict.SAME
        assert (event.reader, event.explanation["inventory_revision"]) == ("embedded", 1)


async def test_what_was_pointed_at_and_when_are_kept(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        event = await r.drafted(TEXT, "2호기도 내일 오전 9시에 재기동해줘")
        assert event.intent.target_nodes == ("A-WAS-02",)
        assert [said.text for said in event.context] == [TEXT]
        assert event.intent.parameters["at"].endswith("T09:00:00+09:00")
        assert r.again(event).verdict is Verdict.SAME
        for lost in ({"context": ()}, {"read_now": "2020-01-01T00:00:00+09:00"}):
            assert r.again(msgspec.structs.replace(event, **lost)).verdict is Verdict.DIFFERS


@pytest.mark.parametrize("mode", [Mode.LLM, Mode.BOTH])
async def test_a_models_reading_is_proved_again_from_its_recorded_answer(tmp_path: Path, mode: Mode) -> None:
    async with room(tmp_path, mode, fake.answers([RESTART])) as r:
        event = await r.drafted(TEXT)
        assert event.reader == mode
        assert r.again(event).verdict is Verdict.SAME


async def test_a_disputed_reading_is_the_same_dispute_again(tmp_path: Path) -> None:
    async with room(tmp_path, Mode.BOTH, fake.answers([{**RESTART, "target_nodes": []}])) as r:
        event = await r.drafted("예산시스템 WAS 재기동해줘")
        assert r.again(event).verdict is Verdict.SAME
    (tmp_path / "other").mkdir()
    async with room(tmp_path / "other", Mode.BOTH, fake.answers([{**RESTART, "intent_type": "STOP",
                    "action_sequence": ["STOP_SERVICE"]}])) as r:  # fmt: skip
        event = await r.drafted(TEXT)
        assert event.intent.target_nodes == ("UNKNOWN",)
        assert r.again(event).verdict is Verdict.SAME


async def test_a_reading_that_fell_back_is_the_embedded_readers(tmp_path: Path) -> None:
    async with room(tmp_path, Mode.BOTH, fake.worker_dead) as r:
        event = await r.drafted(TEXT)
        assert (event.reader, event.explanation["fallback"]["code"]) == ("embedded", "server_error")
        assert r.again(event).verdict is Verdict.SAME


async def test_a_changed_record_differs_and_a_moved_inventory_is_said(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        event = await r.drafted(TEXT)
        forged = msgspec.structs.replace(event.intent, target_nodes=("A-WAS-02",))
        found = r.again(msgspec.structs.replace(event, intent=forged))
        assert (found.verdict, found.why) == (Verdict.DIFFERS, "")
        assert found.found[0].target_nodes == ("A-WAS-01",)
        r.world.inventory.move(r.world.inventory.inventory.servers[1:])
        found = r.again(event)
        assert found.verdict is Verdict.MOVED
        assert "revision 1 of the inventory, now 2" in found.why


async def test_another_version_is_said(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        event = await r.drafted(TEXT)
        other = msgspec.structs.replace(event, reader_version="0", text="예산시스템 WAS 1호기 재기동하지 마")
        found = r.again(other)
        assert found.verdict is Verdict.MOVED
        assert found.why.startswith("read by version 0")


async def test_a_forged_answer_of_the_model_differs(tmp_path: Path) -> None:
    async with room(tmp_path, Mode.LLM, fake.answers([RESTART])) as r:
        event = await r.drafted(TEXT)
        answer = event.explanation["answer"].replace("A-WAS-01", "A-WAS-02")
        found = r.again(msgspec.structs.replace(event, explanation={**event.explanation, "answer": answer}))
        assert found.verdict is Verdict.DIFFERS
        assert "no reading now" in found.why


async def test_what_cannot_be_read_again_says_why(tmp_path: Path) -> None:
    async with room(tmp_path) as r:
        event = await r.drafted(TEXT)
        for changes, word in (({"read_now": ""}, "before"), ({"reader": "scripted"}, "cannot be run")):
            found = r.again(msgspec.structs.replace(event, **changes))
            assert found.verdict is Verdict.UNKNOWN
            assert word in found.why
