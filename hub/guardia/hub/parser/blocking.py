"""A parser of the hub for programs without an event loop: a stream, read side by side, answered in order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from types import TracebackType
from typing import Any, Self

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.parser.llm import ReaderStatus
from guardia.hub.parser.make import make_parser
from guardia.hub.parser.settings import ReaderSettings


class _Clock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class _Fixed:
    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory

    def snapshot(self) -> Inventory:
        return self._inventory


class BlockingReader:
    """Reads with any settings. Use as a context manager. Raises `ConfigError` when made."""

    def __init__(
        self, inventory: Inventory, settings: ReaderSettings, told: Callable[[ReaderStatus], None] | None = None
    ) -> None:
        """`told` hears when the model stops or starts to answer."""
        self._runner = asyncio.Runner()
        self._ahead = settings.concurrency
        self._parser, self._model = make_parser(_Fixed(inventory), settings, _Clock(), told=told)

    async def read(self, message: ReaderInput) -> Reading:
        """For the `answer` of `stream`."""
        return await self._parser.read(message)

    def stream(
        self, lines: Iterable[bytes], answer: Callable[[bytes], Awaitable[Any]], emit: Callable[[Any], None]
    ) -> None:
        """Hand what `answer` makes of each line to `emit`, in order, each as soon as it and those before it are there.

        As many lines as the settings allow calls at a time are taken before the first of them is answered, none is
        waited for: an answer never waits for the next line. Raises what `answer` and `emit` raise, `OSError` and
        `ValueError` of `lines`, and `KeyboardInterrupt`.
        """
        if self._runner.run(self._interruptible(self._flow(lines, answer, emit))):
            raise KeyboardInterrupt

    @staticmethod
    async def _interruptible(work: Coroutine[Any, Any, None]) -> bool:
        """Do the work; True: it was interrupted (SIGINT).

        `Runner` has a handler of its own, but no descriptor that wakes its loop: an interrupt that comes between the
        loop's last look at signals and its wait for events would be seen with the next line only.
        """
        loop, task, interrupted = asyncio.get_running_loop(), asyncio.ensure_future(work), False

        def interrupt() -> None:
            nonlocal interrupted
            interrupted = True
            task.cancel()

        with contextlib.suppress(RuntimeError, ValueError):  # not the main thread: nobody interrupts it
            loop.add_signal_handler(signal.SIGINT, interrupt)
        try:
            await task
        except asyncio.CancelledError:
            if not interrupted:
                task.cancel()
                raise
        finally:
            with contextlib.suppress(RuntimeError, ValueError):
                loop.remove_signal_handler(signal.SIGINT)
        return interrupted

    async def _flow(
        self, lines: Iterable[bytes], answer: Callable[[bytes], Awaitable[Any]], emit: Callable[[Any], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        begun: asyncio.Queue[asyncio.Future[Any] | Exception | None] = asyncio.Queue()
        room = threading.Semaphore(self._ahead)

        def begin(line: bytes) -> None:
            begun.put_nowait(asyncio.ensure_future(answer(line)))

        def feed() -> None:
            end: Exception | None = None
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
                try:
                    for line in lines:
                        room.acquire()
                        loop.call_soon_threadsafe(begin, line)
                except (OSError, ValueError) as error:
                    end = error
                loop.call_soon_threadsafe(begun.put_nowait, end)

        # A daemon, because it may stand in a read of standard input for ever.
        threading.Thread(target=feed, name="lines", daemon=True).start()
        while (one := await begun.get()) is not None:
            if isinstance(one, Exception):
                raise one
            emit(await one)
            room.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._model is not None:
            self._runner.run(self._model.close())
        self._runner.close()
