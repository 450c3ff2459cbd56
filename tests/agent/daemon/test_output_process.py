"""Output of a real agent process: killed during it, fetched whole, and a flood of it in nobody's way."""

import hashlib
import signal

import pytest

from guardia.agent.core.spoolfile import STREAM_OF
from guardia.agent.spool import Limits, Spool
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.errors import InvalidInputError, NoOutputError
from guardia.proto.frames import JournalState, Output, Probe, ProbeResult, Result, StepOutcome
from tests.support.agent_process import AGENT, DOMAIN, Clock, Field
from tests.support.eventually import eventually
from tests.support.flood import text
from tests.support.flooded import MIB, measure

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    return HubAuthority.init(folder, trust_domain=DOMAIN, names=["localhost"], now_ms=Clock().now_ms())


@pytest.fixture
async def field(tmp_path, authority):
    field = Field(tmp_path, authority, heartbeat=0.5)
    await field.links.start()
    field.identify()
    field.configure()
    yield field
    await field.close()


def output_of(field, step_id, frames=None):
    """What the hub has of a step's output, by number, each once and always the same."""
    found = {}
    for chunk in field.heard.of(Output) if frames is None else frames:
        if chunk.step_id == step_id:
            assert found.setdefault(chunk.seq, chunk.data) == chunk.data, (
                "a number means one chunk, also after a restart"
            )
    assert sorted(found) == list(range(1, len(found) + 1))
    return b"".join(found[seq] for seq in sorted(found))


def spooled(field, step_id):
    """What lies in the agent's spool, read from the disk."""
    spool = Spool(field.folder / "state", Limits(), Clock())
    outline = spool.outline(step_id)
    with spool.read(step_id) as file:
        data = file.read()
    spool.close()
    return b"".join(
        data[record.offset : record.offset + record.length] for record in outline.records if record.kind in STREAM_OF
    )


@pytest.mark.timeout(120)
async def test_killed_during_the_output_what_was_spooled_and_not_acknowledged_arrives(field):
    field.flood(640_000, seconds=20)
    await field.start()
    assert (await field.result(field.dispatch("S0", "START_SERVICE"))).outcome is StepOutcome.OK
    field.heard.takes_output.clear()  # from here on the hub acknowledges nothing
    await field.links.send(AGENT, field.dispatch("S1", "STOP_SERVICE"))
    out = field.folder / "state" / "spool" / "S1.out"
    await eventually(lambda: out.exists() and out.stat().st_size > 20_000, "enough is spooled")
    field.process.send_signal(signal.SIGKILL)
    await field.ended()
    expected = spooled(field, "S1")
    assert len(expected) > 5_000
    assert text(640_000).startswith(expected)
    field.heard.frames.clear()
    field.heard.takes_output.set()
    await field.start()
    await field.heard.until(lambda: sum(len(f.data) for f in field.heard.of(Output)) >= len(expected))
    assert output_of(field, "S1") == expected
    entries = {entry.step_id: entry.state for entry in field.heard.hellos[-1].hello.journal}
    assert entries["S1"] is JournalState.INTERRUPTED
    await field.links.send(AGENT, Probe(step_id="S1"))
    probed = await field.heard.first(ProbeResult)
    assert probed.step_id == "S1"
    assert not [result for result in field.heard.of(Result) if result.step_id == "S1"], "nobody invents a result"
    head, whole = await field.fetch("S1")
    assert whole == expected
    assert not head.ended


async def test_the_whole_can_be_fetched_from_any_byte_also_after_a_restart(field):
    field.flood(3 * MIB)
    await field.start()
    assert (await field.result(field.dispatch("S0", "START_SERVICE"))).outcome is StepOutcome.OK
    result = await field.result(field.dispatch("S1", "STOP_SERVICE"))
    assert isinstance(result, Result), result
    head, whole = await field.fetch("S1")
    assert hashlib.sha256(whole).hexdigest() == result.output_sha256 == head.totals.sha256
    assert len(whole) == head.size == result.output_spooled
    sent = output_of(field, "S1")
    assert sent == whole[: result.output_head] + whole[-result.output_tail :]
    field.process.send_signal(signal.SIGTERM)
    await field.ended()
    await field.start()
    for offset, limit in ((0, 10), (65_530, 100), (1_000_000, 0), (len(whole), 0), (len(whole) - 1, 5)):
        head, part = await field.fetch("S1", offset=offset, limit=limit)
        assert part == whole[offset : offset + limit if limit else None]
    with pytest.raises(InvalidInputError):
        await field.fetch("S1", offset=len(whole) + 1)
    with pytest.raises(NoOutputError):
        await field.fetch("S9")


@pytest.mark.timeout(300)
async def test_a_flood_of_output_moves_neither_heartbeats_nor_the_hubs_memory(field):
    """384 MiB through the spool, then fetched whole (a gigabyte takes over 20 s: `python -m tests.bench.output`). The
    bounds are generous: the machine is shared."""
    quiet, flood, fetch = await measure(field, 384 * MIB)
    for stretch in (flood, fetch):
        assert stretch.longest_gap <= 2 * quiet.longest_gap + 0.5, (quiet, stretch)
        assert stretch.grown <= 48 * MIB, stretch
        assert stretch.agent_grown <= 64 * MIB, stretch
