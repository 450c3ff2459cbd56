"""`/agents`: who of the agents is there, what waits for them, and where hosts differ from what is declared.

A person sees what `GET /api/status`, `GET /api/agents/queue` and `GET /api/drift` would tell them, and no more.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.agent_texts import heard
from guardia.hub.core.card import iso
from guardia.hub.core.message import Person
from guardia.hub.core.refusals import message_of, remedy_of
from guardia.hub.core.request import DROPPED, planned_id
from guardia.hub.core.texts import Language, action, told
from guardia.hub.errors import (
    BusyError,
    ConflictError,
    ForbiddenError,
    HubError,
    InvalidInputError,
    NotFoundError,
    StoreError,
)
from guardia.hub.flow.outbox import Waiting
from guardia.hub.web.agents_words import WORDS, span
from guardia.hub.web.login import form
from guardia.hub.web.pages import language, page
from guardia.hub.web.parts import parts
from guardia.hub.web.queue import MAX_ID, PAGE, sees_of
from guardia.hub.web.security import Caller, caller, check_csrf, require_caller
from guardia.hub.web.settings import AgentStatus

SHOWN = 200
"""Agents of a kind, and differences, on the page; the commands tell of all."""


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of a queue, in words."""

    entry: Waiting
    title: str
    since: str
    """ISO 8601, UTC."""
    age: str
    left: str
    """Empty: its time is over."""
    hurried: bool
    """Little of its time is left."""
    droppable: bool


async def show(request: Request) -> Response:
    """`GET /agents?agent=&after=&done=`."""
    who = await caller(request)
    if who is None:
        return RedirectResponse("/login?to=/agents", status_code=303)
    given = request.query_params
    agent_id, after = given.get("agent", ""), given.get("after", "")
    if len(agent_id) > MAX_ID:
        raise InvalidInputError("no such agent", remedy=f"agent는 {MAX_ID}자까지입니다.")
    done = await _done(request, who.session.person, given.get("done", ""))
    return await _page(request, who, agent_id=agent_id, after=after, done=done)


async def drop(request: Request) -> Response:
    """`POST /agents/drop`: take one entry out of its queue, for who may cancel its request."""
    who = await require_caller(request)
    fields = await form(request)
    check_csrf(request, who, fields.get("csrf", ""))
    person, step_id = who.session.person, fields.get("step_id", "")
    try:
        if not 1 <= len(step_id) <= MAX_ID:
            raise NotFoundError("no such step")
        reason = fields.get("reason", "")
        dropped = await parts(request).queue.drop(step_id, person, sees_of(request, person), reason)
    except (ForbiddenError, NotFoundError, ConflictError, InvalidInputError, BusyError, StoreError) as error:
        return await _page(request, who, error=error)
    return RedirectResponse(f"/agents?done={dropped.step_id}", status_code=303)


async def _done(request: Request, person: Person, step_id: str) -> str:
    """What became of an entry that was just taken out, as its request says; nobody else can make the page say it."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", step_id):
        return ""
    try:
        found = await parts(request).follow.request(step_id.partition(".")[0])
    except NotFoundError:
        return ""
    run = found.runs.get(planned_id(step_id))
    mine = found.requester.person_id == person.person_id or sees_of(request, person)(found.room_id)
    if run is None or run.error_code != DROPPED or not mine:
        return ""
    return f"{step_id}: {heard(language(request), run.message)}"


async def _page(
    request: Request,
    who: Caller,
    *,
    agent_id: str = "",
    after: str = "",
    done: str = "",
    error: HubError | None = None,
) -> Response:
    app, person, lang = parts(request), who.session.person, language(request)
    words = WORDS[lang]
    agents = app.status().agents
    away = [_agent(one) for one in agents if not one.online or one.draining or one.fenced]
    there = [_agent(one) for one in agents if one.online and not one.draining and not one.fenced]
    queue = app.queue.page(person, sees_of(request, person), agent_id=agent_id, after=after, limit=PAGE)
    drift = await app.facts.drift(person)
    online = {one.agent_id for one in agents if one.online}
    now_ms = app.clock.now_ms()
    return page(
        request,
        "agents.html",
        status=200 if error is None else error.status,
        person=person,
        csrf=who.session.csrf,
        room=None,
        heading=words["heading"],
        a=words,
        now=iso(now_ms),
        away=away[:SHOWN],
        there=there[:SHOWN],
        more_agents=max(0, len(away) - SHOWN) + max(0, len(there) - SHOWN),
        online=sum(one.online for one in agents),
        total=len(agents),
        rows=[_row(lang, one, droppable=app.queue.droppable(one, person)) for one in queue.entries],
        here=online,
        next=queue.next,
        agent=agent_id,
        paged=bool(after),
        drift=drift.drift[:SHOWN],
        more_drift=max(0, len(drift.drift) - SHOWN),
        report=drift,
        without=drift.without_facts[:SHOWN],
        done=done,
        error=None if error is None else f"{message_of(lang, error)} {remedy_of(lang, error)}".strip(),
    )


def _agent(one: AgentStatus) -> dict[str, Any]:
    state = "fenced" if one.fenced else "offline" if not one.online else "draining" if one.draining else "online"
    others = [target for target in one.targets if target != one.agent_id]
    return {"id": one.agent_id, "state": state, "targets": others, "since": iso(one.since_ms) if one.since_ms else ""}


_HURRY = 600
"""Seconds: who has to bring the agent back has to know when so little is left."""


def _row(lang: Language, entry: Waiting, *, droppable: bool) -> _Row:
    return _Row(
        entry=entry,
        title=told(lang, action(entry.action)),
        since=iso(entry.since_ms) or "",
        age=span(lang, entry.age_s),
        left=span(lang, entry.left_s) if entry.left_s else "",
        hurried=entry.left_s < _HURRY,
        droppable=droppable,
    )
