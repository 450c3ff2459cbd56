"""What uvicorn has to say, in the hub's log: one line of JSON each, like everything else."""

from __future__ import annotations

import logging
from typing import Any

import structlog

log = structlog.get_logger(__name__)

LOG_CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"hub": {"class": "guardia.hub.web.serverlog.ServerLog"}},
    "loggers": {"uvicorn": {"handlers": ["hub"], "level": "WARNING", "propagate": False}},
}
"""`log_config` of `uvicorn.Config`."""


class ServerLog(logging.Handler):
    """Hands records over to structlog. Only defects keep their traceback: what a client sent is its own."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        text = record.getMessage()
        if isinstance(error, UnicodeDecodeError):  # text frames that are no UTF-8; uvicorn closes with 1007
            log.warning("web.server", message=text)
        elif error is not None:
            log.error("web.server", message=text, exc_info=error)
        elif record.levelno >= logging.ERROR:
            log.error("web.server", message=text)
        else:
            log.warning("web.server", message=text)
