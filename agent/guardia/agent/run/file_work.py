"""Work with files beside the event loop, which a file system that hangs does not hold up."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

from guardia.agent.errors import HostError

T = TypeVar("T")

MOST = 32
"""Pieces of work that may be under way; more than all steps of an agent together begin while files answer."""


class FileWork:
    """`await work(call)`: `call` in a thread of its own; its result, or what it raised.

    Not the event loop's threads: those are few, a log on a mount that hangs would take one at every look, and the end
    of the process waits for them. Whoever is cancelled while waiting does not undo the work. Belongs to one event loop.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._under_way = 0

    async def __call__(self, call: Callable[[], T]) -> T:
        """Raises `HostError` when too much is under way, and what `call` raises."""
        if self._under_way >= self._most:
            raise HostError(
                f"{self._under_way} earlier looks at files have not come back: a mounted file system hangs; "
                "find it with `df` on the host, and restart the agent when it is mended"
            )
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def settle(result: Callable[[], T]) -> None:
            self._under_way -= 1
            if done.cancelled():
                return
            try:
                done.set_result(result())
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                done.set_exception(error)

        def run() -> None:
            try:
                value = call()
            except BaseException as raised:  # noqa: BLE001 - handed to whoever waits
                error = raised

                def result() -> T:
                    raise error
            else:

                def result() -> T:
                    return value

            with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
                loop.call_soon_threadsafe(settle, result)

        self._under_way += 1
        threading.Thread(target=run, name="files", daemon=True).start()
        return await done
