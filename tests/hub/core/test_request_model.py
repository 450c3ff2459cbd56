"""Random interleavings of people, agents, connections, restarts and time against the real engine and store.

The agents of this model keep a journal as the real ones do: a step id is executed once at most, its result is kept
until it is acknowledged, and what was under way when the agent died is interrupted for good. A change takes effect or
not behind the hub's back; the probe tells the truth about it.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from guardia.hub.core.dispatch import locks
from guardia.hub.core.evolve import replay
from guardia.hub.core.invariants import validate
from guardia.hub.core.plan import Role
from guardia.hub.core.request import Request
from guardia.hub.core.states import STARTED, CancelState, RequestState, StepState
from guardia.hub.errors import HubError
from guardia.hub.ports import OutboxRow
from guardia.proto.catalogue import CATALOGUE, CheckReport, CheckStatus, canonical
from guardia.proto.frames import (
    Accepted,
    AgentFrame,
    Cancel,
    CancelNoted,
    Dispatch,
    JournalEntry,
    JournalState,
    Probe,
    ProbeResult,
    ProbeVerdict,
    Refused,
    Result,
    Started,
    StepOutcome,
)
from tests.support.world import APPROVER, ENGINEER, World, check, restart

ASSETS = ("A-WAS-01", "A-WAS-02")
OUTCOMES = (StepOutcome.OK, StepOutcome.OK, StepOutcome.OK, StepOutcome.FAILED, StepOutcome.CANCELLED)


class Agent:
    """One agent's journal, and what really happened on its host."""

    def __init__(self) -> None:
        self.heard = 0
        """Frames of the hub that were read."""
        self.journal: dict[str, JournalState] = {}
        self.actions: dict[str, str] = {}
        self.results: dict[str, Result] = {}
        self.executions: dict[str, int] = {}
        self.applied: set[str] = set()
        self.stopped: set[str] = set()
        """Steps that a cancel has stopped: they end as cancelled and took no effect."""
        self.told_late: set[str] = set()
        """Steps of which it said that they are not stopped."""
        self.sent: list[AgentFrame] = []


class Requests(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(self.folder, deliver_within=120, outbox_limit=1000)
        self.agents = {asset: Agent() for asset in ASSETS}
        self.ids: list[str] = []
        self.fencing: dict[str, int] = {}
        self.messages = 0
        self.cancels: set[str] = set()
        """How cancels have ended."""

    def do(self, work) -> None:  # type: ignore[no-untyped-def]
        self.loop.run_until_complete(work)

    @initialize()
    def begin(self) -> None:
        self.do(self.world.start())
        for asset in ASSETS:
            self.connect(asset)

    def teardown(self) -> None:
        try:
            self.do(self.world.stop())
        finally:
            self.loop.close()
            shutil.rmtree(self.folder)

    # --- people -----------------------------------------------------------------------------------------------------

    @rule(nodes=st.sampled_from([(), ("A-WAS-01",), ("A-WAS-02",)]), changing=st.sampled_from([True, True, False]))
    def ask(self, nodes: tuple[str, ...], changing: bool) -> None:
        if len(self.ids) == 4:  # enough to wait for each other
            return
        self.messages += 1

        async def work() -> None:
            intent = restart(*nodes) if changing else check(*nodes)
            receipt = await self.world.say(f"말 {self.messages}", intent)
            self.ids += [receipt.sr_id] if receipt.sr_id else []

        self.do(work())

    @rule(number=st.integers(0, 3))
    def approve_what_waits(self, number: int) -> None:
        waiting = [r for r in self.world.engine.desk.requests.values() if r.state is RequestState.AWAITING_APPROVAL]
        if waiting:
            try:
                self.do(self.world.approve(waiting[number % len(waiting)].request_id))
            except HubError as error:
                assert "기한" in str(error)  # noqa: PT017 - only when it came too late

    @rule(number=st.integers(0, 3), button=st.sampled_from(["retry", "cancel"]))
    def help_out(self, number: int, button: str) -> None:
        stuck = [r for r in self.world.engine.desk.requests.values() if r.state is RequestState.NEEDS_OPERATOR]
        if stuck:
            try:
                self.do(self.world.press(stuck[number % len(stuck)].request_id, button, ENGINEER))
            except HubError:
                assert button == "retry"

    @rule(
        which=st.integers(0, 5),
        button=st.sampled_from(["approve", "cancel", "retry", "reject", "old"]),
        mine=st.booleans(),
    )
    def press(self, which: int, button: str, mine: bool) -> None:
        if not self.ids:
            return
        request_id = self.ids[-1 - which % len(self.ids)]

        async def work() -> None:
            request = await self.world.request(request_id)
            name, digest = button, ""
            if button in ("approve", "old"):
                digest = request.plan.digest if request.plan and button == "approve" else "0" * 64
                name = "approve"
            try:
                await self.world.press(request_id, name, ENGINEER if mine else APPROVER, digest)
            except HubError:
                return
            if name == "approve":
                assert not mine, "somebody approved their own request"
                assert button == "approve", "a plan was approved that nobody saw"

        self.do(work())

    # --- agents -----------------------------------------------------------------------------------------------------

    def online(self, asset: str) -> bool:
        return asset in self.world.links.presence()

    @rule(asset=st.sampled_from(ASSETS))
    def connect(self, asset: str) -> None:
        agent = self.agents[asset]
        entries = tuple(
            JournalEntry(step_id=step_id, digest="d", state=state) for step_id, state in agent.journal.items()
        )

        async def work() -> None:
            agent.heard = len(self.world.links.sent_to(asset))
            await self.world.connect(asset, journal=entries)
            for step_id, result in list(agent.results.items()):
                await self.send(asset, result)
                self.acknowledged(asset, step_id)

        self.do(work())

    @rule(asset=st.sampled_from(ASSETS))
    def lose(self, asset: str) -> None:
        if self.online(asset):
            self.do(self.world.links.drop(asset))

    @rule(asset=st.sampled_from(ASSETS), effect=st.booleans())
    def agent_dies(self, asset: str, effect: bool) -> None:
        """What was under way took effect or not; nobody is told."""
        agent = self.agents[asset]
        for step_id, state in agent.journal.items():
            if state in (JournalState.ACCEPTED, JournalState.RUNNING):
                agent.journal[step_id] = JournalState.INTERRUPTED
                agent.stopped.discard(step_id)  # died before it was stopped
                if effect and state is JournalState.RUNNING:
                    agent.applied.add(step_id)
        self.lose(asset)

    @rule(asset=st.sampled_from(ASSETS), outcome=st.sampled_from(OUTCOMES), rounds=st.integers(1, 4))
    def agent_works(self, asset: str, outcome: StepOutcome, rounds: int) -> None:
        for _ in range(rounds):
            self.agent_reads(asset, 1, False)
            self.agent_begins(asset, True)
            self.agent_ends(asset, outcome, CheckStatus.OK)

    @rule(asset=st.sampled_from(ASSETS), begun=st.booleans(), effect=st.booleans(), probed=st.booleans())
    def agent_dies_at_work_and_comes_back(self, asset: str, begun: bool, effect: bool, probed: bool) -> None:
        self.agent_reads(asset, 1, False)
        if begun:
            self.agent_begins(asset, True)
        self.agent_dies(asset, effect)
        self.connect(asset)
        if probed:
            self.agent_reads(asset, 1, False)

    @rule(
        asset=st.sampled_from(ASSETS),
        refuse=st.integers(0, 9),
        deaf=st.sampled_from([False, False, True]),
        stubborn=st.booleans(),
    )
    def agent_reads(self, asset: str, refuse: int, deaf: bool, stubborn: bool = False) -> None:
        """The agent takes over what was sent to it; `deaf`: what it answers is lost with the connection."""
        if not self.online(asset):
            return
        agent = self.agents[asset]
        frames = self.world.links.sent_to(asset)
        new, agent.heard = frames[agent.heard :], len(frames)

        async def work() -> None:
            for frame in new:
                if isinstance(frame, Dispatch) and frame.step_id not in agent.journal:
                    if frame.step_id in agent.executions:
                        continue  # forgotten after the acknowledgement; the real agent cannot see it again either
                    if refuse == 0:
                        await self.send(asset, Refused(step_id=frame.step_id, code="x", message="거부"))
                        continue
                    agent.journal[frame.step_id] = JournalState.ACCEPTED
                    agent.actions[frame.step_id] = frame.action
                    if not deaf:
                        await self.send(asset, Accepted(step_id=frame.step_id, at_ms=1))
                elif isinstance(frame, Cancel):
                    noted = self.cancelled(agent, frame.step_id, stubborn)
                    if not deaf:
                        await self.send(asset, CancelNoted(step_id=frame.step_id, state=noted))
                elif isinstance(frame, Probe):
                    verdict = ProbeVerdict.APPLIED if frame.step_id in agent.applied else ProbeVerdict.NOT_APPLIED
                    if not deaf:
                        await self.send(asset, ProbeResult(step_id=frame.step_id, verdict=verdict))
            if deaf and self.online(asset):
                await self.world.links.drop(asset)

        self.do(work())

    def cancelled(self, agent: Agent, step_id: str, stubborn: bool) -> str:
        """As the real agent answers: what is finished or cannot be interrupted goes on."""
        state = agent.journal.get(step_id)
        if state not in (JournalState.ACCEPTED, JournalState.RUNNING):
            return "unknown" if state is None and step_id not in agent.executions else "too_late"
        if stubborn or step_id in agent.told_late:
            agent.told_late.add(step_id)
            return "too_late"
        agent.stopped.add(step_id)
        return "cancelling"

    @rule(number=st.integers(0, 3), stubborn=st.booleans(), outcome=st.sampled_from(OUTCOMES))
    def cancel_what_runs(self, number: int, stubborn: bool, outcome: StepOutcome) -> None:
        """Somebody wants to stop what is under way, and the agents answer and go on with what they do not stop."""
        started = [r for r in self.world.engine.desk.requests.values() if r.state in STARTED and not r.cancelled_by]
        if not started:
            return
        self.do(self.world.press(started[number % len(started)].request_id, "cancel", ENGINEER))
        for asset in ASSETS:
            self.agent_reads(asset, 1, False, stubborn)
            self.agent_begins(asset, True)
            self.agent_ends(asset, outcome, CheckStatus.OK)

    @rule(asset=st.sampled_from(ASSETS), tell=st.booleans())
    def agent_begins(self, asset: str, tell: bool) -> None:
        agent = self.agents[asset]
        ready = [step_id for step_id, state in agent.journal.items() if state is JournalState.ACCEPTED]
        for step_id in ready:
            agent.journal[step_id] = JournalState.RUNNING
            agent.executions[step_id] = agent.executions.get(step_id, 0) + 1
            if tell and self.online(asset):
                self.do(self.send(asset, Started(step_id=step_id, at_ms=1, pid=7)))

    @rule(asset=st.sampled_from(ASSETS), outcome=st.sampled_from(OUTCOMES), status=st.sampled_from(CheckStatus))
    def agent_ends(self, asset: str, outcome: StepOutcome, status: CheckStatus) -> None:
        agent = self.agents[asset]
        states = (JournalState.RUNNING, JournalState.ACCEPTED)
        running = [
            step_id
            for step_id, state in agent.journal.items()
            if state is JournalState.RUNNING or (state in states and step_id in agent.stopped)
        ]
        wanted = outcome
        for step_id in running:
            outcome = StepOutcome.CANCELLED if step_id in agent.stopped else wanted
            report = b""
            if not CATALOGUE[agent.actions[step_id]].changes:
                report = canonical(CheckReport(check="c", asset=asset, collected_at="t", status=status, summary="요약"))
            agent.journal[step_id] = JournalState.FINISHED
            result = Result(step_id=step_id, digest="d", outcome=outcome, finished_ms=1, report=report)
            agent.results[step_id] = result
            if outcome is StepOutcome.OK:
                agent.applied.add(step_id)
            if self.online(asset):
                self.do(self.send(asset, result))
                self.acknowledged(asset, step_id)

    @rule(asset=st.sampled_from(ASSETS), which=st.integers(0, 20))
    def an_old_frame_comes_again(self, asset: str, which: int) -> None:
        agent = self.agents[asset]
        if agent.sent and self.online(asset):
            self.do(self.world.links.answer(asset, agent.sent[which % len(agent.sent)]))

    async def send(self, asset: str, frame: AgentFrame) -> None:
        self.agents[asset].sent.append(frame)
        await self.world.links.answer(asset, frame)

    def acknowledged(self, asset: str, step_id: str) -> None:
        agent = self.agents[asset]
        agent.journal.pop(step_id)
        agent.results.pop(step_id)

    # --- the hub and time -------------------------------------------------------------------------------------------

    @rule()
    def hub_restarts(self) -> None:
        self.do(self.world.restart())
        for agent in self.agents.values():
            agent.heard = 0

    @rule(seconds=st.sampled_from([0, 1, 6, 6, 6, 130, 1000]))
    def time_passes(self, seconds: int) -> None:
        self.world.clock.advance(seconds)

        async def work() -> None:
            await self.world.engine.tick()
            await self.world.engine.desk.finish()

        self.do(work())

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_promises_hold(self) -> None:
        if hasattr(self.world, "store"):
            self.do(self.look())

    async def look(self) -> None:
        await self.world.engine.desk.finish()
        requests = [await self.world.request(request_id) for request_id in self.ids]
        for request in requests:
            validate(request)
            assert replay(await self.world.store.events(request.request_id)) == request
            here = self.world.engine.desk.requests.get(request.request_id)
            assert here == (None if request.final else request), "memory and store differ"
            self.honest(request)
            self.honest_about_its_cancel(request)
        self.nothing_held_twice([r for r in requests if r.state in STARTED])
        self.fencing_grows(requests)
        for agent in self.agents.values():
            twice = {step_id: count for step_id, count in agent.executions.items() if count > 1}
            assert not twice, f"executed more than once: {twice}"
        stored = {row.step_id: row for row in await self.world.store.outbox()}
        assert stored == self.world.engine.desk.outbox
        self.approved_before_sent(stored)
        assert (await self.world.store.verify())[1] == []

    def honest(self, request: Request) -> None:
        """Nobody is told that a change succeeded which did not take effect on its host."""
        if request.state is not RequestState.SUCCEEDED or request.plan is None or not request.plan.changes:
            return
        for node, step in request.plan.steps():
            if step.changes:
                assert request.run(step.step_id).state is StepState.OK
                assert request.attempt_id(step.step_id) in self.agents[node.agent].applied

    def honest_about_its_cancel(self, request: Request) -> None:
        """Nobody is told that a cancel stopped what ran to its end, nor that it was too late for what it stopped."""
        if not (request.cancelled_by and request.final and request.started_ms) or request.plan is None:
            assert request.cancel_outcome is None
            return
        assert request.cancel_outcome is not None, "a cancel of which nobody knows what it did"
        self.cancels.add(f"cancel {request.cancel_outcome}")
        main = [(node, step) for node, step in request.plan.steps() if step.role is Role.MAIN]
        runs = [request.run(step.step_id) for _, step in main]
        stopped = {step_id for agent in self.agents.values() for step_id in agent.stopped}
        if request.cancel_outcome is CancelState.TOO_LATE:
            assert request.state is not RequestState.CANCELLED
            ended = [
                request.attempt_id(step.step_id)
                for (_, step), run in zip(main, runs, strict=True)
                if run.state is StepState.OK
            ]
            assert not stopped.intersection(ended), "said to be too late for a step that the agent stopped"
        if request.state is RequestState.CANCELLED:
            assert any(run.state is not StepState.OK for run in runs), "cancelled, though all of it has run"
        for (node, step), run in zip(main, runs, strict=True):
            if request.plan.changes and run.state is StepState.CANCELLED:
                assert request.attempt_id(step.step_id) not in self.agents[node.agent].applied

    def nothing_held_twice(self, started: list[Request]) -> None:
        held: dict[str, str] = {}
        for request in started:
            for lock in locks(request):
                assert lock not in held, f"{lock} is held by {held[lock]} and {request.request_id}"
                held[lock] = request.request_id

    def fencing_grows(self, requests: list[Request]) -> None:
        for request in requests:
            if request.fencing:
                self.fencing.setdefault(request.request_id, request.fencing)
                assert self.fencing[request.request_id] == request.fencing
        assert list(self.fencing.values()) == sorted(set(self.fencing.values())), self.fencing

    def approved_before_sent(self, stored: dict[str, OutboxRow]) -> None:
        for row in stored.values():
            frame = msgspec.msgpack.decode(row.frame, type=Dispatch)
            facts = next(facts for facts in self.world.tickets.issued if facts["step_id"] == frame.step_id)
            if CATALOGUE[frame.action].changes:
                assert facts["approvers"] == (APPROVER.person_id,)
                assert facts["requester"] == ENGINEER.person_id


TestRequests = Requests.TestCase
TestRequests.settings = settings(
    max_examples=20,
    stateful_step_count=35,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def walk(machine: Requests, random: Random, steps: int) -> set[str]:
    """The same rules, drawn with weights that carry requests far; the states of requests and steps that were seen."""
    asset = lambda: random.choice(ASSETS)  # noqa: E731
    yes = lambda: random.random() < 0.5  # noqa: E731
    rules: list[tuple[int, Callable[[], None]]] = [
        (4, lambda: machine.ask(random.choice([(), ("A-WAS-01",), ("A-WAS-02",)]), random.random() < 0.7)),
        (6, lambda: machine.approve_what_waits(random.randrange(4))),
        (3, lambda: machine.help_out(random.randrange(4), random.choice(["retry", "cancel"]))),
        (1, lambda: machine.press(random.randrange(6), random.choice(["cancel", "retry", "reject", "old"]), yes())),
        (4, lambda: machine.connect(asset())),
        (1, lambda: machine.lose(asset())),
        (1, lambda: machine.agent_dies(asset(), yes())),
        (3, lambda: machine.agent_dies_at_work_and_comes_back(asset(), yes(), yes(), random.random() < 0.8)),
        (3, lambda: machine.agent_works(asset(), random.choice(OUTCOMES), random.randrange(1, 4))),
        (4, lambda: machine.agent_reads(asset(), random.randrange(10), random.random() < 0.2)),
        (4, lambda: machine.agent_begins(asset(), yes())),
        (4, lambda: machine.agent_ends(asset(), random.choice(OUTCOMES), random.choice(list(CheckStatus)))),
        (1, lambda: machine.an_old_frame_comes_again(asset(), random.randrange(20))),
        (2, lambda: machine.cancel_what_runs(random.randrange(4), yes(), random.choice(OUTCOMES))),
        (1, machine.hub_restarts),
        (3, lambda: machine.time_passes(random.choice([0, 1, 6, 6, 6, 130, 1000]))),
    ]
    weights = [weight for weight, _ in rules]
    seen: set[str] = set()
    machine.begin()
    for _ in range(steps):
        random.choices([work for _, work in rules], weights)[0]()
        machine.the_promises_hold()
        for request in machine.world.engine.desk.requests.values():
            seen.add(request.state.value)
            seen |= {f"step {run.state.value}" for run in request.runs.values()}
        if len(machine.ids) == 4:
            machine.ids = [i for i in machine.ids if i in machine.world.engine.desk.requests] or machine.ids[-1:]
    return seen | machine.cancels


def test_long_walks_keep_the_promises_and_see_every_unclear_state() -> None:
    seen: set[str] = set()
    for seed in range(6):
        machine = Requests()
        try:
            seen |= walk(machine, Random(seed), 70)
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
        finally:
            machine.teardown()
    wanted = {"QUEUED", "RUNNING", "NEEDS_OPERATOR", "AWAITING_APPROVAL"}
    wanted |= {f"step {state}" for state in ("UNKNOWN", "RECONCILING", "NOT_APPLIED", "ACCEPTED", "OK")}
    wanted |= {"cancel CANCELLED", "cancel TOO_LATE"}
    assert wanted <= seen
