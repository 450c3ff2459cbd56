"""A ticket may be attached in every state; it changes nothing else of what a request is."""

import msgspec
import pytest

from guardia.hub.core.events import AnyEvent, Drafted, TicketAttached
from guardia.hub.core.evolve import draft, evolve, replay
from guardia.hub.core.states import RequestState
from tests.support.world import ENGINEER, restart

DRAFTED = Drafted(
    at_ms=1, request_id="SR-1", room_id="ops", platform="web", message_id="m", text="t", requester=ENGINEER,
    intent=restart(),
)  # fmt: skip


@pytest.mark.parametrize("state", list(RequestState))
def test_it_leaves_the_state_and_everything_else(state: RequestState) -> None:
    before = msgspec.structs.replace(draft(DRAFTED), state=state)
    after = evolve(before, TicketAttached(at_ms=5, ticket_id="CHG-1", by="engineer1"))
    assert after.itsm_ticket_id == "CHG-1"
    same = msgspec.structs.replace(
        after, itsm_ticket_id="", version=before.version, updated_ms=before.updated_ms, history=before.history
    )
    assert same == before


def test_the_newest_counts_and_a_log_with_it_is_read_back() -> None:
    events = [DRAFTED, *(TicketAttached(at_ms=n, ticket_id=f"CHG-{n}", by="engineer1") for n in (2, 3))]
    stored = [msgspec.json.decode(msgspec.json.encode(event), type=AnyEvent) for event in events]
    assert replay(stored).itsm_ticket_id == "CHG-3"
