"""One agent for each state directory: a lock file that the kernel releases when the process ends, however it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path

from guardia.agent.errors import JournalError

ATTEMPTS = 5
PAUSE = 0.05
"""Seconds."""


class StateLock:
    """Held from `take` until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, state_dir: Path) -> StateLock:
        """Raises `JournalError` when another process holds the directory, naming its pid."""
        path = state_dir / "lock"
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(f"cannot open {path}: {error.strerror}") from error
        try:
            _lock(descriptor)
        except OSError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(descriptor)
            raise JournalError(
                f"another agent (process {holder}) uses {state_dir}; stop it, or give this one a state_dir of its own"
            ) from error
        with contextlib.suppress(OSError):  # only a help for whoever is refused; the disk may be full
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return cls(descriptor)

    def release(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lock(descriptor: int) -> None:
    # `is_held` of a status command takes the lock for a moment; only what stays is another agent.
    for _ in range(ATTEMPTS - 1):
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(PAUSE)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_held(state_dir: Path) -> bool:
    """Whether an agent runs on this directory now. Raises `JournalError` when this account may not look."""
    try:
        descriptor = os.open(state_dir / "lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise JournalError(
            f"{state_dir}: {error.strerror}; run this as root, or as the account that the agent runs as"
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)
