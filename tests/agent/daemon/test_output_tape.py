"""A step's output: bounded, in order, counted whole."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.daemon.tape import Tape
from guardia.proto.frames import Stream

_WRITES = st.lists(st.tuples(st.sampled_from(Stream), st.binary(max_size=50)), max_size=30)


@given(_WRITES, st.integers(0, 60), st.integers(0, 60), st.data())
def test_head_and_tail_travel_and_the_whole_is_counted(writes, head, tail, data):
    tape = Tape("S1", head=head, tail=tail)
    chunks = []

    def send(most):
        tape.number()
        while most and (chunk := tape.next()) is not None:
            assert tape.next() is chunk, "until it was sent"
            tape.sent()
            chunks.append(chunk)
            most -= 1

    for stream, content in writes:
        tape.write(stream, content)
        send(data.draw(st.integers(0, 3)))
    tape.finish()
    send(1000)
    whole = b"".join(content for _, content in writes)
    sent = b"".join(chunk.data for chunk in chunks)
    kept_tail = whole[head:][-tail:] if tail else b""
    assert sent == whole[:head] + kept_tail
    assert [chunk.seq for chunk in chunks] == list(range(1, len(chunks) + 1))
    assert tape.stdout_bytes + tape.stderr_bytes == len(whole)
    assert tape.dropped_bytes == len(whole) - len(sent)
    assert tape.truncated == (len(sent) < len(whole))
    assert tape.sha256 == (hashlib.sha256(whole).hexdigest() if whole else "")


def test_neighbours_of_a_stream_become_one_chunk_of_bounded_size():
    tape = Tape("S1", head=10**6)
    for _ in range(100):
        tape.write(Stream.STDOUT, b"x" * 1000)
    tape.write(Stream.STDERR, b"e")
    assert tape.next() is None, "not before it has its number: whoever sends keeps it first"
    tape.number()
    sizes = []
    while (chunk := tape.next()) is not None:
        sizes.append((chunk.stream, len(chunk.data)))
        tape.sent()
    assert sizes == [(Stream.STDOUT, 65_536), (Stream.STDOUT, 34_464), (Stream.STDERR, 1)]
