# ruff: noqa: E501 - patterns read worse when they are broken
"""What a message says beside its own request and against it, whatever the grammar: then the room is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.assemble import Order
from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.tails import untouched
from guardia.hub.parser.embedded.hangul import fold, is_syllable
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.parts import Message, Part

_WAITS = re.compile(
    r"\b(?:i|we|he|she|they)(?:'ll| will| shall)\s(?:\w+\s){0,2}?(?:tell|let|ping|call|message|notify|signal|give|text)\s(?:you|u)\b(?!\s(?:know\s)?(?:about|how|what|why))"
    r"|\b(?:do|run|start|perform|schedule|push|move)\s(?:it|this|that|them)\s(?:at|later|tomorrow|tonight|on|after|before|when|once|in|next)\b"
    r"|\bwait\s(?:for|until|till)\b|\bnot\s(?:now|yet|today|tonight|before|until|till)\b|\b(?:hold|wait)\s(?:on|off|up)\b|\bas needed\b|\band don.t\b|\bstop\s\w+\sfrom\b"
)
"""We'll tell you when; do it at 7 pm: another moment than now."""
_HELD = re.compile(
    fold(
        r"(?:안\s*[된되](?:다|대)|하지\s*말(?:라|자)|말아\s*달라|말(?:라|래)|기다리(?:라|자|래)|기다려\s*(?:달|봐|주)|보류하?(?:라|자|래)|미루(?:자|라|래)|나중에\s*하(?:자|라|래)|멈추라)\s*(?:고|시|는|네|요|니|$)"
    )
)
"""과장님이 안 된다고 하셔서요: somebody else says no."""
_TURNS = re.compile(
    r"\W*(?:(?:oh|ah|ok|okay|so|and|but|or|well|please|pls)\W+)*(?:actually|hmm+|on second thought|that was|this was|that's for|this is for|never|nevermind|nvm|scratch|oops|whoops|wrong|sorry|wait|hold|hang on|let me(?! know)|lemme|let's|however|no|nope|unless|until|later|tomorrow|leave|skip|forget|cancel|abort|undo|ignore|don't|dont|do not|if|when|once|after|before)\b"
)
"""Actually, let me check first: how a sentence begins that turns away from what was said."""
_SIGNAL = re.compile(
    r",\s(?:said|says|wrote|asked|asks|told)\s|\bon (?:my|his|her|our|their) (?:mark|signal|go|word|call|ok)\b|[:-]\s?(?:done|ok|finished|completed?|closed|cancelled)\W*$"
)
_FRAGMENT = re.compile(
    fold(
        r"(?:(?<![았었했였겼졌됐왔갔렸켰혔겠])(?<!마시)(?<!두시)(?<!마)(?<!두)고|면|(?:나중|뒤|후|다음|이후|전|때|중|직전|직후|끝|새벽|밤|저녁|오전|오후|아침|점심|주말|주|달)에?|히|먼저|까지|부터|내일|모레|이따가?|있다가?|[가-힣](?<!꼭)이)\s?(?:요|여|욤|유|용)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
"""나중에요; 팀장님 오시면요; 백업 먼저요: a piece of a sentence, which goes with the request before it."""
_LATER = re.compile(fold(r"내일|모레|이따|있다가|나중|다음\s*(?:주|달|번)|주말"))
_WELCOME = re.compile(
    fold(
        r"(?:감사|고맙|수고|고생|부탁|얼른|빨리|급|어서|제발|지금|바로|당장|즉시|지금\s*바로|네|넵|넹|예|옙|안녕|이상|죄송|미안|꼭|진짜|정말|한번|한\s*번|좀)[가-힣\s]{0,8}(?:요|여|욤|유)?[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
_MINE = re.compile(
    fold(
        r"^\W*(?:(?:아+|어+|음|네|넵|아니|그냥|근데|오|에이|됐고|그럼|이건|그건|역시)\W+)*(?:제가|저희가|내가|우리가|저희\s*쪽에서|저희\s*쪽이)\s*(?:직접|그냥|먼저|따로|지금|바로|알아서)?\s*(?:할게|하겠|할께|처리|진행|해볼|해\s*볼|해보)"
    )
)
_WAS_TO_BE = re.compile(fold(r"(?:거|것|건데|려고|려던|려\s*했)\s*(?:였|이었|었는데|했|거)"))
_THANKED = re.compile(
    fold(
        r"\s*(?:감사|고맙|고마|수고|고생)|\s*(?:건|관련)?\s*문의|\s*(?:을|를|좀|은)?\s*(?:부탁|요청)\s*(?:(?:드릴|할)\s*(?:뻔|지도|지\s*(?:몰|모)|수도|예정|까|생각|계획|일이|게\s*있|거\s*있|것\s*(?:이|같)|거\s*같)|(?:한|하신|드린|했던|드렸던|하는)\s*(?:사람|분|적)|(?:을|이|은|건)?\s*(?:접수|받았|받음|확인했|문의|들어|올라왔|왔|처리했|처리됨|완료|반려|기각|취소))"
    )
)
"""재기동 감사합니다; 재기동 부탁드릴지도 몰라요; 재기동 요청 접수했습니다."""
_OTHER_THING = re.compile(
    fold(
        r"(?:모니터링|감시|관제|알람|알림|수집|백업|점검|로그인|접속|트래픽|캐시|메일|문자|푸시|접수|예매|상담|영업|판매|인쇄|방송)\s*(?:을|를|은|는|도|만)?\s*$"
    )
)
_RECOVERED = re.compile(
    fold(
        r"(?<!안\s)(?<!안)(?<!못\s)(?<!못)(?:정상(?:이|입|으|화|적)|괜찮(?:아[졌지]|네|은\s*(?:것|거|듯))|풀렸|풀리(?:네|긴)|살아났|살아나(?:네|긴)|돌아왔|해결(?:됐|되|했)|복구(?:됐|되|했)|회복|올라왔|올라오네|붙었|(?:다시|이제|이미|벌써|지금은?)\s*(?:잘\s*)?(?:되|됐|됩|돼|뜨|떴|들어가|나오|하셨|했|끝))"
    )
    + r"|\b(?:it's|it is|is|looks?|came) (?:back|fine|ok|okay|up|recovered|resolved|working) (?:now|again|already)\b|\balready (?:done|restarted|fixed|back|up)\b"
)
"""괜찮아졌네요; 이미 됐네요: what was wrong is wrong no more."""
_RISEN = re.compile(
    fold(
        r"(?<!안\s)(?<!안)(?<!못\s)(?<!못)(?:올라왔|살아났|풀렸|돌아왔|떴)(?:어요|네요|네|습니다|음|다|어|슴다)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
_OVER = re.compile(
    fold(
        r"^\W*(?:[-=]*>\s*)?(?:처리|조치|작업)?\s*(?:(?:완료|종료)(?:했|됐|되었|하였|입니|이에|요|됨|함|\W*$)|끝(?:났|냈|냄|남))"
    )
)
_NOT_NOW = re.compile(
    fold(
        r"지금은?\s*(?:좀|조금|아직|너무|위험|무리|곤란|안|하면)|위험하(?:겠|네|다|지)|무리(?:네|겠|일|인)|곤란하|이르(?:네|겠)|아직(?:은|\s*(?:안|이|승인|결재|말|하지))|대기\s*(?:중|부탁|해|요|바)|기다려\s*(?:달|주|봐|야)|기다리(?:자|라|래|죠|시)|보류|스탠바이|승인\s*(?:필요|대기|전|이?\s*(?:안|아직|필요))|결재\s*(?:필요|대기|전|중|이?\s*(?:안|아직|필요))|허락\s*(?:필요|전|없|안|구하|맡)|검토\s*(?:중|필요|후|하)|논의|협의|상의|(?:확인|점검|분석|조사)\s*중|먼저\s*(?:본|보|확인|하|볼|해)|도는\s*중|돌고\s*있(?:네|었|는데|어요|습니다)|배치\s*중|나서|다음에\s*(?:해|하|부탁|진행)|뒤에\s*(?:해|하|부탁|진행)|후에\s*(?:해|하|부탁|진행)|이후에?\s*(?:해|하|부탁|진행)"
    )
)
_UNREAL = re.compile(
    fold(
        r"테스트\s*(?:입|이에|이야|예요|용|메시지|중|였|임)|연습|훈련|예시|예제|샘플|오타|실수|잘못|복붙|메일\s*내용|반대(?:입|이|하|예|에)|농담|장난|가정|무시|없던\s*일|가상|시나리오|(?<![가-힣])뻥|헛소리|착오|취소|철회|생각해\s*보|다시\s*보니|혹은|뺄게|롤백이었|었나|였나"
    )
)
_SUBSET = re.compile(
    fold(r"(?:(?<!다)만|씩|정도만|부터)\s?(?:요|여|이요)?[\s.!~ㅎㅋㅠㅜ]*$|제외|빼고|빼\s*주|빼\s*(?:고|요)")
)
_OTHER_PLACE = re.compile(
    fold(
        r"(?:였|이었|이|문제|쪽)(?:네요|네|어요|었어요|습니다|였네요|이네요|이네|였어요|입니다|이에요|예요|는데요|죠|나)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
_ASKS_OF_IT = re.compile(fold(r"(?:이거|이\s*요청|위에|저거|그거|이\s*건|이런\s*거|누가|누구|언제|왜)"))
_PLACES = frozenset({K.NAME, K.SERVER, K.LAYER, K.NODE})
_NOT = re.compile(r"\bnot\s(?:(?:the|in|on|for|to)\s)*$")
_WAIT = re.compile(fold(r"기다려\s*(?:달|주|봐|야)|기다리(?:자|라|래|죠|시)"))
_DO_IT = re.compile(
    fold(
        r"(?P<how>[^.!?\n]*?)(?:(?:진행|작업|처리|실행|수행)?\s*해\s*(?:주[세시십셔]|줘|달라|주면)[가-힣\s]{0,8}|하(?:세요|시면\s*[돼되됩][가-힣]*|십시오)|진행(?:\s*(?:부탁|바랍|요망|요)[가-힣\s]*)?|부탁[가-힣\s]{0,8})[\s.!~ㅎㅋㅠㅜ^]*$"
    )
)
"""…에 해주세요: says of the request when or how; 빨리 해주세요 says nothing new."""
_PLAINLY = re.compile(
    fold(
        r"(?:[^.!?\n]{0,40}(?:으니|니까|[했됐났갔왔받]으니)\s)?(?:\W|이렇게|순서로|순서대로|[한두세네다섯여]+\s?(?:건|번|개|가지)(?:에|째|이나)?|벌써|위|아래|내용|대로|요청|수고|빨리|빠른|빠르게|얼른|바로|지금|즉시|당장|꼭|좀|제발|급하게|급히|긴급히?|신속[히한하게]*|조속[히한하게]*|우선|최대한|가능한|한번|한\s*번|다시|그럼|그냥|일단|먼저|얼렁|언능|후딱|퍼뜩|싸게|잘|처리|조치|진행|작업|확인|검토|협조|부디|모두|다들|많은|양해|이대로|그대로|결과|공유|회신|안내|연락|말씀|보고|전달|이걸로|이렇게|그렇게|번거로우시겠지만|죄송하지만|바쁘시겠지만|바쁘신데|수고스럽지만|결재|승인|났|받았|나왔|떨어졌|완료|됐|끝났|으니|니|습니다|고객|민원|이|가|으로|을|를|도|만|은|는)*+"
    )
)
_MUST_FIRST = re.compile(
    fold(
        r"^(?![^.!?\n]*[가-힣]\s*전에)[^.!?\n]*야\s*(?:합니다|해요|됩니다|돼요|한다|함|됨)[\s.!~]*$|(?:작업|그|시작|진행|재기동|배포|중지|(?<![가-힣])(?:끄|내리|하|올리|돌리))\s?(?:기\s*)?전에[^.!?\n]*야\s*(?:합|해|됩|돼|한|함|됨)|다음에\s?(?:요|여)[\s.!~]*$"
    )
)
"""배치가 끝나야 됩니다; but "문 열기 전에 끝나야 함" is why it is urgent."""
_FIRST_TELL = re.compile(
    fold(
        r"(?:먼저|전에|우선)\s*(?:좀\s*)?(?:연락|전화|말씀|알려|얘기|톡|공유|보고|주세요|주시)|(?:주시면|드리면)\s*(?:제가|저희가|그때|바로|해|진행|준비)|동의|답이\s*없|회신이\s*없|받는\s*중|올리고\s*하|안으로\W*$|중으로만|이내로만"
    )
)
_SAFE_ASKED = re.compile(fold(r"문제\s*(?:는\s*|가\s*)?없을까|괜찮을까|해도\s*[되돼]|영향|위험하지|안전한"))
_NEEDLESS = re.compile(fold(r"불필요|필요\s*(?:는\s*|가\s*)?없|소용\s*없|[:：]\s*(?:정상|이미|양호|해소|문제\s*없)"))
_NOT_EVEN = re.compile(fold(r"까지(?:는|도|야)?\s|까진\s"))
"""서버 리부팅까진 필요 없어요: less than what was not asked for."""
_IS_THAT = re.compile(
    fold(r"(?:이|인)?\s?(?:네요|네|예요|에요|이에요|였네요|였어요|였습니다|이었어요|입니다|인데요|거든요|죠|구나|군요)")
)
_APPROVAL = re.compile(fold(r"승인\s*(?:절차|단계|없이|과정|은|을|만)") + r"|requires_approval")
"""What a message says of the approval counts for nothing, here as elsewhere."""
_WAS_IT = re.compile(
    fold(r"\W*(?:(?:아|앗|어|음|헉)\W+)?[가-힣A-Za-z0-9]{2,12}(?:이었|였)(?:어요|네요|습니다|음|어)\W*$")
)
_TARGET_IS = re.compile(fold(r"대상|서버는|장비는|노드는"))
_PAPER = re.compile(
    fold(r"보고서|문서|자료|책자|공지|안내문|초안|사진|명단|회의록|절차서|계획서|일정표|포스터|게시물|글을|글\s")
)
_AFTER_IT = re.compile(fold(r"(?:재기동|재시작|재부팅|기동|배포|롤백)\s?(?:해서|하고\s*나서|하고부터|했더니|하자마자)"))
_DOWN = re.compile(fold(r"(?:안|못)\s*(?:올라|떴|뜨|살아|켜|일어)|내려가|내려갔|죽"))
_FOUND = re.compile(
    fold(
        r"(?:판단|진단|결론|(?:점검|확인|검토|분석)\s?결과)\s*[:：=]\s*[^\n]{0,20}(?:불필요|정상|이미|없음|해소|완료|양호)"
    )
)
"""판단: 불필요."""
_THEN_I = re.compile(fold(r"주시면\s*(?:제가|저희가|내가)\s*[가-힣]*\s*(?:내리|올리|끄|켜|재기동|중지|기동|배포|롤백)"))
_TO_OTHERS = re.compile(
    fold(r"(?:고객|사용자|현업|민원인|창구|상담|직원|환자|이용자|학생)[가-힣]{0,3}(?:한테|에게|께|보고)")
)
_RELAPSED = re.compile(fold(r"(?:는데|지만|다가|더니)\s"))
_THAT_ONE = re.compile(r"\bthe\s(?P<who>[\w'-]+)\sone\b")


def restrained(parsed: Message, changes: Sequence[Intent]) -> str:
    """Why nobody can tell that `changes` may run as they were read; empty: nothing speaks against them."""
    asked = False
    for part in parsed.parts:
        wanted = any(deed.wanted and deed.changes for deed in part.said.deeds)
        words = parsed.normal.plain[part.sentence.start : part.sentence.end]
        if part.english:
            if (
                asked
                and part.sentence.holds
                and not part.sentence.corrects
                and any(item.kind in _PLACES for item in part.items)
            ):
                return "something else shall stop, or this shall wait"
            if (asked or wanted) and _waits(words):
                return "another moment may be meant"
            if wanted and _unknown_one(part, words):
                return "one is meant that is not known"
        if wanted and _of_another_thing(part, parsed):
            return "it may be asked of something else, or be thanks for it"
        if asked and not wanted and _LATER.search(words) and _FRAGMENT.search(words) and not _timed(changes):
            return "another moment may be meant"
        waits = _WAIT.search(words) and not _TO_OTHERS.search(words)
        if asked and not wanted and (waits or _WAS_IT.match(words)):
            return "what follows may put it off, or mean another place"
        look = any(item.kind is K.TOPIC for item in part.items)
        if asked and not wanted and not look and _NEEDLESS.search(words) and _NOT_EVEN.search(words) is None:
            return "it may not be needed"
        if asked and not wanted and _says_how(part, words) and not _timed(changes):
            return "it may be meant in another way or at another time"
        if (asked or wanted) and _THEN_I.search(words):
            return "it belongs to what somebody else does"
        if asked and not wanted and not part.sentence.question and _corrects_itself(parsed, part, words, changes):
            return "what follows may mean another place, or that it is over"
        asked = asked or wanted
    if any(_faulty(part, parsed, changes) for part in parsed.parts):
        return "what is asked for is told of as faulty"
    if len(changes) > 1 and any(map(_placeless, changes)) and not all(map(_placeless, changes)):
        return "another change has no place of its own"
    if _FOUND.search(parsed.normal.plain):
        return "it may not be needed"
    if _after_it(parsed, changes):
        return "what is told of began with a change"
    if any(_denied_environment(part, parsed, changes) for part in parsed.parts):
        return "the environment is denied"
    if any(_only_told(part, parsed, changes) for part in parsed.parts):
        return "a node is told of, and all would be changed"
    return ""


def turns_away(normal: Normal, part: Part, orders: Sequence[Order]) -> bool:
    """True when a sentence behind a request, which nothing else understood, may put it off or take it back."""
    words = normal.plain[part.sentence.start : part.sentence.end]
    if any(order.part is part for order in orders):
        return False
    if part.english and not any(is_syllable(letter) for letter in words):
        if part.sentence.corrects:
            return False
        return bool(_TURNS.match(words)) or not (_of_others(part, orders) or untouched(words))
    if _OTHER_PLACE.search(words) and any(item.kind in (K.NAME, K.LAYER, K.ENV, K.SERVER) for item in part.items):
        return True
    if _HELD.search(words) or (_WAIT.search(words) and not _TO_OTHERS.search(words)):
        return True
    if part.sentence.question and _SAFE_ASKED.search(words):
        return True
    if _of_others(part, orders):
        return part.sentence.question or bool(_FIRST_TELL.search(words))
    look = any(item.kind is K.TOPIC for item in part.items)  # 로그는 필요 없습니다
    needless = not look and _NEEDLESS.search(words) and _NOT_EVEN.search(words) is None
    if _FIRST_TELL.search(words) or needless or _MUST_FIRST.search(words):
        return True
    if _RECOVERED.search(words) and not _RELAPSED.search(words):
        return True
    if _TO_OTHERS.search(words):
        return False
    if any(one.search(words) for one in (_OVER, _NOT_NOW, _UNREAL)):
        return True
    if part.sentence.question and _ASKS_OF_IT.search(words):
        return True
    return bool(_SUBSET.search(words)) or _modifies(part, words) or _withdraws(part, words)


def _of_others(part: Part, orders: Sequence[Order]) -> bool:
    """2호기는 정상입니다; 웹은 이미 했고요: of what was not asked for."""
    frames = [frame for order in orders for frame in order.frames]
    nodes = {number for item in part.items if item.kind is K.NODE for number in item.value}
    if nodes:
        return bool(frames) and all(frame.nodes and not nodes & set(frame.nodes) for frame in frames)
    environments = {str(item.value) for item in part.items if item.kind is K.ENV}
    if environments:
        return bool(frames) and all(frame.environment not in (None, *environments) for frame in frames)
    layers = {str(item.value) for item in part.items if item.kind is K.LAYER}
    return bool(layers and frames) and all(frame.layer and str(frame.layer) not in layers for frame in frames)


_COMPLAINT = re.compile(
    fold(r"(?:(?<![가-힣])(?:안|못)\s?[가-힣]{1,4}(?:요|네요|니다|음|네|다|대요|데요|고요|습니다))[\s.!~ㅎㅋㅠㅜ]*$")
)


def complains(normal: Normal, part: Part) -> bool:
    """… 재기동해주세요. 응답이 안 와요: why, not what else shall be looked at."""
    if part.english or part.sentence.question or any(item.kind is K.ASK for item in part.items):
        return False
    if any(deed.changes or deed.mood is not Mood.TERSE for deed in part.said.deeds if deed.wanted):
        return False
    return bool(_COMPLAINT.search(normal.plain, part.sentence.start, part.sentence.end))


_REFINES = frozenset({K.NODE, K.LAYER, K.ENV, K.ALL_NODES, K.REST, K.SERVER, K.PARTICLE, K.FILLER, K.GENERIC, K.AND})


def _modifies(part: Part, words: str) -> bool:
    if not _FRAGMENT.search(words) or _WELCOME.match(words.strip()):
        return False
    return bool(_LATER.search(words)) or any(item.kind not in _REFINES for item in part.items)


def _withdraws(part: Part, words: str) -> bool:
    """아 제가 할게요; 다른 방에 쓸 거였어요."""
    if _WAS_TO_BE.search(words):
        return True
    others = (K.NAME, K.SERVER, K.NODE, K.LAYER, K.REST, K.ENV, K.ACT, K.TOPIC, K.TIME)
    return bool(_MINE.match(words)) and not any(item.kind in others for item in part.items)


def _of_another_thing(part: Part, parsed: Message) -> bool:
    """모니터링 중지해주세요; 재기동 감사합니다."""
    plain = parsed.normal.plain
    for deed in part.said.deeds:
        if not (deed.wanted and deed.changes) or deed.at >= len(part.items):
            continue
        item = part.items[deed.at]
        if not part.english and _THANKED.match(plain, item.end):
            return True
        paper = _PAPER.search(plain, part.sentence.start, item.start)
        if (
            paper is not None
            and deed.code in ("START_SERVICE", "STOP_SERVICE")
            and not any(one.kind is K.NAME and one.start <= paper.start() < one.end for one in part.items)
        ):
            return True
        found = _OTHER_THING.search(plain, part.sentence.start, item.start)
        if found and not any(one.kind is K.NAME and one.end > found.start() for one in part.items[: deed.at]):
            return True
    return False


def _waits(words: str) -> bool:
    return bool(_WAITS.search(words) or _SIGNAL.search(words))


def _corrects_itself(parsed: Message, part: Part, words: str, changes: Sequence[Intent]) -> bool:
    """로밍정산이었어요; 검증계였어요; 지금 올라왔어요."""
    if _RISEN.search(words):
        return True
    plain, end = parsed.normal.plain, part.sentence.end
    if any(item.kind is K.NODE and _IS_THAT.match(plain, item.end, end) for item in part.items):
        later = parsed.parts[parsed.parts.index(part) :]  # 아 2호기네요
        put_right = any(one.sentence.corrects or any(i.kind is K.NOT_THIS for i in one.items) for one in later)
        return not put_right and _TARGET_IS.search(words) is None
    if not _OTHER_PLACE.search(words):
        return False
    systems = {one.system_name for one in changes}
    meant = {str(one.environment) for one in changes} | {str(one.infrastructure_layer) for one in changes}
    for item in part.items:
        if item.kind is K.NAME and item.value.systems and not systems & {pair[1] for pair in item.value.systems}:
            return True
        if item.kind in (K.ENV, K.LAYER) and str(item.value) not in meant:
            return True
    return False


def _placeless(one: Intent) -> bool:
    """… 배포해 주시고 재시작도요: of which nothing was said where."""
    return one.institution == UNKNOWN and one.system_name == UNKNOWN and str(one.infrastructure_layer) == UNKNOWN


def _says_how(part: Part, words: str) -> bool:
    """점심시간에 해주세요; 확인하고 진행해 주세요."""
    told = _DO_IT.match(words.strip())
    if told is None or _APPROVAL.search(words) or _PLAINLY.fullmatch(told["how"]) is not None:
        return False
    places = (K.NAME, K.SERVER, K.NODE, K.LAYER, K.ENV, K.REST, K.POINT, K.FILE, K.VERSION, K.SESSION)
    return not any(deed.wanted and deed.code for deed in part.said.deeds) and not any(
        item.kind in places for item in part.items
    )


def _timed(changes: Sequence[Intent]) -> bool:
    return all("at" in one.parameters for one in changes)


_FAULTY = re.compile(fold(r"오류|에러|장애|버그|불량|문제|깨[지져짐]|안\s*[돼되됨됩]|실패"))


def _faulty(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """2.5.0 배포해주세요. 2.5.0 결제 오류 확인됨: that very version."""
    meant = {str(one.parameters.get("version", "")).lstrip("v") for one in changes} - {""}
    if not meant or any(deed.wanted and deed.changes for deed in part.said.deeds):
        return False
    told = any(item.kind is K.VERSION and str(item.value).lstrip("v") in meant for item in part.items)
    return told and bool(_FAULTY.search(parsed.normal.plain, part.sentence.start, part.sentence.end))


def _after_it(parsed: Message, changes: Sequence[Intent]) -> bool:
    """2호기 재기동해서 배치가 멈췄습니다. 기동 부탁드립니다: what shall be started?"""
    starts = any("START_SERVICE" in one.action_sequence or "STOP_SERVICE" in one.action_sequence for one in changes)
    return starts and bool(_AFTER_IT.search(parsed.normal.plain)) and _DOWN.search(parsed.normal.plain) is None


def _denied_environment(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """…, staging and not prod; 운영 말고 …: what would be changed is what shall not be."""
    meant = {str(one.environment) for one in changes}
    for index, item in enumerate(part.items):
        if item.kind is not K.ENV or str(item.value) not in meant:
            continue
        after = part.items[index + 1 : index + 2]
        if any(one.kind is K.NOT_THIS for one in after):
            return True
        if _NOT.search(parsed.normal.plain, part.sentence.start, item.start):
            return True
    return False


def _unknown_one(part: Part, words: str) -> bool:
    """…, the Bluewave one: which of several, by a word that stands for nothing."""
    found = _THAT_ONE.search(words)
    if found is None:
        return False
    at = part.sentence.start + found.start("who")
    return any(item.kind is K.UNKNOWN and item.start <= at < item.end for item in part.items)


def _only_told(part: Part, parsed: Message, changes: Sequence[Intent]) -> bool:
    """2번 노드가 이상해요. WAS 재기동해주세요: that node, or all of them?"""
    whole = [one for one in changes if not one.target_nodes and one.system_name != UNKNOWN]
    if not whole or any(item.kind is K.ALL_NODES for each in parsed.parts for item in each.items):
        return False
    layers = {str(one.infrastructure_layer) for one in whole}
    asked = [group for group, deeds in part.groups if any(deed.wanted for deed in deeds)]
    own = {number for group in asked for frame in group.frames for number in frame.nodes or ()}
    return any(
        item.kind is K.NODE and not own & set(item.value) and not _elsewhere(part.items[:index], layers)
        for index, item in enumerate(part.items)
    )


def _elsewhere(before: list[Item], layers: set[str]) -> bool:
    """True when the nearest layer before a node is another one than those that would be changed."""
    layer = next((item for item in reversed(before) if item.kind is K.LAYER), None)
    return layer is not None and str(layer.value) not in layers
