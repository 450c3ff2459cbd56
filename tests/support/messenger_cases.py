"""What the conformance suite needs of each adapter. A new adapter is one class here and one line in `CASES`."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import msgspec

from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.jandi import Jandi
from guardia.hub.chat.mattermost import Mattermost
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.settings import JandiTopic, MattermostHook, SlackSettings, TeamsChannel
from guardia.hub.chat.signature import sign
from guardia.hub.chat.slack.adapter import Slack
from guardia.hub.chat.teams import Teams
from guardia.hub.core.messenger import Arrived
from guardia.hub.errors import MessageRefusedError, UndeliveredError
from tests.fakes import jandi_server, mattermost_server, messenger, slack_server, teams_server
from tests.fakes.front import serving
from tests.fakes.jandi_server import JandiServer
from tests.fakes.mattermost_server import MattermostServer
from tests.fakes.messenger import POOR, RICH, FakeMessenger, FakePlatform
from tests.fakes.slack_server import SlackServer
from tests.fakes.teams_server import TeamsServer
from tests.support.clock import FakeClock

ENGINEER_ACCOUNT = "engineer@example.go.kr"
APPROVER_ACCOUNT = "approver@example.go.kr"
CHANNELS = ("one", "two")


class Case(Protocol):
    """An adapter, and its platform as far as tests move it."""

    messenger: Messenger

    def said(self, text: str, *, number: int = 1, account: str = ENGINEER_ACCOUNT, channel: str = "one") -> Arrived:
        """A genuine webhook; the same `number` is the same message, sent once more as the platform would."""
        ...

    def forgeries(self) -> list[Arrived]:
        """Webhooks that prove nothing: unsigned, with another secret, too old."""
        ...

    def texts(self, channel: str = "one") -> list[str]:
        """What people see in a channel, top to bottom, each message in its form of now."""
        ...

    def active(self, raw: str) -> list[str]:
        """What the platform would make a link, a mention or markup of, in a text in its form."""
        ...

    def visible(self, raw: str) -> str:
        """What people see of a text in the platform's form."""
        ...

    def outage(self, down: bool) -> None: ...
    def limit(self, seconds: int) -> None:
        """The next call is refused: too many, come back after so many seconds."""
        ...

    def refuse_once(self) -> None:
        """The next message is refused for good."""
        ...

    def delete(self, channel: str) -> None: ...
    def readdress(self, channel: str) -> None:
        """The channel is back under another address, which `messenger`, a new one, was configured with."""
        ...


Make = Callable[[FakeClock], AbstractAsyncContextManager[Case]]


class FakeCase:
    def __init__(self, clock: FakeClock, capabilities) -> None:
        self.clock = clock
        self.platform = FakePlatform(clock, capabilities)
        self.messenger = FakeMessenger(self.platform, clock)

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one") -> Arrived:
        body = {"message_id": f"{channel}:{number}", "channel": channel, "account": account, "text": text}
        return messenger.arrived(self.clock, {**body, "thread": f"t{number}"})

    def forgeries(self) -> list[Arrived]:
        body = {"message_id": "x", "channel": "one", "account": ENGINEER_ACCOUNT, "text": "안녕"}
        good = messenger.arrived(self.clock, body)
        return [
            Arrived(method="POST", path=good.path, headers={}, body=good.body),
            messenger.arrived(self.clock, body, secret_ok=False),
            messenger.arrived(self.clock, body, age=301),
            Arrived(method="POST", path=good.path, headers=good.headers, body=good.body + b" "),
        ]

    def texts(self, channel="one") -> list[str]:
        return [shown.text for shown in self.platform.channels.get(channel, [])]

    def active(self, raw: str) -> list[str]:
        return re.findall(r"<[^>]*>|@\w", raw)

    def visible(self, raw: str) -> str:
        return messenger.visible(raw)

    def outage(self, down: bool) -> None:
        self.platform.down = down

    def limit(self, seconds: int) -> None:
        self.platform.failures.append(UndeliveredError("too many", retry_after=seconds))

    def refuse_once(self) -> None:
        self.platform.failures.append(MessageRefusedError("malformed"))

    def delete(self, channel: str) -> None:
        self.platform.gone.add(channel)

    def readdress(self, channel: str) -> None:
        self.platform.gone.discard(channel)
        self.messenger.where = "1" * 12


class JandiCase:
    def __init__(self, server: JandiServer, port: int) -> None:
        self.server = server
        self.topics = [
            JandiTopic(
                channel=channel,
                token=f"token-of-{channel}".encode(),
                url=f"http://127.0.0.1:{port}/connect-api/webhook/1234/{channel}",
            )
            for channel in CHANNELS
        ]
        self.messenger = Jandi("jandi", self.topics)

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one", team=False) -> Arrived:
        created = f"2026-11-27T10:00:{number:02d}+09:00"
        words = text if text.startswith("/") else f"/가디 {text}"
        return _jandi(jandi_server.outgoing(f"token-of-{channel}", words, email=account, created=created, team=team))

    def forgeries(self) -> list[Arrived]:
        bodies = [
            jandi_server.outgoing(token, "/가디 안녕", email=ENGINEER_ACCOUNT, created="2026-11-27T10:00:00+09:00")
            for token in ("wrong-token", "token-of-on", "token-of-one ", "토큰")
        ]
        return [_jandi(body) for body in bodies]

    def texts(self, channel="one") -> list[str]:
        return self.server.texts(channel)

    def active(self, raw: str) -> list[str]:
        return [found[0] for found in jandi_server.LINK.finditer(raw)] + jandi_server.MENTION.findall(raw)

    def visible(self, raw: str) -> str:
        return jandi_server.visible(raw)

    def outage(self, down: bool) -> None:
        self.server.down = down

    def limit(self, seconds: int) -> None:
        self.server.answers.append((429, {"Retry-After": str(seconds)}))

    def refuse_once(self) -> None:
        self.server.answers.append((400, {}))

    def delete(self, channel: str) -> None:
        del self.server.shown[channel]

    def readdress(self, channel: str) -> None:
        self.server.shown[channel] = []
        self.messenger = Jandi("jandi", _elsewhere(self.topics))


def _jandi(body: dict) -> Arrived:
    data = json.dumps(body, ensure_ascii=False).encode()
    return Arrived(method="POST", path="/messenger/jandi/webhook", headers={}, body=data)


class MattermostCase:
    def __init__(self, server: MattermostServer, port: int) -> None:
        self.platform = server
        hooks = [
            MattermostHook(
                channel=channel,
                token=f"token-of-{channel}".encode(),
                url=f"http://127.0.0.1:{port}/hooks/{channel}",
                channel_id=f"id-of-{channel}",
            )
            for channel in CHANNELS
        ]
        self.hooks = hooks
        self.messenger = Mattermost("mattermost", hooks)

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one", **more) -> Arrived:
        trigger = text.partition(" ")[0] if text.startswith("/") else "가디"
        words = text if text.startswith("/") else f"가디 {text}"
        fields = {"user": account, "channel": channel, "number": number, "trigger": trigger} | more
        return _mattermost(mattermost_server.outgoing(f"token-of-{channel}", words, **fields))

    def forgeries(self) -> list[Arrived]:
        bodies = [
            mattermost_server.outgoing(token, "가디 안녕", user=ENGINEER_ACCOUNT, channel=channel)
            for token, channel in (
                ("wrong-token", "one"),
                ("token-of-on", "one"),
                ("token-of-one ", "one"),
                ("토큰", "one"),
                ("token-of-one", "two"),
            )
        ]
        return [_mattermost(body) for body in bodies]

    def texts(self, channel="one") -> list[str]:
        return [shown.text for shown in self.platform.channels.get(channel, [])]

    def active(self, raw: str) -> list[str]:
        return mattermost_server.active(raw)

    def visible(self, raw: str) -> str:
        return mattermost_server.visible(raw)

    def outage(self, down: bool) -> None:
        self.platform.down = down

    def limit(self, seconds: int) -> None:
        self.platform.answers.append((429, {"Retry-After": str(seconds)}))

    def refuse_once(self) -> None:
        self.platform.answers.append((400, {}))

    def delete(self, channel: str) -> None:
        del self.platform.channels[channel]

    def readdress(self, channel: str) -> None:
        self.platform.channels[channel] = []
        self.messenger = Mattermost("mattermost", _elsewhere(self.hooks))


def _mattermost(fields: dict) -> Arrived:
    data = json.dumps(fields, ensure_ascii=False).encode()
    headers = {"content-type": "application/json"}
    return Arrived(method="POST", path="/messenger/mattermost/webhook", headers=headers, body=data)


class TeamsCase:
    def __init__(self, server: TeamsServer, port: int) -> None:
        self.platform = server
        self.channels = [
            TeamsChannel(
                channel=channel,
                channel_id=f"19:{channel}@thread.tacv2",
                secret=SECRET,
                url=f"http://127.0.0.1:{port}/workflows/{channel}",
            )
            for channel in CHANNELS
        ]
        self.messenger = Teams("teams", self.channels)

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one") -> Arrived:
        channel_id = f"19:{channel}@thread.tacv2"
        fields = teams_server.activity(text, account=account, channel_id=channel_id, number=number)
        return teams_server.arrived(fields, SECRET)

    def forgeries(self) -> list[Arrived]:
        good = self.said("안녕")
        mac = good.headers["authorization"].removeprefix("HMAC ")
        given = ["", "HMAC", "HMAC ", f"Bearer {mac}", mac, f"HMAC {mac[:-2]}", f"HMAC {mac.lower()}", "HMAC 서명"]
        return [
            Arrived(method="POST", path=good.path, headers={}, body=good.body),
            teams_server.arrived(good.body, b"another secret of a team"),
            Arrived(method="POST", path=good.path, headers=good.headers, body=good.body + b" "),
            *(Arrived(method="POST", path=good.path, headers={"authorization": one}, body=good.body) for one in given),
        ]

    def texts(self, channel="one") -> list[str]:
        return [shown.text for shown in self.platform.channels.get(channel, [])]

    def active(self, raw: str) -> list[str]:
        return teams_server.ACTIVE.findall(raw)

    def visible(self, raw: str) -> str:
        return teams_server.visible(raw)

    def outage(self, down: bool) -> None:
        self.platform.down = down

    def limit(self, seconds: int) -> None:
        self.platform.answers.append((429, {"Retry-After": str(seconds)}, ""))

    def refuse_once(self) -> None:
        self.platform.answers.append((400, {}, ""))

    def delete(self, channel: str) -> None:
        del self.platform.channels[channel]

    def readdress(self, channel: str) -> None:
        self.platform.channels[channel] = []
        self.messenger = Teams("teams", _elsewhere(self.channels))


class SlackCase:
    def __init__(self, clock: FakeClock, server: SlackServer) -> None:
        self.clock = clock
        self.platform = server
        self.messenger = Slack(slack_settings(server), clock)

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one", **more) -> Arrived:
        event = slack_server.event(text, user=account, channel=channel, number=number, **more)
        return slack_server.arrived(self.clock, event)

    def forgeries(self) -> list[Arrived]:
        event = slack_server.event("안녕", user=ENGINEER_ACCOUNT, channel="one")
        good = slack_server.arrived(self.clock, event)
        headers = dict(good.headers)
        return [
            Arrived(method="POST", path=good.path, headers={}, body=good.body),
            slack_server.arrived(self.clock, event, secret="0" * 32),
            slack_server.arrived(self.clock, event, age=301),
            slack_server.arrived(self.clock, event, age=-301),
            slack_server.arrived(self.clock, {"type": "url_verification", "challenge": "x"}, secret="0" * 32),
            Arrived(method="POST", path=good.path, headers=headers, body=good.body + b" "),
            Arrived(method="POST", path=good.path, headers=headers, body=b"\xff"),
            Arrived(method="POST", path=good.path, headers=headers | {"x-slack-signature": "v0=é"}, body=good.body),
            Arrived(
                method="POST", path=good.path, headers=headers | {"x-slack-request-timestamp": "bald"}, body=good.body
            ),
        ]

    def texts(self, channel="one") -> list[str]:
        return [shown.text for shown in self.platform.channels.get(channel, [])]

    def active(self, raw: str) -> list[str]:
        return [found[0] for found in slack_server.ACTIVE.finditer(raw)]

    def visible(self, raw: str) -> str:
        return slack_server.visible(raw)

    def outage(self, down: bool) -> None:
        self.platform.down = down

    def limit(self, seconds: int) -> None:
        self.platform.answers.append((429, {"Retry-After": str(seconds)}, "ratelimited"))

    def refuse_once(self) -> None:
        self.platform.answers.append((200, {}, "invalid_blocks"))

    def delete(self, channel: str) -> None:
        del self.platform.channels[channel]

    def readdress(self, channel: str) -> None:
        self.platform.channels[channel] = []
        self.platform.bot_token = f"{slack_server.BOT_TOKEN}2"  # the app was installed once more
        self.messenger = Slack(slack_settings(self.platform, bot_token=self.platform.bot_token), self.clock)


def _elsewhere(hooks: list) -> list:
    """The same channels under new addresses."""
    return [msgspec.structs.replace(hook, url=f"{hook.url}?new") for hook in hooks]


def slack_settings(server: SlackServer, **more: str) -> SlackSettings:
    """Of an app in the workspace that `server` is."""
    given = {
        "name": "slack",
        "bot_token": slack_server.BOT_TOKEN,
        "signing_secret": slack_server.SECRET,
        "api_url": f"http://127.0.0.1:{server.port}/api/",
    }
    return SlackSettings(**(given | more))


class InHouseCase:
    """Only the way in: its users see the hub's own rooms."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.nonces: set[str] = set()
        self.messenger = InHouse({"inhouse": SECRET}, self, clock)
        self._count = 0

    async def remember_nonce(self, nonce: str) -> bool:
        fresh = nonce not in self.nonces
        self.nonces.add(nonce)
        return fresh

    def said(self, text, *, number=1, account=ENGINEER_ACCOUNT, channel="one") -> Arrived:
        return self.signed({"message_id": f"m{number}", "user_id": account, "room_id": channel, "text": text})

    def pressed(self, action: dict[str, str], *, number=1, account=APPROVER_ACCOUNT, channel="one") -> Arrived:
        """A press of a button, signed as the app signs it."""
        body = {"message_id": f"m{number}", "user_id": account, "room_id": channel, "text": "", "action": action}
        return self.signed(body)

    def signed(self, body: dict, *, secret: bytes = b"", age: int = 0) -> Arrived:
        """A webhook with this body, signed `age` seconds ago, with another secret if one is given."""
        self._count += 1
        data = json.dumps(body, ensure_ascii=False).encode()
        stamp = str(self.clock.now_ms() // 1000 - age)
        parts = {"method": "POST", "path": "/messenger/webhook", "timestamp": stamp, "body": data}
        nonce = f"nonce-{self._count:08d}"
        headers = {
            "x-guardia-timestamp": stamp,
            "x-guardia-nonce": nonce,
            "x-guardia-signature": sign(secret or SECRET, nonce=nonce, **parts),
        }
        return Arrived(method="POST", path="/messenger/webhook", headers=headers, body=data)

    def forgeries(self) -> list[Arrived]:
        good = self.said("안녕")
        body = json.loads(good.body)
        return [
            Arrived(method="POST", path=good.path, headers={}, body=good.body),
            self.signed(body, secret=b"another secret of it"),
            self.signed(body, age=301),
            Arrived(method="POST", path="/elsewhere", headers=good.headers, body=good.body),
        ]

    def active(self, raw: str) -> list[str]:
        return []

    def visible(self, raw: str) -> str:
        return raw


SECRET = b"a secret of the in-house app"


@contextlib.asynccontextmanager
async def fake(clock: FakeClock) -> AsyncIterator[Case]:
    yield FakeCase(clock, RICH)


@contextlib.asynccontextmanager
async def fake_poor(clock: FakeClock) -> AsyncIterator[Case]:
    yield FakeCase(clock, POOR)


@contextlib.asynccontextmanager
async def jandi(_clock: FakeClock) -> AsyncIterator[Case]:
    server = JandiServer(*CHANNELS)
    async with serving(server.app) as port:
        case = JandiCase(server, port)
        yield case
        await case.messenger.close()


@contextlib.asynccontextmanager
async def mattermost(_clock: FakeClock) -> AsyncIterator[Case]:
    server = MattermostServer(*CHANNELS)
    async with serving(server.app) as port:
        case = MattermostCase(server, port)
        yield case
        await case.messenger.close()


@contextlib.asynccontextmanager
async def teams(_clock: FakeClock) -> AsyncIterator[Case]:
    server = TeamsServer(*CHANNELS)
    async with serving(server.app) as port:
        case = TeamsCase(server, port)
        yield case
        await case.messenger.close()


@contextlib.asynccontextmanager
async def slack(clock: FakeClock) -> AsyncIterator[Case]:
    server = SlackServer(clock, *CHANNELS)
    async with serving(server.app) as server.port:
        case = SlackCase(clock, server)
        yield case
        await case.messenger.close()


@contextlib.asynccontextmanager
async def inhouse(clock: FakeClock) -> AsyncIterator[Case]:
    yield InHouseCase(clock)


CASES: dict[str, Make] = {
    "fake": fake,
    "fake_poor": fake_poor,
    "jandi": jandi,
    "mattermost": mattermost,
    "slack": slack,
    "teams": teams,
    "inhouse": inhouse,
}
SPEAKING = [name for name in CASES if name != "inhouse"]
"""Those to which the hub can speak first."""
