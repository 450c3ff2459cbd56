"""Webhooks to ITSM systems over real HTTP: order, retries, what is refused for good, and where they never go."""

import asyncio
import contextlib
import ssl
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from guardia.hub.chat import hooks as module
from guardia.hub.chat.hooks import FIRST_PAUSE, LONGEST_PAUSE, MAX_ANSWER, HookSender
from guardia.hub.chat.metrics import HookMetrics
from guardia.hub.chat.settings import HookSettings
from guardia.hub.core.itsm import HookEvent
from guardia.hub.errors import NotFoundError, StoreError
from guardia.hub.store.database import Database
from guardia.hub.store.hooks import Hooks, enqueue
from guardia.hub.store.metadata import metadata
from tests.fakes.front import serving
from tests.fakes.itsm_server import ItsmServer
from tests.support.certificate import self_signed
from tests.support.clock import FakeClock

SECRET = b"a secret of the endpoint"


class Stage:
    def __init__(self, database: Database, server: ItsmServer, port: int) -> None:
        self.clock = FakeClock()
        self.database = database
        self.hooks = Hooks(database, self.clock)
        self.server = server
        self.port = port
        self.registry = CollectorRegistry()
        self.sender = self.make()

    def make(self, **urls: str) -> HookSender:
        base = f"http://127.0.0.1:{self.port}/hooks"
        urls = {"one": f"{base}/one?tenant=a%20b", "two": f"{base}/two"} | urls
        return HookSender(
            [HookSettings(name=name, url=url, secret=SECRET) for name, url in urls.items()],
            outbox=self.hooks,
            clock=self.clock,
            metrics=HookMetrics(CollectorRegistry()),
            jitter=lambda: 1.0,
        )

    async def write(self, *numbers: int, endpoint: str = "one") -> None:
        events = [
            HookEvent(
                endpoint=endpoint,
                event_id=f"SR-1.{number}",
                event="request.created",
                body=b'{"event_id":"SR-1.%d","event":"request.created"}' % number,
                created_ms=self.clock.now_ms(),
            )
            for number in numbers
        ]
        await self.database.write(lambda c: enqueue(c, events))

    async def carry(self, seconds: float = 60.0, *names: str) -> None:
        until = self.clock.monotonic() + seconds
        for name in names or ("one", "two"):
            while (wait := await self.sender.next(name)) is not None:
                if self.clock.monotonic() + wait > until:
                    break
                self.clock.advance(wait)

    async def endpoint(self, name: str = "one"):
        return next(one for one in await self.hooks.endpoints() if one.name == name)


@pytest.fixture
async def stage(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    metadata.create_all(database.engine)
    server = ItsmServer(SECRET)
    async with serving(server.app) as port:
        stage = Stage(database, server, port)
        yield stage
        await stage.sender.close()
    database.close()


async def test_events_come_signed_and_in_their_order(stage) -> None:
    await stage.write(*range(20))
    await stage.carry()
    assert stage.server.ids("one") == [f"SR-1.{number}" for number in range(20)]
    assert len(set(stage.server.nonces)) == 20
    assert await stage.hooks.count() == 0
    assert (await stage.endpoint()).delivered_ms == stage.clock.now_ms()


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408, 425])
async def test_what_may_pass_is_tried_again_in_order(stage, status) -> None:
    stage.server.answers = [(status, {})] * 3
    await stage.write(1, 2)
    began = stage.clock.monotonic()
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.1", "SR-1.2"]
    assert stage.clock.monotonic() - began == pytest.approx(FIRST_PAUSE * (1 + 2 + 4))
    assert len(set(stage.server.nonces)) == 5, "signed anew each time"


async def test_pauses_grow_to_a_bound_and_retry_after_counts(stage) -> None:
    stage.server.down = {"one"}
    await stage.write(1)
    waits = []
    for _ in range(15):
        waits.append(await stage.sender.next("one"))
        stage.clock.advance(waits[-1])
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_PAUSE
    stage.server.down = set()
    stage.server.answers = [(503, {"Retry-After": "900"})]
    assert await stage.sender.next("one") == 900
    assert stage.server.taken == {}


async def test_an_endpoint_that_is_down_holds_up_no_other(stage) -> None:
    stage.server.down = {"one"}
    await stage.write(1, 2)
    await stage.write(1, 2, endpoint="two")
    await stage.carry(5)
    assert stage.server.ids("two") == ["SR-1.1", "SR-1.2"]
    stage.server.down = set()
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.1", "SR-1.2"]


@pytest.mark.parametrize("status", [400, 413, 415, 422])
async def test_an_event_that_is_refused_is_set_aside_and_shown(stage, status) -> None:
    stage.server.answers = [(status, {})]
    await stage.write(1, 2, 3)
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.2", "SR-1.3"]
    (refused,) = (await stage.endpoint()).refused
    assert (refused.event_id, refused.reason) == ("SR-1.1", f"one answered {status}")
    assert (await stage.endpoint()).parked_ms is None
    assert await stage.hooks.resume("one") == 1
    await stage.carry()
    assert stage.server.ids("one")[-1] == "SR-1.1"


@pytest.mark.parametrize("status", [301, 302, 307, 308, 401, 403, 404, 409, 410])
async def test_an_endpoint_that_refuses_for_good_is_parked_and_loses_nothing(stage, status) -> None:
    elsewhere = ItsmServer(SECRET)
    async with serving(elsewhere.app) as other:
        stage.server.answers = [(status, {"Location": f"http://127.0.0.1:{other}/hooks/stolen"})]
        await stage.write(1, 2)
        await stage.write(1, endpoint="two")
        await stage.carry()
        assert elsewhere.calls == [], "nothing goes where the configuration does not say"
    assert stage.server.ids("one") == []
    assert stage.server.ids("two") == ["SR-1.1"]
    parked = await stage.endpoint()
    assert parked.parked_ms
    assert f"answered {status}" in parked.parked_reason
    assert "127.0.0.1" not in parked.parked_reason, "an address may hold a secret"
    await stage.write(3)
    await stage.carry()
    assert len(stage.server.calls) == 2, "a parked endpoint is left alone"
    assert (await stage.endpoint()).waiting == 3
    await stage.hooks.count()
    assert stage.hooks.parked_now == 1
    assert await stage.hooks.resume("one") == 3
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.1", "SR-1.2", "SR-1.3"]


async def test_nothing_is_resumed_that_never_was(stage) -> None:
    with pytest.raises(NotFoundError):
        await stage.hooks.resume("nobody")


async def test_a_huge_answer_is_not_read(stage) -> None:
    stage.server.huge = 64 * MAX_ANSWER
    await stage.write(1, 2)
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.1", "SR-1.2"]


async def test_an_endpoint_that_never_answers_is_left_after_a_while(stage, monkeypatch) -> None:
    monkeypatch.setattr(module, "CALL_WITHIN", 0.2)

    async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while True:  # a byte now and then: no time-out of one read ends this
                writer.write(b"HTTP/1.1 200 OK\r\nX: " if not writer.transport.get_write_buffer_size() else b"x")
                await writer.drain()
                await asyncio.sleep(0.05)

    server = await asyncio.start_server(mute, "127.0.0.1", 0)
    await stage.sender.close()
    stage.sender = stage.make(one=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    await stage.write(1)
    wait = await asyncio.wait_for(stage.sender.next("one"), 5)
    assert wait == FIRST_PAUSE
    assert (await stage.endpoint()).waiting == 1
    server.close()


async def test_killed_between_the_answer_and_the_commit_it_comes_again_under_its_id(stage, monkeypatch) -> None:
    await stage.write(1, 2)

    async def killed(_hook) -> None:
        raise StoreError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(stage.hooks, "delivered", killed)
        with pytest.raises(StoreError):
            await stage.sender.next("one")
    await stage.sender.close()
    stage.sender = stage.make()
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.1", "SR-1.1", "SR-1.2"]


async def test_it_runs_by_itself_and_stops(stage) -> None:
    running = asyncio.create_task(stage.sender.run())
    await stage.write(1)
    stage.sender.nudge()
    async with asyncio.timeout(10):
        while stage.server.ids("one") != ["SR-1.1"]:
            await asyncio.sleep(0.01)
    await stage.sender.stop()
    await asyncio.wait_for(running, 5)


async def test_what_nobody_takes_is_forgotten_after_its_time(stage) -> None:
    await stage.write(1)
    stage.clock.advance(3600)
    await stage.write(2)
    assert await stage.hooks.prune(stage.clock.now_ms()) == 1
    await stage.carry()
    assert stage.server.ids("one") == ["SR-1.2"]


@pytest.mark.parametrize("trusted", [True, False])
async def test_only_an_endpoint_with_a_certificate_that_is_trusted_is_told(stage, tmp_path, trusted) -> None:
    certificate = self_signed(tmp_path / "endpoint.pem", timedelta(days=1))
    tls = ssl.create_default_context(cafile=certificate) if trusted else None
    async with serving(stage.server.app, ssl_certfile=str(certificate)) as port:
        url = f"https://127.0.0.1:{port}/hooks/one"
        await stage.sender.close()
        stage.sender = HookSender(
            [HookSettings(name="one", url=url, secret=SECRET, tls=tls)],
            outbox=stage.hooks,
            clock=stage.clock,
            metrics=HookMetrics(CollectorRegistry()),
        )
        await stage.write(1)
        wait = await stage.sender.next("one")
        await stage.sender.close()  # else the server waits half a minute for the goodbye of the held connection
    assert stage.server.ids("one") == (["SR-1.1"] if trusted else [])
    assert (wait == 0) == trusted
    assert await stage.hooks.count() == (0 if trusted else 1)
