import msgspec
import pytest

from guardia.proto import frames, limits, version
from guardia.proto.errors import SessionError, StaleEpochError, VersionError
from guardia.proto.session import (
    AgentSession,
    Credit,
    Deliver,
    Ended,
    Greeted,
    HubSession,
    Lanes,
    Opened,
    OutputWindow,
    State,
    Transmit,
    is_control,
)

NOW = 100.0
HELLO = frames.Hello(
    agent_id="was01",
    boot_id="b",
    instance_id="i",
    software="0",
    protocol_major=version.MAJOR,
    protocol_minor=version.MINOR,
    trust_bundle="",
    targets=("was01",),
    actions=(),
    journal=(),
)
RESULT = frames.Result(step_id="s", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1)
GOODBYE = frames.Goodbye(code="hub.busy", message="later", retry_after_ms=5)
DISPATCH = frames.Dispatch(
    step_id="s", request_id="r", action="A", target="t", parameters=b"{}", timeout_ms=1, digest="d", ticket=b""
)


def chunk(seq: int, step: str = "s") -> frames.Output:
    return frames.Output(step_id=step, seq=seq, stream=frames.Stream.STDOUT, data=b"x")


def open_hub(epoch: int = 5, **options) -> HubSession:
    hub = HubSession(NOW, **options)
    assert hub.receive(HELLO, 0, NOW) == [Greeted(HELLO)]
    (welcome,) = hub.welcome(epoch, NOW)
    assert welcome.epoch == welcome.frame.epoch == epoch
    return hub


def open_agent(epoch: int = 5, output_window: int = 32, **options) -> AgentSession:
    agent = AgentSession(NOW, **options)
    assert agent.send(HELLO) == [Transmit(HELLO, 0)]
    agent.receive(welcome(epoch, output_window), epoch, NOW)
    return agent


def welcome(epoch: int = 5, output_window: int = 32) -> frames.Welcome:
    return frames.Welcome(epoch=epoch, hub_time_ms=1, heartbeat_ms=1000, output_window=output_window, max_frame=1)


def test_hello_and_welcome_open_both_sides():
    hub, agent = HubSession(NOW, wall_ms=7_000), AgentSession(NOW)
    (hello,) = agent.send(HELLO)
    assert hub.receive(hello.frame, hello.epoch, NOW + 1) == [Greeted(HELLO)]
    (answer,) = hub.welcome(9, NOW + 2)
    assert answer.frame.hub_time_ms == 9_000
    assert agent.receive(answer.frame, answer.epoch, NOW + 2) == [Opened(answer.frame)]
    assert hub.state is agent.state is State.OPEN
    assert agent.epoch == hub.epoch == 9
    assert agent.heartbeat == limits.HEARTBEAT


@pytest.mark.parametrize("session", [HubSession, AgentSession])
def test_a_greeting_that_does_not_come_in_time_ends_the_session(session):
    machine = session(NOW)
    assert machine.deadline() == NOW + limits.HELLO_TIMEOUT
    assert machine.tick(NOW + limits.HELLO_TIMEOUT - 0.1) == []
    (ended,) = machine.tick(NOW + limits.HELLO_TIMEOUT)
    assert ended.code == "link.hello_timeout"
    assert machine.deadline() is None
    assert machine.tick(NOW + 99) == []


def test_a_hub_that_does_not_welcome_in_time_ends_the_session():
    hub = HubSession(NOW)
    hub.receive(HELLO, 0, NOW + 9)
    assert hub.tick(NOW + 10)[0].code == "link.hello_timeout"


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ({"protocol_major": version.MAJOR + 1}, "update the hub"),
        ({"protocol_major": version.MAJOR - 1, "protocol_minor": 9}, "update the agent"),
        ({"protocol_minor": version.MINOR + version.SKEW + 1}, "update the hub"),
    ],
)
def test_another_version_is_refused_with_the_remedy(change, remedy):
    with pytest.raises(VersionError, match=remedy):
        HubSession(NOW).receive(msgspec.structs.replace(HELLO, **change), 0, NOW)


def test_a_minor_version_within_the_skew_is_let_in():
    hello = msgspec.structs.replace(HELLO, protocol_minor=version.MINOR + version.SKEW)
    assert HubSession(NOW).receive(hello, 0, NOW) == [Greeted(hello)]


def test_a_frame_of_an_older_epoch_is_stale_and_one_of_a_newer_epoch_is_refused():
    hub = open_hub(epoch=5)
    with pytest.raises(StaleEpochError, match="epoch 4"):
        hub.receive(RESULT, 4, NOW)
    with pytest.raises(SessionError, match="epoch 6") as caught:
        hub.receive(RESULT, 6, NOW)
    assert not isinstance(caught.value, StaleEpochError)
    assert hub.receive(RESULT, 5, NOW) == [Deliver(RESULT)]


def test_a_welcome_that_contradicts_its_envelope_is_refused():
    agent = AgentSession(NOW)
    agent.send(HELLO)
    with pytest.raises(SessionError, match="envelope"):
        agent.receive(welcome(5), 4, NOW)
    assert agent.state is State.GREETED


@pytest.mark.parametrize("frame", [DISPATCH, frames.ResultAck(step_id="s"), welcome()])
def test_a_hub_refuses_what_only_a_hub_may_send(frame):
    hub = open_hub()
    hub.receive(RESULT, 5, NOW)
    with pytest.raises(SessionError, match=r"last frames: <Hello >Welcome <Result <\w+\)"):
        hub.receive(frame, 5, NOW)
    with pytest.raises(SessionError, match="may not be sent"):
        open_agent().send(frame)


@pytest.mark.parametrize("frame", [RESULT, chunk(1), HELLO])
def test_an_agent_refuses_what_only_an_agent_may_send(frame):
    with pytest.raises(SessionError, match="may not be received in state OPEN"):
        open_agent().receive(frame, 5, NOW)
    with pytest.raises(SessionError, match="may not be sent"):
        open_hub().send(frame)


@pytest.mark.parametrize("frame", [frames.ResultAck(step_id="s"), frames.OutputAck(step_id="s", seq=1)])
def test_acknowledgements_cannot_be_sent_by_hand(frame):
    with pytest.raises(SessionError, match="may not be sent"):
        open_hub().send(frame)


def test_nothing_is_accepted_before_the_hello_and_no_second_hello():
    with pytest.raises(SessionError, match="state NEW"):
        HubSession(NOW).receive(RESULT, 0, NOW)
    with pytest.raises(SessionError, match="state OPEN"):
        open_hub().receive(HELLO, 5, NOW)
    with pytest.raises(SessionError, match="state NEW"):
        AgentSession(NOW).send(RESULT)


def test_the_agent_beats_and_the_hub_answers():
    hub, agent = open_hub(), open_agent(wall_ms=50_000)
    assert agent.deadline() == NOW + 1
    assert agent.tick(NOW + 0.9) == []
    (beat,) = agent.tick(NOW + 1)
    assert beat.frame == frames.Heartbeat(seq=1, sent_ms=51_000)
    assert agent.deadline() == NOW + 2
    (answer,) = hub.receive(beat.frame, beat.epoch, NOW + 1)
    assert agent.receive(answer.frame, answer.epoch, NOW + 1.25) == []
    assert agent.latency == 0.25
    with pytest.raises(SessionError, match="was not sent"):
        agent.receive(frames.HeartbeatAck(seq=2, sent_ms=0), 5, NOW)


@pytest.mark.parametrize("machine", [open_hub(heartbeat=1.0), open_agent()], ids=["hub", "agent"])
def test_a_silent_peer_is_noticed_after_three_heartbeats(machine):
    machine.heard(NOW + 0.5)
    assert not any(isinstance(event, Ended) for event in machine.tick(NOW + 3.4))
    assert machine.state is State.OPEN
    (ended,) = machine.tick(NOW + 3.5)
    assert (ended.code, ended.by_peer) == ("link.silent", False)
    assert machine.state is State.OVER


@pytest.mark.parametrize("machine", [open_hub(), open_agent()], ids=["hub", "agent"])
def test_a_goodbye_ends_and_what_comes_after_our_own_is_ignored(machine):
    assert machine.send(GOODBYE) == [Transmit(GOODBYE, 5)]
    assert machine.receive(frames.Heartbeat(seq=1, sent_ms=1), 5, NOW) == []
    with pytest.raises(SessionError, match="state LEAVING"):
        machine.send(RESULT)


@pytest.mark.parametrize("machine", [HubSession(NOW), open_hub(), open_agent()])
def test_the_peers_goodbye_is_told(machine):
    assert machine.receive(GOODBYE, machine.epoch, NOW) == [Ended("hub.busy", "later", 5, by_peer=True)]
    assert machine.state is State.OVER


def test_output_is_acknowledged_together_once_nothing_more_waits():
    hub = open_hub()
    for seq in (1, 2, 3):
        assert hub.receive(chunk(seq), 5, NOW) == [Deliver(chunk(seq))]
    assert hub.receive(chunk(2), 5, NOW) == [], "a chunk that comes again"
    assert hub.committed(chunk(1), more=True) == []
    assert hub.committed(chunk(2), more=True) == []
    assert hub.committed(chunk(3), more=False) == [Transmit(frames.OutputAck(step_id="s", seq=3), 5)]
    hub.validate()


def test_output_that_waits_for_company_is_acknowledged_with_another_steps_last_chunk():
    hub = open_hub()
    hub.receive(chunk(1, "a"), 5, NOW)
    hub.receive(chunk(1, "b"), 5, NOW)
    assert hub.committed(chunk(1, "a"), more=True) == []
    acks = {event.frame.step_id for event in hub.committed(chunk(1, "b"), more=False)}
    assert acks == {"a", "b"}


@pytest.mark.parametrize(
    "last",
    [
        frames.Accepted(step_id="t", at_ms=1),
        frames.Result(step_id="t", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1),
    ],
)
def test_output_is_acknowledged_too_when_what_waits_behind_it_is_none(last):
    hub = open_hub()
    hub.receive(chunk(1), 5, NOW)
    hub.receive(last, 5, NOW)
    assert hub.committed(chunk(1), more=True) == []
    told = [event.frame for event in hub.committed(last, more=False)]
    assert frames.OutputAck(step_id="s", seq=1) in told
    assert hub.committed(frames.Accepted(step_id="t", at_ms=1), more=False) == []
    hub.validate()


def test_a_gap_and_too_much_output_are_refused():
    hub = open_hub(output_window=2)
    hub.receive(chunk(7), 5, NOW)
    with pytest.raises(SessionError, match="chunk 9 of step s after 7"):
        hub.receive(chunk(9), 5, NOW)
    hub.receive(chunk(8), 5, NOW)
    with pytest.raises(SessionError, match="more than 2 chunks"):
        hub.receive(chunk(9), 5, NOW)


def test_nothing_is_acknowledged_that_was_not_delivered():
    hub = open_hub()
    with pytest.raises(SessionError, match="not delivered"):
        hub.committed(RESULT, more=False)
    with pytest.raises(SessionError, match="not delivered"):
        hub.committed(chunk(1), more=False)
    hub.receive(RESULT, 5, NOW)
    assert hub.committed(RESULT, more=False) == [Transmit(frames.ResultAck(step_id="s"), 5)]
    with pytest.raises(SessionError, match="not delivered"):
        hub.committed(RESULT, more=False)


def test_an_agent_waits_for_credit_when_the_window_is_full():
    agent = open_agent(output_window=2)
    agent.send(chunk(1))
    agent.send(chunk(2))
    with pytest.raises(SessionError, match="wait for Credit"):
        agent.send(chunk(3))
    assert agent.receive(frames.OutputAck(step_id="s", seq=1), 5, NOW) == [Credit("s", 1)]
    assert agent.send(chunk(3)) == [Transmit(chunk(3), 5)]
    assert agent.receive(frames.OutputAck(step_id="s", seq=1), 5, NOW) == []
    with pytest.raises(SessionError, match="was not sent"):
        agent.receive(frames.OutputAck(step_id="s", seq=9), 5, NOW)
    agent.validate()


def test_an_agent_leaves_no_gap_of_its_own():
    agent = open_agent()
    agent.send(chunk(4))
    with pytest.raises(SessionError, match="chunk 6 of step s after 4"):
        agent.send(chunk(6))


def test_output_that_was_not_acknowledged_comes_again_on_the_next_connection():
    window = OutputWindow()
    first = open_agent(5, window=window)
    for seq in (1, 2, 3):
        first.send(chunk(seq))
    first.receive(frames.OutputAck(step_id="s", seq=1), 5, NOW)
    second = AgentSession(NOW, window=window)
    second.send(HELLO)
    events = second.receive(welcome(6), 6, NOW)
    assert events == [Opened(welcome(6)), Transmit(chunk(2), 6), Transmit(chunk(3), 6)]
    assert second.send(chunk(4)) == [Transmit(chunk(4), 6)]


def test_a_result_travels_once_on_a_connection_until_it_is_acknowledged():
    agent = open_agent()
    assert agent.send(RESULT) == [Transmit(RESULT, 5)]
    assert agent.send(RESULT) == []
    ack = frames.ResultAck(step_id="s")
    assert agent.receive(ack, 5, NOW) == [Deliver(ack)]
    assert agent.send(RESULT) == [Transmit(RESULT, 5)]


def test_the_window_drops_its_oldest_chunks_when_nobody_listens():
    window = OutputWindow(2)
    for seq in (1, 2, 3):
        window.add(chunk(seq))
    assert [held.seq for held in window] == [2, 3]
    assert window.dropped == 1
    window.resize(0)
    assert [held.seq for held in window] == [3]


def test_control_frames_overtake_and_the_order_within_a_lane_stays():
    lanes = Lanes(max_count=2, max_bytes=100)
    lanes.put(b"dispatch", control=False)
    lanes.put(b"cancel", control=False)
    assert lanes.full
    lanes.put(b"beat", control=True)
    assert [lanes.take(), lanes.take(), lanes.take(), lanes.take()] == [b"beat", b"dispatch", b"cancel", None]
    lanes.put(b"x" * 101, control=False)
    assert lanes.full
    lanes.clear()
    assert not lanes.full
    assert len(lanes) == 0


@pytest.mark.parametrize("frame", [DISPATCH, frames.ResultAck(step_id="s"), frames.Cancel(step_id="s", reason="r")])
def test_an_ack_or_a_cancel_never_overtakes_a_dispatch(frame):
    assert not is_control(frame)
