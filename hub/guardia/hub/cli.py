"""`guardia-hub`: one command for the hub and those who look after it."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import structlog

from guardia.hub.cli_cmdb import cmdb
from guardia.hub.cli_read import read
from guardia.hub.config import Config, load_config
from guardia.hub.errors import ConfigError, HubError

T = TypeVar("T")

PROBLEM, USAGE = 1, 2
EPILOG = """Exit codes: 0 done, 1 something is wrong (the message says what to do), 2 wrong usage.

Completion: eval "$(_GUARDIA_HUB_COMPLETE=bash_source guardia-hub)" (or zsh_source, fish_source)."""


class Root(click.Group):
    """Errors of the hub become one line on stderr and exit code 1; a programming error keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except HubError as error:
            click.echo(f"guardia-hub: {error.code}: {error}", err=True)
            if error.remedy:
                click.echo(f"  {error.remedy}", err=True)
            raise SystemExit(PROBLEM) from error


class Lazy:
    """The configuration, read when a command first needs it, so that `--help` and `read` work without one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._config: Config | None = None

    @property
    def config(self) -> Config:
        if self._config is None:
            self._config = load_config(self._path)
        return self._config

    @property
    def database_url(self) -> str:
        return self.config.database_url


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
pass_lazy = click.pass_obj


@click.group(cls=Root, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Configuration file; default /etc/guardia/hub.toml, or GUARDIA_HUB_CONFIG.",
)
@click.version_option(package_name="guardia-hub")
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """GUARDiA's hub: rooms in, signed steps out.

    \b
    guardia-hub init                          make CA, keys and database
    guardia-hub people add engineer1 --role engineer
    guardia-hub cmdb import inventory/        bring the servers in
    guardia-hub agents add WEB-01             a join token for a server's agent
    guardia-hub serve                         run
    """
    context.obj = Lazy(config)


main.add_command(cmdb)
main.add_command(read)


def say(value: object, json_wanted: bool, lines: list[str]) -> None:
    """Print `value` as JSON, or `lines` for people."""
    if json_wanted:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


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


# --- the hub itself -------------------------------------------------------------------------------------------------


@main.command()
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
@as_json
@pass_lazy
def init(lazy: Lazy, quiet: bool, as_json: bool) -> None:
    """Make what a hub needs: state folder, CA, ticket key, webhook secret, database. What is there stays."""
    from guardia.hub.app import init as make

    made = make(lazy.config)
    if not quiet:
        lines = [f"{name}: {value}" for name, value in made.items()]
        lines.append("Move root_key to a place that is not on the network; the running hub does not need it.")
        say(made, as_json, lines)


@main.command()
@pass_lazy
def serve(lazy: Lazy) -> None:
    """Run the hub until SIGTERM. Logs are JSON lines on stderr."""
    import uvloop

    from guardia.hub.app import Hub

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    uvloop.run(_serve(lazy.config, Hub))


async def _serve(config: Config, hub: Callable[[Config], Any]) -> None:
    await hub(config).run()


@main.command()
@click.option("--once", is_flag=True, help="Play the scripted conversations, check every effect, and end.")
@click.option("--say", "sentences", multiple=True, help="Say this in the room as engineer1 and end (repeatable).")
@click.option("--approve", is_flag=True, help="With --say: approver1 approves what needs it.")
@click.option("--json", "as_json", is_flag=True, help="With --once or --say: print JSON.")
@click.option("--state", type=click.Path(path_type=Path, file_okay=False), default=Path(".state/demo"))
@click.option("--port", type=click.IntRange(0, 65535), default=8080, help="Console; 0 chooses a free one.")
def demo(*, once: bool, sentences: tuple[str, ...], approve: bool, as_json: bool, state: Path, port: int) -> None:
    """Start the whole system on this machine: hub, three agents, two SSH hosts, five small services.

    \b
    guardia-hub demo                          and open the console that it prints
    guardia-hub demo --once                   play the script; exit code 0 only if every effect was seen
    guardia-hub demo --say '예산시스템 WAS 디스크 확인해줘'
    guardia-hub demo --say '예산시스템 WAS 1호기 재기동해줘' --approve --json
    """
    from guardia.hub.demo.main import run

    raise SystemExit(
        asyncio.run(run(state, once=once, sentences=sentences, approve=approve, as_json=as_json, port=port))
    )


@main.command()
@as_json
@pass_lazy
def doctor(lazy: Lazy, as_json: bool) -> None:
    """Look at configuration, keys, database and policies, and name what is wrong and what to do."""
    from guardia.hub.diagnosis import diagnose

    findings = diagnose(lazy)
    marks = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
    say(findings, as_json, [f"{marks[f['status']]}  {f['what']}: {f['message']}" for f in findings])
    if any(finding["status"] == "fail" for finding in findings):
        raise SystemExit(PROBLEM)


# --- people ---------------------------------------------------------------------------------------------------------


@main.group()
def people() -> None:
    """Local accounts of people."""


@people.command("add")
@click.argument("person_id")
@click.option("--name", help="Shown in rooms; default: the id.")
@click.option("--role", "roles", multiple=True, required=True, help="viewer, engineer, approver, admin, auditor.")
@click.option("--institution", "institutions", multiple=True, default=("*",), help="Scope; default: all.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin instead of asking.")
@pass_lazy
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
        await accounts.link_identity("inhouse", person_id, person_id)

    with_store(lazy, work)


# --- agents ---------------------------------------------------------------------------------------------------------


@main.group()
def agents() -> None:
    """Agents: records, join tokens, revocation."""


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
@pass_lazy
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
@pass_lazy
def agents_token(lazy: Lazy, asset: str, token_only: bool) -> None:
    """Print a new join token for an agent that exists; an unused earlier one ends."""

    async def work(database: Any) -> str:
        return str(await _registry(lazy, database).create_join_token(asset))

    _tell_token(asset, with_store(lazy, work), token_only)


@agents.command("list")
@as_json
@pass_lazy
def agents_list(lazy: Lazy, as_json: bool) -> None:
    """List the agents with their state and the end of their certificate."""
    import msgspec

    from guardia.hub.core.card import iso

    async def work(database: Any) -> Any:
        return await _registry(lazy, database).list_agents()

    found = with_store(lazy, work)
    lines = [f"{a.agent_id:24} {a.state:10} certificate until {iso(a.certificate_until_ms or 0) or '-'}" for a in found]
    say(msgspec.to_builtins(found), as_json, lines)


@agents.command("revoke")
@click.argument("asset")
@pass_lazy
def agents_revoke(lazy: Lazy, asset: str) -> None:
    """Take an agent's certificates back; a running hub closes its connection within seconds."""

    async def work(database: Any) -> None:
        await _registry(lazy, database).revoke(asset)

    with_store(lazy, work)
    click.echo(f"{asset} is revoked")


@agents.command("reinstate")
@click.argument("asset")
@pass_lazy
def agents_reinstate(lazy: Lazy, asset: str) -> None:
    """Let a revoked agent enrol again, with a new token."""

    async def work(database: Any) -> None:
        await _registry(lazy, database).reinstate(asset)

    with_store(lazy, work)
    click.echo(f"{asset} may enrol again: guardia-hub agents token {asset}")


# --- requests and audit ---------------------------------------------------------------------------------------------


@main.group()
def requests() -> None:
    """Service requests, as logged."""


@requests.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only those that have not ended.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50)
@as_json
@pass_lazy
def requests_list(lazy: Lazy, only_open: bool, limit: int, as_json: bool) -> None:
    """List requests, newest last."""
    from guardia.hub.core import card
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> Any:
        return await SqlStore(database).requests(only_open=only_open, limit=limit)

    found = with_store(lazy, work)
    rows = [
        {"request_id": r.request_id, "state": r.state, "title": card.title(r), "requester": r.requester.person_id}
        for r in found
    ]
    lines = [f"{row['request_id']}  {row['state']:18} {row['requester']:14} {row['title']}" for row in rows]
    say(rows, as_json, lines)


@requests.command("show")
@click.argument("request_id")
@as_json
@pass_lazy
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


@main.group()
def audit() -> None:
    """The event log."""


@audit.command("verify")
@as_json
@pass_lazy
def audit_verify(lazy: Lazy, as_json: bool) -> None:
    """Recompute every hash chain; exit code 1 names what was changed, removed or added."""
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> tuple[int, list[str]]:
        return await SqlStore(database).verify()

    count, problems = with_store(lazy, work)
    say(
        {"events": count, "problems": problems},
        as_json,
        problems or [f"{count} events, every chain is whole"],
    )
    if problems:
        raise SystemExit(PROBLEM)


@main.group()
def policy() -> None:
    """Cedar policies."""


@policy.command("show")
@pass_lazy
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


if __name__ == "__main__":
    main()
