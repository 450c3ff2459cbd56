"""`python -m tests.bench.webhooks`: webhooks at a steady rate against a real hub process, and when each is answered.

The rate is kept whatever the hub does: a request's time counts from when it was due, so that a hub that stalls cannot
slow the measurement down with itself. The messages are a messenger's (Jandi's or Slack's format); what it is called
with is served here too, and takes what the courier brings.
"""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import msgspec

from guardia.hub.demo.ports import free_ports
from tests.bench.estate import SERVERS_CSV
from tests.bench.measures import percentiles
from tests.fakes import slack_server
from tests.fakes.front import SystemClock

TOKEN = "a-token-of-one-topic"
EMAIL = "engineer1@example.go.kr"
CONNECTIONS = 64
PATIENCE = 60.0
TALK = "점심 뭐 먹을까요"
COMMAND = "예산시스템 WAS 디스크 확인해줘"


NO_LIMITS = """
[flow]
person_per_minute = 1000000
room_per_minute = 1000000
"""
"""What is measured is the hub, not the pace at which it lets one person speak."""


class Platform(msgspec.Struct, frozen=True):
    """The messenger of a hub process: its section of the configuration, and who is whom there."""

    name: str
    channel: str
    account: str
    section: str
    secrets: dict[str, str]


def jandi(port: int) -> Platform:
    """A topic whose incoming webhook is served on `port`."""
    section = """[[messengers]]
kind = "jandi"
[[messengers.topics]]
channel = "ops"
token_env = "BENCH_TOKEN"
webhook_env = "BENCH_WEBHOOK"
"""
    webhook = f"http://127.0.0.1:{port}/connect-api/webhook/1234/ops"
    return Platform("jandi", "ops", EMAIL, section, {"BENCH_TOKEN": TOKEN, "BENCH_WEBHOOK": webhook})


def slack(port: int) -> Platform:
    """A workspace whose Web API is served on `port`, by the Events API."""
    section = f"""[[messengers]]
kind = "slack"
api_url = "http://127.0.0.1:{port}/api/"
bot_token_env = "BENCH_BOT"
signing_secret_env = "BENCH_SIGNING"
"""
    secrets = {"BENCH_BOT": slack_server.BOT_TOKEN, "BENCH_SIGNING": slack_server.SECRET}
    return Platform("slack", "C024BE91L", "U061F7AUR", section, secrets)


class HubProcess:
    """`guardia-hub serve`, with one channel of a messenger bound to the room ops, and one person mapped."""

    def __init__(
        self,
        folder: Path,
        platform: Platform,
        *,
        settings: str = NO_LIMITS,
        people: Sequence[str] = ("engineer1",),
        more: str = "",
        **environment: str,
    ) -> None:
        """`more`: further sections of hub.toml; `environment`: further variables of the process."""
        self.web, agents, enrolment = free_ports(3)
        self.state = folder / "state"
        self._config = folder / "hub.toml"
        self._config.write_text(
            f"""
[hub]
state_dir = "{self.state}"
[web]
port = {self.web}
[agents]
port = {agents}
[enrolment]
port = {enrolment}
{settings}
{platform.section}{more}""",
            encoding="utf-8",
        )
        self._environment = {**os.environ, **environment, **platform.secrets}
        self._log = (folder / "hub.log").open("wb")
        estate = folder / "cmdb"
        estate.mkdir()
        with (estate / "servers.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(SERVERS_CSV)
        (estate / "aliases.csv").write_text("kind,canonical,institution,alias\n", encoding="utf-8")
        self._run("init", "--quiet")
        for person in people:
            account = platform.account if person == "engineer1" else f"{person}@example.go.kr"
            self._run("people", "add", person, "--role", "engineer", "--password-stdin", given="correct horse battery")
            self._run("people", "link", platform.name, account, person)
        self._run("rooms", "bind", platform.name, platform.channel, "ops")
        everything = [
            word for what in ("institution", "system", "environment", "action") for word in (f"--{what}", "*")
        ]
        self._run("rooms", "scope", "ops", *everything)
        self._run("cmdb", "import", str(estate), "--yes")
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*self._program(), "serve"], env=self._environment, stdout=self._log, stderr=self._log
        )

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self._process.kill()
        self._process.wait(PATIENCE)

    def _program(self) -> list[str]:
        return [sys.executable, "-m", "guardia.hub.cli", "--config", str(self._config)]

    def _run(self, *argv: str, given: str = "") -> None:
        subprocess.run(
            [*self._program(), *argv],
            env=self._environment,
            input=given,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    async def ready(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.web)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return
        raise RuntimeError("the hub does not come up; see hub.log")

    def open_entries(self) -> tuple[int, int]:
        """Entries of the inbox: all, and those that wait to be worked off."""
        with sqlite3.connect(f"file:{self.state / 'guardia.db'}?mode=ro", uri=True) as database:
            row = database.execute("SELECT count(*), count(*) - count(receipt) FROM inbox").fetchone()
        return int(row[0]), int(row[1])

    def cpu_seconds(self) -> float:
        """Time on a core that the hub has had."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)
        self._log.close()


class JandiSide:
    """Takes what the hub posts."""

    answer = b""

    def __init__(self) -> None:
        self.posts = 0
        self.bodies: list[str] = []
        self._serving: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """End the connections that are left; their sockets are closed when it returns."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(_length(head))
                self.posts += 1
                self.bodies.append(json.loads(body).get("body", ""))
                kind = "Content-Type: application/json\r\n" if self.answer else ""
                writer.write(f"HTTP/1.1 200 OK\r\n{kind}Content-Length: {len(self.answer)}\r\n\r\n".encode())
                writer.write(self.answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


class SlackSide(JandiSide):
    answer = b'{"ok":true,"ts":"1790000000.000100"}'


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def request(number: int, text: str, email: str = EMAIL) -> bytes:
    body = json.dumps(
        {
            "token": TOKEN,
            "teamName": "bench",
            "roomName": "ops",
            "writerName": "engineer1",
            "writerEmail": email,
            "text": f"/가디 {text}",
            "keyword": "가디",
            "createdAt": f"bench-{number}",
        }
    ).encode()
    head = (
        "POST /messenger/jandi/webhook HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def slack_request(number: int, text: str) -> bytes:
    event = slack_server.event(text, user="U061F7AUR", channel="C024BE91L", number=number)
    made = slack_server.arrived(SystemClock(), event)
    headers = "".join(f"{name}: {value}\r\n" for name, value in made.headers.items())
    head = f"POST {made.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}Content-Length: {len(made.body)}\r\n\r\n"
    return head.encode() + made.body


MESSENGERS = {"jandi": (JandiSide, jandi, request), "slack": (SlackSide, slack, slack_request)}


async def fire(
    port: int, rate: int, seconds: int, text: str, make: Callable[[int, str], bytes] = request
) -> tuple[list[float], dict[int, int]]:
    """Milliseconds until each answer, and how many answers of each status."""
    pool: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        pool.put_nowait(await asyncio.open_connection("127.0.0.1", port))
    times: list[float] = []
    statuses: dict[int, int] = {}

    async def one(number: int, due: float) -> None:
        stream = await pool.get()
        reader, writer = stream
        writer.write(make(number, text))
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(_length(head))
        times.append((time.perf_counter() - due) * 1000)
        status = int(head.split(b" ", 2)[1])
        statuses[status] = statuses.get(status, 0) + 1
        pool.put_nowait(stream)

    began = time.perf_counter()
    tasks = []
    for number in range(rate * seconds):
        due = began + number / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        tasks.append(asyncio.create_task(one(number, due)))
    await asyncio.wait_for(asyncio.gather(*tasks), PATIENCE)
    while not pool.empty():
        pool.get_nowait()[1].close()
    return times, statuses


async def measure(folder: Path, rate: int, seconds: int, text: str, messenger: str = "jandi") -> dict[str, object]:
    make_side, platform, make = MESSENGERS[messenger]
    side = make_side()
    server = await asyncio.start_server(side.serve, "127.0.0.1", 0)
    hub = HubProcess(folder, platform(server.sockets[0].getsockname()[1]))
    try:
        await hub.ready()
        # warm: the reader's index, connections
        await fire(hub.web, 20, 1, "시작", lambda number, text: make(900_000 + number, text))
        before, _ = hub.open_entries()
        load, busy = os.getloadavg()[0], hub.cpu_seconds()
        times, statuses = await fire(hub.web, rate, seconds, text, make)
        busy = hub.cpu_seconds() - busy
        taken, waiting = hub.open_entries()
        began = time.monotonic()
        while hub.open_entries()[1] and time.monotonic() - began < PATIENCE:
            await asyncio.sleep(0.2)
        found = percentiles(times)
        return {
            "messenger": messenger,
            "text": text,
            "rate": rate,
            "seconds": seconds,
            "load_before": round(load, 1),
            "answers": statuses,
            "taken": taken - before,
            "p50_ms": round(found.p50, 1),
            "p90_ms": round(found.p90, 1),
            "p99_ms": round(found.p99, 1),
            "max_ms": round(max(times), 1),
            "hub_cpu_s": round(busy, 1),
            "waiting_at_the_end": waiting,
            "worked_off_after_s": round(time.monotonic() - began, 1),
            "left": hub.open_entries()[1],
            "posts": side.posts,
        }
    finally:
        hub.stop()
        server.close()


@click.command()
@click.option("--rate", type=click.IntRange(1, 5_000), default=200, show_default=True, help="Webhooks a second.")
@click.option("--seconds", type=click.IntRange(1, 600), default=20, show_default=True)
@click.option("--text", default=TALK, show_default=True, help=f"What is said, for instance {COMMAND!r}.")
@click.option("--messenger", type=click.Choice(sorted(MESSENGERS)), default="jandi", show_default=True)
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(".state"), show_default=True)
def main(rate: int, seconds: int, text: str, messenger: str, folder: Path) -> None:
    """Measure how soon webhooks are answered: each is durable by then, and worked off after it."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="webhooks-", dir=folder)).resolve()
    try:
        print(json.dumps(asyncio.run(measure(scratch, rate, seconds, text, messenger)), ensure_ascii=False, indent=2))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
