"""A look that runs on the world's first server, and what it writes."""

from __future__ import annotations

from guardia.proto.frames import Output, Stream
from tests.support.world import World, check

SERVER = "A-WAS-01"


async def running(world: World, room_id: str = "ops") -> tuple[str, str]:
    """Ask for it and let the agent accept it: the ids of the request and, on the wire, of its step."""
    await world.connect(SERVER)
    receipt = await world.say("확인", check(SERVER), room_id=room_id)
    (dispatch,) = world.dispatched(SERVER)
    await world.accept(SERVER, dispatch.step_id)
    await world.engine.delivery.settled(SERVER)
    return receipt.sr_id or "", dispatch.step_id


async def say(world: World, step_id: str, seq: int, data: bytes) -> None:
    await world.links.answer(SERVER, Output(step_id=step_id, seq=seq, stream=Stream.STDOUT, data=data))
