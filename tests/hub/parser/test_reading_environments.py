"""Two targets, each with its layer and environment: each is meant where it says, or the room is asked."""

import itertools

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import estates

BANK = estates.bank()
READER = EmbeddedReader(BANK)
NAMES = {"인터넷뱅킹": "인뱅", "승인중계": "승인중계", "CoreLedger": "코어레저"}
SAID = {"PROD": ("운영", ""), "STG": ("스테이징", "STG"), "DEV": ("개발",)}
FORMS = ("{e} {s} {l}", "{s} {e} {l}", "{s} {l} {e}", "{s} {l}({e})")
JOINTS = (", ", "랑 ", " 그리고 ", "\n", " / ", "하고 ")
ASKED = (
    "{x}{j}{y} 재기동해주세요", "{x} 재기동하고 {y} 재기동해주세요", "재기동 부탁드립니다 {x}{j}{y}",
    "{x}{j}{y} 둘 다 재기동", "{x}{j}{y}도 재기동해주세요",
)  # fmt: skip
Place = tuple[str, str, str]
"""System, layer, environment."""
PLACES: list[Place] = sorted(
    {(one.system_name, str(one.infrastructure_layer), str(one.environment)) for one in BANK.servers}
)
PAIRS = [pair for pair in itertools.permutations(PLACES, 2) if pair[0][0] in NAMES and pair[1][0] in NAMES]


def runs(text: str) -> list[Intent]:
    found = READER.read(ReaderInput(id="1", text=text)).intents
    return [one for one in found if one.changes and one.complete]


def told(form: str, place: Place, environment: str) -> str:
    text = form.format(s=NAMES[place[0]], l=place[1], e=environment)
    return " ".join(text.replace("()", "").split())


def meant(first: Place, second: Place, said: tuple[str, str]) -> list[list[Place]]:
    """What the two may be: an environment that only one of them names may be that of both."""
    ways = [sorted([first, second])]
    if said[0] and not said[1]:
        ways.append(sorted([first, (*second[:2], first[2])]))
    if said[1] and not said[0]:
        ways.append(sorted([(*first[:2], second[2]), second]))
    return ways


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("joint", JOINTS)
def test_two_targets_keep_their_environments(form: str, joint: str) -> None:
    wrong = []
    ways = itertools.product(PAIRS, FORMS, ASKED)
    for number, ((first, second), behind, sentence) in enumerate(itertools.islice(ways, 0, None, 7)):
        said = list(itertools.product(SAID[first[2]], SAID[second[2]]))[number % 2]
        x, y = told(form, first, said[0]), told(behind, second, said[1])
        text = sentence.format(x=x, y=y, j=joint)
        got = sorted((one.system_name, str(one.infrastructure_layer), str(one.environment)) for one in runs(text))
        if got and got not in meant(first, second, said):
            wrong.append(text)
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "인뱅 WAS\n인뱅 스테이징 WAS 둘 다 재기동",
        "인뱅 스테이징 WAS\n인뱅 WAS도 재기동해주세요",
        "roll back the ibank WEB node 1 in staging but leave AuthRelay DB alone",
        "restart the CoreLedger WAS, not the ibank WEB (staging)",
        "stop the AuthRelay DB node 1, the ibank WAS (dev) is fine",
        "start the ibank DB in staging but leave ibank DB (prod) alone",
        "the ibank WAS (dev) is down, roll back node 1 of the AuthRelay staging WAS",
    ],
)
def test_what_may_be_meant_elsewhere_is_asked_about(text: str) -> None:
    assert runs(text) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("운영 인뱅 WAS, 승인중계 WAS 재기동해주세요", [("승인중계", "PROD"), ("인터넷뱅킹", "PROD")]),
        ("스테이징 인뱅 WAS, 운영 승인중계 WAS 재기동해주세요", [("승인중계", "PROD"), ("인터넷뱅킹", "STG")]),
        ("인뱅 WAS 운영이랑 스테이징 둘 다 재기동해주세요", [("인터넷뱅킹", "PROD"), ("인터넷뱅킹", "STG")]),
        ("인뱅 WAS(스테이징) 재기동해주세요", [("인터넷뱅킹", "STG")]),
        ("인뱅 WAS 2호기(STG) 재기동해주세요", [("인터넷뱅킹", "STG")]),
        ("인뱅 WAS(개발)도 재기동해주세요", [("인터넷뱅킹", "DEV")]),
        ("restart the ibank WAS instead of the CoreLedger WAS", [("인터넷뱅킹", "PROD")]),
        ("인뱅 WAS(스테이징), 코어레저 WAS 재기동해주세요", [("CoreLedger", "PROD"), ("인터넷뱅킹", "STG")]),
        ("인뱅 WEB(운영)랑 코어레저 DB 재기동해주세요", [("CoreLedger", "PROD"), ("인터넷뱅킹", "PROD")]),
    ],
)
def test_what_is_plain_runs(text: str, places: list[tuple[str, str]]) -> None:
    assert sorted((one.system_name, str(one.environment)) for one in runs(text)) == places


def test_a_stop_behind_another_request_is_one() -> None:
    text = "restart the CoreLedger WAS\nstop node 1 of the ibank WAS"
    found = READER.read(ReaderInput(id="1", text=text)).intents
    assert [one.action_sequence for one in found] == [("RESTART_SERVICE",), ("STOP_SERVICE",)]


def test_a_look_beside_a_stop_is_none() -> None:
    found = READER.read(ReaderInput(id="1", text="코어레저 WAS 1호기 상태 확인, 승인중계 DB 정지해주세요")).intents
    assert [(one.system_name, one.action_sequence) for one in found] == [
        ("CoreLedger", ("CHECK_SERVICE",)),
        ("승인중계", ("STOP_SERVICE",)),
    ]


@pytest.mark.parametrize("text", ["인뱅 WAS 2호기 재기동 요청이요", "인뱅 WAS 2호기 먹통입니다. 재기동 요청이요"])
def test_a_request_of_few_words_is_read(text: str) -> None:
    assert [one.target_nodes for one in runs(text)] == [("MRB-IBK-WAS-02",)]


def test_a_look_behind_what_was_before_is_not_lost() -> None:
    """What is past stands in the sentence before, though nothing marks its end."""
    found = runs("지난주에도 같은 증상이 있었습니다 인뱅 DB 디스크 사용량 확인한 뒤에 오래된 로그 삭제해주세요")
    assert [one.action_sequence for one in found] == [("CHECK_DISK_SPACE", "CLEAN_LOGS")]
