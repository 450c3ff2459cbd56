"""What is Jandi's own: two variants of a webhook, a token for each topic, no files, no numbers."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from guardia.hub.chat.http import retry_after
from guardia.hub.chat.jandi import Jandi, plain
from guardia.hub.chat.settings import JandiTopic
from guardia.hub.core.messenger import Arrived, Link, Outgoing, Row
from guardia.hub.errors import (
    ChannelGoneError,
    InvalidInputError,
    MessageRefusedError,
    SignatureError,
    UndeliveredError,
)
from tests.fakes.front import serving
from tests.fakes.jandi_server import JandiServer, outgoing

TOPICS = [
    JandiTopic(channel=name, token=f"token-{name}".encode(), url=f"http://127.0.0.1:9/{name}") for name in ("a", "b")
]


def arrived(body: object) -> Arrived:
    data = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    return Arrived(method="POST", path="/messenger/jandi/webhook", headers={}, body=data)


def webhook(text: str = "/가디 상태", *, token: str = "token-a", **more) -> Arrived:
    values = {"email": "Kim@Example.go.kr", "created": "2026-11-27T10:00:00+09:00"}
    return arrived(outgoing(token, text, **(values | more)))


@pytest.fixture
def jandi() -> Jandi:
    return Jandi("jandi", TOPICS)


async def said(jandi: Jandi, request: Arrived):
    (one,) = (await jandi.accept(request)).inbound
    return one


@pytest.mark.parametrize("team", [False, True])
async def test_both_variants_say_the_same(jandi, team) -> None:
    one = await said(jandi, webhook("/가디 예산시스템 WAS 확인해줘", team=team))
    assert (one.channel, one.account, one.text) == ("a", "kim@example.go.kr", "예산시스템 WAS 확인해줘")
    assert one == await said(jandi, webhook("/가디 예산시스템 WAS 확인해줘", team=not team))


@pytest.mark.parametrize("data", ["K7F3", {"text": "K7F3"}, {"a": [1, {"b": None}]}, ""])
async def test_data_may_be_a_string_or_an_object(jandi, data) -> None:
    assert (await said(jandi, webhook("/승인 K7F3", data=data))).text == "/승인 K7F3"


@pytest.mark.parametrize(("data", "text"), [("상태", "상태"), ({"text": "상태"}, "상태")])
async def test_without_a_text_the_data_is_what_was_said(jandi, data, text) -> None:
    body = json.loads(webhook("/가디 x", data=data).body)
    assert (await said(jandi, arrived({**body, "text": ""}))).text == text


async def test_the_token_tells_the_topic(jandi) -> None:
    assert (await said(jandi, webhook(token="token-b"))).channel == "b"
    with pytest.raises(SignatureError):
        await jandi.accept(webhook(token="token-c"))


async def test_time_writer_topic_and_text_make_the_number(jandi) -> None:
    requests = [
        webhook(),
        webhook(created="2026-11-27T10:00:01+09:00"),
        webhook(email="lee@example.go.kr"),
        webhook("/가디 다른 말"),
        webhook(token="token-b"),
    ]
    ids = {(await said(jandi, request)).message_id for request in requests}
    assert len(ids) == len(requests)


async def test_a_writer_without_an_address_is_a_number_never_a_name(jandi) -> None:
    body = json.loads(webhook(team=True, email="").body)
    assert (await said(jandi, arrived(body))).account == "id:77"


async def test_a_trigger_alone_is_answered_and_hands_nothing_over(jandi) -> None:
    accepted = await jandi.accept(webhook("/가디"))
    assert accepted.inbound == ()
    assert (accepted.told, accepted.channel) == ("channel.say_help", "a")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"token": 1}', b"\xff", b'{"token":"t","text":"' + b"a" * 5000 + b'"}']
)
async def test_what_is_no_webhook_of_jandi_is_refused(jandi, body) -> None:
    with pytest.raises(InvalidInputError):
        await jandi.accept(arrived(body))


async def test_a_message_as_jandi_documents_it() -> None:
    server = JandiServer("a")
    async with serving(server.app) as port:
        topic = JandiTopic(channel="a", token=b"t" * 8, url=f"http://127.0.0.1:{port}/connect-api/webhook/1234/a")
        jandi = Jandi("jandi", [topic])
        link = Link(label="콘솔 [x](y)", url="https://guardia.example.go.kr/go/t")
        message = Outgoing(text="[SR-1] 결과", rows=(Row(title="was01", text="OK"),), tone="ok", link=link)
        assert await jandi.post("a", message, "key") == ""
        (body,) = server.shown["a"]
        assert body.body.endswith("](https://guardia.example.go.kr/go/t)")
        assert body.body.count("[[") == 1, "the one link is ours"
        assert (body.connectColor, body.connectInfo[0].title) == ("#27AE60", "was01")
        for status, error in ((400, MessageRefusedError), (403, ChannelGoneError), (500, UndeliveredError)):
            server.answers.append((status, {}))
            with pytest.raises(error) as caught:
                await jandi.post("a", message, "key")
            assert str(port) not in str(caught.value), "the address is a secret"
        with pytest.raises(ChannelGoneError):
            await jandi.post("nowhere", message, "key")
        await jandi.close()


async def test_nobody_there_is_an_outage() -> None:
    jandi = Jandi("jandi", [JandiTopic(channel="a", token=b"t" * 8, url="http://127.0.0.1:1/x")])
    with pytest.raises(UndeliveredError):
        await jandi.post("a", Outgoing(text="x"), "key")
    await jandi.close()


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("", 0), ("30", 30), ("1.5", 1.5), ("-3", 0), ("bald", 0), ("nan", 0), ("inf", 0)],
)
def test_retry_after_in_seconds(value, seconds) -> None:
    assert retry_after(httpx.Response(429, headers={"Retry-After": value})) == seconds


def test_retry_after_as_a_date() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert 50 < retry_after(httpx.Response(429, headers={"Retry-After": moment})) <= 60


def test_korean_and_commands_read_as_before() -> None:
    text = "systemctl restart was-bud\n줄 [1/5] 100% (완료)"
    assert plain(text) == text
