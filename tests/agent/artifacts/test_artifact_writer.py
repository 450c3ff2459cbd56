"""The thread that writes pieces while the next are decrypted."""

import gc
import threading
import weakref

import pytest

from guardia.agent.artifacts.writer import PieceWriter


def pieces(count: int) -> list[memoryview]:
    return [memoryview(bytes([number])) for number in range(count)]


def test_all_is_written_in_order_and_given_back() -> None:
    written, back = [], []
    with PieceWriter(lambda piece: written.append(bytes(piece)), back.append) as writer:
        for piece in pieces(50):
            writer.put(piece)
    assert written == [bytes([number]) for number in range(50)]
    assert [bytes(piece) for piece in back] == written


def test_what_was_put_before_the_connection_was_lost_is_written() -> None:
    written: list[bytes] = []
    go = threading.Event()

    def slow(piece: memoryview) -> None:
        go.wait(10)
        written.append(bytes(piece))

    with pytest.raises(EOFError, match="cut"), PieceWriter(slow, lambda _: None) as writer:
        for piece in pieces(3):
            writer.put(piece)
        go.set()
        raise EOFError("cut")
    assert len(written) == 3


def test_a_failed_write_is_the_last_and_is_told_at_the_next_piece() -> None:
    written: list[bytes] = []
    failed = threading.Event()

    def full(piece: memoryview) -> None:
        if len(written) == 1:
            raise OSError(28, "no space left")
        written.append(bytes(piece))

    back: list[memoryview] = []

    def give_back(piece: memoryview) -> None:
        back.append(piece)
        if len(back) == 3:
            failed.set()

    with pytest.raises(OSError, match="no space"), PieceWriter(full, give_back) as writer:
        first, second, third, fourth = pieces(4)
        for piece in (first, second, third):
            writer.put(piece)
        assert failed.wait(10)
        writer.put(fourth)
    assert written == [b"\0"]
    assert len(back) == 3, "also what was not written any more: the reader waits for it"


def test_a_failed_write_goes_before_the_lost_connection() -> None:
    def full(piece: memoryview) -> None:
        raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space") as caught, PieceWriter(full, lambda _: None) as writer:
        writer.put(pieces(1)[0])
        raise EOFError("cut")
    assert isinstance(caught.value.__context__, EOFError)


def test_after_a_failed_write_nothing_is_held_until_a_garbage_collection() -> None:
    class Buffer(bytearray):
        pass

    def full(piece: memoryview) -> None:
        raise OSError(28, "no space left")

    def fail() -> weakref.ref[Buffer]:
        buffer = Buffer(16)
        with pytest.raises(OSError, match="no space"), PieceWriter(full, lambda _: None) as writer:
            writer.put(memoryview(buffer))
        return weakref.ref(buffer)

    gc.disable()
    try:
        assert fail()() is None
    finally:
        gc.enable()


def test_a_thread_that_cannot_be_had_is_an_error_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    writer = PieceWriter(lambda _: None, lambda _: None)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    with pytest.raises(OSError, match="new thread"), writer:
        pass
