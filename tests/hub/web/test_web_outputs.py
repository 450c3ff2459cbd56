"""`GET /api/requests/…/output`: who may have it, what comes, and how refusals are told."""

import asyncio

import httpx
import pytest

from guardia.hub.errors import AgentOfflineError, AgentTooOldError, NoOutputError, OutputGoneError
from guardia.hub.web.outputs import PER_PERSON
from tests.fakes.front import Front, SystemClock, serving
from tests.support.clock import FakeClock

STEP = "SR-1.p1.n1.s1"
PATH = f"/api/requests/SR-1/steps/{STEP}/output"


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, FakeClock())
    await front.people()
    front.outputs.held["SR-1", STEP] = ("ops", bytes(range(256)) * 40)
    front.outputs.held["SR-2", STEP] = ("secret", b"for one person")
    yield front
    front.close()


@pytest.fixture
async def script(front):
    headers = {"Authorization": f"Bearer {await front.token('engineer1')}"}
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers) as script:
        yield script


async def test_the_whole_comes_as_octets_with_what_is_known_of_it(front, script):
    answer = await script.get(PATH)
    assert (answer.status_code, answer.content) == (200, bytes(range(256)) * 40)
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="{STEP}.txt"'
    assert answer.headers["x-guardia-output-complete"] == "yes"
    assert answer.headers["x-guardia-output-sha256"] == "ab" * 32
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert front.outputs.asked == [(STEP, "engineer1", 0, 0)]
    assert front.outputs.given[0].closed


async def test_a_head_asks_no_agent(front, script):
    answer = await script.head(PATH)
    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "GET", b"")
    assert front.outputs.asked == []
    assert (await script.get(PATH)).status_code == 200


async def test_a_part_of_it(front, script):
    answer = await script.get(PATH, params={"offset": 1000, "limit": 24})
    assert answer.content == (bytes(range(256)) * 40)[1000:1024]
    assert answer.headers["x-guardia-output-size"] == str(256 * 40)


@pytest.mark.parametrize("query", ["offset=-1", "limit=x", f"offset={'9' * 16}", "offset=1.5"])
async def test_nonsense_is_refused(front, script, query):
    answer = await script.get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "input.invalid")
    assert front.outputs.asked == []


async def test_nobody_without_a_login(front):
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as nobody:
        assert (await nobody.get(PATH)).status_code == 401
    assert front.outputs.asked == []


async def test_who_may_not_see_the_room_learns_not_even_that_it_exists(front, script):
    forbidden = await script.get(f"/api/requests/SR-2/steps/{STEP}/output")
    unknown = await script.get(f"/api/requests/SR-3/steps/{STEP}/output")
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.json() == unknown.json()
    assert front.outputs.asked == []


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (OutputGoneError("지워졌습니다."), 410, "output.gone"),
        (NoOutputError("없습니다."), 404, "output.none"),
        (AgentTooOldError("낮습니다."), 409, "agent.too_old"),
        (AgentOfflineError("꺼져 있습니다.", remedy="다시 연결되면 받을 수 있습니다."), 503, "agent.offline"),
    ],
)
async def test_refusals_say_what_to_do(front, script, error, status, code):
    front.outputs.held["SR-1", STEP] = ("ops", error)
    answer = await script.get(PATH)
    said = answer.json()["error"]
    assert (answer.status_code, said["code"], said["message"]) == (status, code, str(error))
    assert said["remedy"]
    page = await script.get(PATH, headers={"Accept": "text/html"})
    assert page.status_code == status
    assert str(error) in page.text
    assert "<html" in page.text


async def test_places_are_limited_and_given_back(front, script):
    for _ in range(PER_PERSON + 2):
        assert (await script.get(PATH)).status_code == 200
    places = front.app.state.fetches
    with places.place("engineer1"), places.place("engineer1"), places.place("engineer1"), places.place("engineer1"):
        answer = await script.get(PATH)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.busy")
        assert "받을 수 있습니다" in answer.json()["error"]["remedy"]
    assert (await script.get(PATH)).status_code == 200


async def test_an_agent_that_breaks_off_never_looks_like_the_end(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    front.outputs.held["SR-1", STEP] = ("ops", b"x" * 100_000)
    front.outputs.break_after = 5000
    headers = {"Authorization": f"Bearer {await front.token('engineer1')}"}
    async with serving(front.app) as port, httpx.AsyncClient(headers=headers, timeout=60) as client:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):  # cut short, or reset: both are no end
            await client.get(f"http://127.0.0.1:{port}{PATH}")
        async with asyncio.timeout(30):
            while not front.outputs.given[0].closed:
                await asyncio.sleep(0.01)
        front.outputs.break_after = None
        assert len((await client.get(f"http://127.0.0.1:{port}{PATH}")).content) == 100_000
    front.close()


async def test_a_reader_that_leaves_lets_the_agent_go(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    front.outputs.held["SR-1", STEP] = ("ops", b"x" * 50_000_000)
    headers = {"Authorization": f"Bearer {await front.token('engineer1')}"}
    async with serving(front.app) as port, httpx.AsyncClient(headers=headers, timeout=60) as client:
        async with client.stream("GET", f"http://127.0.0.1:{port}{PATH}") as answer:
            await anext(answer.aiter_raw(1000))
        async with httpx.AsyncClient(headers=headers, timeout=60) as other:
            for _ in range(200):
                if front.outputs.given[0].closed:
                    break
                await other.get(f"http://127.0.0.1:{port}/api/me")
        assert front.outputs.given[0].closed
    front.close()
