"""What a text itself names, found by the embedded reader's own scan: the proof that a model's answer needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from guardia.cmdb.model import Server
from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.embedded.gazetteer import Gazetteer, Match
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import normalise
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import segment

MAX_TEXT = 4_000
MAX_EARLIER = 20
_POINTING = frozenset({K.POINT, K.ALSO})


@dataclass(slots=True)
class Evidence:
    """Everything in what the writer says himself; quotations, forwarded and pasted text prove nothing."""

    institutions: set[str] = field(default_factory=set)
    systems: set[tuple[str, str]] = field(default_factory=set)
    """(institution, system) pairs that a name or host in the text may mean."""
    servers: dict[str, Server] = field(default_factory=dict)
    """Hosts that the text names, by asset code."""
    layers: set[str] = field(default_factory=set)
    every_layer: bool = False
    environments: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)
    """Node numbers."""
    left_out: bool = False
    """"나머지", "빼고": nodes may be meant that no number names."""
    points: bool = False
    timed: bool = False
    files: set[str] = field(default_factory=set)

    @property
    def named(self) -> bool:
        """A system or host is named."""
        return bool(self.systems or self.servers)


def evidence(text: str, gazetteer: Gazetteer) -> Evidence:
    """What `text` names; nothing for a text over `MAX_TEXT` characters."""
    found = Evidence()
    if len(text) > MAX_TEXT:
        return found
    normal = normalise(text)
    segments = segment(normal)
    for sentence in segments.sentences:
        items = scan(normal, sentence.start, sentence.end, segments.quotes, gazetteer)
        for item in items:
            _take(found, item, gazetteer)
    return found


def _name(found: Evidence, match: Match) -> None:
    found.institutions.update(match.institutions)
    found.systems.update(match.systems)


def _take(found: Evidence, item: Item, gazetteer: Gazetteer) -> None:
    match item.kind:
        case K.NAME:
            _name(found, item.value)
        case K.QUOTE:  # a quoted name alone is that name
            named = gazetteer.exact("".join(str(item.value).split()).lower())
            if named is not None:
                _name(found, named)
        case K.SERVER:
            for server in item.value:
                found.servers[server.asset_code] = server
                found.systems.add((server.institution, server.system_name))
                found.institutions.add(server.institution)
        case K.LAYER:
            found.layers.add(str(item.value))
        case K.EVERY_LAYER:
            found.every_layer = True
        case K.ENV:
            found.environments.add(str(item.value))
        case K.NODE:
            found.numbers.update(item.value)
        case K.REST | K.BUT:
            found.left_out = True
        case K.TIME:
            found.timed = True
        case K.FILE:
            found.files.add(str(item.value))
        case K.PARTICLE if item.value == "도":
            found.points = True
        case kind if kind in _POINTING:
            found.points = True
        case _:
            pass


def earlier(message: ReaderInput, gazetteer: Gazetteer) -> Evidence | None:
    """Of the newest earlier message that names a system or host; None when there is none."""
    for said in reversed(message.context[-MAX_EARLIER:]):
        found = evidence(said.text, gazetteer)
        if found.named:
            return found
    return None
