import asyncio
import json
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from guardia.certs import tls
from guardia.certs.certificate import load_pem, read_facts, spki_sha256
from guardia.certs.csr import make_csr, new_key
from guardia.certs.jointoken import LIFE_MS, JoinToken
from guardia.hub.enrolment import listener as listener_module
from guardia.hub.enrolment.listener import EnrolmentListener, enrolment_app
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.errors import BusyError, ConfigError
from guardia.hub.store.database import Database

AGENTS_URL = "wss://localhost:8443/agent"


@pytest.fixture
def database(sqlite: Database) -> Database:
    """One store is enough here; the registry's own tests use both."""
    return sqlite


@pytest.fixture
def service(authority, registry, clock) -> EnrolmentService:
    return EnrolmentService(
        ca=authority.ca,
        registry=registry,
        ticket_keys=authority.signer.public_keys,
        agents_url=AGENTS_URL,
        clock=clock,
    )


@pytest.fixture
async def listener(service, authority, clock) -> AsyncIterator[EnrolmentListener]:
    app = enrolment_app(service, clock, burst=100)
    listener = EnrolmentListener(app, tls.hub_enrolment_context(authority.keystore), host="127.0.0.1", port=0)
    await listener.start()
    yield listener
    await listener.stop()
    await listener.stop()


@pytest.fixture
async def client(listener, authority) -> AsyncIterator[httpx.AsyncClient]:
    context = tls.pinned_client_context(authority.ca.roots_pem)
    async with httpx.AsyncClient(
        base_url=f"https://localhost:{listener.port}", verify=context, trust_env=False
    ) as client:
        yield client


def request(token: str, csr: bytes | None = None) -> dict[str, str]:
    return {"token": token, "csr": (csr or make_csr(new_key())).decode()}


async def new_token(registry) -> str:
    await registry.create_agent("was01", "MOF-WAS-01")
    return await registry.create_join_token("was01")


async def test_a_token_and_a_request_become_an_identity(client, registry, authority) -> None:
    key = new_key()
    answer = await client.post("/enrol", json=request(await new_token(registry), make_csr(key)))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    leaf = load_pem(body["chain"].encode())[0]
    assert spki_sha256(leaf.public_key()) == spki_sha256(key.public_key())
    assert body["agent_id"] == "was01"
    assert body["asset_code"] == "MOF-WAS-01"
    assert body["agents_url"] == AGENTS_URL
    assert list(body["ticket_keys"]) == [authority.signer.key_id]
    assert await registry.admitted("was01", read_facts(leaf).sha256)


async def test_roots_are_given_to_anyone(client, authority) -> None:
    answer = await client.get("/ca/roots.pem")
    assert answer.content == authority.ca.roots_pem
    assert "PRIVATE" not in answer.text


async def test_refusals_do_not_tell_whether_a_token_exists(client, registry, authority, clock) -> None:
    token = await new_token(registry)
    assert (await client.post("/enrol", json=request(token))).status_code == 200
    answers = [
        await client.post("/enrol", json=request(token)),  # used with another key
        await client.post("/enrol", json=request(JoinToken.new(authority.ca.pin).text())),  # unknown
        await client.post("/enrol", json=request(JoinToken.new("0" * 64).text())),  # of another CA
        await client.post("/enrol", json=request("gjt1.nonsense")),
    ]
    clock.advance(LIFE_MS / 1000)
    answers.append(await client.post("/enrol", json=request(token)))  # expired
    assert {(answer.status_code, answer.content) for answer in answers} == {(403, answers[0].content)}
    assert answers[0].json()["code"] == "token.refused"
    assert token not in answers[0].text


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"token":1,"csr":2}', b'{"token":"x"}', b"\xff\xfe", b'{"token":"x","csr":"y","agent_id":"z"}',
     json.dumps({"token": "x" * 300, "csr": "y"}).encode()],
)  # fmt: skip
async def test_malformed_requests_get_a_clear_answer(client, body: bytes) -> None:
    answer = await client.post("/enrol", content=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "enrol.malformed")


async def test_a_bad_signing_request_leaves_the_token_unused(client, registry) -> None:
    token = await new_token(registry)
    answer = await client.post("/enrol", json=request(token, b"garbage"))
    assert (answer.status_code, answer.json()["code"]) == (400, "csr.invalid")
    assert (await client.post("/enrol", json=request(token))).status_code == 200


@pytest.mark.parametrize("declared", [True, False])
async def test_a_large_body_is_refused(client, declared: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b"x" * 1024

    answer = await client.post("/enrol", content=b"x" * 20_000 if declared else chunks())
    assert answer.status_code == 413
    assert answer.json()["code"] == "enrol.too_large"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/enrol", 405), ("GET", "/", 404), ("POST", "/x", 404)])
async def test_other_paths_and_methods_answer_json(client, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, f"http.{status}")


async def test_an_address_that_asks_too_often_is_held_off(service, authority, clock, registry) -> None:
    app = enrolment_app(service, clock, rate=1.0, burst=2)
    transport = httpx.ASGITransport(app=app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://hub") as client:
        headers = {"X-Forwarded-For": "192.0.2.77"}
        statuses = [(await client.get("/ca/roots.pem", headers=headers)).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        answer = await client.post("/enrol", json=request("x"))
        assert (answer.status_code, answer.json()["code"]) == (429, "enrol.too_many")
        clock.advance(1.0)
        assert (await client.get("/ca/roots.pem")).status_code == 200


async def test_a_body_that_never_ends_is_given_up(listener, authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener_module, "BODY_SECONDS", 0.1)
    context = tls.pinned_client_context(authority.ca.roots_pem)
    reader, writer = await asyncio.open_connection("localhost", listener.port, ssl=context)
    writer.write(b"POST /enrol HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n\r\n{")
    async with asyncio.timeout(5):
        assert b" 408 " in await reader.readline()
    writer.close()


async def test_a_busy_store_says_try_again(client, service, monkeypatch: pytest.MonkeyPatch) -> None:
    async def busy(_request: object) -> None:
        raise BusyError

    monkeypatch.setattr(service, "enrol", busy)
    answer = await client.post("/enrol", json=request("x"))
    assert (answer.status_code, answer.json()["code"]) == (503, "hub.busy")


async def test_a_hub_without_a_usable_ca_says_so_without_details(client, registry, authority, clock) -> None:
    clock.advance(6 * 365 * 86_400)
    token = await new_token(registry)
    answer = await client.post("/enrol", json=request(token))
    assert (answer.status_code, answer.json()["code"]) == (503, "ca.expired")


async def test_a_taken_port_is_a_clear_error(listener, service, authority, clock) -> None:
    second = EnrolmentListener(
        enrolment_app(service, clock),
        tls.hub_enrolment_context(authority.keystore),
        host="127.0.0.1",
        port=listener.port,
    )
    with pytest.raises(ConfigError, match=str(listener.port)):
        await second.start()
    await second.stop()


async def test_plain_http_and_old_tls_get_nothing(listener, tmp_path: Path) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as plain:
        plain.sendall(b"GET /ca/roots.pem HTTP/1.0\r\n\r\n")
        received = await asyncio.to_thread(plain.recv, 100)
    assert b"HTTP" not in received
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname = False
    old.verify_mode = ssl.CERT_NONE
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        await asyncio.open_connection("127.0.0.1", listener.port, ssl=old)
