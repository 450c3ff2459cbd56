"""Two readings become one: whatever the model says, nothing runs that the embedded reader did not read."""

from collections import Counter
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.core.intent import ALL, UNKNOWN, Intent, IntentType, Reading
from guardia.hub.parser.consensus import agree, differences, effect
from guardia.hub.parser.embedded.bystanders import BYSTANDER
from guardia.hub.parser.embedded.courtesies import COURTESY, NOT_ASKED

CHANGES = ("RESTART_SERVICE", "STOP_SERVICE", "DEPLOY_ARTIFACT", "KILL_DB_SESSION", "ROLLBACK_RELEASE")
TYPES = {
    "RESTART_SERVICE": IntentType.RESTART,
    "STOP_SERVICE": IntentType.STOP,
    "DEPLOY_ARTIFACT": IntentType.DEPLOY,
    "KILL_DB_SESSION": IntentType.KILL,
    "ROLLBACK_RELEASE": IntentType.ROLLBACK,
}


def restart(*nodes: str, **changes: Any) -> Intent:
    values: dict[str, Any] = {
        "intent_type": IntentType.RESTART,
        "institution": "가람청",
        "system_name": "나루",
        "infrastructure_layer": "WAS",
        "target_nodes": nodes,
        "action_sequence": ("RESTART_SERVICE",),
        "requires_approval": True,
    }
    return Intent(**(values | changes))


def check(**changes: Any) -> Intent:
    values: dict[str, Any] = {
        "intent_type": IntentType.CHECK,
        "action_sequence": ("CHECK_DISK_SPACE",),
        "requires_approval": False,
    }
    return restart(**(values | changes))


def first(*intents: Intent, told: tuple[tuple[str, str], ...] = (), quoted: bool = False, aside: str = "") -> Reading:
    explanation: dict[str, Any] = {
        "clauses": [{"deeds": [{"action": action, "mood": mood} for action, mood in told]}],
        "left_out": [{"span": [0, 3], "why": "forwarded"}] if quoted else [],
        "asides": [{"span": [0, 3], "why": aside}] if aside else [],
    }
    return Reading(intents=intents, reader="embedded", version="1", explanation=explanation)


def second(*intents: Intent) -> Reading:
    return Reading(intents=intents, reader="llm", version="m", explanation={})


# --- examples -------------------------------------------------------------------------------------------------------


def test_what_both_read_alike_stands() -> None:
    reading = agree(first(restart("A-1")), second(restart("A-1")))
    assert reading.intents == (restart("A-1"),)
    assert reading.disputes == ()
    assert (reading.reader, reading.version) == ("both", "embedded 1 + m")


def test_the_second_reader_may_raise_an_approval_but_never_lower_it() -> None:
    free, bound = restart(environment="DEV", requires_approval=False), restart(environment="DEV")
    assert agree(first(free), second(bound)).intents[0].requires_approval
    assert agree(first(bound), second(free)).intents[0].requires_approval


def test_another_node_is_asked_with_both_readings() -> None:
    reading = agree(first(restart("A-1")), second(restart("A-2")))
    assert reading.intents == ()
    [dispute] = reading.disputes
    assert dispute.readings == (restart("A-1"), restart("A-2"))
    assert "서버" in str(dispute.reason)


def test_every_field_of_the_effect_is_compared() -> None:
    mine = restart("A-1", parameters={})
    others = {
        "대상 시스템": restart("A-1", system_name="다온"),
        "환경": restart("A-1", environment="STG"),
        "계층": restart("A-1", infrastructure_layer="WEB"),
        "서버": restart(),
        "작업": restart("A-1", action_sequence=("RESTART_SERVICE", "CHECK_SERVICE")),
        "배포 파일": restart("A-1", deploy_artifacts=("x.war",)),
        "실행 시각": restart("A-1", parameters={"at": "2031-01-01T00:00:00+09:00"}),
        "DB 세션": restart("A-1", parameters={"session_id": "7"}),
        "버전": restart("A-1", parameters={"version": "1.2"}),
        "서비스": restart("A-1", parameters={"service": "tomcat"}),
    }
    for label, theirs in others.items():
        assert tuple(map(str, differences(mine, theirs))) == (label,)
        assert agree(first(mine), second(theirs)).intents == ()


def test_the_order_of_nodes_is_no_difference() -> None:
    assert agree(first(restart("A-1", "A-2")), second(restart("A-2", "A-1"))).intents == (restart("A-1", "A-2"),)


def test_a_change_that_only_the_embedded_reader_saw_is_asked() -> None:
    reading = agree(first(restart("A-1")), second())
    assert reading.intents == ()
    assert [dispute.readings for dispute in reading.disputes] == [(restart("A-1"),)]


def test_a_change_that_only_the_model_saw_is_asked() -> None:
    reading = agree(first(), second(restart("A-1")))
    assert reading.intents == ()
    assert [dispute.readings for dispute in reading.disputes] == [(restart("A-1"),)]


def test_a_negated_or_forwarded_command_is_not_even_asked_about() -> None:
    told = first(told=(("RESTART_SERVICE", "negation"),))
    assert agree(told, second(restart("A-1"))).requests() == ()
    assert agree(first(quoted=True), second(restart("A-1"))).requests() == ()
    both = first(check(), told=(("RESTART_SERVICE", "negation"), ("TAIL_LOG", "command")))
    assert agree(both, second(check(), restart())).requests() == (check(),)


def test_a_courtesy_is_no_word_of_others_but_work_that_is_not_asked_for_is() -> None:
    assert agree(first(aside=NOT_ASKED), second(restart("A-1"))).requests() == ()
    assert agree(first(aside=BYSTANDER), second(restart("A-1"))).requests() == ()
    assert (
        agree(first(aside=COURTESY), second(restart("A-1"))).requests()
        == agree(first(), second(restart("A-1"))).requests()
        != ()
    )


def test_an_incomplete_change_of_the_model_is_never_a_choice() -> None:
    open_ = restart(institution=UNKNOWN)
    assert agree(first(), second(open_)).requests() == ()
    [dispute] = agree(first(restart("A-1")), second(open_)).disputes
    assert dispute.readings == (restart("A-1"),)


def test_where_both_are_incomplete_the_cmdb_asks_as_it_would_alone() -> None:
    mine, theirs = restart(system_name=UNKNOWN), restart(infrastructure_layer=UNKNOWN)
    assert agree(first(mine), second(theirs)).intents == (mine,)


def test_only_what_is_disputed_is_asked_and_positions_stay() -> None:
    a, b, c = restart("A-1"), restart("B-1", system_name="다온"), restart("C-1", system_name="라온")
    reading = agree(first(a, b), second(b, c))
    assert reading.intents == (b,)
    assert [(dispute.position, dispute.readings) for dispute in reading.disputes] == [(0, (a, c))]
    assert [getattr(one, "system_name", "asked") for one in reading.requests()] == ["asked", "다온"]


def test_the_more_complete_read_wins_and_the_embedded_one_when_alike() -> None:
    vague = check(system_name=UNKNOWN)
    assert agree(first(vague), second(check())).intents == (check(),)
    assert agree(first(check()), second(vague)).intents == (check(),)
    other = check(action_sequence=("CHECK_CPU",))
    assert agree(first(check()), second(other)).intents == (check(),)
    assert agree(first(), second(other)).intents == (other,)
    assert agree(first(told=(("CHECK_CPU", "negation"),)), second(other)).intents == ()


def test_a_cancellation_and_help_are_the_embedded_readers_alone() -> None:
    cancel = Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL)
    assert agree(first(cancel), second(restart("A-1"))).requests() == (cancel,)
    assert agree(first(), second(cancel)).requests() == ()
    reading = agree(first(restart("A-1")), second(cancel))
    assert reading.intents == ()
    assert len(reading.disputes) == 1


def test_the_explanation_holds_both_readings_and_versions() -> None:
    explanation = agree(first(restart("A-1")), second()).explanation
    assert explanation["readings"]["model"] == ()
    assert explanation["model"]["version"] == "m"
    assert msgspec.json.encode(explanation)


# --- properties -----------------------------------------------------------------------------------------------------

names = st.sampled_from(["가람청", "나루", "다온", UNKNOWN])
nodes = st.lists(st.sampled_from(["A-1", "A-2", "A-3", UNKNOWN]), max_size=3, unique=True).map(tuple)
parameters = st.fixed_dictionaries(
    {},
    optional={
        "at": st.sampled_from(["2031-01-01T00:00:00+09:00", "2031-01-02T00:00:00+09:00"]),
        "session_id": st.sampled_from(["1", "2"]),
        "version": st.sampled_from(["1.0", "2.0"]),
    },
)


@st.composite
def intents(draw: st.DrawFn) -> Intent:
    kind = draw(st.sampled_from(["change", "read", "other"]))
    if kind == "other":
        return Intent(intent_type=draw(st.sampled_from([IntentType.CANCEL, IntentType.HELP])), infrastructure_layer=ALL)
    code = draw(st.sampled_from(CHANGES)) if kind == "change" else "CHECK_DISK_SPACE"
    more = draw(st.sampled_from([(), ("CHECK_SERVICE",)]))
    return Intent(
        intent_type=TYPES.get(code, IntentType.CHECK),
        institution=draw(names),
        system_name=draw(names),
        environment=draw(st.sampled_from(["PROD", "STG", "DEV"])),
        infrastructure_layer=draw(st.sampled_from(["WAS", "WEB", "DB", "ALL", UNKNOWN])),
        target_nodes=draw(nodes),
        action_sequence=(code, *more),
        deploy_artifacts=draw(st.sampled_from([(), ("a.war",)])),
        parameters=draw(parameters),
        requires_approval=draw(st.booleans()),
    )


some = st.lists(intents(), max_size=4).map(tuple)
moods = st.lists(
    st.tuples(st.sampled_from([*CHANGES, "CHECK_DISK_SPACE"]), st.sampled_from(["command", "negation", "report", "x"])),
    max_size=3,
).map(tuple)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Reading, Reading]:
    """A reading and what an adversary makes of it: anything at all, or the same with something changed."""
    mine = draw(some)
    theirs = draw(st.one_of(some, st.permutations(mine).map(tuple), st.just((*mine, *draw(some)))))
    return first(*mine, told=draw(moods), quoted=draw(st.booleans())), second(*theirs)


def scored(intent: Intent) -> tuple[Any, ...]:
    """The effect as the contract's scoring has it."""
    return (
        intent.institution,
        intent.system_name,
        intent.environment,
        intent.infrastructure_layer,
        frozenset(intent.target_nodes),
        intent.action_sequence,
        intent.deploy_artifacts,
        intent.parameters.get("at"),
        intent.parameters.get("session_id"),
        intent.intent_type is IntentType.ROLLBACK and intent.parameters.get("version"),
    )


@settings(max_examples=1_500, deadline=None)
@given(pairs())
def test_no_model_makes_the_pair_unsafe_against_the_embedded_reading(pair: tuple[Reading, Reading]) -> None:
    mine, theirs = pair
    result = agree(mine, theirs)
    runs = Counter(scored(one) for one in result.intents if one.changes and one.complete)
    wanted = Counter(scored(one) for one in mine.intents if one.changes)
    agreed = Counter(scored(one) for one in theirs.intents if one.changes)
    assert not runs - wanted, "runs what the embedded reader did not read"
    assert not runs - agreed, "runs what the model did not read"
    waiving = {scored(one) for one in (*mine.intents, *theirs.intents) if one.changes and one.requires_approval}
    held = {effect(one) for one in mine.intents if one.changes and one.requires_approval}
    for one in result.intents:
        if one.changes and effect(one) in held and Counter(map(effect, mine.intents))[effect(one)] == 1:
            assert one.requires_approval, "an approval was waived"
        if one.changes and one.requires_approval:
            assert scored(one) in waiving


@settings(max_examples=500, deadline=None)
@given(pairs())
def test_every_choice_is_complete_and_somebodys_reading(pair: tuple[Reading, Reading]) -> None:
    mine, theirs = pair
    result = agree(mine, theirs)
    for dispute in result.disputes:
        assert dispute.readings
        assert len({effect(one) for one in dispute.readings}) == len(dispute.readings)
        for one in dispute.readings:
            assert one.complete
            assert one.changes
            assert one in mine.intents or one in theirs.intents


@settings(max_examples=500, deadline=None)
@given(pairs())
def test_no_command_of_the_embedded_reader_is_lost(pair: tuple[Reading, Reading]) -> None:
    mine, theirs = pair
    result = agree(mine, theirs)
    kept = [effect(one) for one in result.intents]
    kept += [effect(one) for dispute in result.disputes for one in dispute.readings]
    for one in mine.intents:
        if one.changes and one.complete:
            assert effect(one) in kept
    assert len(result.requests()) == len(result.intents) + len(result.disputes)


@settings(max_examples=300, deadline=None)
@given(some)
def test_a_reading_agrees_with_itself(own: tuple[Intent, ...]) -> None:
    result = agree(first(*own), second(*own))
    assert result.intents == own
    assert result.disputes == ()
