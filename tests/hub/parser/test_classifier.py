"""The second look: what it sees, how it answers, and that it only ever makes the room be asked."""

import math

import pytest

from guardia.hub.core.intent import ContextMessage, Intent, IntentType, ReaderInput
from guardia.hub.parser.embedded.classifier.disagreement import DISAGREES, UNLIKELY, disagreement
from guardia.hub.parser.embedded.classifier.features import features
from guardia.hub.parser.embedded.classifier.model import SEVERAL, Classifier, Weights, pack, shipped, unpack
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates

SMALL = Weights(
    answers=["RESTART_SERVICE", SEVERAL],
    vocabulary=["재", "\n재기동 해줘"],
    idf=[3.0, 4.0],
    table=bytes([128 + 10, 128 - 20, 128 + 30, 128]),
    steps=[0.1, 0.5],
    bias=[-0.25, 0.5],
)
RESTART = Intent(intent_type=IntentType.RESTART, action_sequence=("RESTART_SERVICE",))
CHECK = Intent(intent_type=IntentType.CHECK, action_sequence=("CHECK_MEMORY",))


class Sure(Classifier):
    """Is sure of the answers that it is given, and of no other."""

    def __init__(self, *answers: str) -> None:
        self.asked: list[str] = []
        self._sure = answers

    def probabilities(self, text: str) -> dict[str, float]:
        self.asked.append(text)
        return {answer: 0.999 if answer in self._sure else 0.001 for answer in (*CATALOGUE, SEVERAL)}


def read(classifier: Classifier, text: str, *, context: tuple[str, ...] = (), files: tuple[str, ...] = ()):
    earlier = tuple(ContextMessage(sender="ENGINEER_01", text=one) for one in context)
    message = ReaderInput(id="1", text=text, context=earlier, files=files)
    return EmbeddedReader(estates.bank(), classifier).read(message)


def test_pieces_are_characters_and_words_in_a_row() -> None:
    found = features("가 나 다")
    assert {" ", "가", "가 나", " 가 나 다"[:6], "\n가 나", "\n가 나 다", "\t가\t다"} <= found
    assert max(len(piece) for piece in found if not piece.startswith(("\n", "\t"))) == 6
    assert features("") == {" ", "  "}


def test_a_probability_is_the_logistic_of_the_weights_over_the_length_of_what_is_known() -> None:
    seen = Classifier(SMALL).probabilities("재기동 해줘")
    length = math.hypot(3, 4)
    assert seen["RESTART_SERVICE"] == pytest.approx(1 / (1 + math.exp(-(40 * 0.1 / length - 0.25))))
    assert seen[SEVERAL] == pytest.approx(1 / (1 + math.exp(-(-20 * 0.5 / length + 0.5))))


def test_of_a_text_without_a_known_piece_the_bias_is_left() -> None:
    seen = Classifier(SMALL).probabilities("xyz")
    assert seen["RESTART_SERVICE"] == pytest.approx(1 / (1 + math.exp(0.25)))


def test_weights_come_back_as_they_were_packed() -> None:
    assert unpack(pack(SMALL)) == SMALL


def test_the_shipped_classifier_knows_every_action() -> None:
    """Red: the catalogue has moved, so the classifier is to be trained anew (packaging/classifier)."""
    assert set(shipped().probabilities("")) == {*CATALOGUE, SEVERAL}


def test_what_is_unlikely_is_told() -> None:
    agreed = dict.fromkeys((*CATALOGUE, SEVERAL), 0.01) | {"RESTART_SERVICE": 0.99}
    assert disagreement([RESTART], agreed) == ""
    assert disagreement([RESTART], agreed | {"RESTART_SERVICE": UNLIKELY / 2}) == DISAGREES
    assert disagreement([RESTART], agreed | {"CHECK_MEMORY": 1 - UNLIKELY / 2}) == DISAGREES
    assert disagreement([RESTART], agreed | {SEVERAL: 1 - UNLIKELY / 2}) == DISAGREES
    assert disagreement([RESTART, CHECK], agreed | {"CHECK_MEMORY": 0.9, SEVERAL: UNLIKELY / 2}) == DISAGREES
    assert disagreement([RESTART, CHECK], agreed | {"CHECK_MEMORY": 0.9, SEVERAL: 0.5}) == ""


def test_a_change_that_it_does_not_see_is_asked_about() -> None:
    reading = read(Sure("STOP_SERVICE"), "인뱅 WAS 1호기 재기동해주세요")
    assert not any(intent.complete for intent in reading.intents)
    assert DISAGREES in reading.explanation["missing"]


def test_it_adds_nothing() -> None:
    assert read(Sure("STOP_SERVICE"), "인뱅 WAS 1호기가 느리네요").intents == ()


def test_it_does_not_judge_a_look() -> None:
    judge = Sure("STOP_SERVICE")
    assert read(judge, "인뱅 WAS 1호기 메모리 확인해주세요").intents[0].complete
    assert judge.asked == []


def test_it_does_not_judge_what_an_earlier_message_says() -> None:
    judge = Sure("STOP_SERVICE")
    reading = read(judge, "2호기도 부탁드립니다", context=("인뱅 WAS 1호기 재기동해주세요",))
    assert reading.intents[0].action_sequence == ("RESTART_SERVICE",)
    assert reading.intents[0].complete
    assert judge.asked == []


def test_it_sees_no_names_and_no_numbers() -> None:
    judge = Sure("DEPLOY_ARTIFACT")
    read(judge, "미래은행 인뱅 운영 WAS 1호기에 app.war 배포해주세요", files=("app.war",))
    assert judge.asked == ["ⓘ ⓢ ⓔ ⓛ 0호기애 ⓕ 배포해주새요 ⓐ"]


@pytest.mark.parametrize(
    "text",
    [
        "인뱅 WAS 1호기 재기동해주세요",
        "인뱅 WAS 1호기 내려주세요",
        "인뱅 WAS 오래된 로그 정리 부탁드립니다",
        "please restart node 1 of the 인뱅 WAS",
        "인뱅 WAS 스레드 덤프 뜨고 재기동해주세요",
    ],
)
def test_plain_requests_run(text: str) -> None:
    assert all(intent.complete for intent in read(shipped(), text).intents)
