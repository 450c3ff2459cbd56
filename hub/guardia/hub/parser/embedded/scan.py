# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Third and fourth stage: the one best row of items for a sentence.

Every place of the sentence (white space left out) offers names, words, values and predicates; a shortest path over
them picks the row that leaves the least unexplained. What stays unexplained swallows the words that it touches:
"승인편성시스템" is one unknown name, not 승인 and the rest.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from guardia.hub.parser.embedded.endings import phrases, predicates
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.joining import fuse, listed, look_again, rejoined, swallow
from guardia.hub.parser.embedded.lexicon import CLOSED, JOINING, PARTICLES, STRONG, WORDS
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Quote
from guardia.hub.parser.embedded.shapes import whole
from guardia.hub.parser.embedded.values import values
from guardia.hub.parser.embedded.when import times

_HEADS: dict[str, list[str]] = defaultdict(list)
for _word in WORDS:
    _HEADS[_word[:1]].append(_word)
for _list in _HEADS.values():
    _list.sort(key=len, reverse=True)
_PARTICLE_HEADS: dict[str, list[str]] = defaultdict(list)
for _word in PARTICLES:
    _PARTICLE_HEADS[_word[0]].append(_word)

_FRAIL = frozenset({K.FILLER, K.ATTACHED, K.OUTCOME, K.LINK, K.ATTR, K.ALL_NODES})
_BEFORE_PARTICLE = frozenset(
    fold(word) for word in ["건", "것", "거", "둘", "각", "후", "뒤", "중", "전", "시", "때", "다"]
)
_COST = {K.NAME: 0.5, K.SERVER: 0.3, K.FILE: 0.2, K.URL: 0.3, K.FORBIDDEN: 0.7, K.TIME: 0.4, K.SINCE: 0.45, K.LINES: 0.4, K.PORT: 0.4, K.SESSION: 0.4,
         K.NODE: 0.5, K.VERSION: 0.6, K.SERVICE: 0.5, K.PRED: 0.8, K.PARTICLE: 0.9, K.QUOTE: 0.1, K.NUMBER: 0.6, K.FILLER: 1.0, K.LAYER: 0.95}  # fmt: skip
_UNKNOWN_CHAR, _UNKNOWN_START = 3.0, 2.0
_SEEMS = re.compile(fold(r"(?<![가-힣])(?P<verb>[가-힣]{0,5})\s?(?:거|것|꺼|듯)\s?(?P<seems>같[가-힣]*)"))
"""날뛰는거 같은데: something is told of; the dearer the longer the verb, since known words may stand in it."""
_GUESSES = re.compile(
    fold(
        r"(?<![가-힣])(?P<verb>[가-힣]{0,6})\s?(?P<seems>듯(?:한데요?|하네요?|하구요?|하고요?|함|해요|합니다|요|싶은데요?|싶어요|싶네요?|싶습니다|해서요?|하니|하여)?"
        r"|(?:나|가)\s?(?:봄|본데요?|보네요?|봅니다|봐서요?))(?![가-힣])"
    )
)
"""락 쩌는 듯, CPU 미쳤나 봄: something is told of, and nothing asked for."""
_AS_SOON_AS = re.compile(fold(r"(?<![가-힣])(?P<verb>[가-힣]{1,8})는\s?대로(?![가-힣])"))
"""승인 떨어지는 대로: not before it has."""
_ANYWAY = re.compile(
    fold(r".*(?:되|되시|가능하|하시|보|보시|말씀하|말씀하시|아시|있|적|쓰|원하|편하|끝나|끝내|마치|완료되|처리되)$")
)
"""되는 대로, 시간 되시는 대로: soon, and no condition; 끝나는 대로 has rules of its own."""
_WHOLE_WORD = 4.0
"""Dearer than any row of words that explains the same letters, cheaper than one that leaves two of them unknown."""
_WORDLIKE = str.isalnum


class _Row:
    """One sentence without its white space, with the places of the text behind each character."""

    def __init__(self, normal: Normal, start: int, end: int) -> None:
        self.places = [at for at in range(start, end) if not normal.plain[at].isspace()]
        self.plain = "".join(normal.plain[at] for at in self.places)
        self.lower = "".join(normal.text[at].lower()[:1] for at in self.places)
        self.index = {place: at for at, place in enumerate(self.places)}
        size = len(self.places)
        self.gap = [at == 0 or self.places[at] != self.places[at - 1] + 1 for at in range(size)] + [True]

    def edge(self, at: int) -> bool:
        """True when no letter or digit touches the place on its left."""
        return self.gap[at] or not _WORDLIKE(self.plain[at - 1])

    def closes(self, at: int) -> bool:
        """True when a word may end before `at`."""
        return at >= len(self.plain) or self.gap[at] or not _WORDLIKE(self.plain[at])

    def splits_word(self, at: int) -> bool:
        """True when `at` lies inside one run of ASCII letters or digits."""
        if at <= 0 or at >= len(self.plain) or self.gap[at]:
            return False
        a, b = self.plain[at - 1], self.plain[at]
        return a.isascii() and b.isascii() and ((a.isalpha() and b.isalpha()) or (a.isdigit() and b.isdigit()))


def _candidates(  # noqa: PLR0917
    row: _Row, normal: Normal, start: int, end: int, quotes: Sequence[Quote], gazetteer: Gazetteer
) -> dict[int, list[tuple[int, Item, float]]]:
    offers: dict[int, list[tuple[int, Item, float]]] = defaultdict(list)
    size = len(row.plain)

    def put(item: Item, cost: float | None = None) -> None:
        first = item.start
        while first < item.end and first not in row.index:
            first += 1
        last = item.end - 1
        while last >= item.start and last not in row.index:
            last -= 1
        if first <= last:
            a, b = row.index[first], row.index[last] + 1
            offers[a].append((b, item, _COST.get(item.kind, 1.0) if cost is None else cost))

    for quote in quotes:
        if start <= quote.start and quote.end <= end:
            put(Item(K.QUOTE, quote.start, quote.end, normal.written(quote.start + 1, quote.end - 1)))
    for item in values(normal.text, normal.plain, start, end, gazetteer):
        put(item)
    for seems in _SEEMS.finditer(normal.plain, start, end):
        put(Item(K.UNKNOWN, *seems.span(), "pred"), 1.6 + 0.9 * len(seems["verb"]))
        put(Item(K.UNKNOWN, seems.start("seems"), seems.end(), "pred"), 0.9)
    for guess in _GUESSES.finditer(normal.plain, start, end):
        verb = guess["verb"]
        put(Item(K.STATE, guess.start("seems"), guess.end(), ""), 0.9)
        for at in range(len(verb)):
            if guess["seems"][0] != fold("듯") or split(verb[-1])[2] in ("ㄴ", "ㄹ"):
                put(Item(K.STATE, guess.start("verb") + at, guess.end(), ""), 1.6 + 0.9 * (len(verb) - at))
    for soon in _AS_SOON_AS.finditer(normal.plain, start, end):
        if not _ANYWAY.match(soon["verb"]):
            put(Item(K.COND, *soon.span()), 0.9)
    for found in times(normal.plain, start, end):
        if "메일" in normal.text[found.start : found.end]:
            continue  # mail, not 매일
        put(Item(K.TIME, found.start, found.end, found))
    for at in range(size):
        _names(row, at, gazetteer, offers)
        if row.gap[at] and is_syllable(row.plain[at]):
            stop = at + 1
            while stop < size and not row.gap[stop] and is_syllable(row.plain[stop]):
                stop += 1
            if whole(row.plain[at:stop]) and gazetteer.exact(row.lower[at:stop]) is None:
                put(Item(K.UNKNOWN, row.places[at], row.places[stop - 1] + 1, "pred"), _WHOLE_WORD)
        _words(row, at, gazetteer, offers)
        place = row.places[at]
        char = row.plain[at]
        if is_syllable(char) or char in "ㄱㄴㅂ" or (char.isalpha() and row.edge(at)):
            for stop, pred in (*predicates(normal.plain, place, end), *phrases(normal.plain, place)):
                while stop > place and normal.plain[stop - 1] == " ":
                    stop -= 1
                put(Item(K.PRED, place, stop, pred), 0.8 - 0.01 * min(stop - place, 20))
    return offers


def _names(row: _Row, at: int, gazetteer: Gazetteer, offers: dict[int, list[tuple[int, Item, float]]]) -> None:
    if row.splits_word(at):
        return
    for length in gazetteer.lengths(row.plain[at : at + 2]):
        stop = at + length
        if stop > len(row.plain) or row.splits_word(stop):
            continue
        gaps = sum(row.gap[at + 1 : stop])
        if gaps and (length < 3 or not row.edge(at)):
            continue
        match = gazetteer.exact(row.lower[at:stop])
        if match is not None and (match.how != "slip" or length >= 3):
            item = Item(K.NAME, row.places[at], row.places[stop - 1] + 1, match)
            offers[at].append(
                (stop, item, _COST[K.NAME] + (0.2 if match.how in ("slip", "pair") else 0.0) + 0.05 * gaps)
            )


def _words(row: _Row, at: int, gazetteer: Gazetteer, offers: dict[int, list[tuple[int, Item, float]]]) -> None:
    plain = row.plain
    if row.splits_word(at):
        return
    for word in _HEADS.get(plain[at], ()):
        if not plain.startswith(word, at):
            continue
        stop = at + len(word)
        if row.splits_word(stop):
            continue
        if word.isascii() and word.isalpha() and len(word) <= 2 and any(row.gap[at + 1 : stop]):
            continue
        if word in CLOSED and not row.edge(at) and not is_syllable(plain[at - 1]) and not plain[at - 1].isascii():
            continue
        span = (row.places[at], row.places[stop - 1] + 1)
        gaps = sum(row.gap[at + 1 : stop])
        if gaps and not (row.edge(at) or (is_syllable(plain[at]) and plain[at - 1].isascii())):
            continue  # DB슬로우 쿼리: the script changes
        for kind, value in WORDS[word]:
            cost = (0.5 if word in STRONG else _COST.get(kind, 1.0)) + 0.06 * gaps
            if word in CLOSED:
                cost += 0.0 if row.edge(at) and row.closes(stop) else 0.6
                if not row.closes(stop) and kind in _FRAIL and word not in _BEFORE_PARTICLE:
                    cost += 7.0
            offers[at].append((stop, Item(kind, *span, value), cost))
    if plain[at].isascii() and plain[at].isalpha() and row.edge(at):
        stop = at + 1
        while stop < len(plain) and not row.gap[stop] and plain[stop].isascii() and plain[stop].isalnum():
            stop += 1
        layers = gazetteer.products.get(plain[at:stop])
        if layers and len(layers) == 1:
            offers[at].append((stop, Item(K.LAYER, row.places[at], row.places[stop - 1] + 1, next(iter(layers))), 1.0))
    if not row.gap[at]:
        for word in _PARTICLE_HEADS.get(plain[at], ()):
            if plain.startswith(word, at):
                stop = at + len(word)
                if any(row.gap[at + 1 : stop]):
                    continue
                cost = _COST[K.PARTICLE] + (0.0 if row.closes(stop) else 0.5)
                kind = K.AND if word in JOINING else K.PARTICLE
                offers[at].append((stop, Item(kind, row.places[at], row.places[stop - 1] + 1, word), cost))


def _best(row: _Row, offers: dict[int, list[tuple[int, Item, float]]], names: bool) -> list[Item]:
    size = len(row.plain)
    infinite = float("inf")
    cost = [infinite] * (size + 1)
    loose = [infinite] * (size + 1)  # the best row that ends in an unknown character
    back: list[tuple[int, Item | None, bool] | None] = [None] * (size + 1)
    loose_back: list[bool] = [False] * (size + 1)
    cost[0] = 0.0
    for at in range(size):
        here = min(cost[at], loose[at])
        if here == infinite:
            continue
        from_loose = loose[at] < cost[at]
        for stop, item, price in offers.get(at, ()):
            if not names and item.kind is K.NAME:
                continue
            total = here + price
            if total < cost[stop]:
                cost[stop] = total
                back[stop] = (at, item, from_loose)
        char = row.plain[at]
        stop = at + 1
        if not _WORDLIKE(char):
            if here + 0.05 < cost[stop]:
                cost[stop] = here + 0.05
                back[stop] = (at, None, from_loose)
            continue
        fresh = cost[at] + _UNKNOWN_START + _UNKNOWN_CHAR
        going = loose[at] + _UNKNOWN_CHAR + (_UNKNOWN_START if row.gap[at] else 0.0)
        best = min(fresh, going)
        if best < loose[stop]:
            loose[stop] = best
            loose_back[stop] = going < fresh
    return _walk(row, cost, loose, back, loose_back)


def _walk(
    row: _Row,
    cost: list[float],
    loose: list[float],
    back: list[tuple[int, Item | None, bool] | None],
    loose_back: list[bool],
) -> list[Item]:
    items: list[Item] = []
    at = len(row.plain)
    in_loose = loose[at] < cost[at]
    while at > 0:
        if in_loose:
            stop = at
            while in_loose:
                in_loose = loose_back[at]
                at -= 1
                if in_loose and row.gap[at] and at > 0:
                    items.append(Item(K.UNKNOWN, row.places[at], row.places[stop - 1] + 1))
                    stop = at
            items.append(Item(K.UNKNOWN, row.places[at], row.places[stop - 1] + 1))
            continue
        step = back[at]
        assert step is not None
        before, item, in_loose = step
        if item is not None:
            items.append(item)
        at = before
    items.reverse()
    return items


def scan(normal: Normal, start: int, end: int, quotes: Sequence[Quote], gazetteer: Gazetteer) -> list[Item]:
    """The items of the sentence `normal.text[start:end]`, in order."""
    row = _Row(normal, start, end)
    if not row.plain:
        return []
    items = swallow(_best(row, _candidates(row, normal, start, end, quotes, gazetteer), names=True), normal.text)
    items = fuse(items, normal.plain)
    for item in items:
        if item.kind is K.UNKNOWN:
            look_again(item, normal, gazetteer)
    return listed(rejoined(items, normal.plain), normal.plain)
