"""`guardia-hub read` as a process: pipes that stay open, broken input, a model that is slow or gone."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec
import pytest

from guardia.cmdb.model import Alias, Server
from guardia.hub.cli_read import MAX_LINE
from tests.fakes import openai_server as fake
from tests.hub.parser import estates

GUARDIA_HUB = str(Path(sys.executable).with_name("guardia-hub"))
TEXT = "인뱅 WAS 2호기 재기동해줘"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inventory = estates.bank()
    for name, kind, rows in (("servers", Server, inventory.servers), ("aliases", Alias, inventory.aliases)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, kind.__struct_fields__)
            writer.writeheader()
            writer.writerows(msgspec.to_builtins(row) for row in rows)
    return tmp_path


def run(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([GUARDIA_HUB, "read", *words], input=given, capture_output=True, timeout=60, check=False)


def line(identity: str, text: str = TEXT) -> bytes:
    return json.dumps({"id": identity, "text": text}, ensure_ascii=False).encode() + b"\n"


class Pipe:
    """The command with its standard input open."""

    def __init__(self, *words: str) -> None:
        self.process = subprocess.Popen(
            [GUARDIA_HUB, "read", *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin: IO[bytes] = self.process.stdin
        self.stdout: IO[bytes] = self.process.stdout

    def ask(self, given: bytes) -> Any:
        self.tell(given)
        return self.answer()

    def tell(self, given: bytes) -> None:
        self.stdin.write(given)
        self.stdin.flush()

    def answer(self) -> Any:
        return json.loads(self.stdout.readline())

    def end(self) -> int:
        self.stdin.close()
        return self.process.wait(20)


@contextmanager
def pipe(*words: str) -> Iterator[Pipe]:
    made = Pipe(*words)
    watchdog = threading.Timer(60, made.process.kill)
    watchdog.start()
    try:
        yield made
    finally:
        watchdog.cancel()
        made.process.kill()
        made.process.wait()
        for stream in (made.process.stdin, made.process.stdout, made.process.stderr):
            assert stream is not None
            with contextlib.suppress(BrokenPipeError):
                stream.close()


@contextmanager
def model(behaviour: fake.Behaviour) -> Iterator[fake.OpenAiServer]:
    """A model's endpoint in a thread of its own."""
    ready, stop = threading.Event(), asyncio.Event()
    held: list[Any] = []

    async def serve() -> None:
        async with fake.openai_server() as server:
            server.always = behaviour
            held.extend([server, asyncio.get_running_loop()])
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield held[0]
    finally:
        held[1].call_soon_threadsafe(stop.set)
        thread.join(10)


def test_a_line_is_answered_before_the_next_one_comes(folder: Path) -> None:
    with pipe("--cmdb", str(folder)) as p:
        assert p.ask(line("a"))["requests"][0]["target_nodes"] == ["MRB-IBK-WAS-02"]
        assert "error" in p.ask(b"\xff\xfe{\n")
        assert p.ask(line("b", "고맙습니다")) == {"id": "b", "requests": []}
        assert p.end() == 0


def test_invalid_bytes_are_read_as_what_they_may_be_and_the_rest_goes_on(folder: Path) -> None:
    given = b'{"id": "x", "text": "\xb1\xe2\xc0\xe7\xba\xce"}\n' + line("y")
    found = [json.loads(one) for one in run("--cmdb", str(folder), given=given).stdout.splitlines()]
    assert [one["id"] for one in found] == ["x", "y"]
    assert found[0]["requests"] == []
    assert found[1]["requests"]


def test_an_endless_line_costs_no_memory_and_the_next_one_is_read(folder: Path) -> None:
    with pipe("--cmdb", str(folder)) as p:
        p.ask(line("first"))

        def resident() -> int:
            status = Path(f"/proc/{p.process.pid}/status").read_text()
            return int(next(one for one in status.splitlines() if one.startswith("VmHWM")).split()[1])

        before = resident()
        p.tell(b'{"id": "big", "text": "')
        for _ in range(64):
            p.tell(b"x" * MAX_LINE)
        found = p.ask(b'"}\n')
        assert found == {
            "id": None,
            "error": {"code": "input.invalid", "message": f"a line of more than {MAX_LINE} bytes"},
        }
        assert resident() - before < 16 * 1024
        assert p.ask(line("next"))["requests"]
        assert p.end() == 0


def test_a_line_of_just_the_limit_is_read(folder: Path) -> None:
    text = "x" * (MAX_LINE - len(line("a", "")) + 1)
    assert len(line("a", text)) == MAX_LINE + 1
    [found] = [json.loads(one) for one in run("--cmdb", str(folder), given=line("a", text)).stdout.splitlines()]
    assert found == {"id": "a", "requests": []}


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--cmdb", "/nonexistent"], 2, "/nonexistent"),
        ([], 2, "--cmdb"),
        (["--cmdb", "FOLDER", "--reader", "oracle"], 2, "embedded"),
        (["--cmdb", "FOLDER", "--reader", "both"], 1, "--endpoint"),
        (["--cmdb", "FOLDER", "--reader", "llm", "--endpoint", "ftp://x", "--model", "m"], 1, "http(s)://"),
    ],
)
def test_a_mistake_is_one_line_and_an_exit_code(folder: Path, words: list[str], code: int, said: str) -> None:
    found = run(*(str(folder) if word == "FOLDER" else word for word in words))
    assert found.returncode == code
    assert said in found.stderr.decode()
    assert b"Traceback" not in found.stderr
    assert found.stdout == b""


def test_a_reader_of_the_answers_may_go_away(folder: Path) -> None:
    words = f"'{GUARDIA_HUB}' read --cmdb '{folder}' | head -1"
    found = subprocess.run(
        ["/bin/sh", "-c", words], input=line("a") * 5000, capture_output=True, timeout=60, check=False
    )
    assert json.loads(found.stdout)["id"] == "a"
    assert b"Traceback" not in found.stderr


def test_help_has_examples() -> None:
    said = run("--help").stdout.decode()
    assert "Examples:" in said
    assert "guardia-hub read --cmdb ./cmdb --reader both" in said


@pytest.mark.parametrize("kind", ["llm", "both"])
def test_with_a_model_order_is_kept_and_calls_overlap(folder: Path, kind: str) -> None:
    async def slow(seen: fake.Seen, writer: Any) -> None:
        text = seen.body["messages"][1]["content"]
        await asyncio.sleep(1.0 if "첫째" in text else 0.2)
        fake.answers([])(seen, writer)

    given = [line(str(number), f"{'첫째' if number == 0 else '다음'} 인사입니다") for number in range(4)]
    with model(slow) as server:
        words = ["--cmdb", str(folder), "--reader", kind, "--endpoint", server.url, "--model", "tiny", "--explain"]
        with pipe(*words) as p:
            p.tell(b"".join([given[0], b"{broken\n", *given[1:]]))
            found = [p.answer() for _ in range(5)]
            assert [one["id"] for one in found] == ["0", None, "1", "2", "3"]
            readings = [one for one in found if "error" not in one]
            assert {one["reader"] for one in readings} == {kind}
            assert sum(one["seconds"] for one in readings) > 1.4
            assert p.ask(line("4", "고마워요"))["id"] == "4"
            assert p.end() == 0
        assert server.calls == 5


def test_a_model_that_is_gone_is_said_once_on_standard_error(folder: Path) -> None:
    words = ["--cmdb", str(folder), "--reader", "both", "--endpoint", "http://127.0.0.1:9", "--model", "tiny"]
    found = run(*words, given=b"".join(line(str(number)) for number in range(8)))
    assert found.returncode == 0
    records = [json.loads(one) for one in found.stdout.splitlines()]
    assert [one["id"] for one in records] == [str(number) for number in range(8)]
    assert {one["fallback"]["code"] for one in records} <= {"unreachable", "open"}
    assert all(one["requests"] for one in records)
    assert found.stderr.decode().count("llm.status") == 1


def test_it_ends_at_an_interrupt_while_it_waits_for_a_line(folder: Path) -> None:
    with model(fake.answers([])) as server:
        words = ["--cmdb", str(folder), "--reader", "llm", "--endpoint", server.url, "--model", "tiny"]
        with pipe(*words) as p:
            assert p.ask(line("a", "안녕하세요"))["id"] == "a"
            os.kill(p.process.pid, 2)
            assert p.process.wait(10) != 0
