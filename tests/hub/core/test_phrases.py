# ruff: noqa: E501 - tables of sentences
"""The grammar of what is said to the hub: whole messages only, never a command to a server, never talk."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.hub.core import phrases as ph
from guardia.hub.core.phrases import recognise
from tests.hub.parser.advice_talk import FIRES, SILENT

SAID: dict[ph.Phrase, list[str]] = {
    ph.Why(plain=True): ["왜 그렇게 읽었어?", "왜 그렇게 이해했나요", "어떻게 읽었어요?", "방금 그거 왜 그렇게 해석했어?", "해석 근거 알려줘"],
    ph.Why(plain=False): ["왜?", "왜요?", "왜", "왜 안 했어?", "왜 실행을 안 했나요?", "@GUARDiA 왜?"],
    ph.Status(): ["상태", "상태?", "진행 상황", "진행상황 알려줘", "요청 현황 보여 주세요", "작업 상황은 어때요?", "가디아야 상태"],
    ph.Answer(number=2): ["2", "2번", "2번이요", "②", "두 번째", "2번으로 해주세요", "2 번 으로 할게요", "두번째 거로 부탁드립니다"],
    ph.Attach(ticket="SR-1042"): ["SR-1042에 연결", "이 건 SR-1042로 연결해줘", "sr-1042 연결 부탁드립니다", "방금 요청 SR-1042에 연결해 주세요", "티켓 SR-1042와 연동해줘"],
    ph.Run(): ["이대로 실행해줘", "그대로 실행", "실제로 실행해 주세요", "이 계획대로 실행해줘", "미리보기대로 실행해줘"],
    ph.Accept(): ["즉시 확인", "즉시 확인해줘", "즉시확인 부탁드립니다"],
    ph.Mute(): ["알림 꺼줘", "알림은 그만", "알림 좀 꺼주세요", "알림 보내지 마세요", "알림 필요 없어요", "알림 그만해줘"],
    ph.Mute(name="디스크"): ["디스크 알림 꺼줘", "디스크 알림 그만 보내줘"],
    ph.Mute(minutes=30): ["알림 30분만 꺼줘", "30분 동안 알림 꺼줘"],
    ph.Mute(minutes=120, what="조언"): ["두 시간 동안 조언 꺼줘"],
    ph.Mute(what="suggestions"): ["turn off suggestions", "no more suggestions", "please stop the suggestions"],
    ph.Mute(name="disk", what="suggestions"): ["turn off disk suggestions", "mute disk suggestions, please"],
    ph.Mute(minutes=120, what="suggestions"): ["turn off suggestions for 2 hours", "switch off suggestions for two hours"],
    ph.Mute(minutes=720, what="advice"): ["stop advice for today"],
    ph.Unmute(what="suggestions"): ["turn on suggestions", "turn on suggestions again"],
    ph.Unmute(): ["알림 켜줘", "알림 다시 켜주세요"],
    ph.Preview(rest=""): ["계획만", "계획만 보여줘", "실행하지 말고 계획만 보여줘", "실행 말고 계획만요"],
    ph.Preview(rest="예산시스템 WAS 1호기 재기동"): [
        "예산시스템 WAS 1호기 재기동 계획만 보여줘",
        "예산시스템 WAS 1호기 재기동, 실행하지 말고 계획만",
        "예산시스템 WAS 1호기 재기동하는 계획만 알려주세요",
        "예산시스템 WAS 1호기 재기동 미리보기",
        "예산시스템 WAS 1호기 재기동 (dry-run)",
        "계획만 보여줘: 예산시스템 WAS 1호기 재기동",
        "실행하지 말고 계획만 보여주세요.\n예산시스템 WAS 1호기 재기동",
    ],
}  # fmt: skip

NONE = """
상태 확인해줘
예산시스템 상태
거기 상태
서버 상태 어때?
왜 느려요?
왜 서버가 죽었죠
왜 예산시스템 안 열려요
2호기
2호기도
2호기 재기동해줘
2번 서버 재기동해줘
2번 서버
12345
100
SR-1042
SR-1042 확인해줘
SR-1042에 연결된 서버 재기동해줘
예산시스템 DB에 연결해줘
MOF-BUD-WAS-01에 연결해줘 확인 좀
MOF-BUD-WAS-01 재기동해줘
WAS-02에 연결해줘
db-01 연결
실행해줘
서비스 실행해줘
예산시스템 실행해줘
확인해줘
즉시 재기동해줘
즉시 확인해야 할 게 있어요
turn off the suggestions server
stop disk checks
turn off disk
알림 서버 꺼줘
알림 서비스 중지해줘
알림톡중계 WAS 꺼줘
서버 꺼줘
예산시스템 WAS 꺼줘
알림 확인해줘
계획만 세우지 말고 재기동해줘
기획만 보여줘
무계획만
계획서 보내주세요
계획만 있으면 됩니다 재기동해줘
취소
취소해줘
도움말
네
응
고마워
""".strip().splitlines()


@pytest.mark.parametrize(("phrase", "said"), [(phrase, said) for phrase, all_ in SAID.items() for said in all_])
def test_it_is_recognised(phrase: ph.Phrase, said: str) -> None:
    assert recognise(said) == phrase
    assert recognise(f"  {said}  ") == phrase


@pytest.mark.parametrize("said", NONE)
def test_it_is_left_to_the_reader(said: str) -> None:
    assert recognise(said) is None


def test_operations_talk_is_none_of_it() -> None:
    for line in [*SILENT, *(line for text in FIRES.values() for line in text.strip().splitlines())]:
        assert recognise(line) is None, line


NAMES = st.sampled_from(
    [
        "예산시스템",
        "홈택스",
        "기재부 예산시스템",
        "나라장터",
        "알림톡중계",
        "상태관리시스템",
        "계획관리",
        "MOF-BUD-WAS-01",
    ]
)
LAYERS = st.sampled_from(["WAS", "DB", "WEB", "와스", "디비", ""])
NODES = st.sampled_from(["", "1호기", "2호기", "1,2호기", "전체"])
ACTS = st.sampled_from(
    ["재기동", "중지", "기동", "상태 확인", "디스크 확인", "롤백", "락 조회", "배포", "로그 확인", "알림 확인"]
)
ASKS = st.sampled_from(["해줘", "해 주세요", " 부탁드립니다", "해줄래?", "", " ㄱㄱ", "해라", "해주실 수 있나요?"])


@given(NAMES, LAYERS, NODES, ACTS, ASKS)
@settings(max_examples=400, deadline=None)
def test_no_command_to_a_server_is_ever_swallowed(name: str, layer: str, node: str, act: str, ask: str) -> None:
    said = " ".join(f"{name} {layer} {node} {act}{ask}".split())
    assert recognise(said) is None


@given(NAMES, LAYERS, NODES, ACTS, ASKS, st.sampled_from(SAID[ph.Preview(rest="")]))
@settings(max_examples=200, deadline=None)
def test_a_preview_keeps_its_command_whole(
    name: str, layer: str, node: str, act: str, ask: str, plan_only: str
) -> None:
    command = " ".join(f"{name} {layer} {node} {act}{ask}".split())
    found = recognise(f"{command}. {plan_only}")
    assert isinstance(found, ph.Preview)
    assert found.rest.rstrip("?") == command.rstrip("? ")


@given(
    st.sampled_from([said for all_ in SAID.values() for said in all_]),
    st.sampled_from(["예산시스템 ", "서버 ", "그 서버 ", "1호기 "]),
)
@settings(max_examples=200, deadline=None)
def test_words_before_a_phrase_make_it_something_else(said: str, before: str) -> None:
    """But for previews, which take a command before them, and for a mute, whose name the flow looks up."""
    found = recognise(before + said)
    assert found is None or isinstance(found, ph.Preview | ph.Mute | ph.Unmute)


@given(
    st.text(max_size=300)
    | st.text(alphabet="계획만 보여줘실행하지말고.,()\n\t2번SR-1042에연결알림꺼왜상태", max_size=300)
)
@settings(max_examples=500, deadline=None)
def test_odd_text_is_read_in_no_time_and_never_raises(text: str) -> None:
    began = time.perf_counter()
    found = recognise(text)
    assert time.perf_counter() - began < 1.0
    assert found is None or isinstance(found, ph.Phrase)


@pytest.mark.parametrize("piece", [" ", "\n", ".", "(", "계획만 ", "실행 ", "하는 ", "알림 ", "- ", " ,"])
def test_long_rows_of_one_thing_take_no_time(piece: str) -> None:
    began = time.perf_counter()
    for text in (piece * (1_000 // len(piece)), piece * 300 + "x", "x" + piece * 300 + "계획만", piece * 5_000):
        recognise(text)
    assert time.perf_counter() - began < 3.0
