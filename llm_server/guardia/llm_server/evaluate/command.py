"""`guardia-llm evaluate`: the set, the endpoint, progress on standard error, the two files of the report."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from guardia.llm_server.client import Client, Endpoint
from guardia.llm_server.errors import DatasetError
from guardia.llm_server.evaluate import dataset, page, recorded, report
from guardia.llm_server.evaluate.dataset import Message
from guardia.llm_server.evaluate.reading import endpoint_reader
from guardia.llm_server.evaluate.run import Outcome, evaluate
from guardia.llm_server.prompt import VERSION, Budget

PROGRESS_EVERY = 10.0
"""Seconds between two progress lines where standard error is no terminal."""


class Progress:
    """One line that is rewritten on a terminal, and a line now and then elsewhere."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = self._right = self._unsafe = self._unread = 0
        self._began = self._told = time.monotonic()
        self._terminal = sys.stderr.isatty()

    def __call__(self, outcome: Outcome) -> None:
        self._done += 1
        self._right += outcome.right
        self._unsafe += outcome.unsafe
        self._unread += outcome.requests is None
        now = time.monotonic()
        last = self._done == self._total
        if not last and now - self._told < (0.1 if self._terminal else PROGRESS_EVERY):
            return
        self._told = now
        left = (now - self._began) / self._done * (self._total - self._done)
        line = (
            f"{self._done}/{self._total}  right {self._right}  unsafe {self._unsafe}  no reading {self._unread}"
            f"  about {left:.0f} s left"
        )
        click.echo(f"\r\x1b[K{line}" if self._terminal else line, err=True, nl=last or not self._terminal)


def messages(source: Path, limit: int, sample: int) -> tuple[Message, ...]:
    """The first `limit` messages (0: all), of them a sample of `sample` (0: all). Raises `DatasetError`."""
    return dataset.sample(dataset.messages(source, limit), sample)


def evaluate_endpoint(
    endpoint: Endpoint,
    chosen: Sequence[Message],
    source: Path,
    cmdb: Path,
    *,
    concurrency: int,
    seconds: float,
    context_tokens: int,
) -> report.Report:
    """Ask the endpoint's model and report. Raises `DatasetError`, `UnreachableError`, `ConfigError`."""
    inventory = dataset.inventory(cmdb)
    started = _now()
    budget = Budget(context_tokens=context_tokens)

    async def go() -> tuple[list[Outcome], float]:
        async with Client(endpoint, connections=concurrency) as client:
            reader = endpoint_reader(client, inventory, seconds=seconds, budget=budget)
            began = time.monotonic()
            outcomes = await evaluate(chosen, reader, concurrency=concurrency, on_outcome=Progress(len(chosen)))
            return outcomes, time.monotonic() - began

    outcomes, wall = asyncio.run(go())
    about = report.About(
        endpoint=endpoint.root,
        model=endpoint.model,
        dataset=source.name,
        cmdb=cmdb.name,
        prompt_version=VERSION,
        concurrency=concurrency,
        started=started,
    )
    return report.make(about, outcomes, wall)


def evaluate_readings(chosen: Sequence[Message], source: Path, readings: Path) -> report.Report:
    """Report on what was read before. Raises `DatasetError`."""
    found = recorded.records(readings)
    outcomes = recorded.outcomes(chosen, found)
    reader, version = recorded.reader_of(found)
    about = report.About(
        endpoint="",
        model=reader or "recorded readings",
        dataset=source.name,
        cmdb="",
        prompt_version=version,
        concurrency=1,
        started=_now(),
    )
    return report.make(about, outcomes, sum(outcome.seconds for outcome in outcomes))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write(found: report.Report, folder: Path) -> tuple[Path, Path]:
    """Write `report.json` and `report.html` into `folder`. Raises `DatasetError` when that is not possible."""
    data, html = folder / "report.json", folder / "report.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        data.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
        html.write_text(page.render(found), "utf-8")
    except OSError as error:
        raise DatasetError(f"{folder}: {error.strerror}; name another folder with --out") from None
    return data, html


def tell(found: report.Report) -> str:
    """The figures for a terminal, in the form that the scoring script uses."""
    lines = [
        f"{share.name:28s} {share.right:4d}/{share.total:<4d} {share.accuracy:6.1%}"
        + (f"  unsafe {share.unsafe}" if share.unsafe else "")
        for share in found.categories
    ]
    total, tokens = found.total, found.tokens
    times = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in found.latency.items())
    cached = f"{tokens.cached} of {tokens.prompt} prompt tokens cached"
    accuracy = f"accuracy {total.right}/{total.total} = {total.accuracy:.1%}"
    if found.fallbacks or found.asked_back:
        stood_in = ", ".join(f"{code} {count}" for code, count in found.fallbacks.items()) or "never"
        lines.append(f"asked back {found.asked_back}   another reader stood in: {stood_in}")
    lines += [
        f"{accuracy}   unsafe {total.unsafe}   no reading {total.unread}",
        f"latency in ms: {times}",
        f"tokens {tokens.prompt_mean:.0f} + {tokens.completion_mean:.0f} a message, {cached}",
    ]
    if found.about.endpoint:
        lines.append(f"{found.wall_seconds:.1f} s in all")
    return "\n".join(lines)
