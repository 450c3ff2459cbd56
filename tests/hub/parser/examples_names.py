# ruff: noqa: E501 - a table of sentences
"""Names, nodes and lists of requests: messages and what they mean; every one must be read exactly so."""

from __future__ import annotations

from tests.hub.parser.heldout import NOW, Example

_IB, _AUTH, _PORTAL = "미래은행/인터넷뱅킹", "가온카드/승인중계", "미래은행/고객포털"
_LIST = "요청사항 두 건입니다.\n- 인뱅 WAS 1호기 재기동\n- 인뱅 DB 디스크 확인"
_STEPS = "작업 순서입니다.\n1) 인뱅 WAS 중지\n2) ib.war 배포\n3) 기동"
_WHOLE = f"stop+deploy+start {_IB}/WAS +ib.war"

NAMES: list[Example] = [
    # one of several is left out
    ("bank", "인뱅 WAS, 승인 WAS, 고객포털 WAS 중 승인은 제외하고 재기동해주세요", f"restart {_IB}/WAS ; restart {_PORTAL}/WAS"),
    ("bank", "인뱅 WAS, 승인 WAS 중에 승인은 빼고 재기동해주세요", f"restart {_IB}/WAS"),
    ("bank", "인뱅 WAS, 승인 WAS, 고객포털 WAS 중에 승인은 빼고 재기동하지 마세요", "-"),
    ("bank", "인뱅 WAS 메모리, 디스크, CPU 중에 디스크 빼고 보여줘", f"memory+cpu {_IB}/WAS"),
    # sessions
    ("bank", "인뱅 DB 세션 11은 놔두고 12번만 죽여주세요", f"kill {_IB}/DB session_id=12"),
    ("bank", "인뱅 DB 세션 11번 아니라 12번 kill 부탁", f"kill {_IB}/DB session_id=12"),
    ("bank", "인뱅 DB 11번 세션 말고 12번 세션 끊어주세요", f"kill {_IB}/DB session_id=12"),
    ("bank", "인뱅 DB 세션 11은 놔두고 12번만 죽여도 되나요?", "-"),
    ("bank", "인뱅 DB 세션 11은 놔두고 12번도 죽이지 마세요", "-"),
    ("bank", "인뱅 DB 세션 11번은 두고 DB 2호기 내려주세요", f"stop {_IB}/DB#2"),
    ("bank", "인뱅 DB 9번 세션이 안 끝나고 있어요, kill 해주세요", f"kill {_IB}/DB session_id=9"),
    ("bank", "인뱅 DB에 세션 77이 락 잡고 있어요. 종료해주세요", f"kill {_IB}/DB session_id=77"),
    ("bank", "인뱅 DB 세션 9번이 멈춰 있네요. 그 세션 kill 해주세요", f"kill {_IB}/DB session_id=9"),
    ("bank", "인뱅 DB 세션 77번이 락을 잡고 있어요. DBA가 종료했어요", "-"),
    ("bank", "인뱅 DB 세션 77번이 락을 잡고 있어요. 종료해도 되나요?", "-"),
    ("bank", "어제 인뱅 DB 세션 77번이 락을 잡았어요. 오늘도 그러네요 종료해주세요", f"stop {_IB}/DB#?"),
    # numbers that are no nodes
    ("bank", "어제 2번이나 죽은 인뱅 WAS 3호기 재기동해줘", f"restart {_IB}/WAS#3"),
    ("bank", "2번 창구에서 이체가 안돼요 인뱅 WAS 3호기 재기동해주세요", f"restart {_IB}/WAS#3"),
    ("bank", "인뱅 WAS 2번이나 3번 재기동해줘", f"restart {_IB}/WAS#?"),
    ("bank", "인뱅 WAS 홀수 노드인 1호기와 3호기 내려주세요", f"stop {_IB}/WAS#1,3"),
    ("bank", "인뱅 WAS 홀수 노드인 1호기와 2호기 내려주세요", f"stop {_IB}/WAS#?"),
    # words of which only pieces are known
    ("bank", "한아름저축은행 인뱅 WAS 2호기 재기동 부탁드립니다", "restart ?/?/WAS#?"),
    ("bank", "에이스손보 청약 WAS 재기동해주세요", "restart ?/?/WAS"),
    ("bank", "도담에너지 고객포털 WEB 로그 보여줘", "tail ?/?/WEB"),
    ("bank", "인뱅도우미 WAS 재기동해줘", "restart ?/?/WAS"),
    ("bank", "어제부터느려서 인뱅 WAS 재기동해줘", f"restart {_IB}/WAS"),
    # whose system it is
    ("city", "누리집 WAS 재기동해줘, 울산시 거요", "restart 울산광역시/대표누리집/WAS"),
    ("city", "누리집 웹 상태 봐줘, 청주시 꺼", "service 청주시/대표누리집/WEB"),
    ("city", "누리집은 청주시 말고 울산시 WAS 재기동해주세요", "restart 울산광역시/대표누리집/WAS"),
    ("city", "울산시 전산팀입니다. 누리집 WAS 2호기 재기동 부탁드립니다", "restart 울산광역시/대표누리집/WAS#2"),
    ("city", "울산시입니다. 청주시 누리집 WAS 재기동해주세요", "restart 청주시/대표누리집/WAS"),
    ("city", "누리집 WAS요. 청주시 말고 울산시 거요. 재기동해주세요", "restart 울산광역시/대표누리집/WAS"),
    ("city", "민원창구 와스요, 울산시 거. 재기동 바랍니다", "restart 울산광역시/?/WAS"),
    ("city", "울산시에서 연락왔어요. 누리집 WAS 재기동해주세요", "restart ?/대표누리집/WAS"),
    ("city", "누리집 WAS가 죽었대요, 울산시가 그러네요. 재기동해주세요", "restart ?/대표누리집/WAS"),
    ("city", "누리집 WAS 내려주세요, 울산시 말고요", "stop ?/대표누리집/WAS#?"),
    ("bank", "포털 WAS 재기동 부탁드립니다. 가온카드 꺼예요", "restart 가온카드/회원포털/WAS"),
    ("bank", "가온카드 운영팀인데요, 포털 WAS 재기동 부탁드립니다", "restart 가온카드/회원포털/WAS"),
    ("bank", "포털 WAS 재기동 부탁드립니다 (가온카드)", "restart 가온카드/회원포털/WAS"),
    ("city", "울산시 건은 처리됐고요. 누리집 WAS 재기동해주세요", "restart ?/대표누리집/WAS"),
    ("city", "청주시 거 말고 누리집 WAS 재기동해주세요", "restart ?/대표누리집/WAS"),
    ("city", "교통정보 WAS, 청주시 거 재기동해주세요", "restart 울산광역시/교통정보센터/WAS#?"),
    # lists and forms
    ("bank", _LIST, f"restart {_IB}/WAS#1 ; disk {_IB}/DB"),
    ("bank", f"지난주 {_LIST}", "-"),
    ("bank", f"{_LIST}\n검토 부탁드립니다", "-"),
    ("bank", f"{_LIST}\n내일 진행 예정입니다", "-"),
    ("bank", f"{_STEPS}\n위 순서대로 진행해 주세요", _WHOLE),
    ("bank", f"{_STEPS}\n이대로 진행하겠습니다", "-"),
    ("bank", f"{_STEPS}\n승인 나면 진행해 주세요", "-"),
    ("bank", "작업 순서입니다 1) 인뱅 WAS 중지 2) ib.war 배포 3) 기동. 진행 부탁드립니다", _WHOLE),
    ("bank", "작업 순서입니다 1) 인뱅 WAS 중지 2) ib.war 배포 3) 기동. 검토 부탁드립니다", "-"),
    ("bank", "점검 끝났으니\n- 인뱅 WEB 기동\n- 인뱅 WAS 기동\n부탁드립니다", f"start {_IB}/WEB ; start {_IB}/WAS"),
    ("bank", "승인이 보류됐으니\n- 인뱅 WEB 기동\n- 인뱅 WAS 기동\n부탁드립니다", "-"),
    ("bank", "인뱅 WAS 확인할 것: ① 메모리 ② CPU", f"memory+cpu {_IB}/WAS"),
    ("bank", "확인할 것: 1) 인뱅 DB 락 2) 승인 WAS 재기동", "-"),
    ("bank", "아래와 같이 요청드립니다.\n가. 인뱅 WAS 1호기 재기동\n나. 승인 DB 세션 조회\n늦은 시간 죄송합니다.", f"restart {_IB}/WAS#1 ; sessions {_AUTH}/DB"),
    ("bank", "수신: 운영팀 / 대상: 인뱅 WAS 2호기 / 요청: 재기동 / 사유: 메모리 누수", f"restart {_IB}/WAS#2"),
    ("bank", "대상: 인뱅 WAS 2호기 | 작업: 재기동 | 상태: 완료", "-"),
    ("bank", "대상: 인뱅 WAS / 작업: 재기동 / 비고: 1호기 제외", f"restart {_IB}/WAS#?"),
    ("bank", "인뱅 WAS 내리고 → ib.war 배포 → 기동 부탁드립니다", _WHOLE),
    ("bank", "정지 부탁드립니다 - 인뱅 DB 2호기, 점검 시작이라서요", f"stop {_IB}/DB#2"),
    # things and targets in turns
    ("bank", "a.war는 인뱅 와스로, b.war는 승인 와스로 배포해주세요", f"deploy {_IB}/WAS +a.war ; deploy {_AUTH}/WAS +b.war"),
    ("bank", "인뱅 WAS 1호기에 a.war, 2호기에 b.war 배포해주세요", f"deploy {_IB}/WAS#1 +a.war ; deploy {_IB}/WAS#2 +b.war"),
    ("bank", "a.war는 인뱅 와스로, b.war는 승인 와스로 배포하지 말아주세요", "-"),
    ("bank", "인뱅 WAS 1호기에 a.war, 2호기에 b.war, 3호기 재기동해주세요", f"restart {_IB}/WAS#?"),
    ("bank", "디스크는 인뱅 DB 2호기, CPU는 승인 WAS 1호기 보여주세요", f"disk {_IB}/DB#2 ; cpu {_AUTH}/WAS#1"),
    # what was said before
    ("bank", "나머지도 재기동해 주세요", f"restart {_IB}/WAS#2,3,4", {"context": ["인뱅 WAS 1호기 재기동했습니다"]}),
    ("bank", "거기 재기동해줘", f"restart {_IB}/WAS", {"context": ["인뱅 WAS 로그 보여줘", "주차권 남는 분 계세요?"]}),
    ("bank", "거기 재기동해줘", "restart ?/?/?", {"context": ["인뱅 WAS 로그 보여줘", "OCS 죽었대요"]}),
    ("bank", "아까 그거 오류 나네요. 되돌려주세요", f"rollback {_IB}/WAS", {"context": ["인뱅 WAS에 ib.war 배포해주세요"]}),
    ("bank", "방금 올린 거 문제 있네요 원복 부탁드립니다", f"rollback {_IB}/WAS", {"context": ["인뱅 WAS에 ib.war 배포해주세요"]}),
    ("bank", "재기동 부탁드립니다. WEB 말고 WAS요. 인뱅입니다", f"restart {_IB}/WAS"),
    ("bank", "인뱅 WAS는 4호기, 승인 WAS는 1호기 재기동 부탁드립니다. 나머지는 정상이에요", f"restart {_IB}/WAS#4 ; restart {_AUTH}/WAS#1"),
    ("bank", "인뱅 WAS 1호기 재기동 부탁드립니다. 나머지는 정상일 때만요", f"restart {_IB}/WAS#?"),
    ("bank", "재기동 한 건 부탁드려요. 인뱅 WAS 3호기요", f"restart {_IB}/WAS#3"),
    ("bank", "인뱅 WAS 재기동한 건 부탁드려요", "-"),
    ("bank", "메모리 확인 두 군데요: 인뱅 DB, 승인 WAS", f"memory {_IB}/DB ; memory {_AUTH}/WAS"),
    ("bank", "인뱅 DB슬로우 쿼리 뽑아주세요", f"slow {_IB}/DB"),
    # slips
    ("bank", "인뱅 WAS 재기돔 부탁드립니다", f"restart {_IB}/WAS"),
    ("bank", "인뱅 WAS 재기돔 해도 되나요", "-"),
    ("bank", "승인충계 WAS 재기동해줘", f"restart {_AUTH}/WAS"),
    ("bank", "승인중개 WAS 재기동해줘", "restart ?/?/WAS"),
    ("bank", "대상: 인뱅 WAS 2호기 / 작업: 재기동 / 일시: 내일 새벽 2시", f"restart {_IB}/WAS#2 at=2027-03-11T02:00:00+09:00", {"now": NOW}),
]  # fmt: skip
