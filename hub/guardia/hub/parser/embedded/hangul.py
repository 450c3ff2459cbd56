"""Hangul by arithmetic: syllables and jamo, endings put on stems, and the vowels that people mix up."""

from __future__ import annotations

INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_BASE, _LAST = 0xAC00, 0xD7A3
_PER_INITIAL, _PER_VOWEL = 21 * 28, 28

# Vowels that sound alike today, so that a slip between them is a slip of spelling and not another word.
_ALIKE = {"ㅔ": "ㅐ", "ㅖ": "ㅒ", "ㅚ": "ㅙ", "ㅞ": "ㅙ"}


def is_syllable(char: str) -> bool:
    return _BASE <= ord(char) <= _LAST


def split(syllable: str) -> tuple[str, str, str]:
    """Initial, vowel and final (or "") of one syllable."""
    code = ord(syllable) - _BASE
    return INITIALS[code // _PER_INITIAL], VOWELS[code % _PER_INITIAL // _PER_VOWEL], FINALS[code % _PER_VOWEL]


def join(initial: str, vowel: str, final: str = "") -> str:
    return chr(_BASE + INITIALS.index(initial) * _PER_INITIAL + VOWELS.index(vowel) * _PER_VOWEL + FINALS.index(final))


def with_final(text: str, final: str) -> str:
    """`text` with `final` under its last syllable, which must be open (하 + ㄹ = 할)."""
    initial, vowel, old = split(text[-1])
    if old:
        raise ValueError(f"{text!r} does not end in an open syllable")
    return text[:-1] + join(initial, vowel, final)


def is_open(text: str) -> bool:
    """True when the last syllable of `text` has no final consonant."""
    return bool(text) and is_syllable(text[-1]) and not split(text[-1])[2]


def jamo(text: str) -> tuple[tuple[str, str, str], ...]:
    """One triple for each character; what is not a syllable stands for itself."""
    return tuple(split(char) if is_syllable(char) else (char, "", "") for char in text)


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for initial in INITIALS:
        for vowel, alike in _ALIKE.items():
            for final in FINALS:
                table[ord(join(initial, vowel, final))] = join(initial, alike, final)
    return table


_FOLD = _fold_table()


def fold(text: str) -> str:
    """`text` with vowels that sound alike made one; of the same length. Comparing folded text forgives 텍/택, 되/돼."""
    return text.translate(_FOLD)
