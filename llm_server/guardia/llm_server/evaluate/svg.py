"""The plots as inline SVG: bars of shares, bars in parts, and the curve of a distribution. Pure; colours come from the
page's style, by class."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

_WIDTH = 900
_ROW = 22
_LABEL = 190
_END = 130
"""Room for the text at the end of a bar."""
_ROOM = _WIDTH - _LABEL - _END

Part = tuple[str, float]
"""Style class and share of a piece of a bar."""


def parted(rows: Sequence[tuple[str, Sequence[Part], str]], title: str) -> str:
    """Horizontal bars of (label, pieces from left to right, text at the end); pieces beyond the whole are cut."""
    parts = [_head(_ROW * len(rows) + 6, title)]
    for number, (label, pieces, text) in enumerate(rows):
        top = number * _ROW + 3
        parts.append(f'<text x="{_LABEL - 8}" y="{top + 13}" text-anchor="end">{escape(label[:28])}</text>')
        parts.append(f'<rect class="rail" x="{_LABEL}" y="{top + 2}" width="{_ROOM}" height="14"/>')
        left = 0.0
        for kind, share in pieces:
            width = max(0.0, min(1.0 - left, share))
            if width:
                x = _LABEL + left * _ROOM
                style = escape(kind, quote=True)
                parts.append(
                    f'<rect class="{style}" x="{x:.1f}" y="{top + 2}" width="{width * _ROOM:.1f}" height="14"/>'
                )
            left += width
        parts.append(f'<text x="{_LABEL + _ROOM + 8}" y="{top + 13}">{escape(text)}</text>')
    return "".join([*parts, "</svg>"])


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Horizontal bars of (label, share from 0 to 1, text at its end)."""
    return parted([(label, (("bar", share),), text) for label, share, text in rows], title)


def distribution(values: Sequence[float], marks: Sequence[tuple[str, float]], title: str) -> str:
    """Share of the values up to each value, on a logarithmic axis in milliseconds; `values` and `marks` in seconds."""
    ordered = sorted(max(value * 1000, 0.1) for value in values)
    if not ordered:
        return f'<p class="empty">{escape(title)}: nothing was measured.</p>'
    left, right, top, bottom = _LABEL, _WIDTH - _END, 26, 196
    low = math.floor(math.log10(ordered[0]))
    high = max(low + 1, math.ceil(math.log10(ordered[-1])))

    def across(milliseconds: float) -> float:
        return left + (math.log10(max(milliseconds, 10.0**low)) - low) / (high - low) * (right - left)

    def up(share: float) -> float:
        return bottom - share * (bottom - top)

    parts = [_head(bottom + 26, title)]
    for power in range(low, high + 1):
        x = across(10.0**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{_time(10.0**power)}</text>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = up(share)
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    count = len(ordered)
    step = max(1, count // 400)
    chosen = [*range(0, count, step), count - 1]
    points = " ".join(f"{across(ordered[at]):.1f},{up((at + 1) / count):.1f}" for at in chosen)
    parts.append(f'<polyline class="curve" points="{across(ordered[0]):.1f},{up(0):.1f} {points}"/>')
    told = -1e9
    for label, seconds in sorted(marks, key=lambda mark: mark[1]):
        x = across(seconds * 1000)
        parts.append(f'<line class="mark" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        if x - told > 34:  # two labels on one spot are none; the table beside the plot has all figures
            parts.append(f'<text class="mark" x="{x:.1f}" y="{top - 8}" text-anchor="middle">{escape(label)}</text>')
            told = x
    return "".join([*parts, "</svg>"])


def _head(height: int, title: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">'


def _time(milliseconds: float) -> str:
    return f"{milliseconds:g} ms" if milliseconds < 1000 else f"{milliseconds / 1000:g} s"
