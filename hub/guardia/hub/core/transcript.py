"""Output and results as text for people: decoded, without control characters, cut. Nothing in it is markup."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from guardia.hub.core.agent_texts import readable
from guardia.hub.core.texts import Language, told
from guardia.hub.core.texts import action as title_of
from guardia.proto.catalogue import CATALOGUE, ChangeReport, CheckReport, Kind

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b\r\n]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def decode(data: bytes) -> str:
    """Text of a process's bytes: UTF-8, else cp949, else with replacement; never raises.

    A cut multi-byte character at either end does not change the choice, as long as a whole Hangul one speaks for UTF-8.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        trimmed = _trimmed(data)
    if trimmed is not None and any("가" <= letter <= "힣" for letter in trimmed):
        return trimmed
    try:
        return data.decode("cp949")
    except UnicodeDecodeError:
        if trimmed is not None:
            return trimmed
        return data.decode("cp949" if _looks_cp949(data) else "utf-8", errors="replace")


def _trimmed(data: bytes) -> str | None:
    """UTF-8 text without the parts of characters that were cut at either end, or None."""
    for start in range(min(3, len(data)) + 1):
        for end in range(len(data), max(len(data) - 4, start), -1):
            try:
                return data[start:end].decode("utf-8")
            except UnicodeDecodeError:
                continue
    return None


def _looks_cp949(data: bytes) -> bool:
    text = data.decode("cp949", errors="replace")
    return text.count("\ufffd") <= max(1, len(text) // 50)


def clean(text: str) -> str:
    """Without escape sequences, control characters and bidirectional overrides; line ends as `\\n`."""
    if text.isprintable():  # nearly everything; a line end or a control character is not
        return text
    text = _ANSI.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", text)


def tail(data: bytes, limit: int = 4_000) -> str:
    """The end of `data` as clean text of at most `limit` characters, starting at a line where possible."""
    text = clean(decode(data[-limit * 4 :]))
    if len(text) <= limit:
        return text
    cut = text[-limit:]
    _, newline, rest = cut.partition("\n")
    return rest if newline else cut


def report_lines(language: Language, action: str, report: dict[str, Any], limit: int = 12) -> list[str]:
    """A result in a few lines, for rooms that show text only."""
    report = readable(language, report)
    name = told(language, title_of(action))
    lines = [f"{report.get('asset', '')} {name}: {clean(str(report.get('summary', '')))}"]
    table = report.get("table")
    if table and table.get("rows"):
        lines += ["  " + "  ".join(map(clean, map(str, row))) for row in table["rows"][:limit]]
    lines += ["  " + clean(line) for line in report.get("lines", [])[-limit:]]
    return lines


def sound_report(action: str, data: bytes) -> str | None:
    """The text of a report that is the envelope of `action`, "" for an empty one; None for anything else.

    What agents send is judged here, before it is recorded: cards, notices and decisions read it later.
    """
    if not data:
        return ""
    entry = CATALOGUE.get(action)
    try:
        if entry is not None and entry.kind is Kind.READ:
            msgspec.json.decode(data, type=CheckReport)
        else:
            msgspec.json.decode(data, type=ChangeReport)
        return data.decode()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def report_of(data: str) -> dict[str, Any] | None:
    """The result envelope that a step's run holds, or None."""
    return msgspec.json.decode(data, type=dict[str, Any]) if data else None
