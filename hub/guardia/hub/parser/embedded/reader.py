# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""The embedded reader: the stages in a row, and what they found as an explanation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ALL, Intent, IntentType, ReaderInput, Reading
from guardia.hub.parser.embedded.assemble import Order, Values, assemble, deployable, elsewhere, moved
from guardia.hub.parser.embedded.deeds import ASKING, Deed, Said, deeds
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.english import english, is_english, phrasal
from guardia.hub.parser.embedded.gazetteer import Gazetteer, Match
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal, normalise
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Sentence, Voice, segment
from guardia.hub.parser.embedded.targets import Builder, Frame, Group, inherit

NAME = "embedded"
VERSION = "2"
"""Moves with every change of what a message can be read as, so that an audit can replay a reading."""
MAX_COMMAND = 4_000
"""Characters; nothing in a longer message is a command."""
MAX_CONTEXT = 20
_TARGET_KINDS = frozenset({
    K.NAME, K.SERVER, K.LAYER, K.EVERY_LAYER, K.ENV, K.NODE, K.REST, K.POINT,
})  # fmt: skip
_COPULAS = frozenset(
    fold(word)
    for word in ("인데", "이고", "이며", "이라서", "라서", "니까", "이니까", "이라", "입니다", "이네요", "이거든요")
)
_NOT_MEANT = re.compile(
    fold(
        r"농담|장난(?:입니다|이에요|임|이야|이었)|(?:테스트|연습|시험)\s*(?:메시지|메세지|입니다|이에요|문장|글|용|중)|잘못\s*(?:보냈|올렸|썼|적|말했|쳤)|무시해\s*(?:주|줘)|아니다|이렇게\s*(?:입력|쓰|치)|처럼\s*(?:입력|쓰|치|말)"
        r"|(?<![가-힣])(?:예시|예제|샘플|example|e\.?g\.?|ex)(?![a-z])|(?<![가-힣])예\s*[:)]"
        r"|\b(?:just kidding|never mind|nevermind|scratch that|for example|test message|ignore (?:this|that|my))\b"
    )
)
_SESSION_ID = re.compile(r"\d+(?:,\d+)?")
_COMPARED = frozenset(fold(word) for word in ("처럼", "보다", "마다"))
_CANCELLED = frozenset({
    K.REQUEST, K.ACT, K.TOPIC, K.LIGHT, K.PARTICLE, K.FILLER, K.TIME, K.NAME, K.LAYER, K.NODE, K.ENV, K.POINT, K.GENERIC, K.ALL_NODES, K.ATTR, K.PAST,
})  # fmt: skip


@dataclass(slots=True)
class _Part:
    """One sentence after all stages but the last."""

    sentence: Sentence
    items: list[Item]
    said: Said
    groups: list[tuple[Group, list[Deed]]] = field(default_factory=list)
    english: bool = False


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


_NARROWING = frozenset({
    K.LAYER, K.ENV, K.NODE, K.BUT, K.NOT_THIS, K.REST, K.PARTICLE, K.FILLER, K.GENERIC, K.AND, K.ALSO, K.ALL_NODES,
})  # fmt: skip


def _narrows(part: _Part) -> bool:
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


def _touched(part: _Part, frame: Frame) -> bool:
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


def _copula(part: _Part, item: Item) -> bool:
    return item is part.items[-1] and item.kind in (K.UNKNOWN, K.PRED)


@dataclass(slots=True)
class _Message:
    normal: Normal
    parts: list[_Part]
    left_out: tuple[tuple[int, int, str], ...]
    frames: list[Frame]
    """Targets in the order in which the message names them, filled in from each other."""


class EmbeddedReader:
    """Reads messages against one inventory. Deterministic; never raises for odd text."""

    def __init__(self, inventory: Inventory) -> None:
        self.gazetteer = Gazetteer(inventory)

    def read(self, message: ReaderInput) -> Reading:
        """What `message` means, with the explanation."""
        explanation: dict[str, Any] = {"inventory_revision": self.gazetteer.revision}
        if len(message.text) > MAX_COMMAND:
            explanation["missing"] = [f"longer than {MAX_COMMAND} characters: nothing is read as a command"]
            return Reading(intents=(), reader=NAME, version=VERSION, explanation=explanation)
        parsed = self._parse(message.text, message.files)
        intents, notes = self._intents(parsed, message)
        explanation.update(self._explain(parsed))
        explanation["missing"] = notes
        return Reading(intents=tuple(intents), reader=NAME, version=VERSION, explanation=explanation)

    # --- one message, without its context -----------------------------------------------------------------------------

    def _parse(self, text: str, files: tuple[str, ...]) -> _Message:
        normal = normalise(text)
        segments = segment(normal)
        builder = Builder(normal, self.gazetteer)
        parts: list[_Part] = []
        pending: list[Deed] = []
        scoped = False
        attached = bool(deployable(files))
        for sentence in segments.sentences:
            items = scan(normal, sentence.start, sentence.end, segments.quotes, self.gazetteer)
            self._unquote(items)
            in_english = is_english(items, normal.plain)
            if in_english:
                items = phrasal(items, normal.plain, sentence.start, sentence.end)
                said = english(normal, sentence, items, files=attached, scoped=scoped)
            else:
                said = deeds(normal, sentence, items, files=attached, pending=pending, scoped=scoped)
            pending = said.pending
            scoped = scoped or any(item.kind in _TARGET_KINDS for item in items)
            part = _Part(sentence, items, said, english=in_english)
            self._pair(builder, part, normal)
            parts.append(part)
        return _Message(normal, parts, segments.left_out, self._fill(parts))

    def _unquote(self, items: list[Item]) -> None:
        """A quoted name alone is that name, not somebody's words."""
        for item in items:
            if item.kind is K.QUOTE:
                written = "".join(str(item.value).split()).lower()
                match = self.gazetteer.exact(written)
                server = self.gazetteer.host(written)
                if match is not None:
                    item.kind, item.value = K.NAME, match
                elif server is not None:
                    item.kind, item.value = K.SERVER, (server,)

    def _pair(self, builder: Builder, part: _Part, normal: Normal) -> None:
        """Give each deed the group of frames that it acts on."""
        anchors: dict[int, list[Deed]] = {}
        for deed in part.said.deeds:
            anchors.setdefault(self._anchor(part, deed), []).append(deed)
        group = builder.group = Group()
        own: list[Deed] = []
        part.groups = [(group, own)]
        told = False
        for index, item in enumerate(part.items):
            begins = item.kind in _TARGET_KINDS or _unknown_target(part.items, index, normal)
            if told and group.frames and begins:
                # 인뱅 WAS는 정상이고 승인중계 WAS만 …: the first is told of, the second is what is acted on
                group, own, told = Group(), [], False
                builder.group = group
                part.groups.append((group, own))
            if own and group.frames and not part.english and begins:
                group, own = Group(), []
                builder.group = group
                part.groups.append((group, own))
            if (
                part.english
                and own
                and group.frames
                and item.kind in (K.NAME, K.SERVER)
                and any(at >= index for at in anchors)
            ):
                between = normal.text[part.items[own[-1].at].end : item.start]
                if any(mark in between for mark in ",;"):
                    group, own = Group(fallback=group), []
                    builder.group = group
                    part.groups.append((group, own))
            builder.feed(part.items, index)
            if index in anchors:
                if part.english and own and group.frames and any(deed.at < index for deed in own):
                    fresh = Group(fallback=group)
                    if self._target_ahead(part, index):
                        group, own = fresh, []
                        builder.group = group
                        part.groups.append((group, own))
                elif part.english and group.frames and not own and self._target_ahead(part, index):
                    group, own = Group(fallback=group), []
                    builder.group = group
                    part.groups.append((group, own))
                own.extend(anchors[index])
            told = told or (not part.english and _tells(part.items, index, part.said.deeds))
            if own:
                told = False
        self._trailing(part)

    @staticmethod
    def _target_ahead(part: _Part, index: int) -> bool:
        for item in part.items[index + 1 :]:
            if item.kind in (K.NAME, K.SERVER, K.LAYER, K.POINT, K.NODE):
                return True
            if item.kind is K.ACT:
                return False
        return False

    @staticmethod
    def _anchor(part: _Part, deed: Deed) -> int:
        """Nodes between an action and its verb still belong to its target; names there begin another."""
        if part.english or deed.anchor <= deed.at:
            return deed.at
        for index in range(deed.at + 1, deed.anchor + 1):
            kind = part.items[index].kind
            if kind in (K.NAME, K.SERVER, K.LAYER, K.POINT) or (kind in (K.ACT, K.TOPIC) and index != deed.at):
                return deed.at
        return deed.anchor

    @staticmethod
    def _trailing(part: _Part) -> None:
        """재기동해줘 2호기만: a target after the deed, at the end, narrows it."""
        if part.english or len(part.groups) < 2:
            return
        group, own = part.groups[-1]
        if own or not group.settled():
            return
        before, deeds_before = part.groups[-2]
        last = max(
            (index for index, item in enumerate(part.items) if item.kind not in (K.PARTICLE, K.FILLER, K.GENERIC)),
            default=-1,
        )
        at_end = last >= 0 and part.items[last].kind in (*_TARGET_KINDS, K.BUT)
        narrow = all(not frame.named and not frame.point for frame in group.settled())
        if at_end and narrow and before.settled():
            frames = [_narrowed(frame, before.settled()[-1]) for frame in group.settled()]
            part.groups[-2:] = [(Group(frames=frames), deeds_before)]

    @staticmethod
    def _fill(parts: list[_Part]) -> list[Frame]:
        """Within one message, a frame takes what it leaves open from the one named before."""
        last: Frame | None = None
        everything: list[Frame] = []
        for number, part in enumerate(parts):
            for group, own in part.groups:
                settled = group.settled()
                if group.fallback is not None and not [f for f in group.frames if not f.empty]:
                    settled = list(group.fallback.settled())
                _share(settled)
                filled: list[Frame] = []
                for frame in settled:
                    whole = inherit(frame, last) if last is not None else frame
                    filled.append(whole)
                    if whole.named:
                        last = whole
                if not filled and own and last is not None:
                    # PACS WAS 내려줘. 그리고 락 확인해줘: the locks are not of that layer
                    other = elsewhere(tuple(deed.code for deed in own), last)
                    filled = [moved(last, other) if other else last]
                if not filled and own and number + 1 < len(parts) and _aside(parts[number + 1]):
                    filled = [frame for after, _ in parts[number + 1].groups for frame in after.settled()]
                group.frames = filled
                group.fallback = None
                everything.extend(filled)
        return everything

    # --- requests -------------------------------------------------------------------------------------------------------

    def _intents(self, parsed: _Message, message: ReaderInput) -> tuple[list[Intent], list[str]]:
        notes: list[str] = []
        orders: list[Order] = []
        wanted_any = False
        cancel = helped = False
        later = ""
        focus: list[Frame] | None = None
        for part in parsed.parts:
            said = part.said
            if said.forbidden:
                notes.append("a word that no action stands for")
                continue
            if said.cancel and self._cancels(part):
                cancel = True
                continue
            helped = helped or (said.help and part.sentence.voice is not Voice.LISTED)
            values, future = self._values(parsed.normal, part, message.now)
            for group, own in part.groups:
                chosen = [deed for deed in own if deed.wanted]
                codes = tuple(dict.fromkeys(deed.code for deed in chosen))
                if not chosen and said.asks_bare and any(frame.also or frame.point for frame in group.frames):
                    codes = self._context_codes(message)
                    chosen = [Deed(code, 0, 0) for code in codes]
                if not chosen:
                    continue
                wanted_any = True
                frames = group.frames
                if any(self._points(frame) for frame in frames) and not all(frame.named for frame in frames):
                    if focus is None:
                        focus = self._focus(message, len(message.context), frames)
                    frames = [
                        inherit(frame, focus[0]) if focus and self._points(frame) and not _whole(frame) else frame
                        for frame in frames
                    ]
                elif not frames and self._read_also(part, chosen):
                    if focus is None:
                        focus = self._focus(message, len(message.context), frames)
                    frames = focus[:1]
                elif any(frame.point and frame.named for frame in frames):
                    focus = self._focus(message, len(message.context), frames)
                    frames = [inherit(frame, focus[0]) if focus and frame.point else frame for frame in frames]
                if any(deed.changes for deed in chosen):
                    frames = _linked(frames)
                given = Values(**{name: getattr(values, name) for name in values.__dataclass_fields__})
                if later and not given.at and not given.untimed:
                    given.untimed = later
                artifacts = tuple(
                    str(item.value)
                    for item in part.items
                    if item.kind is K.FILE and not str(item.value).lower().endswith((".log", ".out"))
                )
                orders.append(Order(deeds=chosen, frames=list(frames), values=given, artifacts=artifacts))
            if orders and _narrows(part):
                for order in orders:
                    order.frames = [
                        replace(frame, unsure="narrowed after the command") if _touched(part, frame) else frame
                        for frame in order.frames
                    ]
            if future and not any(deed.wanted for deed in said.deeds):
                later = future
        if _taken_back(parsed):
            notes.append("the message takes back what it says, or shows it as an example")
            orders = [order for order in orders if not any(deed.changes for deed in order.deeds)]
        if not orders:
            if cancel:
                return [Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL)], notes
            if helped and not wanted_any and not parsed.frames and self._helps(parsed):
                return [Intent(intent_type=IntentType.HELP, infrastructure_layer=ALL)], notes
            return [], notes
        intents = assemble(orders, message.files, self.gazetteer)
        if not all(intent.complete for intent in intents):
            notes.append("the target is not fully named or not in the inventory")
        if cancel:
            intents.append(Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL))
        return intents, notes

    @staticmethod
    def _points(frame: Frame) -> bool:
        return frame.point or (frame.also and not frame.named)

    @staticmethod
    def _read_also(part: _Part, chosen: list[Deed]) -> bool:
        """디스크도 확인해줘: "too" points at what was looked at before. Only reads are filled in by so little."""
        if any(deed.changes for deed in chosen):
            return False
        return any(
            item.kind is K.PARTICLE and item.value == "도" and index and part.items[index - 1].kind in (K.TOPIC, K.ATTR)
            for index, item in enumerate(part.items)
        )

    @staticmethod
    def _cancels(part: _Part) -> bool:
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
            return (
                not part.sentence.question or any(item.kind is K.FILLER for item in items[:index]) or first == "cancel"
            )
        if not preds:
            rest = [item for item in items[index + 1 :] if item.kind not in (K.PARTICLE, K.FILLER)]
            return not part.sentence.question and not rest
        return preds[0].mood in ASKING or preds[0].mood in (Mood.PLAN, Mood.STATEMENT)

    @staticmethod
    def _helps(parsed: _Message) -> bool:
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

    def _values(self, normal: Normal, part: _Part, now: str) -> tuple[Values, str]:
        values = Values()
        sessions: list[str] = []
        versions: list[str] = []
        future = ""
        past = any(item.kind is K.PAST for item in part.items)
        changes = any(deed.wanted and deed.changes for deed in part.said.deeds)
        searching = any(deed.code == "SEARCH_LOG" and deed.wanted for deed in part.said.deeds)
        reads_log = any(deed.code in ("SEARCH_LOG", "TAIL_LOG") and deed.wanted for deed in part.said.deeds)
        for item in part.items:
            if item.kind is K.LINES:
                values.lines = item.value
            elif item.kind is K.SINCE:
                values.since_minutes = item.value
            elif item.kind is K.VERSION:
                versions.append(str(item.value))
            elif item.kind is K.SERVICE:
                values.service = str(item.value)
            elif item.kind is K.SESSION:
                sessions.extend(_SESSION_ID.findall(str(item.value)))
            elif item.kind is K.TIME and not past:
                found = item.value
                if found.when.delay is not None or (found.when.day or 0) > 0:
                    future = "a time named before"
                if not changes and (found.bare or (reads_log and found.when.delay is None and not found.when.day)):
                    continue
                at = found.when.at(now)
                if at:
                    if values.at and values.at != at:
                        values.untimed = "more than one time"
                    values.at = at
                else:
                    values.untimed = found.when.unclear or (
                        "the time of the message is not known"
                        if not now
                        else "a time that may be either half of the day"
                    )
        if values.untimed:
            values.at = ""
        values.sessions = tuple(dict.fromkeys(sessions))
        values.versions = len(set(versions))
        values.version = versions[0] if versions else ""
        if searching:
            values.pattern = self._pattern(normal, part)
        return values, future

    @staticmethod
    def _pattern(normal: Normal, part: _Part) -> str:
        quoted = [item for item in part.items if item.kind is K.QUOTE]
        if quoted:
            return str(quoted[0].value)
        log = next(
            (index for index, item in enumerate(part.items) if item.kind is K.TOPIC and item.value == "TAIL_LOG"), -1
        )
        skip = {
            K.PARTICLE,
            K.FILLER,
            K.TIME,
            K.SINCE,
            K.LINES,
            K.LIGHT,
            K.PRED,
            K.ASK,
            K.AND,
            K.GENERIC,
            K.ALL_NODES,
            K.NODE,
            K.LAYER,
            K.NAME,
            K.ENV,
        }
        best: list[Item] = []
        order = part.items[log + 1 :] if not part.english else part.items
        for item in order:
            if (
                item.kind in (K.UNKNOWN, K.VERSION, K.NUMBER, K.FORBIDDEN, K.STATE, K.OUTCOME, K.ACT, K.SESSION, K.FILE)
                or (item.kind is K.ATTR and normal.plain[item.start : item.end] in ("에러", "오류", "문제", "지연"))
                or (
                    item.kind is K.FILLER
                    and normal.plain[item.start : item.end] in ("애러", "에러", "오류", "error", "errors", "장애")
                )
            ):
                if best and any(
                    other.kind not in skip for other in order[order.index(best[-1]) + 1 : order.index(item)]
                ):
                    continue
                best.append(item)
        if not best:
            best = [item for item in part.items[: max(log, 0)] if item.kind is K.UNKNOWN and item.value == "noun"][-1:]
        if not best:
            return ""
        text = normal.written(best[0].start, best[-1].end)
        return text.strip()

    # --- context --------------------------------------------------------------------------------------------------------

    def _context_codes(self, message: ReaderInput) -> tuple[str, ...]:
        """Actions of the newest earlier message that asked for some."""
        for earlier in reversed(message.context[-MAX_CONTEXT:]):
            if len(earlier.text) > MAX_COMMAND:
                continue
            parsed = self._parse(earlier.text, ())
            codes = tuple(
                dict.fromkeys(
                    deed.code
                    for part in parsed.parts
                    if not part.said.forbidden
                    for deed in part.said.deeds
                    if deed.wanted
                )
            )
            if codes:
                return codes
        return ()

    def _focus(self, message: ReaderInput, upto: int, pointing: list[Frame]) -> list[Frame]:
        """The one target of the newest earlier message that fits; empty when there is none or it is not one."""
        system = next((frame.system for frame in pointing if frame.system), None)
        for at in range(upto - 1, max(-1, upto - 1 - MAX_CONTEXT), -1):
            text = message.context[at].text
            if len(text) > MAX_COMMAND:
                continue
            parsed = self._parse(text, ())
            frames = [frame for frame in parsed.frames if frame.named]
            if system:
                frames = [
                    frame
                    for frame in frames
                    if any(pair[1] == system for pair in frame.candidates)
                    or any(s.system_name == system for s in frame.servers)
                ]
            if not frames:
                if any(frame.point for frame in parsed.frames):
                    older = self._focus(message, at, pointing)
                    return [inherit(parsed.frames[-1], older[0])] if older else []
                continue
            places = {
                (frame.institution, frame.system, frame.candidates, frame.environment, frame.layer, frame.servers)
                for frame in frames
            }
            return frames[-1:] if len(places) == 1 else []
        return []

    # --- why ------------------------------------------------------------------------------------------------------------

    def _explain(self, parsed: _Message) -> dict[str, Any]:
        text = parsed.normal.text
        names = []
        clauses = []
        for part in parsed.parts:
            for item in part.items:
                if item.kind is K.NAME:
                    match: Match = item.value
                    names.append({
                        "span": [item.start, item.end], "text": text[item.start : item.end], "how": match.how,
                        "institutions": list(match.institutions), "systems": [list(pair) for pair in match.systems],
                    })  # fmt: skip
                elif item.kind is K.SERVER:
                    names.append(
                        {
                            "span": [item.start, item.end],
                            "text": text[item.start : item.end],
                            "how": "host",
                            "assets": [s.asset_code for s in item.value],
                        }
                    )
            clauses.append({
                "span": [part.sentence.start, part.sentence.end], "voice": str(part.sentence.voice),
                "deeds": [{"action": deed.code, "mood": str(deed.mood)} for deed in part.said.deeds],
                "unknown": [text[item.start : item.end] for item in part.items if item.kind is K.UNKNOWN],
            })  # fmt: skip
        return {
            "names": names,
            "clauses": clauses,
            "left_out": [{"span": [a, b], "why": why} for a, b, why in parsed.left_out],
        }


def _whole(frame: Frame) -> bool:
    return bool(frame.institution and frame.system and frame.system != "UNKNOWN" and len(frame.candidates) == 1)


def _tells(items: list[Item], index: int, said: list[Deed]) -> bool:
    """True when a clause that asks for nothing ends at `index`."""
    item = items[index]
    if _among(items, index):
        return False
    if item.kind in (K.STATE, K.COND, K.OUTCOME, K.PRED) or (item.kind is K.UNKNOWN and item.value == "pred"):
        return not any(deed.wanted and deed.at <= index <= deed.anchor for deed in said)
    return item.kind is K.PARTICLE and item.value in _COPULAS | _COMPARED


def _taken_back(parsed: _Message) -> bool:
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


def _aside(part: _Part) -> bool:
    """True when a sentence only names a target (인뱅 WAS 4호기요)."""
    return not part.said.deeds and all(
        item.kind in _TARGET_KINDS or item.kind in (K.PARTICLE, K.FILLER, K.GENERIC, K.ALL_NODES, K.AND, K.PERSON)
        for item in part.items
    )


def _linked(frames: list[Frame]) -> list[Frame]:
    """A change is for the targets that are joined to the last; one that only stands before them is not asked for."""
    first = len(frames) - 1
    while first > 0 and frames[first].joined:
        first -= 1
    return frames[max(first, 0) :]


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
