# ruff: noqa: E501 - patterns read worse when they are broken
"""Words anywhere in a message by which what looks like a command is none: a condition behind it, a drill, a paper that
is handed round, somebody else who is to be asked, something that is done with.

Nothing here adds to what is asked; each rule only takes a change away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold, folded
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part, asked_changes

DRILL = "a drill"


_EXERCISE = r"(?:(?:모의|도상|가상|불시|대응|비상|민방위|을지|재난|재해\s?복구|dr|bcp)\s*)?훈련"
_DRILL = (
    folded(rf"\A\W*[\[(<【〔]\s*{_EXERCISE}(?:\s+[^\])>】〕\n]{{1,14}})?\s*[\])>】〕]"),
    folded(
        r"\A\W*(?:모의|도상|가상)\s?훈련\s*(?:메시지|메세지|문자|상황|시나리오)?\s*[:.]|(?<![가-힣])훈련[\s,]+훈련(?![가-힣])"
    ),
    folded(r"도상\s?훈련(?:입니다|이므로|이에요|임|중|이라)"),
    folded(
        rf"(?:이것은|이건|이는|(?:본|이|위)\s*(?:메시지|메세지|문자|건|글|내용)[은는]?)\s*{_EXERCISE}\s*(?:용|상황|메시지|메세지|문자)?\s*(?:입니다|이에요|예요|임)"
    ),
    folded(
        r"실제\s*(?:상황|조작|작업|실행|조치|명령|요청|수행)[은는이가도을를]?\s*(?:아님|아닙니다|아니에요|아니며|아니고|아니니|아니므로|(?:하지|진행하지)\s*(?:않|마)|안\s*(?:함|합니다|해요)|없음|없습니다|없어요|않)"
    ),
)
_A_DRILL = folded(rf"(?<![가-힣]){_EXERCISE}\s*(?:입니다|이에요|예요)")

UNAPPROVED = "not agreed yet"
_UNAPPROVED = folded(
    r"(?:승인|결재|컨펌|허가|허락|동의)(?:은|는|이|가|을|도)?\s*(?:아직[가-힣\s]{0,6}|(?:받|나|떨어지)고(?:요|서요|나서요)?|(?:받은|난|떨어진)\s*(?:뒤|후|다음)에?(?:요)?|전(?:입니다|이에요))[\s.!~]*$"
)
_CONDITION = folded(
    r"(?:[가-힣](?:면(?:요|은요)?|거든(?!요))"
    r"|(?:때|경우)에?만(?:요|이요|입니다)?|경우(?:에|에는|엔)?(?:요|입니다)?|에\s?한(?:해서?|하여|정해서?)(?:만)?(?:요|입니다)?|(?:조건|전제)(?:으로|하에|입니다|이에요)(?:요)?"
    r"|(?:때|경우)에?만\s*(?:진행|실행|처리|수행|작업|그렇게)?\s*(?:해|하시|하세|부탁|바랍)[가-힣\s]{0,8})[\s.!~)ㅠㅜ]*$"
)
_COURTESY = folded(
    r"가능|괜찮|되시|되신|되도록|시간|여유|바쁘|편하|편할|한가|짬|틈|손\s*비|왕이면|웬만하|가급적|아니면|들면|말하자|주시면|주면|원하|상관|문제|실례|어차피|그러면|그럼|허락|여건|급하|어떻|좋겠|라면"
)
"""되시면요, 괜찮으시면요: as much as a please; 문제 없으면요: nobody knows."""
_ELSEWHERE = frozenset({K.NODE, K.LAYER, K.NAME, K.SERVER, K.ENV, K.REST, K.BUT, K.NOT_THIS, K.TIME, K.POINT})

_PAPER = tuple(
    fold(word)
    for word in [
        "절차서",
        "계획서",
        "계획",
        "계획안",
        "설명서",
        "안내서",
        "안내문",
        "안내장",
        "공문",
        "공지문",
        "책자",
        "소책자",
        "팸플릿",
        "팜플렛",
        "리플릿",
        "리플렛",
        "전단",
        "전단지",
        "유인물",
        "브로슈어",
        "포스터",
        "현수막",
        "보고서",
        "결과보고서",
        "장애보고서",
        "회의록",
        "회의자료",
        "교재",
        "교육자료",
        "설문지",
        "초안",
        "기안",
        "기안문",
        "품의서",
        "매뉴얼",
        "메뉴얼",
        "가이드북",
        "사용설명서",
        "발표자료",
        "제안서",
        "견적서",
        "신청서",
        "양식",
        "서식",
        "인쇄물",
        "보도자료",
        "기념품",
        "사은품",
        "명찰",
        "수건",
        "마스크",
        "우산",
    ]
)
_NEAR = re.compile(
    "(?:"
    + "|".join(_PAPER)
    + fold(
        r")(?:을|를|은|는|이|가|도|만|좀|부터|까지)?\s*(?:\d+\s*(?:부|장|권)\s*)?(?:(?:다시|빨리|좀|먼저|일단|추가)\s*)?$"
    )
)
_HANDED = frozenset({"DEPLOY_ARTIFACT", "START_SERVICE", "STOP_SERVICE"})
_FOR_USE = fold("용")
_TO_OTHERS = folded(
    r"(?:[가-힣a-z]*팀|담당자?|업체|벤더사?|개발사|운영사|제조사|유지보수사|부서|센터|헬프데스크|당직자?|관리자|운영자|개발자|엔지니어|협력사|외주사|[가-힣]{1,4}(?:님|대리|과장|차장|부장|주임|사원|팀장|실장|주무관|사무관))\s*(?:쪽|측)?\s*(?:에게|에다가?|에|한테|께|더러|보고)\s(?P<said>(?:[^.!?\n]|\.(?=\w)){0,40}?)"
    r"(?P<verb>요청|부탁|말씀|말|얘기|이야기|전달|통보|지시|의뢰)\s*(?:좀\s*|을\s*|도\s*)?(?:(?:해|하셔|하시|전해|드려|넣어)\s*(?:주세요|주십시오|주시기|주실|주시|줘|달라|두세요|놓으세요|바랍)|부탁|바랍|바람|요망)"
)
_OBJECT = folded(r"\s*(?:건|작업|요청)?\s*(?:을|를|은|는|도|좀|하도록|하라고|해달라고)?\s*")
_DONE_WITH = folded(
    r"\s*(?:처리|작업|조치|진행|수행)?\s*(?:모두\s*|다\s*)?끝(?:임|이요|이에요|입니다|났|남|냈|냄)?(?=[\s.,!~]|$)"
)
_IS_NOT = folded(
    r"\s*(?:작업|요청|건)?\s*(?:은|는|이|가)\s*(?:절대\s*)?(?:아닙니다|아니에요|아니예요|아니고요|아니구요|아님)(?=[\s.!~]|$)"
)
_WHAT_NOW = folded(
    r"(?:이거|이건|저희|우리|그럼|이럴\s*땐|이제)?\s*(?:어떻게|어떡|어쩌)\s*(?:할까요|하죠|하지요|하나요|해야\s*(?:하나요|할까요|되나요|하죠|돼요)|할지요|하면\s*(?:될까요|되나요|좋을까요|돼요))[\s?!.]*$"
)


def vetoed(normal: Normal, parts: list[Part], *, attached: bool) -> None:
    """Take back the changes of `parts` that are no commands; `attached`: files come with the message."""
    asked = [(part, deed) for part in parts for deed in asked_changes(part)]
    if not asked:
        return
    if _drilled(normal, parts):
        _drop(deed for _, deed in asked)
        return
    for part, deed in asked:
        if _IS_NOT.match(normal.plain, part.named_until(deed)):
            deed.mood = Mood.NEGATION
            after = next((one for one in parts[parts.index(part) + 1 :]), None)
            if after is not None and not after.items:
                after.sentence = replace(after.sentence, corrects=False)  # … 재기동은 아닙니다: takes nothing else back
        elif (not attached and _on_paper(normal, part, deed)) or _done(normal, part, deed):
            deed.mood = Mood.STATEMENT
    for part in parts:
        found = _TO_OTHERS.search(normal.plain, part.sentence.start, part.sentence.end)
        if found is not None:
            verb = found.start("verb")
            for deed in part.said.deeds:
                at = part.items[deed.at]
                object_of = _OBJECT.fullmatch(
                    normal.plain, part.named_until(deed), verb if at.start >= found.start("said") else found.start()
                )
                if at.start < verb and object_of is not None:
                    _drop([deed])
    asked = [(part, deed) for part, deed in asked if deed.wanted]
    if (
        asked
        and _WHAT_NOW.match(normal.plain, parts[-1].sentence.start, parts[-1].sentence.end)
        and parts[-1] is not asked[0][0]
    ):
        _drop(deed for _, deed in asked)
    elif asked and _conditioned(normal, parts, asked[-1][0]):
        _drop((deed for _, deed in asked), Mood.CONDITION)
    elif asked and any(_A_DRILL.search(normal.plain, part.sentence.start, part.sentence.end) for part in parts):
        _doubt(parts, DRILL)
    elif asked and _UNAPPROVED.search(normal.plain, parts[-1].sentence.start, parts[-1].sentence.end):
        _doubt(parts, UNAPPROVED)


def _doubt(parts: list[Part], why: str) -> None:
    for part in parts:
        part.broken = part.broken or why


def _drop(deeds: Iterable[Deed], mood: Mood = Mood.STATEMENT) -> None:
    for deed in deeds:
        if deed.changes and deed.wanted:
            deed.mood = mood


def _drilled(normal: Normal, parts: list[Part]) -> bool:
    names = [item for part in parts for item in part.items if item.kind in (K.NAME, K.SERVER)]
    for pattern in _DRILL:
        found = pattern.search(normal.plain)
        if found is not None and not any(one.start < found.end() and one.end > found.start() for one in names):
            return True
    return False


def _on_paper(normal: Normal, part: Part, deed: Deed) -> bool:
    """절차서 배포해주세요, 배포용 책자: papers are handed round, put up and taken down, not servers."""
    if deed.code not in _HANDED or any(item.kind in (K.FILE, K.VERSION) for item in part.items):
        return False
    item = part.items[deed.at]
    if deed.code == "DEPLOY_ARTIFACT" and normal.plain.startswith(_FOR_USE, item.end):
        return True
    found = _NEAR.search(normal.plain, part.sentence.start, item.start)
    if found is not None and not any(
        one.kind in (K.NAME, K.SERVER) and one.end > found.start() for one in part.items[: deed.at]
    ):
        return True
    placed = any(one.kind in (K.LAYER, K.NODE, K.SERVER) for one in part.items[: deed.at])
    for one in reversed(part.items[: deed.at]):
        word = normal.plain[one.start : one.end].replace(" ", "")
        if (
            one.kind in (K.NAME, K.SERVER, K.FILE)
            or not word.endswith(_PAPER)
            or (word not in _PAPER and one.kind is not K.UNKNOWN)
        ):
            continue
        if not placed:
            return True
    return False


def _done(normal: Normal, part: Part, deed: Deed) -> bool:
    """재기동 처리 끝: told, not asked."""
    return deed.mood is Mood.TERSE and _DONE_WITH.match(normal.plain, part.named_until(deed)) is not None


def _conditioned(normal: Normal, parts: list[Part], asking: Part) -> bool:
    """…, 10분 안에 안 살아나면요; … 단, 접속자가 없을 때만: what a message ends with is a condition of all that it asks."""
    at = parts.index(asking)
    last = parts[-1]
    if len(parts) - at > 2 or asking.english or last.sentence.question:
        return False
    if any(deed.wanted and (part is not asking or not deed.changes) for part in parts for deed in part.said.deeds):
        return False
    rest = _behind(asking) if last is asking else last.items
    if not rest or any(item.kind in _ELSEWHERE for item in rest):
        return False
    start = rest[0].start
    found = _CONDITION.search(normal.plain, start, last.sentence.end)
    return found is not None and _COURTESY.search(normal.plain, start, last.sentence.end) is None


def _behind(part: Part) -> list[Item]:
    wanted = [deed for deed in part.said.deeds if deed.wanted]
    return part.items[max(max(deed.at, deed.anchor) for deed in wanted) + 1 :]
