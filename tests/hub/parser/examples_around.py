# ruff: noqa: E501 - a table of sentences
"""Messages in which something stands around, before or beside a request, and what they mean."""

from __future__ import annotations

from tests.hub.parser.heldout import NOW, Example

AROUND: list[Example] = [
    ("bank", "배포는 어제 끝났습니다 오늘 23시에 인뱅 WAS 재기동해주세요", "restart 미래은행/인터넷뱅킹/WAS at=2027-03-10T23:00:00+09:00", {"now": NOW}),
    ("bank", "오늘 23시에 인뱅 WAS 재기동해주세요 코어레저 DB 1호기는 어제 중지했습니다", "restart 미래은행/인터넷뱅킹/WAS at=2027-03-10T23:00:00+09:00", {"now": NOW}),
    ("bank", "어제부터 느려요 인뱅 WAS 재기동해주세요", "restart 미래은행/인터넷뱅킹/WAS"),
    ("bank", "관제에서 알람 문자가 왔습니다\n인뱅 WAS 재기동해주세요", "restart 미래은행/인터넷뱅킹/WAS"),
    ("bank", "아래 문자가 왔습니다\n인뱅 WAS 재기동해주세요", "-"),
    ("bank", "인뱅 WAS 재기동해주시면 감사하겠습니다 수고하세요", "restart 미래은행/인터넷뱅킹/WAS"),
    ("bank", "인뱅 WAS 올려줘\n감사합니다", "start 미래은행/인터넷뱅킹/WAS"),
    ("bank", "인뱅 WAS a.war 배포\n감사합니다", "deploy 미래은행/인터넷뱅킹/WAS +a.war"),
    ("bank", "인뱅 WAS 재기동 요", "restart 미래은행/인터넷뱅킹/WAS"),
    ("bank", "인뱅 WAS 재기동이 필요합니다. 진행 부탁드립니다.", "restart 미래은행/인터넷뱅킹/WAS"),
    ("bank", "인뱅 WAS 재기동이 필요하면 말씀드리겠습니다. 진행 부탁드립니다.", "-"),
    ("bank", "인뱅 WAS 2호기 디스크 점검하고 오래된 로그 삭제해줘", "disk+clean 미래은행/인터넷뱅킹/WAS#2"),
    ("bank", "인뱅 WAS 2호기 로그 확인, 코어레저 DB는 로그 정리해주세요", "tail 미래은행/인터넷뱅킹/WAS#2 ; clean 미래은행/CoreLedger/DB"),
    ("bank", "인뱅 DB 1번 세션 4412 종료하고 재기동해주세요", "kill+restart 미래은행/인터넷뱅킹/DB#1 session_id=4412"),
    ("bank", "인뱅 DB 1번 세션 종료해주세요", "kill 미래은행/인터넷뱅킹/DB session_id=1"),
    ("bank", "승인중계 WAS 1호기에 a.war 배포, 인뱅 WAS는 이전 버전으로 되돌려 주세요", "deploy 가온카드/승인중계/WAS#1 +a.war ; rollback 미래은행/인터넷뱅킹/WAS"),
    ("bank", "ganautwas02은 서비스 기동 바랍니다", "start 가온카드/승인중계/WAS#2"),
    ("bank", "check the log of CoreLedger WAS then clean up old logs on AuthRelay WAS", "tail 미래은행/CoreLedger/WAS ; clean 가온카드/승인중계/WAS"),
    ("bank", "start ibank WAS node 1 because node 1 of the CoreLedger DB keeps failing", "start 미래은행/인터넷뱅킹/WAS#1"),
    ("bank", "Could you restart the ibank WAS on December 24 at 23:00?", "restart 미래은행/인터넷뱅킹/WAS at=2027-12-24T23:00:00+09:00", {"now": NOW}),
    ("bank", "restart ibank WAS at 23:00 on December 24", "restart 미래은행/인터넷뱅킹/WAS at=2027-12-24T23:00:00+09:00", {"now": NOW}),
    ("bank", "Could you start ibank WAS? Please don't touch the DB.", "start 미래은행/인터넷뱅킹/WAS"),
    ("bank", "I kindly ask you to clean up the old logs on the ibank WAS.", "clean 미래은행/인터넷뱅킹/WAS"),
    ("bank", "벤더가 인뱅 WAS 재기동, 승인중계 WAS는 내려 주세요", "stop 가온카드/승인중계/WAS#?"),
    ("bank", "인뱅 WAS는 제가 재기동, 승인중계 WAS는 내려 주세요", "stop 가온카드/승인중계/WAS#?"),
    ("bank", "인뱅 WAS 재기동, 승인중계 WAS는 내려 주세요", "restart 미래은행/인터넷뱅킹/WAS ; stop 가온카드/승인중계/WAS"),
]  # fmt: skip
