"""What must stand before any test module is imported: gRPC reads its environment then, as in the programs."""

import functools
import os

import structlog

from guardia.proto import grpc_wire

grpc_wire.prepare(os.environ)


def _uncached(configure):
    """An agent's loggers keep what they were configured with first; in a process of tests, later ones hear of them."""

    @functools.wraps(configure)
    def configured(*args, **options):
        configure(*args, **{**options, "cache_logger_on_first_use": False})

    return configured


structlog.configure = _uncached(structlog.configure)
