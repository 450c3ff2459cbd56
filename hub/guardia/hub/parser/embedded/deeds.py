"""Fifth stage: what a sentence wants done, and in what mood it says so."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.clauses import belongs
from guardia.hub.parser.embedded.deed import Deed, Said
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.nouns import WEAK
from guardia.hub.parser.embedded.segment import Sentence, Voice
from guardia.hub.parser.embedded.signs import Signs
from guardia.hub.parser.embedded.walk import TARGETS

_COPULAS = frozenset(fold(w) for w in ("인데", "이라서", "라서", "니까", "이니까", "이라"))
_REASONS = tuple(fold(w) for w in ("니", "니까", "서", "라", "라서", "는데", "인데", "므로"))
_IS = frozenset(fold(w) for w in ("입니다", "이에요", "예요", "이네요", "임", "래요", "이래요", "라네요", "이라네요"))
_TELL_ME = re.compile(
    fold(
        r"[고서며,][\s,]+(?P<when>(?:다\s*|모두\s*|작업\s*|전부\s*)?(?:done\s*되|다\s*되|되|처리되|종료되|정상\s*되|올라오|뜨|끝|끝나|마치|완료되|마무리되|적용되|반영되|배포되|기동되|재기동되)(?:면|시면|고\s*나면|는\s*대로)\s*(?:바로\s*|꼭\s*|저한테\s*|여기에?\s*|한번\s*|좀\s*)*"
        r"(?:말씀|알려|연락|공유|보고|회신|톡|전화|얘기|노티|댓글|멘션|콜|메일|이메일|mail|문자|답장|남겨|적어)[가-힣\s]{0,6}(?:주|줘|부탁|바라|바랍|요망|달라)[가-힣\s]{0,8}[.!~]*)$"
    )
)
_CURIOUS = fold("궁금")


class _Reader(Signs):
    """Walks the items of one sentence."""

    def read(self) -> Said:
        end = self.sentence.end if self.self_said else courtesy(self.normal, self.sentence)
        for index, item in enumerate(self.items):
            if item.start >= end:
                break
            self._step(index, item)
        self._end()
        if (end < self.sentence.end or self.sentence.cut) and self.said.deeds and self.said.deeds[-1].mood is Mood.AND:
            self.placeholder(Mood.COMMAND, len(self.items) - 1, "show")
        self._set_apart()
        self._link()
        self._again()
        self._searches()
        self._before()
        self._too()
        return self.said

    def _step(self, index: int, item: Item) -> None:
        kind = item.kind
        if kind in (K.ACT, K.TOPIC, K.PORT, K.SESSION):
            self._noun(index, item)
        elif kind is K.ATTR and self._room(index):
            self.open.append(Deed("CHECK_DISK_SPACE", index, index))
        elif kind is K.FILE and str(item.value).lower().endswith((".log", ".out")):
            self.open.append(Deed("TAIL_LOG", index, index))
        elif kind is K.LIGHT and self._makes_room(item):
            self.close(Mood.STATEMENT, index)
            self._foreign(index)  # 디스크 공간 확보: nothing is looked at
        elif kind is K.LIGHT and self._work_on(index, item):
            self.close(Mood.STATEMENT, index)  # 스토리지 작업: what is going on there
        elif kind is K.LIGHT:
            for deed in self.open:
                if deed.changes and item.value == "show" and self._moved_on(deed.at, index):
                    continue  # WAS는 재기동, DB는 락만 확인
                deed.light = "show" if "show" in (deed.light, item.value) else item.value or deed.light
                if item.value == "search" and deed.code == "TAIL_LOG":
                    deed.code = "SEARCH_LOG"
        elif kind is K.UNKNOWN:
            self._unknown(index, item)
        elif kind is K.STATE:
            self._state(index, item)
        elif kind is K.ASK:
            if self._asked_so(index, item):
                self.close(Mood.COMMAND, index)  # 메모리 상황 어떤가요, 배치 돌리기 전에 …
                self.cut = index
                return
            curious = self.normal.plain[item.start : item.end].startswith(_CURIOUS)
            if curious and any(deed.changes for deed in (*self.open, *self.said.deeds)):
                self.close(Mood.FACT, index)  # 롤백이 가능한 상태인지 궁금합니다
            self.drop_changes(Mood.FACT, index)
            for deed in self.open:
                deed.light = deed.light or "ask"
        elif kind is K.OUTCOME and self._among(index):
            item.kind = K.FILLER  # 최근 1시간 것 중에 …
        elif kind is K.OUTCOME and self._when(index):
            self.close(Mood.CONDITION, index)
            self.condition = True
        elif kind is K.OUTCOME:
            self._outcome(index, item)
        elif kind in (K.NOT_THIS, K.BUT):
            if index and self._acted(index):
                self.close(Mood.NEGATION, index)
        elif kind is K.COND and self._whatever_there_is(index, item):
            for deed in self.open:
                deed.light = deed.light or "ask"
        elif kind is K.COND and self._in_turn(index):
            self.open.clear()  # 재기동해주시고, 끝나면 로그 …: the one after the other, both asked for
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
            written = item.value is not None  # DELETE FROM …, rm -rf: not a word but a command
            self.said.forbidden = self.said.forbidden or written or belongs(self.normal, self.items, index)
        elif kind is K.PRED and index == self.meant:
            pass
        elif kind is K.PRED and not self._once(index) and not self._about(index):
            self._pred(index, item)
        elif (kind is K.FILLER and self._without(index, item)) or (kind is K.ATTR and self._holds(index, item)):
            self.close(Mood.NEGATION, index)
        elif kind is K.ATTR and self._is_over(index, item):
            self.close(Mood.REPORT, index)
        elif kind is K.ATTR and self._came_of_it(index, item):
            self.close(Mood.STATEMENT, index)
        elif kind is K.FILLER and self._not_yet(index, item):
            self.close(Mood.NEGATION, index)
        elif kind is K.FILLER and self.condition and self._turns(item):
            self.condition = False
        elif kind is K.PARTICLE and self._asked_tersely(index, item):
            self._do(index, "ask", Mood.COMMAND)
            self.cut = index
        elif (
            kind is K.PARTICLE
            and item.value in _IS
            and self.open
            and not self.sentence.question
            and not self._asked_before(index)
        ):
            for deed in self.open:
                deed.role = deed.role or "told"
            self.close(Mood.STATEMENT, index)  # hang 상태입니다
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

    def _outcome(self, index: int, item: Item) -> None:
        if not self.open:
            among = index > 0 and self.items[index - 1].kind in (K.NODE, K.ALL_NODES) and item.end - item.start == 1
            reason = self.normal.plain[item.start : item.end].endswith(_REASONS) and item.value is Mood.REPORT
            if (
                not among and not reason
            ):  # 웹은 내리고, … 점검 끝났으니 …: a reason is nobody's mood  # 1~3호기 중 2호기
                self.placeholder(item.value, index, "")
            return
        if (
            item.value is Mood.STATEMENT
            and not any(deed.changes for deed in self.open)
            and self._show_ahead(index)
            and self.comma(index)
        ):
            return
        if self._needed(index, item):
            self.close(Mood.COMMAND, index)  # 인증서 만료일 둘 다 필요합니다
            return
        if self.normal.plain[item.start : item.end].startswith("때문"):
            self.spare.extend(deed for deed in self.open if not deed.changes)
        for deed in self.open:
            deed.role = deed.role or "told"
        self.close(item.value, index)

    def _linked(self, index: int) -> None:
        before = self.items[index - 1] if index else None
        if not self.open:
            if before is not None and before.kind is K.UNKNOWN:
                self.condition = True  # 배치 끝난 뒤: nobody here knows when that is
            return
        if (
            any(deed.changes for deed in self.open)
            and self.foreign_object(self.open[0].at)
            and not self.has(tuple(TARGETS), self.open[0].at)
        ):
            after = self.items[index + 1] if index + 1 < len(self.items) else None
            if after is not None and after.kind is K.TIME and not after.value.bare:
                self.close(Mood.STATEMENT, index, "told")  # 업무 종료 후 19:00에
                return
            self.close(Mood.CONDITION, index)
            self.condition = True  # 업무 종료 후: not the end of a service
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

    def _end(self) -> None:
        last = self.items[-1] if self.items else None
        if (
            not self.open
            and last is not None
            and last.kind is K.LIGHT
            and self.sentence.voice is Voice.OWN
            and self._please(last)
            and not (self.sentence.question or self.past or self.self_said or self.condition)
            and not self.foreign_object(len(self.items) - 1)
            and not any(deed.wanted or deed.changes for deed in self.said.deeds)
        ):
            self._pick_up(len(self.items) - 1, Mood.TERSE)  # 디스크 95% 알람 떴는데 진짜인지 확인 좀
        elif (
            not self.open
            and self.sentence.question
            and any(item.kind is K.ASK for item in self.items[self.cut + 1 :])
            and not any(item.kind is K.UNKNOWN for item in self.items[self.cut + 1 :])
            and not any(deed.wanted or deed.changes for deed in self.said.deeds)
            and (told := self._told_of() or self._asked_of_it())
        ):
            self.said.deeds.extend(
                Deed(deed.code, len(self.items) - 1, len(self.items) - 1, Mood.COMMAND, port=deed.port) for deed in told
            )  # CPU가 튄다고 … 들어왔는데 지금 몇 퍼센트예요?
        if self.open:
            reads = [deed for deed in self.open if not deed.changes and deed.code]
            changes = [deed for deed in self.open if deed.changes]
            terse = self.sentence.voice is not Voice.LISTED and not self.condition
            for deed in changes:
                surface = self.normal.plain[self.items[deed.at].start : self.items[deed.at].end]
                plain = (
                    deed.light != "show"
                    and surface not in WEAK
                    and not self.sentence.question
                    and not self.past
                    and not self.self_said
                )
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
                if self._told_behind(deed):
                    deed.mood, deed.role = Mood.STATEMENT, "told"
                elif self.condition:
                    deed.mood = Mood.CONDITION
                elif self.past and not self.sentence.question:
                    deed.mood = Mood.REPORT
                elif terse and (asked or (self.scoped and not self.statement and not self._troubled(deed))):
                    deed.mood = Mood.COMMAND if self.sentence.question else Mood.TERSE
                    deed.anchor = max(deed.anchor, deed.at)
                else:
                    deed.mood = Mood.STATEMENT
                self.said.deeds.append(deed)
            self.open = []
        self.said.pending = list(self.spare) or self._told_of() or self._wondered()

    def _wondered(self) -> list[Deed]:
        """디스크 꽉 찬 거 아님? 함 봐봐: what a question was about that asked for nothing yet."""
        told = [deed for deed in self.said.deeds if deed.code]
        if not self.sentence.question or any(deed.changes or deed.wanted for deed in told):
            return []
        return [deed for deed in told if deed.mood is Mood.STATEMENT]

    def _asked_of_it(self) -> list[Deed]:
        """CPU가 97%까지 튀었대요. 지금은 얼마인가요?: a question that holds nothing but the asking."""
        bare = all(item.kind in (K.ASK, K.FILLER, K.PARTICLE) for item in self.items)
        return self.before if bare and len(self.before) == 1 and not self.before[0].changes else []


def courtesy(normal: Normal, sentence: Sentence) -> int:
    """Where "done 되면 말씀 주세요" begins, behind what is asked for; the end of the sentence when it is not there."""
    found = _TELL_ME.search(normal.plain, sentence.start, sentence.end)
    return sentence.end if found is None else found.start("when")


def deeds(
    normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, pending: list[Deed], scoped: bool
) -> Said:
    """What a Korean or mixed sentence says. `files`: something that can be deployed is attached; `pending`: reads that
    the sentence before spoke of; `scoped`: the message named a target before."""
    return _Reader(normal, sentence, items, files, pending, scoped).read()
