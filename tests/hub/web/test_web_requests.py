"""`GET /api/requests/{id}` and `…/output/live` before the real flow: who gets them, and what comes."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs
from guardia.hub.web import requests
from guardia.hub.web.requests import MAX_WAIT, PER_PERSON
from guardia.proto.frames import Output, StepOutcome, Stream
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.hub.flow.test_outputs import Fetches
from tests.support.world import World, check, found, restart

Client = Callable[[str], httpx.AsyncClient]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def front(tmp_path: Path, world: World) -> AsyncIterator[Front]:
    desk, store = world.engine.desk, world.store
    front = Front(
        tmp_path,
        SystemClock(),
        outputs=Outputs(desk, store, world.links, Fetches(), world.clock),
        follow=Follow(desk, store, world.clock, gather=0.0),
    )
    await front.people()
    await front.accounts.create_person("viewer1", "보는 사람", password=PASSWORD, roles=["viewer"], institutions=["*"])
    yield front
    front.close()


@pytest.fixture
async def client(front: Front) -> AsyncIterator[Client]:
    made: list[httpx.AsyncClient] = []
    tokens = {person: await front.token(person) for person in ("engineer1", "approver1", "viewer1")}

    def of(person: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {tokens[person]}"} if person else {}
        transport = httpx.ASGITransport(app=front.app)
        made.append(httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers))
        return made[-1]

    yield of
    for one in made:
        await one.aclose()


async def started(world: World, room_id: str = "ops") -> tuple[str, str]:
    await world.connect("A-WAS-01")
    receipt = await world.say("확인", check("A-WAS-01"), room_id=room_id)
    (dispatch,) = world.dispatched("A-WAS-01")
    await world.accept("A-WAS-01", dispatch.step_id)
    await world.engine.delivery.settled("A-WAS-01")
    await world.links.answer(
        "A-WAS-01", Output(step_id=dispatch.step_id, seq=1, stream=Stream.STDOUT, data="한".encode("cp949"))
    )
    return receipt.sr_id or "", dispatch.step_id


def paths(request_id: str, step_id: str) -> tuple[str, str]:
    return f"/api/requests/{request_id}", f"/api/requests/{request_id}/steps/{step_id}/output/live"


async def test_a_request_with_its_steps_and_what_became_of_them(world: World, client: Client) -> None:
    request_id, step_id = await started(world)
    script = client("viewer1")
    answer = await script.get(f"/api/requests/{request_id}")
    assert answer.headers["cache-control"] == "no-store"
    assert {key: answer.json()[key] for key in ("request_id", "state", "final", "requested_by", "room_id", "text")} == {
        "request_id": request_id,
        "state": "RUNNING",
        "final": False,
        "requested_by": "engineer1",
        "room_id": "ops",
        "text": "확인",
    }
    (step,) = answer.json()["steps"]
    assert (step["step_id"], step["asset"], step["action"], step["title"]) == (
        step_id,
        "A-WAS-01",
        "CHECK_DISK_SPACE",
        "디스크 확인",
    )
    assert (step["state"], step["ended"], step["report"], step["finished_ms"]) == ("RUNNING", False, None, 0)
    await world.finish("A-WAS-01", step_id, report=found("A-WAS-01"), stdout_bytes=2, output_sha256="ab" * 32)
    answer = await script.get(f"/api/requests/{request_id}")
    (step,) = answer.json()["steps"]
    assert (answer.json()["state"], answer.json()["final"]) == ("SUCCEEDED", True)
    assert (step["state"], step["ended"], step["report"]["summary"], step["output_bytes"]) == ("OK", True, "요약", 2)


async def test_a_request_that_waits_for_approval_and_one_that_was_rejected(world: World, client: Client) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    answer = (await client("viewer1").get(f"/api/requests/{receipt.sr_id}")).json()
    assert (answer["state"], answer["approvals_needed"], answer["approvals"]) == ("AWAITING_APPROVAL", 1, [])
    assert len(answer["plan_digest"]) == 64
    assert {step["state"] for step in answer["steps"]} == {"READY"}
    await world.press(receipt.sr_id or "", "reject")
    answer = (await client("viewer1").get(f"/api/requests/{receipt.sr_id}")).json()
    assert (answer["state"], {step["state"] for step in answer["steps"]}) == ("REJECTED", {"SKIPPED"})


async def test_live_output_comes_in_pages_until_the_end(world: World, client: Client) -> None:
    request_id, step_id = await started(world)
    script, (_, live) = client("viewer1"), paths(request_id, step_id.removeprefix(f"{request_id}."))
    answer = await script.get(live, params={"wait": MAX_WAIT})
    assert answer.headers["cache-control"] == "no-store"
    page = answer.json()
    assert [base64.b64decode(part.pop("data")) for part in page["parts"]] == ["한".encode("cp949")]
    assert page["parts"] == [{"seq": 1, "stream": "stdout", "offset": 0}]
    assert (page["step_id"], page["state"], page["ended"], page["next"]) == (step_id, "RUNNING", False, 1)
    assert (await script.get(live, params={"after": 1})).json()["parts"] == []
    await world.finish("A-WAS-01", step_id, StepOutcome.FAILED, exit_code=7, message="없습니다", stdout_bytes=2)
    page = (await script.get(live, params={"after": 1, "wait": MAX_WAIT})).json()
    assert (page["ended"], page["state"], page["result"]["exit_code"]) == (True, "FAILED", 7)
    assert page["result"]["message"] == "없습니다"


@pytest.mark.parametrize("query", ["after=-1", "after=x", f"after={2**31}", "wait=26", "wait=1.5", "wait="])
async def test_nonsense_is_refused(world: World, client: Client, query: str) -> None:
    _, live = paths(*await started(world))
    answer = await client("viewer1").get(f"{live}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "input.invalid")
    assert answer.json()["error"]["remedy"]


async def test_nobody_without_a_login(world: World, client: Client) -> None:
    for path in paths(*await started(world)):
        assert (await client("").get(path)).status_code == 401


async def test_who_may_not_see_the_room_learns_not_even_that_it_exists(world: World, client: Client) -> None:
    request_id, step_id = await started(world, room_id="secret")
    for secret, unknown in zip(paths(request_id, step_id), paths("SR-0", "SR-0.p1.n1.s1"), strict=True):
        forbidden = await client("engineer1").get(secret)  # whose request it is, and who is no member
        nothing = await client("engineer1").get(unknown)
        assert forbidden.status_code == nothing.status_code == 404
        assert forbidden.json() == nothing.json()
        assert (await client("approver1").get(secret)).status_code == 200
    assert (await client("approver1").get(paths("x" * 65, step_id)[0])).status_code == 404


async def test_the_page_of_an_output_is_for_whom_the_output_is(world: World, client: Client) -> None:
    request_id, step_id = await started(world, room_id="secret")
    pages = f"/requests/{request_id}/steps/{step_id}", "/requests/SR-0/steps/SR-0.p1.n1.s1"
    headers = {"Accept": "text/html"}
    nobody = await client("").get(pages[0])
    assert (nobody.status_code, nobody.headers["location"]) == (303, f"/login?to={pages[0]}")
    forbidden, unknown = [await client("engineer1").get(path, headers=headers) for path in pages]
    assert forbidden.status_code == unknown.status_code == 404
    assert forbidden.text == unknown.text
    shown = await client("approver1").get(pages[0])
    assert (shown.status_code, "A-WAS-01 · 디스크 확인" in shown.text) == (200, True)
    assert "To the room" in (await client("approver1").get(f"{pages[0]}?lang=en")).text
    assert (await client("approver1").get(f"/requests/{request_id}/steps/{request_id}.p9.n1.s1")).status_code == 404


async def test_places_are_limited_and_given_back(front: Front, world: World, client: Client) -> None:
    _, live = paths(*await started(world))
    script = client("viewer1")
    for _ in range(PER_PERSON + 2):
        assert (await script.get(live)).status_code == 200
    places = front.app.state.follows
    held = [places.place("viewer1") for _ in range(PER_PERSON)]
    for place in held:
        place.__enter__()
    answer = await script.get(live)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.busy")
    assert str(PER_PERSON) in answer.json()["error"]["remedy"]
    held[0].__exit__(None, None, None)
    assert (await script.get(live)).status_code == 200


async def test_a_follower_that_has_gone_frees_its_place(front: Front, world: World, monkeypatch) -> None:
    monkeypatch.setattr(requests, "LOOK", 0.01)
    _, live = paths(*await started(world))
    headers = {"Authorization": f"Bearer {await front.token('viewer1')}"}
    async with (
        serving(front.app) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as one,
    ):
        with pytest.raises(httpx.ReadTimeout):
            await one.get(live, params={"after": 1, "wait": MAX_WAIT}, timeout=httpx.Timeout(30, read=0.5))
        async with asyncio.timeout(30):
            while front.app.state.follows._taken:
                await asyncio.sleep(0.01)
