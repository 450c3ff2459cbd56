"""The embedded reader behind the parser port."""

from __future__ import annotations

from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.ports import InventoryPort


class EmbeddedParser:
    """Reads against the inventory's current snapshot; the index is built anew when its revision moves."""

    def __init__(self, inventory: InventoryPort) -> None:
        self._inventory = inventory
        self._reader: EmbeddedReader | None = None

    def _current(self) -> EmbeddedReader:
        snapshot = self._inventory.snapshot()
        if self._reader is None or self._reader.gazetteer.revision != snapshot.revision:
            self._reader = EmbeddedReader(snapshot)
        return self._reader

    @property
    def gazetteer(self) -> Gazetteer:
        """The index of the current snapshot."""
        return self._current().gazetteer

    async def read(self, message: ReaderInput) -> Reading:
        """What `message` means. A few milliseconds, so it runs where it is called."""
        return self._current().read(message)
