"""Uploads through a real server: what is too large is refused in words, not by a reset connection."""

import asyncio
import http.client
import json
import resource
import socket

import httpx
import pytest

from tests.fakes.front import LIMIT, Front, SystemClock, serving


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


def leftovers(front: Front) -> list:
    return [path for path in front.store._root.rglob("*") if path.is_file()]


async def test_a_200_mb_upload_gets_its_answer(front) -> None:
    headers = {"Authorization": f"Bearer {await front.token('engineer1')}", "Content-Length": "200000000"}

    async def body():
        for _ in range(200):
            yield b"x" * 1_000_000

    async with serving(front.app) as port, httpx.AsyncClient(timeout=60) as client:
        answer = await client.post(
            f"http://127.0.0.1:{port}/api/files?name=big.war&room=ops", content=body(), headers=headers
        )
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "input.too_large"
        assert answer.json()["error"]["remedy"]
    assert leftovers(front) == []


async def test_an_upload_that_breaks_off_leaves_nothing_and_the_server_goes_on(front) -> None:
    token = await front.token("engineer1")
    async with serving(front.app) as port, httpx.AsyncClient(timeout=60) as client:
        head = (
            f"POST /api/files?name=a.war&room=ops HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: 1000000\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(head.encode() + b"x" * 10_000)
        answer = await client.post(
            f"http://127.0.0.1:{port}/api/files?name=b.war&room=ops",
            content=b"y" * (LIMIT - 1),
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 201
    assert [path.name for path in leftovers(front)] == [answer.json()["file"]["sha256"]]


async def test_a_large_file_is_never_in_memory(tmp_path) -> None:
    limit = 160 * 1024 * 1024
    front = Front(tmp_path, SystemClock())
    await front.people()
    front.store.limit = limit
    parts = front.app.state.parts
    parts.settings = type(parts.settings)(rooms=parts.settings.rooms, max_upload=limit)

    async def body():
        for _ in range(140):
            yield b"x" * (1024 * 1024)

    async with serving(front.app) as port, httpx.AsyncClient(timeout=60) as client:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = await client.post(
            f"http://127.0.0.1:{port}/api/files?name=big.war&room=ops",
            content=body(),
            headers={"Authorization": f"Bearer {await front.token('engineer1')}"},
        )
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert answer.status_code == 201
    assert answer.json()["file"]["size"] == 140 * 1024 * 1024
    assert grown < 64 * 1024, f"{grown} KiB more"
    front.close()


async def test_plain_http_client_sees_json_for_an_oversized_webhook(front) -> None:
    async with serving(front.app) as port:

        def post() -> tuple[int, dict]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("POST", "/messenger/webhook", body=b"x" * 2_000_000)
            answer = connection.getresponse()
            found = answer.status, json.loads(answer.read())
            connection.close()
            return found

        status, body = await asyncio.to_thread(post)
    assert (status, body["error"]["code"]) == (413, "input.too_large")
