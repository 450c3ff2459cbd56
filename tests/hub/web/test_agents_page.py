"""`/agents` and its form: for whom, what it shows of whose requests, refusals, and what nobody can make it say."""

import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from guardia.hub.flow.follow import Follow
from guardia.hub.flow.queue import Queue
from guardia.hub.web import agents_page
from guardia.hub.web.agents_words import span
from tests.fakes.front import PASSWORD, Front
from tests.support.world import World, check

Browser = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def front(tmp_path: Path, world: World) -> AsyncIterator[Front]:
    desk = world.engine.desk
    front = Front(
        tmp_path,
        world.clock,
        queue=Queue(desk, world.engine.presses, world.clock),
        follow=Follow(desk, world.store, world.clock),
    )
    await front.people()
    await front.accounts.create_person("viewer1", "보는 사람", password=PASSWORD, roles=["viewer"], institutions=["*"])
    yield front
    front.close()


@pytest.fixture
async def browser(front: Front) -> AsyncIterator[Browser]:
    made: list[httpx.AsyncClient] = []
    tokens = {person: await front.token(person) for person in ("engineer1", "approver1", "viewer1")}

    def of(person: str) -> httpx.AsyncClient:
        cookies = {"guardia_session": tokens[person]} if person else {}
        transport = httpx.ASGITransport(app=front.app)
        made.append(
            httpx.AsyncClient(
                transport=transport, base_url="http://hub.test", cookies=cookies, headers={"Accept": "text/html"}
            )
        )
        return made[-1]

    yield of
    for one in made:
        await one.aclose()


async def waits(world: World, room_id: str = "ops", asset: str = "A-WAS-02") -> tuple[str, str]:
    world.clock.advance(1)
    receipt = await world.say(f"디스크 {asset} {room_id} {world.clock.now_ms()}", check(asset), room_id=room_id)
    (row,) = world.engine.desk.outbox.of_request(receipt.sr_id or "")
    return receipt.sr_id or "", row.step_id


async def drop(who: httpx.AsyncClient, step_id: str, reason: str = "", csrf: str | None = None) -> httpx.Response:
    found = re.search(r'name="csrf" value="([^"]+)"', (await who.get("/agents")).text)
    assert found is not None
    fields = {"csrf": found[1] if csrf is None else csrf, "step_id": step_id, "reason": reason}
    return await who.post("/agents/drop", data=fields)


async def test_nobody_without_a_login(world: World, browser: Browser) -> None:
    _, step_id = await waits(world)
    answer = await browser("").get("/agents")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=/agents")
    assert (await browser("").post("/agents/drop", data={"step_id": step_id})).status_code == 401
    assert len(world.engine.desk.outbox) == 1


async def test_a_room_that_one_may_not_enter_is_not_told_of(world: World, browser: Browser) -> None:
    _, step_id = await waits(world, room_id="secret")
    assert step_id not in (await browser("viewer1").get("/agents")).text
    assert step_id in (await browser("approver1").get("/agents")).text
    answer = await drop(browser("viewer1"), step_id)
    assert answer.status_code == 404
    assert len(world.engine.desk.outbox) == 1


async def test_who_may_not_cancel_is_refused_and_another_sites_form_too(world: World, browser: Browser) -> None:
    _, step_id = await waits(world)
    answer = await drop(browser("viewer1"), step_id)
    assert (answer.status_code, 'role="alert"' in answer.text, step_id in answer.text) == (403, True, True)
    shown = (await browser("viewer1").get("/agents")).text
    assert ("취소할 수 있는 사람만" in shown, "/agents/drop" in shown) == (True, False)
    shown = (await browser("viewer1").get("/agents?lang=en")).text
    assert ("Steps that wait" in shown, "1 h" in shown, "Only who may cancel" in shown) == (True, True, True)
    assert (await drop(browser("approver1"), step_id, csrf="forged")).status_code == 403
    assert (await drop(browser("approver1"), "")).status_code == 404
    assert (await drop(browser("approver1"), step_id, reason="x" * 501)).status_code == 400
    assert len(world.engine.desk.outbox) == 1


async def test_what_was_taken_out_is_said_once_it_is_true_to_who_may_know(world: World, browser: Browser) -> None:
    _, step_id = await waits(world, room_id="secret")
    said = f"/agents?done={step_id}"
    assert 'class="done"' not in (await browser("approver1").get(said)).text, "it still waits"
    answer = await drop(browser("approver1"), step_id, "점검 중")
    assert (answer.status_code, answer.headers["location"]) == (303, said)
    assert "승인자 1 님이 대기열에서 뺐습니다" in (await browser("approver1").get(said)).text
    assert 'class="done"' in (await browser("engineer1").get(said)).text, "their own request"
    assert 'class="done"' not in (await browser("viewer1").get(said)).text
    for forged in ("SR-0.p1.n1.s1", "<b>", "x" * 65, "SR-20270115-0001"):
        assert 'class="done"' not in (await browser("approver1").get("/agents", params={"done": forged})).text


async def test_what_has_left_cannot_be_taken_out_and_says_to_cancel(world: World, browser: Browser) -> None:
    await world.connect("A-WAS-02")
    _, step_id = await waits(world)
    shown = (await browser("engineer1").get("/agents")).text
    assert "대화방에서 요청을 취소하세요" in shown
    assert "/agents/drop" not in shown
    answer = await drop(browser("engineer1"), step_id)
    assert (answer.status_code, "취소" in answer.text) == (409, True)


async def test_the_page_is_bounded_and_goes_on(world: World, front: Front, browser: Browser, monkeypatch) -> None:
    monkeypatch.setattr(agents_page, "PAGE", 2)
    monkeypatch.setattr(agents_page, "SHOWN", 1)
    steps = [(await waits(world, asset=asset))[1] for asset in ("A-WAS-01", "A-WAS-02", "A-WAS-02")]
    first = (await browser("engineer1").get("/agents")).text
    assert [f'data-step="{one}"' in first for one in steps] == [True, True, False]
    following = re.search(r'href="(/agents\?agent=&amp;after=[^"#]+)#queue"', first)
    assert following is not None
    more = (await browser("engineer1").get(following[1].replace("&amp;", "&"))).text
    assert [f'data-step="{one}"' in more for one in steps] == [False, False, True]
    assert "after=" not in more
    assert first.count('data-state="online"') == 1
    assert "guardia-hub agents list" in first
    assert (await browser("engineer1").get("/agents", params={"agent": "x" * 65})).status_code == 400
    assert (await browser("engineer1").get("/agents", params={"after": "x"})).status_code == 400


@pytest.mark.parametrize(
    ("seconds", "korean", "english"),
    [
        (0, "0초", "0 s"),
        (59, "59초", "59 s"),
        (60, "1분", "1 min"),
        (3599, "59분", "59 min"),
        (3600, "1시간", "1 h"),
        (7500, "2시간 5분", "2 h 5 min"),
        (90_000, "1일 1시간", "1 d 1 h"),
        (172_800, "2일", "2 d"),
    ],
)
def test_a_duration_in_words(seconds: int, korean: str, english: str) -> None:
    assert (span("ko", seconds), span("en", seconds)) == (korean, english)
