"""The embedded reader: the stages in a row, and what they found as an explanation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.core.intent import ALL, Intent, IntentType, ReaderInput, Reading
from guardia.hub.parser.embedded.asides import cancels, corrected, helps, narrows, taken_back, touched
from guardia.hub.parser.embedded.assemble import Order, assemble, deployable
from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.deeds import deeds
from guardia.hub.parser.embedded.english import corrects, english, is_english, ordered
from guardia.hub.parser.embedded.english_targets import spares, takes_back
from guardia.hub.parser.embedded.english_words import prepare
from guardia.hub.parser.embedded.explain import explain
from guardia.hub.parser.embedded.frames import Frame, inherit
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.given import given
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import normalise
from guardia.hub.parser.embedded.pairing import TARGET_KINDS, fill, pair
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Voice, segment
from guardia.hub.parser.embedded.targets import Builder

NAME = "embedded"
VERSION = "3"
"""Moves with every change of what a message can be read as, so that an audit can replay a reading."""
MAX_COMMAND = 4_000
"""Characters; nothing in a longer message is a command."""
MAX_CONTEXT = 20


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
        explanation.update(explain(parsed))
        explanation["missing"] = notes
        return Reading(intents=tuple(intents), reader=NAME, version=VERSION, explanation=explanation)

    def _parse(self, text: str, files: tuple[str, ...]) -> Message:
        normal = normalise(text)
        segments = segment(normal)
        builder = Builder(normal, self.gazetteer)
        parts: list[Part] = []
        pending: list[Deed] = []
        scoped = False
        attached = bool(deployable(files))
        for sentence in segments.sentences:
            items = scan(normal, sentence.start, sentence.end, segments.quotes, self.gazetteer)
            self._unquote(items)
            in_english = is_english(items, normal.plain)
            if in_english:
                items = prepare(items, normal, sentence.start, sentence.end)
                sentence = corrects(sentence, normal.plain, items, bool(parts))
                sentence = ordered(sentence, normal.plain, [one.sentence for one in parts])
                said = english(normal, sentence, items, files=attached, scoped=scoped)
            else:
                said = deeds(normal, sentence, items, files=attached, pending=pending, scoped=scoped)
            pending = said.pending
            scoped = scoped or any(item.kind in TARGET_KINDS for item in items)
            part = Part(sentence, items, said, english=in_english)
            pair(builder, part, normal)
            parts.append(part)
        return Message(normal, parts, segments.left_out, fill(parts))

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

    def _intents(self, parsed: Message, message: ReaderInput) -> tuple[list[Intent], list[str]]:
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
            if said.cancel and cancels(part):
                cancel = True
                continue
            helped = helped or (said.help and part.sentence.voice is not Voice.LISTED)
            if part.english and orders and takes_back(part, parsed.normal):
                orders = [order for order in orders if not any(deed.changes for deed in order.deeds)]
                notes.append("taken back in the same message")
                continue
            if part.sentence.corrects:
                orders = corrected(orders, part)
            values, future = given(parsed.normal, part, message.now)
            for group, own in part.groups:
                chosen = [deed for deed in own if deed.wanted]
                codes = tuple(dict.fromkeys(deed.code for deed in chosen))
                if not chosen and said.asks_bare and any(frame.also or frame.point for frame in group.frames):
                    before = orders[-1].deeds if part.english and orders else ()
                    codes = tuple(dict.fromkeys(one.code for one in before)) or self._context_codes(message)
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
                own_values = replace(values)
                if later and not own_values.at and not own_values.untimed:
                    own_values.untimed = later
                artifacts = tuple(
                    str(item.value)
                    for item in part.items
                    if item.kind is K.FILE and not str(item.value).lower().endswith((".log", ".out"))
                )
                orders.append(
                    Order(deeds=chosen, frames=list(frames), values=own_values, artifacts=artifacts, part=part)
                )
            if orders and not part.sentence.corrects and self._takes_a_part_back(part, parsed):
                for order in orders:
                    order.frames = [
                        replace(frame, unsure="narrowed after the command") if touched(part, frame) else frame
                        for frame in order.frames
                    ]
            if future and not any(deed.wanted for deed in said.deeds):
                later = future
        if taken_back(parsed):
            notes.append("the message takes back what it says, or shows it as an example")
            orders = [order for order in orders if not any(deed.changes for deed in order.deeds)]
        if not orders:
            if cancel:
                return [Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL)], notes
            if helped and not wanted_any and not parsed.frames and helps(parsed):
                return [Intent(intent_type=IntentType.HELP, infrastructure_layer=ALL)], notes
            return [], notes
        intents = assemble(orders, message.files, self.gazetteer)
        if not all(intent.complete for intent in intents):
            notes.append("the target is not fully named or not in the inventory")
        if cancel:
            intents.append(Intent(intent_type=IntentType.CANCEL, infrastructure_layer=ALL))
        return intents, notes

    @staticmethod
    def _takes_a_part_back(part: Part, parsed: Message) -> bool:
        if part.english:
            return not part.said.asks_bare and (narrows(part) or spares(part, parsed.normal))
        return narrows(part)

    @staticmethod
    def _points(frame: Frame) -> bool:
        return frame.point or (frame.also and not frame.named)

    @staticmethod
    def _read_also(part: Part, chosen: list[Deed]) -> bool:
        """디스크도 확인해줘: "too" points at what was looked at before. Only reads are filled in by so little."""
        if any(deed.changes for deed in chosen):
            return False
        return any(
            item.kind is K.PARTICLE and item.value == "도" and index and part.items[index - 1].kind in (K.TOPIC, K.ATTR)
            for index, item in enumerate(part.items)
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


def _whole(frame: Frame) -> bool:
    return bool(frame.institution and frame.system and frame.system != "UNKNOWN" and len(frame.candidates) == 1)


def _linked(frames: list[Frame]) -> list[Frame]:
    """A change is for the targets that are joined to the last; one that only stands before them is not asked for."""
    first = len(frames) - 1
    while first > 0 and frames[first].joined:
        first -= 1
    return frames[max(first, 0) :]
