"""The whole system as processes of its own, started once for all tests of a worker."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from guardia.hub.demo.runner import Runner
from tests.support.eventually import PATIENCE
from tests.support.held import HeldRunner

START_DELAY = 1.5
"""Seconds that a service takes to come up. A fault that must strike during the step holds it up (`service_held`)."""

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    folder: Path = tmp_path_factory.mktemp("system")
    runner = HeldRunner(folder / "demo", start_delay=START_DELAY)
    try:
        asyncio.run(runner.start())
        yield runner
    finally:
        asyncio.run(runner.stop())
