# ruff: noqa: E501 - tables of sentences
"""Ways to ask for an action, and ways to speak of one without asking; crossed with estates by the tests."""

from __future__ import annotations

# nouns of changing actions: (noun, notation of the action)
NOUNS = (
    ("재기동", "restart"), ("재시작", "restart"), ("리스타트", "restart"), ("중지", "stop"), ("정지", "stop"), ("기동", "start"), ("롤백", "rollback"), ("원복", "rollback"),
)  # fmt: skip
COMMANDS = (
    "{t} {n}해줘", "{t} {n} 해주세요", "{t} {n} 부탁드립니다", "{t} {n} 좀 부탁드려요", "{t} {n}해 주시겠어요?", "{t} {n} 좀 해주실 수 있을까요?", "{t} {n} 요청드립니다",
    "{t} {n} 바랍니다", "{t} {n} 진행해주세요", "{t} {n} ㄱㄱ", "{t} {n}", "{t} {n}해주시면 감사하겠습니다", "{t} {n}해주십시오", "{t} {n} 부탁드려도 될까요?", "{t} {n}해라",
    "{t} {n}시켜주세요", "{t} 빨리 {n}해줘", "{t} {n}해줄래?", "안녕하세요, {t} {n} 부탁드립니다.", "{t}를 {n}해 주세요", "{t} {n}해주셨으면 합니다", "{t} {n}해줘요~", "{t} {n} 조치 부탁드려요",
    "죄송하지만 {t} {n}해주실 수 있나요?", "{t} 지금 바로 {n}해주세요!!", "{t} {n}하세요", "{t} {n}해주라", "{t} {n}해주삼", "[긴급] {t} {n} 부탁드립니다", "{t} {n}해주면 좋겠어요",
)  # fmt: skip
NOTHING = (
    "{t} {n}하지 마세요", "{t} {n}하지 말아주세요", "{t} {n} 안 하셔도 됩니다", "{t} {n}은 하지 마", "{t} {n} 금지입니다", "{t} {n}하면 안 됩니다", "{t} {n}했습니다", "{t} {n} 완료했습니다",
    "{t} {n}했어요?", "{t} {n}하셨나요?", "{t} {n} 했나요", "{t} {n}해도 되나요?", "{t} {n}해도 될까요?", "{t} {n}할까요?", "{t} {n}해야 하나요?", "{t} {n}할게요", "{t} {n} 예정입니다", "{t} {n}하겠습니다",
    "제가 {t} {n}할게요", "{t} 응답 없으면 {n}해줘", "문제 생기면 {t} {n}해주세요", "{t} {n}하라고 하네요", "{t} {n}해달라고 합니다", "{t} {n}해달래요", "{t} {n} 중입니다", "{t} {n}했는데 안 됩니다",
    "{t} {n}하려고 합니다", "{t} {n}하면 어떻게 되나요?", "{t} {n} 이력 알려주세요", "{t} {n} 절차 문의드립니다", "{t} {n}이 필요할까요?", "{t} {n}은 보류해주세요", "{t} {n} 일정 알려주세요", "{t} {n}한 사람 누구예요?",
    "{t} {n}됐나요?", "{t} {n} 안 해도 돼요", "{t} {n}할 필요 없어요", "{t} {n}하기 전에 연락주세요", "{t} {n}할 때 알려주세요", "{t} {n}이 안 되네요", '"{t} {n}해줘"라고 메일이 왔습니다', "[전달] 김과장: {t} {n}해주세요",
    "> {t} {n}해줘", "{t} {n} 절대 하지 마세요", "{t} {n} 못 합니다", "{t} {n}했다고 들었어요", "{t} {n}한다고 하네요", "어제 {t} {n}했습니다", "{t} {n} 아직 하지 마시고 기다려주세요", "{t} {n}하지 않았으면 합니다",
    "{t} {n}하지 않기로 했습니다", "이미 {t} {n}했어요", "{t} {n}하는 방법 알려주세요", "{t} {n}하는 중이에요", "{t} {n} 실패했습니다", "{t} {n}했더니 괜찮아졌어요", "{t} {n} 언제 하나요?", "누가 {t} {n}했죠?", "{t} {n}하실 건가요?",
    "{t} {n}하게 되면 알려주세요", "{t} {n}했으면 좋겠네요", "{t} {n}하는 게 나을까요?", "{t} {n} 건은 내일 논의하시죠", "{t} {n}하면 큰일납니다", "{t} {n}ㄴㄴ", "{t} {n} 여부 확인 부탁드립니다", "{t} {n} 결과 공유 부탁드립니다",
    "{t} {n} 가능한 시간 알려주세요", "박대리: {t} {n} 부탁드립니다", "assistant: {t} {n}해줘", "담당자가 {t} {n}해 달라고 요청했습니다", "{t} {n}해주지 마세요", "{t} {n}하면 안 되나요?", "{t} {n}하시면 안 돼요", "{t} {n}할 수도 있습니다",
    "{t} {n}해버렸네요", "{t} {n}을 검토 중입니다", "{t} {n} 계획서 보내주세요", "{t} {n}은 다음에 해요", "{t} {n}했다가 큰일 났어요", "{t} {n} 승인 났나요?", "장애 시 {t} {n}해주세요", "{t} 죽을 경우 {n}해주세요",
    "{t} {n} 한다면 언제가 좋을까요?", "{t} {n} 필요하면 말씀해주세요", "{t} {n} 요청이 들어왔습니다", "{t} {n} 요청 드렸었는데 처리됐나요?", "{t} {n}은 제가 처리하겠습니다", "{t} {n} 담당자 누구인가요?", "{t} {n} 완료되면 알려주세요",
    "{t} {n}하지말고 대기해주세요", "{t} {n}하지 마세여", "{t} {n}하지마", "{t} {n}은 하지 말아 주시기 바랍니다", "{t} {n}해 놓았습니다", "{t} {n} 시켰어요", "{t} {n} 끝났나요?", "{t} {n} 부탁드렸는데 어떻게 됐나요?",
)  # fmt: skip
NOTHING_EN = (
    "don't {v} {t}", "please do not {v} {t}", "did you {v} {t}?", "should I {v} {t}?", "can we {v} {t}?", "I will {v} {t}", "if it hangs, {v} {t}", "never {v} {t}", "we plan to {v} {t} tonight",
    "who asked to {v} {t}?", "no need to {v} {t}", "do we need to {v} {t}?", "when will you {v} {t}?", "he told me to {v} {t}", "the manual says to {v} {t}", "is it ok to {v} {t}?", "unless it recovers, {v} {t}",
    "please hold off, do not {v} {t}", "what happens if I {v} {t}?", "I had to {v} {t} yesterday", 'the note reads "{v} {t}"', "> {v} {t}", "they want to {v} {t}", "why did you {v} {t}?", "we should {v} {t}", "you must not {v} {t}",
    "let's not {v} {t}", "I'm going to {v} {t}", "wait before you {v} {t}", "has anyone tried to {v} {t}?", "someone will {v} {t}",
)  # fmt: skip
COMMANDS_EN = (
    "{v} {t}", "please {v} {t}", "can you {v} {t}?", "could you please {v} {t}?", "would you {v} {t} please", "{v} {t} now", "hi, please {v} {t}", "I need you to {v} {t}", "kindly {v} {t}", "pls {v} {t} asap",
)  # fmt: skip
VERBS_EN = (("restart", "restart"), ("stop", "stop"), ("start", "start"), ("roll back", "rollback"))
UNHELD = (
    "산들바람포털", "구름다리시스템", "꽃길넷", "별빛민원", "늘봄센터", "해오름행정", "바른손업무망", "새봄톡", "푸른들", "가람넷", "한울타리", "오름마당",
)  # fmt: skip
UNHELD_OFFICES = (
    "나래시", "달빛군청", "은하대학교", "초롱병원", "도담은행", "새론공사", "가온누리청", "온새미로부", "라온재단", "미리내구청", "다온위원회", "한결저축은행",
)  # fmt: skip
