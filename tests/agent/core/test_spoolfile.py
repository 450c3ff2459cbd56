"""The spool's file: cut anywhere, its whole records survive; what travels of it is what the tape gave."""

import io

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.agent.core import spoolfile
from guardia.agent.core.spoolfile import HEADER, OF_STREAM, PREFIX, STREAM_OF, Kind, Totals, frame, pieces
from guardia.agent.daemon.tape import Tape
from guardia.agent.spool.folder import scan
from guardia.proto.frames import Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, MAX_OUTPUT_TAIL

_WRITES = st.lists(st.tuples(st.sampled_from(Stream), st.binary(min_size=1, max_size=60)), max_size=30)


def _payloads(data, outline):
    return [(record.kind, data[record.offset : record.offset + record.length]) for record in outline.records]


@given(_WRITES, st.data())
def test_cut_at_any_byte_every_whole_chunk_before_survives(writes, data):
    frames = [frame(OF_STREAM[stream], content) for stream, content in writes]
    whole = HEADER + b"".join(frames)
    cut = data.draw(st.integers(0, len(whole)))
    outline = scan(io.BytesIO(whole[:cut]))
    if cut < len(HEADER):
        assert outline is None
        return
    kept, end = 0, len(HEADER)
    while kept < len(frames) and end + len(frames[kept]) <= cut:
        end += len(frames[kept])
        kept += 1
    assert _payloads(whole, outline) == [(OF_STREAM[stream], content) for stream, content in writes[:kept]]
    assert outline.good == end
    assert outline.totals is None


@given(_WRITES.filter(bool), st.data())
def test_a_changed_byte_ends_what_is_believed(writes, data):
    frames = [frame(OF_STREAM[stream], content) for stream, content in writes]
    whole = bytearray(HEADER + b"".join(frames))
    at = data.draw(st.integers(len(HEADER), len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    outline = scan(io.BytesIO(whole))
    before, end = 0, len(HEADER)
    while end + len(frames[before]) <= at:
        end += len(frames[before])
        before += 1
    assert _payloads(whole, outline) == [(OF_STREAM[stream], content) for stream, content in writes[:before]]


_SIZES = st.sampled_from([1, 7, 1000, 30_000, 65_536, 70_000])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Stream), _SIZES, st.booleans()), max_size=12))
def test_a_restarted_agent_numbers_the_chunks_as_the_one_before_did(writes):
    kept, sent = [], []
    tape = Tape("S1", keep=lambda stream, data: kept.append((stream, data)))

    def send():
        tape.number()
        while (chunk := tape.next()) is not None:
            sent.append((chunk.seq, chunk.stream, chunk.data))
            tape.sent()

    for number, (stream, size, pumped) in enumerate(writes):
        tape.write(stream, bytes([number]) * size)
        if pumped:
            send()
    tape.finish()
    send()
    data = HEADER + b"".join(
        frame(OF_STREAM[stream], part[start : start + 65_536])
        for stream, part in kept
        for start in range(0, len(part), 65_536)
    )
    outline = scan(io.BytesIO(data))
    found = [
        (piece.seq, piece.stream, b"".join(data[offset : offset + length] for offset, length in piece.parts))
        for piece in pieces(outline.records)
    ]
    assert found == sent
    whole = b"".join(part for _, part in kept)
    head, tail = whole[:MAX_OUTPUT_HEAD], whole[MAX_OUTPUT_HEAD:][-MAX_OUTPUT_TAIL:]
    assert b"".join(part for _, _, part in found) == head + tail
    assert tape.head_bytes == len(head)
    assert tape.tail_bytes == (len(tail) if tape.truncated else 0) or not tape.truncated


def test_records_of_a_newer_version_do_not_hide_the_output():
    data = HEADER + frame(Kind.STDOUT, b"out") + frame(Kind.END, msgspec.json.encode({"stdout": "many"}))
    outline = scan(io.BytesIO(data))
    assert [STREAM_OF[record.kind] for record in outline.records] == [Stream.STDOUT]
    assert outline.totals is None


def test_the_totals_are_the_last_record():
    totals = Totals(stdout=3, lines=1, sha256="ab")
    data = HEADER + frame(Kind.STDOUT, b"out") + frame(Kind.END, msgspec.json.encode(totals))
    assert scan(io.BytesIO(data)).totals == totals


def test_a_prefix_never_announces_more_than_a_record_may_hold():
    assert spoolfile.announced(PREFIX.pack(spoolfile.MARK, Kind.STDOUT, spoolfile.MAX_RECORD + 1, 0)) is None
    assert spoolfile.announced(PREFIX.pack(spoolfile.MARK, 99, 1, 0)) is None
