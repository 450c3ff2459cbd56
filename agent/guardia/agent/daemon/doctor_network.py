"""The way to the hub, for `guardia-agent doctor`: name, port, proxy variables, pinned CA, TLS, and the two clocks."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from urllib.parse import urlsplit

from guardia.agent.core.job import SKEW_MS
from guardia.agent.daemon.doctor_hub import Hub, Presented, ask, presented
from guardia.agent.daemon.finding import Finding, fail, ok, warn
from guardia.agent.ports import Clock
from guardia.certs.errors import CertsError

NETWORK_WITHIN = 5.0

CLOCK_WARN_MS = 60_000
"""An offset that still works and should not be there; from `SKEW_MS` on the tickets of steps are refused."""

PROXY_VARIABLES = ("HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY", "NO_PROXY")

_NOT_YET_VALID, _EXPIRED = 9, 10  # X509_V_ERR_CERT_NOT_YET_VALID, X509_V_ERR_CERT_HAS_EXPIRED
_HOST_MISMATCH = {62, 64}  # X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH
_ANOTHER_CA = {2, 7, 18, 19, 20, 21}
"""X509_V_ERR_…: no issuer, signature failure, self-signed (in the chain), no local issuer, no verified leaf."""

Context = Callable[[], ssl.SSLContext]


async def network(
    url: str, context: Context | None, clock: Clock, environ: Mapping[str, str] = os.environ, *, dated: str = ""
) -> AsyncIterator[Finding]:
    """Stops at the first that fails, since the rest would only follow from it.

    `dated`: the hub's wss address, to ask for the time there when `url` is of gRPC, which does not tell it.
    """
    parts = urlsplit(url)
    by_grpc = parts.scheme == "grpcs"
    host, port = parts.hostname or "", parts.port or (9445 if by_grpc else 443)
    direct = await _direct(host, port)
    for finding in direct:
        yield finding
    reached = direct[-1].status == "ok"
    yield proxy(environ, reached=reached)
    if not reached or context is None:
        return
    hub = Hub(host, port)
    async for finding in _tls(hub, context, clock, by_grpc=by_grpc):
        yield finding
        if finding.status == "fail":
            return
    if by_grpc:
        yield await _clock_elsewhere(dated, context, clock)


async def _direct(host: str, port: int) -> list[Finding]:
    """Name and port, as the link dials them."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(NETWORK_WITHIN):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        detail = f"{host}: 이름을 찾을 수 없습니다 ({error or 'timeout'})"
        return [fail("dns", detail, "[hub] url과 DNS, /etc/hosts를 확인하세요")]
    name = ok("dns", f"{host}: {', '.join(sorted({str(entry[4][0]) for entry in found}))}")
    try:
        async with asyncio.timeout(NETWORK_WITHIN):
            _, writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError) as error:
        detail = f"{host}:{port}: 연결할 수 없습니다 ({error or 'timeout'})"
        return [name, fail("tcp", detail, "허브가 실행 중인지, 방화벽이 여는지 확인하세요")]
    writer.close()
    return [name, ok("tcp", f"{host}:{port}")]


def proxy(environ: Mapping[str, str], *, reached: bool) -> Finding:
    """The agent dials directly whatever the environment says. Passwords in the variables are not shown."""
    names = [name for each in PROXY_VARIABLES for name in (each, each.lower()) if environ.get(name)]
    if not names:
        return ok("proxy", "프록시 환경 변수가 없습니다. 에이전트는 허브에 직접 접속합니다")
    seen = ", ".join(f"{name}={_without_password(environ[name])}" for name in names)
    if reached:
        return ok("proxy", f"{seen}: 에이전트는 쓰지 않고 허브에 직접 접속합니다")
    return warn(
        "proxy",
        f"{seen}: 에이전트는 프록시를 쓰지 않는데, 허브에 직접 접속하지 못했습니다",
        "프록시로는 연결되지 않습니다. 이 서버에서 허브의 주소와 포트로 직접 나가는 길을 방화벽에 열어 주세요",
    )


def _without_password(value: str) -> str:
    shown = "".join(c for c in value if c.isprintable())[:200]
    scheme, found, rest = shown.rpartition("://")
    return scheme + found + rest.rpartition("@")[2]


# --- TLS and the pinned CA ------------------------------------------------------------------------------------------


async def _tls(hub: Hub, context: Context, clock: Clock, *, by_grpc: bool) -> AsyncIterator[Finding]:
    try:
        made = context()
        roots = [hashlib.sha256(der).hexdigest() for der in made.get_ca_certs(binary_form=True)]
        if by_grpc:
            made.set_alpn_protocols(["h2"])
        async with asyncio.timeout(NETWORK_WITHIN):
            reader, writer = await hub.open(made)
    except ssl.SSLCertVerificationError as error:
        async for finding in _not_verified(hub, error, context, clock, roots):
            yield finding
        return
    except (OSError, TimeoutError, CertsError) as error:
        yield _no_tls(error)
        return
    with contextlib.closing(writer):
        seen = presented(writer)
        if seen is not None:
            yield ok("pin", f"고정한 CA의 인증서입니다: {seen}; 고정한 루트 {_roots(roots)}")
        try:
            if by_grpc:
                yield await _spoken_grpc(hub, reader, writer)
                return
            before = clock.now_ms()
            async with asyncio.timeout(NETWORK_WITHIN):
                answer = await ask(hub, reader, writer)
        except TimeoutError:
            yield ok("tls", "허브와 서로 인증했습니다")
            yield _unknown_clock("허브가 제때 대답하지 않았습니다")
            return
        except OSError as error:
            yield _no_tls(error)
            return
        if not answer.came:
            yield _closed()
            return
        yield ok("tls", "허브와 서로 인증했습니다")
        if answer.date_ms is None:
            yield _unknown_clock("허브의 대답에 시각(Date)이 없습니다")
        else:
            yield clocks((before + clock.now_ms()) // 2, answer.date_ms)


async def _spoken_grpc(hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Finding:
    if writer.get_extra_info("ssl_object").selected_alpn_protocol() != "h2":
        return fail(
            "tls",
            f"{hub.host}:{hub.port}은 gRPC 포트가 아닙니다",
            "[hub] url을 허브의 [agents_grpc] port로 고치거나, wss://호스트:포트/agent로 적으세요",
        )
    with contextlib.suppress(TimeoutError):
        # In TLS 1.3 a certificate that the hub refuses shows at the first read; a hub that is content waits for us.
        async with asyncio.timeout(1):
            if not await reader.read(1):
                return _closed()
    return ok("tls", "허브와 서로 인증했습니다")


async def _not_verified(
    hub: Hub, error: ssl.SSLCertVerificationError, context: Context, clock: Clock, roots: list[str]
) -> AsyncIterator[Finding]:
    """What the hub shows, looked at over a connection that proves nothing and carries nothing."""
    seen: Presented | None = None
    date_ms: int | None = None
    with contextlib.suppress(OSError, TimeoutError, CertsError):
        async with asyncio.timeout(NETWORK_WITHIN):
            blind = context()
            blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
            reader, writer = await hub.open(blind)
            with contextlib.closing(writer):
                seen = presented(writer)
                if error.verify_code in {_NOT_YET_VALID, _EXPIRED}:
                    date_ms = (await ask(hub, reader, writer)).date_ms
    shown = str(seen) if seen is not None else "인증서를 읽지 못했습니다"
    if error.verify_code in _ANOTHER_CA:
        yield fail(
            "pin",
            f"허브가 보인 인증서는 고정한 CA의 것이 아닙니다({error.verify_message}): {shown}; "
            f"고정한 루트 {_roots(roots)}",
            "다른 허브의 주소이거나 누군가 사이에 있습니다(TLS를 검사하는 장비 포함). 주소와 중간 장비를 확인하고, "
            "허브의 CA가 정말 바뀌었다면 새 토큰으로 guardia-agent enrol --replace를 실행하세요",
        )
        return
    if error.verify_code in _HOST_MISMATCH:
        yield fail(
            "tls",
            f"허브의 인증서에 {hub.host}이(가) 없습니다: {shown}",
            "[hub] url을 인증서에 있는 이름으로 고치거나, 허브의 [agents] names에 이 이름을 넣으세요",
        )
        return
    now_ms = clock.now_ms()
    if error.verify_code == _NOT_YET_VALID and date_ms is None and seen is not None:
        date_ms = max(now_ms, seen.not_before_ms)  # at least so late
    if date_ms is not None and (apart := clocks(now_ms, date_ms)).status == "fail":
        yield apart
        return
    yield fail(
        "tls",
        f"허브의 인증서를 믿을 수 없습니다: {error.verify_message}; {shown}",
        "허브에서 인증서를 갱신하세요(guardia-hub doctor). 양쪽의 시계(date, NTP)도 확인하세요",
    )


def _roots(roots: list[str]) -> str:
    return ", ".join(f"SHA-256 {root}" for root in roots) or "없음"


def _closed() -> Finding:
    return fail(
        "tls",
        "허브가 연결을 바로 닫았습니다",
        "이 에이전트가 폐기되었는지 허브에서, 시계(NTP)가 맞는지 양쪽에서 확인하세요",
    )


def _no_tls(error: Exception) -> Finding:
    if isinstance(error, ssl.SSLError):
        if "ALERT" in (error.reason or ""):
            detail = f"허브가 이 인증서를 거절했습니다: {error.reason}"
            return fail("tls", detail, "허브에서 이 에이전트의 상태를 확인하세요")
        detail = f"TLS로 대답하지 않습니다: {error.reason or error}"
        return fail("tls", detail, "허브의 에이전트 포트가 맞는지, 중간에 프록시나 다른 서비스가 있는지 확인하세요")
    if isinstance(error, ConnectionResetError | BrokenPipeError):
        return _closed()
    if isinstance(error, CertsError):
        return fail("tls", str(error), "guardia-agent enrol을 다시 실행하세요")
    return fail("tls", f"TLS 연결에 실패했습니다 ({str(error) or 'timeout'})", "중간의 프록시나 방화벽을 확인하세요")


# --- clocks ---------------------------------------------------------------------------------------------------------


def clocks(here_ms: int, hub_ms: int) -> Finding:
    """This host's clock against the hub's. The hub tells whole seconds."""
    off_ms = here_ms - hub_ms
    seconds = round(abs(off_ms) / 1000)
    which = "빠릅니다" if off_ms > 0 else "느립니다"
    allowed = f"허용 {SKEW_MS // 1000}초"
    remedy = "양쪽에서 date와 NTP(timedatectl, chronyc tracking)를 확인하고 틀린 쪽을 맞추세요"
    if abs(off_ms) > SKEW_MS:
        detail = f"이 서버의 시계가 허브보다 {seconds}초 {which}({allowed}). 작업 티켓이 거부됩니다"
        return fail("clock", detail, remedy)
    if abs(off_ms) > CLOCK_WARN_MS:
        return warn("clock", f"이 서버의 시계가 허브보다 {seconds}초 {which}({allowed})", remedy)
    return ok("clock", f"허브의 시계와 {seconds}초 차이입니다({allowed})")


async def _clock_elsewhere(dated: str, context: Context, clock: Clock) -> Finding:
    parts = urlsplit(dated)
    if parts.scheme != "wss" or not parts.hostname:
        return _unknown_clock("gRPC는 허브의 시각을 알려 주지 않고, 허브의 wss 주소를 모릅니다")
    hub = Hub(parts.hostname, parts.port or 443)
    try:
        before = clock.now_ms()
        async with asyncio.timeout(NETWORK_WITHIN):
            reader, writer = await hub.open(context())
            with contextlib.closing(writer):
                answer = await ask(hub, reader, writer)
    except (OSError, TimeoutError, CertsError) as error:
        return _unknown_clock(f"{hub.host}:{hub.port}: {str(error) or 'timeout'}")
    if answer.date_ms is None:
        return _unknown_clock("허브의 대답에 시각(Date)이 없습니다")
    return clocks((before + clock.now_ms()) // 2, answer.date_ms)


def _unknown_clock(why: str) -> Finding:
    return warn("clock", f"허브의 시계와 비교하지 못했습니다: {why}", "양쪽에서 date와 NTP를 확인하세요")
