"""`guardia-hub audit`: is the log whole, and does a message still mean what the log says?"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from guardia.hub.cli_admin import Lazy, with_store
from guardia.hub.errors import NotFoundError
from guardia.hub.terminal import PROBLEM, as_json, say

if TYPE_CHECKING:
    from guardia.cmdb.model import Inventory
    from guardia.hub.core.events import Event


@click.group()
def audit() -> None:
    """The event logs: of requests, and of what was decided about agents."""


@audit.command("verify")
@as_json
@click.pass_obj
def audit_verify(lazy: Lazy, as_json: bool) -> None:
    """Recompute every hash chain, of requests and of what was decided about agents; exit code 1 names what was
    changed, removed or added."""
    from guardia.hub.enrolment.trail import AgentTrail
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> tuple[int, list[str]]:
        count, problems = await SqlStore(database).verify()
        more, others = await AgentTrail(database).verify()
        return count + more, [*problems, *others]

    count, problems = with_store(lazy, work)
    say(
        {"events": count, "problems": problems},
        as_json,
        problems or [f"{count} events, every chain is whole"],
    )
    if problems:
        raise SystemExit(PROBLEM)


@audit.command("agents")
@click.argument("asset", required=False, default="")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Of the newest.")
@as_json
@click.pass_obj
def audit_agents(lazy: Lazy, asset: str, limit: int, as_json: bool) -> None:
    """Show what was decided about agents: revoked, reinstated, fenced, unfenced, drained, undrained; who, when, why.

    \b
    Examples:
      guardia-hub audit agents
      guardia-hub audit agents WEB-01 --json
    """
    import msgspec

    from guardia.hub.core.card import iso
    from guardia.hub.enrolment.trail import AgentTrail

    async def work(database: Any) -> Any:
        return await AgentTrail(database).events(asset, limit=limit)

    found = with_store(lazy, work)
    lines = [f"{iso(one.at_ms)}  {one.agent_id:24} {one.what:10} {one.by:20} {one.reason}".rstrip() for one in found]
    nothing = "nothing was decided about " + (asset or "an agent")
    say(msgspec.to_builtins(found), as_json, lines or [nothing])


@audit.command("replay")
@click.argument("request_ids", nargs=-1)
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Without ids: of the newest."
)
@click.option(
    "--cmdb",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The inventory of then, as exported then; else the present one.",
)
@as_json
@click.pass_obj
def audit_replay(lazy: Lazy, request_ids: tuple[str, ...], limit: int, folder: Path | None, as_json: bool) -> None:
    """Read the messages of requests again and compare with what the log says they meant.

    \b
    same     it is the same command
    moved    it is another one, and reader or inventory are not those of then
    differs  it is another one, though reader and inventory are the same: exit code 1
    unknown  it cannot be read again; the line says why

    A model is not asked: its recorded answer is proved anew.

    \b
    Examples:
      guardia-hub audit replay SR-20270115-0001
      guardia-hub audit replay --limit 1000 --json
    """
    import msgspec

    from guardia.hub.cli_read import load_inventory
    from guardia.hub.core.events import Drafted
    from guardia.hub.inventory.store import StoredInventory
    from guardia.hub.parser.embedded.reader import EmbeddedReader
    from guardia.hub.parser.replay import Verdict, replay
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> tuple[Inventory, list[tuple[str, list[Event]]]]:
        store = SqlStore(database)
        ids = request_ids or tuple(one.request_id for one in await store.requests(limit=limit))
        return await StoredInventory(database).load(), [(one, await store.events(one)) for one in ids]

    present, logs = with_store(lazy, work)
    reader = EmbeddedReader(load_inventory(folder) if folder is not None else present)
    found = []
    for request_id, events in logs:
        if not events:
            raise NotFoundError(f"no request {request_id}")
        found += [replay(event, reader, of_then=folder is not None) for event in events if isinstance(event, Drafted)]
    counts = Counter(str(one.verdict) for one in found)
    lines = [
        f"{one.request_id}  {one.verdict:8} {one.reader} {one.version}" + (f"  {one.why}" if one.why else "")
        for one in found
    ]
    say(
        {"counts": counts, "replays": msgspec.to_builtins(found)},
        as_json,
        [*lines, ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())) or "no request"],
    )
    if counts[Verdict.DIFFERS]:
        raise SystemExit(PROBLEM)
