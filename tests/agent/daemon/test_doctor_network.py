"""What `guardia-agent doctor` finds on the way to the hub, by either transport and at servers of wrong kinds."""

import asyncio
import contextlib
import hashlib
import time

import pytest
from cryptography.hazmat.primitives import serialization

from guardia.agent.daemon.doctor_network import CLOCK_WARN_MS, clocks, network, proxy
from tests.hub.links import pki
from tests.hub.links.parts import TRANSPORTS, RealFleet, SystemClock
from tests.support.clock import FakeClock


@pytest.fixture(params=TRANSPORTS)
async def fleet(request, tmp_path):
    made = RealFleet(tmp_path, request.param)
    await made.start()
    yield made
    await made.close()


class Off:
    """A clock that is off by so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def now_ms(self) -> int:
        return int((time.time() + self.seconds) * 1000)

    def monotonic(self) -> float:
        return time.monotonic()


async def found(tmp_path, url, pem=None, *, clock=None, environ=None, dated=""):
    material = pki.agent_pem("was01") if pem is None else pem

    def context():
        return pki.agent_context(tmp_path, material)

    looked = network(url, context, clock or SystemClock(), environ or {}, dated=dated)
    return {one.name: one async for one in looked}


@contextlib.asynccontextmanager
async def server(answer, context=None):
    """A listener that answers every connection with `answer` after the first line; its port."""

    async def serve(reader, writer):
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\n")
            writer.write(answer)
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


def statuses(findings):
    return [(one.name, one.status) for one in findings.values()]


REACHED = [("dns", "ok"), ("tcp", "ok"), ("proxy", "ok")]


async def test_a_hub_that_accepts_us(fleet):
    if fleet.transport == "grpc":
        await fleet.websocket.start()
    dated = f"wss://127.0.0.1:{fleet.websocket.port}/agent"
    findings = await found(fleet.tmp_path, fleet.url, dated=dated)
    assert statuses(findings) == [*REACHED, ("pin", "ok"), ("tls", "ok"), ("clock", "ok")]


async def test_a_hub_that_does_not_know_our_ca(fleet):
    findings = await found(fleet.tmp_path, fleet.url, pki.agent_pem("was01", ca="strangers"))
    assert statuses(findings)[-1] == ("tls", "fail")


async def test_grpcs_with_the_port_of_the_websocket(fleet):
    await fleet.websocket.start() if fleet.transport == "grpc" else None
    findings = await found(fleet.tmp_path, f"grpcs://127.0.0.1:{fleet.websocket.port}")
    assert statuses(findings)[-1] == ("tls", "fail")
    assert "[agents_grpc]" in findings["tls"].remedy


@pytest.mark.parametrize("fleet", ["grpc"], indirect=True)
async def test_grpc_without_an_address_that_tells_the_time(fleet):
    findings = await found(fleet.tmp_path, fleet.url)
    assert statuses(findings)[-2:] == [("tls", "ok"), ("clock", "warn")]


# --- the pinned CA --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["wss", "grpcs"])
async def test_a_hub_of_another_ca_is_named_with_what_it_shows_and_what_was_pinned(tmp_path, scheme):
    context = pki.hub_context(tmp_path, ca="strangers")
    async with server(b"", context) as port:
        findings = await found(tmp_path, f"{scheme}://127.0.0.1:{port}/agent")
    assert statuses(findings) == [*REACHED, ("pin", "fail")]
    pin = findings["pin"]
    chain = (tmp_path / "hub-strangers.pem").read_bytes()
    root = pki.authority("hubs").certificate.public_bytes(serialization.Encoding.DER)
    assert f"SHA-256 {pki.fingerprint(chain)}" in pin.detail
    assert "발급자 CN=strangers" in pin.detail
    assert f"spiffe://{pki.DOMAIN}/hub/hub1" in pin.detail
    assert f"고정한 루트 SHA-256 {hashlib.sha256(root).hexdigest()}" in pin.detail
    assert "enrol --replace" in pin.remedy


async def test_a_certificate_of_another_name_is_no_matter_of_the_pin(tmp_path):
    async with server(b"", pki.hub_context(tmp_path, hosts=("hub.example",))) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("tls", "fail")
    assert "hub.example" in findings["tls"].detail


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"SSH-2.0-OpenSSH_9.6\r\n"])
async def test_a_service_without_tls(tmp_path, answer):
    async with server(answer) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("tls", "fail")


async def test_a_hub_that_closes_at_once(tmp_path):
    async with server(b"", pki.hub_context(tmp_path)) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("tls", "fail")
    assert "닫았습니다" in findings["tls"].detail


# --- clocks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, "ok"), (120, "warn"), (-120, "warn"), (600, "fail"), (-600, "fail")]
)
async def test_the_clock_is_compared_with_the_hubs(fleet, seconds, status):
    if fleet.transport == "grpc":
        await fleet.websocket.start()
    dated = f"wss://127.0.0.1:{fleet.websocket.port}/agent"
    clock = (await found(fleet.tmp_path, fleet.url, clock=Off(seconds), dated=dated))["clock"]
    assert clock.status == status
    if status != "ok":
        assert ("빠릅니다" if seconds > 0 else "느립니다") in clock.detail
        assert "NTP" in clock.remedy


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 404 No\r\nDate: yesterday\r\n\r\n", b"x" * 100_000]
)
async def test_an_answer_without_a_time_is_said(tmp_path, answer):
    async with server(answer, pki.hub_context(tmp_path)) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-2:] == [("tls", "ok"), ("clock", "warn")]


DATED = b"HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n"


async def test_a_certificate_that_has_expired_by_the_wrong_clock_is_a_matter_of_the_clock(tmp_path):
    """Both see the same certificate; what the hub tells of the time decides whose fault it is."""
    async with server(DATED, pki.hub_context(tmp_path, starts_in=-7200, lives=-3600)) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("clock", "fail")


async def test_a_certificate_that_has_expired_by_both_clocks_is_a_matter_of_the_hub(tmp_path):
    now = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime()).encode()
    answer = b"HTTP/1.1 404 Not Found\r\nDate: " + now + b"\r\n\r\n"
    async with server(answer, pki.hub_context(tmp_path, starts_in=-7200, lives=-3600)) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("tls", "fail")
    assert "expired" in findings["tls"].detail


async def test_a_certificate_that_begins_later_tells_that_the_clock_is_slow(tmp_path):
    async with server(b"", pki.hub_context(tmp_path, starts_in=3600, lives=7200)) as port:
        findings = await found(tmp_path, f"wss://127.0.0.1:{port}/agent")
    assert statuses(findings)[-1] == ("clock", "fail")
    assert "느립니다" in findings["clock"].detail


def test_the_tolerance_is_that_of_the_tickets():
    now = FakeClock().now_ms()
    assert clocks(now + CLOCK_WARN_MS, now).status == "ok"
    assert [clocks(now + off, now).status for off in (300_000, 300_001)] == ["warn", "fail"]


# --- proxies --------------------------------------------------------------------------------------------------------


async def test_proxy_variables_are_said_not_to_be_used(fleet):
    environ = {"HTTPS_PROXY": "http://user:secret@proxy.example:3128", "no_proxy": "localhost"}
    findings = await found(fleet.tmp_path, fleet.url, environ=environ)
    seen = findings["proxy"]
    assert seen.status == "ok"
    assert "HTTPS_PROXY=http://proxy.example:3128" in seen.detail
    assert "no_proxy=localhost" in seen.detail
    assert "secret" not in str(findings)
    assert findings["tls"].status == "ok", "and indeed they are not used"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "no-such-host.invalid:443"])
async def test_proxy_variables_warn_when_the_direct_dial_fails(tmp_path, host):
    findings = await found(tmp_path, f"wss://{host}/agent", environ={"all_proxy": "socks5://proxy.example"})
    assert statuses(findings)[-1] == ("proxy", "warn")
    assert "방화벽" in findings["proxy"].remedy


def test_no_proxy_variables():
    assert proxy({"HTTPS_PROXY": ""}, reached=False).status == "ok"
