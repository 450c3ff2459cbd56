"""What a session asks its shell to do."""

from __future__ import annotations

import msgspec

from guardia.proto.frames import AgentFrame, Goodbye, Hello, HubFrame, Welcome


class Transmit(msgspec.Struct, frozen=True, gc=False):
    """Put `frame` on the wire, in the envelope of `epoch`."""

    frame: AgentFrame | HubFrame
    epoch: int


class Deliver(msgspec.Struct, frozen=True, gc=False):
    """Hand `frame` to the application, in order; call `Session.committed` when it has taken it over."""

    frame: AgentFrame | HubFrame


class Greeted(msgspec.Struct, frozen=True, gc=False):
    """Hub: the agent said hello. Admit it and call `HubSession.welcome`, or say goodbye."""

    hello: Hello


class Opened(msgspec.Struct, frozen=True, gc=False):
    """Agent: the hub welcomed us; now, and not before, we are connected."""

    welcome: Welcome


class Credit(msgspec.Struct, frozen=True, gc=False):
    """Agent: the hub took over a step's output up to `seq`; the window has room for more."""

    step_id: str
    seq: int


class Ended(msgspec.Struct, frozen=True, gc=False):
    """The session is over: close the transport. `by_peer`: the peer said goodbye."""

    code: str
    message: str
    retry_after_ms: int = 0
    final: bool = False
    by_peer: bool = False

    @classmethod
    def of(cls, goodbye: Goodbye) -> Ended:
        return cls(goodbye.code, goodbye.message, goodbye.retry_after_ms, goodbye.final, by_peer=True)


Event = Transmit | Deliver | Greeted | Opened | Credit | Ended
