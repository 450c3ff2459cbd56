"""The card in every state: it renders, shows buttons that count, and its text stays text."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core import card
from guardia.hub.core.events import Choice
from guardia.hub.core.plan import Plan, compile_plan, freeze
from guardia.hub.core.request import Approval, Request, StepRun
from guardia.hub.core.states import FINAL, REQUEST_TONE, STEP_TONE, CancelState, RequestState, StepState
from guardia.hub.core.texts import say
from guardia.proto.catalogue import CheckReport, CheckStatus, canonical
from tests.support.world import ENGINEER, SERVERS, restart

S, T = RequestState, StepState
HOSTILE = "<script>alert(1)</script> & \"quoted\" 'x' {{7*7}} [link](javascript:x)"


def plan() -> Plan:
    found = compile_plan(
        request_id="SR-1",
        generation=1,
        intent=restart(),
        servers=SERVERS[:2],
        files=(),
        cmdb_revision=1,
        moment="20260101-000000",
    )
    return freeze(found, request_id="SR-1", expires_ms=10_000)


PLAN = plan()
FIRST = PLAN.nodes[0].steps[0].step_id


def request(**changes: Any) -> Request:
    values: dict[str, Any] = {
        "request_id": "SR-1",
        "version": 3,
        "state": S.RUNNING,
        "room_id": "ops",
        "platform": "web",
        "message_id": "m",
        "text": HOSTILE,
        "requester": ENGINEER,
        "intent": restart(),
        "files": (),
        "created_ms": 1,
        "updated_ms": 2,
        "plan": PLAN,
        "approvals_needed": 1,
        "code": "AB12",
        "started_ms": 1,
    }
    return Request(**(values | changes))


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("with_plan", [True, False])
def test_every_state_renders_as_json_with_a_label(state: RequestState, with_plan: bool) -> None:
    found = request(state=state, plan=PLAN if with_plan else None, message="알림", question="무엇?", behind="SR-0")
    widget = card.widget("ko", found, {FIRST: "output"}, frozenset({"A-WAS-01"}))
    assert msgspec.json.decode(msgspec.json.encode(widget)) == widget
    label = say("ko", f"request.{state.value}")
    assert (widget["state"], widget["state_label"], widget["tone"]) == (state.value, label, REQUEST_TONE[state])
    assert label in card.text("ko", found)
    assert "\n" not in card.text("ko", found)


@pytest.mark.parametrize(
    ("outcome", "state", "label"),
    [
        (None, S.RUNNING, "실행 중 · 취소 요청됨"),
        (CancelState.TOO_LATE, S.SUCCEEDED, "완료 · 취소 늦음"),
        (CancelState.UNKNOWN, S.FAILED, "실패 · 취소 확인 필요"),
        (CancelState.CANCELLED, S.CANCELLED, "취소됨"),
        (None, S.CANCELLED, "취소됨"),  # before it was started
    ],
)
def test_a_card_says_how_it_stands_with_a_cancel(outcome: CancelState | None, state: S, label: str) -> None:
    found = request(state=state, cancelled_by="engineer1", cancel_outcome=outcome)
    widget = card.widget("ko", found, {})
    assert widget["state_label"] == label
    assert label in card.text("ko", found)
    wanted = outcome or (CancelState.CANCELLED if state is S.CANCELLED else CancelState.ASKED)
    assert (widget["cancel"]["state"], widget["cancel"]["by"]) == (wanted.value, "engineer1")
    assert card.widget("ko", request(), {})["cancel"] is None


def test_a_step_that_ran_too_long_says_so_though_its_agent_says_nothing() -> None:
    widget = card.widget("ko", request(runs={FIRST: StepRun(state=T.TIMED_OUT)}), {})
    step = widget["plan"]["nodes"][0]["steps"][0]
    assert step["time_out"] == "execution"
    assert "제한 시간 180초를 넘겨 중단했습니다" in step["summary"]


def test_a_step_that_cannot_be_stopped_says_so_while_it_runs() -> None:
    runs = {FIRST: StepRun(state=T.RUNNING, started_ms=1, cancel_too_late=True)}
    widget = card.widget("ko", request(cancelled_by="engineer1", runs=runs), {})
    assert "멈출 수 없는 단계" in widget["plan"]["nodes"][0]["steps"][0]["summary"]
    assert "멈출 수 없습니다" in widget["message"]
    asked = card.widget("ko", request(cancelled_by="engineer1", runs={FIRST: StepRun(state=T.RUNNING)}), {})
    assert "멈추기를 기다립니다" in asked["message"]


@pytest.mark.parametrize("state", StepState)
def test_every_step_state_renders(state: StepState) -> None:
    widget = card.widget("ko", request(runs={FIRST: StepRun(state=state, started_ms=1_000, finished_ms=2_000)}), {})
    step = widget["plan"]["nodes"][0]["steps"][0]
    assert (step["state_label"], step["tone"]) == (say("ko", f"step.{state.value}"), STEP_TONE[state])
    assert step["started_at"] == "1970-01-01T00:00:01.000Z"
    unclear = state in (T.UNKNOWN, T.RECONCILING)
    assert (widget["tone"] == "unknown") == unclear
    assert ("연결이 끊겼습니다" in widget["message"]) == unclear


def ids(found: Request) -> list[str]:
    return [button["id"] for button in card.buttons("ko", found)]


@pytest.mark.parametrize("state", RequestState)
def test_buttons_of_each_state(state: RequestState) -> None:
    choices = (Choice(label="국세청", fields={}), Choice(label="기획재정부", fields={}))
    wanted = {
        S.NEEDS_ANSWER: ["choose:1", "choose:2", "cancel"],
        S.AWAITING_APPROVAL: ["approve", "reject", "cancel"],
        **{final: [] for final in FINAL},
    }.get(state, ["cancel"])
    assert ids(request(state=state, choices=choices)) == wanted


def test_retry_is_offered_only_for_what_provably_did_not_take_effect() -> None:
    for state in StepState:
        found = ids(request(state=S.NEEDS_OPERATOR, runs={FIRST: StepRun(state=state)}))
        assert found == (["retry", "cancel"] if state is T.NOT_APPLIED else ["cancel"])


def test_what_is_being_cancelled_is_not_cancelled_again() -> None:
    assert ids(request(cancelled_by="engineer1")) == []


def test_text_of_people_logs_and_reports_is_carried_as_text_alone() -> None:
    report = canonical(
        CheckReport(check="x", asset="A", collected_at="t", status=CheckStatus.OK, summary=HOSTILE, lines=(HOSTILE,))
    ).decode()
    runs = {FIRST: StepRun(state=T.OK, report=report)}
    widget = card.widget("ko", request(runs=runs, message=HOSTILE), {FIRST: HOSTILE})
    step = widget["plan"]["nodes"][0]["steps"][0]
    assert widget["text"] == widget["message"] == step["output"] == step["summary"] == HOSTILE
    assert step["report"]["lines"] == [HOSTILE]
    assert {button["id"] for button in widget["buttons"]} == {"cancel"}


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_no_text_adds_buttons_or_changes_the_state(text: str, message: str, output: str) -> None:
    widget = card.widget("ko", request(text=text, message=message), {FIRST: output})
    plain = card.widget("ko", request(), {})
    assert [widget[key] for key in ("buttons", "state", "tone", "title", "approvals")] == [
        plain[key] for key in ("buttons", "state", "tone", "title", "approvals")
    ]


def test_a_card_that_waits_shows_the_digest_the_code_and_the_deadline_of_the_approval() -> None:
    widget = card.widget("ko", request(state=S.AWAITING_APPROVAL, approve_by_ms=5_000), {})
    assert widget["plan"]["digest"] == PLAN.digest
    assert widget["plan"]["expires_at"] == "1970-01-01T00:00:05.000Z"  # not the later end of the plan itself
    assert "승인 코드 AB12" in widget["message"]
    given_by = (Approval(by="approver1", name="승인자", at_ms=1_000),)
    widget = card.widget("ko", request(state=S.AWAITING_APPROVAL, approvals_needed=2, approvals=given_by), {})
    assert "1명" in widget["message"]
    assert widget["approvals"] == {"needed": 2, "given": [{"by": "승인자", "at": "1970-01-01T00:00:01.000Z"}]}


def test_a_title_says_what_in_the_words_of_the_cmdb() -> None:
    assert card.title("ko", request(intent=restart("A-WAS-01"))) == "예산시스템 운영 WAS A-WAS-01 재기동"
    unknown = restart("UNKNOWN", system_name="UNKNOWN", infrastructure_layer="ALL", action_sequence=("NEW_ACTION",))
    assert card.title("ko", request(intent=unknown)) == "운영"


_STEPS = [step.step_id for _, step in PLAN.steps()]
_RUNS = st.builds(
    StepRun,
    state=st.sampled_from(StepState),
    attempt=st.integers(1, 2),
    message=st.sampled_from(["", "끝", HOSTILE]),
    error_code=st.sampled_from(["", "plan.expired"]),
    output_bytes=st.sampled_from([0, 10]),
)
_MOMENTS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(RequestState),
        "runs": st.dictionaries(st.sampled_from(_STEPS), _RUNS),
        "restoring": st.sampled_from([(), ("A-WAS-01",)]),
        "plan": st.sampled_from([PLAN, None, plan()]),
    }
)
_SHOWN = st.tuples(
    _MOMENTS,
    st.dictionaries(st.sampled_from(_STEPS), st.sampled_from(["", "output"])),
    st.frozensets(st.sampled_from(sorted(PLAN.agents))),
)


@given(st.lists(_SHOWN, min_size=2, max_size=6))
def test_a_card_that_follows_others_is_the_one_that_would_be_made_anew(moments: list[Any]) -> None:
    drawn = card.Drawn()
    for values, outputs, online in moments:
        found = request(**values)
        assert card.widget("ko", found, outputs, online, drawn) == card.widget("ko", found, outputs, online)
