"""What the deeds of a sentence do to one another: linked moods, targets set against each other, what comes first."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.verbs import Verbs
from guardia.hub.parser.embedded.walk import TARGETS

BEFORE = re.compile(fold(r"(?<![가-힣])(?:그|이|그러기|그에|이에|그보다|이보다)\s*(?:이?전에|앞서|먼저)(?![가-힣])"))
_TROUBLE = tuple(fold(w) for w in ("장애", "에러", "오류", "문제", "이슈", "증상", "현상"))
_FORBIDS = (fold("지 말"), fold("지말"), fold("지 마"), fold("지마"))
_TOPICS = frozenset(fold(w) for w in ("은", "는"))
_TOO = frozenset(fold(w) for w in ("도", "도요"))
AGAIN = "started again: down now, or to be restarted?"
_AGAIN = frozenset(fold(w) for w in ("다시", "도로"))
_WAS_DOWN = re.compile(
    fold(
        r"(?<!안\s)(?<!안)내려|내렸|내린|내리|꺼[져진놨둔놓]|껐|죽|다운|뻗|정지|중지|멈춰\s?있|멈춘|종료|끝|완료|작업|점검|패치|교체|이설|복전|안\s?떠|안\s?떴|안\s?올라|스톱|stop|down"
    )
)
_BEGINS = frozenset(fold(word) for word in ("시작", "스타트", "start"))
_POLITE = frozenset(fold(w) for w in ("요", "여", "용", "욤", "염", "이요", "이여", "이용"))


class Links(Verbs):
    """Steps that come after the walk: they look at all deeds of the sentence."""

    def _link(self) -> None:
        """What is linked on takes the mood of what follows it."""
        mood = Mood.STATEMENT
        role = ""
        following = len(self.items)
        looked: Deed | None = None
        asked_on = False
        for deed in reversed(self.said.deeds):
            if deed.mood is Mood.AND and deed.role == "after" and not self._straight(deed.anchor + 1, following):
                deed.mood = Mood.REPORT  # 재기동 후 장애가 나서 …
            if deed.mood is Mood.AND and deed.changes and self.done_before(deed):
                deed.mood, deed.role = Mood.STATEMENT, ""  # a change beside it is asked about
            if deed.mood is Mood.AND:
                # 확인해보고 죽어 있으면 …: the look comes first, whatever the condition.
                looks = (mood is Mood.CONDITION or self._politely(deed)) and deed.code and not deed.changes
                looks = looks or (mood is Mood.NEGATION and self._given(deed, following))
                looks = looks or (mood is Mood.CONDITION and bool(deed.code) and self._politely(deed))
                looks = looks or (mood is Mood.NEGATION and bool(deed.code) and self._only(deed))
                looks = looks or (looked is not None and self._one_look(deed, looked))
                looks = looks or (mood is Mood.PLAN and bool(deed.code) and self._others_task(deed))
                # 재기동해 주시고 로그도 봐 주시고요: both are asked for in one way
                looks = looks or (asked_on and bool(deed.code) and self._politely(deed))
                looked = deed if looks else None
                deed.mood, deed.role = Mood.COMMAND if looks else mood, role
                asked_on = looks and self._politely(deed) and (asked_on or deed is self.said.deeds[-1])
            elif deed.mood is Mood.TOGGLE:
                # 내렸다가 배포하고 다시 올려줘: the stop belongs to what is asked for
                later = [one.code for one in self.said.deeds if one.at > deed.at and one.wanted]
                steps = deed.code == "STOP_SERVICE" and later[-1:] == ["START_SERVICE"] and len(later) > 1
                deed.mood = mood if steps else Mood.REPORT
            else:
                mood, role, looked, asked_on = deed.mood, deed.role, None, False
            following = deed.at

    def _others_task(self, deed: Deed) -> bool:
        """재기동해 주시고 나머지는 제가 하겠습니다: asked of others, since the writer says what is his own part."""
        nobody = (K.PERSON, K.UNKNOWN, K.SELF, K.PAST, K.COND, K.QUOTE, K.TIME)
        return (
            self._politely(deed)
            and any(item.kind is K.SELF for item in self.items[deed.anchor + 1 :])
            and not any(item.kind in nobody for item in self.items[: deed.anchor])
        )

    def _one_look(self, deed: Deed, other: Deed) -> bool:
        """CPU와 메모리를 확인해 주시고, …: one verb asks for both."""
        between = self.items[deed.at : other.at]
        return bool(deed.code) and not deed.changes and not any(item.kind is K.PRED for item in between)

    def _before(self) -> None:
        """재기동해 주시되, 그 전에 덤프부터 떠주세요: the second comes first."""
        found = BEFORE.search(self.normal.plain, self.sentence.start, self.sentence.end)
        if found is None:
            return
        later = [deed for deed in self.said.deeds if self.items[deed.at].start >= found.end()]
        if any(deed.wanted for deed in later):
            for deed in later:
                deed.first = True

    def _too(self) -> None:
        """4호기도요: a target that is to be treated as what was asked for before."""
        skip = (K.NODE, K.LAYER, K.NAME, K.ENV, K.FILLER, K.GENERIC, K.POINT)
        rest = [item for index, item in enumerate(self.items) if item.kind not in skip and not self.soft(index)]
        if (
            not self.said.deeds
            and not self.sentence.question
            and any(item.kind in (K.NODE, K.LAYER, K.NAME, K.ENV) for item in self.items)
            and any(item.value in _TOO for item in rest)
            and all(item.kind is K.PARTICLE and item.value in (*_TOO, *_POLITE) for item in rest)
        ):
            self.said.asks_bare = True

    def _set_apart(self) -> None:
        """A WAS는 재기동, B는 건드리지 말고 …: an action, a comma, and another target, something else said of it."""
        last = self.said.deeds[-1] if self.said.deeds else None
        if last is None or self.sentence.question or self.past or self.self_said or self.condition:
            return
        spared = last.mood is Mood.NEGATION and last.role in ("touch", "leave")
        if not spared and not (last.wanted and last.mood in (Mood.COMMAND, Mood.TERSE)):
            return
        for deed in self.said.deeds:
            plain = deed.changes and deed.mood in (Mood.STATEMENT, Mood.REPORT) and deed.at >= deed.anchor - 40
            if (
                not plain
                or deed is last
                or deed.role == "others"
                or self.items[deed.at].kind is not K.ACT
                or not self._contrasted(deed.at)
            ):
                continue
            if sum(one.code == deed.code for one in self.said.deeds) == 1:
                deed.mood, deed.anchor, deed.role = Mood.TERSE, deed.at, ""

    def _contrasted(self, at: int) -> bool:
        if at + 2 >= len(self.items) or not self.comma(at + 1):
            return False
        if self.items[at + 1].kind is K.REST:
            return True
        if self.items[at + 1].kind not in TARGETS:
            return False
        stop = at + 2
        while stop < len(self.items) and self.items[stop].kind in TARGETS:
            stop += 1
        after = self.items[stop] if stop < len(self.items) else None
        return after is not None and after.kind is K.PARTICLE and after.value in _TOPICS

    def _again(self) -> None:
        """다시 시작/띄워주세요: a restart where nothing says that it is down; 다시 켜주세요 may be one or not."""
        for deed in self.said.deeds:
            if deed.code != "START_SERVICE" or not deed.wanted:
                continue
            before = self.previous_of(deed.at)
            if before is None or self.normal.plain[before.start : before.end] not in _AGAIN:
                continue
            stopped = any(one.code == "STOP_SERVICE" and one.wanted and one.at < deed.at for one in self.said.deeds)
            if stopped or _WAS_DOWN.search(self.normal.plain):
                continue  # 멈추고 … 배포한 뒤 다시 띄워 주세요
            word = self.normal.plain[self.items[deed.at].start : self.items[deed.at].end]
            begins = word in _BEGINS
            if any(item.kind is K.POINT for item in self.items) and not any(item.kind is K.NAME for item in self.items):
                if begins:
                    self.said.unsure = AGAIN  # 거기 다시 시작해 주세요: what was said of it before?
                continue
            if begins or (self.items[deed.at].kind is K.PRED and word.startswith("띄")):
                deed.code = "RESTART_SERVICE"
            else:
                self.said.unsure = AGAIN

    def previous_of(self, index: int) -> Item | None:
        """The item before `index`, particles and softening words left out."""
        for at in range(index - 1, -1, -1):
            if self.items[at].kind is not K.PARTICLE and not self.soft(at):
                return self.items[at]
        return None

    def _searches(self) -> None:
        """로그에 "OutOfMemory" 있나요: a log with words to look for."""
        sought = any(item.kind is K.QUOTE or self._code_word(item) for item in self.items)
        if sought and any(item.kind is K.ASK for item in self.items):
            for deed in self.said.deeds:
                if deed.code == "TAIL_LOG":
                    deed.code = "SEARCH_LOG"

    def _code_word(self, item: Item) -> bool:
        """ClassNotFoundException, ORA-01555: what only a log has."""
        word = self.normal.text[item.start : item.end]
        return item.kind is K.UNKNOWN and word.isascii() and len(word) >= 5 and not word.islower()

    def _given(self, deed: Deed, following: int) -> bool:
        """1호기는 재기동해주고 2호기는 하지 마세요: the second target has a mood of its own."""
        pred = self.items[deed.anchor]
        asked = pred.kind is K.PRED and fold("주") in self.normal.plain[pred.start : pred.end]
        asked = asked or self._against(deed, following)
        between = self.items[deed.anchor + 1 : following + 1]
        return asked and any(
            item.kind in TARGETS or (item.kind is K.ACT and item.value != deed.code) for item in between
        )

    def _only(self, deed: Deed) -> bool:
        """반영만 하고 재기동은 하지 마세요: the first is all that is asked for."""
        return particle(self.items, deed.at) == fold("만") and deed.anchor > deed.at

    def _politely(self, deed: Deed) -> bool:
        """확인해주시고 …: asked for, whatever follows."""
        pred = self.items[deed.anchor]
        return pred.kind is K.PRED and fold("주시") in self.normal.plain[pred.start : pred.end]

    def _against(self, deed: Deed, following: int) -> bool:
        """1호기는 내리시고 2호기는 내리지 말고: two targets set against each other, the second forbidden."""
        ahead = [(at, item) for at, item in enumerate(self.items) if at >= following and item.kind is K.PRED]
        forbids = any(
            (
                item.value.role in ("leave", "touch")
                or any(mark in self.normal.plain[item.start : item.end] for mark in _FORBIDS)
            )
            and any(self._topic(k) for k in range(deed.anchor + 1, at + 1))
            for at, item in ahead
        )
        return forbids and self._topic(deed.at)

    def _topic(self, upto: int) -> bool:
        """True when the target right before an action carries 은/는."""
        item, before = (self.items[upto - 1], self.items[upto - 2]) if upto > 1 else (None, None)
        return (
            item is not None
            and item.kind is K.PARTICLE
            and item.value in (fold("은"), fold("는"))
            and before is not None
            and before.kind in TARGETS
        )

    def _straight(self, start: int, stop: int) -> bool:
        """True when nothing is told of between two deeds."""
        for item in self.items[start:stop]:
            if item.kind in (K.STATE, K.OUTCOME, K.PRED, K.UNKNOWN, K.COND):
                return False
            if item.kind is K.FILLER and self.normal.plain[item.start : item.end].startswith(_TROUBLE):
                return False
        return True
