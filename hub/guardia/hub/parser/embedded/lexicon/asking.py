"""Words that ask in full: 해주세요, 부탁드립니다; beside what is told, a bare "인뱅 WAS 재기동" may be told, too."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import folded

ASKED = folded(r"주세요|주십시오|주실|부탁|바랍|바라|바람|요망|줘|까요|나요|주시|하세요|해라|하자|요청|ㄱㄱ")
ASKED_ENGLISH = re.compile(r"\b(?:please|pls|plz|could you|can you|would you|kindly|need you to)\b")


def in_full(text: str) -> bool:
    """True where folded `text` asks in full words, of whichever language."""
    return bool(ASKED.search(text) or ASKED_ENGLISH.search(text))
