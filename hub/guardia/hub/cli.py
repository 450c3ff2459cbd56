"""`guardia-hub`: one command for the hub and those who look after it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import structlog

from guardia.hub.config import Config, load_config
from guardia.hub.errors import HubError
from guardia.hub.terminal import PROBLEM, as_json, say

EPILOG = """Exit codes: 0 done, 1 something is wrong (the message says what to do), 2 wrong usage.

Completion: eval "$(_GUARDIA_HUB_COMPLETE=bash_source guardia-hub)" (or zsh_source, fish_source)."""


ELSEWHERE = {
    "cmdb": ("guardia.hub.cli_cmdb", "cmdb"),
    "read": ("guardia.hub.cli_read", "read"),
    "people": ("guardia.hub.cli_people", "people"),
    "agents": ("guardia.hub.cli_admin", "agents"),
    "requests": ("guardia.hub.cli_admin", "requests"),
    "audit": ("guardia.hub.cli_audit", "audit"),
    "advice": ("guardia.hub.cli_advice", "advice"),
    "itsm": ("guardia.hub.cli_itsm", "itsm"),
    "rooms": ("guardia.hub.cli_rooms", "rooms"),
    "policy": ("guardia.hub.cli_admin", "policy"),
}
"""Commands of modules of their own, imported when they are asked for: SQLAlchemy alone takes a third of a second."""


class Root(click.Group):
    """Errors of the hub become one line on stderr and exit code 1; a programming error keeps its traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in ELSEWHERE:
            module, name = ELSEWHERE[cmd_name]
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(ctx, cmd_name)

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
            structlog.contextvars.merge_contextvars,
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


if __name__ == "__main__":
    main()
