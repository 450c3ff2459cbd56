"""`guardia-hub requests output --follow` as a process, before the real flow: exit codes, restarts, Ctrl-C, help."""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardia.hub.cli import main
from guardia.hub.cli_output import EXIT_CODES, INTERRUPTED
from guardia.hub.core.states import STEP_ENDED
from guardia.hub.flow.follow import Follow
from guardia.hub.flow.outputs import Outputs
from guardia.proto.frames import JournalEntry, JournalState, StepOutcome
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.hub.flow.test_outputs import Fetches
from tests.support.running_step import running, say
from tests.support.world import World, found

TEXT = "시작합니다\n완료\n".encode("cp949")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    (tmp_path / "world").mkdir()
    world = World(tmp_path / "world")
    await world.start()
    yield world
    await world.stop()


@pytest.fixture
async def front(tmp_path: Path, world: World) -> AsyncIterator[Front]:
    front = Front(tmp_path, SystemClock())
    await front.people()
    before(front, world)
    yield front
    front.close()


def before(front: Front, world: World) -> None:
    """The front stands before this world as it is now."""
    desk, store = world.engine.desk, world.store
    front.app.state.parts.follow = Follow(desk, store, world.clock)
    front.app.state.parts.outputs = Outputs(desk, store, world.links, Fetches(), world.clock)


class Command:
    """The command under way; what it wrote so far is `out` and `err`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out = self.err = b""

    @classmethod
    async def start(cls, folder: Path, port: int, *arguments: str, person: str = "engineer1") -> "Command":
        file = folder / "hub.toml"
        file.write_text(f"[hub]\nstate_dir = '{folder / 'state'}'\n[web]\nport = 0\n")
        url = ("--url", f"http://127.0.0.1:{port}") if port else ()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "guardia.hub.cli", "--config", str(file), "requests", "output", *url),
            *("--person", person, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={
                **os.environ,
                "GUARDIA_PASSWORD": PASSWORD,
                "GUARDIA_TOKEN": "",
                "PYTHONPATH": os.pathsep.join(sys.path),
            },
        )
        return cls(process)

    async def until(self, wanted: bytes, *, said: bool = False) -> None:
        """Until its output, or what it says beside it, ends with this."""
        stream = self.process.stderr if said else self.process.stdout
        assert stream is not None
        async with asyncio.timeout(30):
            while not (self.err if said else self.out).endswith(wanted):
                more = await stream.read(65_536)
                assert more, (self.out, self.err)
                if said:
                    self.err += more
                else:
                    self.out += more

    async def end(self) -> tuple[int, bytes, str]:
        """Exit code, all of its output, and what it said beside it."""
        async with asyncio.timeout(30):
            out, err = await self.process.communicate()
        assert b"Traceback" not in err
        assert PASSWORD.encode() not in err + out
        return self.process.returncode or 0, self.out + out, (self.err + err).decode()


async def end(world: World, step_id: str, data: bytes, outcome: StepOutcome = StepOutcome.OK, **facts: object) -> None:
    digest = hashlib.sha256(data).hexdigest()
    await world.finish(
        "A-WAS-01", step_id, outcome, report=found("A-WAS-01"), stdout_bytes=len(data), output_sha256=digest, **facts
    )


async def test_it_shows_what_comes_over_a_restart_of_the_hub_and_ends_with_the_step(world, front, tmp_path) -> None:
    request_id, step_id = await running(world)
    await say(world, step_id, 1, TEXT[:3])  # half a character
    async with serving(front.app) as port:
        command = await Command.start(tmp_path, port, request_id, "--follow")
        await command.until(TEXT[:3])
        await say(world, step_id, 2, TEXT[3:])
        await command.until(TEXT)
        front.app.state.parts.follow.close()  # as the hub does when it stops: who waits must not hold it up
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 15
    await command.until("다시 연결하고 있습니다.\n".encode(), said=True)
    await world.restart()
    before(front, world)
    await world.connect("A-WAS-01", journal=(JournalEntry(step_id=step_id, digest="d", state=JournalState.RUNNING),))
    await say(world, step_id, 2, TEXT[3:])  # it was not acknowledged
    await say(world, step_id, 3, b"while it was away\n")
    async with serving(front.app, port=port):
        await command.until(b"away\n")
        await end(world, step_id, TEXT + b"while it was away\n", StepOutcome.FAILED, message="안 됩니다")
        code, out, err = await command.end()
    assert (code, out) == (3, TEXT + b"while it was away\n")
    assert "FAILED" in err
    assert "안 됩니다" in err
    assert err.count("다시 연결") == 2


async def test_a_step_that_has_ended_is_shown_and_its_result_is_the_exit_code(world, front, tmp_path) -> None:
    request_id, step_id = await running(world)
    await say(world, step_id, 1, TEXT)
    await end(world, step_id, TEXT, StepOutcome.TIMED_OUT)
    async with serving(front.app) as port:
        step = step_id.removeprefix(f"{request_id}.")
        command = await Command.start(tmp_path, port, request_id, "-f", "--json", "--step", step)
        code, out, err = await command.end()
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (4, "")
    assert "".join(line["text"] for line in lines[:-1]) == "시작합니다\n완료\n"
    assert (lines[-1]["type"], lines[-1]["state"], lines[-1]["output_bytes"]) == ("end", "TIMED_OUT", len(TEXT))


def test_every_end_of_a_step_has_an_exit_code() -> None:
    assert set(EXIT_CODES) == {*map(str, STEP_ENDED), "RETRIED"}
    assert not {EXIT_CODES[state] for state in EXIT_CODES if state != "OK"} & {0, 1, 2, INTERRUPTED}


async def test_ctrl_c_ends_it_cleanly(world, front, tmp_path) -> None:
    request_id, step_id = await running(world)
    await say(world, step_id, 1, b"one\n")
    async with contextlib.AsyncExitStack() as hub:
        port = await hub.enter_async_context(serving(front.app))
        command = await Command.start(tmp_path, port, request_id, "--follow")
        await command.until(b"one\n")
        command.process.send_signal(signal.SIGINT)
        code, out, err = await command.end()
        assert (code, out, err) == (130, b"one\n", "")


def test_wrong_usage_and_help() -> None:
    def asked(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["requests", "output", *arguments])

    for wrong in (("SR-1", "--follow", "--offset", "5"), ("SR-1", "--json"), ("SR-1", "-f", "--give-up", "-1")):
        assert asked(*wrong).exit_code == 2
    shown = asked("--help")
    assert shown.exit_code == 0
    assert "Exit codes of --follow" in shown.output
    assert "guardia-hub requests output SR-20270115-0001 --follow" in shown.output
