"""The inventory in its tables: read it whole, change it by a diff. Functions of a SQLAlchemy `Connection`.

The caller owns the transaction; each function is free to be called inside a larger one.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.expression import bindparam

from guardia.cmdb.diff import Diff, make_inventory
from guardia.cmdb.errors import StaleRevisionError
from guardia.cmdb.model import (
    Alias,
    AliasKind,
    Environment,
    Inventory,
    Layer,
    Server,
    ServiceManager,
)
from guardia.cmdb.model import Connection as Link
from guardia.cmdb.tables import (
    components,
    host_keys,
    hosts,
    instances,
    institution_aliases,
    institutions,
    revisions,
    system_aliases,
    systems,
)

_CONSISTENT_READS = 5

_SERVERS = (
    select(
        hosts.c.asset_code,
        hosts.c.hostname,
        hosts.c.address,
        institutions.c.name,
        systems.c.name,
        components.c.environment,
        components.c.layer,
        instances.c.node_no,
        hosts.c.connection,
        hosts.c.via_agent,
        instances.c.service_name,
        instances.c.service_manager,
        instances.c.product,
    )
    .join_from(instances, hosts)
    .join(components, components.c.id == instances.c.component_id)
    .join(systems, systems.c.id == components.c.system_id)
    .join(institutions, institutions.c.id == systems.c.institution_id)
)
_INSTITUTION_ALIASES = select(institutions.c.name, institution_aliases.c.alias).join_from(
    institution_aliases, institutions
)
_SYSTEM_ALIASES = (
    select(institutions.c.name, systems.c.name, system_aliases.c.alias)
    .join_from(system_aliases, systems)
    .join(institutions, institutions.c.id == systems.c.institution_id)
)


class Revision(msgspec.Struct, frozen=True, kw_only=True):
    """One applied change of the inventory. `imported_ms` is milliseconds since the epoch, UTC."""

    number: int
    imported_ms: int
    actor: str
    source: str
    sha256: str
    summary: str


def current_revision(connection: Connection) -> int:
    """Number of the newest revision; 0 before the first import."""
    return connection.execute(select(func.max(revisions.c.number))).scalar_one() or 0


def list_revisions(connection: Connection, limit: int = 50) -> list[Revision]:
    """The newest revisions, newest first."""
    rows = connection.execute(select(revisions).order_by(revisions.c.number.desc()).limit(limit))
    return [Revision(**row) for row in rows.mappings()]


def load(connection: Connection) -> Inventory:
    """The whole inventory at its current revision.

    Where the database lets other commits in between the queries (PostgreSQL's default), it is read again until it
    stands still. Raises `StaleRevisionError` when it never does.
    """
    for _ in range(_CONSISTENT_READS):
        revision = current_revision(connection)
        inventory = _read(connection, revision)
        if current_revision(connection) == revision:
            return inventory
    raise StaleRevisionError("the inventory is being changed all the time; read it again in a moment")


def _read(connection: Connection, revision: int) -> Inventory:
    environments: dict[str, Environment] = {e.value: e for e in Environment}
    layers: dict[str, Layer] = {e.value: e for e in Layer}
    links: dict[str, Link] = {e.value: e for e in Link}
    managers: dict[str, ServiceManager] = {e.value: e for e in ServiceManager}
    servers = [
        Server(
            asset_code=code,
            hostname=hostname,
            address=address,
            institution=institution,
            system_name=system,
            environment=environments[environment],
            infrastructure_layer=layers[layer],
            node_no=node_no,
            connection=links[link],
            via_agent=via or "",
            service_name=service,
            service_manager=managers[manager],
            product=product,
        )
        for (
            code,
            hostname,
            address,
            institution,
            system,
            environment,
            layer,
            node_no,
            link,
            via,
            service,
            manager,
            product,
        ) in connection.execute(_SERVERS)
    ]
    aliases = [
        Alias(kind=AliasKind.INSTITUTION, canonical=name, alias=alias)
        for name, alias in connection.execute(_INSTITUTION_ALIASES)
    ]
    aliases += [
        Alias(kind=AliasKind.SYSTEM, institution=institution, canonical=system, alias=alias)
        for institution, system, alias in connection.execute(_SYSTEM_ALIASES)
    ]
    return make_inventory(servers, aliases, revision)


def apply(connection: Connection, diff: Diff, *, actor: str, source: str, now_ms: int) -> int:
    """Make the inventory what `diff` says and return the new revision's number; an empty diff changes nothing and
    returns the current one.

    Raises `StaleRevisionError` when the inventory is no longer at `diff.base_revision`. Whatever it raises, the
    caller's transaction must be rolled back.
    """
    current = current_revision(connection)
    if current != diff.base_revision:
        raise _stale(diff.base_revision, current)
    if diff.empty:
        return current
    row = {
        "number": current + 1,
        "imported_ms": now_ms,
        "actor": actor[:200],
        "source": source[:500],
        "sha256": diff.target_sha256,
        "summary": diff.summary[:500],
    }
    try:  # first of all writes: a second writer waits here, and then fails, instead of mixing its rows with these
        connection.execute(insert(revisions), row)
    except IntegrityError as error:
        raise _stale(diff.base_revision, current + 1) from error
    _take_away(connection, diff)
    _write_hosts(connection, diff)
    _write_instances(connection, diff)
    _write_aliases(connection, diff)
    _drop_empty(connection)
    return current + 1


def _stale(base: int, current: int) -> StaleRevisionError:
    return StaleRevisionError(
        f"the inventory is at revision {current}, this change was made for revision {base}: "
        "import again and look at the new differences"
    )


def _take_away(connection: Connection, diff: Diff) -> None:
    gone = [server.asset_code for server in diff.removed]
    moved = [change.after.asset_code for change in diff.changed]
    _each(connection, delete(instances).where(instances.c.asset_code == bindparam("code")), gone + moved)
    # Hosts may exchange names and addresses: every changed one lets go of its own before any takes a new one.
    _each(
        connection,
        update(hosts)
        .where(hosts.c.asset_code == bindparam("code"))
        .values(hostname="~" + hosts.c.asset_code, address="~" + hosts.c.asset_code, via_agent=None),
        moved,
    )
    _each(connection, delete(host_keys).where(host_keys.c.asset_code == bindparam("code")), gone)
    behind = sorted(diff.removed, key=lambda server: server.connection is Link.AGENT)  # gateways last
    _each(
        connection,
        delete(hosts).where(hosts.c.asset_code == bindparam("code")),
        [server.asset_code for server in behind],
    )


def _each(connection: Connection, statement: Any, codes: list[str]) -> None:
    if codes:
        connection.execute(statement, [{"code": code} for code in codes])


def _host_row(server: Server) -> dict[str, Any]:
    return {
        "hostname": server.hostname,
        "address": server.address,
        "connection": server.connection.value,
        "via_agent": server.via_agent or None,
    }


def _write_hosts(connection: Connection, diff: Diff) -> None:
    gateways_first = sorted(diff.added, key=lambda server: server.connection is not Link.AGENT)
    if gateways_first:
        rows = [{"asset_code": server.asset_code, **_host_row(server)} for server in gateways_first]
        connection.execute(insert(hosts), rows)
    if diff.changed:
        connection.execute(
            update(hosts).where(hosts.c.asset_code == bindparam("code")),
            [{"code": change.after.asset_code, **_host_row(change.after)} for change in diff.changed],
        )


def _write_instances(connection: Connection, diff: Diff) -> None:
    servers = [*diff.added, *(change.after for change in diff.changed)]
    if not servers:
        return
    owners = _institution_ids(connection, {server.institution for server in servers})
    system_ids = _ids(
        connection,
        systems,
        ("institution_id", "name"),
        {(owners[server.institution], server.system_name) for server in servers},
    )
    places = [
        (
            system_ids[owners[server.institution], server.system_name],
            server.environment.value,
            server.infrastructure_layer.value,
        )
        for server in servers
    ]
    component_ids = _ids(connection, components, ("system_id", "environment", "layer"), set(places))
    connection.execute(
        insert(instances),
        [
            {
                "component_id": component_ids[place],
                "asset_code": server.asset_code,
                "node_no": server.node_no,
                "service_name": server.service_name,
                "service_manager": server.service_manager.value,
                "product": server.product,
            }
            for server, place in zip(servers, places, strict=True)
        ],
    )


def _institution_ids(connection: Connection, names: set[str]) -> dict[str, int]:
    return {key[0]: number for key, number in _ids(connection, institutions, ("name",), {(n,) for n in names}).items()}


def _ids(connection: Connection, table: Any, columns: tuple[str, ...], keys: set[Any]) -> dict[Any, int]:
    """Ids of the rows with these keys; what is missing is inserted."""

    def known() -> dict[Any, int]:
        rows = connection.execute(select(table.c.id, *(table.c[name] for name in columns)))
        return {tuple(row[1:]): row[0] for row in rows}

    found = known()
    missing = sorted(keys - found.keys())
    if not missing:
        return found
    connection.execute(insert(table), [dict(zip(columns, key, strict=True)) for key in missing])
    return known()


def _write_aliases(connection: Connection, diff: Diff) -> None:
    if not (diff.aliases_added or diff.aliases_removed):
        return
    owners = {name: number for number, name in connection.execute(select(institutions.c.id, institutions.c.name))}
    system_ids = {
        (owner, name): number
        for number, owner, name in connection.execute(select(systems.c.id, systems.c.institution_id, systems.c.name))
    }

    def of(aliases: tuple[Alias, ...], kind: AliasKind) -> list[dict[str, Any]]:
        if kind is AliasKind.INSTITUTION:
            return [{"owner": owners[a.canonical], "text": a.alias} for a in aliases if a.kind is kind]
        return [
            {"owner": system_ids[owners[a.institution], a.canonical], "text": a.alias}
            for a in aliases
            if a.kind is kind
        ]

    for table, column, kind in (
        (institution_aliases, institution_aliases.c.institution_id, AliasKind.INSTITUTION),
        (system_aliases, system_aliases.c.system_id, AliasKind.SYSTEM),
    ):
        if gone := of(diff.aliases_removed, kind):
            connection.execute(
                delete(table).where(column == bindparam("owner"), table.c.alias == bindparam("text")), gone
            )
        if new := of(diff.aliases_added, kind):
            connection.execute(insert(table), [{column.name: row["owner"], "alias": row["text"]} for row in new])


def _drop_empty(connection: Connection) -> None:
    """Components without nodes, systems without components, institutions without systems are no more."""
    for child, column, parent in (
        (instances, instances.c.component_id, components),
        (components, components.c.system_id, systems),
        (systems, systems.c.institution_id, institutions),
    ):
        connection.execute(delete(parent).where(~select(child.c.id).where(column == parent.c.id).exists()))
