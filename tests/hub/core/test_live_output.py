"""Which chunks of a step's live output are given, and where in the whole they stand."""

from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.daemon.tape import Tape
from guardia.hub.core.live_output import MAX_PAGE, Kept, OutputPart, left_out, parts_of
from guardia.hub.core.request import StepRun
from guardia.proto.frames import Output, Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD

Chunks = list[tuple[int, str, bytes]]


def kept(chunks: Chunks, after: int, limit: int) -> Kept:
    before = [data for seq, _, data in chunks if seq <= after]
    behind = [chunk for chunk in chunks if chunk[0] > after]
    size = sum(map(len, before))
    return Kept(count=len(before), size=size, chunks=tuple(behind[:limit]), more=len(behind) > limit)


def everything(chunks: Chunks, run: StepRun | None, *, ended: bool, limit: int = 3) -> tuple[list[OutputPart], bool]:
    """All pages, one after the other, and whether the last one said that the rest is held back."""
    found: list[OutputPart] = []
    while True:
        after = found[-1].seq if found else 0
        page, more, paused = parts_of(kept(chunks, after, limit), after, run, ended=ended)
        found += page
        if not page or not more or paused:
            return found, paused


def taped(writes: list[tuple[Stream, bytes]]) -> tuple[bytes, Chunks, StepRun]:
    """What a real agent makes of these writes: the whole, what travels, and what its result says."""
    tape = Tape("s")
    sent: list[Output] = []
    for stream, data in writes:
        tape.write(stream, data)
        tape.number()
    tape.finish()
    while (chunk := tape.next()) is not None:
        sent.append(chunk)
        tape.sent()
    run = StepRun(
        output_bytes=tape.stdout_bytes + tape.stderr_bytes, output_head=tape.head_bytes, output_tail=tape.tail_bytes
    )
    return b"".join(data for _, data in writes), [(one.seq, one.stream.value, one.data) for one in sent], run


WRITES = st.lists(
    st.tuples(
        st.sampled_from(Stream),
        st.tuples(st.binary(min_size=1, max_size=3), st.integers(1, 40_000)).map(lambda pair: pair[0] * pair[1]),
    ),
    max_size=8,
)


@given(WRITES, st.integers(1, 5))
def test_every_part_stands_where_it_says_in_the_whole(writes, limit) -> None:
    whole, chunks, run = taped(writes)
    parts, paused = everything(chunks, run, ended=True, limit=limit)
    assert not paused
    for part in parts:
        assert part.offset is not None
        assert whole[part.offset : part.offset + len(part.data)] == part.data
    assert sum(len(part.data) for part in parts) + left_out(run) == len(whole)
    assert [part.seq for part in parts] == list(range(1, len(chunks) + 1))


@given(WRITES)
def test_while_the_step_runs_nothing_is_given_whose_place_is_not_known(writes) -> None:
    whole, chunks, _ = taped(writes)
    parts, paused = everything(chunks, StepRun(), ended=False)
    assert b"".join(part.data for part in parts) == whole[:MAX_OUTPUT_HEAD]
    assert paused == (len(whole) >= MAX_OUTPUT_HEAD)


def test_a_page_is_bounded() -> None:
    chunks: Chunks = [(seq, "stdout", b"x" * 60_000) for seq in range(1, 11)]
    parts, more, _ = parts_of(kept(chunks, 0, 256), 0, None, ended=True)
    assert (len(parts), more) == (5, True)
    assert sum(len(part.data) for part in parts) < MAX_PAGE + 64 * 1024


def test_behind_a_chunk_that_never_came_nobody_knows_the_place() -> None:
    chunks: Chunks = [(1, "stdout", b"a"), (3, "stdout", b"b"), (4, "stdout", b"c")]
    parts, _ = everything(chunks, StepRun(), ended=False)
    assert [(part.seq, part.offset) for part in parts] == [(1, 0), (3, None), (4, None)]
    parts, _, _ = parts_of(kept(chunks, 3, 9), 3, StepRun(), ended=True)
    assert [(part.seq, part.offset) for part in parts] == [(4, None)]


def test_the_end_of_an_earlier_attempt_has_no_place() -> None:
    chunks: Chunks = [(1, "stdout", b"x" * MAX_OUTPUT_HEAD), (2, "stdout", b"end")]
    parts, _ = everything(chunks, None, ended=True)
    assert [(part.seq, part.offset) for part in parts] == [(1, 0), (2, None)]
