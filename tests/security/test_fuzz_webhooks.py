"""Webhooks that are not what they should be: told what is wrong, with a code and a remedy, and nothing else happens."""

import asyncio
import gzip
import json
import random

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guardia.hub.chat.inhouse import InHouse
from guardia.hub.chat.jandi import Jandi
from guardia.hub.chat.settings import JandiTopic
from guardia.hub.chat.signature import sign
from guardia.hub.core.messenger import Accepted, Arrived
from guardia.hub.core.room import EVERYTHING
from guardia.hub.errors import HubError
from guardia.hub.web import errors
from tests.fakes.front import SECRET, Front, SystemClock
from tests.support.fuzzed import TRIES, under_fire

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(120 * TRIES)]

TOKEN = "jandi-token-of-the-ops-topic"
URL = "http://127.0.0.1:9/connect-api/webhook/1/a-secret-address"
GENUINE = {
    "inhouse": {"message_id": "m1", "user_id": "u-1", "room_id": "ops", "text": "상태 확인", "files": ["a.war"]},
    "jandi": {
        "token": TOKEN,
        "keyword": "가디",
        "text": "/가디 상태",
        "createdAt": "2026-11-27T10:00:00+09:00",
        "writer": {"id": 1, "name": "김과장", "email": "kim@example.go.kr"},
    },
}
PATHS = {"inhouse": "/messenger/webhook", "jandi": "/messenger/jandi/webhook"}
NASTY = [
    None,
    True,
    -1,
    10**400,
    1e308,
    "",
    " ",
    "\x00",
    "a\x00b\r\nX-Evil: 1",
    "\u202e",
    "\ud800",
    "가" * 5_000,
    "x" * 70_000,
    [],
    [[]] * 30,
    {},
    {"a": {"b": {}}},
    "../../etc/passwd",
    "<script>",
    "%s%n{0}${jndi:ldap://x}",
]
RAW_NUMBERS = ["1e999999", "-0", "9" * 10_000, "0." + "1" * 10_000, "NaN", "Infinity", "00", "1e", "0x10"]


class Nonces:
    async def remember_nonce(self, nonce: str) -> bool:
        return True


def adapters():
    topic = JandiTopic(channel="ops", token=TOKEN.encode(), url=URL)
    return {
        "inhouse": InHouse({"inhouse": SECRET}, Nonces(), SystemClock()),
        "jandi": Jandi("jandi", [topic]),
    }


def signed(path: str, body: bytes, nonce: str) -> dict[str, str]:
    stamp = str(SystemClock().now_ms() // 1000)
    parts = {"method": "POST", "path": path, "timestamp": stamp, "nonce": nonce, "body": body}
    return {
        "x-guardia-timestamp": stamp,
        "x-guardia-nonce": nonce,
        "x-guardia-signature": sign(SECRET, **parts),
    }


async def tried(adapter, arrived: Arrived) -> Accepted | HubError:
    try:
        return await adapter.accept(arrived)
    except HubError as error:
        return error


leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(NASTY)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=12,
)


@pytest.mark.parametrize("name", GENUINE)
def test_whatever_a_genuine_sender_sends_is_understood_or_refused(name) -> None:
    """The signature is right, as of a messenger with a defect; any value stands in any place."""
    adapter = adapters()[name]
    keys = [*GENUINE[name], "action", "data", "writerEmail"]

    @settings(max_examples=400 * TRIES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(st.dictionaries(st.sampled_from([key for key in keys if key != "token"]), values, max_size=4), st.data())
    def run(changes, data) -> None:
        body = json.dumps({**GENUINE[name], **changes}).encode()
        if data.draw(st.booleans()):
            at = data.draw(st.integers(0, len(body)))
            body = body[:at] + data.draw(st.binary(max_size=8)) + body[at + data.draw(st.integers(0, 8)) :]
        arrived = Arrived(method="POST", path=PATHS[name], headers=signed(PATHS[name], body, "nonce-0123"), body=body)
        outcome = asyncio.run(tried(adapter, arrived))
        if isinstance(outcome, HubError):
            assert 400 <= outcome.status < 500
            assert outcome.remedy
            assert TOKEN not in str(outcome) + outcome.remedy
        else:
            for one in outcome.inbound:
                msgspec.json.encode(one)  # nothing in it that cannot be stored
                assert len(one.account) <= 310

    run()


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock(), messengers=[adapters()["jandi"]])
    await front.people()
    await front.accounts.link_identity("jandi", "kim@example.go.kr", "engineer1")
    await front.chat_rooms.bind("jandi", "ops", "ops")
    await front.chat_rooms.set_scope("ops", EVERYTHING, "ko")
    await front.chat_rooms.load()
    yield front
    front.close()


def http(path: str, body: bytes, *, method: str = "POST", headers: list[tuple[str, str]] = ()) -> bytes:
    close = [] if any(name == "Connection" for name, _ in headers) else ["Connection: close"]
    lines = [f"{method} {path} HTTP/1.1", "Host: hub.test", *close, *(f"{name}: {value}" for name, value in headers)]
    if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body


WAIT = 1.5


async def exchange(port: int, data: bytes, *, half: bool = False) -> tuple[int, bytes]:
    """Status and body of the answer; 0 when the connection just ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(data[: len(data) // 2] if half else data)
        if half:
            return 0, b""
        answer = await asyncio.wait_for(reader.read(-1), WAIT)
        head, _, body = answer.partition(b"\r\n\r\n")
        return (int(head.split(b" ", 2)[1]), body) if head else (0, b"")
    except (OSError, TimeoutError):  # it waits for more, as it should
        return 0, b""
    finally:
        writer.close()


def check(fire, status: int, body: bytes) -> None:
    assert status < 500 or status == 503, (status, body)
    text = body.decode()
    fire.check_text(text)
    if status >= 400 and '{"error"' in text:  # what is not so is said by uvicorn itself
        error = json.loads(text[text.index("{") : text.rindex("}") + 1])["error"]
        assert error["code"]
        assert error["remedy"]


def bodies(name: str, dice: random.Random):
    """Bodies that are wrong in one way each."""
    genuine = GENUINE[name]
    good = json.dumps(genuine, ensure_ascii=False)
    yield from (b"", b"null", b"[]", b'"x"', b"\xff\xfe", b"\xef\xbb\xbf" + good.encode(), good.encode("utf-16"))
    yield from (good.encode("euc-kr"), gzip.compress(good.encode()), good.encode() * 2, b"{" + good.encode())
    yield from (b"[" * 100_000, b'{"a":' * 50_000, b'{"message_id":' + b"[" * 60_000, b'{"token":' + b"{" * 60_000)
    yield from (('{"a":' + number + "," + good[1:]).encode() for number in RAW_NUMBERS)
    yield from (good.replace('"상태 확인"', number).replace('"/가디 상태"', number).encode() for number in RAW_NUMBERS)
    yield (good[:-1] + "," + good[1:]).encode()  # every key twice
    yield (good[:-1] + ', "text": "둘째", "text": "셋째"}').encode()
    for key in genuine:
        for nasty in NASTY:
            yield json.dumps({**genuine, key: nasty}).encode()
    for _ in range(60 * TRIES):
        data = bytearray(good.encode())
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        yield bytes(data)
        yield dice.randbytes(dice.randrange(300))


@pytest.mark.parametrize("name", GENUINE)
@pytest.mark.parametrize("genuine", [True, False], ids=["signed", "unsigned"])
async def test_bodies(front, name, genuine) -> None:
    path, dice = PATHS[name], random.Random(1)
    async with under_fire(front, TOKEN, "a-secret-address") as fire:
        for number, body in enumerate(bodies(name, dice)):
            headers = signed(path, body, f"nonce-{number:08d}") if genuine and name == "inhouse" else {}
            if not genuine:
                body = body.replace(TOKEN.encode(), b"x" * len(TOKEN))
            status, answer = await exchange(fire.port, http(path, body, headers=[*headers.items()]))
            check(fire, status, answer)
            if not genuine:
                assert status in (400, 401, 413), (status, answer)
        status, _ = await exchange(fire.port, http("/healthz", b"", method="GET"))
        assert status == 200
    if not genuine:
        assert front.conversation.taken == []


HEADERS = [
    [("Content-Length", "-1")],
    [("Content-Length", "1e3")],
    [("Content-Length", "9" * 40)],
    [("Content-Length", "5"), ("Content-Length", "6")],
    [("Content-Length", "5"), ("Transfer-Encoding", "chunked")],
    [("Transfer-Encoding", "gzip, chunked")],
    [("Transfer-Encoding", "chunked")],
    [("Expect", "100-continue")],
    [("X-Long", "x" * 40_000)],
    [(f"X-{n}", "x") for n in range(2_000)],
    [("X-Guardia-Signature", "v0=" + "0" * 64), ("X-Guardia-Nonce", "가" * 8), ("X-Guardia-Timestamp", "9" * 30)],
    [("X-Guardia-Timestamp", "1"), ("X-Guardia-Timestamp", "2")],
    [("X-Guardia-Client", "x" * 5_000)],
    [("X-Null", "a\x00b")],
    [("X Space", "a")],
    [("", "a")],
    [("X-Fold", "a\r\n b")],
    [("Content-Type", "application/json; charset=\x7f")],
    [("Content-Encoding", "br")],
    [("Authorization", "Bearer " + "x" * 5_000)],
    [("Authorization", "Bearer \xff\xfe")],
    [("Cookie", "guardia_session=" + "\x80" * 100)],
    [("Cookie", ";" * 1_000)],
    [("Host", "")],
    [("Accept", "text/html"), ("Accept-Language", "x" * 500)],
    [("Upgrade", "websocket"), ("Connection", "upgrade")],
    [("X-Forwarded-For", "999.1.1.1, ,,"), ("X-Forwarded-Proto", "javascript")],
]
LINES = [
    "/messenger/" + "x" * 5_000,
    "/messenger/../../etc/passwd",
    "/messenger/%00/%ff%fe",
    "/messenger/jandi/" + "a/" * 500,
    "//messenger/webhook",
    "/messenger/webhook?" + "a=b&" * 500,
    "http://evil.test/messenger/webhook",
    "*",
    "/go/" + "A" * 3_000,
    "/go/.",
    "/go/%F0%28%8C%28/file?name=x",
]


async def test_heads(front, monkeypatch) -> None:
    monkeypatch.setattr(errors, "BODY_TIMEOUT", 0.3)
    dice = random.Random(2)
    body = json.dumps(GENUINE["inhouse"]).encode()
    requests = [
        http(path, body, headers=headers)
        for path in ("/messenger/webhook", "/messenger/jandi/webhook", "/api/login", "/api/me", "/login")
        for headers in HEADERS
    ]
    requests += [http(line, body, method=method) for line in LINES for method in ("POST", "GET", "PATCH", "BREW")]
    for _ in range(100 * TRIES):
        requests.append(dice.randbytes(dice.randrange(1, 400)))
        head = bytearray(http("/messenger/webhook", body))
        for _ in range(3):
            head[dice.randrange(80)] = dice.randrange(256)
        requests.append(bytes(head))
    async with under_fire(front, TOKEN) as fire:
        for at in range(0, len(requests), 50):  # side by side: what is incomplete keeps its connection waiting
            volley = [exchange(fire.port, request) for request in requests[at : at + 50]]
            for status, answer in await asyncio.gather(*volley):
                check(fire, status, answer)
    assert front.conversation.taken == []


async def test_halves_and_slow_senders_hold_nothing(front, monkeypatch) -> None:
    monkeypatch.setattr(errors, "BODY_TIMEOUT", 0.5)
    body = json.dumps(GENUINE["jandi"]).encode()
    whole = http("/messenger/jandi/webhook", body)
    async with under_fire(front, TOKEN) as fire:
        await asyncio.gather(*(exchange(fire.port, whole, half=True) for _ in range(200)))
        slow = [await asyncio.open_connection("127.0.0.1", fire.port) for _ in range(50)]
        for _, writer in slow:
            writer.write(whole[:-5])
        status, _ = await exchange(fire.port, whole)
        assert status == 200, "others are served meanwhile"
        for reader, writer in slow:
            answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
            assert answer.startswith(b"HTTP/1.1 400")
            writer.close()
    assert len(front.conversation.taken) == 1
