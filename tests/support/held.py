"""A sample estate whose services a test can hold up, so that a fault strikes during a step, on a slow machine too."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from guardia.hub.demo.estate import Estate, Node
from guardia.hub.demo.runner import Runner
from tests.support import held_service


class HeldEstate(Estate):
    """Its services have time to come up: for a test that waits for what others notice meanwhile."""

    def _service(self, node: Node) -> dict[str, object]:
        service = super()._service(node)
        python, isolated, *app = service["start"]  # type: ignore[misc]  # a list of words
        service["start"] = [python, isolated, str(Path(held_service.__file__)), *app]
        service["start_timeout"] = 120
        return service


class HeldRunner(Runner):
    """The demonstration with that estate. `start_delay`: seconds that a service takes to come up, held or not."""

    def __init__(self, root: Path, *, start_delay: float) -> None:
        super().__init__(root, say=lambda _line: None, start_delay=start_delay)
        self.estate = HeldEstate(root, start_delay=start_delay)


class Held:
    def __init__(self, folder: Path) -> None:
        self._file = folder / "held"
        self._file.touch()

    def let_go(self) -> None:
        self._file.unlink(missing_ok=True)


@contextlib.contextmanager
def service_held(system: Runner, asset: str) -> Iterator[Held]:
    """A service that is started in the block comes up when it is let go, or at the block's end."""
    held = Held(system.estate.node(asset).folder)
    try:
        yield held
    finally:
        held.let_go()
