"""One small system for all tests of a worker; a test leaves it whole."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.small import SmallSystem


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallSystem]:
    folder: Path = tmp_path_factory.mktemp("small")
    system = SmallSystem(folder / "system")
    try:
        asyncio.run(system.start())
        yield system
    finally:
        asyncio.run(system.stop())
