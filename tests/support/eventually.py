"""Waiting for what no event tells."""

import asyncio
import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds for what comes at once, on however slow a machine: only a test that fails waits so long."""


async def eventually(condition: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    """Look again and again; after `within` seconds the test has failed."""
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end, f"{what}: not within {within:g} s"
        await asyncio.sleep(0.01)
