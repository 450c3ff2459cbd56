"""Third stage, first half: the names that the inventory holds, looked up in text. No name comes from anywhere else."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from guardia.cmdb.model import AliasKind, Inventory, Server
from guardia.hub.parser.embedded.hangul import fold, is_syllable, jamo, keys, one_key_off, split
from guardia.hub.parser.embedded.ordinary import ORDINARY

_SPACE = re.compile(r"\s+")
MIN_NAME = 2
"""A name of one character would be found in every other word; it must be written as an asset code or host."""
MIN_SLIP = 4
"""Shorter names are matched as written (vowels that sound alike aside): one letter more or less is another name."""
MIN_SLIP_ASCII = 6

# Pairs of ordinary words that differ only in vowels which sound alike: each is a word of its own, never a slip.
_PAIRS = (
    ("결재", "결제"), ("재정", "제정"), ("관재", "관제"), ("개시", "게시"), ("재재", "제재"),
    ("경재", "경제"), ("배수", "베수"), ("새무", "세무"), ("재목", "제목"), ("재출", "제출"), ("새로", "세로"),
    ("내부", "네부"), ("모래", "모레"), ("재안", "제안"), ("재품", "제품"), ("재작", "제작"), ("해산", "헤산"),
)  # fmt: skip
_NEIGHBOURS = ({"ㅓ", "ㅕ"}, {"ㅏ", "ㅑ"}, {"ㅗ", "ㅛ"}, {"ㅜ", "ㅠ"}, {"ㅔ", "ㅖ"})
# Words that so many systems' names end with that a wrong letter in one makes no other name.
_COMMON = (
    "시스템",
    "포털",
    "센터",
    "홈페이지",
    "플랫폼",
    "서비스",
    "누리집",
    "네트워크",
    "게이트웨이",
    "데이터",
    "클라우드",
    "정보망",
    "포탈",
)
_SPELLINGS = frozenset({"포탈", "센타", "써버", "싸이", "컨텐"})
"""Ordinary words that are but another spelling of a word in names (포털)."""
_OTHER_WORDS = ORDINARY - _SPELLINGS
_LONG_COMMON = tuple(fold(word) for word in _COMMON if len(word) > 2)
_WORDS_OF_PAIRS = frozenset(word for pair in _PAIRS for word in pair)


@dataclass(frozen=True, slots=True)
class Name:
    """A surface form of an institution (`system` empty) or of one institution's system."""

    institution: str
    system: str
    surface: str
    alias: bool


@dataclass(frozen=True, slots=True)
class Match:
    """Names that a span may mean; `how` is `name`, `alias`, `slip` or `pair`. Several only when they share the
    surface."""

    names: tuple[Name, ...]
    how: str

    @property
    def institutions(self) -> tuple[str, ...]:
        """Institutions that the span names as such."""
        return tuple(sorted({name.institution for name in self.names if not name.system}))

    @property
    def systems(self) -> tuple[tuple[str, str], ...]:
        """(institution, system) pairs that the span may mean."""
        return tuple(sorted({(name.institution, name.system) for name in self.names if name.system}))

    @property
    def system_names(self) -> frozenset[str]:
        """Systems that the span may mean, whosever they are."""
        return frozenset(name.system for name in self.names if name.system)


def compact(text: str) -> str:
    return _SPACE.sub("", text).lower()


def _same_words(written: str, surface: str) -> bool:
    """False when the two differ within a pair of ordinary words, so that the one is no slip of the other."""
    for size in (2,):
        for at in range(len(written) - size + 1):
            mine, other = written[at : at + size], surface[at : at + size]
            if mine != other and mine in _WORDS_OF_PAIRS and fold(mine) == fold(other):
                return False
    return True


def _one_pair(written: str, surface: str) -> bool:
    """간편결재 for 간편결제: one letter, within a pair, behind the first word of the name."""
    wrong = [at for at, (a, b) in enumerate(zip(written, surface, strict=False)) if a != b]
    return len(written) == len(surface) and len(wrong) == 1 and wrong[0] > 2


def _one_slip(written: str, surface: str) -> bool:
    """One slip of the hand in a long Korean name: a vowel with its neighbour, one letter in a word that many names end
    with, two syllables swapped, one syllable twice. Any other letter may tell two names apart (중계, 중개)."""
    mine, theirs = jamo(written), jamo(surface)
    if len(mine) == len(theirs) + 1:
        return any(mine[at] == mine[at + 1] and mine[:at] + mine[at + 1 :] == theirs for at in range(1, len(mine) - 1))
    if len(mine) != len(theirs):
        return False
    wrong = [at for at, (a, b) in enumerate(zip(mine, theirs, strict=True)) if a != b]
    if len(wrong) == 1 and wrong[0] >= 1:
        at = wrong[0]
        if not (is_syllable(written[at]) and is_syllable(surface[at])):
            return False
        if sum(a != b for a, b in zip(mine[at], theirs[at], strict=True)) != 1:
            return False
        vowels = {mine[at][1], theirs[at][1]}
        return vowels in _NEIGHBOURS or any(
            surface.endswith(fold(word)) and at >= len(surface) - len(word) for word in _COMMON
        )
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and wrong[0] >= 1
        and mine[wrong[0]] == theirs[wrong[1]]
        and mine[wrong[1]] == theirs[wrong[0]]
        and all(is_syllable(written[at]) for at in wrong)
    )


def _open(char: str) -> str:
    """A closed syllable without its closing consonant; "" for any other character."""
    initial, vowel, final = split(char) if is_syllable(char) else ("", "", "")
    return initial + vowel if final else ""


def _holes(key: str) -> Iterator[str]:
    """`key` with each character left open."""
    for at in range(len(key)):
        yield f"{key[:at]}\0{key[at + 1 :]}"


STRENGTHS = frozenset(
    frozenset(pair) for pair in ("ㄱㅋ", "ㄱㄲ", "ㄷㅌ", "ㄷㄸ", "ㅂㅍ", "ㅂㅃ", "ㅅㅆ", "ㅈㅊ", "ㅈㅉ", "ㅊㅉ")
)
"""Initials that differ in strength alone: within a name of four syllables or more they tell none apart."""


def _one_key(written: str, surface: str, *, vowels_only: bool) -> bool:
    """One finger on the key beside the right one, in a vowel or a final consonant of a name of four or more syllables.

    Safe because initials stand (they tell most names apart: 법무, 재무), the first syllable stands, digits and Latin
    letters stand, and the caller sees to it that no ordinary word came out (`_ordinary`) and no other name is near.
    """
    if len(written) != len(surface) or sum(map(is_syllable, surface)) < MIN_SLIP:
        return False
    wrong = [at for at, (a, b) in enumerate(zip(written, surface, strict=True)) if a != b]
    if len(wrong) != 1 or not (is_syllable(written[wrong[0]]) and is_syllable(surface[wrong[0]])):
        return False
    mine, theirs = jamo(written[wrong[0]])[0], jamo(surface[wrong[0]])[0]
    if not wrong[0] and (mine[1] != theirs[1] or not mine[2] or not theirs[2] or vowels_only):
        return False  # 탐승수속: only the closing consonant of the first syllable
    if wrong[0] and mine[1:] == theirs[1:] and frozenset((mine[0], theirs[0])) in STRENGTHS:
        return not vowels_only  # 화물추척
    if (
        mine[0] != theirs[0]
        or (mine[1] != theirs[1]) == (mine[2] != theirs[2])
        or (vowels_only and mine[2] != theirs[2])
    ):
        return False
    return one_key_off(keys(written[wrong[0]]), keys(surface[wrong[0]]))


def _ordinary(written: str, surface: str) -> bool:
    """True when an ordinary word stands where `written` (not folded) leaves `surface` (folded): 진로예약 is no slip of
    진료예약, whichever of the two the inventory holds."""
    folded = fold(written)
    if len(folded) != len(surface):
        return False
    wrong = [at for at, (a, b) in enumerate(zip(folded, surface, strict=True)) if a != b]
    if any(surface.endswith(word) and wrong and wrong[0] >= len(surface) - len(word) for word in _LONG_COMMON):
        return False  # 시스텝 is 시스템 for all that 스텝 is a word
    return len(wrong) == 1 and any(
        written[at : at + 2] in _OTHER_WORDS for at in (wrong[0] - 1, wrong[0]) if at >= 0 and at + 2 <= len(written)
    )


def _one_sound(written: str, surface: str) -> bool:
    """통행뇨: ㄹ written as it sounds behind a closed syllable, within a name of four syllables or more (Standard
    Pronunciation, rule 19)."""
    if len(written) != len(surface) or len(surface) < 4:
        return False
    wrong = [at for at, (a, b) in enumerate(zip(written, surface, strict=True)) if a != b]
    if len(wrong) != 1 or not wrong[0]:
        return False
    at = wrong[0]
    if not (is_syllable(written[at]) and is_syllable(surface[at])):
        return False
    mine, theirs = split(written[at]), split(surface[at])
    closed = is_syllable(surface[at - 1]) and bool(split(surface[at - 1])[2])
    return closed and mine[1:] == theirs[1:] and (mine[0], theirs[0]) == ("ㄴ", "ㄹ")


def _one_slip_ascii(written: str, surface: str) -> bool:
    """One letter wrong, missing, doubled or two swapped, after the second; digits must be right."""
    if abs(len(written) - len(surface)) > 1 or written[:2] != surface[:2]:
        return False
    if [c for c in written if c.isdigit()] != [c for c in surface if c.isdigit()]:
        return False
    head = 0
    while head < min(len(written), len(surface)) and written[head] == surface[head]:
        head += 1
    a, b = written[head:], surface[head:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[:2][::-1] and a[2:] == b[2:])
    if len(a) > len(b):
        return a[1:] == b and bool(head) and a[0] == written[head - 1]
    return b[1:] == a and len(surface) > MIN_SLIP_ASCII


class Gazetteer:
    """An index over one inventory. Building takes time linear in the inventory; look-ups do not grow with it."""

    def __init__(self, inventory: Inventory) -> None:
        self.revision = inventory.revision
        self._names: dict[str, list[Name]] = defaultdict(list)
        self._lengths: dict[str, list[int]] = {}
        self._similar: dict[str, list[str]] = defaultdict(list)
        self._closed: dict[str, list[str]] = defaultdict(list)
        self._typed: dict[str, str] = {}
        self._holed: frozenset[str] = frozenset()
        self._hosts: dict[str, Server] = {}
        self._addresses: dict[str, list[Server]] = defaultdict(list)
        self._nodes: dict[tuple[str, str, str, str], dict[int, Server]] = defaultdict(dict)
        self._layers: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._systems: dict[str, set[str]] = defaultdict(set)
        self.services: dict[str, set[str]] = defaultdict(set)
        self.products: dict[str, set[str]] = defaultdict(set)
        self._hosts_seen(inventory)
        self._names_seen(inventory)

    def _hosts_seen(self, inventory: Inventory) -> None:
        for server in inventory.servers:
            layer = str(server.infrastructure_layer)
            self._hosts[server.asset_code.lower()] = server
            self._hosts[server.hostname.lower()] = server
            if server.address:
                self._addresses[server.address.lower()].append(server)
            key = (server.institution, server.system_name, str(server.environment), layer)
            self._nodes[key][server.node_no] = server
            self._layers[server.institution, server.system_name].add(layer)
            self._systems[server.institution].add(server.system_name)
            if server.service_name:
                self.services[server.service_name.lower()].add(layer)
            if server.product:
                self.products[compact(server.product)].add(layer)

    def _names_seen(self, inventory: Inventory) -> None:
        for institution, systems in self._systems.items():
            self._add(Name(institution, "", institution, alias=False))
            for system in systems:
                self._add(Name(institution, system, system, alias=False))
        for alias in inventory.aliases:
            if alias.kind is AliasKind.INSTITUTION:
                if alias.canonical in self._systems:
                    self._add(Name(alias.canonical, "", alias.alias, alias=True))
            elif alias.canonical in self._systems.get(alias.institution, ()):
                self._add(Name(alias.institution, alias.canonical, alias.alias, alias=True))
        lengths: dict[str, set[int]] = defaultdict(set)
        for key in self._names:
            lengths[key[:2]].add(len(key))
            self._similar[key[:1]].append(key)
            if len(key) >= MIN_SLIP and is_syllable(key[0]) and split(key[0])[2]:
                self._closed[_open(key[0])].append(key)
        self._lengths = {head: sorted(sizes, reverse=True) for head, sizes in lengths.items()}
        self._typed = {key: keys(key) for key in self._names if not key.isascii()}
        self._holed = frozenset(hole for key in self._typed if len(key) >= MIN_SLIP for hole in _holes(key))

    def _add(self, name: Name) -> None:
        surface = compact(name.surface)
        for form in {surface, surface.replace("-", "")}:
            if len(form) >= MIN_NAME and not form.isdigit():
                self._names[fold(form)].append(name)

    # --- names ------------------------------------------------------------------------------------------------------

    def lengths(self, head: str) -> list[int]:
        """How long names can be that begin with these two (folded) characters, longest first."""
        return self._lengths.get(head, [])

    def exact(self, written: str) -> Match | None:
        """Names that `written` (compact, lower case, not folded) is, spelling of vowels aside."""
        names = self._names.get(fold(written))
        if not names:
            return None
        same = [name for name in names if written in {compact(name.surface), compact(name.surface).replace("-", "")}]
        if same:
            return Match(tuple(same), "alias" if all(name.alias for name in same) else "name")
        slips = [name for name in names if _same_words(written, compact(name.surface))]
        how = "slip"
        if not slips and len(written) >= MIN_SLIP:
            how = "pair"
            slips = [name for name in names if name.system and _one_pair(written, compact(name.surface))]
        if not slips or len({fold(compact(name.surface)) for name in slips}) > 1 or self._differ(slips):
            return None
        return Match(tuple(slips), how)

    @staticmethod
    def _differ(names: list[Name]) -> bool:
        return len({(bool(name.system), name.system or name.institution) for name in names}) > 1

    def slip(self, written: str) -> Match | None:
        """The one name that `written` (compact, lower case, not folded) is a slip of the key of, or None."""
        folded = fold(written)
        ascii_only = folded.isascii()
        if len(folded) < (MIN_SLIP_ASCII if ascii_only else MIN_SLIP):
            return None
        found: list[Name] = []
        for key in (*self._similar.get(folded[0], ()), *self._closed.get(_open(folded[0]), ())):
            least = MIN_SLIP_ASCII if key.isascii() else MIN_SLIP - (len(folded) > len(key))
            if abs(len(key) - len(folded)) <= 1 and len(key) >= least and self._slipped(written, folded, key):
                found.extend(self._names[key])
        found = list(dict.fromkeys(found))
        if not found or self._differ(found) or (not ascii_only and self._others_near(folded, found)):
            return None
        return Match(tuple(found), "slip")

    def nearly(self, written: str) -> bool:
        """True when `written` may be a name but for one character: cheap, and true of every such slip."""
        return any(hole in self._holed for hole in _holes(fold(written)))

    def _slipped(self, written: str, folded: str, key: str) -> bool:
        if folded.isascii():
            return _one_slip_ascii(folded, key)
        office = any(not name.system for name in self._names[key])
        if not (_one_slip(folded, key) or _one_sound(folded, key) or _one_key(folded, key, vowels_only=office)):
            return False
        return not _ordinary(written, key)

    def _others_near(self, folded: str, found: list[Name]) -> bool:
        """True when another name lies two keys or less from `folded`: nobody can tell which one was meant."""
        near = process.extract(keys(folded), self._typed, scorer=OSA.distance, score_cutoff=2, limit=8)
        return self._differ([*found, *(name for _, _, key in near for name in self._names[key])])

    # --- hosts ------------------------------------------------------------------------------------------------------

    def host(self, token: str) -> Server | None:
        return self._hosts.get(token.lower())

    def numbers(self, codes: Iterable[str]) -> frozenset[int]:
        """The node numbers of the hosts with these asset codes; a code that no host has is left out."""
        return frozenset(host.node_no for code in codes if (host := self.host(code)) is not None)

    def address(self, token: str) -> tuple[Server, ...]:
        return tuple(self._addresses.get(token.lower(), ()))

    # --- what there is ----------------------------------------------------------------------------------------------

    def layers(self, institution: str, system: str) -> frozenset[str]:
        return frozenset(self._layers.get((institution, system), ()))

    def nodes(self, institution: str, system: str, environment: str, layer: str) -> dict[int, Server]:
        return self._nodes.get((institution, system, environment, layer), {})
