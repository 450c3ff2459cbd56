"""The reader of large messages, against the frames that `websockets` itself writes, in pieces of every size."""

import contextlib
import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import InvalidHandshake
from websockets.frames import Frame, Opcode

from guardia.agent.artifacts.frames import WebSocketReader

LIMIT = 4096


class Pieces:
    """A `Stream` that hands out what was written down, at most `step` bytes a call."""

    def __init__(self, data: bytes, step: int) -> None:
        self._data = data
        self._step = step
        self.sent = b""

    def recv_into(self, view: memoryview) -> int:
        piece = self._data[: min(self._step, len(view))]
        self._data = self._data[len(piece) :]
        view[: len(piece)] = piece
        return len(piece)

    def recv(self, size: int) -> bytes:
        piece, self._data = self._data[: min(self._step, size)], self._data[min(self._step, size) :]
        return piece

    def sendall(self, data: bytes) -> None:
        self.sent += data


def reader(data: bytes, step: int = 1 << 20) -> WebSocketReader:
    return WebSocketReader(Pieces(data, step), "wss://hub:1/x", max_size=LIMIT, user_agent="t", buffers=1)


def copied(data: bytes, step: int) -> Iterator[str | bytes]:
    """Each copied before the next overwrites it."""
    source = reader(data, step)
    for each in source.messages():
        if isinstance(each, str):
            yield each
        else:
            whole = bytes(each)
            source.give_back(each)
            yield whole


def taken(data: bytes, step: int = 1 << 20) -> list[str | bytes]:
    found: list[str | bytes] = []
    with pytest.raises(EOFError):
        found.extend(copied(data, step))
    return found


def written(message: str | bytes, cuts: list[int]) -> bytes:
    opcode = Opcode.TEXT if isinstance(message, str) else Opcode.BINARY
    data = message.encode() if isinstance(message, str) else message
    places = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    out = b""
    for number, (start, end) in enumerate(itertools.pairwise(places)):
        last = number == len(places) - 2
        frame = Frame(opcode if number == 0 else Opcode.CONT, data[start:end], fin=last)
        out += frame.serialize(mask=False)
    return out


MESSAGES = st.lists(
    st.tuples(st.one_of(st.binary(max_size=LIMIT), st.text(max_size=200)), st.lists(st.integers(0, LIMIT), max_size=3))
)


@given(MESSAGES, st.integers(1, 5000))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_message_comes_as_it_was_sent(messages: list[tuple[str | bytes, list[int]]], step: int) -> None:
    data = b"".join(written(message, cuts) for message, cuts in messages)
    found: list[str | bytes] = []
    with contextlib.suppress(EOFError):
        found.extend(copied(data, step))
    assert found == [message for message, _ in messages]


def test_a_close_ends_it_and_a_pong_is_passed_over() -> None:
    pong = Frame(Opcode.PONG, b"x").serialize(mask=False)
    close = Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=False)
    assert taken(written(b"one", []) + pong + written("two", []) + close + written(b"three", [])) == [b"one", "two"]


@pytest.mark.parametrize(
    "data",
    [
        Frame(Opcode.BINARY, b"x" * (LIMIT + 1)).serialize(mask=False),
        Frame(Opcode.BINARY, b"x", fin=False).serialize(mask=False)
        + Frame(Opcode.CONT, b"x" * LIMIT).serialize(mask=False),
        Frame(Opcode.BINARY, b"masked").serialize(mask=True),
        Frame(Opcode.CONT, b"without a beginning").serialize(mask=False),
        Frame(Opcode.BINARY, b"a", fin=False).serialize(mask=False) + Frame(Opcode.BINARY, b"b").serialize(mask=False),
        b"\xc2\x01x",
        b"\x83\x01x",
        b"\x89\x7e\x00\x80" + b"x" * 128,
        b"\x09\x01x",
        b"\x82\x7f" + b"\xff" * 8,
    ],
    ids=[
        "too large",
        "too large in parts",
        "masked",
        "continuation",
        "nested",
        "reserved",
        "opcode",
        "ping",
        "half",
        "huge",
    ],
)
def test_what_is_no_frame_of_a_server_is_refused_before_it_is_held(data: bytes) -> None:
    assert taken(data) == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", InvalidHandshake),
        (b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", InvalidHandshake),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000, EOFError),
        (b"", EOFError),
    ],
)
def test_an_answer_that_is_no_welcome(answer: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        reader(answer, 7).open()


def test_as_many_messages_are_out_as_there_are_buffers() -> None:
    data = b"".join(written(bytes([number]) * 3, []) for number in range(4))
    source = WebSocketReader(Pieces(data, 7), "wss://hub:1/x", max_size=LIMIT, user_agent="t", buffers=3)
    coming = source.messages()
    held = [next(coming) for _ in range(3)]
    assert [bytes(each) for each in held if not isinstance(each, str)] == [b"\0\0\0", b"\1\1\1", b"\2\2\2"]
    assert not isinstance(held[0], str)
    source.give_back(held[0])
    fourth = next(coming)
    assert not isinstance(fourth, str)
    assert (bytes(fourth), fourth.obj) == (b"\3\3\3", held[0].obj), "into the buffer that is free again"
