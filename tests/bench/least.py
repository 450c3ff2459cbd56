"""`python -m tests.bench.least`: how near to its floor can a hub in CPython come that keeps the promises? (ADR 0026)

The measures of the link whose bars are a multiple of a floor, with the least program in the place of the hub and agents
(`link/least_*.py`), beside the same floors. What it cannot reach, no hub of this kind can.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path

import click
from sqlalchemy import make_url

from tests.bench.floor import BareCommits
from tests.bench.link import dispatch as one_dispatch
from tests.bench.link import dispatch_throughput as many
from tests.bench.link.fleet import Fleet, allow_files, free_port, make_fleet, name, real_agent
from tests.bench.link.worker import Worker
from tests.bench.measures import Progress, percentiles

COMMITS = 100
"""Commits of one transaction, as `event_log_append` has callers."""
CHUNK = 50
"""Rows of one statement."""

Measure = Callable[[Path, int], AsyncIterator[tuple[str, str, float, float, str]]]
"""Of a folder and a number of rounds. Yields: what, its unit, the least program, the floor, the bar."""


async def _dispatch(folder: Path, rounds: int) -> AsyncIterator[tuple[str, str, float, float, str]]:
    fleet = await make_fleet(folder, 1)
    real_agent(fleet, name(0))
    port = free_port()
    least: list[float] = []
    floor: list[float] = []
    async with (
        Worker("least_hub", fleet.text, str(port)) as hub,
        Worker("least_agent", fleet.text, str(port)) as agent,
    ):
        await hub.ask("connected", count=1)
        bare = one_dispatch.bare_hub(fleet, folder)
        try:
            await hub.ask("one_by_one", count=25)
            await agent.ask("acknowledged")
            with Progress("dispatch", 2 * rounds) as progress:
                for _ in range(2 * rounds):
                    began = await hub.ask("one_by_one", count=25)
                    await asyncio.sleep(0.05)  # the last acknowledgement is on its way
                    ended = await agent.ask("acknowledged")
                    least += [(ended[step] - moment) * 1000 for step, moment in began.items()]
                    for _ in began:
                        sizes = {"dispatch": one_dispatch.DISPATCH, "result": one_dispatch.RESULT}
                        floor.append(bare.step(hub_syncs=2, agent_syncs=2, **sizes) * 1000)
                    progress.advance()
        finally:
            bare.close()
    found, below = percentiles(least), percentiles(floor)
    yield "dispatch p50", "ms", found.p50, below.p50, "≤ 2 ×"
    yield "dispatch p99", "ms", found.p99, below.p99, "≤ 4 ×"


async def _throughput(folder: Path, rounds: int) -> AsyncIterator[tuple[str, str, float, float, str]]:
    fleet = await make_fleet(folder, many.AGENTS)
    commits = BareCommits(folder / "floor.db")
    least, trip, commit = [], [], []
    trips = many.STEPS // many.AGENTS
    async for hub, bare in _beside_echo(fleet, "dispatch_throughput", rounds):
        answered = await hub.ask("at_once", steps=many.STEPS, group=200)
        least.append(many.STEPS / answered["seconds"])
        trip.append((await bare.ask("gather", size=many.FRAME, rounds=trips))["cpu"] / many.STEPS)
        began = time.monotonic()
        for _ in range(many.STEPS // many.GROUP):
            commits.commit(many.ROWS * many.GROUP)
        commit.append((time.monotonic() - began) / many.STEPS)
    commits.close()
    floor = 1 / max(statistics.median(trip), statistics.median(commit))
    yield "dispatch_throughput", "steps/s", statistics.median(least), floor, "≥ 0.4 ×"


async def _fan_out(folder: Path, rounds: int) -> AsyncIterator[tuple[str, str, float, float, str]]:
    agents = 1_000
    allow_files(2 * agents)
    fleet = await make_fleet(folder, agents)
    least, floor = [], []
    async for hub, bare in _beside_echo(fleet, "fan_out", rounds):
        least.append((await hub.ask("at_once", steps=agents, group=200))["seconds"] * 1000)
        floor += [seconds * 1000 for seconds in (await bare.ask("gather", size=600, rounds=3))["seconds"]]
    yield "fan_out", "ms", statistics.median(least), statistics.median(floor), "≤ 3 ×"


async def _beside_echo(fleet: Fleet, what: str, rounds: int) -> AsyncIterator[tuple[Worker, Worker]]:
    """The least hub and the server of echoes, each with all agents connected, once for each round."""
    port, echo = str(free_port()), str(free_port())
    count = str(fleet.count)
    async with (
        Worker("least_hub", fleet.text, port) as hub,
        Worker("least_agents", fleet.text, port, count) as agents,
        Worker("bare_server", fleet.text, echo) as bare,
        Worker("bare_agents", fleet.text, echo, "0", count) as echoes,
    ):
        await agents.ask("connect")
        await hub.ask("connected", count=fleet.count)
        await echoes.ask("connect")
        with Progress(what, rounds) as progress:
            for _ in range(rounds):
                yield hub, bare
                progress.advance()


EVENTS = (900, 400, 250, 180)
SNAPSHOT, FRAME, CARD = 1_900, 700, 1_500
"""Bytes of the rows of `event_log_append`, as recorded: events, the request's state, a dispatch, a message."""


async def _append(folder: Path, rounds: int) -> AsyncIterator[tuple[str, str, float, float, str]]:
    """Rows into the hub's own tables by statements of many rows, without making any of them; one thread, no callers."""
    fleet = await make_fleet(folder, 1)
    floor = BareCommits(folder / "floor.db")
    tables = sqlite3.connect(make_url(fleet.config.database_url).database or "", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        tables.execute(f"PRAGMA {pragma}")
    least, bare = [], []
    with Progress("event_log_append", 10 * rounds) as progress:
        for number in range(10 * rounds):
            rows = _rows(range(number * COMMITS, (number + 1) * COMMITS))
            began = time.monotonic()
            tables.execute("BEGIN IMMEDIATE")
            for into, values in rows.items():
                for sql, bound in _statements(into, values):
                    tables.execute(sql, bound)
            tables.execute("COMMIT")
            least.append(COMMITS / (time.monotonic() - began))
            began = time.monotonic()
            floor.commit((*EVENTS, SNAPSHOT, FRAME, CARD) * COMMITS)
            bare.append(COMMITS / (time.monotonic() - began))
            progress.advance()
    tables.close()
    floor.close()
    yield "event_log_append: SQLite alone", "commits/s", statistics.median(least), statistics.median(bare), "≥ 0.5 ×"


def _rows(numbers: Sequence[int]) -> dict[str, list[tuple[object, ...]]]:
    data, moment, digest = os.urandom(2_000), 1_800_000_000_000, "a" * 64
    found: dict[str, list[tuple[object, ...]]] = {
        "events (request_id, version, at_ms, type, data, hash)": [],
        "requests (state, final, updated_ms, version, head, snapshot, request_id, origin, room_id, requester,"
        " created_ms)": [],
        "outbox (agent_id, request_id, step_id, frame, created_ms, deliver_by_ms, sent_ms)": [],
        "room_messages (room_id, message_id, revision, created_ms, data)": [],
    }
    events, requests, outbox, messages = found.values()
    for number in numbers:
        request = f"SR-20260101-{number:06}"
        for version, size in enumerate(EVENTS, 1):
            events.append((request, version, moment, "StepDispatched", data[:size], digest))
        state = ("RUNNING", False, moment, len(EVENTS), digest, data[:SNAPSHOT])
        requests.append((*state, request, f"slack:{number}:0", "ops", "engineer1", moment))
        outbox.append((f"agent-{number % 5}", request, f"{request}.1", data[:FRAME], moment, moment, None))
        messages.append(("ops", f"card-{request}", 0, moment, data[:CARD]))
    return found


def _statements(into: str, rows: list[tuple[object, ...]]) -> Iterator[tuple[str, list[object]]]:
    places = f"({', '.join('?' * len(rows[0]))})"
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        sql = f"INSERT INTO {into} VALUES {', '.join([places] * len(part))}"
        yield sql, [value for row in part for value in row]


MEASURES: dict[str, Measure] = {
    "dispatch": _dispatch,
    "dispatch_throughput": _throughput,
    "fan_out": _fan_out,
    "event_log_append": _append,
}


async def _run(folder: Path, only: tuple[str, ...], rounds: int) -> None:
    print("| measure | unit | the least program | floor | ratio | bar |\n| --- | --- | ---: | ---: | ---: | --- |")
    for chosen in only or MEASURES:
        async for what, unit, least, floor, bar in MEASURES[chosen](folder / chosen, rounds):
            digits = 0 if floor > 1_000 else 2
            numbers = f"{least:,.{digits}f} | {floor:,.{digits}f} | {least / floor:.2f}"
            print(f"| `{what}` | {unit} | {numbers} | {bar} |", flush=True)


@click.command()
@click.option("--only", multiple=True, type=click.Choice(tuple(MEASURES)), help="Measure this alone (repeatable).")
@click.option("--rounds", type=click.IntRange(1, 100), default=6, show_default=True, help="Turns of either.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(".state"), show_default=True)
def main(*, only: tuple[str, ...], rounds: int, folder: Path) -> None:
    """Measure the least hub and agent beside the floors of the link's bars."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="least-", dir=folder.resolve()))
    try:
        asyncio.run(_run(scratch, only, rounds))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
