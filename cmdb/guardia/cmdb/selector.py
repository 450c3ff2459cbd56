"""From a reading's target to servers: the one place where names become something that steps run on. Pure.

Everything that is not exactly one set of servers is asked back. A part of what was named is never selected.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from guardia.cmdb.model import Environment, Inventory, Layer, Server
from guardia.cmdb.normalise import ENVIRONMENT_KO, LAYER_KO
from guardia.cmdb.resolve import Ambiguous as AmbiguousName
from guardia.cmdb.resolve import Resolved as ResolvedName
from guardia.cmdb.resolve import Resolver, SystemRef, Unknown, What, resolver_for

ALL = "ALL"
UNKNOWN = "UNKNOWN"
MAX_CHOICES = 20
"""Choices that people are shown; with more the question is too wide to be a choice and the name counts as unknown."""

__all__ = ["ALL", "UNKNOWN", "Ambiguous", "Choice", "Resolved", "Selection", "Unknown", "select"]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One way to read an ambiguous target. The fields replace those of the reading; `label_ko` is for the button."""

    label_ko: str
    institution: str
    system_name: str
    infrastructure_layer: str = ""
    """The layer to take, or empty: as the reading says."""
    count: int = 0
    """Servers of that layer."""


class Resolved(msgspec.Struct, frozen=True, kw_only=True):
    """Servers in node order (by layer first), never empty."""

    institution: str
    system_name: str
    servers: tuple[Server, ...]


class Ambiguous(msgspec.Struct, frozen=True, kw_only=True):
    """One to `MAX_CHOICES` ways to read the target: ask. One choice alone is asked too ("is this what you mean?")."""

    what: What
    choices: tuple[Choice, ...]


Selection = Resolved | Ambiguous | Unknown


def select(
    source: Inventory | Resolver,
    *,
    institution: str,
    system_name: str,
    environment: str,
    infrastructure_layer: str,
    target_nodes: Sequence[str] = (),
) -> Selection:
    """The servers that the fields of a reading mean.

    Names may be canonical or aliases. An empty `institution` is one that was not said: the system then decides, if it
    belongs to one institution alone. `UNKNOWN` may stand for a name that the inventory does not hold, so the same
    system is then only offered as a choice. `target_nodes` are asset codes (host names and addresses count too); empty
    means every node of the system, environment and layer.
    """
    resolver = source if isinstance(source, Resolver) else resolver_for(source)
    system = _system(resolver, institution, system_name)
    if not isinstance(system, SystemRef):
        return system
    layer = None if infrastructure_layer == ALL else infrastructure_layer
    if layer == UNKNOWN:
        found = resolver.servers(system.institution, system.system_name, environment)
        return found if isinstance(found, Unknown) else _ask_layer(system, environment, found.value)
    found = resolver.servers(system.institution, system.system_name, environment, layer)
    if isinstance(found, Unknown):
        return found
    servers = found.value
    if target_nodes:
        nodes = _nodes(resolver, servers, target_nodes)
        if isinstance(nodes, Unknown):
            return nodes
        servers = nodes
    return Resolved(institution=system.institution, system_name=system.system_name, servers=servers)


def _system(resolver: Resolver, institution: str, system_name: str) -> SystemRef | Ambiguous | Unknown:
    said = institution not in ("", UNKNOWN)
    owner = resolver.institution(institution) if said else None
    if isinstance(owner, Unknown):
        return owner
    if system_name in ("", UNKNOWN):
        suggestions: tuple[str, ...] = ()
        if isinstance(owner, ResolvedName):
            suggestions = tuple(ref.system_name for ref in resolver.systems_of(owner.value))[:MAX_CHOICES]
        return Unknown("system", system_name, suggestions)
    found = resolver.system(system_name, institution if said else None)
    if isinstance(found, Unknown):
        return found
    if isinstance(found, AmbiguousName):
        return _ask_system(system_name, found.choices)
    if institution == UNKNOWN:
        return _ask_system(system_name, (found.value,))
    return found.value


def _ask_system(text: str, refs: tuple[SystemRef, ...]) -> Ambiguous | Unknown:
    labels = tuple(f"{ref.institution} {ref.system_name}" for ref in refs)
    if len(refs) > MAX_CHOICES:
        return Unknown("institution", text, labels[:MAX_CHOICES])
    what: What = "institution" if len({ref.institution for ref in refs}) > 1 or len(refs) == 1 else "system"
    return Ambiguous(
        what=what,
        choices=tuple(
            Choice(label_ko=label, institution=ref.institution, system_name=ref.system_name)
            for label, ref in zip(labels, refs, strict=True)
        ),
    )


def _ask_layer(system: SystemRef, environment: str, servers: tuple[Server, ...]) -> Ambiguous:
    counts: dict[Layer, int] = {}
    for server in servers:
        counts[server.infrastructure_layer] = counts.get(server.infrastructure_layer, 0) + 1
    where = ENVIRONMENT_KO[Environment(environment)]
    return Ambiguous(
        what="layer",
        choices=tuple(
            Choice(
                label_ko=f"{system.institution} {system.system_name} {where} {LAYER_KO[layer]} ({count}대)",
                institution=system.institution,
                system_name=system.system_name,
                infrastructure_layer=layer.value,
                count=count,
            )
            for layer, count in counts.items()
        ),
    )


def _nodes(
    resolver: Resolver, servers: tuple[Server, ...], target_nodes: Sequence[str]
) -> tuple[Server, ...] | Unknown:
    here = {server.asset_code for server in servers}
    wanted: set[str] = set()
    for text in target_nodes:
        found = resolver.host(text, suggest=False) if text != UNKNOWN else None
        if not isinstance(found, ResolvedName) or found.value.asset_code not in here:
            return Unknown("node", text, tuple(server.asset_code for server in servers)[:MAX_CHOICES])
        wanted.add(found.value.asset_code)
    return tuple(server for server in servers if server.asset_code in wanted)
