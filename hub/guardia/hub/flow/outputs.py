"""Whole outputs of steps, for those who may see the request's room; who was given what is written down."""

from __future__ import annotations

import msgspec
import structlog

from guardia.hub.core import events as e
from guardia.hub.core.request import Request, StepRun, is_attempt, planned_id
from guardia.hub.core.texts import said
from guardia.hub.errors import AgentOfflineError, AgentTooOldError, NoOutputError, NotFoundError, OutputGoneError
from guardia.hub.flow.desk import Desk
from guardia.hub.ports import Clock, FetchedOutput, Links, OutputFetches, Store

log = structlog.get_logger("guardia.hub.outputs")

SINCE_MINOR = 1
"""Agents of an older protocol do not spool."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a step's output is."""

    request_id: str
    room_id: str
    attempt_id: str
    agent_id: str
    run: StepRun | None
    """What is known of this attempt; None for an earlier one."""


class Outputs:
    def __init__(self, desk: Desk, store: Store, links: Links, fetches: OutputFetches, clock: Clock) -> None:
        self._desk = desk
        self._store = store
        self._links = links
        self._fetches = fetches
        self._clock = clock

    async def place(self, request_id: str, step_id: str) -> Place:
        """The step of that id: as on the card, or without the request's id before it (`p1.n1.s1`). Without `.aN` it is
        the newest attempt; `.a1` is the first.

        Raises `NotFoundError`. The caller checks that the person may see `room_id`.
        """
        request = self._desk.requests.get(request_id) or await self._store.request(request_id)
        if request is None:
            raise NotFoundError(said("fetch.no_request"))
        found = _attempt(request, step_id)
        pair = request.step(planned_id(found))
        assert pair is not None
        current = request.attempt_id(planned_id(found)) == found
        return Place(
            request_id=request_id,
            room_id=request.room_id,
            attempt_id=found,
            agent_id=pair[0].agent,
            run=request.run(planned_id(found)) if current else None,
        )

    async def fetch(self, place: Place, *, by: str, offset: int = 0, limit: int = 0) -> FetchedOutput:
        """Ask the agent, and write down who was given what. The caller closes what is returned.

        Raises `AgentOfflineError`, `AgentTooOldError`, `NoOutputError`, `OutputGoneError`, `OutputUnavailableError`,
        `BusyError`, `InvalidInputError`.
        """
        presence = self._links.presence().get(place.agent_id)
        if presence is None:
            raise AgentOfflineError(said("fetch.offline", agent=place.agent_id), remedy=said("fetch.offline_remedy"))
        if presence.hello.protocol_minor < SINCE_MINOR:
            raise AgentTooOldError(said("fetch.too_old", agent=place.agent_id))
        try:
            fetched = await self._fetches.fetch(place.agent_id, place.attempt_id, offset=offset, limit=limit)
        except NoOutputError as error:
            raise _why_none(place.run) from error
        try:
            await self._note(place, by, offset, fetched.head.length)
        except BaseException:
            await fetched.close()
            raise
        return fetched

    async def _note(self, place: Place, by: str, offset: int, length: int) -> None:
        event = e.OutputFetched(
            at_ms=self._clock.now_ms(), attempt_id=place.attempt_id, by=by, offset=offset, length=length
        )
        await self._desk.annotate(place.request_id, lambda _request: [event])
        log.info("output.fetched", step_id=place.attempt_id, by=by, offset=offset, length=length)


def _attempt(request: Request, step_id: str) -> str:
    for candidate in (step_id, f"{request.request_id}.{step_id}"):
        if candidate == planned_id(candidate) and request.step(candidate) is not None:
            return request.attempt_id(candidate)
        if is_attempt(request, candidate):
            return candidate
        if candidate.endswith(".a1") and is_attempt(request, planned_id(candidate)):
            return planned_id(candidate)
    raise NotFoundError(said("fetch.no_step"))


def _why_none(run: StepRun | None) -> NoOutputError | OutputGoneError:
    if run is not None and run.output_spooled:
        return OutputGoneError(said("fetch.gone"))
    if run is not None and run.finished_ms and not run.output_bytes:
        return NoOutputError(said("fetch.nothing"))
    if run is not None and not run.dispatched_ms:
        return NoOutputError(said("fetch.not_run"))
    return NoOutputError(said("fetch.not_kept"))
