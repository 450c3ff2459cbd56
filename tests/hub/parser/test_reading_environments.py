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
        ("인뱅 WAS(스테이징), 코어레저 WAS 재기동해주세요", [("CoreLedger", "PROD"), ("인터넷뱅킹", "STG")]),
        ("인뱅 WEB(운영)랑 코어레저 DB 재기동해주세요", [("CoreLedger", "PROD"), ("인터넷뱅킹", "PROD")]),
    ],
)
def test_what_is_plain_runs(text: str, places: list[tuple[str, str]]) -> None:
    assert sorted((one.system_name, str(one.environment)) for one in runs(text)) == places
