"""The session machine of a link, both sides, without I/O.

Time is an argument (`now`, monotonic seconds). A machine is fed with `receive`, `send` and `tick`; each returns the
list of events that the shell carries out in order: `Transmit` to the wire, `Deliver` to the application, and so on. The
shell asks `deadline()` when to call `tick` next. A `SessionError` means: the peer broke the contract; close with its
code.
"""

from guardia.proto.session.agent import AgentSession
from guardia.proto.session.events import Credit, Deliver, Ended, Event, Greeted, Opened, Transmit
from guardia.proto.session.hub import HubSession
from guardia.proto.session.lanes import Lanes, is_control
from guardia.proto.session.machine import Session, State
from guardia.proto.session.window import OutputWindow

__all__ = [
    "AgentSession",
    "Credit",
    "Deliver",
    "Ended",
    "Event",
    "Greeted",
    "HubSession",
    "Lanes",
    "Opened",
    "OutputWindow",
    "Session",
    "State",
    "Transmit",
    "is_control",
]
