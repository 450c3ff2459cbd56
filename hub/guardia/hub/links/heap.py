"""What collections of garbage need not look at: a connection is a hundred objects that stay for days.

Left alone, Python looks through all of them again for every few hundred agents that come: with 5,000 that is 0.3 ms of
processor time a connection, in pauses of up to 0.4 s, and never finds anything. What is frozen is looked at again when
connections have ended: one of them is a cycle of objects, which only a collection frees.
"""

from __future__ import annotations

import gc

from guardia.hub.links.registry import LiveConnections

CAME = 200
"""Connections that come between two looks of the collector at what stays."""

ENDED = 500
"""Connections that may have ended and not be collected, some 60 KiB each."""


class Heap:
    """Of a process that holds the `live` connections. `settle` once it is made, then `tend` every few seconds."""

    def __init__(self, live: LiveConnections) -> None:
        self._live = live
        self._came = self._ended = 0

    def settle(self) -> None:
        """Collect all garbage, and take for lasting what is left. Takes as long as there are objects: 0.6 µs each."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._came, self._ended = self._live.came, self._live.ended

    def tend(self) -> None:
        if self._live.ended - self._ended >= ENDED:
            self.settle()
        elif self._live.came - self._came >= CAME:
            gc.collect(1)  # what came and went meanwhile must not be taken for lasting
            gc.freeze()
            self._came = self._live.came
