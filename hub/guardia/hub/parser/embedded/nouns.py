"""Nouns of a sentence: what can be done, what can be looked at, words that nobody knows."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.lexicon import WORDS
from guardia.hub.parser.embedded.walk import TARGETS, Walk

WEAK = frozenset(
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
_BACK = frozenset(fold(w) for w in ("복구", "복귀", "회귀"))
_NONE = frozenset(
    fold(w)
    for w in ("없어", "없나", "없나요", "없니", "없냐", "없는지", "없을까", "없을까요", "없습니까", "없죠", "없지")
)


_RUN = frozenset(fold(w) for w in ("실행", "시작", "run", "start"))
_PLAINLY = tuple(
    fold(w)
    for w in (
        "있어",
        "있어요",
        "있음",
        "있죠",
        "떴어",
        "떴어요",
        "왔어",
        "왔어요",
        "죽었어",
        "멀쩡해",
        "정상이야",
        "정상이에요",
    )
)
_ROOM = frozenset(
    fold(w)
    for w in (
        "용량",
        "남은용량",
        "잔여용량",
        "여유용량",
        "남은공간",
        "여유공간",
        "잔여공간",
        "용량여유",
        "여유",
        "공간",
    )
)
_REPLACE = fold("교체")
_FOR = re.compile(fold(r"\s?(?:을|를)?\s?(?:위해서?|위하여|위한|때문에)\s"))
OUTRIGHT = tuple(fold(w) for w in ("나요", "습니까", "까요", "가요"))
PICKS = tuple(fold(w) for w in ("추리", "추려", "걸러", "거르", "골라", "고르"))
"""Verbs that look for something in a log."""
_BECAUSE = tuple(fold(w) for w in ("니", "니까", "서", "는데", "라", "라서"))
"""Behind a state: a reason. What is linked to it goes on (웹은 내리고, WAS는 죽어 있으니 올려주세요)."""
_WONDER = tuple(fold(w) for w in ("는지", "은지", "인지", "나", "냐", "는가", "을지", "던지", "니", "까", "죠"))
_BETWEEN = frozenset({
    K.PARTICLE, K.LIGHT, K.UNKNOWN, K.ATTR, K.FILLER, K.AND, K.TIME, K.NUMBER, K.SINCE, K.GENERIC, K.PERSON,
})  # fmt: skip


class Nouns(Walk):
    """Steps of the walk that open deeds."""

    def _acted(self, index: int) -> bool:
        item = self.previous(index, frozenset({K.PARTICLE, K.FILLER}))
        return item is not None and item.kind in (K.ACT, K.TOPIC, K.LIGHT, K.ATTR, K.SESSION)

    def _noun(self, index: int, item: Item) -> None:
        code = {K.PORT: "CHECK_PORT", K.SESSION: "FETCH_DB_SESSIONS"}.get(item.kind, item.value)
        joined = self.comma(index) or (index > 0 and self.items[index - 1].kind is K.AND)
        if index and self.items[index - 1].kind is K.PRED and self.open and self.open[-1].joined:
            joined = True  # 락하고 세션
        again = bool(self.open) and self.open[-1].code == code and bool(self.open[-1].light)
        if self.open and not joined and (self.open[-1].changes or again):
            # 1호기 시작, 2호기 중지; 1호기 로그 확인, 2호기 로그 정리: two deeds with targets of their own
            joined = any(
                self.comma(at) or self.items[at].kind is K.AND for at in range(self.open[-1].at + 1, index)
            ) and any(self.items[at].kind in TARGETS for at in range(self.open[-1].at + 1, index))
        if code == "SHOW_VERSION" and self._named_version(index):
            return
        if not joined and self.open and not self.open[-1].changes and self.open[-1].code:
            last = self.open[-1].code
            apart = any(self.items[at].kind in TARGETS for at in range(self.open[-1].at + 1, index))
            if code == "CHECK_SERVICE" or (code == "FETCH_DB_SESSIONS" and last == "FETCH_DB_LOCKS" and not apart):
                return  # 메모리 상태, 락 걸린 세션
        surface = self.normal.plain[item.start : item.end]
        if item.kind is K.ACT:
            topics = {deed.code for deed in self.open if not deed.changes}
            if surface in _BACK and not self.has((K.PREVIOUS, K.VERSION), index):
                self._foreign(index)  # 데이터 복구: back to what, nobody says
                return
            if index and self.items[index - 1].kind is K.PREVIOUS and code == "DEPLOY_ARTIFACT":
                return  # 한 단계 전 릴리스: the release, not a deploy
            if surface in _RUN and self.foreign_object(index):
                self._foreign(index)  # 배치 실행해줘: what is run is no service
                return
            if not self.open and self._thing(index):
                self._foreign(index)  # 회의록 배포해 주세요
                return
            if self.open and not joined and self.open[-1].changes and self._in_order_to(index):
                self.drop_changes(Mood.STATEMENT, index)  # 패치 적용을 위해 … 중지 요청드립니다
            if self.open and not joined and surface in WEAK and not topics & {"TAIL_LOG"}:
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
                if source is None and code == "KILL_DB_SESSION" and (told := self._told_session()) is not None:
                    self.open.append(Deed(code, index, index, joined=joined, session=told.session))
                    return
                if source is None or self.foreign_object(index):
                    if code == "KILL_DB_SESSION" and self._session_ahead(index):
                        self.open.append(Deed(code, index, index, joined=joined))
                        return
                    self._foreign(index)
                    return
                if code == "CLEAN_LOGS" and self._logs_follow(source.at, index):
                    self.open.append(Deed(code, index, index, joined=joined))
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
                    if len(spared) == len(self.open) and not any(d.light for d in self.open):
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

    def _logs_follow(self, at: int, index: int) -> bool:
        """search the log of A, then clean up the logs of B: those at `at` are others than those behind `index`."""
        placed = any(item.kind in TARGETS for item in self.items[at + 1 : index])
        return placed and any(
            item.kind is K.TOPIC and item.value == "TAIL_LOG" for item in self.items[index + 1 : index + 5]
        )

    def _in_order_to(self, index: int) -> bool:
        """True when what is open is only what the action at `index` is for."""
        return bool(_FOR.match(self.normal.plain, self.items[self.open[-1].at].end, self.items[index].start))

    def _room(self, index: int) -> bool:
        """DB 용량 좀 봐주세요: of a place alone, how much room it has."""
        item, before = self.items[index], self.items[index - 1] if index else None
        return (
            self.normal.plain[item.start : item.end].replace(" ", "") in _ROOM
            and before is not None
            and before.kind in (K.LAYER, K.NODE, K.SERVER, K.NAME, K.ENV, K.GENERIC)
            and not any(one.kind in (K.ACT, K.TOPIC, K.FORBIDDEN) for one in self.items)
            and not self.open
        )

    def _named_version(self, index: int) -> bool:
        """3.1.0 버전, 이전 버전, version 5.1: the word belongs to the version beside it."""
        before = self.items[index - 1].kind if index else None
        after = self.items[index + 1].kind if index + 1 < len(self.items) else None
        told = index + 2 < len(self.items) and after is K.PARTICLE and self.items[index + 2].kind is K.VERSION
        asked = any(item.kind is K.ASK for item in self.items[index + 1 : index + 3])
        if before is K.ATTACHED and asked and not self.has((K.FILE,), index):
            return False  # build version 몇인가요
        return before in (K.VERSION, K.PREVIOUS, K.ATTACHED) or after is K.VERSION or told

    def _session_ahead(self, index: int) -> bool:
        return any(item.kind is K.SESSION for item in self.items[index + 1 : index + 4])

    def _says_so(self, index: int, item: Item) -> bool:
        """True when words that may ask for a state stand in a plain sentence with a subject that is no target."""
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        before = self.previous(index)
        return (
            not self.sentence.question
            and word.endswith(_PLAINLY)
            and not self._show_ahead(index)
            and before is not None
            and (before.kind is K.UNKNOWN or (before.kind is K.REST and bool(self.said.deeds or self.cut < 0)))
        )

    def _asks_outright(self, index: int, item: Item) -> bool:
        """True for a question about a state behind which another clause goes on without a mark."""
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            not self.open
            and not self.condition
            and not self.negative
            and self.scoped
            and after is not None
            and after.kind in (K.UNKNOWN, K.NAME, K.FILLER, K.PERSON)
            and after.start > item.end
            and self.normal.plain[item.start : item.end].replace(" ", "").endswith(OUTRIGHT)
        )

    def _asks_state(self, item: Item) -> bool:
        return self.normal.plain[item.start : item.end].replace(" ", "").endswith(_WONDER)

    def _thing(self, index: int) -> bool:
        """True when what the action is done to is a thing of the office: no server has it."""
        item = self.previous(index)
        if item is None or item.kind is not K.UNKNOWN:
            return False
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        return any(kind is K.UNKNOWN for kind, _ in WORDS.get(word, ()))

    def _foreign(self, index: int) -> None:
        """An act on something that no action is about: what is open is not asked for."""
        self.close(Mood.STATEMENT, index)
        self.spare = []
        self.open.append(Deed("", index, index))

    def _unknown(self, index: int, item: Item) -> None:
        if self.normal.plain[item.start : item.end] == _REPLACE and self._of_a_file(index):
            self.open.append(Deed("DEPLOY_ARTIFACT", index, index))  # 첨부 war 교체하고
            return
        if index and self.items[index - 1].kind is K.NEG:
            self.negative = False  # 안 놔주는 놈: it was this word that was negated
        if self.sentence.question and self.open and self._none(item):
            self.drop_changes(Mood.FACT, index)
            for deed in self.open:
                deed.light = deed.light or "ask"  # 락 없어?
        elif item.value == "noun":
            if self.open and not self.comma(index) and not self._pattern_place(index):
                at = self._last_act()
                if at is not None and all(self.items[k].kind in _BETWEEN for k in range(at + 1, index)):
                    self.close(Mood.STATEMENT, index)
        elif item.value == "pred" and self._wonders(index, item):
            for deed in self.open:
                deed.light = deed.light or "ask"  # CPU 튀는지 봐주세요
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
            self.close(Mood.STATEMENT, index, "told")
            self.negative = False  # 아무도 안 쓰니까: it was this verb that was negated
            self.open = keep
            self.placeholder(Mood.STATEMENT, index, "")
            self.cut = index

    def _of_a_file(self, index: int) -> bool:
        before, after = self.previous(index), self.items[index + 1] if index + 1 < len(self.items) else None
        done = after is not None and after.kind is K.PRED and after.value.role == "do"
        return done and before is not None and before.kind in (K.FILE, K.ATTACHED) and not self.open

    def _wonders(self, index: int, item: Item) -> bool:
        """True when an unknown verb only says what of the thing before it shall be looked at."""
        word = self.normal.plain[item.start : item.end].rstrip("만도좀요를")
        return (
            bool(self.open)
            and not any(deed.changes for deed in self.open)
            and word.endswith(_WONDER)
            and (self._show_ahead(index) or (self.has((K.ASK,), index) and index == len(self.items) - 1))
        )

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
                return bool(item.value.role == "search") or self.normal.plain.startswith(PICKS, item.start)
            if item.kind in (K.ACT, K.TOPIC):
                return False
            if item.kind is K.ASK:
                return True
        return False

    def _last_act(self) -> int | None:
        return max((deed.at for deed in self.open), default=None)

    def _state(self, index: int, item: Item) -> None:
        for deed in self.open:
            deed.role = deed.role or "told"
        self.drop_changes(Mood.STATEMENT, index)
        if item.value and not self.open and self._says_so(index, item):
            self.placeholder(Mood.STATEMENT, index, "")  # 마감 돌고 있어요: nobody asks
            self.cut = index
            return
        if item.value and self.negative and not self.sentence.question and not self._asks_state(item):
            self.negative = False
            self.down = True
            self.placeholder(Mood.STATEMENT, index, "")
            self.cut = index
            return  # 안 떠 있음: told, not asked
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
            if self._asks_outright(index, item):
                self.said.deeds.append(Deed(item.value, index, index, Mood.COMMAND, light="ask"))
                self.cut = index  # 팍스 살아있나요 화면이 안 뜬대요
                return
            self.open.append(Deed(item.value, index, index, light="ask"))
            return
        self.down = True
        if not self.normal.plain[item.start : item.end].endswith(_BECAUSE):
            self.placeholder(Mood.STATEMENT, index, "")
        self.spare.extend(self.open)
        if not self.sentence.question or any(one.kind is K.TOPIC for one in self.items[index + 1 :]):
            self.open = []
        self.cut = index
