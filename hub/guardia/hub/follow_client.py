"""Follows a step's output over the running hub's HTTP API, also over its restarts: `requests output --follow`.

Everything is told to a `Shown`. Where the next page begins is in the page before it, so that after any break the same
page is asked for again. What does not travel at once is fetched from the agent that keeps it and put in its place; the
digest of the whole is compared.
"""

from __future__ import annotations

import contextlib
import hashlib
import random
import time
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote

import httpx
import msgspec

from guardia.hub.core.live_output import OutputPage, OutputPart, StepEnd
from guardia.hub.core.request_view import RequestView
from guardia.hub.errors import HubError, InvalidInputError, NotFoundError, OutputUnavailableError, UnreachableError
from guardia.hub.follow_shown import Piece, Shown
from guardia.hub.hub_client import answered

T = TypeVar("T")

WAIT = 20
"""Seconds that the hub may wait for new output."""
SILENCE = 15.0
"""Seconds more after which a hub that says nothing is taken for gone."""
FIRST = 0.5
LONGEST = 15.0
"""Bounds of the back-off, in seconds: before the n-th try in a row anything up to FIRST * 2^n, at most LONGEST."""
GIVE_UP = 600
"""Seconds without an answer after which it ends."""
PEEK = 10
"""Seconds between looks at what an agent has kept of more output than travels at once."""
FETCHES = 4
"""Tries to fetch what did not travel."""

_WHOSE = "--url이 허브의 주소인지, 허브와 명령의 판이 같은지 확인해 주세요."
_LATER = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.BAD_GATEWAY, httpx.codes.SERVICE_UNAVAILABLE, 504)


class _BusyError(Exception):
    """The hub, or a proxy before it, asks to come again."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"status {answer.status_code}")
        after = answer.headers.get("Retry-After", "")
        self.after = float(after) if after.isascii() and after.isdigit() and len(after) < 4 else 0.0


def choose_step(request: RequestView) -> str:
    """The step to follow where none was named, of `GET /api/requests/{id}`: the only one, else the only one that has
    begun. Raises `NotFoundError`, `InvalidInputError` naming the choices."""
    steps, request_id = request.steps, request.request_id
    begun = tuple(one for one in steps if one.dispatched_ms)
    for found in (steps, begun):
        if len(found) == 1:
            return found[0].step_id
    if not steps:
        raise NotFoundError(f"{request_id} has no plan yet", remedy="계획이 나온 뒤에 다시 시도해 주세요.")
    names = ", ".join(one.step_id.removeprefix(f"{request_id}.") for one in begun or steps)
    raise InvalidInputError(f"which step: {names}", remedy="--step으로 하나를 고르세요.")


class Follower:
    """`run` once. `note` is told, in a line, what a person at the terminal has to know beside the output."""

    def __init__(
        self,
        http: httpx.Client,
        request_id: str,
        shown: Shown,
        note: Callable[[str], None],
        *,
        give_up: float = GIVE_UP,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
        jitter: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._http = http
        self._request_id = request_id
        self._shown = shown
        self._note = note
        self._give_up = give_up
        self._sleep = sleep
        self._now = now
        self._jitter = jitter
        self._digest = hashlib.sha256()
        self._at: int | None = 0
        """Bytes of the output that were shown; None: not known any more, something is missing."""

    def run(self, step_id: str = "") -> str:
        """Follow until the step has ended; returns its state. Raises `HubError`: the hub's own, `UnreachableError`
        after `give_up` seconds without an answer, `OutputUnavailableError` when it is not what the agent counted."""
        if not step_id:
            step_id = choose_step(self._ask(self._path(), RequestView))
        pinned = step_id.rpartition(".a")[2].isdigit()
        while True:
            page = self._attempt(step_id)
            if pinned or not page.superseded_by:
                break
            step_id = page.superseded_by
            self._note(f"다시 시도되었습니다. {step_id}의 출력을 이어서 보여 줍니다.")
        if page.result is not None and self._at is not None:
            self._fetch(page.step_id, page.result.output_bytes)
        self._shown.ended(page.step_id, page.state, page.result)
        if page.result is not None:
            self._compare(page.result)
        return page.state

    def _attempt(self, step_id: str) -> OutputPage:
        """Everything of one attempt; its last page."""
        after, paused = 0, False
        self._at, self._digest = 0, hashlib.sha256()
        while True:
            began = self._now()
            page = self._ask(f"{self._path(step_id)}/live", OutputPage, after=after, wait=PEEK if paused else WAIT)
            step_id, after = page.step_id, page.next  # from now on this attempt, whatever comes after it
            for part in page.parts:
                self._part(step_id, part)
            if page.ended:
                return page
            if page.paused and not paused:
                paused = True
                self._note(f"출력이 많습니다. 이 뒤는 에이전트에서 {PEEK}초마다 가져와 보여 줍니다.")
            if not page.parts:
                self._shown.quiet()
                if self._now() - began < 1:  # a hub that is stopping waits for nobody
                    self._sleep(self._jitter(0, FIRST))
                elif paused:
                    self._peek(step_id)

    def _part(self, step_id: str, part: OutputPart) -> None:
        if part.offset is None:
            if self._at is not None:
                self._shown.missing(step_id, self._at, None)
            self._at = None
        elif self._at is not None:
            self._fetch(step_id, part.offset)
        data, offset = part.data, part.offset
        if self._at is not None and offset is not None and offset < self._at:  # fetched while the step went on
            data, offset = data[self._at - offset :], self._at
        if not data:
            return
        self._shown.piece(Piece(step_id=step_id, data=data, seq=part.seq, stream=part.stream, offset=offset))
        self._digest.update(data)
        if self._at is not None and offset is not None:
            self._at = offset + len(data)

    # --- what did not travel ----------------------------------------------------------------------------------------

    def _compare(self, result: StepEnd) -> None:
        if (
            result.output_sha256
            and self._at == result.output_bytes
            and self._digest.hexdigest() != result.output_sha256
        ):
            raise OutputUnavailableError(
                "the output has another sha256 than the agent counted", remedy="`requests output`으로 다시 받아 주세요."
            )

    def _fetch(self, step_id: str, end: int) -> None:
        """What is not there yet before byte `end`, from the agent that keeps it; what cannot be had is missing."""
        for tries in range(FETCHES):
            assert self._at is not None
            if self._at >= end:
                return
            try:
                self._fetch_once(step_id, self._at, end)
            except (httpx.TransportError, _BusyError) as error:
                self._wait(tries, error)
            except HubError as error:
                self._note(f"{error} {error.remedy}".strip())
                break
        assert self._at is not None
        if self._at < end:
            self._shown.missing(step_id, self._at, end - self._at)
            self._at = None

    def _peek(self, step_id: str) -> None:
        """What the agent has kept since, while the step goes on. When it cannot be had now, it comes at the end."""
        if self._at is not None:
            with contextlib.suppress(httpx.TransportError, _BusyError, HubError):
                self._fetch_once(step_id, self._at, 0)

    def _fetch_once(self, step_id: str, start: int, end: int) -> None:
        """Bytes `start` to `end` (0: to where the agent is)."""
        wanted = {"offset": start, "limit": end - start if end else 0}
        with self._http.stream("GET", self._path(step_id), params=wanted) as answer:
            if answer.status_code != httpx.codes.OK:
                answer.read()
                if _code(answer) in ("", "hub.busy"):  # one of a proxy has no code
                    raise _BusyError(answer)
                answered(answer)
            if answer.headers.get("X-Guardia-Output-Gapless") != "yes":
                raise OutputUnavailableError(
                    "에이전트에도 전체가 남아 있지 않습니다.", remedy="가운데는 보관 한도를 넘었습니다."
                )
            for chunk in answer.iter_raw():
                self._shown.piece(Piece(step_id=step_id, data=chunk, offset=start))
                self._digest.update(chunk)
                start += len(chunk)
                self._at = start

    # --- asking -----------------------------------------------------------------------------------------------------

    def _path(self, step_id: str = "") -> str:
        path = f"/api/requests/{quote(self._request_id, safe='')}"
        return f"{path}/steps/{quote(step_id, safe='')}/output" if step_id else path

    def _ask(self, path: str, kind: type[T], **params: int) -> T:
        """An answer, however often it has to be asked for. Raises `HubError`."""
        since, tries = self._now(), 0
        while True:
            try:
                if tries and "wait" in params:
                    params["wait"] = 0  # that it is back is to be told at once
                answer = self._http.get(path, params=params, timeout=WAIT + SILENCE)
                if answer.status_code in _LATER:
                    raise _BusyError(answer)
                answered(answer)
                found = msgspec.json.decode(answer.content, type=kind)
            except (httpx.TransportError, _BusyError) as error:
                if self._now() - since >= self._give_up:
                    why = str(error) or type(error).__name__
                    raise UnreachableError(f"no answer for {self._give_up:g} s: {why}") from error
                if not tries:
                    self._note("허브가 답하지 않습니다. 다시 연결하고 있습니다.")
                self._wait(tries, error)
                tries += 1
            except msgspec.DecodeError as error:
                raise UnreachableError(f"this is no answer of a hub: {error}", remedy=_WHOSE) from error
            else:
                if tries:
                    self._note("다시 연결되었습니다.")
                return found

    def _wait(self, tries: int, error: Exception) -> None:
        after = error.after if isinstance(error, _BusyError) else 0.0
        self._sleep(after + self._jitter(0, min(LONGEST, FIRST * 2 ** min(tries, 10))))


def _code(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["error"]["code"])
    except (ValueError, KeyError, TypeError):
        return ""
