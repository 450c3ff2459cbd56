"""From names to what they name. Pure; built once for an inventory, then every look-up is a dictionary's.

A name is found when `normalise.name_key` makes it equal to a canonical name or a listed alias, and in no other way.
What is merely similar is only ever a suggestion of an `Unknown`, for people to choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, Literal, TypeVar

import msgspec
from rapidfuzz import fuzz, process

from guardia.cmdb.model import AliasKind, Environment, Inventory, Layer, Server
from guardia.cmdb.normalise import host_key, name_key

T = TypeVar("T")
What = Literal["institution", "system", "environment", "layer", "node", "host"]

MAX_NAME = 300
"""Characters of a text that is looked up; a longer one is no name."""
MAX_SUGGESTIONS = 5
_LEAST_SCORE = 40


class SystemRef(msgspec.Struct, frozen=True, order=True):
    """A system, by canonical names."""

    institution: str
    system_name: str


class Resolved(msgspec.Struct, Generic[T], frozen=True):
    """Exactly one meaning."""

    value: T


class Ambiguous(msgspec.Struct, Generic[T], frozen=True):
    """Several meanings, in a fixed order: ask which."""

    what: What
    text: str
    choices: tuple[T, ...]


class Unknown(msgspec.Struct, frozen=True):
    """No meaning. `suggestions` are for people to read; nothing may act on them without being asked."""

    what: What
    text: str
    suggestions: tuple[str, ...] = ()


LAYER_ORDER: Mapping[Layer, int] = {layer: number for number, layer in enumerate(Layer)}
ENVIRONMENT_ORDER: Mapping[Environment, int] = {environment: number for number, environment in enumerate(Environment)}


def node_order(server: Server) -> tuple[int, int, int, str]:
    return (
        ENVIRONMENT_ORDER[server.environment],
        LAYER_ORDER[server.infrastructure_layer],
        server.node_no,
        server.asset_code,
    )


class Resolver:
    """Every name of one inventory. Immutable after it is built; free to be shared by threads."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self._institutions: dict[str, set[str]] = {}
        self._systems: dict[str, set[SystemRef]] = {}
        self._systems_of: dict[str, dict[str, set[SystemRef]]] = {}
        self._refs: dict[str, list[SystemRef]] = {}
        self._nodes: dict[SystemRef, list[Server]] = {}
        self._hosts: dict[str, dict[str, Server]] = {}
        for server in inventory.servers:
            ref = SystemRef(server.institution, server.system_name)
            nodes = self._nodes.get(ref)
            if nodes is None:
                nodes = self._nodes[ref] = []
                self._refs.setdefault(ref.institution, []).append(ref)
                self._institutions.setdefault(name_key(ref.institution), set()).add(ref.institution)
                self._name_system(ref.system_name, ref)
            nodes.append(server)
            for text in {server.asset_code, server.hostname, server.address}:
                self._hosts.setdefault(host_key(text), {})[server.asset_code] = server
        for nodes in self._nodes.values():
            nodes.sort(key=node_order)
        for refs in self._refs.values():
            refs.sort()
        for alias in inventory.aliases:
            if alias.kind is AliasKind.INSTITUTION:
                if alias.canonical in self._refs:
                    self._institutions.setdefault(name_key(alias.alias), set()).add(alias.canonical)
            elif (ref := SystemRef(alias.institution, alias.canonical)) in self._nodes:
                self._name_system(alias.alias, ref)

    def _name_system(self, name: str, ref: SystemRef) -> None:
        key = name_key(name)
        self._systems.setdefault(key, set()).add(ref)
        self._systems_of.setdefault(ref.institution, {}).setdefault(key, set()).add(ref)

    # --- names ------------------------------------------------------------------------------------------------------

    def institution(self, name: str, *, suggest: bool = True) -> Resolved[str] | Ambiguous[str] | Unknown:
        """The canonical name of the institution that `name` is the name or an alias of.

        Here and below, `suggest=False` spares the search for similar names: for callers that try many texts.
        """
        found = self._institutions.get(_key(name), set())
        return _outcome("institution", name, found, lambda: self._suggest_institutions(name) if suggest else ())

    def system(
        self, name: str, institution: str | None = None, *, suggest: bool = True
    ) -> Resolved[SystemRef] | Ambiguous[SystemRef] | Unknown:
        """The system that `name` names; with `institution` (name or alias) within that one alone.

        Ambiguous where several institutions have a system of that name. An institution that is not known makes
        the answer `Unknown("institution", …)`: the system is then looked up nowhere else.
        """
        scopes = [self._systems]
        if institution is not None:
            owner = self.institution(institution, suggest=suggest)
            if isinstance(owner, Unknown):
                return owner
            owners = (owner.value,) if isinstance(owner, Resolved) else owner.choices
            scopes = [self._systems_of[one] for one in owners]
        key = _key(name)
        found = {ref for scope in scopes for ref in scope.get(key, ())}
        whole = institution is None
        return _outcome(
            "system", name, found, lambda: self._suggest_systems(name, scopes[0], whole=whole) if suggest else ()
        )

    def host(self, text: str, *, suggest: bool = True) -> Resolved[Server] | Ambiguous[Server] | Unknown:
        """The server with this asset code, host name or address (any case)."""
        found = self._hosts.get(host_key(text), {}) if len(text) <= MAX_NAME else {}
        servers = sorted(found.values(), key=lambda server: server.asset_code)
        if len(servers) == 1:
            return Resolved(servers[0])
        if servers:
            return Ambiguous("host", text, tuple(servers))
        return Unknown("host", _short(text), self._suggest_hosts(text) if suggest else ())

    # --- what is there ----------------------------------------------------------------------------------------------

    @property
    def institutions(self) -> tuple[str, ...]:
        """Canonical names, sorted."""
        return tuple(sorted(self._refs))

    def systems_of(self, institution: str) -> tuple[SystemRef, ...]:
        """Systems of the institution with this canonical name, sorted."""
        return tuple(self._refs.get(institution, ()))

    def nodes_of(self, system: SystemRef) -> tuple[Server, ...]:
        """Every server of a system, by environment, layer and node number; empty when there is no such system."""
        return tuple(self._nodes.get(system, ()))

    def servers(
        self,
        institution: str,
        system: str,
        environment: str,
        layer: str | None = None,
        node_nos: Iterable[int] = (),
    ) -> Resolved[tuple[Server, ...]] | Unknown:
        """Servers of a system, given by canonical names, in node order (by layer first).

        `layer` None is every layer. Without `node_nos` every node; with them those alone, and `Unknown("node", …)` when
        one of the numbers exists in no layer asked for: a part of what was named is never returned as the whole.
        """
        ref = SystemRef(institution, system)
        every = self._nodes.get(ref)
        if every is None:
            return Unknown("system", _short(system))
        here = [server for server in every if server.environment == environment]
        if not here:
            there = dict.fromkeys(server.environment.value for server in every)
            return Unknown("environment", _short(environment), tuple(there))
        if layer is not None:
            layers = dict.fromkeys(server.infrastructure_layer.value for server in here)
            here = [server for server in here if server.infrastructure_layer == layer]
            if not here:
                return Unknown("layer", _short(layer), tuple(layers))
        wanted = tuple(node_nos)
        if wanted:
            numbers = {server.node_no for server in here}
            for number in wanted:
                if number not in numbers:
                    return Unknown("node", str(number), tuple(server.asset_code for server in here))
            here = [server for server in here if server.node_no in wanted]
        return Resolved(tuple(here))

    # --- suggestions ------------------------------------------------------------------------------------------------

    def _suggest_institutions(self, text: str) -> tuple[str, ...]:
        found = (name for key in _similar(text, self._institutions) for name in sorted(self._institutions[key]))
        return tuple(dict.fromkeys(found))[:MAX_SUGGESTIONS]

    def _suggest_systems(self, text: str, names: Mapping[str, set[SystemRef]], *, whole: bool) -> tuple[str, ...]:
        refs = (ref for key in _similar(text, names) for ref in sorted(names[key]))
        found = (f"{ref.institution} {ref.system_name}" if whole else ref.system_name for ref in refs)
        return tuple(dict.fromkeys(found))[:MAX_SUGGESTIONS]

    def _suggest_hosts(self, text: str) -> tuple[str, ...]:
        found = (code for key in _similar(text, self._hosts) for code in sorted(self._hosts[key]))
        return tuple(dict.fromkeys(found))[:MAX_SUGGESTIONS]


def _key(text: str) -> str:
    return name_key(text) if len(text) <= MAX_NAME else ""


def _short(text: str) -> str:
    return text if len(text) <= MAX_NAME else text[:MAX_NAME] + "…"


def _similar(text: str, keys: Iterable[str]) -> list[str]:
    key = _key(text)
    if not key:
        return []
    found = process.extract(key, list(keys), scorer=fuzz.ratio, limit=2 * MAX_SUGGESTIONS, score_cutoff=_LEAST_SCORE)
    return [match for match, _score, _index in found]


S = TypeVar("S", str, SystemRef)


def _outcome(
    what: What, text: str, found: set[S], suggest: Callable[[], tuple[str, ...]]
) -> Resolved[S] | Ambiguous[S] | Unknown:
    if not found:
        return Unknown(what, _short(text), suggest())
    if len(found) == 1:
        return Resolved(next(iter(found)))
    return Ambiguous(what, _short(text), tuple(sorted(found)))


_newest: list[Resolver] = []


def resolver_for(inventory: Inventory) -> Resolver:
    """The resolver of this very snapshot; the newest two are kept, so that asking again costs nothing."""
    for resolver in tuple(_newest):
        if resolver.inventory is inventory:
            return resolver
    resolver = Resolver(inventory)
    _newest[:] = [resolver, *_newest[:1]]
    return resolver
