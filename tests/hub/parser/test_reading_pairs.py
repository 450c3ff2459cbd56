"""Two things asked for in one sentence, every one with every other: both are read, in order, or the room is asked."""

import itertools

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates
from tests.hub.parser.crossed import (
    AROUND,
    AROUND_ENGLISH,
    ASKED,
    BEFORE,
    BEHIND,
    BESIDE,
    BOTH,
    CHANGES,
    DONE,
    ELSE,
    ELSE_THERE,
    FIRST,
    IF_NOT,
    LATTER,
    LOOKED,
    LOOKS,
    NOT_NOW,
    ONWARDS,
    PLACE_ASKED,
    PLACED,
    PLACES,
    ROW_ASKED,
    ROW_ASKED_ENGLISH,
    ROWED,
    ROWED_ENGLISH,
    ROWS,
    ROWS_ENGLISH,
    SECOND,
    SINCE,
    WAITS,
)

READER = EmbeddedReader(estates.bank())


def read(text: str) -> tuple[tuple[Intent, ...], list[Intent]]:
    """All requests, and those of them that would change something without a question."""
    found = READER.read(ReaderInput(id="1", text=text)).intents
    runs = [one for one in found if one.complete and any(CATALOGUE[code].changes for code in one.action_sequence)]
    return found, runs


@pytest.mark.parametrize("topic", LOOKS)
def test_a_look_before_a_change_is_never_lost(topic: str) -> None:
    wrong = []
    for particle, looked, change in itertools.product((" ", "부터 ", "먼저 "), LOOKED, CHANGES):
        text = f"인뱅 WAS {topic}{particle}{looked} {change}"
        found, runs = read(text)
        codes = [code for one in found for code in one.action_sequence]
        if runs and (codes[0] != LOOKS[topic] or codes[1] not in CHANGES[change]):
            wrong.append((text, codes))
    assert wrong == []


@pytest.mark.parametrize("first", FIRST)
def test_of_two_changes_on_two_nodes_none_is_lost(first: str) -> None:
    wrong = []
    for second, forms in SECOND.items():
        for one, two in itertools.product(FIRST[first], forms):
            text = f"인뱅 WAS 1호기 {one} 2호기 {two}"
            _, runs = read(text)
            done = [
                (code, int(node[-2:])) for each in runs for node in each.target_nodes for code in each.action_sequence
            ]
            if runs and sorted(done) != sorted([(first, 1), (second, 2)]):
                wrong.append((text, done))
    assert wrong == []


@pytest.mark.parametrize("before", BEFORE)
def test_what_was_done_before_is_not_done_again(before: str) -> None:
    wrong = []
    for done, since in itertools.product(DONE, SINCE):
        for target in (f"{before} 인뱅 WAS 1호기", f"인뱅 WAS 1호기 {before}"):
            text = f"{target} {done} {since}"
            if read(text)[1]:
                wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize("target", ONWARDS)
def test_what_only_speaks_of_before_is_asked_for_now(target: str) -> None:
    found, _ = read(f"{target} 재기동하고 로그 보여주세요")
    assert [one.action_sequence for one in found] == [("RESTART_SERVICE", "TAIL_LOG")]


@pytest.mark.parametrize("change", ["재기동해주시고", "재기동 부탁드리고,", "재기동해주세요."])
@pytest.mark.parametrize("look", BEHIND)
def test_a_look_behind_a_change_is_read_with_it(change: str, look: str) -> None:
    found, runs = read(f"인뱅 WAS {change} {look}")
    assert found == tuple(runs)
    assert [one.action_sequence for one in found] == [("RESTART_SERVICE", BEHIND[look])]


@pytest.mark.parametrize("told", NOT_NOW)
def test_what_is_not_asked_for_now_does_not_run_beside_what_is(told: str) -> None:
    wrong = []
    for change, beside in itertools.product(("재기동", "배포", "롤백", "중지", "로그 정리"), BESIDE):
        text = f"인뱅 WAS 1호기 {told.format(change)} {beside}"
        done = {(one.infrastructure_layer, node[-2:]) for one in read(text)[1] for node in one.target_nodes or ("--",)}
        if done - {("WAS", "02"), ("DB", "--"), ("DB", "01")} or (done and "재기동" not in beside):
            wrong.append(text)
    assert wrong == []


def test_whether_something_can_be_done_is_no_request_unless_it_stands_alone() -> None:
    assert [one.action_sequence for one in read("인뱅 WAS 1호기 재기동 가능한지요?")[0]] == [("RESTART_SERVICE",)]
    assert read("인뱅 WAS 1호기 재기동 가능한지 확인 부탁드립니다")[0] == ()


@pytest.mark.parametrize("wait", WAITS)
def test_what_is_to_wait_for_something_else_is_asked_about(wait: str) -> None:
    forms = (
        *(f"인뱅 WAS {wait} 재기동해주세요", f"{wait} 인뱅 WAS 재기동해주세요", f"인뱅 WAS 재기동 {wait} 부탁드립니다"),
        *(f"인뱅 WAS 재기동해주세요 {wait}요", f"인뱅 WAS 재기동은 {wait} 해주세요"),
    )
    assert [text for text in forms if read(text)[1]] == []


@pytest.mark.parametrize(
    "how", ["빨리", "지금 바로", "즉시", "되는 대로", "조심히", "천천히", "놀라지 마시고", "검토 생략하고"]
)
def test_what_only_hurries_is_not(how: str) -> None:
    assert [one.action_sequence for one in read(f"인뱅 WAS {how} 재기동해주세요")[1]] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize("word", ["끝나는 대로 알려주세요", "완료되는 대로 말씀 주세요", "끝나면 알려주세요"])
def test_word_of_the_end_is_nothing_to_wait_for(word: str) -> None:
    assert [one.action_sequence for one in read(f"인뱅 WAS 재기동해주세요. {word}")[1]] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize(
    "text",
    [
        "인뱅 WAS 재기동이나 롤백 부탁드려요",
        "인뱅 WAS 1호기에 붙은 DB 재기동해주세요",
        "인뱅이랑 연결된 WAS 재기동해주세요",
        "인뱅 WAS 1호기 담당자가 배포하고 재기동해주세요",
        "인뱅 WAS 어제 내리고 오늘 올려주세요",
    ],
)
def test_one_of_two_or_what_hangs_on_it_is_asked_about(text: str) -> None:
    assert read(text)[1] == []


@pytest.mark.parametrize("said", AROUND)
def test_a_text_that_is_shown_or_held_up_is_not_asked_for(said: str) -> None:
    request = "인뱅 WAS 1호기 재기동해주세요"
    forms = [f"{said}. {request}", f"{said}\n{request}", f'{said} "{request}"', f"{request}. {said}"]
    assert [text for text in forms if read(text)[1]] == []


@pytest.mark.parametrize(
    "said",
    [
        *("아래와 같이 요청드립니다", "다음과 같이 부탁드립니다", "이렇게 부탁드립니다", "고객사에서 요청했습니다"),
        *(
            "결재 났습니다",
            "배치가 안 끝나요",
            "화면이 안 떠요",
            "팀장님 승인 받았습니다",
            "점검 끝났습니다",
            "급합니다",
        ),
        *("메일로 요청드린 건입니다", "어제부터 느립니다", "사용자가 없는 것 확인했습니다", "수고 많으십니다"),
    ],
)
def test_what_only_stands_around_a_request_leaves_it(said: str) -> None:
    assert [one.action_sequence for one in read(f"{said}. 인뱅 WAS 1호기 재기동해주세요")[1]] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize("said", AROUND_ENGLISH)
def test_an_english_text_that_is_shown_or_held_up_is_not_asked_for(said: str) -> None:
    forms = [
        f"{said}. Restart 인뱅 WAS node 1.",
        f"{said}\nRestart 인뱅 WAS node 1",
        f"{said}: restart 인뱅 WAS node 1",
    ]
    forms += [f"Restart 인뱅 WAS node 1. {said}.", f"{said}. 인뱅 WAS 1호기 재기동해주세요"]
    assert [text for text in forms if read(text)[1]] == []


@pytest.mark.parametrize(
    "said", ["Hi team", "Pages are slow", "The change is approved", "Thanks in advance", "It hangs"]
)
def test_what_only_stands_around_an_english_request_leaves_it(said: str) -> None:
    assert [one.action_sequence for one in read(f"{said}. Restart 인뱅 WAS node 1.")[1]] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize("condition", IF_NOT)
def test_what_depends_on_how_it_goes_does_not_run(condition: str) -> None:
    wrong = []
    for asked, then in itertools.product(ASKED, (*ELSE, *ELSE_THERE)):
        text = f"인뱅 WAS 1호기 {asked} {condition} {then}"
        runs = read(text)[1]
        done = {code for one in runs for code in one.action_sequence}
        places = {(one.infrastructure_layer, node[-2:]) for one in runs for node in one.target_nodes or ("--",)}
        if ELSE.get(then) in done or places - {("WAS", "01")}:
            wrong.append(text)
    assert wrong == []


def rowed(form: str, others: tuple[str, ...], joints: tuple[str, ...], asked: tuple[str, ...]) -> list[tuple[str, str]]:
    """Two targets in a row that would not be restarted as they are named."""
    wrong = []
    for other, joint, ask, layers in itertools.product(others, joints, asked, (("WAS", "WAS"), ("WAS", "DB"))):
        one = form.format(s="인뱅" if others is ROWED else "ibank", l=layers[0], n=4)
        two = other.format(s="승인중계" if others is ROWED else "AuthRelay", l=layers[1], n=1)
        text = ask.format(x=one, j=joint, y=two)
        _, runs = read(text)
        done = sorted(node for each in runs for node in each.target_nodes or ("every node",))
        if runs and done != sorted(["MRB-IBK-WAS-04", f"GAN-AUT-{layers[1]}-01"]):
            wrong.append((text, str(done)))
    return wrong


@pytest.mark.parametrize("form", ROWED)
def test_targets_in_a_row_keep_their_nodes(form: str) -> None:
    assert rowed(form, ROWED, ROWS, ROW_ASKED) == []


@pytest.mark.parametrize("form", ROWED_ENGLISH)
def test_targets_in_an_english_row_keep_their_nodes(form: str) -> None:
    assert rowed(form, ROWED_ENGLISH, ROWS_ENGLISH, ROW_ASKED_ENGLISH) == []


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("restart node 4 of the ibank WAS and node 1 of the AuthRelay WAS", ["GAN-AUT-WAS-01", "MRB-IBK-WAS-04"]),
        ("restart node 2 of the GAON AuthRelay WAS", ["GAN-AUT-WAS-02"]),
        ("인뱅 WAS 4호기랑 승인중계 WAS 1호기 재기동해주세요", ["GAN-AUT-WAS-01", "MRB-IBK-WAS-04"]),
        ("인뱅 WAS 1,2호기와 승인중계 DB 1호기 재기동해주세요", ["GAN-AUT-DB-01", "MRB-IBK-WAS-01", "MRB-IBK-WAS-02"]),
        ("인뱅 WAS 4호기, 1호기 재기동해주세요", ["MRB-IBK-WAS-01", "MRB-IBK-WAS-04"]),
    ],
)
def test_plain_rows_run(text: str, nodes: list[str]) -> None:
    assert sorted(node for each in read(text)[1] for node in each.target_nodes) == nodes


@pytest.mark.parametrize("form", PLACED)
def test_targets_of_two_environments_keep_theirs(form: str) -> None:
    wrong = []
    for other, joint, ask in itertools.product(PLACED, (*BOTH, *LATTER), PLACE_ASKED):
        for (one, first), (two, second) in itertools.permutations(PLACES.items(), 2):
            text = ask.format(
                x=form.format(s="인뱅", e=one, l="WAS", n=int(first[-2:])),
                j=joint,
                y=other.format(s="인뱅", e=two, l="WAS", n=int(second[-2:])),
            )
            _, runs = read(text)
            done = sorted(node for each in runs for node in each.target_nodes or ("every node",))
            if runs and done != sorted([second] if joint in LATTER else [first, second]):
                wrong.append((text, done))
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["restart the ibank WAS (4)", "인뱅 WAS(4) 재기동해주세요", "stop ibank WAS node 4 and start the ibank DB (1)"],
)
def test_a_number_in_brackets_is_asked_about(text: str) -> None:
    assert read(text)[1] == []


THREE = (
    ("인뱅", "WAS", 4, "MRB-IBK-WAS-04"),
    ("승인중계", "DB", 1, "GAN-AUT-DB-01"),
    ("코어레저", "WAS", 2, "MRB-COR-WAS-02"),
)


@pytest.mark.parametrize("asked", ["재기동해주세요", "전부 재기동 부탁", "순으로 재기동해주세요"])
def test_three_targets_in_a_row_keep_their_nodes(asked: str) -> None:
    wrong = []
    for forms, joint in itertools.product(itertools.product(ROWED[:7], repeat=3), (", ", " 그리고 ")):
        named = (form.format(s=place[0], l=place[1], n=place[2]) for form, place in zip(forms, THREE, strict=True))
        _, runs = read(f"{joint.join(named)} {asked}")
        done = sorted(node for each in runs for node in each.target_nodes or ("every node",))
        if runs and done != sorted(code for *_, code in THREE):
            wrong.append((forms, joint, done))
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("인뱅 WAS 1.2.3 배포 후 재기동해주세요", "1.2.3"),
        ("인뱅 WAS 5.4.0 나간 뒤로 로그인이 안 됩니다 5.3.9로 롤백해주세요", "5.3.9"),
    ],
)
def test_the_version_that_is_meant_is_kept(text: str, version: str) -> None:
    assert [each.parameters.get("version") for each in read(text)[0]] == [version]
