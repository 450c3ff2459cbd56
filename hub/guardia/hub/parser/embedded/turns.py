"""Things and targets that take turns, so that each thing has a target of its own.

a.war는 인뱅 WAS로, b.war는 승인 WAS로; 1호기에 a.war, 2호기에 b.war; 디스크는 인뱅 DB, 메모리는 승인 WAS. Only rows
without any other word are read so.
"""

from __future__ import annotations

from dataclasses import dataclass

from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import PLACES, Item, K

_BETWEEN = frozenset({K.PARTICLE, K.AND, K.GENERIC})
_LINKED = frozenset(
    fold(word) for word in ("이고", "있고", "고", "인데", "이며", "지만", "이지만", "라", "이라", "말고", "이나", "나")
)
"""Between a thing and what follows, these tell of it: a.war는 인뱅 WAS에 있고, …"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing and the items of its target, as places in the row."""

    thing: int
    first: int
    last: int
    named: bool
    """It names a system or a host; otherwise it is a part of the target before it."""


def turns(items: list[Item], thing: K) -> list[Turn]:
    """The turns that `items` of kind `thing` take with targets; empty unless two or more do, all in one order."""
    things = [index for index, item in enumerate(items) if item.kind is thing]
    if len(things) < 2:
        return []
    start = next((index for index, item in enumerate(items) if item.kind is thing or item.kind in PLACES), -1)
    thing_first = items[start].kind is thing
    found: list[Turn] = []
    for order, at in enumerate(things):
        if thing_first:
            low, high = at + 1, things[order + 1] if order + 1 < len(things) else len(items)
        else:
            low, high = (things[order - 1] + 1 if order else start), at
        places = [index for index in range(low, high) if items[index].kind in PLACES]
        if not places:
            return []
        last = places[-1]
        final = thing_first and order + 1 == len(things)
        inside = items[low : last + 1] if final else items[low:high]
        if any(
            item.kind not in PLACES and (item.kind not in _BETWEEN or str(item.value) in _LINKED) for item in inside
        ):
            return []
        row = [items[index].kind for index in places]
        if any(row.count(kind) > 1 for kind in (K.LAYER, K.NODE, K.SERVER, K.ENV)) or row.count(K.NAME) > 2:
            return []  # two targets for one thing: nobody knows
        found.append(Turn(at, places[0], last, K.NAME in row or K.SERVER in row))
    if not found[0].named or any(items[turn.first].start == items[turn.thing].end for turn in found):
        return []
    behind = found[-1].last if thing_first else things[-1]
    if any(item.kind in PLACES or item.kind in (K.NOT_THIS, K.BUT, K.REST, K.COND) for item in items[behind + 1 :]):
        return []
    return found
