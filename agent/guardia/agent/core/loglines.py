"""Time stamps at the head of log lines, and the choice of lines that a report can carry."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_TIME = r"(?P<h>\d{2}):(?P<mi>\d{2}):(?P<s>\d{2})(?:[.,]\d{1,9})?"
_ZONE = r"\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?"

_PATTERNS = (
    # 2026-11-23 17:07:33,123   2026-11-23T17:07:33.123+09:00   2026/11/23 17:07:33 (nginx)
    re.compile(rf"^\W{{0,2}}(?P<y>\d{{4}})[-/](?P<mo>\d{{2}})[-/](?P<d>\d{{2}})[ T]{_TIME}{_ZONE}"),
    # 23-Nov-2026 17:07:33.123 (Tomcat)
    re.compile(rf"^\W{{0,2}}(?P<d>\d{{2}})-(?P<month>[A-Z][a-z]{{2}})-(?P<y>\d{{4}}) {_TIME}{_ZONE}"),
    # 127.0.0.1 - - [23/Nov/2026:17:07:33 +0900] (access logs)
    re.compile(rf"^.{{0,200}}?\[(?P<d>\d{{2}})/(?P<month>[A-Z][a-z]{{2}})/(?P<y>\d{{4}}):{_TIME}{_ZONE}\]"),
    # Nov 23 17:07:33 (syslog): no year
    re.compile(rf"^(?P<month>[A-Z][a-z]{{2}}) (?P<d>[ \d]\d) {_TIME}"),
)


def line_time(line: str, *, now: datetime) -> datetime | None:
    """Time at the head of `line`, or None. A stamp without offset is of `now`'s zone; one without year is the latest
    such day that is not in the future."""
    for pattern in _PATTERNS:
        match = pattern.match(line)
        if match is None:
            continue
        fields = match.groupdict()
        month = int(fields["mo"]) if fields.get("mo") else _MONTHS.get(fields.get("month") or "", 0)
        year = int(fields["y"]) if fields.get("y") else now.year
        try:
            found = datetime(
                year,
                month,
                int(fields["d"]),
                int(fields["h"]),
                int(fields["mi"]),
                min(int(fields["s"]), 59),
                tzinfo=_zone(fields.get("zone"), now),
            )
            if not fields.get("y") and found > now + timedelta(days=1):
                found = found.replace(year=year - 1)
        except ValueError:
            continue
        return found
    return None


def _zone(text: str | None, now: datetime) -> timezone:
    if text == "Z":
        return UTC
    if text:
        sign = -1 if text[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))
    return timezone(now.utcoffset() or timedelta())


def since(lines: Sequence[str], *, now: datetime, minutes: int) -> tuple[list[str], bool]:
    """Lines of the last `minutes`, and whether any line had a time at all (False: all lines are returned).

    A line without a time belongs to the one before it: stack traces stay whole.
    """
    start = now - timedelta(minutes=minutes)
    kept: list[str] = []
    inside = stamped = False
    for line in lines:
        at = line_time(line, now=now)
        if at is not None:
            stamped = True
            inside = at >= start
        if inside:
            kept.append(line)
    return (kept, True) if stamped else (list(lines), False)


def newest(
    lines: Sequence[str], *, count: int, budget: int, size: Callable[[str], int], width: int = 2_000
) -> tuple[list[str], bool]:
    """The newest `count` lines that together fit into `budget` bytes as `size` counts them, each cut to `width`
    characters; and whether anything was cut or left out for the budget."""
    kept: list[str] = []
    cut = False
    for line in reversed(lines[-count:]):
        if len(line) > width:
            line, cut = line[:width] + "…", True
        budget -= size(line)
        if budget < 0:
            cut = True
            break
        kept.append(line)
    return kept[::-1], cut


def matching(lines: Sequence[str], literal: str) -> list[str]:
    """Lines that hold `literal`, which is never read as a pattern."""
    return [line for line in lines if literal in line]


_DATE_COMMAND = re.compile(r"^(\d{1,12}) ([+-])(\d{2})(\d{2})$")

DATE_ARGV = ("date", "+%s %z")
"""Prints the host's clock and offset for `parse_date`."""


def parse_date(text: str) -> datetime:
    """Host time in its own zone from the output of `DATE_ARGV`. Raises ValueError."""
    match = _DATE_COMMAND.match(text.strip())
    if match is None:
        raise ValueError(f"not the output of date: {text[:40]!r}")
    offset = timedelta(hours=int(match[3]), minutes=int(match[4]))
    return datetime.fromtimestamp(int(match[1]), timezone(-offset if match[2] == "-" else offset))
