"""What agents report of their hosts, beside what was declared and never instead of it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.sql.expression import bindparam

from guardia.cmdb.errors import FactsError, UnknownAssetError
from guardia.cmdb.tables import host_facts, hosts

MAX_FACTS = 200
"""Facts of one host in one report."""
MAX_KEY = 64
MAX_VALUE = 1000


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One observation. `collected_ms` is milliseconds since the epoch, UTC."""

    key: str
    value: str
    collected_ms: int


def put_facts(connection: Connection, asset_code: str, facts: Mapping[str, str], collected_ms: int) -> None:
    """Keep `facts` of a host as of `collected_ms`; one that is older than what is kept is ignored.

    Raises `UnknownAssetError` for a host that is not declared, `FactsError` when something is over its limit.
    """
    if len(facts) > MAX_FACTS:
        raise FactsError(f"{len(facts)} facts of {asset_code[:128]}, at most {MAX_FACTS} are kept")
    for key, value in facts.items():
        if not key or len(key) > MAX_KEY or len(value) > MAX_VALUE or "\x00" in key + value:
            raise FactsError(
                f"fact {key[:MAX_KEY]!r}: a key has 1 to {MAX_KEY} characters, a value at most {MAX_VALUE}, without NUL"
            )
    if connection.execute(select(hosts.c.asset_code).where(hosts.c.asset_code == asset_code)).first() is None:
        raise UnknownAssetError(f"{asset_code[:128]!r} is not in the inventory; import it first")
    known = {fact.key: fact.collected_ms for fact in facts_of(connection, asset_code)}
    new = [key for key in facts if key not in known]
    newer = [key for key in facts if key in known and known[key] <= collected_ms]
    if new:
        connection.execute(
            insert(host_facts),
            [{"asset_code": asset_code, "key": key, "value": facts[key], "collected_ms": collected_ms} for key in new],
        )
    if newer:
        connection.execute(
            update(host_facts).where(host_facts.c.asset_code == asset_code, host_facts.c.key == bindparam("of")),
            [{"of": key, "value": facts[key], "collected_ms": collected_ms} for key in newer],
        )


def facts_of(connection: Connection, asset_code: str) -> list[Fact]:
    """Everything that was reported of a host, by key; empty when nothing was."""
    rows = connection.execute(
        select(host_facts.c.key, host_facts.c.value, host_facts.c.collected_ms)
        .where(host_facts.c.asset_code == asset_code)
        .order_by(host_facts.c.key)
    )
    return [Fact(key=key, value=value, collected_ms=collected_ms) for key, value, collected_ms in rows]
