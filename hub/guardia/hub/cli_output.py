"""`guardia-hub requests output`: a step's whole output, or what comes of it while it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from guardia.hub.errors import InvalidInputError

if TYPE_CHECKING:
    from guardia.hub.cli_admin import Lazy

EXIT_CODES = {
    "OK": 0,
    "FAILED": 3,
    "TIMED_OUT": 4,
    "CANCELLED": 5,
    "SKIPPED": 5,
    "REFUSED": 6,
    "NOT_APPLIED": 7,
    "NEEDS_OPERATOR": 7,
    "RETRIED": 8,
}
"""Of `--follow`, by the state in which the step ended."""
INTERRUPTED = 130


@click.command("output")
@click.argument("request_id")
@click.option("--step", "step_id", default="", help="p1.n1.s1, as the card names it; not needed where only one ran.")
@click.option("--person", default="", help="Log in as this person; the password is asked for, or GUARDIA_PASSWORD.")
@click.option("--url", default="", help="Of the running hub; else what [web] says.")
@click.option("--offset", type=click.IntRange(0, 10**15 - 1), default=0, help="Bytes to leave out at the beginning.")
@click.option("--limit", type=click.IntRange(0, 10**15 - 1), default=0, help="Bytes at most; 0: to the end.")
@click.option("--follow", "-f", is_flag=True, help="Show it as it comes, until the step has ended.")
@click.option("--json", "as_json", is_flag=True, help="With --follow: one line of JSON a part.")
@click.option(
    "--give-up",
    type=click.IntRange(0, 86_400),
    default=600,
    show_default=True,
    help="With --follow: end after so many seconds without an answer of the hub.",
)
@click.pass_obj
def output(
    lazy: Lazy,
    request_id: str,
    *,
    step_id: str,
    person: str,
    url: str,
    offset: int,
    limit: int,
    follow: bool,
    as_json: bool,
    give_up: int,
) -> None:
    """Write a step's whole output to stdout, as its agent has spooled it; or follow it while the step runs.

    The hub must be running and, for the whole output, the agent connected. It is you who fetches, and the request's
    events say so: give --person, or the token of a login in GUARDIA_TOKEN.

    With --follow first comes what is there, then what is new, until the step has ended; a step that has not begun is
    waited for. Into a file or a pipe go the bytes as they are; a terminal gets text (UTF-8 or cp949) without control
    characters. A restart of the hub, or of the network, doubles and loses nothing. Of a step that writes more than
    64 KiB the rest is fetched from its agent every 10 seconds. --json prints one object a line: {"type": "output",
    "offset", "size", "stream", "text", ...}, {"type": "missing", ...}, and at the end {"type": "end", "state",
    "exit_code", ...}.

    \b
    Exit codes of --follow:
      0 the step went well        3 it failed             4 it ran too long and was stopped
      5 cancelled, or never run   6 its agent refused it  7 nobody knows what became of it
      8 it was retried (--step named an earlier attempt)  130 Ctrl-C
      1 something else is wrong (the message says what to do), 2 wrong usage

    \b
    Examples:
      guardia-hub requests output SR-20270115-0001 --person engineer1 > output.txt
      guardia-hub requests output SR-20270115-0001 --step p1.n2.s1 --offset 1048576 > rest.txt
      guardia-hub requests output SR-20270115-0001 --follow --person engineer1 && echo went well
      guardia-hub requests output SR-20270115-0001 -f --json | jq -r 'select(.type == "output").text'
    """
    from guardia.hub.hub_client import address

    if follow and (offset or limit):
        raise click.UsageError("--follow begins at the beginning: without --offset and --limit")
    if as_json and not follow:
        raise click.UsageError("--json needs --follow")
    where = url or address(lazy.config.web.host, lazy.config.web.port)
    if follow:
        raise SystemExit(_follow(where, request_id, step_id, person=person, as_json=as_json, give_up=give_up))
    from guardia.hub.cli_admin import with_store
    from guardia.hub.output_client import download, only_step
    from guardia.hub.store.log import SqlStore

    async def work(database: Any) -> Any:
        return await SqlStore(database).request(request_id)

    step_id = step_id or only_step(with_store(lazy, work), request_id)
    said = download(
        where,
        request_id,
        step_id,
        person=person,
        ask=lambda: _password(person),
        offset=offset,
        limit=limit,
        out=sys.stdout.buffer,
    )
    for line in said:
        _note(line)


def _follow(url: str, request_id: str, step_id: str, *, person: str, as_json: bool, give_up: int) -> int:
    from guardia.hub.follow_client import Follower
    from guardia.hub.follow_shown import Bytes, Json, Shown, Text
    from guardia.hub.hub_client import logged_in

    out = sys.stdout.buffer
    try:
        with logged_in(url, person, lambda: _password(person)) as http:
            shown: Shown = Json(out) if as_json else Text(out, _note) if sys.stdout.isatty() else Bytes(out, _note)
            state = Follower(http, request_id, shown, _note, give_up=give_up).run(step_id)
    except KeyboardInterrupt:
        return INTERRUPTED
    if state not in EXIT_CODES:
        raise InvalidInputError(f"the step ended as {state}, which this version does not know")
    return EXIT_CODES[state]


def _password(person: str) -> str:
    return str(click.prompt(f"password of {person}", hide_input=True, err=True))


def _note(line: str) -> None:
    click.echo(f"guardia-hub: {line}", err=True)
