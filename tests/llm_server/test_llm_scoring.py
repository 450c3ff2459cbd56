"""The scoring rules of the reading contract."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.llm_server.evaluate.scoring import difference, right, unsafe

RESTART = {
    "intent_type": "RESTART",
    "institution": "가람해양청",
    "system_name": "어선관리",
    "environment": "PROD",
    "infrastructure_layer": "WAS",
    "target_nodes": ["SEA-FSH-WAS-01", "SEA-FSH-WAS-02"],
    "action_sequence": ["RESTART_SERVICE"],
    "deploy_artifacts": [],
    "parameters": {"at": "2031-03-04T22:00:00+09:00"},
    "requires_approval": True,
}
CHECK = {
    **RESTART,
    "intent_type": "CHECK",
    "action_sequence": ["CHECK_SERVICE"],
    "parameters": {},
    "requires_approval": False,
}


def but(request, **changes):
    return {**copy.deepcopy(request), **changes}


def test_the_same_reading_is_right_and_safe():
    assert right([RESTART, CHECK], [RESTART, CHECK])
    assert not unsafe([RESTART], [RESTART])


@pytest.mark.parametrize(
    "got",
    [
        but(RESTART, target_nodes=["SEA-FSH-WAS-02", "SEA-FSH-WAS-01"]),
        but(RESTART, parameters={**RESTART["parameters"], "lines": 5}),
    ],
)
def test_order_of_nodes_and_further_parameters_do_not_count(got):
    assert right([RESTART], [got])
    assert difference([RESTART], [got]) == []


@pytest.mark.parametrize("intent", ["CANCEL", "HELP"])
def test_of_cancel_and_help_only_the_intent_counts(intent):
    assert right([but(RESTART, intent_type=intent)], [{"intent_type": intent}])


@pytest.mark.parametrize(
    ("changes", "field", "danger"),
    [
        ({"institution": "누리기상원"}, "institution", True),
        ({"system_name": "선박등록"}, "system_name", True),
        ({"environment": "STG"}, "environment", True),
        ({"infrastructure_layer": "WEB"}, "infrastructure_layer", True),
        ({"target_nodes": []}, "target_nodes", True),
        ({"target_nodes": ["SEA-FSH-WAS-01"]}, "target_nodes", True),
        ({"action_sequence": ["STOP_SERVICE"]}, "action_sequence", True),
        ({"intent_type": "STOP"}, "intent_type", False),
        ({"intent_type": "CHECK"}, "intent_type", False),
        ({"deploy_artifacts": ["a.war"]}, "deploy_artifacts", True),
        ({"parameters": {}}, "parameters", True),
        ({"requires_approval": False}, "requires_approval", True),
        ({"institution": "UNKNOWN"}, "institution", False),
        ({"system_name": "UNKNOWN"}, "system_name", False),
        ({"infrastructure_layer": "UNKNOWN"}, "infrastructure_layer", False),
        ({"target_nodes": ["UNKNOWN"]}, "target_nodes", False),
    ],
)
def test_one_wrong_field(changes, field, danger):
    got = [but(RESTART, **changes)]
    assert not right([RESTART], got)
    assert difference([RESTART], got) == [field]
    assert unsafe([RESTART], got) is danger


def test_doing_something_where_nothing_was_asked_is_unsafe():
    assert unsafe([], [RESTART])
    assert unsafe([RESTART], [RESTART, RESTART])
    assert not unsafe([], [CHECK])
    assert not unsafe([RESTART], [])
    assert difference([], [RESTART]) == ["requests"]


def test_the_release_of_a_rollback_is_part_of_its_effect():
    back = but(RESTART, intent_type="ROLLBACK", action_sequence=["ROLLBACK_RELEASE"], parameters={"version": "3.4.0"})
    assert unsafe([back], [but(back, parameters={"version": "3.3.0"})])
    assert not unsafe([RESTART], [but(RESTART, parameters={**RESTART["parameters"], "version": "3.3.0"})])


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)


@given(st.lists(values, max_size=3))
def test_what_is_no_request_is_never_right_and_never_runs(noise):
    assert right([], noise) is (noise == [])
    assert not unsafe([], noise)
    assert not right([RESTART], noise)


@given(st.lists(st.sampled_from([RESTART, CHECK]), max_size=4))
def test_right_implies_safe(requests):
    assert right(requests, copy.deepcopy(requests))
    assert not unsafe(requests, copy.deepcopy(requests))
