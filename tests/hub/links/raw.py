"""An agent without a session machine, for tests of what a peer can do to a hub."""

import asyncio

from guardia.proto import frames
from guardia.proto.channel import TransportClosedError
from guardia.proto.codec import decode, encode
from tests.fakes.links import make_hello
from tests.hub.links import pki
from tests.hub.links.parts import PATIENCE


class Raw:
    """An agent without a session machine: says what the test says."""

    def __init__(self, transport) -> None:
        self.transport = transport
        self.epoch = 0

    async def say(self, frame, epoch=None) -> None:
        await self.transport.send(encode(frame, self.epoch if epoch is None else epoch))

    async def hear(self):
        async with asyncio.timeout(PATIENCE):
            epoch, frame = decode(await self.transport.recv())
        if isinstance(frame, frames.Welcome):
            self.epoch = epoch
        return frame

    async def hear_end(self) -> frames.Goodbye | None:
        """Read until the hub says goodbye, and hang up, or until the connection is over; the goodbye, if there was
        one."""
        try:
            while not isinstance(frame := await self.hear(), frames.Goodbye):
                pass
        except TransportClosedError:
            return None
        self.transport.abort()
        return frame


async def raw(fleet, agent_id="was01", *, pem=None, hello=True, url="") -> Raw:
    agent = Raw(await fleet.open(url, pem=pki.agent_pem(agent_id) if pem is None else pem))
    if hello:
        await agent.say(make_hello(agent_id))
        assert isinstance(await agent.hear(), frames.Welcome)
        await fleet.handler.until(lambda events: ("connected", agent_id, agent.epoch) in events)
    return agent


def lost(fleet, code):
    return fleet.handler.until(lambda events: [e for e in events if e[0] == "lost" and e[3].startswith(code)])


async def clogged(fleet) -> None:
    """Window and outbox are full, and stay so: the peer does not read."""
    lanes = fleet.links.admission.live.find("was01")._channel._lanes
    async with asyncio.timeout(PATIENCE):
        still = 0
        while still < 50:
            still = still + 1 if lanes.full else 0
            await asyncio.sleep(0.005)


async def beat(agent) -> None:
    for seq in range(1, 1000):
        try:
            await agent.say(frames.Heartbeat(seq=seq, sent_ms=1))
        except TransportClosedError:
            return
        await asyncio.sleep(0.1)
