"""Two things asked for in one sentence, every one with every other: both are read, in order, or the room is asked."""

import itertools

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates

READER = EmbeddedReader(estates.bank())

LOOKS = {
    "디스크": "CHECK_DISK_SPACE",
    "메모리": "CHECK_MEMORY",
    "CPU": "CHECK_CPU",
    "프로세스": "CHECK_PROCESS",
    "스레드덤프": "THREAD_DUMP",
    "인증서": "CHECK_CERT",
    "버전": "SHOW_VERSION",
}
LOOKED = (
    "확인하시고",
    "보시고",
    "체크하고 나서",
    "확인 후",
    "점검하신 뒤",
    "보고 나서",
    "확인해 보고",
    "확인하신 다음",
)
CHANGES = {
    "재기동해주세요": ("RESTART_SERVICE",),
    "2호기 중지해주세요": ("STOP_SERVICE",),
    "한 달 지난 로그 정리해 주세요": ("CLEAN_LOGS",),
    "롤백 부탁드립니다": ("ROLLBACK_RELEASE",),
    "그 다음에 내렸다 올려주세요": ("RESTART_SERVICE", "STOP_SERVICE"),
}
FIRST = {
    "RESTART_SERVICE": ("재기동하고", "재기동 후", "재기동한 다음", "껐다 켜주시고", "재기동 그리고"),
    "STOP_SERVICE": ("중지하고", "내려주시고", "중지시키고 나서", "내려놓고"),
    "START_SERVICE": ("기동하고", "올려주시고", "띄운 다음"),
    "CLEAN_LOGS": ("로그 정리하고", "로그 비워주시고", "로그 삭제한 다음"),
    "ROLLBACK_RELEASE": ("롤백하고", "되돌리고", "롤백 후"),
}
SECOND = {
    "RESTART_SERVICE": ("재기동해주세요", "재시작 부탁드립니다", "재기동요"),
    "STOP_SERVICE": ("중지해주세요", "내려주세요"),
    "START_SERVICE": ("기동해주세요", "띄워줘"),
    "CLEAN_LOGS": ("로그 정리해주세요",),
    "ROLLBACK_RELEASE": ("롤백해주세요", "되돌려주세요"),
}


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


BEFORE = (
    *("어제", "아까", "방금", "이미", "지난번에", "그저께", "제가", "내가", "저희가", "김대리가", "업체에서"),
    *("담당자가", "박과장님이", "새벽에", "오전에"),
)
DONE = (
    *("재기동하고", "재기동하고 나서", "재기동한 다음", "재기동한 뒤에", "재기동하고서", "재기동해서", "재기동하면서"),
    *("재기동하더니", "재기동했고", "재기동했는데", "재기동 후", "재기동했으니", "내리고", "배포하고", "내렸다가"),
)
SINCE = ("로그 보여주세요", "상태 확인해주세요", "메모리 어떤가요?", "DB도 상태 봐주세요", "에러 있는지 봐줘")


@pytest.mark.parametrize("before", BEFORE)
def test_what_was_done_before_is_not_done_again(before: str) -> None:
    wrong = []
    for done, since in itertools.product(DONE, SINCE):
        for target in (f"{before} 인뱅 WAS 1호기", f"인뱅 WAS 1호기 {before}"):
            text = f"{target} {done} {since}"
            if read(text)[1]:
                wrong.append(text)
    assert wrong == []


ONWARDS = (
    *(
        "아까 그 서버 말고 인뱅 WAS",
        "아까 말한 인뱅 WAS",
        "방금 죽은 인뱅 WAS",
        "어제 얘기한 인뱅 WAS",
        "제가 요청한 인뱅 WAS",
    ),
    *("저희 인뱅 WAS", "개발팀에서 요청한 인뱅 WAS", "어제부터 느린데 인뱅 WAS", "아까 뻗은 인뱅 WAS"),
)


@pytest.mark.parametrize("target", ONWARDS)
def test_what_only_speaks_of_before_is_asked_for_now(target: str) -> None:
    found, _ = read(f"{target} 재기동하고 로그 보여주세요")
    assert [one.action_sequence for one in found] == [("RESTART_SERVICE", "TAIL_LOG")]


BEHIND = {
    "정상인지도 봐주세요": "CHECK_SERVICE",
    "잘 올라왔는지 봐주세요": "CHECK_SERVICE",
    "살아있는지도 봐줘요": "CHECK_SERVICE",
    "서비스 올라왔는지 체크해주세요": "CHECK_SERVICE",
    "로그도 좀 보여주세요": "TAIL_LOG",
    "로그 봐주시고요": "TAIL_LOG",
    "응답 오는지도 확인 부탁드려요": "CHECK_HTTP",
    "접속 잘 되는지도 봐주시고요": "CHECK_HTTP",
    "포트 열렸는지도 확인해주세요": "CHECK_PORT",
    "메모리도 한번 봐주세요": "CHECK_MEMORY",
    "CPU 튀는지도 봐주세요": "CHECK_CPU",
    "디스크 남은 것도 알려주세요": "CHECK_DISK_SPACE",
    "버전도 알려주세요": "SHOW_VERSION",
    "프로세스 떠있는지도 확인요": "CHECK_PROCESS",
    "인증서 만기도 알려주세요": "CHECK_CERT",
}


@pytest.mark.parametrize("change", ["재기동해주시고", "재기동 부탁드리고,", "재기동해주세요."])
@pytest.mark.parametrize("look", BEHIND)
def test_a_look_behind_a_change_is_read_with_it(change: str, look: str) -> None:
    found, runs = read(f"인뱅 WAS {change} {look}")
    assert found == tuple(runs)
    assert [one.action_sequence for one in found] == [("RESTART_SERVICE", BEHIND[look])]


NOT_NOW = (
    "{}하기 전에",
    "{} 전에",
    "{}하려고 하는데",
    "{}하려는데",
    "{}할까 하는데",
    "{}할까 싶은데",
    "{}할 건데",
    "{}할 예정인데",
    "{} 예정인데",
    "{}은 나중에 하고",
    "{}은 이따 하고",
    "{}은 내일 하고",
    "{}하지 말고",
    "{} 말고",
    "{} 없이",
    "{}하는 대신",
    "{}하면 될 것 같은데",
    "{}해야 할 것 같은데",
    "{}해야 되나 싶은데",
    "{}해도 될지 모르겠는데",
    "{}할지 말지 보게",
    "{} 필요한지 보게",
    "{}하게 되면",
    "{}하고 있는데",
    "{} 중인데",
    "{} 중이라",
    "{}된 것 같은데",
    "{}된 건지",
    "{}됐는지",
    "{}이 안 되는데",
    "{}이 실패했는데",
    "{}하다가 에러 났는데",
    "{}하다 말았는데",
    "{} 걸어놨는데",
    "{} 요청했는데",
    "{} 부탁드렸는데",
    "{}해달라고 했는데",
    "{}하라고 하던데",
    "{}하자는데",
    "{}한다고 했는데",
    "{}했다는데",
    "{}하신다고 해서",
    "{} 승인 대기 중인데",
    "{}은 제가 할 테니",
    "{}은 제가 할게요",
    "{}은 업체가 할 거고",
    "{}은 개발팀이 하기로 했고",
    "{} 준비하게",
    "{}할 수 있게",
    "{}할 수 있는지",
    "{} 가능한지",
    "{}하고 싶은데",
    "{}했으면 하는데",
    "{}할 뻔했는데",
    "{}은 됐고",
    "{}은 취소하고",
    "{} 건은 보류하고",
    "{}은 아직이고",
    "{}은 필요 없고",
    "{} 안 해도 되니",
    "{}까지는 안 가도 되고",
    "{} 이력이랑",
    "{} 결과랑",
    "{} 스크립트",
    "{} 절차",
    "{} 가이드대로 했는데",
    "{} 알람 왔는데",
    "{} 메일 받았는데",
)
BESIDE = (
    *("로그 보여주세요", "상태 확인해주세요", "에러 있는지 봐주세요", "메모리 알려줘"),
    *("2호기 재기동해주세요", "2호기는 재기동해주세요", "DB 재기동해주세요", "2호기만 재기동 부탁드려요"),
)


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


WAITS = (
    "상황 봐서",
    "봐서",
    "상황 보고",
    "상황 보면서",
    "추이 봐서",
    "추이 보고",
    "사정 봐서",
    "눈치 봐서",
    "상황에 따라",
    "경우에 따라",
    "상황에 맞게",
    "판단해서",
    "판단하셔서",
    "알아서 판단해서",
    "적당한 때",
    "적절할 때",
    "틈 봐서",
    "틈나면",
    "여유 되면",
    "시간 날 때",
    "여차하면",
    "필요시",
    "필요하시면",
    "필요하다 싶으면",
    "괜찮다 싶으면",
    "문제없으면",
    "이상 없으면",
    "사용자 없을 때",
    "한가할 때",
    "업무 끝나고",
    "퇴근하고",
    "점심 먹고",
    "회의 끝나고",
    "배치 끝나고",
    "배치 돌고 나서",
    "트래픽 빠지면",
    "세션 빠지면",
    "접속자 빠지고 나서",
    "확인되는 대로",
    "허락 받고",
    "결재 받고",
    "승인 받고",
    "승인 후",
    "협의 후",
    "협의하고",
    "공지하고",
    "공지 후",
    "공지 나가면",
    "고객사 확인하고",
    "현업 확인 후",
    "담당자 확인 후",
    "팀장님 확인 후",
    "백업 받고",
    "백업 후",
    "스냅샷 뜨고",
    "L4 빼고",
    "세션 정리하고",
    "테스트 끝나면",
    "검증 후",
    "검증되면",
    "다른 팀이랑 맞춰서",
    "일정 맞춰서",
    "순서 맞춰서",
)


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


AROUND = (
    "확인하고 진행할지 말씀드릴게요",
    "진행 여부는 제가 다시 말씀드릴게요",
    "제가 다시 연락드리면 해주세요",
    "먼저 의견 부탁드립니다",
    "어떻게 생각하세요?",
    "괜찮을까요?",
    "이게 맞을까요?",
    "영향 있을까요?",
    "위험하지 않을까요?",
    "해도 되는 시간인가요?",
    "누구한테 요청하면 되나요?",
    "이 방에서 요청하면 되나요?",
    "권한이 없는데 되나요?",
    "제가 해도 되나요?",
    "봇이 알아듣나요?",
    "이거 실행되나요?",
    "실제로 실행되지는 않죠?",
    "실행하지 말고 뭘 할지만 보여주세요",
    "미리보기만 해주세요",
    "드라이런으로 부탁해요",
    "명령어만 알려주세요",
    "어떤 명령이 나가는지 보여주세요",
    "예약만 걸어주세요",
    "등록만 해주세요",
    "티켓만 만들어주세요",
    "접수만 해주세요",
    "기록만 남겨주세요",
    "메모입니다",
    "참고용입니다",
    "참고만 하세요",
    "공유 차원입니다",
    "혹시 몰라 남깁니다",
    "나중을 위해 적어둡니다",
    "잊어버릴까 봐 적어둬요",
    "아래는 답변입니다",
    "답변 드립니다",
    "인용입니다",
    "출처는 위키입니다",
    "위키에서 복사했어요",
    "복붙입니다",
    "자동 생성된 문장입니다",
    "챗봇이 만든 문장이에요",
    "어제 회의에서 나온 얘기예요",
    "다른 방에 올린 글입니다",
    "다른 방에서 퍼왔어요",
    "다른 시스템 얘기예요",
    "옛날 얘기예요",
    "작년 일이에요",
    "가정입니다",
    "상상해 보세요",
    "예를 들면",
    "예를 들어",
    "이를테면",
    "말하자면",
    "대응 방안입니다",
    "해결 방법 1번입니다",
    "원인과 대책입니다",
    "개선안입니다",
    "제안드립니다",
    "건의드립니다",
    "의견입니다",
    "논의 중입니다",
    "고민 중입니다",
    "결정되면 말씀드릴게요",
    "확정 아닙니다",
    "확정 전입니다",
    "미정입니다",
    "잠정안입니다",
    "할 수도 있어요",
    "할지도 몰라요",
    "결재 아직 안 났어요",
    "컨펌 기다리는 중입니다",
    "결재 올려놨어요 아직이에요",
    "팀장님이 보류하래요",
    "아직 하지 마세요",
    "지금은 하지 마세요",
    "이따가 할 일 정리해둘게요",
    "내일 할 일입니다",
    "다음 주 작업 목록입니다",
    "작업 계획서 초안입니다",
    "작업 순서 공유드립니다",
    "이렇게 요청하시면 됩니다",
    "예시입니다",
    "이런 식으로 쓰세요",
    "테스트 문장이에요",
    "봇 테스트 중입니다",
    "지난주에 처리하신 건입니다",
    "아래 건은 취소됐습니다",
    "아래는 반려된 요청입니다",
    "아래 내용 맞는지 검토 부탁드려요",
    "아래처럼 하면 되나요?",
    "이거 누가 요청한 건가요?",
    "고객이 이렇게 말했어요",
    "고객사 메일 전달합니다",
    "업체에 이렇게 전달해주세요",
    "운영팀에 이렇게 요청했습니다",
    "매뉴얼에 이렇게 나와 있어요",
    "회의록입니다",
    "장애 보고서에 쓸 문구입니다",
    "공지 문구입니다",
    "번역 부탁드려요",
    "오타 좀 봐주세요",
    "제가 뭐라고 보내야 하죠?",
    "이런 메시지가 왔는데 뭔가요?",
    "누가 이렇게 올렸네요",
    "방을 잘못 찾으신 것 같아요",
    "농담으로 한 말이에요",
    "만약에 이런 요청이 오면요",
    "훈련 상황입니다",
    "모의훈련 시나리오입니다",
    "교육용 예제입니다",
    "퀴즈입니다",
    "DB가 먼저 올라와야 합니다",
    "배치가 아직 돌고 있어요",
    "사용자가 아직 붙어 있어요",
    "백업이 안 끝났어요",
    "오늘은 동결 기간이에요",
    "변경 금지 기간입니다",
    "지금 점검 중이라 건드리면 안 돼요",
    "업무 시간이라 조심해야 해요",
)


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


AROUND_ENGLISH = (
    "This is how you ask",
    "You can say it like this",
    "Tell the vendor this",
    "Here is the draft",
    "Here are the minutes",
    "Please translate this",
    "Please proofread",
    "Is this right?",
    "What does this mean?",
    "Somebody wrote this",
    "The customer said this",
    "Copied from the wiki",
    "From the runbook",
    "This is a drill",
    "Just an example",
    "For example",
    "Not approved yet",
    "Still waiting for approval",
    "The change freeze is on",
    "Do not do this yet",
    "Not now",
    "Tomorrow's work",
    "To do next week",
    "Nothing to do yet",
    "The request below was rejected",
    "The following was cancelled",
    "Already done yesterday",
    "Backup is still running",
    "Users are still connected",
    "Be careful, it is peak time",
    "Let me know what you think",
    "I am thinking about it",
    "Maybe later",
    "We may have to",
    "It is only a proposal",
    "Just a note",
    "For reference only",
    "Ignore this",
    "Never mind what I said",
    "Wrong channel",
    "Dry run only",
    "Preview only",
    "Only create the ticket",
    "Only tell me the command",
    "Show me what would run",
)


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
