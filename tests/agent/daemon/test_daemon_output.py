"""Output of steps over disconnections and restarts of the agent: what was spooled arrives, once and in order."""

import asyncio

import pytest

from guardia.agent.daemon import step as step_module
from guardia.proto.frames import Output, OutputFetch, OutputRefused, Result, ResultAck, StepOutcome, Stream
from tests.agent.daemon.conftest import make_dispatch


def said(rig, step_id="S1"):
    """The output that went out for a step, its chunks checked to be numbered without gaps."""
    chunks = [frame for frame in rig.link.of(Output) if frame.step_id == step_id]
    assert [chunk.seq for chunk in chunks] == list(range(1, len(chunks) + 1))
    return b"".join(chunk.data for chunk in chunks)


def saying(*lines):
    async def script(context):
        for line in lines:
            await context.output(Stream.STDOUT, line)

    return script


async def until(condition, within=30.0):
    async with asyncio.timeout(within):
        while not condition():
            await asyncio.sleep(0.01)


async def test_output_that_is_said_without_a_connection_arrives_with_the_next_one(rig):
    rig.runner.hold()
    rig.runner.script = saying(b"one\n")
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Output)
    rig.link.connected = False
    running = rig.daemon._steps["S1"]
    for number in range(100):
        await running._output(Stream.STDOUT, b"line %d\n" % number)
        await running._output(Stream.STDERR, b"!")
    rig.runner.release.set()
    await until(lambda: "S1" not in rig.daemon._steps)
    assert not rig.link.of(Result), "the result waits behind its output, in the journal"
    assert said(rig) == b"one\n"
    rig.link.connected = True
    await rig.daemon.welcomed(2)
    (result,) = await rig.link.wait_for(Result)
    assert said(rig) == b"one\n" + b"".join(b"line %d\n!" % number for number in range(100))
    assert rig.link.sent.index(result) > rig.link.sent.index(rig.link.of(Output)[-1])
    assert result.outcome is StepOutcome.OK


async def test_nothing_is_sent_that_is_not_spooled_also_when_more_comes_while_something_is_sent(rig):
    """An agent that dies then would number it in another way after its restart."""
    kept, early = {}, []
    rig.runner.hold()
    rig.runner.script = saying(b"one\n")
    send = rig.link.send

    async def send_and_say_more(frame):
        if isinstance(frame, Output):
            spool = rig.daemon._outputs.spool
            outline = await asyncio.to_thread(spool.outline, "S1")
            kept[frame.seq] = sum(record.length for record in outline.records)
            if sum(len(chunk.data) for chunk in rig.link.of(Output)) + len(frame.data) > kept[frame.seq]:
                early.append(frame.seq)
            if frame.seq < 4:
                size = 10 if frame.seq < 3 else 70_000  # the second kind completes the head
                await rig.daemon._steps["S1"]._output(Stream.STDOUT, b"x" * size)
        await send(frame)

    rig.link.send = send_and_say_more
    await rig.receive(make_dispatch())
    await until(lambda: 4 in kept)
    rig.runner.release.set()
    await rig.link.wait_for(Result)
    assert len(kept) >= 5
    assert not early


async def test_after_a_restart_what_was_not_acknowledged_is_sent_again(rig):
    rig.runner.script = saying(b"a" * 200_000, b"end\n")
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    before = said(rig)
    assert (result.output_head, result.output_tail, result.output_spooled) == (65_536, 65_536, 200_004)
    assert result.output_lines == 1
    assert result.truncated
    await rig.restart()
    await rig.daemon.welcomed(2)
    await rig.link.wait_for(Result)
    assert said(rig) == before == b"a" * 65_536 + (b"a" * 200_000 + b"end\n")[-65_536:]


async def test_what_is_acknowledged_is_not_sent_again(rig):
    rig.runner.script = saying(b"one\n")
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Result)
    spool = rig.daemon._outputs.spool
    assert spool.open_steps() == ["S1"]
    rig.daemon.output_acked("S1", 1)
    await until(lambda: not spool.open_steps())
    await rig.receive(ResultAck(step_id="S1"))
    await rig.restart()
    await rig.daemon.welcomed(2)
    await asyncio.sleep(0.05)
    assert said(rig) == b""
    assert rig.daemon._outputs.spool.outline("S1") is not None, "it can still be fetched"


async def test_killed_during_the_output_what_was_spooled_arrives(rig):
    rig.runner.hold()
    rig.runner.script = saying(b"one\n", b"two\n")
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Output)
    await rig.restart()
    assert [step.step_id for step in rig.journal.interrupted] == ["S1"]
    await rig.daemon.welcomed(2)
    await rig.link.wait_for(Output)
    assert said(rig) == b"one\ntwo\n"
    assert not rig.link.of(Result)


async def test_while_the_link_is_stuck_the_result_waits_for_so_long_and_no_longer(rig, monkeypatch):
    monkeypatch.setattr(step_module, "FLUSH_WITHIN", 0.05)
    rig.runner.hold()
    rig.runner.script = saying(b"one\n")
    await rig.receive(make_dispatch())
    await rig.link.wait_for(Output)
    real = rig.link.send

    async def stuck(frame):
        if isinstance(frame, Output):
            await asyncio.sleep(60)
        await real(frame)

    monkeypatch.setattr(rig.link, "send", stuck)
    await rig.daemon._steps["S1"]._output(Stream.STDOUT, b"two\n")
    rig.runner.release.set()
    monkeypatch.setattr("guardia.agent.daemon.service.FLUSH_WITHIN", 0.05)
    await rig.link.wait_for(Result)
    assert said(rig) == b"one\n"
    monkeypatch.setattr(rig.link, "send", real)
    await rig.restart()
    await rig.daemon.welcomed(2)
    await rig.link.wait_for(Result)
    assert said(rig) == b"one\ntwo\n"


async def test_a_disk_that_takes_nothing_costs_the_step_nothing(rig, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("guardia.agent.spool.Spool.make_room", full)
    rig.runner.script = saying(b"x" * 300_000)
    await rig.receive(make_dispatch())
    (result,) = await rig.link.wait_for(Result)
    assert result.outcome is StepOutcome.OK
    assert result.output_spooled == 0
    assert len(said(rig)) == 131_072


@pytest.mark.parametrize("step_id", ["S1", "S9"])
async def test_an_agent_without_a_spool_says_so(rig, step_id):
    await rig.receive(OutputFetch(fetch_id="F1", step_id=step_id))
    (refused,) = await rig.link.wait_for(OutputRefused)
    assert (refused.fetch_id, refused.code) == ("F1", "output.no_spool")
