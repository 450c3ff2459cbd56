"""What happens next: each branch of the pure decisions."""

from typing import Any

import pytest

from guardia.cmdb.model import Environment
from guardia.hub.core import events as e
from guardia.hub.core.dispatch import MAX_READ_ATTEMPTS, Next, decide, held_by, locks
from guardia.hub.core.intent import IntentType
from guardia.hub.core.message import StagedFile
from guardia.hub.core.plan import Plan, Role, compile_plan
from guardia.hub.core.request import Request, StepRun, node_state
from guardia.hub.core.states import STARTED, STEP_OUT, NodeState, RequestState, StepState
from guardia.proto.catalogue import CheckReport, CheckStatus, canonical
from tests.support.world import ENGINEER, SERVERS, check, found, restart, server

S, T = RequestState, StepState
FINE = found("A-WAS-01").decode()
"""What a verification needs to count; nobody looks at it in other steps."""
FILE = StagedFile(file_id="f", name="app.war", sha256="a" * 64, size=10)
DEPLOY = restart(intent_type=IntentType.DEPLOY, action_sequence=("DEPLOY_ARTIFACT",), deploy_artifacts=("app.war",))


def plan(intent: Any, servers: Any = SERVERS[:2], request_id: str = "SR-1") -> Plan:
    return compile_plan(
        request_id=request_id,
        generation=1,
        intent=intent,
        servers=servers,
        files=(FILE,),
        cmdb_revision=1,
        moment="20260101",
    )


def request(
    intent: Any = None, runs: dict[str, Any] | None = None, servers: Any = SERVERS[:2], **changes: Any
) -> Request:
    """Runs by `node.step`, as a state or a whole run."""
    intent = intent or restart()
    request_id = changes.pop("request_id", "SR-1")
    values: dict[str, Any] = {
        "request_id": request_id,
        "version": 3,
        "state": S.RUNNING,
        "room_id": "ops",
        "platform": "web",
        "message_id": "m",
        "text": "t",
        "requester": ENGINEER,
        "intent": intent,
        "files": (),
        "created_ms": 1,
        "updated_ms": 2,
        "plan": plan(intent, servers, request_id),
        "started_ms": 1,
        "runs": {
            f"SR-1.p1.n{key.split('.')[0]}.s{key.split('.')[1]}": run
            if isinstance(run, StepRun)
            else StepRun(state=run, finished_ms=1, report=FINE if run is T.OK else "")
            for key, run in (runs or {}).items()
        },
    }
    return Request(**(values | changes))


def sent(following: Next) -> list[str]:
    assert not following.events
    return [step.step_id.removeprefix("SR-1.p1.") for _, step in following.dispatch]


def ended(following: Next) -> str:
    assert not following.dispatch
    *before, event = following.events
    assert isinstance(event, e.Finished)
    assert event.message
    assert all(isinstance(one, e.CancelSettled) for one in before)
    return event.state


def settled(following: Next) -> tuple[str, str]:
    """State of the end, and what became of the cancel."""
    [outcome, event] = following.events
    assert isinstance(outcome, e.CancelSettled)
    assert isinstance(event, e.Finished)
    return event.state, outcome.outcome.value


ALL_OK = {f"{node}.{step}": T.OK for node in (1, 2) for step in (1, 2, 3)}


@pytest.mark.parametrize("state", [state for state in RequestState if state not in STARTED])
def test_nothing_happens_before_the_start_and_after_the_end(state: RequestState) -> None:
    assert decide(request(state=state), 1) == Next()
    assert decide(request(state=state, plan=None), 1) == Next()


def test_a_change_goes_step_by_step_and_node_by_node() -> None:
    done: dict[str, Any] = {}
    for key in ALL_OK:
        node, step = key.split(".")
        assert sent(decide(request(runs=done), 1)) == [f"n{node}.s{step}"]
        done[key] = T.OK
    assert ended(decide(request(runs=done), 1)) == "SUCCEEDED"


@pytest.mark.parametrize("state", sorted(STEP_OUT))
def test_while_a_step_is_out_a_change_waits(state: StepState) -> None:
    assert decide(request(runs={"1.1": state}), 1) == Next()
    assert decide(request(runs={"1.1": state}, cancelled_by="x"), 1) == Next()


@pytest.mark.parametrize("state", [T.FAILED, T.TIMED_OUT, T.REFUSED])
def test_a_change_stops_at_the_first_failure(state: StepState) -> None:
    assert ended(decide(request(runs={"1.1": state}), 1)) == "FAILED"
    assert ended(decide(request(runs={"1.1": T.OK, "1.2": T.OK, "1.3": T.OK, "2.1": state}), 1)) == "PARTIAL"


@pytest.mark.parametrize("state", [T.NEEDS_OPERATOR, T.NOT_APPLIED])
def test_an_unclear_step_asks_an_operator_once_and_closing_it_is_no_success(state: StepState) -> None:
    [event] = decide(request(runs={"1.1": state}), 1).events
    assert isinstance(event, e.OperatorNeeded)
    assert decide(request(runs={"1.1": state}, state=S.NEEDS_OPERATOR), 1) == Next()
    closed = request(runs={"1.1": state}, state=S.NEEDS_OPERATOR, cancelled_by="engineer1")
    assert ended(decide(closed, 1)) == "FAILED"


def test_a_cancel_sends_nothing_more() -> None:
    assert ended(decide(request(cancelled_by="engineer1"), 1)) == "CANCELLED"
    assert ended(decide(request(runs={"1.1": T.OK}, cancelled_by="engineer1"), 1)) == "CANCELLED"
    assert ended(decide(request(runs={"1.1": T.CANCELLED}), 1)) == "CANCELLED"
    expired = StepRun(state=T.FAILED, error_code="delivery.expired")
    assert ended(decide(request(runs={"1.1": expired}, cancelled_by="engineer1"), 1)) == "CANCELLED"
    assert ended(decide(request(runs={"1.1": expired}), 1)) == "FAILED"
    assert ended(decide(request(runs=ALL_OK, cancelled_by="engineer1"), 1)) == "SUCCEEDED"  # it was too late


@pytest.mark.parametrize(
    ("runs", "end"),
    [
        ({}, ("CANCELLED", "CANCELLED")),
        ({"1.1": T.CANCELLED}, ("CANCELLED", "CANCELLED")),
        ({"1.1": StepRun(state=T.CANCELLED, error_code="delivery.cancelled")}, ("CANCELLED", "CANCELLED")),
        ({"1.1": StepRun(state=T.FAILED, error_code="delivery.expired")}, ("CANCELLED", "CANCELLED")),
        ({"1.1": T.OK, "1.2": T.OK, "1.3": T.OK}, ("CANCELLED", "CANCELLED")),  # the second node was spared
        (ALL_OK, ("SUCCEEDED", "TOO_LATE")),
        (ALL_OK | {"2.3": T.FAILED}, ("PARTIAL", "TOO_LATE")),
        ({"1.1": T.FAILED}, ("FAILED", "TOO_LATE")),  # it failed by itself; the second node was not spared by anybody
        ({"1.1": T.TIMED_OUT}, ("FAILED", "TOO_LATE")),
        ({"1.1": T.NEEDS_OPERATOR}, ("FAILED", "UNKNOWN")),
        ({"1.1": T.NOT_APPLIED}, ("FAILED", "CANCELLED")),  # and it is not tried again
    ],
)
def test_a_cancel_ends_as_what_it_brought_about(runs: dict[str, Any], end: tuple[str, str]) -> None:
    assert settled(decide(request(runs=runs, cancelled_by="engineer1", state=S.NEEDS_OPERATOR), 1)) == end


@pytest.mark.parametrize("verified", [None, T.CANCELLED])
def test_a_cancel_after_the_change_itself_was_too_late_though_nothing_was_verified(verified: StepState | None) -> None:
    runs = {"1.1": T.OK} | ({"1.2": verified} if verified else {})
    following = decide(request(runs=runs, servers=SERVERS[:1], cancelled_by="engineer1"), 1)
    assert settled(following) == ("PARTIAL", "TOO_LATE")
    assert "늦었습니다" in str(following.events[-1].message)  # type: ignore[attr-defined]


def test_what_ran_before_the_cancel_is_named() -> None:
    following = decide(request(runs={"1.1": T.OK}, cancelled_by="engineer1"), 1)
    assert settled(following) == ("CANCELLED", "CANCELLED")
    assert "이미 실행된 것은 그대로입니다: A-WAS-01 재기동" in str(following.events[-1].message)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("runs", "end"),
    [
        ({"1.1": T.OK}, ("CANCELLED", "CANCELLED")),
        ({"1.1": T.OK, "2.1": T.CANCELLED}, ("CANCELLED", "CANCELLED")),
        ({"1.1": T.OK, "2.1": T.NOT_APPLIED}, ("CANCELLED", "CANCELLED")),
        ({"1.1": T.OK, "2.1": T.OK}, ("SUCCEEDED", "TOO_LATE")),
        ({"1.1": T.OK, "2.1": T.FAILED}, ("PARTIAL", "TOO_LATE")),
        ({"1.1": T.OK, "2.1": T.NEEDS_OPERATOR}, ("PARTIAL", "UNKNOWN")),
    ],
)
def test_a_cancelled_read_ends_as_what_the_cancel_brought_about(runs: dict[str, Any], end: tuple[str, str]) -> None:
    assert settled(decide(request(check(), runs, cancelled_by="x"), 1)) == end


@pytest.mark.parametrize(
    ("runs", "end"),
    [
        ({"1.1": T.OK, "1.5": T.OK, "1.6": T.OK}, ("ROLLED_BACK", "CANCELLED")),
        ({"1.1": T.OK, "1.2": T.FAILED, "1.5": T.OK, "1.6": T.OK}, ("ROLLED_BACK", "TOO_LATE")),
        ({"1.1": T.OK, "1.5": T.FAILED}, ("ROLLBACK_FAILED", "UNKNOWN")),
    ],
)
def test_a_cancelled_deploy_that_was_put_back(runs: dict[str, Any], end: tuple[str, str]) -> None:
    restoring = {"restoring": ("A-WAS-01",), "state": S.ROLLING_BACK}
    assert settled(decide(request(DEPLOY, runs, cancelled_by="x", **restoring), 1)) == end


@pytest.mark.parametrize(
    ("status", "good"),
    [(CheckStatus.OK, True), (CheckStatus.WARN, True), (CheckStatus.CRIT, False), (CheckStatus.UNKNOWN, False)],
)
def test_the_finding_of_a_verification_decides(status: CheckStatus, good: bool) -> None:
    report = canonical(CheckReport(check="c", asset="a", collected_at="t", status=status, summary="요약")).decode()
    found = decide(request(runs={"1.1": T.OK, "1.2": StepRun(state=T.OK, report=report)}), 1)
    if good:
        assert sent(found) == ["n1.s3"]
    else:
        assert ended(found) == "FAILED"


# Steps of a deploy: 1 deploy, 2 restart, 3 and 4 verify, 5 roll back, 6 restart again.
SWITCHED = {"1.1": T.OK, "1.2": T.FAILED}


def test_a_failure_before_the_switch_restores_nothing() -> None:
    assert ended(decide(request(DEPLOY, {"1.1": T.FAILED}), 1)) == "FAILED"
    assert ended(decide(request(DEPLOY, {}, cancelled_by="x"), 1)) == "CANCELLED"


@pytest.mark.parametrize("cancelled", ["", "engineer1"])
def test_a_failure_or_cancel_after_the_switch_restores_and_says_so(cancelled: str) -> None:
    runs: dict[str, Any] = {"1.1": T.OK} if cancelled else dict(SWITCHED)
    [event] = decide(request(DEPLOY, runs, cancelled_by=cancelled), 1).events
    assert isinstance(event, e.RestoreStarted)
    restoring = {"restoring": ("A-WAS-01",), "state": S.ROLLING_BACK, "cancelled_by": cancelled}
    assert sent(decide(request(DEPLOY, runs, **restoring), 1)) == ["n1.s5"]
    assert decide(request(DEPLOY, runs | {"1.5": T.RUNNING}, **restoring), 1) == Next()
    assert sent(decide(request(DEPLOY, runs | {"1.5": T.OK}, **restoring), 1)) == ["n1.s6"]
    assert ended(decide(request(DEPLOY, runs | {"1.5": T.OK, "1.6": T.OK}, **restoring), 1)) == "ROLLED_BACK"
    assert ended(decide(request(DEPLOY, runs | {"1.5": T.FAILED}, **restoring), 1)) == "ROLLBACK_FAILED"


def test_an_unclear_restore_asks_an_operator() -> None:
    restoring = {"restoring": ("A-WAS-01",), "state": S.ROLLING_BACK}
    [event] = decide(request(DEPLOY, SWITCHED | {"1.5": T.NOT_APPLIED}, **restoring), 1).events
    assert isinstance(event, e.OperatorNeeded)


def test_the_second_node_put_back_is_partial() -> None:
    first = {f"1.{step}": T.OK for step in range(1, 5)}
    second = {"2.1": T.OK, "2.2": T.FAILED, "2.5": T.OK, "2.6": T.OK}
    found = request(DEPLOY, first | second, restoring=("A-WAS-02",), state=S.ROLLING_BACK)
    assert ended(decide(found, 1)) == "PARTIAL"
    assert node_state(found, found.plan.nodes[0]) is NodeState.REJOINED  # type: ignore[union-attr]
    assert node_state(found, found.plan.nodes[1]) is NodeState.RESTORED  # type: ignore[union-attr]


def test_restore_steps_never_run_unasked() -> None:
    deploy = request(DEPLOY, {f"{node}.{step}": T.OK for node in (1, 2) for step in (1, 2, 3, 4)})
    assert ended(decide(deploy, 1)) == "SUCCEEDED"
    assert all(deploy.run(s.step_id).state is T.READY for _, s in deploy.plan.steps() if s.role is Role.RESTORE)  # type: ignore[union-attr]


def test_reads_go_to_all_nodes_at_once_and_one_failure_stops_nobody() -> None:
    both = check(action_sequence=("CHECK_CPU", "CHECK_MEMORY"))
    assert sent(decide(request(both), 1)) == ["n1.s1", "n2.s1"]
    assert sent(decide(request(both, {"1.1": T.FAILED, "2.1": T.RUNNING}), 1)) == ["n1.s2"]
    done = {"1.1": T.OK, "1.2": T.OK, "2.1": T.OK}
    assert ended(decide(request(both, done | {"2.2": T.OK}), 1)) == "SUCCEEDED"
    assert ended(decide(request(both, done | {"2.2": T.TIMED_OUT}), 1)) == "PARTIAL"
    assert ended(decide(request(both, dict.fromkeys(("1.1", "1.2", "2.1", "2.2"), T.REFUSED)), 1)) == "FAILED"


def test_a_read_that_did_not_happen_is_tried_again_but_not_for_ever() -> None:
    for attempt in range(1, MAX_READ_ATTEMPTS):
        [event] = decide(
            request(check(), {"1.1": StepRun(state=T.NOT_APPLIED, attempt=attempt), "2.1": T.OK}), 1
        ).events
        assert isinstance(event, e.StepRetried)
    last = StepRun(state=T.NOT_APPLIED, attempt=MAX_READ_ATTEMPTS)
    assert ended(decide(request(check(), {"1.1": last, "2.1": T.OK}), 1)) == "PARTIAL"


def test_a_cancelled_read_waits_for_what_is_out_and_ends() -> None:
    assert decide(request(check(), {"1.1": T.RUNNING}, cancelled_by="x"), 1) == Next()
    assert ended(decide(request(check(), {"1.1": T.OK}, cancelled_by="x"), 1)) == "CANCELLED"


def test_locks_are_hosts_and_components_of_changes_sorted() -> None:
    found = locks(request())
    assert found == tuple(sorted(found))
    assert {"host:A-WAS-01", "host:A-WAS-02", "component:기획재정부/예산시스템/PROD/WAS"} == set(found)
    assert locks(request(check())) == ()


def test_a_request_waits_for_whoever_holds_one_of_its_locks() -> None:
    one = request(servers=SERVERS[:1])
    other = request(servers=SERVERS[1:2], request_id="SR-2")
    elsewhere = request(servers=(server("D", 1, environment=Environment.DEV),), request_id="SR-3")
    assert held_by(one, [other]) == "SR-2"  # another node of the same component
    assert held_by(one, [elsewhere, request(check(), request_id="SR-4"), one]) == ""
    for state in RequestState:
        holds = request(request_id="SR-5", state=state)
        assert held_by(one, [holds]) == ("SR-5" if state in STARTED else "")


def stuck(found: Request) -> list[str]:
    nodes = found.plan.nodes if found.plan else ()
    return [node.asset for node in nodes if node_state(found, node) is NodeState.STUCK]


def test_stuck_nodes_are_those_whose_failure_stands() -> None:
    assert stuck(request(runs={"1.1": T.FAILED})) == ["A-WAS-01"]
    assert stuck(request(runs={"1.1": T.OK})) == []
    assert stuck(request(plan=None)) == []
