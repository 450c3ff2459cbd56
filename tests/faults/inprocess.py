"""Hub and agent in one process, everything real between them: engine, store, sessions, channels, link, journal.

Only the wire (`MemoryTransport` under `FaultyTransport`), the clock, the language and the service are the test's own.
The service is a counter: a step that runs adds one to it, and a probe looks at it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import structlog

from guardia.agent.actions.base import Context, Plan, Probed
from guardia.agent.core.job import StepState as AgentStepState
from guardia.agent.core.policy import Policy
from guardia.agent.daemon.gate import Target
from guardia.agent.daemon.service import Daemon
from guardia.agent.errors import LinkError
from guardia.agent.journal import Journal
from guardia.agent.link import websocket
from guardia.hub.core.states import RequestState
from guardia.hub.errors import AgentOfflineError, StoreError
from guardia.hub.links.connection import AgentConnection
from guardia.hub.links.registry import LiveConnections
from guardia.hub.ports import AgentFrame, LinkHandler, Presence
from guardia.proto.catalogue import CATALOGUE, ChangeReport, CheckReport, CheckStatus
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import decode
from guardia.proto.errors import ProtoError
from guardia.proto.frames import Explain, Explanation, Hello, HubFrame, JournalEntry, ProbeVerdict
from guardia.proto.session import Ended, Greeted, HubSession
from guardia.proto.version import MAJOR, MINOR
from tests.fakes.runner import FakeHost
from tests.faults.catalogue import fault
from tests.faults.frames import Fate, FaultyTransport, MemoryTransport, Weather
from tests.support.world import World, restart

AGENT = "A-WAS-01"
PATIENCE = 20.0


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """What the world's tickets say, unsigned: signatures are not at stake here."""

    ticket_id: str = "K"
    step_id: str
    request_id: str
    agent_id: str
    target: str
    action: str
    step_digest: str
    plan_digest: str
    explain_digest: str
    requester: str
    approvers: tuple[str, ...]
    fencing: int
    issued_ms: int
    expires_ms: int


class Unsigned:
    def verify(self, data: bytes, now_ms: int) -> Ticket:
        return msgspec.json.decode(data, type=Ticket)


class NoArtifacts:
    async def fetch(self, sha256: str, size: int) -> Path:
        raise AssertionError("no step here needs an artifact")


class Service:
    """What runs on the host: how often each step took effect, and the present effect for probes. Outlives the agent."""

    def __init__(self) -> None:
        self.effects: Counter[str] = Counter()
        self.number = 0
        self.gate = asyncio.Event()
        self.gate.set()


class CountingRunner:
    """Runs a change by adding to the service's counter, at once; then it waits for the gate. Reads only wait."""

    def __init__(self, action: str, service: Service, agent: InProcessAgent) -> None:
        self._action, self._service, self._agent = action, service, agent

    async def explain(self, context: Context) -> Plan:
        return Plan(commands=(("/bin/do", self._action, context.asset),), user="root")

    async def before(self, context: Context) -> dict[str, str]:
        return {"number": str(self._service.number)}

    async def run(self, context: Context) -> ChangeReport | CheckReport:
        if CATALOGUE[self._action].changes:
            (step_id,) = self._agent.under_way(self._action)
            self._service.effects[step_id] += 1
            self._service.number += 1
            await context.started(42)
        await self._service.gate.wait()
        if CATALOGUE[self._action].changes:
            return ChangeReport(action=self._action, asset=context.asset, summary="했습니다.", changed=True)
        status = CheckStatus.OK
        return CheckReport(
            check=self._action, asset=context.asset, collected_at="2026-01-01", status=status, summary="괜찮습니다."
        )

    async def probe(self, context: Context, before: dict[str, str]) -> Probed:
        changed = str(self._service.number) != before["number"]
        verdict = ProbeVerdict.APPLIED if changed else ProbeVerdict.NOT_APPLIED
        return Probed(verdict=verdict, detail=f"{before['number']} → {self._service.number}")


class InProcessAgent:
    """The agent's daemon, journal and link; `crash` is a SIGKILL, `start` the process that comes after it."""

    def __init__(self, wire: Wire, folder: Path) -> None:
        self.wire, self.folder = wire, folder
        self.service = Service()
        self._lives = 0
        self.log: list[str] = []

    def start(self) -> None:
        self._lives += 1
        instance = f"instance-{self._lives}"
        self.journal = Journal.open(self.folder)
        self.daemon = Daemon(
            agent_id=AGENT,
            boot_id="boot",
            targets={AGENT: Target(host=FakeHost(AGENT))},  # type: ignore[arg-type]
            runners={code: CountingRunner(code, self.service, self) for code in CATALOGUE},
            policy=Policy(),
            verifier=Unsigned(),  # type: ignore[arg-type]
            journal=self.journal,
            artifacts=NoArtifacts(),  # type: ignore[arg-type]
            clock=self.wire.clock,
            log=structlog.get_logger(),
            journal_retry=0.01,
        )

        def hello(entries: tuple[JournalEntry, ...]) -> Hello:
            return Hello(
                agent_id=AGENT,
                boot_id="boot",
                instance_id=instance,
                software="0.1.0",
                protocol_major=MAJOR,
                protocol_minor=MINOR,
                trust_bundle="",
                targets=self.daemon.gate.targets,
                actions=self.daemon.gate.actions,
                journal=entries,
            )

        self.link = websocket.WebSocketLink(
            "wss://memory/agent",
            lambda: None,  # type: ignore[arg-type, return-value]
            self.daemon,
            hello_factory=hello,
            clock=self.wire.clock,
            rng=lambda: 0.001,
        )
        self.daemon.attach(self.link)
        self.running = asyncio.create_task(self.link.run(), name="the agent's link")

    def under_way(self, action: str) -> list[str]:
        """Steps that were accepted in this life and have no end: with one lock, at most one change."""
        states = (AgentStepState.ACCEPTED, AgentStepState.RUNNING)
        steps = self.journal.unacknowledged()
        return [step.step_id for step in steps if step.accepted.action == action and step.state in states]

    async def crash(self) -> None:
        """Every task of this life ends where it stands; nothing more is written or said."""
        self.journal.close()
        tasks = {self.running, *self.daemon._step_tasks.values(), *self.daemon._tasks}
        for step in self.daemon._steps.values():
            tasks |= {task for task in (step._runner_task, step._pump_task) if task is not None}
        self.wire.cut()
        for task in tasks:
            task.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*tasks, return_exceptions=True)


class MemoryLinks:
    """`ports.Links` over memory transports, with the hub's real sessions, connections and registry of them."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._live = LiveConnections()
        self._tasks: set[asyncio.Task[None]] = set()
        self.handler: LinkHandler | None = None
        self.dead = False
        self.sent: list[tuple[str, HubFrame]] = []

    # the hub's handler: a dead hub takes nothing over

    async def connected(self, presence: Presence) -> None:
        await self._living().connected(presence)

    async def lost(self, agent_id: str, epoch: int, reason: str) -> None:
        if not self.dead:
            await self._living().lost(agent_id, epoch, reason)

    async def received(self, agent_id: str, epoch: int, frame: AgentFrame) -> None:
        await self._living().received(agent_id, epoch, frame)

    def _living(self) -> LinkHandler:
        if self.dead:
            raise StoreError("this hub is dead")
        assert self.handler is not None
        return self.handler

    # the port

    def presence(self) -> Mapping[str, Presence]:
        return self._live.presence()

    def takes(self, agent_id: str) -> bool:
        return self._live.takes(agent_id)

    async def send(self, agent_id: str, frame: HubFrame) -> None:
        if self.dead:
            raise AgentOfflineError("this hub is dead")
        await self._live.welcomed(agent_id).send(frame)
        self.sent.append((agent_id, frame))

    async def explain(self, agent_id: str, query: Explain, within: float) -> Explanation:
        return await self._live.welcomed(agent_id).explain(query, within)

    async def disconnect(self, agent_id: str, code: str, message: str) -> None:
        connection = self._live.find(agent_id)
        if connection is not None:
            connection.end(Ended(code, message), goodbye=False)

    # connections

    def accept(self, transport: FaultyTransport) -> None:
        task = asyncio.create_task(self._serve(transport), name="a connection of the hub")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, transport: FaultyTransport) -> None:
        clock = self._wire.clock
        session = HubSession(clock.monotonic(), wall_ms=clock.now_ms())
        try:
            epoch, frame = decode(await transport.recv())
            events = session.receive(frame, epoch, clock.monotonic())
            if not events or type(events[0]) is not Greeted:
                transport.abort()
                return
        except (TransportClosedError, ProtoError):
            transport.abort()
            return
        presence = Presence(
            agent_id=events[0].hello.agent_id,
            epoch=self._wire.next_epoch(),
            hello=events[0].hello,
            connected_ms=clock.now_ms(),
            peer="memory",
        )
        connection = AgentConnection(session, transport, clock, self, presence)
        before = self._live.add(connection)
        if before is not None:
            connection.before = before
            before.end(Ended("link.superseded", "a newer connection has come"), goodbye=False)
        try:
            await connection.run()
        finally:
            self._live.remove(connection)

    async def kill(self) -> None:
        self.dead = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@fault(
    "10분의 분단 (모형)",
    made="양쪽의 실제 상태 기계 사이에서 아무것도 지나지 않게 하고, 손으로 움직이는 시계로 10분을 보냅니다.",
    holds="45초 안에 양쪽이 알아챕니다. 그동안 실패라고도 다시 하라고도 하지 않으며, "
    "풀리면 한 번 실행된 결과가 기록됩니다.",
)
@contextlib.contextmanager
def wire_partitioned(wire: Wire) -> Iterator[None]:
    """Nothing passes on what is connected, and nothing new connects."""
    wire.partitioned = True
    for weather in (wire.up, wire.down):
        weather.fates.append(Fate.LATE)
    try:
        yield
    finally:
        wire.partitioned = False
        wire.up.calm()
        wire.down.calm()


class Wire(World):
    """The world with a wire in it. `up` and `down` are the weather of the two ways."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        super().__init__(folder, **{"explain_within": 5.0, "probe_every": 0.0} | settings)
        self.explains_offline = False
        self.up, self.down = Weather(), Weather()
        self.spared = 1
        """Messages of a new connection that pass in any weather: hello and welcome."""
        self._epoch = 0
        self._ends: list[MemoryTransport] = []
        self.dials = 0
        self.partitioned = False
        self.agent = InProcessAgent(self, folder / "agent")
        self._patch = mock.patch.object(websocket, "dial", self._dial)

    def next_epoch(self) -> int:
        self._epoch += 1
        return self._epoch

    async def _dial(self, _url: str, _context: object) -> FaultyTransport:
        self.dials += 1
        if self.partitioned:
            await asyncio.sleep(0.001)
            raise LinkError("no answer in time")
        if not isinstance(self.links, MemoryLinks) or self.links.dead:
            await asyncio.sleep(0.001)
            raise LinkError("nothing listens there")
        ours, theirs = MemoryTransport.pair()
        self._ends = [end for end in self._ends if not end.gone.is_set()] + [ours]
        self.links.accept(FaultyTransport(theirs, self.down, spared=self.spared))
        return FaultyTransport(ours, self.up, spared=self.spared)

    async def start(self) -> None:
        links = MemoryLinks(self)
        links.dead = True  # a hub listens when it has read what it knows, not before
        self.links = links  # type: ignore[assignment]
        await super().start()
        links.dead = False

    async def begin(self) -> None:
        self._patch.start()
        (self.agent.folder).mkdir(mode=0o700, exist_ok=True)
        await self.start()
        self.agent.start()
        await self.until_connected()

    async def end(self) -> None:
        await self.agent.crash()
        assert isinstance(self.links, MemoryLinks)
        await self.links.kill()
        await self.stop()
        self._patch.stop()

    async def restart(self) -> None:
        """SIGKILL of the hub, and the next one."""
        assert isinstance(self.links, MemoryLinks)
        await self.links.kill()
        self.cut()
        await self.stop()
        await self.start()

    def cut(self) -> None:
        for end in self._ends:
            end.abort()

    async def until(self, condition: Any, what: str) -> None:
        """Everything happens in this process, so a turn of the loop and the timers' work are all that it takes."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    found = condition()
                    if await found if asyncio.iscoroutine(found) else found:
                        return
                    await self.engine.tick()
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"{what}: not within {PATIENCE:g} s") from None

    async def until_connected(self) -> None:
        await self.until(lambda: self.agent.link.connected and AGENT in self.links.presence(), "the agent is connected")
        await self.until(lambda: self.engine.delivery.ready(AGENT), "its journal was compared")

    async def pass_time(self, seconds: float) -> None:
        """The clock moves, and everything that waits for it looks at it."""
        self.clock.advance(seconds)
        channels = [self.agent.link._channel] + [each._channel for each in self.links._live]  # type: ignore[attr-defined]
        for channel in channels:
            if channel is not None:
                channel._tick()
        await asyncio.sleep(0)
        while asyncio.get_running_loop()._ready:  # type: ignore[attr-defined]  # what was woken wakes others
            await asyncio.sleep(0)
        await self.engine.tick()

    # --- people -------------------------------------------------------------------------------------------------------

    async def ask(self, *, approve: bool = True) -> str:
        """A restart, approved where that is wanted; "" when the plan could not be explained and nobody was asked."""
        self._messages += 1
        receipt = await self.say(f"재기동 {self._messages}", restart(AGENT))
        assert receipt.sr_id
        if (await self.request(receipt.sr_id)).state is not RequestState.AWAITING_APPROVAL:
            return ""
        if approve:
            await self.approve(receipt.sr_id)
        return str(receipt.sr_id)

    async def calm(self) -> None:
        """The weather clears, and the connection is made anew: what was lost on the old one comes again."""
        self.up.calm()
        self.down.calm()
        self.agent.service.gate.set()
        self.cut()
        await self.until_connected()

    async def final(self, request_id: str) -> RequestState:
        """The state in which the request came to rest; then its truth is checked."""

        async def rests() -> bool:
            stored = await self.store.request(request_id)  # no look at the log, which may grow between two reads
            return stored is not None and stored.state.value in RESTING

        try:
            await self.until(rests, f"{request_id} comes to rest")
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *await self._tell(request_id)])) from None
        await self.check(request_id)
        return (await self.request(request_id)).state

    async def all_rest(self, request_ids: list[str]) -> None:
        """Every request comes to rest, in whatever order they got the lock: a person closes each that needs one, and
        the next gets its lock. The truth of each is checked."""
        left = list(request_ids)

        async def one_rests() -> bool:
            for request_id in left:
                stored = await self.store.request(request_id)
                if stored is not None and stored.state.value in RESTING:
                    left.remove(request_id)
                    await self.check(request_id)
                    if stored.state is RequestState.NEEDS_OPERATOR:
                        await self.press(request_id, "cancel")
                    return True
            return False

        while left:
            try:
                await self.until(one_rests, f"one of {', '.join(left)} comes to rest")
            except AssertionError as error:
                said = [line for request_id in left for line in await self._tell(request_id)]
                raise AssertionError("\n".join([str(error), *said])) from None

    async def _tell(self, request_id: str) -> list[str]:
        """What both sides know of a request, for whoever must find out why it does not end."""
        events = await self.store.events(request_id)
        said = [f"{event!r:.200}" for event in events if not hasattr(event, "plan") and hasattr(event, "step_id")]
        states = [(step.step_id, step.state.value) for step in self.agent.journal.unacknowledged()]
        rows = [(row.step_id, row.sent_ms) for row in self.engine.desk.outbox.values()]
        return [*said, f"journal: {states}", f"outbox: {rows}", f"ready: {self.engine.delivery.ready(AGENT)}"]

    async def check(self, request_id: str) -> None:
        request = await self.request(request_id)
        (change,) = [step for node in request.plan.nodes for step in node.steps if step.changes]
        state = request.run(change.step_id).state.value
        wire_id = request.attempt_id(change.step_id)
        effects = self.agent.service.effects[wire_id]
        assert effects <= 1, f"{wire_id} took effect {effects} times"
        log = [repr(event) for event in await self.store.events(request_id)]
        said = "\n".join([f"{wire_id} is {state}, and took effect {effects} times", *log])
        assert (state == "OK") == (effects == 1), said
        if request.state is RequestState.SUCCEEDED:
            assert effects == 1
        log = [(type(event).__name__, getattr(event, "step_id", "")) for event in await self.store.events(request_id)]
        counted = Counter(log)
        assert all(count <= 1 for (kind, _), count in counted.items() if kind == "StepFinished"), counted
        assert counted["StepDispatched", change.step_id] == 1, "a change is decided once"

    async def settled(self) -> None:
        """Nothing is owed: no result without an acknowledgement, no row that waits, and both sides are sound."""
        await self.until(
            lambda: all(step.finished is None for step in self.agent.journal.unacknowledged()),
            "every result is acknowledged",
        )
        self.agent.journal._steps.validate()
        waiting = await self.store.outbox()
        assert waiting == [], [(row.step_id, row.sent_ms, await self.store.events(row.request_id)) for row in waiting]
        with contextlib.suppress(json.JSONDecodeError):
            _count, wrong = await self.store.verify()
            assert wrong == []


RESTING = {"SUCCEEDED", "FAILED", "PARTIAL", "CANCELLED", "REJECTED", "EXPIRED", "NEEDS_OPERATOR"}
