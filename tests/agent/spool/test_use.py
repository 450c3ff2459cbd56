"""What the spool says of its use, from memory and from the disk."""

import os

from guardia.agent.spool import Limits, Spool, StepSpool
from guardia.agent.spool.use import Use, look
from guardia.proto.frames import Stream
from tests.support.clock import FakeClock

CAP = Limits().total_bytes


async def test_the_living_and_the_looking_one_agree(tmp_path):
    clock = FakeClock()
    spool = Spool(tmp_path, Limits(reserve=0), clock)
    assert spool.use == look(spool.folder, CAP) == Use(cap=CAP)
    began = clock.now_ms()
    for step_id in ("S1", "S2"):
        writer = StepSpool(spool, step_id)
        writer.keep(Stream.STDOUT, b"x" * 1000)
        await writer.flush()
        clock.advance(60)
    spool.acknowledge("S1")
    (tmp_path / "spool" / "notes.txt").write_bytes(b"somebody else's")
    for name, at in (("S1.done", began), ("S2.out", began + 60_000)):
        os.utime(spool.folder / name, ns=(at * 1_000_000,) * 2)
    assert spool.use == look(spool.folder, CAP)
    assert spool.use.files == 2
    assert spool.use.bytes > 2000
    assert spool.use.oldest_ms == began
    spool.close()
