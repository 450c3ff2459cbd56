"""What the commands share: how they answer, in lines for people or JSON for programs."""

from __future__ import annotations

import getpass
import json
import os

import click

PROBLEM = 1
"""Exit code: something is wrong, and the message says what to do."""

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def say(value: object, json_wanted: bool, lines: list[str]) -> None:
    """Print `value` as JSON, or `lines` for people."""
    if json_wanted:
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    for line in lines:
        click.echo(line)


def operator() -> str:
    """Who runs this command, for the trail."""
    try:
        return f"admin:{os.environ.get('SUDO_USER') or getpass.getuser()}"
    except (KeyError, OSError):  # an account without a name, as containers have
        return f"admin:{os.getuid()}"
