"""Text of a process's bytes while they come: no character is torn where one piece ends and the next begins. Pure.

Programs write UTF-8 or cp949, and logs hold lines of both: a line is the least of which the encoding is known. What is
plain ASCII is given at once, for prompts; from the first other byte on a line waits for its end, or for `rest`.
"""

from __future__ import annotations

import re

from guardia.hub.core.transcript import clean, decode

MAX_LINE = 64 * 1024
"""Bytes of a line that are kept back at most."""

_UNSURE = re.compile(rb"[\x1b\x80-\xff]|\r\Z")
"""Where the unfinished line can no longer be given as it is: another encoding, an escape sequence, half a line end."""


class LiveText:
    """One stream's bytes as text for people: decoded, without control characters (`transcript.clean`)."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> str:
        """Take the next bytes; what can be said of them and of what was kept back."""
        data = self._held + data
        end = data.rfind(b"\n") + 1
        lines, line = data[:end], data[end:]
        if len(line) > MAX_LINE:
            cut = whole_end(line)
            lines, line = lines + line[:cut], line[cut:]
        unsure = _UNSURE.search(line)
        start = unsure.start() if unsure else len(line)
        self._held = line[start:]
        return _text(lines) + clean(line[:start].decode("ascii"))

    def rest(self) -> str:
        """What was kept back, but for the half of a character at its end: nothing has come for a while."""
        cut = whole_end(self._held)
        ready, self._held = self._held[:cut], self._held[cut:]
        return _text(ready)

    def finish(self) -> str:
        """All that was kept back: nothing more will come."""
        ready, self._held = self._held, b""
        return _text(ready)


def _text(data: bytes) -> str:
    if not data:
        return ""
    try:
        return clean(data.decode("utf-8"))
    except UnicodeDecodeError:
        return "".join(clean(decode(line)) for line in data.splitlines(keepends=True))


def whole_end(data: bytes) -> int:
    """How much of `data`, a line's beginning, consists of whole characters and whole escape sequences."""
    escape = data.rfind(b"\x1b")
    if escape >= 0 and len(data) - escape < _LONGEST_ESCAPE and not _ESCAPE.match(data, escape):
        data = data[:escape]
    if data.endswith(b"\r"):
        data = data[:-1]
    tail = _HALF_UTF8.search(data)
    if tail is not None:
        try:
            data[: tail.start()].decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return tail.start()
    try:
        data.decode("utf-8")
        return len(data)
    except UnicodeDecodeError:
        return len(data) - _half_cp949(data)


_LONGEST_ESCAPE = 64
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_HALF_UTF8 = re.compile(rb"(?:[\xc2-\xdf]|[\xe0-\xef][\x80-\xbf]?|[\xf0-\xf4][\x80-\xbf]{0,2})\Z")


def _half_cp949(data: bytes) -> int:
    """1 when `data` ends with the first byte of a two-byte character."""
    place = 0
    while place < len(data):
        place += 2 if data[place] >= 0x81 else 1
    return place - len(data)
