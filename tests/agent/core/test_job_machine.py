"""The agent's step machine: once at most, whatever comes in whatever order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.job import (
    FINISHED,
    TRANSITIONS,
    Accept,
    Binding,
    ImpossibleTransitionError,
    Known,
    Refuse,
    ResendResult,
    SayInterrupted,
    SayUnderWay,
    StepEvent,
    StepState,
    decide_known,
    decide_new,
    journal_state,
    next_state,
)


@given(st.lists(st.sampled_from(StepEvent), max_size=12))
def test_no_history_runs_a_step_twice(events):
    state, accepted, ended = StepState.READY, 0, False
    for event in events:
        try:
            state = next_state("s", state, event)
        except ImpossibleTransitionError:
            continue
        assert not ended, "an end is final"
        accepted += event is StepEvent.ACCEPT
        ended = state in FINISHED
    assert accepted <= 1


def test_every_end_is_final_and_an_interrupted_step_is_at_most_followed_again():
    assert not [pair for pair in TRANSITIONS if pair[0] in FINISHED]
    assert [event for state, event in TRANSITIONS if state is StepState.INTERRUPTED] == [StepEvent.TAKE_UP]


def test_an_impossible_event_names_step_and_state():
    with pytest.raises(ImpossibleTransitionError, match="step s7: START is impossible in state INTERRUPTED"):
        next_state("s7", StepState.INTERRUPTED, StepEvent.START)


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (None, Accept()),
        (Known(digest="d", state=StepState.REFUSED), Accept()),
        (Known(digest="d", state=StepState.OK), ResendResult()),
        (Known(digest="d", state=StepState.CANCELLED), ResendResult()),
        (Known(digest="d", state=StepState.RUNNING), SayUnderWay(StepState.RUNNING)),
        (Known(digest="d", state=StepState.ACCEPTED), SayUnderWay(StepState.ACCEPTED)),
        (Known(digest="d", state=StepState.INTERRUPTED), SayInterrupted()),
    ],
)
def test_what_a_dispatch_means_for_a_known_step(known, expected):
    assert decide_known(known, "d") == expected


@given(st.sampled_from([state for state in StepState if state not in (StepState.READY, StepState.REFUSED)]))
def test_another_digest_is_always_refused(state):
    decision = decide_known(Known(digest="d", state=state), "other")
    assert isinstance(decision, Refuse)
    assert decision.code == "step.digest_mismatch"


def test_an_acknowledged_step_is_not_run_again():
    decision = decide_known(Known(digest="d", state=StepState.OK, acknowledged=True), "d")
    assert isinstance(decision, Refuse)
    assert decision.code == "step.already_done"


def _new(**changes):
    names = ("agent_id", "step_id", "request_id", "action", "target", "digest")
    pairs = {name: (name, changes.pop(name, name)) for name in names}
    facts = {"issued_ms": 0, "expires_ms": 100, "now_ms": 50, "changes": True, "fencing": 5, "fencing_seen": 5}
    return decide_new(binding=Binding(**pairs), **(facts | changes))


def test_a_fitting_ticket_lets_the_step_in():
    assert _new() == Accept()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agent_id": "x"}, "ticket.mismatch"),
        ({"step_id": "x"}, "ticket.mismatch"),
        ({"request_id": "x"}, "ticket.mismatch"),
        ({"action": "x"}, "ticket.mismatch"),
        ({"target": "x"}, "ticket.mismatch"),
        ({"digest": "x"}, "ticket.mismatch"),
        ({"now_ms": 300_101}, "ticket.expired"),
        ({"issued_ms": 400_000, "expires_ms": 900_000}, "ticket.not_yet"),
        ({"fencing": 4}, "step.fenced"),
    ],
)
def test_what_does_not_fit_is_refused(changes, code):
    decision = _new(**changes)
    assert isinstance(decision, Refuse)
    assert decision.code == code


def test_clocks_may_differ_by_minutes():
    assert _new(now_ms=300_100) == Accept()
    assert _new(issued_ms=300_000, expires_ms=600_000, now_ms=0) == Accept()


def test_reads_are_not_fenced():
    assert _new(fencing=0, changes=False) == Accept()


def test_the_hello_tells_every_state_that_has_something_to_tell():
    assert {state for state in StepState if journal_state(state) is None} == {StepState.READY, StepState.REFUSED}
