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

from guardia.hub.parser.embedded.endings import conditional, phrases, predicates, shape, whole
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lexicon import CLOSED, JOINING, PARTICLES, SLIPPED, STRONG, WORDS
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Quote
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

# What an unknown stretch swallows on its left and on its right when nothing stands between.
_LEFT = frozenset({
    K.NAME, K.FILLER, K.LAYER, K.ACT, K.TOPIC, K.ENV, K.GENERIC, K.ATTR, K.LIGHT, K.ALL_NODES, K.PERSON, K.POINT, K.AND, K.REQUEST,
    K.ATTACHED, K.LINK, K.SELF, K.PAST, K.OUTCOME, K.ASK, K.STATE, K.FORBIDDEN, K.HELP, K.CANCEL, K.PREVIOUS, K.COND, K.NEG, K.BUT, K.REST,
    K.ALSO, K.NUMBER, K.UNKNOWN, K.VERSION,
})  # fmt: skip
_RIGHT = frozenset({
    K.NAME, K.FILLER, K.GENERIC, K.ATTR, K.PERSON, K.POINT, K.ALL_NODES, K.ATTACHED, K.UNKNOWN, K.REQUEST, K.SELF, K.PAST, K.HELP, K.LINK,
    K.AND, K.REST, K.PREVIOUS, K.NEG, K.OUTCOME,
})  # fmt: skip
_FRAIL = frozenset({K.FILLER, K.ATTACHED, K.OUTCOME, K.LINK, K.ATTR, K.ALL_NODES})
_BEFORE_PARTICLE = frozenset(
    fold(word) for word in ["건", "것", "거", "둘", "각", "후", "뒤", "중", "전", "시", "때", "다"]
)
_COST = {K.NAME: 0.5, K.SERVER: 0.3, K.FILE: 0.2, K.URL: 0.3, K.FORBIDDEN: 0.7, K.TIME: 0.4, K.SINCE: 0.45, K.LINES: 0.4, K.PORT: 0.4, K.SESSION: 0.4,
         K.NODE: 0.5, K.VERSION: 0.6, K.SERVICE: 0.5, K.PRED: 0.8, K.PARTICLE: 0.9, K.QUOTE: 0.1, K.NUMBER: 0.6, K.FILLER: 1.0, K.LAYER: 0.95}  # fmt: skip
_UNKNOWN_CHAR, _UNKNOWN_START = 3.0, 2.0
_SEEMS = re.compile(fold(r"(?<![가-힣])(?P<verb>[가-힣]{0,5})(?:거|것|꺼|듯)\s?(?P<seems>같[가-힣]*)"))
"""날뛰는거 같은데: something is told of; the dearer the longer the verb, since known words may stand in it."""
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
    for found in times(normal.plain, start, end):
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
            offers[at].append((stop, item, _COST[K.NAME] + (0.2 if match.how == "slip" else 0.0) + 0.05 * gaps))


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
        if gaps and not row.edge(at):
            continue
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


def _swallow(items: list[Item], text: str) -> list[Item]:
    """Unknown stretches take in the known words that touch them."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind is not K.UNKNOWN or item.value == "pred":  # a whole predicate swallows nothing
            out.append(item)
            index += 1
            continue
        start, end = item.start, item.end
        if len(out) > 1 and out[-1].end == start and _middle(out[-1], out[-2], text):
            start = out.pop().start  # 대전의료원: 의 is no particle here
        while out and out[-1].end == start and (out[-1].kind in _LEFT or (out[-1].kind is K.PRED and _touching(out))):
            start = out.pop().start
        index += 1
        while index < len(items) and items[index].start == end:
            following = items[index]
            short = end - start == 1 and following.kind in (K.ACT, K.LIGHT, K.TOPIC)
            if _syllable_of(following, text):
                end = following.end
                index += 1
                continue
            if (
                following.kind not in _RIGHT
                and not short
                and not _loose_verb(following, text)
                and not _inside(items, index)
            ):
                break
            end = following.end
            index += 1
        out.append(Item(K.UNKNOWN, start, end, item.value if (start, end) == (item.start, item.end) else None))
    return out


def _middle(item: Item, before: Item, text: str) -> bool:
    return item.kind is K.PARTICLE and text[item.start : item.end] == "의" and before.end == item.start


_BESIDE = frozenset({
    K.NAME, K.LAYER, K.ENV, K.NODE, K.PARTICLE, K.AND, K.PERSON, K.POINT, K.BUT, K.NOT_THIS, K.EVERY_LAYER, K.SERVER, K.PRED, K.UNKNOWN, K.ALL_NODES, K.ALSO,
    K.REST, K.QUOTE, K.FILE, K.TIME, K.PORT, K.SESSION, K.LINES, K.SINCE,
})  # fmt: skip
_AFTER_NAME = _BESIDE | {K.ACT, K.TOPIC, K.LIGHT, K.STATE, K.HELP, K.CANCEL, K.ASK, K.COND}
_PLAIN_SUFFIX = frozenset(
    fold(word)
    for word in ("시스템", "서버", "서비스", "쪽", "측", "단", "노드", "사이트", "장비", "서버들", "호스트", "써버")
)


def _fuse(items: list[Item], plain: str) -> list[Item]:
    """A name that other words touch is a part of a longer name that nobody knows: 승인중개 is not 승인."""
    out: list[Item] = []
    index = 0
    while index < len(items):
        item = items[index]
        if item.kind is not K.NAME:
            out.append(item)
            index += 1
            continue
        start, end, foreign = item.start, item.end, False
        if out and out[-1].end == start and out[-1].kind not in _BESIDE and is_syllable(plain[start - 1]):
            foreign = True
            start = out.pop().start
        if out and _hyphen(out[-1], item, plain):
            foreign, start = True, out.pop().start
        ahead = index + 1
        if ahead < len(items) and (_hyphen(item, items[ahead], plain) or _kind_of(items, ahead)):
            foreign, end = True, items[ahead].end  # PACS-NEW WAS, 과금조회 WAS
        while (
            ahead < len(items) and items[ahead].start == items[ahead - 1].end and is_syllable(plain[items[ahead].start])
        ):
            following = items[ahead]
            word = plain[following.start : following.end]
            if following.kind in _BESIDE:
                break
            if (following.kind is K.GENERIC and (ahead > index + 1 or word not in _PLAIN_SUFFIX)) or (
                following.kind is not K.GENERIC and following.kind not in _AFTER_NAME
            ):
                foreign, end = True, following.end
            elif foreign:
                break
            ahead += 1
        if not foreign:
            out.append(item)
            index += 1
            continue
        while index < len(items) and items[index].end <= end:
            index += 1
        out.append(Item(K.UNKNOWN, start, end, "noun"))
    return out


def _hyphen(one: Item, other: Item, plain: str) -> bool:
    """True when a hyphen alone joins a name and a word that names no place."""
    return (
        other.start == one.end + 1
        and plain[one.end] in "-_"
        and (one.kind not in _BESIDE or other.kind not in _BESIDE or K.UNKNOWN in (one.kind, other.kind))
    )


def _kind_of(items: list[Item], ahead: int) -> bool:
    """True when the word that touches a name is a part of it, since a place or an action follows and no verb does."""
    item = items[ahead]
    if item.kind not in (K.LIGHT, K.CANCEL) or item.start != items[ahead - 1].end or ahead + 1 >= len(items):
        return False
    after = items[ahead + 1]
    return after.start > item.end and after.kind in (K.LAYER, K.NODE, K.ENV, K.ACT)


def _loose_verb(item: Item, text: str) -> bool:
    """A verb other than 하다 and its kin does not begin inside a word: 충주시 is no 주시."""
    return (
        item.kind is K.PRED
        and item.value.role not in ("ask", "asked")
        and not (item.value.role in ("do", "become") and text[item.start] in "하해했할한함합되돼됐된될됨시")
    )


def _syllable_of(item: Item, text: str) -> bool:
    """A short word behind an unknown one is its last syllable (나래시), unless it makes a condition (없을시)."""
    if item.end - item.start != 1 or item.kind in (K.PARTICLE, K.AND, K.LAYER, K.NODE, K.PRED, K.BUT, K.TIME):
        return False
    before = text[item.start - 1]
    return not (item.kind is K.COND and is_syllable(before) and split(before)[2] == "ㄹ")


def _inside(items: list[Item], index: int) -> bool:
    """A particle with more of the word behind it is part of the word."""
    return (
        items[index].kind in (K.PARTICLE, K.TIME, K.LAYER)
        and index + 1 < len(items)
        and items[index + 1].kind is K.UNKNOWN
        and items[index + 1].start == items[index].end
    )


def _touching(out: list[Item]) -> bool:
    return out[-1].end - out[-1].start <= 2


def scan(normal: Normal, start: int, end: int, quotes: Sequence[Quote], gazetteer: Gazetteer) -> list[Item]:
    """The items of the sentence `normal.text[start:end]`, in order."""
    row = _Row(normal, start, end)
    if not row.plain:
        return []
    items = _swallow(_best(row, _candidates(row, normal, start, end, quotes, gazetteer), names=True), normal.text)
    items = _fuse(items, normal.plain)
    for item in items:
        if item.kind is K.UNKNOWN:
            _look_again(item, normal, gazetteer)
    return _listed(_rejoined(items, normal.plain), normal.plain)


_THINGS = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV})
_WITH = fold("하고")
_BECAUSE = frozenset(fold(word) for word in ("니까", "이니까"))
_ENDED = frozenset(fold(word) for word in ("요", "지", "죠", "는", "나", "야"))


def _listed(items: list[Item], plain: str) -> list[Item]:
    """1호기하고 3호기 내려줘: behind a target and before another one "하고" lists them, nothing is done yet."""
    for index in range(1, len(items) - 1):
        item, before, after = items[index], items[index - 1], items[index + 1]
        if (
            item.kind is K.PRED
            and plain[item.start : item.end] == _WITH
            and before.kind in _THINGS
            and after.kind in _THINGS
            and (item.start == before.end or not any(one.kind in (K.ACT, K.TOPIC) for one in items[:index]))
        ):
            item.kind, item.value = K.AND, _WITH
    return items


def _rejoined(items: list[Item], plain: str) -> list[Item]:
    """What looks like particles behind an unknown word may be the ending of a verb: 찍혔는지."""
    out: list[Item] = []
    for index, item in enumerate(items):
        if (
            item.kind is K.PARTICLE
            and out
            and out[-1].kind is K.UNKNOWN
            and out[-1].value == "noun"
            and out[-1].end == item.start
        ):
            if item.value == _NEUN and index + 1 < len(items) and _wonders(item, items[index + 1]):
                out[-1] = Item(K.UNKNOWN, out[-1].start, items[index + 1].end, "pred")  # 튀는지
                items[index + 1].kind = K.FILLER
                continue
            word = plain[out[-1].start : item.end].replace(" ", "")
            if item.value in _BECAUSE or (item.value in _ENDED and whole(word)):
                out[-1] = Item(K.UNKNOWN, out[-1].start, item.end, "pred")
                continue
            if conditional(word):
                out[-1] = Item(K.COND, out[-1].start, item.end)
                continue
            if split(plain[item.start - 1])[2] == "ㅆ" if is_syllable(plain[item.start - 1]) else False:
                out[-1] = Item(K.UNKNOWN, out[-1].start, item.end, "pred")
                continue
        out.append(item)
    return out


_NEUN, _JI = fold("는"), fold("지")


def _wonders(item: Item, after: Item) -> bool:
    return after.kind is K.PARTICLE and after.value == _JI and after.start == item.end


def _wrong_vowel(word: str, known: str) -> bool:
    wrong = [(a, b) for a, b in zip(word, known, strict=True) if a != b]
    if len(wrong) != 1 or not (is_syllable(wrong[0][0]) and is_syllable(wrong[0][1])):
        return False
    (one, _, last), (other, _, end) = split(wrong[0][0]), split(wrong[0][1])
    return one == other and last == end


def _look_again(item: Item, normal: Normal, gazetteer: Gazetteer) -> None:
    """An unknown word may be a slip of the key; if not, its end tells whether it is a noun at all."""
    written = "".join(normal.text[item.start : item.end].split()).lower()
    match = gazetteer.slip(written)
    if match is not None:
        item.kind, item.value = K.NAME, match
        return
    word = "".join(normal.plain[item.start : item.end].split())
    for known, (kind, value) in SLIPPED.items():
        if len(word) == len(known) and word[0] == known[0] and _wrong_vowel(word, known):
            item.kind, item.value = kind, value
            return
    if conditional(word):
        item.kind = K.COND
    else:
        item.value = item.value or shape(word)
