"""The agent of the benchmarks, a process of its own: real TLS, codec, session and link; nothing is executed.

It explains at once and answers a dispatch with Accepted, Started and Result. Lines on stdin: `dump` prints the moments
(CLOCK_MONOTONIC, which all processes of a machine share) at which frames were decoded as one JSON line; `hold` keeps
answers to dispatches back; `release` gives them. The end of stdin ends it.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sys
import time
from pathlib import Path

import msgspec
import structlog

from guardia.agent.link.websocket import WebSocketLink
from guardia.certs import keystore, tls
from guardia.proto.catalogue import CheckReport, CheckStatus, Metric, Table
from guardia.proto.frames import (
    Accepted,
    Dispatch,
    Explain,
    Explanation,
    Hello,
    HubFrame,
    JournalEntry,
    Result,
    ResultAck,
    Started,
    StepOutcome,
)
from guardia.proto.version import MAJOR, MINOR


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class Stamps(msgspec.Struct):
    """Nanoseconds by step id."""

    dispatched: dict[str, int] = {}
    acknowledged: dict[str, int] = {}


class Answers:
    """`LinkHandler` of an agent that runs nothing."""

    def __init__(self) -> None:
        self.link: WebSocketLink | None = None
        self.stamps = Stamps()
        self.welcome = asyncio.Event()
        self._holding = False
        self._held: list[Dispatch] = []

    async def hello_journal(self) -> tuple[object, ...]:
        return ()

    def output_acked(self, step_id: str, seq: int) -> None:
        pass

    async def welcomed(self, epoch: int) -> None:
        self.welcome.set()

    async def lost(self, reason: str) -> None:
        return

    async def received(self, frame: HubFrame) -> None:
        now = time.monotonic_ns()
        assert self.link is not None
        match frame:
            case Dispatch():
                self.stamps.dispatched[frame.step_id] = now
                if self._holding:
                    self._held.append(frame)
                else:
                    await self._answer(frame)
            case ResultAck():
                self.stamps.acknowledged[frame.step_id] = now
            case Explain():
                await self.link.send(_explain(frame))
            case _:
                pass

    async def _answer(self, frame: Dispatch) -> None:
        assert self.link is not None
        now = time.time_ns() // 1_000_000
        await self.link.send(Accepted(step_id=frame.step_id, at_ms=now))
        await self.link.send(Started(step_id=frame.step_id, at_ms=now, pid=4242))
        await self.link.send(
            Result(
                step_id=frame.step_id,
                digest=frame.digest,
                outcome=StepOutcome.OK,
                finished_ms=now,
                exit_code=0,
                report=_report(frame) if frame.action.startswith("CHECK_") else b"",
            )
        )

    async def obey(self, word: str) -> None:
        match word:
            case "hold":
                self._holding = True
                _say(b"{}")
            case "release":
                self._holding = False
                held, self._held = self._held, []
                _say(b"{}")
                for frame in held:
                    await self._answer(frame)
            case "dump":
                _say(msgspec.json.encode(self.stamps))
                self.stamps = Stamps()


def _explain(query: Explain) -> Explanation:
    return Explanation(
        query_id=query.query_id,
        ok=True,
        commands=(("/usr/bin/systemctl", "restart", "was-bud.service"),),
        user="root",
        timeout_ms=60_000,
        digest="5" * 64,
    )


def _report(frame: Dispatch) -> bytes:
    table = Table(
        columns=("mount", "device", "size", "used", "free", "use"),
        rows=(("/", "/dev/sda1", "50.0 GiB", "20.1 GiB", "29.9 GiB", "40 %"),) * 3,
    )
    metrics = tuple(Metric(name=f"disk_use_{n}", value=40.2, unit="%", warn=80, crit=90) for n in range(3))
    report = CheckReport(
        check=frame.action,
        asset=frame.target,
        collected_at="2026-01-01T00:00:00+09:00",
        status=CheckStatus.OK,
        summary="가장 많이 찬 파일 시스템은 / 40 %입니다.",
        metrics=metrics,
        table=table,
    )
    return msgspec.json.encode(report)


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


async def _run(agent_id: str, port: int, folder: Path) -> None:
    answers = Answers()
    store = keystore.load(folder)

    def hello(journal: tuple[JournalEntry, ...]) -> Hello:
        return Hello(
            agent_id=agent_id,
            boot_id="bench",
            instance_id=f"{random.getrandbits(64):016x}",
            software="0.1.0",
            protocol_major=MAJOR,
            protocol_minor=MINOR,
            trust_bundle="",
            targets=(agent_id,),
            actions=(),
            journal=journal,
        )

    link = WebSocketLink(
        f"wss://127.0.0.1:{port}/agent",
        lambda: tls.agent_client_context(store),
        answers,
        hello_factory=hello,
        clock=SystemClock(),
        rng=random.random,
    )
    answers.link = link
    stdin = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stdin), sys.stdin)
    running = asyncio.create_task(link.run())
    await answers.welcome.wait()
    _say(b"{}")
    while line := await stdin.readline():
        await answers.obey(line.decode().strip())
    await link.close()
    await running


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(_run(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
