"""Which question an answer is meant for, and what it adds to the request's own words. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence

import msgspec

from guardia.hub.core.intent import UNKNOWN, Dispute, Intent
from guardia.hub.core.message import InboundMessage
from guardia.hub.core.request import Request


def question_digest(request: Request) -> str:
    """Names the open question, whatever its words are shown in; asked again it has another name. Empty: none is."""
    if not request.question:
        return ""
    # Sorted: a request that was read from the store has its mappings in another order.
    asked = msgspec.json.encode([request.question, request.choices, request.answer_by_ms], order="deterministic")
    return hashlib.sha256(asked).hexdigest()[:32]


def is_meant(request: Request, digest: str) -> bool:
    """Whether a button with this digest is one of the open question.

    Buttons of earlier versions have none: they count while the request has asked nothing else.
    """
    if digest:
        return hmac.compare_digest(digest.encode(), question_digest(request).encode())
    history = request.history  # its beginning is there as long as little has happened
    return history[0] == "Drafted" and history.count("Asked") == 1


def question_seen(request: Request, message: InboundMessage) -> str:
    """The digest of the question that an answer in words is one to: the open one, unless it came after the words."""
    return question_digest(request) if message.received_ms >= request.updated_ms else "unseen"


def said_whole(text: str, fields: Mapping[str, str]) -> str:
    """The request's text with the chosen names before it, as if they had been said at once."""
    named = [fields[name] for name in ("institution", "system_name") if fields.get(name) and fields[name] not in text]
    return " ".join([*named, text])


def nodes_named(intent: Intent, again: Sequence[Intent | Dispute]) -> tuple[str, ...]:
    """The servers that the words named and nobody could look up before the answer ("1호기" of which system?).

    `intent`: the request with the answer filled in; `again`: a reading of `said_whole`. Counts only if exactly one
    request of it is this one in everything else. Empty: nothing was found; never all servers where some were named.
    """
    if UNKNOWN not in intent.target_nodes:
        return ()
    same = [one for one in again if isinstance(one, Intent) and _kind(one) == _kind(intent)]
    if len(same) != 1 or UNKNOWN in same[0].target_nodes:
        return ()
    return same[0].target_nodes


def _kind(intent: Intent) -> tuple[object, ...]:
    """Everything that may not differ."""
    return (
        intent.intent_type,
        intent.institution,
        intent.system_name,
        intent.environment,
        intent.infrastructure_layer,
        intent.action_sequence,
        intent.deploy_artifacts,
        intent.parameters,
    )
