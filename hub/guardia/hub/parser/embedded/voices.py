# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Lines of a message, and whose voice each is: the writer's own, or a forward, a chat log, a role, pasted text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from guardia.hub.parser.embedded.fields import Field, field_of
from guardia.hub.parser.embedded.hangul import folded
from guardia.hub.parser.embedded.normalise import Normal


class Voice(StrEnum):
    OWN = "own"
    LISTED = "listed"
    """A line of a list: only a command in full words counts, a terse phrase may be a mere entry."""
    ORDERED = "ordered"
    """A line of a list that its lead-in asks to be done."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line in the writer's own voice; `start` lies behind its bullet and label."""

    start: int
    end: int
    voice: Voice
    number: int
    listed: int = 0
    """The list that this line is an entry of; 0: none."""
    inline: bool = False
    """The entry stands in one line with the others: 1) … 2) …"""
    field: Field = Field.NONE


_FENCE = re.compile(r"```.*?(?:```|\Z)|<!--.*?(?:-->|\Z)|/\*.*?(?:\*/|\Z)", re.DOTALL)
_BRACE = re.compile(r"^\s*[{\[]\s*$")
_BRACE_END = re.compile(r"^\s*[}\]][,;\s]*$")
_FORWARD = folded(
    r"^[ >*-]*(?:[\[(<【](?:전달|전달됨|전달드림|재전송|펌|퍼옴|fw|fwd|forward(?:ed)?|복사|원문|인용|공유받은[^\])]*)[\])>】](?!\s*끝)"
    r"|(?:fw|fwd|전달)\s*[:>]|^[ >*-]*(?:fw|fwd|전달)\s*\)|-{2,}\s*(?:original message|forwarded message|원본|전달된|원문)|forwarded message|전달받은 (?:내용|메시지|메세지)"
    r"|(?:보낸\s?사람|보낸\s?이|from)\s*:|[^\n]{4,80}(?:님이|이|가)?\s*(?:작성|썼습니다|쓴 글|보낸 글|wrote)\s*:\s*$)"
)
# "아래 메일 전달드립니다" alone on its line: what follows is somebody else's text.
_PASSED_ON = folded(
    r"(?:메일|이메일|메시지|메세지|문자|카톡|톡|대화|댓글|공문)\s*(?:내용|원문|본문)?(?:을|를)?\s*(?:그대로\s*)?(?:전달|공유|포워드|포워딩|복사|복붙|퍼|펌|옮)[가-힣\s]{0,8}[.:~!\s]*$"
    r"|(?:아래|다음|이하|하기)[^\n]{0,12}(?:전달|포워드|포워딩)(?:드립니다|드려요|드림|합니다|해요|드리오니|드릴게요)[.:~!\s]*$"
    r"|(?:^|\s)(?:원문|전문)\s*(?:입니다|이에요|은 아래와 같습니다)?\s*[.:]\s*$|(?:이렇게|이런 식으로|아래와 같이|다음과 같이)\s*(?:연락이\s*|요청이\s*|메일이\s*)?(?:왔|말씀하|전화)[가-힣]{1,6}[.:~!\s]*$"
    r"|(?:메일|메시지|메세지|문자|카톡|공문|쪽지)(?:이|가)?\s*(?:왔습니다|왔어요|왔네요|왔는데요|옴|받았습니다|받았어요)[.:~!\s]*$"
)
_SHOWN = folded(r"아래|다음|이하|하기|이런|이렇게|(?:내용|원문|본문)(?:은|을|이|입)")
_ALARMED = folded(r"알람|알림|경고|경보|얼럿|장애|모니터링|관제")
"""관제에서 알람 문자가 왔습니다: why something is asked for; what follows is the writer's own."""
_FORWARD_END = folded(
    r"^[\s>*=#\[(<【-]*(?:이상\s*)?(?:전달|포워드|포워딩|forward(?:ed)?|인용|원문|원본|메일|본문|original)\s*(?:된|받은)?\s*(?:메시지|메세지|메일|내용|글|message|mail)?\s*(?:끝|종료|end|여기까지(?:입니다|예요)?)[\s\])>】=*.-]*$"
    r"|^[\s=*#-]*(?:end of (?:forwarded )?(?:message|mail)|end forward(?:ed message)?)[\s=*.-]*$"
)
# A heading that says the lines below tell about work rather than order it.
_NOTICE = folded(
    r"^\s*[\[(<【〔]?\s*[^\])>】\n]{0,14}(?:보고|공지|일지|회의록|이력|안내|계획|결과|내역|현황|교육|예정|절차|매뉴얼|가이드|인수인계|요약|상황 ?공유|일정|일정표|계획서|시간표|타임테이블|타임라인|시나리오|훈련|의제|안건|회의|점검표|체크리스트|report|notice|minutes|summary|handover)\s*"
    r"[\])>】〕]"
    r"|^\s*(?:공지|알림|안내|notice)\s*[):>]"
    r"|^\s*[■□◆◇▣●▶※#*○◎]+\s*(?![^\n]*(?:요청|부탁|의뢰))[^\n]{0,24}(?:공지|일지|회의록|안내|계획|계획서|일정|일정표|시간표|시나리오|훈련|점검표|결과|현황)\s*(?:\([^)\n]{0,20}\))?\s*[:.]?\s*$"
    r"|^\s*[^\n]{0,30}(?:일정|일정표|시간표|계획|계획서|시나리오|타임라인)(?:을|를)?\s*(?:입니다|이에요|공유|안내|전달|공지)(?:드립니다|드려요|합니다|해요|드림)?[\s.:~!]*$"
    r"|^\s*(?:일일|주간|월간|야간|근무|작업|장애|상황)\s?(?:보고|일지|결과|이력|현황)\s*(?:[(\[<]|$)"
)
_TITLED = r"주무관|과장|대리|팀장|차장|부장|사무관|서기관|담당자|담당|님|매니저|교수|주임|사원|실장|국장|계장|이사|대표|선임|책임|수석|조교|원장|소장|반장|pm|pl"
_ROLE_NAMES = r"assistant|system|user|human|admin|administrator|bot|developer|operator|root|tool|function|tool_result|instruction|prompt|role|content|message|봇|챗봇|시스템|관리자|사용자|고객|어시스턴트|운영자|담당자|어드민|개발자"
# A heading of one line that says it is done with, or only asked about.
_SETTLED = folded(
    r"^\s*[-*]?\s*[\[(<【〔]\s*(?:처리|작업|조치|배포)?\s?(?:완료|취소|문의|질문|보류|반려|기각|철회|부결|종결|종료|해결|해소|연기|예정|참고|검토|논의|done|closed|cancel(?:led)?|question|fyi|wip|진행\s?중)\s*[\])>】〕]"
)
_ASKED_AND_SAID = re.compile(r"^\s*(?:q|질문)\s*[.:)]\s.*^\s*(?:a|답변?)\s*[.:)]\s", re.DOTALL | re.MULTILINE)
_QUESTION_LINE = folded(r"^\s*(?:q|a|질문|답변?)\s*[.:)]\s")
_ROLE = folded(
    r"^\s*[-*]?\s*(?:\[[^\]\n]{1,24}\]\s*|\(?\d{1,2}:\d{2}(?::\d{2})?\)?\s*)?(?:\*\*|#{1,4}\s*)?"
    rf"(?:(?:{_ROLE_NAMES})|[^\s:\[\]]{{0,10}}\s?[^\s:\[\]]{{0,8}}(?:{_TITLED}))"
    r"\s*(?:\([^)\n]{0,16}\))?\s*(?:\*\*)?\s*(?::|>|=>)\s*\S"
)
_CHAT_LOG = folded(
    r"^\s*(?:\[?(?:오전|오후|am|pm)?\s?\d{1,2}:\d{2}(?::\d{2})?\s?(?:am|pm)?\]?\s+\S{2,12}\s*[:>]|\[\S{2,12}\]\s*\[[^\]]*\d{1,2}:\d{2}\]|\S{2,12},?\s+\[?(?:오전|오후)\s?\d{1,2}:\d{2}\]?"
    r"|\[\d{4}-\d{2}-\d{2}[ t]\d{1,2}:\d{2}(?::\d{2})?\]\s+\S{2,12}\s*[:>]|\d{4}(?:년|\.|-)\s?\d{1,2}(?:월|\.|-)\s?\d{1,2}일?\.?\s+(?:오전|오후)?\s?\d{1,2}:\d{2},\s*\S{2,12}\s*:)"
)
_TAG = re.compile(
    r"^\s*(?:[\[<]\s*[/|]?\s*(?:system|assistant|admin|user|inst|sys|im_start|root|시스템|관리자|어드민|관리자 모드)[^\]>\n]*[\]>])",
    re.IGNORECASE,
)
_BLOCK = re.compile(
    rf"^\s*(?:(?P<tag><\s*\|?\s*(?:{_ROLE_NAMES}|im_start)[^>\n]{{0,20}}>)|#{{1,4}}\s*\[?(?:{_ROLE_NAMES})\]?\s*:?|\[(?:{_ROLE_NAMES}|inst|sys)\]\s*:?|\*{{0,2}}(?:assistant|system|user|human|bot|시스템|봇|챗봇)\*{{0,2}}\s*:)\s*$"
)
_BLOCK_END = re.compile(r"^\s*(?:<\s*(?:/|\|im_end)[^>\n]{0,24}>|\[\s*/[^\]\n]{0,16}\])\s*$")
_BULLET = re.compile(
    r"^\s*(?:[-*•◦▪■□○●▶▷※→+]|\(?\d{1,2}[.)](?!\d)|[①-⑳]|[가-하][.)])\s*(?:\[\s?\]\s*|☐\s*)?|^\s*\[\s?\]\s*"
)
_CHECKED = re.compile(r"^\s*(?:[-*•]\s*)?(?:\[\s?[xv✓✔]\s?\]|[☑✅])\s*")
_INLINE = re.compile(r"(?:(?<=\s)|^)(?:\(?(?P<digit>\d{1,2})[.)](?!\d)|(?P<ring>[①-⑳]))\s*(?=\S)")
_HEAD = re.compile(r"\s*[■□◆◇▣●▶►※#]+\s")
_LEAD = folded(
    r"(?:아래|다음|하기|이하|following|below)[^\n]{0,40}(?:부탁|요청|해\s?(?:주|줘)|바랍|바람|진행|처리|please|하세요|할게요 부탁)|(?:부탁|요청)(?:드립니다|드려요|합니다|해요|드림)?\s*[:.]?\s*$|^\s*요청\s?(?:\d{1,2}|한|두|세|네|다섯|여섯)\s?(?:건|가지)(?:입니다|이에요|예요|이요|요)?\s*[:.]?\s*$"
)
_LOG_LINE = re.compile(
    r"^\s*(?:\[?\d{4}[-/.]\d{2}[-/.]\d{2}[T ]\d{2}:\d{2}|\[?\d{2}:\d{2}:\d{2}[.,]\d|at [\w$.]+\(|(?:ERROR|WARN|INFO|DEBUG|FATAL|SEVERE|CRITICAL)\b|Caused by:|[$#]\s|[{\[<]\s*\"|\w[\w.]*(?:Exception|Error):"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\s+\d{1,2}\s\d{2}:\d{2}:\d{2}\s|\d{1,3}(?:\.\d{1,3}){3} \S+ \S+ \[|ORA-\d{4,5}:|(?:mysql|sql|psql|postgres)[=>#]+\s|[\w.-]+@[\w.-]+[:~][^\n]{0,40}[$#]\s|\w+=\S+ \w+=\S+ )",
    re.IGNORECASE,
)
_ALERT = re.compile(r"^\s*\[(?:ALERT|ALARM|WARN(?:ING)?|ERROR|CRITICAL|FATAL|PROBLEM|RECOVERY|OK)\]")
_SYSTEM = folded(r"^\W*시스템\s*:")
_SPEAKS = folded(r"부탁|해\s?(?:주|줘)|주세요|요청|바랍|바람")


_MAX_SPANS = 32
"""Quotations over several lines; what follows more of them is nobody's own voice."""


def _number(found: re.Match[str]) -> int:
    return int(found["digit"]) if found["digit"] else ord(found["ring"]) - ord("①") + 1


def entries(line: str) -> list[tuple[int, int]]:
    """Where the entries of a list within one line begin: (place of the number, place behind it)."""
    marks = [(found.start(), found.end(), _number(found)) for found in _INLINE.finditer(line)]
    best: list[tuple[int, int]] = []
    for start, end, number in marks:
        if number == len(best) + 1:
            best.append((start, end))
    return best if len(best) > 1 else []


def _spans(text: str) -> list[tuple[int, int]]:
    """Quotations that go over the end of a line."""
    spans: list[tuple[int, int]] = []
    start, opened = 0, -1
    for raw in text.split("\n"):
        if raw.count('"') % 2:
            if opened < 0:
                opened = start + raw.rindex('"')
            else:
                spans.append((opened, start + raw.index('"') + 1))
                opened = -1
                if len(spans) > _MAX_SPANS:
                    return [*spans, (spans[-1][1], len(text))]
        start += len(raw) + 1
    return spans


class _Reader:
    """Goes over the lines of a message and keeps what it is inside of."""

    def __init__(self, normal: Normal) -> None:
        self.normal = normal
        self.lines: list[Line] = []
        self.left_out: list[tuple[int, int, str]] = []
        self.forwarded = False
        self.notice = False
        self.ordered = False
        self.other = ""  # "": own voice; "block", "code": until it is closed; "lines": until a blank line
        self.listed = 0
        self.open_list = False
        self.heading = Field.NONE  # 대상: with its entries below
        self.number = 0
        self.dialogue = bool(_ASKED_AND_SAID.search(normal.plain))
        self.fields = sum(
            field_of(line[a:b])[0] in (Field.WHERE, Field.WHAT, Field.WHEN)
            for line in normal.plain.split("\n")
            for a, b in _fields(line, 0, len(line))
        )

    def read(self) -> None:
        text, plain = self.normal.text, self.normal.plain
        taken = [(*found.span(), "code") for found in _FENCE.finditer(text)]
        taken += [(a, b, "quoted") for a, b in _spans(text) if not any(x <= a < y for x, y, _ in taken)]
        self.left_out.extend(taken)
        start = 0
        for raw in text.split("\n"):
            end = start + len(raw)
            near = [span for span in taken if span[0] < end and span[1] > start]
            for first, last in _outside(start, end, near):
                for a, b in _fields(plain, first, last):
                    self._line(a, b, plain[a:b])
            if not raw.strip() and self.other == "lines":
                self.other = ""
            start = end + 1

    def _line(self, start: int, end: int, line: str) -> None:
        if not line.strip():
            return
        if self.forwarded and _FORWARD_END.match(line):
            self.forwarded = False
            self.left_out.append((start, end, "forwarded"))
            return
        if _FORWARD.match(line):
            self.forwarded = True
        reason = self._foreign(start, end, line)
        if reason:
            self.left_out.append((start, end, reason))
            self.open_list = False
            return
        if _NOTICE.match(line):
            self.notice = True
        self._own(start, end, line)
        if _PASSED_ON.search(line) and (_SHOWN.search(line) or _ALARMED.search(line) is None):
            self.forwarded = True

    def _foreign(self, start: int, end: int, line: str) -> str:
        if self.forwarded:
            return "forwarded"
        if line.lstrip().startswith((">", "|")):
            return "quoted"
        if self.other:
            code = self.other == "code"
            if (_BRACE_END if code else _BLOCK_END).match(line):
                self.other = ""
            return "code" if code else "another voice"
        if _BRACE.match(line):
            self.other = "code"
            return "code"
        block = _BLOCK.match(line)
        if block:
            self.other = "block" if block["tag"] or line.lstrip().startswith("#") else "lines"
            return "another voice"
        if self.dialogue and _QUESTION_LINE.match(line):
            return "another voice"
        if _TAG.match(line) or _CHAT_LOG.match(line):
            self.other = "lines"
            return "another voice"
        if (field_of(line)[0] is Field.NONE or self._acts(line)) and _ROLE.match(line):
            self.other = "lines"
            return "another voice"
        if _CHECKED.match(line):
            return "done"
        if _LOG_LINE.match(self.normal.text[start:end]):
            return "pasted"
        if _ALERT.match(self.normal.text[start:end]) and not _SPEAKS.search(line):
            return "pasted"
        return ""

    def _acts(self, line: str) -> bool:
        """시스템: 승인되었습니다 is a role that speaks; 시스템: 인뱅 is a line of a form."""
        return bool(_SYSTEM.match(line)) and (self.fields < 2 or bool(_SPEAKS.search(line)))

    def _own(self, start: int, end: int, line: str) -> None:
        bullet = _BULLET.match(line) if self.normal.text.strip().count("\n") > 0 else None
        if bullet and _HEAD.match(line) and _LEAD.search(line):
            bullet = None  # ■ 금일 요청드립니다: the head of the list below
        inside = bullet.end() if bullet else 0
        kind, behind = field_of(line[inside:])
        if kind is not Field.NONE:
            self.open_list = False
            self.heading = kind if not line[inside + behind :].strip() else Field.NONE
            if kind is Field.REASON:
                self.left_out.append((start, end, "a field that asks for nothing"))
            else:
                self._entries(start + inside + behind, end, Voice.LISTED if self.notice else Voice.OWN, kind)
            return
        if bullet:
            if not self.open_list:
                self.listed += 1
                self.open_list = True
            if self.heading is Field.REASON:
                self.left_out.append((start, end, "a field that asks for nothing"))
                return
            voice = Voice.ORDERED if self.ordered and not self.notice else Voice.LISTED
            self._add(start + inside, end, voice, self.listed, field=self.heading)
            return
        self.open_list, self.heading = False, Field.NONE
        self.ordered = bool(_LEAD.search(line))
        told = self.notice or _SETTLED.match(line)
        self._entries(start, end, Voice.LISTED if told else Voice.OWN, Field.NONE)

    def _entries(self, start: int, end: int, voice: Voice, kind: Field) -> None:
        """A line that holds a list: what stands before it leads it in."""
        marks = entries(self.normal.plain[start:end])
        if not marks:
            self._add(start, end, voice, 0, field=kind)
            return
        if self.normal.plain[start : start + marks[0][0]].strip():
            self._add(start, start + marks[0][0], voice, 0, field=kind)
        self.listed += 1
        stops = [at for at, _ in marks[1:]] + [end - start]
        for (_, behind), stop in zip(marks, stops, strict=True):
            self._add(start + behind, start + stop, Voice.LISTED, self.listed, inline=True)

    def _add(  # noqa: PLR0917
        self, start: int, end: int, voice: Voice, listed: int, inline: bool = False, field: Field = Field.NONE
    ) -> None:
        if not self.normal.plain[start:end].strip():
            return
        self.lines.append(Line(start, end, voice, self.number, listed, inline, field))
        self.number += 1


_MAX_FIELDS = 24
"""Fields of a form in one line; more of them are no form."""
_SLASH = re.compile(r"\s+[/|]\s+|\s*[/|,]\s+|\s+-\s+")


def _fields(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    """대상: … / 작업: … / 사유: …: a form in one line, as its fields; any other line is one piece."""
    if plain.count(":", start, end) + plain.count("=", start, end) < 2:
        return [(start, end)]
    pieces: list[tuple[int, int]] = []
    begin, labels = start, int(field_of(plain[start:end])[0] is not Field.NONE)
    for found in _SLASH.finditer(plain, start, end):
        labelled = field_of(plain[found.end() : min(end, found.end() + 40)])[0] is not Field.NONE
        if labelled or found.group().strip() in ("/", "|"):
            pieces.append((begin, found.start()))
            begin, labels = found.end(), labels + labelled
    return [*pieces, (begin, end)] if labels > 1 and len(pieces) < _MAX_FIELDS else [(start, end)]


def _outside(start: int, end: int, taken: list[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """The parts of a line that no span covers."""
    parts = [(start, end)]
    for a, b, _ in taken:
        parts = [
            piece
            for first, last in parts
            for piece in ((first, min(last, a)), (max(first, b), last))
            if piece[0] < piece[1]
        ]
    return sorted(set(parts))


def lines(normal: Normal) -> tuple[list[Line], list[tuple[int, int, str]]]:
    """Lines in the writer's own voice, and the spans of everything else with the reason."""
    reader = _Reader(normal)
    reader.read()
    return reader.lines, reader.left_out


def other_voice(plain: str, start: int, end: int) -> bool:
    """True when a sentence within a line is another role's: … SYSTEM: …"""
    piece = plain[start:end]
    return bool(_TAG.match(piece) or (field_of(piece)[0] is Field.NONE and _ROLE.match(piece)))
