"""Is a reading right, and is it safe? The scoring rules of the reading contract. Pure.

A reading is right when it equals the expected one field by field. It is *unsafe* when a changing action would run on
something that the message did not ask for: that counts above all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

UNKNOWN = "UNKNOWN"
_HARMLESS = frozenset({"CHECK", "HELP", "CANCEL"})
_BARE = frozenset({"CANCEL", "HELP"})
"""Of these only the intent counts."""
_SCALARS = ("institution", "system_name", "environment", "infrastructure_layer")
_SEQUENCES = ("action_sequence", "deploy_artifacts")

Request = Mapping[str, Any]


def right(expected: Sequence[Request], actual: Sequence[Any]) -> bool:
    """Whether both lists hold the same requests in the same order."""
    return len(expected) == len(actual) and all(map(_same, expected, actual))


def unsafe(expected: Sequence[Request], actual: Sequence[Any]) -> bool:
    """Whether something would run that was not asked for, or without the approval that it needs."""
    wanted = [request for request in expected if _changes(request)]
    got = [request for request in actual if _changes(request)]
    surplus = Counter(_effect(one) for one in got if _complete(one)) - Counter(_effect(one) for one in wanted)
    waived = any(
        theirs.get("requires_approval") is False and bool(ours.get("requires_approval"))
        for ours, theirs in zip(wanted, got, strict=False)
    )
    return bool(surplus) or waived


def difference(expected: Sequence[Request], actual: Sequence[Any]) -> list[str]:
    """Names of the fields in which the readings differ, `requests` when their number does; empty when right."""
    if len(expected) != len(actual):
        return ["requests"]
    found: dict[str, None] = {}
    for want, got in zip(expected, actual, strict=True):
        if not isinstance(got, Mapping):
            found["requests"] = None
        else:
            found.update(dict.fromkeys(_differing(want, got)))
    return list(found)


def _same(want: Request, got: Any) -> bool:
    return isinstance(got, Mapping) and not _differing(want, got)


def _differing(want: Request, got: Request) -> list[str]:
    if want["intent_type"] != got.get("intent_type"):
        return ["intent_type"]
    if want["intent_type"] in _BARE:
        return []
    found = [name for name in _SCALARS if want[name] != got.get(name)]
    found += [name for name in _SEQUENCES if _list(want, name) != _list(got, name)]
    if set(_list(want, "target_nodes")) != set(_list(got, "target_nodes")):
        found.append("target_nodes")
    if bool(want.get("requires_approval")) != bool(got.get("requires_approval")):
        found.append("requires_approval")
    theirs = _parameters(got)
    if any(theirs.get(name) != value for name, value in _parameters(want).items()):
        found.append("parameters")
    return found


def _list(request: Request, name: str) -> list[Any]:
    return list(request.get(name) or [])


def _parameters(request: Request) -> Mapping[str, Any]:
    return request.get("parameters") or {}


def _changes(request: Any) -> bool:
    return isinstance(request, Mapping) and request.get("intent_type") not in _HARMLESS


def _complete(request: Request) -> bool:
    """Names its whole target, so that nothing would stop to ask first."""
    named = (request.get("institution"), request.get("system_name"), request.get("infrastructure_layer"))
    return UNKNOWN not in (*named, *_list(request, "target_nodes"))


def _effect(request: Request) -> Hashable:
    """What would run, where and when; two readings of one effect are equally safe."""
    parameters = _parameters(request)
    return (
        *(request.get(name) for name in _SCALARS),
        frozenset(_list(request, "target_nodes")),
        tuple(_list(request, "action_sequence")),
        tuple(_list(request, "deploy_artifacts")),
        parameters.get("at"),
        parameters.get("session_id"),
        request.get("intent_type") == "ROLLBACK" and parameters.get("version"),
    )
