"""Requests with words of something else in them or beside them: 13:00에 내려간 …, 장애: … 중지, 승인: 미승인, not 2.

What they bear on nobody can tell for certain, so the room is asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.dangling import STEP
from guardia.hub.parser.embedded.framing import HELD, SHOWN
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.left_alone import LEFT_ALONE
from guardia.hub.parser.embedded.lexicon import of_else as words
from guardia.hub.parser.embedded.lexicon.asking import in_full
from guardia.hub.parser.embedded.moments import MOMENT
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.relations import WHICH
from guardia.hub.parser.embedded.surroundings import ENVIRONMENT


def of_else(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why something that is said may be of something else than the change, or hold it up; empty when nothing is."""
    changes = [one for one in intents if one.changes and one.complete]
    if not changes:
        return ""
    source = fold(parsed.normal.source.lower())
    if not in_full(source) and (words.HEADED.search(source) or words.WENT.search(source)):
        return SHOWN
    if words.CLOSED.search(source):
        return SHOWN
    if words.UNAPPROVED.search(source):
        return HELD
    if words.LATER.search(source):
        return MOMENT
    if words.OTHER_SERVER.search(source):
        return ENVIRONMENT
    if words.WHICH_NODES.search(source) and any(not one.target_nodes for one in changes):
        return WHICH
    timed = any("at" in one.parameters for one in changes)
    stops = all({"STOP_SERVICE"} == set(one.action_sequence) for one in changes)
    behind = False
    for part in parsed.parts:
        said = parsed.normal.plain[part.sentence.start : part.sentence.end]
        if asked_changes(part):
            behind = True
            if words.ALL_BUT.search(said):
                return WHICH
            if timed and words.TIME_OF_ELSE.search(said):
                return MOMENT
            if not timed and words.PUT_OFF.search(said):
                return MOMENT
            if stops and (words.FOR_A_WHILE.search(said) or words.UP_AGAIN.search(said)):
                return STEP
            if part.english and _another(parsed, part):
                return WHICH
        elif behind:
            if words.NOT_NOW.search(said) or words.HANDLED.search(said):
                return HELD
            if words.SLIP.search(said):
                return WHICH
            if stops and words.UP_AGAIN.search(said) and not words.OWN.search(said):
                return STEP
    return LEFT_ALONE if _spared(source, changes, gazetteer) else ""


def _another(parsed: Message, part: Part) -> bool:
    """restart AuthRelay WAS 2, portal WAS 1 too: a target that no name stands for."""
    found = words.ANOTHER_TARGET.search(parsed.normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and not any(
        item.kind is K.NAME and found.start() <= item.start < found.end() for item in part.items
    )


def _spared(source: str, changes: Sequence[Intent], gazetteer: Gazetteer) -> bool:
    """True when a change would reach a node that is to be spared, or is named in another role."""
    whole = any(not one.target_nodes for one in changes)
    reached = gazetteer.numbers(code for one in changes for code in one.target_nodes)
    only = words.ONLY_ENGLISH.search(source)
    if only is not None and reached != {int(only["n"])}:
        return True
    numbers = {int(word) for found in words.SPARED_ENGLISH.finditer(source) for word in found.groups() if word}
    for found in words.FIELD.finditer(source):
        numbers |= {int(word) for word in words.NUMBER.findall(found["line"])}
    return bool(numbers) and (whole or bool(numbers & reached))
