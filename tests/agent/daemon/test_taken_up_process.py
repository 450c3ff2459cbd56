"""SIGKILL of a real gateway in the middle of a step on a host behind a real sshd: the next one reports the true end."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from guardia.hub.enrolment.authority import HubAuthority
from guardia.proto.frames import Accepted, JournalState, Output, ProbeResult, ProbeVerdict, Result, Started, StepOutcome
from tests.support.agent_process import AGENT, DOMAIN, Clock, Field
from tests.support.sshd import running_sshd

pytestmark = pytest.mark.slow

TARGET = "SSH-01"
FILES = 8_000
"""So many that `find -delete` can be caught in the middle: more than an output's head, not more than is counted."""


class Gateway(Field):
    """An agent with one host behind it, on which old logs lie."""

    def behind(self, server):
        self.logs = self.folder / "logs"
        self.logs.mkdir()
        long_ago = time.time() - 30 * 86_400
        for number in range(FILES):
            path = self.logs / f"{number:05}.log.1"
            path.touch()
            os.utime(path, (long_ago, long_ago))
        spec = server.spec
        self.config.write_text(
            self.config.read_text()
            + f"""
[[hosts]]
asset = "{TARGET}"
state_dir = "{self.folder}/remote"
[hosts.ssh]
address = "{spec.address}"
port = {spec.port}
user = "{spec.user}"
key_file = "{spec.key_file}"
host_key = "{spec.host_key}"

[[services]]
asset = "{TARGET}"
name = "app"
manager = "systemd"
allow_clean = ["{self.logs}"]
"""
        )

    def left(self):
        return len(os.listdir(self.logs))

    def steps(self):
        return [path for path in (self.folder / "remote/steps").glob("[0-9a-f]*") if path.is_dir()]

    async def caught(self):
        """The `find` that deletes, stopped in the middle, when it has told of some files."""
        async with asyncio.timeout(30):
            while True:
                for path in self.steps():
                    with contextlib.suppress(OSError, ValueError, IndexError):
                        if found := _deleting(int((path / "pid").read_text().split()[0])):
                            while (path / "stdout").stat().st_size < 10_000:
                                os.kill(found, signal.SIGCONT)
                                time.sleep(0.001)
                                os.kill(found, signal.SIGSTOP)
                            return found
                await asyncio.sleep(0.001)

    async def killed_in_the_middle(self, **dispatch):
        """Returns the stopped program and the frame of its step."""
        await self.start(GUARDIA_TESTING="1", GUARDIA_FAULT_LEAST_S="0")
        frame = self.dispatch("S1", "CLEAN_LOGS", target=TARGET, **dispatch)
        await self.links.send(AGENT, frame)
        program = await self.caught()
        await self.heard.first(Started)
        await asyncio.sleep(0.5)  # some of its output goes out meanwhile
        self.process.kill()
        await self.process.wait()
        assert 0 < self.left() < FILES
        assert self.heard.of(Result) == []
        return program, frame

    def told(self):
        return {entry.step_id: entry.state for entry in self.heard.hellos[-1].hello.journal}

    def said(self):
        """The output that the hub has, whatever came twice."""
        chunks = {chunk.seq: chunk.data for chunk in self.heard.of(Output)}
        assert sorted(chunks) == list(range(1, len(chunks) + 1))
        return b"".join(chunks[seq] for seq in sorted(chunks)).decode()


def _deleting(runner):
    """The program below the runner, once it is the one that deletes; stopped before it has got far."""
    family = [runner]
    for pid in family:
        family += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
        if b"-delete" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0") and pid != runner:
            os.kill(pid, signal.SIGSTOP)
            if os.readlink(f"/proc/{pid}/exe").endswith("find"):
                return pid
            os.kill(pid, signal.SIGCONT)  # still the shell that becomes it
    return 0


@pytest.fixture
async def field(tmp_path):
    authority = HubAuthority.init(tmp_path / "hub", trust_domain=DOMAIN, names=["localhost"], now_ms=Clock().now_ms())
    field = Gateway(tmp_path, authority)
    await field.links.start()
    field.identify()
    field.configure()
    with running_sshd(tmp_path / "sshd") as field.server:
        field.behind(field.server)
        yield field
        await field.close()


async def test_the_next_process_follows_the_step_and_reports_its_true_end(field):
    program, frame = await field.killed_in_the_middle()
    await field.start()
    assert field.told() == {"S1": JournalState.RUNNING}
    await field.links.send(AGENT, frame)  # as a hub would that lost track: told where it is, not started
    await field.heard.until(lambda: len(field.heard.of(Accepted)) > 1)
    assert field.heard.of(Result) == []
    os.kill(program, signal.SIGCONT)
    result = await field.heard.first(Result)
    assert result.outcome is StepOutcome.OK, result
    report = json.loads(result.report)
    assert (report["before"], report["changed"]) == ({"files": str(FILES)}, True), (
        "all of it, by one run of the program"
    )
    assert field.left() == 0
    assert field.heard.of(ProbeResult) == []
    head = field.said().encode()[: result.output_head].decode().splitlines()[:-1]
    assert len(head) > 500
    assert len(set(head)) == len(head), "what was told before the kill is not told again"
    whole, data = await field.fetch("S1")
    names = [line.partition(" ")[2] for line in data.decode().splitlines()]
    assert sorted(names) == sorted({f"{number:05}.log.1" for number in range(FILES)})
    assert whole.totals.sha256 == result.output_sha256
    async with asyncio.timeout(30):
        while field.steps():
            await asyncio.sleep(0.05)


async def test_an_end_while_no_gateway_was_there_is_reported(field):
    program, _ = await field.killed_in_the_middle()
    os.kill(program, signal.SIGCONT)
    (step,) = field.steps()
    async with asyncio.timeout(30):
        while not (step / "rc").exists():
            await asyncio.sleep(0.02)
    await field.start()
    result = await field.heard.first(Result)
    assert result.outcome is StepOutcome.OK, result
    assert json.loads(result.report)["before"] == {"files": str(FILES)}


async def test_killed_again_and_again_it_is_still_one_run(field):
    program, _ = await field.killed_in_the_middle()
    for _ in range(3):
        await field.start()
        assert field.told() == {"S1": JournalState.RUNNING}
        field.process.kill()
        await field.process.wait()
    os.kill(program, signal.SIGCONT)
    await field.start()
    result = await field.heard.first(Result)
    assert (result.outcome, json.loads(result.report)["before"]) == (StepOutcome.OK, {"files": str(FILES)})


async def test_without_its_directory_the_step_is_interrupted_and_probed_and_not_started_again(field):
    program, frame = await field.killed_in_the_middle()
    shutil.rmtree(field.folder / "remote/steps")
    left = field.left()
    await field.start()
    probe = await field.heard.first(ProbeResult)
    assert probe.verdict in {ProbeVerdict.NOT_APPLIED, ProbeVerdict.STILL_RUNNING}
    await field.links.send(AGENT, frame)
    await field.heard.until(lambda: len(field.heard.of(ProbeResult)) > 1)
    assert field.heard.of(Result) == []
    assert field.left() == left
    os.kill(program, signal.SIGKILL)


async def test_a_host_that_is_gone_for_the_rest_of_the_limit_leaves_the_step_unknown(field):
    program, _ = await field.killed_in_the_middle(timeout_ms=4_000)
    field.server.process.terminate()
    field.server.process.wait(10)
    await field.start()
    probe = await field.heard.first(ProbeResult)
    assert probe.verdict is ProbeVerdict.UNDETERMINED
    assert field.heard.of(Result) == []
    os.kill(program, signal.SIGKILL)


async def test_at_its_limit_the_step_is_ended_and_told_as_timed_out(field):
    program, _ = await field.killed_in_the_middle(timeout_ms=4_000)
    await field.start()
    result = await field.heard.first(Result)
    assert result.outcome in {StepOutcome.TIMED_OUT, StepOutcome.FAILED}, result
    stat = Path(f"/proc/{program}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"
    assert field.left() > 0
