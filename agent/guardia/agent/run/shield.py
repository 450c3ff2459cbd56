"""Work that a cancellation must not cut short."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable


async def uninterrupted(work: Awaitable[None]) -> None:
    """Finish `work` even if the caller is cancelled meanwhile; the cancellation comes afterwards."""
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
    task.result()
    if cancelled:
        raise asyncio.CancelledError
