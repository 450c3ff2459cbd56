"""Who may do what: Cedar policies over people and components. Default deny.

The text of the policies is an argument; `default.cedar` beside this file is what the configuration uses when it names
no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from cedarpy import PolicySet, is_authorized, policies_to_json_str

from guardia.cmdb.model import Server
from guardia.hub.core.message import Person
from guardia.hub.core.plan import component_of
from guardia.hub.errors import ConfigError
from guardia.proto.catalogue import CATALOGUE, Kind

MAX_REMEMBERED = 4_096
"""Decisions that are remembered; then they are made anew."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`allowed`, and the ids of the policies that decided (for the audit trail)."""

    allowed: bool
    policies: tuple[str, ...] = ()
    component: str = ""
    """First component that was not allowed."""


class Authoriser:
    """Decides by one parsed policy set (2.4 ms a decision when parsed each time, see FACTS; microseconds like this).

    Raises `ConfigError` with the parser's message when the text is not Cedar.
    """

    def __init__(self, policies: str) -> None:
        try:
            self._policies = PolicySet.from_str(policies)
            parsed = msgspec.json.decode(policies_to_json_str(policies))["staticPolicies"]
        except ValueError as error:
            raise ConfigError(
                f"policies: {error}", remedy="Correct the Cedar file that `policy.file` names."
            ) from error

        self._names = {key: policy.get("annotations", {}).get("id", key) for key, policy in parsed.items()}

        self._decided: dict[tuple[object, ...], Verdict] = {}

    def decide(
        self, person: Person, action: str, servers: Iterable[Server], *, kind: str = "", self_request: bool = False
    ) -> Verdict:
        """Allowed only if it is allowed on every component of `servers`; no servers: denied."""
        seen: set[str] = set()
        policies: list[str] = []
        for server in servers:
            component = component_of(server)
            if component in seen:
                continue
            seen.add(component)
            result = self._remembered(person, action, server, component, {"self": self_request, "kind": kind})
            policies.extend(result.policies)
            if not result.allowed:
                return Verdict(allowed=False, policies=tuple(dict.fromkeys(policies)), component=component)
        return Verdict(allowed=bool(seen), policies=tuple(dict.fromkeys(policies)))

    def _remembered(
        self, person: Person, action: str, server: Server, component: str, context: dict[str, Any]
    ) -> Verdict:
        """A decision depends on nothing but its arguments: the policies of this object never change."""
        key = (person.person_id, person.roles, person.institutions, action, component, *context.values())
        found = self._decided.get(key)
        if found is None:
            if len(self._decided) >= MAX_REMEMBERED:
                self._decided.clear()
            found = self._decided[key] = self._ask(person, action, server, component, context)
        return found

    def _ask(self, person: Person, action: str, server: Server, component: str, context: dict[str, Any]) -> Verdict:
        principal = {"type": "Person", "id": person.person_id}
        resource = {"type": "Component", "id": component}
        entities: list[dict[Any, Any]] = [
            {
                "uid": principal,
                "attrs": {"roles": list(person.roles), "institutions": list(person.institutions)},
                "parents": [],
            },
            {
                "uid": resource,
                "attrs": {
                    "institution": server.institution,
                    "system": server.system_name,
                    "environment": str(server.environment),
                    "layer": str(server.infrastructure_layer),
                },
                "parents": [],
            },
        ]
        request = {
            "principal": principal,
            "action": {"type": "Action", "id": action},
            "resource": resource,
            "context": context,
        }
        result = is_authorized(request, self._policies, entities)
        names = tuple(self._names.get(reason, reason) for reason in result.diagnostics.reasons)
        return Verdict(allowed=bool(result.allowed), policies=names, component=component)


def kind_of(actions: Iterable[str]) -> Kind:
    """The most consequential kind of the actions."""
    kinds = {CATALOGUE[code].kind for code in actions}
    for kind in (Kind.DESTRUCTIVE, Kind.CHANGE):
        if kind in kinds:
            return kind
    return Kind.READ
