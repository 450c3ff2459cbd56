"""The spool on a real disk: caps, what goes first, a full disk, and what is left of each."""

import hashlib
import os
import threading

import pytest
import structlog

from guardia.agent.core.spoolfile import Kind, Totals
from guardia.agent.daemon.outputs import Outputs, totals
from guardia.agent.daemon.tape import Tape
from guardia.agent.spool import Limits, Spool, StepSpool
from guardia.proto.frames import Stream
from tests.support.clock import FakeClock

KIB, MIB = 1024, 1024 * 1024


def make(tmp_path, clock=None, **limits):
    return Spool(tmp_path, Limits(**({"reserve": 0} | limits)), clock or FakeClock())


async def spooled(spool, step_id, *writes, flush=True):
    """A step that writes these chunks; its tape, and the bytes that can be fetched."""
    writer = StepSpool(spool, step_id)
    tape = Tape(step_id, keep=writer.keep)
    for stream, data in writes:
        tape.write(stream, data)
        tape.number()
        if flush:
            await writer.flush()
    tape.number()
    kept = await writer.finish(totals(tape), tape.tail())
    tape.finish()
    return tape, kept


def content(spool, step_id):
    outline = spool.outline(step_id)
    with spool.read(step_id) as file:
        data = file.read()
    return b"".join(data[record.offset : record.offset + record.length] for record in outline.records)


async def test_everything_is_there_and_belongs_to_the_agent_alone(tmp_path):
    spool = make(tmp_path)
    writes = [(Stream.STDOUT, os.urandom(70_000)), (Stream.STDERR, b"warning\n"), (Stream.STDOUT, os.urandom(300_000))]
    tape, kept = await spooled(spool, "SR-1.p1.n1.s1", *writes)
    whole = b"".join(data for _, data in writes)
    assert content(spool, "SR-1.p1.n1.s1") == whole
    assert kept == len(whole)
    outline = spool.outline("SR-1.p1.n1.s1")
    assert outline.meta.step_id == "SR-1.p1.n1.s1"
    assert outline.totals == Totals(
        stdout=370_000, stderr=8, lines=tape.lines, sha256=hashlib.sha256(whole).hexdigest()
    )
    (path,) = spool.folder.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert spool.folder.stat().st_mode & 0o777 == 0o700


async def test_a_step_that_writes_nothing_does_not_trouble_the_disk(tmp_path, monkeypatch):
    spool = make(tmp_path)
    asked = []
    monkeypatch.setattr(spool.work, "submit", lambda work, *_: asked.append(work))
    _, kept = await spooled(spool, "S1")
    outputs = Outputs(spool, structlog.get_logger())
    outputs.writer("S1")
    outputs.speaks("S1")
    await outputs.ended("S1", 0)
    assert (kept, asked) == (0, [])


@pytest.mark.parametrize("spooling", [True, False])
async def test_nothing_is_remembered_of_steps_that_never_began_or_are_settled(tmp_path, spooling):
    outputs = Outputs(make(tmp_path) if spooling else None, structlog.get_logger())
    outputs.writer("S1")  # refused after a wait in the queue
    outputs.speaks("S2")
    await outputs.acknowledged("S2", 1)
    await outputs.ended("S2", 1)
    await outputs.acknowledged("S2", 1)  # as a hub may say twice
    await outputs.acknowledged("S3", 1)  # of a step that nobody knows
    assert (outputs._speaking, outputs._acked, outputs._last, outputs._taken) == (set(), {}, {}, {})


async def test_a_step_that_writes_nothing_leaves_nothing(tmp_path):
    spool = make(tmp_path)
    _, kept = await spooled(spool, "S1")
    assert kept == 0
    assert list(spool.folder.iterdir()) == []


@pytest.mark.parametrize("step_id", [".", "..", "a/../../b", "가" * 20, "x" * 64])
async def test_an_id_never_leads_out_of_the_folder(tmp_path, step_id):
    spool = make(tmp_path)
    await spooled(spool, step_id, (Stream.STDOUT, b"out"))
    assert content(spool, step_id) == b"out"
    assert [path.name for path in tmp_path.iterdir()] == ["spool"]
    assert make(tmp_path).open_steps() == [step_id]


async def test_beyond_the_cap_the_beginning_and_the_end_are_kept_and_the_gap_is_told(tmp_path):
    spool = make(tmp_path, step_bytes=MIB)
    data = os.urandom(3 * MIB)
    tape, kept = await spooled(
        spool, "S1", *((Stream.STDOUT, data[at : at + 64 * KIB]) for at in range(0, 3 * MIB, 64 * KIB))
    )
    outline = spool.outline("S1")
    (gap,) = (record for record in outline.records if record.kind is Kind.GAP)
    with spool.read("S1") as file:
        file.seek(gap.offset)
        line = file.read(gap.length)
    begin, _, end = content(spool, "S1").partition(line)
    assert data.startswith(begin)
    assert data.endswith(end)
    assert len(end) == 64 * KIB
    assert int(line.split()[1]) == len(data) - len(begin) - len(end)
    assert kept == len(begin) + len(end) > 900 * KIB
    assert not outline.gapless
    assert outline.totals.sha256 == hashlib.sha256(data).hexdigest() == tape.sha256


async def test_a_tail_that_reaches_back_leaves_no_gap(tmp_path):
    spool = make(tmp_path, step_bytes=MIB)
    data = os.urandom(MIB)
    _, kept = await spooled(spool, "S1", *((Stream.STDOUT, data[at : at + 32 * KIB]) for at in range(0, MIB, 32 * KIB)))
    assert content(spool, "S1") == data
    assert kept == MIB
    assert spool.outline("S1").gapless


async def test_acknowledged_ones_make_room_first_and_then_the_oldest(tmp_path):
    clock = FakeClock()
    spool = make(tmp_path, clock, total_bytes=350 * KIB)
    for number in (1, 2, 3):
        await spooled(spool, f"S{number}", (Stream.STDOUT, bytes(100 * KIB)))
        clock.advance(1)
    spool.acknowledge("S2")
    await spooled(spool, "S4", (Stream.STDOUT, bytes(100 * KIB)))
    assert [step for step in ("S1", "S2", "S3", "S4") if spool.holds(step)] == ["S1", "S3", "S4"]
    await spooled(spool, "S5", (Stream.STDOUT, bytes(100 * KIB)))
    assert [step for step in ("S1", "S3", "S4", "S5") if spool.holds(step)] == ["S3", "S4", "S5"]
    assert spool.use.bytes <= 350 * KIB
    assert spool.use.bytes == sum(path.stat().st_size for path in spool.folder.iterdir())


async def test_what_is_acknowledged_is_known_after_a_restart_and_old_ones_go(tmp_path):
    clock = FakeClock()
    spool = make(tmp_path, clock)
    await spooled(spool, "S1", (Stream.STDOUT, b"one"))
    await spooled(spool, "S2", (Stream.STDOUT, b"two"))
    spool.acknowledge("S1")
    for path in spool.folder.iterdir():
        os.utime(path, (clock.now_ms() / 1000 - 13 * 24 * 3600,) * 2)
    again = make(tmp_path, clock)
    assert again.open_steps() == ["S2"]
    assert content(again, "S1") == b"one"
    again.prune()
    assert again.holds("S1")
    times = (clock.now_ms() / 1000 - 15 * 24 * 3600,) * 2
    for path in again.folder.iterdir():
        os.utime(path, times)
    last = make(tmp_path, clock)
    last.prune()
    assert list(last.folder.iterdir()) == []


async def test_a_disk_without_room_harms_nothing_but_the_spool(tmp_path):
    spool = make(tmp_path, reserve=1 << 60)
    tape, kept = await spooled(spool, "S1", (Stream.STDOUT, b"out\n" * 100))
    spool.work.submit(lambda: None).result()
    assert kept == 0
    assert tape.stdout_bytes == 400
    assert list(spool.folder.iterdir()) == []


async def test_a_disk_that_fills_up_behind_the_head_leaves_what_was_kept(tmp_path, monkeypatch):
    spool = make(tmp_path)
    real = Spool.make_room
    calls = []

    def full(self, step_id, size):
        calls.append(size)
        if 4 <= len(calls) <= 5:
            raise OSError(28, "No space left on device")
        real(self, step_id, size)

    monkeypatch.setattr(Spool, "make_room", full)
    data = os.urandom(640 * KIB)
    _, kept = await spooled(
        spool, "S1", *((Stream.STDOUT, data[at : at + 64 * KIB]) for at in range(0, 640 * KIB, 64 * KIB))
    )
    # The fourth block was refused; there was room again for the end.
    assert kept == (3 + 1) * 64 * KIB or kept == 3 * 64 * KIB
    outline = spool.outline("S1")
    assert sum(record.length for record in outline.records if record.kind is not Kind.GAP) == kept
    assert content(spool, "S1").startswith(data[: 3 * 64 * KIB])


async def test_a_disk_that_does_not_answer_holds_a_step_up_once(tmp_path):
    spool = make(tmp_path)
    released = threading.Event()
    spool.work.submit(released.wait)
    writer = StepSpool(spool, "S1", patience=0.05)
    writer.keep(Stream.STDOUT, b"one")
    await writer.flush()
    writer.keep(Stream.STDOUT, b"two")
    await writer.flush()
    assert await writer.finish(Totals(stdout=6), []) == 0
    released.set()
    spool.work.submit(lambda: None).result()
    assert list(spool.folder.iterdir()) == []


async def test_single_bytes_do_not_make_a_file_of_framing(tmp_path):
    spool = make(tmp_path)
    writer = StepSpool(spool, "S1")
    writer.keep(Stream.STDOUT, bytes(64 * KIB))
    for _ in range(50_000):
        writer.keep(Stream.STDOUT, b"x")
    await writer.flush()
    await writer.finish(Totals(stdout=64 * KIB + 50_000), [])
    assert len(spool.outline("S1").records) == 2
