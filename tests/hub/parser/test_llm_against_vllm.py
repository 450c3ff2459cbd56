"""The hub's model reader against a real vLLM server of our own, over mutual TLS: whatever it does, the embedded reading
stands, in time, and the room hears of it once.

The model has random weights: every answer is JSON of the schema and none is a reading, which is the worst model there
can be. The last tests kill the server and end it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.breaker import Breaker
from guardia.hub.parser.endpoint import RETRY_AFTER
from guardia.hub.parser.llm import BothParser, LlmReader, NoReading, ReaderStatus
from guardia.hub.parser.settings import Mode, ReaderSettings
from guardia.llm_server.client import Answer, Client
from guardia.llm_server.errors import BusyError
from tests.hub.parser.estates import city
from tests.support.vllm import LONG, SEATS, START_LIMIT, Files, Served, require_vllm, tiny_checkpoint

pytestmark = [pytest.mark.llm, pytest.mark.slow, pytest.mark.timeout(START_LIMIT + 60), pytest.mark.xdist_group("vllm")]

KEY = "k3y-0123456789abcdef"
TEXT = "새들목 와스 2호기 재기동해줘"
TOO_LONG = TEXT + " " + "가" * 3_900
"""More tokens than the server takes; it says so at once, which is an answer of a server that is well."""
ANSWERED = {"nonsense", "ungrounded", "truncated"}
"""What a model of random weights comes to."""


class _Clock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class _Fixed:
    def __init__(self) -> None:
        self.inventory = city()

    def snapshot(self) -> Inventory:
        return self.inventory


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return Files(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, files: Files) -> Iterator[Served]:
    python = require_vllm()
    found = Served(tmp_path_factory.mktemp("vllm"), python, tiny_checkpoint(python), KEY, files.sections)
    found.until_ready()
    yield found
    found.stop()


class Bench:
    """Both readers as the hub makes them, and what the room was told."""

    def __init__(self, served: Served, files: Files, **settings: Any) -> None:
        values: dict[str, Any] = {
            "mode": Mode.BOTH,
            "url": f"https://127.0.0.1:{served.port}",
            "model": "tiny",
            "api_key": KEY,
            "ca_file": str(files.roots),
            "client_cert": files.client[0],
            "client_key": files.client[1],
            "timeout": 60.0,
            "context_tokens": 16_384,
        }
        inventory = _Fixed()
        self.told: list[ReaderStatus] = []
        self.embedded = EmbeddedParser(inventory)
        self.settings = ReaderSettings(**{**values, **settings})
        self.breaker = Breaker(threshold=3, cool_down=1, longest=4)
        self.reader = LlmReader(
            inventory, self.embedded, self.settings, clock=_Clock(), breaker=self.breaker, told=self.told.append
        )
        self.both = BothParser(self.embedded, self.reader)

    async def code(self, text: str = TEXT) -> str:
        """Read `text` with both; what the pair makes of it is never less than the embedded reading."""
        message = ReaderInput(id="1", text=text)
        alone = await self.embedded.read(message)
        reading = await self.both.read(message)
        if "fallback" in reading.explanation:
            assert reading.intents == alone.intents
            return str(reading.explanation["fallback"]["code"])
        assert not [one for one in reading.intents if one.changes and one not in alone.intents]
        return "ok"


@asynccontextmanager
async def bench(served: Served, files: Files, **settings: Any) -> AsyncIterator[Bench]:
    made = Bench(served, files, **settings)
    yield made
    await made.reader.close()


async def test_a_model_that_talks_nonsense_changes_nothing(served: Served, files: Files) -> None:
    async with bench(served, files) as b:
        codes = {await b.code(text) for text in (TEXT, "새들목 와스 재기동하지 마", "고맙습니다")}
        assert codes <= ANSWERED | {"ok"}


async def test_an_answer_that_is_cut_off_is_none(served: Served, files: Files) -> None:
    async with bench(served, files, answer_tokens=8) as b:
        assert await b.code() == "truncated"


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"api_key": ""}, "unauthorised"), ({"model": "other"}, "no_model"), ({"context_tokens": 131_072}, "ok")],
)
async def test_a_wrong_setting_has_a_name(served: Served, files: Files, changes: dict[str, Any], code: str) -> None:
    async with bench(served, files, **changes) as b:
        found = await b.code()
        assert found == code or (code == "ok" and found in ANSWERED)


async def test_without_a_client_certificate_it_is_not_reached(served: Served, files: Files) -> None:
    async with bench(served, files, client_cert="", client_key="") as b:
        assert await b.code() in ("unreachable", "cut_off")


async def test_a_slow_model_is_not_waited_for_and_then_left_alone(served: Served, files: Files) -> None:
    async with bench(served, files, timeout=0.05) as b:
        for expected in ("timeout", "timeout", "timeout", "open", "open"):
            began = time.monotonic()
            assert await b.code() == expected
            assert time.monotonic() - began < 10  # an answer takes less; on a busy machine a time-out may come late
        assert [(one.up, one.code) for one in b.told] == [(False, "timeout")]


async def test_more_messages_than_it_takes_are_read_without_it(served: Served, files: Files) -> None:
    async with bench(served, files, concurrency=12, max_queue=2) as b:
        began = time.monotonic()
        codes = await asyncio.gather(*(b.code(f"새들목 와스 {number}호기 재기동해줘") for number in range(1, 25)))
        assert "busy" in codes  # ours: more than wait
        # A machine that is busy itself may also be too slow, and the server may close a connection it is done with.
        assert set(codes) <= ANSWERED | {"ok", "busy", "overloaded", "open", "timeout", "cut_off"}
        assert time.monotonic() - began < 60
        assert [one.up for one in b.told] in ([], [False], [False, True])


async def test_a_server_whose_seats_are_taken_is_asked_once_more_and_no_longer(served: Served, files: Files) -> None:
    endpoint = served.endpoint(files, KEY)
    async with Client(endpoint, connections=16) as client, bench(served, files, concurrency=4) as b:
        question = [{"role": "user", "content": "긴 답"}]
        os.kill(served.engine_pid, signal.SIGSTOP)  # nobody's answer ends, and no seat becomes free
        try:
            asked = {asyncio.create_task(client.ask(question, LONG, seconds=60, max_tokens=6000)) for _ in range(16)}
            turned_away: set[asyncio.Task[Answer]] = set()
            while len(asked) > SEATS:
                ended, asked = await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
                turned_away |= ended
            codes = await asyncio.gather(*(b.code(f"새들목 와스 {number}호기 재기동해줘") for number in range(1, 5)))
        finally:
            os.kill(served.engine_pid, signal.SIGCONT)
        for seat in asked:
            seat.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
    assert {type(one.exception()) for one in turned_away} == {BusyError}
    assert "overloaded" in codes
    assert set(codes) <= {"overloaded", "open"}


async def test_a_stop_of_the_server_answers_or_falls_back(served: Served, files: Files) -> None:
    async with bench(served, files, timeout=4) as b:
        os.kill(served.status.server_pid, signal.SIGSTOP)  # it accepts connections and says nothing
        try:
            assert await b.code() == "timeout"
        finally:
            os.kill(served.status.server_pid, signal.SIGCONT)


async def test_out_of_memory_and_back(served: Served, files: Files) -> None:
    async with bench(served, files, timeout=20, connect_timeout=1, context_tokens=131_072) as b:
        first = asyncio.create_task(b.code())
        await asyncio.sleep(0.1)
        os.kill(served.engine_pid, signal.SIGKILL)  # as the kernel does
        assert await asyncio.wait_for(first, 15) in ANSWERED | {"ok", "server_error", "cut_off", "unreachable"}
        seen = set()
        while not b.told:
            began = time.monotonic()
            seen.add(await b.code())
            assert time.monotonic() - began < 2 + RETRY_AFTER + 2 * b.settings.connect_timeout
        assert seen <= {"server_error", "cut_off", "unreachable", "overloaded"}
        await asyncio.to_thread(served.until_ready, restarts=1)
        limit = time.monotonic() + 60
        while b.told[-1].up is False and time.monotonic() < limit:
            seen.add(await b.code(TOO_LONG))
            await asyncio.sleep(0.2)
        assert "too_long" in seen
        assert [one.up for one in b.told] == [False, True], "said once each"
        assert all(one.message for one in b.told)


async def test_down_for_good(served: Served, files: Files) -> None:
    assert await asyncio.to_thread(served.stop) == 0
    async with bench(served, files) as b:
        for expected in ("unreachable", "unreachable", "unreachable", "open"):
            began = time.monotonic()
            assert await b.code() == expected
            assert time.monotonic() - began < 1
        assert [one.code for one in b.told] == ["unreachable"]
        assert isinstance(await b.reader.attempt(ReaderInput(id="1", text=TEXT)), NoReading)
