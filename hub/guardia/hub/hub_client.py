"""The running hub's HTTP API, asked by a command as a person."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from guardia.hub.errors import HubError, UnauthenticatedError, UnreachableError

PATIENCE = 90.0
"""Seconds that the hub may say nothing."""

GOODBYE = 5.0
"""Seconds that a logout may take."""


def address(host: str, port: int) -> str:
    """Where the web listener of this machine's hub is reached."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - read, not bound
    host = everywhere.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def logged_in(
    url: str, person: str, ask: Callable[[], str], *, unreachable: type[HubError] = UnreachableError
) -> Iterator[httpx.Client]:
    """A client that speaks as `person`, with GUARDIA_PASSWORD or what `ask` gives, else by the token in GUARDIA_TOKEN.

    Raises `UnauthenticatedError`, `unreachable` when the hub cannot be reached or breaks off, and `HubError` with the
    hub's own code and remedy.
    """
    try:
        with httpx.Client(base_url=url, trust_env=False, timeout=PATIENCE) as http:
            token = os.environ.get("GUARDIA_TOKEN", "")
            if person:
                password = os.environ.get("GUARDIA_PASSWORD") or ask()
                token = answered(http.post("/api/login", json={"person_id": person, "password": password}))["token"]
            if not token:
                raise UnauthenticatedError("nobody is named", remedy="--person을 주거나 GUARDIA_TOKEN을 정하세요.")
            http.headers["Authorization"] = f"Bearer {token}"
            try:
                yield http
            finally:
                if person:
                    with contextlib.suppress(httpx.HTTPError):  # what was asked is done; the login ends by itself
                        http.post("/api/logout", timeout=GOODBYE)
    except httpx.HTTPError as error:
        raise unreachable(
            f"{url}: {error or type(error).__name__}", remedy="허브가 떠 있는지, --url이 맞는지 확인해 주세요."
        ) from error


def answered(answer: httpx.Response) -> Any:
    """The JSON of an answer. Raises `HubError` with the hub's own code and remedy when it is an error."""
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
