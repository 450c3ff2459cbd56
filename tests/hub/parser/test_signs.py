# ruff: noqa: E501 - tables of sentences
"""What talk says to the rules: hundreds of sentences that must and must not give rise to an offer, and their kin."""

from importlib import resources

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from guardia.cmdb.model import Inventory
from guardia.hub.core.advice_rules import AdviceRules, parse_rules
from guardia.hub.core.intent import ContextMessage, ReaderInput
from guardia.hub.core.message import Person
from guardia.hub.core.proactive import Sighting, commanded
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.signs import Signs
from guardia.hub.parser.stems import How, Sentence, Vocabulary, Word
from tests.hub.parser.advice_talk import FIRES, NOT_STEMS, SILENT, STEMS
from tests.hub.parser.estates import Estate
from tests.hub.parser.examples import EXAMPLES
from tests.hub.parser.heldout import FOURTH, THIRD
from tests.hub.parser.notation import expected
from tests.hub.parser.test_reading_examples import INVENTORIES, READERS

PERSON = Person(person_id="engineer1", name="engineer1", institutions=("*",))


def estate() -> Inventory:
    made = Estate()
    made.institution("기획재정부", "기재부")
    made.institution("국세청")
    made.institution("조달청")
    made.institution("행정안전부", "행안부")
    made.system("기획재정부", "예산시스템", "MOF-BUD", "WEB1 WAS2 DB2 DEV:WAS1 DEV:DB1", "예산")
    made.system("국세청", "홈택스", "NTS-HTX", "WEB2 WAS3 DB1")
    made.system("조달청", "나라장터", "PPS-KON", "WEB1 WAS2 DB1")
    made.system("행정안전부", "정부24", "MOI-GOV", "WEB1 WAS2 DB1")
    made.system("행정안전부", "인사랑", "MOI-HR", "WAS1")
    return made.build()


class Fixed:
    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def snapshot(self) -> Inventory:
        return self.inventory


DEFAULT = parse_rules(
    resources.files("guardia.hub.core").joinpath("default_advice.toml").read_text(encoding="utf-8"), "default"
)
INVENTORY = estate()
SIGNS = Signs(DEFAULT, Fixed(INVENTORY))
READER = EmbeddedReader(INVENTORY)


def hear(text: str, *context: str) -> tuple[Sighting, ...]:
    return SIGNS.hear(text, PERSON, context)


def offered(text: str) -> bool:
    """As the flow decides it, with the reading of the message."""
    return bool(hear(text)) and not commanded(READER.read(ReaderInput(id="m", text=text)))


ALL_FIRES = [(rule, line) for rule, text in FIRES.items() for line in text.strip().splitlines()]


def test_there_are_hundreds_of_them() -> None:
    assert len(ALL_FIRES) >= 150
    assert len(SILENT) >= 250
    assert len({line for _, line in ALL_FIRES} | set(SILENT)) == len(ALL_FIRES) + len(SILENT)


@pytest.mark.parametrize(("rule", "line"), ALL_FIRES)
def test_trouble_is_heard(rule: str, line: str) -> None:
    assert [seen.rule_id for seen in hear(line)][:1] == [rule]


@pytest.mark.parametrize("line", SILENT)
def test_other_talk_is_left_alone(line: str) -> None:
    assert hear(line) == ()


def test_no_command_of_the_readers_examples_is_answered_with_an_offer() -> None:
    """Not one, whatever words of the rules stand in it."""
    signs = {name: Signs(DEFAULT, Fixed(inventory)) for name, inventory in INVENTORIES.items()}
    commands = 0
    for estate_name, text, wanted, *more in (*EXAMPLES, *THIRD, *FOURTH):
        options = more[0] if more else {}
        context = tuple(options.get("context", ()))
        message = ReaderInput(
            id="m",
            text=text,
            files=tuple(options.get("files", ())),
            now=options.get("now", ""),
            context=tuple(ContextMessage(text=one) for one in context),
        )
        if not expected(wanted, INVENTORIES[estate_name]):
            continue
        commands += 1
        heard = signs[estate_name].hear(text, PERSON, context)
        assert not heard or commanded(READERS[estate_name].read(message)), text
    assert commands > 250


# --- kin of the sentences -----------------------------------------------------------------------------------------------

TOPICS = st.sampled_from(["DB", "디비", "쿼리", "DB 쿼리", "예산시스템 DB", "홈택스 디비"])
JOSA = st.sampled_from(["가", "도", "는", ""])
ADVERBS = st.sampled_from(["", "너무 ", "갑자기 ", "오늘 ", "엄청 ", "자꾸 ", "계속 "])
NOISE = st.sampled_from(["", "!", "...", "ㅠㅠ", " ㅠㅠ", "~", "?", " ㅋㅋ", "!!", " ;;"])
SLOW = st.sampled_from([form for form in STEMS["느리"].split() if form != "느려"])


@given(TOPICS, JOSA, ADVERBS, SLOW, NOISE)
@settings(max_examples=400, deadline=None)
def test_every_form_of_slow_is_heard(topic: str, josa: str, adverb: str, form: str, noise: str) -> None:
    assume("까" not in form)
    (first, *_) = hear(f"{topic}{josa} {adverb}{form}{noise}")
    assert first.rule_id == "db-locks"


@given(TOPICS, JOSA, ADVERBS, SLOW, st.sampled_from([
    "는데 해결됐습니다", "는데 조치했어요", "는데 지금은 괜찮아요", "는데 제가 볼게요", "는데 확인 중입니다", "는데 지금은 정상입니다",
]))  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_what_is_handled_is_left_alone(topic: str, josa: str, adverb: str, _form: str, end: str) -> None:  # noqa: PT019
    assert hear(f"{topic}{josa} {adverb}느렸{end}") == ()
    assert hear(f"{topic}{josa} {adverb}느렸어요. {end.removeprefix('는데 ')}") == ()


@given(TOPICS, JOSA, st.sampled_from([
    "안 느려요", "느리지 않아요", "느리지 않습니다", "느린 건 아니에요", "느린 거 아닙니다", "전혀 안 느린데요", "느리면 알려주세요", "느려지면 재기동합시다",
    "느릴 수 있어요", "느려질 것 같으면 말해주세요", "느려도 괜찮아요", "느려질까 봐 걱정이네요", "느릴 때 보는 문서입니다", "느려지지 않게 해야죠",
]))  # fmt: skip
@settings(max_examples=200, deadline=None)
def test_what_is_not_so_or_only_might_be_is_left_alone(topic: str, josa: str, rest: str) -> None:
    assert hear(f"{topic}{josa} {rest}") == ()


@given(
    st.sampled_from([line for _, line in ALL_FIRES]),
    st.sampled_from(["어제 ", "지난주에 ", "작년에 ", "만약 ", "교육 자료: ", "[전달] 김주무관: ", "> "]),
)
@settings(max_examples=300, deadline=None)
def test_another_time_or_voice_is_left_alone(line: str, before: str) -> None:
    assert hear(before + line) == ()


@given(
    st.sampled_from([line for _, line in ALL_FIRES]),
    st.sampled_from(["재기동해줘", "예산시스템 WAS 재기동해줘", "예산시스템 WAS 로그 보여줘", "홈택스 DB 락 조회해줘"]),
)
@settings(max_examples=200, deadline=None)
def test_a_command_beside_it_gets_no_offer(line: str, command: str) -> None:
    assert not offered(f"{line}. {command}")


@given(
    st.text(max_size=200) | st.text(alphabet="DB디비쿼리느려요락걸디스크가꽉찼어로그쌓였 .\n\"'>[]%0123", max_size=200)
)
@settings(max_examples=400, deadline=None)
def test_odd_text_never_raises(text: str) -> None:
    for seen in hear(text):
        assert all(signal for signal in seen.signals)
        assert seen.targets


@given(
    st.sampled_from(["락", "느리-", "차-", "죽-", "행 걸리-"]),
    st.text(alphabet="가나다연하나허커스세락느리차죽행", min_size=1, max_size=4),
)
@settings(max_examples=400, deadline=None)
def test_a_word_is_never_a_piece_of_a_longer_one(word: str, before: str) -> None:
    vocabulary = Vocabulary([])
    stem = word.split(maxsplit=1)[0].rstrip("-")
    for form in (stem, stem + "이", stem + "요"):
        hits = list(Word(word).find(Sentence([fold(before + form)], vocabulary), vocabulary))
        assert all(hit.offset == 0 for hit in hits)
        assert not hits or (before + form).startswith(stem)


@pytest.mark.parametrize(("stem", "form"), [(stem, form) for stem, forms in STEMS.items() for form in forms.split()])
def test_a_stem_is_known_in_its_forms(stem: str, form: str) -> None:
    vocabulary = Vocabulary([])
    (hit, *_) = Word(f"{stem}-").find(Sentence([fold(form)], vocabulary), vocabulary)
    assert hit.how in (How.NOW, How.PAST)


@pytest.mark.parametrize(
    ("stem", "word"), [(stem, word) for stem, words in NOT_STEMS.items() for word in words.split()]
)
def test_other_words_and_mere_possibilities_are_not(stem: str, word: str) -> None:
    vocabulary = Vocabulary([])
    written = stem if stem == "락" else f"{stem}-"
    hits = list(Word(written).find(Sentence([fold(word)], vocabulary), vocabulary))
    assert all(hit.how in (How.OPEN, How.NOT) for hit in hits)


# --- what is looked at ------------------------------------------------------------------------------------------------


def names(text: str, *context: str) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(t.system_name, t.environment, t.layer, t.assets) for t in hear(text, *context)[0].targets]


def test_the_system_is_the_one_that_is_named() -> None:
    assert names("예산시스템 DB 쿼리가 느려요") == [("예산시스템", "PROD", "DB", ())]
    assert names("예산 개발 DB 쿼리가 느려요") == [("예산시스템", "DEV", "DB", ())]
    assert names("예산시스템 WAS 디스크가 꽉 찼어요") == [("예산시스템", "PROD", "WAS", ())]
    assert names("MOF-BUD-WAS-02 디스크가 꽉 찼어요") == [("예산시스템", "PROD", "ALL", ("MOF-BUD-WAS-02",))]
    assert sorted(names("예산시스템하고 홈택스 DB가 느려요")) == [
        ("예산시스템", "PROD", "DB", ()),
        ("홈택스", "PROD", "DB", ()),
    ]


def test_an_open_system_is_the_last_that_was_spoken_of_if_it_was_one() -> None:
    assert names("DB가 느려요", "홈택스 보고 있는데요", "그러게요") == [("홈택스", "PROD", "DB", ())]
    assert len(names("DB가 느려요", "홈택스하고 예산시스템 보고 있는데요")) > 1


def test_without_any_name_there_is_a_choice_or_a_question() -> None:
    assert [name for name, *_ in names("DB가 느려요")] == ["홈택스", "예산시스템", "나라장터", "정부24"] or len(
        names("DB가 느려요")
    ) == 4
    assert [name for name, *_ in names("디스크가 꽉 찼어요")] == ["UNKNOWN"]  # five systems are no choice


def test_a_system_without_the_layer_is_no_target() -> None:
    assert hear("인사랑 DB 쿼리가 느려요") == ()


def test_two_rules_of_ones_own_are_heard_in_their_order() -> None:
    text = """
[[rule]]
id = "queue"
name = "큐"
offer = "큐를 볼까요?"
action = "CHECK_PROCESS"
topics = ["큐", "메시지 큐"]
symptoms = ["쌓이-", "안 빠지-"]
[[rule]]
id = "db"
name = "DB"
offer = "볼까요?"
action = "FETCH_DB_LOCKS"
topics = ["큐"]
symptoms = ["쌓이-"]
"""
    own = Signs(parse_rules(text, "own"), Fixed(INVENTORY))
    assert [s.rule_id for s in own.hear("예산시스템 메시지 큐가 안 빠져요", PERSON)] == ["queue"]
    assert [s.rule_id for s in own.hear("예산시스템 큐가 쌓여요", PERSON)] == ["queue", "db"]
    assert own.hear("예산시스템 큐브가 쌓여요", PERSON) == ()
    assert Signs(AdviceRules(), Fixed(INVENTORY)).hear("DB가 느려요", PERSON) == ()


def test_a_long_message_is_a_report_and_left_alone() -> None:
    assert hear("DB가 느려요. " + "오늘 있었던 일을 적습니다. " * 60) == ()
