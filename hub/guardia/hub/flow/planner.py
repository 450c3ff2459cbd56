"""From a drafted request to the events that say what becomes of it: asked back, denied, or planned."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from guardia.cmdb.model import Server
from guardia.cmdb.selector import Ambiguous, Choice, Resolved, Selection, Unknown, select
from guardia.hub.core import events as e
from guardia.hub.core.authorise import Authoriser, kind_of
from guardia.hub.core.card import label
from guardia.hub.core.intent import Dispute, Intent
from guardia.hub.core.message import StagedFile
from guardia.hub.core.plan import (
    Explained,
    Plan,
    PlannedNode,
    PlannedStep,
    Role,
    compile_plan,
    component_of,
    explained,
    freeze,
)
from guardia.hub.core.request import Request
from guardia.hub.core.texts import Said, Text, said
from guardia.hub.core.typed import CODE_ALPHABET, CODE_LENGTH
from guardia.hub.errors import AgentOfflineError, ConflictError, HubError, InvalidInputError
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.ports import Clock, InventoryPort, Links, ScopeOf
from guardia.proto.catalogue import CATALOGUE
from guardia.proto.frames import Explain

MAX_EXPLANATION = 64 * 1024
"""Bytes of what an agent says of a step: an approver reads it, and every change of the card stores it again."""
MAX_ASKED = 128
"""Explanations that one agent is asked for at once: one that serves many hosts answers for all of them."""


def _digits(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y%m%d-%H%M%S")


def _fields(choice: Choice) -> dict[str, str]:
    fields = {"institution": choice.institution, "system_name": choice.system_name}
    if choice.infrastructure_layer:
        fields["infrastructure_layer"] = choice.infrastructure_layer
    return fields


def _of_error(error: HubError) -> Text:
    """What an error says, to be recorded."""
    what = error.said if isinstance(error.said, Said) else str(error)
    remedy = error.advice if isinstance(error.advice, Said) else error.remedy
    return said("denied.error", what=what, remedy=remedy) if remedy else what


def _service(step: PlannedStep) -> str | None:
    """The service that the step is for; None: its action is for none."""
    if "service" not in CATALOGUE[step.action].parameters.__struct_fields__:
        return None
    return str(msgspec.json.decode(step.parameters).get("service", ""))


def _unexplained(planned: e.Planned) -> PlannedStep | None:
    """A change that an approver would have to approve without seeing what will run; None: all of it can be shown."""
    if not planned.approvals_needed:
        return None
    return next(
        (s for _, s in planned.plan.steps() if s.changes and s.role is Role.MAIN and not s.explained.digest), None
    )


class Planner:
    """Resolves, authorises, compiles and has the agents explain. Writes nothing."""

    def __init__(
        self,
        inventory: InventoryPort,
        authoriser: Authoriser,
        links: Links,
        clock: Clock,
        settings: FlowSettings,
        *,
        scope_of: ScopeOf,
    ) -> None:
        self._scope_of = scope_of
        self._inventory = inventory
        self._authoriser = authoriser
        self._links = links
        self._clock = clock
        self._settings = settings
        self._turns: dict[str, asyncio.Semaphore] = {}

    def servers(self, request: Request) -> Selection:
        intent = request.intent
        return select(
            self._inventory.snapshot(),
            institution=intent.institution,
            system_name=intent.system_name,
            environment=intent.environment,
            infrastructure_layer=intent.infrastructure_layer,
            target_nodes=intent.target_nodes,
        )

    def outside_scope(self, request: Request, servers: Sequence[Server]) -> Said | None:
        """Why the request's room is not for it, whoever asks; None when it is, or when the room has no scope."""
        scope = self._scope_of(request.room_id)
        return None if scope is None else scope.refusal(servers, request.intent.action_sequence)

    def still_current(self, request: Request) -> bool:
        """False when the CMDB or the room's scope moved so that the plan would be another one, or none, now."""
        plan = request.plan
        assert plan is not None
        if self._scope_of(request.room_id) is not None:
            found = self.servers(request)
            if not isinstance(found, Resolved) or self.outside_scope(request, found.servers):
                return False
        if self._inventory.snapshot().revision == plan.cmdb_revision:
            return True
        selection = self.servers(request)
        if not isinstance(selection, Resolved):
            return False
        now = [(s.asset_code, s.hostname, s.agent, s.connection, component_of(s)) for s in selection.servers]
        if now != [(n.asset, n.hostname, n.agent, n.via, n.component) for n in plan.nodes]:
            return False
        named = "service" in request.intent.parameters
        return named or all(
            _service(step) in (None, server.service_name)
            for server, node in zip(selection.servers, plan.nodes, strict=True)
            for step in node.steps
        )

    async def plan(self, request: Request) -> list[e.Event]:
        """What follows for a request in DRAFT or STALE_PLAN; the events are in order and to be recorded together."""
        now = self._clock.now_ms()
        selection = self.servers(request)
        if isinstance(selection, Ambiguous):
            return [self._ask(selection, request.intent.environment, now)]
        if isinstance(selection, Unknown):
            return [self._not_found(selection, now)]
        servers = selection.servers
        unknown = [code for code in request.intent.action_sequence if code not in CATALOGUE]
        if unknown:
            return [e.Denied(at_ms=now, code="action.unknown", message=said("denied.action", action=unknown[0]))]
        outside = self.outside_scope(request, servers)
        if outside:
            message = said("denied.room", why=outside)
            return [e.Denied(at_ms=now, code="room.out_of_scope", message=message)]
        kind = kind_of(request.intent.action_sequence).value
        verdict = self._authoriser.decide(request.requester, kind, servers, kind=kind, self_request=True)
        if not verdict.allowed:
            message = said("denied.person", by=request.requester.name, component=verdict.component)
            return [e.Denied(at_ms=now, code="auth.forbidden", message=message)]
        try:
            plan = self._compile(request, servers, now)
        except InvalidInputError as error:
            return [e.Denied(at_ms=now, code=error.code, message=_of_error(error))]
        plan, refusal = await self._explain(plan)
        if refusal is not None:
            return [refusal]
        planned = self._planned(request, plan, servers, kind)
        blind = _unexplained(planned)
        if blind is not None:
            message = said("denied.blind", target=blind.target)
            return [e.Denied(at_ms=now, code="agent.offline", message=message)]
        return [planned]

    def _compile(self, request: Request, servers: tuple[Server, ...], now: int) -> Plan:
        by_name = {file.name: file for file in request.files}
        missing = [name for name in request.intent.deploy_artifacts if name not in by_name]
        if missing:
            raise InvalidInputError(
                said("input.not_attached", names=", ".join(missing)), remedy=said("input.not_attached_remedy")
            )
        files: list[StagedFile] = [by_name[name] for name in request.intent.deploy_artifacts]
        return compile_plan(
            request_id=request.request_id,
            generation=request.plan.generation + 1 if request.plan else 1,
            intent=request.intent,
            servers=servers,
            files=files,
            cmdb_revision=self._inventory.snapshot().revision,
            moment=_digits(now),
            not_before_ms=self._not_before(request.intent.parameters.get("at")),
        )

    def _not_before(self, at: object) -> int:
        """Milliseconds of the wished start; 0: at once. Without an offset it is the time of the hub's zone."""
        if not at:
            return 0
        try:
            moment = datetime.fromisoformat(str(at))
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=ZoneInfo(self._settings.timezone))
            return int(moment.timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise InvalidInputError(said("input.bad_time"), remedy=said("input.bad_time_remedy")) from error

    def _planned(self, request: Request, plan: Plan, servers: tuple[Server, ...], kind: str) -> e.Planned:
        now = self._clock.now_ms()
        approve_by = now + self._settings.approve_within * 1000
        begin = max(approve_by, plan.not_before_ms)
        plan = freeze(plan, request_id=request.request_id, expires_ms=begin + self._settings.start_within * 1000)
        freely = self._authoriser.decide(request.requester, "run_unapproved", servers, kind=kind, self_request=True)
        needed = 0 if freely.allowed and not request.intent.requires_approval else self._settings.approvals
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        return e.Planned(
            at_ms=now,
            plan=plan,
            approvals_needed=needed,
            approve_by_ms=approve_by if needed else 0,
            code=code if needed else "",
        )

    # --- what the agents would run ----------------------------------------------------------------------------------

    async def _explain(self, plan: Plan) -> tuple[Plan, e.Denied | None]:
        """The plan with explanations, and the first refusal of a step that the message asked for."""
        pairs = plan.steps()
        answers = await asyncio.gather(*(self._ask_agent(node, step) for node, step in pairs))
        found: dict[str, Explained | None] = {}
        for (_, step), answer in zip(pairs, answers, strict=True):
            if isinstance(answer, Explained):
                found[step.step_id] = answer
            elif answer is None:
                found[step.step_id] = Explained(findings=(said("plan.not_connected"),))
            elif step.role is Role.MAIN:
                message = said("step.why", target=step.target, action=step.title, why=answer.message)
                return plan, msgspec.structs.replace(answer, message=message)
            else:
                found[step.step_id] = None
        return explained(plan, found), None

    async def _ask_agent(self, node: PlannedNode, step: PlannedStep) -> Explained | e.Denied | None:
        """What it says it would run, or why not; None: it could not be asked."""
        if step.role is Role.RESTORE and step.action == "ROLLBACK_RELEASE":
            # What it would do depends on the deploy before it: asked now, the agent would name another release.
            return Explained(notes=(said("plan.restore"),))
        query = Explain(
            query_id=secrets.token_hex(8), action=step.action, target=step.target, parameters=step.parameters.encode()
        )
        turn = self._turns.setdefault(node.agent, asyncio.Semaphore(MAX_ASKED))
        try:
            async with turn:
                answer = await self._links.explain(node.agent, query, self._settings.explain_within)
        except (AgentOfflineError, ConflictError, TimeoutError):
            return None
        now = self._clock.now_ms()
        if len(msgspec.json.encode(answer)) > MAX_EXPLANATION:
            return e.Denied(at_ms=now, code="explain.too_large", message=said("plan.too_long"))
        if not answer.ok:
            return e.Denied(at_ms=now, code=answer.error_code, message=answer.message)
        return Explained(
            commands=answer.commands,
            user=answer.user,
            notes=answer.notes,
            findings=answer.findings,
            digest=answer.digest,
        )

    # --- asking back ------------------------------------------------------------------------------------------------

    def ask_reading(self, dispute: Dispute) -> e.Asked:
        """The question which of two readings is meant; each choice carries its whole intent."""
        return e.Asked(
            at_ms=self._clock.now_ms(),
            question=said("ask.reading", reason=dispute.reason),
            choices=tuple(_whole(intent) for intent in dispute.readings),
            expires_ms=self._clock.now_ms() + self._settings.answer_within * 1000,
        )

    def _ask(self, selection: Ambiguous, environment: str, now: int) -> e.Asked:
        return e.Asked(
            at_ms=now,
            question=said("ask.which", what=said(f"what.{selection.what}")),
            choices=tuple(
                e.Choice(label=_label(choice, environment), fields=_fields(choice)) for choice in selection.choices
            ),
            expires_ms=now + self._settings.answer_within * 1000,
        )

    def _not_found(self, selection: Unknown, now: int) -> e.Asked:
        values: dict[str, str | Said | tuple[str | Said, ...]] = {"what": said(f"what.{selection.what}")}
        key = "ask.not_found"
        if selection.text and selection.text != "UNKNOWN":
            key, values = f"{key}_name", {**values, "name": selection.text}
        if selection.suggestions:
            key, values = f"{key}_hint", {**values, "hint": selection.suggestions}
        return e.Asked(at_ms=now, question=said(key, **values), expires_ms=now + self._settings.answer_within * 1000)


def _whole(intent: Intent) -> e.Choice:
    choice = e.Choice(label="", fields={}, intent=intent)
    return msgspec.structs.replace(choice, label=label("ko", choice))


def _label(choice: Choice, environment: str) -> Text:
    if not choice.infrastructure_layer:
        return choice.label_ko  # names alone
    return said(
        "choice.layer",
        institution=choice.institution,
        system=choice.system_name,
        environment=said(f"environment.{environment}"),
        layer=choice.infrastructure_layer,
        count=choice.count,
    )
