"""The half of a download that hashes and writes, beside the one that decrypts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from types import TracebackType
from typing import Self


class PieceWriter:
    """Writes pieces in a thread of its own, in order, while the next ones are decrypted; each is given back after that.

    Left, it has written all that was put, unless a write failed: what that raised is raised by the next `put`, or when
    it is left. It goes before what ended the reading: a full disk is no lost connection.
    """

    def __init__(self, write: Callable[[memoryview], None], give_back: Callable[[memoryview], None]) -> None:
        self._write = write
        self._give_back = give_back
        self._pieces: SimpleQueue[memoryview | None] = SimpleQueue()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work_off, name="artifact-write", daemon=True)

    def __enter__(self) -> Self:
        try:
            self._thread.start()
        except RuntimeError as error:  # the system lets this process have no more threads
            raise OSError(str(error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pieces.put(None)
        self._thread.join()
        failed, self._error = self._error, None  # kept, it would keep the frames of all who raised it, and the buffers
        try:
            if failed is not None and failed is not error:
                raise failed
        finally:
            del failed, error

    def put(self, piece: memoryview) -> None:
        if self._error is not None:
            raise self._error
        self._pieces.put(piece)

    def _work_off(self) -> None:
        while (piece := self._pieces.get()) is not None:
            try:
                if self._error is None:
                    self._write(piece)
            except BaseException as error:  # noqa: BLE001 - raised where the pieces come from
                self._error = error
            finally:
                self._give_back(piece)  # the reader may be waiting for it
