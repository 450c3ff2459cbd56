"""`/account`: a person's own messenger accounts, codes to link more, and what they are told."""

import re

import httpx
import pytest

from tests.fakes.front import Front
from tests.fakes.messenger import RICH, FakeMessenger, FakePlatform, arrived
from tests.support.clock import FakeClock

BASE = "https://guardia.example.go.kr"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
CODE = re.compile(r"/연결 ([A-Z2-9]{4}-[A-Z2-9]{4})")
UP_TO = re.compile(r'name="up_to" value="([0-9]+)"')


@pytest.fixture
async def front(tmp_path):
    clock = FakeClock()
    front = Front(tmp_path, clock, messengers=[FakeMessenger(FakePlatform(clock, RICH), clock)])
    await front.people()
    yield front
    front.close()


class Browser:
    def __init__(self, front: Front, token: str | None) -> None:
        cookies = {"guardia_session": token} if token else {}
        transport = httpx.ASGITransport(app=front.app)
        self.client = httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies)

    async def page(self) -> str:
        return (await self.client.get("/account")).text

    async def post(self, path: str, **fields: str) -> httpx.Response:
        csrf = fields.pop("csrf", None) or CSRF.search(await self.page())[1]
        return await self.client.post(f"/account/{path}", data={"csrf": csrf, **fields})

    async def code(self, platform: str = "fake") -> str:
        answer = await self.post("code", platform=platform)
        assert answer.headers["cache-control"] == "no-store"
        return CODE.search(answer.text)[1]


@pytest.fixture
async def engineer(front):
    browser = Browser(front, await front.token("engineer1"))
    yield browser
    await browser.client.aclose()


async def say(front: Front, text: str, account: str = "U1", number: int = 1) -> httpx.Response:
    body = {"message_id": f"C1:{number}", "channel": "C1", "account": account, "text": text}
    request = arrived(front.clock, body)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front.app), base_url=BASE) as client:
        return await client.post("/messenger/fake/events", content=request.body, headers=dict(request.headers))


async def test_nobody_is_sent_to_log_in(front) -> None:
    browser = Browser(front, None)
    answer = await browser.client.get("/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?to=/account")
    for path in ("code", "unlink", "seen"):
        assert (await browser.client.post(f"/account/{path}", data={})).status_code == 401
    await browser.client.aclose()


async def test_a_code_is_shown_once_and_links_whoever_types_it(front, engineer) -> None:
    assert "u-1" in await engineer.page()
    code = await engineer.code()
    assert code not in await engineer.page()
    assert (await say(front, f"/연결 {code}")).status_code == 200
    (told,) = await front.deliveries.waiting("fake", "C1")
    assert "engineer1 님에게 연결했습니다" in told.notice.text
    assert told.account == "U1"
    page = await engineer.page()
    assert 'role="alert"' in page
    assert "fake U1" in page
    assert (await front.accounts.person_for("fake", "U1")).person_id == "engineer1"
    assert front.conversation.taken == []


async def test_what_was_read_is_not_told_again(front, engineer) -> None:
    await say(front, f"/연결 {await engineer.code()}")
    up_to = UP_TO.search(await engineer.page())[1]
    assert (await engineer.post("seen", up_to=up_to)).status_code == 303
    assert 'role="alert"' not in await engineer.page()
    assert "연결 코드로 계정이 연결되었습니다" in await engineer.page(), "it stays in the history"
    for nonsense in ("", "-1", "x", "9" * 40, "１"):
        assert (await engineer.post("seen", up_to=nonsense)).status_code == 400


async def test_a_stolen_link_is_undone_by_one_press(front, engineer) -> None:
    await say(front, f"/연결 {await engineer.code()}", account="thief")
    assert (await engineer.post("unlink", platform="fake", account="thief")).status_code == 303
    assert await front.accounts.person_for("fake", "thief") is None


async def test_nobody_unlinks_the_account_of_another(front, engineer) -> None:
    await front.identities.link("fake", "U2", "approver1", by="admin:root")
    assert "U2" not in await engineer.page()
    assert (await engineer.post("unlink", platform="fake", account="U2")).status_code == 403
    assert (await engineer.post("unlink", platform="fake", account="nobody")).status_code == 403
    assert (await front.accounts.person_for("fake", "U2")).person_id == "approver1"


async def test_another_site_makes_nothing(front, engineer) -> None:
    for path, fields in (("code", {"platform": "fake"}), ("unlink", {"platform": "inhouse", "account": "u-1"})):
        assert (await engineer.post(path, csrf="guessed", **fields)).status_code == 403
    answer = await engineer.client.post(
        "/account/code",
        data={"csrf": CSRF.search(await engineer.page())[1], "platform": "fake"},
        headers={"Origin": "https://evil.test"},
    )
    assert answer.status_code == 403
    assert (await front.accounts.person_for("inhouse", "u-1")).person_id == "engineer1"
    assert [event.what for event in await front.identities.events("engineer1")] == ["linked"]


@pytest.mark.parametrize("platform", ["", "slack", "room", "itsm", "fake\x00"])
async def test_codes_are_for_messengers_that_there_are(engineer, platform) -> None:
    assert (await engineer.post("code", platform=platform)).status_code == 400


async def test_too_many_codes_are_told_on_the_page(engineer) -> None:
    for _ in range(5):
        await engineer.code()
    answer = await engineer.post("code", platform="fake")
    assert answer.status_code == 429
    assert "너무 자주" in answer.text


async def test_names_of_accounts_are_text(front, engineer) -> None:
    await front.identities.link("fake", "<script>alert(1)</script>", "engineer1", by="admin:root")
    page = await engineer.page()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
