"""A target that a message names and that hangs in the air: on a line by itself, or in a request that is half made."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.items import PLACES, K
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice

DANGLING = "a target on a line of its own that is in no request"
TORN = "a target of the same system that is only half named"
STEP = "a step that is asked for and is in no request"
_STEPS = frozenset({"stop", "start", "erase", "kill", "rollback"})
_BESIDE = PLACES | {K.PARTICLE, K.AND, K.ALL_NODES, K.GENERIC}


def dangling(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why a change may be one of several, of which the others were lost."""
    changes = [one for one in intents if one.changes]
    whole = [one for one in changes if one.complete]
    if not whole:
        return ""
    for one in changes:
        if not one.complete and one.system_name != UNKNOWN and str(one.infrastructure_layer) == UNKNOWN:
            done = set(one.action_sequence)
            if any(other.system_name == one.system_name and done <= set(other.action_sequence) for other in whole):
                return TORN
    systems = {one.system_name for one in intents}
    layers = {str(one.infrastructure_layer) for one in intents}
    for part in parsed.parts:
        names, layer = _hanging(part)
        if names and layer and (not names & systems or layer not in layers):
            return DANGLING
    return ""


def _hanging(part: Part) -> tuple[frozenset[str], str]:
    """The systems and the layer that a sentence ends with, where it asks for nothing and tells nothing of them."""
    systems: frozenset[str] = frozenset()
    layer = ""
    if part.sentence.voice is not Voice.OWN or part.said.deeds:
        return systems, layer
    at = len(part.items)
    while at and part.items[at - 1].kind in _BESIDE:
        at -= 1
    for item in part.items[at:]:
        if item.kind is K.NAME and item.value.systems:
            systems = item.value.system_names
        elif item.kind is K.SERVER and item.value:
            systems = frozenset(server.system_name for server in item.value)
        elif item.kind is K.LAYER:
            layer = str(item.value)
    return systems, layer


def half_said(parsed: Message, intents: Sequence[Intent]) -> str:
    """Why a change may run without another step: 응답 확인하고 나서 띄워 주고 승인중계 WAS는 재기동해주세요."""
    if not any(one.changes and one.complete for one in intents):
        return ""
    for part in parsed.parts:
        if part.english:
            continue
        read = {at for deed in part.said.deeds if deed.code for at in (deed.at, deed.anchor)}
        for deed in part.said.deeds:
            if deed.code or deed.at in read or deed.mood not in (Mood.COMMAND, Mood.TERSE, Mood.AND):
                continue
            item = part.items[deed.at]
            before = next((one for one in reversed(part.items[: deed.at]) if one.kind is not K.PARTICLE), None)
            of_else = before is not None and before.kind is K.UNKNOWN  # 승인 플래그 끄고
            if item.kind is K.PRED and item.value.role in _STEPS and not of_else:
                return STEP
    return ""
