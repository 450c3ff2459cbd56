"""`guardia-hub cmdb`: bring the inventory in, look at it, take it out, ask what a name means."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, TextIO, TypeVar

import click
import msgspec

from guardia.cmdb import hostkeys
from guardia.cmdb.csv_export import write_folder
from guardia.cmdb.diff import Diff, describe
from guardia.cmdb.errors import ImportRowsError
from guardia.cmdb.model import AliasKind, Server
from guardia.cmdb.resolve import Ambiguous, Resolved, Resolver, SystemRef, Unknown
from guardia.hub.cli_facts import drift, facts
from guardia.hub.cli_inventory import NOT_DONE, PROBLEMS, USAGE, Settings, echo_json, with_inventory
from guardia.hub.inventory.store import StoredInventory
from guardia.hub.store.database import Database

T = TypeVar("T")

MAX_LINES = 200
"""Lines of differences that are shown before the rest is counted."""
_COLOURS = {"+": "green", "-": "red", "~": "yellow"}


@click.group()
def cmdb() -> None:
    """The inventory: which names mean which servers.

    \b
    Examples:
      guardia-hub cmdb import ./estate --dry-run
      guardia-hub cmdb import ./estate --yes
      guardia-hub cmdb resolve 기재부 예산
      guardia-hub cmdb drift

    \b
    Exit codes:
      0  done, or nothing to do
      1  problems in the files (each on stderr with file and line); a name that means nothing;
         no facts of a host, or drift
      2  wrong usage, or a question that nobody is there to answer
      3  not done: declined, changed by someone else meanwhile, or the database is not available
    """


@cmdb.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--dry-run", is_flag=True, help="Show what would change, change nothing.")
@click.option("--all", "every", is_flag=True, help=f"Show every change, not only the first {MAX_LINES}.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def import_(settings: Settings, folder: Path, *, yes: bool, dry_run: bool, every: bool, as_json: bool) -> None:
    """Make the inventory what DIR/servers.csv and DIR/aliases.csv say.

    Shows the differences first and asks. All or nothing: with one wrong row nothing is changed, and every wrong row is
    told with its file and line. What the files no longer hold is removed.

    \b
    Examples:
      guardia-hub cmdb import ./estate
      guardia-hub cmdb import ./estate --dry-run --json
    """
    if not folder.is_dir():
        raise click.UsageError(f"{folder} is not a folder; name the one that holds servers.csv and aliases.csv")

    source = str(folder.absolute())

    async def run(inventory: StoredInventory, _database: Database) -> None:
        try:
            diff = await inventory.plan_folder(folder)
        except ImportRowsError as error:
            _tell_problems(error, as_json)
        if not as_json:
            _show(diff, every)
        revision = diff.base_revision
        if not (diff.empty or dry_run):
            if not yes:
                _ask(as_json)
            revision = await inventory.apply(diff, actor=_actor(), source=source)
        applied = revision != diff.base_revision
        if as_json:
            echo_json({"ok": True, "applied": applied, "revision": revision, **diff.as_data()})
        elif applied:
            click.echo(f"done: the inventory is at revision {revision}")
        elif dry_run and not diff.empty:
            click.echo(f"dry run: nothing was changed, the inventory stays at revision {revision}")

    with_inventory(settings, run)


def _tell_problems(error: ImportRowsError, as_json: bool) -> NoReturn:
    if as_json:
        echo_json({"ok": False, "code": error.code, "problems": error.problems, "total": error.total})
    for problem in error.problems:
        click.echo(problem, err=True)
    click.echo(f"{error.total} problem{'s' if error.total > 1 else ''}; nothing was changed", err=True)
    raise SystemExit(PROBLEMS)


def _show(diff: Diff, every: bool) -> None:
    for line in diff.lines(None if every else MAX_LINES):
        click.secho(line, fg=_COLOURS.get(line[0]))
    click.echo(diff.summary)


def _ask(as_json: bool) -> None:
    if not _interactive():
        click.echo("nobody is there to answer: give --yes to apply, or --dry-run to only look", err=True)
        raise SystemExit(USAGE)
    if not click.confirm("apply these changes?", default=False, err=as_json):
        click.echo("declined: nothing was changed", err=True)
        raise SystemExit(NOT_DONE)


def _interactive() -> bool:
    return sys.stdin.isatty()


def _actor() -> str:
    try:
        return f"cli:{getpass.getuser()}"
    except (KeyError, OSError):  # a user id without an account, as in some containers
        return "cli"


@cmdb.command()
@click.option("--institution", metavar="NAME", help="Only this institution (name or alias).")
@click.option("--system", "system_name", metavar="NAME", help="Only this system (name or alias).")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def show(settings: Settings, institution: str | None, system_name: str | None, as_json: bool) -> None:
    """Show the inventory: systems with their servers, and the revision.

    \b
    Examples:
      guardia-hub cmdb show
      guardia-hub cmdb show --institution 기재부 --system 예산 --json
    """

    async def run(inventory: StoredInventory, _database: Database) -> None:
        resolver = inventory.resolver()
        refs = _chosen(resolver, institution, system_name)
        servers = [server for ref in refs for server in resolver.nodes_of(ref)]
        snapshot = inventory.snapshot()
        owners, wanted = {ref.institution for ref in refs}, set(refs)
        aliases = [
            alias
            for alias in snapshot.aliases
            if (alias.kind is AliasKind.INSTITUTION and alias.canonical in owners)
            or SystemRef(alias.institution, alias.canonical) in wanted
        ]
        if as_json:
            echo_json(
                {
                    "revision": snapshot.revision,
                    "servers": msgspec.to_builtins(servers),
                    "aliases": msgspec.to_builtins(aliases),
                }
            )
            return
        names: dict[SystemRef, list[str]] = {}
        for alias in aliases:
            names.setdefault(SystemRef(alias.institution, alias.canonical), []).append(alias.alias)

        def also(ref: SystemRef) -> str:
            return f"  (= {', '.join(names[ref])})" if ref in names else ""

        owner = ""
        for ref in refs:
            if ref.institution != owner:
                owner = ref.institution
                click.echo(f"institution {owner}{also(SystemRef('', owner))}")
            click.secho(f"{ref.institution} {ref.system_name}{also(ref)}", bold=True)
            for server in resolver.nodes_of(ref):
                click.echo(f"  {_line(server)}")
        click.echo(f"revision {snapshot.revision}: {len(servers)} servers, {len(refs)} systems, {len(aliases)} aliases")

    with_inventory(settings, run)


def _chosen(resolver: Resolver, institution: str | None, system_name: str | None) -> list[SystemRef]:
    if system_name is not None:
        found = resolver.system(system_name, institution)
        if isinstance(found, Unknown):
            _not_found(found)
        return list(found.choices) if isinstance(found, Ambiguous) else [found.value]
    if institution is None:
        return [ref for name in resolver.institutions for ref in resolver.systems_of(name)]
    owner = resolver.institution(institution)
    if isinstance(owner, Unknown):
        _not_found(owner)
    names = owner.choices if isinstance(owner, Ambiguous) else (owner.value,)
    return [ref for name in names for ref in resolver.systems_of(name)]


def _line(server: Server) -> str:
    reach = f"ssh via {server.via_agent}" if server.via_agent else "agent"
    return (
        f"{server.environment:<4} {server.infrastructure_layer:<3} {server.node_no:>3}  {server.asset_code:<24} "
        f"{server.hostname:<24} {server.address:<16} {reach}  "
        f"{server.service_name} ({server.service_manager}{', ' + server.product if server.product else ''})"
    )


def _not_found(unknown: Unknown) -> NoReturn:
    near = f"; similar: {', '.join(unknown.suggestions)}" if unknown.suggestions else ""
    click.echo(f"no {unknown.what} is called '{unknown.text}'{near}", err=True)
    raise SystemExit(PROBLEMS)


@cmdb.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace servers.csv and aliases.csv if DIR has them.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def export(settings: Settings, folder: Path, force: bool, as_json: bool) -> None:
    """Write the inventory into DIR/servers.csv and DIR/aliases.csv, as `import` reads them.

    \b
    Examples:
      guardia-hub cmdb export ./estate-today
    """
    if not force and any((folder / name).exists() for name in ("servers.csv", "aliases.csv")):
        raise click.UsageError(f"{folder} holds an inventory already; give --force to replace it")

    async def run(inventory: StoredInventory, _database: Database) -> None:
        snapshot = inventory.snapshot()
        try:
            files = write_folder(snapshot, folder)
        except OSError as error:
            click.echo(f"cannot write into {folder}: {error.strerror or error}", err=True)
            raise SystemExit(NOT_DONE) from None
        if as_json:
            echo_json(
                {
                    "revision": snapshot.revision,
                    "servers": len(snapshot.servers),
                    "aliases": len(snapshot.aliases),
                    "files": [str(file) for file in files],
                }
            )
        else:
            click.echo(
                f"revision {snapshot.revision}: {len(snapshot.servers)} servers, "
                f"{len(snapshot.aliases)} aliases written to {folder}"
            )

    with_inventory(settings, run)


@cmdb.command("host-keys")
@click.argument("file", required=False, type=click.File("r", encoding="utf-8"))
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def host_keys(settings: Settings, file: TextIO | None, *, as_json: bool) -> None:
    """Show the pinned SSH host keys, or pin those of FILE ('-': stdin) for the hosts that it names.

    A line is ASSET KIND KEY, as in known_hosts with the asset code for the name. Read the key on the host's own
    console, not over the network. Gateways that are connected get a change within seconds.

    \b
    Examples:
      guardia-hub cmdb host-keys
      echo "MOF-DB-01 $(cut -d' ' -f1,2 ssh_host_ed25519_key.pub)" | guardia-hub cmdb host-keys -
    """

    async def run(inventory: StoredInventory, _database: Database) -> None:
        try:
            if file is not None:
                keys = hostkeys.parse(file.read(hostkeys.MAX_TEXT))
                await inventory.pin_host_keys(keys, actor=_actor(), source=f"host keys: {file.name}")
        except ImportRowsError as error:
            _tell_problems(error, as_json)
        found = inventory.host_keys()
        if as_json:
            echo_json({"host_keys": msgspec.to_builtins(found), "revision": inventory.snapshot().revision})
            return
        for each in found:
            click.echo(f"{each.asset_code} {each.key}")

    with_inventory(settings, run)


@cmdb.command()
@click.argument("words", metavar="TEXT...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object to stdout.")
@click.pass_obj
def resolve(settings: Settings, words: tuple[str, ...], as_json: bool) -> None:
    """Say what a name means: an institution, a system (also "institution system"), a host.

    Exit code 1 when it means nothing; similar names are then told, but never taken.

    \b
    Examples:
      guardia-hub cmdb resolve 결재
      guardia-hub cmdb resolve 기재부 예산
      guardia-hub cmdb resolve 10.10.1.21
    """

    async def run(inventory: StoredInventory, _database: Database) -> None:
        meanings, similar = meanings_of(inventory.resolver(), " ".join(words))
        if as_json:
            echo_json({"meanings": meanings, "similar": similar, "revision": inventory.snapshot().revision})
        else:
            for meaning in meanings:
                click.echo(f"{meaning['kind']}: {meaning['text']}")
            if len(meanings) > 1:
                click.echo(f"{len(meanings)} meanings: in a room this is asked back")
        if not meanings:
            if not as_json:
                near = f"; similar: {', '.join(similar)}" if similar else ""
                click.echo(f"'{' '.join(words)}' means nothing in the inventory{near}", err=True)
            raise SystemExit(PROBLEMS)

    with_inventory(settings, run)


def meanings_of(resolver: Resolver, text: str) -> tuple[list[dict[str, str]], list[str]]:
    """Every meaning of `text`, and names that are similar to it when it has none."""
    institution, system, host = resolver.institution(text), resolver.system(text), resolver.host(text)
    words = text.split()
    refs: set[SystemRef] = set(_values(system))
    for cut in range(1, min(len(words), 10)):
        within = resolver.system(" ".join(words[cut:]), " ".join(words[:cut]), suggest=False)
        refs.update(_values(within))
    meanings = [{"kind": "institution", "institution": name, "text": name} for name in _values(institution)]
    meanings += [
        {
            "kind": "system",
            "institution": ref.institution,
            "system_name": ref.system_name,
            "text": f"{ref.institution} {ref.system_name}",
        }
        for ref in sorted(refs)
    ]
    meanings += [{"kind": "host", "asset_code": s.asset_code, "text": describe(s)} for s in _values(host)]
    if meanings:
        return meanings, []
    similar = [
        name for found in (institution, system, host) if isinstance(found, Unknown) for name in found.suggestions
    ]
    return [], list(dict.fromkeys(similar))


def _values(found: Resolved[T] | Ambiguous[T] | Unknown) -> Sequence[T]:
    if isinstance(found, Resolved):
        return (found.value,)
    return found.choices if isinstance(found, Ambiguous) else ()


cmdb.add_command(facts)
cmdb.add_command(drift)
