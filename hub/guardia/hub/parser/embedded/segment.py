# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Second stage: sentences, and what in them is somebody else's voice (quotations, forwards, pasted blocks, code)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from guardia.hub.parser.embedded.fields import Field
from guardia.hub.parser.embedded.hangul import folded
from guardia.hub.parser.embedded.lexicon import then
from guardia.hub.parser.embedded.lexicon.asking import ASKED
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.voices import Line, Voice, lines, other_voice

__all__ = ["Quote", "Segments", "Sentence", "Voice", "segment"]


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    voice: Voice
    question: bool
    corrects: bool = False
    """It takes back what stands before it in the same message: 아니 2호기요."""
    holds: bool = False
    """It stops what was just asked for: 아 잠깐만요."""
    line: int = 0
    listed: int = 0
    """The list that it is an entry of; 0: none."""
    inline: bool = False
    field: Field = Field.NONE
    chain: int = 0
    """The row of steps (정지 → 배포 → 기동) that it is one of; 0: none."""
    commas: bool = False
    """Commas part the steps, not arrows."""
    cut: bool = False
    """A clause behind it that leaves another place alone was taken off."""


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


QUOTES = re.compile(r"\"([^\"\n]{1,300})\"|(?<![\w가-힣])'([^'\n]{1,300})'|`([^`\n]{1,300})`")
_END = re.compile(r"(?:[.!?](?=[\s\"')\]]|$)|[!?]+|(?<=[가-힣])\.(?=[가-힣])|;|\n)+")
# A polite reason ends a sentence though no full stop stands there: 굼떠서요 …, 안 열린다네요 …
_REASON = folded(
    r"(?<=[가-힣])(?:(?<=서요)|(?<=네요)|(?<=든요)|(?<=대요)|(?<=래요))[\s~,]+(?=[^\s~,])"
    r"|(?:(?<=세요)|(?<=니다)|(?<=려요)|(?<=시오))[\s~,]+(?=[가-힣\s]{2,30}\s전에\s?(?:꼭\s|다\s)?(?:들어가|끝나|떠|올라와|반영되|적용되|완료되|살아나|마쳐)야\s?(?:돼요|됩니다|되거든요|해요|합니다|됨|되네요)[\s.!~]*$)"
)
# What was told ends where its verb does, full stop or not: …가 느립니다 인뱅 WAS 재기동해주세요. Thanks and requests do not tell.
_TOLD = folded(
    r"(?<=니다)(?<!드립니다)(?<!드리겠습니다)(?<!바랍니다)(?<!부탁합니다)(?<!부탁하겠습니다)(?<!요청합니다)(?<!요청하겠습니다)(?<!희망합니다)(?<!원합니다)(?<!감사합니다)(?<!고맙습니다)(?<!죄송합니다)(?<!미안합니다)(?<!됩니다)[\s~]+(?=[^\s~])(?!라고|라며|라는|란\s|고\s|하고\s|만\s)"
    r"|(?:(?<=안 됩니다)|(?<=못 됩니다))[\s~]+(?=[^\s~])"
)
_MOMENT = folded(r"\d{1,2}\s?시(?!쯤|부터|경|간)|\d:\d\d|내일|모레|오늘\s?밤|요일|다음\s?주|예정|당일")
_PAST = folded(r"[았었였했됐졌났왔갔렸켰겼냈]|어제|지난")
_LEANING = folded(then.THEN)


def over(plain: str, start: int, ends: int, begins: int, end: int) -> bool:
    """True when what is told until `ends` is over there: no moment stands in it, and full words of asking follow."""
    told = plain[start:ends]
    if _LEANING.match(plain, begins) or ASKED.search(plain, begins, end) is None:
        return False
    return _MOMENT.search(told) is None or _PAST.search(told) is not None


_ARROW = re.compile(r"\s*(?:[→⇒➔➜➡►▸»]|-+>|=+>|(?<=\s)>+(?=\s)|(?<=\S\s)[▶▷](?=\s))\s*")
# Words that only tie a sentence to the one before it.
_TIE = folded(
    r"\s*(?:이에\s?따라|이에|따라서|하여|고로|그리하여|이러한 사유로|상기와 같이|위와 같은 사유로|위와 같이 원인이 확인되어|결론(?:적으로|은)?\s?:|결론적으로|(?:분석|점검|확인|조사|진단)\s결과에\s?따라|based on (?:the )?above,?)\s+"
)
_TICKET = re.compile(
    r"\s*[\[(<【]\s*#?(?:sr|ops|inc|req|chg|cr|csr|ticket|jira|itsm|wo|prb|task|issue|help|case|svc)[-_ #]?\d{1,10}(?:-\d{1,6})?\s*[\])>】]\s*[:-]?\s*"
)
# Words that try to lift the rules. They change nothing, and the command beside them stands or falls by itself.
_INJECTED = (
    folded(
        r"(?:(?:이전|앞|앞선|위|상기|기존|지금까지|여태|종전|모든|전체|시스템|내부|원래|너의|네|안전|보안|운영)[가-힣]{0,4}\s*){1,4}(?:(?:내린|받은|들은|정한|있던|했던|말한)\s*)?(?:모든\s*)?"
        r"(?:지시|지침|규칙|명령|프롬프트|룰|규정|제약|제한|안내|절차|정책|instructions?|rules?|prompts?)[가-힣]{0,3}\s*(?:들)?(?:은|는|을|를|도|이|가)?\s*(?:(?:다|모두|전부|싹|싹다|그냥|일단|완전히|이제)\s*){0,3}"
        r"(?:무시|잊|버리|건너뛰|지우|해제|초기화|생략|패스|skip|무효)[가-힣]{0,4}?(?:고|하고|하시고|한 채|한채|하여|해서|하되|말고|니|다|해|세요|줘|라)(?:[.,!]?\s+|$)"
    ),
    folded(
        r"(?:별도(?:의)?\s*)?(?:승인|결재|허가|컨펌|approval)\s*(?:절차|단계|과정|요청)?(?:는|은|을|를|도|이고\s?뭐고|이고\s?나발이고)?\s*(?:다\s*|모두\s*|그냥\s*)?(?:없이|건너뛰고|건너뛴 채|생략하고|무시하고|패스하고|스킵하고|skip하고|받지 말고|필요없이|거치지 않고|거치지 말고)[,]?\s+"
    ),
    re.compile(
        r"(?:please\s+)?(?:ignore|disregard|forget|override|bypass|skip)\s+(?:all\s+|any\s+|every\s+|everything\s+)?(?:of\s+)?(?:the\s+|your\s+|my\s+)?(?:previous|prior|earlier|above|preceding|existing|system|safety)?\s*"
        r"(?:instructions?|rules?|prompts?|commands?|guidelines?|policies|policy|approvals?|constraints?)(?:\s+(?:above|before|so far|given))?\s*(?:하고|하시고|한 다음|해|and\s+then|and|then|[,.;:!-]+)\s*"
    ),
    re.compile(
        r",?\s*\bwithout\s+(?:any\s+|further\s+|waiting for\s+)?(?:an?\s+)?(?:approvals?|permission|authorization|confirmation)\b"
    ),
)

# A word by which a speaker corrects what they have just said, at the start of a sentence or within one.
_CORRECTION = folded(
    r"(?<=[.…~]\s)(?:가|이|은|는)?\s?아니(?:라|고)[\s,]+|"
    r"(?:^|(?<=[\s,.!~…)-]))(?:(?:아차|앗차|아|앗|엇|어|헉|죄송(?:합니다|해요)?|미안(?:해요|합니다)?|잠깐만?요?|잠시만?요?)[\s,.!~…]{0,4})?"
    r"(?:아니다|(?<!운영 )(?<!개발 )(?<!검증 )(?<!상용 )(?<!스테이징 )(?:아닙니다|아니에요)|아니요|아뇨|아니야|아니|정정(?:합니다|할게요|해요|하겠습니다|드립니다|요|해주세요|해서)?|수정(?:합니다|할게요|해요|요)|(?:정정|수정|변경)(?=\s*[:-])|다시\s?(?:쓸게요|쓰겠습니다|적을게요|보낼게요))(?:\s*-|[\s,.!~…:])+\s*"
    r"|(?:^|(?<=[\s,.!~…)-]))(?:(?:아차|앗차|아|앗|엇|어|헉)[\s,.!~…]{0,4})?(?:죄송(?:합니다|해요)?|미안(?:합니다|해요)?)[\s,.!~…]{1,4}(?=[^.!?\n]{1,30}(?:아니고|아니라|아니에요|아닙니다|말고))"
)
_CORRECTION_EN = re.compile(
    r"(?:^|(?<=[\s,.!?;-]))(?:(?:oh|ah|oops|sorry|hmm)\W{1,3})?(?:no,? wait|wait,? no|scratch that|correction|i meant?|(?:actually|rather|or rather),?"
    r"(?: (?:no|make (?:that|it)|not that))|make (?:that|it))[\s,:.-]+"
    r"|(?:^|(?<=[\s,.!?;-]))(?:sorry|oops|my bad|apologies)\W{1,3}(?=not\b)"
    r"|(?<=[\s,.!?;-])(?:(?:no|nope|oops|ah|wait)\W{1,3})+sorry\W{1,3}(?=(?:the )?nodes?\s*\d+\s*(?:$|[.!]|,?\s*(?:please|pls|instead)\b))"
)


# What stops a request that was just made.
_OH = r"(?:아차|앗차|아니다|아니야|아니|아|앗|엇|어|헉|잠깐|죄송(?:합니다|해요)?|미안(?:해요|합니다)?)"
_HOLD = folded(
    r"(?:"
    rf"(?:(?:^|(?<=[\s,.!?~…)-])){_OH}[\s,.!~…]{{1,4}}|(?:^|(?<=[.!?~…)\n])|(?<=[.!?~…)]\s))){_OH}?[\s,.!~…]{{0,4}}(?:잠깐|잠시|잠만|쫌만|좀만)(?:만|만요|만여|요|용)?(?:[\s,.!~]*(?:대기|스톱|스탑|멈춰|홀드|보류|중지|기다려|기달)[가-힣 ]{{0,8}})?"
    r"|(?:^|(?<=[\s,.!?~…)-]))(?:잠깐만요?|잠시만요|잠만요?)"
    rf"|(?:^|(?<=[\s,.!?~…)-]))(?:{_OH}[\s,.!~…]{{1,4}})?(?:(?:스톱|스탑|stop|정지|중지|홀드|hold|멈춰){{2,}}|(?:취소|캔슬|cancel|보류|대기|중단){{2,}})[가-힣]{{0,3}}"
    rf"|(?:^|(?<=[.!?~…)\n])|(?<=[.!?~…)]\s))(?:{_OH}[\s,.!~…]{{1,4}})?(?:스톱|스탑|홀드|대기|보류|stop(?!\s+(?:(?:the|our)\s+)?(?:(?!the\s|our\s|restart)[a-z가-힣0-9]+\s+){{1,4}}(?:was|web|db|와스|웹|디비)(?![a-z가-힣])|\s+nodes?\s*\d)|hold(?!\s+(?:the\s+)?(?:nodes?|was|web|db)(?![a-z])))(?:요|해주세요|해줘|해요|부탁드려요|부탁드립니다|부탁)?"
    rf"|(?:^|(?<=[.!?~…)\n])|(?<=[.!?~…)]\s))(?:{_OH}[\s,.!~…]{{1,4}}){{0,3}}(?:(?:이제|지금은|그냥|역시)\s*){{0,2}}(?:두세요|둬요|냅두세요|놔두세요|둘게요|됐어요|됐습니다|됐네요|괜찮아요|괜찮아졌어요|괜찮습니다|괜찮네요"
    r"|아니에요|아닙니다|아녜요|아니요|해결\s?(?:됐|되었)[가-힣]{1,4}|해결됨|복구\s?(?:됐|되었)[가-힣]{1,4}|복구됨|필요\s?없[가-힣]{1,5}|안\s?(?:해도|하셔도)\s?(?:돼요|됩니다|될 것 같아요|될듯요?)|넘어가[가-힣]{1,4})"
    rf"|(?<=\s){_OH}[\s,.!~…]{{1,4}}(?:(?:이제|지금은|그냥|역시)\s*){{0,2}}(?:두세요|됐어요|됐습니다|됐네요|괜찮아요|괜찮습니다|아니에요|아닙니다)(?![가-힣])"
    r"|(?:^|(?<=[.!?~,]\s))(?:oh |ah |actually,? )?(?:no need(?! to (?:the )?[a-z]+ [a-z])|never ?mind|nvm|forget it|it's fine now|all good now|scratch that)"
    r"|(?:^|(?<=[.!?~,]\s))(?:no,? )?(?:hold on|hold up|hold it|wait up|wait|hang on|stop stop|not yet|one moment|just a (?:sec|moment|minute))"
    r"|(?:^|(?<=[\s,.!?~…)-]))(?:바로\s*)?(?:위|방금|앞|이전|위에|지금|이)\s*(?:메시지|메세지|요청|거|것|건|말|글|내용|톡|채팅)(?:은|는|을|를)?\s*(?:전부\s*|모두\s*|다\s*)?(?:무시|패스|스킵)(?:해\s?주세요|해\s?줘요?|하세요|부탁드려요|부탁드립니다|부탁|요|해|바랍니다|하십시오)?"
    r")[\s,.!~…)]*(?=$|[\n.!?~]|(?<=[\s,.!~])\S)"
)


def _corrections(plain: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for pattern in (_CORRECTION, _CORRECTION_EN):
        for found in pattern.finditer(plain, start, end):
            yield found.span()


def _is_question(plain: str, end: int) -> bool:
    tail = plain[end : end + 8].lstrip(" ")
    return tail.startswith(("?", "!?"))


def _injected(plain: str, start: int, end: int) -> list[tuple[int, int]]:
    spans = sorted(found.span() for pattern in _INJECTED for found in pattern.finditer(plain, start, end))
    kept: list[tuple[int, int]] = []
    for a, b in spans:
        if kept and a < kept[-1][1]:
            continue
        kept.append((a, b))
    return kept


def segment(normal: Normal) -> Segments:
    """Sentences of the writer's own voice; quotations in them; everything else with the reason why it is left out."""
    own, left_out = lines(normal)
    quotes: list[Quote] = []
    sentences: list[Sentence] = []
    chain = 0
    for line in own:
        text = normal.text[line.start : line.end]
        inside = [(found.start() + line.start, found.end() + line.start) for found in QUOTES.finditer(text)]
        quotes.extend(Quote(a, b) for a, b in inside)
        start = line.start
        lifted = [span for span in _injected(normal.plain, line.start, line.end) if not _within(span[0], inside)]
        for a, b in [*lifted, (line.end, line.end)]:
            for sentence in _sentences(normal.plain, start, a, line, inside, spoken=bool(sentences)):
                if other_voice(normal.plain, sentence.start, sentence.end):
                    left_out.append((sentence.start, line.end, "another voice"))
                    break
                steps = _steps(normal.plain, sentence, inside)
                if len(steps) > 1:
                    chain += 1
                sentences.extend(replace(step, chain=chain if len(steps) > 1 else 0) for step in steps)
            else:
                if a < b:
                    left_out.append((a, b, "words that try to lift the rules"))
                start = b
                continue
            break
    return Segments(tuple(sentences), tuple(quotes), tuple(left_out))


def _within(at: int, quoted: list[tuple[int, int]]) -> bool:
    return any(a < at < b - 1 for a, b in quoted)


def _sentences(  # noqa: PLR0917
    plain: str, start: int, end: int, line: Line, quoted: list[tuple[int, int]], spoken: bool
) -> Iterator[Sentence]:
    """Sentences of one line; `spoken`: the message has said something before it."""
    for pattern in (_TICKET, _TIE):
        skipped = pattern.match(plain, start, end)
        start = skipped.end() if skipped else start
    ends = [(*found.span(), "?" in found.group(), "") for found in _END.finditer(plain, start, end)]
    ends += [(*found.span(), False, "") for found in _REASON.finditer(plain, start, end)]
    ends += [
        (*found.span(), False, "")
        for found in _TOLD.finditer(plain, start, end)
        if over(plain, start, *found.span(), end)
    ]
    marks = [(*span, False, "corrects") for span in _corrections(plain, start, end)]
    entry = bool(line.listed) or line.field is not Field.NONE  # 1) 정지: an entry, no second thought
    holds = [] if entry else [(*found.span(), False, "holds") for found in _HOLD.finditer(plain, start, end)]
    begin, corrects, held = start, False, False
    for first, last, question, mark in sorted([*ends, *marks, *holds]):
        if _within(first, quoted) or last <= begin:
            continue
        first = max(first, begin)
        if plain[begin:first].strip():
            yield _sentence(begin, first, line, question, corrects, held)
            spoken, corrects, held = True, False, False
        if mark and spoken:
            corrects, held = corrects or mark == "corrects", held or mark == "holds"
        elif mark:
            continue  # 아니 왜 이렇게 느려요: nothing was said that could be taken back
        begin = last
    if plain[begin:end].strip():
        yield _sentence(begin, end, line, _is_question(plain, end), corrects, held)
    elif held or corrects:
        yield _sentence(end, end, line, False, corrects, held)


def _sentence(start: int, end: int, line: Line, question: bool, corrects: bool, holds: bool) -> Sentence:  # noqa: PLR0917
    return Sentence(
        start, end, line.voice, question, corrects, holds,
        line=line.number, listed=line.listed, inline=line.inline, field=line.field,
    )  # fmt: skip


def _steps(plain: str, sentence: Sentence, quoted: list[tuple[int, int]]) -> list[Sentence]:
    """A sentence cut at its arrows."""
    steps: list[Sentence] = []
    begin = sentence.start
    for found in _ARROW.finditer(plain, sentence.start, sentence.end):
        if _within(found.start(), quoted) or not plain[begin : found.start()].strip():
            continue
        steps.append(replace(sentence, start=begin, end=found.start(), question=False))
        begin = found.end()
    if plain[begin : sentence.end].strip() or not steps:
        steps.append(replace(sentence, start=begin))
    return steps
