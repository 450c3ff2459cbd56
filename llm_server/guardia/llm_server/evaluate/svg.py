"""Two plots as inline SVG: bars of shares, and a curve of a distribution. Pure; colours come from the page's style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

_WIDTH = 720
_ROW = 26
_LABEL = 200


def bars(rows: Sequence[tuple[str, float, str]], title: str) -> str:
    """Horizontal bars of (label, share from 0 to 1, text at its end)."""
    height = _ROW * len(rows) + 8
    room = _WIDTH - _LABEL - 150
    parts = [f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">']
    for number, (label, share, text) in enumerate(rows):
        top = number * _ROW + 4
        width = max(0.0, min(1.0, share)) * room
        parts.append(f'<text x="{_LABEL - 8}" y="{top + 15}" text-anchor="end">{escape(label[:28])}</text>')
        parts.append(f'<rect class="rail" x="{_LABEL}" y="{top + 3}" width="{room}" height="16" rx="3"/>')
        parts.append(f'<rect class="bar" x="{_LABEL}" y="{top + 3}" width="{width:.1f}" height="16" rx="3"/>')
        parts.append(f'<text x="{_LABEL + room + 8}" y="{top + 15}">{escape(text)}</text>')
    return "".join([*parts, "</svg>"])


def distribution(values: Sequence[float], marks: Sequence[tuple[str, float]], title: str) -> str:
    """Share of the values up to each value, on a logarithmic axis in milliseconds; `values` in seconds."""
    ordered = sorted(max(value * 1000, 0.1) for value in values)
    if not ordered:
        return f'<p class="empty">{escape(title)}: nothing was measured.</p>'
    left, right, top, bottom = 50, _WIDTH - 20, 12, 220
    low = math.floor(math.log10(ordered[0]))
    high = max(low + 1, math.ceil(math.log10(ordered[-1])))

    def across(milliseconds: float) -> float:
        return left + (math.log10(max(milliseconds, 10.0**low)) - low) / (high - low) * (right - left)

    def up(share: float) -> float:
        return bottom - share * (bottom - top)

    parts = [f'<svg viewBox="0 0 {_WIDTH} 262" role="img" aria-label="{escape(title, quote=True)}">']
    for power in range(low, high + 1):
        x = across(10.0**power)
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{_time(10.0**power)}</text>')
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = up(share)
        parts.append(f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    count = len(ordered)
    step = max(1, count // 400)
    chosen = [*range(0, count, step), count - 1]
    points = " ".join(f"{across(ordered[at]):.1f},{up((at + 1) / count):.1f}" for at in chosen)
    parts.append(f'<polyline class="curve" points="{across(ordered[0]):.1f},{up(0):.1f} {points}"/>')
    for label, seconds in marks:
        x = across(seconds * 1000)
        parts.append(f'<line class="mark" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{bottom}"/>')
        parts.append(f'<text class="mark" x="{x:.1f}" y="{bottom + 34}" text-anchor="middle">{escape(label)}</text>')
    return "".join([*parts, "</svg>"])


def _time(milliseconds: float) -> str:
    return f"{milliseconds:g} ms" if milliseconds < 1000 else f"{milliseconds / 1000:g} s"
