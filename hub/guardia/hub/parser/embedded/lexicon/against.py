# ruff: noqa: E501 - patterns read worse when they are broken
"""What speaks against a request that stands beside it: a report, a quotation, an example, a later moment, another's word."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, folded

_CLOCK = r"(?:\d{1,2}:\d{2}|\d{1,2}시(?!간)(?:\s?\d{1,2}분|\s?반)?)"

# --- which one --------------------------------------------------------------------------------------------------------

LIKE = folded(r"\s?(?:때|에서|에\s?했던\s?(?:것|거)|\s?했던\s?(?:것|거))?\s?처럼(?:\s|,|$)")
"""1호기처럼: behind a target, it is an example."""
LIKE_ENGLISH = re.compile(
    r"\b(?:same as|just like|like (?:we|i|you) did)\b[^.!?\n]{0,30}?(?:\bnode\b|\bwas\b|\bweb\b|\bdb\b|\d)"
)
SOME = folded(r"\s?(?:서버\s|노드\s)?(?:하나|둘|셋|넷)(?:씩|만)?(?:를|을)?\s(?!다(?:\s|$)|중|모두|전부|더\s)")
"""와스 하나 재기동해주세요: which?"""
RUNS = re.compile(
    r"\bnode \d{1,2} (?!only\b|please\b|pls\b|first\b|and\b|or\b|as\b|too\b|also\b|is\b|was\b|has\b)[a-z]+s\b"
)
"""Node 4 runs the batch: what it tells of a node."""
HOLDER = folded(
    r"블로커|(?:락\s?)?홀더|원인\s?세션|(?:락|록)\s?(?:을\s)?(?:잡은|잡고\s?있는|물고\s?있는|쥔|쥐고\s?있는|건)\s?(?:세션|놈|애)|오래된\s?세션|막고\s?있는\s?세션|\bblocker\b|\block holder\b"
)
"""Of sessions, one that is not named."""
VICTIM = folded(r"막혀|막혔|대기\s?중|기다리|블로킹|(?:배치|세션)(?:입니다|이에요|예요|임)")
CURRENT = folded(
    r"(?:현재|지금|기존)\s?(?:버전|릴리스|릴리즈)|방금\s?(?:올린|배포한|나간)|(?:오늘|어제|아까|오전에|새벽에)\s?(?:배포한|올린|나간|반영한)|오류율|\bit (?:throws|has|breaks|crashes|fails|was deployed|is broken|was released)\b|\b(?:current|running|deployed) (?:version|release)\b"
)
"""Of a version in a rollback: the one that is to go."""
HELD_AGAINST = folded(
    r"(?:이)?라고\s?(?:는\s)?(?:하|되어|돼|나오|뜨|적혀|쓰여|써|들었)|(?:으로|로)\s?(?:되어\s?있|돼\s?있|되어있|돼있|뜨네|뜨는|나오네|나오는|적혀|쓰여|써\s?있)"
)
HELD_AGAINST_ENGLISH = re.compile(
    r"\b(?:says?|shows?|lists?|claims?|thinks?|mentions?|reads)\b[^.!?\n]{0,16}\b(?:node|was|web|db) ?\d"
)
"""팀장님은 2호기라고 하시는데: another target is held against it."""
CORRECTED = folded(
    r"(?:재기동|재시작|중지|정지|기동|배포|롤백|내리|올리|시스템|[가-힣]{2,6})\s?(?:을\s|를\s)?(?:말한|말씀\s?드린|얘기한|하려던)\s?(?:겁니다|거예요|거였|것|거요)|(?:올려|내려|내리|올리|띄우)[가-힣]{0,3}(?:만\s)?\s?(?:주시는\s|하는\s|는\s)?(?:거요|거예요|겁니다|걸로요)|걸로요\W*$"
)
OTHERWISE = folded(r"(?:이?었네요?|였네요?|이네요|네요)\W*$")
"""에고 회원포털이었네요: behind another system's name."""

# --- whether at all ---------------------------------------------------------------------------------------------------

OUTCOME = folded(
    r"(?:이상\s?없음|응답\s?돌아|해제됨|정상\s?확인|정상|잘\s?됩니다|락\s?풀림|통과|내려감|안\s?나옴|노출\s?확인|풀림|올라옴|돌아옴|(?:오류|에러|장애|문제|특이\s?사항)\s?없음|없어짐|사라짐|복구됨|회복됨|떨어짐)\W*$|\ball good\b|\b(?:fine|ok|good|healthy) (?:since|now|again)\b"
)
"""인뱅 와스 2호기 재기동. 이후 이상 없음: how it went."""
REPORT_HEAD = folded(
    r"\A[\W_]*(?:장애\s?조치|(?:조치|처리|진행|대응)\s?(?:내용|내역|현황|상황|사항|결과)|작업\s?(?:내역|현황|상황|결과))\s?(?:\n|:)|\A[\W_]*(?:actions? taken|work done|done today)\b|공유용(?:입니다|이에요|임)"
)
DONE_MARK = re.compile("[✅☑✔]")
SOMEBODY = folded(
    r"@(?!가디|guardia|bot|봇|here|channel|all|everyone)[가-힣]{2,4}(?=\s|$)|@(?!guardia|bot|here|channel|all|everyone)[a-z]{3,}(?=\s|$)|(?<![가-힣])작업자\s?:?\s?[가-힣]{2,4}[\s,]|(?:야간|주간|다음|당직)\s?(?:조|근무자)\s?(?:분들|여러분|님들|에게|께)"
)
"""@김민수 …: it is asked of somebody else."""
HANDLED = folded(
    r"(?:이|가|에서)\s(?:방금\s|벌써\s|이미\s)?(?:했|처리했|재기동했|내렸|올렸|껐|배포했|끊었)(?:대요|답니다|다고\s?(?:하|합|했|해)|다네요|다던데)|하고\s?있(?:대요|답니다|다고|다네요)|중이(?:랍니다|래요|라고|라네요)|(?:잡고|보고|맡고)\s?있(?:답니다|대요|다고|어요|습니다)|(?:내려가|올라와|떠|꺼져|죽어)\s?있(?:네요|더라|던데|는데요)"
)
NO_AFTER_ALL = folded(r"^\W*(?:앗|엇|헐|음|어|아|아이고|에고|아차|이런)[\s,]*(?:이거\s|이게\s|그게\s|그거\s)?아니")
QUOTED = folded(
    r"원문(?:입니다|이에요|임)|이렇게\s?(?:썼|적었|적어|말했|말하|보냈)[가-힣]{0,4}(?:네요|습니다|어요|데요)|교육\s?중입니다|따라\s?해\s?보|실습(?:입니다|이에요|임)|메일로\s?(?:보내\s?온|보내온|온\s?내용)|이렇게\s?메일|보내온\s?내용|(?:가이드|안내문|권고|매뉴얼)(?:예요|입니다|이에요|임)|(?:님|사장|장)(?:이|께서)\s(?:그러시|말씀하시)는데요?\s"
)
QUOTED_ENGLISH = re.compile(
    r"\b(?:below|here) is (?:what |\w+'s |the )(?:[\w']+ ){0,3}?(?:message|mail|email|request|wrote|said|sent|text)\b|\b(?:customer|client|user|vendor|boss|manager|\w+) (?:sent|wrote|posted|mailed|forwarded) (?:me |us |in )?(?:this|the following)\b"
)
ASSIGNED = folded(
    r"(?:한테|에게|께)\s?말(?:하는|씀\s?드리는)|(?:이|가)\s?(?:하실|할)\s?일(?:입니다|이에요|임)|작업자는\s[가-힣]|\b(?!i\b|we\b|you\b|it\b|that\b|this\b|which\b)[a-z]+ (?:will|is going to) (?:take|do|handle) (?:this|it|that)\b"
)
"""Somebody else is to do it."""
EVIDENCE = folded(
    r"(?:제출|보고|감사|점검|증적|소명)\s?용|검사\s?중|(?:감사|감리|검사)\s?팀|\bfor the (?:report|audit|auditors?)\b|\baudit"
)
"""Of logs: they are needed."""

# --- when -------------------------------------------------------------------------------------------------------------

WINDOW = folded(rf"{_CLOCK} ?(?:부터 ?)?[~∼-] ?(?:익일 ?|다음날 ?)?{_CLOCK}")
WINDOW_ENGLISH = re.compile(
    r"\bmaintenance (?:is )?(?:tonight|today|tomorrow|at|from)\b|\d{1,2}:\d{2} ?(?:-|to|until) ?\d{1,2}:\d{2}"
)
ROLLOUT = folded(
    r"(?:운영|정식|실)\s?(?:반영|오픈|적용|배포)(?:일|일자|날짜|예정일)?(?:은|는)\s[^.!?\n]{0,16}?(?:요일|\d{1,2}/\d{1,2}|\d{1,2}월|내일|모레|다음\s?주|새벽|\d{1,2}시)"
)
LATER = folded(
    rf"\d{{1,3}}\s?분만?\s?(?:있다가|이따|뒤쯤|후쯤)|(?:다음|이후|뒤|후)(?:입니다|예요|이에요|임|로요|요)\W*$|(?:게|은|는|건)\s{_CLOCK}\s?(?:쯤|경)?(?:예요|이에요|입니다|이라|임)"
)
FROZEN = re.compile(
    r"\b(?:prod(?:uction)?|environment|env|changes?|we are|we're|deploys?|deployments?)\b[^.!?\n]{0,14}\b(?:frozen|locked down|in (?:a )?freeze|on (?:a )?freeze)\b|\bno changes? (?:today|allowed|until)\b"
)

# --- what comes first -------------------------------------------------------------------------------------------------

DUMP = folded(
    r"(?:힙|코어|메모리)\s?덤프(?!(?:는|를|은|도|도\s)?\s?(?:이미\s|미리\s|다\s|제가\s)?(?:떠\s?(?:놨|뒀|놓)|떴|받아\s?(?:놨|뒀)|받았|확보|남겼|있습|필요\s?없))|\b(?:heap|core) ?dump\b(?! (?:is )?(?:taken|done|already))"
)
ANALYSED = folded(
    r"(?:벤더|업체|제조사|엔지니어)(?:가|이|에서)\s[^.!?\n]{0,12}?(?:분석\s?중|보고\s?있)|붙어서\s?보|디버깅\s?중|디버그\s?중"
)
MISSING = folded(
    r"(?:승인|결재|허가|확인|동의|품의)(?:번호|권자|자|서)?(?:가|이|은|는|도)?\s[^.!?\n]{0,10}?(?:아직|없|안\s?(?:됐|났|왔|나왔)|부재|오후에|내일|나중|이따)|승인권자|(?:담당자|고객사?|팀장님?|승인자)[^.!?\n]{0,8}?연락이\s?안\s?(?:됩|돼|되)|물어봐\s?(?:놨|뒀|놓)|(?:(?<![a-z])cr|변경\s?요청서|품의서|작업\s?계획서)(?:는|은|를|을)?\s[^.!?\n]{0,6}?(?:올리는\s?중|올릴|쓰는\s?중|작성)"
)
UNDER_WAY = folded(
    r"(?:작성|시연|공지|이관|정산)\s?중(?:입니다|이에요|이예요|임)|(?:은|는|이|가)\s아직(?:입니다|이에요|요|임)|(?:배치|작업|백업|정산|집계|이관)(?:가|이|는|은|도)?\s?(?:아직|덜\s?끝)|아직\s?(?:도네|돌고|돕니|돌아|남아|안\s?끝)|(?:트랜잭션|세션|접속자?|사용자|커넥션)[가-힣]{0,2}\s?[^.!?\n]{0,6}?남아\s?있(?:네요|습니다|어요)|안\s?끝났(?:습니다|어요|네요)|(?:팀|측|쪽|업체|벤더)(?:이|가|에서)\s[^.!?\n]{0,10}?하고\s?있(?:어요|습니다|네요)"
)
"""Beside a request: something is still going on."""

IS_OF = folded(r"\s(?:건|쪽|관련|요청|작업|일)\s?(?:건\s?)?(?:입니다|이에요|예요|임|드립니다)")
CLOCK = folded(_CLOCK)
DAYS = re.compile(
    fold(r"내일|모레|익일|명일|다음\s?날|[월화수목금토일]요일|\d{1,2}/\d{1,2}|\d{1,2}월\s?\d{1,2}일|새벽|오늘\s?밤")
    + r"|\b(?:tomorrow|tonight|\w+day|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b"
)
