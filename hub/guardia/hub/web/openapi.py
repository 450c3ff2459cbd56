"""The published description of the HTTP API: OpenAPI 3.1, made from the msgspec types that the handlers use.

`operations.OPERATIONS` is the table of it; a new JSON route is one entry there. `docs/openapi.json` is the same, kept
as a file: `python -m guardia.hub.web.operations > docs/openapi.json` writes it, and a test compares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from guardia.hub.web.errors import ErrorAnswer

VERSION = "1"
"""Of the API: raised when something that worked no longer does."""
REF = "#/components/schemas/{name}"

DESCRIPTION = """\
사내 메신저와 스크립트가 GUARDiA 허브와 이야기하는 HTTP API입니다.

오류는 모두 `{error: {code, message, remedy, detail}}`이고, `code`는 바뀌지 않으며 `remedy`가 할 일을 말합니다.
429와 503에는 `Retry-After`(초)가 있습니다. 모든 답의 `X-Request-ID`로 허브의 로그에서 그 요청을 찾을 수 있습니다.
대화방의 WebSocket(`/ws/chat/…`)은 docs/protocol.md에 있습니다.
"""

_ERRORS = {
    400: "형식이 틀렸습니다",
    401: "로그인이나 서명이 없거나 틀렸습니다",
    403: "허용되지 않았습니다",
    404: "없습니다",
    409: "이미 처리되었거나 상태가 바뀌었습니다",
    410: "있었지만 더는 없습니다",
    413: "너무 큽니다",
    429: "너무 잦습니다",
    503: "지금은 받을 수 없습니다. 아무것도 접수되지 않았습니다",
}
_WAITS = (429, 503)


class Text(msgspec.Struct, frozen=True):
    """A body that no msgspec type describes: its media type, and its JSON schema."""

    media_type: str
    schema: Mapping[str, Any]
    required: bool = True


class Parameter(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    where: str
    """`path`, `query` or `header`."""
    schema: Mapping[str, Any]
    about: str = ""
    required: bool = True


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """A route with one method. `answers` by status: a msgspec type (JSON), a `Text`, or None (no body)."""

    method: str
    path: str
    name: str
    about: str
    parameters: Sequence[Parameter] = ()
    body: Any = None
    """A msgspec type, a `Text`, or None."""
    answers: Mapping[int, Any]
    errors: Sequence[int] = ()
    login: bool = False


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """The OpenAPI document of these operations."""
    types = [ErrorAnswer, *(found for one in operations for found in _types(one))]
    schemas, components = msgspec.json.schema_components(list(dict.fromkeys(types)), ref_template=REF)
    known = dict(zip(dict.fromkeys(types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        paths.setdefault(one.path, {})[one.method.lower()] = _operation(one, known)
    made = {
        "openapi": "3.1.0",
        "info": {"title": "GUARDiA", "version": VERSION, "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "`POST /api/login`의 `token`"}
            },
        },
    }
    found = _portable(made)
    assert isinstance(found, dict)
    return found


def _types(operation: Operation) -> list[Any]:
    given = [operation.body, *operation.answers.values()]
    return [one for one in given if one is not None and not isinstance(one, Text)]


def _operation(one: Operation, known: Mapping[Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"operationId": one.name, "summary": one.about}
    if one.parameters:
        made["parameters"] = [
            {
                "name": parameter.name,
                "in": parameter.where,
                "required": parameter.required,
                "schema": dict(parameter.schema),
                **({"description": parameter.about} if parameter.about else {}),
            }
            for parameter in one.parameters
        ]
    if one.body is not None:
        required = one.body.required if isinstance(one.body, Text) else True
        made["requestBody"] = {"required": required, "content": _content(one.body, known)}
    answers: dict[str, Any] = {}
    for status, kind in one.answers.items():
        about = "되었습니다" if status < 300 else "그렇지 않습니다"
        answers[str(status)] = {"description": about, **({"content": _content(kind, known)} if kind else {})}
    for status in one.errors:
        answers[str(status)] = {
            "description": _ERRORS[status],
            **({"headers": _retry_after()} if status in _WAITS else {}),
            "content": _content(ErrorAnswer, known),
        }
    made["responses"] = dict(sorted(answers.items()))
    if one.login:
        made["security"] = [{"bearer": []}]
    return made


def _retry_after() -> dict[str, Any]:
    # A string: what stands in a header is one.
    return {
        "Retry-After": {"required": True, "description": "초", "schema": {"type": "string", "pattern": "^[0-9]{1,6}$"}}
    }


def _content(kind: Any, known: Mapping[Any, Any]) -> dict[str, Any]:
    if isinstance(kind, Text):
        return {kind.media_type: {"schema": dict(kind.schema)}}
    return {"application/json": {"schema": known[kind]}}


def _portable(value: Any) -> Any:
    r"""Patterns in ECMAScript's form, which knows no `\Z`."""
    if isinstance(value, Mapping):
        return {
            key: re.sub(r"\\Z\Z", "$", inner) if key == "pattern" and isinstance(inner, str) else _portable(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_portable(inner) for inner in value]
    return value


def text(operations: Sequence[Operation]) -> str:
    """The document as it is kept in the repository."""
    return json.dumps(document(operations), ensure_ascii=False, indent=2) + "\n"
