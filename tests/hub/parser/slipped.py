# ruff: noqa: E501 - a table of sentences
"""Sentences as hands type them, and what they mean: slips of keys, spacing, keyboards, endings of dialect and chat.

`(estate, text, notation)`; estates of `estates.py`, notation of `notation.py`.
"""

from __future__ import annotations

Example = tuple[str, str, str]

_WAS = "미래은행/인터넷뱅킹/WAS"
_DB = "미래은행/인터넷뱅킹/DB"

# Endings that ask: each is put behind a noun or a verb of every kind below.
GIVING = (
    "주이소", "주이소예", "주쇼", "주쇼잉", "주십셔", "주십쇼", "줍쇼", "줍서", "줘잉", "줘라잉", "줘예", "줘유", "주슈", "주셔유", "주라예", "주라", "주소", "줄텨?", "줄랑가요?", "주세욤", "주세욥", "주세염",
    "주세용", "주세여", "주삼", "주셈", "주셈요", "주세효", "주시와요", "주게나", "줘욥", "줘요옹", "주세요오", "주세요잉", "주이다", "주세요ㅛ", "주세요ㅇ", "줘ㄱㄱ",
)  # fmt: skip
ASKING = (
    "부탁드립니당", "부탁드려욤", "부탁드릴게여", "부탁드림다", "부탁드림니다", "부탁드려유", "부탁요", "부탁염", "부탁합니더", "부탁이라예", "부탁임", "요청드려용", "요청함", "ㅂㅌ", "ㅂㅌㄷㄹ", "바람니다", "요망", "ㄱㄱ",
    "점요", "좀요", "하이소", "하소", "하쇼", "하십셔", "합쇼", "하슈",
)  # fmt: skip

RESTARTS: tuple[Example, ...] = tuple(
    ("bank", f"인뱅 WAS {text}", f"restart {_WAS}")
    for text in (
        "재기동햐주세요", "재기동해주셰요", "재기동해즈세요", "재기동해주세오", "재기동해줏세요", "재기동행주세요", "재기동헤주세요", "재기동 해주세ㅛ", "재기동햐줘", "재긷옹 해주세요", "재긷옹해줘", "재기둥해주세요",
        "재시잗해주세요", "재시족해주세요", "리스타츠 해주세요", "재기동 부턱드립니다", "재기동 부탁드랍니다", "재기동 부타드립니다", "재기동 요청드랍니다", "재기동 하셰요", "걍 재기동해줘", "쪼매 재기동해주이소",
        "쪼까 재기동해주쇼잉", "퍼뜩 재기동해주이소", "worlehd gowntpdy", "worlehdgowntpdy", "재기동 qnxkremflqslek", "재기동해주세요 ㄳ", "재기동 부탁 ㄱㅅ", "헐 재기동 좀 해주세여",
    )
)  # fmt: skip

LOOKS: tuple[Example, ...] = (
    ("bank", "인뱅 DB락 확인해주ㅔ요", f"locks {_DB}"),
    ("bank", "인뱅 DB락 확인해주셰요", f"locks {_DB}"),
    ("bank", "인뱅 DB 락확인햐주세여", f"locks {_DB}"),
    ("bank", "인뱅 DB락", f"locks {_DB}"),
    ("bank", "인뱅 WAS 로그ㅠ좀 뵤여주세요", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그ㅠㅠ 봐주이소", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그 까주이소", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그 쪼매 보여주이소", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그 함 봐줘예", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그 봐봐요", f"tail {_WAS}"),
    ("bank", "인뱅 WAS 로그 ghkrdls", f"tail {_WAS}"),
    ("bank", "인뱅 ㅈㅁㄴ 로그 보여줘", f"tail {_WAS}"),
    ("bank", "인뱅 ㅈㄷㅠ 인증서 확인요", "cert 미래은행/인터넷뱅킹/WEB"),
    ("bank", "인뱅 WAS 체ㅕ 확인", f"cpu {_WAS}"),
    ("bank", "인뱅 WAS 인증서 만료일 화긴 부탁", f"cert {_WAS}"),
    ("bank", "인뱅 WAS 인증셔 확인", f"cert {_WAS}"),
    ("bank", "인뱅 WAS 메모리 학인", f"memory {_WAS}"),
    ("bank", "인뱅 WAS 매모리 확인점", f"memory {_WAS}"),
    ("bank", "인뱅 WAS 메모랴 확인", f"memory {_WAS}"),
    ("bank", "인뱅 WAS 디스킈 확인해주세요", f"disk {_WAS}"),
    ("bank", "인뱅 WAS 디스크 확인요", f"disk {_WAS}"),
    ("bank", "인뱅 WAS 디스크 확잉해주세요", f"disk {_WAS}"),
    ("bank", "인뱅 WAS 디스크확인행주세요", f"disk {_WAS}"),
    ("bank", "인뱅 WAS 프로새스 확인", f"process {_WAS}"),
    ("bank", "인뱅 WAS 프로세슈 확인 좀", f"process {_WAS}"),
    ("bank", "인뱅 WAS 씨피류 확인 좀", f"cpu {_WAS}"),
    ("bank", "인뱅 DB 슬로우커리 뽑아주삼", f"slow {_DB}"),
    ("bank", "인뱅 DB 슬로우쿼리 뽑아쥬세요", f"slow {_DB}"),
    ("bank", "인뱅 DB 슬로우쿼리 뽑아주셰요", f"slow {_DB}"),
    ("bank", "인뱅 WAS 스레드덤프 떠주이소", f"dump {_WAS}"),
    ("bank", "인터넷 뱅킹웹 접속 되는지좀", "http 미래은행/인터넷뱅킹/WEB"),
    ("bank", "회원 포털웹 접속 되는지좀", "http 가온카드/회원포털/WEB"),
    ("bank", "고객포털 WEB 접속 되는지 좀요", "http 미래은행/고객포털/WEB"),
    ("bank", "인뱅 WAS 상태 알려주셰요", f"service {_WAS}"),
    ("bank", "인뱅 WAS 상태 알랴주세요", f"service {_WAS}"),
    ("bank", "인뱅 WAS 상태 알려주이소", f"service {_WAS}"),
)  # fmt: skip

NAMES: tuple[Example, ...] = (
    ("bank", "인터넷뱅킨 WAS 재기동해주세요", f"restart {_WAS}"),
    ("bank", "인터넷뱅킴 WAS 디스크 확인", "disk ?/?/WAS"),
    ("bank", "인터넷뱅캉 WAS 디스크 확인", f"disk {_WAS}"),
    ("bank", "인터냇뱅킹 WAS 재기동해줘", f"restart {_WAS}"),
    ("bank", "인터넷 뱅킨 WAS 재기동해줘", f"restart {_WAS}"),
    ("bank", "인터넷뱅킹서버 재기동해줘", "restart 미래은행/인터넷뱅킹/?"),
    ("bank", "코어 레저 WAS 재기동해줘", "restart 미래은행/CoreLedger/WAS"),
    ("bank", "코어레 저 DB 락 확인", "locks 미래은행/CoreLedger/DB"),
    ("bank", "승인 중계 WAS 재기동해줘", "restart 가온카드/승인중계/WAS"),
    ("bank", "승인중개 WAS 재기동해줘", "restart ?/?/WAS"),
    ("bank", "승인중걔 WAS 재기동해줘", "restart 가온카드/승인중계/WAS"),
    ("bank", "승인증계 WAS 재기동해줘", "restart ?/?/WAS"),
    ("bank", "숭인중계 WAS 재기동해줘", "restart ?/?/WAS"),
    ("bank", "보험청약시스탬 WAS 재기동해줘", "restart 다솜생명/보험청약시스템/WAS"),
    ("bank", "보험청약시스텝 WAS 재기동해줘", "restart 다솜생명/보험청약시스템/WAS"),
    ("bank", "보험청얏시스템 WAS 재기동해줘", "restart 다솜생명/보험청약시스템/WAS"),
    ("bank", "보헙청약시스템 WAS 재기동해줘", "restart 다솜생명/보험청약시스템/WAS"),
    ("campus", "학사정부시스템 WAS 재기동해줘", "restart ?/?/WAS"),
    ("campus", "학사정보시스텀 WAS 재기동해줘", "restart 한빛대학교/학사정보시스템/WAS"),
    ("campus", "한빛대학교 도서 관 WAS 재기동해줘", "restart 한빛대학교/도서관/WAS"),
    ("campus", "진료예약2 WAS 재기동해줘", "restart 온누리병원/진료예약2/WAS"),
    ("campus", "진료에약2 WAS 재기동해줘", "restart 온누리병원/진료예약2/WAS"),
    ("campus", "진로예약2 WAS 재기동해줘", "restart ?/?/WAS"),
    ("campus", "진료예약3 WAS 재기동해줘", "restart ?/?/WAS"),
    ("campus", "전자의무기룍 WAS 재기동해줘", "restart 온누리병원/전자의무기록/WAS"),
    ("campus", "전자의무가록 WAS 재기동해줘", "restart 온누리병원/전자의무기록/WAS"),
    ("campus", "처방전달 시스템 WAS 재기동해줘", "restart 온누리병원/처방전달시스템/WAS"),
    ("campus", "처방전덜시스템 WAS 재기동해줘", "restart 온누리병원/처방전달시스템/WAS"),
    ("city", "교통정보센타 WAS 재기동해줘", "restart 울산광역시/교통정보센터/WAS"),
    ("city", "교통정부센터 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "고통정보센터 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "알림톡중개 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "알림톡 중계 WAS 재기동해줘", "restart 제주특별자치도/알림톡중계/WAS"),
    ("city", "수단지급 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "수당자급 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "새들목행전 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "새들묵행장 WAS 재기동해줘", "restart ?/?/WAS"),
    ("city", "관광 마당24 WEB 재기동해줘", "restart 제주특별자치도/관광마당24/WEB"),
    ("city", "관광마댱24 WEB 재기동해줘", "restart 제주특별자치도/관광마당24/WEB"),
    ("city", "관광마당25 WEB 재기동해줘", "restart ?/?/WEB"),
    ("city", "울산광역시 대표누라집 WAS 재기동해줘", "restart 울산광역시/대표누리집/WAS"),
    ("city", "제주특별자치도 수당지급 WAS 재기동해줘", "restart 제주특별자치도/수당지급/WAS"),
)  # fmt: skip

OWN: tuple[Example, ...] = (
    ("bank", "인뱅 WEB 1호기 죽었심더 올려주이소", "start 미래은행/인터넷뱅킹/WEB#1"),
    ("bank", "인뱅 WEB 1호기 죽었슴다 살려주쇼잉", "start 미래은행/인터넷뱅킹/WEB#1"),
    ("bank", "인뱅 WEB 1호기 죽었네여 띄워주셈", "start 미래은행/인터넷뱅킹/WEB#1"),
    ("bank", "인뱅 WAS 옛날 로그 싹 지워주쇼잉", f"clean {_WAS}"),
    ("bank", "인뱅 WAS 걍 내려버려", f"stop {_WAS}"),
    ("bank", "인뱅 WAS 걍 내려버리이소", f"stop {_WAS}"),
    ("bank", "인뱅 WAS 내려주셰요", f"stop {_WAS}"),
    ("bank", "인뱅 WAS 올려쥬세요", f"start {_WAS}"),
    ("bank", "인뱅 DB 세션 12 죽여버려", f"kill {_DB} session_id=12"),
    ("bank", "인뱅 WAS 이전 버전으로 되돌려주이소", f"rollback {_WAS}"),
)  # fmt: skip

NOTHING: tuple[str, ...] = (
    "재기동하지마세여", "재기동하지마셰여", "재기동 하지 마소", "재기동하지 마이소", "재기동하지 마쇼잉", "재기동하지 말아주셰요", "재기동하지 마라잉", "재기동했어여", "재기동했심더", "재기동했슴다", "재기동했네여", "재기동했당께요",
    "재기동했능교?", "재기동해도돼여", "재기동해도 돠여?", "재기동해도 되능교?", "재기동해도 될랑가요?", "재기동할까예?", "재기동할께유", "재기동할라꼬예", "재기동하겠심더", "재기동합니더", "재기동 ㄱㄷ", "재기동 ㄱㄷㄱㄷ", "재기동 ㄴㄴ",
    "재기동해주네요", "재기동해주데요", "재기동해주ㅔ요", "재기동해줬어여", "재기동해줬슴다", "재기동해주라캅니더", "재기동하라카네예", "재기동해주ㅈ 마세요", "재기동해ㅜ지 마세요", "내려ㄷ 되나요?", "내려ㅡ릴까요?", "내리소 있습니다",
    "내리라ㄱ 하네요", "재기동 요청 드럈었는데 처리됐나요?", "재기동 부탁드려는데 어떻게 됐나요?", "재기동해버려네요", "재기동은 내일 논의화시죠", "응답 없드면 재기동해줘", "응답 없ㅡ면 재기동해줘", "죽을 겨우 재기동해주세요", "중지 했슴다", "정자해주세요",
    "정즈해주세요", "롤벡 했어여", "배표해주세요", "기둥해주세요", "재기동해 닯라고 요청했습니다", "재기동해둠", "재기동해놨어여", "재기동해서 지켜보는 중이에여",
)  # fmt: skip
"""Behind 인뱅 WAS: none of it asks for a change."""
