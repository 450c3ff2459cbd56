# ruff: noqa: E501 - a table of sentences
"""A short notation for readings, so that a table of examples can be read.

`RESTART 청주시/새들목행정/WAS#1,3 @RESTART_SERVICE lines=50`: intent, institution/system/[environment:]layer, node
numbers (`?` a node that cannot be found), actions, `+file` artifacts, parameters. `-` is nothing, `?` is UNKNOWN.
"""

from __future__ import annotations

import re
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import UNKNOWN, Reading

_ACTIONS = {
    "deploy": "DEPLOY_ARTIFACT", "rollback": "ROLLBACK_RELEASE", "restart": "RESTART_SERVICE", "start": "START_SERVICE", "stop": "STOP_SERVICE",
    "kill": "KILL_DB_SESSION", "clean": "CLEAN_LOGS", "disk": "CHECK_DISK_SPACE", "memory": "CHECK_MEMORY", "cpu": "CHECK_CPU",
    "process": "CHECK_PROCESS", "service": "CHECK_SERVICE", "port": "CHECK_PORT", "http": "CHECK_HTTP", "cert": "CHECK_CERT", "tail": "TAIL_LOG",
    "search": "SEARCH_LOG", "dump": "THREAD_DUMP", "locks": "FETCH_DB_LOCKS", "slow": "FETCH_SLOW_QUERIES", "sessions": "FETCH_DB_SESSIONS",
    "version": "SHOW_VERSION",
}  # fmt: skip
_TYPE = ("deploy", "rollback", "stop", "restart", "start", "kill", "clean")
_NUMBERS = {"lines", "since_minutes", "port"}


def expected(notation: str, inventory: Inventory) -> list[dict[str, Any]]:
    """Requests that `notation` stands for; several are parted by ` ; `."""
    if notation == "-":
        return []
    return [_request(part.strip(), inventory) for part in notation.split(" ; ")]


def _request(text: str, inventory: Inventory) -> dict[str, Any]:
    if text in ("CANCEL", "HELP"):
        return {"intent_type": text}
    actions, place, *rest = re.findall(r"(?:[^\s\"]|\"[^\"]*\")+", text)
    codes = actions.split("+")
    institution, system, layer = (UNKNOWN if part == "?" else part for part in place.split("/"))
    layer, _, numbers = layer.partition("#")
    environment, _, layer = layer.rpartition(":")
    environment = environment or "PROD"
    layer = UNKNOWN if layer == "?" else layer
    nodes: set[str] = set()
    for number in filter(None, numbers.split(",")):
        if number == "?":
            nodes.add(UNKNOWN)
            continue
        nodes.add(
            next(
                server.asset_code
                for server in inventory.servers
                if (server.institution, server.system_name, str(server.environment), str(server.infrastructure_layer))
                == (institution, system, environment, layer)
                and server.node_no == int(number)
            )
        )
    kind = next((code for code in _TYPE if code in codes), "check")
    parameters: dict[str, Any] = {}
    for pair in rest:
        if not pair.startswith("+"):
            key, _, value = pair.partition("=")
            value = value.strip('"')
            parameters[key] = int(value) if key in _NUMBERS else value
    return {
        "intent_type": kind.upper(),
        "institution": institution,
        "system_name": system,
        "environment": environment,
        "infrastructure_layer": layer,
        "target_nodes": nodes,
        "action_sequence": [_ACTIONS[code] for code in codes],
        "deploy_artifacts": [pair[1:] for pair in rest if pair.startswith("+")],
        "parameters": parameters,
        "requires_approval": kind != "check" and environment == "PROD",
    }


def found(reading: Reading, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reading in the shape of `expected`; parameters only on the keys that are expected."""
    shown: list[dict[str, Any]] = []
    for index, intent in enumerate(reading.intents):
        if intent.intent_type in ("CANCEL", "HELP"):
            shown.append({"intent_type": str(intent.intent_type)})
            continue
        keys = wanted[index].get("parameters", {}) if index < len(wanted) else {}
        shown.append(
            {
                "intent_type": str(intent.intent_type),
                "institution": intent.institution,
                "system_name": intent.system_name,
                "environment": intent.environment,
                "infrastructure_layer": intent.infrastructure_layer,
                "target_nodes": set(intent.target_nodes),
                "action_sequence": list(intent.action_sequence),
                "deploy_artifacts": list(intent.deploy_artifacts),
                "parameters": {key: value for key, value in intent.parameters.items() if key in keys},
                "requires_approval": intent.requires_approval,
            }
        )
    return shown


def _effect(request: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(
        tuple(sorted(value.items()))
        if isinstance(value, dict)
        else tuple(sorted(value))
        if isinstance(value, (set, list))
        else value
        for value in (
            request.get(key)
            for key in (
                "institution",
                "system_name",
                "environment",
                "infrastructure_layer",
                "target_nodes",
                "action_sequence",
                "deploy_artifacts",
            )
        )
    ) + tuple((request.get("parameters") or {}).get(key) for key in ("at", "session_id", "version"))


def unsafe(wanted: list[dict[str, Any]], shown: list[dict[str, Any]]) -> bool:
    """True when a change would run that was not asked for."""
    asked = [_effect(one) for one in wanted]
    for one in shown:
        if one["intent_type"] in ("CHECK", "CANCEL", "HELP"):
            continue
        whole = UNKNOWN not in (
            one["institution"],
            one["system_name"],
            one["infrastructure_layer"],
            *one["target_nodes"],
        )
        if whole and _effect(one) not in asked:
            return True
    return False
