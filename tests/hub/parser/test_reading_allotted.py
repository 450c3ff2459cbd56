"""Two targets, each with a file, a version or a time of its own: each gets its own, or the room is asked."""

import itertools

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser import estates

READER = EmbeddedReader(estates.bank())
NOW = "2026-12-01T14:00:00+09:00"
TEN, ELEVEN = "2026-12-01T22:00:00+09:00", "2026-12-01T23:00:00+09:00"
IBANK, RELAY, LEDGER = "인터넷뱅킹", "승인중계", "CoreLedger"
NODES = {IBANK: ("MRB-IBK-WAS-04",), RELAY: (), LEDGER: ("MRB-COR-WAS-02",)}
PLACES = {IBANK: "인뱅 WAS 4호기", RELAY: "승인중계 WAS", LEDGER: "코어레저 WAS 2호기"}
ENGLISH = {IBANK: "the ibank WAS node 4", RELAY: "the AuthRelay WAS", LEDGER: "node 2 of the CoreLedger WAS"}
JOINTS = (", ", "하고 ", " 그리고 ", "\n", " / ", "이랑 ")
JOINTS_ENGLISH = (" and ", ", ", "; ", " & ", " then ", "\n")

FILES = ("{x}에 {a}", "{x}에는 {a}", "{x} {a}", "{a}는 {x}에", "{x}: {a}", "{x}({a})", "{a} -> {x}", "{a}({x})")
DEPLOY = (
    "{x}{j}{y} 배포해주세요", "배포 부탁드립니다 {x}{j}{y}", "{x} 배포하고 {y} 배포해주세요",
    "{x} 배포해주시고 {y}도 배포 부탁", "{x}{j}{y} 각각 배포 부탁드립니다", "{x} 올리고 {y} 올린 다음 재기동해주세요",
)  # fmt: skip
VERSIONS = (
    "{x} {a}", "{x}는 {a}", "{x}를 {a}로", "{x} {a} 버전으로", "{x}: {a}", "{a}({x})", "{x} -> {a}", "{a}으로 {x}",
)  # fmt: skip
ROLL_BACK = (
    "{x}{j}{y} 롤백해주세요", "롤백 부탁드립니다 {x}{j}{y}", "{x} 롤백하고 {y} 롤백해주세요",
    "{x}{j}{y} 각각 롤백 부탁드립니다",
)  # fmt: skip
TIMES = ("{x}는 {a}", "{x} {a}", "{a} {x}", "{x}: {a}", "{x}({a})")
RESTART = (
    "{x}{j}{y} 재기동해주세요", "재기동 부탁드립니다 {x}{j}{y}", "{x} 재기동하고 {y} 재기동해주세요",
    "{x}{j}{y} 각각 재기동 부탁드립니다",
)  # fmt: skip


def runs(text: str, files: tuple[str, ...] = ()) -> list[Intent]:
    found = READER.read(ReaderInput(id="1", text=text, now=NOW, files=files)).intents
    return [one for one in found if one.changes and one.complete]


def own(intent: Intent) -> tuple[str, ...]:
    parameters = intent.parameters
    return (*intent.deploy_artifacts, *(str(parameters[key]) for key in ("version", "at") if key in parameters))


def held(intents: list[Intent]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return sorted((one.system_name, one.target_nodes, own(one)) for one in intents)


def crossed(
    places: dict[str, str], form: str, forms: tuple[str, ...], asked: tuple[str, ...], joints: tuple[str, ...],
    things: tuple[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]],
) -> list[str]:  # fmt: skip
    """The sentences of which a request has what is the other's, or of which one target is lost."""
    wrong = []
    (first, mine), (second, others) = things
    for (one, other), behind, joint, sentence in itertools.product(
        itertools.permutations(places, 2), forms, joints, asked
    ):
        x, y = form.format(x=places[one], a=first), behind.format(x=places[other], a=second)
        text = sentence.format(x=x, y=y, j=joint)
        got = held(runs(text))
        if got and got != sorted([(one, NODES[one], mine), (other, NODES[other], others)]):
            wrong.append(text)
    return wrong


@pytest.mark.parametrize("form", FILES)
def test_two_files_go_each_to_its_target(form: str) -> None:
    things = (("a.war", ("a.war",)), ("b.war", ("b.war",)))
    assert crossed(PLACES, form, FILES, DEPLOY, JOINTS, things) == []


@pytest.mark.parametrize("form", VERSIONS)
def test_two_versions_are_each_of_its_target(form: str) -> None:
    assert crossed(PLACES, form, VERSIONS, ROLL_BACK, JOINTS, (("1.2.3", ("1.2.3",)), ("2.0.1", ("2.0.1",)))) == []


@pytest.mark.parametrize("form", TIMES)
def test_two_times_are_each_for_its_target(form: str) -> None:
    assert crossed(PLACES, form, TIMES, RESTART, JOINTS, (("오늘 22시에", (TEN,)), ("오늘 23시에", (ELEVEN,)))) == []


@pytest.mark.parametrize("form", TIMES)
def test_one_now_and_one_later(form: str) -> None:
    assert crossed(PLACES, form, TIMES, RESTART, JOINTS, (("지금", ()), ("오늘 23시에", (ELEVEN,)))) == []


@pytest.mark.parametrize("form", ["{a} to {x}", "{x}: {a}", "{a} -> {x}", "{x} with {a}", "{a} ({x})"])
def test_two_files_go_each_to_its_target_in_english(form: str) -> None:
    forms = ("{a} to {x}", "{x}: {a}", "{a} -> {x}", "{x} with {a}", "{a} ({x})")
    asked = ("deploy {x}{j}{y}", "can you deploy {x}{j}{y}?", "deploy {x}{j}deploy {y}", "deployment please: {x}{j}{y}")
    things = (("a.war", ("a.war",)), ("b.war", ("b.war",)))
    assert crossed(ENGLISH, form, forms, asked, JOINTS_ENGLISH, things) == []


@pytest.mark.parametrize("form", ["{x} {a}", "{a} {x}", "{x}: {a}", "{x} ({a})"])
def test_one_now_and_one_later_in_english(form: str) -> None:
    forms = ("{x} {a}", "{a} {x}", "{x}: {a}", "{x} ({a})")
    asked = ("restart {x}{j}{y}", "can you bounce {x}{j}{y}?", "restart {x}{j}restart {y}", "{x}{j}{y} restart please")
    things = (("now", ()), ("at 23:00 today", (ELEVEN,)))
    assert crossed(ENGLISH, form, forms, asked, JOINTS_ENGLISH, things) == []


@pytest.mark.parametrize(
    "text",
    [
        "인뱅 WAS는 오늘 23시에, 승인중계 WAS 재기동해주세요",
        "인뱅 WAS는 오늘 23시에 재기동하고 승인중계 WAS 재기동해주세요",
        "인뱅 WAS 재기동하고 승인중계 WAS는 오늘 23시에 재기동해주세요",
        "승인중계 WAS 롤백하고 인뱅 WAS는 1.2.3으로 롤백해주세요",
        "인뱅 WAS는 1.2.3으로, 승인중계 WAS 롤백해주세요",
        "인뱅 WAS는 1.2.3으로\n승인중계 WAS 롤백해주세요",
        "인뱅 WAS는 a.war, 승인중계 WAS 배포해주세요",
        "인뱅 WAS는 a.war\n승인중계 WAS 배포해주세요",
        "인뱅 WAS랑 승인중계 WAS에 a.war, b.war 배포해주세요",
        "인뱅 WAS\n승인중계 WAS는 오늘 23시에 각각 재기동 부탁드립니다",
    ],
)
def test_what_is_named_once_between_two_targets_is_asked_about(text: str) -> None:
    assert runs(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("인뱅 WAS랑 승인중계 WAS에 a.war 배포해주세요", [(IBANK, (), ("a.war",)), (RELAY, (), ("a.war",))]),
        ("인뱅 WAS에 a.war 배포하고 승인중계 WAS에도 배포해주세요", [(IBANK, (), ("a.war",)), (RELAY, (), ("a.war",))]),
        (
            "인뱅 WAS에 a.war, b.war 배포하고 승인중계 WAS 재기동해주세요",
            [(IBANK, (), ("a.war", "b.war")), (RELAY, (), ())],
        ),
        ("a.war는 인뱅 WAS에, b.war는 승인중계 WAS에 배포해주세요", [(IBANK, (), ("a.war",)), (RELAY, (), ("b.war",))]),
        ("오늘 23시에 인뱅 WAS, 승인중계 WAS 재기동해주세요", [(IBANK, (), (ELEVEN,)), (RELAY, (), (ELEVEN,))]),
        ("인뱅 WAS, 승인중계 WAS 오늘 23시에 재기동해주세요", [(IBANK, (), (ELEVEN,)), (RELAY, (), (ELEVEN,))]),
        ("인뱅 WAS 4호기 오늘 23시에 재기동해주세요", [(IBANK, NODES[IBANK], (ELEVEN,))]),
        ("인뱅 WAS a.war 4호기에만 배포해주세요", [(IBANK, NODES[IBANK], ("a.war",))]),
        ("인뱅 WAS 1.2.3으로 롤백해주세요, 4호기만요", [(IBANK, NODES[IBANK], ("1.2.3",))]),
        (
            "deploy a.war to the ibank WAS and b.war to the AuthRelay WAS",
            [(IBANK, (), ("a.war",)), (RELAY, (), ("b.war",))],
        ),
    ],
)
def test_what_is_clear_runs(text: str, wanted: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    assert held(runs(text)) == sorted(wanted)
