"""What one word of a sentence says of what stands open before it: asked for, told of, not yet, in turn."""

from __future__ import annotations

from guardia.hub.parser.embedded.deed import Deed
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.links import Links
from guardia.hub.parser.embedded.nouns import OUTRIGHT
from guardia.hub.parser.embedded.walk import TARGETS

_POLITE = frozenset(fold(w) for w in ("요", "여", "용", "욤", "염", "이요", "이여", "이용"))
_COMPLAINTS = frozenset(
    fold(w)
    for w in (
        "지연",
        "장애",
        "에러",
        "오류",
        "문제",
        "이슈",
        "부족",
        "누수",
        "과다",
        "급증",
        "폭주",
        "고갈",
        "포화",
        "불가",
        "안됨",
        "실패",
    )
)
_WITHOUT, _HOLD, _SECURE, _WORK = fold("없이"), fold("대기"), fold("확보"), fold("작업")
_END = fold("끝")
_NOW = frozenset(fold(w) for w in ("지금은", "일단", "우선", "먼저", "오늘은", "이제"))
_NEEDED = frozenset(fold(w) for w in ("필요합니다", "필요해요", "필요해", "필요함"))
_MORE = frozenset(fold(w) for w in ("더", "추가", "추가로"))
_SHOWN = frozenset({
    "CHECK_SERVICE", "CHECK_CERT", "TAIL_LOG", "THREAD_DUMP", "SHOW_VERSION",
    "FETCH_DB_LOCKS", "FETCH_SLOW_QUERIES", "FETCH_DB_SESSIONS",
})  # fmt: skip
"""What can be shown, and not be had more of."""
_IF_ANY = frozenset(fold(w) for w in ("있으면", "있다면", "있으시면", "있거든"))
_LISTED = frozenset({"FETCH_DB_LOCKS", "FETCH_SLOW_QUERIES", "FETCH_DB_SESSIONS", "CHECK_PROCESS"})
_SOFTLY = tuple(fold(w) for w in ("좀", "점", "쫌"))
_ASKED_ON = tuple(fold(w) for w in ("물어", "묻", "여쭤", "여쭙", "문의", "궁금", "라고", "하고"))
_PLANNED = tuple(fold(w) for w in ("건데", "건데요", "텐데", "텐데요", "거고", "거니까"))
_THEREFORE = frozenset(fold(w) for w in ("그러니", "그러니까", "그래서", "그러므로", "따라서"))
_THEN = frozenset(
    fold(w)
    for w in (
        "끝나면",
        "끝나고",
        "끝나고나서",
        "끝나는대로",
        "완료되면",
        "완료되는대로",
        "완료후",
        "올라오면",
        "살아나면",
        "기동되면",
        "재기동되면",
        "정상화되면",
        "정상되면",
        "다뜨면",
        "올라오고나면",
        "뜨고나면",
        "배포되면",
        "반영되면",
        "다올라오면",
    )
)
_OUTCOMES = frozenset(fold(w) for w in ("결과", "이력", "내역", "여부", "현황", "기록", "사유", "시각", "순서", "절차"))
_BEING = tuple(fold(w) for w in ("이", "인", "입", "임"))


class Signs(Links):
    """Yes-or-no questions of the walk; none of them changes anything."""

    def _asked_so(self, index: int, item: Item) -> bool:
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            bool(self.open)
            and not any(deed.changes for deed in self.open)
            and not self.condition
            and after is not None
            and ("," in self.normal.text[item.end : after.start] or self._goes_on(index))
            and self.normal.plain[item.start : item.end].replace(" ", "").endswith(OUTRIGHT)
        )

    def _goes_on(self, index: int) -> bool:
        """메모리 얼마나 쓰고 있나요 점점 느려지네요: a question behind which another clause tells something."""
        rest = [one for one in self.items[index + 1 :] if one.kind not in (K.FILLER, K.PARTICLE)]
        tells = all(
            one.kind in (K.STATE, K.ATTR) or (one.kind is K.UNKNOWN and not self._passed_on(one)) for one in rest
        )
        return bool(rest) and tells and (rest[-1].kind is K.STATE or rest[-1].value == "pred")

    def _passed_on(self, item: Item) -> bool:
        return self.normal.plain[item.start : item.end].startswith(_ASKED_ON)

    def _makes_room(self, item: Item) -> bool:
        after = self.items[self.items.index(item) + 1 :]
        if after and after[0].kind is K.PRED and after[0].value.mood is Mood.FACT:
            return False  # 디스크 얼마나 확보됐는지
        return self.normal.plain[item.start : item.end] == _SECURE and any(
            deed.code in ("CHECK_DISK_SPACE", "CHECK_MEMORY") for deed in self.open
        )

    def _work_on(self, index: int, item: Item) -> bool:
        return (
            self.normal.plain[item.start : item.end] == _WORK
            and bool(self.open)
            and not any(deed.changes or deed.light for deed in self.open)
            and self.items[index - 1].kind is K.TOPIC
            and index == len(self.items) - 1
        )

    def _asked_before(self, index: int) -> bool:
        """접속 되는지 check 한번만요, … timeout입니다: what was to be looked at stands behind a comma."""
        last = self.open[-1]
        return last.light in ("show", "search") and any(self.comma(k) for k in range(last.at + 1, index + 1))

    def _without(self, index: int, item: Item) -> bool:
        """재기동 없이 배포만: the action before it is left out."""
        return (
            self.normal.plain[item.start : item.end] == _WITHOUT
            and bool(self.open)
            and self.open[-1].changes
            and all(one.kind is K.PARTICLE for one in self.items[self.open[-1].at + 1 : index])
        )

    def _holds(self, index: int, item: Item) -> bool:
        """배포 대기: to wait with it."""
        return (
            self.normal.plain[item.start : item.end] == _HOLD
            and bool(self.open)
            and self.open[-1].changes
            and self.open[-1].at == index - 1
        )

    def _is_over(self, index: int, item: Item) -> bool:
        """재기동 끝: it has been done."""
        return (
            self.normal.plain[item.start : item.end] == _END
            and bool(self.open)
            and self.open[-1].changes
            and all(one.kind in (K.PARTICLE, K.ACT) for one in self.items[self.open[-1].at + 1 : index])
        )

    def _turns(self, item: Item) -> bool:
        """재현되면 덤프 떠주시고, 지금은 …: the condition was for what stands before."""
        last = self.items[self.cut] if self.cut >= 0 else None
        if self.normal.plain[item.start : item.end] in _THEREFORE and not self.open:
            return True  # …면 재기동하기로 했잖아요, 그러니 …
        return (
            self.normal.plain[item.start : item.end] in _NOW
            and not self.open
            and last is not None
            and last.kind is K.PRED
            and (last.value.mood in (Mood.AND, Mood.PLAN) or self._plans(last))
        )

    def _plans(self, pred: Item) -> bool:
        """덤프 뜰 건데 일단 …: what is planned under that condition."""
        return self.normal.plain[pred.start : pred.end].endswith(_PLANNED)

    def _asked_tersely(self, index: int, item: Item) -> bool:
        """재기동요, 확인요: the polite particle right behind an action asks for it."""
        before = self.items[index - 1] if index else None
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            item.value in _POLITE
            and bool(self.open)
            and before is not None
            and before.kind in (K.ACT, K.LIGHT)
            and before.end == item.start
            and not self.sentence.question
            and not any(one.kind in (K.PAST, K.SELF) for one in self.items[:index])
            and (after is None or after.start > item.end)
            and (after is None or not self._told_after(index))
        )

    def _told_after(self, index: int) -> bool:
        """재기동이요, 아까 했어요: an answer, no request."""
        return any(
            (one.kind is K.PRED and one.value.role in ("do", "become") and one.value.mood is Mood.REPORT)
            or (one.kind is K.OUTCOME and one.value is Mood.REPORT)
            for one in self.items[index + 1 :]
        )

    def _moved_on(self, at: int, index: int) -> bool:
        """True when another target stands behind a comma between two items."""
        return any(self.items[k].kind in TARGETS and self.comma(k) for k in range(at + 1, index))

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

    def _among(self, index: int) -> bool:
        item, before = self.items[index], self.items[index - 1] if index else None
        return (
            self.normal.plain[item.start : item.end] == fold("중")
            and before is not None
            and before.kind in (K.SINCE, K.LINES)
            and index + 1 < len(self.items)
        )

    def _once(self, index: int) -> bool:
        """함 봐줘: "once", before the verb that asks."""
        item = self.items[index]
        if not 0 < index < len(self.items) - 1 or self.normal.plain[item.start : item.end] != fold("함"):
            return False
        after = self.items[index + 1]
        apart = item.start > self.items[index - 1].end and after.start > item.end
        return apart and after.kind is K.PRED and after.value.mood is Mood.COMMAND

    def _about(self, index: int) -> bool:
        """한 80줄 정도만: about so many."""
        item, after = self.items[index], self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            self.normal.plain[item.start : item.end] == fold("한")
            and after is not None
            and after.kind in (K.LINES, K.SINCE, K.NUMBER)
        )

    def _in_turn(self, index: int) -> bool:
        """True when "끝나면" means the end of what the same sentence has just asked for."""
        item = self.items[index]
        at = index - 1
        if self._named_again(index):
            at = self.open[0].at - 1  # 배포해 주시고, 배포가 끝나면 …
        before = self.items[at] if at >= 0 else None
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        return (
            word in _THEN
            and not self.self_said
            and not self.past
            and not self.negative
            and before is not None
            and before.kind is K.PRED
            and self._asks_on(before)
            and bool(self.said.deeds)
            and bool(self.said.deeds[-1].code)
            and self.said.deeds[-1].anchor == at
        )

    def _came_of_it(self, index: int, item: Item) -> bool:
        """재기동 결과랑 로그 보여주세요: what came of it, and more that is to be shown."""
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            self.normal.plain[item.start : item.end] in _OUTCOMES
            and index > 0
            and self.items[index - 1].kind is K.ACT
            and any(deed.changes for deed in self.open)
            and after is not None
            and (after.kind is K.AND or self.comma(index + 1))
        )

    def _not_yet(self, index: int, item: Item) -> bool:
        """재기동은 아직이고 …: it was not done, and nobody asks for it."""
        if self.normal.plain[item.start : item.end] != fold("아직") or index + 1 == len(self.items):
            return False
        after = self.items[index + 1]
        return after.start == item.end and self.normal.plain[after.start :].startswith(_BEING)

    def _with_its_file(self) -> bool:
        """a.war 배포하고 끝나면 …: what is to be deployed is named, so that it is asked for and not told of."""
        deed = self.said.deeds[-1] if self.said.deeds else None
        return (
            deed is not None
            and deed.code == "DEPLOY_ARTIFACT"
            and any(item.kind is K.FILE for item in self.items)
            and not self.done_before(deed)
        )

    def _named_again(self, index: int) -> bool:
        """배포가 끝나면: the act before the condition is the one that was asked for last."""
        if len(self.open) != 1 or not self.said.deeds or self.open[0].code != self.said.deeds[-1].code:
            return False
        return all(item.kind is K.PARTICLE for item in self.items[self.open[0].at + 1 : index])

    def _asks_on(self, pred: Item) -> bool:
        """재기동해주시고, 재기동 부탁드리고: asked for, and more to come."""
        word = self.normal.plain[pred.start : pred.end]
        if pred.value.mood is Mood.AND:
            return fold("주") in word or fold("시고") in word or self._with_its_file()
        return pred.value.mood is Mood.COMMAND and word.endswith(("고", "며"))

    def _whatever_there_is(self, index: int, item: Item) -> bool:
        """슬로우쿼리 잡히는 거 있으면 보내주세요: the list of them, which may be empty."""
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        verbs = [one for one in self.items[index + 1 :] if one.kind is K.PRED]
        return (
            word in _IF_ANY
            and bool(self.open)
            and all(deed.code in _LISTED for deed in self.open)
            and not self.condition
            and len(verbs) == 1
            and verbs[0].value.role in ("show", "look")
            and verbs[0].value.mood is Mood.COMMAND
            and not any(one.kind in (K.ACT, K.UNKNOWN, K.TIME) for one in self.items[index + 1 :])
        )

    def _needed(self, index: int, item: Item) -> bool:
        more = any(self.normal.plain[one.start : one.end] in _MORE for one in self.items[:index])
        return (
            self.normal.plain[item.start : item.end] in _NEEDED
            and all(deed.code in _SHOWN for deed in self.open)
            and not more
            and not self.negative
            and self.scoped
        )

    def _told_behind(self, deed: Deed) -> bool:
        """… 한번 해주세요 세션이 다 hang 걸렸어요: what a reason behind the request is about."""
        asked = any(one.wanted and one.changes for one in self.said.deeds)
        return asked and not self.sentence.question and deed.light == "ask" and self._subject(deed.at)

    def _please(self, last: Item) -> bool:
        """확인 좀, 수치 좀: asked for without a verb."""
        side = len(self.items) > 1 and self.items[-2].kind is K.ATTR and self.soft(len(self.items) - 1)
        return side or (last.value == "show" and self.normal.plain[last.start : last.end].endswith(_SOFTLY))

    def _troubled(self, deed: Deed) -> bool:
        """승인중계 응답 지연: a complaint, not a look."""
        after = self.items[deed.at + 1 :]
        return bool(after) and self.normal.plain[after[-1].start : after[-1].end] in _COMPLAINTS
