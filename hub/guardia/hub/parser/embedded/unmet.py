"""Targets that stand in a row, each with its nodes: ibank WAS 4, AuthRelay WAS 1. Does every request have its own?

How people put targets in a row is without end ("node 1 (ibank DB)", "ibank's DB, node 1", "1호기 인뱅 DB"), and the
stages before know the common ways. Here the row is read once more, by what stands between its links alone, and the
room is asked where the requests are not what the row says.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.parts import Message
from guardia.hub.parser.embedded.rows import EACH, Link, bare, counted, row, takes_back, written
from guardia.hub.parser.embedded.segment import Voice

UNMET = "a target that is named with the others is in no request, or in another one"


def unmet(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a target of a row may be left out, or have another's nodes; nothing where there is no row.

    Looked at are sentences that hold nothing but targets and what is asked, so that no target can be there for a
    reason, to be left alone, or to be told of.
    """
    changes = [intent for intent in intents if intent.changes and intent.complete]
    if changes and any(counted(parsed.normal, part) for part in parsed.parts):
        return UNMET
    if not changes or any(takes_back(parsed.normal, part) for part in parsed.parts):
        return ""
    links = row(parsed)
    every = any(
        item.kind is K.ALL_NODES and item.value != "both" and written(parsed.normal, item) != EACH
        for part in parsed.parts
        for item in part.items
    )
    every = every and sum(bool(link.numbers) for link in links) < 2
    if every and len(links) < 2:
        return ""  # 인뱅 WAS 전부; of 1호기랑 승인중계 2호기 전부, all are those in the row
    if any(link.torn for link in links):
        return UNMET
    for link in links:
        mine = [intent for intent in intents if link.holds(intent)]
        numbers = gazetteer.numbers(code for intent in mine for code in intent.target_nodes)
        whole = any(not intent.target_nodes for intent in mine)
        if not mine or (not whole and not set(link.numbers) <= numbers and not every):
            return UNMET
    only = all(
        part.sentence.voice is Voice.OWN and bare(parsed.normal, part)
        for part in parsed.parts
        if any(deed.wanted for deed in part.said.deeds)
    )
    if any(link.environments for link in links) and _misplaced(links, changes, intents, only=only):
        return UNMET
    for intent in changes:
        own = [link for link in links if link.holds(intent)]
        if not own or not all(link.numbers for link in own):
            continue
        allowed = {number for link in own for number in link.numbers}
        if not intent.target_nodes or not gazetteer.numbers(intent.target_nodes) <= allowed:
            return UNMET
    return ""


def _misplaced(links: Sequence[Link], changes: Sequence[Intent], intents: Sequence[Intent], *, only: bool) -> bool:
    """인뱅 WAS(스테이징), 승인중계 WAS: true when one may be meant in another environment than its request's.

    `only`: the row holds all targets that the message names.
    """
    for link in links:
        if not link.environments <= {str(intent.environment) for intent in intents if link.holds(intent)}:
            return True
    for intent in changes:
        own = [link for link in links if link.holds(intent)]
        if own and not any(str(intent.environment) in link.places(links) for link in own):
            return True
        named = [link for link in links if intent.system_name in link.systems]
        if only and not own and named and all(link.layer for link in named):
            return True  # 인뱅 WEB(운영), 승인중계 DB: no 인뱅 DB is named
    return False
