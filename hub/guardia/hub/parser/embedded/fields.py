# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Labelled lines of tickets and forms (대상: …, 작업: …, 사유: …): what each says about a request."""

from __future__ import annotations

import re
from enum import StrEnum

from guardia.hub.parser.embedded.hangul import fold


class Field(StrEnum):
    NONE = "none"
    WHERE = "where"
    WHAT = "what"
    WHEN = "when"
    WITH = "with"
    """Files and versions."""
    TITLE = "title"
    NOTE = "note"
    """Asks for nothing, but may narrow what is asked for."""
    RESULT = "result"
    """What a form that tells of finished work holds."""
    REASON = "reason"
    """Reasons, symptoms, people: nothing of it counts."""


_WORDS = {
    Field.WHERE: """대상 서버 시스템 시스템명 서버명 호스트 호스트명 기관 기관명 고객사 계층 레이어 환경 노드 호기 장비 위치 자산 자산코드 대상목록
        target targets server host hostname environment env layer node nodes institution asset""",
    Field.WHAT: """작업 내용 요청 요청사항 요청건 유형 종류 작업명 명령 할일 action actions request task tasks todo command""",
    Field.WHEN: "일시 시간 시각 일자 날짜 시점 일정 when time date datetime schedule",
    Field.WITH: "파일 첨부 첨부파일 파일명 버전 릴리즈 릴리스 file files version artifact artifacts",
    Field.TITLE: "제목 건명 title subject 件名",
    Field.NOTE: "비고 참고 참고사항 주의 주의사항 조건 특이사항 유의사항 기타 추신 note notes remark remarks caution condition ps",
    Field.RESULT: "결과 완료 완료일시 완료시간 완료자 처리결과 작업결과 조치결과 처리자 작업자 결과값 result completed",
    Field.REASON: """사유 이유 원인 분석 판단 진단 추정 추정원인 원인분석 분석결과 점검결과 확인결과 배경 목적 증상 현상 경과 현황 영향 영향도 영향범위 담당 담당자 요청자 신청자 작성자 보고자 연락처 전화 전화번호 이메일 메일 접수번호 티켓 번호 티켓번호 우선순위
        긴급도 중요도 등급 부서 부서명 소속 수신 수신처 발신 발신처 참조 승인자 결재 결재자 조치 조치사항 조치내용 조치내역 상태 승인 승인여부 결재상태 진행상태 처리상태 승인상태 발생 발생일시 발생시간 발생시각 장애일시 장애시간 조치시간 조치일시 접수일시 접수시간
        요청일 요청일시 요청일자 접수일 작성일 작성일시 신청일 신청일시 발신일시 최초 문의 문의처 근거 관련근거 붙임 reason cause symptom impact requester contact priority severity ticket cc to background symptoms owner reporter""",
}  # fmt: skip
_LABELS = {fold(word.lower()): kind for kind, words in _WORDS.items() for word in words.split()}
_BEFORE = tuple(
    fold(word) for word in ("작업", "요청", "대상", "희망", "예정", "점검", "변경", "신청", "수행", "업무", "배포", "처리", "진행", "적용")
)  # fmt: skip
_LABEL = re.compile(
    r"\s*(?:[■□●○▶◆◇*#-]\s*)?(?:[\[【<(〔]\s*(?P<boxed>[^\]】>)〕\n:]{1,12}?)\s*[\]】>)〕]\s*[:=-]?|\*{0,2}(?P<plain>[^\s:=\d][^:=\n\d]{0,11}?)\s*\*{0,2}\s*[:=])\*{0,2}\s*"
)
_DONE = re.compile(
    fold(
        r"(?:처리|작업|조치|배포|진행)?\s?(?:완료|종료|처리됨|끝|종결|종료|반려|반송|보류|취소|철회|기각|거절|부결|불허|불가|중단|대기|예정|미정|검토\s?중|진행\s?중|작업\s?중|pending|planned|waiting|in progress|rejected|denied|cancell?ed|on hold|done|closed|completed|finished|resolved)"
    )
)


def _kind(label: str) -> Field:
    word = label.replace(" ", "").replace("/", "")
    for _ in range(3):
        if word in _LABELS:
            return _LABELS[word]
        prefix = next((one for one in _BEFORE if word.startswith(one) and len(word) > len(one)), "")
        if not prefix:
            return Field.NONE
        word = word[len(prefix) :]
    return Field.NONE


def field_of(line: str) -> tuple[Field, int]:
    """What the label of `line` (folded) stands for, and where its content begins; (NONE, 0) without a known label."""
    found = _LABEL.match(line)
    if not found:
        return Field.NONE, 0
    kind = _kind(found["boxed"] or found["plain"])
    if kind is Field.REASON and _DONE.search(line, found.end()):
        kind = Field.RESULT  # 상태: 완료
    boxed = found["boxed"] is not None and not found.group().rstrip().endswith((":", "="))
    if boxed and kind in (Field.WHAT, Field.NOTE, Field.RESULT, Field.REASON) and line[found.end() :].strip():
        return Field.NONE, 0  # [요청] 인뱅 WAS 재기동해주세요: a tag, not a field
    return (kind, found.end()) if kind is not Field.NONE else (Field.NONE, 0)
