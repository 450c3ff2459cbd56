"""Verbs of a sentence: what they do with the deeds that wait for them."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.deed import ASKING, Deed
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K, particle
from guardia.hub.parser.embedded.nouns import OUTRIGHT, PICKS, Nouns
from guardia.hub.parser.embedded.walk import OBJECT_SKIP, TARGETS

_QUOTED_ON = re.compile(fold(r"[\s.!]*(?:라고|이라고|라는|라며|라면서|하면서|라네요|래요)"))

_KEEP = (fold("남기"), fold("남겨"))
_REQUEST = fold("요청")
_AFTER = tuple(fold(w) for w in ("다음", "뒤", "후", "이후"))
_SINCE_THEN = re.compile(fold(r"고\s?나서|[한린운긴킨]\s?(?:뒤|후|다음|이후)|고\s?난"))
_GOING_ON = tuple(fold(word) for word in ("고있나요", "고있나", "고있습니까", "고있어", "고있어요", "고있니", "고있죠"))
_INSISTS = tuple(fold(word) for word in ("달라고요", "달라구요", "달라니까요"))
_IF_YOU_GIVE = (fold("주시면"), fold("주시면은"))
_CAME_UP = fold("떴")
_LETS = re.compile(fold(r"되(?:게|도록)"))
_ABOUT_IT = frozenset(fold(word) for word in ("건", "여부", "관련", "이력", "일정", "확인", "결과"))
_TOLD_OF = frozenset({K.SELF, K.PERSON, K.PAST})
_GOES_ON = frozenset(fold(word) for word in ("진행", "실행", "수행", "실시", "작업"))
_BEFORE_IT = re.compile(fold(r"기\s*전"))
_SUBJECT = frozenset(fold(word) for word in ("이", "가", "은", "는", "도"))
_SOMEBODY = re.compile(
    fold(r"(?<![가-힣])(?:나|저|우리|저희|사람|목숨|날|절)\s*(?:를|을|도|부터)?\s*(?:좀|쫌|한번|제발)?\s*$")
)
_MEANT = re.compile(
    fold(r"\s*(?:겁니다|거예요|거에요|거야|것입니다|뜻입니다|뜻이에요|말입니다|얘기입니다|얘기예요|거였어요)")
)

_BECAUSE = tuple(fold(w) for w in ("해서", "하여", "해가지고", "해갖고"))


class Verbs(Nouns):
    """Steps of the walk that close deeds, or are deeds of their own (내려줘)."""

    def _pred(self, index: int, item: Item) -> None:
        pred: Pred = item.value
        if pred.mood is Mood.COMMAND and _QUOTED_ON.match(self.normal.plain, item.end):
            pred = Pred(pred.role, Mood.QUOTATION)  # 부탁드립니다 라고
        if pred.mood is Mood.COMMAND and self._of_a_request(index, item):
            pred = Pred("asked", Mood.REPORT)  # 재기동 요청 올라온 거 있나요
        insists = self.normal.plain[item.start : item.end].endswith(_INSISTS) and index == len(self.items) - 1
        if insists and pred.mood is Mood.QUOTATION and pred.role in ("look", "show") and not self._others():
            pred = Pred(pred.role, Mood.COMMAND)  # 디스크 좀 봐달라고요
        if pred.mood is Mood.QUOTATION and pred.role in ("look", "show") and self._restates(item):
            pred, self.meant = Pred(pred.role, Mood.COMMAND), index + 1
        if pred.mood is Mood.CONDITION and pred.role in ("look", "show") and self._if_given(index, item):
            pred = Pred(pred.role, Mood.COMMAND)
        mood = Mood.NEGATION if self.negative and pred.mood is not Mood.CONDITION else pred.mood
        self.negative = False
        if mood is Mood.COMMAND and self.sentence.question and pred.role in ("do", "become") and self._plain_form(item):
            mood = Mood.FACT
        if mood is Mood.COMMAND and self.self_said and self._plain_form(item) and pred.role != "ask":
            mood = Mood.REPORT
        if mood is Mood.AND and self._was_done(index, item):
            mood = Mood.REPORT  # 어제 재기동하고 나서 메모리 괜찮아졌나 봐주세요
        if mood is Mood.AND and self._is_odd(index, item):
            self.spare.extend(deed for deed in self.open if not deed.changes)
            self.close(Mood.STATEMENT, index)  # 메모리가 이상해서 재기동 …
            return
        if mood is Mood.CAN and pred.role == "ask" and self._whether(index, item):
            mood = Mood.FACT
        role = pred.role
        if role == "show" and mood is Mood.FACT and self._came_up(index, item):
            self._state(index, Item(K.STATE, item.start, item.end, "CHECK_SERVICE"))
            return
        if role == "leave" and self._kept(index, item):
            role = "show"
        if role == "leave" and mood in (Mood.COMMAND, Mood.STATEMENT, Mood.AND, Mood.TERSE):
            mood = Mood.NEGATION  # 3호기는 냅둬요: nothing is to be done there
        if role == "do" and mood is Mood.AND and not self.open and self._after_others(index, item):
            mood = Mood.CONDITION
        if role in ("do", "ask", "give", "asked", "back") or (role == "become"):
            self._do(index, role, mood)
        elif role in ("look", "show", "search") or (role in ("attach", "open") and self._log_open()):
            self._show(index, "show" if role in ("attach", "open") else role, mood)  # 로그 30줄만 붙여줘, 로그 열어봐줘
        elif role == "bounce":
            self._bounce(index, mood, plain=self._plain_form(item))
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

    def _kept(self, index: int, item: Item) -> bool:
        """스레드덤프 하나 남겨 주세요: what is kept is made for it."""
        dumps = any(one.kind is K.TOPIC and one.value == "THREAD_DUMP" for one in self.items[max(0, index - 3) : index])
        return dumps and self.normal.plain.startswith(_KEEP, item.start)

    def _of_a_request(self, index: int, item: Item) -> bool:
        """True when the bare noun "요청" has words of its own behind it: what is told of is a request."""
        if self.normal.plain[item.start : item.end] != _REQUEST or index + 1 >= len(self.items):
            return False
        if any(mark in self.between(index, index + 1) for mark in "(,:-/"):
            return False
        after = next((one for one in self.items[index + 1 :] if one.kind is not K.PARTICLE), None)
        return after is not None and (
            after.kind in (K.ASK, K.STATE, K.ATTR)
            or (after.kind is K.UNKNOWN and not self.comma(index + 1))
            or (after.kind is K.PRED and after.value.role in ("raise", "other", "give", "become"))
        )

    def _if_given(self, index: int, item: Item) -> bool:
        """락부터 뽑아주시면 보고 결정하겠습니다: asked for, and what the writer will do with it."""
        verbs = [one for one in self.items[index + 1 :] if one.kind is K.PRED]
        return (
            self.normal.plain[item.start : item.end].endswith(_IF_YOU_GIVE)
            and bool(verbs)
            and verbs[-1].value.mood is Mood.PLAN
            and bool(self.open)
            and not any(deed.changes for deed in self.open)
            and not any(one.kind in (K.PERSON, K.COND, K.PAST) for one in self.items[:index])
            and not any(one.kind in (K.ACT, K.COND) for one in self.items[index + 1 :])
        )

    def _came_up(self, index: int, item: Item) -> bool:
        """재기동하시고 제대로 떴는지 …"""
        before = self.previous(index)
        dumped = any(deed.code == "THREAD_DUMP" for deed in (*self.open, *self.said.deeds))
        return (
            self.normal.plain[item.start] == _CAME_UP
            and not dumped
            and not self.open
            and (before.kind in TARGETS if before is not None else self.cut >= 0)
        )

    def _others(self) -> bool:
        return any(one.kind is K.PERSON for one in self.items)

    def _restates(self, item: Item) -> bool:
        """목록만 뽑아달라는 겁니다: the speaker says again what they themselves ask for."""
        person = any(one.kind is K.PERSON for one in self.items)
        return (
            not person
            and bool(_MEANT.match(self.normal.plain, item.end))
            and fold("달라") in self.normal.plain[item.start : item.end]
        )

    def _after_others(self, index: int, item: Item) -> bool:
        """오케이한 다음에 …: what shall come first is nothing that this message asks for."""
        before = self.previous(index, frozenset({K.PARTICLE, K.FILLER}))
        after = any(mark in self.normal.plain[item.start : item.end] for mark in _AFTER)
        return after and before is not None and before.kind in (K.UNKNOWN, K.PERSON, K.STATE)

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
        if role == "do" and mood is Mood.REPORT and self.sentence.question and self._going_on(index):
            mood = Mood.COMMAND  # 7001 포트 리스닝하고 있나요?
        if role == "do" and mood is Mood.FACT and not any(d.changes for d in self.open) and self._show_ahead(index):
            for deed in self.open:
                deed.light = deed.light or "ask"  # 8443 포트 리슨하는지 확인 부탁드립니다
            return
        lets = role == "become" and _LETS.match(self.normal.plain, self.items[index].start)
        if role == "become" and mood in (Mood.COMMAND, Mood.AND, Mood.CAN) and not lets:
            mood = Mood.STATEMENT
        if any(deed.light == "show" for deed in self.open) and all(deed.changes for deed in self.open):
            # 재기동 확인해줘 looks after a restart; 재기동, 로그 확인해줘 wants both.
            self.drop_changes(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        if role == "become" and mood is Mood.FACT and not any(d.changes for d in self.open):
            asks = self.sentence.question or self._show_ahead(index) or self._asks_how_much(index)
            mood = Mood.COMMAND if asks else Mood.STATEMENT
        self.close(mood, index, role)

    def _asks_how_much(self, index: int) -> bool:
        """디스크 여유 얼마나 되나요: a question, whether a mark says so or not."""
        before, after = self.items[index - 1], self.items[index + 1] if index + 1 < len(self.items) else None
        word = self.normal.plain[self.items[index].start : self.items[index].end]
        ends = after is None or self.comma(index + 1) or (after.kind is K.PARTICLE and index + 2 == len(self.items))
        return ends and before.kind is K.ASK and word.endswith(OUTRIGHT)

    def _bare(self, index: int, role: str, mood: Mood) -> None:
        before = self.items[index - 1] if index else None
        ahead = self._put_off(index)
        if role in ("do", "ask", "give") and mood in ASKING and ahead is not None:
            self.said.deeds.append(Deed(ahead.code, index, index, mood, role=role))
            return
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

    def _put_off(self, index: int) -> Deed | None:
        """재기동하기 전에 덤프 먼저 뜨고 진행해줘요: what the last verb goes on with."""
        works = any(
            item.kind is K.LIGHT and self.normal.plain[item.start : item.end] in _GOES_ON
            for item in self.items[self.cut + 1 : index]
        )
        later = [deed for deed in self.said.deeds if deed.changes]
        if not works or len(later) != 1 or later[0].wanted:
            return None
        verb = self.items[later[0].anchor]
        before = verb.kind is K.PRED and _BEFORE_IT.search(self.normal.plain[verb.start : verb.end])
        return later[0] if before and not self.foreign_object(index) else None

    def _light_at(self, index: int) -> int:
        for at in range(index - 1, self.cut, -1):
            if self.items[at].kind is K.LIGHT:
                return at
        return index

    def _pick_up(self, index: int, mood: Mood) -> None:
        """확인해줘 without an object: what the statement before it was about."""
        source = self.spare or self._told_of() or self.before
        if not source and self._has_attr():
            source = [d for d in self.said.deeds if d.code and not d.changes] or [
                Deed("FETCH_DB_SESSIONS", d.at, d.anchor) for d in self.said.deeds if d.code == "KILL_DB_SESSION"
            ]
        if not source and self.has((K.URL,), index):
            source = [Deed("CHECK_HTTP", index, index)]
        if not source:
            self.placeholder(mood, index, "show")
            return
        for deed in source:
            self.said.deeds.append(
                Deed(deed.code, index, index, Mood.CONDITION if self.condition else mood, port=deed.port)
            )
        self.spare = []

    def _told_of(self) -> list[Deed]:
        """디스크가 이상하게 튄다던데 확인 부탁: what the sentence has told of as its subject."""
        told = [deed for deed in self.said.deeds if deed.code]
        if any(deed.changes or deed.wanted for deed in told):
            return []
        return [deed for deed in told if deed.mood is Mood.STATEMENT and self._subject(deed.at)]

    def _subject(self, at: int) -> bool:
        numbered = at + 1 < len(self.items) and self.items[at + 1].kind is K.NUMBER
        return numbered or particle(self.items, at) in _SUBJECT

    def _has_attr(self) -> bool:
        return any(item.kind is K.ATTR for item in self.items[self.cut + 1 :])

    def _show(self, index: int, role: str, mood: Mood) -> None:
        if mood is Mood.REPORT and self.normal.plain[self.items[index].start] == "떴":
            self.spare.extend(deed for deed in self.open if not deed.changes)  # 디스크 알람 떴는데 …
        if any(deed.changes for deed in self.open):
            reads = [deed for deed in self.open if not deed.changes]
            if not reads or not all(deed.joined or deed is self.open[0] for deed in self.open):
                self.drop_changes(Mood.STATEMENT, index)
        if role == "show" and self._picks_out(index):
            role = "search"
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

    def _picks_out(self, index: int) -> bool:
        """로그에서 SocketTimeoutException 나온 거 추려주세요: of a log, what holds a word."""
        item = self.items[index]
        return self.normal.plain.startswith(PICKS, item.start) and any(
            one.kind is K.QUOTE or (one.kind is K.UNKNOWN and self.normal.text[one.start : one.end].isascii())
            for one in self.items[self.cut + 1 : index]
        )

    def _more_behind(self, deed: Deed) -> bool:
        """인뱅 WAS 재기동 건, 재기동 여부, 재기동은 아직: more behind the noun than a comma."""
        after = self.items[deed.at + 1 : deed.at + 2]
        if not after or self.comma(deed.at + 1):
            return False
        of_it = self.normal.plain[after[0].start : after[0].end] in _ABOUT_IT
        return of_it or after[0].kind not in (K.LIGHT, K.PRED)

    def _apart(self, index: int) -> list[Deed]:
        """인뱅 WAS 로그 확인, 승인중계 WAS는 내려 주세요: what was named before the target of the verb at `index`."""
        for at in range(index - 1, self.cut + 1, -1):
            if not self.comma(at):
                continue
            if not any(item.kind in TARGETS for item in self.items[at:index]):
                return []
            found = [deed for deed in self.open if deed.at < at and (deed.changes or deed.light)]
            self.cut = at - 1 if found else self.cut
            return found
        return []

    def _own(self, index: int, role: str, mood: Mood) -> None:
        if mood in ASKING or mood is Mood.AND:
            start = self.cut + 1
            for deed in self._apart(index):
                self.open.remove(deed)
                by_others = any(item.kind in _TOLD_OF for item in self.items[start : deed.at])
                of_it = deed.changes and (deed.light in ("show", "ask") or self._more_behind(deed))
                deed.mood = Mood.CONDITION if self.condition else mood
                if by_others or of_it:
                    deed.mood, deed.role = Mood.STATEMENT, "others"
                self.said.deeds.append(deed)
        topics = {deed.code for deed in self.open if not deed.changes}
        if role == "start" and topics - {"CHECK_PROCESS", "CHECK_SERVICE"} and mood in ASKING:
            self._show(index, "show", mood)  # 로그 좀 띄워주세요
            return
        if role == "start" and not topics and mood in ASKING and not self.down and self._told_log():
            told = next(deed for deed in (*self.said.deeds, *self.spare) if deed.code)
            self.said.deeds = [deed for deed in self.said.deeds if deed is not told]
            self.said.deeds.append(Deed(told.code, told.at, index, mood))  # 로그 좀 볼게요, 최근 거 띄워주세요
            return
        if role in ("stop", "start", "raise", "push") and self._passes_on(index, role):
            self.placeholder(mood, index, role)
            return
        if role == "kill" and mood is Mood.TOGGLE and not topics:
            role = "stop"  # 죽였다 살려주세요
        if role == "stop" and self.has((K.PREVIOUS,), index) and not topics:
            role = "rollback"  # 이전 버전으로 내려주세요
        if role == "stop" and self.has((K.VERSION,), index):
            self.placeholder(mood, index, role)  # 7.0.1로 내려줘: neither a stop nor surely a rollback
            return
        if role in ("stop", "start", "raise") and self._side(index):
            self.close(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        if role in ("start", "kill", "stop") and _SOMEBODY.search(self.normal.plain[: self.items[index].start]):
            self.placeholder(Mood.STATEMENT, index, role)  # 나 좀 살려줘
            return
        if role == "stop" and self._possessive(index):
            self.placeholder(Mood.STATEMENT, index, "")  # 한별대 꺼: theirs
            return
        vetoed = self.foreign_object(index) and not (role == "push" or (role == "raise" and self.has((K.FILE,), index)))
        code = ""
        session = ""
        if role == "erase":
            logs = "TAIL_LOG" in topics or (not topics and self._told_log())
            code = "CLEAN_LOGS" if logs and not vetoed else ""
            if "FETCH_DB_SESSIONS" in topics and not vetoed:
                role = "kill"
        if role == "kill":
            source = (
                next((deed for deed in self.open if deed.code == "FETCH_DB_SESSIONS"), None) or self._told_session()
            )
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
        if code and mood is Mood.AND and self._back_reference(index, code):
            self.cut = index
            return  # … 올려주시고요, 올린 다음 로그 …: what was just asked for
        if role == "rollback" and all(d.code in ("ROLLBACK_RELEASE", "DEPLOY_ARTIFACT") for d in self.open):
            self.open = []  # 배포 되돌려 주세요
        if not code or (any(d.changes for d in self.open)):
            self.close(Mood.STATEMENT, index)
            self.placeholder(mood, index, role)
            return
        self.open = []
        deed = Deed(code, index, index, Mood.CONDITION if self.condition else mood, role=role, session=session)
        if not self._toggle(deed, index):
            self.said.deeds.append(deed)

    def _is_odd(self, index: int, item: Item) -> bool:
        """이상해서: a state, and why something else is asked for."""
        before = self.items[index - 1] if index else None
        return (
            before is not None
            and before.end == item.start
            and self.normal.plain[before.start : before.end] == fold("이상")
            and self.normal.plain[item.start : item.end].startswith(_BECAUSE)
            and bool(self.open)
        )

    def _whether(self, index: int, item: Item) -> bool:
        """재기동 가능한지 확인해 주세요: whether it can be done is to be found out; 가능한지요 alone asks for it."""
        return (
            self.normal.plain[item.start : item.end].endswith(fold("지"))
            and any(deed.changes for deed in self.open)
            and any(one.kind not in (K.PARTICLE, K.FILLER) for one in self.items[index + 1 :])
        )

    def _was_done(self, index: int, item: Item) -> bool:
        """True for what is said to have been done some time ago, before what is asked for."""
        return _SINCE_THEN.search(self.normal.plain[item.start : item.end]) is not None and any(
            one.kind is K.PAST for one in self.items[:index]
        )

    def _going_on(self, index: int) -> bool:
        item = self.items[index]
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        return not any(deed.changes for deed in self.open) and word.endswith(_GOING_ON) and not self.past

    def _back_reference(self, index: int, code: str) -> bool:
        last = self.said.deeds[-1] if self.said.deeds else None
        since = self.items[last.anchor + 1 : index] if last is not None else []
        item = self.items[index]
        same = last is not None and (last.code == code or (last.code, code) == ("DEPLOY_ARTIFACT", "START_SERVICE"))
        if any(deed.code == "STOP_SERVICE" for deed in self.said.deeds) or self._says_again(index):
            return False  # 내리고 … 반영하고 다시 올린 다음에 …: a step of its own
        return (
            same
            and any(mark in self.normal.plain[item.start : item.end] for mark in _AFTER)
            and not any(one.kind in TARGETS or one.kind in (K.FILE, K.VERSION) for one in since)
        )

    def _says_again(self, index: int) -> bool:
        before = self.items[index - 1] if index else None
        return before is not None and self.normal.plain[before.start : before.end] == fold("다시")

    def _told_log(self) -> bool:
        """로그 쌓였네요, 좀 치워주세요: the log that the sentence has told of, and nothing else."""
        told = [deed for deed in self.said.deeds if deed.code] or self.spare
        return len(told) == 1 and told[0].code == "TAIL_LOG" and not told[0].wanted

    def _possessive(self, index: int) -> bool:
        item, before = self.items[index], self.items[index - 1] if index else None
        return (
            self.normal.plain[item.start : item.end] == fold("꺼")
            and before is not None
            and before.kind is K.NAME
            and not before.value.systems
        )

    def _log_open(self) -> bool:
        return any(deed.code in ("TAIL_LOG", "SEARCH_LOG", "THREAD_DUMP") for deed in self.open)

    def _bounce(self, index: int, mood: Mood, *, plain: bool) -> None:
        """튕겨주세요 is a restart; 자꾸 튕겨요, 튕겨서 is what users complain of."""
        asked = mood in ASKING and not plain and self.scoped and not self.foreign_object(index)
        topics = {deed.code for deed in self.open if not deed.changes}
        if not asked or topics - {"CHECK_PROCESS", "CHECK_SERVICE"} or any(deed.changes for deed in self.open):
            self.drop_changes(Mood.STATEMENT, index)
            self.close(Mood.STATEMENT, index)
            self.placeholder(Mood.STATEMENT, index, "")
            return
        self.open = []
        mood = Mood.CONDITION if self.condition else mood
        self.said.deeds.append(Deed("RESTART_SERVICE", index, index, mood, role="restart"))

    def _side(self, index: int) -> bool:
        """True when the verb's object is a side of something or a notice of it: 스레드 수 올려줘, 알림 내려줘."""
        item = self.previous(index, OBJECT_SKIP - {K.LINK})
        return item is not None and (
            item.kind in (K.ATTR, K.REQUEST, K.HELP)
            or (item.kind is K.OUTCOME and item.value is Mood.STATEMENT)
            or (item.kind is K.LIGHT and item.value != "work")
        )

    def _passes_on(self, index: int, role: str) -> bool:
        """스레드 덤프 떠서 올려주세요: what was read is handed over, nothing is started."""
        if not self.said.deeds or self.cut < 0:
            return False
        last = self.said.deeds[-1]
        if not last.code or last.changes or last.mood is not Mood.AND:
            return False
        since = self.items[self.cut + 1 : index]
        if any(item.kind in TARGETS or item.kind in (K.FILE, K.VERSION) for item in since) or self.down:
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
        if not last.code and last.role == "stop" and last.mood in (Mood.TOGGLE, Mood.AND):
            last.code = "STOP_SERVICE"  # 힙이 차네요 한 번 껐다 켜주세요: what was told of before is not its object
        near = all(item.kind in (K.FILLER, K.PARTICLE, K.LINK, K.AND) for item in self.items[last.at + 1 : index])
        near = near or (
            last.mood is Mood.TOGGLE and not any(item.kind in TARGETS for item in self.items[last.at + 1 : index])
        )
        if last.code == "STOP_SERVICE" and last.mood in (Mood.TOGGLE, Mood.AND) and last.role == "stop" and near:
            if self.done_before(last):
                return False  # 어제 내리고 오늘 올려주세요
            last.code, last.mood, last.anchor, last.role = "RESTART_SERVICE", deed.mood, index, "restart"
            return True
        return False
