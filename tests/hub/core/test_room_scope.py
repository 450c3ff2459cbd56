"""A room's scope: empty is nothing, `*` is everything, and one thing outside is enough to refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.core.room import EVERYTHING, Scope
from tests.support.world import SERVERS, server


def scope(**changes: tuple[str, ...]) -> Scope:
    values = dict.fromkeys(Scope.__struct_fields__, ("*",))
    return Scope(**(values | changes))


def test_everything() -> None:
    assert EVERYTHING.refusal(SERVERS, ["RESTART_SERVICE", "CLEAN_LOGS"]) is None


@pytest.mark.parametrize("name", Scope.__struct_fields__)
def test_an_empty_list_is_nothing(name) -> None:
    assert scope(**{name: ()}).refusal(SERVERS[:1], ["RESTART_SERVICE"])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"institutions": ("국세청",)}, "기획재정부"),
        ({"systems": ("홈택스",)}, "예산시스템"),
        ({"environments": ("DEV", "STG")}, "PROD"),
        ({"actions": ("CHECK_*",)}, "재기동"),
    ],
)
def test_the_reason_names_what_is_outside(changes, word) -> None:
    assert word in str(scope(**changes).refusal(SERVERS[:1], ["RESTART_SERVICE"]))


def test_a_family_of_actions() -> None:
    assert scope(actions=("CHECK_*",)).refusal(SERVERS, ["CHECK_DISK_SPACE", "CHECK_HTTP"]) is None


@given(st.integers(0, 4))
def test_one_server_outside_is_enough(place) -> None:
    servers = [server(f"A-{n}", n + 1) for n in range(5)]
    servers[place] = server("B-9", 9, system="홈택스")
    assert "홈택스" in str(scope(systems=("예산시스템",)).refusal(servers, ["RESTART_SERVICE"]))
