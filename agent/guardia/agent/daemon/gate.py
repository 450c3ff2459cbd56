"""May this dispatch run here? Ticket, target, action, policy and parameters, in that order; nothing is done yet."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Protocol

import msgspec

from guardia.agent.actions.base import ActionRunner
from guardia.agent.core.job import Binding, Refuse, decide_fencing, decide_new, decide_time
from guardia.agent.core.policy import Policy, judge
from guardia.agent.core.target import ServiceSpec
from guardia.agent.daemon import fault
from guardia.agent.errors import PolicyError, RefusedError, TicketError, UnknownTargetError, UnsupportedError
from guardia.agent.ports import Host
from guardia.proto.catalogue import Action, Parameters, action, decode_parameters, step_digest
from guardia.proto.errors import CatalogueError, ParameterError
from guardia.proto.frames import Dispatch


class TicketFacts(Protocol):
    """The signed facts of a ticket, as `guardia.certs.ticket.Ticket` has them."""

    @property
    def ticket_id(self) -> str: ...
    @property
    def step_id(self) -> str: ...
    @property
    def request_id(self) -> str: ...
    @property
    def agent_id(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def action(self) -> str: ...
    @property
    def step_digest(self) -> str: ...
    @property
    def plan_digest(self) -> str: ...
    @property
    def explain_digest(self) -> str: ...
    @property
    def requester(self) -> str: ...
    @property
    def approvers(self) -> tuple[str, ...]: ...
    @property
    def fencing(self) -> int: ...
    @property
    def issued_ms(self) -> int: ...
    @property
    def expires_ms(self) -> int: ...


class TicketVerifier(Protocol):
    def verify(self, data: bytes, now_ms: int) -> TicketFacts:
        """The facts of a ticket with a good signature. Raises the agent's `TicketError`."""
        ...


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A host that this agent serves, with its services."""

    host: Host
    services: tuple[ServiceSpec, ...] = ()


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A dispatch that may run, decoded."""

    dispatch: Dispatch
    entry: Action
    parameters: Parameters
    ticket: TicketFacts
    runner: ActionRunner
    target: Target

    @property
    def step_id(self) -> str:
        return self.dispatch.step_id


class Gate:
    """Judges dispatches by the agent's own knowledge: its identity, targets, actions and policy."""

    def __init__(
        self,
        *,
        agent_id: str,
        targets: Mapping[str, Target],
        runners: Mapping[str, ActionRunner],
        policy: Policy,
        verifier: TicketVerifier,
    ) -> None:
        self._agent_id = agent_id
        self._targets = targets
        self._runners = runners
        self._policy = policy
        self._verifier = verifier

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(self._targets)

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(self._runners)

    def admit(self, dispatch: Dispatch, *, now_ms: int, fencing_seen: int) -> Admitted:
        """Raises a `RefusedError` whose code and Korean message go into the Refused frame."""
        digest = digest_of(dispatch)
        if not hmac.compare_digest(digest, dispatch.digest):
            raise refusal(
                TicketError, "step.digest_mismatch", "단계의 내용과 다이제스트가 다릅니다. 실행하지 않았습니다."
            )
        ticket = self._verifier.verify(dispatch.ticket, now_ms)
        entry, runner, target, parameters = self.resolve(dispatch.action, dispatch.target, dispatch.parameters)
        decision = decide_new(
            binding=Binding(
                agent_id=(ticket.agent_id, self._agent_id),
                step_id=(ticket.step_id, dispatch.step_id),
                request_id=(ticket.request_id, dispatch.request_id),
                action=(ticket.action, dispatch.action),
                target=(ticket.target, dispatch.target),
                digest=(ticket.step_digest, digest),
            ),
            issued_ms=ticket.issued_ms,
            expires_ms=ticket.expires_ms,
            now_ms=now_ms,
            changes=entry.changes,
            fencing=ticket.fencing,
            fencing_seen=fencing_seen,
        )
        if isinstance(decision, Refuse):
            raise refusal(TicketError, decision.code, decision.message)
        dispatch = _with_its_time(dispatch, entry)
        verdict = judge(
            self._policy,
            action=dispatch.action,
            target=dispatch.target,
            timeout_ms=dispatch.timeout_ms,
            requester=ticket.requester,
            approvers=ticket.approvers,
        )
        if not verdict.allowed:
            raise refusal(PolicyError, verdict.code, verdict.message)
        return Admitted(
            dispatch=dispatch, entry=entry, parameters=parameters, ticket=ticket, runner=runner, target=target
        )

    def recheck(self, admitted: Admitted, *, now_ms: int, fencing_seen: int) -> None:
        """Again after a wait in the queue: the ticket may have expired, the lock gone to a newer one."""
        ticket = admitted.ticket
        late = decide_time(issued_ms=ticket.issued_ms, expires_ms=ticket.expires_ms, now_ms=now_ms)
        fenced = decide_fencing(changes=admitted.entry.changes, fencing=ticket.fencing, fencing_seen=fencing_seen)
        for decision in (late, fenced):
            if isinstance(decision, Refuse):
                raise refusal(TicketError, decision.code, decision.message)

    def resolve(
        self, action_code: str, target_code: str, parameters: bytes
    ) -> tuple[Action, ActionRunner, Target, Parameters]:
        """Names and parameters from the wire to what they stand for here. Raises a `RefusedError`."""
        try:
            entry = action(action_code)
            decoded = decode_parameters(action_code, parameters)
        except ParameterError as error:
            raise refusal(UnsupportedError, error.code, f"작업의 매개변수가 올바르지 않습니다: {error}") from error
        except CatalogueError as error:
            raise refusal(UnsupportedError, error.code, f"이 에이전트가 모르는 작업입니다: {action_code}") from error
        runner = self._runners.get(action_code)
        if runner is None:
            raise refusal(
                UnsupportedError, "action.unsupported", f"이 에이전트는 {entry.title}을(를) 지원하지 않습니다."
            )
        target = self._targets.get(target_code)
        if target is None:
            raise refusal(
                UnknownTargetError,
                "target.unknown",
                f"{target_code}은(는) 이 에이전트의 설정(agent.toml)에 없는 대상입니다. [[hosts]]에 추가하세요.",
            )
        return entry, runner, target, decoded


def _with_its_time(dispatch: Dispatch, entry: Action) -> Dispatch:
    """The frame's time limit is not signed, and tickets cannot carry one: older agents refuse a ticket with a field
    that they do not know. So a change has at least the time that its action needs: whoever holds the link without the
    key of the tickets cannot have it killed half way by a short limit. The longest is the policy's matter."""
    least_ms = fault.least_time(entry.timeout) * 1000
    if not entry.changes or not 0 < dispatch.timeout_ms < least_ms:
        return dispatch
    return msgspec.structs.replace(dispatch, timeout_ms=least_ms)


def digest_of(dispatch: Dispatch) -> str:
    """The digest of what the frame really says: over the very bytes that would be decoded."""
    return step_digest(
        step_id=dispatch.step_id, action_code=dispatch.action, target=dispatch.target, parameters=dispatch.parameters
    )


def refusal(kind: type[RefusedError], code: str, message: str) -> RefusedError:
    """A refusal with a code finer than its class's."""
    error = kind(message)
    error.code = code
    return error
