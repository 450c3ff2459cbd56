"""The enrolment listener: HTTPS without client certificates, on a port of its own.

A listener that accepts clients without a certificate can never also be the agents' listener (see `guardia.certs.tls`).
Answers tell a stranger nothing about tokens: unknown, expired, used and revoked look alike; the log knows which it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator

import msgspec
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from guardia.certs.enrolment import ENROL_PATH, MAX_REQUEST, ROOTS_PATH, EnrolFailure, EnrolRequest
from guardia.certs.errors import CertsError, CsrError, TokenError
from guardia.hub.enrolment.ratelimit import RateLimit
from guardia.hub.enrolment.service import EnrolmentService
from guardia.hub.errors import BusyError, ConfigError, HubError
from guardia.hub.ports import Clock

BODY_SECONDS = 10.0
MAX_CONNECTIONS = 64
RATE = 0.5
BURST = 10
"""For each address: ten at once, then one in two seconds."""

_log = structlog.get_logger("guardia.enrolment")


def enrolment_app(service: EnrolmentService, clock: Clock, *, rate: float = RATE, burst: int = BURST) -> Starlette:
    """The ASGI application; addresses are those of the connection, never of a header."""
    limit = RateLimit(rate=rate, burst=burst)

    async def roots(request: Request) -> Response:
        if not limit.allow(_address(request), clock.monotonic()):
            return _failure(429, "enrol.too_many", "too many requests from this address; try again in a minute")
        return Response(service.roots_pem, media_type="application/x-pem-file")

    async def enrol(request: Request) -> Response:
        address = _address(request)
        if not limit.allow(address, clock.monotonic()):
            return _failure(429, "enrol.too_many", "too many requests from this address; try again in a minute")
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _read(request)
            if body is None:
                return _failure(413, "enrol.too_large", f"the request is larger than {MAX_REQUEST} bytes")
            answer = await service.enrol(msgspec.json.decode(body, type=EnrolRequest))
        except TimeoutError:
            return _failure(408, "enrol.slow", f"the request did not arrive within {BODY_SECONDS:.0f} s")
        except ClientDisconnect:
            return _failure(400, "enrol.malformed", "the request was cut off")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return _failure(400, "enrol.malformed", "expected a JSON object with the strings token and csr")
        except TokenError as error:
            _log.warning("enrolment refused", code=error.code, address=address)
            return _failure(
                403,
                "token.refused",
                "the join token is unknown, expired, or was used by another host: have a new one made with "
                "guardia-hub agents token AGENT",
            )
        except CsrError as error:
            _log.warning("enrolment refused", code=error.code, address=address)
            return _failure(400, error.code, str(error))
        except BusyError as error:
            return _failure(error.status, error.code, "the hub is busy and has done nothing; try again")
        except (CertsError, HubError) as error:
            _log.exception("enrolment failed", code=error.code, address=address)
            return _failure(503, error.code, "the hub cannot enrol agents now; its log says why")
        _log.info("agent enrolled", agent_id=answer.agent_id, asset_code=answer.asset_code, address=address)
        return Response(
            msgspec.json.encode(answer), media_type="application/json", headers={"Cache-Control": "no-store"}
        )

    async def refused(_request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _failure(error.status_code, f"http.{error.status_code}", str(error.detail))

    return Starlette(
        routes=[Route(ROOTS_PATH, roots, methods=["GET"]), Route(ENROL_PATH, enrol, methods=["POST"])],
        exception_handlers={HTTPException: refused},
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The hub handles signals itself; a listener inside it must not."""
        yield


class EnrolmentListener:
    """Serves an `enrolment_app`; `start` returns once it accepts connections."""

    def __init__(self, app: Starlette, context: ssl.SSLContext, *, host: str, port: int) -> None:
        self.host = host
        self.port = port
        """After `start` the port that was bound, also when 0 was asked for."""
        config = uvicorn.Config(
            app,
            ssl_context_factory=lambda _config, _default: context,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=MAX_CONNECTIONS,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bind and serve. Raises `ConfigError` when the address cannot be bound."""
        try:
            family = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0][0]
            listening = socket.create_server((self.host, self.port), family=family, backlog=128)
        except OSError as error:
            raise ConfigError(
                f"the enrolment listener cannot bind {self.host} port {self.port}: {error.strerror}",
                remedy="설정의 주소와 포트가 이 호스트의 것이고 비어 있는지 확인해 주세요.",
            ) from error
        self.port = listening.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]), name="enrolment-listener")
        while not self._server.started:
            if self._task.done():
                listening.close()
                await self._task
                raise ConfigError("the enrolment listener ended while it started")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Finish what is under way, at most five seconds, and close. Idempotent."""
        if self._task is None:
            return
        self._server.should_exit = True
        task, self._task = self._task, None
        await task


async def _read(request: Request) -> bytes | None:
    """The body, or None when it is over the limit. Starlette's own limit would answer in plain text."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_REQUEST:
            return None
    return bytes(body)


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"


def _failure(status: int, code: str, message: str) -> Response:
    body = msgspec.json.encode(EnrolFailure(code=code, message=message))
    return Response(body, status_code=status, media_type="application/json", headers={"Cache-Control": "no-store"})
