"""The two CSV files of the reading contract, all or nothing: every problem is found before any is told."""

from __future__ import annotations

from pathlib import Path

from guardia.cmdb.diff import make_inventory
from guardia.cmdb.importers import values
from guardia.cmdb.importers.rows import Problems, Row, read_rows
from guardia.cmdb.model import (
    Alias,
    AliasKind,
    Connection,
    Environment,
    Inventory,
    Layer,
    Server,
    ServiceManager,
)
from guardia.cmdb.normalise import host_key, name_key

SERVERS = "servers.csv"
ALIASES = "aliases.csv"
SERVER_COLUMNS = tuple(Server.__struct_fields__)
ALIAS_COLUMNS = ("kind", "canonical", "institution", "alias")

_REQUIRED = tuple(column for column in SERVER_COLUMNS if column not in {"via_agent", "product"})
_ENUMS = {
    "environment": Environment,
    "infrastructure_layer": Layer,
    "connection": Connection,
    "service_manager": ServiceManager,
}


def read_folder(folder: Path) -> Inventory:
    """The inventory that `servers.csv` and `aliases.csv` in `folder` say, at revision 0.

    Raises `ImportRowsError` with every problem, as `servers.csv:17: what is wrong; what to do`. Values come in NFC and
    without spaces around them; a byte order mark and either line end are accepted.
    """
    problems = Problems()
    server_rows = read_rows(folder / SERVERS, SERVER_COLUMNS, problems)
    alias_rows = read_rows(folder / ALIASES, ALIAS_COLUMNS, problems)
    servers = _Servers(problems)
    if server_rows is not None:
        for row in server_rows:
            servers.take(row)
        servers.finish(bool(server_rows))
    aliases: list[Alias] = []
    if alias_rows is not None and server_rows is not None:  # without servers every alias would look unknown
        checker = _Aliases(problems, servers)
        aliases = [alias for row in alias_rows if (alias := checker.take(row)) is not None]
    problems.raise_if_any()
    return make_inventory(servers.servers, aliases)


class _Servers:
    """Takes the rows of `servers.csv` one by one; what stands in the rows before is remembered with its line."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._rows: list[Row] = []
        self._bad: set[int] = set()
        self._codes: dict[str, Row] = {}
        self._seen: dict[tuple[str, ...], int] = {}
        self.institutions: dict[str, tuple[str, int]] = {}
        """By key: name and line."""
        self.systems: dict[tuple[str, str], tuple[str, int]] = {}
        """By keys of institution and system: name and line."""
        self.servers: list[Server] = []

    def _add(self, row: Row, text: str) -> None:
        self._bad.add(row.line)
        self._problems.add(SERVERS, row.line, text)

    def take(self, row: Row) -> None:
        self._rows.append(row)
        usable = {column for column in SERVER_COLUMNS if self._value(row, column)}
        for column, key in (
            ("asset_code", host_key(row["asset_code"])),
            ("hostname", host_key(row["hostname"])),
            ("address", host_key(row["address"])),
        ):
            if row[column] and (line := self._seen.setdefault((column, key), row.line)) != row.line:
                self._add(row, f"{column} '{row[column]}' already stands in line {line}; each host has its own")
        if row["asset_code"]:
            self._codes.setdefault(host_key(row["asset_code"]), row)
        if {"institution", "system_name"} <= usable:
            self._names(row)
        if {"institution", "system_name", "environment", "infrastructure_layer", "node_no"} <= usable:
            self._node(row)

    def _value(self, row: Row, column: str) -> bool:
        """True when the value can be used, after saying what is wrong with it."""
        value = row[column]
        if not value:
            if column in _REQUIRED:
                self._add(row, f"{column} is empty; fill it in")
            return column not in _REQUIRED
        problem = values.text_problem(column, value)
        if not problem:
            if kinds := _ENUMS.get(column):
                problem = values.enum_problem(column, value, kinds)
            elif column in {"institution", "system_name"}:
                problem = values.name_problem(column, value)
            elif column in {"asset_code", "service_name"}:
                problem = values.token_problem(column, value)
            elif column == "hostname":
                problem = values.hostname_problem(value)
            elif column == "address":
                problem = values.address_problem(value)
            elif column == "node_no":
                problem = values.node_no_problem(value)
        if problem:
            self._add(row, problem)
        return not problem

    def _names(self, row: Row) -> None:
        """One spelling for each name: two that only differ in spaces or case would be one name with two meanings."""
        institution, system = row["institution"], row["system_name"]
        key = name_key(institution)
        name, line = self.institutions.setdefault(key, (institution, row.line))
        if name != institution:
            self._add(row, f"institution '{institution}' is '{name}' in line {line}; write it in one way")
        name, line = self.systems.setdefault((key, name_key(system)), (system, row.line))
        if name != system:
            self._add(row, f"system_name '{system}' is '{name}' in line {line}; write it in one way")

    def _node(self, row: Row) -> None:
        number = int(row["node_no"])
        place = (
            "node",
            name_key(row["institution"]),
            name_key(row["system_name"]),
            row["environment"],
            row["infrastructure_layer"],
            str(number),
        )
        if (line := self._seen.setdefault(place, row.line)) != row.line:
            where = f"{row['system_name']} {row['environment']} {row['infrastructure_layer']}"
            self._add(row, f"node_no {number} of {where} already stands in line {line}; number its nodes 1, 2, 3 …")

    def finish(self, any_rows: bool) -> None:
        """Checks that need every row, then `servers`."""
        if not any_rows and not self._problems.total:
            self._problems.add(SERVERS, 0, "holds no servers; an empty inventory is never imported")
        for row in self._rows:
            self._gateway(row)
        self.servers = [self._server(row) for row in self._rows if row.line not in self._bad]

    def _gateway(self, row: Row) -> None:
        via, connection = row["via_agent"], row["connection"]
        if connection == Connection.AGENT and via:
            self._add(row, f"via_agent '{via}' with connection agent; empty it, or make the connection ssh")
        if connection != Connection.SSH:
            return
        if not via:
            self._add(row, "via_agent is empty with connection ssh; name the asset code of the agent's host")
        elif (gateway := self._codes.get(host_key(via))) is None:
            self._add(row, f"via_agent '{via}' is not an asset_code of this file; name the agent's host")
        elif gateway["connection"] != Connection.AGENT:
            self._add(
                row,
                f"via_agent '{via}' (line {gateway.line}) has connection {gateway['connection'] or 'none'}; "
                "only a host with connection agent reaches others",
            )

    def _server(self, row: Row) -> Server:
        via = self._codes[host_key(row["via_agent"])]["asset_code"] if row["via_agent"] else ""
        return Server(
            asset_code=row["asset_code"],
            hostname=row["hostname"],
            address=row["address"],
            institution=row["institution"],
            system_name=row["system_name"],
            environment=Environment(row["environment"]),
            infrastructure_layer=Layer(row["infrastructure_layer"]),
            node_no=int(row["node_no"]),
            connection=Connection(row["connection"]),
            via_agent=via,
            service_name=row["service_name"],
            service_manager=ServiceManager(row["service_manager"]),
            product=row["product"],
        )


class _Aliases:
    """Takes the rows of `aliases.csv` one by one, against the names of `servers.csv`."""

    def __init__(self, problems: Problems, servers: _Servers) -> None:
        self._problems = problems
        self._servers = servers
        self._seen: dict[tuple[str, str, str], list[tuple[str, str, int]]] = {}
        """By kind, institution's key and alias's key: the rows so far as (canonical's key, alias, line)."""

    def _add(self, row: Row, text: str) -> None:
        self._problems.add(ALIASES, row.line, text)

    def take(self, row: Row) -> Alias | None:
        kind, alias = row["kind"], row["alias"]
        found = [values.enum_problem("kind", kind, AliasKind) if kind else "kind is empty; it is institution or system"]
        for column in ("canonical", "institution", "alias"):
            if row[column]:
                found.append(values.text_problem(column, row[column]))
            elif column != "institution":
                found.append(f"{column} is empty; fill it in")
        found.append(values.name_problem("alias", alias))
        if kind == AliasKind.SYSTEM and not row["institution"]:
            found.append("institution is empty for a system; name the system's institution")
        if kind == AliasKind.INSTITUTION and row["institution"]:
            found.append("institution is filled for an institution; empty it, the name stands in canonical")
        if found := [problem for problem in found if problem]:
            for problem in found:
                self._add(row, problem)
            return None
        return self._system(row) if kind == AliasKind.SYSTEM else self._institution(row)

    def _institution(self, row: Row) -> Alias | None:
        key = name_key(row["canonical"])
        known = self._servers.institutions.get(key)
        if known is None:
            self._add(row, f"institution '{row['canonical']}' has no server in {SERVERS}; mend the name or add it")
            return None
        other = self._servers.institutions.get(name_key(row["alias"]))
        if other is not None and other != known:
            self._add(row, f"alias '{row['alias']}' is itself an institution ({SERVERS}:{other[1]}); remove it")
            return None
        if self._taken(row, "", key):
            return None
        return Alias(kind=AliasKind.INSTITUTION, canonical=known[0], alias=row["alias"])

    def _system(self, row: Row) -> Alias | None:
        owner, key = name_key(row["institution"]), name_key(row["canonical"])
        institution = self._servers.institutions.get(owner)
        if institution is None:
            self._add(row, f"institution '{row['institution']}' has no server in {SERVERS}; mend the name or add it")
            return None
        known = self._servers.systems.get((owner, key))
        if known is None:
            self._add(
                row,
                f"system '{row['canonical']}' of {institution[0]} has no server in {SERVERS}; mend the name or add it",
            )
            return None
        other = self._servers.systems.get((owner, name_key(row["alias"])))
        if other is not None and other != known:
            self._add(row, f"alias '{row['alias']}' is itself a system of {institution[0]} ({SERVERS}:{other[1]})")
            return None
        if self._taken(row, owner, key):
            return None
        return Alias(kind=AliasKind.SYSTEM, institution=institution[0], canonical=known[0], alias=row["alias"])

    def _taken(self, row: Row, owner: str, canonical: str) -> bool:
        """True, after saying so, when the alias stands there already for another name, or in just this spelling."""
        alias = row["alias"]
        before = self._seen.setdefault((row["kind"], owner, name_key(alias)), [])
        for other, spelling, line in before:
            if other != canonical:
                self._add(row, f"alias '{alias}' means another {row['kind']} in line {line}; an alias has one meaning")
                return True
            if spelling == alias:
                self._add(row, f"alias '{alias}' already stands in line {line}; remove one of the two")
                return True
        before.append((canonical, alias, row.line))
        return False
