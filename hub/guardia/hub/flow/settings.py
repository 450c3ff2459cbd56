"""What the flow is told by the configuration. Times in seconds."""

from __future__ import annotations

from typing import Literal

import msgspec


class FlowSettings(msgspec.Struct, frozen=True, kw_only=True):
    approve_within: int = 1800
    """An approval that does not come by then will not come."""
    start_within: int = 900
    """An approved plan that did not start by then has to be approved again."""
    answer_within: int = 600
    deliver_within: int = 3600
    """How long a step waits for an agent that is offline."""
    take_up_within: int = 900
    """What was said longer ago when the hub comes back is not carried out any more; the room is told."""
    take_up_patience: float = 10.0
    """How long a start waits for what the last process left; then the rest is worked off beside."""
    inbox_limit: int = 10_000
    """Messages that may be taken over and wait; one more is answered "busy", and the messenger sends it again."""
    explain_within: float = 3.0
    probe_every: float = 5.0
    person_per_minute: int = 30
    """A person's messages a minute, over all rooms and surfaces, with bursts of half as many; presses count apart."""
    room_per_minute: int = 120
    """The same for everybody in a room together."""
    outbox_limit: int = 10_000
    """Frames that may wait for agents; a message more is answered "busy" and nothing of it is taken over."""
    approvals: int = 1
    """Other people who must approve a change that needs approval."""
    step_up: Literal["prod", "changes", "never"] = "prod"
    """What an approval from a messenger is not enough for: changes in production, all changes, nothing. The approver is
    then given a link to the console, logs in there and confirms."""
    timezone: str = "Asia/Seoul"
    context_messages: int = 10
    gather: float = 0.02
    """What agents say and need no acknowledgement of waits so long for more, to be committed together."""
    card_every: float = 0.3
    """Live output and steps that go on change a card at most this often; 0: with everything that happens."""
