"""What a request's checks found, as signals for advice: one node's trouble may be worth a look at its system. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from guardia.cmdb.model import Server
from guardia.hub.core.advice_rules import AdviceRules
from guardia.hub.core.intent import ALL
from guardia.hub.core.proactive import Sighting, Target, facts_seen
from guardia.hub.core.request import Request
from guardia.hub.core.room import Scope
from guardia.hub.core.states import RequestState, StepState
from guardia.proto.catalogue import CATALOGUE, CheckReport, Kind


def seen_by(request: Request, servers: Sequence[Server], rules: AdviceRules) -> list[Sighting]:
    """Sightings in the order of the steps; none where the request itself looked at all that would be offered."""
    if request.plan is None or request.state is not RequestState.SUCCEEDED:
        return []
    by_asset = {server.asset_code: server for server in servers}
    found: list[Sighting] = []
    for _, step in request.plan.steps():
        run = request.run(step.step_id)
        server = by_asset.get(step.target)
        if (
            CATALOGUE[step.action].kind is not Kind.READ
            or run.state is not StepState.OK
            or not run.report
            or not server
        ):
            continue
        target = Target(
            institution=server.institution, system_name=server.system_name, environment=str(server.environment)
        )
        report = msgspec.json.decode(run.report, type=CheckReport)
        for seen in facts_seen(rules, step.action, report, target):
            rule = rules.named(seen.rule_id)
            if rule is not None and not _looked_at(request, servers, rule.action, seen.targets[0]):
                found.append(seen)
    return found


def within(
    scope: Scope, sightings: Sequence[Sighting], servers: Sequence[Server], rules: AdviceRules
) -> list[Sighting]:
    """Without what a room of this scope is not for: whoever pressed would only be refused."""
    kept = []
    for seen in sightings:
        rule = rules.named(seen.rule_id)
        targets = tuple(
            target
            for target in seen.targets
            if rule is not None and not scope.refusal(_servers_of(target, servers), (rule.action,))
        )
        if targets:
            kept.append(msgspec.structs.replace(seen, targets=targets))
    return kept


def _servers_of(target: Target, servers: Sequence[Server]) -> list[Server]:
    return [
        server
        for server in servers
        if (server.institution, server.system_name, str(server.environment))
        == (target.institution, target.system_name, target.environment)
        and target.layer in (ALL, str(server.infrastructure_layer))
    ]


def _looked_at(request: Request, servers: Sequence[Server], action: str, target: Target) -> bool:
    """True when the request did `action` on every node of `target`."""
    assert request.plan is not None
    wanted = {server.asset_code for server in _servers_of(target, servers)}
    return wanted <= {step.target for _, step in request.plan.steps() if step.action == action}
