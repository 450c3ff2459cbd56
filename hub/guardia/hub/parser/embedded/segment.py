# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Second stage: sentences, and what in them is somebody else's voice (quotations, forwards, pasted blocks, code)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.normalise import Normal


class Voice(StrEnum):
    OWN = "own"
    LISTED = "listed"
    """A line of a list: only a command in full words counts, a terse phrase may be a mere entry."""
    ORDERED = "ordered"
    """A line of a list that its lead-in asks to be done."""


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    voice: Voice
    question: bool
    corrects: bool = False
    """It takes back what stands before it in the same message: 아니 2호기요."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation inside a sentence; `start` and `end` include its marks."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segments:
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    left_out: tuple[tuple[int, int, str], ...]
    """Spans that nobody here says, with the reason."""


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern))


_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_FORWARD = _p(
    r"^[ >*-]*(?:[\[(<【](?:전달|전달됨|전달드림|재전송|펌|퍼옴|fw|fwd|forward(?:ed)?|복사|원문|인용|공유받은[^\])]*)[\])>】]"
    r"|(?:fw|fwd|전달)\s*[:>]|-{2,}\s*(?:original message|forwarded message|원본|전달된|원문)|forwarded message|전달받은 (?:내용|메시지|메세지))"
)
# A heading that says the lines below tell about work rather than order it.
_NOTICE = _p(
    r"^\s*[\[(<【〔]?\s*[^\])>】\n]{0,14}(?:보고|공지|일지|회의록|이력|안내|계획|결과|내역|현황|교육|예정|절차|매뉴얼|가이드|인수인계|요약|report|notice|minutes|summary)\s*"
    r"[\])>】〕]"
)
_ROLE = _p(
    r"^\s*[-*]?\s*(?:\[[^\]\n]{1,24}\]\s*|\(?\d{1,2}:\d{2}(?::\d{2})?\)?\s*)?"
    r"(?:(?:assistant|system|user|human|admin|bot|developer|operator|root|봇|시스템|관리자|사용자|고객|챗봇|어시스턴트|운영자|담당자|어드민)"
    r"|[^\s:\[\]]{0,10}\s?[^\s:\[\]]{0,8}(?:주무관|과장|대리|팀장|차장|부장|사무관|서기관|담당자|담당|님|매니저|교수|주임|사원|실장|국장|계장|이사|대표|선임|책임|수석|pm|pl))"
    r"\s*(?:\([^)\n]{0,16}\))?\s*(?::|>|=>)\s*\S"
)
_CHAT_LOG = _p(
    r"^\s*(?:\[?(?:오전|오후|am|pm)?\s?\d{1,2}:\d{2}(?::\d{2})?\s?(?:am|pm)?\]?\s+\S{2,12}\s*[:>]|\[\S{2,12}\]\s*\[[^\]]*\d{1,2}:\d{2}\]|\S{2,12},?\s+\[?(?:오전|오후)\s?\d{1,2}:\d{2}\]?)"
)
_TAG = re.compile(
    r"^\s*[\[<]\s*/?\s*(?:system|assistant|admin|user|inst|im_start|시스템|관리자|ROOT|관리자 모드)[^\]>\n]*[\]>]",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•◦▪■□○●▶▷※→+]|\(?\d{1,2}[.)](?!\d)|[①-⑳]|[가-하][.)])\s*")
_LEAD = _p(
    r"(?:아래|다음|하기|이하|following|below)[^\n]{0,40}(?:부탁|요청|해\s?(?:주|줘)|바랍|바람|진행|처리|please|하세요|할게요 부탁)|(?:부탁|요청)(?:드립니다|드려요|합니다|해요|드림)?\s*[:.]?\s*$"
)
_ASKED = _p(
    r"^\s*(?:이상|위와 같이|위\s?(?:내용|작업|건)(?:들)?|상기 (?:내용|작업|건)|모두|전부|다)?\s*(?:작업|처리|진행|조치)?\s*"
    r"(?:좀\s*)?(?:부탁|요청)(?:드립니다|드려요|드릴게요|합니다|해요|드림)?\s*[.!~]*\s*$"
)
_LOG_LINE = re.compile(
    r"^\s*(?:\[?\d{4}[-/.]\d{2}[-/.]\d{2}[T ]\d{2}:\d{2}|\[?\d{2}:\d{2}:\d{2}[.,]\d|at [\w$.]+\(|(?:ERROR|WARN|INFO|DEBUG|FATAL|SEVERE)\b|Caused by:|[$#]\s|[{\[<]\s*\"|\w[\w.]*(?:Exception|Error):)"
)
_QUOTES = re.compile(r"\"([^\"\n]{1,300})\"|(?<![\w가-힣])'([^'\n]{1,300})'|`([^`\n]{1,300})`")
_END = re.compile(r"(?:[.!?](?=[\s\"')\]]|$)|[!?]+|(?<=[가-힣])\.(?=[가-힣])|;|\n|(?<=[가-힣\w)])\s+(?:->|=>)\s+)+")

# A word by which a speaker corrects what they have just said, at the start of a sentence or within one.
_CORRECTION = _p(
    r"(?:^|(?<=[\s,.!~…)-]))(?:(?:아차|앗차|아|앗|엇|어|헉|죄송(?:합니다|해요)?|미안(?:해요|합니다)?|잠깐만?요?|잠시만?요?)[\s,.!~…]{0,4})?"
    r"(?:아니다|아닙니다|아니에요|아니요|아뇨|아니야|아니|정정(?:합니다|할게요|해요|하겠습니다|드립니다|요)?|수정(?:합니다|할게요|해요|요))[\s,.!~…:]+"
)
_CORRECTION_EN = re.compile(
    r"(?:^|(?<=[\s,.!?;-]))(?:(?:oh|ah|oops|sorry|hmm)\W{1,3})?(?:no,? wait|wait,? no|scratch that|correction|i meant?|(?:actually|rather|or rather),?"
    r"(?: (?:no|make (?:that|it)|not that))|make (?:that|it))[\s,:.-]+"
)


def _corrections(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for pattern in (_CORRECTION, _CORRECTION_EN):
        for found in pattern.finditer(plain, start, end):
            yield found.span()


def _is_question(plain: str, end: int) -> bool:
    tail = plain[end : end + 8].lstrip(" ")
    return tail.startswith(("?", "!?"))


def _blocks(normal: Normal) -> tuple[list[tuple[int, int, Voice]], list[tuple[int, int, str]]]:
    """Lines with their voice; lines of other voices are left out with the reason."""
    text, plain = normal.text, normal.plain
    fences = [found.span() for found in _FENCE.finditer(text)]
    lines: list[tuple[int, int, Voice]] = []
    left_out: list[tuple[int, int, str]] = [(start, end, "code") for start, end in fences]
    start, forwarded, notice, ordered = 0, False, False, False
    many = text.strip().count("\n") > 0
    for raw in text.split("\n"):
        end = start + len(raw)
        line = plain[start:end]
        at, start = start, end + 1
        if not line.strip() or any(a <= at < b for a, b in fences):
            continue
        if _FORWARD.match(line):
            forwarded = True
        reason = ""
        if forwarded:
            reason = "forwarded"
        elif line.lstrip().startswith((">", "|")):
            reason = "quoted"
        elif _TAG.match(line) or _ROLE.match(line) or _CHAT_LOG.match(line):
            reason = "another voice"
        elif _LOG_LINE.match(text[at:end]):
            reason = "pasted"
        if reason:
            left_out.append((at, end, reason))
            continue
        if _NOTICE.match(line):
            notice = True
        bullet = _BULLET.match(line) if many else None
        voice = Voice.OWN
        if bullet:
            voice = Voice.ORDERED if ordered and not notice else Voice.LISTED
            at += bullet.end()
        else:
            if notice:
                voice = Voice.LISTED
            ordered = bool(_LEAD.search(line))
            if not notice and _ASKED.match(line) and all(one[2] is Voice.LISTED for one in lines):
                # 1) … 2) … 부탁드립니다: what the whole list names is asked for; a heading might tell of the past
                lines = [(first, last, Voice.ORDERED) for first, last, _ in lines]
        lines.append((at, end, voice))
    return lines, left_out


def segment(normal: Normal) -> Segments:
    """Sentences of the writer's own voice; quotations in them; everything else with the reason why it is left out."""
    lines, left_out = _blocks(normal)
    quotes: list[Quote] = []
    sentences: list[Sentence] = []
    for start, end, voice in lines:
        line = normal.text[start:end]
        inside = [(found.start() + start, found.end() + start) for found in _QUOTES.finditer(line)]
        quotes.extend(Quote(a, b) for a, b in inside)
        sentences.extend(_sentences(normal.plain, start, end, voice, inside, spoken=bool(sentences)))
    return Segments(tuple(sentences), tuple(quotes), tuple(left_out))


def _sentences(  # noqa: PLR0917
    plain: str, start: int, end: int, voice: Voice, quoted: list[tuple[int, int]], spoken: bool
) -> Iterator[Sentence]:
    """Sentences of one line; `spoken`: the message has said something before it."""

    def inside(at: int) -> bool:
        return any(a < at < b - 1 for a, b in quoted)

    ends = [(*found.span(), "?" in found.group(), False) for found in _END.finditer(plain, start, end)]
    marks = [(*span, False, True) for span in _corrections(plain, start, end)]
    begin, corrects = start, False
    for first, last, question, correction in sorted([*ends, *marks]):
        if inside(first) or last <= begin:
            continue
        first = max(first, begin)
        words = plain[begin:first].strip()
        if words:
            yield Sentence(begin, first, voice, question, corrects)
            spoken, corrects = True, False
        if correction and spoken:
            corrects = True
        elif correction:
            continue  # 아니 왜 이렇게 느려요: nothing was said that could be taken back
        begin = last
    if plain[begin:end].strip():
        yield Sentence(begin, end, voice, _is_question(plain, end), corrects)
