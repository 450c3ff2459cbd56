# ruff: noqa: E501 - tables of words
"""Sentences with slips of the hand, by a rule each; the meaning stays. Deterministic."""

from __future__ import annotations

import random
import re

_ENDS = (
    ("했", "햇"), ("겠", "겟"), ("됐", "됬"), ("세요", "세여"), ("해주", "헤주"), ("부탁드립니다", "부탁드림니다"), ("니까", "니깐"), ("돼", "되"), ("줘", "죠"), ("주세", "쥬세"),
    ("습니다", "슴니다"), ("네요", "내요"), ("까요", "까여"), ("나요", "나여"), ("게요", "께요"), ("바랍니다", "바람니다"),
)  # fmt: skip
_SLANG = (
    ("부탁드립니다", "부탁드려욤"), ("부탁드려요", "부탁여"), ("해주세요", "해주삼"), ("해 주세요", "해주셈"), ("주세요", "주떼염"), ("해줘", "ㄱㄱ"), ("하지 마세요", "하지마여"),
    ("하지 마", "ㄴㄴ"), ("했습니다", "했슴다"), ("합니다", "함다"), ("까요?", "까욤?"), ("나요?", "나욤?"), ("됐어요", "됐어염"), ("할게요", "할게여"), ("하겠습니다", "하겠슴당"),
)  # fmt: skip


def closed(text: str) -> str:
    """No space between two Hangul syllables."""
    return re.sub(r"(?<=[가-힣]) +(?=[가-힣])", "", text)


def torn(text: str) -> str:
    """One space too many inside the last long Hangul word."""
    words = list(re.finditer(r"[가-힣]{3,}", text))
    if not words:
        return text
    draw = random.Random(text)
    at = draw.randrange(words[-1].start() + 1, words[-1].end())
    return f"{text[:at]} {text[at:]}"


def mistyped(text: str) -> str:
    """Endings as hurried hands write them."""
    return _replaced(text, _ENDS)


def slang(text: str) -> str:
    """Endings of chat."""
    return _replaced(text, _SLANG)


def _replaced(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for word, slip in table:
        text = text.replace(word, slip)
    return text


SLIPS = {"as written": str, "no spaces": closed, "a space too many": torn, "typing slips": mistyped, "slang": slang}
