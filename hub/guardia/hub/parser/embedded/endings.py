# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Korean verbs and their endings: where one begins in the text, what it does, and in what mood it is said.

The ending decides whether a sentence commands, so it is read whole: stem, auxiliaries (주다, 보다…), honorific, ending.
All patterns run on folded text (`hangul.fold`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from guardia.hub.parser.embedded.hangul import fold, is_open, join, split, with_final


class Mood(StrEnum):
    COMMAND = "command"
    TERSE = "terse"
    CAN = "asks whether it can be done"
    AND = "linked"
    TOGGLE = "down and up again"
    FACT = "question of fact"
    PERMISSION = "permission"
    NEGATION = "negation"
    CONDITION = "condition"
    REPORT = "report"
    PLAN = "plan"
    QUOTATION = "quotation"
    WISH = "wish"
    NEED = "need"
    STATEMENT = "statement"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Pred:
    """A predicate. `role` is what its verb does: `do`, `become`, `show`, `look`, `search`, `stop`, `start`,
    `rollback`, `push`, `erase`, `kill`, `open`, `ask` (부탁, 요청)."""

    role: str
    mood: Mood


@dataclass(frozen=True, slots=True)
class _Form:
    text: str
    role: str
    form: str  # base inf past fut adn nom formal
    honorific: bool


def _conjugate(base: str, inf: str, role: str) -> list[_Form]:
    forms: list[_Form] = []

    def add(text: str, form: str, honorific: bool = False) -> None:
        forms.append(_Form(fold(text), role, form, honorific))

    add(base, "base")
    add(inf, "inf")
    if is_open(inf):
        add(with_final(inf, "ㅆ"), "past")
    open_base = is_open(base)
    liquid = split(base[-1])[2] == "ㄹ"
    short = base[:-1] + (_drop(base[-1]) if liquid else base[-1])
    if open_base or liquid:
        add(with_final(short, "ㄹ"), "fut") if not liquid else add(base, "fut")
        for final, form in (("ㄴ", "adn"), ("ㅁ", "nom"), ("ㅂ", "formal")):
            add(with_final(short, final), form)
        hon = short
        if liquid:
            add(short, "base")
    else:
        for tail, form in (("을", "fut"), ("은", "adn"), ("음", "nom"), ("습", "formal")):
            add(base + tail, form)
        hon = base + "으"
    add(hon + "시", "base", True)
    add(hon + "셔", "inf", True)
    add(hon + "셨", "past", True)
    add(hon + "실", "fut", True)
    add(hon + "신", "adn", True)
    add(hon + "심", "nom", True)
    add(hon + "십", "formal", True)
    return forms


def _drop(syllable: str) -> str:
    initial, vowel, _ = split(syllable)
    return join(initial, vowel)


# base, the form before 줘, role
_VERBS = (
    ("하", "해", "do"), ("시키", "시켜", "do"), ("때리", "때려", "do"), ("걸", "걸어", "do"), ("되", "돼", "become"),
    ("보이", "보여", "show"), ("재보", "재봐", "look"), ("재", "재", "look"), ("떼", "떼어", "show"), ("띄워보", "띄워봐", "show"), ("싣", "실어", "push"), ("태우", "태워", "push"), ("찔러보", "찔러봐", "look"), ("까보", "까봐", "look"), ("들춰보", "들춰봐", "look"), ("짚어보", "짚어봐", "look"), ("부르", "불러", "show"), ("추리", "추려", "show"), ("자르", "잘라", "show"), ("오리", "오려", "show"), ("거르", "걸러", "show"), ("고르", "골라", "show"), ("뱉", "뱉어", "show"), ("꺼내", "꺼내", "show"), ("모으", "모아", "show"), ("적", "적어", "show"), ("보", "봐", "look"), ("알리", "알려", "show"), ("뽑", "뽑아", "show"), ("까", "까", "show"),
    ("뜨", "떠", "show"), ("뿌리", "뿌려", "show"), ("쏘", "쏴", "show"), ("떨구", "떨궈", "show"), ("따", "따", "show"), ("퍼오", "퍼와", "show"), ("넘기", "넘겨", "show"), ("건네", "건네", "show"), ("받", "받아", "show"), ("찍", "찍어", "show"), ("살피", "살펴", "show"), ("훑", "훑어", "show"),
    ("긁", "긁어", "show"), ("뒤지", "뒤져", "search"), ("찾", "찾아", "search"), ("주", "줘", "give"), ("던지", "던져", "show"),
    ("가져오", "가져와", "show"), ("보내", "보내", "show"), ("읽", "읽어", "show"), ("들여다보", "들여다봐", "show"),
    ("돌아보", "돌아봐", "show"), ("말하", "말해", "show"),
    ("내리", "내려", "stop"), ("끄", "꺼", "stop"), ("멈추", "멈춰", "stop"), ("세우", "세워", "stop"),
    ("올리", "올려", "raise"), ("띄우", "띄워", "start"), ("켜", "켜", "start"), ("키", "켜", "start"), ("살리", "살려", "start"), ("되살리", "되살려", "start"),
    ("되돌리", "되돌려", "rollback"), ("돌려놓", "돌려놔", "back"), ("돌리", "돌려", "back"), ("복구하", "복구해", "restore"),
    ("밀어넣", "밀어넣어", "push"), ("집어넣", "집어넣어", "push"), ("갈아끼우", "갈아끼워", "push"), ("덮어쓰", "덮어써", "push"), ("밀", "밀어", "push"), ("깔", "깔아", "push"), ("넣", "넣어", "push"), ("얹", "얹어", "push"),
    ("지우", "지워", "erase"), ("비우", "비워", "erase"), ("치우", "치워", "erase"), ("날리", "날려", "erase"), ("없애", "없애", "erase"),
    ("죽이", "죽여", "kill"), ("끊", "끊어", "kill"), ("자르", "잘라", "kill"), ("짜르", "짤라", "kill"), ("쳐내", "쳐내", "kill"), ("쫓아내", "쫓아내", "kill"),
    ("튕기", "튕겨", "bounce"), ("튕구", "튕궈", "bounce"),
    ("두", "둬", "leave"),
    ("놔두", "놔둬", "leave"),
    ("냅두", "냅둬", "leave"),
    ("남기", "남겨", "leave"),
    ("남겨두", "남겨둬", "leave"),
    ("놓아두", "놓아둬", "leave"),
    ("살려두", "살려둬", "leave"),
    ("건드리", "건드려", "touch"),
    ("건들", "건들어", "touch"),
    ("손대", "손대", "touch"),
    ("만지", "만져", "touch"),
    ("갈아엎", "갈아엎어", "other"), ("열", "열어", "open"), ("막", "막아", "other"), ("풀", "풀어", "other"), ("늘리", "늘려", "other"),
    ("줄이", "줄여", "other"), ("바꾸", "바꿔", "other"), ("고치", "고쳐", "other"), ("만들", "만들어", "other"), ("쓰", "써", "use"),
    ("옮기", "옮겨", "other"), ("나가", "나가", "other"), ("붙이", "붙여", "attach"), ("잡", "잡아", "other"), ("달", "달아", "other"),
)  # fmt: skip
_AUX = (
    ("주", "줘"),
    ("보", "봐"),
    ("놓", "놔"),
    ("두", "둬"),
    ("버리", "버려"),
    ("드리", "드려"),
    ("놓", "놓아"),
    ("내", "내"),
)

_STEMS: dict[str, list[_Form]] = defaultdict(list)
for _base, _inf, _role in _VERBS:
    for _one in _conjugate(_base, _inf, _role):
        _STEMS[_one.text[0]].append(_one)
_STEMS[fold("하")] += [_Form(fold("하여"), "do", "inf", False), _Form(fold("하였"), "do", "past", False)]
_STEMS[fold("되")[0]] += [_Form(fold("되어"), "become", "inf", False), _Form(fold("되었"), "become", "past", False)]
for _list in _STEMS.values():
    _list.sort(key=lambda one: -len(one.text))
_AUX_FORMS = [(one, base) for base, inf in _AUX for one in _conjugate(base, inf, "aux")]
# Slips that hands make in the two words that every request ends with.
for _slip, _form in (
    ("쥬", "base"),
    ("죠", "inf"),
    ("즈", "base"),
    ("줴", "inf"),
    ("조", "inf"),
    ("조요", "inf"),
    ("줭", "inf"),
    ("죵", "inf"),
    ("쥬시", "base"),
    ("쥬실", "fut"),
    ("줬", "past"),
):
    _AUX_FORMS.append((_Form(fold(_slip), "aux", _form, _slip in ("쥬시", "쥬실")), "주"))
_AUX_FORMS.append((_Form(fold("바"), "aux", "inf", False), "보"))  # 봐바, 뽑아바
_AUX_FORMS.sort(key=lambda pair: -len(pair[0].text))

_M = Mood
_S = r"\s*"
_EOW = r"(?![가-힣]|(?!ㄱㄱ|ㄴㄴ|ㄱㄷ|ㅂㅌ)[ㄱ-ㅣ])"
# What chat and dialect hang on to an ending that asks: 해주세요옹, 해주쇼잉, 해주라예.
_HUNG = r"(?:오+|옹|용|잉|이잉|예|욥|욧)?"
# Endings that ask as they are spoken in Gyeongsang (이소), Chungcheong (슈), Jeolla (쇼잉) and chat (세욤, 삼).
_POLITE_TAILS = r"3(?!\d)|세3(?!\d)|세요|새여|십시오|십시요|시오|시요|셔요|셔여|셔유|세용|세욤|세염|세욥|세유|세효|쇼|슈|십쇼|십셔|삼|셈|삼요|셈요|소|이소|이소서|새오"


_REST = r"[가-힣]*(?:(?<!니다)(?<!세요)\s(?:것|거|건|게|수(?!고)|줄|같|있|없|될|되|돼|됩|안|할|하|해|말|싶|듯|모르|괜찮|좋|드릴|감사)[가-힣]*){0,3}"
"""The rest of an ending, with the small words that may still belong to it; never a word of the next clause."""


def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(fold(pattern.replace("_", _S).replace("~", _REST)))


def _compile(*pairs: tuple[str, Mood]) -> list[tuple[re.Pattern[str], Mood]]:
    return [(_pattern(pattern), mood) for pattern, mood in pairs]


# Each list is tried in order; what matches first is the ending. `give` lists apply when 주다 stands in the chain:
# "해주실 수 있나요?" asks for the thing itself, "할 수 있나요?" may ask for a fact.
_TABLES: dict[str, list[tuple[re.Pattern[str], Mood]]] = {
    "inf": _compile(
        (r"도_(?:되|돼|될|됩|됨|된|괜찮|좋|무방|상관|문제|이상)~", _M.PERMISSION),
        (r"도(?:요|야)?" + _EOW, _M.STATEMENT),
        (r"야_?(?:지|겠|만|죠|하|되|돼|될|됩|할|함|됨|해|한)~", _M.NEED),
        (r"서?[는ㄴ]?_안~|선_안~", _M.NEGATION),
        (r"서[가-힣]?", _M.AND),
        (
            r"(?:요)?_?(?:(?:라고|라는|라며|라네|라니|라던|랍)[가-힣]*|래(?:요|여|용|서|는데요?|니까)?(?![가-힣]))",
            _M.QUOTATION,
        ),
        (r"라" + _EOW, _M.COMMAND),
        (r"봐?" + _EOW, _M.COMMAND),
        (r"(?:요|여|용|염|욤|유|영|잉)" + _EOW, _M.STATEMENT),
    ),
    "inf give": _compile(
        (r"도_(?:되|돼|될|됩|됨|괜찮|좋|무방|상관)~", _M.PERMISSION),
        (r"야~", _M.NEED),
        (r"서~", _M.REPORT),
        (
            r"(?:요)?_?(?:(?:라고|라는|라며|라네|라니|라던|랍)[가-힣]*|래(?:요|여|용|서|는데요?|니까)?(?![가-힣]))",
            _M.QUOTATION,
        ),
        (r"(?:라|봐|보)?(?:요|여|용|염|욤|유|영|잉|잇|얌|옹|예|욥|욧|어|오)*" + _EOW, _M.COMMAND),
    ),
    "past": _compile(
        (r"으면_(?:좋|싶)[가-힣]*|으면_(?:한다|합니다|해요|하는)[가-힣]*", _M.WISH),
        (r"(?:으면|다면|더라면|더니|을_?(?:때|경우))[가-힣]*", _M.CONDITION),
        (r"(?:다고|다는|대요?" + _EOW + r"|다며|단다|답니다|냐고|냐는)[가-힣]*", _M.QUOTATION),
        (r"다가?_?(?:다시)?_?(?=[가-힣])", _M.TOGGLE),
        (r"다가?" + _EOW, _M.TOGGLE),
        (r"(?:나요?|니|냐|는지|을까|습니까|는가|던가)[가-힣]*", _M.FACT),
        (r"[가-힣]*", _M.REPORT),
    ),
    "past give": _compile(
        (r"으면_(?:좋|싶|한다|합니다|해요|하는|함|하네|감사)[가-힣]*", _M.COMMAND),
        (r"(?:으면|다면)[가-힣]*", _M.CONDITION),
        (r"(?:나요?|니|냐|는지|을까|습니까)[가-힣]*", _M.FACT),
        (r"[가-힣]*", _M.REPORT),
    ),
    "fut": _compile(
        (r"_?수(?:가|는|도)?_있(?:습니다|다|어서|는_(?:사람|분)|으니|지만|는데|음)[가-힣]*", _M.STATEMENT),
        (r"_?수(?:가|는|도|만)?_있~", _M.CAN),
        (r"_?수(?:가|는|도)?_없~", _M.NEGATION),
        (r"_?(?:필요)[가-힣]*(?:_없[가-힣]*)?", _M.NEGATION),
        (r"_?(?:것_?같|거_?같)[가-힣]*", _M.STATEMENT),
        (r"_?(?:때|경우|시에?)[가-힣]*", _M.CONDITION),
        (r"까[가-힣]*", _M.PERMISSION),
        (r"_?분" + _EOW, _M.STATEMENT),
        (r"_?(?:게|깨|께|래|것|거|건|겁|계획|예정|생각|테|텐|참|려)[가-힣]*(?:_?(?:입니다|이에요|예요|임))?", _M.PLAN),
        (r"_?(?:지|만|법|정도|뿐)[가-힣]*", _M.STATEMENT),
    ),
    "fut give": _compile(
        (r"_?수(?:가|는|도)?_있(?:습니다|다|어서|는_(?:사람|분))[가-힣]*", _M.STATEMENT),
        (
            r"_?수(?:가|는|도|좀)?_(?:있|잇|없)(?:으|나|을|는지|냐|어|니|습니까|으신|겠|을지|으실|을까|는가|죠|지)[가-힣]*",
            _M.COMMAND,
        ),
        (r"_?수(?:가|는|도)?_있" + _EOW, _M.COMMAND),
        (r"_?(?:래|랑가|텨|랍니까|랍니꺼|랑교|란교|란가)[가-힣]*", _M.COMMAND),
        (r"_?분(?:_?(?:계신가요|계실까요|있나요|있을까요|있으신가요))?" + _EOW, _M.CAN),
        (r"_?(?:분|사람)[가-힣]*", _M.STATEMENT),
        (r"_?(?:때|경우)[가-힣]*", _M.CONDITION),
        (r"까[가-힣]*", _M.PERMISSION),
        (r"_?(?:필요)[가-힣]*(?:_없[가-힣]*)?", _M.NEGATION),
        (r"_?(?:게|깨|께|것|거|건|겁|계획|예정|생각|테|텐|수)[가-힣]*", _M.PLAN),
        (r"지[가-힣]*", _M.STATEMENT),
    ),
    "adn": _compile(
        (r"_?(?:이후|다음|뒤|후)(?:로|부터)(?![가-힣]{0,2}그)[가-힣]*", _M.REPORT),
        (r"_?(?:다음|뒤|후|이후|담|직후)(?:에|엔)?" + _EOW, _M.AND),
        (r"(?:다면|다_?치)[가-힣]*", _M.CONDITION),
        (r"(?:다고|다는|대요?|단다|답니다|다네|다며|다던)" + r"[가-힣]*", _M.QUOTATION),
        (r"(?:다|지|답)[가-힣]*", _M.STATEMENT),
        (r"_?(?:거|것|건|걸|게|적|상태|줄|채|때|탓|덕)[가-힣]*", _M.REPORT),
        (_EOW, _M.REPORT),
    ),
    "nom": _compile(
        (r"_?(?:\s*부탁|\s*요망|\s*바람)", _M.COMMAND),
        (r"(?:으로|에|이|은|을)?" + _EOW, _M.REPORT),
    ),
    "nom give": _compile(
        (r"(?:_좀)?_안_?(?:될까|되까|되나|되겠|됩니까|될런지|될지|돼)~", _M.COMMAND),  # 해주심 안 될까요
        (r"_(?:감사|고맙|좋겠|땡큐)~", _M.COMMAND),
        (r"(?:으로|에|이|은|을)?" + _EOW, _M.REPORT),
    ),
    "formal give": _compile(
        (r"니[까꺼][가-힣]*", _M.FACT),
        (r"(?:쇼|서)" + _HUNG + _EOW, _M.COMMAND),  # 해줍쇼, 해줍서
        (r"(?:시다|니다|니당|니더)[가-힣]*", _M.STATEMENT),
    ),
    "formal": _compile(
        (r"니까[가-힣]*", _M.FACT),
        (r"시다[가-힣]*", _M.NEED),
        (r"(?:니다|니당|니더)[가-힣]*", _M.STATEMENT),
        (r"쇼" + _HUNG + _EOW, _M.COMMAND),  # 합쇼
    ),
    "base": _compile(
        (
            r"지(?:는|도|를|만|좀|들|ㄹ)?_(?:마|말|맙|않|못|안)[가-힣]*(?:_?(?:주세요|주십시오|주시|줘|줄래)~)?",
            _M.NEGATION,
        ),
        (r"으?면_?(?:안|큰일|절대|곤란|클)~", _M.NEGATION),
        (r"으?면_(?:어떨|어때|어떤|괜찮|되|돼|될|됩|좋)~", _M.PERMISSION),
        (r"(?:으?면|거든|으?려면|자마자|으?ㄹ수록|다_?보면|더라도)" + r"(?!서)[가-힣]*", _M.CONDITION),
        (r"고_?(?:나면)[가-힣]*", _M.CONDITION),
        (r"[고구]_?(?:나서|난_?(?:뒤|다음|후)(?:에)?|서)" + _EOW, _M.AND),
        (r"고_?(?:있)~", _M.REPORT),
        (r"고_?(?:싶|픈)[가-힣]*", _M.CAN),
        (r"고_?(?:말고)", _M.STATEMENT),
        (r"[고구](?:요|여)?" + _EOW, _M.AND),
        (r"(?:으?며|으?면서)" + _EOW, _M.AND),
        (r"[고구](?=_?[가-힣])", _M.AND),
        (r"자(?:고|는|며)[가-힣]*", _M.QUOTATION),
        (r"자" + _EOW, _M.NEED),
        (r"(?:기|기를|길|시기|시기를|시길|으시기|으시길)_?(?:바[라람랍래]|부탁|요망|요청|희망)[가-힣]*", _M.COMMAND),
        (r"기_?전[가-힣]*", _M.STATEMENT),
        (r"기[가-힣]*(?:_?(?:했|로|하|할)[가-힣]*)?", _M.PLAN),
        (r"도록_?(?:하겠|할|한|했|합니다|하려)[가-힣]*", _M.PLAN),
        (r"도록_?(?:해_?[주줘]|하_?시|하세요|하십|부탁|요청|바[라람랍]|조치)~", _M.COMMAND),
        (r"도록[가-힣]*", _M.STATEMENT),
        (
            r"게(?:끔)?_?(?:(?:예약|설정|조치|처리|진행)_?)?(?:부탁_?(?:드립니다|드려요|드릴게요|드림|해요|합니다)|해_?(?:줘|주세요|주십시오|주시겠[가-힣]*|주시기_?바[가-힣]*))"
            + _EOW,
            _M.COMMAND,
        ),
        (
            r"(?:으?세요|으?십시오|으?십시요|으?시오|으?시요|셔요|쇼|으?십쇼)_?(?:(?:라고|라는|라며|라네)[가-힣]*|래(?:요|여|용|서|는데요?|니까)?(?![가-힣]))",
            _M.QUOTATION,
        ),
        (
            r"(?:으?(?:" + _POLITE_TAILS + r"|세))" + _HUNG + _EOW,
            _M.COMMAND,
        ),
        (r"(?:으?시죠|으?시지요|죠|지요|지)" + _EOW, _M.NEED),
        (r"겠[가-힣]*", _M.PLAN),
        (r"(?:으?라고|으?라는|으?라며|으?라던|으?래|으?랬|으?랍)[가-힣]*", _M.QUOTATION),
        (r"으?라" + _EOW, _M.COMMAND),
        (r"(?:는지|나요?|니|냐|는가|는감)" + r"(?:요)?" + _EOW, _M.FACT),
        (r"(?:는지|나)" + r"(?=_?(?:좀|쫌|점)요?" + _EOW + ")", _M.FACT),
        (r"냐고[가-힣]*", _M.QUOTATION),
        (
            r"(?:는데|는대|느라|는군|네요?|지만|길래|으?니까|으?니|으?려고|으?려는|으?러|던|거나|다가?|게|는)[가-힣]*",
            _M.STATEMENT,
        ),
    ),
    "base give": _compile(
        (
            r"지(?:는|도|를|만|좀)?_(?:마|말|맙|않|못|안)[가-힣]*(?:_?(?:주세요|주십시오|주시|줘)~)?",
            _M.NEGATION,
        ),
        (r"는_?(?:거|것|게|건)(?:도|은|이)?_?(?:가능|될까|되까|되나|되겠|안_?될까|안_?되나)~", _M.COMMAND),
        (r"면_안_(?:될까|되까|되나|되겠|됩니까|될런지)[가-힣]*", _M.COMMAND),
        (r"면_?(?:안|큰일|절대|곤란)~", _M.NEGATION),
        (r"시?게나?(?=_(?:[.!,]|$))", _M.COMMAND),  # 재기동해 주게: to somebody younger
        (
            r"면_(?:(?:대단히|정말|매우|무척|진심으로|참|너무|더없이|더할_나위_없이)_)?(?:감사|고맙|좋|땡큐|될|되|돼|됩|고마)~",
            _M.COMMAND,
        ),
        (r"(?:면|거든)[가-힣]*", _M.CONDITION),
        (r"고_?(?:있|계)~", _M.REPORT),
        (r"[고구](?:요|여|서)?" + r"(?:_?나서)?" + _EOW, _M.AND),
        (r"시?되" + _EOW, _M.COMMAND),
        (r"(?:기|기를|길|시기|시기를|시길)_?(?:바[라람랍래]|부탁|요망|요청|희망)[가-힣]*", _M.COMMAND),
        (r"(?:기를|길|시기를|시길)요?(?!\s*[가-힣a-z0-9])", _M.COMMAND),  # 반영해주시길
        (
            r"(?:세요|십시오|새여|십시요|시오|시요|셔요)_?(?:(?:라고|라는|라며|라네)[가-힣]*|래(?:요|여|용|서|는데요?|니까)?(?![가-힣]))",
            _M.QUOTATION,
        ),
        (
            r"(?:" + _POLITE_TAILS + r"|시와요|시옵소서|에요|세|이다|게나|구려|서요|새요)" + _HUNG + _EOW,
            _M.COMMAND,
        ),
        (r"겠~", _M.COMMAND),
        (r"십사_?(?:하|합|해|부탁|요청|싶)~|십사" + _EOW, _M.COMMAND),  # 봐주십사 합니다
        (r"(?:시죠|시지요|죠|지요)" + _EOW, _M.COMMAND),
        (r"(?:라고|라는|라며|라던|래|랬|랍)[가-힣]*", _M.QUOTATION),
        (r"라(?:예|이|잉|우)?" + _EOW, _M.COMMAND),
        (r"(?:길래|는데|는대|니까|네요?|지만|려고|나요?|냐|니|는|던|다|도록|게|기)[가-힣]*", _M.STATEMENT),
        (_EOW, _M.COMMAND),
    ),
}
_POLITE = frozenset(fold("요여용염욤유영잉"))
_EXCLAIMED = fold("려네요")
_ASKED_FOR = re.compile(fold(r"\s*달라[가-힣]*|\s*달래[가-힣]*"))
_GIVE = frozenset({"주"})
_OFFER = frozenset({"드리"})


def _ending(plain: str, at: int, form: str, give: bool, offer: bool, honorific: bool) -> tuple[int, Mood] | None:  # noqa: PLR0917
    table = _TABLES.get(f"{form} give") if give else None
    for pattern, mood in table or _TABLES[form]:
        found = pattern.match(plain, at)
        if found is None:
            continue
        if give and mood is Mood.COMMAND and form == "base" and plain[found.start() : found.end()].startswith("겠"):
            # 해주시겠어요 asks; 해주겠습니다 announces.
            mood = Mood.COMMAND if honorific else Mood.PLAN
        if offer and mood in (Mood.COMMAND, Mood.CAN, Mood.AND):
            mood = Mood.PLAN
        return found.end(), mood
    return None


def predicates(plain: str, at: int, limit: int) -> Iterator[tuple[int, Pred]]:
    """Every predicate that begins at `at`: its end and what it is. `plain` is folded text."""
    for stem in _STEMS.get(plain[at], ()):
        if not plain.startswith(stem.text, at):
            continue
        yield from _chain(plain, at, at + len(stem.text), limit, stem.role, stem.form, False, False, stem.honorific, 0)


def _chain(  # noqa: PLR0917
    plain: str,
    start: int,
    at: int,
    limit: int,
    role: str,
    form: str,
    give: bool,
    offer: bool,
    honorific: bool,
    depth: int,
) -> Iterator[tuple[int, Pred]]:
    if form == "inf" and depth < 3:
        after = at
        while after < limit and plain[after] == " ":
            after += 1
        gap = after > at
        for aux, base in _AUX_FORMS:
            if after < limit and plain.startswith(aux.text, after):
                if gap and base in ("내", "버리"):
                    continue
                yield from _chain(
                    plain, start, after + len(aux.text), limit, role, aux.form, give or base in _GIVE,
                    offer or base in _OFFER, honorific or aux.honorific, depth + 1,
                )  # fmt: skip
        quoted = _ASKED_FOR.match(plain, after)
        if quoted:
            yield quoted.end(), Pred(role, Mood.QUOTATION)
    elif form == "base" and role == "give" and depth == 0:
        give = True
    if role == "give" and depth == 0:
        give = True
    found = _ending(plain, at, form, give, offer, honorific)
    if found and found[0] == at and form == "base" and (depth == 0 or honorific):
        return  # 주시: a stem alone
    spoken = plain.endswith(_EXCLAIMED, start, at + 1)  # 해버려네요, not 해내요
    if (
        found
        and depth
        and form == "inf"
        and found[1] is Mood.STATEMENT
        and not offer
        and not spoken
        and plain[at : at + 1] in _POLITE
    ):
        found = (found[0], Mood.COMMAND)  # 봐요, 해봐요
    if found and found[0] <= limit and _plausible(plain, start, role, form, depth, found[1]):
        yield found[0], Pred(role, found[1])


_FIRM = frozenset({Mood.COMMAND, Mood.AND, Mood.NEGATION, Mood.CONDITION, Mood.PERMISSION, Mood.CAN, Mood.TOGGLE})


def _plausible(plain: str, start: int, role: str, form: str, depth: int, mood: Mood) -> bool:  # noqa: PLR0917
    """A stem of one syllable begins many other words (까지, 여기서, 미래): only endings that are clear count."""
    if depth or (role in ("do", "become") and plain[start] not in "거걸건"):
        return True
    if plain[start] == "건":
        return mood is not Mood.REPORT  # 재기동 건 처리 바람
    one = form in ("base", "inf", "fut", "adn", "nom", "formal") and start + 1 < len(plain)
    if role == "give":
        asked = mood in (Mood.COMMAND, Mood.NEGATION) or (mood is Mood.AND and plain[start + 1 : start + 2] == "시")
        return asked and plain[start : start + 1] in _GIVING
    if one and plain[start] in _SHORT:
        if form in ("base", "inf"):
            return mood in _FIRM and not (plain[start] in _LIQUID and mood is not Mood.COMMAND)
        if form in ("fut", "formal"):
            return mood in (Mood.CAN, Mood.PERMISSION, Mood.STATEMENT, Mood.FACT)
        return form == "past" or (form == "adn" and mood is Mood.AND)  # 덤프 뜬 다음에 …
    return True


_GIVING = frozenset(fold("주줘"))
_SHORT = frozenset(
    one.text[0] for forms in _STEMS.values() for one in forms if len(one.text.rstrip("시실신셨셔십심")) == 1
)
_LIQUID = frozenset(fold("미거여까푸다재떼"))
_PHRASES: list[tuple[re.Pattern[str], Pred]] = [
    (_pattern(pattern), Pred(role, mood))
    for pattern, role, mood in (
        (r"(?:부탁|요청)_?(?:을|좀)?_?(?:드린|한|했|드렸|드리|하)(?:다고|다는|다며|다네|단다|대요?|라고|라는|래요?)[가-힣]*", "ask", _M.QUOTATION),
        (r"부탁_?(?:을|좀)?_?(?:드려|해)_?(?:놨|놓|놔|뒀|두|둔)[가-힣]*", "ask", _M.REPORT),
        (r"부탁_?(?:을|좀)?_?(?:드렸|했|하신|드린|받|하셨)~", "ask", _M.REPORT),
        (r"부탁_?(?:을|좀)?_?드리려고_?(?:요|(?:이렇게_?)?(?:글|연락|톡|메시지|말씀|메일|문자)_?(?:남깁니다|남겨요|드립니다|드려요|드렸습니다|보냅니다|씁니다|올립니다|했습니다))", "ask", _M.COMMAND),
        (r"부탁_?(?:을|좀)?_?(?:드리|하|드려)(?:려|던|는데|면|라|지|고_?싶었)~", "asked", _M.STATEMENT),
        (r"(?:부탁|요청)_?(?:을|좀)?_?(?:드릴|할)_?수_?(?:가|는|도|좀)?_?있(?:을까|나|는지|을지|으실|을런지|습니까)[가-힣]*", "ask", _M.COMMAND),
        (r"부탁_?(?:을|좀)?_?(?:드려|해)도_?(?:되|될|돼|됩니|괜찮)[가-힣]*", "ask", _M.COMMAND),
        (r"부탁_?(?:을|좀)?_?(?:드리|드려|드립|드림|드릴|드릴게|합|해|하|한|함)[가-힣]*(?:_(?:될까|되나|될지|됩니까|되겠|되요|돼요|괜찮)[가-힣]*)?", "ask", _M.COMMAND),
        (r"부탁(?:요|여|용|염|욤|유|영|혀|이요|이여|이에요|입니다|입니당|입니더|임|이라예)?" + _EOW, "ask", _M.COMMAND),
        (r"ㅂㅌ[ㄱ-ㅎ]*|(?<![가-힣])플리즈|(?:please|plz|pls|plez)(?![a-z])", "ask", _M.COMMAND),
        (r"요청_?(?:드리|하)(?:려|던|는데|면|라|지)~", "asked", _M.STATEMENT),
        (r"요청_?(?:을|이(?!(?:요|에요|예요)(?![가-힣]))|은|건|사항|서|자|으로|에|하신|했|드렸|하셨|된|됐|받|들어|왔|하려|해도|내용|대로|처리_?(?:완료|됨|했))[가-힣]*", "asked", _M.REPORT),
        (r"요청_?(?:드립|드려|드림|드릴|드리|합니|해요|함|해봅|하겠|할게)[가-힣]*", "ask", _M.COMMAND),
        (r"(?:요청|부탁)_?(?:드리|하)(?:오니|오며)", "ask", _M.COMMAND),
        (r"요청(?:요|여|이요|입니다|이에요|임|이예요)?" + _EOW, "ask", _M.COMMAND),
        (r"(?:바랍|바람니)[가-힣]*|바래요?" + _EOW + r"|바라(?:요|며|겠[가-힣]*)?" + _EOW + r"|바랄[게께][가-힣]*|바람" + _EOW + "|요망[가-힣]*", "ask", _M.COMMAND),
        (r"희망(?:합니다|해요|함)", "ask", _M.COMMAND),
        (r"가능_?(?:할까|하실까|하신가|하신지|하실지|할지|하시겠|할런지|하겠)[가-힣]*|가능_?한가요|가능_?한지요?|가능해요|가능하나요|가능합니까", "ask", _M.CAN),
        (r"(?<=(?:확인|체크|점검|시작|기동|중지|정지|배포|반영|롤백|원복|조회|정리|삭제|종료|수집|검색)\s)요(?=[\s.!~]*$)", "ask", _M.COMMAND),
        (r"(?<=[가-힣a-z])_?(?:좀|점)_?(?:요|용|여|욤)" + _EOW, "ask", _M.COMMAND),
        (r"ㄱㄱ+|고고(?:싱|씽)?" + _EOW + r"|ㄱ(?![가-힣ㄷ])", "ask", _M.COMMAND),
        (r"ㄴㄴ+|노노" + _EOW, "ask", _M.NEGATION),
        (r"ㄱㄷ[ㄱ-ㅎ]*", "ask", _M.NEGATION),  # 기다려
    )
]  # fmt: skip


def phrases(plain: str, at: int) -> Iterator[tuple[int, Pred]]:
    """Set phrases of asking that begin at `at`."""
    for pattern, pred in _PHRASES:
        found = pattern.match(plain, at)
        if found:
            yield found.end(), pred
            return
