"""Following a step's output while it comes, page by page, from what the hub keeps of it; and requests as they stand.

Nothing is held for a follower but the page that is under way: a slow one asks later, and the next page begins where
theirs ended. A page says where the next one begins, so that neither a lost connection nor a restart of the hub doubles
or drops anything.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import structlog

from guardia.hub.core import events as e
from guardia.hub.core.agent_texts import heard
from guardia.hub.core.live_output import OutputPage, OutputPart, StepEnd, parts_of
from guardia.hub.core.request import Request, StepRun, is_attempt, planned_id
from guardia.hub.core.states import StepState
from guardia.hub.core.texts import Language, said
from guardia.hub.errors import NotFoundError
from guardia.hub.flow.desk import Desk
from guardia.hub.flow.outputs import Place
from guardia.hub.ports import Clock, Store

log = structlog.get_logger("guardia.hub.follow")

CHUNKS = 256
"""That one page is made of, at most."""
GATHER = 0.05
"""Seconds that the first chunk after a wait waits for more: who follows a busy step asks 20 times a second at most."""
REMEMBERED = 4096
"""Followers that are known to have been written down."""


class Follow:
    """Made once a hub: it hears of every change."""

    def __init__(self, desk: Desk, store: Store, clock: Clock, *, gather: float = GATHER) -> None:
        self._desk = desk
        self._store = store
        self._clock = clock
        self._gather = gather
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._noted: dict[tuple[str, str], None] = {}
        self._closed = False
        desk.on_change = self._ring

    def close(self) -> None:
        """The hub stops: who waits is answered at once, and nobody waits any more."""
        self._closed = True
        for request_id in list(self._bells):
            self._ring(request_id)

    async def request(self, request_id: str) -> Request:
        """The request as it stands. Raises `NotFoundError`; the caller checks that the person may see its room."""
        request = self._desk.requests.get(request_id) or await self._store.request(request_id)
        if request is None:
            raise NotFoundError(said("fetch.no_request"))
        return request

    async def page(self, place: Place, *, by: str, after: int, wait: float, language: Language = "ko") -> OutputPage:
        """What follows chunk `after` of an attempt's output, or how it ended; waits at most `wait` seconds for it.

        The first page that a person is given of an attempt is written down. Raises `NotFoundError`, `StoreError`.
        """
        until = asyncio.get_running_loop().time() + wait
        with self._bell(place.request_id) as bell:
            while True:
                bell.clear()
                page = await self._look(place, after, language)
                left = until - asyncio.get_running_loop().time()
                if page.parts or page.ended or left <= 0 or self._closed:
                    break
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await bell.wait()
                        await asyncio.sleep(self._gather)
        if page.parts:
            await self._note(place, by, page.parts)
        return page

    async def _look(self, place: Place, after: int, language: Language) -> OutputPage:
        # The request first: what its agent said before the end that is seen here has been kept by then.
        request = await self.request(place.request_id)
        step_id = planned_id(place.attempt_id)
        if not is_attempt(request, place.attempt_id):
            raise NotFoundError(said("fetch.no_step"))  # planned anew meanwhile
        newest = request.attempt_id(step_id)
        run = request.run(step_id) if newest == place.attempt_id else None
        ended = run is None or run.ended or request.final
        kept = await self._store.output_after(place.attempt_id, after, CHUNKS)
        parts, more, full = parts_of(kept, after, run, ended=ended)
        last = ended and not more
        result = None
        if last and run is not None:
            result = StepEnd(
                exit_code=run.exit_code,
                error_code=run.error_code,
                message=heard(language, run.message) or heard(language, run.detail),
                output_bytes=run.output_bytes,
                output_sha256=run.output_sha256,
                output_spooled=run.output_spooled,
            )
        return OutputPage(
            request_id=request.request_id,
            step_id=place.attempt_id,
            state=_state(request, run),
            ended=last,
            paused=full,
            parts=tuple(parts),
            next=parts[-1].seq if parts else after,
            superseded_by="" if run is not None else newest,
            result=result,
        )

    async def _note(self, place: Place, by: str, parts: tuple[OutputPart, ...]) -> None:
        """Once for each follower: also who begins in the middle."""
        if (by, place.attempt_id) in self._noted:
            return
        event = e.OutputFetched(
            at_ms=self._clock.now_ms(),
            attempt_id=place.attempt_id,
            by=by,
            offset=parts[0].offset or 0,
            length=sum(len(part.data) for part in parts),
            live=True,
        )
        await self._desk.annotate(place.request_id, lambda _request: [event])
        self._noted[by, place.attempt_id] = None
        while len(self._noted) > REMEMBERED:
            del self._noted[next(iter(self._noted))]
        log.info("output.followed", step_id=place.attempt_id, by=by, offset=event.offset)

    # --- waiting ----------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _bell(self, request_id: str) -> Iterator[asyncio.Event]:
        bell = asyncio.Event()
        self._bells.setdefault(request_id, set()).add(bell)
        try:
            yield bell
        finally:
            bells = self._bells[request_id]
            bells.discard(bell)
            if not bells:
                del self._bells[request_id]

    def _ring(self, request_id: str) -> None:
        for bell in self._bells.get(request_id, ()):
            bell.set()


def _state(request: Request, run: StepRun | None) -> str:
    if run is None:
        return "RETRIED"
    return (StepState.SKIPPED if run.state is StepState.READY and request.final else run.state).value
