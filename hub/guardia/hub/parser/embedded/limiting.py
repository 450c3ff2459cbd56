"""What the English of a message limits, seen beside the requests that were made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.english.limits import MIXED, layer_of, limited, of_another, points
from guardia.hub.parser.embedded.english.tails import against
from guardia.hub.parser.embedded.hangul import is_syllable
from guardia.hub.parser.embedded.items import TARGETS, K
from guardia.hub.parser.embedded.parts import Message, Part

_PROVIDED = re.compile(
    r"\b(?:as|so) long as\b|\bprovided\b|\bjust as\b|\bnot because\b"
    r"|\bas (?:the )?\w+ (?:\w+ )?(?:recovers|comes back|goes down)\b"
)
"""restart it as long as …: a condition."""
_PAUSE = re.compile(r"\s*(?:[,;]|\s-+|\s[\u2013\u2014])\s+(?!\s)")
_GOES_ON = frozenset(
    {K.NODE, K.NAME, K.LAYER, K.ENV, K.SERVER, K.AND, K.PARTICLE, K.FILLER, K.ALL_NODES, K.REST, K.BUT, K.NOT_THIS}
    | {K.FILE, K.VERSION, K.TIME, K.SESSION, K.SERVICE, K.ALSO, K.GENERIC, K.EVERY_LAYER, K.PREVIOUS, K.LINES, K.SINCE}
    | {K.PORT}
)


def _tail(part: Part, parsed: Message) -> str:
    """…, the DBA objects: a clause behind a request's pause is looked at as a sentence behind it would be."""
    wanted = [deed for deed in part.said.deeds if deed.wanted]
    if not wanted:
        return ""
    last = part.items[max(max(deed.at, deed.anchor) for deed in wanted)].end
    pause = _PAUSE.search(parsed.normal.plain, last, part.sentence.end)
    if pause is None:
        return ""
    tail = parsed.normal.plain[pause.end() : part.sentence.end]
    if any(is_syllable(letter) for letter in tail):
        return ""
    if all(item.kind in _GOES_ON for item in part.items if item.start >= pause.end()) or not against(tail):
        return ""
    return "what follows may put it off, or mean another place"


def limits(part: Part, words: str, parsed: Message, intents: Sequence[Intent]) -> str:
    """restart … by EOD; … as a dry run: what English says of its own request."""
    codes = {code for one in intents for code in one.action_sequence}
    timed = any("at" in one.parameters for one in intents)
    if not part.english:
        found = None if timed else MIXED.search(words)
        if found is None or ("dump" in found.group() and "THREAD_DUMP" in codes):
            return ""
        return "English words of it may put it off or add to it"
    if _PROVIDED.search(words):
        return "what follows may put it off, or mean another place"
    if why := _tail(part, parsed):
        return why
    before = parsed.normal.plain[: part.sentence.start]
    if of_another(before + words, words) or (points(words) and _several(part, parsed)):
        return "it may be another thing"
    if "the other one" in words and any(len(one.target_nodes) > 1 for one in intents):
        return "the other one is one of several"
    if layer_of(words) and len({one.infrastructure_layer for one in intents}) > 1:
        return "a layer may say whose it is"
    return limited(words, codes, timed=timed)


def _several(part: Part, parsed: Message) -> bool:
    """True when a sentence names no place itself and those before it name more than one layer or system."""
    if any(item.kind in TARGETS for item in part.items):
        return False
    earlier = [item for one in parsed.parts[: parsed.parts.index(part)] for item in one.items]
    layers = {str(item.value) for item in earlier if item.kind is K.LAYER}
    systems = {pair for item in earlier if item.kind is K.NAME for pair in [item.value.systems] if pair}
    return len(layers) > 1 or len(systems) > 1


_CHANGES = frozenset({"STOP_SERVICE", "DEPLOY_ARTIFACT", "ROLLBACK_RELEASE", "START_SERVICE", "RESTART_SERVICE"})


def half_asked(intents: Sequence[Intent]) -> bool:
    """1. stop … 2. … 3. start: where one of them is asked about, the other may not run alone."""
    changing = [one for one in intents if _CHANGES & set(one.action_sequence)]
    asked = [one for one in changing if UNKNOWN in one.target_nodes or one.system_name == UNKNOWN]
    return any(
        one.system_name in (UNKNOWN, other.system_name)
        and one.infrastructure_layer in (other.infrastructure_layer, UNKNOWN)
        and one.action_sequence != other.action_sequence
        for one in asked
        for other in changing
        if other not in asked
    )
