"""What agents may say in rooms, and what they are shown: any input, and no code nor secret."""

import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core import agent_words
from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.redact import redact
from guardia.hub.core.transcript import clean
from guardia.hub.core.typed import CODE_ALPHABET, parse
from guardia.hub.errors import HubError

CODES = st.text(CODE_ALPHABET, min_size=4, max_size=4)


@given(st.text(max_size=300) | st.from_type(dict[str, int | str]).map(json.dumps))
def test_anything_is_taken_or_refused_in_our_words(text) -> None:
    with contextlib.suppress(HubError):
        said = agent_words.decode(text, "A", frozenset())
        assert said.content
    assert len(agent_words.id_of(text)) <= 64


@given(st.text(min_size=1, max_size=200))
def test_content_is_clean(content) -> None:
    text = json.dumps({"message_id": "c-1", "msg_type": "CHAT", "content": content})
    with contextlib.suppress(HubError):
        said = agent_words.decode(text, "A", frozenset())
        assert said.content == clean(said.content)
        shown = agent_words.message(said, "A", "ops", "2026-11-27T10:00:00Z")
        assert (shown.sender, shown.sender_type) == ("A", SenderType.AGENT)


@given(
    CODES,
    st.sampled_from(["/승인 {}", "거절 {} 사유", "승인 코드 {}", "승인: /승인 {} · 거절: /거절 {} 사유", "취소  {}"]),
)
def test_codes_are_not_shown_to_agents(code, words) -> None:
    widget = {
        "plan": {"code": code, "nodes": ({"text": words.format(code, code)},)},
        "message": words.format(code, code),
    }
    message = RoomMessage(
        message_id="m",
        timestamp="2026-11-27T10:00:00Z",
        sender="GUARDiA",
        sender_type=SenderType.BOT,
        msg_type=MessageType.CARD,
        content=words.format(code.lower(), code),
        widget=widget,
    )
    shown = msgspec.json.decode(agent_words.for_agents(msgspec.json.encode(message)))
    texts = [shown["content"], shown["widget"]["message"], shown["widget"]["plan"]["nodes"][0]["text"]]
    assert shown["widget"]["plan"]["code"] == ""
    for text in texts:
        assert code not in text
        assert code.lower() not in text
        assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2, user=kim", "password=***, user=kim"),
        ('{"api_key": "abc", "n": 1}', '{"api_key": ***, "n": 1}'),
        ("db.password : 's p a c e'", "db.password : ***"),
        ("비밀번호: 가나다", "비밀번호: ***"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("jdbc:postgresql://app:pw@db:5432/x", "jdbc:postgresql://app:***@db:5432/x"),
        ("-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\n끝", "***\n끝"),
        ("-----BEGIN PRIVATE KEY-----\nMHc", "***"),
        ("xoxb-1234567890-abcdef 로 보냄", "*** 로 보냄"),
        ("디스크 91 %, 포트 8080: LISTEN, a@b.example", "디스크 91 %, 포트 8080: LISTEN, a@b.example"),
        ("토큰이 만료되었습니다", "토큰이 만료되었습니다"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, shown) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "part",
    [
        "password",
        "password=",
        "-----BEGIN PRIVATE KEY-----",
        "a://b:",
        "bearer ",
        "x" * 50,
        "token.",
        "authorization: ",
    ],
)
def test_masking_takes_no_longer_than_its_text(part) -> None:
    assert len(redact(part * (20_000 // len(part)))) <= 60_000


@pytest.mark.parametrize(
    "text",
    [
        "/approve K7F3",
        "approve k7f3",
        "/deny K7F3 no",
        "Approval code K7F3",
        "Approve: /approve K7F3 · or /deny K7F3",
    ],
)
def test_codes_are_hidden_from_agents_in_english_too(text: str) -> None:
    shown = RoomMessage(
        message_id="m",
        timestamp="t",
        sender="GUARDiA",
        sender_type=SenderType.BOT,
        msg_type=MessageType.CARD,
        content=text,
        widget={"message": text, "plan": {"code": "K7F3"}},
    )
    told = agent_words.for_agents(msgspec.json.encode(shown)).decode()
    assert "K7F3" not in told.upper()
