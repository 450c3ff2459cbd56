"""What an answer to a question adds to the request's own words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from guardia.hub.core.intent import UNKNOWN, Dispute, Intent


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
