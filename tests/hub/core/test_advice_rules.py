"""Rules files: the default one is sound; every mistake is named with its line and what to do."""

from importlib import resources

import pytest

from guardia.hub.core.advice_rules import MAX_RULES, AdviceRules, parse_rules
from guardia.hub.errors import ConfigError
from guardia.proto.catalogue import CATALOGUE, Kind

DEFAULT = resources.files("guardia.hub.core").joinpath("default_advice.toml").read_text(encoding="utf-8")
GOOD = """
[limits]
daily = 3

[[rule]]
id = "queue"
name = "큐"
offer = "큐를 볼까요?"
action = "CHECK_PROCESS"
topics = ["큐", "메시지 큐"]
symptoms = ["쌓이-", "안 빠지-"]
"""


ANOTHER = GOOD.replace("[limits]\ndaily = 3\n", "")
MANY = "".join(ANOTHER.replace("queue", f"q{n}").replace("큐", f"큐{n}") for n in range(MAX_RULES + 1))


def test_the_default_rules_are_sound_and_offer_only_reads() -> None:
    rules = parse_rules(DEFAULT, "default_advice.toml")
    assert len(rules.rule) >= 5
    assert {CATALOGUE[rule.action].kind for rule in rules.rule} == {Kind.READ}
    assert {"FETCH_DB_LOCKS", "CHECK_DISK_SPACE"} <= {rule.action for rule in rules.rule}
    assert all(rule.offer_en for rule in rules.rule)


def test_a_sites_own_file_is_taken_as_it_is() -> None:
    rules = parse_rules(GOOD, "own.toml")
    assert (rules.limits.daily, rules.rule[0].id) == (3, "queue")
    assert rules.called("큐") is rules.named("queue") is rules.rule[0]
    assert rules.called("없음") is None
    assert rules.cooldown_ms("queue") == 1_800_000
    assert parse_rules("", "empty.toml") == AdviceRules()


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ('"CHECK_PROCESS"', '"RESTART_SERVICE"', 9, "changes something"),
        ('"CHECK_PROCESS"', '"KILL_DB_SESSION"', 9, "changes something"),
        ('"CHECK_PROCESS"', '"DANCE"', 9, "no action"),
        ('"CHECK_PROCESS"', '"SEARCH_LOG"', 9, "needs a value"),
        ('"쌓이-"', '"쌓이!"', 11, "is no word"),
        ('"쌓이-"', '"Queue"', 11, "is no word"),
        ('"쌓이-"', '""', 11, "is no word"),
        ('"쌓이-"', '"큐"', 10, "both topic and symptom"),
        ('symptoms = ["쌓이-", "안 빠지-"]', "", 6, "count only together"),
        ('topics = ["큐", "메시지 큐"]\nsymptoms = ["쌓이-", "안 빠지-"]', "", 6, "listens for nothing"),
        ("daily = 3", "daily = -1", 3, "daily"),
        ("daily = 3", "dayly = 3", 3, "did you mean 'daily'"),
        ('id = "queue"', 'id = "Queue"', 6, "id"),
        ('id = "queue"', 'id = "queue', 6, "not TOML"),
        ('offer = "큐를 볼까요?"', "", 5, "'offer' is missing"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        parse_rules(GOOD.replace(old, new, 1), "own.toml")
    assert what in str(raised.value)
    assert str(raised.value).startswith(f"own.toml:{line}:")
    assert raised.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        GOOD + ANOTHER,
        GOOD + ANOTHER.replace('id = "queue"', 'id = "other"'),
        MANY,
        GOOD + 'facts = [{ check = "RESTART_SERVICE", metric = "x", at_least = 1.0 }]',
        GOOD + 'facts = [{ check = "CHECK_CPU", metric = "x" }]',
        GOOD + 'facts = [{ check = "CHECK_CPU", metric = "x", at_least = 1.0, at_most = 0.0 }]',
        GOOD + '[talk]\nhandled = ["해결 했!"]\n',
        "[[rule]]",
        "rule = 3",
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_rules(text, "own.toml")
