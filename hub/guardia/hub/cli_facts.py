"""`guardia-hub cmdb facts` and `guardia-hub cmdb drift`: what agents see, beside what is declared."""

from __future__ import annotations

import asyncio
import time
from typing import Any, NoReturn

import click
import msgspec

from guardia.cmdb.model import Connection
from guardia.hub import migrations
from guardia.hub.cli_inventory import PROBLEMS, Settings, echo_json, with_inventory
from guardia.hub.core.card import iso
from guardia.hub.core.host_facts import drift_of, own_hosts
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.ports import KeptFacts
from guardia.hub.store.agent_facts import SqlAgentFacts
from guardia.hub.store.database import Database

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
            echo_json(
                {
                    "asset_code": kept.agent_id,
                    "collected_at": iso(kept.at_ms),
                    "received_at": iso(kept.received_ms),
                    "facts": msgspec.to_builtins(kept.facts),
                }
            )
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
    lines += [f"  service    {one.name} ({one.manager}): {one.state}" for one in found.services]
    if found.incomplete:
        lines.append("  incomplete: something did not answer in time, or there was too much of it")
    return [plain(line) for line in lines]


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

    Compared are the host name, the address, and the service with its manager (against agent.toml). Exit code 1 when
    something differs. Correct the inventory (`cmdb import`) or the host, whichever is wrong.

    \b
    Examples:
      guardia-hub cmdb drift
      guardia-hub cmdb drift --json
    """

    async def run(inventory: StoredInventory, database: Database) -> None:
        servers = inventory.snapshot().servers
        known = {kept.agent_id: kept for kept in await (await _stored(database)).everything()}
        hosts = own_hosts(servers)
        found = drift_of(servers, {asset: kept.facts for asset, kept in known.items()})
        unseen = sorted(set(hosts) - set(known))
        behind = len({server.asset_code for server in servers if server.connection is Connection.SSH})
        if as_json:
            data: dict[str, Any] = {
                "revision": inventory.snapshot().revision,
                "drift": [
                    {**msgspec.to_builtins(one), "seen_at": iso(known[one.asset_code].received_ms)} for one in found
                ],
                "compared": len(hosts) - len(unseen),
                "without_facts": unseen,
                "behind_gateways": behind,
            }
            echo_json(data)
        else:
            for one in found:
                at = iso(known[one.asset_code].received_ms)
                click.echo(
                    plain(f"{one.asset_code}  {one.what}  declared {one.declared}, seen {one.seen or 'nothing'} ({at})")
                )
            click.echo(
                f"{len(found)} differences, {len(hosts) - len(unseen)} hosts compared, {len(unseen)} without facts, "
                f"{behind} behind gateways (not compared)"
            )
        if found:
            raise SystemExit(PROBLEMS)

    with_inventory(settings, run)
