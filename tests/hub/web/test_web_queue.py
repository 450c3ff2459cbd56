"""The queue over HTTP and by the command, before the real flow: who may see and drop, and what they are told."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest

from guardia.hub.flow.queue import Queue
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.support.world import World, check, restart

PATH = "/api/agents/queue"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def front(tmp_path: Path, world: World) -> AsyncIterator[Front]:
    queue = Queue(world.engine.desk, world.engine.presses, world.clock)
    front = Front(tmp_path, SystemClock(), queue=queue)
    await front.people()
    await front.accounts.create_person("viewer1", "보는 사람", password=PASSWORD, roles=["viewer"], institutions=["*"])
    yield front
    front.close()


@pytest.fixture
async def client(front: Front) -> AsyncIterator[Callable[[str], httpx.AsyncClient]]:
    made: list[httpx.AsyncClient] = []
    tokens = {person: await front.token(person) for person in ("engineer1", "approver1", "viewer1")}

    def of(person: str) -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {tokens[person]}"}
        transport = httpx.ASGITransport(app=front.app)
        made.append(httpx.AsyncClient(transport=transport, base_url="http://hub.test", headers=headers))
        return made[-1]

    yield of
    for one in made:
        await one.aclose()


async def test_the_list_comes_in_pages(world, client) -> None:
    for n in range(3):
        await world.say(f"디스크 {n}", check("A-WAS-01"))
        world.clock.advance(1)
    script = client("viewer1")
    first = await script.get(PATH, params={"limit": 2})
    assert (first.status_code, len(first.json()["entries"])) == (200, 2)
    assert first.headers["cache-control"] == "no-store"
    entry = first.json()["entries"][0]
    assert set(entry) == {
        *("agent_id", "request_id", "step_id", "action", "target", "state"),
        *("since_ms", "deliver_by_ms", "age_s", "left_s"),
    }
    second = await script.get(PATH, params={"limit": 2, "after": first.json()["next"]})
    assert (len(second.json()["entries"]), second.json()["next"]) == (1, "")
    assert (await script.get(PATH, params={"agent": "nobody"})).json() == {"entries": [], "next": ""}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "limit=-1", "after=x", f"agent={'a' * 65}"])
async def test_nonsense_is_refused(client, query) -> None:
    answer = await client("viewer1").get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "input.invalid")
    assert answer.json()["error"]["remedy"]


async def test_nobody_without_a_login(front, world) -> None:
    await world.say("디스크", check("A-WAS-01"))
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as nobody:
        assert (await nobody.get(PATH)).status_code == 401
        assert (await nobody.post(f"{PATH}/x/drop", json={})).status_code == 401


async def test_a_room_that_one_may_not_enter_is_not_told_of(world, client) -> None:
    await world.say("디스크", check("A-WAS-01"), room_id="secret")
    assert (await client("viewer1").get(PATH)).json()["entries"] == []
    assert len((await client("approver1").get(PATH)).json()["entries"]) == 1
    assert len((await client("engineer1").get(PATH)).json()["entries"]) == 1  # their own request


async def test_who_may_cancel_drops_and_the_answer_says_how_it_ended(world, client) -> None:
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = (await client("engineer1").get(PATH)).json()["entries"][0]["step_id"]
    drop = f"{PATH}/{step_id}/drop"
    refused = await client("viewer1").post(drop, json={"reason": "x"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "auth.forbidden")
    answer = await client("approver1").post(drop, json={"reason": "점검 중"})
    assert answer.json() == {
        "step_id": step_id,
        "request_id": receipt.sr_id,
        "step_state": "CANCELLED",
        "request_state": "CANCELLED",
        "message": "승인자 1 님이 대기열에서 뺐습니다. 실행되지 않았습니다. 사유: 점검 중",
    }
    gone = await client("approver1").post(drop, json={})
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "hub.not_found")


async def test_what_has_left_is_a_conflict_that_says_to_cancel(world, client) -> None:
    await world.connect("A-WAS-01")
    await world.say("디스크", check("A-WAS-01"))
    step_id = (await client("engineer1").get(PATH)).json()["entries"][0]["step_id"]
    answer = await client("engineer1").post(f"{PATH}/{step_id}/drop", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "delivery.already_sent")
    assert "취소" in answer.json()["error"]["remedy"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"reason":1}', "application/json"),
        (b'{"reason":"' + b"x" * 501 + b'"}', "application/json"),
        (b"{}", "text/plain"),
    ],
)
async def test_a_malformed_drop_drops_nothing(world, client, body, kind) -> None:
    await world.say("디스크", check("A-WAS-01"))
    script = client("engineer1")
    step_id = (await script.get(PATH)).json()["entries"][0]["step_id"]
    answer = await script.post(f"{PATH}/{step_id}/drop", content=body, headers={"Content-Type": kind})
    assert answer.status_code == 400
    assert len((await script.get(PATH)).json()["entries"]) == 1


async def test_another_sites_page_cannot_drop(front, world) -> None:
    await world.say("디스크", check("A-WAS-01"))
    cookies = {"guardia_session": await front.token("engineer1")}
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test", cookies=cookies) as browser:
        step_id = (await browser.get(PATH)).json()["entries"][0]["step_id"]
        answer = await browser.post(f"{PATH}/{step_id}/drop", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "auth.forbidden")
        assert len((await browser.get(PATH)).json()["entries"]) == 1


# --- the command ----------------------------------------------------------------------------------------------------


async def command(tmp_path: Path, *arguments: str, password: str = PASSWORD) -> tuple[int, str, str]:
    file = tmp_path / "hub.toml"
    file.write_text(f"[hub]\nstate_dir = '{tmp_path / 'state'}'\n[web]\nport = 0\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guardia.hub.cli", "--config", str(file), "agents", "queue", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "GUARDIA_PASSWORD": password, "GUARDIA_TOKEN": "", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    out, err = await process.communicate()
    assert b"Traceback" not in err
    assert password.encode() not in out + err
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_drops_as_a_person_and_its_exit_codes_say_how_it_went(tmp_path, front, world) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    await world.approve(receipt.sr_id)
    (step_id,) = world.engine.desk.outbox
    async with serving(front.app) as port:
        url = f"http://127.0.0.1:{port}"

        async def drop(*arguments: str, **options: str) -> tuple[int, str, str]:
            return await command(tmp_path, "drop", *arguments, "--url", url, **options)

        code, out, err = await drop(step_id, "--person", "viewer1")
        assert (code, out, "auth.forbidden" in err) == (1, "", True)
        code, _, err = await drop(step_id, "--person", "viewer1", password="none of theirs")
        assert (code, "auth.required" in err) == (1, True)
        code, _, err = await drop(step_id)
        assert (code, "--person" in err) == (1, True)
        code, out, _ = await drop(step_id, "--person", "engineer1", "--reason", "점검 중", "--json")
        assert (code, json.loads(out)["request_state"]) == (0, "CANCELLED")
        code, _, err = await drop(step_id, "--person", "engineer1")
        assert (code, "agents queue" in err) == (1, True)
    code, _, err = await drop(step_id, "--person", "engineer1")
    assert (code, "hub.unreachable" in err) == (1, True)
    assert "점검 중" in world.card(receipt.sr_id)["message"]


async def test_wrong_usage_and_help(tmp_path) -> None:
    assert (await command(tmp_path, "drop"))[0] == 2
    assert (await command(tmp_path, "list", "A", "B"))[0] == 2
    code, out, _ = await command(tmp_path, "drop", "--help")
    assert (code, "guardia-hub agents queue drop SR-" in out) == (0, True)
    assert "guardia-hub agents queue WEB-01" in (await command(tmp_path, "--help"))[1]
