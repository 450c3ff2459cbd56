"""A desk at which nothing happens, for fronts whose conversation is a fake one."""

from collections.abc import Callable

from guardia.hub.core.message import Person
from guardia.hub.core.request import Request
from guardia.hub.errors import ForbiddenError
from guardia.hub.flow.outbox import Outbox


class IdleDesk:
    """`guardia.hub.flow.desk.Desk`, as far as `flow.queue` and `flow.follow` use it: tests put rows and requests in."""

    def __init__(self) -> None:
        self.outbox = Outbox()
        self.requests: dict[str, Request] = {}
        self.on_change: Callable[[str], None] = lambda _request_id: None


class OwnRequests:
    """`guardia.hub.flow.presses.Presses`, as far as `flow.queue` uses it: nobody cancels what is somebody else's."""

    def check_cancel(self, request: Request, person: Person) -> None:
        if request.requester.person_id != person.person_id:
            raise ForbiddenError("not yours")
