"""`python -m tests.bench.engines`: what a frame and an idle connection cost, by WebSocket engine (ADR 0019).

picows and aiofastnet are no dependencies: `pip install picows aiofastnet` into an environment of one's own; what is not
installed is left out with a word. Processor time of the server's process is measured, not time on the wall.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import click
import structlog
import uvloop

from tests.bench.link.fleet import Fleet, allow_files, free_port, make_fleet
from tests.bench.link.worker import Worker

WARM = 20
SIZE = 600
ROUNDS = 20
KIB = 1024

RIVALS: dict[str, tuple[str, ...]] = {
    "websockets": ("websockets",),
    "websockets + aiofastnet": ("websockets", "aiofastnet"),
    "sans-IO": ("sans_io",),
    "sans-IO, no tasks": ("sans_io", "callback"),
    "sans-IO + aiofastnet": ("sans_io", "aiofastnet"),
    "picows": ("picows",),
    "picows, no tasks": ("picows", "callback"),
    "picows + aiofastnet": ("picows", "aiofastnet"),
    "picows.websockets + aiofastnet": ("picows_websockets", "aiofastnet"),
}


def _missing(engine: tuple[str, ...]) -> list[str]:
    needed = {"picows" if name.startswith("picows") else name for name in engine} & {"picows", "aiofastnet"}
    return sorted(name for name in needed if importlib.util.find_spec(name) is None)


async def _cpu(fleet: Fleet, engine: tuple[str, ...], connections: int) -> list[float]:
    """Microseconds of a round trip, for each round."""
    port = free_port()
    async with (
        Worker("engine_server", fleet.text, str(port), *engine) as server,
        Worker("bare_agents", fleet.text, str(port), "0", str(connections)) as clients,
    ):
        await clients.ask("connect")
        await server.ask("connected", count=connections)
        await server.ask("gather", size=SIZE, rounds=3)
        answered = await server.ask("gather", size=SIZE, rounds=ROUNDS)
    return [seconds * 1e6 for seconds in answered["cpu"]]


async def _memory(fleet: Fleet, engine: tuple[str, ...], connections: int) -> float:
    """KiB of PSS of an idle connection."""
    port = free_port()
    async with (
        Worker("engine_server", fleet.text, str(port), *engine) as server,
        Worker("bare_agents", fleet.text, str(port), "0", str(WARM)) as first,
    ):
        await first.ask("connect")
        await server.ask("connected", count=WARM)
        empty = await server.ask("memory")
        async with Worker("bare_agents", fleet.text, str(port), str(WARM), str(connections)) as clients:
            await clients.ask("connect", patience=900)
            await server.ask("connected", count=WARM + connections)
            await asyncio.sleep(1)
            full = await server.ask("memory")
    return float(full["pss"] - empty["pss"]) / connections / KIB


async def _run(folder: Path, only: tuple[str, ...], connections: int, idle: int, turns: int) -> None:
    allow_files(2 * max(connections, idle))
    rivals = {name: engine for name, engine in RIVALS.items() if name in (only or RIVALS)}
    for name, engine in list(rivals.items()):
        if missing := _missing(engine):
            del rivals[name]
            print(f"- {name} is left out: {', '.join(missing)} is not installed")
    fleet = await make_fleet(folder / "engines", max(connections, WARM + idle))
    cpu: dict[str, list[float]] = defaultdict(list)
    for _ in range(turns):  # by turns, so that whatever else the machine does slows all
        for name, engine in rivals.items():
            cpu[name].append(statistics.median(await _cpu(fleet, engine, connections)))
            print(f"{name}: {cpu[name][-1]:.1f} µs", file=sys.stderr)
    print(f"\n| engine | CPU a round trip, {connections} connections | lowest – highest | memory of an idle one |")
    print("| --- | ---: | ---: | ---: |")
    for name, engine in rivals.items():
        kib = await _memory(fleet, engine, idle) if idle else float("nan")
        found = cpu[name]
        print(
            f"| {name} | {statistics.median(found):.1f} µs | {min(found):.1f} – {max(found):.1f} | {kib:.1f} KiB |",
            flush=True,
        )


@click.command()
@click.option("--only", multiple=True, type=click.Choice(tuple(RIVALS)), help="Measure this alone (repeatable).")
@click.option("--connections", type=click.IntRange(1, 10_000), default=1_000, show_default=True)
@click.option("--idle", type=click.IntRange(0, 10_000), default=2_000, show_default=True, help="0: no memory.")
@click.option("--turns", type=click.IntRange(1, 20), default=3, show_default=True, help="Servers of each engine.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(".state"), show_default=True)
def main(*, only: tuple[str, ...], connections: int, idle: int, turns: int, folder: Path) -> None:
    """Measure what a frame and an idle mTLS connection cost, by WebSocket engine."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="engines-", dir=folder.resolve()))
    try:
        uvloop.run(_run(scratch, only, connections, idle, turns))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
