"""Tasks that wait on a connection whose library does not wake them when it is over, as gRPC does not on either side."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from guardia.proto.channel import TransportClosedError


class Waits:
    """The tasks that read or write on one connection; `end` wakes them, once and for all."""

    def __init__(self) -> None:
        self._pending: set[asyncio.Task[object]] = set()
        self._woken: set[asyncio.Task[object]] = set()
        self.over = False

    @contextlib.contextmanager
    def under_way(self) -> Iterator[None]:
        """Around one wait. Raises `TransportClosedError` when `end` was or is called; a cancellation from elsewhere
        stays one."""
        if self.over:
            raise TransportClosedError("the connection is over")
        task = asyncio.current_task()
        assert task is not None
        self._pending.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if task in self._woken:
                if task.uncancel():
                    raise
            elif task.cancelling():
                raise  # otherwise the library tells of an ended call as if our task were cancelled
            raise TransportClosedError("the connection is over") from None
        finally:
            self._pending.discard(task)
            self._woken.discard(task)

    def end(self) -> None:
        """Whoever waits hears of it. A second call does nothing: its cancellation would not be ours to take back."""
        if self.over:
            return
        self.over = True
        self._woken |= self._pending
        for task in self._pending:
            task.cancel()
