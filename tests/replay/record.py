"""Records histories for the replay tests: `python -m tests.replay.record` writes those that are not there yet."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from guardia.hub.core.intent import IntentType
from guardia.hub.core.message import StagedFile
from guardia.hub.flow.queue import Queue
from guardia.proto.catalogue import CheckReport, CheckStatus, canonical
from guardia.proto.frames import CancelNoted, JournalEntry, JournalState, ProbeResult, ProbeVerdict, StepOutcome
from tests.support.world import ENGINEER, World, check, restart

FOLDER = Path(__file__).parent / "histories"


def entry(step_id: str, state: JournalState) -> tuple[JournalEntry, ...]:
    return (JournalEntry(step_id=step_id, digest="d", state=state),)


async def deploy_rolled_back(world: World) -> str:
    await world.connect("A-WAS-01")
    intent = restart(
        "A-WAS-01",
        intent_type=IntentType.DEPLOY,
        action_sequence=("DEPLOY_ARTIFACT",),
        deploy_artifacts=("app.war",),
    )
    file = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)
    receipt = await world.say("예산시스템 WAS 1호기에 app.war 배포해줘", intent, files=(file,))
    await world.approve(receipt.sr_id or "")
    ran: list[str] = []

    def answer(dispatch: object) -> tuple[StepOutcome, bytes]:
        ran.append(dispatch.action)  # type: ignore[attr-defined]
        return StepOutcome.FAILED if ran == ["DEPLOY_ARTIFACT", "RESTART_SERVICE"] else StepOutcome.OK, b""

    await world.work_off("A-WAS-01", answer)
    return receipt.sr_id or ""


async def restart_with_lost_contact(world: World) -> str:
    """A hub restart, a stale plan, an interrupted step, a probe, an operator's retry, and a good end."""
    await world.connect("A-WAS-01")
    receipt = await world.say("예산시스템 WAS 1호기 재기동해줘", restart("A-WAS-01"))
    request_id = receipt.sr_id or ""
    moved = msgspec.structs.replace(world.inventory.inventory.servers[0], hostname="a-was-01-new")
    world.inventory.move((moved, *world.inventory.inventory.servers[1:]))
    await world.approve(request_id)  # makes a new plan
    await world.approve(request_id)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    await world.restart()
    await world.connect("A-WAS-01", journal=entry(step_id, JournalState.INTERRUPTED))
    await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=ProbeVerdict.NOT_APPLIED))
    await world.press(request_id, "retry", ENGINEER)
    await world.work_off("A-WAS-01")
    return request_id


async def check_partial(world: World) -> str:
    await world.connect("A-WAS-01", "A-WAS-02")
    receipt = await world.say("예산시스템 WAS 디스크 확인해줘", check())
    report = canonical(
        CheckReport(
            check="disk",
            asset="A-WAS-01",
            collected_at="2026-01-01T00:00:00+09:00",
            status=CheckStatus.WARN,
            summary="85 %",
        )
    )
    await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, report))
    await world.work_off("A-WAS-02", lambda _d: (StepOutcome.TIMED_OUT, b""))
    return receipt.sr_id or ""


async def change_cancelled(world: World) -> str:
    await world.connect("A-WAS-01")
    receipt = await world.say("예산시스템 WAS 재기동해줘", restart())
    request_id = receipt.sr_id or ""
    await world.approve(request_id)
    first = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", first)
    await world.press(request_id, "cancel", ENGINEER)
    await world.finish("A-WAS-01", first)
    return request_id


async def cancel_too_late(world: World) -> str:
    await world.connect("A-WAS-01")
    receipt = await world.say("예산시스템 WAS 1호기 재기동해줘", restart("A-WAS-01"))
    request_id = receipt.sr_id or ""
    await world.approve(request_id)
    first = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", first)
    await world.press(request_id, "cancel", ENGINEER)
    await world.links.answer("A-WAS-01", CancelNoted(step_id=first, state="too_late"))
    await world.finish("A-WAS-01", first)
    return request_id


async def dropped_from_queue(world: World) -> str:
    receipt = await world.say("예산시스템 WAS 재기동해줘", restart("A-WAS-01"))
    request_id = receipt.sr_id or ""
    await world.approve(request_id)
    (step_id,) = world.engine.desk.outbox
    queue = Queue(world.engine.desk, world.engine.presses, world.clock)
    await queue.drop(step_id, ENGINEER, lambda _room_id: True, "점검 중")
    return request_id


async def deploy_rolled_back_by_key(world: World) -> str:
    """Once more, since events hold the keys of texts and no sentences."""
    return await deploy_rolled_back(world)


async def restart_with_lost_contact_by_key(world: World) -> str:
    return await restart_with_lost_contact(world)


PLAYS = (
    deploy_rolled_back,
    restart_with_lost_contact,
    check_partial,
    change_cancelled,
    cancel_too_late,
    dropped_from_queue,
    deploy_rolled_back_by_key,
    restart_with_lost_contact_by_key,
)


async def record(play: Callable[[World], Awaitable[str]]) -> None:
    path = FOLDER / f"{play.__name__}.jsonl"
    if path.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder))
        await world.start()
        request_id = await play(world)
        request = await world.request(request_id)
        assert request.final, request.state
        lines = [*await world.store.events(request_id), request]
        await world.stop()
    path.write_bytes(b"".join(msgspec.json.encode(line, order="sorted") + b"\n" for line in lines))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for play in PLAYS:
        asyncio.run(record(play))


if __name__ == "__main__":
    main()
