"""`python -m tests.bench.output`: what a flood of output does to heartbeats and memory, beside doing nothing.

A real agent process writes that many bytes through its spool and the link, then the whole is fetched. The hub's
listener runs in this process, with a heartbeat of half a second.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

import click

from guardia.hub.enrolment.authority import HubAuthority
from tests.support.agent_process import DOMAIN, Clock, Field
from tests.support.flooded import MIB, measure


async def _run(folder: Path, size: int) -> None:
    (folder / "field").mkdir()
    names = ("localhost", "127.0.0.1")
    authority = HubAuthority.init(folder / "hub", trust_domain=DOMAIN, names=names, now_ms=Clock().now_ms())
    field = Field(folder / "field", authority, heartbeat=0.5)
    await field.links.start()
    try:
        field.identify()
        stretches = await measure(field, size)
    finally:
        await field.close()
    print("| | seconds | longest heartbeat gap, s | hub grew by, MiB |\n| --- | ---: | ---: | ---: |")
    for name, one in zip(("idle", "flood", "whole fetched"), stretches, strict=True):
        print(f"| {name} | {one.seconds:.1f} | {one.longest_gap:.2f} | {one.grown / MIB:.1f} |")


@click.command()
@click.option("--mib", type=click.IntRange(1, 16 * 1024), default=1024, show_default=True, help="How much is written.")
def main(*, mib: int) -> None:
    """Measure what a step's output does to the rest of the link."""
    with tempfile.TemporaryDirectory(prefix="guardia-bench-") as folder:
        asyncio.run(_run(Path(folder), mib * MIB))


if __name__ == "__main__":
    main()
