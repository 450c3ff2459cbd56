"""What uvicorn says, in the hub's log: defects with their traceback, clients' nonsense in one line without."""

import logging
import sys

import pytest
import structlog

from guardia.hub.web.serverlog import ServerLog


def record(level: int, error: Exception | None = None) -> logging.LogRecord:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    return logging.LogRecord("uvicorn.error", level, "f.py", 1, "said %s", ("so",), info)


@pytest.mark.parametrize(
    ("given", "level", "traceback"),
    [
        (record(logging.WARNING), "warning", False),
        (record(logging.ERROR), "error", False),
        (record(logging.ERROR, ValueError("a defect")), "error", True),
        (record(logging.ERROR, UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x")), "warning", False),
    ],
)
def test_records_become_lines(given, level, traceback) -> None:
    with structlog.testing.capture_logs() as lines:
        ServerLog().emit(given)
    (line,) = lines
    assert (line["log_level"], line["event"], line["message"]) == (level, "web.server", "said so")
    assert ("exc_info" in line) is traceback
