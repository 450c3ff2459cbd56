# ruff: noqa: E501 - frames of sentences
"""Korean by arithmetic: endings put on stems, particles, and the slips that people type."""

from __future__ import annotations

import random
from dataclasses import dataclass

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_BASE = 0xAC00
_MIXED_UP = {
    "ㅐ": "ㅔ",
    "ㅔ": "ㅐ",
    "ㅚ": "ㅙ",
    "ㅙ": "ㅚ",
    "ㅗ": "ㅛ",
    "ㅛ": "ㅗ",
    "ㅓ": "ㅕ",
    "ㅕ": "ㅓ",
    "ㅏ": "ㅑ",
    "ㅜ": "ㅠ",
}


def is_syllable(char: str) -> bool:
    """True for one composed syllable."""
    return 0xAC00 <= ord(char) <= 0xD7A3


def split(char: str) -> tuple[int, int, int]:
    """Numbers of initial, vowel and final."""
    code = ord(char) - _BASE
    return code // 588, code % 588 // 28, code % 28


def join(initial: int, vowel: int, final: int = 0) -> str:
    """The syllable of three numbers; a final of 0 is none."""
    return chr(_BASE + initial * 588 + vowel * 28 + final)


def closed(text: str) -> bool:
    """True when the last syllable has a final consonant; of other letters, what their usual reading has."""
    last = text[-1:]
    if last and is_syllable(last):
        return bool(split(last)[2])
    return last in "lmnrLMNR13678"


def with_final(text: str, final: str) -> str:
    """`text` with `final` under its last, open syllable: 하 and ㄹ make 할."""
    initial, vowel, old = split(text[-1])
    assert not old, text
    return text[:-1] + join(initial, vowel, _FINALS.index(final))


@dataclass(frozen=True)
class Verb:
    """A stem and its form before 줘; the other forms follow from the two."""

    base: str  # 내리, 밀, 끊
    inf: str  # 내려, 밀어, 끊어

    @property
    def past(self) -> str:
        return with_final(self.inf, "ㅆ")

    @property
    def future(self) -> str:
        if not closed(self.base):
            return with_final(self.base, "ㄹ")
        return self.base if _FINALS[split(self.base[-1])[2]] == "ㄹ" else self.base + "을"

    @property
    def did(self) -> str:
        """내린, 민, 끊은."""
        if not closed(self.base):
            return with_final(self.base, "ㄴ")
        initial, vowel, final = split(self.base[-1])
        if _FINALS[final] == "ㄹ":
            return self.base[:-1] + join(initial, vowel, _FINALS.index("ㄴ"))
        return self.base + "은"

    @property
    def states(self) -> str:
        """내립, 밉, 끊습: before 니다."""
        if not closed(self.base):
            return with_final(self.base, "ㅂ")
        initial, vowel, final = split(self.base[-1])
        if _FINALS[final] == "ㄹ":
            return self.base[:-1] + join(initial, vowel, _FINALS.index("ㅂ"))
        return self.base + "습"

    @property
    def does(self) -> str:
        """내리는, 미는, 끊는."""
        initial, vowel, final = split(self.base[-1])
        return (self.base[:-1] + join(initial, vowel) if _FINALS[final] == "ㄹ" else self.base) + "는"

    @property
    def honoured(self) -> str:
        """내리시, 미시, 끊으시."""
        initial, vowel, final = split(self.base[-1])
        if _FINALS[final] == "ㄹ":
            return self.base[:-1] + join(initial, vowel) + "시"
        return self.base + ("으시" if final else "시")

    @property
    def when(self) -> str:
        """내리면, 밀면, 끊으면."""
        final = split(self.base[-1])[2]
        return self.base + ("으면" if final and _FINALS[final] != "ㄹ" else "면")

    @property
    def meaning_to(self) -> str:
        """내리려, 밀려, 끊으려."""
        final = split(self.base[-1])[2]
        return self.base + ("으려" if final and _FINALS[final] != "ㄹ" else "려")


def doing(noun: str) -> Verb:
    """재기동 makes 재기동하다."""
    return Verb(f"{noun}하", f"{noun}해")


ADAPTED = {
    "을": ("을", "를"),
    "은": ("은", "는"),
    "이": ("이", "가"),
    "과": ("과", "와"),
    "으로": ("으로", "로"),
    "이랑": ("이랑", "랑"),
}


def particle(word: str, which: str) -> str:
    """`word` with the particle in the form that fits it."""
    forms = ADAPTED.get(which)
    return word + (which if forms is None else forms[0] if closed(word) else forms[1])


_OF_NAMES = "가강경고공관광교구국군금기나남내노농누다달대도동두들라로마망명모무문물미민바별보복부북빛사산상새서선성세소솔수숲시신아안양여연영예온옥외용우운원월유은의이인일임자장재전정제조주중지진창천청초총출충치큰태토통파평포표푸품하한해행향현형호홍화환활회후희힘결계검객과급능닥델등랑련례록룡류륜름리림망먹몬밭벌법봄봉빈삼색석설섬송술순승식실심쌍씨암앞약어언업역열오올와왕요욕원육윤율음응잎작잔잠점접좌죽준증질집찬참책철체초추축취층침코쾌타탄탑택터턴투특틀팀파판패편폐폭필학함항협혜혼황효훈흥"


def name(draw: random.Random, least: int = 2, most: int = 4) -> str:
    """Syllables that mean nothing together; mostly such as names are made of."""
    if draw.random() < 0.75:
        return "".join(draw.choices(_OF_NAMES, k=draw.randint(least, most)))
    found = []
    for _ in range(draw.randint(least, most)):
        final = draw.choice((0, 0, 0, 4, 8, 16, 21, 1))
        found.append(join(draw.randrange(19), draw.choice((0, 1, 4, 5, 6, 8, 13, 18, 20)), final))
    return "".join(found)


def slip(draw: random.Random, char: str) -> str:
    """A syllable with a vowel that is next to the right one, by sound or on the keyboard, or without its final."""
    initial, vowel, final = split(char)
    other = _MIXED_UP.get(_VOWELS[vowel])
    if other and draw.random() < 0.75:
        return join(initial, _VOWELS.index(other), final)
    kind = draw.random()
    if kind < 0.3 and final:
        return join(initial, vowel)
    if kind < 0.5 and final:
        return join(initial, vowel) + _FINALS[final]
    if kind < 0.8:
        return _INITIALS[initial] + _VOWELS[vowel] + (_FINALS[final] if final else "")
    return char + char
