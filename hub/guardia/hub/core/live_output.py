"""A step's live output as its followers are given it: which chunks, and where in the whole output they stand. Pure.

Agents send the first `MAX_OUTPUT_HEAD` bytes of a step as they come, and its last bytes at the end, in chunks that are
numbered without gaps (`guardia.agent.daemon.tape`). Where the last bytes belong is known only with the result: until
then they are held back.
"""

from __future__ import annotations

import msgspec

from guardia.hub.core.request import StepRun
from guardia.proto.limits import MAX_OUTPUT_HEAD

MAX_PAGE = 256 * 1024
"""Bytes that one page holds; one chunk more than fits, so that there is always one."""


class OutputPart(msgspec.Struct, frozen=True, kw_only=True):
    """A chunk as the process wrote it: it may end in the middle of a character."""

    seq: int
    stream: str
    """`stdout` or `stderr`."""
    offset: int | None
    """Bytes of the step's output before it, both streams together; None: unknown, something is missing before it."""
    data: bytes


class StepEnd(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a step that has ended."""

    exit_code: int | None
    error_code: str
    message: str
    output_bytes: int
    """That the process wrote."""
    output_sha256: str
    """Of all of it, in the order of its coming; empty: the agent did not say."""
    output_spooled: int
    """Bytes of it that the agent keeps."""


class OutputPage(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a step's live output. Ask again with `after=next` until `ended`."""

    request_id: str
    step_id: str
    """Of the attempt, as the agent knows it."""
    state: str
    """Of the step; `RETRIED`: this attempt was given up for `superseded_by`."""
    ended: bool
    """The step has ended, and there is nothing behind this page."""
    paused: bool
    """The step goes on and has written as much as travels at once: the rest comes when it has ended."""
    parts: tuple[OutputPart, ...]
    next: int
    superseded_by: str = ""
    result: StepEnd | None = None
    """Given with `ended`."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What the store has of an attempt: the sum of the chunks up to a number, and those that follow it."""

    count: int
    size: int
    """Bytes."""
    chunks: tuple[tuple[int, str, bytes], ...]
    """Number, stream, data; in order."""
    more: bool
    """There are chunks behind these."""


def parts_of(kept: Kept, after: int, run: StepRun | None, *, ended: bool) -> tuple[list[OutputPart], bool, bool]:
    """The parts that may be given now, whether some are left for later, and whether those are held back for the end.

    `run`: of this attempt; None for an earlier one, whose result is not known any more.
    """
    found: list[OutputPart] = []
    whole = kept.count == after  # numbers begin at 1: a chunk that never came shows
    place, size, last = kept.size, 0, after
    for seq, stream, data in kept.chunks:
        whole = whole and seq == last + 1
        tail = whole and place >= MAX_OUTPUT_HEAD
        if tail and not ended:
            return found, True, True
        if size >= MAX_PAGE:
            return found, True, False
        offset: int | None = place if whole else None
        if tail:
            offset = None if run is None else place + left_out(run)
        found.append(OutputPart(seq=seq, stream=stream, offset=offset, data=data))
        place, size, last = place + len(data), size + len(data), seq
    full = whole and place >= MAX_OUTPUT_HEAD and not ended
    return found, kept.more, full


def left_out(run: StepRun) -> int:
    """Bytes between head and tail that did not travel. An agent tells of a tail only when something was left out."""
    if not run.output_tail:
        return 0
    return max(0, run.output_bytes - run.output_head - run.output_tail)
