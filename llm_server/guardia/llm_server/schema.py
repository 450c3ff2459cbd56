"""The JSON schema of a reading, built for one message: what the model may answer, and nothing else.

Names are an enum of the candidates and `UNKNOWN`, so the model cannot name what the inventory does not hold; actions
come from the catalogue. Every key is required, because servers drop optional ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from guardia.llm_server.errors import SchemaError
from guardia.proto.catalogue import CATALOGUE

UNKNOWN = "UNKNOWN"
INTENTS = ("DEPLOY", "ROLLBACK", "RESTART", "START", "STOP", "KILL", "CLEAN", "CHECK", "CANCEL", "HELP")
ENVIRONMENTS = ("PROD", "STG", "DEV")
LAYERS = ("WAS", "WEB", "DB", "ALL", UNKNOWN)
MAX_CANDIDATES = 500
"""Names of one kind; more make the server's grammar compile for seconds."""
MAX_REQUESTS = 8
MAX_ITEMS = 32

_PARAMETERS: dict[str, dict[str, Any]] = {
    "lines": {"type": "integer", "minimum": 1, "maximum": 5_000},
    "pattern": {"type": "string", "maxLength": 500},
    "since_minutes": {"type": "integer", "minimum": 1, "maximum": 60 * 24 * 31},
    "port": {"type": "integer", "minimum": 1, "maximum": 65_535},
    "session_id": {"type": "string", "maxLength": 64},
    "at": {"type": "string", "maxLength": 40},
    "version": {"type": "string", "maxLength": 64},
    "service": {"type": "string", "maxLength": 128},
}


def _names(kind: str, names: Iterable[str]) -> list[str]:
    unique = list(dict.fromkeys(names))
    if any(not isinstance(name, str) or not name for name in unique):
        raise SchemaError(f"{kind}: every candidate must be a name that is not empty")
    unique = [name for name in unique if name != UNKNOWN]
    if len(unique) > MAX_CANDIDATES:
        raise SchemaError(f"{kind}: {len(unique)} candidates, at most {MAX_CANDIDATES}; retrieve fewer for the message")
    return [*unique, UNKNOWN]


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }


def _array(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "maxItems": most, "items": items}


def reading_schema(
    institutions: Sequence[str], systems: Sequence[str], nodes: Sequence[str], files: Sequence[str] = ()
) -> dict[str, Any]:
    """JSON schema of `{"requests": [...]}` where names are among the candidates or `UNKNOWN`.

    `files` are the names that may be deployed; with none, `deploy_artifacts` must be empty. Raises `SchemaError` for
    more than `MAX_CANDIDATES` of a kind or an empty name.
    """
    artifacts = [name for name in _names("files", files) if name != UNKNOWN]
    parameters = {name: {"anyOf": [shape, {"type": "null"}]} for name, shape in _PARAMETERS.items()}
    request = _object(
        {
            "intent_type": {"type": "string", "enum": list(INTENTS)},
            "institution": {"type": "string", "enum": _names("institutions", institutions)},
            "system_name": {"type": "string", "enum": _names("systems", systems)},
            "environment": {"type": "string", "enum": list(ENVIRONMENTS)},
            "infrastructure_layer": {"type": "string", "enum": list(LAYERS)},
            "target_nodes": _array({"type": "string", "enum": _names("nodes", nodes)}, MAX_ITEMS),
            "action_sequence": _array({"type": "string", "enum": list(CATALOGUE)}, MAX_ITEMS),
            "deploy_artifacts": _array(
                {"type": "string", **({"enum": artifacts} if artifacts else {})}, len(artifacts)
            ),
            "parameters": _object(parameters),
            "requires_approval": {"type": "boolean"},
        }
    )
    return _object({"requests": _array(request, MAX_REQUESTS)})
