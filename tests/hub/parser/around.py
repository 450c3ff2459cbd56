# ruff: noqa: E501 - lists of sentences
"""Sentences that people write around a request and that change nothing of it.

Each stands for itself; `{t}`, where there is one, is a target other than the one that is asked about.
"""

from __future__ import annotations

from collections.abc import Mapping

BEFORE: Mapping[str, tuple[str, ...]] = {
    "manners": (
        "안녕하세요", "수고하십니다", "고생 많으십니다", "좋은 아침입니다", "늦은 시간에 죄송합니다", "자꾸 부탁드려서 죄송합니다",
        "계속 요청드려 죄송해요", "쉬시는데 연락드려 죄송합니다", "바쁘신 와중에 죄송합니다", "또 부탁드리게 됐네요",
        "번번이 요청드려 미안합니다", "운영팀 여러분 안녕하세요", "담당자님 계신가요", "급한 건 하나 있습니다",
        "한 가지 부탁드립니다", "요청 하나 드립니다", "부탁 좀 드릴게요", "하나만 더 부탁드릴게요",
    ),
    "who asks": (
        "업무팀 요청입니다", "팀장님 지시입니다", "현업 담당자가 전화로 요청했습니다", "고객사에서 요청이 왔습니다", "위에서 내려온 건입니다",
        "개발팀에서 부탁한 건입니다", "과장님이 급하다고 하십니다", "민원 부서에서 연락이 왔습니다", "콜센터에서 연락 받았습니다",
        "보안팀 권고 사항입니다", "변경관리 승인 건입니다", "결재는 받았습니다", "승인 완료된 건입니다", "CR 번호는 2291입니다",
    ),
    "what is seen": (
        "화면이 하얗게 뜹니다", "로그인이 안 된다고 합니다", "응답이 10초 넘게 걸립니다", "접속이 자꾸 끊깁니다", "어제부터 느려졌습니다",
        "아침부터 에러가 계속 납니다", "사용자 문의가 폭주하고 있습니다", "메모리가 조금씩 늘고 있습니다", "배포 이후로 오류가 늘었습니다",
        "관제에서 알람이 왔습니다", "관제팀에서 알림 문자가 왔습니다", "모니터링 알람이 떴습니다", "모니터링에서 메모리 95% 알람이 떴어요",
        "CPU가 계속 높습니다", "디스크 사용률이 92%까지 올라갔습니다", "디스크 경고 메일이 왔습니다", "슬로우쿼리가 많이 보입니다",
        "지난주와 같은 증상입니다", "저번에도 이런 적이 있습니다", "지난달에도 같은 장애가 있었습니다", "새벽에 한 번 죽었다고 합니다",
        "13시쯤부터 간헐적으로 오류가 납니다", "오전 9시부터 접수가 안 됩니다", "커넥션 풀이 꽉 찬 것 같습니다", "세션이 계속 쌓이고 있어요",
        "OOM이 난 것 같습니다", "풀GC가 반복됩니다", "원인은 아직 모릅니다", "원인은 개발팀에서 분석 중입니다", "로그에 타임아웃이 찍힙니다",
        "고객 불만이 많습니다", "전화가 빗발칩니다",
    ),
    "what was done": (
        "백업은 새벽에 끝났습니다", "백업은 이미 받아 두었습니다", "캐시는 비웠습니다", "로그는 제가 봤습니다", "디스크는 확인했습니다",
        "어제 재기동했는데 그대로입니다", "재기동은 오전에 했습니다", "배포는 어제 끝났습니다", "롤백도 해 봤는데 소용없었습니다",
        "사용자 공지는 나갔습니다", "점검 공지는 어제 올렸습니다", "트래픽은 미리 뺐습니다", "L4에서 제외해 두었습니다",
        "개발팀과 협의했습니다", "DBA와 이야기했습니다", "테스트는 다 통과했습니다", "스테이징에서는 확인했습니다", "마지막 배포가 지난주였습니다",
        "재기동한 지 두 달이 넘었습니다", "어제 로그 정리를 했습니다",
    ),
    "others": (
        "{t} 재기동은 제가 저녁에 하겠습니다", "{t}는 내일 개발팀에서 배포할 예정입니다", "{t}는 이미 재기동했습니다", "{t}는 어제 중지했습니다",
        "{t}는 괜찮습니다", "{t}는 정상입니다", "{t}는 문제없습니다", "{t}는 제가 보겠습니다", "{t}는 다음 주에 교체 예정입니다",
        "{t}는 손대지 마세요", "{t}는 건드리지 말아주세요", "{t}는 재기동하지 마세요", "{t}는 그대로 두세요",
        "{t}는 재기동할 필요 없습니다", "{t}도 확인했는데 정상이었습니다", "{t} 배포는 취소됐습니다",
    ),
}  # fmt: skip
BEHIND: Mapping[str, tuple[str, ...]] = {
    "manners": (
        "감사합니다", "고맙습니다", "수고하세요", "항상 감사드립니다", "미리 감사드립니다", "번거롭게 해 드려 죄송합니다", "매번 죄송해요",
        "잘 부탁드립니다", "부탁드릴게요",
    ),
    "hurry": (
        "급합니다", "많이 급해요", "최대한 빨리요", "가능한 빨리 부탁드립니다", "현업이 기다리고 있어요", "고객이 기다립니다",
        "민원이 계속 들어옵니다", "회의 전에 되어야 합니다", "팀장님이 계속 물어보십니다",
    ),
    "or else": (
        "안 그러면 업무가 멈춥니다", "안 그러면 내일 접수가 안 됩니다", "이대로 두면 장애가 납니다", "이대로 가면 서비스가 죽습니다",
        "더 늦으면 민원이 커집니다", "늦어지면 정산이 밀립니다", "안 하면 디스크가 꽉 찹니다", "그냥 두면 또 죽습니다",
        "오늘 안 되면 큰일 납니다", "안 되면 배치가 못 돕니다",
    ),
    "what comes": (
        "끝나면 알려주세요", "완료되면 말씀해 주세요", "결과 공유 부탁드립니다", "처리되면 댓글 남겨주세요", "작업 후 연락 주세요",
        "결과는 제가 보고하겠습니다", "보고는 제가 할게요", "공지는 제가 올리겠습니다", "확인은 제가 하겠습니다", "테스트는 개발팀에서 합니다",
        "나머지는 제가 할게요", "나머지는 저희가 하겠습니다", "이후 작업은 개발팀에서 진행합니다", "후속 조치는 내일 하겠습니다",
        "그래도 안 되면 다시 연락드리겠습니다", "그래도 느리면 다시 말씀드릴게요", "문제 있으면 연락 주세요", "문제 생기면 바로 알려주세요",
        "궁금한 점 있으면 전화 주세요", "저는 회의 들어갑니다", "저는 자리에 있습니다", "제가 옆에서 보고 있을게요",
    ),
    "only that": (
        "다른 건 건드리지 마세요", "나머지는 그대로 두세요", "그것만 하면 됩니다", "이것만 부탁드려요",
    ),
    "others": BEFORE["others"],
}  # fmt: skip
WORK_ASIDE: Mapping[str, tuple[str, ...]] = {
    "배포": ("배포는 제가 나중에 하겠습니다", "배포는 내일 할 예정입니다", "배포는 안 해도 됩니다", "No need to deploy anything"),
    "재기동": ("재기동은 이따 제가 할게요", "재기동은 하지 마세요", "재시작은 필요 없습니다", "Please don't restart anything else"),
    "정리": ("로그 정리는 다음에 하겠습니다", "로그는 지우지 마세요", "Please don't delete any logs"),
    "롤백": ("롤백은 필요 없습니다", "문제 생기면 롤백은 제가 하겠습니다", "No need to roll back"),
}  # fmt: skip
"""Work that is not asked for, by its noun."""
ENGLISH_BEFORE: Mapping[str, tuple[str, ...]] = {
    "manners": (
        "Hi team", "Good morning", "Sorry to bother you again", "Sorry for asking so late", "Quick one", "One more thing please",
        "I need a favor", "Hope you are well", "Sorry for the late ping", "Sorry for the trouble",
    ),
    "who asks": (
        "The business team asked for this", "My manager asked for this", "This was approved by the change board", "CR-2291 is approved",
        "The customer is asking for it", "We got a call from the call center", "Got the go-ahead from the owner",
    ),
    "what is seen": (
        "Users are complaining", "Users see a blank page", "It has been slow since this morning", "It keeps timing out",
        "Login fails for everyone", "Monitoring alerted on disk usage", "Got an alert from monitoring", "The disk is at 92%",
        "Memory keeps growing", "CPU is pegged", "We had the same problem last week", "It crashed again last night",
        "Sessions keep piling up", "We see errors since yesterday's deploy", "The pool looks exhausted", "Root cause is still unknown",
        "The response time is terrible", "We are seeing 502s since 9am", "There have been errors all morning",
    ),
    "what was done": (
        "The backup finished last night", "Backup is done", "FYI backup is done", "I already checked the logs", "I already looked at the dashboards",
        "The cache has been cleared", "The maintenance notice is out", "Traffic has been drained", "QA signed off", "Tests are green",
        "We restarted it yesterday but it did not help", "The last deploy was a week ago", "I talked to the DBA", "We tested it on staging",
    ),
    "others": (
        "{t} is fine", "{t} was restarted already", "{t} looks healthy", "I will restart {t} myself later", "The dev team will deploy {t} tomorrow",
        "Do not touch {t}", "Do not restart {t}", "Please don't roll back {t}", "Leave {t} alone", "No need to restart {t}",
        "{t} will be replaced next week", "We stopped {t} yesterday",
    ),
}  # fmt: skip
ENGLISH_BEHIND: Mapping[str, tuple[str, ...]] = {
    "manners": ("Thanks", "Thank you", "Thanks in advance", "Thank you in advance", "Sorry for the trouble", "Much appreciated", "Cheers"),
    "hurry": ("It's urgent", "ASAP please", "As soon as possible please", "The customer is waiting", "Business is waiting", "It is blocking us"),
    "or else": (
        "Otherwise tomorrow's work will stop", "Otherwise we miss the deadline", "It will crash again if we leave it", "The disk will be full soon",
        "Or the batch cannot run",
    ),
    "what comes": (
        "Let me know when it's done", "Ping me when done", "Please share the result", "I'll handle the announcement myself", "I'll take care of the rest",
        "The dev team will do the rest tomorrow", "I'll verify it afterwards", "QA will test it afterwards",
        "Call me if there is a problem", "Let me know if you have any questions", "I am in a meeting until noon", "I'll report it to the manager",
        "We will look for the cause tomorrow",
    ),
    "only that": (
        "Please leave everything else alone", "Nothing else", "Don't touch anything else", "That's all",
    ),
    "others": ENGLISH_BEFORE["others"],
}  # fmt: skip
