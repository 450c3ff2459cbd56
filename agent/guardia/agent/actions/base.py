"""The shape of an action on the agent: explain, look before, run, probe afterwards."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol, runtime_checkable

import msgspec

from guardia.agent.core.target import ServiceSpec
from guardia.agent.ports import ArtifactFetcher, Clock, Host, OnOutput
from guardia.proto.catalogue import Parameters, Report
from guardia.proto.frames import ProbeVerdict


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Everything an action may use. `services` are those of the target; `within` is the step's time in seconds."""

    host: Host
    asset: str
    services: tuple[ServiceSpec, ...]
    parameters: Parameters
    clock: Clock
    artifacts: ArtifactFetcher
    within: float
    output: OnOutput
    """Live output for the room; awaits while the link's window is full, up to a cap."""
    started: Callable[[int], Awaitable[None]]
    """Call with the pid of the first process that the step starts: journalled before the action goes on."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What would run: the explanation that the approver sees, and whose digest binds the step."""

    commands: tuple[tuple[str, ...], ...] = ()
    user: str = ""
    notes: tuple[str, ...] = ()
    """What happens without a process ("symbolic link … → …"), in order; Korean."""
    findings: tuple[str, ...] = ()
    """What the preflight saw and the approver should know; not part of the digest, since it changes by the minute."""


class Probed(msgspec.Struct, frozen=True, kw_only=True):
    verdict: ProbeVerdict
    detail: str
    after: dict[str, str] = {}


class ActionRunner(Protocol):
    """One action. Stateless; all state is in the context and on the host."""

    async def explain(self, context: Context) -> Plan:
        """What `run` would do. Changes nothing. Raises `RefusedError` when it could not run at all."""
        ...

    async def before(self, context: Context) -> dict[str, str]:
        """Evidence that `probe` will need, journalled with the acceptance. Reads return {}."""
        ...

    async def run(self, context: Context) -> Report:
        """Do it. Raises `ActionError` when the goal was not reached, `HostError` when the host did not answer."""
        ...

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        """After an interruption: did it take effect? Changes nothing."""
        ...


@runtime_checkable
class TakesUp(Protocol):
    """An action whose every effect is a program of `Context.host.run` with `on_start`, so that it can be followed to
    its end by another process of the agent than the one that began it."""

    async def take_up(self, context: Context, before: dict[str, str]) -> Report:
        """The rest of `run`, and its report. `before`: the evidence from before it began, since what the host shows now
        may be its effect. The host of the context starts and changes nothing (`run.taken_up`).

        Raises what `run` raises, and `NotTakenUpError`.
        """
        ...
