"""One evaluation: every message through the reader, a few at a time, in whatever order they come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from guardia.llm_server.errors import LlmError, UnreachableError
from guardia.llm_server.evaluate import scoring
from guardia.llm_server.evaluate.dataset import Message

UNREACHABLE_LIMIT = 5
"""Messages in a row without a connection after which the rest is not asked."""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader made of a message, and what it cost."""

    requests: list[dict[str, Any]]
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    asked_back: int = 0
    """Commands that the room is asked about, with both readings as choices, instead of running."""
    fallback: str = ""
    """Why the model gave no reading and another reader's stands; empty when it did."""


Reader = Callable[[Message], Awaitable[Read]]
"""Reads one message; raises `LlmError` when there is no reading."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One message, what was expected, what came. `code` is empty when there was a reading."""

    id: str
    category: str
    text: str
    expected: tuple[dict[str, Any], ...]
    requests: list[dict[str, Any]] | None
    right: bool
    unsafe: bool
    differs: list[str]
    seconds: float
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    asked_back: int = 0
    fallback: str = ""
    code: str = ""
    error: str = ""


def judge(message: Message, read: Read | None, seconds: float, error: LlmError | None = None) -> Outcome:
    """Score one reading. No reading is never right and never unsafe."""
    got = read.requests if read is not None else None
    return Outcome(
        id=message.id,
        category=message.category,
        text=message.text,
        expected=message.requests,
        requests=got,
        right=got is not None and scoring.right(message.requests, got),
        unsafe=got is not None and scoring.unsafe(message.requests, got),
        differs=scoring.difference(message.requests, got) if got is not None else [],
        seconds=seconds,
        prompt_tokens=read.prompt_tokens if read else 0,
        cached_tokens=read.cached_tokens if read else 0,
        completion_tokens=read.completion_tokens if read else 0,
        asked_back=read.asked_back if read else 0,
        fallback=read.fallback if read else "",
        code=error.code if error else "",
        error=str(error) if error else "",
    )


async def evaluate(
    messages: Sequence[Message], reader: Reader, *, concurrency: int, on_outcome: Callable[[Outcome], None]
) -> list[Outcome]:
    """The outcomes in the order of the messages; `on_outcome` is called as each arrives.

    Raises `UnreachableError` when the endpoint cannot be reached several times in a row: a report on nothing helps
    nobody.
    """
    found: list[Outcome | None] = [None] * len(messages)
    queue = iter(enumerate(messages))
    lost = 0

    async def work() -> None:
        nonlocal lost
        for position, message in queue:
            began = time.perf_counter()
            read: Read | None = None
            error: LlmError | None = None
            try:
                read = await reader(message)
                lost = 0
            except UnreachableError as failure:
                error, lost = failure, lost + 1
                if lost >= UNREACHABLE_LIMIT:
                    raise
            except LlmError as failure:
                error, lost = failure, 0
            outcome = judge(message, read, time.perf_counter() - began, error)
            found[position] = outcome
            on_outcome(outcome)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(concurrency, len(messages))):
                group.create_task(work())
    except ExceptionGroup as failures:  # not `except*`: some 3.11 put what it raises into a group of its own
        unreachable, others = failures.split(UnreachableError)
        if unreachable is None or others is not None:
            raise
        first: Exception = unreachable
        while isinstance(first, ExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [outcome for outcome in found if outcome is not None]
