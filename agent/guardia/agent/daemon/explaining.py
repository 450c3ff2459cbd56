"""What a step would run, and the digest that binds the approval to it."""

from __future__ import annotations

import hashlib

from guardia.agent.actions.base import Plan
from guardia.proto.catalogue import Action, canonical

EXPLAIN_WITHIN = 10.0
"""Seconds that looking ahead may take."""


def plan_digest(entry: Action, target: str, plan: Plan) -> str:
    """Hex sha256 of all that would run: action, target, argv lists, user, time limit and notes, not the findings.

    The time limit is the catalogue's: what is explained before the approval and what is dispatched after it must give
    the same digest, and only the dispatch carries a limit of its own.
    """
    return hashlib.sha256(
        canonical([entry.code, target, plan.commands, plan.user, plan.notes, entry.timeout * 1000])
    ).hexdigest()
