# ruff: noqa: E501 - word lists read worse when they are broken
"""Slips of the hand in the words that ask, and in a few words that nobody confuses with others.

Only a word (what stands between white space) that the scan could not explain is looked at, and only one slip in it is
mended: a key beside the right one, one missed or brushed, two in the wrong order, on the standard Korean keyboard. What
is mended is read again from the start, so that a mended word has no rights that a well-written one lacks; if anything of
the word is still not explained, the mending is dropped.

Why a mended ending never asks for what was not asked:

- It is one of `_TAILS`, whose first letter stands as it was written (마세요 is never 하세요).
- No other ending lies one slip from what was written: were any of them a report, a question of fact or permission, a
  plan, a negation, a condition or a mere statement, nobody could tell which was meant, and the word stays unexplained
  (해주ㅔ요 may be 해주세요 or 해주네요). In a message without any change in it that last care is left off: a look at
  something is the most that a wrong guess could do.
- Endings that the grammar knows are explained, so they never come here.

Changing actions are mended from three syllables on (`_WORDS`), and only to words that no other word of the table lies
one slip from; two syllables (중지, 정지, 기동, 배포, 롤백) are never mended. A stem that changes something (내려, 올려,
지워) is never mended either, only what follows it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from guardia.hub.parser.embedded.deed import ASKING
from guardia.hub.parser.embedded.endings import Mood, phrases, predicates
from guardia.hub.parser.embedded.gazetteer import MIN_SLIP, Gazetteer, compact
from guardia.hub.parser.embedded.guards import guard
from guardia.hub.parser.embedded.hangul import FINALS, INITIALS, VOWELS, fold, join, keys, one_key_off
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lexicon.table import WORDS
from guardia.hub.parser.embedded.normalise import Normal, rewritten
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Segments

_GIVEN = ("주세요", "주세여", "주십시오", "주십쇼", "주시오", "주실래요", "주시겠어요", "주시겠습니까", "주실수있나요", "주실수있을까요", "주실수있어요", "주시기바랍니다", "주시길바랍니다")  # fmt: skip
_SHORT = ("줘요", "줘", "줄래")
_HEADS = ("해", "보여", "알려", "봐", "뽑아", "찍어", "찾아", "살펴")
"""Verbs that only look, and 하다, whose noun says what is done."""
_ASKED = (
    "하세요", "하십시오", "하십쇼", "부탁드립니다", "부탁드려요", "부탁드릴게요", "부탁드리겠습니다", "부탁합니다", "부탁해요", "부탁드려여", "요청드립니다", "요청합니다",
    "바랍니다",
)  # fmt: skip
_TAILS = (
    *(head + tail for head in ("", *_HEADS) for tail in _GIVEN),
    *(head + tail for head in _HEADS for tail in _SHORT),
    *_ASKED,
)
_TAIL_SET = frozenset(_TAILS)
_WORDS = (
    "재기동", "재시작", "재구동", "재가동", "리스타트", "디스크", "메모리", "프로세스", "인증서", "슬로우쿼리", "스레드덤프", "커넥션", "데드락", "씨피유", "로그파일",
    "인터페이스", "모니터링", "확인", "점검", "부탁",
)  # fmt: skip
_OTHERS = frozenset({"점거", "점것", "확이", "인증시", "인증사", "메모지", "인증자", "인증소", "인증수", "디스코"})
"""Words beside those of `_WORDS` that mean something else."""
_CHANGING_ROLES = frozenset({"stop", "start", "raise", "rollback", "back", "restore", "push", "erase", "kill"})
_DENIED = re.compile(fold(r"\s*(?:마|말|않|못|안|되|돼|될|됩|괜|있|없|라고|라는)"))
"""What goes on after an ending that does not ask: (하지) 마세요, (해도) 되나요."""
MAX_WORD = 24
"""Characters; a longer word holds more than a slip."""
MAX_MENDED = 6
"""Words of one message."""
MAX_LOOKS = 12
"""Sentences of one message that are scanned anew."""
MAX_SENTENCE = 300
"""Characters; a longer sentence is left as it is."""


def _without_one(text: str) -> Iterator[str]:
    for at in range(len(text)):
        yield text[:at] + text[at + 1 :]


_Index = dict[str, set[str]]


def _index(words: Sequence[str]) -> _Index:
    found: _Index = defaultdict(set)
    for word in words:
        typed = keys(fold(word))
        for key in (typed, *_without_one(typed)):
            found[key].add(word)
    return dict(found)


_TAIL_INDEX, _WORD_INDEX = _index(_TAILS), _index(_WORDS)
_TAIL_LENGTHS = sorted({len(tail) for tail in _TAILS}, reverse=True)
_WORD_LENGTHS = sorted({len(word) for word in _WORDS}, reverse=True)


def _meant(index: _Index, written: str) -> Iterator[str]:
    """Words of `index` that are one slip from `written` (folded), the first letter right."""
    typed = keys(written)
    near: set[str] = set()
    for key in (typed, *_without_one(typed)):
        near |= index.get(key, set())
    for word in sorted(near):
        right = keys(fold(word))
        if (
            len(word) == len(written)
            and typed[0] == right[0]
            and (one_key_off(typed, right) or (typed == right and written != fold(word)))
        ):
            yield word


_SYLLABLES = {
    keys(char): char
    for initial in INITIALS
    for vowel in VOWELS
    for final in FINALS
    for char in (join(initial, vowel, final),)
    if fold(char) == char
}
_LETTERS = "qwertyuiopasdfghjklzxcvbnmQWERTO"


@cache
def _variants(char: str) -> tuple[str, ...]:
    """Syllables one slip from `char` (folded)."""
    typed = keys(char)
    edits = {*_without_one(typed)}
    for at in range(len(typed) + 1):
        for letter in _LETTERS:
            edits.add(typed[:at] + letter + typed[at:])
            edits.add(typed[:at] + letter + typed[at + 1 :])
        edits.add(typed[:at] + typed[at : at + 2][::-1] + typed[at + 2 :])
    near = (_SYLLABLES[edit] for edit in edits if edit in _SYLLABLES and one_key_off(typed, edit))
    return tuple(sorted({other for other in near if other != char}))


def _wrong(written: str, meant: str) -> list[int]:
    return [at for at, (a, b) in enumerate(zip(written, meant, strict=True)) if a != b]


def _moods(word: str, upto: int) -> set[Mood]:
    """Moods of the predicates that begin at or before `upto` and end where `word` ends."""
    found: set[Mood] = set()
    for start in range(upto, -1, -1):
        for stop, pred in (*predicates(word, start, len(word)), *phrases(word, start)):
            if stop == len(word):
                found.add(pred.mood)
    return found


def _ends(word: str, start: int) -> bool:
    return any(stop == len(word) for stop, _ in (*predicates(word, start, len(word)), *phrases(word, start)))


@lru_cache(maxsize=1024)
def _doubtful(word: str, start: int, meant: str) -> bool:
    """True when `word` (folded; what was meant for `meant` begins at `start`) is one slip from what asks for nothing."""
    if not start and meant.startswith("주"):
        word, start = f"{fold('해')}{word}", 1  # the verb stands before the white space: 해 주ㅔ요
    return any(
        mood not in ASKING
        for place in range(start, len(word))
        for other in _variants(word[place])
        for mood in _moods(word[:place] + other + word[place + 1 :], start)
    )


def _other_word(written: str, meant: str) -> bool:
    """True when `written` is, or is one slip from, a word that stands for something else."""
    if written in _OTHERS:
        return True
    entries = WORDS.get(fold(meant))
    for at in _wrong(written, fold(meant)):
        for other in _variants(written[at]):
            found = WORDS.get(written[:at] + other + written[at + 1 :])
            if found is not None and found != entries:
                return True
    return False


def _mendings(word: str) -> Iterator[tuple[int, int, str]]:
    """Places in `word` (folded) and what may have been meant there, the longest first."""
    for length in _TAIL_LENGTHS:
        start = len(word) - length
        if start < 0 or _ends(word, start):
            continue  # well written as it is: what is not explained stands before it
        for meant in _meant(_TAIL_INDEX, word[start:]):
            wrong = _wrong(word[start:], fold(meant))
            if length < 3 and wrong != [0]:
                continue  # 해쥐, 해져: too short to tell
            yield start, len(word), meant
    for length in _WORD_LENGTHS:
        for start in range(len(word) - length + 1):
            written = word[start : start + length]
            for meant in _meant(_WORD_INDEX, written):
                if not _other_word(written, meant):
                    yield start, start + length, meant


Row = tuple[int, int, list[Item]]
"""Start and end of a sentence, and its items."""


def changing(rows: Sequence[Row]) -> bool:
    """True when a message speaks of anything that changes something."""
    return any(
        item.kind in (K.ACT, K.CANCEL) or (item.kind is K.PRED and item.value.role in _CHANGING_ROLES)
        for _, _, items in rows
        for item in items
    )


def unexplained(normal: Normal, rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Words that hold something that the scan could not explain."""
    found: list[tuple[int, int]] = []
    for start, end, items in rows:
        for item in items if end - start <= MAX_SENTENCE else ():
            if item.kind is not K.UNKNOWN or normal.plain[item.start : item.end].isascii():
                continue
            first, last = item.end - 1, item.end
            while first > start and not normal.text[first - 1].isspace():
                first -= 1
            while last < end and not normal.text[last].isspace():
                last += 1
            while last > first and not normal.text[last - 1].isalnum():
                last -= 1
            while first < last and not normal.text[first].isalnum():
                first += 1
            if 0 < last - first <= MAX_WORD and (first, last) not in found:
                found.append((first, last))
            if len(found) == MAX_MENDED:
                return found
    return found


class _Mender:
    """One message: its text and rows, and whether a mending was taken that is not beyond doubt."""

    def __init__(self, normal: Normal, segments: Segments, gazetteer: Gazetteer) -> None:
        self.normal = normal
        self.segments = segments
        self.gazetteer = gazetteer
        self.rows = [self._look(normal, index) for index in range(len(segments.sentences))]
        self.doubtful = False
        self.looks = 0

    def _look(self, text: Normal, index: int) -> Row:
        sentence = self.segments.sentences[index]
        items = scan(text, sentence.start, sentence.end, self.segments.quotes, self.gazetteer)
        guard(items, text)
        return sentence.start, sentence.end, items

    def mend(self, words: Sequence[tuple[int, int]], *, strict: bool) -> None:
        for first, last in words:
            index = next(at for at, row in enumerate(self.rows) if row[0] <= first < row[1])
            if not self._name(index, first, last):
                self._word(index, first, last, strict)

    def _word(self, index: int, first: int, last: int, strict: bool) -> None:
        word = self.normal.plain[first:last]
        denied = _DENIED.match(self.normal.plain, last)
        for start, stop, meant in _mendings(word):
            if denied and meant in _TAIL_SET:
                continue  # 하줘 마세요
            doubtful = stop == len(word) and meant in _TAIL_SET and _doubtful(word, start, meant)
            if not (doubtful and strict) and self._taken(index, first + start, first + stop, meant, (first, last)):
                self.doubtful = self.doubtful or doubtful
                return

    def _name(self, index: int, first: int, last: int) -> bool:
        """A slip in a name that the scan took apart (하이코라아), or that is written in two words (인터넷 뱅킨)."""
        text = self.normal.text
        before = text.rfind(" ", self.rows[index][0], max(first - 1, self.rows[index][0])) + 1
        begins = [first]
        if first > self.rows[index][0] and text[first - 1] == " " and max(before, self.rows[index][0]) < first - 1:
            begins.append(max(before, self.rows[index][0]))
        for start in begins:
            for stop in range(last, first, -1):
                written = text[start:stop].replace(" ", "").lower()
                near = len(written) >= MIN_SLIP and self.gazetteer.nearly(written)
                match = self.gazetteer.slip(written) if near else None
                surface = compact(match.names[0].surface) if match is not None else ""
                if match is None or len(surface) != len(written):
                    continue
                gap = text.find(" ", start, stop)
                meant = surface if gap < 0 else f"{surface[: gap - start]} {surface[gap - start :]}"
                if self._taken(index, start, stop, meant, (start, last)):
                    for item in self.rows[index][2]:
                        if item.kind is K.NAME and item.start == start:
                            item.value = match
                    return True
        return False

    def _taken(self, index: int, start: int, stop: int, meant: str, word: tuple[int, int]) -> bool:
        """Take `meant` for `text[start:stop]` if that leaves nothing of `word` unexplained."""
        if self.looks >= MAX_LOOKS:
            return False
        self.looks += 1
        mended = rewritten(self.normal, start, stop, meant)
        row = self._look(mended, index)
        if any(item.kind is K.UNKNOWN and item.start < word[1] and word[0] < item.end for item in row[2]):
            return False
        self.normal, self.rows[index] = mended, row
        return True


def scanned(normal: Normal, segments: Segments, gazetteer: Gazetteer) -> tuple[Normal, list[list[Item]]]:
    """The items of each sentence, slips mended, and the text as it was mended (of the same length)."""
    mender = _Mender(normal, segments, gazetteer)
    words = unexplained(normal, mender.rows)
    if words:
        mender.mend(words, strict=False)
        if mender.doubtful and changing(mender.rows):
            mender = _Mender(normal, segments, gazetteer)
            mender.mend(words, strict=True)
    return mender.normal, [items for _, _, items in mender.rows]
