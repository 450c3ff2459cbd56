# ruff: noqa: E501 - examples and sets of kinds read worse when they are broken
"""What is no action of its own: cancelling, asking for help, taking back, narrowing what was just asked."""

from __future__ import annotations

import itertools
import re

from guardia.hub.parser.embedded.deed import ASKING
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.parts import Message, Part
from guardia.hub.parser.embedded.segment import Voice

_NOT_MEANT = re.compile(
    fold(
        r"잘못\s*보낸\s*(?:메시지|메세지|글|요청|톡|거|것|건)|(?:요청|메시지|메세지|글|건)(?:은|는|이)?\s*취소입니다|(?:다음과?\s*같이|아래와?\s*같이|이렇게)\s*(?:요청|말씀|연락|문의)(?:했|하셨|왔|이\s*왔|드렸)|농담|장난(?:입니다|이에요|임|이야|이었)|(?<![가-힣])(?:테스트|연습|시험)\s*(?:메시지|메세지|입니다|이에요|문장|글|용|중)|잘못\s*(?:보냈|올렸|썼|적|말했|쳤)|무시해\s*(?:주|줘)|이렇게\s*(?:입력|쓰|치)|처럼\s*(?:입력|쓰|치|말)"
        r"|(?:방금|앞|위|아까)\s*(?:한\s*)?(?:말|거|건|것|메시지|메세지|얘기|요청|글)[가-힣]{0,2}\s*(?:잊|무시|없던|못\s*들은|지워)"
        r"|(?<![가-힣\w./-])(?:예시|예제|샘플|example|e\.?g\.?|ex)(?![a-z/]|[.-]\w)|(?<![가-힣])예\s*[:)]"
        r"|(?<![가-힣])뻥(?:이에요|예요|입니다|이야|임|이지)|(?:다른|딴)\s*(?:방|톡방|단톡방?|채널|창)(?:에|에다|으로)?\s*(?:쓸|쓰려|쓴다|보낼|보내려|보낸다|올릴|올리려|올린다|적을|적으려|남길|남기려|칠|치려)|방을?\s*(?:잘못|착각|헷갈)"
        r"|(?:오타|실수|오발송|오전송|착오)(?:입니다|이에요|예요|임|네요|였습니다|였어요)?[\s,.~!]*무시"
        r"|(?<![가-힣])(?:아|앗|어|엇|오|헉|아니에요|아뇨)[\s,.~!]+(?:아니에요[\s,.]*)?(?:(?:저절로|알아서|스스로|지금|방금|다시|이제|그냥)\s*)*(?:올라왔|살아났|살아나네|해결(?:됐|되었|됨)|복구(?:됐|되었|됨)|돌아왔|떴[네어습]|풀렸|괜찮아졌|정상화)"
        r"|(?<![가-힣])(?:아|앗|어|엇|오|헉)[\s,.~!]+(?:벌써|이미)\s*(?:다\s*)?(?:재기동|재시작|기동|배포|롤백|처리|정리|조치|진행)?\s*(?:하셨|해\s?주셨|했[네군]|[됐되][었네군]|끝났[네군]|완료됐[네군])"
        r"|(?:주세요|줘요?|부탁드립니다|부탁드려요|바랍니다)\s*(?:하고|라고|이라고)\s*(?:보냈|썼|적었|말했|올렸|요청했)"
        r"|(?:이런\s*식으로|이렇게|(?:아래|다음)(?:처럼|와\s*같이|과\s*같이))\s*(?:써|적어|작성해|입력해)\s*(?:주세요|주시면|주십시오)|(?:형식|양식|예문|서식)은\s*(?:다음|아래)"
        r"|\bwrong (?:channel|room|chat|window|thread|group)\b"
        r"|\b(?:just kidding|never mind|nevermind|for example|test message|ignore (?:this|that|my))\b"
    )
)

_CANCELLED = frozenset({
    K.REQUEST, K.ACT, K.TOPIC, K.LIGHT, K.PARTICLE, K.FILLER, K.TIME, K.NAME, K.LAYER, K.NODE, K.ENV, K.POINT, K.GENERIC, K.ALL_NODES, K.ATTR, K.PAST,
})  # fmt: skip


def cancels(part: Part) -> bool:
    items = part.items
    index = next(index for index, item in enumerate(items) if item.kind is K.CANCEL)
    at = index - 1
    just = asked = False
    while at >= 0 and (items[at].kind in _CANCELLED or _was_said(items, at)):
        just = just or (items[at].kind is K.REQUEST and items[at].value == "just") or items[at].kind is K.POINT
        asked = asked or items[at].kind is K.REQUEST or _booked(part, items[at])
        if asked and items[at].kind in (K.PRED, K.UNKNOWN):
            at = -1
            break  # 일정이 변경되어 …: another clause
        at -= 1
    if at >= 0 and items[at].kind is K.UNKNOWN and items[at].value == "noun" and not just:
        return False
    preds = [item.value for item in items[index + 1 :] if item.kind is K.PRED]
    if part.sentence.voice is not Voice.OWN:
        return False
    if part.english:
        first = " ".join(str(item.kind) for item in items[:1])
        return not part.sentence.question or any(item.kind is K.FILLER for item in items[:index]) or first == "cancel"
    polite = index + 1 < len(items) and items[index + 1].kind is K.PARTICLE and items[index + 1].value in _ASKING_SO
    if polite and not any(deed.wanted for deed in part.said.deeds):
        return not part.sentence.question  # 취소요, 과장님이 말리시네요
    if not preds:
        rest = [item for item in items[index + 1 :] if item.kind not in (K.PARTICLE, K.FILLER)]
        return not part.sentence.question and not rest
    if preds[0].mood is Mood.AND and asked:
        return any(pred.mood in ASKING for pred in preds[1:])  # 그 요청은 취소하고 로그 보여주세요
    return preds[0].mood in ASKING or preds[0].mood in (Mood.PLAN, Mood.STATEMENT, Mood.NEED)


def _booked(part: Part, item: Item) -> bool:
    """배포 예약, 취소 부탁드립니다: what is cancelled is a request."""
    after = next((one for one in part.items[part.items.index(item) + 1 :] if one.kind is not K.PARTICLE), None)
    return item.kind is K.LIGHT and item.value == "work" and after is not None and after.kind is K.CANCEL


_TOPIC = frozenset(fold(word) for word in ("은", "는"))
_ASKING_SO = frozenset(fold(word) for word in ("요", "이요", "여", "용"))


def _is_target(item: Item) -> bool:
    if item.kind is K.UNKNOWN:
        return item.end - item.start > 1
    return item.kind in (K.NAME, K.LAYER, K.NODE, K.SERVER)


def _of_something_else(between: list[Item]) -> bool:
    """덤프는 필요 없습니다: what is not needed is named, and is no action."""
    return any(
        one.kind is K.TOPIC and other.kind is K.PARTICLE and other.value in _TOPIC
        for one, other in itertools.pairwise(between)
    ) and not any(item.kind in (K.ACT, K.POINT) for item in between)


def _placed(part: Part) -> bool:
    return any(item.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV, K.UNKNOWN) for item in part.items)


def _asks(part: Part) -> bool:
    return any(deed.wanted for deed in part.said.deeds)


def cancelled_at(part: Part) -> int:
    """Index of the word that cancels; what is asked for after it stands."""
    return next(index for index, item in enumerate(part.items) if item.kind is K.CANCEL)


def _was_said(items: list[Item], at: int) -> bool:
    """아까 요청 넣은 거 취소요: a verb that only says which request."""
    if items[at].kind is K.PRED:
        return items[at].value.mood in (Mood.REPORT, Mood.COMMAND) and at + 1 < len(items)
    return (
        items[at].kind is K.UNKNOWN
        and at + 2 < len(items)
        and items[at + 1].kind is K.PARTICLE
        and items[at + 1].start == items[at].end
        and items[at + 2].kind in (K.PARTICLE, K.FILLER, K.REQUEST, K.ATTACHED)
    )


_BOTS = frozenset(fold(word) for word in ("봇", "이봇", "챗봇", "bot", "가디아", "guardia"))


def helps(parsed: Message) -> bool:
    for part in parsed.parts:
        if not part.said.help:
            continue
        index = next(index for index, item in enumerate(part.items) if item.kind is K.HELP)
        before = part.items[max(0, index - 2) : index]
        called = any(_word(parsed, item) in _BOTS for item in before)
        if any(item.kind is K.UNKNOWN and item.value == "noun" for item in before) and not called:
            continue
        if index and part.items[index - 1].kind is K.SELF and fold("할수있") in _word(parsed, part.items[index]):
            continue  # 우리가 할 수 있는 게 뭐가 있을까요
        preds = [item.value for item in part.items[index:] if item.kind is K.PRED][:1]
        if any(
            isinstance(pred, Pred)
            and pred.mood not in ASKING
            and str(pred.mood) in ("report", "plan", "negation", "quotation")
            for pred in preds
        ):
            continue
        return True
    return False


def _word(parsed: Message, item: Item) -> str:
    return parsed.normal.plain[item.start : item.end].replace(" ", "")


def taken_back(parsed: Message) -> bool:
    """True when a message that seems to ask for a change says in its own voice that it does not mean it."""
    plain = parsed.normal.plain
    if any(_NOT_MEANT.search(plain, part.sentence.start, part.sentence.end) for part in parsed.parts):
        return True
    if any(
        _NOT_MEANT.search(plain, one.sentence.start, other.sentence.end)
        for one, other in itertools.pairwise(parsed.parts)
    ):
        return True  # 오타입니다 무시하세요
    asked = False
    codes: set[str] = set()
    for part in parsed.parts:
        for deed in sorted(part.said.deeds, key=lambda one: one.at):
            if deed.wanted and deed.changes:
                asked = True
                codes.add(deed.code)
            elif deed.code in codes and deed.mood is Mood.NEGATION and not _placed(part) and not _asks(part):
                return True  # 내려주세요. … 안 내려도 됩니다
            elif asked and not deed.code and deed.mood is Mood.NEGATION and deed.role in ("do", "ask", ""):
                after = max((one.anchor + 1 for one in part.said.deeds if one.wanted and one.at < deed.at), default=0)
                between = part.items[after : deed.at]
                if not any(_is_target(item) for item in between) and not _of_something_else(between):
                    return True
        if asked and part.said.cancel and not any(item.kind in (K.NAME, K.SERVER) for item in part.items):
            return True
    return False
