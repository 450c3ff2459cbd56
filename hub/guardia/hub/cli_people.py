"""`guardia-hub people`: accounts of people, and which accounts of messengers are theirs."""

from __future__ import annotations

import sys
from typing import Any

import click

from guardia.hub.cli_admin import Lazy, with_store
from guardia.hub.terminal import as_json, operator, say


@click.group()
def people() -> None:
    """Local accounts of people, and their accounts in messengers.

    \b
    guardia-hub people add engineer1 --role engineer --institution 기획재정부
    guardia-hub people link jandi kim@example.go.kr engineer1
    guardia-hub people identities engineer1
    """


def _identities(database: Any) -> Any:
    from guardia.hub.app import SystemClock
    from guardia.hub.store.identities import Identities

    return Identities(database, SystemClock())


@people.command("add")
@click.argument("person_id")
@click.option("--name", help="Shown in rooms; default: the id.")
@click.option("--role", "roles", multiple=True, required=True, help="viewer, engineer, approver, admin, auditor.")
@click.option("--institution", "institutions", multiple=True, default=("*",), help="Scope; default: all.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin instead of asking.")
@click.pass_obj
def people_add(
    lazy: Lazy,
    /,
    *,
    person_id: str,
    name: str | None,
    roles: tuple[str, ...],
    institutions: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Add a person, and map the same user name of the in-house messenger to it.

    \b
    guardia-hub people add engineer1 --role engineer --institution 기획재정부
    """
    from guardia.hub.app import SystemClock
    from guardia.hub.store.accounts import Accounts

    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)

    async def work(database: Any) -> None:
        accounts = Accounts(database, SystemClock())
        await accounts.create_person(
            person_id, name or person_id, password=password, roles=roles, institutions=institutions
        )
        await _identities(database).link("inhouse", person_id, person_id, by=operator())

    with_store(lazy, work)


@people.command("identities")
@click.argument("person_id", required=False)
@click.option("--history", is_flag=True, help="What happened to them: linked, moved, unlinked, codes; newest first.")
@click.option("--limit", type=click.IntRange(1, 1_000), default=100, show_default=True, help="With --history.")
@as_json
@click.pass_obj
def people_identities(lazy: Lazy, person_id: str | None, history: bool, limit: int, as_json: bool) -> None:
    """List the messenger accounts of everybody, or of PERSON_ID."""
    import msgspec

    from guardia.hub.core.card import iso

    async def work(database: Any) -> Any:
        identities = _identities(database)
        return await (identities.events(person_id, limit=limit) if history else identities.linked(person_id))

    found = with_store(lazy, work)
    if history:
        lines = [
            f"{iso(e.at_ms)}  {e.what:14} {e.person_id or '-':16} {e.platform} {e.account} by {e.by} {e.detail}"
            for e in found
        ]
    else:
        lines = [f"{one.person_id:16} {one.platform:16} {one.account}" for one in found]
    say(msgspec.to_builtins(found), as_json, lines or ["없습니다."])


@people.command("link")
@click.argument("platform")
@click.argument("account")
@click.argument("person_id")
@click.option("--move", is_flag=True, help="Also when the account is somebody else's now.")
@click.option("--yes", is_flag=True, help="Do not ask before moving.")
@as_json
@click.pass_obj
def people_link(
    lazy: Lazy, /, *, platform: str, account: str, person_id: str, move: bool, yes: bool, as_json: bool
) -> None:
    """Say that ACCOUNT of the messenger PLATFORM is PERSON_ID.

    An account that is somebody else's moves with --move only; both are told in the console.

    \b
    guardia-hub people link jandi kim@example.go.kr engineer1
    """
    if move and not yes:
        click.confirm(f"{platform} {account}: take it from whoever has it and give it to {person_id}?", abort=True)

    async def work(database: Any) -> str | None:
        before: str | None = await _identities(database).link(platform, account, person_id, by=operator(), move=move)
        return before

    before = with_store(lazy, work)
    moved = before not in (None, person_id)
    line = f"{platform} {account} is {person_id}" + (f" (was {before})" if moved else "")
    value = {"platform": platform, "account": account, "person_id": person_id, "before": before, "moved": moved}
    say(value, as_json, [line])


@people.command("unlink")
@click.argument("platform")
@click.argument("account")
@as_json
@click.pass_obj
def people_unlink(lazy: Lazy, platform: str, account: str, as_json: bool) -> None:
    """ACCOUNT of PLATFORM is nobody any more: what it says is not carried out. A running hub knows within a second."""

    async def work(database: Any) -> str:
        return str(await _identities(database).unlink(platform, account, by=operator()))

    before = with_store(lazy, work)
    say(
        {"platform": platform, "account": account, "before": before},
        as_json,
        [f"{platform} {account} is nobody any more (was {before})"],
    )
