# ruff: noqa: E501 - examples and sets of kinds read worse when they are broken
"""What is no action of its own: cancelling, asking for help, taking back, narrowing what was just asked."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.deed import ASKING, Deed
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.frames import Frame
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice

_NOT_MEANT = re.compile(
    fold(
        r"농담|장난(?:입니다|이에요|임|이야|이었)|(?:테스트|연습|시험)\s*(?:메시지|메세지|입니다|이에요|문장|글|용|중)|잘못\s*(?:보냈|올렸|썼|적|말했|쳤)|무시해\s*(?:주|줘)|이렇게\s*(?:입력|쓰|치)|처럼\s*(?:입력|쓰|치|말)"
        r"|(?<![가-힣])(?:예시|예제|샘플|example|e\.?g\.?|ex)(?![a-z])|(?<![가-힣])예\s*[:)]"
        r"|\b(?:just kidding|never mind|nevermind|for example|test message|ignore (?:this|that|my))\b"
    )
)
_BEFORE_THAT = re.compile(fold(r"(?:^|(?<=[\s,]))그\s?전에"))
_CORRECTED = "corrected after the command"
_CANCELLED = frozenset({
    K.REQUEST, K.ACT, K.TOPIC, K.LIGHT, K.PARTICLE, K.FILLER, K.TIME, K.NAME, K.LAYER, K.NODE, K.ENV, K.POINT, K.GENERIC, K.ALL_NODES, K.ATTR, K.PAST,
})  # fmt: skip
_NARROWING = frozenset({
    K.LAYER, K.ENV, K.NODE, K.BUT, K.NOT_THIS, K.REST, K.PARTICLE, K.FILLER, K.GENERIC, K.AND, K.ALSO, K.ALL_NODES,
})  # fmt: skip


def cancels(part: Part) -> bool:
    items = part.items
    index = next(index for index, item in enumerate(items) if item.kind is K.CANCEL)
    at = index - 1
    while at >= 0 and items[at].kind in _CANCELLED:
        at -= 1
    if at >= 0 and items[at].kind is K.UNKNOWN and items[at].value == "noun":
        return False
    preds = [item.value for item in items[index + 1 :] if item.kind is K.PRED]
    if part.sentence.voice is not Voice.OWN:
        return False
    if part.english:
        first = " ".join(str(item.kind) for item in items[:1])
        return not part.sentence.question or any(item.kind is K.FILLER for item in items[:index]) or first == "cancel"
    if not preds:
        rest = [item for item in items[index + 1 :] if item.kind not in (K.PARTICLE, K.FILLER)]
        return not part.sentence.question and not rest
    return preds[0].mood in ASKING or preds[0].mood in (Mood.PLAN, Mood.STATEMENT)


def helps(parsed: Message) -> bool:
    for part in parsed.parts:
        if not part.said.help:
            continue
        index = next(index for index, item in enumerate(part.items) if item.kind is K.HELP)
        if any(item.kind is K.UNKNOWN and item.value == "noun" for item in part.items[max(0, index - 2) : index]):
            continue
        preds = [item.value for item in part.items if item.kind is K.PRED]
        if any(
            isinstance(pred, Pred)
            and pred.mood not in ASKING
            and str(pred.mood) in ("report", "plan", "negation", "quotation")
            for pred in preds
        ):
            continue
        return True
    return False


def taken_back(parsed: Message) -> bool:
    """True when a message that seems to ask for a change says in its own voice that it does not mean it."""
    plain = parsed.normal.plain
    if any(_NOT_MEANT.search(plain, part.sentence.start, part.sentence.end) for part in parsed.parts):
        return True
    asked = False
    for part in parsed.parts:
        for deed in sorted(part.said.deeds, key=lambda one: one.at):
            if deed.wanted and deed.changes:
                asked = True
            elif asked and not deed.code and deed.mood is Mood.NEGATION and deed.role in ("do", "ask", ""):
                after = max((one.anchor + 1 for one in part.said.deeds if one.wanted and one.at < deed.at), default=0)
                targets = (K.NAME, K.LAYER, K.NODE, K.SERVER, K.UNKNOWN)
                if not any(item.kind in targets for item in part.items[after : deed.at]):
                    return True
        if asked and part.said.cancel and not any(item.kind in (K.NAME, K.SERVER) for item in part.items):
            return True
    return False


def corrected(orders: list[Order], part: Part) -> list[Order]:
    """`orders` after `part` took back what was said last: another command replaces it, another target becomes its
    target, and what is neither leaves nobody sure what is meant."""
    if not orders:
        return orders
    last = orders[-1].part
    kept = [order for order in orders if order.part is not last]
    if any(deed.wanted for deed in part.said.deeds):
        return kept
    frames = [frame for group, _ in part.groups for frame in group.frames]
    told = any(item.kind is K.UNKNOWN for item in part.items) or any(not deed.code for deed in part.said.deeds)
    for order in orders:
        if order.part is not last:
            continue
        if frames and not told:
            order.frames = frames
        else:
            order.frames = [replace(frame, unsure=_CORRECTED) for frame in order.frames]
    return orders


def in_turn(normal: Normal, part: Part, deeds: list[Deed]) -> list[Deed]:
    """`deeds` in the order in which they are to run: what "그 전에" brings in comes first."""
    found = _BEFORE_THAT.search(normal.plain, part.sentence.start, part.sentence.end)
    if found is None:
        return deeds
    later = [deed for deed in deeds if part.items[deed.at].start < found.start()]
    return [*(deed for deed in deeds if not any(deed is one for one in later)), *later]


def goes_first(normal: Normal, part: Part, deeds: list[Deed]) -> bool:
    """True when `deeds` come before what was asked last: 재기동해 주시되, 그 전에 덤프부터 떠 주세요."""
    found = _BEFORE_THAT.search(normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and all(part.items[deed.at].start > found.start() for deed in deeds)


def superseded(orders: list[Order], part: Part) -> list[Order]:
    """`orders` without those that a correction left unsure, once `part` says anew what is to be done: … 아 죄송합니다
    WAS 아니고 WEB입니다. WEB 재기동해주세요."""
    codes = {deed.code for deed in part.said.deeds if deed.wanted}
    return [
        order
        for order in orders
        if not (codes & {deed.code for deed in order.deeds} and any(f.unsure == _CORRECTED for f in order.frames))
    ]


def held(orders: list[Order], part: Part) -> list[Order]:
    """`orders` after a hold (아 잠깐만요): another target that follows it takes the place of the last one, else no
    change is left. What was only to be looked at stays."""
    if not any(deed.changes for order in orders for deed in order.deeds):
        return orders
    told = any(item.kind is K.UNKNOWN for item in part.items) or bool(part.said.deeds) or part.sentence.question
    if not told and any(frame for group, _ in part.groups for frame in group.frames):
        return corrected(orders, part)
    return [order for order in orders if not any(deed.changes for deed in order.deeds)]


def narrows(part: Part) -> bool:
    """True when a sentence takes back a part of the target of the command before it: 2호기는 빼고요, 단 2호기는 하지 마세요."""
    wheres = [item for item in part.items if item.kind in (K.LAYER, K.ENV, K.NODE)]
    if (
        not wheres
        or any(deed.wanted for deed in part.said.deeds)
        or any(item.kind in (K.NAME, K.TOPIC, K.FILE) for item in part.items)
    ):
        return False
    if not part.said.deeds:
        return all(item.kind in _NARROWING or _copula(part, item) for item in part.items)
    return any(deed.mood is Mood.NEGATION for deed in part.said.deeds)


def touched(part: Part, frame: Frame) -> bool:
    """True when what `part` takes back may be a part of `frame`; without a verb it may also stand in its place."""
    if not any(deed.mood is Mood.NEGATION for deed in part.said.deeds):
        return True
    layers = {str(item.value) for item in part.items if item.kind is K.LAYER}
    places = {str(item.value) for item in part.items if item.kind is K.ENV}
    numbers = {number for item in part.items if item.kind is K.NODE for number in item.value}
    held = set(frame.nodes or (server.node_no for server in frame.servers))
    layer = str(frame.servers[0].infrastructure_layer) if frame.servers else frame.layer
    return (
        (not layers or layer is None or layer in layers)
        and (not places or (frame.environment or "PROD") in places)
        and (not numbers or not held or bool(numbers & held))
        and not (numbers & set(frame.but) and numbers <= set(frame.but))
    )


def _copula(part: Part, item: Item) -> bool:
    return item is part.items[-1] and item.kind in (K.UNKNOWN, K.PRED)
