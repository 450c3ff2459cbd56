"""`guardia-hub agents | requests | policy`: what admins do, beside the running hub."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from guardia.hub.cli_output import output
from guardia.hub.cli_queue import queue
from guardia.hub.config import Config
from guardia.hub.errors import ConfigError
from guardia.hub.terminal import as_json, operator, say

T = TypeVar("T")


class Lazy(Protocol):
    """What the root command puts into `ctx.obj`: the configuration, read when it is first needed."""

    @property
    def config(self) -> Config: ...
    @property
    def database_url(self) -> str: ...


def with_store(lazy: Lazy, work: Callable[[Any], Awaitable[T]]) -> T:
    """Run `work` with the hub's database, migrated; the hub itself may be running or not."""
    from sqlalchemy.exc import SQLAlchemyError

    from guardia.cmdb.errors import CmdbError
    from guardia.hub import migrations
    from guardia.hub.store.database import Database

    if not lazy.config.state.exists():
        raise ConfigError(f"{lazy.config.state} does not exist; run `guardia-hub init` first")
    try:
        database = Database(lazy.database_url)
        try:
            migrations.upgrade(database.engine)
            return asyncio.run(_awaited(work(database)))
        finally:
            database.close()
    except (SQLAlchemyError, CmdbError) as error:
        raise ConfigError(f"the database cannot be used: {error}") from error


async def _awaited(work: Awaitable[T]) -> T:
    return await work


# --- agents ---------------------------------------------------------------------------------------------------------


@click.group()
def agents() -> None:
    """Agents: records, join tokens, revocation."""


agents.add_command(queue)


_reason = click.option("--reason", default="", help="Why; stands in `guardia-hub audit agents`.")


def _registry(lazy: Lazy, database: Any) -> Any:
    from guardia.certs.errors import CertsError
    from guardia.hub.app import SystemClock
    from guardia.hub.enrolment.authority import HubAuthority
    from guardia.hub.enrolment.registry import EnrolmentRegistry

    try:
        pin = HubAuthority.load(lazy.config.state).ca.pin
    except CertsError as error:
        raise ConfigError(f"{error}; run `guardia-hub init` first") from error
    return EnrolmentRegistry(database, SystemClock(), pin)


def _tell_token(asset: str, token: str, only: bool) -> None:
    click.echo(token)
    if not only:
        click.echo(f"On {asset}, within the hour: guardia-agent enrol --hub https://HUB:9444, and paste the token.")


@agents.command("add")
@click.argument("asset")
@click.option("--token-only", is_flag=True, help="Print the join token and nothing else.")
@click.pass_obj
def agents_add(lazy: Lazy, asset: str, token_only: bool) -> None:
    """Make the agent of the server ASSET (its asset code) and print a join token: valid once, for one hour."""

    async def work(database: Any) -> str:
        registry = _registry(lazy, database)
        await registry.create_agent(asset, asset)
        return str(await registry.create_join_token(asset))

    _tell_token(asset, with_store(lazy, work), token_only)


@agents.command("token")
@click.argument("asset")
@click.option("--token-only", is_flag=True, help="Print the join token and nothing else.")
@click.pass_obj
def agents_token(lazy: Lazy, asset: str, token_only: bool) -> None:
    """Print a new join token for an agent that exists; an unused earlier one ends."""

    async def work(database: Any) -> str:
        return str(await _registry(lazy, database).create_join_token(asset))

    _tell_token(asset, with_store(lazy, work), token_only)


@agents.command("list")
@as_json
@click.pass_obj
def agents_list(lazy: Lazy, as_json: bool) -> None:
    """List the agents with their state and the end of their certificate."""
    import msgspec

    from guardia.hub.core.card import iso

    async def work(database: Any) -> Any:
        return await _registry(lazy, database).list_agents()

    found = with_store(lazy, work)
    lines = []
    for a in found:
        lines.append(f"{a.agent_id:24} {a.state:10} certificate until {iso(a.certificate_until_ms or 0) or '-'}")
        if a.draining_ms is not None:
            lines.append(f"{'':24} drained since {iso(a.draining_ms)}: it is given no new work")
        if a.fenced_reason:
            lines.append(f"{'':24} {a.fenced_reason}")
    say(msgspec.to_builtins(found), as_json, lines)


@agents.command("revoke")
@click.argument("asset")
@_reason
@click.pass_obj
def agents_revoke(lazy: Lazy, asset: str, reason: str) -> None:
    """Take an agent's certificates back; a running hub closes its connection within seconds."""

    async def work(database: Any) -> None:
        await _registry(lazy, database).revoke(asset, by=operator(), reason=reason)

    with_store(lazy, work)
    click.echo(f"{asset} is revoked")


@agents.command("reinstate")
@click.argument("asset")
@_reason
@click.pass_obj
def agents_reinstate(lazy: Lazy, asset: str, reason: str) -> None:
    """Let a revoked agent enrol again, with a new token."""

    async def work(database: Any) -> None:
        await _registry(lazy, database).reinstate(asset, by=operator(), reason=reason)

    with_store(lazy, work)
    click.echo(f"{asset} may enrol again: guardia-hub agents token {asset}")


@agents.command("drain")
@click.argument("asset")
@click.option("--undo", is_flag=True, help="Give it work again.")
@_reason
@click.pass_obj
def agents_drain(lazy: Lazy, asset: str, undo: bool, reason: str) -> None:
    """Give an agent no new work, before its host is maintained: what runs goes on, what is new waits in its queue.

    \b
    guardia-hub agents drain WEB-01 --reason '디스크 교체'
    guardia-hub agents queue WEB-01          what waits, and what is still out
    guardia-hub agents drain WEB-01 --undo
    """

    async def work(database: Any) -> None:
        await _registry(lazy, database).drain(asset, undo=undo, by=operator(), reason=reason)

    with_store(lazy, work)
    click.echo(f"{asset} is given work again" if undo else f"{asset} is given no new work; end it with --undo")


@agents.command("unfence")
@click.argument("asset")
@_reason
@click.pass_obj
def agents_unfence(lazy: Lazy, asset: str, reason: str) -> None:
    """Let an agent in again that two hosts had the identity of, after the copy was stopped.

    Where it is unknown who copied the key, revoke and enrol anew instead: agents revoke, reinstate, token.
    """

    async def work(database: Any) -> None:
        await _registry(lazy, database).unfence(asset, by=operator(), reason=reason)

    with_store(lazy, work)
    click.echo(f"{asset} may connect again; when two hosts still have its identity, it is fenced again")


# --- requests -------------------------------------------------------------------------------------------------------


@click.group()
def requests() -> None:
    """Service requests, as logged."""


@requests.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that have not ended.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50)
@as_json
@click.pass_obj
def requests_list(lazy: Lazy, only_open: bool, limit: int, as_json: bool) -> None:
    """List requests, newest last."""
    from guardia.hub.core import card
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> Any:
        return await SqlStore(database).requests(only_open=only_open, limit=limit)

    found = with_store(lazy, work)
    rows = [
        {
            "request_id": r.request_id,
            "state": r.state,
            "cancel": r.cancel,
            "title": card.title("ko", r),
            "requester": r.requester.person_id,
        }
        for r in found
    ]
    lines = [
        f"{row['request_id']}  {row['state']:18} {row['requester']:14} {row['title']}"
        + (f" (cancel: {row['cancel']})" if row["cancel"] else "")
        for row in rows
    ]
    say(rows, as_json, lines)


@requests.command("show")
@click.argument("request_id")
@as_json
@click.pass_obj
def requests_show(lazy: Lazy, request_id: str, as_json: bool) -> None:
    """Show a request's events in order: what was asked, read, planned, approved, run and found."""
    import msgspec

    from guardia.hub.core.card import iso
    from guardia.hub.errors import NotFoundError
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> Any:
        return await SqlStore(database).events(request_id)

    found = with_store(lazy, work)
    if not found:
        raise NotFoundError(f"no request {request_id}")
    values = msgspec.to_builtins(found)
    lines = []
    for event in values:
        rest = {k: v for k, v in event.items() if k not in ("type", "at_ms", "plan", "explanation") and v}
        lines.append(f"{iso(event['at_ms'])}  {event['type']:16} {json.dumps(rest, ensure_ascii=False)[:200]}")
    say(values, as_json, lines)


requests.add_command(output)


@click.group()
def policy() -> None:
    """Cedar policies."""


@policy.command("show")
@click.pass_obj
def policy_show(lazy: Lazy) -> None:
    """Print the policies in force; save them to a file to begin your own."""
    click.echo(lazy.config.policies(), nl=False)


@policy.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def policy_check(file: Path) -> None:
    """Parse a Cedar file without using it."""
    from guardia.hub.core.authorise import Authoriser

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
    Authoriser(text)
    click.echo(f"{file}: these are policies")
