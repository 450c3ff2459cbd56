"""Output of programs: kept under a cap, counted and hashed whole, and turned into text that people may see.

Programs write what they like: UTF-8, cp949, half a character at the end of a buffer, escape sequences that repaint a
terminal. Nothing here fails on any of it.
"""

from __future__ import annotations

import hashlib
import re

from guardia.proto.frames import Stream
from guardia.proto.limits import MAX_OUTPUT_HEAD, MAX_OUTPUT_TAIL


class Capture:
    """One stream: its first `head` and last `tail` bytes, the count of all bytes and their sha256."""

    def __init__(self, *, head: int = MAX_OUTPUT_HEAD, tail: int = MAX_OUTPUT_TAIL) -> None:
        if head < 0 or tail < 0:
            raise ValueError("head and tail are sizes in bytes, not negative")
        self._head_limit = head
        self._tail_limit = tail
        self._head = bytearray()
        self._tail = bytearray()
        self._hash = hashlib.sha256()
        self.total = 0
        """Bytes that were fed."""

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the stream; any size."""
        self.total += len(data)
        self._hash.update(data)
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += data[:room]
            data = data[room:]
        if not data or not self._tail_limit:
            return
        self._tail += data[-self._tail_limit :]
        # Trimmed at twice the size, so that many small chunks cost no copy each.
        if len(self._tail) > 2 * self._tail_limit:
            del self._tail[: -self._tail_limit]

    def skip(self, count: int) -> None:
        """Count bytes that nobody has read; the digest covers only those that were fed."""
        self.total += count

    @property
    def head(self) -> bytes:
        return bytes(self._head)

    @property
    def tail(self) -> bytes:
        return bytes(self._tail[-self._tail_limit :]) if self._tail_limit else b""

    @property
    def omitted(self) -> int:
        """Bytes between head and tail that were not kept."""
        return self.total - len(self._head) - len(self.tail)

    @property
    def truncated(self) -> bool:
        return self.omitted > 0

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def kept(self) -> bytes:
        """Head and tail; a line between them says how much is missing."""
        if not self.truncated:
            return self.head + self.tail
        return self.head + f"\n[... {self.omitted} bytes left out ...]\n".encode() + self.tail


class StepOutput:
    """Both streams of one step, and one digest over all chunks in the order in which they came."""

    def __init__(self, *, head: int = MAX_OUTPUT_HEAD, tail: int = MAX_OUTPUT_TAIL) -> None:
        self.streams = {stream: Capture(head=head, tail=tail) for stream in Stream}
        self._hash = hashlib.sha256()

    def feed(self, stream: Stream, data: bytes) -> None:
        self.streams[stream].feed(data)
        self._hash.update(data)

    @property
    def stdout_bytes(self) -> int:
        return self.streams[Stream.STDOUT].total

    @property
    def stderr_bytes(self) -> int:
        return self.streams[Stream.STDERR].total

    @property
    def truncated(self) -> bool:
        return any(capture.truncated for capture in self.streams.values())

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def decode(data: bytes) -> str:
    """Text of `data`: UTF-8, else line by line UTF-8, cp949, or UTF-8 with replacement characters. Never raises.

    Line by line, because a log in cp949 often holds a line of UTF-8, and a cap may cut a character in half.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(_decode_line(line) for line in data.splitlines(keepends=True))


def _decode_line(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        pass
    cut = _cut_utf8(line)
    if cut is not None:
        return cut
    try:
        return line.decode("cp949")
    except UnicodeDecodeError:
        return line.decode("utf-8", errors="replace")


def _cut_utf8(line: bytes) -> str | None:
    """`line` as UTF-8 without the halves of characters at its ends, or None when it is not UTF-8 inside.

    Some character of the rest must be a long one: "가" in cp949 consists of two bytes that look like a cut end.
    """
    start = 0
    while start < min(3, len(line)) and 0x80 <= line[start] < 0xC0:
        start += 1
    for end in range(len(line), max(start, len(line) - 4), -1):
        try:
            text = line[start:end].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return text if not text.isascii() else None
    return None


_ESCAPE = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC and the other strings
    r"|\x1b[ -/]*[0-~]?"  # two-byte sequences, and an ESC alone
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
# C0 and C1 without tab and newline, line separators that are none for us, and marks that reorder text: they can make
# a line read as something else than what it is.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def clean(text: str) -> str:
    """`text` without escape sequences, control characters and marks of direction; newline and tab stay."""
    text = _ESCAPE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def to_text(data: bytes) -> str:
    """What people see of `data`: decoded and cleaned."""
    return clean(decode(data))


def last_lines(data: bytes, count: int, *, width: int = 2_000) -> list[str]:
    """The last `count` lines of `data` that are not blank, as text, each cut to `width` characters."""
    lines = [line.rstrip() for line in to_text(data).split("\n")]
    return [line[:width] for line in lines if line][-count:]
