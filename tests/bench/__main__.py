"""`python -m tests.bench`: a table on stdout, progress on stderr; `--json` for machines."""

from __future__ import annotations

import logging
import os
import platform
import shutil
import sqlite3
import ssl
import sys
import tempfile
from pathlib import Path

import click
import msgspec
import structlog
import uvloop

from tests.bench.cases import CASES
from tests.bench.link.cases import EVENT_LOG, LINK_CASES, event_log
from tests.bench.link.fleet import TooFewFilesError
from tests.bench.link.scale import Scale
from tests.bench.link.standing import Standing, standings
from tests.bench.measures import Row, Skipped, table
from tests.bench.system import running

MESSAGES = tuple(name for rows, _ in CASES.values() for name in rows)
NAMES = (*MESSAGES, *LINK_CASES)


class Machine(msgspec.Struct, frozen=True):
    cores: int
    architecture: str
    system: str
    python: str
    sqlite: str
    openssl: str
    load: float
    """Processes that wanted a core in the minute before: what else was going on."""


def _machine() -> Machine:
    return Machine(
        cores=os.cpu_count() or 1,
        architecture=platform.machine(),
        system=platform.system(),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        openssl=ssl.OPENSSL_VERSION,
        load=round(os.getloadavg()[0], 2),
    )


class Outcome(msgspec.Struct):
    machine: Machine
    rows: list[Row]
    skipped: list[Skipped]
    link: list[Standing]
    """The bars of the link, and of the event log."""


async def _run(folder: Path, wanted: tuple[str, ...], count: int, scale: Scale) -> Outcome:
    outcome = Outcome(machine=_machine(), rows=[], skipped=[], link=[])
    if set(MESSAGES).intersection(wanted):
        await _messages(outcome, folder, wanted, count)
    for name, measure in LINK_CASES.items():
        if name not in wanted:
            continue
        own = folder / name
        own.mkdir()
        async for found in measure(own, scale):
            if isinstance(found, Skipped):
                outcome.skipped.append(found)
            else:
                outcome.link.append(found)
        shutil.rmtree(own, ignore_errors=True)
    return outcome


async def _messages(outcome: Outcome, folder: Path, wanted: tuple[str, ...], count: int) -> None:
    async with running(folder) as system:
        for names, measure in CASES.values():
            if not set(names).intersection(wanted):
                continue
            async for found in measure(system, count):
                if isinstance(found, Skipped):
                    outcome.skipped.append(found)
                elif found.name.partition(":")[0] in wanted:
                    outcome.rows.append(found)
                    if found.name == EVENT_LOG:
                        outcome.link.append(event_log(found))


@click.command()
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Measure this alone (repeatable).")
@click.option("--count", type=click.IntRange(1, 100_000), default=300, show_default=True, help="Repetitions.")
@click.option(
    "--scale",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    show_default=True,
    help="Size of the link's measures: 1 is what their bars are about.",
)
@click.option(
    "--flat-minutes",
    type=click.FloatRange(0, 1440),
    default=0.0,
    show_default=True,
    help="How long idle_memory looks whether the hub's memory stays flat; its bar is about 30.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of the table.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".state"),
    show_default=True,
    help="Where the databases lie while it runs; choose the disk that is to be measured.",
)
@click.option("--profile", type=click.Path(path_type=Path, dir_okay=False), help="Write a cProfile of the hub here.")
def main(
    *,
    only: tuple[str, ...],
    count: int,
    scale: float,
    flat_minutes: float,
    as_json: bool,
    folder: Path,
    profile: Path | None,
) -> None:
    """Measure what the hub and the link themselves cost, each beside a floor in the same run.

    \b
    python -m tests.bench --only message_to_dispatch --count 1000
    python -m tests.bench --only dispatch --only idle_memory --scale 0.1
    python -m tests.bench --json > figures.json
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="bench-", dir=folder.resolve()))
    try:
        size = Scale(factor=scale, flat_minutes=flat_minutes)
        outcome = _profiled(profile, scratch, only or NAMES, count, size)
    except TooFewFilesError as error:
        raise click.ClickException(str(error)) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(outcome)) + b"\n")
        return
    machine = outcome.machine
    print(
        f"{machine.cores} cores (load {machine.load:.1f} before), {machine.architecture}, Python {machine.python},"
        f" SQLite {machine.sqlite}\n"
    )
    if outcome.rows:
        print(table(outcome.rows, ()))
    if outcome.link:
        print(f"\n{standings(outcome.link)}")
    for one in outcome.skipped:
        print(f"- `{one.name}` was left out: {one.reason}")


def _profiled(profile: Path | None, scratch: Path, wanted: tuple[str, ...], count: int, scale: Scale) -> Outcome:
    if profile is None:
        return uvloop.run(_run(scratch, wanted, count, scale))
    import cProfile

    with cProfile.Profile() as profiler:
        outcome = uvloop.run(_run(scratch, wanted, count, scale))
    profiler.dump_stats(profile)
    return outcome


if __name__ == "__main__":
    main()
