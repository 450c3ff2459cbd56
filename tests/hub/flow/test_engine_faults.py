"""What goes wrong around the engine: full queues, lost answers of the store, odd input, people at the wrong moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from guardia.cmdb.model import Connection
from guardia.hub.core.authorise import Authoriser
from guardia.hub.core.intent import IntentType
from guardia.hub.core.message import ButtonPress, Person, ReceiptStatus, StagedFile
from guardia.hub.core.states import RequestState, StepState
from guardia.hub.errors import BusyError, ConflictError, ForbiddenError, StoreError
from guardia.hub.flow.planner import MAX_ASKED
from guardia.hub.store.log import SqlStore
from guardia.proto.catalogue import CheckReport, CheckStatus, canonical
from guardia.proto.frames import (
    Cancel,
    CancelNoted,
    Explain,
    Explanation,
    JournalEntry,
    JournalState,
    Output,
    ProbeResult,
    ProbeVerdict,
    Result,
    StepOutcome,
    Stream,
)
from tests.support.world import APPROVER, ENGINEER, SERVERS, World, check, restart, server


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = World(tmp_path)
    await world.start()
    yield world
    await world.stop()


class Faulty:
    """A store whose next calls of one method fail, before or after they did what was asked."""

    def __init__(self, store: SqlStore, method: str) -> None:
        self.store, self.method = store, method
        self.real: Callable[..., Awaitable[Any]] = getattr(store, method)
        self.errors: list[Exception] = []
        self.after: list[Exception] = []
        self.gate: asyncio.Event | None = None
        self.waiting = 0
        """Calls that are at the gate."""
        setattr(store, method, self)

    async def __call__(self, *arguments: Any) -> Any:
        if self.errors:
            raise self.errors.pop(0)
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
            self.waiting -= 1
        result = await self.real(*arguments)
        if self.after:
            raise self.after.pop(0)
        return result


async def approved(world: World, text: str = "재기동", asset: str = "A-WAS-01") -> str:
    receipt = await world.say(text, restart(asset))
    await world.approve(receipt.sr_id or "")
    return receipt.sr_id or ""


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0.005)


# --- the store fails ------------------------------------------------------------------------------------------------


async def test_a_frame_that_could_not_be_marked_as_sent_leaves_later(world: World) -> None:
    request_id = await approved(world)  # offline: its frame waits
    mark = Faulty(world.store, "mark_sent")
    mark.errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.connect("A-WAS-01")
    assert world.dispatched("A-WAS-01") == []
    await world.engine.tick()
    assert len(world.dispatched("A-WAS-01")) == 1
    await world.work_off("A-WAS-01")
    assert (await world.request(request_id)).state is RequestState.SUCCEEDED


async def test_a_result_that_could_not_be_committed_is_not_acknowledged_and_counts_when_it_comes_again(
    world: World,
) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    commit = Faulty(world.store, "commit")
    commit.errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.finish("A-WAS-01", step_id)
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.FINISHED)
    await world.connect("A-WAS-01", journal=(entry,))
    await world.finish("A-WAS-01", step_id)
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_a_commit_whose_answer_was_lost_is_noticed(world: World) -> None:
    """The store did it and the hub was told otherwise: memory follows the store, and the request goes on."""
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    commit = Faulty(world.store, "commit")
    commit.after = [StoreError("connection lost at commit")]
    with pytest.raises(StoreError):
        await world.approve(receipt.sr_id or "")
    assert world.engine.desk.requests[receipt.sr_id or ""].state is RequestState.RUNNING
    await world.engine.tick()
    await world.work_off("A-WAS-01")
    assert (await world.request(receipt.sr_id or "")).state is RequestState.SUCCEEDED


async def test_a_result_is_not_acknowledged_when_another_process_moved_the_request(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    here = world.engine.desk.requests[request_id]
    await world.press(request_id, "cancel", ENGINEER)
    world.engine.desk.requests[request_id] = here  # as if the cancel had been recorded by somebody else
    with pytest.raises(ConflictError):
        await world.finish("A-WAS-01", step_id)
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.FINISHED)
    await world.connect("A-WAS-01", journal=(entry,))
    await world.finish("A-WAS-01", step_id)
    assert (await world.request(request_id)).run(step_id).state is StepState.OK


async def test_what_a_step_says_while_something_else_is_committed_is_on_the_card(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    dispatched = world.dispatched("A-WAS-01")[0]
    desk, commit = world.engine.desk, Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    accepting = asyncio.create_task(world.accept("A-WAS-01", dispatched.step_id))
    await eventually(lambda: commit.waiting > 0)  # its commit is under way
    desk.board.add_output(dispatched.step_id, b"said meanwhile")
    desk.show_soon(request_id)
    for _ in range(5):  # the card's task comes to the request's lock
        await asyncio.sleep(0)
    commit.gate.set()
    await accepting
    await eventually(lambda: "said meanwhile" in str(world.card(request_id)))


async def test_whoever_queued_behind_a_start_that_failed_starts(world: World) -> None:
    await world.connect("A-WAS-01")
    first = await world.say("재기동 1", restart("A-WAS-01"))
    second = await world.say("재기동 2", restart("A-WAS-01"))
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    one = asyncio.create_task(world.approve(first.sr_id or ""))
    await eventually(lambda: (first.sr_id or "") in world.engine.desk._reserved)
    two = asyncio.create_task(world.approve(second.sr_id or ""))
    await eventually(lambda: commit.waiting == 2)
    real = commit.real

    async def fail_first(value: Any) -> Any:
        if value.request.request_id == first.sr_id:
            raise BusyError("full")
        return await real(value)

    commit.real = fail_first
    commit.gate.set()
    with pytest.raises(BusyError):
        await one
    await two
    await world.engine.tick()
    await world.engine.desk.finish()
    request = await world.request(second.sr_id or "")
    assert request.state is RequestState.RUNNING
    assert "Queued" in request.history


async def test_one_whose_lock_is_let_go_while_its_waiting_is_written_down_starts_before_a_later_one(
    world: World,
) -> None:
    await world.connect("A-WAS-01")
    first, second, third = [await world.say(f"재기동 {n}", restart("A-WAS-01")) for n in range(3)]
    await world.approve(first.sr_id or "")
    commit = Faulty(world.store, "commit")
    written, real = asyncio.Event(), commit.real

    at_the_gate = asyncio.Event()

    async def slow_for_second(value: Any) -> Any:
        if value.request.request_id == second.sr_id:
            at_the_gate.set()
            await written.wait()
        return await real(value)

    commit.real = slow_for_second
    two = asyncio.create_task(world.approve(second.sr_id or ""))
    await at_the_gate.wait()
    await world.work_off("A-WAS-01")  # the first ends, and nobody is known to wait
    assert (await world.request(first.sr_id or "")).state is RequestState.SUCCEEDED
    written.set()
    await two
    await eventually(lambda: second.sr_id in {d.request_id for d in world.dispatched("A-WAS-01")})
    await world.approve(third.sr_id or "")
    assert (await world.request(third.sr_id or "")).behind == second.sr_id


async def test_a_caller_who_goes_away_leaves_memory_and_store_alike(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    digest = request.plan.digest
    press = asyncio.create_task(world.engine.presses.approve(request.request_id, APPROVER, digest))
    await eventually(lambda: commit.waiting == 1)
    press.cancel()
    await asyncio.sleep(0.01)
    commit.gate.set()
    with pytest.raises(asyncio.CancelledError):
        await press
    assert (await world.request(request.request_id)) == world.engine.desk.requests[request.request_id]
    assert len(world.dispatched("A-WAS-01")) == 1


# --- cancelling at the wrong moment ----------------------------------------------------------------------------------


async def test_a_step_that_was_given_up_while_others_left_does_not_leave(world: World) -> None:
    first = await world.say("디스크 1", check("A-WAS-01"))  # offline: both frames wait
    second = await world.say("디스크 2", check("A-WAS-01"))
    mark = Faulty(world.store, "mark_sent")
    mark.gate = asyncio.Event()
    connecting = asyncio.create_task(world.connect("A-WAS-01"))
    await eventually(lambda: any(row.sent_ms is not None for row in world.engine.desk.outbox.values()))
    await world.press(second.sr_id or "", "cancel", ENGINEER)
    mark.gate.set()
    await connecting
    assert {d.request_id for d in world.dispatched("A-WAS-01")} == {first.sr_id}
    assert (await world.request(second.sr_id or "")).state is RequestState.CANCELLED
    assert {row.request_id for row in world.engine.desk.outbox.values()} == {first.sr_id}


async def test_a_step_that_is_being_given_up_does_not_leave(world: World) -> None:
    """The cancel is on its way into the store when the queue to the agent is emptied."""
    request_id = await approved(world)
    mark = Faulty(world.store, "mark_sent")
    mark.errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.connect("A-WAS-01")  # connected, and its frame still waits
    commit = Faulty(world.store, "commit")
    commit.gate = asyncio.Event()
    cancel = asyncio.create_task(world.press(request_id, "cancel", ENGINEER))
    await eventually(lambda: not world.engine.desk.outbox or commit.gate is None)
    await world.engine.delivery.pump("A-WAS-01")
    commit.gate.set()
    await cancel
    assert world.dispatched("A-WAS-01") == []
    assert (await world.request(request_id)).state is RequestState.CANCELLED
    assert world.engine.desk.outbox == {}


async def test_a_step_stays_deliverable_when_giving_it_up_could_not_be_written(world: World) -> None:
    request_id = await approved(world)
    commit = Faulty(world.store, "commit")
    commit.errors = [BusyError("full")]
    with pytest.raises(BusyError):
        await world.press(request_id, "cancel", ENGINEER)
    await world.connect("A-WAS-01")
    assert len(world.dispatched("A-WAS-01")) == 1


async def test_a_cancelled_step_that_never_arrived_is_not_sent_again(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    await world.links.drop("A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    assert (await world.request(request_id)).state is RequestState.RUNNING  # unknown whether it runs
    await world.connect("A-WAS-01")  # its journal is empty
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.links.answer("A-WAS-01", CancelNoted(step_id=step_id, state="unknown"))  # it never arrived
    assert len(world.dispatched("A-WAS-01")) == 1
    assert (await world.request(request_id)).state is RequestState.CANCELLED


async def test_a_cancel_while_the_agent_was_away_reaches_it_when_it_is_back(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    await world.press(request_id, "cancel", ENGINEER)
    assert world.links.sent_to("A-WAS-01", Cancel) == []
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.RUNNING)
    await world.connect("A-WAS-01", journal=(entry,))
    assert [frame.step_id for frame in world.links.sent_to("A-WAS-01", Cancel)] == [step_id]  # type: ignore[union-attr]


FILE = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)


async def test_a_deploy_cancelled_after_the_switch_is_put_back(world: World) -> None:
    await world.connect("A-WAS-01")
    intent = restart(
        "A-WAS-01",
        intent_type=IntentType.DEPLOY,
        action_sequence=("DEPLOY_ARTIFACT",),
        deploy_artifacts=("app.war",),
    )
    receipt = await world.say("배포", intent, files=(FILE,))
    await world.approve(receipt.sr_id or "")
    deploy = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", deploy)
    await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    await world.finish("A-WAS-01", deploy)  # not interruptible: it ended well all the same
    ran = [d.action for d in world.dispatched("A-WAS-01")]
    assert ran == ["DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"]
    for dispatch in (1, 2):
        step_id = world.dispatched("A-WAS-01")[dispatch].step_id
        await world.accept("A-WAS-01", step_id)
        await world.finish("A-WAS-01", step_id)
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.ROLLED_BACK
    assert "취소" in str(request.message)


# --- people at the wrong moment --------------------------------------------------------------------------------------


async def test_the_same_press_twice_at_once_is_one_press(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    press = ButtonPress(
        platform="room",
        press_id="double",
        room_id="ops",
        person=APPROVER,
        request_id=request.request_id,
        button="approve",
        digest=request.plan.digest,
        received_ms=world.clock.now_ms(),
    )
    first, second = await asyncio.gather(world.engine.press(press), world.engine.press(press))
    assert first == second == await world.engine.press(press)
    assert first.status is ReceiptStatus.IN_PROGRESS


async def test_an_approval_or_answer_after_its_time_does_not_count_even_before_the_timers_ran(world: World) -> None:
    waiting = await world.say("재기동", restart("A-WAS-01"))
    world.inventory.move((*SERVERS, server("N-WAS-01", 1, institution="국세청")))
    asked = await world.say("디스크", check(institution="UNKNOWN"))
    world.clock.advance(1801)
    with pytest.raises(ConflictError):
        await world.approve(waiting.sr_id or "")
    with pytest.raises(ConflictError):
        await world.press(asked.sr_id or "", "choose:1", ENGINEER)


async def test_policies_about_approvals_see_the_kind_of_the_request(world: World) -> None:
    world.engine.presses._authoriser = Authoriser(
        'permit (principal, action, resource) unless { action == Action::"approve" && context.kind == "change" };'
    )
    receipt = await world.say("재기동", restart("A-WAS-01"))
    with pytest.raises(ForbiddenError):
        await world.approve(receipt.sr_id or "")


async def test_an_approver_of_another_institution_decides_nothing(world: World) -> None:
    elsewhere = Person(person_id="approver9", name="approver9", roles=("approver",), institutions=("국세청",))
    receipt = await world.say("재기동", restart("A-WAS-01"))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    for button in ("approve", "reject", "cancel"):
        with pytest.raises(ForbiddenError):
            await world.press(request.request_id, button, elsewhere, request.plan.digest)


async def test_a_service_renamed_in_the_cmdb_makes_the_plan_stale(world: World) -> None:
    receipt = await world.say("재기동", restart("A-WAS-01"))
    world.inventory.move((server("A-WAS-01", 1, service_name="was-new"), *SERVERS[1:]))
    await world.approve(receipt.sr_id or "")
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.AWAITING_APPROVAL
    assert request.plan is not None
    assert '"was-new"' in request.plan.nodes[0].steps[0].parameters


# --- odd input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": {"at": "내일쯤"}},
        {"parameters": {"at": 5}},
        {"parameters": {"service": "--help"}},
        {"action_sequence": ("FORMAT_DISK",)},
        {"action_sequence": ()},
    ],
)
async def test_a_reading_that_fits_no_action_is_refused_and_runs_nothing(
    world: World, changes: dict[str, object]
) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("이상한 요청", restart("A-WAS-01", **changes))
    assert receipt.status is ReceiptStatus.ERROR
    assert (await world.request(receipt.sr_id or "")).state is RequestState.REJECTED
    assert world.dispatched("A-WAS-01") == []


async def test_a_time_without_an_offset_is_of_the_hubs_zone(world: World) -> None:
    receipt = await world.say("예약", restart("A-WAS-01", parameters={"at": "2027-01-15T17:20:00"}))
    request = await world.request(receipt.sr_id or "")
    assert request.plan is not None
    assert request.plan.not_before_ms == 1_800_001_200_000


async def test_a_message_that_cannot_be_worked_off_does_not_keep_the_hub_from_starting(world: World) -> None:
    async def broken(_message: object) -> object:
        raise ValueError("no reading")

    world.parser.read = broken  # type: ignore[method-assign,assignment]
    with pytest.raises(ValueError, match="no reading"):
        await world.say("깨진 메시지", message_id="poison")
    await world.restart()
    assert await world.store.open_inbox() == []
    receipt = await world.say("깨진 메시지", message_id="poison")
    assert receipt.status is ReceiptStatus.ERROR


@pytest.mark.parametrize("report", [b"{", b"[]", b"\xff\xfe", b'{"status":"fine"}', b"5"])
async def test_an_unreadable_report_is_no_finding_and_blocks_nothing(world: World, report: bytes) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    await world.work_off("A-WAS-01", lambda _d: (StepOutcome.OK, report))
    request = await world.request(receipt.sr_id or "")
    assert request.state is RequestState.FAILED
    assert "읽을 수 없습니다" in str(request.message)


async def test_a_verification_with_an_unreadable_report_fails_the_change(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    good = canonical(
        CheckReport(check="x", asset="A-WAS-01", collected_at="2026-01-01", status=CheckStatus.OK, summary="")
    )
    await world.work_off(
        "A-WAS-01",
        lambda d: (StepOutcome.OK, {"CHECK_SERVICE": good, "CHECK_HTTP": b"{"}.get(d.action, b"not read")),
    )
    request = await world.request(request_id)
    assert request.state is RequestState.FAILED
    states = [request.run(step.step_id).state for _, step in request.plan.steps()]  # type: ignore[union-attr]
    assert states == [StepState.OK, StepState.OK, StepState.FAILED]


async def test_output_of_an_attempt_that_is_not_under_way_is_not_kept(world: World) -> None:
    await world.connect("A-WAS-01")
    await approved(world)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    for odd in (f"{step_id}.a7", f"{step_id}.a1"):
        await world.links.answer("A-WAS-01", Output(step_id=odd, seq=1, stream=Stream.STDOUT, data=b"x"))
        assert await world.store.output(odd) == []


async def test_one_agent_for_many_hosts_is_not_asked_everything_at_once(world: World) -> None:
    behind = {"connection": Connection.SSH, "via_agent": "G-WAS-001"}
    many = (server("G-WAS-001", 1), *(server(f"G-WAS-{n:03}", n, **behind) for n in range(2, 151)))
    world.inventory.move(many)
    await world.connect("G-WAS-001")
    now = most = 0

    async def explain(_agent: str, query: Explain, _within: float) -> Explanation:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return Explanation(query_id=query.query_id, ok=True, digest="d")

    world.links.explain = explain  # type: ignore[method-assign,assignment]
    receipt = await world.say("재기동", restart())
    assert (await world.request(receipt.sr_id or "")).state is RequestState.AWAITING_APPROVAL
    assert 1 < most <= MAX_ASKED


# --- what became clear, and what is kept -----------------------------------------------------------------------------


async def test_a_late_probe_that_found_the_effect_lets_the_request_run_on(world: World) -> None:
    await world.connect("A-WAS-01")
    request_id = await approved(world)
    step_id = world.dispatched("A-WAS-01")[0].step_id
    await world.accept("A-WAS-01", step_id)
    await world.links.drop("A-WAS-01")
    entry = JournalEntry(step_id=step_id, digest="d", state=JournalState.INTERRUPTED)
    await world.connect("A-WAS-01", journal=(entry,))
    for verdict, state in (
        (ProbeVerdict.UNDETERMINED, RequestState.NEEDS_OPERATOR),
        (ProbeVerdict.UNDETERMINED, RequestState.NEEDS_OPERATOR),
        (ProbeVerdict.APPLIED, RequestState.RUNNING),
    ):
        await world.links.answer("A-WAS-01", ProbeResult(step_id=step_id, verdict=verdict))
        assert (await world.request(request_id)).state is state
    await world.work_off("A-WAS-01")
    assert (await world.request(request_id)).state is RequestState.SUCCEEDED


async def test_nothing_of_ended_requests_stays_in_memory(world: World) -> None:
    await world.connect("A-WAS-01")
    for n in range(3):
        receipt = await world.say(f"디스크 {n}", check("A-WAS-01"))
        step_id = world.dispatched("A-WAS-01")[-1].step_id
        await world.accept("A-WAS-01", step_id)
        await world.links.answer("A-WAS-01", Output(step_id=step_id, seq=1, stream=Stream.STDOUT, data=b"x"))
        await world.finish("A-WAS-01", step_id)
        assert (await world.request(receipt.sr_id or "")).final
        with pytest.raises(ConflictError):
            await world.press(receipt.sr_id or "", "cancel", ENGINEER)
    await world.say("모르는 요청", restart("A-WAS-01", action_sequence=()))
    desk, delivery = world.engine.desk, world.engine.delivery
    await desk.finish()
    kept = [desk.requests, desk._locks, desk._reserved, desk.outbox, desk._queued, desk.pace._shown, desk.pace._due]
    kept += [delivery._probed]
    kept += [world.engine.board._output, world.engine.board._live, world.engine._under_way]
    assert not any(kept)


async def test_time_goes_on_for_the_others_when_one_request_is_broken(world: World) -> None:
    broken = await world.say("재기동", restart("A-WAS-01"))
    sound = await world.say("재기동!", restart("A-WAS-02"))
    request = world.engine.desk.requests[broken.sr_id or ""]
    commit = Faulty(world.store, "commit")
    real = commit.real

    async def refuse(value: Any) -> Any:
        if value.request.request_id == request.request_id:
            raise StoreError("this row cannot be written")
        return await real(value)

    commit.real = refuse
    world.clock.advance(1801)
    await world.engine.tick()
    assert (await world.request(sound.sr_id or "")).state is RequestState.EXPIRED


async def test_a_result_for_a_request_of_another_hub_is_let_go(world: World) -> None:
    await world.connect("A-WAS-01")
    await world.links.answer(
        "A-WAS-01", Result(step_id="SR-1.p1.n1.s1", digest="d", outcome=StepOutcome.OK, finished_ms=1)
    )
    assert world.links.presence().keys() == {"A-WAS-01"}
