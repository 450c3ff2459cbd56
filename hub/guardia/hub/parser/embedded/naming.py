"""Names of institutions and systems: whose a system is, who asks, and which of several is meant."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.hub.core.intent import ALL, UNKNOWN
from guardia.hub.parser.embedded.frames import Frame, Group, belonging, context_of
from guardia.hub.parser.embedded.gazetteer import Gazetteer, Match
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal

INTRODUCED = frozenset(fold(w) for w in ("입니다", "이에요", "인데", "인데요", "이에여", "예요"))
ONES = frozenset(fold(w) for w in ("거", "꺼", "것", "건", "거요", "꺼요", "껄로", "걸로"))
_SUBJECTS = frozenset(
    fold(w) for w in ("이", "가", "에서", "에서는", "에선", "은", "는", "도", "에서도", "한테", "에게")
)
_TOPICAL = frozenset(fold("은는이가"))
_SIDES = frozenset(fold(w) for w in ("쪽", "측"))
_FOR_THIS = re.compile(
    fold(
        r"(?:건으로|건으로요|때문에|땜에|(?:으로|로)\s?인해(?:서)?|관련(?:해서?|하여)?|[가-힣]으로|에\s?따라|위해|대비해?)\s*$"
    )
)
"""What ends a reason, so that the name behind it is another."""
_ASKER = re.compile(fold(r"(?:에서|측에서|쪽에서|에서도|이|가|의|쪽|측)?(?:요청|문의|말씀|부탁|신고|연락|전화)"))

_OF = re.compile(r"\b(?:of|on|at|in|for) (?:the |our )?$")
"""node 2 of the KDB billing WAS: whose node it is."""


class Naming:
    """What a builder of frames holds, and its steps for names."""

    def __init__(self, normal: Normal, gazetteer: Gazetteer) -> None:
        self.normal = normal
        self.gazetteer = gazetteer
        self.group = Group()
        self.items: list[Item] = []
        self.unknown_before = False
        self.replacing: Frame | None = None
        self.introduced = ""
        """The institution that the writer says to be of."""

    def _frame(self) -> Frame:
        if not self.group.frames:
            self.group.frames.append(Frame())
        return self.group.frames[-1]

    def _next(self, joined: bool, **inherited: object) -> Frame:
        frame = Frame(joined=joined, **inherited)  # type: ignore[arg-type]
        self.group.frames.append(frame)
        return frame

    def _joined(self, index: int) -> bool:
        if index == 0:
            return False
        at = index - 1
        while at >= 0 and self.items[at].kind in (K.PARTICLE, K.GENERIC, K.ALL_NODES, K.FILLER) and at > 0:
            at -= 1
        text = self.normal.text[self.items[at].end : self.items[index].start]
        if self.items[index - 1].kind in (K.LAYER, K.NODE, K.SERVER):
            return True  # 고객포털 WEB 회원포털 WEB: written in a row
        return self.items[at].kind is K.AND or any(mark in text for mark in ",/+&")

    def _replaced(self, what: str) -> Frame:
        """The frame to add to; after "말고" it takes over what the new word does not replace."""
        frame = self._frame()
        old, self.replacing = self.replacing, None
        if old is None:
            return frame
        if what in ("name", "server"):
            return frame
        for key, value in context_of(old).items():
            setattr(frame, key, value)
        if what == "environment":
            frame.environment, frame.layer = None, old.layer
        if what == "node":
            frame.layer = old.layer
        return frame

    def _person_follows(self, index: int) -> bool:
        for item in self.items[index + 1 :]:
            if item.kind is K.PARTICLE and item.value in {fold("의"), fold("쪽"), fold("측")}:
                continue
            return item.kind is K.PERSON
        return False

    def _asker_follows(self, index: int) -> bool:
        """달빛군청에서 요청한 …: who asks, not where."""
        rest = self.items[index + 1 : index + 3]
        if any(item.kind is K.UNKNOWN for item in rest[:1]):
            return False
        text = "".join(self.normal.plain[item.start : item.end] for item in rest if item.kind is not K.UNKNOWN)
        return bool(_ASKER.match(text))

    def _name(self, index: int, item: Item) -> None:
        match: Match = item.value
        if self._person_follows(index) or (match.institutions and self._asker_follows(index)):
            self.unknown_before = False
            if len(match.institutions) == 1 and not match.systems and self._introduces(index):
                self.introduced = match.institutions[0]
            return
        unknown, self.unknown_before = self.unknown_before, False
        institutions, systems = match.institutions, match.systems
        before = self.replacing
        frame = self._replaced("name")
        if institutions and not systems and not unknown and self._whose(index, frame, before, institutions):
            return
        if institutions and not (systems and (frame.institution or frame.system)):
            if len(institutions) > 1 or unknown:
                institutions = (UNKNOWN,)
            opened = "(" in self.normal.text[max(0, item.start - 2) : item.start]
            if opened and frame.system and frame.institution is None:
                frame.institution = institutions[0]
                self._check(frame)
                return
            if frame.institution == institutions[0] and frame.system is None:
                return
            layered = frame.layer is not None and frame.layer != ALL
            placed = (layered or bool(frame.nodes)) and _OF.search(self.normal.plain, 0, item.start) is None
            if frame.institution or frame.system or placed or frame.servers:
                frame = self._next(self._joined(index))
            frame.institution = institutions[0]
            after = self.items[index + 1] if index + 1 < len(self.items) else None
            frame.speaks = after is not None and after.kind is K.PARTICLE and after.value in _SUBJECTS
            if systems and not unknown:
                frame.candidates = systems
            return
        if frame.system is not None:
            if (
                frame.system != UNKNOWN
                and any(pair in systems for pair in frame.candidates)
                and not self._joined(index)
            ):
                frame.candidates = tuple(pair for pair in frame.candidates if pair in systems)
                return
            if frame.system == UNKNOWN and frame.layer is None and not self._joined(index):
                if unknown or not self._reason_ended(index):
                    return
                self.group.frames.remove(frame)  # 정산 마감 지연 건으로 정산시스템 WAS …
            inherit: dict[str, object] = {}
            if frame.institution and any(pair[0] == frame.institution for pair in systems):
                inherit["institution"] = frame.institution
            frame = self._next(self._joined(index), **inherit)
        elif frame.servers and not self._belongs(frame, systems):
            frame.unsure = "a host of another system"
            frame.system, frame.institution = UNKNOWN, frame.institution
            return
        if unknown:
            frame.system = UNKNOWN
            frame.institution = frame.institution or UNKNOWN
            return
        frame.candidates = frame.wide = systems
        frame.paired = match.how == "pair"
        frame.system = systems[0][1] if len({system for _, system in systems}) == 1 else ""
        own = belonging(frame, self.introduced) if len(systems) > 1 else None
        if own is not None:
            frame.institution, frame.system, frame.candidates = own.institution, own.system, own.candidates
        self._check(frame)

    def _whose(self, index: int, frame: Frame, before: Frame | None, institutions: tuple[str, ...]) -> bool:
        """학생배정요, 가람 말고 솔빛 쪽; 도서관 웹, 한별대 거: an institution behind the system that is meant."""
        if len(institutions) > 1:
            return False
        if before is not None and frame.empty:
            kept = belonging(
                replace(before, institution=None, candidates=before.wide or before.candidates), institutions[0]
            )
            if kept is None or self._system_follows(index):
                return False
            frame.institution, frame.system, frame.candidates = kept.institution, kept.system, kept.candidates
            frame.wide, frame.environment, frame.layer = before.wide, before.environment, before.layer
            return True
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        word = self.normal.plain[after.start : after.end].strip() if after is not None else ""
        if after is not None and after.kind is K.PARTICLE and after.value in _SUBJECTS:
            return False
        if word[-1:] in _TOPICAL and word not in ONES:
            return False  # 울산 쪽은 괜찮은데
        behind = self.items[index + 2] if index + 2 < len(self.items) else None
        if behind is not None and behind.kind is K.PARTICLE and behind.value in _SUBJECTS:
            return False
        side = after is not None and ((after.kind is K.GENERIC and word in _SIDES) or after.kind is K.NOT_THIS)
        marked = side or (after is not None and after.kind is K.FILLER and word in ONES)
        if self._system_follows(index) or (self._joined(index) and not marked):
            return False
        if frame.system == UNKNOWN and frame.institution in (None, UNKNOWN) and marked and not frame.unsure:
            frame.institution = institutions[0]
            return True
        kept = belonging(frame, institutions[0])
        if kept is None:
            others = {pair[0] for pair in frame.candidates}
            if marked and others and frame.institution is None and institutions[0] not in others:
                frame.unsure = frame.unsure or "a system of another institution"
                return True
            return False
        frame.institution, frame.system, frame.candidates = kept.institution, kept.system, kept.candidates
        return True

    def _introduces(self, index: int) -> bool:
        """가온카드 운영팀인데요: who writes."""
        at = index + 1
        while at < len(self.items) and self.items[at].kind in (K.PERSON, K.POINT, K.UNKNOWN, K.GENERIC):
            at += 1
        after = self.items[at] if at < len(self.items) else None
        return after is not None and after.kind is K.PARTICLE and after.value in INTRODUCED

    def _system_follows(self, index: int) -> bool:
        """True when the institution at `index` is that of a system that is named right behind it."""
        after = next((item for item in self.items[index + 1 :] if item.kind not in (K.GENERIC, K.FILLER)), None)
        while after is not None and after.kind is K.PARTICLE and after.value == fold("의"):
            after = next((item for item in self.items[self.items.index(after) + 1 :]), None)
        if after is None:
            return False
        return after.kind is K.NAME or (after.kind is K.UNKNOWN and after.value == "noun")

    def _reason_ended(self, index: int) -> bool:
        """True when what stands between an unknown word and the name at `index` ends a reason."""
        for item in reversed(self.items[:index]):
            if item.kind in (K.NAME, K.LAYER, K.NODE, K.SERVER):
                return False
            if item.kind is K.UNKNOWN:
                return bool(_FOR_THIS.search(self.normal.plain, item.start, self.items[index].start))
        return False

    @staticmethod
    def _belongs(frame: Frame, systems: tuple[tuple[str, str], ...]) -> bool:
        return all((server.institution, server.system_name) in systems for server in frame.servers)

    def _check(self, frame: Frame) -> None:
        """A system is looked up within the institution that the text names."""
        if frame.institution is None or frame.system is None:
            return
        inside = tuple(pair for pair in frame.candidates if pair[0] == frame.institution)
        if len(inside) == 1:
            frame.candidates, frame.system = inside, inside[0][1]
        else:
            frame.system, frame.candidates = UNKNOWN, ()
