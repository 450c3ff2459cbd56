"""The state of a walk over the items of one Korean (or mixed) sentence: deeds that are open wait for their verb."""

from __future__ import annotations

from guardia.hub.parser.embedded.deed import ASKING, Deed, Said
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence

OBJECT_SKIP = frozenset({K.PARTICLE, K.FILLER, K.ALL_NODES, K.TIME, K.NEG, K.LINK, K.ALSO, K.SINCE, K.AND})
TARGETS = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT, K.EVERY_LAYER, K.ENV})
_BY_US = frozenset(
    fold(w) for w in ("제가", "내가", "저희가", "우리가", "저희팀이", "본인이", "저희팀에서", "우리팀에서")
)
_JUST_NOW = frozenset(
    fold(w)
    for w in ("아까", "방금", "방금전", "방금전에", "막", "지금막", "좀아까", "조금아까", "아까전", "좀전", "이제막")
)
_ADNOMINAL = tuple(fold(w) for w in ("은", "린", "난", "간", "던", "한", "된", "진", "킨", "든", "온"))
_SUBJECT_MARKS = frozenset(fold(w) for w in ("이", "가", "께서"))
_OF_A_TARGET = frozenset({
    K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.GENERIC, K.ALL_NODES, K.AND, K.PARTICLE, K.FILLER, K.TIME, K.POINT,
    K.FILE, K.VERSION,
})  # fmt: skip
_SOFT = frozenset(fold(w) for w in ("좀", "한번"))


class Walk:
    """What was found so far, small questions about it, and the ways to close what is open."""

    def __init__(  # noqa: PLR0917
        self, normal: Normal, sentence: Sentence, items: list[Item], files: bool, pending: list[Deed], scoped: bool
    ) -> None:
        self.normal = normal
        self.sentence = sentence
        self.items = items
        self.files = files
        self.said = Said(pending=[])
        self.before = pending
        self.open: list[Deed] = []
        self.spare: list[Deed] = []
        self.condition = False
        self.negative = False
        self.down = False
        self.cut = -1  # index of the last predicate
        self.statement = False
        self.meant = -1  # 뽑아달라는 겁니다: the verb that only says that it is meant so
        self.scoped = scoped or any(item.kind in TARGETS for item in items)
        self.self_said = any(item.kind is K.SELF for item in items)
        self.past = any(item.kind is K.PAST for item in items)

    def between(self, a: int, b: int) -> str:
        return self.normal.text[self.items[a].end : self.items[b].start]

    def comma(self, index: int) -> bool:
        return index > 0 and any(mark in self.between(index - 1, index) for mark in ",/+&·")

    def previous(self, index: int, skip: frozenset[K] = OBJECT_SKIP) -> Item | None:
        at = index - 1
        while at > self.cut:
            if self.items[at].kind not in skip and not self.soft(at):
                return self.items[at]
            at -= 1
        return None

    def soft(self, index: int) -> bool:
        """커피 좀 내려주세요: a word that softens, between a verb and its object."""
        item = self.items[index]
        return item.kind is K.LIGHT and self.normal.plain[item.start : item.end].replace(" ", "") in _SOFT

    def has(self, kinds: tuple[K, ...], upto: int) -> bool:
        return any(item.kind in kinds for item in self.items[self.cut + 1 : upto])

    def foreign_object(self, index: int) -> bool:
        """True when the verb at `index` has an object that this reader does not know."""
        item = self.previous(index)
        return (
            item is not None
            and item.kind is K.UNKNOWN
            and item.value == "noun"
            and not self.normal.laughed(item.end, self.items[index].start)
        )

    def done_before(self, deed: Deed) -> bool:
        """어제 재기동하고, 제가 재기동하고, 김대리가 재기동하고: told of, before what the sentence asks for."""
        for index in range(deed.at - 1, -1, -1):
            item = self.items[index]
            word = self.normal.plain[item.start : item.end].replace(" ", "")
            after = self.items[index + 1]
            following = self.normal.plain[after.start : after.end].replace(" ", "")
            if word in _JUST_NOW:
                return after.kind is not K.POINT  # 아까 그 서버 재기동하고 …: the server of before
            if item.kind is K.PAST:
                return deed.code != "CLEAN_LOGS"  # 어제 로그 정리하고 …: whose log is to go
            if item.kind is K.SELF:
                return word in _BY_US
            if item.kind in (K.PERSON, K.OUTCOME, K.UNKNOWN):
                return following in _SUBJECT_MARKS or (item.kind is K.PERSON and following == fold("에서"))
            if item.kind is K.FILLER and word.endswith(_ADNOMINAL):
                return False  # 방금 죽은 WAS 재기동하고 …: what is told of is that
            if item.kind not in _OF_A_TARGET and word not in _SUBJECT_MARKS:
                return False
        return False

    def close(self, mood: Mood, index: int, role: str = "") -> None:
        for deed in self.open:
            deed.mood = Mood.CONDITION if self.condition else mood
            deed.role = role or deed.role
        if self.open:
            self.open[-1].anchor = index
        self.said.deeds.extend(self.open)
        self.open = []

    def drop_changes(self, mood: Mood, index: int) -> None:
        gone = [deed for deed in self.open if deed.changes]
        for deed in gone:
            deed.mood = mood
            deed.anchor = index
        self.said.deeds.extend(gone)
        self.open = [deed for deed in self.open if not deed.changes]

    def placeholder(self, mood: Mood, index: int, role: str) -> None:
        self.said.deeds.append(Deed("", index, index, Mood.CONDITION if self.condition else mood, role=role))

    def _show_ahead(self, index: int) -> bool:
        return any(
            item.kind is K.LIGHT
            or (item.kind is K.PRED and item.value.role in ("look", "show", "search") and item.value.mood in ASKING)
            for item in self.items[index + 1 :]
        )

    def _told_session(self) -> Deed | None:
        """88번 세션이 다 물고 있음, 끊어줘: the session that the sentence has told of."""
        told = [deed for deed in self.said.deeds if deed.code == "FETCH_DB_SESSIONS" and deed.session]
        if len(told) != 1 or told[0].wanted or any(deed.changes for deed in self.said.deeds):
            return None
        return told[0]
