# ruff: noqa: E501 - examples and sets of kinds read worse when they are broken
"""What is no action of its own: cancelling, asking for help, taking back, narrowing what was just asked."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.deed import ASKING, Deed
from guardia.hub.parser.embedded.deeds import BEFORE
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
    just = asked = False
    while at >= 0 and (items[at].kind in _CANCELLED or _was_said(items, at)):
        just = just or (items[at].kind is K.REQUEST and items[at].value == "just")
        asked = asked or items[at].kind is K.REQUEST
        if asked and items[at].kind is K.PRED:
            break  # 일정이 변경되어 …: another clause
        at -= 1
    if at >= 0 and items[at].kind is K.UNKNOWN and items[at].value == "noun" and not just:
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
    if preds[0].mood is Mood.AND and asked:
        return any(pred.mood in ASKING for pred in preds[1:])  # 그 요청은 취소하고 로그 보여주세요
    return preds[0].mood in ASKING or preds[0].mood in (Mood.PLAN, Mood.STATEMENT)


def cancelled_at(part: Part) -> int:
    """Index of the word that cancels; what is asked for after it stands."""
    return next(index for index, item in enumerate(part.items) if item.kind is K.CANCEL)


def replaces(part: Part) -> bool:
    """WAS 아니고 WEB입니다: a sentence without a deed that puts one target in the place of another."""
    frames = [frame for group, _ in part.groups for frame in group.frames]
    return bool(frames) and not part.said.deeds and any(item.kind is K.NOT_THIS for item in part.items)


def _was_said(items: list[Item], at: int) -> bool:
    """아까 요청 넣은 거 취소요: a verb that only says which request."""
    if items[at].kind is K.PRED:
        return items[at].value.mood in (Mood.REPORT, Mood.COMMAND) and at + 1 < len(items)
    return (
        items[at].kind is K.UNKNOWN
        and at + 2 < len(items)
        and items[at + 1].kind is K.PARTICLE
        and items[at + 1].start == items[at].end
        and items[at + 2].kind in (K.PARTICLE, K.FILLER, K.REQUEST, K.ATTACHED)
    )


def helps(parsed: Message) -> bool:
    for part in parsed.parts:
        if not part.said.help:
            continue
        index = next(index for index, item in enumerate(part.items) if item.kind is K.HELP)
        if any(item.kind is K.UNKNOWN and item.value == "noun" for item in part.items[max(0, index - 2) : index]):
            continue
        preds = [item.value for item in part.items[index:] if item.kind is K.PRED][:1]
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
    if not frames and any(deed.mood is Mood.NEGATION for deed in part.said.deeds):
        return kept  # 아 아니에요, 그냥 두세요
    told = any(item.kind is K.UNKNOWN for item in part.items) or any(not deed.code for deed in part.said.deeds)
    for order in orders:
        if order.part is not last:
            continue
        if frames and not told:
            order.frames = frames
        else:
            order.frames = [replace(frame, unsure=_CORRECTED) for frame in order.frames]
    return orders


def goes_first(normal: Normal, part: Part, chosen: list[Deed]) -> bool:
    """True when a sentence says that what it asks for comes before what was asked just now: 그 전에 덤프부터 떠주세요."""
    found = BEFORE.search(normal.plain, part.sentence.start, part.sentence.end)
    return found is not None and all(part.items[deed.at].start >= found.end() for deed in chosen)


def first_of(orders: list[Order]) -> int:
    """Where the orders of the newest sentence begin."""
    at = len(orders) - 1
    while at > 0 and orders[at - 1].part is orders[-1].part:
        at -= 1
    return at


def loose(part: Part, chosen: list[Deed]) -> bool:
    """True when a sentence speaks of another change of which it is not known whether it is asked for: of a sequence
    that is read in part (정지 → 배포 → 기동), nothing may run."""
    codes = {deed.code for deed in chosen}
    return any(
        deed.changes and deed.mood is Mood.STATEMENT and not deed.role and deed.code not in codes
        for deed in part.said.deeds
    )


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


def narrow(orders: list[Order], part: Part) -> None:
    """Apply a sentence that only names a part of what was asked (2호기만요, 개발기 쪽이요, 2호기는 빼고요): it fills what
    the requests left open, or leaves nodes out; where it contradicts them, nobody knows what is meant."""
    said = [frame for group, _ in part.groups for frame in group.frames]
    last = orders[-1].part
    for order in orders:
        frames = []
        for frame in order.frames:
            if not touched(part, frame):
                frames.append(frame)
            elif order.part is last and len(said) == 1 and (one := _specified(frame, said[0], part)) is not None:
                frames.append(one)
            else:
                frames.append(replace(frame, unsure="narrowed after the command"))
        order.frames = frames


def _specified(frame: Frame, said: Frame, part: Part) -> Frame | None:
    """`frame` with what `said` adds, or None where the two do not go together."""
    if said.unsure or said.lost or said.rest or said.dropped or frame.servers or frame.lost or said.servers:
        return None
    if any(item.kind is K.NOT_THIS for item in part.items) or any(
        deed.mood is Mood.NEGATION for deed in part.said.deeds
    ):
        return None
    own = {item.kind: item.value for item in part.items if item.kind in (K.LAYER, K.ENV, K.NODE)}
    if K.LAYER in own and frame.layer not in (None, own[K.LAYER]):
        return None
    if K.ENV in own and frame.environment not in (None, own[K.ENV]):
        return None
    layer, environment = frame.layer or own.get(K.LAYER), frame.environment or own.get(K.ENV)
    if said.but:
        if frame.nodes or frame.but or frame.rest:
            return None
        return replace(frame, layer=layer, environment=environment, but=said.but)
    if K.NODE in own and (frame.nodes or frame.but or frame.rest or frame.all_nodes):
        return None
    return replace(frame, layer=layer, environment=environment, nodes=said.nodes if K.NODE in own else frame.nodes)


def left_out(items: list[Item], index: int) -> bool:
    """True when the item at `index` is named to be left out: old.war 말고 new.war."""
    after = next((item for item in items[index + 1 :] if item.kind is not K.PARTICLE), None)
    return after is not None and after.kind in (K.NOT_THIS, K.BUT)


def leave_out(orders: list[Order], part: Part) -> None:
    """Apply what the rest of a sentence leaves out of what it asked for: 재기동 부탁드립니다만 1호기는 제외해주세요."""
    asked = [at for at, (_, own) in enumerate(part.groups) if any(deed.wanted for deed in own)]
    if not asked:
        return
    for group, own in part.groups[asked[-1] + 1 :]:
        for said in group.frames:
            negated = any(deed.mood is Mood.NEGATION for deed in own)
            if not (said.but or said.dropped or negated):
                continue
            for order in orders:
                if order.part is part and any(deed.changes for deed in order.deeds):
                    order.frames = [_without(frame, said, negated) for frame in order.frames]


def _without(frame: Frame, said: Frame, negated: bool) -> Frame:
    numbers = set(said.but or (said.nodes if negated else None) or ())
    if frame.nodes and numbers and not numbers & set(frame.nodes):
        return frame
    if said.layer and frame.layer and said.layer != frame.layer:
        return frame
    if numbers and not (frame.nodes or frame.but or frame.rest or frame.servers or said.servers):
        return replace(frame, but=tuple(sorted(numbers)))
    return replace(frame, unsure="narrowed after the command")


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
