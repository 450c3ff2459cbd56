# ruff: noqa: E501 - word lists read worse when they are broken
"""Words of dialect and chat that soften, thank or hurry, and the ways in which known statements are spoken.

Nothing here asks for anything: a spoken form stands for exactly what its written form stands for (죽었심더 for 죽었습니다).
"""

from __future__ import annotations

import guardia.hub.parser.embedded.lexicon.acts
import guardia.hub.parser.embedded.lexicon.places
import guardia.hub.parser.embedded.lexicon.speech  # noqa: F401 - the forms below are derived from these words
from guardia.hub.parser.embedded.hangul import fold
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
    "나요": ("나여", "나용", "나유"),
    "가요": ("가여", "가용", "가유"),
}
_STATED = frozenset({K.STATE, K.OUTCOME, K.ASK})


def _speak() -> None:
    for word, entries in list(WORDS.items()):
        if not any(kind in _STATED for kind, _ in entries):
            continue
        for ending, spoken in _SPOKEN.items():
            written = fold(ending)
            if len(word) > len(written) and word.endswith(written):
                for form in spoken:
                    WORDS.setdefault(word[: -len(written)] + fold(form), list(entries))


_speak()
