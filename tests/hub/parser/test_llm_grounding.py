"""A model's answer is proved by the message and the CMDB, or it is no reading."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import UNKNOWN, ContextMessage, Intent, IntentType, ReaderInput
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.evidence import evidence
from guardia.hub.parser.grounding import NoReadingError, ground
from guardia.llm_server.prompt import neutral
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser.estates import city

CITY = city()
GAZETTEER = Gazetteer(CITY)
NOW = "2031-03-04T15:00:00+09:00"
NULLS = dict.fromkeys(["lines", "pattern", "since_minutes", "port", "session_id", "at", "version", "service"])


def request(**changes: Any) -> dict[str, Any]:
    parameters = {**NULLS, **changes.pop("parameters", {})}
    return {
        "intent_type": "RESTART",
        "institution": "청주시",
        "system_name": "새들목행정",
        "environment": "PROD",
        "infrastructure_layer": "WAS",
        "target_nodes": [],
        "action_sequence": ["RESTART_SERVICE"],
        "deploy_artifacts": [],
        "parameters": parameters,
        "requires_approval": True,
        **changes,
    }


def read(text: str, *requests: dict[str, Any], **around: Any) -> tuple[Intent, ...]:
    context = tuple(ContextMessage(text=said) for said in around.pop("context", ()))
    message = ReaderInput(id="1", text=text, now=NOW, context=context, **around)
    return ground(json.dumps({"requests": list(requests)}, ensure_ascii=False), message, GAZETTEER)


def refused(text: str, *requests: dict[str, Any], **around: Any) -> str:
    with pytest.raises(NoReadingError) as caught:
        read(text, *requests, **around)
    return caught.value.code


# --- what a message proves ------------------------------------------------------------------------------------------


def test_evidence_is_what_the_writer_names_himself() -> None:
    found = evidence("청주시 새들목 스테이징 와스 1~2호기 재기동해줘", GAZETTEER)
    assert found.institutions == {"청주시"}
    assert found.systems == {("청주시", "새들목행정")}
    assert (found.environments, found.layers, found.numbers) == ({"STG"}, {"WAS"}, {1, 2})
    forwarded = evidence("[전달] 담당: 새들목행정 WAS 재기동해줘", GAZETTEER)
    assert not forwarded.named
    assert not evidence("가" * 5_000, GAZETTEER).named


# --- good readings --------------------------------------------------------------------------------------------------


def test_a_proved_answer_is_a_reading_in_the_words_of_the_cmdb() -> None:
    [intent] = read("새들목 와스 3,1호기 재기동해줘", request(target_nodes=["CJC-SDM-WAS-03", "CJC-SDM-WAS-01"]))
    assert intent.target_nodes == ("CJC-SDM-WAS-01", "CJC-SDM-WAS-03")
    assert intent.requires_approval
    assert intent.parameters == {}


def test_node_numbers_become_asset_codes_and_a_missing_one_is_unknown() -> None:
    [intent] = read("새들목 와스 2호기 재기동", request(target_nodes=["2호기"]))
    assert intent.target_nodes == ("CJC-SDM-WAS-02",)
    [intent] = read("새들목 와스 2호기랑 9호기 재기동", request(target_nodes=["2", "9"]))
    assert intent.target_nodes == ("CJC-SDM-WAS-02", UNKNOWN)
    assert not intent.complete


def test_an_approval_is_computed_and_may_only_be_raised() -> None:
    assert read("새들목 와스 재기동", request(requires_approval=False))[0].requires_approval
    stg = request(environment="STG", requires_approval=False)
    assert not read("새들목 스테이징 와스 재기동", stg)[0].requires_approval
    assert read("새들목 스테이징 와스 재기동", {**stg, "requires_approval": True})[0].requires_approval


def test_a_shared_name_needs_its_institution() -> None:
    one = request(institution="청주시", system_name="대표누리집")
    assert read("대표누리집 와스 재기동", one)[0].institution == UNKNOWN
    assert read("청주시 대표누리집 와스 재기동", one)[0].institution == "청주시"
    assert refused("울산시 대표누리집 와스 재기동", one) == "ungrounded"


def test_what_is_pointed_at_is_proved_by_the_newest_message_that_names_something() -> None:
    said = ("새들목 와스 1호기 재기동해줘", "넵 확인했습니다")
    [intent] = read("2호기도 재기동해줘", request(target_nodes=["CJC-SDM-WAS-02"]), context=said)
    assert intent.complete
    assert refused("와스 재기동해줘", request(), context=said) == "ungrounded"
    later = (*said, "교통정보센터 와스도 느리네요")
    assert refused("거기 재기동해줘", request(), context=later) == "ungrounded"


def test_values_stand_as_they_are_written() -> None:
    search = request(intent_type="CHECK", action_sequence=["SEARCH_LOG"], requires_approval=False)
    pattern = neutral("[ERROR] <main>")
    [intent] = read(
        "새들목 와스 로그에서 [ERROR] <main> 찾아줘", {**search, "parameters": {**NULLS, "pattern": pattern}}
    )
    assert intent.parameters == {"pattern": "[ERROR] <main>"}
    assert refused("새들목 와스 로그에서 ERROR 찾아줘", {**search, "parameters": {**NULLS, "pattern": "WARN"}})


def test_a_time_is_later_with_the_offset_of_the_message() -> None:
    for at, good in (
        ("2031-03-04T22:00:00+09:00", True),
        ("2031-03-04T22:00:00", False),
        ("2031-03-04T13:00:00+00:00", False),
        ("2031-03-04T14:00:00+09:00", False),
        ("2039-03-04T14:00:00+09:00", False),
        ("2031-03-04 22:00:00+09:00", False),
        ("tonight", False),
    ):
        answer = request(parameters={"at": at})
        if good:
            assert read("오늘 22시에 새들목 와스 재기동해줘", answer)[0].parameters == {"at": at}
        else:
            assert refused("오늘 22시에 새들목 와스 재기동해줘", answer) == "ungrounded"


def test_nothing_cancel_and_help_are_readings() -> None:
    assert read("점심 먹자") == ()
    [intent] = read("방금 거 취소", request(intent_type="CANCEL", action_sequence=[]))
    assert intent == Intent(intent_type=IntentType.CANCEL, infrastructure_layer="ALL")


# --- no readings ----------------------------------------------------------------------------------------------------

DEPLOY = request(intent_type="DEPLOY", action_sequence=["DEPLOY_ARTIFACT"], deploy_artifacts=["a.war"])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("와스 재기동해줘", request()),
        ("교통정보센터 와스 재기동", request()),
        ("새들목 와스 재기동", request(system_name="없는시스템")),
        ("새들목 와스 재기동", request(institution="울산광역시")),
        ("와스 재기동", request(institution="울산광역시", system_name=UNKNOWN)),
        ("새들목 재기동해줘", request(infrastructure_layer="DB")),
        ("새들목 재기동해줘", request(infrastructure_layer="ALL")),
        ("새들목 와스 재기동", request(environment="DEV", requires_approval=False)),
        ("새들목 개발기 와스 재기동", request(environment="PROD")),
        ("새들목 와스 재기동", request(target_nodes=["CJC-SDM-WAS-01"])),
        ("새들목 와스 1호기 재기동", request(target_nodes=["CJC-SDM-WEB-01"])),
        ("새들목 와스 1호기 재기동", request(target_nodes=["ULS-ITS-WAS-01"])),
        ("새들목 와스 1호기 재기동", request(target_nodes=[])),
        ("22시에 새들목 와스 재기동", request()),
        ("새들목 와스 재기동", request(parameters={"at": "2031-03-04T22:00:00+09:00"})),
        ("새들목 와스 재기동", request(intent_type="CHECK")),
        ("새들목 와스 재기동", request(intent_type="STOP")),
        ("새들목 와스 재기동", request(action_sequence=[])),
        ("새들목 와스 재기동", request(action_sequence=["RESTART_SERVICE", "RESTART_SERVICE"])),
        ("새들목 와스 재기동", request(action_sequence=["RM_RF"])),
        ("새들목 와스 재기동", request(deploy_artifacts=["a.war"])),
        ("새들목 와스에 배포", DEPLOY),
        ("새들목 와스 재기동", request(parameters={"lines": 50})),
        ("새들목 와스 재기동", request(parameters={"service": "cron"})),
        ("취소", request(intent_type="CANCEL")),
        (
            "새들목 DB 세션 끊어줘",
            request(intent_type="KILL", action_sequence=["KILL_DB_SESSION"], infrastructure_layer="DB"),
        ),
    ],
)
def test_what_nobody_said_is_no_reading(text: str, answer: dict[str, Any]) -> None:
    assert refused(text, answer) == "ungrounded"


def test_the_same_request_twice_is_no_reading() -> None:
    assert refused("새들목 와스 재기동", request(), request()) == "ungrounded"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "재기동하겠습니다",
        "[]",
        '{"requests": null}',
        '{"requests": [], "note": "x"}',
        '{"requests": [{}]}',
        '{"requests": [' + ",".join([json.dumps(request())] * 9) + "]}",
        json.dumps({"requests": [request(environment="운영")]}),
        json.dumps({"requests": [request(institution="가" * 300)]}),
        json.dumps({"requests": [request(surprise=1)]}),
        json.dumps({"requests": [request(parameters={"lines": "50"})]}),
        json.dumps({"requests": [request(parameters={"shell": "x"})]}),
        json.dumps({"requests": []}) + " " * 70_000,
        "\ud800",
    ],
)
def test_what_is_not_the_schema_is_nonsense(answer: str) -> None:
    with pytest.raises(NoReadingError) as caught:
        ground(answer, ReaderInput(id="1", text="새들목 와스 재기동"), GAZETTEER)
    assert caught.value.code == "nonsense"


# --- properties -----------------------------------------------------------------------------------------------------


def _names(inventory: Inventory) -> tuple[list[str], list[str], list[str]]:
    return (
        sorted({one.institution for one in inventory.servers}),
        sorted({one.system_name for one in inventory.servers}),
        sorted(one.asset_code for one in inventory.servers),
    )


INSTITUTIONS, SYSTEMS, ASSETS = _names(CITY)
TEXTS = (
    "새들목 와스 1호기 재기동해줘",
    "청주시 대표누리집 웹 2호기 내려줘",
    "교통정보센터 스테이징 DB 락 확인하고 와스 재기동",
    "관광마당 로그 50줄 보여줘",
    "2호기도 재기동해줘",
    "나머지도 해줘",
    "알림톡중계 재기동하지 마",
    "CJC-SDM-WAS-03 내렸다 올려줘",
    "점심 드셨나요",
)
any_request = st.fixed_dictionaries(
    {
        "intent_type": st.sampled_from([str(kind) for kind in IntentType]),
        "institution": st.sampled_from([*INSTITUTIONS, UNKNOWN]),
        "system_name": st.sampled_from([*SYSTEMS, UNKNOWN]),
        "environment": st.sampled_from(["PROD", "STG", "DEV"]),
        "infrastructure_layer": st.sampled_from(["WAS", "WEB", "DB", "ALL", UNKNOWN]),
        "target_nodes": st.lists(st.sampled_from([*ASSETS, UNKNOWN, "1", "2호기"]), max_size=3),
        "action_sequence": st.lists(st.sampled_from(list(CATALOGUE)), max_size=2),
        "deploy_artifacts": st.lists(st.sampled_from(["a.war", "b.jar"]), max_size=1),
        "parameters": st.fixed_dictionaries({**dict.fromkeys(NULLS, st.none()), "lines": st.sampled_from([None, 50])}),
        "requires_approval": st.booleans(),
    }
)


@st.composite
def likely(draw: st.DrawFn) -> dict[str, Any]:
    """Mostly right for the city's first system, so that some get through."""
    code = draw(st.sampled_from(["RESTART_SERVICE", "STOP_SERVICE", "TAIL_LOG"]))
    kind = {"RESTART_SERVICE": "RESTART", "STOP_SERVICE": "STOP", "TAIL_LOG": "CHECK"}[code]
    return request(
        intent_type=kind,
        action_sequence=[code],
        environment=draw(st.sampled_from(["PROD", "PROD", "STG"])),
        target_nodes=draw(st.lists(st.sampled_from(["CJC-SDM-WAS-01", "CJC-SDM-WAS-03", "1", UNKNOWN]), max_size=2)),
        requires_approval=draw(st.booleans()),
    )


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(any_request | likely(), max_size=2), st.booleans())
def test_whatever_schema_valid_answer_comes_only_what_was_named_comes_through(
    text: str, requests: list[dict[str, Any]], earlier: bool
) -> None:
    context = ("새들목 와스 1호기 확인해줘",) if earlier else ()
    try:
        found = read(text, *requests, files=("a.war",), context=context)
    except NoReadingError:
        return
    said = evidence(text, GAZETTEER)
    before = evidence(context[0], GAZETTEER) if context and said.points else evidence("", GAZETTEER)
    servers = {one.asset_code: one for one in CITY.servers}
    for intent in found:
        if intent.intent_type in (IntentType.CANCEL, IntentType.HELP):
            continue
        if intent.system_name != UNKNOWN and intent.institution != UNKNOWN:
            assert (intent.institution, intent.system_name) in said.systems | before.systems
        if intent.changes:
            assert intent.requires_approval or intent.environment != "PROD"
        for node in set(intent.target_nodes) - {UNKNOWN}:
            one = servers[node]
            assert (one.institution, one.system_name, one.environment, one.infrastructure_layer) == (
                intent.institution,
                intent.system_name,
                intent.environment,
                intent.infrastructure_layer,
            )
            named = node in {**said.servers, **before.servers}
            assert named or said.left_out or one.node_no in said.numbers | before.numbers


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200) | st.from_regex(r'\{"requests": ?\[.{0,80}', fullmatch=True))
def test_any_text_is_a_reading_or_no_reading(answer: str) -> None:
    try:
        found = ground(answer, ReaderInput(id="1", text=TEXTS[0]), GAZETTEER)
    except NoReadingError:
        return
    assert found == ()
