"""A parser of the hub for programs without an event loop: one message after the other."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType
from typing import Self

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

    def __init__(self, inventory: Inventory, settings: ReaderSettings) -> None:
        self._runner = asyncio.Runner()
        self.status = ReaderStatus(up=True)
        self._parser, self._model = make_parser(_Fixed(inventory), settings, _Clock(), told=self._tell)

    def _tell(self, status: ReaderStatus) -> None:
        self.status = status

    def read(self, message: ReaderInput) -> Reading:
        return self._runner.run(self._parser.read(message))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._model is not None:
            self._runner.run(self._model.close())
        self._runner.close()
