"""What is Slack's own: what it hands over and in which ways, blocks, files in both directions, failures."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.chat.slack import blocks
from guardia.hub.chat.slack.adapter import Slack
from guardia.hub.chat.slack.check import check
from guardia.hub.core.message import Receipt, ReceiptStatus
from guardia.hub.core.messenger import Accepted, Arrived, Button, Link, Outgoing, OutgoingFile, Pressed, RemoteFile, Row
from guardia.hub.core.texts import say
from guardia.hub.core.transcript import clean
from guardia.hub.errors import (
    ChannelGoneError,
    InvalidInputError,
    MessageRefusedError,
    NotFoundError,
    SignatureError,
    UndeliveredError,
)
from tests.fakes.front import serving
from tests.fakes.slack_server import (
    ACTIVE,
    APP_TOKEN,
    BOT,
    BOT_TOKEN,
    SlackServer,
    arrived,
    check_blocks,
    command,
    event,
    press,
    read_blocks,
    visible,
)
from tests.support.clock import FakeClock
from tests.support.messenger_cases import slack_settings

BUTTON = Button(button="approve", label="승인", style="primary", request_id="SR-20261127-0001", digest="d" * 64)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def server(clock):
    made = SlackServer(clock, "C1")
    async with serving(made.app) as made.port:
        yield made


@pytest.fixture
async def slack(server, clock):
    made = Slack(slack_settings(server), clock)
    yield made
    await made.close()


async def said(slack: Slack, clock: FakeClock, body: object, **how):
    inbound = (await slack.accept(arrived(clock, body, **how))).inbound
    return inbound[0] if inbound else None


def message(text: str = "상태", **more) -> dict:
    return event(text, user="U1", channel="C1", **({"kind": "message", "mention": False} | more))


# --- in ---------------------------------------------------------------------------------------------------------------


async def test_the_challenge_is_answered_as_it_came(slack, clock) -> None:
    accepted = await slack.accept(arrived(clock, {"type": "url_verification", "challenge": "3eZbrw1a", "token": "x"}))
    assert accepted.inbound == ()
    assert (accepted.answer.status, accepted.answer.body) == (200, b"3eZbrw1a")


@pytest.mark.parametrize("age", [0, 300, -300])
async def test_five_minutes_are_recent(slack, clock, age) -> None:
    assert await said(slack, clock, message(mention=True), age=age) is not None


async def test_without_a_signing_secret_no_webhook_is_believed(server, clock) -> None:
    slack = Slack(slack_settings(server, signing_secret="", app_token=APP_TOKEN), clock)
    with pytest.raises(SignatureError):
        await slack.accept(arrived(clock, message()))
    await slack.close()


async def test_a_mention_comes_twice_and_again_and_is_one(slack, clock) -> None:
    twice = [
        await said(slack, clock, event("상태", user="U1", channel="C1", number=3, kind=kind, **more), retry=retry)
        for kind, more in (("app_mention", {}), ("message", {}))
        for retry in (0, 1, 2)
    ]
    assert {one.message_id for one in twice} == {"C1:1780000000.000003"}
    assert len({(one.text, one.account, one.thread, one.addressed) for one in twice}) == 1


async def test_a_mention_of_whom_nobody_knows_waits_for_its_twin(slack, clock) -> None:
    body = event("상태", user="U1", channel="C1", kind="message")
    assert await said(slack, clock, body | {"authorizations": None}) is None
    mention = event("상태", user="U1", channel="C1") | {"authorizations": None}
    assert (await said(slack, clock, mention)).text == "상태"


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message", "bot_id": "B1", "user": None},
        {"user": BOT},
        {"subtype": "message_changed", "hidden": True, "message": {"text": "<@UB> 재기동", "user": "U1"}},
        {"subtype": "message_changed", "message": {"text": "<@UB> 재기동", "user": "U1"}},
        {"subtype": "message_deleted", "hidden": True},
        {"subtype": "channel_join"},
        {"hidden": True},
    ],
)
async def test_bots_edits_and_joins_say_nothing(slack, clock, more) -> None:
    body = message("<@UB> 재기동")
    body["event"].update(more)
    assert await said(slack, clock, body) is None


@pytest.mark.parametrize(
    ("more", "addressed"),
    [
        ({"kind": "app_mention", "mention": True}, True),
        ({"mention": True}, True),
        ({"channel_type": "im"}, True),
        ({"text": "승인 K7F3"}, True),
        ({"text": "로그가 쌓여서 디스크 용량이…"}, False),
    ],
)
async def test_what_was_said_to_the_hub(slack, clock, more, addressed) -> None:
    assert (await said(slack, clock, message(**more))).addressed is addressed


async def test_a_message_belongs_to_its_thread(slack, clock) -> None:
    assert (await said(slack, clock, message(number=7))).thread == "1780000000.000007"
    assert (await said(slack, clock, message(number=7, thread_ts="1.0"))).thread == "1.0"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<@UB> <@U2|박대리> 봐 주세요", "@박대리 봐 주세요"),
        ("<@UB> <#C9|ops> <!here> <!subteam^S1|@dba>", "#ops @here @dba"),
        ("<@UB> <http://was01.go.kr|was01.go.kr> 확인", "was01.go.kr 확인"),
        ("<@UB> <https://was01.go.kr/x> 확인", "https://was01.go.kr/x 확인"),
        ("<@UB> a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("2호기 <@UB>", "2호기"),
    ],
)
async def test_references_read_as_people_see_them(slack, clock, raw, text) -> None:
    body = event("", user="U1", channel="C1")
    body["event"]["text"] = raw
    assert (await said(slack, clock, body)).text == text


async def test_files_come_with_their_message(slack, clock) -> None:
    files = [{"id": "F1", "name": "app.war", "size": 5, "mode": "hosted"}, {"id": "F2", "mode": "file_access"}]
    one = await said(slack, clock, message("배포", subtype="file_share", files=files))
    assert one.attachments == (RemoteFile(file_id="F1", name="app.war", size=5), RemoteFile(file_id="F2", name="F2"))


async def test_a_guest_of_another_workspace_is_somebody_else(slack, clock) -> None:
    assert (await said(slack, clock, message(user_team="T9"))).account == "T9:U1"
    assert (await said(slack, clock, message(user_team="T0001"))).account == "U1"


async def test_of_another_workspace_nothing_is_heard(server, clock) -> None:
    slack = Slack(slack_settings(server, team="T9"), clock)
    button = blocks.blocks(Outgoing(text="x", buttons=(BUTTON,)))[-1]["elements"][0]
    assert await said(slack, clock, message()) is None
    assert await said(slack, clock, command("상태", user="U1", channel="C1"), form=True) is None
    assert await said(slack, clock, press(button, user="U1", channel="C1", ts="1.0"), form=True) is None
    await slack.close()


@pytest.mark.parametrize("kind", ["channel_created", "user_change", "team_join", "reaction_added", "app_home_opened"])
async def test_other_events_are_taken_and_forgotten(slack, clock, kind) -> None:
    inner = {"type": kind, "user": {"id": "U1"}, "channel": {"id": "C9"}}
    assert await slack.accept(arrived(clock, message() | {"event": inner})) == Accepted()


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"type": 1}', b'{"type":"event_callback","event":{"type":"message","ts":1}}', b"[" * 9_999],
)
async def test_what_is_signed_but_no_event_is_refused(slack, clock, body) -> None:
    with pytest.raises(InvalidInputError):
        await slack.accept(arrived(clock, body))


@pytest.mark.parametrize(
    "body",
    [b"payload={", b"payload=%7B%22type%22%3A%22block_actions%22%7D", b"a=1", b"&".join([b"a=1"] * 99), b"\x80="],
)
async def test_what_is_signed_but_no_form_of_slack_is_refused(slack, clock, body) -> None:
    with pytest.raises((InvalidInputError, SignatureError)):
        await slack.accept(arrived(clock, body, form=True))


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3)))
@settings(max_examples=100, deadline=None)
async def test_any_event_is_understood_or_refused(inner) -> None:
    slack = Slack(slack_settings(SlackServer(FakeClock())), FakeClock())
    for name in ("event", "authorizations", "team_id"):
        try:
            await slack.accept(arrived(FakeClock(), message() | {name: inner}))
        except InvalidInputError:
            pass
    await slack.close()


async def test_a_slash_command_says_its_text(slack, clock) -> None:
    one = await said(slack, clock, command("예산시스템 WAS 확인해줘", user="U1", channel="C1", number=5), form=True)
    assert (one.text, one.account, one.channel, one.thread) == ("예산시스템 WAS 확인해줘", "U1", "C1", "")
    assert one.message_id == "command:13345224609.5"
    typed = command("K7F3 점검", user="U1", channel="C1", name="/거절")
    assert (await said(slack, clock, typed, form=True)).text == "/거절 K7F3 점검"


async def test_a_bare_slash_command_is_helped_in_private(slack, clock) -> None:
    accepted = await slack.accept(arrived(clock, command(" ", user="U1", channel="C1"), form=True))
    assert accepted.inbound == ()
    assert (accepted.told, accepted.channel) == ("channel.say_help_slack", "C1")
    answer = json.loads(slack.answer(Receipt(status=ReceiptStatus.IGNORED, message=say("ko", accepted.told))).body)
    assert answer["response_type"] == "ephemeral"
    assert "도움말" in answer["text"]


def button_of(message: Outgoing) -> dict:
    return next(block for block in blocks.blocks(message) if block["type"] == "actions")["elements"][0]


async def test_a_press_brings_back_what_the_button_carried(slack, clock) -> None:
    button = button_of(Outgoing(text="x", buttons=(BUTTON,)))
    one = await said(slack, clock, press(button, user="U2", channel="C1", ts="9.1", thread="9.0"), form=True)
    assert isinstance(one, Pressed)
    assert (one.request_id, one.button, one.digest) == (BUTTON.request_id, "approve", "d" * 64)
    assert (one.channel, one.account, one.thread) == ("C1", "U2", "9.0")
    again = await said(slack, clock, press(button, user="U2", channel="C1", ts="9.1", thread="9.0"), form=True, retry=1)
    assert again == one
    others = [
        press(button, user="U3", channel="C1", ts="9.1"),
        press(button, user="U2", channel="C1", ts="9.2"),
        press(button, user="U2", channel="C1", ts="9.1", action_ts="2"),
    ]
    assert len({(await said(slack, clock, other, form=True)).press_id for other in others} | {one.press_id}) == 4


async def test_buttons_of_others_and_forged_values_are_nothing(slack, clock) -> None:
    button = button_of(Outgoing(text="x", buttons=(BUTTON,)))
    foreign = press(button | {"action_id": "other"}, user="U2", channel="C1", ts="9.1")
    assert await said(slack, clock, foreign, form=True) is None
    assert await said(slack, clock, {"type": "view_submission", "user": {"id": "U1"}}, form=True) is None
    for value in ("", "{}", '{"r":"SR-1","b":"approve; drop"}', '{"r":"","b":"approve"}', "null"):
        with pytest.raises(InvalidInputError):
            await said(slack, clock, press(button | {"value": value}, user="U2", channel="C1", ts="9.1"), form=True)


# --- blocks -----------------------------------------------------------------------------------------------------------

texts = st.text(max_size=200) | st.sampled_from(
    ["*a*", "<!channel>", ":x:", "&lt;", "https://evil.example", "#ops", ""]
)


def test_the_fake_knows_what_slack_makes_something_of() -> None:
    hostile = ["<!here>", "<@U1>", "@kim", "#ops", ":x:", "https://a.b", "a.example", "*b*", "_b_", "~b~", "`b`", "> q"]
    assert [one for one in hostile if not ACTIVE.search(one)] == []
    assert [one for one in hostile if ACTIVE.search(blocks.escaped(one))] == []


@given(
    texts,
    st.lists(st.tuples(texts, texts), max_size=20),
    st.lists(texts, max_size=30),
    texts,
)
@settings(max_examples=200, deadline=None)
def test_any_message_keeps_slacks_limits_and_is_only_text(text, rows, labels, label) -> None:
    made = Outgoing(
        text=text + "가",
        rows=tuple(Row(title=title, text=row) for title, row in rows),
        buttons=tuple(
            Button(button=f"choose:{n}", label=label or "-", request_id="SR-1", digest="d" * 64)
            for n, label in enumerate(labels)
        ),
        link=Link(label=label or "콘솔", url="https://guardia.example.go.kr/go/t"),
    )
    body = blocks.body(made)
    check_blocks(body["blocks"])
    seen, markup, _ = read_blocks(body["text"], body["blocks"])
    assert len(body["text"]) <= 4_000
    assert [found[0] for found in ACTIVE.finditer(body["text"])] == []
    assert markup.count("<") == 1, "the one link is ours"
    assert clean(text).strip("\n") in seen


def test_long_text_is_cut_into_sections_as_slack_counts() -> None:
    for letter in ("가", "😀"):
        made = blocks.body(Outgoing(text=letter * 7_000))["blocks"]
        check_blocks(made)
        assert "".join(block["text"]["text"] for block in made) == letter * 7_000


def test_a_button_carries_request_button_and_digest() -> None:
    button = button_of(Outgoing(text="x", buttons=(BUTTON,)))
    assert json.loads(button["value"]) == {"r": BUTTON.request_id, "b": "approve", "d": "d" * 64}
    assert (button["style"], button["text"]["text"]) == ("primary", "승인")
    long = button_of(Outgoing(text="x", buttons=(Button(button="choose:1", label="가" * 200, request_id="SR-1"),)))
    assert len(long["text"]["text"]) == 75
    assert "style" not in long


@given(st.text(max_size=100))
def test_escaping_keeps_every_letter(text) -> None:
    assert visible(blocks.escaped(text)) == clean(text).replace("\u200b", "")


# --- out --------------------------------------------------------------------------------------------------------------


async def test_a_message_in_a_thread_is_in_the_channel_too_when_it_matters(slack, server, clock) -> None:
    for number, important in enumerate((False, True)):
        clock.advance(1)
        ts = await slack.post("C1", Outgoing(text=f"{number}", thread="1.0", important=important), "key")
        shown = server.channels["C1"][-1]
        assert (shown.external_id, shown.thread, shown.broadcast) == (ts, "1.0", important)
    sent = server.wire[-1].body
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["mrkdwn"], sent["parse"]) == (False, False, False, "none")


async def test_without_its_thread_a_message_is_in_the_channel(slack, server) -> None:
    server.answers.append((200, {}, "thread_not_found"))
    await slack.post("C1", Outgoing(text="카드", thread="1.0", important=True), "key")
    assert [(one.text, one.thread) for one in server.channels["C1"]] == [("카드", "")]


async def test_to_one_person_alone(slack, server) -> None:
    link = Link(label="확인", url="https://guardia.example.go.kr/go/t")
    await slack.private("C1", "U2", Outgoing(text="본인만", link=link, thread="1.0"), "key")
    (shown,) = server.channels["C1"]
    assert (shown.only_for, shown.thread, shown.message.link) == ("U2", "1.0", link)
    server.outside.add("U3")
    with pytest.raises(MessageRefusedError):
        await slack.private("C1", "U3", Outgoing(text="x"), "key")


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (200, "channel_not_found", ChannelGoneError),
        (200, "is_archived", ChannelGoneError),
        (200, "not_in_channel", ChannelGoneError),
        (200, "restricted_action_read_only_channel", ChannelGoneError),
        (200, "invalid_auth", UndeliveredError),
        (200, "token_revoked", UndeliveredError),
        (200, "internal_error", UndeliveredError),
        (200, "invalid_blocks", MessageRefusedError),
        (200, "something_new", MessageRefusedError),
        (429, "ratelimited", UndeliveredError),
        (500, "", UndeliveredError),
        (503, "service_unavailable", UndeliveredError),
    ],
)
async def test_failures_in_the_words_of_the_port(slack, server, status, error, expected) -> None:
    server.answers.append((status, {}, error))
    with pytest.raises(expected) as caught:
        await slack.post("C1", Outgoing(text="비밀"), "key")
    assert "xoxb" not in str(caught.value)
    assert "비밀" not in str(caught.value)
    if error in ("invalid_auth", "token_revoked"):
        assert caught.value.retry_after >= 60, "somebody has to mend it first"


async def test_nobody_there_and_half_an_answer_are_outages(slack, server, clock) -> None:
    server.lose_answers = 1
    with pytest.raises(UndeliveredError):
        await slack.post("C1", Outgoing(text="x"), "key")
    gone = Slack(slack_settings(server, api_url="http://127.0.0.1:1/api/"), clock)
    with pytest.raises(UndeliveredError):
        await gone.post("C1", Outgoing(text="x"), "key")
    await gone.close()


async def test_a_file_goes_out_in_three_steps(slack, server) -> None:
    await slack.upload("C1", OutgoingFile(name="n-1.txt", data="줄 1\n".encode(), thread="1.0"), "key")
    ((channel, file),) = server.files
    assert (channel, file.name, file.data.decode(), file.thread) == ("C1", "n-1.txt", "줄 1\n", "1.0")
    assert [one.what for one in server.wire] == [
        "files.getUploadURLExternal",
        "upload_url",
        "files.completeUploadExternal",
    ]
    with pytest.raises(MessageRefusedError):
        await slack.upload("C1", OutgoingFile(name="empty.txt", data=b""), "key")
    with pytest.raises(ChannelGoneError):
        await slack.upload("C9", OutgoingFile(name="x.txt", data=b"x"), "key")


# --- files in ---------------------------------------------------------------------------------------------------------


async def fetched(slack: Slack, file_id: str) -> bytes:
    return b"".join([chunk async for chunk in slack.fetch(RemoteFile(file_id=file_id, name="x"))])


async def test_a_file_is_fetched_with_the_token(slack, server) -> None:
    content = bytes(range(256)) * 1_000
    assert await fetched(slack, server.upload("app.war", content)) == content
    assert server.tokens == [("/files/FR0/app.war", f"Bearer {BOT_TOKEN}")]


async def test_the_token_stays_with_slack_when_sent_on(slack, server) -> None:
    elsewhere = SlackServer(FakeClock())
    elsewhere.upload("app.war", b"12345")
    async with serving(elsewhere.app) as elsewhere.port:
        # another host of the same machine: `localhost` is none of Slack's
        target = f"http://localhost:{elsewhere.port}/files/FR0/app.war"
        with pytest.raises(NotFoundError):  # it asks for a token that it does not get, and shows a page to log in
            await fetched(slack, server.upload("app.war", b"12345", redirect=target))
    assert [token for _path, token in elsewhere.tokens] == [""]
    assert server.tokens[0][1].endswith(BOT_TOKEN)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"redirect": "http://files.example/x"}, NotFoundError),
        ({"redirect": "file:///etc/passwd"}, NotFoundError),
        ({"redirect": "http://[::1"}, NotFoundError),
        ({"url_private_download": "https://evil.example/x"}, NotFoundError),
        ({"url_private_download": "https://127.0.0.1.evil.example/x"}, NotFoundError),
        ({"url_private_download": None, "mode": "external"}, NotFoundError),
        ({"size": 4}, UndeliveredError),
        ({"size": 6}, UndeliveredError),
        ({"size": None}, NotFoundError),
    ],
)
async def test_what_is_not_the_file_is_not_taken_for_it(slack, server, more, error) -> None:
    with pytest.raises(error):
        await fetched(slack, server.upload("app.war", b"12345", **more))


async def test_a_circle_of_redirects_ends(slack, server) -> None:
    file = server.upload("app.war", b"12345")
    server.remote[file]["redirect"] = server.remote[file]["url_private_download"]
    with pytest.raises(NotFoundError):
        await fetched(slack, file)
    assert len(server.tokens) == 5


async def test_a_page_to_log_in_is_no_file(slack, server) -> None:
    login = f"http://127.0.0.1:{server.port}/login"
    with pytest.raises(NotFoundError, match="log in") as caught:
        await fetched(slack, server.upload("app.war", b"12345", url_private_download=login))
    assert "files:read" in caught.value.remedy
    page = server.upload("a.html", b"<p>", mimetype="text/html")
    assert await fetched(slack, page) == b"<p>"
    for_a_page = server.upload("b.html", b"<p>", mimetype="text/html", url_private_download=login)
    with pytest.raises(UndeliveredError):
        await fetched(slack, for_a_page)


async def test_a_file_that_is_gone_or_not_to_be_had_now(slack, server) -> None:
    with pytest.raises(NotFoundError):
        await fetched(slack, "F404")
    server.down = True
    with pytest.raises(UndeliveredError):
        await fetched(slack, "F404")


# --- doctor -----------------------------------------------------------------------------------------------------------


async def test_doctor_asks_slack(server) -> None:
    both = slack_settings(server, app_token=APP_TOKEN)
    status, told = await check(both)
    assert (status, told) == ("ok", "guardia in 운영 (T0001), Events API and Socket Mode")
    server.scopes = "chat:write"
    status, told = await check(both)
    assert status == "warn"
    assert "files:read" in told
    for settings_, said_ in (
        (slack_settings(server, team="T9"), "T9"),
        (slack_settings(server, bot_token="xoxb-wrong"), "invalid_auth"),
        (slack_settings(server, app_token="xapp-wrong"), "apps.connections.open"),
        (slack_settings(server, api_url="http://127.0.0.1:1/api/"), "auth.test"),
    ):
        status, told = await check(settings_)
        assert status == "fail"
        assert said_ in told
        assert "xoxb" not in told
        assert "xapp" not in told


def test_an_arrived_request_is_what_the_front_hands_over(clock) -> None:
    made = arrived(clock, command("상태", user="U1", channel="C1"), form=True)
    assert isinstance(made, Arrived)
    assert made.body.startswith(b"token=")
