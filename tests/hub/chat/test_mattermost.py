"""What is Mattermost's own: two content types, a token for each channel, the markup of its posts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.chat.make import make_messengers
from guardia.hub.chat.mattermost import GAP, Mattermost, plain
from guardia.hub.chat.settings import MattermostHook
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
from tests.fakes.mattermost_server import MattermostServer, active, form, outgoing, visible
from tests.support.clock import FakeClock

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
HOOKS = [
    MattermostHook(channel="one", token=b"token-of-one", url="http://127.0.0.1:9/hooks/one", channel_id="id-of-one"),
    MattermostHook(channel="two", token=b"token-of-two", url="http://127.0.0.1:9/hooks/two"),
]


def arrived(body: bytes, kind: str = JSON) -> Arrived:
    headers = {"content-type": kind}
    return Arrived(method="POST", path="/messenger/mattermost/webhook", headers=headers, body=body)


def webhook(text: str = "가디 상태", *, token: str = "token-of-one", kind: str = JSON, **more) -> Arrived:
    fields = outgoing(token, text, **({"user": "u1", "trigger": "가디"} | more))
    return arrived(form(fields) if kind.startswith(FORM) else json.dumps(fields).encode(), kind)


@pytest.fixture
def mattermost() -> Mattermost:
    return Mattermost("mattermost", HOOKS)


async def said(mattermost: Mattermost, request: Arrived):
    (one,) = (await mattermost.accept(request)).inbound
    return one


async def test_both_content_types_say_the_same(mattermost) -> None:
    one = await said(mattermost, webhook("가디 예산시스템 & WAS=1 확인해줘"))
    assert (one.channel, one.account, one.text) == ("one", "u1", "예산시스템 & WAS=1 확인해줘")
    assert one.message_id == "post-one-1"
    assert one == await said(mattermost, webhook("가디 예산시스템 & WAS=1 확인해줘", kind=FORM))
    assert one == await said(mattermost, webhook("가디 예산시스템 & WAS=1 확인해줘", kind=FORM + "; charset=utf-8"))


@pytest.mark.parametrize(
    ("text", "trigger", "heard"),
    [
        ("가디 상태", "가디", "상태"),
        ("가디\n상태", "가디", "상태"),
        ("상태", "", "상태"),
        ("가디건 상태", "가디", "가디건 상태"),
        ("승인 K7F3", "승인", "승인 K7F3"),
        ("가디 승인 K7F3", "가디", "승인 K7F3"),
    ],
)
async def test_the_trigger_is_no_part_of_what_was_said_unless_it_is_the_command(
    mattermost, text, trigger, heard
) -> None:
    assert (await said(mattermost, webhook(text, trigger=trigger))).text == heard


async def test_a_trigger_alone_is_answered_and_hands_nothing_over(mattermost) -> None:
    accepted = await mattermost.accept(webhook("가디"))
    assert accepted.inbound == ()
    assert (accepted.told, accepted.channel) == ("channel.say_help", "one")


@pytest.mark.parametrize("more", [{"user_name": "webhook"}, {"user_name": ""}, {"user_id": ""}])
async def test_what_machines_post_is_dropped(mattermost, more) -> None:
    accepted = await mattermost.accept(webhook(**more))
    assert (accepted.inbound, accepted.answer.body) == ((), b"")


@pytest.mark.parametrize("kind", [JSON, FORM])
@pytest.mark.parametrize("token", ["token-of-three", "token-of-on", "Token-of-one", "token-of-one\0", "토큰"])
async def test_another_token_proves_nothing(mattermost, token, kind) -> None:
    with pytest.raises(SignatureError):
        await mattermost.accept(webhook(token=token, kind=kind))


async def test_a_token_counts_in_its_channel(mattermost) -> None:
    with pytest.raises(SignatureError):
        await mattermost.accept(webhook(channel="two"))
    anywhere = await said(mattermost, webhook(token="token-of-two", channel="three"))
    assert anywhere.channel == "two", "without an id the token alone tells"


async def test_a_token_given_twice_is_the_first_one(mattermost) -> None:
    body = b"token=wrong&" + form(outgoing("token-of-one", "x", user="u1"))
    with pytest.raises(SignatureError):
        await mattermost.accept(arrived(body, FORM))


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", JSON),
        (b"[]", JSON),
        (b"{}", JSON),
        (b'{"token": 1}', JSON),
        (b"\xff", JSON),
        (b'{"token":"\\ud800"}', JSON),
        (form(outgoing("token-of-one", "x", user="u1")), JSON),
        (json.dumps(outgoing("token-of-one", "x", user="u1")).encode(), FORM),
        (b"", FORM),
        (b"\xff", FORM),
        (b"token=%ff", FORM),
        (b"a=1&" * 100, FORM),
        (form(outgoing("token-of-one", "x", user="u1", post_id="")), FORM),
        (form(outgoing("token-of-one", "a" * 20_000, user="u1")), FORM),
    ],
)
async def test_what_is_no_webhook_of_mattermost_is_refused(mattermost, body, kind) -> None:
    with pytest.raises(InvalidInputError):
        await mattermost.accept(arrived(body, kind))


async def test_a_message_as_mattermost_documents_it() -> None:
    server = MattermostServer("a")
    async with serving(server.app) as port:
        hook = MattermostHook(channel="a", token=b"t" * 26, url=f"http://127.0.0.1:{port}/hooks/a")
        mattermost = Mattermost("mattermost", [hook], username="guardia")
        link = Link(label="콘솔 [x](y)", url="https://guardia.example.go.kr/go/t")
        message = Outgoing(text="[SR-1] 결과 @all", rows=(Row(title="was01", text="*OK*"),), tone="ok", link=link)
        assert await mattermost.post("a", message, "key") == ""
        (shown,) = server.channels["a"]
        assert (shown.body.username, shown.body.attachments[0].color) == ("guardia", "#27AE60")
        assert visible(shown.body.attachments[0].text) == "was01: *OK*"
        assert shown.text.startswith("[SR-1] 결과 @all\n")
        assert shown.message.link == link, "the one link is ours"
        assert active(shown.raw) == []
        await mattermost.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, MessageRefusedError),
        (401, MessageRefusedError),
        (403, MessageRefusedError),
        (413, MessageRefusedError),
        (404, ChannelGoneError),
        (410, ChannelGoneError),
        (429, UndeliveredError),
        (500, UndeliveredError),
        (501, UndeliveredError),
        (302, UndeliveredError),
    ],
)
async def test_failures_in_the_words_of_the_port(status, error) -> None:
    server = MattermostServer("a")
    async with serving(server.app) as port:
        hook = MattermostHook(channel="a", token=b"t" * 26, url=f"http://127.0.0.1:{port}/hooks/a")
        mattermost = Mattermost("mattermost", [hook])
        server.answers.append((status, {"Retry-After": "7"}))
        with pytest.raises(error) as caught:
            await mattermost.post("a", Outgoing(text="x"), "key")
        assert str(port) not in str(caught.value), "the address is a secret"
        if error is UndeliveredError:
            assert caught.value.retry_after == 7
        with pytest.raises(ChannelGoneError):
            await mattermost.post("nowhere", Outgoing(text="x"), "key")
        await mattermost.close()


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (400, "web.incoming_webhook.invalid.app_error", ChannelGoneError),
        (400, "api.post.create_post.can_not_post_to_deleted.error", ChannelGoneError),
        (403, "web.incoming_webhook.permissions.app_error", ChannelGoneError),
        (403, "web.incoming_webhook.user.app_error", ChannelGoneError),
        (400, "web.incoming_webhook.text.app_error", MessageRefusedError),
        (400, "web.incoming_webhook.parse.app_error", MessageRefusedError),
        (501, "web.incoming_webhook.disabled.app_error", UndeliveredError),
    ],
)
async def test_the_servers_own_words_tell_a_lost_hook_from_a_bad_message(status, kind, error) -> None:
    server = MattermostServer("a")
    async with serving(server.app) as port:
        hook = MattermostHook(channel="a", token=b"t" * 26, url=f"http://127.0.0.1:{port}/hooks/a")
        mattermost = Mattermost("mattermost", [hook])
        server.answers.append((status, {}))
        server.kinds.append(kind)
        with pytest.raises(error):
            await mattermost.post("a", Outgoing(text="x"), "key")
        await mattermost.close()


def test_an_address_is_told_apart_and_not_told(mattermost) -> None:
    one, two = mattermost.address("one"), mattermost.address("two")
    assert one != two
    assert "hooks" not in one
    assert mattermost.address("nowhere") == ""


async def test_the_longest_message_is_one_post(mattermost) -> None:
    for letter in ("<", "$", "\\", "~", "&a"):
        text = letter * (mattermost.capabilities.max_text // len(letter))
        assert len(plain(text)) <= 16_000


# --- text is text -----------------------------------------------------------------------------------------------------

MARKUP = [
    *("@all", "@channel @here", "＠all", "~town-square", ":smile:", ":)", ";-)", "<3", "#hashtag", "kim@example.com"),
    *("[a](http://evil.example)", "![a](http://evil.example/x.png)", "<https://evil.example|ok>", "<!channel>"),
    *("https://evil.example", "www.evil.example", "evil.com/x", "mattermost://x", "a:b"),
    *("*a*", "__b__", "~~c~~", "`d`", "```\ne\n```", "~~~\ne\n~~~", "$x^2$", "&lt;b&gt;", "&amp;amp;"),
    *("# h", "h\n===", "h\n---", "> q", "- l", "1. l", "1) l", "    code", "\tcode", "\u2424# h", "\u00a0\u00a0- l"),
    *(
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "a | b\n--- | ---\n1 | 2",
        "\\*a\\*",
        "\\\\*a*",
        "\\@all",
        "\\",
        "&",
        "\u200b",
    ),
]


@pytest.mark.parametrize("text", MARKUP[:-5])
def test_the_fake_finds_what_is_not_escaped(text) -> None:
    assert active(text) or text in ("&lt;b&gt;", "&amp;amp;", "\\*a\\*")


@given(st.lists(st.sampled_from([*MARKUP, *"\n \t*_`~[]()<>&#@:;$|.-=+!1ax/"]) | st.text(max_size=10)).map("".join))
def test_hostile_text_stays_text(text) -> None:
    raw = plain(text)
    assert active(raw) == []
    assert visible(raw) == clean(text).replace(GAP, "")
    assert "<" not in raw, "`<address|label>` is a link to the server"


def test_korean_and_commands_read_as_before() -> None:
    text = "systemctl restart was-bud\n줄 1/5 100% (완료)"
    assert plain(text) == text


# --- configuration ----------------------------------------------------------------------------------------------------

URL = "https://chat.example.go.kr/hooks/secret"


def config(tmp_path: Path, *hooks: str, head: str = "") -> Config:
    file = tmp_path / "hub.toml"
    body = "".join(f"[[messengers.hooks]]\n{hook}\n" for hook in hooks)
    file.write_text(f'[[messengers]]\nkind = "mattermost"\n{head}\n{body}')
    return load_config(file, {})


HOOK = 'channel = "ops"\ntoken_env = "T"\nwebhook_env = "W"'
ENVIRON = {"T": "t" * 26, "W": URL}


def test_settings_make_an_adapter(tmp_path: Path) -> None:
    found = config(tmp_path, f'{HOOK}\nchannel_id = "{"a" * 26}"', head='username = "guardia"').messenger_settings(
        ENVIRON
    )
    (one,) = found
    assert one.hooks == (MattermostHook(channel="ops", token=b"t" * 26, url=URL, channel_id="a" * 26),)
    (made,) = make_messengers(found, FakeClock())
    assert isinstance(made, Mattermost)
    assert made.name == "mattermost"


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"T": "t" * 26}, "W is not set"),
        ({"W": URL}, "T is not set"),
        ({"T": "short", "W": URL}, "too short"),
        ({"T": "t" * 26, "W": "http://chat.example.go.kr/hooks/secret"}, "not an https:// address"),
    ],
)
def test_a_missing_or_wrong_secret_is_named_but_not_shown(tmp_path: Path, environ, told) -> None:
    with pytest.raises(ConfigError, match=told) as raised:
        config(tmp_path, HOOK).messenger_settings(environ)
    assert "secret" not in str(raised.value)


def test_one_token_is_one_channel(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="twice"):
        config(tmp_path, HOOK, HOOK.replace("ops", "dev")).messenger_settings(ENVIRON)


@pytest.mark.parametrize("hook", [f'{HOOK}\nchannel_id = "OPS"', f"{HOOK}\nnonsense = 1"])
def test_a_mistake_is_found_when_it_is_read(tmp_path: Path, hook) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, hook)
