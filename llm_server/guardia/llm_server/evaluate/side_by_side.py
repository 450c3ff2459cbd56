"""Wrong readings for people: what was expected beside what came, the fields that differ marked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import msgspec

from guardia.llm_server.evaluate.run import Outcome

MAX_SHOWN = 300
"""Readings on the page; all of them are in the JSON file."""
MAX_TEXT = 400
MAX_NAMES = 6
"""Nodes or actions of one request."""
_TARGET = ("institution", "system_name", "environment", "infrastructure_layer")


def table(outcomes: Sequence[Outcome]) -> str:
    """One row a message: its text, the expected requests, those that came."""
    rows = [
        "<table class=readings><tr><th>message</th><th>expected</th><th>came</th></tr>",
        *(_row(one) for one in outcomes[:MAX_SHOWN]),
        "</table>",
    ]
    return "".join(rows)


def _row(one: Outcome) -> str:
    text = one.text if len(one.text) <= MAX_TEXT else one.text[:MAX_TEXT] + " …"
    came = _requests(one.requests, one.expected) if one.requests is not None else f"<i>{escape(one.error)}</i>"
    if one.asked_back:
        came += f"<div><i>asks back ({one.asked_back})</i></div>"
    about = f"{one.id} · {one.category}"
    return (
        f"<tr><td>{escape(text)}<div class=soft>{escape(about)}</div></td>"
        f"<td>{_requests(one.expected, None)}</td><td>{came}</td></tr>"
    )


def _requests(requests: Sequence[Mapping[str, Any]], beside: Sequence[Mapping[str, Any]] | None) -> str:
    """The requests, a line each; what is not as in the request of the same place in `beside` is marked."""
    if not requests:
        return _marked("nothing", differs=bool(beside))
    strange = beside is not None and len(beside) != len(requests)
    pairs = beside if beside is not None and not strange else [None] * len(requests)
    return "".join(
        f"<div>{_request(request, other, strange=strange)}</div>"
        for request, other in zip(requests, pairs, strict=True)
    )


def _request(request: Mapping[str, Any], beside: Mapping[str, Any] | None, *, strange: bool) -> str:
    def differs(*names: str) -> bool:
        if beside is None:
            return strange
        return any(_value(request, name) != _value(beside, name) for name in names)

    intent = str(request.get("intent_type"))
    parts = [_marked(intent, differs=differs("intent_type"), strong=True)]
    if intent in ("CANCEL", "HELP"):
        return parts[0]
    parts.append("/".join(_marked(str(request.get(name)), differs=differs(name)) for name in _TARGET))
    parts.append(_marked(_short(_value(request, "target_nodes")) or "all nodes", differs=differs("target_nodes")))
    parts.append(_marked(_short(_value(request, "action_sequence")) or "no action", differs=differs("action_sequence")))
    files = ", ".join(map(str, _value(request, "deploy_artifacts")))
    if files or differs("deploy_artifacts"):
        parts.append(_marked(files or "no file", differs=differs("deploy_artifacts")))
    parameters = _value(request, "parameters")
    if parameters or (beside is not None and _value(beside, "parameters")):
        wanted = _value(beside, "parameters") if beside is not None else parameters
        wrong = any(parameters.get(name) != value for name, value in wanted.items())
        written = msgspec.json.encode(parameters).decode() if parameters else "no parameters"
        parts.append(_marked(written, differs=wrong or strange))
    if differs("requires_approval") and not strange:
        parts.append(_marked(f"approval {bool(request.get('requires_approval'))}".lower(), differs=True))
    return " · ".join(parts)


def _short(names: Sequence[str]) -> str:
    """A model may name one node thirty times."""
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return ", ".join(map(str, names[:MAX_NAMES])) + more


def _value(request: Mapping[str, Any], name: str) -> Any:
    value = request.get(name)
    if name == "parameters":
        return value if isinstance(value, Mapping) else {}
    if name == "target_nodes":
        return sorted(map(str, value or []))
    if name in ("action_sequence", "deploy_artifacts"):
        return list(value or [])
    return bool(value) if name == "requires_approval" else value


def _marked(text: str, *, differs: bool, strong: bool = False) -> str:
    tag = "mark" if differs else "b" if strong else "span"
    return f"<{tag}>{escape(text)}</{tag}>"
