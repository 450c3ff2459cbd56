"""Fetches a step's whole output from the running hub, as a person: for `guardia-hub requests output`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from guardia.hub.core.request import Request
from guardia.hub.errors import HubError, InvalidInputError, NotFoundError, OutputUnavailableError, UnauthenticatedError

PATIENCE = 90.0
"""Seconds that the hub may say nothing."""


def address(host: str, port: int) -> str:
    """Where the web listener of this machine's hub is reached."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound
    host = everywhere.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def only_step(request: Request | None, request_id: str) -> str:
    """The one step of a request that has run. Raises `NotFoundError`, `InvalidInputError` naming the choices."""
    if request is None:
        raise NotFoundError(f"no request {request_id}")
    ran = [step_id for step_id, run in request.runs.items() if run.dispatched_ms]
    if len(ran) == 1:
        return request.attempt_id(ran[0])
    if not ran:
        raise NotFoundError(f"no step of {request_id} has run")
    names = ", ".join(step_id.removeprefix(f"{request_id}.") for step_id in ran)
    raise InvalidInputError(f"several steps have run: {names}", remedy="--step으로 하나를 고르세요.")


def download(
    url: str,
    request_id: str,
    step_id: str,
    *,
    person: str,
    ask: Callable[[], str],
    offset: int,
    limit: int,
    out: BinaryIO,
) -> list[str]:
    """Write the output to `out`, checked by its sha256 where all of it came. Returns what is to be said about it.

    Logs in as `person` with GUARDIA_PASSWORD or what `ask` gives, else uses the token in GUARDIA_TOKEN. Raises
    `HubError` with the hub's own code and remedy.
    """
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as http:
            token = os.environ.get("GUARDIA_TOKEN", "")
            if person:
                password = os.environ.get("GUARDIA_PASSWORD") or ask()
                token = _json(http.post("/api/login", json={"person_id": person, "password": password}))["token"]
            if not token:
                raise UnauthenticatedError("nobody is named", remedy="--person을 주거나 GUARDIA_TOKEN을 정하세요.")
            try:
                return _stream(http, token, request_id, step_id, offset=offset, limit=limit, out=out)
            finally:
                if person:
                    http.post("/api/logout", headers={"Authorization": f"Bearer {token}"})
    except httpx.HTTPError as error:
        raise OutputUnavailableError(
            f"{url}: {error or type(error).__name__}", remedy="허브가 떠 있는지, --url이 맞는지 확인해 주세요."
        ) from error


def _stream(
    http: httpx.Client, token: str, request_id: str, step_id: str, *, offset: int, limit: int, out: BinaryIO
) -> list[str]:
    path = f"/api/requests/{quote(request_id, safe='')}/steps/{quote(step_id, safe='')}/output"
    digest = hashlib.sha256()
    with http.stream(
        "GET", path, params={"offset": offset, "limit": limit}, headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
            _json(answer)
        for chunk in answer.iter_raw():
            digest.update(chunk)
            out.write(chunk)
        out.flush()
    complete = answer.headers.get("X-Guardia-Output-Complete") == "yes"
    wanted = answer.headers.get("X-Guardia-Output-Sha256", "")
    if not complete:
        return ["이 출력은 전체가 아닙니다: 단계가 끝나지 않았거나, 보관 한도를 넘은 가운데가 빠져 있습니다."]
    if wanted and not offset and not limit and digest.hexdigest() != wanted:
        raise OutputUnavailableError("the output has another sha256 than the agent counted", remedy="다시 받아 주세요.")
    return []


def _json(answer: httpx.Response) -> Any:
    try:
        value = answer.json()
    except ValueError:
        value = {}
    if answer.status_code >= httpx.codes.BAD_REQUEST:
        said = value.get("error", {}) if isinstance(value, dict) else {}
        error = HubError(str(said.get("message") or f"status {answer.status_code}"), remedy=str(said.get("remedy", "")))
        error.code = str(said.get("code") or f"http.{answer.status_code}")
        raise error
    return value
