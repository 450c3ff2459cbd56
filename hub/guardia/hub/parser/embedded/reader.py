"""The embedded reader: the stages in a row, and what they found as an explanation."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ALL, Intent, IntentType, ReaderInput, Reading
from guardia.hub.parser.embedded.amended import amend
from guardia.hub.parser.embedded.asides import cancelled_at, cancels, helps, taken_back
from guardia.hub.parser.embedded.assemble import Order, assemble, deployable
from guardia.hub.parser.embedded.bystanders import BYSTANDER, bystanders
from guardia.hub.parser.embedded.choosing import carried, chosen
from guardia.hub.parser.embedded.classifier.disagreement import disagreement
from guardia.hub.parser.embedded.classifier.masking import masked
from guardia.hub.parser.embedded.classifier.model import Classifier, shipped
from guardia.hub.parser.embedded.corrections import (
    corrected,
    denied,
    first_of,
    goes_first,
    held,
    leave_out,
    left_out,
    loose,
    narrow,
    narrows,
    only_time,
    replaces,
    retime,
    stops_it,
    superseded,
    told_files,
)
from guardia.hub.parser.embedded.courtesies import hushed
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.doubts import UNSURE, doubtful, sequel, state, unchosen
from guardia.hub.parser.embedded.elsewhere import elsewhere
from guardia.hub.parser.embedded.ends import ended
from guardia.hub.parser.embedded.english.targets import leaves_others, spares, takes_back
from guardia.hub.parser.embedded.explain import explain
from guardia.hub.parser.embedded.forms import forms
from guardia.hub.parser.embedded.frames import Frame, inherit
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.given import given
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lists import lists
from guardia.hub.parser.embedded.needs import needed
from guardia.hub.parser.embedded.nets import caught
from guardia.hub.parser.embedded.normalise import Normal, normalise
from guardia.hub.parser.embedded.outline import Draft, named
from guardia.hub.parser.embedded.pairing import TARGET_KINDS, fill, pair
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.restraint import complains, turns_away
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Voice, segment
from guardia.hub.parser.embedded.slips import scanned
from guardia.hub.parser.embedded.spared import spared
from guardia.hub.parser.embedded.spoken import Speaker
from guardia.hub.parser.embedded.steps import chains, in_order
from guardia.hub.parser.embedded.targets import Builder
from guardia.hub.parser.embedded.vetoes import vetoed

NAME = "embedded"
VERSION = "48"
"""Moves with every change of what a message can be read as, so that an audit can replay a reading."""
MAX_COMMAND = 4_000
"""Characters; nothing in a longer message is a command."""
MAX_CONTEXT = 20
_VERSIONED = frozenset({"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"})
_BEFORE_THAT = fold("그전에")
_JUST_DEPLOYED = re.compile(
    fold(
        r"(?:방금|아까|조금\s*전에?|좀\s*전에?|직전에?)\s*(?:배포|반영|적용|올리|올린|올렸|밀|민|나간|깐|나갔)[가-힣]{0,3}\s*(?:거|것|건|게|버전|파일|배포본)"
        r"|(?:방금|아까|조금\s*전|좀\s*전|직전)\s*(?:그\s*)?배포(?=\s*(?:롤백|되돌|원복|복구))"
    )
)


_HELP = {f"/{word}": word for word in ("help", "도움말", "명령어")}
"""What other bots are asked for help with."""


class EmbeddedReader:
    """Reads messages against one inventory. Deterministic; never raises for odd text."""

    def __init__(self, inventory: Inventory, classifier: Classifier | None = None) -> None:
        """`classifier`: the one that comes with the hub where none is given."""
        self.gazetteer = Gazetteer(inventory)
        self._classifier = classifier or shipped()

    def read(self, message: ReaderInput) -> Reading:
        """What `message` means, with the explanation."""
        explanation: dict[str, Any] = {"inventory_revision": self.gazetteer.revision}
        if len(message.text) > MAX_COMMAND:
            explanation["missing"] = [f"longer than {MAX_COMMAND} characters: nothing is read as a command"]
            return Reading(intents=(), reader=NAME, version=VERSION, explanation=explanation)
        parsed = self._parse(_HELP.get(message.text.strip().lower(), message.text), message.files)
        intents, notes = self._intents(parsed, message)
        explanation.update(explain(parsed))
        explanation["missing"] = notes
        return Reading(intents=tuple(intents), reader=NAME, version=VERSION, explanation=explanation)

    def masked(self, message: ReaderInput) -> str:
        """`message` as the classifier sees it, to be trained with."""
        return masked(self._parse(message.text, message.files), attached=bool(deployable(message.files)))

    def _parse(self, text: str, files: tuple[str, ...]) -> Message:
        normal, courteous = hushed(normalise(text), self.gazetteer.exact)
        segments = segment(normal)
        normal, rows = scanned(normal, segments, self.gazetteer)
        builder = Builder(normal, self.gazetteer)
        parts: list[Part] = []
        drafts: list[Draft] = []
        for sentence, items in zip(segments.sentences, rows, strict=True):
            drafts.append(Draft(sentence, chosen(normal, self._unquote(normal, items))))
        drafts = ended(normal, drafts)
        drafts, told = bystanders(normal, drafts)
        carried(normal, drafts)
        drafts = elsewhere(normal, drafts)
        amend(normal, drafts)
        left_alone = spared(normal, drafts)
        speaker = Speaker(normal, attached=bool(deployable(files)))
        scoped = False
        for draft in lists(normal, forms(normal, chains(normal, drafts))):
            scoped = scoped or any(item.kind in TARGET_KINDS for item in draft.items)
            part = speaker.part(draft, scoped)
            pair(builder, part, normal)
            parts.append(part)
        needed(normal, parts)
        vetoed(normal, parts, attached=bool(deployable(files)))
        asides = (*courteous, *((start, end, BYSTANDER) for start, end, _ in told))
        others = tuple(one for _, _, one in told if one)
        return Message(normal, parts, segments.left_out, fill(parts), tuple(left_alone), asides, others)

    def _unquote(self, normal: Normal, items: list[Item]) -> list[Item]:
        """A quoted name alone is that name, not somebody's words; so is a quoted target ("인뱅 WAS")."""
        out: list[Item] = []
        for item in items:
            if item.kind is K.QUOTE:
                written = "".join(str(item.value).split()).lower()
                match = self.gazetteer.exact(written)
                server = self.gazetteer.host(written)
                if match is not None:
                    item.kind, item.value = K.NAME, match
                elif server is not None:
                    item.kind, item.value = K.SERVER, (server,)
                else:
                    inside = scan(normal, item.start + 1, item.end - 1, (), self.gazetteer)
                    if named(inside) and all(one.kind in TARGET_KINDS for one in inside):
                        out.extend(inside)
                        continue
            elif item.kind is K.UNKNOWN and in_order(normal.plain[item.start : item.end]):
                item.kind, item.value = K.FILLER, None
            out.append(item)
        for item, after in pairwise(out):
            if item.kind is K.POINT and normal.plain[item.start : after.end].replace(" ", "") == _BEFORE_THAT:
                item.kind = after.kind = K.FILLER  # 그 전에: points at no server
        return out

    def _intents(self, parsed: Message, message: ReaderInput) -> tuple[list[Intent], list[str]]:
        notes: list[str] = []
        orders: list[Order] = []
        wanted_any = False
        cancel = helped = first = False
        later = ""
        focus: list[Frame] | None = None
        for part in parsed.parts:
            said = part.said
            earlier = state(orders)
            if part.sentence.holds:
                orders = held(orders, part)
                if stops_it(part):
                    notes.append("taken back in the same message")
                    continue
            if said.forbidden:
                notes.append("a word that no action stands for")
                if orders and turns_away(parsed.normal, part, orders):
                    _doubt(orders, UNSURE)
                continue
            ends = cancelled_at(part) if said.cancel and cancels(part) else -1
            if ends >= 0:
                cancel, first = True, first or not orders
            helped = helped or (said.help and part.sentence.voice is not Voice.LISTED)
            if part.english and orders and takes_back(part, parsed.normal):
                orders = [order for order in orders if not any(deed.changes for deed in order.deeds)]
                notes.append("taken back in the same message")
                continue
            corrects = part.sentence.corrects or (bool(orders) and replaces(part))
            orders = corrected(orders, part) if corrects else denied(superseded(orders, part), part)
            values, future = given(parsed.normal, part, message.now)
            instead = False
            for group, own in part.groups:
                chosen = sorted((d for d in own if d.wanted and d.at > ends), key=lambda deed: not deed.first)
                chosen = _explained(parsed.normal, part, chosen)
                if any(deed.changes for order in orders for deed in order.deeds) and complains(parsed.normal, part):
                    chosen = []
                codes = tuple(dict.fromkeys(deed.code for deed in chosen))
                from_context = False
                instead = not chosen and said.asks_bare and ends < 0 and not orders and _instead(part, group.frames)
                if instead:
                    group.frames = [replace(frame, point=True) for frame in group.frames]
                if (
                    not chosen
                    and said.asks_bare
                    and ends < 0
                    and any(frame.also or frame.point for frame in group.frames)
                ):
                    before = orders[-1].deeds if part.english and orders else ()
                    codes = tuple(dict.fromkeys(one.code for one in before))
                    from_context = not codes
                    codes = codes or self._context_codes(message)
                    chosen = [Deed(code, 0, 0) for code in codes]
                if not chosen:
                    continue
                wanted_any = True
                frames = group.frames
                if self._just_deployed(parsed.normal, part, codes, frames) and "DEPLOY_ARTIFACT" in self._context_codes(
                    message
                ):
                    frames = [replace(frame, point=True) for frame in frames] or [Frame(point=True)]
                if any(self._points(frame) for frame in frames) and not all(frame.named for frame in frames):
                    if focus is None:
                        focus = self._focus(message, len(message.context), frames)
                    frames = [
                        _rest(inherit(frame, focus[0]), focus[0])
                        if focus and self._points(frame) and not _whole(frame)
                        else frame
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
                    frames = [
                        replace(frame, unsure=frame.unsure or PAIRED) if frame.paired else frame for frame in frames
                    ]
                    if unchosen(parsed.normal, part):
                        frames = [
                            replace(frame, unsure="one of several, not said which") for frame in frames or [Frame()]
                        ]
                    if loose(parsed.normal, part, chosen):
                        frames = [replace(frame, unsure="another change in the same breath") for frame in frames]
                    if any(one.but and not one.nodes for one in frames) and any(one.nodes for one in frames):
                        # 운영 3호기는 빼고 스테이징 2호기 …: all others of the first, or none?
                        frames = [replace(one, unsure=one.unsure or LEFT_OUT) for one in frames]
                    if part.broken:
                        notes.append(part.broken)
                        frames = [replace(frame, unsure=part.broken) for frame in frames or [Frame()]]
                own_values = replace(values)
                if later and not own_values.at and not own_values.untimed:
                    own_values.untimed = later
                told = told_files(part)
                artifacts = tuple(
                    str(item.value)
                    for index, item in enumerate(part.items)
                    if item.kind is K.FILE
                    and index not in told
                    and not str(item.value).lower().endswith((".log", ".out"))
                    and not left_out(part.items, index)
                )
                if told:
                    kept = set(artifacts)
                    frames = [replace(one, files=tuple(file for file in one.files if file in kept)) for one in frames]
                order = Order(
                    chosen, list(frames), own_values, artifacts=artifacts, part=part, from_context=from_context
                )
                if orders and goes_first(parsed.normal, part, chosen):
                    orders.insert(first_of(orders), order)
                else:
                    orders.append(order)
            made = state(orders)
            fresh = bool(orders) and orders[-1].part is part
            apart = bool(orders) and not fresh and leaves_others(part, parsed.normal, orders)
            if (
                orders
                and not apart
                and not fresh
                and not corrects
                and not part.sentence.holds
                and self._takes_a_part_back(part, parsed)
            ):
                narrow(orders, part)
            elif orders:
                leave_out(orders, part)
            if orders and only_time(parsed.normal, part):
                retime(orders, part, message.now)
            if future and not any(deed.wanted for deed in said.deeds):
                later = future
            understood = made[: len(earlier)] != earlier or state(orders) != made or instead or apart
            named = _only_version(part) or (_bare_version(parsed.normal, part) and _unversioned(orders))
            if not understood and not named and doubtful(parsed.normal, part, orders):
                _doubt(orders, UNSURE)
        if sequel(parsed, orders):
            _doubt(orders, "another change depends on it")
        if taken_back(parsed):
            notes.append("the message takes back what it says, or shows it as an example")
            orders = [order for order in orders if not any(deed.changes for deed in order.deeds)]
        if not orders:
            if cancel:
                return [Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL)], notes
            if helped and not wanted_any and not any(frame.named for frame in parsed.frames) and helps(parsed):
                return [Intent(intent_type=IntentType.HELP, infrastructure_layer=ALL)], notes
            return [], notes
        _name_files(orders, parsed)
        _name_version(orders, parsed)
        intents = assemble(orders, message.files, self.gazetteer)
        left_over = caught(parsed, orders, intents, self.gazetteer, message.now)
        left_over = left_over or self._second_look(parsed, message, orders, intents)
        if left_over:
            _doubt(orders, left_over)
            intents = assemble(orders, message.files, self.gazetteer)
            notes.append(left_over)
        doubts = dict.fromkeys(frame.unsure for order in orders for frame in order.frames if frame.unsure)
        notes.extend(doubt for doubt in doubts if doubt not in notes)
        if not all(intent.complete for intent in intents):
            notes.append("the target is not fully named or not in the inventory")
        if cancel:
            intents.insert(
                0 if first else len(intents), Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL)
            )
        return intents, notes

    def _second_look(self, parsed: Message, message: ReaderInput, orders: list[Order], intents: list[Intent]) -> str:
        """Why the message as a whole may ask for something else.

        Not to be seen in it: what an earlier message says, and which entry of a list says what.
        """
        if any(order.from_context for order in orders) or any(part.sentence.listed for part in parsed.parts):
            return ""
        if not any(intent.complete and intent.changes for intent in intents):
            return ""
        text = masked(parsed, attached=bool(deployable(message.files)))
        return disagreement(intents, self._classifier.probabilities(text))

    @staticmethod
    def _takes_a_part_back(part: Part, parsed: Message) -> bool:
        if part.english:
            return not part.said.asks_bare and (narrows(part) or spares(part, parsed.normal))
        return narrows(part)

    @staticmethod
    def _points(frame: Frame) -> bool:
        return frame.point or ((frame.also or _others(frame)) and not frame.named)

    @staticmethod
    def _read_also(part: Part, chosen: list[Deed]) -> bool:
        """디스크도 확인해줘: "too" points at what was looked at before. Only reads are filled in by so little."""
        if any(deed.changes for deed in chosen):
            return False
        return any(
            item.kind is K.PARTICLE and item.value == "도" and index and part.items[index - 1].kind in (K.TOPIC, K.ATTR)
            for index, item in enumerate(part.items)
        )

    @staticmethod
    def _just_deployed(normal: Normal, part: Part, codes: tuple[str, ...], frames: list[Frame]) -> bool:
        """방금 배포한 거 (오류 나네요.) 롤백해주세요: what is rolled back is what was deployed in this room."""
        start = (
            0
            if not any(item.kind in (K.NAME, K.SERVER, K.NOT_THIS, K.BUT) for item in part.items)
            else part.sentence.start
        )
        return (
            codes == ("ROLLBACK_RELEASE",)
            and all(frame.empty for frame in frames)
            and bool(_JUST_DEPLOYED.search(normal.plain, start, part.sentence.end))
        )

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
            speaking = [part for part in parsed.parts if any(group.frames for group, _ in part.groups)]
            if frames and all(_idle(parsed.normal, part) for part in speaking):
                continue
            if system:
                frames = [
                    frame
                    for frame in frames
                    if any(pair[1] == system for pair in frame.candidates)
                    or any(s.system_name == system for s in frame.servers)
                ]
            if not frames:
                # 2호기도 해줘: other servers of the place that was meant then
                if any(frame.point or frame.nodes or frame.rest or frame.all_nodes for frame in parsed.frames):
                    older = self._focus(message, at, pointing)
                    return [inherit(parsed.frames[-1], older[0])] if older else []
                continue
            places = {
                (frame.institution, frame.system, frame.candidates, frame.environment, frame.layer, frame.servers)
                for frame in frames
            }
            return frames[-1:] if len(places) == 1 else []
        return []


def _others(frame: Frame) -> bool:
    """나머지도 해주세요: the nodes that were not spoken of before."""
    return frame.rest and not (frame.but or frame.nodes or frame.layer or frame.environment)


def _rest(frame: Frame, base: Frame) -> Frame:
    """`frame` that is the rest of `base`, named in an earlier message."""
    if not (frame.rest and not frame.but and not frame.nodes):
        return frame
    return replace(frame, but=base.nodes or tuple(server.node_no for server in base.servers), servers=())


_HAVING = tuple(fold(word) for word in ("남", "없", "있", "많", "필요"))
_IDLE = frozenset({K.UNKNOWN, K.FILLER, K.PARTICLE, K.STATE, K.ASK, K.PERSON, K.GENERIC})


def _idle(normal: Normal, part: Part) -> bool:
    """주차권 남는 분 계세요?: talk of things that somebody has or lacks, so that nothing can be pointed at."""
    return not any(deed.code for deed in part.said.deeds) and all(
        item.kind in _IDLE
        and item.value != "pred"
        and (item.kind is not K.STATE or normal.plain.startswith(_HAVING, item.start))
        for item in part.items
    )


def _instead(part: Part, frames: list[Frame]) -> bool:
    """2호기 말고 3호기로 해주세요: another node of what was asked for before."""
    return (
        bool(frames)
        and any(item.kind is K.NOT_THIS for item in part.items)
        and all(frame.nodes and not frame.named for frame in frames)
    )


def _explained(normal: Normal, part: Part, chosen: list[Deed]) -> list[Deed]:
    """다시 띄워주세요(재기동): the word in brackets says what the verb before it means."""
    last = chosen[-1] if len(chosen) > 1 else None
    if last is None or last.code != "RESTART_SERVICE" or chosen[-2].code not in ("START_SERVICE", "RESTART_SERVICE"):
        return chosen
    before = normal.text[: part.items[last.at].start].rstrip()
    return [*chosen[:-2], last] if before.endswith("(") else chosen


PAIRED = "a name written with another word that sounds alike"
LEFT_OUT = "a node that is left out beside others that are named"


def _doubt(orders: list[Order], why: str) -> None:
    """Let no change of `orders` run as it stands."""
    for order in orders:
        if any(deed.changes for deed in order.deeds):
            order.frames = [replace(frame, unsure=frame.unsure or why) for frame in order.frames or [Frame()]]


def _name_files(orders: list[Order], parsed: Message) -> None:
    """배포해주세요. 파일은 app.war 입니다: files that another sentence names."""
    told = tuple(
        str(item.value)
        for part in parsed.parts
        if not any(deed.code for deed in part.said.deeds)
        for index, item in enumerate(part.items)
        if item.kind is K.FILE and not left_out(part.items, index)
    )
    for order in orders:
        if told and not order.artifacts and any(deed.code == "DEPLOY_ARTIFACT" for deed in order.deeds):
            order.artifacts = told


def _name_version(orders: list[Order], parsed: Message) -> None:
    """롤백해주세요. 버전은 1.9.4: the version that another sentence names."""
    named = [part for part in parsed.parts if _only_version(part) or _bare_version(parsed.normal, part)]
    told = [str(item.value) for part in named for item in part.items if item.kind is K.VERSION]
    for order in orders if len(told) == 1 else ():
        if not order.values.version and any(deed.code in _VERSIONED for deed in order.deeds):
            order.values = replace(order.values, version=told[0], versions=1)


def _only_version(part: Part) -> bool:
    return (
        any(item.kind is K.VERSION for item in part.items)
        and any(item.kind is K.TOPIC and item.value == "SHOW_VERSION" for item in part.items)
        and all(item.kind in (K.VERSION, K.TOPIC, K.PARTICLE, K.FILLER) for item in part.items)
        and not part.sentence.question
    )


_TO = re.compile(fold(r"\s*(?:으?로|으로요|로요|이요|요|입니다|이에요|예요)?[\s.!]*"))


def _bare_version(normal: Normal, part: Part) -> bool:
    """되돌리기 부탁. 5.2.8 로: a sentence that is nothing but a version."""
    first = part.items[0] if part.items else None
    return (
        first is not None
        and first.kind is K.VERSION
        and not normal.plain[part.sentence.start : first.start].strip()
        and not part.sentence.question
        and bool(_TO.fullmatch(normal.plain, first.end, part.sentence.end))
    )


def _unversioned(orders: list[Order]) -> bool:
    """True when the one order of the message may take a version and names none."""
    return (
        len(orders) == 1 and not orders[0].values.version and any(deed.code in _VERSIONED for deed in orders[0].deeds)
    )


def _whole(frame: Frame) -> bool:
    return bool(frame.institution and frame.system and frame.system != "UNKNOWN" and len(frame.candidates) == 1)


def _linked(frames: list[Frame]) -> list[Frame]:
    """A change is for the targets that are joined to the last; one that only stands before them is not asked for."""
    first = len(frames) - 1
    while first > 0 and frames[first].joined:
        first -= 1
    return frames[max(first, 0) :]
