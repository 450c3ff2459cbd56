"""Candidates: what of the inventory a message may speak of, so that prompt and schema name that and nothing else. Pure.

Recall counts here, not precision: a name too many costs tokens, a missing one cannot be answered. The index is built
once per revision of the inventory; a look-up does not grow with the number of servers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec

MAX_INSTITUTIONS = 16
MAX_SYSTEMS = 20
MAX_NEAR = 8
"""Systems or institutions that are only similar to something in the text."""
MAX_EARLIER = 6
"""Systems that only earlier messages name."""
MAX_NODES = 64
MAX_PER_PLACE = 12
"""Nodes of one system, environment and layer."""
MAX_TEXT = 4_000
"""Characters of a message that are looked at."""
MAX_SIMILAR_TEXT = 600
_RARE = 300
"""An n-gram that more names hold than this tells nothing."""
_LIKE = 0.5
"""Share of a name's rare n-grams that the text must hold."""

# Vowels that sound alike, as conjoining letters: 에 애, 예 얘, 외 왜 웨.
_ALIKE = str.maketrans("\u1166\u1168\u116b\u1170", "\u1162\u1164\u116c\u116c")
_SPACE = re.compile(r"\s+")
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_NUMBER = re.compile(r"(?<![\d.])(\d{1,4})(?:\s*[~\u223c\uff5e-]\s*(\d{1,4}))?(?![\d.])")
_MAX_RANGE = 200


class ServerRow(Protocol):
    """What is read of a server; the inventory's own type has it."""

    @property
    def asset_code(self) -> str: ...
    @property
    def hostname(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def institution(self) -> str: ...
    @property
    def system_name(self) -> str: ...
    @property
    def environment(self) -> str: ...
    @property
    def infrastructure_layer(self) -> str: ...
    @property
    def node_no(self) -> int: ...


class AliasRow(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def canonical(self) -> str: ...
    @property
    def institution(self) -> str: ...
    @property
    def alias(self) -> str: ...


class InventoryRows(Protocol):
    @property
    def revision(self) -> int: ...
    @property
    def servers(self) -> Sequence[ServerRow]: ...
    @property
    def aliases(self) -> Sequence[AliasRow]: ...


class Node(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    asset_code: str
    hostname: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One environment and layer of a system; `nodes` may be cut, `count` is not."""

    environment: str
    layer: str
    count: int
    nodes: tuple[Node, ...]


class System(msgspec.Struct, frozen=True, kw_only=True):
    institution: str
    system_name: str
    called: tuple[str, ...]
    """Other names of it."""
    exact: bool
    """The text holds one of its names as it is written, or one of its hosts."""
    places: tuple[Place, ...]


class Candidates(msgspec.Struct, frozen=True, kw_only=True):
    """Best first, bounded."""

    institutions: tuple[str, ...]
    called: dict[str, tuple[str, ...]]
    """Other names of the institutions."""
    systems: tuple[System, ...]

    @property
    def system_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(system.system_name for system in self.systems))

    def fewer(self) -> Candidates | None:
        """Without the last system, which is the least likely one; None when there is one alone."""
        if len(self.systems) < 2:
            return None
        return msgspec.structs.replace(self, systems=self.systems[:-1])

    @property
    def nodes(self) -> tuple[str, ...]:
        """Asset codes that are shown to the model."""
        return tuple(node.asset_code for system in self.systems for place in system.places for node in place.nodes)


Key = tuple[str, str]
"""Institution and system; the system is empty for the institution itself."""


def _compact(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFC", text)).lower()


def _grams(compact: str) -> set[str]:
    letters = unicodedata.normalize("NFD", compact).translate(_ALIKE)
    return {letters[at : at + 3] for at in range(len(letters) - 2)}


def numbers(text: str) -> frozenset[int]:
    """Numbers that the text names, ranges (`1~3`) in full."""
    found: set[int] = set()
    for match in _NUMBER.finditer(text[:MAX_TEXT]):
        first, last = int(match[1]), int(match[2] or match[1])
        if first <= last <= first + _MAX_RANGE:
            found.update(range(first, last + 1))
    return frozenset(found)


class CandidateIndex:
    """An index over one inventory."""

    def __init__(self, inventory: InventoryRows) -> None:
        self.revision = inventory.revision
        self._keys: dict[str, set[Key]] = defaultdict(set)
        self._lengths: dict[str, set[int]] = defaultdict(set)
        self._hosts: dict[str, list[ServerRow]] = defaultdict(list)
        self._servers: dict[Key, list[ServerRow]] = defaultdict(list)
        self._systems: dict[str, dict[str, None]] = defaultdict(dict)
        self._called: dict[Key, list[str]] = defaultdict(list)
        for server in inventory.servers:
            key = (server.institution, server.system_name)
            self._servers[key].append(server)
            self._systems[server.institution][server.system_name] = None
            for name in (server.asset_code, server.hostname, server.address):
                if name:
                    self._hosts[name.lower()].append(server)
        for institution, systems in self._systems.items():
            self._name(institution, (institution, ""))
            for system in systems:
                self._name(system, (institution, system))
        for alias in inventory.aliases:
            key = (alias.canonical, "") if alias.kind == "institution" else (alias.institution, alias.canonical)
            if key in self._servers or (not key[1] and key[0] in self._systems):
                self._name(alias.alias, key)
                self._called[key].append(alias.alias)
        self._surfaces = list(self._keys)
        postings: dict[str, list[int]] = defaultdict(list)
        for number, surface in enumerate(self._surfaces):
            for gram in _grams(surface):
                postings[gram].append(number)
        self._postings = {gram: held for gram, held in postings.items() if len(held) <= _RARE}
        self._rare: Counter[int] = Counter(number for held in self._postings.values() for number in held)

    def _name(self, surface: str, key: Key) -> None:
        written = _compact(surface)
        if written:
            self._keys[written].add(key)
            self._lengths[written[:2]].add(len(written))

    # --- looking up -------------------------------------------------------------------------------------------------

    def find(self, text: str, context: Sequence[str] = ()) -> Candidates:
        """Candidates of a message and of what was said before it (`context`, oldest first)."""
        exact: dict[Key, None] = {}
        hosts: dict[str, ServerRow] = {}
        self._mentioned(text[:MAX_TEXT], exact, hosts)
        pointed: dict[Key, None] = {}
        for said in reversed(context):
            self._mentioned(said[:MAX_TEXT], pointed, hosts)
        new = [key for key in pointed if key not in exact]
        systems_before = [key for key in new if key[1]][:MAX_EARLIER]
        exact.update(dict.fromkeys([*systems_before, *(key for key in new if not key[1])]))
        near = self._near(text[:MAX_SIMILAR_TEXT], exact)
        keys = dict.fromkeys([*exact, *near])
        institutions = dict.fromkeys(key[0] for key in keys)
        systems = dict.fromkeys(key for key in keys if key[1])
        named = {key[0] for key in exact if not key[1]}
        for institution in institutions:  # an institution alone: one of its systems may be meant by another word
            if institution in named and not any(key[0] == institution for key in systems):
                systems.update(dict.fromkeys((institution, system) for system in self._systems[institution]))
        wanted = numbers(text).union(*(numbers(said) for said in context))
        return Candidates(
            institutions=tuple(institutions)[:MAX_INSTITUTIONS],
            called={
                name: tuple(self._called.get((name, ""), ())[:4]) for name in list(institutions)[:MAX_INSTITUTIONS]
            },
            systems=self._shown(list(systems)[:MAX_SYSTEMS], exact, hosts, wanted),
        )

    def _mentioned(self, text: str, exact: dict[Key, None], hosts: dict[str, ServerRow]) -> None:
        found: list[tuple[int, Key]] = []
        for match in _TOKEN.finditer(text):
            for server in self._hosts.get(match[0].lower().rstrip(".-_"), ())[:MAX_PER_PLACE]:
                hosts[server.asset_code] = server
                found.append((10_000, (server.institution, server.system_name)))
        written = _compact(text)
        for at in range(len(written)):
            for length in {*self._lengths.get(written[at : at + 2], ()), *self._lengths.get(written[at : at + 1], ())}:
                if at + length <= len(written):
                    found.extend((length, key) for key in self._keys.get(written[at : at + length], ()))
        found.sort(key=lambda one: (-one[0], one[1]))  # a longer name says more
        exact.update(dict.fromkeys(key for _, key in found))

    def _near(self, text: str, exact: dict[Key, None]) -> list[Key]:
        counts: Counter[int] = Counter()
        for gram in _grams(_compact(text)):
            counts.update(self._postings.get(gram, ()))
        scores = sorted(
            ((-count / self._rare[number], number) for number, count in counts.items()),
        )
        found: dict[Key, None] = {}
        for score, number in scores:
            if -score < _LIKE or len(found) >= MAX_NEAR:
                break
            found.update(dict.fromkeys(key for key in sorted(self._keys[self._surfaces[number]]) if key not in exact))
        return list(found)[:MAX_NEAR]

    def _shown(
        self, keys: Iterable[Key], exact: dict[Key, None], hosts: dict[str, ServerRow], wanted: frozenset[int]
    ) -> tuple[System, ...]:
        left = MAX_NODES
        systems: list[System] = []
        for key in keys:
            grouped: dict[tuple[str, str], list[ServerRow]] = defaultdict(list)
            for server in self._servers[key]:
                grouped[str(server.environment), str(server.infrastructure_layer)].append(server)
            places: list[Place] = []
            for (environment, layer), servers in sorted(grouped.items()):
                ranked = sorted(
                    servers,
                    key=lambda one: (one.asset_code not in hosts, one.node_no not in wanted, one.node_no),
                )[: min(MAX_PER_PLACE, max(left, 0))]
                left -= len(ranked)
                nodes = tuple(
                    Node(number=one.node_no, asset_code=one.asset_code, hostname=one.hostname)
                    for one in sorted(ranked, key=lambda one: one.node_no)
                )
                places.append(Place(environment=environment, layer=layer, count=len(servers), nodes=nodes))
            systems.append(
                System(
                    institution=key[0],
                    system_name=key[1],
                    called=tuple(self._called.get(key, ())[:4]),
                    exact=key in exact,
                    places=tuple(places),
                )
            )
        return tuple(systems)
