"""The model's reader against a server that answers as vLLM does, well and badly: it is never in the way."""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from prometheus_client import CollectorRegistry, generate_latest

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import IntentType, ReaderInput, Reading
from guardia.hub.errors import ConfigError
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.breaker import Breaker, State
from guardia.hub.parser.endpoint import MAX_BODY, Endpoint, completions_url
from guardia.hub.parser.llm import BothParser, LlmParser, LlmReader, NoReading, ReaderStatus
from guardia.hub.parser.make import make_parser
from guardia.hub.parser.metrics import ReaderMetrics
from guardia.hub.parser.settings import Mode, ReaderSettings
from guardia.llm_server import prompt
from tests.fakes import openai_server as fake
from tests.hub.parser.estates import city
from tests.support.clock import FakeClock

TEXT = "새들목 와스 2호기 재기동해줘"
PATIENCE = 20.0
"""Seconds for two readings, on a slow day too; a server that hangs does so for longer."""
NULLS = dict.fromkeys(["lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service"])
RESTART: dict[str, Any] = {
    "intent_type": "RESTART",
    "institution": "청주시",
    "system_name": "새들목행정",
    "environment": "PROD",
    "infrastructure_layer": "WAS",
    "target_nodes": ["CJC-SDM-WAS-02"],
    "action_sequence": ["RESTART_SERVICE"],
    "deploy_artifacts": [],
    "parameters": NULLS,
    "requires_approval": True,
}


class FixedInventory:
    def __init__(self) -> None:
        self.inventory = city()

    def snapshot(self) -> Inventory:
        return self.inventory


async def no_wait(_seconds: float) -> None:
    return


class Bench:
    """A reader, its server, and what it told."""

    def __init__(self, server: fake.OpenAiServer, **settings: Any) -> None:
        values = {"mode": Mode.LLM, "url": server.url, "model": "tiny", "timeout": 0.4, "connect_timeout": 0.2}
        self.settings = ReaderSettings(**{**values, **settings})
        self.server = server
        self.clock = FakeClock()
        self.told: list[ReaderStatus] = []
        self.registry = CollectorRegistry()
        self.breaker = Breaker(threshold=3, cool_down=5)
        inventory = FixedInventory()
        self.embedded = EmbeddedParser(inventory)
        self.reader = LlmReader(
            inventory,
            self.embedded,
            self.settings,
            clock=self.clock,
            endpoint=Endpoint(self.settings, sleep=no_wait),
            breaker=self.breaker,
            metrics=ReaderMetrics(self.registry),
            told=self.told.append,
        )
        self.llm = LlmParser(self.embedded, self.reader)
        self.both = BothParser(self.embedded, self.reader)

    async def attempt(self, text: str = TEXT) -> Reading | NoReading:
        return await self.reader.attempt(ReaderInput(id="1", text=text))

    async def code(self, text: str = TEXT) -> str:
        found = await self.attempt(text)
        return found.code if isinstance(found, NoReading) else "ok"


@asynccontextmanager
async def bench(**settings: Any) -> AsyncIterator[Bench]:
    async with fake.openai_server() as server:
        made = Bench(server, **settings)
        yield made
        await made.reader.close()


# --- good -----------------------------------------------------------------------------------------------------------


async def test_a_good_answer_is_a_reading_with_model_and_prompt() -> None:
    async with bench(api_key="secret-key") as b:
        b.server.always = fake.answers([RESTART])
        reading = await b.attempt()
        assert isinstance(reading, Reading)
        assert (reading.reader, reading.version) == ("llm", f"tiny prompt {prompt.VERSION}")
        assert reading.explanation["model"] == "tiny"
        assert reading.explanation["prompt"] == prompt.VERSION
        assert reading.intents[0].target_nodes == ("CJC-SDM-WAS-02",)
        [seen] = b.server.seen
        assert seen.path == "/v1/chat/completions"
        assert seen.headers["authorization"] == "Bearer secret-key"
        assert seen.body["response_format"]["type"] == "json_schema"
        assert seen.body["messages"][0]["content"] == prompt.PREFIX
        assert "secret-key" not in repr(b.settings)
        assert b'guardia_llm_readings_total{outcome="ok"} 1.0' in generate_latest(b.registry)


# --- the failure table ----------------------------------------------------------------------------------------------

ROWS: list[tuple[str, fake.Behaviour, str, int]] = [
    ("max_tokens too small", fake.truncated, "truncated", 1),
    ("prompt too long", fake.too_long, "too_long", 1),
    ("schema refused", fake.bad_request, "refused", 1),
    ("wrong model", fake.no_model, "no_model", 1),
    ("no key", fake.unauthorised, "unauthorised", 1),
    ("over the queue limit", fake.overloaded, "overloaded", 2),
    ("worker killed", fake.worker_dead, "server_error", 1),
    ("hangs after SIGTERM", fake.hangs, "timeout", 1),
    ("drips", fake.drips, "timeout", 1),
    ("cut off", fake.cut_off, "cut_off", 1),
    ("hangs up", fake.hangs_up, "cut_off", 1),
    ("not JSON", fake.not_json, "nonsense", 1),
    ("too much", fake.huge, "nonsense", 1),
    ("redirect", fake.redirect, "refused", 1),
    ("no content", fake.says(None), "nonsense", 1),
    ("prose", fake.says("네, 재기동하겠습니다."), "nonsense", 1),
    ("whitespace", fake.says(" \n" * 5_000), "nonsense", 1),
    ("another system", fake.answers([{**RESTART, "system_name": "대표누리집"}]), "ungrounded", 1),
]


@pytest.mark.parametrize(("behaviour", "code", "calls"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
async def test_whatever_goes_wrong_the_embedded_reading_stands(
    behaviour: fake.Behaviour, code: str, calls: int
) -> None:
    async with bench() as b:
        b.server.always = behaviour
        message = ReaderInput(id="1", text=TEXT)
        alone = await b.embedded.read(message)
        began = time.monotonic()
        for parser in (b.llm, b.both):
            reading = await parser.read(message)
            assert reading.intents == alone.intents
            assert (reading.reader, reading.version) == ("embedded", alone.version)
            assert reading.explanation["fallback"]["code"] == code
        assert time.monotonic() - began < PATIENCE, "never in the way"
        assert b.server.calls == 2 * calls, "one retry at most, and only for what cannot have begun"
        assert f'outcome="{code}"}} 2.0'.encode() in generate_latest(b.registry)
        assert b.told == [], "no word about a message or two"


async def test_nobody_listening_is_unreachable_and_tried_once_more() -> None:
    async with bench(url="http://127.0.0.1:9") as b:
        assert await b.code() == "unreachable"


async def test_a_connection_that_comes_back_is_a_reading() -> None:
    async with bench() as b:
        b.server.then = [fake.overloaded, fake.answers([RESTART])]
        assert await b.code() == "ok"
        assert b.server.calls == 2


async def test_a_long_message_is_not_sent() -> None:
    async with bench() as b:
        assert await b.code("재기동 " * 2_000) == "too_long"
        assert b.server.calls == 0


async def test_a_prompt_that_does_not_fit_is_not_sent() -> None:
    async with bench(context_tokens=2_500) as b:
        assert await b.code("새들목 와스 재기동 " * 200) == "llm.prompt_too_long"
        assert b.server.calls == 0
        assert b.breaker.state is State.CLOSED


# --- breaker, status, queue -----------------------------------------------------------------------------------------


async def test_after_failures_it_is_left_alone_told_once_and_tried_again() -> None:
    async with bench() as b:
        b.server.always = fake.worker_dead
        codes = [await b.code() for _ in range(5)]
        assert codes == ["server_error"] * 3 + ["open"] * 2
        assert b.server.calls == 3
        assert [(status.up, status.code) for status in b.told] == [(False, "server_error")]
        assert "내장 판독기" in b.told[0].message
        assert b"guardia_llm_up 0.0" in generate_latest(b.registry)
        b.clock.advance(5)
        assert await b.code() == "server_error"
        b.clock.advance(5)
        assert await b.code() == "open"
        b.server.always = fake.answers([])
        b.clock.advance(5)
        assert await b.code() == "ok"
        assert [status.up for status in b.told] == [False, True]
        assert b.reader.status.up


async def test_silence_opens_the_breaker_too() -> None:
    async with bench(timeout=0.1) as b:
        b.server.always = fake.hangs
        assert [await b.code() for _ in range(4)] == ["timeout"] * 3 + ["open"]


async def test_answers_that_are_merely_wrong_do_not_open_it() -> None:
    async with bench() as b:
        b.server.always = fake.too_long
        assert [await b.code() for _ in range(5)] == ["too_long"] * 5


async def test_a_full_queue_is_read_without_the_model_at_once() -> None:
    async with bench(concurrency=1, max_queue=1, timeout=2.0) as b:
        release = asyncio.Event()
        answer = fake.answers([])

        async def slowly(seen: fake.Seen, writer: asyncio.StreamWriter) -> None:
            await release.wait()
            answer(seen, writer)

        b.server.always = slowly
        running = [asyncio.create_task(b.code()) for _ in range(2)]
        await _until(lambda: b.server.calls == 1)
        assert await b.code() == "busy"
        release.set()
        assert await asyncio.gather(*running) == ["ok", "ok"]
        assert await b.code() == "ok", "the queue is empty again"


async def test_waiting_for_others_in_vain_says_nothing_against_the_endpoint() -> None:
    async with bench(concurrency=1, timeout=0.2) as b:
        b.server.always = fake.hangs
        codes = await asyncio.gather(*(b.code() for _ in range(6)))
        assert sorted(set(codes)) == ["busy", "timeout"]
        assert codes.count("timeout") <= 2
        assert b.breaker.state is State.CLOSED


async def test_a_cancelled_reading_leaves_no_trace() -> None:
    async with bench(timeout=30.0, concurrency=1) as b:
        b.server.always = fake.hangs
        for _ in range(5):
            task = asyncio.create_task(b.attempt())
            calls = b.server.calls
            await _until(lambda calls=calls: b.server.calls > calls)  # type: ignore[misc]
            task.cancel()
            assert isinstance((await asyncio.gather(task, return_exceptions=True))[0], asyncio.CancelledError)
        assert b.breaker.state is State.CLOSED
        b.server.always = fake.answers([])
        assert await b.code() == "ok"


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


# --- both -----------------------------------------------------------------------------------------------------------


async def test_both_agreeing_is_one_reading() -> None:
    async with bench() as b:
        b.server.always = fake.answers([RESTART])
        reading = await b.both.read(ReaderInput(id="1", text=TEXT))
        assert reading.reader == "both"
        assert "tiny" in reading.version
        assert reading.explanation["model"]["prompt"] == prompt.VERSION
        assert [one.target_nodes for one in reading.intents] == [("CJC-SDM-WAS-02",)]


async def test_both_disagreeing_is_a_question() -> None:
    async with bench() as b:
        b.server.always = fake.answers([{**RESTART, "intent_type": "STOP", "action_sequence": ["STOP_SERVICE"]}])
        reading = await b.both.read(ReaderInput(id="1", text=TEXT))
        assert reading.intents == ()
        [dispute] = reading.disputes
        assert [one.intent_type for one in dispute.readings] == [IntentType.RESTART, IntentType.STOP]
        assert b"guardia_reader_disputes_total 1.0" in generate_latest(b.registry)


async def test_a_cancellation_does_not_wait_for_the_model() -> None:
    async with bench() as b:
        reading = await b.both.read(ReaderInput(id="1", text="방금 요청한 거 취소해줘"))
        assert [one.intent_type for one in reading.intents] == [IntentType.CANCEL]
        assert b.server.calls == 0


# --- connection -----------------------------------------------------------------------------------------------------


class Authority:
    """A CA of its own, for one test run."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = (
            self._builder(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM)

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(hours=1))
        )

    def issue(self, name: str, path: Path, *, server: bool) -> None:
        """`path`.pem and `path`.key for `name`."""
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        certificate = (
            self._builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), key.public_key())
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path.with_suffix(".pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        path.with_suffix(".key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("pki")
    ca, other = Authority("ca"), Authority("other")
    ca.issue("localhost", folder / "server", server=True)
    ca.issue("hub", folder / "client", server=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    (folder / "ca.pem").write_bytes(ca.pem)
    (folder / "other.pem").write_bytes(other.pem)
    context.load_verify_locations(folder / "ca.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    return {"context": context, "folder": folder}


async def test_no_connection_is_used_when_the_server_may_be_about_to_close_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model server closes an idle connection after 5 s; what is sent at that moment gets no answer."""
    real = time.monotonic
    async with bench() as b:
        b.server.always = fake.answers([RESTART])
        for later, connections in ((0.0, 1), (2.0, 1), (6.0, 2)):
            monkeypatch.setattr(time, "monotonic", lambda later=later: real() + later)
            assert await b.code() == "ok"
            assert b.server.connections == connections


async def test_client_certificates_and_our_own_ca(pki: dict[str, Any]) -> None:
    folder: Path = pki["folder"]
    good = {name: str(folder / file) for name, file in (
        ("ca_file", "ca.pem"), ("client_cert", "client.pem"), ("client_key", "client.key"),
    )}  # fmt: skip
    async with fake.openai_server(pki["context"]) as server:
        server.always = fake.answers([])
        for changes, ok in (
            ({}, True),
            ({"ca_file": str(folder / "other.pem")}, False),
            ({"client_cert": "", "client_key": ""}, False),
        ):
            made = Bench(server, **{**good, **changes}, api_key="k", timeout=3.0)
            assert (await made.code() == "ok") is ok
            await made.reader.close()
        assert server.calls == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "ftp://x"}, "http"),
        ({"url": "http://user:pw@localhost:1"}, "password"),
        ({"url": "http://10.0.0.9:8000", "api_key": "k"}, "in clear"),
        ({"url": "https://localhost", "ca_file": "/nowhere.pem"}, "cannot be used"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, str], words: str) -> None:
    settings = ReaderSettings(**{"mode": Mode.LLM, "url": "http://localhost:1", "model": "m", **changes})  # type: ignore[arg-type]
    with pytest.raises(ConfigError, match=words):
        make_parser(FixedInventory(), settings, FakeClock())


def test_addresses_with_and_without_version() -> None:
    for base in ("http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"):
        assert completions_url(base) == "http://h:1/v1/chat/completions"
    assert MAX_BODY < 1024 * 1024


# --- the command ----------------------------------------------------------------------------------------------------


async def test_the_read_command_asks_the_endpoint_and_shows_disputes(tmp_path: Path) -> None:
    write_cmdb(tmp_path, city())
    stop = {**RESTART, "intent_type": "STOP", "action_sequence": ["STOP_SERVICE"]}
    async with fake.openai_server() as server:
        server.then = [fake.answers([RESTART]), fake.answers([stop]), fake.worker_dead]
        lines = "".join(json.dumps({"id": str(n), "text": TEXT}) + "\n" for n in range(3))
        command = ["-m", "guardia.hub.cli_read", "--cmdb", str(tmp_path), "--reader", "both"]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, "--endpoint", server.url, "--model", "tiny",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            # One at a time: several would reach the server in any order, and its answers are in that of the messages.
            env={"PYTHONPATH": ":".join(sys.path), "PATH": "/usr/bin", "GUARDIA_HUB_READER_CONCURRENCY": "1"},
        )  # fmt: skip
        out, err = await process.communicate(lines.encode())
    assert process.returncode == 0, err.decode()
    agreed, disputed, alone = (json.loads(line) for line in out.decode().splitlines())
    assert [one["intent_type"] for one in agreed["requests"]] == ["RESTART"]
    assert disputed["requests"] == []
    assert len(disputed["disputes"][0]["readings"]) == 2
    assert alone["fallback"]["code"] == "server_error"
    assert alone["requests"] == agreed["requests"]


def write_cmdb(folder: Path, inventory: Inventory) -> None:
    for name, rows in (("servers", inventory.servers), ("aliases", inventory.aliases)):
        columns = list(msgspec.to_builtins(rows[0]))
        text = "\n".join(
            [",".join(columns), *(",".join(str(v) for v in msgspec.to_builtins(row).values()) for row in rows)]
        )
        (folder / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
