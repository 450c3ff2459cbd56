"""Changes that would reach what the message says to leave alone: 인뱅은 건드리지 마세요. 인뱅 WAS 재기동해주세요."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.bystanders import is_named, places_of
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon.bystanders import ALL_BUT_TOLD, ALONE, WAS_LEFT_OUT
from guardia.hub.parser.embedded.parts import Message, asked_changes

LEFT_OUT = "what is told to have been left out of something else would be left out here"
LEFT_ALONE = "a change of a place that the message says to leave alone"


def left_alone(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a change may reach a place that the message says to leave alone."""
    changes = [one for one in intents if one.changes]
    if any(_spared(parsed, change, gazetteer) for change in changes):
        return LEFT_ALONE
    for part in parsed.parts:
        if asked_changes(part) or not ALONE.search(parsed.normal.plain, part.sentence.start, part.sentence.end):
            continue
        named = [index for index, item in enumerate(part.items) if is_named(item)]
        for begin, end in zip([0, *named[1:]] if named else (), [*named[1:], len(part.items)], strict=False):
            place = places_of(part.items[begin:end])
            if any(place.touched(change, gazetteer) for change in changes):
                return LEFT_ALONE
    return ""


def _spared(parsed: Message, change: Intent, gazetteer: Gazetteer) -> bool:
    """True when `change` would reach what is spared beside a target that is asked for: 2호기는 빼고."""
    if not parsed.spared:
        return False
    servers = [gazetteer.host(code) for code in change.target_nodes]
    nodes = frozenset(server.node_no for server in servers if server is not None) if all(servers) else None
    return any(place.touches(change.environment, change.infrastructure_layer, nodes or None) for place in parsed.spared)


def left_out(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why all but some nodes may not be meant: 2호기 L4에서 제외했어요. 재기동해주세요; 4호기 빼고 다 정상입니다."""
    changes = [one for one in intents if one.changes and one.complete]
    reached = gazetteer.numbers(code for one in changes for code in one.target_nodes)
    plain = parsed.normal.plain
    for part in parsed.parts if changes else ():
        named = {number for item in part.items if item.kind is K.NODE for number in item.value}
        named |= {one.node_no for item in part.items if item.kind is K.SERVER for one in item.value}
        if named <= reached:
            continue
        start, end = part.sentence.start, part.sentence.end
        told = not asked_changes(part) and ALL_BUT_TOLD.search(plain, start, end)
        if told or WAS_LEFT_OUT.search(plain, start, end):
            return LEFT_OUT
    return ""
