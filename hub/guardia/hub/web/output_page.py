"""`GET /requests/{request_id}/steps/{step_id}`: the page of one step's output, which follows it while the step runs."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from guardia.hub.core.request import planned_id
from guardia.hub.core.request_view import view
from guardia.hub.core.states import STEP_TONE
from guardia.hub.core.texts import Language, said, say
from guardia.hub.errors import NotFoundError
from guardia.hub.web.pages import asked_language, page
from guardia.hub.web.parts import parts
from guardia.hub.web.requests import MAX_ID, check_room
from guardia.hub.web.security import caller


async def show(request: Request) -> Response:
    """For whom `…/output` is for; in the room's language, as its cards are."""
    who = await caller(request)
    if who is None:
        return RedirectResponse(f"/login?to={quote(request.url.path)}", status_code=303)
    person, app = who.session.person, parts(request)
    request_id, step_id = request.path_params["request_id"], request.path_params["step_id"]
    if len(request_id) > MAX_ID or len(step_id) > MAX_ID:
        raise NotFoundError(said("fetch.no_request"))
    place = await app.outputs.place(request_id, step_id)
    check_room(request, person, place.room_id)
    lang = asked_language(request) or app.language(place.room_id)
    found = view(lang, await app.follow.request(request_id))
    step = next((one for one in found.steps if planned_id(one.step_id) == planned_id(place.attempt_id)), None)
    if step is None:
        raise NotFoundError(said("fetch.no_step"))
    return page(
        request,
        "output.html",
        lang=lang,
        person=person,
        csrf=who.session.csrf,
        room=app.settings.room(place.room_id),
        title=found.title,
        request_id=request_id,
        step=step,
        step_id=place.attempt_id,
        address=f"/api/requests/{quote(request_id)}/steps/{quote(place.attempt_id)}/output",
        states=_states(lang),
    )


def _states(lang: Language) -> dict[str, tuple[str, str]]:
    """Words and tones of the states that a step may be in."""
    found = {state.value: (say(lang, f"step.{state.value}"), tone) for state, tone in STEP_TONE.items()}
    return {**found, "RETRIED": (say(lang, "step.RETRIED"), "idle")}
