# ruff: noqa: E501 - patterns and word lists read worse when they are broken
"""First stage: one way to write things, with a map back to what was written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from guardia.hub.parser.embedded.hangul import FINALS, INITIALS, VOWELS, fold, is_syllable, join, keys, split

_SAME = {
    "“": '"', "”": '"', "„": '"', "‟": '"', "「": '"', "」": '"', "『": '"', "』": '"', "«": '"', "»": '"',
    "〝": '"', "〞": '"', "‘": "'", "’": "'", "‚": "'", "`": "`", "´": "'", "′": "'",
    "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "∼": "~", "〜": "~", "～": "~", "…": ".", "⋯": ".",
    "·": ",", "・": ",", "ㆍ": ",", "、": ",", "，": ",", "。": ".", "×": "x",
}  # fmt: skip
_INVISIBLE = (
    frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c")
    | {chr(c) for c in range(0x202A, 0x202F)}
    | {chr(c) for c in range(0x2066, 0x206A)}
)
_MENTION = re.compile(
    r"<@[A-Za-z0-9_|.가-힣-]{1,64}>|<!(?:here|channel|everyone)>|(?<![\w.])@(?![가-힣]{1,4}(?:과장|팀장|대리|차장|부장|주임|책임|선임|수석|사원|실장|주무관|사무관)님?(?![가-힣]))[\w.가-힣-]{1,40}"
)
# Laughing, crying, thanking (ㄱㅅ) and their kin carry no meaning here; ㄱㄱ (go), ㄴㄴ (no), ㄱㄷ (wait) and ㅂㅌ (부탁) do.
_LAUGHTER = re.compile(
    r"(?P<kept>(?<![ㄱ-ㅎ])(?:ㅂㅌ|ㄱㄷ)[ㄱ-ㅎ]*)|(?<![ㄱ-ㅎ])(?:ㄱㅅ+|ㄳ+)(?![ㄱ-ㅎ])|(?P<lone>(?<=[가-힣])[ㅜㅡㄷㅇㅂㅅㅈㅉ](?![ㄱ-ㅣ]))|[ㅋㅎㅠㅜㅡㄷㅇㅂㅅㅈㅉ]{1,}|[\^~]{2,}|:\)|:\(|;\)|\^_?\^|-_-|;;+"
)
# A final ㅅ for ㅆ in the past and in 겠: 햇어요, 껏다켜, 됏나요. 무엇을 and its kin stay.
_TWO_S = {"햇": "했", "됏": "됐", "껏": "껐", "겟": "겠", "렷": "렸", "졋": "졌", "켯": "켰", "엇": "었", "앗": "았"}
_ONE_S = re.compile(
    r"(?<=[가-힣])(?<!무)(?:[됏겟렷졋켯엇앗])(?=[다어습는나네던음지으고을요서니])|(?<![마음금])(?:햇|껏)(?=[다어습는나네던음지으고을요서니])"
)
_MIRTH = re.compile(r"[ㅋㅎㅠㅜ]{2,}|ㄷㄷ|;;|\^\^|!!")
# One letter alone in or behind a word is laughter when a word ends before it; else a key is missing (내려ㅡ릴까요, 해주ㅈ 마세요).
_CLOSED_BY = frozenset("요다죠줘까네넵넹여염욤욥유쇼소오셈삼용당듯어아임음함됨")
_GOES_ON = re.compile(r"(?:좀|쫌|점|확인|점검|보여|봐|알려|부탁|재기동|재시작)")
# Words typed while the keyboard stood in the other language: the same keys, nothing is guessed. ㅇㅠ may be db or tears.
_LATIN = {"ㅈㅁㄴ": "was", "ㅈㄷㅠ": "web", "ㅣㅐㅎ": "log", "체ㅕ": "cpu"}
_IN_HANGUL = re.compile(rf"(?<![가-힣ㄱ-ㅣ])(?:{'|'.join(_LATIN)})(?![가-힣ㄱ-ㅣ])")
_HANGUL = {
    keys(word): word
    for word in (
        "재기동", "재시작", "확인", "점검", "로그", "디스크", "메모리", "프로세스", "인증서", "상태", "해주세요", "해줘", "해줘요", "부탁드립니다", "부탁드려요", "부탁해요",
        "부탁", "보여주세요", "보여줘", "봐주세요", "봐줘", "알려주세요", "알려줘",
    )
}  # fmt: skip
_IN_LATIN = re.compile(
    rf"(?<![A-Za-z0-9가-힣_.@/-])(?:{'|'.join(sorted(_HANGUL, key=len, reverse=True))})+(?![A-Za-z0-9가-힣_.@/-])"
)
_ONE_HANGUL = re.compile("|".join(sorted(_HANGUL, key=len, reverse=True)))


@dataclass(frozen=True, slots=True)
class Normal:
    """`text` as the later stages see it, `plain` its folded lower case (same length), `origin[i]` the place of
    `text[i]` in `source`."""

    source: str
    text: str
    plain: str
    origin: tuple[int, ...]
    mended: tuple[tuple[int, int, str], ...] = ()
    """Places of `text` that were mended, with what stood there before."""

    def laughed(self, start: int, end: int) -> bool:
        """True when people laughed, cried or shuddered between two places of `text`: that ends what stands before."""
        return bool(_MIRTH.search(self.written(start, end)))

    def written(self, start: int, end: int) -> str:
        """What the person wrote between two places of `text`."""
        if start >= end:
            return ""
        last = self.origin[end] if end < len(self.origin) else len(self.source)
        return self.source[self.origin[start] : last]


def _clusters(source: str) -> tuple[list[str], list[int]]:
    """Characters after NFC, each with the place where it began."""
    if unicodedata.is_normalized("NFC", source):
        return list(source), list(range(len(source)))
    chars: list[str] = []
    places: list[int] = []
    start = 0
    for index in range(1, len(source) + 1):
        inside = index < len(source) and (
            unicodedata.combining(source[index]) or 0x1160 <= ord(source[index]) <= 0x11FF
        )
        if not inside:
            composed = unicodedata.normalize("NFC", source[start:index])
            chars.extend(composed)
            places.extend([start] * len(composed))
            start = index
    return chars, places


def _widths(chars: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    out: list[str] = []
    kept: list[int] = []
    for char, place in zip(chars, places, strict=True):
        if char in _INVISIBLE:
            continue
        char = _SAME.get(char, char)
        if 0xFF00 <= ord(char) <= 0xFF65 or char in "\u00a0\u3000\u2007\u202f":
            char = unicodedata.normalize("NFKC", char)[:1] or " "
        if char in "\r\t\x0b\x0c":
            char = " "
        out.append(char)
        kept.append(place)
    return out, kept


def _relaid(chars: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    """Words typed in the wrong keyboard layout: ㅈㅁㄴ is was, ghkrdls is 확인. Each takes the place where it began."""
    text = "".join(chars)
    found: list[tuple[int, int, str]] = [(*one.span(), _LATIN[one.group()]) for one in _IN_HANGUL.finditer(text)]
    for run in _IN_LATIN.finditer(text):
        found.extend((*one.span(), _HANGUL[one.group()]) for one in _ONE_HANGUL.finditer(text, *run.span()))
    for start, stop, word in sorted(found, reverse=True):
        chars[start:stop] = list(word)
        places[start:stop] = [places[start]] * len(word)
    return chars, places


def _compose(chars: list[str], places: list[int]) -> tuple[list[str], list[int]]:
    """Put loose jamo together: ㅈㅐ기동 is 재기동, 도ㅇ is 동 before another syllable."""
    out: list[str] = []
    kept: list[int] = []
    index, count = 0, len(chars)

    def vowel(at: int) -> bool:
        return at < count and chars[at] in VOWELS

    while index < count:
        char, place = chars[index], places[index]
        step = 1
        again = char in VOWELS and out and is_syllable(out[-1]) and split(out[-1])[1:] == (char, "")
        if again or (char in "ㅛㅕ" and out and out[-1] in "요여"):
            index += 1  # 해주세요ㅛ: the key was hit twice
            continue
        if char in INITIALS and vowel(index + 1):
            final = ""
            step = 2
            after = index + 2
            if after < count and chars[after] in FINALS and not vowel(after + 1) and chars[after] not in "ㅋㅎㅠ":
                final, step = chars[after], 3
            char = join(char, chars[index + 1], final)
        elif (
            char in FINALS
            and out
            and is_syllable(out[-1])
            and index + 1 < count
            and is_syllable(chars[index + 1])
            and not split(out[-1])[2]
        ):
            initial, middle, _ = split(out[-1])
            if split(chars[index + 1])[0] != char:  # 내려ㅈ줘: the key was hit twice, nothing is missing
                out[-1] = join(initial, middle, char)
            index += 1
            continue
        out.append(char)
        kept.append(place)
        index += step
    return out, kept


def normalise(source: str) -> Normal:
    """NFC, one width, one kind of quotation mark, loose jamo composed, mentions and laughter blanked out."""
    chars, places = _compose(*_relaid(*_widths(*_clusters(source))))
    text = "".join(chars)
    text = _MENTION.sub(lambda found: " " * len(found.group()), text)
    text = _LAUGHTER.sub(_blanked, text)
    text = _ONE_S.sub(lambda found: _TWO_S[found.group()], text)
    return Normal(source=source, text=text, plain=plain_of(text), origin=tuple(places))


def _blanked(found: re.Match[str]) -> str:
    """Laughter as blanks, as long as it was; what means something, and what a missed key left over, stays."""
    text, at, end = found.string, found.start(), found.end()
    blank = " " * (end - at)
    if found["kept"]:
        return found.group()
    if found["lone"] and not _GOES_ON.match(text, end):
        inside = end < len(text) and is_syllable(text[end])
        if inside or (text[at - 1] not in _CLOSED_BY and found.group() not in "ㅜㅡ"):
            return found.group()
    return blank


def plain_of(text: str) -> str:
    """`text` in folded lower case, of the same length."""
    return fold("".join(char.lower() if len(char.lower()) == 1 else char for char in text))


def rewritten(normal: Normal, start: int, end: int, meant: str) -> Normal:
    """`normal` with `meant` in the place of `text[start:end]`; what the person wrote stays as it is."""
    text = normal.text[:start] + meant + normal.text[end:]
    span = normal.origin[start:end]
    inside = tuple(span[min(at, len(span) - 1)] for at in range(len(meant)))
    places = (*normal.origin[:start], *inside, *normal.origin[end:])
    mended = (*normal.mended, (start, start + len(meant), normal.text[start:end]))
    return Normal(normal.source, text, plain_of(text), places, mended)
