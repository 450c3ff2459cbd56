"""What the scan finds in a sentence: a flat row of items, each a span with a kind and a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class K(StrEnum):
    """Kinds of items."""

    NAME = "name"  # value: Match of the gazetteer
    SERVER = "server"  # value: tuple of servers, or () for a host that the inventory does not hold
    LAYER = "layer"
    ENV = "env"
    NODE = "node"  # value: tuple of numbers
    ALL_NODES = "all nodes"
    EVERY_LAYER = "every layer"
    REST = "rest"
    BUT = "but"  # "빼고", "제외": what stands before is left out
    NOT_THIS = "not this"  # "말고": not that, but what follows
    POINT = "point"  # "거기", "그 서버"
    ACT = "act"  # value: action code
    TOPIC = "topic"  # a thing that reads are about when a verb says so; value: action code
    PRED = "pred"  # value: Pred
    STATE = "state"  # how something is; value: action code that would look at it, or ""
    OUTCOME = "outcome"  # "완료", "예정", "금지": value: mood
    LIGHT = "light"  # "진행", "작업": carries the action before it
    ATTR = "attr"  # "사용량", "목록": a side of the thing before it
    LINK = "link"  # "후", "뒤": then
    AND = "and"  # between things
    PARTICLE = "particle"
    COND = "cond"
    NEG = "neg"  # "안", "못", "don't"
    FILE = "file"
    ATTACHED = "attached"
    VERSION = "version"
    PREVIOUS = "previous"
    LINES = "lines"
    SINCE = "since"
    PORT = "port"
    SESSION = "session"  # value: id
    SERVICE = "service"
    TIME = "time"  # value: When
    URL = "url"
    NUMBER = "number"
    QUOTE = "quote"
    FILLER = "filler"
    GENERIC = "generic"  # "시스템", "서버"
    PERSON = "person"
    SELF = "self"
    PAST = "past"
    ASK = "ask"  # "얼마나", "언제", "있나요"
    CANCEL = "cancel"
    HELP = "help"
    REQUEST = "request"  # "요청", "건": a request as a thing
    FORBIDDEN = "forbidden"  # shell, SQL, credentials: the clause has no action code
    ALSO = "also"
    UNKNOWN = "unknown"


TARGETS = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE})
"""What names servers."""
PLACES = TARGETS | {K.ENV}
"""The same, and the environment that they stand in."""


@dataclass(slots=True)
class Item:
    kind: K
    start: int
    end: int
    value: Any = None

    def show(self, text: str) -> dict[str, Any]:
        """For the explanation."""
        return {"kind": str(self.kind), "span": [self.start, self.end], "text": text[self.start : self.end]}


def particle(items: list[Item], index: int) -> str:
    """The particle right behind the item at `index`, folded; empty when there is none."""
    after = items[index + 1] if index + 1 < len(items) else None
    return str(after.value) if after is not None and after.kind is K.PARTICLE else ""
