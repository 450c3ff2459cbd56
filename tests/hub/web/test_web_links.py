"""Signed links in the console: a link alone opens nothing, a login alone neither, and looking changes nothing."""

import re

import httpx
import pytest

from guardia.hub.chat.signedlink import CONFIRM_SECONDS
from tests.fakes.conversation import DIGEST
from tests.fakes.front import LIMIT, Front
from tests.support.clock import FakeClock

BASE = "https://guardia.example.go.kr"
CSRF = re.compile(r'(?:name="csrf" value|data-csrf)="([^"]+)"')
REQUEST = "SR-20261123-0001"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def front(tmp_path, clock):
    front = Front(tmp_path, clock)
    await front.people()
    yield front
    front.close()


@pytest.fixture
async def browsers(front):
    """By person; `None` is nobody."""
    made = {}
    for person in ("engineer1", "approver1", None):
        cookies = {"guardia_session": await front.token(person)} if person else {}
        transport = httpx.ASGITransport(app=front.app)
        made[person] = httpx.AsyncClient(transport=transport, base_url=BASE, cookies=cookies)
    yield made
    for browser in made.values():
        await browser.aclose()


@pytest.fixture
async def link(front) -> str:
    """To confirm the approval of a restart, for approver1."""
    await front.conversation.receive(_message(front))
    card = (await front.conversation.messages("ops"))[-1]
    await front.messages.post([_stored(card)])
    url = front.signer.confirm(person_id="approver1", room_id="ops", request_id=REQUEST, digest=DIGEST)
    return url.removeprefix(BASE)


def _message(front):
    from guardia.hub.core.message import InboundMessage, Person

    person = Person(person_id="engineer1", name="엔지니어 1")
    return InboundMessage(
        platform="jandi", message_id="m", room_id="ops", person=person, text="재기동해줘", received_ms=1
    )


def _stored(card, **widget):
    import msgspec

    values = {**card.widget, "text": "<script>alert(1)</script>", **widget}
    return msgspec.structs.replace(
        card, message_id=f"card-{REQUEST}", revision=card.revision + len(widget), widget=values
    )


async def test_nobody_is_sent_to_log_in_first(browsers, link) -> None:
    answer = await browsers[None].get(link)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?to={link}"
    assert (await browsers[None].post(link)).status_code == 401


async def test_a_forged_or_old_link_leads_nowhere(browsers, link, clock) -> None:
    assert (await browsers[None].get(link[:-1] + ("A" if link[-1] != "A" else "B"))).status_code == 401
    clock.advance(CONFIRM_SECONDS + 1)
    assert (await browsers["approver1"].get(link)).status_code == 401


async def test_the_link_of_another_person_is_refused(browsers, link, front) -> None:
    page = await browsers["engineer1"].get(link)
    assert page.status_code == 403
    session = await front.accounts.session(browsers["engineer1"].cookies["guardia_session"])
    answer = await browsers["engineer1"].post(link, data={"csrf": session.csrf})
    assert answer.status_code == 403
    assert front.conversation.presses == []


async def test_looking_changes_nothing_and_confirming_approves_what_was_shown(browsers, link, front) -> None:
    page = await browsers["approver1"].get(link)
    assert page.status_code == 200
    assert "/usr/bin/systemctl restart" in page.text
    assert "<script>alert" not in page.text
    assert front.conversation.presses == []
    assert (await browsers["approver1"].post(link, data={"csrf": "wrong"})).status_code == 403
    csrf = CSRF.search(page.text)[1]
    for _ in range(2):  # a second click is the same press
        done = await browsers["approver1"].post(link, data={"csrf": csrf})
        assert done.status_code == 200
    (press,) = front.conversation.presses
    assert (press.button, press.digest, press.person.person_id) == ("approve", DIGEST, "approver1")


@pytest.mark.parametrize("change", [{"state": "RUNNING"}, {"plan": {"digest": "another", "nodes": []}}])
async def test_a_plan_that_moved_on_cannot_be_confirmed(browsers, link, front, change) -> None:
    card = (await front.conversation.messages("ops"))[-1]
    await front.messages.post([_stored(card, **change)])
    answer = await browsers["approver1"].get(link)
    assert answer.status_code == 409


async def test_a_file_is_uploaded_for_the_room_by_its_person_alone(browsers, front) -> None:
    url = front.signer.upload(person_id="engineer1", room_id="ops").removeprefix(BASE)
    page = await browsers["engineer1"].get(url)
    assert page.status_code == 200
    headers = {"X-CSRF-Token": CSRF.search(page.text)[1]}
    to = f"{url}/file?name=app.war"
    assert (await browsers["engineer1"].post(to, content=b"x")).status_code == 403
    assert (await browsers["approver1"].post(to, content=b"x", headers=headers)).status_code == 403
    answer = await browsers["engineer1"].post(to, content=b"war", headers=headers)
    assert answer.status_code == 201
    waiting = await front.uploads.waiting("engineer1", "ops", "jandi:m1")
    assert [(file.name, file.file_id) for file in waiting] == [("app.war", answer.json()["file"]["file_id"])]
    large = await browsers["engineer1"].post(to, content=b"x" * (LIMIT + 1), headers=headers)
    assert large.status_code == 413


async def test_a_link_serves_for_nothing_else(browsers, front, link) -> None:
    upload = front.signer.upload(person_id="approver1", room_id="ops").removeprefix(BASE)
    page = await browsers["approver1"].get(upload)
    headers = {"X-CSRF-Token": CSRF.search(page.text)[1]}
    assert (await browsers["approver1"].post(f"{link}/file?name=x", content=b"x", headers=headers)).status_code == 403
    answer = await browsers["approver1"].post(upload, data={"csrf": headers["X-CSRF-Token"]})
    assert answer.status_code == 403
    assert front.conversation.presses == []


async def test_a_whole_message_is_read_as_text(browsers, front) -> None:
    import msgspec

    note = msgspec.structs.replace(
        await front.conversation.say("ops", "<b>줄</b>\n" * 3), message_id="n-1", content="<b>줄</b>\n" * 3
    )
    await front.messages.post([note])
    url = front.signer.message("ops", "n-1").removeprefix(BASE)
    page = await browsers["engineer1"].get(url)
    assert page.status_code == 200
    assert "&lt;b&gt;줄" in page.text
    missing = front.signer.message("ops", "n-2").removeprefix(BASE)
    assert (await browsers["engineer1"].get(missing)).status_code == 404
