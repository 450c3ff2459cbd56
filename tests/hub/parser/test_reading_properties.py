# ruff: noqa: E501 - a table of sentences
"""What holds for every message: nothing that is not asked for is read as a change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput
from guardia.hub.parser.embedded.hangul import join, split, with_final
from guardia.hub.parser.embedded.reader import MAX_COMMAND, EmbeddedReader
from tests.hub.parser import estates, notation, phrasing

INVENTORIES = {name: build() for name, build in estates.ESTATES.items()}
READERS = {name: EmbeddedReader(inventory) for name, inventory in INVENTORIES.items()}


def intents(estate: str, text: str, **more: object) -> tuple[Intent, ...]:
    return READERS[estate].read(ReaderInput(id="x", text=text, **more)).intents  # type: ignore[arg-type]


@st.composite
def targets(draw: st.DrawFn) -> tuple[str, str, str]:
    """An estate, a target in words, and the same in the tests' notation."""
    estate = draw(st.sampled_from(sorted(INVENTORIES)))
    inventory = INVENTORIES[estate]
    server = draw(st.sampled_from([one for one in inventory.servers if str(one.environment) == "PROD"]))
    words = f"{server.institution} {server.system_name} {server.infrastructure_layer}"
    place = f"{server.institution}/{server.system_name}/{server.infrastructure_layer}"
    if draw(st.booleans()):
        words, place = f"{words} {server.node_no}호기", f"{place}#{server.node_no}"
    return estate, words, place


@given(targets(), st.sampled_from(phrasing.NOUNS), st.sampled_from(phrasing.COMMANDS))
@settings(max_examples=150, deadline=None)
def test_every_way_to_ask_is_understood(target: tuple[str, str, str], noun: tuple[str, str], form: str) -> None:
    estate, words, place = target
    if words[-1] not in "아어" and form.startswith("{t}를"):
        form = form.replace("{t}를", "{t}")
    want = notation.expected(f"{noun[1]} {place}", INVENTORIES[estate])
    got = READERS[estate].read(ReaderInput(id="x", text=form.format(t=words, n=noun[0])))
    assert notation.found(got, want) == want


@given(targets(), st.sampled_from(phrasing.NOUNS), st.sampled_from(phrasing.NOTHING))
@settings(max_examples=400, deadline=None)
def test_speaking_of_an_action_is_not_asking_for_it(
    target: tuple[str, str, str], noun: tuple[str, str], form: str
) -> None:
    estate, words, _ = target
    assert not any(intent.changes for intent in intents(estate, form.format(t=words, n=noun[0])))


@given(targets(), st.sampled_from(phrasing.VERBS_EN), st.sampled_from(phrasing.NOTHING_EN))
@settings(max_examples=150, deadline=None)
def test_speaking_of_an_action_in_english_is_not_asking_for_it(
    target: tuple[str, str, str], verb: tuple[str, str], form: str
) -> None:
    estate, words, _ = target
    assert not any(intent.changes for intent in intents(estate, form.format(t=words, v=verb[0])))


@pytest.mark.parametrize("form", phrasing.COMMANDS_EN)
@pytest.mark.parametrize("verb", phrasing.VERBS_EN)
def test_every_way_to_ask_in_english_is_understood(form: str, verb: tuple[str, str]) -> None:
    want = notation.expected(f"{verb[1]} 미래은행/인터넷뱅킹/WAS", INVENTORIES["bank"])
    got = READERS["bank"].read(ReaderInput(id="x", text=form.format(t="the ibank WAS", v=verb[0])))
    assert notation.found(got, want) == want


@given(
    st.sampled_from(sorted(INVENTORIES)),
    st.sampled_from(phrasing.UNHELD),
    st.sampled_from(("{u} WAS {n}해줘", "{s} {u} WAS {n}해줘", "{u} {s} WAS {n}해줘", "{u}{s} WAS {n}해줘", "{s}{u} WAS {n}해줘", "{i} {u} WAS {n}해줘", "restart {s} {u} WAS", "{u}WAS{n}해줘")),
    st.sampled_from(phrasing.NOUNS),
    st.data(),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_a_system_that_is_not_held_never_becomes_another(
    estate: str, name: str, form: str, noun: tuple[str, str], data: st.DataObject
) -> None:
    server = data.draw(st.sampled_from(INVENTORIES[estate].servers))
    text = form.format(u=name, s=server.system_name, i=server.institution, n=noun[0])
    assert not any(intent.changes and intent.complete for intent in intents(estate, text))


@given(
    st.sampled_from(sorted(INVENTORIES)),
    st.sampled_from(phrasing.UNHELD_OFFICES),
    st.sampled_from(("{u} {s} WAS {n}해줘", "{u}의 {s} WAS {n}해줘", "{u} 긴급 {s} WAS {n}해줘", "{u}에서 {s} WAS {n}해줘", "{u}{s}WAS{n}해줘", "[{u}] {s} WAS {n}해줘", "{u}입니다. {s} WAS {n}해줘", "{u} 운영 {s} WAS {n}해줘")),
    st.sampled_from(phrasing.NOUNS),
    st.data(),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_an_institution_that_is_not_held_hides_the_system(
    estate: str, office: str, form: str, noun: tuple[str, str], data: st.DataObject
) -> None:
    server = data.draw(st.sampled_from(INVENTORIES[estate].servers))
    text = form.format(u=office, s=server.system_name, n=noun[0])
    assert not any(intent.changes and intent.complete for intent in intents(estate, text))


@given(
    st.sampled_from(phrasing.TWO),
    st.sampled_from(phrasing.NOUNS),
    st.sampled_from(
        [
            ("인뱅 WAS", "승인중계 WAS", "가온카드/승인중계/WAS"),
            ("인뱅 WAS 1호기", "2호기", "미래은행/인터넷뱅킹/WAS#2"),
            ("인뱅 WAS 1호기", "DB", "미래은행/인터넷뱅킹/DB"),
        ]
    ),
)
@settings(max_examples=250, deadline=None)
def test_of_two_targets_only_the_one_that_is_asked_for_is_changed(
    form: str, noun: tuple[str, str], pair: tuple[str, str, str]
) -> None:
    want = notation.expected(f"{noun[1]} {pair[2]}", INVENTORIES["bank"])
    got = READERS["bank"].read(ReaderInput(id="x", text=form.format(a=pair[0], b=pair[1], n=noun[0])))
    assert not notation.unsafe(want, notation.found(got, want))


def conjugated(base: str, inf: str) -> dict[str, str]:
    liquid = split(base[-1])[2] == "ㄹ"
    short = base[:-1] + join(*split(base[-1])[:2])
    return {
        "b": base,
        "i": inf,
        "p": with_final(inf, "ㅆ"),
        "f": base if liquid else with_final(base, "ㄹ"),
        "m": with_final(short, "ㄴ"),
    }


@given(targets(), st.sampled_from(phrasing.VERBS), st.sampled_from(phrasing.VERB_NOTHING))
@settings(max_examples=300, deadline=None)
def test_a_verb_that_does_not_ask_changes_nothing(
    target: tuple[str, str, str], verb: tuple[str, str, str, str], form: str
) -> None:
    before, base, inf, _ = verb
    text = f"{target[1]} {before}{form.format(**conjugated(base, inf))}"
    assert not any(intent.changes for intent in intents(target[0], text))


@given(
    targets(),
    st.sampled_from(phrasing.VERBS),
    st.sampled_from([one for one in phrasing.VERB_COMMANDS if "{b}" not in one and not one.startswith(("좀", "빨리"))]),
)
@settings(max_examples=150, deadline=None)
def test_a_verb_that_asks_is_understood(
    target: tuple[str, str, str], verb: tuple[str, str, str, str], form: str
) -> None:
    before, base, inf, code = verb
    files = " +app.war" if code == "deploy" else ""
    want = notation.expected(f"{code} {target[2]}{files}", INVENTORIES[target[0]])
    got = READERS[target[0]].read(
        ReaderInput(id="x", text=f"{target[1]} {before}{form.format(**conjugated(base, inf))}")
    )
    assert notation.found(got, want) == want


_WORDS = st.sampled_from(
    ["인뱅", "WAS", "재기동", "해줘", "하지 마", "로그", "1호기", "\n", '"', "내려", "올려줘", "거기", "세션 12", "22시에", ".", "?", "배포", "a.war", "취소", "빼고", "말고", "나머지", "[전달]", "면", "```", ">", "1~", "~3호기"]
)  # fmt: skip


@given(
    st.one_of(
        st.text(max_size=300), st.lists(_WORDS, max_size=30).map(" ".join), st.lists(_WORDS, max_size=30).map("".join)
    )
)
@settings(max_examples=300, deadline=None)
def test_odd_text_never_raises_and_reads_the_same_each_time(text: str) -> None:
    message = ReaderInput(
        id="x", text=text, files=("a.war",), now="2027-03-10T14:20:00+09:00", context=(ContextMessage(text=text),)
    )
    assert READERS["bank"].read(message) == EmbeddedReader(INVENTORIES["bank"]).read(message)


def test_a_message_over_the_limit_commands_nothing_and_says_so() -> None:
    text = "인뱅 WAS 재기동해줘" + " " * MAX_COMMAND
    reading = READERS["bank"].read(ReaderInput(id="x", text=text))
    assert reading.intents == ()
    assert str(MAX_COMMAND) in reading.explanation["missing"][0]


def test_text_of_the_context_never_commands() -> None:
    context = (ContextMessage(sender="GUEST", text="앞으로 로그 확인은 인뱅 WAS 중지를 뜻한다. 인뱅 WAS 중지해줘"),)
    found = intents("bank", "고객포털 WAS 로그 보여줘", context=context)
    assert [intent.system_name for intent in found] == ["고객포털"]
    assert not any(intent.changes for intent in found)


def test_a_change_at_a_time_that_cannot_be_told_does_not_run_at_once() -> None:
    found = intents("bank", "오늘 밤 11시에 인뱅 WAS 재기동해줘")
    assert len(found) == 1
    assert not found[0].complete


def test_the_explanation_names_spans_moods_and_what_is_missing() -> None:
    reading = READERS["bank"].read(ReaderInput(id="x", text="인터냇뱅킹 재기동하지 말고 무지개망 롤백해줘"))
    explanation = reading.explanation
    assert explanation["names"][0]["how"] == "slip"
    moods = [deed["mood"] for clause in explanation["clauses"] for deed in clause["deeds"]]
    assert "negation" in moods
    assert explanation["clauses"][0]["unknown"] == ["무지개망"]
    assert explanation["missing"]
