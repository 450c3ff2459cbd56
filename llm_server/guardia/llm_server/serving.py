"""`serve` around the supervisor: the event loop, signals, metrics, and events on standard error."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from guardia.llm_server.config import Config
from guardia.llm_server.launcher import Supervisor
from guardia.llm_server.metrics import Metrics
from guardia.llm_server.notify import Systemd


def logger() -> Any:
    """JSON lines on standard error; on a terminal, lines for people."""
    human = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if human else structlog.processors.JSONRenderer(ensure_ascii=False)
    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
    )


def run(config: Config, key: str, environ: Mapping[str, str]) -> None:
    """Serve until SIGTERM or SIGINT. Raises `StartError`, `GaveUpError`, `ConfigError`."""
    metrics = Metrics()
    supervisor = Supervisor(
        config,
        key,
        log=logger(),
        metrics=metrics,
        systemd=Systemd(environ.get("NOTIFY_SOCKET", "")),
        environ=environ,
        jitter=random.random,
    )

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, supervisor.drain)
        await supervisor.run()

    with metrics.served(config.metrics):
        asyncio.run(serve())
