"""The agent's own policy: deny wins, unknown is denied, changes need another person."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.agent.core.policy import Policy, Rule, allowed_actions, judge
from guardia.proto.catalogue import CATALOGUE


def _judge(policy=None, **changes):
    facts = {
        "action": "RESTART_SERVICE",
        "target": "APP-WAS-01",
        "timeout_ms": 180_000,
        "requester": "engineer1",
        "approvers": ("approver1",),
    }
    return judge(policy or Policy(), **(facts | changes))


def test_without_a_file_reads_run_and_changes_need_another_person():
    assert _judge(action="CHECK_MEMORY", approvers=()).allowed
    assert _judge().allowed
    assert _judge(approvers=()).code == "policy.approvers"
    assert _judge(approvers=("engineer1",)).code == "policy.approvers"
    assert _judge(approvers=("engineer1", "approver1")).allowed


def test_the_same_approver_twice_is_one():
    policy = Policy(require_approvers=2)
    assert _judge(policy, approvers=("approver1", "approver1")).code == "policy.approvers"
    assert _judge(policy, approvers=("approver1", "approver2")).allowed


def test_a_rule_may_ask_for_fewer_or_more():
    policy = Policy(
        allow=(Rule(actions=("*",), targets=("DEV-*",), require_approvers=0), Rule(actions=("*",), require_approvers=2))
    )
    assert _judge(policy, target="DEV-WAS-01", approvers=()).allowed
    assert _judge(policy).code == "policy.approvers"


def test_deny_wins_over_any_allow():
    policy = Policy(deny=(Rule(actions=("RESTART_*",), targets=("APP-WAS-0?",)),))
    assert _judge(policy).code == "policy.denied"
    assert _judge(policy, target="APP-WAS-10").allowed


def test_no_rule_no_run():
    policy = Policy(allow=(Rule(actions=("CHECK_*", "TAIL_LOG")),))
    assert _judge(policy, action="TAIL_LOG").allowed
    assert _judge(policy).code == "policy.denied"
    assert _judge(Policy(allow=()), action="TAIL_LOG").code == "policy.denied"


@pytest.mark.parametrize("timeout_ms", [0, -1, 3_600_001])
def test_time_limits_are_bounded(timeout_ms):
    assert _judge(timeout_ms=timeout_ms).code == "policy.timeout"


@given(st.text(max_size=30).filter(lambda code: code not in CATALOGUE))
def test_an_unknown_action_is_denied_even_by_a_policy_that_allows_all(code):
    assert _judge(action=code).code == "policy.unknown_action"


_RULES = st.builds(
    Rule,
    actions=st.lists(st.sampled_from(["*", "CHECK_*", "RESTART_SERVICE", "TAIL_LOG"]), min_size=1, max_size=3).map(
        tuple
    ),
    targets=st.lists(st.sampled_from(["*", "APP-*", "DB-01"]), min_size=1, max_size=2).map(tuple),
    require_approvers=st.none() | st.integers(0, 2),
)


@given(
    st.lists(_RULES, max_size=4).map(tuple),
    st.lists(_RULES, max_size=4).map(tuple),
    st.sampled_from(sorted(CATALOGUE)),
    st.sampled_from(["APP-WAS-01", "DB-01", "X"]),
)
def test_what_runs_was_allowed_by_a_rule_and_denied_by_none(allow, deny, action, target):
    verdict = _judge(Policy(allow=allow, deny=deny), action=action, target=target, approvers=("a", "b", "c"))
    listed = action in allowed_actions(Policy(allow=allow, deny=deny), (target,))[target]
    assert verdict.allowed == listed
    if verdict.allowed:
        assert any(rule.matches(action, target) for rule in allow)
        assert not any(rule.matches(action, target) for rule in deny)


def test_a_rule_without_actions_or_with_a_strange_glob_is_a_mistake():
    for bad in ({"actions": []}, {"actions": ["a b"]}, {"actions": ["*"], "target": ["*"]}):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, Rule)
