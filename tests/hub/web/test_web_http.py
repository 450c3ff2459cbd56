"""The HTTP side: login, CSRF, pages, webhook, uploads, health; real accounts and store, a fake conversation."""

import json
import re

import httpx
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from guardia.hub.chat.signature import sign
from guardia.hub.errors import StoreError
from guardia.hub.store.throttle import FREE_ATTEMPTS
from guardia.hub.web.advice_metrics import AdviceMetrics
from tests.fakes.front import LIMIT, PASSWORD, SECRET, Front
from tests.support.clock import FakeClock

BASE = "http://hub.test"
FORM = re.compile(r'name="form_token" value="([^"]+)"')
CSRF = re.compile(r'data-csrf="([^"]+)"')


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def front(tmp_path, clock):
    front = Front(tmp_path, clock)
    await front.people()
    yield front
    front.close()


def client(front: Front, **options) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=front.app, client=options.pop("client", ("127.0.0.1", 1)))
    return httpx.AsyncClient(transport=transport, base_url=options.pop("base_url", BASE), **options)


@pytest.fixture
async def browser(front):
    async with client(front) as browser:
        yield browser


@pytest.fixture
async def script(front):
    async with client(front, headers={"Authorization": f"Bearer {await front.token('engineer1')}"}) as script:
        yield script


async def log_in(browser: httpx.AsyncClient, account: str = "engineer1", password: str = PASSWORD, **more: str):
    token = FORM.search((await browser.get("/login")).text)[1]
    fields = {"account": account, "password": password, "form_token": token, **more}
    return await browser.post("/login", data=fields)


# --- login ----------------------------------------------------------------------------------------------------------


async def test_pages_ask_for_a_login_and_come_back(browser) -> None:
    answer = await browser.get("/rooms/ops")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=/rooms/ops")
    answer = await log_in(browser, to="/rooms/ops")
    assert (answer.status_code, answer.headers["location"]) == (303, "/rooms/ops")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("guardia_session="))
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    assert "Secure" not in cookie
    page = await browser.get("/rooms/ops")
    assert page.status_code == 200
    assert "운영 상황실" in page.text


async def test_the_cookie_is_secure_behind_https(front) -> None:
    async with client(front, base_url="https://hub.test") as browser:
        answer = await log_in(browser)
    assert all("Secure" in value for value in answer.headers.get_list("set-cookie") if "session=" in value)
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("to", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/a\nb"])
async def test_a_login_never_leads_away(browser, to) -> None:
    assert (await log_in(browser, to=to)).headers["location"] == "/"


async def test_a_wrong_password_stays_on_the_page(browser) -> None:
    answer = await log_in(browser, password="wrong", account="<b>engineer1")
    assert answer.status_code == 401
    assert "비밀번호를 확인" in answer.text
    assert "<b>engineer1" not in answer.text
    assert "guardia_session" not in browser.cookies


async def test_guessing_is_slowed_down(browser) -> None:
    for _ in range(FREE_ATTEMPTS):
        assert (await log_in(browser, password="wrong")).status_code == 401
    answer = await log_in(browser)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


async def test_a_form_of_another_site_logs_nobody_in(browser) -> None:
    fields = {"account": "engineer1", "password": PASSWORD}
    assert (await browser.post("/login", data={**fields, "form_token": "guessed"})).status_code == 403
    token = FORM.search((await browser.get("/login")).text)[1]
    answer = await browser.post("/login", data={**fields, "form_token": token}, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403
    assert "guardia_session" not in browser.cookies


async def test_log_out_needs_the_csrf_token_and_ends_the_session(browser, front) -> None:
    await log_in(browser)
    token = browser.cookies["guardia_session"]
    csrf = CSRF.search((await browser.get("/rooms/ops")).text)[1]
    assert (await browser.post("/logout", data={"csrf": "wrong"})).status_code == 403
    assert await front.accounts.session(token) is not None
    assert (await browser.post("/logout", data={"csrf": csrf})).status_code == 303
    assert await front.accounts.session(token) is None
    assert (await browser.get("/")).headers["location"] == "/login"


async def test_scripts_log_in_by_json(browser) -> None:
    answer = await browser.post("/api/login", json={"person_id": "engineer1", "password": PASSWORD})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    body = answer.json()
    assert body["person"]["person_id"] == "engineer1"
    me = await browser.get("/api/me", headers={"Authorization": f"Bearer {body['token']}"})
    assert me.json()["rooms"] == [{"room_id": "ops", "name": "운영 상황실"}]
    out = await browser.post("/api/logout", headers={"Authorization": f"Bearer {body['token']}"})
    assert out.status_code == 204
    assert (await browser.get("/api/me", headers={"Authorization": f"Bearer {body['token']}"})).status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b'{"person_id": 1, "password": "x"}', b"\xff"])
async def test_malformed_logins_say_what_to_send(browser, body) -> None:
    answer = await browser.post("/api/login", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "input.invalid"
    assert "password" in answer.json()["error"]["remedy"]


async def test_pages_speak_korean_first_and_english_on_request(browser) -> None:
    assert '<html lang="ko">' in (await browser.get("/login")).text
    assert '<html lang="en">' in (await browser.get("/login", headers={"Accept-Language": "en-GB,en"})).text
    assert "Log in" in (await browser.get("/login?lang=en")).text
    assert "Log in" in (await browser.get("/login", headers={"Accept-Language": "ko"})).text
    assert '<html lang="ko">' in (await browser.get("/login?lang=ko")).text


# --- pages and headers ----------------------------------------------------------------------------------------------


async def test_every_answer_carries_the_security_headers(browser) -> None:
    for path in ("/login", "/nowhere", "/static/js/room.js", "/healthz", "/api/me"):
        headers = (await browser.get(path)).headers
        assert "'unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"]


async def test_pages_hold_no_inline_script_and_load_nothing_from_elsewhere(browser) -> None:
    await log_in(browser)
    for path in ("/", "/rooms/ops", "/login"):
        text = (await browser.get(path)).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r'\b(?:src|href)="(?:https?:)?//', text)
        assert not re.search(r"\son\w+=", text)
        for source in re.findall(r'(?:src|href)="(/static/[^"]+)"', text):
            assert (await browser.get(source)).status_code == 200


async def test_a_room_of_others_is_forbidden(browser) -> None:
    await log_in(browser)
    for room in ("secret", "nowhere", "%2e%2e"):
        answer = await browser.get(f"/rooms/{room}", headers={"Accept": "text/html"})
        assert answer.status_code == 403
        assert "<html" in answer.text
    assert "비공개" not in (await browser.get("/")).text


async def test_unknown_addresses_are_said_in_the_reader_s_form(browser) -> None:
    assert (await browser.get("/api/nowhere")).json()["error"]["code"] == "http.404"
    assert "<html" in (await browser.get("/nowhere", headers={"Accept": "text/html"})).text
    assert (await browser.get("/api/login")).status_code == 405
    assert (await browser.put("/login")).headers["allow"] == "GET, HEAD, POST"


async def test_a_crash_shows_a_number_and_nothing_else(front) -> None:
    def broken():
        raise RuntimeError("the secret reason")

    front.app.state.parts.status = broken
    transport = httpx.ASGITransport(app=front.app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {await front.token('engineer1')}"}
    async with httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers) as script:
        answer = await script.get("/api/status")
    assert answer.status_code == 500
    assert "secret reason" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert re.search("사고 번호 [0-9a-f]{8}", answer.json()["error"]["remedy"])


async def test_status_is_for_people_who_are_logged_in(browser, script) -> None:
    assert (await browser.get("/api/status")).status_code == 401
    agents = (await script.get("/api/status")).json()["agents"]
    assert [agent["online"] for agent in agents] == [True, True, False]


# --- webhook --------------------------------------------------------------------------------------------------------

CHAT = {
    "message_id": "m1",
    "user_id": "u-1",
    "room_id": "ops",
    "text": "기재부 예산시스템 WAS 1호기 재기동해줘",
    "files": [],
}
_nonces = iter(range(10**8, 10**9))


async def webhook(
    browser: httpx.AsyncClient, body: object, *, secret: bytes = SECRET, nonce: str = "", time=1_800_000_000
):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    nonce = nonce or str(next(_nonces))
    signed = {"method": "POST", "path": "/messenger/webhook", "timestamp": str(time), "nonce": nonce, "body": raw}
    headers = {
        "X-Guardia-Timestamp": str(time),
        "X-Guardia-Nonce": nonce,
        "X-Guardia-Signature": sign(secret, **signed),
    }
    return await browser.post("/messenger/webhook", content=raw, headers=headers)


async def test_a_signed_message_is_taken_over_once(browser, front) -> None:
    answer = await webhook(browser, CHAT)
    assert answer.status_code == 200
    assert answer.json() == {"status": "PENDING_APPROVAL", "sr_id": "SR-20261123-0001", "message": "승인을 기다립니다."}
    assert (await webhook(browser, CHAT)).json() == answer.json()
    assert len(front.conversation.taken) == 1


async def test_a_press_from_the_app(browser, front) -> None:
    await webhook(browser, CHAT)
    await front.accounts.link_identity("inhouse", "u-2", "approver1")
    action = {"request_id": "SR-20261123-0001", "button": "approve"}
    answer = await webhook(browser, {**CHAT, "message_id": "m2", "user_id": "u-2", "text": "", "action": action})
    assert answer.json()["status"] == "IN_PROGRESS"
    late = await webhook(browser, {**CHAT, "message_id": "m3", "user_id": "u-2", "text": "", "action": action})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "hub.conflict")


async def test_what_is_wrong_is_said_with_code_and_remedy(browser, front) -> None:
    cases = [
        (await webhook(browser, CHAT, secret=b"wrong"), 401, "auth.bad_signature"),
        (await webhook(browser, CHAT, time=1_800_000_000 - 301), 401, "auth.bad_signature"),
        (await browser.post("/messenger/webhook", json=CHAT), 401, "auth.bad_signature"),
        (await webhook(browser, b"{"), 400, "input.invalid"),
        (await webhook(browser, {**CHAT, "user_id": "stranger"}), 403, "auth.forbidden"),
        (await webhook(browser, {**CHAT, "room_id": "secret"}), 403, "auth.forbidden"),
        (await webhook(browser, b"x" * (256 * 1024 + 1)), 413, "input.too_large"),
    ]
    for answer, status, code in cases:
        error = answer.json()["error"]
        assert (answer.status_code, error["code"]) == (status, code)
        assert re.search("[가-힣]", error["message"])
        assert re.search("[가-힣]", error["remedy"])
    assert front.conversation.taken == []


async def test_a_replayed_request_is_refused(browser) -> None:
    assert (await webhook(browser, CHAT, nonce="same-nonce")).status_code == 200
    answer = await webhook(browser, CHAT, nonce="same-nonce")
    assert answer.status_code == 401
    assert "Nonce" in answer.json()["error"]["remedy"]


async def test_a_full_inbox_says_when_to_come_back_and_loses_nothing(browser, front) -> None:
    front.conversation.busy = True
    answer = await webhook(browser, CHAT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.busy")
    assert int(answer.headers["retry-after"]) >= 1
    front.conversation.busy = False
    assert (await webhook(browser, CHAT)).status_code == 200


async def test_a_query_is_not_part_of_what_is_signed_and_changes_nothing(browser) -> None:
    raw = json.dumps(CHAT).encode()
    signed = {"method": "POST", "path": "/messenger/webhook?x=1", "timestamp": "1800000000", "nonce": "12345678"}
    headers = {
        "X-Guardia-Timestamp": "1800000000",
        "X-Guardia-Nonce": "12345678",
        "X-Guardia-Signature": sign(SECRET, **signed, body=raw),
    }
    assert (await browser.post("/messenger/webhook?x=1", content=raw, headers=headers)).status_code == 401


# --- uploads --------------------------------------------------------------------------------------------------------


async def test_an_upload_is_staged_and_can_be_named_in_a_message(script, front) -> None:
    answer = await script.post("/api/files", params={"name": "예산.war", "room": "ops"}, content=b"x" * 1000)
    assert answer.status_code == 201
    file = answer.json()["file"]
    assert (file["name"], file["size"]) == ("예산.war", 1000)
    await webhook(script, {**CHAT, "files": [{"file_id": file["file_id"]}]})
    assert front.conversation.taken[0].files[0].sha256 == file["sha256"]


async def test_a_200_mb_upload_is_refused_before_it_is_staged(script, front, monkeypatch) -> None:
    async def never(*_args, **_options):
        raise AssertionError("staged")

    async def body():
        for _ in range(200):
            yield b"x" * 1_000_000

    monkeypatch.setattr(front.store, "stage", never)

    answer = await script.post(
        "/api/files", params={"name": "a", "room": "ops"}, content=body(), headers={"Content-Length": "200000000"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "input.too_large")
    assert answer.json()["error"]["remedy"]


async def test_an_upload_without_length_is_stopped_on_the_way(script, front) -> None:
    async def body():
        for _ in range(LIMIT // 65_536 + 10):
            yield b"x" * 65_536

    answer = await script.post("/api/files", params={"name": "a", "room": "ops"}, content=body())
    assert answer.status_code == 413
    assert not [path for path in front.store._root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("params", "status"),
    [({"name": "", "room": "ops"}, 400), ({"name": "a", "room": "secret"}, 403), ({"name": "a"}, 403)],
)
async def test_bad_uploads_are_refused(script, params, status) -> None:
    assert (await script.post("/api/files", params=params, content=b"x")).status_code == status


async def test_an_upload_by_cookie_needs_the_csrf_token(browser) -> None:
    assert (await browser.post("/api/files?name=a&room=ops", content=b"x")).status_code == 401
    await log_in(browser)
    assert (await browser.post("/api/files?name=a&room=ops", content=b"x")).status_code == 403
    csrf = CSRF.search((await browser.get("/rooms/ops")).text)[1]
    headers = {"X-CSRF-Token": csrf}
    assert (await browser.post("/api/files?name=a&room=ops", content=b"x", headers=headers)).status_code == 201


# --- health ---------------------------------------------------------------------------------------------------------


async def test_health_follows_the_checks(browser, front) -> None:
    answer = await browser.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]) == (200, {"database": "ok", "writer": "ok"})

    async def broken() -> None:
        raise StoreError("disk")

    front.app.state.parts.checks["writer"] = broken
    answer = await browser.get("/healthz")
    assert (answer.status_code, answer.json()["checks"]) == (503, {"database": "ok", "writer": "failed"})


async def test_metrics_are_for_the_own_host_only(browser, front) -> None:
    await browser.get("/login")
    text = (await browser.get("/metrics")).text
    assert 'guardia_web_requests_total{route="/login",status="200"}' in text
    assert "guardia_room_readers" in text
    async with client(front, client=("10.0.0.9", 1)) as stranger:
        assert (await stranger.get("/metrics")).status_code == 403
    assert (await browser.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"})).status_code == 403


def test_advice_is_counted_by_rule_and_outcome() -> None:
    registry = CollectorRegistry()
    metrics = AdviceMetrics(registry)
    for outcome in ("offered", "offered", "accepted"):
        metrics.count("db-locks", outcome)
    text = generate_latest(registry).decode()
    assert 'guardia_advice_offers_total{outcome="offered",rule="db-locks"} 2.0' in text
    assert 'guardia_advice_offers_total{outcome="accepted",rule="db-locks"} 1.0' in text
