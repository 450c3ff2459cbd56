"""A daemon with a real journal and fakes around it; `restart` is a crash of its process."""

import asyncio
import contextlib

import msgspec
import pytest
import structlog

from guardia.agent.core.policy import Policy
from guardia.agent.daemon.gate import Target
from guardia.agent.daemon.service import Daemon
from guardia.agent.errors import TicketError
from guardia.agent.journal import Journal
from guardia.agent.spool import Limits, Spool
from guardia.proto.catalogue import CATALOGUE, make_parameters, step_digest
from guardia.proto.frames import Dispatch
from tests.fakes.link import FakeLink
from tests.fakes.runner import FakeHost, ScriptedRunner
from tests.support.clock import FakeClock


class StubTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Stands for a signed ticket; `good` False: the signature does not fit."""

    ticket_id: str = "K1"
    step_id: str = "S1"
    request_id: str = "R1"
    agent_id: str = "agent-1"
    target: str = "APP-WAS-01"
    action: str = "RESTART_SERVICE"
    step_digest: str = ""
    plan_digest: str = "plan"
    explain_digest: str = ""
    requester: str = "engineer1"
    approvers: tuple[str, ...] = ("approver1",)
    fencing: int = 1
    issued_ms: int = 1_800_000_000_000
    expires_ms: int = 1_800_000_600_000
    good: bool = True


class StubVerifier:
    def verify(self, data, now_ms):
        ticket = msgspec.json.decode(data, type=StubTicket)
        if not ticket.good:
            raise TicketError("작업 티켓의 서명이 올바르지 않습니다.")
        return ticket


class NoArtifacts:
    def hold(self, sha256, size):
        raise AssertionError("no step here needs an artifact")


def make_dispatch(step_id="S1", *, action="RESTART_SERVICE", target="APP-WAS-01", timeout_ms=60_000, **ticket):
    frame = {key: ticket.pop(key) for key in ("parameters", "digest") if key in ticket}
    parameters = frame.get("parameters", make_parameters(action, {}) if action in CATALOGUE else b"{}")
    digest = step_digest(step_id=step_id, action_code=action, target=target, parameters=parameters)
    facts = {"step_id": step_id, "action": action, "target": target, "step_digest": digest} | ticket
    return Dispatch(
        step_id=step_id,
        request_id="R1",
        action=action,
        target=target,
        parameters=parameters,
        timeout_ms=timeout_ms,
        digest=frame.get("digest", digest),
        ticket=msgspec.json.encode(StubTicket(**facts)),
    )


class Rig:
    def __init__(self, state_dir):
        self.state_dir = state_dir
        self.clock = FakeClock()
        self.runner = ScriptedRunner()
        self.hosts = {asset: FakeHost(asset) for asset in ("APP-WAS-01", "APP-WAS-02")}
        self.killed = []
        self.options = {}
        self.start()

    def start(self):
        self.link = FakeLink()
        self.journal = Journal.open(self.state_dir)
        self.daemon = Daemon(
            agent_id="agent-1",
            boot_id="boot",
            targets={asset: Target(host=host) for asset, host in self.hosts.items()},
            runners=dict.fromkeys([code for code in CATALOGUE if code != "THREAD_DUMP"], self.runner),
            policy=self.options.get("policy", Policy()),
            verifier=StubVerifier(),
            journal=self.journal,
            artifacts=NoArtifacts(),
            clock=self.clock,
            log=structlog.get_logger(),
            concurrency=self.options.get("concurrency", 4),
            queue=self.options.get("queue", 256),
            spool=Spool(self.state_dir, Limits(reserve=0), self.clock),
            kill_at=self.killed.append,
            journal_retry=0.01,
        )
        self.daemon.attach(self.link)

    async def stop(self):
        """End every task as the end of the process does: nothing more is written."""
        self.journal.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                await asyncio.gather(*tasks, return_exceptions=True)

    async def restart(self):
        await self.stop()
        self.start()

    async def receive(self, *frames):
        for frame in frames:
            await self.daemon.received(frame)


@pytest.fixture
async def rig(tmp_path):
    rig = Rig(tmp_path)
    yield rig
    rig.journal._steps.validate()
    await rig.stop()
