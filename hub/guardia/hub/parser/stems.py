# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Words as rules write them, found in Korean sentences: nouns with particles, stems in any conjugation. Pure.

What is found says how it is meant: that it is so (`NOW`), was so (`PAST`), or only if, perhaps or not (`OPEN`, `NOT`).
A word is never a piece of a longer one: what stands before it in its token must be nouns of the vocabulary, and what
stands behind it particles or an ending. Everything runs on folded text (`hangul.fold`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from guardia.hub.parser.embedded.hangul import fold, is_open, is_syllable, join, split, with_final


class How(StrEnum):
    NOW = "now"
    PAST = "past"
    OPEN = "open"
    """A condition, a possibility, somebody's plan: nothing that is so."""
    NOT = "not"


_PARTICLES = re.compile(
    fold(
        r"(?:이|가|은|는|을|를|도|만|의|에|애|에서|에는|에도|엔|로|으로|부터|까지|이랑|랑|하고|과|와|나|이나|들|라도|이라도|조차|마저|만큼|요|이요|좀|때문에|때문|라서|이라서"
        r"|인데|인데요|예요|이에요|이예요|에요|입니다|입니까|임|인듯|인듯요|인가|인가요|인지|네요|이네요|이네|이다|이고|라고|이라고|이라는|라는|라는데|라는데요|이라는데|이라는데요|이래요|래요|이죠|죠|이지|인거|인것|인게|이야|야"
        r"|건|땜에|같아요|같은데|같습니다|같네요|났[가-힣]{0,5}|떴[가-힣]{0,5}|나고|나서|나요|나네요|난다|납니다|난듯|남){0,3}"
    )
)
_BASE = (
    "다 다고 다고요 다는 다는데 다는데요 다던데 다던데요 대요 다네 다네요 다니 다며 답니다 고 고요 구요 고서 네 네요 네여 넹 니 니까 니까요 죠 지요 잖아 잖아요 거든 거든요 던데 던데요 더라 더라고요 더라구요 더니 나 나요 나봐 나봐요"
    " 나봅니다 나보네요 나보다 는데 는데요 는데도 는지 는가 는가요 는거 는것 는건 는게 는듯 는듯요 는중 는 는구나 는군요 군 군요 구나 길래 기 기만 기도 기까지 게 면서 며 느라 자마자 고있 기시작"
    " 은데 은데요 은지 은가 은가요 은거 은것 은게 은듯 으니 으니까 으며 으면서 은 을까요 습니다 습니까 습니다만 음"
)
_BASE_NOW = re.compile(fold(f"(?:{'|'.join(_BASE.split())})(?:만|요)?|고있[가-힣]{{1,6}}|기시작[가-힣]{{0,5}}"))
_BASE_OPEN = re.compile(
    fold(
        r"으?면[가-힣]{0,3}|더라도|든|든지|거나|으?ㄹ|을[가-힣]{0,4}|려고[가-힣]*|려면|도록[가-힣]*|겠[가-힣]*|자|세요|십시오"
    )
)
_BASE_NOT = re.compile(fold(r"지(?:는|도|를|가|만|ㄴ|ㄹ)?(?:않|안|못|말|마)[가-힣]*|지(?:는|도|를|가|만)?"))
_INF_NOW = re.compile(fold(r"(?:요|여|용|유|서|서요|서는|서인지|가지고|갖고|선지|지고)?"))
_INF_OPEN = re.compile(
    fold(r"도|도요|야|야지|야만|주[가-힣]*|줘[가-힣]*|달라[가-힣]*|보[가-힣]*|봐[가-힣]*|줄[가-힣]*|드[가-힣]*")
)
_PAST = re.compile(
    fold(
        r"(?:다|다고|다고요|다는|다는데|다는데요|다던데|다던데요|대요|다네|다네요|네|네요|어|어요|어여|어용|음|습니다|습니다만|습니까|는데|는데요|는지|나|나요|나봐|나봐요|나봅니다|나보네요|고|고요|구요|지|죠|지요|잖아요|거든요|던데|던데요"
        r"|더라|더라고요|더라구요|더니|길래|으니|으니까|을까|을까요|던|던데|군요|구나|는데도|단|답니다)"
    )
)
_ADN_NOW = re.compile(
    fold(
        r"(?:데|데요|대요|지|지요|가|가요|거|것|건|게|듯|듯요|듯해요|듯합니다|편|상태|상황|중|지라|거같아요|것같아요|거같은데|거같습니다|것같습니다|다고|다고요|다는|다는데|다는데요|다네|다네요|다며|답니다|다던데|다던데요|댄다)?"
    )
)
_NOM_NOW = re.compile(fold(r"(?:이|은|을|도|현상|현상이|문제|이슈|으로|요)?"))
_FORMAL_NOW = re.compile(fold(r"(?:니다|니까|니다만|니당|니다요)"))
_TALKED_OF = re.compile(
    fold(
        r"(?:관련|내용|이야기|얘기|문서|설명|정책|기준|방법|설정|개념|종류|목록|관리|이력|대응|대책|방안|사례|항목|용어|뜻|정의)[가-힣]*"
    )
)
"""Behind a noun: it is spoken of, not said to be so."""
_BEING = re.compile(fold(r"(?:것|거|듯|건|게|상태|모양)[가-힣]*"))
_CASES = re.compile(
    fold(r"(?:시|시에|시엔|경우|경우에|경우에는|경우는|때|때는|때마다|대비|대비해|대비하여|방지|방지를|예방|예방을)")
)
_NOT_AFTER = re.compile(fold(r"(?:않|아니|아닌|아닙|아녜|아녀|안는|안은|안습|안아|않아)[가-힣]*"))
_NONE_AFTER = re.compile(fold(r"(?:없|전혀)[가-힣]*"))
_NOT_BEFORE = frozenset(fold(word) for word in ("안", "않", "못", "별로", "전혀", "덜", "그닥", "그다지"))
_AUXILIARIES = ("지", "있", "버리", "가", "오", "터지", "대")


def _infinitives(stem: str) -> list[str]:
    """The forms before 요 (느리 → 느려, 오르 → 올라, 무겁 → 무거워), irregular ones beside the regular."""
    head, (initial, vowel, final) = stem[:-1], split(stem[-1])
    if stem.endswith("하"):
        return [head + "해", stem + "여"]
    if stem.endswith("되"):
        return [head + "돼", stem + "어"]
    bright = {"ㅏ", "ㅗ"}
    if stem.endswith("르") and head and is_open(head):
        return [with_final(head, "ㄹ") + ("라" if split(head[-1])[1] in bright else "러")]
    if final:
        found = [stem + ("아" if vowel in bright else "어")]
        if final == "ㅂ":
            found.append(head + join(initial, vowel) + "워")
        return found
    contracted = {"ㅣ": "ㅕ", "ㅗ": "ㅘ", "ㅜ": "ㅝ"}.get(vowel)
    if contracted:
        return [head + join(initial, contracted), stem + ("아" if vowel == "ㅗ" else "어")]
    if vowel == "ㅡ":
        dark = not head or not is_syllable(head[-1]) or split(head[-1])[1] not in bright
        return [head + join(initial, "ㅓ" if dark else "ㅏ")]
    if vowel in ("ㅟ", "ㅢ"):
        return [stem + "어"]
    return [stem]


def _forms(stem: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every beginning of a conjugated form, with its kind."""
    yield stem, "base"
    initial, vowel, final = split(stem[-1])
    open_stem = stem if not final else stem[:-1] + join(initial, vowel) if final == "ㄹ" else ""
    if final == "ㅂ":  # 무겁다: 무거운, 무거울
        soft = stem[:-1] + join(initial, vowel) + "우"
        yield with_final(soft, "ㄴ"), "adn"
        yield with_final(soft, "ㄹ"), "fut"
    if open_stem:
        yield with_final(open_stem, "ㄹ"), "fut"
        yield with_final(open_stem, "ㄴ"), "adn"
        yield with_final(open_stem, "ㅁ") if not final else stem + "음", "nom"
        yield with_final(open_stem, "ㅂ"), "formal"
    if stem[-1] in "있없":
        yield stem + "는", "adn"
    for inf in _infinitives(stem):
        yield inf, "inf"
        if is_open(inf):
            yield with_final(inf, "ㅆ"), "past"
        if depth == 0:
            for auxiliary in _AUXILIARIES:
                if len(inf) == 1 and inf == stem and auxiliary in "가오":
                    continue  # 차가, 나오: words of their own
                yield from _forms(inf + auxiliary, 1)
        if stem.endswith("하") and inf.endswith("해"):
            yield inf[:-1] + "하였", "past"
            yield inf[:-1] + "했", "past"


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found: tokens `start` to `end` (exclusive), from `offset` in the first, and how it is meant."""

    start: int
    offset: int
    end: int
    how: How
    form: str


_SUBJECT = frozenset("이가은는도")


class Noun:
    def __init__(self, text: str) -> None:
        self.text = fold(text)
        self.heads = frozenset(self.text[0])


class Stem:
    """A stem with all its forms, longest first."""

    def __init__(self, text: str) -> None:
        self.short = len(text) == 1
        found = {(fold(form), kind) for form, kind in _forms(text)}
        self.forms = sorted(found, key=lambda one: (-len(one[0]), one))
        self.heads = frozenset(form[0] for form, _ in found)

    def read(self, rest: str) -> tuple[How, str] | None:
        """How the rest of a token (from the stem on) is meant, or None when it is another word."""
        for form, kind in self.forms:
            if rest.startswith(form):
                how = _ending(kind, rest[len(form) :], self.short, len(form))
                if how is not None:
                    return how, kind
        return None


@cache
def _stem(text: str) -> Stem:
    """One for all rules: its forms take a while to make, and never change."""
    return Stem(text)


def _ending(kind: str, tail: str, short: bool, size: int) -> How | None:
    if kind == "base":
        if _BASE_NOT.fullmatch(tail):
            return How.NOT if len(tail) > 2 else How.NOW
        if _BASE_OPEN.fullmatch(tail):
            return How.OPEN
        return How.NOW if _BASE_NOW.fullmatch(tail) else None
    if kind == "inf":
        if short and not tail and size == 1:
            return None  # 차, 나, 가: words of their own
        if _INF_NOW.fullmatch(tail):
            return How.NOW
        return How.OPEN if _INF_OPEN.fullmatch(tail) else None
    if kind == "past":
        if _PAST.fullmatch(tail):
            return How.PAST
        return How.OPEN if tail.startswith((fold("으면"), fold("다면"))) else None
    if kind == "fut":
        return How.OPEN if re.fullmatch("[가-힣]{0,6}", tail) and (tail or not short) else None
    table = {"adn": _ADN_NOW, "nom": _NOM_NOW, "formal": _FORMAL_NOW}[kind]
    if short and kind in ("adn", "nom") and not tail:
        return None if kind == "nom" else How.NOW
    return How.NOW if table.fullmatch(tail) else None


class Vocabulary:
    """Nouns that may be written together in one token."""

    def __init__(self, nouns: Iterable[str]) -> None:
        self._nouns = frozenset(fold(noun) for noun in nouns)
        self._sizes = sorted({len(noun) for noun in self._nouns}, reverse=True)

    def starts(self, token: str) -> tuple[int, ...]:
        """Offsets at which a word may begin: 0, and behind every row of nouns from 0 on."""
        found = [0]
        for offset in found:
            for size in self._sizes:
                stop = offset + size
                if stop < len(token) and stop not in found and token[offset:stop] in self._nouns and size > 1:
                    found.append(stop)
                    if token[stop] in _SUBJECT and stop + 1 < len(token):
                        found.append(stop + 1)  # 쿼리가느려요
        return tuple(found)

    def ends_well(self, rest: str) -> bool:
        """True when `rest` behind a noun is nothing, particles, or further nouns with particles."""
        if _PARTICLES.fullmatch(rest):
            return True
        return any(rest[:size] in self._nouns and size > 1 and self.ends_well(rest[size:]) for size in self._sizes)


class Sentence:
    """The folded words of a sentence, looked at once for all rules."""

    def __init__(self, tokens: Sequence[str], vocabulary: Vocabulary) -> None:
        self.tokens = tuple(tokens)
        self.starts = tuple(vocabulary.starts(token) for token in self.tokens)
        self.heads = frozenset(
            token[at] for token, starts in zip(self.tokens, self.starts, strict=True) for at in starts
        )


class Word:
    """One entry of a rule, ready to be looked for."""

    def __init__(self, written: str) -> None:
        self.written = written
        parts = written.split(" ")
        self._parts: list[Noun | Stem] = [
            _stem(part[:-1]) if part.endswith("-") and is_syllable(part[-2]) else Noun(part.rstrip("-"))
            for part in parts
        ]

    def find(self, sentence: Sentence, vocabulary: Vocabulary) -> Iterator[Hit]:
        """Every place where the word stands, with how it is meant there."""
        heads, tokens = self._parts[0].heads, sentence.tokens
        if heads.isdisjoint(sentence.heads):
            return
        for index, token in enumerate(tokens):
            for offset in sentence.starts[index]:
                if token[offset] not in heads:
                    continue
                found = self._match(tokens, index, offset, 0, vocabulary)
                if found is not None:
                    hit = Hit(index, offset, *found)
                    yield replace(hit, how=self._meant(tokens, hit))

    def _match(
        self, tokens: Sequence[str], index: int, offset: int, part: int, vocabulary: Vocabulary
    ) -> tuple[int, How, str] | None:
        token, one, last = tokens[index], self._parts[part], part == len(self._parts) - 1
        rest = token[offset:]
        if isinstance(one, Stem):
            read = one.read(rest)
            if read is None:
                return None
            if last:
                return index + 1, *read
            return self._match(tokens, index + 1, 0, part + 1, vocabulary) if index + 1 < len(tokens) else None
        if not rest.startswith(one.text):
            return None
        behind = rest[len(one.text) :]
        if last:
            being = behind == "인" and index + 1 < len(tokens) and _BEING.fullmatch(tokens[index + 1])
            return (index + 1, How.NOW, "noun") if being or vocabulary.ends_well(behind) else None
        if behind:
            joined = self._match(tokens, index, offset + len(one.text), part + 1, vocabulary)
            if joined is not None:
                return joined
        if index + 1 < len(tokens) and vocabulary.ends_well(behind):
            return self._match(tokens, index + 1, 0, part + 1, vocabulary)
        return None

    @staticmethod
    def _meant(tokens: Sequence[str], hit: Hit) -> How:
        """How it is meant, in the light of what stands around: 안 느려요, 느리지 않아요, 지연 없음, 느릴 때."""
        if hit.how not in (How.NOW, How.PAST):
            return hit.how
        if hit.offset == 0 and hit.start and tokens[hit.start - 1] in _NOT_BEFORE:
            return How.NOT
        after = tokens[hit.end : hit.end + 3]
        if after and _CASES.fullmatch(after[0]):
            return How.OPEN
        if any(_NOT_AFTER.fullmatch(token) for token in after[:2]):
            return How.NOT
        if hit.form in ("noun", "nom") and after and _TALKED_OF.fullmatch(after[0]):
            return How.OPEN
        if hit.form in ("noun", "adn", "nom") and any(_NONE_AFTER.fullmatch(token) for token in after):
            return How.NOT
        return hit.how
