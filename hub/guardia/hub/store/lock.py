"""One hub for a state folder: a second one would record into requests that the first holds in memory."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from guardia.hub.errors import ConfigError


@contextmanager
def only_hub(state: Path) -> Iterator[None]:
    """Hold the lock of the state folder; it ends with the process, however that ends.

    Raises `ConfigError` when another hub holds it.
    """
    path = state / "hub.lock"
    try:
        file = path.open("a")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    with file:
        path.chmod(0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                f"another hub runs on {state}", remedy="Stop it first, or give this one a state folder of its own."
            ) from error
        yield
