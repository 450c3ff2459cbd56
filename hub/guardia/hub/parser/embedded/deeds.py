"""Fifth stage: what a sentence wants done, and in what mood it says so."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence, Voice
from guardia.proto.catalogue import CATALOGUE

ASKING = frozenset({Mood.COMMAND, Mood.TERSE, Mood.CAN})


@dataclass(slots=True)
class Deed:
    """One action that a sentence speaks of. `code` is empty for a verb that stands for no action of the catalogue;
    `anchor` is the item after which its target stands complete."""

    code: str
    at: int
    anchor: int
    mood: Mood = Mood.STATEMENT
    light: str = ""
    joined: bool = False
    role: str = ""
    session: str = ""
    port: int | None = None
    explicit: bool = True

    @property
    def changes(self) -> bool:
        return bool(self.code) and CATALOGUE[self.code].changes

    @property
    def wanted(self) -> bool:
        if not self.code:
            return False
        return self.mood in (Mood.COMMAND, Mood.TERSE) or (self.mood is Mood.CAN and self._askable)

    @property
    def _askable(self) -> bool:
        # "재기동할 수 있나요?" may ask for a fact; only a read may be done on it. "가능할까요?" (role ask) asks for it.
        return not self.changes or self.role == "ask"


@dataclass(slots=True)
class Said:
    """What one sentence says."""

    deeds: list[Deed] = field(default_factory=list)
    pending: list[Deed] = field(default_factory=list)
    """Reads that a statement spoke of; a following "확인해줘" without an object means them."""
    asks_bare: bool = False
    """A request verb without an action ("2호기도 해줘")."""
    cancel: bool = False
    help: bool = False
    forbidden: bool = False


_WEAK = frozenset(
    fold(w)
    for w in (
        "시작",
        "실행",
        "업데이트",
        "push",
        "install",
        "release",
        "upload",
        "교체",
        "적용",
        "clear",
        "rotate",
        "delete",
        "remove",
        "릴리즈",
        "릴리스",
    )
)
_TROUBLE = tuple(fold(w) for w in ("장애", "에러", "오류", "문제", "이슈", "증상", "현상"))
_QUOTED_ON = re.compile(fold(r"[\s.!]*(?:라고|이라고|라는|라며|라면서|하면서|라네요|래요)"))
_BACK = frozenset(fold(w) for w in ("복구", "복귀", "회귀"))
_COPULAS = frozenset(fold(w) for w in ("인데", "이라서", "라서", "니까", "이니까", "이라"))
_OBJECT_SKIP = frozenset({K.PARTICLE, K.FILLER, K.ALL_NODES, K.TIME, K.NEG, K.LINK, K.ALSO, K.SINCE})
_SOFT = frozenset(fold(w) for w in ("좀", "한번"))
_NONE = frozenset(
    fold(w)
    for w in ("없어", "없나", "없나요", "없니", "없냐", "없는지", "없을까", "없을까요", "없습니까", "없죠", "없지")
)
_THEN = frozenset(
    fold(w) for w in ("끝나면", "끝나고", "끝나고나서", "끝나는대로", "완료되면", "완료되는대로", "완료후")
)
_TARGETS = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT, K.EVERY_LAYER, K.ENV})


class _Reader:
    """Walks the items of one Korean (or mixed) sentence."""

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
        self.scoped = scoped or any(item.kind in _TARGETS for item in items)
        self.self_said = any(item.kind is K.SELF for item in items)
        self.past = any(item.kind is K.PAST for item in items)

    # --- small questions --------------------------------------------------------------------------------------------

    def between(self, a: int, b: int) -> str:
        return self.normal.text[self.items[a].end : self.items[b].start]

    def comma(self, index: int) -> bool:
        return index > 0 and any(mark in self.between(index - 1, index) for mark in ",/+&·")

    def previous(self, index: int, skip: frozenset[K] = _OBJECT_SKIP) -> Item | None:
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
        return item is not None and (item.kind is K.UNKNOWN and item.value == "noun")

    # --- closing ----------------------------------------------------------------------------------------------------

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

    # --- the walk ---------------------------------------------------------------------------------------------------

    def read(self) -> Said:
        for index, item in enumerate(self.items):
            self._step(index, item)
        self._end()
        self._link()
        self._searches()
        return self.said

    def _step(self, index: int, item: Item) -> None:
        kind = item.kind
        if kind in (K.ACT, K.TOPIC, K.PORT, K.SESSION):
            self._noun(index, item)
        elif kind is K.FILE and str(item.value).lower().endswith((".log", ".out")):
            self.open.append(Deed("TAIL_LOG", index, index))
        elif kind is K.LIGHT:
            for deed in self.open:
                deed.light = "show" if "show" in (deed.light, item.value) else item.value or deed.light
                if item.value == "search" and deed.code == "TAIL_LOG":
                    deed.code = "SEARCH_LOG"
        elif kind is K.UNKNOWN:
            self._unknown(index, item)
        elif kind is K.STATE:
            self._state(index, item)
        elif kind is K.ASK:
            self.drop_changes(Mood.FACT, index)
            for deed in self.open:
                deed.light = deed.light or "ask"
        elif kind is K.OUTCOME and self._when(index):
            self.close(Mood.CONDITION, index)
            self.condition = True
        elif kind is K.OUTCOME:
            self._outcome(index, item)
        elif kind is K.NOT_THIS:
            if index and self._acted(index):
                self.close(Mood.NEGATION, index)
        elif kind is K.COND and self._in_turn(index):
            pass  # 재기동해주시고, 끝나면 로그 …: the one after the other, both asked for
        elif kind is K.COND:
            self.close(Mood.CONDITION, index)
            self.condition = True
        elif kind is K.NEG:
            self.negative = True
        elif kind is K.LINK:
            self._linked(index)
        elif kind is K.CANCEL:
            self.said.cancel = True
            self.close(Mood.NEGATION, index)  # 재기동은 취소하고 …
        elif kind is K.HELP:
            self.said.help = True
        elif kind is K.FORBIDDEN:
            self.said.forbidden = True
        elif kind is K.PRED and not self._once(index):
            self._pred(index, item)
        elif kind is K.PARTICLE and item.value in _COPULAS and self.open:
            self.drop_changes(Mood.STATEMENT, index)
            self.spare.extend(self.open)
            self.open = []
        elif (
            kind is K.NAME
            and self.open
            and self.open[-1].changes
            and self.open[-1].at == index - 1
            and not self.comma(index)
        ):
            after = self.items[index + 1] if index + 1 < len(self.items) else None
            if after is not None and after.kind is K.PRED and after.value.role == "ask":
                self.close(Mood.STATEMENT, index)  # 배포 승인 부탁드립니다

    def _when(self, index: int) -> bool:
        """사용자 없을 때: a time that may or may not come."""
        item, before = self.items[index], self.items[index - 1] if index else None
        return (
            self.normal.plain[item.start : item.end] == fold("때")
            and before is not None
            and before.kind in (K.UNKNOWN, K.STATE, K.ATTR, K.ASK, K.PARTICLE)
            and is_syllable(self.normal.plain[before.end - 1])
            and split(self.normal.plain[before.end - 1])[2] == "ㄹ"
        )

    def _once(self, index: int) -> bool:
        """함 봐줘: "once", before the verb that asks."""
        item = self.items[index]
        if not 0 < index < len(self.items) - 1 or self.normal.plain[item.start : item.end] != fold("함"):
            return False
        after = self.items[index + 1]
        apart = item.start > self.items[index - 1].end and after.start > item.end
        return apart and after.kind is K.PRED and after.value.mood is Mood.COMMAND

    def _in_turn(self, index: int) -> bool:
        """True when "끝나면" means the end of what the same sentence has just asked for."""
        item, before = self.items[index], self.items[index - 1] if index else None
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        return (
            word in _THEN
            and not self.self_said
            and not self.past
            and before is not None
            and before.kind is K.PRED
            and before.value.mood is Mood.AND
            and fold("주") in self.normal.plain[before.start : before.end]
            and bool(self.said.deeds)
            and bool(self.said.deeds[-1].code)
            and self.said.deeds[-1].anchor == index - 1
        )

    def _acted(self, index: int) -> bool:
        item = self.previous(index, frozenset({K.PARTICLE, K.FILLER}))
        return item is not None and item.kind in (K.ACT, K.TOPIC, K.LIGHT, K.ATTR, K.SESSION)

    def _noun(self, index: int, item: Item) -> None:
        code = {K.PORT: "CHECK_PORT", K.SESSION: "FETCH_DB_SESSIONS"}.get(item.kind, item.value)
        joined = self.comma(index) or (index > 0 and self.items[index - 1].kind is K.AND)
        if self.open and not joined and self.open[-1].changes:
            # 1호기 시작, 2호기 중지: two deeds with targets of their own
            joined = any(
                self.comma(at) or self.items[at].kind is K.AND for at in range(self.open[-1].at + 1, index)
            ) and any(self.items[at].kind in _TARGETS for at in range(self.open[-1].at + 1, index))
        if code == "SHOW_VERSION" and self._named_version(index):
            return
        if not joined and self.open and not self.open[-1].changes and self.open[-1].code:
            last = self.open[-1].code
            if code == "CHECK_SERVICE" or (code == "FETCH_DB_SESSIONS" and last == "FETCH_DB_LOCKS"):
                return  # 메모리 상태, 락 걸린 세션
        surface = self.normal.plain[item.start : item.end]
        if item.kind is K.ACT:
            topics = {deed.code for deed in self.open if not deed.changes}
            if surface in _BACK and not self.has((K.PREVIOUS, K.VERSION), index):
                self._foreign(index)  # 데이터 복구: back to what, nobody says
                return
            if self.open and not joined and surface in _WEAK and not topics & {"TAIL_LOG"}:
                for deed in self.open:
                    deed.light = deed.light or "work"
                return
            if code in ("STOP_SERVICE", "KILL_DB_SESSION") and "FETCH_DB_SESSIONS" in topics and not joined:
                code = "KILL_DB_SESSION"
            if code in ("KILL_DB_SESSION", "CLEAN_LOGS"):
                wanted = "FETCH_DB_SESSIONS" if code == "KILL_DB_SESSION" else "TAIL_LOG"
                if code == "CLEAN_LOGS" and "FETCH_DB_SESSIONS" in topics:
                    code, wanted = "KILL_DB_SESSION", "FETCH_DB_SESSIONS"
                source = next((deed for deed in reversed(self.open) if deed.code == wanted), None)
                if source is None or self.foreign_object(index):
                    if code == "KILL_DB_SESSION" and self._session_ahead(index):
                        self.open.append(Deed(code, index, index, joined=joined))
                        return
                    self._foreign(index)
                    return
                self.open.remove(source)
                self.open.append(Deed(code, source.at, index, joined=joined, session=source.session))
                return
            if self.open and not joined:
                # "배포 중단", "디스크 배포": the second word says something about the first.
                if self.open[-1].changes:
                    self.drop_changes(Mood.NEGATION if code == "STOP_SERVICE" else Mood.STATEMENT, index)
                    if code == "STOP_SERVICE":
                        return
                else:
                    spared = [d for d in self.open if d.code in ("CHECK_PROCESS", "CHECK_SERVICE")]
                    if len(spared) == len(self.open):
                        self.open = []
                    elif not any(d.light for d in self.open):
                        self._foreign(index)
                        return
        elif self.open and self.open[-1].changes and not joined and self.open[-1].light == "":
            self.drop_changes(Mood.STATEMENT, index)
        deed = Deed(str(code), index, index, joined=joined)
        if item.kind is K.SESSION:
            deed.session = str(item.value)
        if item.kind is K.PORT:
            deed.port = int(item.value)
        if any(other.code == deed.code and not other.changes for other in self.open):
            same = next(other for other in self.open if other.code == deed.code)
            same.session = same.session or deed.session
            same.port = same.port or deed.port
            if not joined:
                return
        self.open.append(deed)

    def _named_version(self, index: int) -> bool:
        """3.1.0 버전, 이전 버전: the word belongs to the version before it."""
        return index > 0 and self.items[index - 1].kind in (K.VERSION, K.PREVIOUS, K.ATTACHED)

    def _session_ahead(self, index: int) -> bool:
        return any(item.kind is K.SESSION for item in self.items[index + 1 : index + 4])

    def _foreign(self, index: int) -> None:
        """An act on something that no action is about: what is open is not asked for."""
        self.close(Mood.STATEMENT, index)
        self.spare = []
        self.open.append(Deed("", index, index))

    def _unknown(self, index: int, item: Item) -> None:
        if self.sentence.question and self.open and self._none(item):
            self.drop_changes(Mood.FACT, index)
            for deed in self.open:
                deed.light = deed.light or "ask"  # 락 없어?
        elif item.value == "noun":
            if self.open and not self.comma(index) and not self._pattern_place(index):
                at = self._last_act()
                if at is not None and all(
                    self.items[k].kind in (K.PARTICLE, K.LIGHT, K.UNKNOWN, K.ATTR, K.FILLER, K.AND)
                    for k in range(at + 1, index)
                ):
                    self.close(Mood.STATEMENT, index)
        elif item.value == "pred":
            self.statement = True
            self.spare.extend(deed for deed in self.open if not deed.changes)
            if self.sentence.question and self._past_act(item):
                self.spare = []
            keep = [
                deed
                for deed in self.open
                if not deed.changes
                and self.sentence.question
                and not self._past_act(item)
                and not self._tail_unknown(index)
            ]
            self.open = [deed for deed in self.open if deed not in keep]
            self.close(Mood.STATEMENT, index)
            self.open = keep
            self.placeholder(Mood.STATEMENT, index, "")
            self.cut = index

    def _none(self, item: Item) -> bool:
        return self.normal.plain[item.start : item.end] in _NONE

    def _past_act(self, item: Item) -> bool:
        word = self.normal.plain[item.start : item.end]
        return any(mark in word for mark in (fold("했"), fold("됐"), fold("되었"), fold("하셨"), fold("하였")))

    def _tail_unknown(self, index: int) -> bool:
        return any(item.kind is K.UNKNOWN for item in self.items[index + 1 :])

    def _pattern_place(self, index: int) -> bool:
        """True when an unknown word stands where a log search has what it looks for."""
        return any(deed.code in ("TAIL_LOG", "SEARCH_LOG") for deed in self.open) and self._search_ahead(index)

    def _search_ahead(self, index: int) -> bool:
        for item in self.items[index + 1 :]:
            if item.kind is K.LIGHT and item.value == "search":
                return True
            if item.kind is K.PRED:
                return bool(item.value.role == "search")
            if item.kind in (K.ACT, K.TOPIC):
                return False
            if item.kind is K.ASK:
                return True
        return False

    def _last_act(self) -> int | None:
        return max((deed.at for deed in self.open), default=None)

    def _state(self, index: int, item: Item) -> None:
        self.drop_changes(Mood.STATEMENT, index)
        if item.value:
            if (
                item.value == "CHECK_SERVICE"
                and self.open
                and all(d.code not in ("CHECK_PROCESS", "CHECK_SERVICE") for d in self.open)
            ):
                # "포트 떠 있는지", "인증서 정상인지": the state of what was just named
                for deed in self.open:
                    deed.light = deed.light or "ask"
                return
            if any(deed.code == item.value for deed in self.open):
                for deed in self.open:
                    deed.light = deed.light or "ask"
                return
            if item.value == "CHECK_SERVICE" and self.open:
                for deed in self.open:
                    deed.light = deed.light or "ask"
                return
            self.open.append(Deed(item.value, index, index, light="ask"))
            return
        self.down = True
        self.placeholder(Mood.STATEMENT, index, "")
        self.spare.extend(self.open)
        if not self.sentence.question:
            self.open = []
        self.cut = index

    def _outcome(self, index: int, item: Item) -> None:
        if not self.open:
            among = index > 0 and self.items[index - 1].kind in (K.NODE, K.ALL_NODES) and item.end - item.start == 1
            if not among:  # 1~3호기 중 2호기
                self.placeholder(item.value, index, "")
            return
        if (
            item.value is Mood.STATEMENT
            and not any(deed.changes for deed in self.open)
            and self._show_ahead(index)
            and self.comma(index)
        ):
            return
        if self.normal.plain[item.start : item.end].startswith("때문"):
            self.spare.extend(deed for deed in self.open if not deed.changes)
        self.close(item.value, index)

    def _show_ahead(self, index: int) -> bool:
        return any(item.kind is K.LIGHT for item in self.items[index + 1 :])

    def _linked(self, index: int) -> None:
        if not self.open:
            return
        if not any(deed.changes or deed.light for deed in self.open):
            return
        if any(deed.code == "DEPLOY_ARTIFACT" for deed in self.open) and not (
            self.files or self.has((K.FILE, K.VERSION, K.ATTACHED), index)
        ):
            self.close(Mood.STATEMENT, index)
            return
        self.close(Mood.AND, index, "after")
        self.cut = index

    # --- predicates -------------------------------------------------------------------------------------------------

    def _pred(self, index: int, item: Item) -> None:
        pred: Pred = item.value
        if pred.mood is Mood.COMMAND and _QUOTED_ON.match(self.normal.plain, item.end):
            pred = Pred(pred.role, Mood.QUOTATION)  # 부탁드립니다 라고
        mood = Mood.NEGATION if self.negative and pred.mood is not Mood.CONDITION else pred.mood
        self.negative = False
        if mood is Mood.COMMAND and self.sentence.question and pred.role in ("do", "become") and self._plain_form(item):
            mood = Mood.FACT
        if mood is Mood.COMMAND and self.self_said and self._plain_form(item) and pred.role != "ask":
            mood = Mood.REPORT
        role = pred.role
        if role in ("do", "ask", "give", "asked", "back") or (role == "become"):
            self._do(index, role, mood)
        elif role in ("look", "show", "search"):
            self._show(index, role, mood)
        elif role in ("stop", "start", "raise", "rollback", "push", "erase", "kill"):
            self._own(index, role, mood)
        elif role == "use" and self.sentence.question and mood in (Mood.REPORT, Mood.FACT, Mood.STATEMENT):
            self.drop_changes(Mood.FACT, index)
            self.close(Mood.COMMAND, index)
        else:
            self.drop_changes(Mood.STATEMENT, index)
            self.close(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
        if mood is Mood.CONDITION:
            self.condition = True
        self.cut = index

    def _plain_form(self, item: Item) -> bool:
        """해, 내려, 하세요: without 주다, so that a question mark makes it a question."""
        word = self.normal.plain[item.start : item.end]
        return not any(
            mark in word
            for mark in (
                fold("주"),
                fold("줘"),
                fold("쥬"),
                fold("죠"),
                fold("줄"),
                fold("줬"),
                fold("부탁"),
                fold("바라"),
                fold("바랍"),
            )
        )

    def _do(self, index: int, role: str, mood: Mood) -> None:
        if role == "back":
            if self.has((K.PREVIOUS, K.VERSION), index) and not any(d.changes for d in self.open):
                self.open.append(Deed("ROLLBACK_RELEASE", index, index))
            elif not any(deed.changes for deed in self.open):
                self.close(Mood.STATEMENT, index)
                self.placeholder(mood, index, role)
                return
        if (
            role == "do"
            and mood is Mood.AND
            and self.open
            and not self.open[-1].changes
            and not self.open[-1].light
            and self.open[-1].code != "THREAD_DUMP"
        ):
            self.open[-1].joined = True  # 디스크하고 메모리
            return
        if not self.open:
            self._bare(index, role, mood)
            return
        if role == "become" and mood in (Mood.COMMAND, Mood.AND, Mood.CAN):
            mood = Mood.STATEMENT
        if any(deed.light == "show" for deed in self.open) and all(deed.changes for deed in self.open):
            # 재기동 확인해줘 looks after a restart; 재기동, 로그 확인해줘 wants both.
            self.drop_changes(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        if role == "become" and mood is Mood.FACT and not any(d.changes for d in self.open):
            mood = Mood.COMMAND if self.sentence.question or self._show_ahead(index) else Mood.STATEMENT
        self.close(mood, index, role)

    def _bare(self, index: int, role: str, mood: Mood) -> None:
        before = self.items[index - 1] if index else None
        if role == "do" and mood not in (*ASKING, Mood.AND) and before is not None and before.kind is K.PRED:
            for deed in self.said.deeds:
                if deed.anchor == index - 1:
                    deed.mood = mood  # 재기동 ㄱㄱ 해도 됨?: the last verb says how it is meant
        if role in ("do", "ask", "give") and mood in ASKING:
            looking = any(item.kind is K.LIGHT and item.value == "show" for item in self.items[self.cut + 1 : index])
            if looking and not self.foreign_object(self._light_at(index)):
                self._pick_up(index, mood)
                return
            if not self.foreign_object(index):
                self.said.asks_bare = True
        self.placeholder(mood, index, role)

    def _light_at(self, index: int) -> int:
        for at in range(index - 1, self.cut, -1):
            if self.items[at].kind is K.LIGHT:
                return at
        return index

    def _pick_up(self, index: int, mood: Mood) -> None:
        """확인해줘 without an object: what the statement before it was about."""
        source = self.spare or self.before
        if not source and self._has_attr():
            source = [d for d in self.said.deeds if d.code and not d.changes] or [
                Deed("FETCH_DB_SESSIONS", d.at, d.anchor) for d in self.said.deeds if d.code == "KILL_DB_SESSION"
            ]
        if not source:
            self.placeholder(mood, index, "show")
            return
        for deed in source:
            self.said.deeds.append(
                Deed(deed.code, index, index, Mood.CONDITION if self.condition else mood, port=deed.port)
            )
        self.spare = []

    def _has_attr(self) -> bool:
        return any(item.kind is K.ATTR for item in self.items[self.cut + 1 :])

    def _show(self, index: int, role: str, mood: Mood) -> None:
        if any(deed.changes for deed in self.open):
            reads = [deed for deed in self.open if not deed.changes]
            if not reads or not all(deed.joined or deed is self.open[0] for deed in self.open):
                self.drop_changes(Mood.STATEMENT, index)
        if role == "search":
            for deed in self.open:
                if deed.code == "TAIL_LOG":
                    deed.code = "SEARCH_LOG"
        if self.open:
            if self.foreign_object(index) and not (role == "search" or any(d.code == "SEARCH_LOG" for d in self.open)):
                self.close(Mood.STATEMENT, index)
                return
            self.close(mood, index, role)
            return
        if mood in ASKING or mood is Mood.AND:
            if self.foreign_object(index):
                self.placeholder(mood, index, role)
                return
            self._pick_up(index, mood)
            return
        self.placeholder(mood, index, role)

    def _own(self, index: int, role: str, mood: Mood) -> None:
        topics = {deed.code for deed in self.open if not deed.changes}
        if role in ("stop", "start", "raise", "push") and self._passes_on(index, role):
            self.placeholder(mood, index, role)
            return
        if role == "stop" and self.has((K.VERSION,), index):
            self.placeholder(mood, index, role)  # 7.0.1로 내려줘: neither a stop nor surely a rollback
            return
        if role in ("stop", "start", "raise") and self._side(index):
            self.close(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        vetoed = self.foreign_object(index) and not (role == "push" or (role == "raise" and self.has((K.FILE,), index)))
        code = ""
        session = ""
        if role == "erase":
            code = "CLEAN_LOGS" if "TAIL_LOG" in topics and not vetoed else ""
            if "FETCH_DB_SESSIONS" in topics and not vetoed:
                role = "kill"
        if role == "kill":
            source = next((deed for deed in self.open if deed.code == "FETCH_DB_SESSIONS"), None)
            if source is not None and not vetoed:
                code, session = "KILL_DB_SESSION", source.session
        elif role == "rollback":
            code = "ROLLBACK_RELEASE" if not vetoed else ""
        elif role in ("push", "raise") and not topics and self._payload(index):
            code = "DEPLOY_ARTIFACT"
        elif role in ("stop", "start", "raise"):
            if (
                topics <= {"CHECK_PROCESS", "CHECK_SERVICE"}
                and not vetoed
                and self.scoped
                and not any(d.changes for d in self.open)
            ):
                code = "STOP_SERVICE" if role == "stop" else "START_SERVICE"
            if role == "start" and topics and mood in ASKING and topics & {"TAIL_LOG"}:
                code = ""
        if role == "rollback" and any(d.code == "ROLLBACK_RELEASE" for d in self.open):
            self.open = []
        if not code or (any(d.changes for d in self.open)):
            self.close(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        self.open = []
        deed = Deed(code, index, index, Mood.CONDITION if self.condition else mood, role=role, session=session)
        if not self._toggle(deed, index):
            self.said.deeds.append(deed)

    def _side(self, index: int) -> bool:
        """True when the verb's object is a side of something or a notice of it: 스레드 수 올려줘, 알림 내려줘."""
        item = self.previous(index, _OBJECT_SKIP - {K.LINK})
        return item is not None and (
            item.kind in (K.ATTR, K.REQUEST, K.HELP) or (item.kind is K.LIGHT and item.value != "work")
        )

    def _passes_on(self, index: int, role: str) -> bool:
        """스레드 덤프 떠서 올려주세요: what was read is handed over, nothing is started."""
        if not self.said.deeds or self.cut < 0:
            return False
        last = self.said.deeds[-1]
        if not last.code or last.changes or last.mood is not Mood.AND:
            return False
        since = self.items[self.cut + 1 : index]
        if any(item.kind in _TARGETS or item.kind in (K.FILE, K.VERSION) for item in since) or self.down:
            return False
        through = self.normal.plain[self.items[self.cut].start : self.items[self.cut].end].endswith("서")
        return through or role in ("raise", "push")

    def _payload(self, index: int) -> bool:
        """Something to deploy stands before the verb: a file, a version, an attachment."""
        if not self.scoped:
            return False
        if self.has((K.FILE, K.VERSION), index):
            return True
        if self.has((K.ATTACHED,), index):
            at = max(k for k in range(self.cut + 1, index) if self.items[k].kind is K.ATTACHED)
            return not self.foreign_object(index) and not self.foreign_object(at)
        return self.files and not self.down and not self.foreign_object(index) and not self._was_stopped()

    def _was_stopped(self) -> bool:
        return any(deed.code in ("STOP_SERVICE", "DEPLOY_ARTIFACT") for deed in self.said.deeds)

    def _toggle(self, deed: Deed, index: int) -> bool:
        """내렸다 올려줘 is one restart."""
        if deed.code != "START_SERVICE" or not self.said.deeds:
            return False
        last = self.said.deeds[-1]
        near = all(item.kind in (K.FILLER, K.PARTICLE, K.LINK, K.AND) for item in self.items[last.at + 1 : index])
        if last.code == "STOP_SERVICE" and last.mood in (Mood.TOGGLE, Mood.AND) and last.role == "stop" and near:
            last.code, last.mood, last.anchor, last.role = "RESTART_SERVICE", deed.mood, index, "restart"
            return True
        return False

    # --- the end of the sentence ------------------------------------------------------------------------------------

    def _end(self) -> None:
        if self.open:
            reads = [deed for deed in self.open if not deed.changes and deed.code]
            changes = [deed for deed in self.open if deed.changes]
            terse = self.sentence.voice is not Voice.LISTED and not self.condition
            for deed in changes:
                plain = deed.light != "show" and not self.sentence.question and not self.past and not self.self_said
                ordered = self.sentence.voice is Voice.ORDERED
                deed.mood = (
                    Mood.TERSE if terse and plain and not self.statement and (ordered or self.scoped) else Mood.REPORT
                )
                if self.condition:
                    deed.mood = Mood.CONDITION
                elif self.negative:
                    deed.mood = Mood.NEGATION
                self.said.deeds.append(deed)
            asked = self.sentence.question or any(deed.light in ("show", "ask", "search") for deed in reads)
            for deed in reads:
                if self.condition:
                    deed.mood = Mood.CONDITION
                elif self.past and not self.sentence.question:
                    deed.mood = Mood.REPORT
                elif terse and (asked or (self.scoped and not self.statement)):
                    deed.mood = Mood.COMMAND if self.sentence.question else Mood.TERSE
                    deed.anchor = max(deed.anchor, deed.at)
                else:
                    deed.mood = Mood.STATEMENT
                self.said.deeds.append(deed)
            self.open = []
        self.said.pending = list(self.spare)

    def _link(self) -> None:
        """What is linked on takes the mood of what follows it."""
        mood = Mood.STATEMENT
        role = ""
        following = len(self.items)
        for deed in reversed(self.said.deeds):
            if deed.mood is Mood.AND and deed.role == "after" and not self._straight(deed.anchor + 1, following):
                deed.mood = Mood.REPORT  # 재기동 후 장애가 나서 …
            if deed.mood is Mood.AND:
                # 확인해보고 죽어 있으면 …: the look comes first, whatever the condition.
                looks = mood is Mood.CONDITION and deed.code and not deed.changes
                looks = looks or (mood is Mood.NEGATION and self._given(deed, following))
                deed.mood, deed.role = Mood.COMMAND if looks else mood, role
            elif deed.mood is Mood.TOGGLE:
                deed.mood = Mood.REPORT
            else:
                mood, role = deed.mood, deed.role
            following = deed.at

    def _searches(self) -> None:
        """로그에 "OutOfMemory" 있나요: a log with words to look for."""
        if any(item.kind is K.QUOTE for item in self.items) and any(item.kind is K.ASK for item in self.items):
            for deed in self.said.deeds:
                if deed.code == "TAIL_LOG":
                    deed.code = "SEARCH_LOG"

    def _given(self, deed: Deed, following: int) -> bool:
        """1호기는 재기동해주고 2호기는 하지 마세요: the second target has a mood of its own."""
        pred = self.items[deed.anchor]
        asked = pred.kind is K.PRED and fold("주") in self.normal.plain[pred.start : pred.end]
        return asked and any(item.kind in _TARGETS for item in self.items[deed.anchor + 1 : following])

    def _straight(self, start: int, stop: int) -> bool:
        """True when nothing is told of between two deeds."""
        for item in self.items[start:stop]:
            if item.kind in (K.STATE, K.OUTCOME, K.PRED, K.UNKNOWN, K.COND):
                return False
            if item.kind is K.FILLER and self.normal.plain[item.start : item.end].startswith(_TROUBLE):
                return False
        return True


def deeds(
    normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, pending: list[Deed], scoped: bool
) -> Said:
    """What a Korean or mixed sentence says. `files`: something that can be deployed is attached; `pending`: reads that
    the sentence before spoke of; `scoped`: the message named a target before."""
    return _Reader(normal, sentence, items, files, pending, scoped).read()
