"""How followed output is shown: bytes as they are, text for a terminal, or one line of JSON a part."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

import msgspec

from guardia.hub.core.live_output import StepEnd
from guardia.hub.core.live_text import LiveText


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """Some bytes of a step's output."""

    step_id: str
    data: bytes
    seq: int | None = None
    """Of the chunk; None: it was fetched afterwards."""
    stream: str = ""
    """`stdout` or `stderr`; empty: fetched, both in the order of their coming."""
    offset: int | None


class Shown(Protocol):
    """Where what comes goes to."""

    def piece(self, piece: Piece) -> None: ...
    def missing(self, step_id: str, offset: int | None, size: int | None) -> None:
        """Bytes that cannot be had; None: nobody knows where or how many."""
        ...

    def quiet(self) -> None:
        """Nothing new for now."""
        ...

    def ended(self, step_id: str, state: str, result: StepEnd | None) -> None: ...


class Bytes:
    """Every byte as the process wrote it, both streams in the order of their coming: for files and pipes."""

    def __init__(self, out: BinaryIO, note: Callable[[str], None]) -> None:
        self._out = out
        self._note = note

    def piece(self, piece: Piece) -> None:
        self._out.write(piece.data)
        self._out.flush()

    def missing(self, step_id: str, offset: int | None, size: int | None) -> None:
        what = "일부" if size is None else f"{size:,}바이트"
        where = "" if offset is None else f" ({offset:,}바이트 뒤)"
        self._note(f"{step_id}의 출력 {what}가 빠져 있습니다{where}.")

    def quiet(self) -> None:
        return

    def ended(self, step_id: str, state: str, result: StepEnd | None) -> None:
        self._out.flush()
        words = [f"{step_id}: {state}"]
        if result is not None:
            words += [f"(종료 코드 {result.exit_code})"] if result.exit_code else []
            words += [result.message] if result.message else []
        self._note(" ".join(words))


class Text(Bytes):
    """UTF-8 without control characters, each stream decoded by itself: for a terminal."""

    def __init__(self, out: BinaryIO, note: Callable[[str], None]) -> None:
        super().__init__(out, note)
        self._streams: dict[str, LiveText] = {}
        self._last = ""

    def piece(self, piece: Piece) -> None:
        self._say(self._of(piece.stream).feed(piece.data))

    def _of(self, stream: str) -> LiveText:
        return self._streams.setdefault(stream or "stdout", LiveText())

    def _say(self, text: str) -> None:
        if text:
            self._last = text
            self._out.write(text.encode())
            self._out.flush()

    def missing(self, step_id: str, offset: int | None, size: int | None) -> None:
        self._finish()
        super().missing(step_id, offset, size)

    def quiet(self) -> None:
        for stream in self._streams.values():
            self._say(stream.rest())

    def _finish(self) -> None:
        for stream in self._streams.values():
            self._say(stream.finish())
        if self._last and not self._last.endswith("\n"):
            self._say("\n")

    def ended(self, step_id: str, state: str, result: StepEnd | None) -> None:
        self._finish()
        super().ended(step_id, state, result)


class Json:
    """One JSON object a line: `output` (its `text` never tears a character), `missing`, at last `end`."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._streams: dict[str, LiveText] = {}
        self._step_id = ""

    def piece(self, piece: Piece) -> None:
        self._step_id = piece.step_id
        text = self._streams.setdefault(piece.stream or "stdout", LiveText()).feed(piece.data)
        where = {"seq": piece.seq, "stream": piece.stream or None, "offset": piece.offset, "size": len(piece.data)}
        self._line({"type": "output", "step_id": piece.step_id, **where, "text": text})

    def missing(self, step_id: str, offset: int | None, size: int | None) -> None:
        self._rest(final=True)
        self._line({"type": "missing", "step_id": step_id, "offset": offset, "size": size})

    def quiet(self) -> None:
        self._rest(final=False)

    def _rest(self, *, final: bool) -> None:
        """What was kept back of an unfinished line: a line without bytes of its own."""
        for stream, held in self._streams.items():
            text = held.finish() if final else held.rest()
            if text:
                where = {"seq": None, "stream": stream, "offset": None, "size": 0}
                self._line({"type": "output", "step_id": self._step_id, **where, "text": text})

    def ended(self, step_id: str, state: str, result: StepEnd | None) -> None:
        self._rest(final=True)
        self._line(
            {
                "type": "end",
                "step_id": step_id,
                "state": state,
                **({} if result is None else msgspec.structs.asdict(result)),
            }
        )

    def _line(self, value: dict[str, Any]) -> None:
        self._out.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        self._out.flush()
