"""What a benchmark gives back: percentiles beside a floor's, as rows of a table or as JSON."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import msgspec


class Percentiles(msgspec.Struct, frozen=True, kw_only=True):
    p50: float
    p90: float
    p99: float


def percentiles(values: Iterable[float]) -> Percentiles:
    """By nearest rank. At least one value."""
    ordered = sorted(values)
    last = len(ordered) - 1
    p50, p90, p99 = (ordered[min(last, int(len(ordered) * share))] for share in (0.5, 0.9, 0.99))
    return Percentiles(p50=p50, p90=p90, p99=p99)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One measured thing. `floor` None: there is nothing below it to compare with, `note` says why."""

    name: str
    unit: str
    count: int
    measured: Percentiles
    floor: Percentiles | None = None
    ratio: Percentiles | None = None
    own: float | None = None
    """Median less the floor's median: what is the hub's own."""
    note: str = ""


def row(name: str, unit: str, values: Sequence[float], floor: Sequence[float] | None = None, note: str = "") -> Row:
    measured = percentiles(values)
    if floor is None:
        return Row(name=name, unit=unit, count=len(values), measured=measured, note=note)
    below = percentiles(floor)
    ratio = Percentiles(p50=measured.p50 / below.p50, p90=measured.p90 / below.p90, p99=measured.p99 / below.p99)
    return Row(
        name=name,
        unit=unit,
        count=len(values),
        measured=measured,
        floor=below,
        ratio=ratio,
        own=measured.p50 - below.p50,
        note=note,
    )


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    reason: str


def table(rows: Sequence[Row], skipped: Sequence[Skipped]) -> str:
    """A Markdown table: `docs/performance.md` takes it as it is."""
    lines = [
        "| what | unit | n | p50 | p90 | p99 | floor p50 | floor p90 | floor p99 | ratio p50 | own p50 |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in rows:
        floor = _numbers(one.floor) if one.floor else ["–"] * 3
        ratio = f"{one.ratio.p50:.2f}" if one.ratio else "–"
        own = _number(one.own) if one.own is not None else "–"
        cells = [f"`{one.name}`", one.unit, str(one.count), *_numbers(one.measured), *floor, ratio, own]
        lines.append(f"| {' | '.join(cells)} |")
    notes = [f"- `{one.name}`: {one.note}" for one in rows if one.note]
    notes += [f"- `{one.name}` was left out: {one.reason}" for one in skipped]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _numbers(values: Percentiles) -> list[str]:
    return [_number(value) for value in (values.p50, values.p90, values.p99)]


def _number(value: float) -> str:
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


class Progress:
    """A counter on stderr: redrawn on a terminal, one line at the end elsewhere."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._began = time.monotonic()
        self._drawn = 0.0
        self._live = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def advance(self, by: int = 1) -> None:
        self._done += by
        now = time.monotonic()
        if self._live and now - self._drawn > 0.1:
            self._drawn = now
            print(f"\r{self._what}: {self._done}/{self._total}", end="", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        start = "\r" if self._live else ""
        word = "stopped" if kind else "done"
        seconds = time.monotonic() - self._began
        print(f"{start}{self._what}: {self._done}/{self._total} {word} in {seconds:.1f} s", file=sys.stderr, flush=True)
