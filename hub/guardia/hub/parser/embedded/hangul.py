"""Hangul by arithmetic: syllables and jamo, endings put on stems, and the vowels that people mix up."""

from __future__ import annotations

import re

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


def folded(pattern: str) -> re.Pattern[str]:
    """`pattern` compiled for folded text."""
    return re.compile(fold(pattern))


# The keys of the standard Korean keyboard (KS X 5002, "dubeolsik") by the letters of the Latin one; a capital is Shift.
_KEYS = {
    **dict(zip("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡ", "qwertyuiopasdfghjklzxcvbnm", strict=True)),
    **dict(zip("ㅃㅉㄸㄲㅆㅒㅖ", "QWERTOP", strict=True)),
    "ㅘ": "hk", "ㅙ": "ho", "ㅚ": "hl", "ㅝ": "nj", "ㅞ": "np", "ㅟ": "nl", "ㅢ": "ml",
    "ㄳ": "rt", "ㄵ": "sw", "ㄶ": "sg", "ㄺ": "fr", "ㄻ": "fa", "ㄼ": "fq", "ㄽ": "ft",
    "ㄾ": "fx", "ㄿ": "fv", "ㅀ": "fg", "ㅄ": "qt",
}  # fmt: skip
_ROWS = (("qwertyuiop", 0.0), ("asdfghjkl", 0.25), ("zxcvbnm", 0.75))
_PLACES = {key: (at + shift, float(row)) for row, (keys_, shift) in enumerate(_ROWS) for at, key in enumerate(keys_)}


def _near_keys() -> frozenset[tuple[str, str]]:
    near: set[tuple[str, str]] = set()
    for a, (x, y) in _PLACES.items():
        for b, (u, v) in _PLACES.items():
            if a != b and abs(x - u) <= 1.0 and abs(y - v) <= 1.0:
                near.add((a, b))
        near.update({(a, a.upper()), (a.upper(), a)})
    # Folded text (`fold`) has ㅐ for ㅔ and ㅒ for ㅖ: its "o" may have been the key "p".
    near.update({(a, "o") for a in "il"} | {("o", b) for b in "il"})
    return frozenset(near)


NEAR_KEYS = _near_keys()
"""Pairs of keys that lie beside each other, and a key with and without Shift."""


def keys(text: str) -> str:
    """The keys that type `text`; what is neither a syllable nor a Hangul letter stands for itself."""
    return "".join(
        "".join(_KEYS[part] for part in split(char) if part)
        if is_syllable(char)
        else _KEYS.get(_ALIKE.get(char, char), char)
        for char in text
    )


def one_key_off(written: str, meant: str) -> bool:
    """True when one slip of a finger turns `meant` into `written` (both as `keys`): a key beside the right one, a key
    missed, hit twice or brushed, two keys in the wrong order. False when they are equal."""
    if written == meant or abs(len(written) - len(meant)) > 1:
        return False
    head = 0
    least = min(len(written), len(meant))
    while head < least and written[head] == meant[head]:
        head += 1
    a, b = written[head:], meant[head:]
    if len(a) == len(b):
        return (a[1:] == b[1:] and (a[0], b[0]) in NEAR_KEYS) or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b if len(a) > len(b) else b[1:] == a
