"""The shipped nginx configuration, in a real nginx before a real hub front."""

import asyncio
import contextlib
import json
import ssl

import httpx
import pytest
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route
from websockets.asyncio.client import connect

from tests.fakes.front import SECRET, Front, SystemClock, serving
from tests.support.nginx import Nginx, nginx
from tests.support.ports import free_port
from tests.support.require import require_program

SPOOFED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.test",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1;proto=http;host=evil.test",
    "X-Request-ID": "chosen-by-the-client",
}


@pytest.fixture
async def front(tmp_path):
    require_program("nginx")
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


def client(proxy: Nginx, **options) -> httpx.AsyncClient:
    return httpx.AsyncClient(verify=proxy.trust, base_url=proxy.base, timeout=20, **options)


def url(proxy: Nginx, room: str = "ops") -> str:
    return f"wss://127.0.0.1:{proxy.port}/ws/chat/{room}/c-1/HUMAN"


async def cookie(front: Front) -> dict[str, str]:
    return {"Cookie": f"guardia_session={await front.token('engineer1')}"}


async def say(room, text: str) -> dict:
    """Say it and wait until the room shows it."""
    await room.send(json.dumps({"msg_type": "CHAT", "content": text}))
    async with asyncio.timeout(30):
        while True:
            message = json.loads(await room.recv())
            assert message["msg_type"] != "ERROR", message
            if message["content"] == text:
                return message


async def test_people_come_through_nginx(front, tmp_path) -> None:
    async with serving(front.app) as hub_port, nginx(tmp_path / "nginx", hub_port) as proxy:
        async with client(proxy) as browser:
            page = await browser.get("/login")
            assert page.status_code == 200
            assert "Secure" in page.headers["set-cookie"]
            assert page.headers["server"] == "nginx", "without its version"
            assert (await browser.get("/healthz")).status_code == 200
            assert (await browser.get("/api/openapi.json")).status_code == 200
            assert (await browser.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 404
        headers = await cookie(front)
        async with connect(url(proxy), ssl=proxy.trust, origin=proxy.base, additional_headers=headers) as room:
            assert (await say(room, "안녕"))["sender"] == "engineer1"
        evil = "https://evil.test"
        async with connect(url(proxy), ssl=proxy.trust, origin=evil, additional_headers=headers) as room:
            assert json.loads(await room.recv())["widget"]["code"] == "auth.forbidden"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_only_tls_leads_in(front, tmp_path) -> None:
    async with serving(front.app) as hub_port, nginx(tmp_path / "nginx", hub_port) as proxy:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{proxy.plain}", timeout=60) as plain:
            for method, path in (("GET", "/login"), ("POST", "/messenger/webhook"), ("GET", "/ws/chat/ops/c/HUMAN")):
                answer = await plain.request(method, path)
                assert answer.status_code == 301
                assert answer.headers["location"].startswith("https://")
                assert "set-cookie" not in answer.headers
        async with httpx.AsyncClient(timeout=60) as plain:  # plain HTTP to the TLS port
            assert (await plain.get(f"http://127.0.0.1:{proxy.port}/")).status_code == 400
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.open_connection("127.0.0.1", proxy.port, ssl=old)
    assert front.conversation.taken == []


async def chunks(size: int):
    for _ in range(size // 50_000):
        yield b"x" * 50_000


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunked"])
async def test_only_uploads_may_be_large(front, tmp_path, chunked) -> None:
    def body(size: int):
        return chunks(size) if chunked else b"x" * size

    link = front.signer.upload(person_id="engineer1", room_id="ops").partition("go.kr")[2]
    async with serving(front.app) as hub_port, nginx(tmp_path / "nginx", hub_port) as proxy:
        bearer = {"Authorization": f"Bearer {await front.token('engineer1')}"}
        async with client(proxy, headers=bearer) as script:
            for path in ("/api/files?name=a.war&room=ops", f"{link}/file?name=a.war"):
                assert (await script.post(path, content=body(1_500_000))).status_code == 201
                over = await script.post(path, content=body(3_000_000))
                assert over.status_code == 413
                assert "MiB" in over.json()["error"]["remedy"], "the hub's own answer, with its limit"
            for path in ("/messenger/webhook", "/messenger/jandi/webhook", "/api/login", "/login", "/", link):
                answer = await script.post(path, content=body(600_000))
                assert answer.status_code == 413, path
                assert answer.json()["error"]["code"] == "input.too_large"
                assert "첨부나 업로드 주소" in answer.json()["error"]["remedy"]
                assert answer.headers["content-type"] == "application/json"


async def test_what_a_client_says_of_itself_is_not_believed(front, tmp_path) -> None:
    seen: list[dict] = []

    async def look(request):
        seen.append({"address": request.client.host, "scheme": request.url.scheme, **dict(request.headers)})
        return JSONResponse({})

    async def look_socket(socket):
        seen.append({"address": socket.client.host, "scheme": socket.url.scheme, **dict(socket.headers)})
        await socket.accept()
        await socket.close()

    front.app.router.routes.insert(0, Route("/look", look))
    front.app.router.add_websocket_route("/ws/look", look_socket)
    front.app.router.routes.insert(0, front.app.router.routes.pop())
    async with (
        serving(front.app, forwarded_allow_ips=["127.0.0.1"]) as hub_port,
        nginx(tmp_path / "nginx", hub_port) as proxy,
    ):
        async with client(proxy) as browser:
            answer = await browser.get("/look", headers=SPOOFED)
            assert (await browser.get("/metrics", headers=SPOOFED)).status_code == 404
        with contextlib.suppress(Exception):
            async with connect(f"wss://127.0.0.1:{proxy.port}/ws/look", ssl=proxy.trust, additional_headers=SPOOFED):
                pass
    assert [one["scheme"] for one in seen] == ["https", "wss"]
    for one in seen:
        assert one["x-forwarded-for"] == "127.0.0.1", "the address that nginx saw, alone"
        assert one["host"] == f"127.0.0.1:{proxy.port}"
        assert not {"x-forwarded-host", "x-real-ip", "forwarded"} & one.keys()
        assert one["x-request-id"] != "chosen-by-the-client"
    assert answer.headers["x-request-id"] == seen[0]["x-request-id"]
    assert answer.headers.get_list("strict-transport-security") == ["max-age=31536000"]


async def test_the_hub_believes_no_proxy_but_its_own(front) -> None:
    """Straight to the hub, from an address that is no proxy of it: guessing is counted for where it comes from."""
    addresses: list[str] = []
    verify = front.accounts.verify_login

    async def look(person_id: str, password: str, address: str):
        addresses.append(address)
        return await verify(person_id, password, address)

    front.accounts.verify_login = look
    async with serving(front.app, forwarded_allow_ips=["192.0.2.1"]) as port, httpx.AsyncClient(timeout=60) as browser:
        base = f"http://127.0.0.1:{port}"
        page = await browser.get(f"{base}/login", headers=SPOOFED | {"X-Forwarded-Proto": "https"})
        assert "Secure" not in page.headers["set-cookie"]
        assert "strict-transport-security" not in page.headers
        for number in range(12):  # another claimed address each time does not get around the throttle
            answer = await browser.post(
                f"{base}/api/login",
                json={"person_id": f"engineer{number}", "password": "wrong"},
                headers={"X-Forwarded-For": f"203.0.113.{number}"},
            )
        assert answer.status_code in (401, 429)
    assert set(addresses) == {"127.0.0.1"}


async def test_events_go_out_one_by_one(front, tmp_path) -> None:
    go_on = asyncio.Event()

    async def events(request):
        async def stream():
            yield b"data: 1\n\n"
            await go_on.wait()
            yield b"data: 2\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    front.app.router.routes.insert(0, Route("/api/stream/test", events))
    async with (
        serving(front.app) as hub_port,
        nginx(tmp_path / "nginx", hub_port) as proxy,
        client(proxy) as browser,
        browser.stream("GET", "/api/stream/test") as answer,
    ):
        parts = answer.aiter_bytes()
        assert await asyncio.wait_for(anext(parts), 30) == b"data: 1\n\n"
        go_on.set()
        assert await asyncio.wait_for(anext(parts), 30) == b"data: 2\n\n"


async def test_a_silent_room_outlives_the_time_out_of_other_answers(front, tmp_path) -> None:
    """The general time-out is cut to a second, and nobody pings: only the rooms' own time-out keeps them open."""

    async def never(request):
        await asyncio.sleep(30)
        return JSONResponse({})

    front.app.router.routes.insert(0, Route("/never", never))
    async with (
        serving(front.app, ws_ping_interval=None) as hub_port,
        nginx(tmp_path / "nginx", hub_port, {"proxy_read_timeout 60s;": "proxy_read_timeout 1s;"}) as proxy,
        connect(
            url(proxy),
            ssl=proxy.trust,
            origin=proxy.base,
            ping_interval=None,
            additional_headers=await cookie(front),
        ) as room,
    ):
        async with client(proxy) as browser:
            answer = await browser.get("/never")
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.down")
        await asyncio.sleep(1.5)
        await say(room, "아직 있습니다")


@pytest.mark.slow
async def test_a_room_is_silent_for_longer_than_nginx_waits_by_default(front, tmp_path) -> None:
    async with (
        serving(front.app, ws_ping_interval=None) as hub_port,
        nginx(tmp_path / "nginx", hub_port) as proxy,
        connect(
            url(proxy), ssl=proxy.trust, origin=proxy.base, ping_interval=None, additional_headers=await cookie(front)
        ) as room,
    ):
        await asyncio.sleep(63)
        await say(room, "아직 있습니다")


async def test_a_reload_keeps_rooms_and_takes_the_new_configuration(front, tmp_path) -> None:
    async with (
        serving(front.app) as hub_port,
        nginx(tmp_path / "nginx", hub_port) as proxy,
        connect(url(proxy), ssl=proxy.trust, origin=proxy.base, additional_headers=await cookie(front)) as room,
    ):
        await say(room, "앞")
        before = proxy.workers()
        file = proxy.folder / "guardia.conf"
        changed = file.read_text(encoding="utf-8").replace("max-age=31536000", "max-age=1")
        file.write_text(changed, encoding="utf-8")
        proxy.reload()
        async with asyncio.timeout(30):
            while len(proxy.workers() - before) == 0:
                await asyncio.sleep(0.05)
            while True:
                async with client(proxy) as browser:
                    answer = await browser.get("/healthz")
                if answer.headers["strict-transport-security"] == "max-age=1":
                    break
                await asyncio.sleep(0.05)
        await say(room, "뒤")
        assert before < proxy.workers(), "the old worker stays for its rooms"
    async with asyncio.timeout(30):
        while front.rooms.readers():
            await asyncio.sleep(0.05)


async def test_webhooks_are_signed_through_nginx(front, tmp_path) -> None:
    from guardia.hub.chat.signature import sign

    async with serving(front.app) as hub_port, nginx(tmp_path / "nginx", hub_port) as proxy, client(proxy) as app:
        body = json.dumps({"message_id": "m", "user_id": "u-1", "room_id": "ops", "text": "안녕"}).encode()
        parts = {"method": "POST", "path": "/messenger/webhook", "nonce": "nonce-12345", "body": body}
        stamp = str(front.clock.now_ms() // 1000)
        answer = await app.post(
            "/messenger/webhook",
            content=body,
            headers={
                "X-Guardia-Timestamp": stamp,
                "X-Guardia-Nonce": "nonce-12345",
                "X-Guardia-Signature": sign(SECRET, timestamp=stamp, **parts),
            },
        )
        assert answer.status_code == 200, answer.text
    assert [message.text for message in front.conversation.taken] == ["안녕"]


async def test_guessing_passwords_is_slowed_down_in_front(front, tmp_path) -> None:
    async with serving(front.app) as hub_port, nginx(tmp_path / "nginx", hub_port) as proxy, client(proxy) as browser:
        answers = [await browser.get("/login") for _ in range(15)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert 3 <= len(refused) <= 5
    assert refused[0].headers["retry-after"] == "10"
    assert "10초" in refused[0].json()["error"]["remedy"]
    assert refused[0].headers["strict-transport-security"]
    assert refused[0].headers["x-request-id"]


async def test_a_hub_that_is_down_is_said_in_words(front, tmp_path) -> None:
    async with nginx(tmp_path / "nginx", free_port()) as proxy, client(proxy) as browser:
        answer = await browser.get("/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.down")
    assert answer.headers["retry-after"] == "5"
