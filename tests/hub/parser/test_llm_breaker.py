"""The circuit breaker, against a model of what it promises."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guardia.hub.parser.breaker import Breaker, State


def test_it_opens_after_failures_in_a_row_and_tries_once() -> None:
    breaker = Breaker(threshold=3, cool_down=5)
    for _ in range(2):
        breaker.failed(0)
    breaker.succeeded()
    for _ in range(3):
        assert breaker.allow(0)
        breaker.failed(0)
    assert breaker.state is State.OPEN
    assert not breaker.allow(4.9)
    assert breaker.retry_in(4) == pytest.approx(1)
    assert breaker.allow(5)
    assert not breaker.allow(5), "one trial call at a time"
    breaker.succeeded()
    assert breaker.allow(5)


def test_a_failed_trial_doubles_the_wait_up_to_a_limit() -> None:
    breaker = Breaker(threshold=1, cool_down=5, longest=12)
    breaker.failed(0)
    now = 0.0
    for wait in (5, 10, 12, 12):
        assert not breaker.allow(now + wait - 0.1)
        now += wait
        assert breaker.allow(now)
        breaker.failed(now)


def test_a_cancelled_trial_does_not_block_for_ever() -> None:
    breaker = Breaker(threshold=1, cool_down=5)
    breaker.failed(0)
    assert breaker.allow(5)
    breaker.given_up(5)
    assert not breaker.allow(9)
    assert breaker.allow(10)


@pytest.mark.parametrize("wrong", [{"threshold": 0}, {"cool_down": 0}, {"cool_down": 10, "longest": 5}])
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a breaker needs"):
        Breaker(**wrong)  # type: ignore[arg-type]


class BreakerMachine(RuleBasedStateMachine):
    """Calls begin, end well or badly or are cancelled, in any order; time goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker(threshold=3, cool_down=5, longest=40)
        self.now = 0.0
        self.under_way = 0
        self.failed_in_a_row = 0

    @rule(seconds=st.floats(0, 60))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        before = self.breaker.state
        waiting = self.breaker.retry_in(self.now)
        allowed = self.breaker.allow(self.now)
        assert allowed == (before is State.CLOSED or (before is State.OPEN and waiting == 0))
        self.under_way += allowed

    @precondition(lambda self: self.under_way)
    @rule()
    def ends_well(self) -> None:
        self.under_way -= 1
        self.breaker.succeeded()
        self.failed_in_a_row = 0
        assert self.breaker.allow(self.now)

    @precondition(lambda self: self.under_way)
    @rule()
    def fails(self) -> None:
        self.under_way -= 1
        was = self.breaker.state
        self.breaker.failed(self.now)
        self.failed_in_a_row += 1
        if self.failed_in_a_row >= 3 or was is not State.CLOSED:
            assert self.breaker.state is State.OPEN

    @precondition(lambda self: self.under_way)
    @rule()
    def is_cancelled(self) -> None:
        self.under_way -= 1
        self.breaker.given_up(self.now)
        assert self.breaker.state is not State.TRYING

    @invariant()
    def it_never_stays_shut(self) -> None:
        assert self.breaker.retry_in(self.now) <= 40 + 1e-6  # a difference of two times, each rounded


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
