"""The room page in a real browser: what an operator does, and what nobody must be able to do to them."""

import asyncio
import contextlib

import msgspec
import pytest
from playwright.async_api import Page, async_playwright, expect

from guardia.hub.core.message import ButtonPress, Receipt, ReceiptStatus
from tests.fakes.conversation import DIGEST, QUESTION, choice_card, restart_card
from tests.fakes.front import LIMIT, PASSWORD, Front, SystemClock, serving
from tests.support.eventually import PATIENCE, eventually
from tests.support.require import require_program

pytestmark = pytest.mark.browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


@pytest.fixture
async def chromium():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=require_program("chromium"), args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def enter(chromium):
    """Opens the room as somebody, in a browser context of their own; fails the test on errors of the page."""
    errors: list[str] = []

    async def enter(port: int, account: str = "engineer1", **options) -> Page:
        context = await chromium.new_context(locale="ko-KR", **options)
        page = await context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
        )
        await page.goto(f"http://127.0.0.1:{port}/rooms/ops")
        await page.fill("[name=account]", account)
        await page.fill("[name=password]", PASSWORD)
        await page.click("button[type=submit]")
        await page.wait_for_url("**/rooms/ops")
        await page.wait_for_selector("#link-state[data-state=open]")
        return page

    yield enter
    assert errors == []


async def until(condition) -> None:
    await eventually(condition, "what the page sent has come")


async def drawn(page: Page) -> None:
    """What the page puts off until it draws, and the scroll events of what it drew, have happened."""
    await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


async def compose_and_enter(page: Page, before: str, last: str, *, late_commit: bool, again: bool) -> None:
    """Type `before`, compose the syllable `last`, and press Enter while it is being composed.

    `late_commit`: the input method commits after the key. `again`: the browser reports a second Enter afterwards.
    """
    await page.click("#text")
    await page.keyboard.insert_text(before)
    devtools = await page.context.new_cdp_session(page)
    for text in ("ㅈ", "주", last):
        await devtools.send("Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1})
    enter = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
    if not late_commit:
        await devtools.send("Input.insertText", {"text": last})
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
    await devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    if late_commit:
        await devtools.send("Input.insertText", {"text": last})
    if again:
        second = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        await devtools.send("Input.dispatchKeyEvent", second)


@pytest.mark.parametrize(
    ("late_commit", "again"), [(True, False), (True, True), (False, False)], ids=["windows", "mac", "safari"]
)
async def test_enter_while_composing_sends_once_and_whole(front, enter, late_commit, again) -> None:
    async with serving(front.app) as port:
        page = await enter(port)
        await compose_and_enter(page, "상태 확인해", "줘", late_commit=late_commit, again=again)
        await until(lambda: front.conversation.taken)
        await asyncio.sleep(0.4)  # a second, stray message would come now
        assert [message.text for message in front.conversation.taken] == ["상태 확인해줘"]
        assert await page.input_value("#text") == ""
        await page.fill("#text", "첫 줄")
        await page.press("#text", "Shift+Enter")
        await page.keyboard.insert_text("둘째 줄")
        await page.press("#text", "Enter")
        await until(lambda: len(front.conversation.taken) == 2)
        assert front.conversation.taken[1].text == "첫 줄\n둘째 줄"


async def test_another_person_approves_and_both_see_it_run(front, enter) -> None:
    front.conversation._step_delay = 0.3
    async with serving(front.app) as port:
        engineer, approver = await enter(port), await enter(port, "approver1", color_scheme="dark")
        await engineer.fill("#text", "기재부 예산시스템 WAS 1호기 재기동해줘")
        await engineer.press("#text", "Enter")
        for page in (engineer, approver):
            card = page.locator(".card")
            await expect(card.locator(".chip.state")).to_have_text("승인 대기")
            await expect(card.locator(".arg")).to_have_text(["/usr/bin/systemctl", "restart", "budget was.service"])
            await expect(card.locator(".arg").first).to_be_visible()
            await expect(card).to_contain_text("guardia")
            await expect(card.locator("[data-button=approve]")).to_contain_text("3f9a1c2d")
        await expect(engineer.locator("[data-button=approve]")).to_be_disabled()
        await expect(engineer.locator(".actions")).to_contain_text("다른 사람이 승인")
        await approver.locator("[data-button=approve]").focus()
        await approver.keyboard.press("Enter")
        for page in (engineer, approver):
            await expect(page.locator(".card .chip.state")).to_have_text("완료")
            await expect(page.locator(".actions")).to_be_hidden()
            await expect(page.locator(".metric")).to_have_count(4)
            await expect(page.locator(".card")).to_contain_text("approver1")
            output = await page.locator(".step").first.locator(".out pre").text_content()
            assert output.splitlines()[-1] == "[5/5] step 1"  # without the colour codes that came with it
        assert [(press.person.person_id, press.digest) for press in front.conversation.presses] == [
            ("approver1", DIGEST)
        ]


async def test_a_choice_names_its_question_and_a_double_click_answers_no_next_one(front, enter) -> None:
    buttons = [{"id": f"choose:{n}", "label": label, "digest": "6d" * 16} for n, label in ((1, "운영"), (2, "개발"))]

    async def ask_again(press: ButtonPress) -> Receipt:
        front.conversation.presses.append(press)
        await front.conversation.change("SR-1", message="어느 환경인가요?", buttons=buttons)
        return Receipt(status=ReceiptStatus.PENDING_APPROVAL, sr_id="SR-1")

    front.conversation.press = ask_again
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", choice_card("SR-1", "engineer1"))
        first = page.locator("[data-button='choose:1']")
        await first.click()
        await expect(first).to_have_text("운영")
        box = await first.bounding_box()
        await page.mouse.move(box["x"] + 5, box["y"] + 5)
        await page.mouse.down(click_count=2)
        await page.mouse.up(click_count=2)
        await first.click(delay=600)  # so that it is a click of its own
        await until(lambda: len(front.conversation.presses) > 1)
        pressed = [(press.button, press.digest) for press in front.conversation.presses]
        assert pressed == [("choose:1", QUESTION), ("choose:1", "6d" * 16)]


async def test_a_rejection_asks_for_the_reason(front, enter) -> None:
    async with serving(front.app) as port:
        approver = await enter(port, "approver1")
        await front.conversation.card("ops", restart_card("SR-1", "engineer1"))
        await approver.click("[data-button=reject]")
        await approver.keyboard.press("Enter")
        await expect(approver.locator(".reject .problem")).to_have_text("거절 사유를 적어 주세요.")
        await approver.keyboard.insert_text("점검 시간이 아닙니다")
        await front.conversation.change("SR-1", message="바뀐 말")  # what is being typed survives a change of the card
        await expect(approver.locator(".say")).to_have_text("바뀐 말")
        await approver.keyboard.press("Enter")
        await expect(approver.locator(".chip.state")).to_have_text("거절됨")
        assert front.conversation.presses[0].reason == "점검 시간이 아닙니다"


async def test_a_press_that_no_longer_counts_says_so_on_the_card(front, enter) -> None:
    async with serving(front.app) as port:
        approver = await enter(port, "approver1")
        await front.conversation.card("ops", restart_card("SR-1", "engineer1"))
        await expect(approver.locator("[data-button=approve]")).to_be_visible()
        rooms, front.conversation.rooms = front.conversation.rooms, None  # the change has not reached the page yet
        await front.conversation.change("SR-1", buttons=[])
        await approver.click("[data-button=approve]")
        await expect(approver.locator(".actions .problem")).to_contain_text("상태가 바뀌었습니다")
        front.conversation.rooms = rooms
        await front.conversation.change("SR-1", state="EXPIRED", state_label="기한 지남")
        await expect(approver.locator(".actions")).to_be_hidden()


async def test_long_output_shows_its_end_and_follows_it(front, enter) -> None:
    lines = [f"line {number}" for number in range(500)]
    card = restart_card("SR-1", "engineer1")
    card["plan"]["nodes"][0]["steps"][0].update(state="RUNNING", tone="run", output="\n".join(lines[:400]))
    async with serving(front.app) as port:
        page = await enter(port)
        await front.conversation.card("ops", card)
        box = page.locator(".out pre").first
        await expect(box).to_contain_text("line 399")
        assert len((await box.text_content()).splitlines()) == 200
        below = "box => box.scrollHeight - box.scrollTop - box.clientHeight"
        await drawn(page)
        assert await box.evaluate(below) < 5
        await front.conversation.change_step("SR-1", 0, 0, output="\n".join(lines[:450]))
        await expect(box).to_contain_text("line 449")
        await drawn(page)
        assert await box.evaluate(below) < 5
        await box.evaluate("box => { box.scrollTop = 50; }")  # somebody reads further up
        await front.conversation.change_step("SR-1", 0, 0, output="\n".join(lines))
        await expect(box).to_contain_text("line 499")
        await drawn(page)
        assert await box.evaluate(below) > 100
        await page.locator(".more").first.click()
        assert len((await box.text_content()).splitlines()) == 500


async def test_what_people_and_servers_write_stays_text(front, enter) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    async with serving(front.app) as port:
        page = await enter(port)
        title = await page.title()
        card = restart_card("SR-1", evil)
        card["title"] = evil
        card["state_label"] = evil
        card["target"]["system_name"] = evil
        card["buttons"][0]["label"] = evil
        node = card["plan"]["nodes"][0]
        node["hostname"] = evil
        node["agent"] = evil
        step = node["steps"][0]
        step.update(
            title=evil,
            summary=evil,
            output=f"\x1b]0;{evil}\x07{evil}\n\x1b[31mred\x1b[0m\nabc\rxyz\nrm\u202e-rf",
            notes=[evil],
            findings=[evil],
            report={
                "check": "CHECK_DISK_SPACE",
                "asset": evil,
                "status": evil,
                "metrics": [{"name": evil, "value": 3.0, "unit": evil, "warn": 1.0, "crit": 2.0}],
                "table": {"columns": [evil], "rows": [[evil]]},
                "lines": [evil],
            },
        )
        step["commands"] = [["/bin/echo", evil, "", "a\u202eb"]]
        await front.conversation.card("ops", card)
        await front.conversation.say("ops", evil, sender=evil)
        await expect(page.locator(".message .content")).to_have_text(evil)
        await expect(page.locator(".card h2")).to_have_text(evil)
        assert await page.locator(".arg").all_text_contents() == ["/bin/echo", evil, "''", "a\\u202eb"]
        assert await page.locator(".out pre").first.text_content() == f"{evil}\nred\nxyz\nrm\\u202e-rf"
        assert await page.locator("main img, main script").count() == 0
        assert title in await page.title()


async def test_a_lost_connection_is_seen_and_comes_back_with_what_was_missed(front, enter) -> None:
    async with contextlib.AsyncExitStack() as first:
        port = await first.enter_async_context(serving(front.app))
        page = await enter(port)
        await front.conversation.card("ops", restart_card("SR-1", "engineer1"))
        await front.conversation.say("ops", "하나")
        await expect(page.locator(".message .content")).to_have_count(1)
    await expect(page.locator("#banner")).to_have_text("연결 끊김, 다시 연결 중")
    await page.fill("#text", "끊긴 사이에 쓴 말")
    await page.press("#text", "Enter")
    await expect(page.locator(".message.pending")).to_contain_text("보내는 중")
    await front.conversation.say("ops", "둘")
    await front.conversation.change("SR-1", state="RUNNING", state_label="실행 중", tone="run", buttons=[])
    front.app.state.lobby.connections.clear()
    async with serving(front.app, port=port):
        await expect(page.locator("#banner")).to_be_hidden()
        contents = page.locator(".message .content")
        await expect(contents).to_have_text(["하나", "둘", "끊긴 사이에 쓴 말"])
        await expect(page.locator(".message.pending")).to_have_count(0)
        await expect(page.locator(".chip.state")).to_have_text("실행 중")
        assert len(front.conversation.taken) == 1


async def test_files_are_attached_and_large_ones_refused_at_once(front, enter, tmp_path) -> None:
    large, small = tmp_path / "large.war", tmp_path / "예산.war"
    large.write_bytes(b"x" * (LIMIT + 1))
    small.write_bytes(b"x" * 1000)
    async with serving(front.app) as port:
        page = await enter(port)
        requests: list[str] = []
        page.on("request", lambda request: requests.append(request.url) if "/api/files" in request.url else None)
        await page.set_input_files("#file", [str(large), str(small)])
        rows = page.locator("#attachments li")
        await expect(rows.nth(0)).to_contain_text("너무 큽니다")
        await expect(rows.nth(1)).to_contain_text("올림")
        assert len(requests) == 1
        await page.fill("#text", "배포해줘")
        await page.press("#text", "Enter")
        await until(lambda: front.conversation.taken)
        assert [(file.name, file.size) for file in front.conversation.taken[0].files] == [("예산.war", 1000)]
        await expect(page.locator(".message:not(.pending) .file")).to_contain_text("예산.war")
        await expect(rows).to_have_count(1)  # what did not go stays in sight
        await rows.get_by_role("button").click()
        await expect(rows).to_have_count(0)


async def test_who_reads_further_up_is_left_there_and_told(front, enter) -> None:
    async with serving(front.app) as port:
        for number in range(60):
            await front.conversation.say("ops", f"말 {number}")
        page = await enter(port)
        await expect(page.locator(".message")).to_have_count(60)
        await expect(page.locator("body")).to_have_attribute("data-history", "over")
        await drawn(page)
        at = "document.querySelector('#scroller').scrollTop"
        assert await page.evaluate(at) > 0
        await page.evaluate(f"{at} = 100")
        await drawn(page)
        await expect(page.locator("#to-bottom")).to_be_hidden()
        await front.conversation.say("ops", "새 말")
        await expect(page.locator("#to-bottom")).to_have_text("새 메시지 1개 ↓")
        assert await page.evaluate(at) == 100
        await expect(page.locator(".unread-mark")).to_have_count(1)
        assert (await page.title()).startswith("(1) ")
        await page.click("#to-bottom")
        await expect(page.locator("#to-bottom")).to_be_hidden()
        assert not (await page.title()).startswith("(")


async def test_a_session_that_ended_leads_to_the_login(front, enter) -> None:
    async with serving(front.app) as port:
        page = await enter(port)
        await front.accounts.set_password("engineer1", "another long password")
        await page.fill("#text", "재기동")
        await page.press("#text", "Enter")
        await page.wait_for_url("**/login?to=%2Frooms%2Fops")
        assert front.conversation.taken == []


EVIL = '"><img src=x onerror="document.title=1"><script>document.title=2</script>{{7*7}}'
LINKS = (
    "https://evil.example/?a=1 [x](https://evil.example) <https://evil.example|x> @channel <@U1> javascript:alert(1)"
)
OSC = "\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\ \x1b[2J\x1b]0;owned\x07"


async def nothing_came_alive(page: Page, title: str) -> None:
    assert await page.locator("main img, main script, main iframe").count() == 0
    hrefs = await page.locator("a[href]").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert [href for href in hrefs if not href.startswith(("/", "?", "#"))] == []
    assert title in await page.title()


async def test_names_of_people_and_files_and_what_they_write_stay_text(front, enter, tmp_path) -> None:
    await front.accounts.create_person("mallory", EVIL, password=PASSWORD, roles=["engineer"], institutions=["*"])
    named = tmp_path / EVIL.replace("/", "\u2215").replace("\x00", "")
    named.write_bytes(b"x")
    async with serving(front.app) as port:
        page = await enter(port, "mallory")
        title = await page.title()
        assert EVIL in await page.locator("body").inner_text()
        await page.set_input_files("#file", str(named))
        row = page.locator("#attachments li")
        await expect(row).to_contain_text("올림")
        await expect(row.locator(".name")).to_have_text(named.name)
        await page.fill("#text", f"{LINKS} {EVIL}")
        await page.press("#text", "Enter")
        await expect(page.locator(".message:not(.pending) .content")).to_have_text(f"{LINKS} {EVIL}")
        await expect(page.locator(".message:not(.pending) .file")).to_contain_text(named.name)
        card = restart_card("SR-1", EVIL)
        card["plan"]["nodes"][0]["steps"][0].update(state="RUNNING", tone="run", output=f"{OSC}{LINKS}\n{EVIL}")
        card["message"] = LINKS
        await front.conversation.card("ops", card)
        await expect(page.locator(".out pre").first).to_contain_text(EVIL)
        assert "\x1b" not in await page.locator(".out pre").first.text_content()
        await nothing_came_alive(page, title)
        assert await page.locator("#messages a").count() == 0
        other = await enter(port)
        await expect(other.locator(".message .file")).to_contain_text(named.name)
        await nothing_came_alive(other, title)


async def test_pages_of_signed_links_show_text_only(front, enter, tmp_path) -> None:
    named = tmp_path / EVIL.replace("/", "\u2215")
    named.write_bytes(b"x")
    card = restart_card("SR-1", EVIL)
    card.update(title=EVIL, text=EVIL, message=LINKS)
    card["plan"]["nodes"][0].update(asset=EVIL, hostname=EVIL)
    card["plan"]["nodes"][0]["steps"][0]["commands"] = [["/bin/rm", "a b", "", "x\u202efr-\u202c"]]
    stored = await front.conversation.card("ops", card)
    note = msgspec.structs.replace(await front.conversation.say("ops", LINKS), message_id="n-1", content=LINKS + EVIL)
    await front.messages.post([msgspec.structs.replace(stored, message_id="card-SR-1"), note])

    def path(url: str) -> str:
        return url.partition("go.kr")[2]

    upload = path(front.signer.upload(person_id="approver1", room_id="ops"))
    confirm = path(front.signer.confirm(person_id="approver1", room_id="ops", request_id="SR-1", digest=DIGEST))
    message = path(front.signer.message("ops", "n-1"))
    async with serving(front.app) as port:
        page = await enter(port, "approver1")
        await page.goto(f"http://127.0.0.1:{port}{confirm}")
        assert "/bin/rm 'a b' '' 'x\\u202efr-\\u202c'" in await page.locator("main").inner_text()
        for address in (confirm, message):
            await page.goto(f"http://127.0.0.1:{port}{address}")
            assert EVIL in await page.locator("main").inner_text()
            await nothing_came_alive(page, "")
            assert await page.title() not in ("1", "2")
        await page.goto(f"http://127.0.0.1:{port}{upload}")
        await page.set_input_files("#files", str(named))
        await expect(page.locator("#uploaded li")).to_have_text(f"{named.name}: 올렸습니다.")
        await nothing_came_alive(page, "")
        assert await page.title() not in ("1", "2")
