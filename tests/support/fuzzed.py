"""A front under fire: what it logs, what it holds, and that neither shows or keeps more than it should."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from typing import Any

import psutil
import structlog

from tests.fakes.front import PASSWORD, SECRET, Front, serving

TRIES = int(os.environ.get("GUARDIA_FUZZ", "1"))
"""So many times more than the suite has time for."""
GROWTH = 64 * 1024 * 1024
"""Bytes that the process may have grown by: caches and the allocator's pools, no leak of a thousand requests."""


class Fire:
    """`port`, and what was logged while it was open."""

    def __init__(self, port: int, secrets: tuple[str, ...]) -> None:
        self.port = port
        self.secrets = secrets
        self.lines: list[str] = []

    def check_text(self, text: str) -> None:
        """An answer, or a line of the log, that strangers may see or keep."""
        assert "Traceback" not in text
        assert 'File "' not in text
        for secret in self.secrets:
            assert secret not in text


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.lines = lines
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@contextlib.asynccontextmanager
async def under_fire(front: Front, *secrets: str, **options: Any) -> AsyncIterator[Fire]:
    """Serves the front; afterwards nothing unforeseen was logged, no secret was, and everything was given back."""
    process = psutil.Process()
    before = (process.num_fds(), len(asyncio.all_tasks()), process.memory_info().rss)
    fire = Fire(0, (PASSWORD, SECRET.decode(), *secrets))
    handler = _Lines(fire.lines)
    root = logging.getLogger()
    with structlog.testing.capture_logs() as entries:
        root.addHandler(handler)
        try:
            async with serving(front.app, **options) as fire.port:
                yield fire
                await _settled(front)
        finally:
            root.removeHandler(handler)
    for line in [*fire.lines, *(repr(entry) for entry in entries)]:
        fire.check_text(line)
    assert not [entry for entry in entries if entry["log_level"] in ("error", "critical")], entries
    assert not [line for line in fire.lines if line.startswith(("ERROR", "CRITICAL"))], fire.lines
    async with asyncio.timeout(10):
        while process.num_fds() > before[0] + 5 or len(asyncio.all_tasks()) > before[1]:
            await asyncio.sleep(0.05)
    assert process.memory_info().rss - before[2] < GROWTH


async def _settled(front: Front) -> None:
    """Every connection that the hub counts is gone."""
    async with asyncio.timeout(20):
        while front.rooms.readers() or front.app.state.lobby.connections or front.app.state.lobby.working:
            await asyncio.sleep(0.05)
