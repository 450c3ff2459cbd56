# ruff: noqa: E501 - word lists read worse when they are broken
"""Words of dialect and chat that soften, thank or hurry, and the ways in which known statements are spoken.

Nothing here asks for anything: a spoken form stands for exactly what its written form stands for (죽었심더 for 죽었습니다).
"""

from __future__ import annotations

import guardia.hub.parser.embedded.lexicon.acts
import guardia.hub.parser.embedded.lexicon.places
import guardia.hub.parser.embedded.lexicon.speech  # noqa: F401 - the forms below are derived from these words
from guardia.hub.parser.embedded.hangul import fold, split
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon.table import WORDS, put

put(
    K.FILLER,
    None,
    """쪼매 쪼매만 쪼까 쪼깐 쬐끔 쪼끔 쪼금만 쫌만 쪼매난 걍 기냥 걍좀 언능 싸게싸게 퍼뜩 후딱후딱 거시기 한번만요 함만 감사함다 감사합니당 감사합니더 감사염 감사요 감사여 감사용 감사해용 감사해여 감사해유
    감삼다 감삼 고맙심더 고맙슴다 고맙습니당 고마워용 고마워여 수고하이소 수고하십셔 수고하세여 수고하세용 수고염 수고요 죄송함다 죄송합니당 죄송해여 죄송염 죄송한데여 급함다 급합니더 급해여 급해용 급해유 안녕하세여
    안녕하세용 안녕하십니꺼 안녕하심까 넵넵 네네 넹넹 헐 헉 아놔 아오 에고 어휴 아이고 아이구""",
)

_SPOKEN = {
    "습니다": ("심더", "심니더", "습니더", "슴다", "슴니다", "습니당", "습니데이"),
    "입니다": ("입니더", "임니더", "임다", "임니다", "입니당", "입니데이"),
    "네요": ("네여", "네용", "네유", "네예", "넹"),
    "어요": ("어여", "어용", "어유", "어예"),
    "아요": ("아여", "아용", "아유", "아예"),
    "나요": ("나", "나여", "나용", "나유", "는교", "능교", "나예", "남", "남요"),
    "습니까": ("심꺼", "습니꺼", "심까", "슴까", "슴니까", "십니꺼"),
    "까요": ("까예", "까여", "까용", "까유", "깝쇼"),
    "렸나": ("맀나", "릿나", "렷나"),
    "렸나요": ("맀나", "릿나", "렷나", "맀나요", "릿나요", "렷나요", "맀는교"),
    "렸는지": ("맀는지", "릿는지", "렷는지", "맀능가"),
    "나": ("노", "남"),
    "가요": ("가여", "가용", "가유"),
    "었음": ("었슴", "엇음", "엇슴"),
    "았음": ("았슴", "앗음", "앗슴"),
    "렸음": ("렸슴", "렷음"),
    "졌음": ("졌슴", "졋음"),
    "찼음": ("찼슴", "찻음"),
    "갔음": ("갔슴", "갓음"),
    "있음": ("있슴", "잇음", "잇슴"),
    "없음": ("없슴", "업음", "업슴"),
    "는지": ("는쥐", "능지", "능가", "는가"),
}
_HEARSAY = (
    "대",
    "대요",
    "다는데",
    "다는데요",
    "다며",
    "다면서",
    "다던데",
    "다던데요",
    "다네",
    "다네요",
    "단다",
    "답니다",
    "다더라",
    "다고",
)
"""Behind the past stem of a state: what somebody else says of it, whatever mark ends the sentence (죽었대?)."""
_STATED = frozenset({K.STATE, K.OUTCOME, K.ASK})


def _hear() -> None:
    said = fold("습니다")
    for word, entries in list(WORDS.items()):
        if any(kind is K.STATE for kind, _ in entries) and word.endswith(said) and len(word) > len(said) + 1:
            stem = word[: -len(said)]
            if split(stem[-1])[2] == "ㅆ":
                for tail in _HEARSAY:
                    WORDS.setdefault(stem + fold(tail), [(K.STATE, "")])


def _speak() -> None:
    for word, entries in list(WORDS.items()):
        if not any(kind in _STATED for kind, _ in entries):
            continue
        if word.endswith((fold("는지"), fold("인지"))) and any(kind is K.ASK or value for kind, value in entries):
            WORDS.setdefault(word + fold("요"), list(entries))
            WORDS.setdefault(word + fold("도"), list(entries))  # 접속 되는지도 봐주세요
        if word.endswith(fold("있어")):
            for tail in (
                "있죠",
                "있지",
                "있지요",
                "있니",
                "있냐",
                "있습니까",
                "있을까",
                "있을까요",
                "있는가요",
                "있나",
                "있나요",
                "있는지",
                "있는지요",
            ):
                WORDS.setdefault(word[: -len("있어")] + fold(tail), list(entries))
        if fold("있") in word:  # 락 걸려잇는지
            WORDS.setdefault(word.replace(fold("있"), fold("잇")), list(entries))
        for ending, spoken in _SPOKEN.items():
            written = fold(ending)
            if len(word) > len(written) and word.endswith(written):
                for form in spoken:
                    WORDS.setdefault(word[: -len(written)] + fold(form), list(entries))


def _confirm() -> None:
    """떠 있는 거 맞아요?: a state that is asked for by way of confirming it."""
    for word in (
        "떠있는",
        "살아있는",
        "돌고있는",
        "돌아가고있는",
        "올라와있는",
        "켜져있는",
        "동작중인",
        "구동중인",
        "정상인",
    ):
        for thing in ("거", "게", "것"):
            for tail in (
                "맞아",
                "맞아요",
                "맞나",
                "맞나요",
                "맞죠",
                "맞지",
                "맞지요",
                "맞습니까",
                "맞는지",
                "맞을까요",
            ):
                WORDS.setdefault(fold(word + thing + tail), [(K.STATE, "CHECK_SERVICE")])


def _at_all() -> None:
    """떠 있기는 한 거야?: whether it is up at all."""
    for stem in ("떠있", "살아있", "돌고있", "돌아가", "올라와있", "켜져있", "살", "뜨", "올라오", "켜지"):
        for at_all in ("기는", "긴"):
            for verb in ("한", "하는"):
                for tail in ("거야", "거예요", "거에요", "건가", "건가요", "건지", "건지요", "겁니까", "거죠", "거지"):
                    WORDS.setdefault(fold(stem + at_all + verb + tail), [(K.STATE, "CHECK_SERVICE")])
            for tail in (
                "해",
                "해요",
                "하나",
                "하나요",
                "합니까",
                "하니",
                "하냐",
                "하는지",
                "하는지요",
                "한지",
                "한가",
                "한가요",
                "하죠",
            ):
                WORDS.setdefault(fold(stem + at_all + tail), [(K.STATE, "CHECK_SERVICE")])


_at_all()
_confirm()
_hear()
_speak()
