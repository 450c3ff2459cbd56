"""What the daemon asks of the operating system at start: clocks, boot id, version, logging."""

from __future__ import annotations

import functools
import sys
import time
from importlib import metadata
from pathlib import Path

import structlog

from guardia.agent.daemon import fault


class SystemClock:
    """Implements `ports.Clock`. Only tests let the wall clock be off (`daemon.fault`)."""

    def __init__(self) -> None:
        self._off_ms = fault.clock_offset_ms()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000 + self._off_ms

    def monotonic(self) -> float:
        return time.monotonic()


def boot_id() -> str:
    """Changes with every start of the machine; `unknown` where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return "unknown"


@functools.cache  # the status file says it several times a second, and reading it takes longer than the rest of that
def software() -> str:
    try:
        return f"guardia-agent {metadata.version('guardia-agent')}"
    except metadata.PackageNotFoundError:
        return "guardia-agent (not installed)"


def configure_logging() -> None:
    """JSON lines on stderr, which the service manager collects."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
