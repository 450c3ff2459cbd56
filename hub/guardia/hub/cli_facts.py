"""`guardia-hub cmdb facts` and `guardia-hub cmdb drift`: what agents see, beside what is declared."""

from __future__ import annotations

import asyncio
import time
from typing import NoReturn

import click
import msgspec

from guardia.cmdb.model import Connection
from guardia.hub import migrations
from guardia.hub.cli_inventory import PROBLEMS, Settings, echo_json, with_inventory
from guardia.hub.core.card import iso
from guardia.hub.flow.drift_report import drift_report, seen
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.ports import KeptFacts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database
from guardia.proto.facts import ServiceFact

_GIB = 1024**3


@click.command()
@click.argument("asset", metavar="ASSET")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def facts(settings: Settings, asset: str, as_json: bool) -> None:
    """Show what the agent of ASSET last said of its own host.

    Facts are observations with a time; they change nothing in the inventory. Hosts that are reached by SSH through
    another agent have none. Exit code 1 when there are no facts.

    \b
    Examples:
      guardia-hub cmdb facts BUD-WAS-01
      guardia-hub cmdb facts BUD-WAS-01 --json
    """

    async def run(inventory: StoredInventory, database: Database) -> None:
        kept = await (await _stored(database)).of(asset)
        if kept is None:
            _none(inventory, asset)
        if as_json:
            echo_json(msgspec.to_builtins(seen(kept)))
            return
        for line in _lines(kept, time.time_ns() // 1_000_000):
            click.echo(line)

    with_inventory(settings, run)


async def _stored(database: Database) -> SqlAgentFacts:
    await asyncio.to_thread(migrations.upgrade, database.engine)  # the hub may not have started since it was updated
    return SqlAgentFacts(database)


def _none(inventory: StoredInventory, asset: str) -> NoReturn:
    rows = [server for server in inventory.snapshot().servers if server.asset_code == asset]
    if not rows:
        why = "it is not in the inventory; see: guardia-hub cmdb show"
    elif rows[0].connection is Connection.SSH:
        why = f"it is reached through {rows[0].via_agent}, and an agent tells of its own host alone"
    else:
        why = "its agent has not connected yet, is older than 1.1 of the protocol, or has [facts] send = false"
    click.echo(f"no facts of {plain(asset)}: {why}", err=True)
    raise SystemExit(PROBLEMS)


def _lines(kept: KeptFacts, now_ms: int) -> list[str]:
    found = kept.facts
    lines = [
        f"{kept.agent_id}  received {iso(kept.received_ms)} ({_age(now_ms - kept.received_ms)} ago)",
        f"  collected  {iso(kept.at_ms)} (the agent's clock)",
        f"  hostname   {found.hostname}",
        f"  os         {found.os}, kernel {found.kernel} {found.machine}",
        f"  agent      {found.agent}, Python {found.python}",
        f"  cpus       {found.cpus}",
        f"  memory     {found.memory / _GIB:.1f} GiB, swap {found.swap / _GIB:.1f} GiB",
        f"  addresses  {', '.join(found.addresses) or '-'}",
    ]
    for disk in found.disks:
        what = "did not answer"
        if disk.total:
            what = f"{disk.used_percent:.1f}% of {disk.total / _GIB:.1f} GiB, inodes {disk.inodes_percent:.1f}%"
        lines.append(f"  disk       {disk.mount} ({disk.fs_type}): {what}")
    lines += [f"  service    {one.name} ({one.manager}): {one.state}{_software(one)}" for one in found.services]
    if found.incomplete:
        lines.append("  incomplete: something did not answer in time, or there was too much of it")
    return [plain(line) for line in lines]


def _software(service: ServiceFact) -> str:
    named = ", ".join(f"{one.name} {one.version or '?'}" for one in service.software)
    return f", {named}" if named else ""


def plain(text: str) -> str:
    """Without what a terminal would obey: the text comes from another host."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _age(milliseconds: int) -> str:
    minutes = max(0, milliseconds) // 60_000
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def drift(settings: Settings, as_json: bool) -> None:
    """Compare what is declared with what the agents see on their own hosts; change nothing.

    Compared are the host name, the address, the service with its manager (against agent.toml), and the product that
    runs in it. Exit code 1 when
    something differs. Correct the inventory (`cmdb import`) or the host, whichever is wrong.

    \b
    Examples:
      guardia-hub cmdb drift
      guardia-hub cmdb drift --json
    """

    async def run(inventory: StoredInventory, database: Database) -> None:
        snapshot = inventory.snapshot()
        found = drift_report(snapshot.revision, snapshot.servers, await (await _stored(database)).everything())
        if as_json:
            echo_json(msgspec.to_builtins(found))
        else:
            for one in found.drift:
                declared, instead = one.declared, one.seen or "nothing"
                click.echo(plain(f"{one.asset_code}  {one.what}  declared {declared}, seen {instead} ({one.seen_at})"))
            click.echo(
                f"{len(found.drift)} differences, {found.compared} hosts compared, "
                f"{len(found.without_facts)} without facts, {found.behind_gateways} behind gateways (not compared)"
            )
        if found.drift:
            raise SystemExit(PROBLEMS)

    with_inventory(settings, run)
