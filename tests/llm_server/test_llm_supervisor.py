"""The supervisor with a stand-in server: the gate, hangs, restarts, giving up, draining."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest
from prometheus_client import generate_latest

from guardia.llm_server.errors import GaveUpError, StartError
from guardia.llm_server.launcher import Supervisor
from guardia.llm_server.metrics import Metrics
from guardia.llm_server.notify import Systemd, read_status

KEY = "k3y-0123456789abcdef"


class Log:
    def __init__(self) -> None:
        self.events: list[tuple[str, dict]] = []

    def info(self, event, **fields):
        self.events.append((event, fields))

    warning = error = info

    def names(self) -> list[str]:
        return [name for name, _ in self.events if name != "vllm.output"]


class Run:
    """A supervisor in a task."""

    def __init__(self, stage, config=None, *, notify="") -> None:
        self.stage = stage
        self.config = config or stage.config()
        self.log, self.metrics = Log(), Metrics()
        self.supervisor = Supervisor(
            self.config,
            KEY,
            log=self.log,
            metrics=self.metrics,
            systemd=Systemd(notify),
            environ=stage.environ,
            jitter=lambda: 0.5,
        )

    async def __aenter__(self):
        self.task = asyncio.create_task(self.supervisor.run())
        return self

    async def __aexit__(self, *_):
        self.supervisor.drain()
        self.supervisor.drain()
        with contextlib.suppress(GaveUpError, StartError):
            await asyncio.wait_for(self.task, 10)

    @property
    def state(self) -> str:
        status = read_status(self.stage.folder / "state" / "status.json")
        return status.state if status else "-"

    async def until(self, condition, seconds=15.0) -> None:
        limit = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < limit, f"state {self.state}, {self.log.events[-5:]}"
            if self.task.done():
                self.task.result()
            await asyncio.sleep(0.02)

    def figure(self, name: str) -> float:
        lines = generate_latest(self.metrics.registry).decode().splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(name))


async def test_ready_only_after_a_proper_canary_answer(stage):
    stage.behave(answer="garbage")
    async with Run(stage) as run:
        await run.until(lambda: stage.log.count("asked") >= 2)
        assert run.state == "starting"  # /health has been answering 200 all the while
        assert run.figure("guardia_llm_ready ") == 0
        stage.behave(answer="good")
        await run.until(lambda: run.state == "ready")
        assert run.figure("guardia_llm_ready ") == 1
        assert run.figure("guardia_llm_canary_seconds_count") >= 1
        assert "llm.nonsense" in generate_latest(run.metrics.registry).decode()


@pytest.mark.parametrize("answer", ["cut", "outside", "page", "busy", "refused"])
async def test_no_other_answer_opens_the_gate(stage, answer):
    stage.behave(answer=answer)
    async with Run(stage) as run:
        await run.until(lambda: stage.log.count("asked") >= 2 or "llm.loading" in run.log.names())
        await asyncio.sleep(0.3)
        assert run.state == "starting"


async def test_systemd_is_told_when_it_is_ready_and_when_it_stops(stage, tmp_path):
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(path)
        channel.setblocking(False)

        def heard() -> str:
            words = []
            with contextlib.suppress(BlockingIOError):
                while True:
                    words.append(channel.recv(4096).decode())
            return "\n".join(words)

        async with Run(stage, notify=path) as run:
            await run.until(lambda: run.state == "ready")
            words = heard()
            assert "READY=1" in words
            assert "EXTEND_TIMEOUT_USEC" in words
            run.supervisor.drain()
            await asyncio.wait_for(run.task, 10)
            assert "STOPPING=1" in heard()


async def test_the_key_reaches_the_server_and_no_log(stage):
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")  # the stand-in refuses a question without the key
        assert any("the key is ***" in fields.get("line", "") for _, fields in run.log.events)
        assert KEY not in repr(run.log.events)
        assert KEY not in (stage.folder / "state" / "status.json").read_text()


async def test_a_killed_server_is_started_again(stage):
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")
        first = read_status(stage.folder / "state" / "status.json").server_pid
        os.kill(first, signal.SIGKILL)
        await run.until(lambda: run.state == "ready" and stage.log.count("started") == 2)
        status = read_status(stage.folder / "state" / "status.json")
        assert status.restarts == 1
        assert status.server_pid != first
        assert run.figure('guardia_llm_restarts_total{reason="exited"}') == 1


async def test_a_server_that_hangs_is_started_again(stage):
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")
        stage.behave(seconds=3)  # /health still says 200; only the canary notices
        await run.until(lambda: "llm.restart" in run.log.names())
        stage.behave()
        await run.until(lambda: run.state == "ready" and stage.log.count("started") >= 2)
        assert run.figure('guardia_llm_restarts_total{reason="hung"}') >= 1


async def test_a_full_queue_is_no_hang(stage):
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")
        stage.behave(answer="busy")
        asked = stage.log.count("asked")
        await run.until(lambda: stage.log.count("asked") >= asked + 5)
        assert stage.log.count("started") == 1
        assert run.state == "ready"


async def test_it_gives_up_and_says_so(stage):
    stage.behave(exit=1)
    async with Run(stage) as run:
        with pytest.raises(GaveUpError, match="failed 3 times in a row"):
            await asyncio.wait_for(asyncio.shield(run.task), 15)
        assert stage.log.count("started") == 3
        assert run.state == "gave_up"


async def test_arguments_that_are_not_understood_are_not_tried_again(stage):
    stage.behave(exit=2)
    async with Run(stage) as run:
        with pytest.raises(GaveUpError, match="arguments"):
            await asyncio.wait_for(asyncio.shield(run.task), 15)
        assert stage.log.count("started") == 1


async def test_a_time_that_was_stable_forgives_earlier_restarts(stage):
    config = stage.config(restart={"max_restarts": 1, "stable_after": 0.1})
    async with Run(stage, config) as run:
        for number in range(1, 4):
            await run.until(lambda number=number: run.state == "ready" and stage.log.count("started") == number)
            await asyncio.sleep(0.2)
            os.kill(read_status(stage.folder / "state" / "status.json").server_pid, signal.SIGKILL)
        await run.until(lambda: stage.log.count("started") == 4)


async def test_a_server_that_is_never_ready_ends(stage):
    stage.behave(health=503)
    async with Run(stage, stage.config(health={"start_timeout": 0.5}, restart={"max_restarts": 0})) as run:
        with pytest.raises(GaveUpError, match="never_ready"):
            await asyncio.wait_for(asyncio.shield(run.task), 15)


async def test_a_taken_port_is_told_before_anything_is_started(stage):
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", stage.port))
        stranger.listen()
        async with Run(stage) as run:
            with pytest.raises(StartError, match="another server has that address"):
                await asyncio.wait_for(asyncio.shield(run.task), 10)
    assert stage.log == []


async def test_a_missing_interpreter_is_told_with_its_remedy(stage):
    async with Run(stage, stage.config(server={"command": ("/nowhere/python",)})) as run:
        with pytest.raises(StartError, match="packaging/vllm"):
            await asyncio.wait_for(asyncio.shield(run.task), 10)


async def test_what_is_in_flight_at_a_stop_is_answered(stage):
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")
        stage.behave(seconds=1, running=1)
        async with httpx.AsyncClient(trust_env=False) as client:
            question = asyncio.create_task(
                client.post(
                    f"http://127.0.0.1:{stage.port}/v1/chat/completions",
                    headers={"Authorization": f"Bearer {KEY}"},
                    json={"model": "x", "response_format": {"json_schema": {"schema": {"enum": ["yes"]}}}},
                )
            )
            asked = stage.log.count("asked")
            await run.until(lambda: stage.log.count("asked") > asked)
            run.supervisor.drain()
            assert (await question).json()["choices"][0]["message"]["content"] == '"yes"'
        await asyncio.wait_for(run.task, 10)
        assert run.state == "stopped"
        assert stage.log[-1] == "ended"


async def test_a_second_stop_does_not_wait(stage):
    stage.behave(deaf=True, running=1)
    async with Run(stage) as run:
        await run.until(lambda: run.state == "ready")
        run.supervisor.drain()
        await asyncio.sleep(0.1)
        assert not run.task.done()
        began = time.monotonic()
        run.supervisor.drain()
        await asyncio.wait_for(run.task, 3)
        assert time.monotonic() - began < 3


async def test_a_drained_server_with_nothing_to_do_is_not_waited_for(stage):
    stage.behave(deaf=True)
    async with Run(stage, stage.config(server={"shutdown_timeout": 60})) as run:
        await run.until(lambda: run.state == "ready")
        run.supervisor.drain()
        await asyncio.wait_for(run.task, 10)
        assert "llm.drained" in run.log.names()


def test_a_killed_supervisor_leaves_no_server_behind(stage):
    path = stage.folder / "llm.toml"
    from tests.llm_server.conftest import FAKE

    path.write_text(
        f"""[model]\nname = "m"\n[server]\ncommand = ["{sys.executable}", "{FAKE}"]\nport = {stage.port}
state_dir = "{stage.folder / "state"}"\n[metrics]\nport = 0\n"""
    )
    environ = {**os.environ, **stage.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(
        [sys.executable, "-m", "guardia.llm_server.cli", "serve", "--config", str(path)],
        env=environ,
        stderr=subprocess.DEVNULL,
    )
    try:
        limit = time.monotonic() + 30
        while not ((status := read_status(stage.folder / "state" / "status.json")) and status.state == "ready"):
            assert time.monotonic() < limit
            assert program.poll() is None
            time.sleep(0.05)
        program.kill()
        program.wait()
        while stage.log[-1] != "ended":
            assert time.monotonic() < limit
            time.sleep(0.05)
    finally:
        program.kill()
        program.wait()
