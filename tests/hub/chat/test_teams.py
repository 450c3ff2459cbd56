"""What is Teams' own: the signature over the raw body, activities, HTML in, Adaptive Cards out."""

import base64
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.chat.make import make_messengers
from guardia.hub.chat.settings import TeamsChannel
from guardia.hub.chat.teams import Teams, plain, spoken
from guardia.hub.config import Config, load_config
from guardia.hub.core.messenger import Arrived, Link, Outgoing, Row
from guardia.hub.core.transcript import clean
from guardia.hub.errors import (
    ChannelGoneError,
    ConfigError,
    InvalidInputError,
    MessageRefusedError,
    SignatureError,
    UndeliveredError,
)
from tests.fakes.front import serving
from tests.fakes.teams_server import ACTIVE, TeamsServer, activity, arrived, visible
from tests.support.clock import FakeClock

SECRET, OTHER = b"secret of the first team", b"secret of the second team"
ONE, TWO, THREE = (f"19:{name}@thread.tacv2" for name in ("one", "two", "three"))
CHANNELS = [
    TeamsChannel(channel="one", channel_id=ONE, secret=SECRET, url="http://127.0.0.1:9/one"),
    TeamsChannel(channel="two", channel_id=TWO, secret=SECRET, url="http://127.0.0.1:9/two"),
    TeamsChannel(channel="three", channel_id=THREE, secret=OTHER, url="http://127.0.0.1:9/three"),
]


def webhook(text: str = "상태", *, secret: bytes = SECRET, channel_id: str = ONE, **more) -> Arrived:
    return arrived(activity(text, **({"account": "A-B-C", "channel_id": channel_id} | more)), secret)


@pytest.fixture
def teams() -> Teams:
    return Teams("teams", CHANNELS)


async def said(teams: Teams, request: Arrived):
    (one,) = (await teams.accept(request)).inbound
    return one


async def test_an_activity_says_who_where_and_what(teams) -> None:
    one = await said(teams, webhook("예산시스템 WAS <b> & 확인해줘\n빨리"))
    assert (one.channel, one.account, one.text) == ("one", "a-b-c", "예산시스템 WAS <b> & 확인해줘\n빨리")
    accepted = await teams.accept(webhook())
    assert (accepted.told, accepted.channel) == ("channel.taken", "one"), (
        "Teams shows an error where nothing is answered"
    )


async def test_teams_own_example_of_a_signature() -> None:
    """Key and digest are base64; the key is what is decoded, the digest is of the raw bytes."""
    body = b'{"type":"message"}'
    good = arrived(body, SECRET)
    undecoded = arrived(body, base64.b64encode(SECRET))
    assert good.headers["authorization"] != undecoded.headers["authorization"]
    teams = Teams("teams", CHANNELS)
    with pytest.raises(InvalidInputError):
        await teams.accept(good)
    with pytest.raises(SignatureError):
        await teams.accept(undecoded)


async def test_a_team_speaks_for_its_own_channels_alone(teams) -> None:
    assert (await said(teams, webhook(channel_id=TWO))).channel == "two"
    assert (await said(teams, webhook(channel_id=THREE, secret=OTHER))).channel == "three"
    for secret, channel_id in ((SECRET, THREE), (OTHER, ONE), (SECRET, "19:elsewhere@thread.tacv2")):
        accepted = await teams.accept(webhook(secret=secret, channel_id=channel_id))
        assert accepted.inbound == ()
        assert accepted.told == "channel.unknown"


@pytest.mark.parametrize("data", [{}, {"channel": {"id": ONE}}, {"teamsChannelId": ONE}, None])
async def test_the_channel_is_told_in_several_places(teams, data) -> None:
    assert (await said(teams, webhook(channelData=data))).channel == "one"


async def test_an_activity_is_known_by_its_id_in_its_channel(teams) -> None:
    requests = [webhook(), webhook(number=2), webhook(channel_id=TWO), webhook("다른 말")]
    ids = [(await said(teams, request)).message_id for request in requests]
    assert len(set(ids)) == 3
    assert ids[0] == ids[3]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<at>가디</at> 상태", "상태"),
        ("<div><div><at>가디</at>&nbsp;상태</div></div>", "@가디 상태"),
        ("<at>가디</at> <at>김과장</at> 상태", "@김과장 상태"),
        ("<AT id='0'>가디</AT>상태", "상태"),
        ("<p>하나</p><p>둘</p>", "하나\n둘"),
        ("하나<br/>둘", "하나\n둘"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<script>alert(1)</script>상태<style>x{}</style>", "상태"),
        ("<!-- 말 --><![상태", "<!-- 말 --><![상태"),
        ("<a href='https://evil.example'>여기</a>", "여기"),
        ("1 < 2 & 3", "1 < 2 & 3"),
    ],
)
async def test_html_becomes_the_text_that_people_see(teams, written, text) -> None:
    fields = activity("x", account="a", channel_id=ONE) | {"text": written}
    heard = (await said(teams, arrived(fields, SECRET))).text
    assert heard == text


@given(st.text(max_size=60))
def test_any_text_comes_through_html_as_it_was(text) -> None:
    fields = activity(text, account="a", channel_id=ONE)
    assert spoken(fields["text"]) == text.replace("\u00a0", " ").strip()


@pytest.mark.parametrize(
    "more",
    [{"type": "conversationUpdate"}, {"from": {"id": "28:another-bot", "name": "bot"}}],
)
async def test_what_is_no_persons_message_is_dropped(teams, more) -> None:
    assert (await teams.accept(webhook(**more))).inbound == ()


@pytest.mark.parametrize(
    "part", ["<a ", "<a/", "<a b='", "<a b='>", "<!--", "<![", "</", "<?", "<a b=\"'>", "<", "<a>"]
)
def test_broken_html_takes_no_longer_than_sound(part) -> None:
    started = time.process_time()
    spoken((part * 30_000)[:30_000])
    assert time.process_time() - started < 1.0


async def test_a_mention_alone_is_answered_and_hands_nothing_over(teams) -> None:
    accepted = await teams.accept(webhook(""))
    assert accepted.inbound == ()
    assert (accepted.told, accepted.channel) == ("channel.say_help", "one")


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"{}", b'{"type": 1}', b"\xff", b"[" * 5_000),
        json.dumps(activity("x", account="", channel_id=ONE, **{"from": None})).encode(),
        json.dumps(activity("x", account="a", channel_id=ONE, id="")).encode(),
        json.dumps(activity("a" * 40_000, account="a", channel_id=ONE)).encode(),
    ],
)
async def test_what_is_no_activity_is_refused(teams, body) -> None:
    with pytest.raises(InvalidInputError):
        await teams.accept(arrived(body, SECRET))


def served(port: int) -> Teams:
    channel = TeamsChannel(channel="a", channel_id=ONE, secret=SECRET, url=f"http://127.0.0.1:{port}/workflows/a")
    return Teams("teams", [channel])


async def test_a_message_as_teams_documents_it() -> None:
    server = TeamsServer("a")
    async with serving(server.app) as port:
        teams = served(port)
        link = Link(label="콘솔", url="https://guardia.example.go.kr/go/t")
        rows = (Row(title="was01", text="**OK** [x](y)"),)
        assert await teams.post("a", Outgoing(text="하나\n\n둘", rows=rows, tone="ok", link=link), "key") == ""
        (shown,) = server.channels["a"]
        assert visible(shown.raw) == "하나\n\n둘\nwas01: **OK** [x](y)"
        assert shown.card.body[0].style == "good"
        assert shown.message.link == link
        with pytest.raises(ChannelGoneError):
            await teams.post("nowhere", Outgoing(text="x"), "key")
        await teams.close()


async def test_a_card_is_never_longer_than_teams_takes() -> None:
    server = TeamsServer("a")
    async with serving(server.app) as port:
        teams = served(port)
        rows = tuple(Row(title=f"서버 {n}", text="가" * 200) for n in range(500))
        await teams.post("a", Outgoing(text="줄\n" * 1_000, rows=rows), "key")
        await teams.post("a", Outgoing(text="<" * 2_000), "key")
        long, _ = server.channels["a"]
        assert "… +" in long.text
        await teams.close()


FAILED = "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {} with ContextId x"


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (400, "", MessageRefusedError),
        (413, "", MessageRefusedError),
        (401, "", ChannelGoneError),
        (404, "", ChannelGoneError),
        (410, "", ChannelGoneError),
        (429, "", UndeliveredError),
        (502, "", UndeliveredError),
        (200, FAILED.format(429), UndeliveredError),
        (200, FAILED.format(413), MessageRefusedError),
    ],
)
async def test_failures_in_the_words_of_the_port(status, text, error) -> None:
    server = TeamsServer("a")
    async with serving(server.app) as port:
        teams = served(port)
        server.answers.append((status, {"Retry-After": "7"}, text))
        with pytest.raises(error) as caught:
            await teams.post("a", Outgoing(text="x"), "key")
        assert str(port) not in str(caught.value), "the address is a secret"
        if status == 429:
            assert caught.value.retry_after == 7
        await teams.close()


@given(
    st.lists(
        st.sampled_from(["<at>all</at>", "{{DATE(2026-11-27T10:00:00Z)}}", "https://evil.example", "mailto:a@b.kr"])
        | st.sampled_from([*"<>/{}@#$:. a1"])
        | st.text(max_size=10)
    ).map("".join)
)
def test_hostile_text_stays_text(text) -> None:
    raw = plain(text)
    assert ACTIVE.findall(raw) == []
    assert visible(raw) == clean(text).replace("\u200b", "")


# --- configuration ----------------------------------------------------------------------------------------------------

URL = "https://prod-01.koreacentral.logic.azure.example/workflows/hidden"
KEY = base64.b64encode(SECRET).decode()
CHANNEL = f'channel = "ops"\nchannel_id = "{ONE}"\nsecret_env = "S"\nwebhook_env = "W"'


def config(tmp_path: Path, *channels: str) -> Config:
    file = tmp_path / "hub.toml"
    body = "".join(f"[[messengers.channels]]\n{channel}\n" for channel in channels)
    file.write_text(f'[[messengers]]\nkind = "teams"\n{body}')
    return load_config(file, {})


def test_settings_make_an_adapter(tmp_path: Path) -> None:
    found = config(tmp_path, CHANNEL).messenger_settings({"S": KEY, "W": URL})
    assert found[0].channels == (TeamsChannel(channel="ops", channel_id=ONE, secret=SECRET, url=URL),)
    (made,) = make_messengers(found, FakeClock())
    assert isinstance(made, Teams)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"S": KEY}, "W is not set"),
        ({"S": "no base64!", "W": URL}, "not base64"),
        ({"S": "c2hvcnQ=", "W": URL}, "too short"),
        ({"S": KEY, "W": URL.replace("https", "http")}, "not an https:// address"),
    ],
)
def test_a_missing_or_wrong_secret_is_named_but_not_shown(tmp_path: Path, environ, told) -> None:
    with pytest.raises(ConfigError, match=told) as raised:
        config(tmp_path, CHANNEL).messenger_settings(environ)
    assert "hidden" not in str(raised.value)


@pytest.mark.parametrize("other", [CHANNEL.replace(ONE, TWO), CHANNEL.replace("ops", "dev")])
def test_a_channel_comes_once(tmp_path: Path, other) -> None:
    with pytest.raises(ConfigError, match="twice"):
        config(tmp_path, CHANNEL, other).messenger_settings({"S": KEY, "W": URL})


@pytest.mark.parametrize("wrong", [CHANNEL.replace("19:", ""), f"{CHANNEL}\nnonsense = 1"])
def test_a_mistake_is_found_when_it_is_read(tmp_path: Path, wrong) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, wrong)
