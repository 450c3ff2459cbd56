"""From the compact model's notation to a reading: what the words leave open comes from the inventory. Pure.

The model says what was asked of which tag. Which servers that is, which layer a system with one layer has, and what a
number that no node bears means, is decided here and never by the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from guardia.llm_server.compact.notation import Asked
from guardia.llm_server.schema import UNKNOWN
from guardia.proto.catalogue import CATALOGUE

PARAMETERS = ("lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service")
_WEIGHT = (
    ("DEPLOY_ARTIFACT", "DEPLOY"), ("ROLLBACK_RELEASE", "ROLLBACK"), ("STOP_SERVICE", "STOP"),
    ("RESTART_SERVICE", "RESTART"), ("START_SERVICE", "START"), ("KILL_DB_SESSION", "KILL"), ("CLEAN_LOGS", "CLEAN"),
)  # fmt: skip
_IMPLIED = {
    "THREAD_DUMP": "WAS", "FETCH_DB_LOCKS": "DB", "FETCH_SLOW_QUERIES": "DB", "FETCH_DB_SESSIONS": "DB",
    "KILL_DB_SESSION": "DB",
}  # fmt: skip
_RELEASES = (".war", ".ear", ".jar")
_USES = {
    "lines": {"TAIL_LOG", "SEARCH_LOG"},
    "since_minutes": {"TAIL_LOG", "SEARCH_LOG"},
    "pattern": {"SEARCH_LOG"},
    "port": {"CHECK_PORT", "CHECK_HTTP", "CHECK_CERT"},
    "session_id": {"KILL_DB_SESSION"},
    "version": {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"},
}

Pair = tuple[str, str]
"""Institution and system."""


class Host(Protocol):
    """A server that a tag stands for."""

    @property
    def asset_code(self) -> str: ...
    @property
    def institution(self) -> str: ...
    @property
    def system_name(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def infrastructure_layer(self) -> str: ...
    @property
    def node_no(self) -> int: ...


class Places(Protocol):
    """What the inventory says of a target."""

    def layers(self, institution: str, system: str) -> frozenset[str]: ...
    def nodes(self, institution: str, system: str, environment: str, layer: str) -> Mapping[int, Host]: ...


class MeaninglessError(ValueError):
    """The answer speaks of something that its prompt does not hold."""


class Names(Protocol):
    """Meanings of the prompt's tags, by the tag's letter: institutions; pairs; hosts; a moment in ISO 8601 or an empty
    text; a file's name."""

    def institutions(self, tag: str) -> Sequence[str]: ...
    def systems(self, tag: str) -> Sequence[Pair]: ...
    def hosts(self, tag: str) -> Sequence[Host]: ...
    def moment(self, tag: str) -> str: ...
    def file(self, tag: str) -> str: ...


def expand(asked: Sequence[Asked], names: Names, places: Places) -> list[dict[str, Any]]:
    """The requests of a reading, every key filled. Raises `MeaninglessError`."""
    found: list[dict[str, Any]] = []
    named: dict[tuple[str, ...], set[int]] = {}
    for one in asked:
        for request in _requests(one, names, places, named):
            if request not in found:
                found.append(request)
    return found


def _bare(intent: str) -> dict[str, Any]:
    return {
        "intent_type": intent, "institution": UNKNOWN, "system_name": UNKNOWN, "environment": "PROD",
        "infrastructure_layer": "ALL", "target_nodes": [], "action_sequence": [], "deploy_artifacts": [],
        "parameters": dict.fromkeys(PARAMETERS), "requires_approval": False,
    }  # fmt: skip


def _requests(one: Asked, names: Names, places: Places, named: dict[tuple[str, ...], set[int]]) -> list[dict[str, Any]]:
    if one.intent:
        return [_bare(one.intent)]
    tags = [tag for tag in one.targets if tag[0] == "H"]
    hosts = [host for tag in tags for host in names.hosts(tag)]
    if hosts:
        return _on_hosts(one, hosts, names)
    institution, system = _target(one, names)
    environment = one.environment or "PROD"
    files = [names.file(tag) for tag in one.files]
    layer = one.layer or _layer(one, files, institution, system, places)
    nodes = _nodes(
        one, places.nodes(institution, system, environment, layer), named, (institution, system, environment, layer)
    )
    if tags:  # hosts that the inventory does not hold
        nodes = [UNKNOWN]
    return [_request(one, (institution, system, environment, layer), nodes, files, names)]


def _on_hosts(one: Asked, hosts: Sequence[Host], names: Names) -> list[dict[str, Any]]:
    """A request for each place that the hosts stand in."""
    grouped: dict[tuple[str, str, str, str], list[Host]] = {}
    for host in hosts:
        place = (host.institution, host.system_name, str(host.environment), str(host.infrastructure_layer))
        grouped.setdefault(place, []).append(host)
    files = [names.file(tag) for tag in one.files]
    return [
        _request(one, place, [host.asset_code for host in sorted(held, key=lambda each: each.node_no)], files, names)
        for place, held in grouped.items()
    ]


def _target(one: Asked, names: Names) -> Pair:
    """A system is looked up within the institution that is named; one that several have is nobody's."""
    offices = [office for tag in one.targets if tag[0] == "I" for office in names.institutions(tag)]
    pairs = list(dict.fromkeys(pair for tag in one.targets if tag[0] == "S" for pair in names.systems(tag)))
    if "?" in one.targets or not pairs:
        return (offices[0] if len(set(offices)) == 1 else UNKNOWN), UNKNOWN
    if offices:
        pairs = [pair for pair in pairs if pair[0] in offices]
        if not pairs:
            return (offices[0] if len(set(offices)) == 1 else UNKNOWN), UNKNOWN
    if len(pairs) == 1:
        return pairs[0]
    systems = {system for _, system in pairs}
    owners = {owner for owner, _ in pairs}
    return (owners.pop() if len(owners) == 1 else UNKNOWN), (systems.pop() if len(systems) == 1 else UNKNOWN)


def _layer(one: Asked, files: Sequence[str], institution: str, system: str, places: Places) -> str:
    implied = {_IMPLIED[code] for code in one.actions if code in _IMPLIED}
    if any(name.lower().endswith(_RELEASES) for name in files):
        implied.add("WAS")
    if len(implied) == 1:
        return implied.pop()
    if not any(CATALOGUE[code].changes for code in one.actions):
        return "ALL"
    held = places.layers(institution, system)
    return next(iter(held)) if len(held) == 1 else UNKNOWN


def _nodes(
    one: Asked, held: Mapping[int, Host], named: dict[tuple[str, ...], set[int]], place: tuple[str, ...]
) -> list[str]:
    before = named.setdefault(place, set())
    if one.rest or one.left_out:
        out = before if one.rest else set(one.nodes)
        wanted = [number for number in sorted(held) if number not in out]
        return [held[number].asset_code for number in wanted] or [UNKNOWN]
    before.update(one.nodes)
    found = [held[number].asset_code for number in sorted(set(one.nodes)) if number in held]
    return [*found, UNKNOWN] if len(found) < len(set(one.nodes)) else found


def _request(
    one: Asked, place: tuple[str, str, str, str], nodes: Sequence[str], files: Sequence[str], names: Names
) -> dict[str, Any]:
    codes = list(dict.fromkeys(one.actions))
    changes = any(CATALOGUE[code].changes for code in codes)
    parameters: dict[str, Any] = dict.fromkeys(PARAMETERS)
    given = {**one.numbers, **one.words}
    if one.time:
        given["at"] = names.moment(one.time)
        if not given["at"]:
            raise MeaninglessError("a time that cannot be told")
    parameters |= {name: value for name, value in given.items() if name not in _USES or _USES[name].intersection(codes)}
    institution, system, environment, layer = place
    return {
        "intent_type": next((intent for code, intent in _WEIGHT if code in codes), "CHECK"),
        "institution": institution,
        "system_name": system,
        "environment": environment,
        "infrastructure_layer": layer,
        "target_nodes": list(nodes),
        "action_sequence": codes,
        "deploy_artifacts": list(files) if "DEPLOY_ARTIFACT" in codes else [],
        "parameters": parameters,
        "requires_approval": changes and environment == "PROD",
    }
