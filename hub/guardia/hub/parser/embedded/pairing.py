"""Seventh stage: which deed acts on which target, and what a target takes from the one named before."""

from __future__ import annotations

from guardia.hub.parser.embedded.assemble import elsewhere, moved
from guardia.hub.parser.embedded.corrections import replaces
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.pairing import pair_english
from guardia.hub.parser.embedded.frames import Frame, Group, belonging, context_of, inherit, office
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Part
from guardia.hub.parser.embedded.targets import Builder
from guardia.hub.parser.embedded.turns import turns

TARGET_KINDS = frozenset({
    K.NAME, K.SERVER, K.LAYER, K.EVERY_LAYER, K.ENV, K.NODE, K.REST, K.POINT,
})  # fmt: skip  # fmt: skip
_AMONG = fold("중")
_COPULAS = frozenset(
    fold(word)
    for word in ("인데", "이고", "이며", "이라서", "라서", "니까", "이니까", "이라", "입니다", "이네요", "이거든요")
)
_COMPARED = frozenset(fold(word) for word in ("처럼", "보다", "마다"))


def pair(builder: Builder, part: Part, normal: Normal) -> None:
    """Give each deed the group of frames that it acts on."""
    if part.english:
        pair_english(builder, part, normal)
        return
    if _in_turns(builder, part):
        return
    anchors: dict[int, list[Deed]] = {}
    for deed in part.said.deeds:
        anchors.setdefault(_anchor(part, deed), []).append(deed)
    acting = max(
        (at for at, found in anchors.items() if any(deed.code and not _reason(part, deed) for deed in found)),
        default=-1,
    )
    group = builder.group = Group()
    own: list[Deed] = []
    part.groups = [(group, own)]
    told = bare = named = False
    for index, item in enumerate(part.items):
        begins = item.kind in TARGET_KINDS or _unknown_target(part.items, index, normal)
        if told and group.frames and begins:
            # 인뱅 WAS는 정상이고 승인중계 WAS만 …: the first is told of, the second is what is acted on
            group, own, told = Group(), [], False
            builder.group = group
            part.groups.append((group, own))
        if own and begins and not _follows(own, index, acting, bare):
            group, own = Group(), []
            builder.group = group
            part.groups.append((group, own))
        if _pool(part.items, index, normal) and group.frames and not own:
            group, own = Group(), []  # A, B 둘 중에 B: only what follows is meant
            builder.group = group
            part.groups.append((group, own))
        builder.feed(part.items, index)
        named = named or item.kind in (K.NAME, K.SERVER, K.POINT)
        if index in anchors:
            bare = (
                not named
                and not any(frame.named or frame.point or frame.nodes for frame in group.frames)
                and (bare or not any(deed.code for deed in own))
            )
            own.extend(anchors[index])
        told = told or _tells(part.items, index, part.said.deeds)
        if own:
            told = False
    _trailing(part)


def _in_turns(builder: Builder, part: Part) -> bool:
    """a.war는 인뱅 WAS로, b.war는 승인 WAS로 배포해주세요; 디스크는 인뱅 DB, 메모리는 승인 WAS: each has its own."""
    wanted = [deed for deed in part.said.deeds if deed.code]
    if not wanted or not all(deed.wanted for deed in wanted):
        return False
    deploys = any(deed.code == "DEPLOY_ARTIFACT" for deed in wanted)
    looks = all(not deed.changes and part.items[deed.at].kind is K.TOPIC for deed in wanted)
    files = [index for index, item in enumerate(part.items) if item.kind is K.FILE]
    apart = len(files) > 1 and any(item.kind in TARGET_KINDS for item in part.items[files[0] : files[-1]])
    if apart and not deploys and any(deed.changes for deed in wanted):
        part.broken = part.broken or "files and targets that take turns, and no deployment"
    rows = turns(part.items, K.FILE) if deploys else turns(part.items, K.TOPIC) if looks else []
    if not rows or (looks and len(rows) != len(wanted)):
        return False
    if deploys and min(deed.at for deed in wanted) < max(max(row.thing, row.last) for row in rows):
        return False
    groups = []
    before: Frame | None = None
    for order, row in enumerate(rows):
        group = builder.group = Group()
        builder.unknown_before, builder.replacing = False, None
        kinds = {item.kind for item in part.items[row.first : row.last + 1]}
        if not row.named and before is not None:
            group.frames.append(Frame(**(context_of(before) if K.LAYER in kinds else context_of(before, "layer"))))  # type: ignore[arg-type]
        for index in range(row.first, row.last + 1):
            builder.feed(part.items, index)
        if len(group.frames) != 1:
            return False
        before = group.frames[0]
        if deploys:
            before.files, before.joined = (str(part.items[row.thing].value),), bool(order)
        groups.append((group, [] if deploys else [deed for deed in wanted if deed.at == row.thing]))
        if not deploys and not groups[order][1]:
            return False
    if deploys:
        whole = Group(frames=[group.frames[0] for group, _ in groups])
        part.groups = [(whole, list(part.said.deeds))]
    else:
        part.groups = groups
    return True


def _reason(part: Part, deed: Deed) -> bool:
    """…, 점검 시작이라서요: what gives a reason acts on nothing."""
    after = part.items[deed.at + 1] if deed.at + 1 < len(part.items) else None
    return not deed.wanted and after is not None and after.kind is K.PARTICLE and after.value in _COPULAS


def _follows(own: list[Deed], index: int, acting: int, bare: bool) -> bool:
    """True when the target that begins at `index` is that of the deeds before it, which had none: 배포 ㄱㄱ 인뱅 WAS.

    Only deeds that are wanted wait for one, and only when no other deed follows that could have it."""
    return bare and any(deed.wanted for deed in own) and acting < index


def _anchor(part: Part, deed: Deed) -> int:
    """Nodes between an action and its verb still belong to its target; names there begin another."""
    if deed.anchor <= deed.at:
        return deed.at
    for index in range(deed.at + 1, deed.anchor + 1):
        kind = part.items[index].kind
        if kind in (K.NAME, K.SERVER, K.LAYER, K.POINT) or (kind in (K.ACT, K.TOPIC) and index != deed.at):
            return deed.at
    return deed.anchor


def _trailing(part: Part) -> None:
    """재기동해줘 2호기만: a target after the deed, at the end, narrows it."""
    if len(part.groups) < 2:
        return
    group, own = part.groups[-1]
    if own or not group.settled():
        return
    before, deeds_before = part.groups[-2]
    last = max(
        (index for index, item in enumerate(part.items) if item.kind not in (K.PARTICLE, K.FILLER, K.GENERIC)),
        default=-1,
    )
    at_end = last >= 0 and part.items[last].kind in (*TARGET_KINDS, K.BUT)
    narrow = all(not frame.named and not frame.point for frame in group.settled())
    bare = before.settled() and all(not frame.named and not frame.point for frame in before.settled())
    whose = group.settled()[0] if len(group.settled()) == 1 else Frame()
    owned = [_owned(whose, frame) for frame in before.settled() if at_end and office(whose)]
    if owned and all(frame is not None for frame in owned):
        # 도서관 웹 인증서 봐줘, 한별대 거: whose it is
        part.groups[-2:] = [(Group(frames=[frame for frame in owned if frame is not None]), deeds_before)]
    elif at_end and bare and len(group.settled()) == 1 and group.settled()[0].named:
        # 2호기 재시작해주세요, 청약마루: whose node it is
        frames = [inherit(frame, group.settled()[0]) for frame in before.settled()]
        part.groups[-2:] = [(Group(frames=frames), deeds_before)]
    elif at_end and narrow and before.settled():
        frames = [_narrowed(frame, before.settled()[-1]) for frame in group.settled()]
        part.groups[-2:] = [(Group(frames=frames), deeds_before)]
        part.trailed = any(deed.wanted for deed in deeds_before)


def _owned(frame: Frame, last: Frame) -> Frame | None:
    """포털이 죽었네요. 늘봄 쪽이요: whose system was named before; 늘봄생명입니다. 고객포털 …: whose is meant."""
    if office(last):
        return belonging(frame, last.institution)
    if not office(frame) or (frame.layer and last.layer and frame.layer != last.layer):
        return None
    if frame.nodes and last.nodes:
        return None
    whole = belonging(last, frame.institution)
    if whole is None:
        return None
    whole.layer = frame.layer or last.layer
    whole.environment = frame.environment or last.environment
    whole.nodes = frame.nodes or last.nodes
    return whole


_WHOSE = frozenset({
    K.NAME, K.LAYER, K.NODE, K.ENV, K.GENERIC, K.FILLER, K.PARTICLE, K.PERSON, K.POINT, K.NOT_THIS,
})  # fmt: skip
_TOLD_OF = frozenset(fold(word) for word in ("은", "는", "이", "가", "도", "에서", "에서는", "한테", "에게"))


def _says_whose(parts: list[Part], number: int, frame: Frame, last: Frame) -> bool:
    """True when the words that name the institution alone say whose the system is, and tell nothing else of it."""
    if office(last):  # who writes, or whose it is, said before
        for part in reversed(parts[:number]):
            if any(office(one) for group, _ in part.groups for one in group.frames):
                return _only_whose(part, part.items)
        return False
    if not office(frame):
        return False
    items = parts[number].items
    at = max((k for k, item in enumerate(items) if item.kind is K.NAME and item.value.institutions), default=0)
    mixed = any(item.kind is K.NAME and item.value.systems for item in items)
    return _only_whose(parts[number], items[at:] if mixed else items)


def _only_whose(part: Part, items: list[Item]) -> bool:
    return not part.sentence.question and all(
        (item.kind in _WHOSE or (item.kind is K.UNKNOWN and item.value == "noun"))
        and not (item.kind is K.PARTICLE and item.value in _TOLD_OF)
        for item in items
    )


def _narrowed(frame: Frame, base: Frame) -> Frame:
    """`frame`, said after the command, with what it leaves open from `base`: 1호기 재기동해줘 (스테이징)."""
    whole = inherit(frame, base)
    if (
        frame.environment
        and frame.nodes is None
        and frame.layer is None
        and not (frame.but or frame.rest or frame.all_nodes)
    ):
        if base.servers or base.lost:
            whole.unsure = "a host, and another environment"
        whole.nodes, whole.but, whole.rest = base.nodes, base.but, base.rest
    return whole


def fill(parts: list[Part]) -> list[Frame]:
    """Within one message, a frame takes what it leaves open from the one named before."""
    last: Frame | None = None
    pointed: Frame | None = None
    everything: list[Frame] = []
    before: list[Frame] = []
    for number, part in enumerate(parts):
        before = [frame for group, _ in parts[number - 1].groups for frame in group.frames] if number else []
        told: list[Frame] = []
        for place, (group, own) in enumerate(part.groups):
            settled = group.settled()
            if group.fallback is not None and not [f for f in group.frames if not f.empty]:
                settled = list(group.fallback.settled())
            _share(settled)
            filled: list[Frame] = []
            for frame in settled:
                owned = _owned(frame, last) if last is not None and _says_whose(parts, number, frame, last) else None
                whole = owned or (inherit(frame, last) if last is not None else frame)
                filled.append(whole)
                if whole.named and not (whole.speaks and last is not None):
                    last = whole
            if not filled and own and len(before) > 1 and _both(part):
                filled = list(before)
            elif not filled and own and last is not None:
                # PACS WAS 내려줘. 그리고 락 확인해줘: the locks are not of that layer
                other = elsewhere(tuple(deed.code for deed in own), last)
                filled = [moved(last, other) if other else last]
            meant = _meant_after(parts, number) if own and not settled else []
            if (
                own
                and not settled
                and not meant
                and last is None
                and not any(deed.changes and deed.wanted for deed in own)
            ):
                # 덤프 꼭 받아두시고요, 보훈급여 WAS 1호기 재기동: where it is done is said after it
                meant = [frame for later, _ in part.groups[place + 1 :] for frame in later.settled()]
                meant = meant if len(meant) == 1 and meant[0].named else []
            if meant:
                filled = meant  # … 부탁드립니다. 대상은 인뱅 WAS 전체입니다.
            if not filled and own and number + 1 < len(parts) and _aside(parts[number + 1]):
                filled = [frame for after, _ in parts[number + 1].groups for frame in after.settled()]
            if own and last is None and not filled and pointed is not None:
                filled = [pointed]  # 아까 그거 오류 나네요. 되돌려주세요
            if (own or replaces(part)) and last is None and filled:
                filled = (
                    [_owned(whose, frame) or inherit(frame, whose) for frame in filled]
                    if (whose := _whose(parts, number))
                    else filled
                )
            for frame in filled:
                if frame.rest and not frame.but and told:
                    frame.but = told[-1].but or told[-1].nodes or ()  # 1호기는 어제 했으니 빼고 나머지
            told = filled if not any(deed.wanted for deed in own) else []
            bare = len(filled) == 1 and filled[0].point and not filled[0].named
            pointed = filled[0] if bare and not any(deed.wanted for deed in own) else pointed
            group.frames = filled
            group.fallback = None
            everything.extend(filled)
    return everything


def _pool(items: list[Item], index: int, normal: Normal) -> bool:
    """True at "중" behind names out of which one is named again."""
    item = items[index]
    return (
        item.kind is K.OUTCOME
        and normal.plain[item.start : item.end] == _AMONG
        and sum(one.kind is K.NAME for one in items[:index]) > 1
        and any(one.kind is K.NAME for one in items[index + 1 :])
    )


def _both(part: Part) -> bool:
    """둘 다 버전 확인해주세요: all targets that the sentence before named."""
    return any(item.kind is K.ALL_NODES and item.value == "both" for item in part.items) and not any(
        item.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT) for item in part.items
    )


def _share(frames: list[Frame]) -> None:
    """인뱅이랑 포털 WAS: the layer at the end is for both; nodes at the end may be for the last alone."""
    for index in range(len(frames) - 2, -1, -1):
        frame, after = frames[index], frames[index + 1]
        if not after.joined or frame.servers or after.servers:
            continue
        if frame.layer is None and frame.nodes is None and after.layer is not None and after.nodes is None:
            frame.layer = after.layer
        if frame.institution and frame.system is None and after.system:
            pairs = tuple(pair for pair in after.wide or after.candidates if pair[0] == frame.institution)
            if not pairs and after.institution and after.system not in (None, "UNKNOWN"):
                frame.system, frame.candidates = "UNKNOWN", ()
            elif pairs:
                frame.system, frame.candidates = pairs[0][1], pairs


def _tells(items: list[Item], index: int, said: list[Deed]) -> bool:
    """True when a clause that asks for nothing ends at `index`."""
    item = items[index]
    if _among(items, index):
        return False
    if item.kind in (K.STATE, K.COND, K.OUTCOME, K.PRED) or (item.kind is K.UNKNOWN and item.value == "pred"):
        return not any(deed.wanted and deed.at <= index <= deed.anchor for deed in said)
    return item.kind is K.PARTICLE and item.value in _COPULAS | _COMPARED


def _among(items: list[Item], index: int) -> bool:
    """1~3호기 중 2호기: not "while"."""
    item = items[index]
    return (
        item.kind is K.OUTCOME
        and item.end - item.start == 1
        and index > 0
        and items[index - 1].kind in (K.NODE, K.ALL_NODES)
    )


def _unknown_target(items: list[Item], index: int, normal: Normal) -> bool:
    """True when an unknown word stands where a target stands: right before what is to be done or where."""
    item = items[index]
    if item.kind is not K.UNKNOWN or item.value != "noun":
        return False
    for after in items[index + 1 :]:
        if after.kind in (K.PARTICLE, K.GENERIC):
            continue
        if after.kind in (K.TOPIC, K.PORT, K.SESSION):
            return item.end - item.start >= 3 and not normal.text[item.start : item.end].isascii()
        return after.kind in (K.ACT, K.LAYER, K.NODE, K.ENV, K.NAME, K.EVERY_LAYER)
    return False


def _meant_after(parts: list[Part], number: int) -> list[Frame]:
    """The target that the next sentence says is meant (대상은 …), when it is named in full."""
    after = parts[number + 1] if number + 1 < len(parts) else None
    if after is None or not _aside(after) or not after.items or after.items[0].kind is not K.OUTCOME:
        return []
    frames = [frame for group, _ in after.groups for frame in group.settled()]
    return frames if frames and all(frame.named for frame in frames) else []


def _whose(parts: list[Part], number: int) -> Frame | None:
    """The one system that the next sentence names alone: 7호기 내려주세요. 라이더콜 WAS요. A sentence between may say
    which layer is meant: WEB 말고 WAS요. 수강나침반입니다."""
    for after in parts[number + 1 : number + 3]:
        if after.sentence.question or not (_aside(after) or replaces(after)):
            return None
        frames = [frame for group, _ in after.groups for frame in group.settled()]
        if len(frames) != 1 or frames[0].unsure:
            return None
        if frames[0].named:
            return frames[0]
    return None


def _aside(part: Part) -> bool:
    """True when a sentence only names a target (인뱅 WAS 4호기요)."""
    return not any(deed.code for deed in part.said.deeds) and all(
        item.kind in TARGET_KINDS
        or item.kind in (K.PARTICLE, K.FILLER, K.GENERIC, K.ALL_NODES, K.AND, K.PERSON)
        or (item is part.items[0] and item.kind is K.OUTCOME and item.value is Mood.STATEMENT)  # 대상은 …
        for item in part.items
    )
