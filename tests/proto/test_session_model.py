"""Both machines back to back, with every order of events, duplicates, cuts at any moment and frames from the past."""

from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guardia.proto import frames, version
from guardia.proto.errors import SessionError
from guardia.proto.session import AgentSession, Deliver, Greeted, HubSession, OutputWindow, State, Transmit

STEPS = st.sampled_from(["s1", "s2", "s3"])
WINDOW = 3


class Link(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.epoch = 0
        self.window = OutputWindow(WINDOW)
        self.journal: dict[str, frames.Result] = {}
        self.produced: dict[str, int] = {}
        self.ended: set[str] = set()
        self.committed_results: set[str] = set()
        self.committed_output: dict[str, list[int]] = {}
        self.in_epoch: dict[str, int] = {}
        self.past: list[tuple[frames.Frame, int]] = []
        self.connect()

    def connect(self) -> None:
        self.agent = AgentSession(self.now, window=self.window, heartbeat=5)
        self.hub = HubSession(self.now, output_window=WINDOW, heartbeat=5)
        self.up: deque[Transmit] = deque()
        self.down: deque[Transmit] = deque()
        self.inbox: deque[frames.Frame] = deque()
        self.in_epoch = {}
        hello = frames.Hello(
            agent_id="a",
            boot_id="b",
            instance_id="i",
            software="",
            protocol_major=version.MAJOR,
            protocol_minor=version.MINOR,
            trust_bundle="",
            targets=(),
            actions=(),
            journal=(),
        )
        self.agent_does(self.agent.send(hello))

    def agent_does(self, events) -> None:
        for event in events:
            if isinstance(event, Transmit):
                self.up.append(event)
            elif isinstance(event, Deliver) and isinstance(event.frame, frames.ResultAck):
                assert event.frame.step_id in self.committed_results, "acknowledged before it was committed"
                self.journal.pop(event.frame.step_id, None)

    def hub_does(self, events) -> None:
        for event in events:
            if isinstance(event, Transmit):
                self.down.append(event)
            elif isinstance(event, Greeted):
                self.epoch += 1
                self.hub_does(self.hub.welcome(self.epoch, self.now))
            elif isinstance(event, Deliver):
                self.inbox.append(event.frame)

    @rule(step=STEPS)
    def write_output(self, step) -> None:
        if step in self.ended:
            return
        online = self.agent.state is State.OPEN
        if self.window.full:
            return  # connected: the writer waits; the loss of chunks while offline has a test of its own
        self.produced[step] = self.produced.get(step, 0) + 1
        chunk = frames.Output(step_id=step, seq=self.produced[step], stream=frames.Stream.STDOUT, data=b"")
        if online:
            self.agent_does(self.agent.send(chunk))
        else:
            self.window.add(chunk)

    @rule(step=STEPS)
    def finish(self, step) -> None:
        if step in self.ended:
            return
        self.ended.add(step)
        self.journal[step] = frames.Result(step_id=step, digest="d", outcome=frames.StepOutcome.OK, finished_ms=1)
        self.send_stored_results()

    @rule()
    @precondition(lambda self: self.agent.state is State.OPEN)
    def send_stored_results(self) -> None:
        if self.agent.state is State.OPEN:
            for result in self.journal.values():
                self.agent_does(self.agent.send(result))

    @rule(again=st.booleans())
    @precondition(lambda self: self.up)
    def agents_frame_arrives(self, again) -> None:
        sent = self.up.popleft()
        self.past.append((sent.frame, sent.epoch))
        self.hub_does(self.hub.receive(sent.frame, sent.epoch, self.now))
        if again and isinstance(sent.frame, frames.Output | frames.Result | frames.Accepted):
            self.hub_does(self.hub.receive(sent.frame, sent.epoch, self.now))

    @rule(again=st.booleans())
    @precondition(lambda self: self.down)
    def hubs_frame_arrives(self, again) -> None:
        sent = self.down.popleft()
        was_open = self.agent.state is State.OPEN
        self.agent_does(self.agent.receive(sent.frame, sent.epoch, self.now))
        if again and was_open:
            self.agent_does(self.agent.receive(sent.frame, sent.epoch, self.now))
        if not was_open and self.agent.state is State.OPEN:
            self.send_stored_results()

    @rule()
    @precondition(lambda self: self.inbox)
    def hub_commits(self) -> None:
        frame = self.inbox.popleft()
        if isinstance(frame, frames.Result):
            self.committed_results.add(frame.step_id)
        elif isinstance(frame, frames.Output):
            last = self.in_epoch.get(frame.step_id)
            assert last is None or frame.seq == last + 1, "a gap within a connection"
            self.in_epoch[frame.step_id] = frame.seq
            self.committed_output.setdefault(frame.step_id, []).append(frame.seq)
        self.hub_does(self.hub.committed(frame, more=bool(self.inbox)))

    @rule()
    def cut(self) -> None:
        self.connect()

    @rule(data=st.data())
    @precondition(lambda self: self.past and self.hub.state is State.OPEN)
    def a_frame_of_the_past_arrives(self, data) -> None:
        frame, epoch = data.draw(st.sampled_from(self.past))
        if epoch >= self.hub.epoch:
            return
        try:
            self.hub.receive(frame, epoch, self.now)
        except SessionError:
            return
        raise AssertionError(f"the hub took {frame} of epoch {epoch}")

    @rule(seconds=st.floats(0.1, 6))
    def time_passes(self, seconds) -> None:
        self.now += seconds
        self.hub.heard(self.now)
        self.agent.heard(self.now)
        self.agent_does(self.agent.tick(self.now))
        self.hub_does(self.hub.tick(self.now))
        if State.OVER in {self.hub.state, self.agent.state}:
            self.connect()

    @invariant()
    def machines_are_sound(self) -> None:
        self.agent.validate()
        self.hub.validate()
        assert set(self.committed_results) >= self.ended - set(self.journal)

    def teardown(self) -> None:
        self.connect()
        for _ in range(10_000):
            if self.up:
                self.agents_frame_arrives(again=False)
            elif self.inbox:
                self.hub_commits()
            elif self.down:
                self.hubs_frame_arrives(again=False)
            else:
                break
        assert not self.journal, "a result was not acknowledged"
        assert self.committed_results == self.ended
        assert not len(self.window)
        for step, count in self.produced.items():
            assert set(self.committed_output[step]) == set(range(1, count + 1)), "a gap over all connections"


Link.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestLink = Link.TestCase
