"""The order in which steps may run."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator


class Turns:
    """Who may run: one change at a time on each target, `concurrency` steps in all. Reads do not wait for changes."""

    def __init__(self, concurrency: int) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._targets: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @contextlib.asynccontextmanager
    async def turn(self, target: str, *, changes: bool) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            # The target first: what waits for its target must not hold a slot that others could use.
            if changes:
                await stack.enter_async_context(self._targets[target])
            await stack.enter_async_context(self._slots)
            yield
