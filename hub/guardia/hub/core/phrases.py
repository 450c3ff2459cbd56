# ruff: noqa: E501 - patterns read worse when they are broken
"""What can be said to the hub itself, beside requests to servers: a small grammar over whole messages. Pure.

Strict on purpose: a message is one of these only as a whole, so that a command to a server is never swallowed and talk
among people triggers nothing. What needs more than the words (a question that is open, an offer, a preview) says so; the
flow looks, and reads the message as usual where it is not there.
"""

from __future__ import annotations

import re
import unicodedata

import msgspec

MAX_LENGTH = 80
"""Characters of every phrase but a preview, which carries its command with it."""
MAX_PREVIEW = 1_000
FOR_GOOD = 0


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all phrases."""


class Why(Phrase, frozen=True, kw_only=True):
    """Explain the newest reading. `plain`: the words say that a reading is meant; else only right after an answer."""

    plain: bool


class Status(Phrase, frozen=True, kw_only=True):
    """The open requests of the room."""


class Answer(Phrase, frozen=True, kw_only=True):
    """A choice by its number; counts only while exactly one question to this person is open."""

    number: int


class Attach(Phrase, frozen=True, kw_only=True):
    """Attach an ITSM ticket to the person's newest request of the room."""

    ticket: str


class Preview(Phrase, frozen=True, kw_only=True):
    """Show what `rest` would do; empty: what the person's newest request would do."""

    rest: str


class Run(Phrase, frozen=True, kw_only=True):
    """Carry out the person's newest preview, if it is open."""


class Accept(Phrase, frozen=True, kw_only=True):
    """The button of an offer, typed; counts only while one is open."""


class Mute(Phrase, frozen=True, kw_only=True):
    """No advice any more; of one rule where `name` names it; for `minutes`, or for good."""

    name: str = ""
    what: str = "알림"
    """The word that stood for advice: where the CMDB has something of that very name, that is meant."""
    minutes: int = FOR_GOOD


class Unmute(Phrase, frozen=True, kw_only=True):
    name: str = ""
    what: str = "알림"


ACTS = (Answer, Attach, Run, Accept)
"""Phrases that do something to what is there at that moment: done twice, they would do it to something else."""

_S = r"\s*"
_PLEASE = r"(?:_(?:해)?_(?:줘요?|주세요|주십시오|주실래요\??|줄래요?|주시겠어요|주라)|_부탁(?:해|해요|드려요|드립니다|합니다)?|_바랍니다)"
_TELL = r"(?:_좀)?_(?:알려|보여|말해|설명해)_(?:줘요?|주세요|주십시오|주실래요|줄래요?|주시겠어요)"


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("_", _S), re.IGNORECASE)


_ADDRESS = _p(r"^@?(?:guardia(?:-?bot)?|가디아)(?:야|님)?(?:[,:]|\s)_")
_SPACES = re.compile(r"\s+")
_TAIL = re.compile(r"[\s.!~?…ㅋㅎㅠㅜ^]+\Z")
_MARKS = str.maketrans("①②③④⑤⑥⑦⑧⑨", "123456789")
_ORDINALS = {"첫": 1, "두": 2, "세": 3, "네": 4, "다섯": 5}

_PLAIN_WHY = _p(
    r"(?:방금_)?(?:(?:그|이)(?:거|건|걸|것(?:은|을)?)|이_메시지는?)?_(?:왜|어떻게)_(?:(?:그|이)렇게|(?:그|이)런_식으로)?_(?:읽었|이해했|해석했|알아들었|인식했)"
    r"(?:어요?|나요|죠|지요?|니|냐|습니까|는지(?:" + _TELL + r")?)"
    r"|(?:해석|읽은|읽기|판독)_(?:이유|근거|결과)(?:를|가|는)?(?:" + _TELL + r"|_뭐(?:야|예요|죠))?"
    r"|why_did_you_read_it_(?:like_that|so|that_way)|explain_(?:the|your)_reading"
)
_BARE_WHY = _p(
    r"왜(?:요|죠|지|냐)?|왜_(?:안|못)_(?:했|해|됐|돼|되|하)(?:어요?|나요|죠|지요?|니|냐|습니까|요)?|왜_(?:실행|처리)_?(?:을|를)?_안_(?:했|해|됐|돼|하)(?:어요?|나요|죠|지요?|니|냐|습니까|요)?|why"
)
_STATUS = _p(
    r"상태|(?:진행|요청|작업|처리)_(?:상황|상태|현황)(?:은|는|이|을|를)?(?:"
    + _TELL
    + r"|_어때요?|_어떤가요|_어떻게_(?:돼|되나요|됐어요?|됐나요|돼_?가요?))?|status"
)
_ANSWER = _p(
    r"(?P<number>[1-9]|1\d|20)_(?:번(?:째)?)?_(?:거|것|걸)?_(?:이?요|이?에요|예요|입니다|으?로(?:_할게요|_해|_부탁(?:해요|드려요|드립니다)?)?|으?로"
    + _PLEASE
    + r")?"
    r"|(?P<ordinal>첫|두|세|네|다섯)_번째_(?:거|것|걸)?_(?:이?요|으?로(?:_할게요|_해|_부탁(?:해요|드려요|드립니다)?)?|으?로"
    + _PLEASE
    + r")?"
)
_NODE = r"(?!(?:was|web|db|server|node|host|agent|pc|vm)-)"  # WAS-02: a server, no ticket
_TICKET = _NODE + r"(?P<ticket>[A-Za-z][A-Za-z0-9]{1,15}-[0-9]{1,12}(?:-[0-9]{1,12})?)"
_ATTACH = _p(
    r"(?:(?:(?:이|그|방금|지금)_(?:건|거|것|요청|작업)?|방금_(?:한|올린)_(?:건|거|요청))(?:은|을|를|도)?_[,:]?_)?(?:(?:itsm|티켓|sr)_(?:번호_)?)?"
    + _TICKET
    + r"(?:번|호)?_(?:티켓_?)?(?:에|로|으로|이?랑|과|와|하고)?_(?:다가_)?(?:연결|연동|매핑)_(?:좀_?)?(?:"
    + _PLEASE
    + r"|요|합니다|해|하자)?"
    r"|(?:link|attach)_(?:(?:it|this)_)?(?:to_)?(?P<english>[A-Za-z][A-Za-z0-9]{1,15}-[0-9]{1,12}(?:-[0-9]{1,12})?)"
)
_RUN = _p(
    r"(?:(?:이|그)_?(?:계획_?)?대로|(?:이|그|위)_계획(?:을|대로)?|미리_?보기(?:를|한_거|한_것|대로)?)_(?:이제_|실제로_|진짜로?_)*실행(?:"
    + _PLEASE
    + r"|_해|하자|요|_ㄱㄱ)?"
    r"|(?:이제_)?(?:실제로|진짜로?)_실행(?:" + _PLEASE + r"|_해|하자|요)?|run_it_(?:now|for_real)"
)
_ACCEPT = _p(r"즉시_확인(?:" + _PLEASE + r"|_해|요)?|check_now")
_WHAT = r"(?:(?P<name>[0-9A-Za-z가-힣]{1,20})_)?(?P<what>조언_알림|제안_알림|조언|제안|알림|추천)(?:을|은|는|도)?_(?:좀_)?(?:이제_)?"
_OFF = (
    r"(?:그만(?:_(?:해|보내|하|받을게|줘|주세요)(?:_(?:줘요?|주세요|라|세요|십시오))?)?|꺼(?:_?(?:줘요?|주세요|주십시오|둬|놔|라))?|끄(?:자|기|세요|십시오|면_좋겠어요)|중지(?:"
    + _PLEASE
    + r")?|멈춰(?:_(?:줘요?|주세요))?|(?:하|보내|띄우)지_(?:마(?:요|세요|십시오|라)?|말아(?:_(?:줘요?|주세요))?|말아요)|필요_?없(?:어요?|습니다)|안_(?:해도|보내도)_(?:돼요?|됩니다))"
)
_FOR = r"(?:(?:(?P<count>\d{1,3}|한|두|세)_(?P<unit>분|시간|일)|(?P<today>오늘)|(?P<while>당분간|잠깐|잠시))_(?:동안|만)?(?:은|만)?_)"
_MUTE_FIRST = _p(_FOR + _WHAT + _OFF)
_MUTE = _p(_WHAT + _FOR + "?" + _OFF)
_UNMUTE = _p(
    _WHAT
    + r"(?:다시_)?(?:켜(?:_?(?:줘요?|주세요|주십시오|둬|라))?|켜자|재개(?:"
    + _PLEASE
    + r")?|받을게요?|다시_(?:해|보내)(?:_(?:줘요?|주세요)))"
)
_COUNTS = {"한": 1, "두": 2, "세": 3, "an": 1, "a": 1, "one": 1, "two": 2, "three": 3}
_UNITS = {"분": 1, "시간": 60, "일": 1440, "minute": 1, "min": 1, "hour": 60, "day": 1440}
_NAME_EN = r"(?:(?P<name>[0-9A-Za-z]{1,20})\s+)?(?P<what>suggestions?|advice|hints?)"
_FOR_EN = (
    r"(?:\s+for\s+(?:(?P<count>\d{1,3}|an?|one|two|three)\s+(?P<unit>minute|min|hour|day)s?|(?P<while>now|a\s+while))"
    r"|\s+for\s+(?P<today>today))?"
)
_PLEASE_EN = r"(?:\s*,?\s+please)?"
_MUTE_EN = re.compile(
    rf"(?:please\s+)?(?:(?:turn|switch)\s+off|mute|stop|no\s+more)\s+(?:the\s+)?{_NAME_EN}{_FOR_EN}{_PLEASE_EN}",
    re.IGNORECASE,
)
_UNMUTE_EN = re.compile(
    rf"(?:please\s+)?(?:(?:turn|switch)\s+on|unmute|resume)\s+(?:the\s+)?{_NAME_EN}(?:\s+again)?{_PLEASE_EN}",
    re.IGNORECASE,
)

_NOT_RUN = r"(?:(?:실행|진행|적용|수행)(?:은|는)?_(?:하지_?는?_?(?:말고|마시고|않고)|말고|안_?하고)_,?_)"
_ONLY = r"(?:(?:(?:실행|작업|변경)_)?(?:계획|플랜)_?만|미리_?보기(?:만|로만?)?|프리뷰(?:만|로만?)?|드라이_?런(?:만|으로만?)?|dry_?-?_?run(?:_only)?|preview(?:_only)?|plan_only)"
_SHOW = (
    r"(?:_좀|_먼저|_우선)*(?:_(?:보여|알려|확인|세워|짜|뽑아|출력|봐|말해|확인해|출력해|생성해)(?:_?(?:해)?_?(?:줘요?|주세요|주십시오|줄래요?|주실래요|주시겠어요|봐|보자|봐요|줄_수_있(?:어요?|나요|을까요)|주실_수_있(?:나요|을까요|어요)))?"
    r"|_부탁(?:해|해요|드려요|드립니다|합니다)?|_볼(?:게|게요|래|래요)|_보고_싶(?:어요?|습니다)|_보자|_요|_please)?"
)
_PREVIEW_END = _p(r"[\s.,!;:(\[]*" + _NOT_RUN + "?" + _ONLY + _SHOW + r"[\s)\].!~?]*\Z")
_PREVIEW_BEGIN = _p(r"\A" + _NOT_RUN + "?" + _ONLY + _SHOW + r"_[\].:,!\n)]+_(?=\S)")
_JOINT = _p(
    r"(?:_(?:하는|할|하려는|하기_위한|에_대한|하되|하는데|할_?건데|하려는데|하려고_하는데|하려고|하기_전에|인데|의|용|건)|[\s,.;:!~·-])+\Z"
)


def recognise(text: str) -> Phrase | None:
    """The phrase that the whole of `text` is, or None: then it is read as any message is."""
    if len(text) > MAX_PREVIEW:
        return None
    said = _SPACES.sub(lambda run: "\n" if "\n" in run.group() else " ", unicodedata.normalize("NFC", text)).strip()
    said = _ADDRESS.sub("", said, count=1).strip()
    preview = _preview(said)
    if preview is not None:
        return preview
    if len(said) > MAX_LENGTH or "\n" in said:
        return None
    bare = _TAIL.sub("", said).translate(_MARKS)
    for pattern, make in _TABLE:
        found = pattern.fullmatch(bare)
        if found is not None:
            return make(found)
    return None


def _preview(said: str) -> Preview | None:
    found = _PREVIEW_END.search(said)
    if found is not None:
        rest = said[: found.start()]
        # A word that goes on into the phrase is no end of a command: 기획만, 무계획만.
        if rest and found.group()[:1].strip(" .,!;:([\n\t") and re.search(r"[0-9A-Za-z가-힣]\Z", rest):
            return None
        return Preview(rest=_JOINT.sub("", rest).strip())
    found = _PREVIEW_BEGIN.search(said)
    return Preview(rest=said[found.end() :].strip()) if found is not None else None


def _answer(found: re.Match[str]) -> Answer:
    return Answer(number=int(found["number"]) if found["number"] else _ORDINALS[found["ordinal"]])


def _mute(found: re.Match[str]) -> Mute:
    minutes = FOR_GOOD
    if found["count"]:
        count, unit = found["count"].lower(), found["unit"].lower()
        minutes = (_COUNTS.get(count) or int(count)) * _UNITS[unit]
    elif found["today"]:
        minutes = 720
    elif found["while"]:
        minutes = 60
    return Mute(name=found["name"] or "", what=found["what"], minutes=minutes)


_TABLE = (
    (_PLAIN_WHY, lambda _found: Why(plain=True)),
    (_BARE_WHY, lambda _found: Why(plain=False)),
    (_STATUS, lambda _found: Status()),
    (_ANSWER, _answer),
    (_ATTACH, lambda found: Attach(ticket=(found["ticket"] or found["english"]).upper())),
    (_RUN, lambda _found: Run()),
    (_ACCEPT, lambda _found: Accept()),
    (_MUTE_FIRST, _mute),
    (_MUTE, _mute),
    (_MUTE_EN, _mute),
    (_UNMUTE_EN, lambda found: Unmute(name=found["name"] or "", what=found["what"])),
    (_UNMUTE, lambda found: Unmute(name=found["name"] or "", what=found["what"])),
)
