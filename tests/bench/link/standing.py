"""What a benchmark of the link gives back: a figure, the floor's, their ratio, and whether the bar is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    unit: str
    measured: float
    floor: float | None = None
    """What the same costs without GUARDiA, in the same run; None: the bar is absolute."""
    ratio: float | None = None
    bar: str = ""
    met: bool | None = None
    """None: for information."""
    note: str = ""


class Bar(msgspec.Struct, frozen=True):
    """`limit` for the ratio: at most so much (costs), or at least (rates)."""

    kind: Literal["most", "least"]
    limit: float

    def __str__(self) -> str:
        return f"{'≤' if self.kind == 'most' else '≥'} {self.limit:g} ×"

    def met(self, ratio: float) -> bool:
        return ratio <= self.limit if self.kind == "most" else ratio >= self.limit


def at_most(limit: float) -> Bar:
    return Bar("most", limit)


def at_least(limit: float) -> Bar:
    return Bar("least", limit)


def beside(name: str, unit: str, measured: float, floor: float, bar: Bar | None, note: str = "") -> Standing:
    """`measured` beside `floor`; both above 0."""
    ratio = measured / floor
    return Standing(
        name=name,
        unit=unit,
        measured=measured,
        floor=floor,
        ratio=ratio,
        bar=str(bar or ""),
        met=bar.met(ratio) if bar else None,
        note=note,
    )


def absolute(name: str, unit: str, measured: float, bar: Bar | None = None, note: str = "") -> Standing:
    """`measured` against a bar that is a figure of its own, or for information."""
    sign = {"most": "≤", "least": "≥"}
    text = f"{sign[bar.kind]} {bar.limit:g} {unit}" if bar else ""
    return Standing(
        name=name, unit=unit, measured=measured, bar=text, met=bar.met(measured) if bar else None, note=note
    )


def standings(rows: Sequence[Standing]) -> str:
    """A Markdown table and its notes."""
    lines = [
        "| measure | unit | measured | floor | ratio | bar | |",
        "| --- | --- | ---: | ---: | ---: | --- | --- |",
    ]
    for one in rows:
        word = {True: "met", False: "**not met**", None: "–"}[one.met]
        cells = [f"`{one.name}`", one.unit, _number(one.measured), _number(one.floor), _number(one.ratio)]
        lines.append(f"| {' | '.join([*cells, one.bar or '–', word])} |")
    notes = [f"- `{one.name}`: {one.note}" for one in rows if one.note]
    return "\n".join([*lines, *([""] if notes else []), *notes])


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
