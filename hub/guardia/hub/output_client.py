"""Fetches a step's whole output from the running hub, as a person: for `guardia-hub requests output`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import quote

import httpx

from guardia.hub.core.request import Request
from guardia.hub.errors import InvalidInputError, NotFoundError, OutputUnavailableError
from guardia.hub.hub_client import answered, logged_in


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
    with logged_in(url, person, ask, unreachable=OutputUnavailableError) as http:
        return _stream(http, request_id, step_id, offset=offset, limit=limit, out=out)


def _stream(http: httpx.Client, request_id: str, step_id: str, *, offset: int, limit: int, out: BinaryIO) -> list[str]:
    path = f"/api/requests/{quote(request_id, safe='')}/steps/{quote(step_id, safe='')}/output"
    digest = hashlib.sha256()
    with http.stream("GET", path, params={"offset": offset, "limit": limit}) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
            answered(answer)
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
