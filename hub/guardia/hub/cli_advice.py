"""`guardia-hub advice`: what was offered and what became of it, and the rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from guardia.hub.cli_admin import Lazy, with_store
from guardia.hub.errors import ConfigError
from guardia.hub.terminal import as_json, say

OUTCOMES = ("accepted", "dismissed", "expired", "open")


@click.group(invoke_without_command=True)
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True, help="How far back.")
@click.option("--room", "room_id", default="", help="Only this room.")
@as_json
@click.pass_context
def advice(context: click.Context, *, days: int, room_id: str, as_json: bool) -> None:
    """Offers of advice by rule: how many, and how many were accepted, dismissed or ran out.

    \b
    guardia-hub advice --days 7
    guardia-hub advice --json
    guardia-hub advice rules > my-advice.toml     the rules in force, to begin your own
    guardia-hub advice check my-advice.toml
    """
    if context.invoked_subcommand is not None:
        return
    lazy: Lazy = context.obj
    from guardia.hub.app import SystemClock
    from guardia.hub.store.notes import SqlNotes

    now = SystemClock().now_ms()

    async def work(database: Any) -> tuple[Any, Any]:
        notes = SqlNotes(database)
        since = now - days * 86_400_000
        return await notes.offers(room_id=room_id, since_ms=since, limit=100_000), await notes.quiet(room_id)

    offers, quiet = with_store(lazy, work)
    counts = Counter((offer.rule_id, offer.state.value) for offer in offers)
    rules = [
        {
            "rule": rule,
            "offered": sum(counts[rule, outcome] for outcome in OUTCOMES),
            **{outcome: counts[rule, outcome] for outcome in OUTCOMES},
            "acceptance": _rate(counts, rule),
        }
        for rule in sorted({rule for rule, _ in counts})
    ]
    off = [
        {"room": one.room_id, "rule": one.rule_id, "until_ms": one.until_ms, "by": one.by}
        for one in quiet
        if one.until_ms > now
    ]
    lines = [
        f"{row['rule']:20} offered {row['offered']:4}  accepted {row['accepted']:4}  dismissed {row['dismissed']:4}"
        f"  expired {row['expired']:4}  open {row['open']:2}  acceptance {row['acceptance']:.0%}"
        if row["acceptance"] is not None
        else f"{row['rule']:20} offered {row['offered']:4}  open {row['open']:2}"
        for row in rules
    ] or [f"no offers in the last {days} days"]
    lines += [f"off: room {one['room']}, rule {one['rule']}, by {one['by']}" for one in off]
    say({"days": days, "rules": rules, "off": off}, as_json, lines)


def _rate(counts: Counter[tuple[str, str]], rule: str) -> float | None:
    """Accepted among those that were decided or ran out; None while there are none."""
    decided = sum(counts[rule, outcome] for outcome in OUTCOMES if outcome != "open")
    return counts[rule, "accepted"] / decided if decided else None


@advice.command("rules")
@click.pass_obj
def advice_rules(lazy: Lazy) -> None:
    """Print the rules in force."""
    click.echo(lazy.config.advice_text(), nl=False)


@advice.command("check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def advice_check(file: Path) -> None:
    """Check a rules file without using it; a mistake is named with its line."""
    from guardia.hub.core.advice_rules import parse_rules

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from error
    rules = parse_rules(text, str(file))
    click.echo(f"{file}: {len(rules.rule)} rules")


@advice.command("try")
@click.argument("sentence")
@click.option(
    "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Default: the rules in force."
)
@as_json
@click.pass_obj
def advice_try(lazy: Lazy, *, sentence: str, file: Path | None, as_json: bool) -> None:
    """Say what the rules hear in SENTENCE, without a hub: topic, symptom, and what would be offered.

    \b
    guardia-hub advice try '예산시스템 DB가 느려요'
    """
    from guardia.cmdb.model import Inventory
    from guardia.hub.core.advice_rules import parse_rules
    from guardia.hub.core.message import Person
    from guardia.hub.parser.signs import Signs

    text, source = (file.read_text(encoding="utf-8"), str(file)) if file else (lazy.config.advice_text(), "rules")
    rules = parse_rules(text, source)

    class Empty:
        def snapshot(self) -> Inventory:
            return Inventory(revision=0, servers=(), aliases=())

    person = Person(person_id="-", name="-", institutions=("*",))
    found = Signs(rules, Empty()).hear(sentence, person)
    rows = [{"rule": one.rule_id, "topic": one.signals[0], "symptom": one.signals[1]} for one in found]
    lines = [f"{row['rule']}: {row['topic']} + {row['symptom']}" for row in rows] or ["nothing"]
    say(rows, as_json, lines)
