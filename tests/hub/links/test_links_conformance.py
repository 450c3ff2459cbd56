"""What every implementation of `Links` does: the engine's fake, and agents over mutual TLS by either transport."""

import asyncio

import pytest

from guardia.hub.errors import AgentOfflineError
from guardia.proto import frames
from tests.hub.links.parts import TRANSPORTS, FakeFleet, RealFleet

RESULT = frames.Result(step_id="s", digest="d", outcome=frames.StepOutcome.OK, finished_ms=1, exit_code=0)
EXPLAIN = frames.Explain(query_id="q", action="CHECK_CPU", target="was01", parameters=b"{}")


def dispatch(number: int) -> frames.Dispatch:
    return frames.Dispatch(
        step_id=f"s{number}",
        request_id="r",
        action="CHECK_CPU",
        target="was01",
        parameters=b"{}",
        timeout_ms=1000,
        digest="d",
        ticket=b"t",
    )


def output(seq: int) -> frames.Output:
    return frames.Output(step_id="s", seq=seq, stream=frames.Stream.STDOUT, data=b"line\n")


@pytest.fixture(params=["fake", *TRANSPORTS])
async def fleet(request, tmp_path):
    if request.param == "fake":
        made = FakeFleet()
    else:
        made = RealFleet(tmp_path, request.param)
        await made.start()
    yield made
    await made.close()


async def test_an_agent_that_connects_is_present_and_the_handler_hears_of_it(fleet):
    assert not fleet.links.presence()
    await fleet.connect("was01", instance_id="i7")
    assert fleet.links.takes("was01")
    assert not fleet.links.takes("was02")
    presence = fleet.links.presence()["was01"]
    assert (presence.agent_id, presence.epoch, presence.hello.instance_id) == ("was01", 1, "i7")
    assert fleet.handler.events == [("connected", "was01", 1)]


async def test_frames_arrive_in_the_order_in_which_they_were_sent(fleet):
    peer = await fleet.connect("was01")
    sent = [dispatch(number) for number in range(100)]
    for frame in sent:
        await fleet.links.send("was01", frame)
    assert await peer.hears(frames.Dispatch, 100) == sent


async def test_the_handler_may_send_as_soon_as_it_hears_of_an_agent(fleet):
    async def probe(presence):
        await fleet.links.send(presence.agent_id, frames.Probe(step_id="s"))

    fleet.handler.on_connected = probe
    peer = await fleet.connect("was01")
    assert await peer.hears(frames.Probe) == [frames.Probe(step_id="s")]


async def test_frames_of_an_agent_reach_the_handler_in_order(fleet):
    peer = await fleet.connect("was01")
    said = [frames.Accepted(step_id=f"s{number}", at_ms=number) for number in range(50)]
    for frame in said:
        await peer.say(frame)
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 50)
    assert fleet.handler.frames("was01") == said


async def test_sending_to_an_absent_agent_says_that_it_is_offline(fleet):
    with pytest.raises(AgentOfflineError, match="was01"):
        await fleet.links.send("was01", dispatch(1))
    with pytest.raises(AgentOfflineError):
        await fleet.links.explain("was01", EXPLAIN, 1)
    await fleet.links.disconnect("was01", "identity.revoked", "no error when there is none")


async def test_a_question_gets_the_answer_with_its_id_and_the_handler_does_not_see_it(fleet):
    peer = await fleet.connect("was01")
    peer.explains(lambda query: frames.Explanation(query_id=query.query_id, ok=True, user="root"))
    answer = await fleet.links.explain("was01", EXPLAIN, 5)
    assert (answer.query_id, answer.user) == ("q", "root")
    assert fleet.handler.kinds() == ["connected"]


async def test_a_question_that_is_not_answered_times_out(fleet):
    await fleet.connect("was01")
    with pytest.raises(TimeoutError):
        await fleet.links.explain("was01", EXPLAIN, 0.05)


async def test_a_question_fails_at_once_when_the_agent_is_lost(fleet):
    await fleet.connect("was01")
    question = asyncio.create_task(fleet.links.explain("was01", EXPLAIN, 30))
    await asyncio.sleep(0.05)
    await fleet.links.disconnect("was01", "identity.revoked", "revoked")
    with pytest.raises(AgentOfflineError):
        await asyncio.wait_for(question, 5)


async def test_a_lost_agent_is_absent_and_the_handler_hears_of_it_once(fleet):
    peer = await fleet.connect("was01")
    await peer.cut()
    await fleet.handler.until(lambda events: events[-1][:3] == ("lost", "was01", 1))
    assert not fleet.links.presence()
    assert fleet.handler.kinds() == ["connected", "lost"]
    with pytest.raises(AgentOfflineError):
        await fleet.links.send("was01", dispatch(1))


async def test_disconnecting_tells_the_handler_the_code(fleet):
    await fleet.connect("was01")
    await fleet.links.disconnect("was01", "identity.revoked", "revoked by an administrator")
    lost = await fleet.handler.until(lambda events: next((e for e in events if e[0] == "lost"), None))
    assert lost[:3] == ("lost", "was01", 1)
    assert lost[3].startswith("identity.revoked")


async def test_the_newest_connection_wins_and_the_loss_of_the_older_is_told_first(fleet):
    await fleet.connect("was01", instance_id="first")
    older = fleet.links.presence()["was01"]
    await fleet.connect("was01", instance_id="second")
    newer = fleet.links.presence()["was01"]
    assert newer.epoch > older.epoch
    assert newer.hello.instance_id == "second"
    kinds = [event[:3] for event in fleet.handler.events[:3]]
    assert kinds == [("connected", "was01", 1), ("lost", "was01", 1), ("connected", "was01", 2)]


async def test_a_result_is_acknowledged_after_the_handler_has_taken_it_over(fleet):
    peer = await fleet.connect("was01")
    await peer.say(RESULT)
    assert await peer.hears(frames.ResultAck) == [frames.ResultAck(step_id="s")]
    assert fleet.handler.frames("was01") == [RESULT]


async def test_a_result_that_the_handler_could_not_take_over_is_not_acknowledged(fleet):
    peer = await fleet.connect("was01")
    fleet.handler.fails_on = {frames.Result}
    await peer.say(RESULT)
    lost = await fleet.handler.until(lambda events: next((e for e in events if e[0] == "lost"), None))
    assert "link.handler_failed" in lost[3]
    with pytest.raises(AssertionError if isinstance(fleet, FakeFleet) else TimeoutError):
        async with asyncio.timeout(0.2):
            await peer.hears(frames.ResultAck)


async def test_output_reaches_the_handler_without_gaps(fleet):
    peer = await fleet.connect("was01")
    for seq in range(1, 101):  # more than the window
        await peer.say(output(seq))
    await fleet.handler.until(lambda _: len(fleet.handler.frames("was01")) == 100)
    assert [frame.seq for frame in fleet.handler.frames("was01")] == list(range(1, 101))
