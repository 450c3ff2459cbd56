"""From intent and servers to a frozen plan: nodes in order, the steps of each, and one digest over all of it.

Nothing here guesses: the servers are resolved, the parameters come from the message, and what the agents would run is
added by `explained` before anyone approves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property

import msgspec

from guardia.cmdb.model import Connection, Layer, Server
from guardia.hub.core.intent import Intent
from guardia.hub.core.message import StagedFile
from guardia.hub.core.texts import Text, said
from guardia.hub.core.texts import action as title_of
from guardia.hub.errors import InvalidInputError
from guardia.proto.catalogue import CATALOGUE, action, canonical, make_parameters, step_digest
from guardia.proto.errors import CatalogueError, ParameterError

MAX_NODES = 200
"""Nodes of one request; more is refused with what to do."""


class Role(StrEnum):
    MAIN = "main"
    VERIFY = "verify"
    """The hub's own check that the change took effect; its finding decides, not only its exit."""
    RESTORE = "restore"
    """Runs only when the node failed after its release was switched."""


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """What the agent said it would run. `digest` empty: not asked or not answered, then the step is not bound to it."""

    commands: tuple[tuple[str, ...], ...] = ()
    user: str = ""
    notes: tuple[Text, ...] = ()
    findings: tuple[Text, ...] = ()
    digest: str = ""


class PlannedStep(msgspec.Struct, frozen=True, kw_only=True):
    step_id: str
    action: str
    role: Role
    target: str
    parameters: str
    """Canonical JSON of the action's parameter type."""
    digest: str
    timeout_s: int
    explained: Explained = Explained()

    @property
    def title(self) -> Text:
        return title_of(self.action)

    @property
    def changes(self) -> bool:
        return CATALOGUE[self.action].changes


class PlannedNode(msgspec.Struct, frozen=True, kw_only=True):
    asset: str
    hostname: str
    agent: str
    """Id of the agent that carries the steps out: the asset code of its host."""
    via: Connection
    component: str
    """`institution/system/environment/layer`: what a change locks together with the host."""
    steps: tuple[PlannedStep, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Nodes in the order in which they are worked on. Changes go node by node, reads at once."""

    generation: int
    cmdb_revision: int
    nodes: tuple[PlannedNode, ...]
    changes: bool
    not_before_ms: int = 0
    """Not started earlier (a scheduled request); 0: at once."""
    expires_ms: int = 0
    """After this the plan may not start any more."""
    digest: str = ""

    def steps(self) -> tuple[tuple[PlannedNode, PlannedStep], ...]:
        """All steps with their nodes, in the plan's order."""
        return self._steps

    @cached_property
    def _steps(self) -> tuple[tuple[PlannedNode, PlannedStep], ...]:
        return tuple((node, step) for node in self.nodes for step in node.steps)

    @property
    def assets(self) -> tuple[str, ...]:
        return tuple(node.asset for node in self.nodes)

    @cached_property
    def by_step(self) -> Mapping[str, tuple[PlannedNode, PlannedStep]]:
        """Every step with its node, by the step's id."""
        return {step.step_id: (node, step) for node, step in self.steps()}

    @cached_property
    def agents(self) -> frozenset[str]:
        return frozenset(node.agent for node in self.nodes)


_VERIFIED = {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE", "RESTART_SERVICE", "START_SERVICE"}
_SWITCHES = {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"}


def _slug(moment: str, sha256: str) -> str:
    return f"{moment}-{sha256[:8]}"


class _Builder:
    """Steps of one node, numbered in order."""

    def __init__(self, request_id: str, generation: int, number: int, server: Server) -> None:
        self.prefix = f"{request_id}.p{generation}.n{number}"
        self.server = server
        self.steps: list[PlannedStep] = []

    def add(self, code: str, role: Role, values: dict[str, object]) -> None:
        entry = action(code)
        if "service" in entry.parameters.__struct_fields__ and self.server.service_name:
            values = {"service": self.server.service_name, **values}
        parameters = make_parameters(code, values)
        step_id = f"{self.prefix}.s{len(self.steps) + 1}"
        target = self.server.asset_code
        self.steps.append(
            PlannedStep(
                step_id=step_id,
                action=code,
                role=role,
                target=target,
                parameters=parameters.decode(),
                digest=step_digest(step_id=step_id, action_code=code, target=target, parameters=parameters),
                timeout_s=entry.timeout,
            )
        )


def _values(code: str, intent: Intent) -> dict[str, object]:
    """What of the message's parameters the action takes."""
    fields = action(code).parameters.__struct_fields__
    return {name: value for name, value in intent.parameters.items() if name in fields}


def _node_steps(builder: _Builder, intent: Intent, files: Sequence[StagedFile], moment: str) -> None:
    if not intent.action_sequence:
        raise InvalidInputError(said("input.no_action"), remedy=said("input.no_action_remedy"))
    changed = any(action(code).changes for code in intent.action_sequence)
    switched = False
    for code in intent.action_sequence:
        if code == "DEPLOY_ARTIFACT":
            if not files:
                raise InvalidInputError(said("input.no_file"), remedy=said("input.no_file_remedy"))
            for file in files:
                release = _slug(moment, file.sha256)
                service = {"service": intent.parameters["service"]} if "service" in intent.parameters else {}
                builder.add(
                    code,
                    Role.MAIN,
                    {"file_name": file.name, "sha256": file.sha256, "size": file.size, "release": release, **service},
                )
        else:
            builder.add(code, Role.MAIN, _values(code, intent))
        switched = switched or code in _SWITCHES
    if switched and "RESTART_SERVICE" not in intent.action_sequence:
        builder.add("RESTART_SERVICE", Role.MAIN, {})
    if changed and _VERIFIED.intersection(intent.action_sequence):
        builder.add("CHECK_SERVICE", Role.VERIFY, {})
        if builder.server.infrastructure_layer is not Layer.DB:
            builder.add("CHECK_HTTP", Role.VERIFY, {})
    if "DEPLOY_ARTIFACT" in intent.action_sequence:
        builder.add("ROLLBACK_RELEASE", Role.RESTORE, {})
        builder.add("RESTART_SERVICE", Role.RESTORE, {})


def component_of(server: Server) -> str:
    return f"{server.institution}/{server.system_name}/{server.environment}/{server.infrastructure_layer}"


def compile_plan(
    *,
    request_id: str,
    generation: int,
    intent: Intent,
    servers: Sequence[Server],
    files: Sequence[StagedFile],
    cmdb_revision: int,
    moment: str,
    not_before_ms: int = 0,
) -> Plan:
    """The plan of `intent` on `servers`, in their order. `moment` (digits and dashes) names new releases.

    Raises `InvalidInputError` when a parameter does not fit, a file is missing, or there are too many nodes.
    """
    if not servers:
        raise InvalidInputError(said("input.no_servers"))
    if len(servers) > MAX_NODES:
        raise InvalidInputError(
            said("input.too_many", count=len(servers), limit=MAX_NODES), remedy=said("input.too_many_remedy")
        )
    nodes = []
    for number, server in enumerate(servers, 1):
        builder = _Builder(request_id, generation, number, server)
        try:
            _node_steps(builder, intent, files, moment)
        except (CatalogueError, ParameterError) as error:
            raise InvalidInputError(said("input.bad_value", error=str(error))) from error
        nodes.append(
            PlannedNode(
                asset=server.asset_code,
                hostname=server.hostname,
                agent=server.agent,
                via=server.connection,
                component=component_of(server),
                steps=tuple(builder.steps),
            )
        )
    return Plan(
        generation=generation,
        cmdb_revision=cmdb_revision,
        nodes=tuple(nodes),
        changes=any(step.changes for node in nodes for step in node.steps),
        not_before_ms=not_before_ms,
    )


def explained(plan: Plan, answers: Mapping[str, Explained | None]) -> Plan:
    """The plan with what the agents said they would run. A verification that an agent cannot do (`None`) is left out:
    it was the hub's own wish, not the message's."""
    nodes = []
    for node in plan.nodes:
        steps = []
        for step in node.steps:
            answer = answers.get(step.step_id, Explained())
            if answer is None:
                if step.role is Role.VERIFY:
                    continue
                answer = Explained()
            steps.append(msgspec.structs.replace(step, explained=answer))
        nodes.append(msgspec.structs.replace(node, steps=tuple(steps)))
    return msgspec.structs.replace(plan, nodes=tuple(nodes))


def freeze(plan: Plan, *, request_id: str, expires_ms: int) -> Plan:
    """The plan with its expiry and the digest that approvals and tickets are bound to.

    The digest covers: request, CMDB revision, ordered nodes with their agents, every step's id, action, parameters
    (artifacts by sha256) and explanation, start time and expiry.
    """
    body = [
        request_id,
        plan.generation,
        plan.cmdb_revision,
        plan.not_before_ms,
        expires_ms,
        [
            [
                node.asset,
                node.agent,
                [[s.step_id, s.role, s.digest, s.timeout_s, s.explained.digest] for s in node.steps],
            ]
            for node in plan.nodes
        ],
    ]
    digest = hashlib.sha256(canonical(body)).hexdigest()
    return msgspec.structs.replace(plan, expires_ms=expires_ms, digest=digest)
