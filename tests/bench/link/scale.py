"""How large a run is: 1 is what the bars are about, less is for a look or a smoke test."""

from __future__ import annotations

import msgspec


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    factor: float = 1.0
    flat_minutes: float = 0.0
    """How long `idle_memory` looks whether the memory stays flat; 0: it does not."""

    def count(self, full: int, least: int = 2) -> int:
        """`full` scaled, never below `least`."""
        return max(least, round(full * self.factor))

    def note(self, text: str) -> str:
        return text if self.factor == 1 else f"{text} (scale {self.factor:g}: not the size that the bar is about)"
