"""A child process and everything that it started: output, stopping, and nothing left behind."""

import asyncio
import os
import sys
import time

import pytest

from guardia.llm_server import process
from guardia.llm_server.errors import StartError

STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    print("worker", os.getpid(), flush=True)
time.sleep(60)
"""


async def start(code, lines=None):
    lines = [] if lines is None else lines
    return await process.start([sys.executable, "-c", code], {"PATH": "/usr/bin:/bin"}, lines.append)


async def until(condition):
    limit = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < limit
        await asyncio.sleep(0.02)


async def test_lines_of_both_streams_arrive_and_the_status():
    lines = []
    child = await start("import sys; print('예'); print('two', file=sys.stderr); sys.exit(7)", lines)
    assert await child.wait() == 7
    assert sorted(lines) == ["two", "예"]
    assert list(child.tail) == lines


async def test_a_line_without_end_is_kept_within_its_limit():
    lines = []
    child = await start("import sys; sys.stdout.write('x' * 1_000_000); sys.stdout.write('\\nlast')", lines)
    await child.wait()
    assert max(map(len, lines)) <= process.MAX_LINE
    assert lines[-1] == "last"


async def test_bytes_that_are_no_text_are_no_problem():
    lines = []
    child = await start("import sys; sys.stdout.buffer.write(b'\\xff\\xfe ok\\r50%\\r100%\\n')", lines)
    assert await child.wait() == 0
    assert lines[1:] == ["50%", "100%"]


async def test_what_does_not_listen_is_killed_with_its_workers():
    lines = []
    child = await start(STUBBORN, lines)
    await until(lambda: lines)
    worker = int(lines[0].split()[1])
    assert os.getpgid(worker) == child.pid
    assert await child.stop(0.2) < 0
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)


async def test_a_worker_that_outlives_its_parent_is_ended():
    lines = []
    code = (
        "import os, time\nif os.fork() == 0:\n print(os.getpid(), flush=True); time.sleep(60)\nelse:\n time.sleep(0.5)"
    )
    child = await start(code, lines)
    began = time.monotonic()
    assert await child.wait() == 0
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)


async def test_a_program_that_is_not_there():
    with pytest.raises(StartError, match=r"/nowhere/python.*packaging/vllm"):
        await process.start(["/nowhere/python"], {}, print)
