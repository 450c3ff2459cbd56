"""Clause by clause: whether a word that no action stands for (백업, 방화벽, rm) belongs to what is asked for."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal

_TELLING = frozenset({Mood.REPORT, Mood.PLAN, Mood.NEGATION, Mood.QUOTATION})
_COPULAS = frozenset(
    fold(word) for word in ("인데", "인데요", "이라서", "라서", "니까", "이니까", "이네요", "이거든요", "거든요")
)
_TOLD = re.compile(
    fold(
        r"(?:니다|는데요?|은데요?|던데요?|니까요?|더니|길래|라서요?|서요|네요?|지만|다고|다며|답니다|대요|거든요?|[가하되오나]니)$"
    )
)
_ASKED = re.compile(fold(r"(?:바랍니다|부탁드립니다|주십니다)$"))

_SHELL = re.compile(
    r"(?<![\w-])(?:rm\s+-\w|sudo\s+\w|mkfs|dd\s+if=|chmod\s+[\d+]|chown\s+\w|kill\s+-\w|systemctl\s+\w|docker\s+\w|kubectl\s+\w|crontab\s+-)|&&|\|\s*(?:sh|bash)\b|\$\("
)


def shell(normal: Normal, start: int, end: int) -> bool:
    """True when the words between two places are a line for a shell."""
    return bool(_SHELL.search(normal.plain, start, end))


def belongs(normal: Normal, items: list[Item], index: int) -> bool:
    """True when the word at `index` stands in a clause that asks, or that is linked to one that asks. A clause that
    only gives a reason, reports, or says what not to do (재부팅 말고) leaves the rest of the sentence standing."""
    if index + 1 < len(items) and items[index + 1].kind is K.PERSON:
        return False  # 방화벽팀, 백업 담당자
    for at in range(index + 1, len(items)):
        item = items[at]
        word = normal.plain[item.start : item.end].replace(" ", "")
        if item.kind in (K.NOT_THIS, K.COND) or (item.kind is K.STATE and not item.value):
            return False
        if item.kind is K.OUTCOME:
            after = items[at + 1] if at + 1 < len(items) else None
            return after is not None and after.kind is K.LINK  # 백업 완료 후 재기동
        if item.kind is K.PRED:
            return item.value.mood not in _TELLING or word.endswith(fold("기"))
        if item.kind is K.LINK:
            return True
        if item.kind is K.PARTICLE and item.value in _COPULAS:
            return False
        if item.kind is K.UNKNOWN and _tells(word):
            return False
    return True


def _tells(word: str) -> bool:
    if _ASKED.search(word):
        return False
    if _TOLD.search(word):
        return True
    past = word[-3:-2] if word.endswith(fold("어요")) else word[-2:-1] if word.endswith(("음", "슴", "다")) else ""
    return bool(past) and is_syllable(past) and split(past)[2] == "ㅆ"
