import contextlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.proto import frames, limits
from guardia.proto.codec import FRAME_TYPES, decode, encode
from guardia.proto.errors import FrameError
from guardia.proto.v1 import fleet_pb2 as pb
from tests.proto import frame_strategies as strategies

OUTPUT = frames.Output(step_id="s-1", seq=1, stream=frames.Stream.STDOUT, data=b"x")


@pytest.mark.parametrize("struct", FRAME_TYPES, ids=lambda struct: struct.__name__)
@given(data=st.data(), epoch=st.integers(0, 2**63))
def test_every_frame_comes_back_as_it_was_sent(struct, data, epoch):
    frame = data.draw(strategies.frames_of(struct))
    assert decode(encode(frame, epoch)) == (epoch, frame)


@given(st.binary(max_size=400))
def test_arbitrary_bytes_raise_nothing_but_a_frame_error(data):
    try:
        epoch, frame = decode(data)
    except FrameError:
        return
    assert decode(encode(frame, epoch)) == (epoch, frame)


@given(data=st.data(), frame=strategies.ANY_FRAME)
def test_damaged_frames_raise_nothing_but_a_frame_error(data, frame):
    whole = bytearray(encode(frame, 7))
    position = data.draw(st.integers(0, len(whole) - 1))
    whole[position] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(FrameError):
        decode(bytes(whole[: data.draw(st.integers(0, len(whole)))]))


def test_bytes_over_the_limit_are_refused_before_they_are_parsed():
    with pytest.raises(FrameError, match="at most"):
        decode(b"\x00" * (limits.MAX_FRAME + 1))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (msgspec.structs.replace(OUTPUT, step_id=""), r"Output\.step_id is missing"),
        (msgspec.structs.replace(OUTPUT, step_id="x" * 65), "65 characters, at most 64"),
        (msgspec.structs.replace(OUTPUT, data=b"x" * (limits.OUTPUT_CHUNK + 1)), "bytes, at most 65536"),
        (msgspec.structs.replace(OUTPUT, seq=0), "at least 1"),
        (msgspec.structs.replace(OUTPUT, seq=2**64), "cannot travel"),
        (msgspec.structs.replace(OUTPUT, stream="stdlog"), "unknown value 'stdlog'"),
        (msgspec.structs.replace(OUTPUT, step_id=5), "cannot travel"),
        (msgspec.structs.replace(OUTPUT, step_id="\ud800"), "cannot travel"),
        (frames.CancelNoted(step_id="s", state="perhaps"), "unknown value 'perhaps'"),
        (frames.Goodbye(code="", message="m"), r"Goodbye\.code is missing"),
        (frames.Explain(query_id="q", action="A", target="", parameters=b"{}"), r"target is missing"),
        (frames.Probe(step_id="s" * 100), "at most 64"),
        (frames.Welcome(epoch=0, hub_time_ms=1, heartbeat_ms=1, output_window=1, max_frame=1), "at least 1"),
        ("no frame", "is not a frame"),
    ],
)
def test_values_that_may_not_travel_are_refused_by_the_sender(frame, message):
    with pytest.raises(FrameError, match=message):
        encode(frame, 1)


def entry(number: int) -> frames.JournalEntry:
    return frames.JournalEntry(step_id=f"s-{number}", digest="d" * 64, state=frames.JournalState.FINISHED)


def hello(**changes) -> frames.Hello:
    values = {
        "agent_id": "a-1",
        "boot_id": "b",
        "instance_id": "i",
        "software": "0.1.0",
        "protocol_major": 1,
        "protocol_minor": 0,
        "trust_bundle": "",
        "targets": (),
        "actions": (),
        "journal": (),
    }
    return frames.Hello(**(values | changes))


def test_a_full_journal_summary_fits_into_a_frame_and_one_entry_more_is_refused():
    full = tuple(map(entry, range(limits.MAX_JOURNAL_SUMMARY)))
    assert decode(encode(hello(journal=full), 0))[1].journal == full
    with pytest.raises(FrameError, match="2001 items, at most 2000"):
        encode(hello(journal=(*full, entry(-1))), 0)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"output": {"step_id": "s", "seq": 1, "stream": 0, "data": b""}}, "unknown value 0"),
        ({"output": {"step_id": "s", "seq": 1, "stream": 99, "data": b""}}, "the peer may be newer"),
        ({"output": {"seq": 1, "stream": 1}}, "step_id is missing"),
        ({"probe": {"step_id": "x" * 65}}, "at most 64"),
        ({"hello": {"agent_id": "a"}}, "boot_id is missing"),
        ({"hello": {"agent_id": "a", "boot_id": "b", "instance_id": "i", "journal": [{}]}}, "step_id is missing"),
        (
            {"hello": {"agent_id": "a", "boot_id": "b", "instance_id": "i", "journal": [{}] * 2001}},
            "2001 items, at most",
        ),
        ({"result": {"step_id": "s", "digest": "d", "outcome": 1, "report": b"x" * 262_145}}, "at most 262144"),
        ({}, "does not know"),
    ],
)
def test_values_that_may_not_travel_are_refused_by_the_receiver(message, reason):
    with pytest.raises(FrameError, match=reason):
        decode(pb.Frame(epoch=1, **message).SerializeToString())


def test_a_field_of_a_newer_minor_version_is_ignored():
    known = encode(frames.Probe(step_id="s"), 3)
    assert decode(known + b"\xc0\x3e\x01") == (3, frames.Probe(step_id="s"))
