"""How often a card changes: every step of a fan-out says three things, and nobody reads a card ten times a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from guardia.hub.core import events as e

_PROGRESS = (e.StepDispatched, e.StepAccepted, e.StepStarted, e.StepFinished)
"""What may wait a moment, as long as the request itself stays in its state."""


def may_wait(events: Iterable[e.Event]) -> bool:
    """True when `events` are mere progress of steps."""
    return all(isinstance(event, _PROGRESS) for event in events)


class CardPace:
    """At most one card every `every` seconds for each request; the last of what came meanwhile is always shown.

    `show` is called with a request's id when a card that was put off is due. 0 for `every`: nothing is put off.
    """

    def __init__(self, every: float, show: Callable[[str], None]) -> None:
        self._every = every
        self._show = show
        self._shown: dict[str, float] = {}
        self._due: dict[str, asyncio.TimerHandle] = {}

    def shows(self, request_id: str, *, at_once: bool = False) -> bool:
        """Whether to show a card now, with which a put off one is done; otherwise one follows by itself."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        next_one = self._shown.get(request_id, float("-inf")) + self._every
        if at_once or now >= next_one:
            self._shown[request_id] = now
            self._drop(request_id)
            return True
        if request_id not in self._due:
            self._due[request_id] = loop.call_at(next_one, self._fire, request_id)
        return False

    def forget(self, request_id: str) -> None:
        """After the end of the request, whose last card has been shown."""
        self._drop(request_id)
        self._shown.pop(request_id, None)

    @property
    def waiting(self) -> bool:
        """Is there a card that was put off?"""
        return bool(self._due)

    def flush(self) -> None:
        """Show what was put off now: the hub is stopping."""
        for request_id, handle in list(self._due.items()):
            handle.cancel()
            self._fire(request_id)

    def _drop(self, request_id: str) -> None:
        handle = self._due.pop(request_id, None)
        if handle is not None:
            handle.cancel()

    def _fire(self, request_id: str) -> None:
        del self._due[request_id]
        self._show(request_id)
