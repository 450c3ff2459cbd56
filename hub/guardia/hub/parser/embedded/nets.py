"""The nets that a reading must pass before anything of it may run, one by one. None adds or changes a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.against import against
from guardia.hub.parser.embedded.allotted import misallotted
from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.borrowed import borrowed
from guardia.hub.parser.embedded.bounds import bounded
from guardia.hub.parser.embedded.bystanders import touches
from guardia.hub.parser.embedded.dangling import dangling, half_said
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.leaning import leans
from guardia.hub.parser.embedded.left_alone import left_alone, left_out
from guardia.hub.parser.embedded.of_else import of_else
from guardia.hub.parser.embedded.parts import Message
from guardia.hub.parser.embedded.placed import displaced, halved, preferred
from guardia.hub.parser.embedded.residue import residue
from guardia.hub.parser.embedded.unmet import unmet
from guardia.hub.parser.embedded.unsettled import unsettled

HALF = "a sequence of which only a part has a target"
_SEQUENCE = frozenset({"STOP_SERVICE", "DEPLOY_ARTIFACT", "ROLLBACK_RELEASE", "START_SERVICE"})


def caught(parsed: Message, orders: Sequence[Order], intents: list[Intent], gazetteer: Gazetteer, now: str) -> str:
    """Why no change of `intents`, made of `orders` at the time `now`, may run as it stands; empty: it may."""
    nets: tuple[Callable[[], str], ...] = (
        lambda: residue(parsed, intents),
        lambda: _half_read(orders),
        lambda: left_alone(parsed, intents, gazetteer),
        lambda: left_out(parsed, intents, gazetteer),
        lambda: touches(parsed.told, intents, gazetteer),
        lambda: borrowed(parsed, intents, gazetteer),
        lambda: leans(parsed, intents),
        lambda: unsettled(parsed, intents, gazetteer),
        lambda: of_else(parsed, intents, gazetteer),
        lambda: against(parsed, intents, now),
        lambda: bounded(parsed, intents, gazetteer),
        lambda: unmet(parsed, intents, gazetteer),
        lambda: displaced(parsed, intents),
        lambda: preferred(parsed, intents, gazetteer),
        lambda: dangling(parsed, intents),
        lambda: half_said(parsed, intents),
        lambda: halved(parsed, intents),
        lambda: misallotted(parsed, intents, gazetteer, now),
    )
    return next((why for net in nets if (why := net())), "")


def _half_read(orders: Sequence[Order]) -> str:
    """내리고 … 배포해주세요: where the target of a later step was not understood, the first may not run alone."""
    for one, other in pairwise(orders):
        steps = {deed.code for deed in (*one.deeds, *other.deeds)}
        if one.part is other.part and steps <= _SEQUENCE and len(steps) > 1 and "STOP_SERVICE" in steps:
            known = [any(frame.named for frame in order.frames) for order in (one, other)]
            if known[0] is not known[1]:
                return HALF
    return ""
