# ruff: noqa: E501 - patterns read worse when they are broken
"""Words by which a time, a node, a heading or a state in a request is of something else than the request."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, folded

_CLOCK = r"(?:\d{1,2}:\d{2}|\d{1,2}시(?!간)(?:\s?\d{1,2}분|\s?반)?)"
_CLOCK_ENGLISH = r"\d{1,2}(?::\d{2})?(?: ?[ap]m)?\b"
_DONE = r"(?:내려간|내려온|떨어진|죽은|멈춘|빌드한|빌드된|올라온|올린|받은|배포한|배포된|배포본|발생한|발생된|난|생긴|터진|접수된|접수한|들어온|시작된|시작한|띄운|뜬|재기동한|재기동된|중지된|중지한|내린|찍힌|요청한|요청된|신고된)"
TIME_OF_ELSE = re.compile(
    fold(
        # 접수 13:10; 최초 발생 09:12
        rf"(?:접수|발생|신고|최초|마지막|등록|발견|인지|감지|빌드|보고|회신|공유)\s?(?:시각|시간|일시|재기동|발생|배포)?(?:은|는|이)?\s?:?\s?{_CLOCK}"
        # 13:00에 내려간; 11시에 빌드한; 11시 배포본
        rf"|{_CLOCK}\s?(?:에|부터|경|쯤|경에|쯤에)?\s(?:[가-힣a-z]{{1,6}}\s)?{_DONE}(?:\s|$)"
        # 15시에 고객 시연이 있어서; 20시에 고객사 점검 들어오는데
        rf"|{_CLOCK}\s?(?:에|부터)?\s[^.!?\n]{{0,16}}?(?:시연|회의|미팅|방문|감사|오픈|행사|점검|방송|발표|마감)\S{{0,3}}\s?(?:이|가|을|를)?\s?(?:있|들어|시작|잡혀|예정|오는|이라|라서|인데|이니)"
        # 18시에 다시 볼게요
        rf"|{_CLOCK}\s?에\s(?:다시|또|제가|와서)\s"
    )
    + rf"|\b(?:reported|built|started|stopped|finished|came|since|ended|created|crashed|died|failed|hung|restarted|deployed|went down|opened|raised|received|seen)\b(?: it| them| up)?(?: at| around| since|:)? {_CLOCK_ENGLISH}"
    + rf"|\b(?:demo|meeting|call|visit|audit|maintenance|release|presentation|customer)\b[^.!?\n]{{0,20}}\bat {_CLOCK_ENGLISH}"
)
"""Of a clock in a request: when something else happened, or will."""
PUT_OFF = folded(
    # 연락드릴 테니 그때; 재기동은 그 후 부탁
    r"(?<![가-힣])그\s?때\s(?!말씀|얘기|그|처럼|같이)|(?<![가-힣])그\s?(?:후|뒤|다음)에?\s(?:부탁|요청|진행)"
    # 업무시간 피해서; 장 마감 이후로
    r"|(?:시간|시간대|장중|낮|피크)(?:은|을|를|는)?\s?피(?:해|하)|(?:장|영업|업무|정산|개장|폐장)\s?마감\s?(?:이후|후)"
    # 하루 한 번; 매일
    r"|하루\s?(?:에\s)?(?:한|두|\d)\s?번|(?<![가-힣])매(?:일|주|시간)\s|주기적|(?<!\d)\d{1,4}\s?(?:분|시간)마다"
)
"""In a request itself: not now, or again and again."""
FOR_A_WHILE = folded(r"(?<![가-힣])(?:한|두|세|반|\d{1,3})\s?(?:시간|분)\s?(?:만|동안|정도만)\s(?!그대로\s?두)")
OWN = folded(r"(?<![가-힣])(?:제가|저희가|우리가|내가)\s")
UP_AGAIN = folded(
    r"(?:면|후에?|뒤에?|나서|쯤|에)\s?(?:다시\s)?(?:올려|올리|기동|띄워|띄우|켜|시작)|다시\s(?:올려|올리|기동|띄워|띄우|켜)"
)
"""Of a stop: the other half of a restart."""
HEADED = folded(
    r"\A[\W_]*(?:(?:서비스|긴급|시스템|현재|주요)\s?)?(?:장애|관제|모니터링|이슈|문제|상황|현상|현재|증상|알람)\s?(?:내용|현상|접수|보고|상황|공유|전파|알림|발생)?\s?(?:\]|】|:|\))"
    r"|\A[\W_]*(?:조치|처리|작업|변경|진행)\s?(?:완료|이력|내역|사항|결과|계획|예정|중|현황)\s?(?:\]|】|:|\))|\A[\W_]*(?:처리|조치)\s?내용\s?:|\A[\W_]*(?:계획|이력|현황|결과)\s?:"
    r"|\A[\W_]*(?:incident|issue|problem|alert|status|history|done|plan|planned|report)\s?(?:\]|:|\))"
)
"""장애: 인뱅 WAS 2호기 중지: what happened, was done or is planned."""
CLOSED = folded(
    r"[(\[/-]\s?(?:종결|처리됨|처리\s?완료|해결|해결됨|닫힘|중복|초안|모의|종료됨|보류|취소됨|closed|resolved|duplicate|draft)\s?[)\]]?\W*$"
)
LATER = folded(r"우선\s?순위\s?:\s?낮|(?:다음\s?주|내일|추후|나중|이후)에?\s?(?:가능|처리\s?가능|해도)")
WENT = re.compile(
    r"\b(?:restart|reboot|stop|start|deploy(?:ment)?|rollback)\s(?:ok|okay|done|success\w*|complete\w*|finished|failed)\W*$"
)
UNAPPROVED = folded(
    r"미승인|승인\s?(?:여부|번호|상태)?\s?:\s?(?:미|안|아직|x|요청|대기|보류|n\b|no|없|-|전)"
    r"|(?:승인|결재|컨펌|확정|허가)(?:은|는|이)\s[^.!?\n]{0,16}?(?:받을|받겠|받아서|나올|주실|하실|올릴|구할|예정|될|해\s?줄|드릴|드리겠)|(?:결재|승인|품의)\s?(?:를\s|을\s)?올려\s?(?:놨|뒀|놓)"
    r"|(?:승인|결재)\s?대기|문의해\s?(?:놨|뒀|놓)|회신이\s?(?:없|안)|심의\s?(?:진행\s?)?중"
    r"|\b(?:cab|change board)\b[^.!?\n]{0,24}\b(?:discuss\w*|review\w*|pending|still)\b|\bwaiting for [^.!?\n]{0,24}?\b(?:reply|answer|response|approval|confirmation)\b"
    r"|\b(?:awaiting|pending|waiting for|subject to) (?:\w+'?s? )?(?:approval|confirmation|sign-?off)|\b(?:ok|okay|approval|sign-?off|go-?ahead|permission) (?:is )?(?:still )?(?:needed|required|pending|missing|outstanding)|\bneeds? (?:\w+'s |an? |the )?(?:approval|ok|okay|sign-?off)\b"
)
NOT_NOW = folded(
    r"(?:지금|당장|바로|아직|오늘|현재)(?:은|는)?\s[^.!?\n]{0,20}?(?:안\s?(?:돼|됩|되)|불가|어렵|곤란|힘들|못\s?(?:해|합|하))"
    r"|먼저\s?[^.!?\n]{0,12}?(?:게요|께요|겠습니다|려고요|드릴게|예정)"
)
"""Behind a request: something stands against doing it now, or comes first."""
HANDLED = folded(
    r"(?:벌써|이미|지금|처리|진행|작업)\s?[^.!?\n]{0,8}?하고\s?(?:있|계)|^\W*(?:(?:이거|이건|그거|그건|해당\s?건|다|모두|방금|제가|저희가|이미|벌써)\s)*(?:처리|해결|완료)\s?(?:됐|되었|했|하였)|^\W*(?:아\s|오\s|어\s)?(?:됐|되었|되네|됐네)[가-힣]{0,3}\W*$|(?:제가|저희가|이미|벌써)\s[^.!?\n]{0,8}?(?:처리|해결)"
)
"""Behind a request: somebody does it already."""
SLIP = folded(r"(?<![가-힣])(?:오타|오기)(?:요|입니다|이에요|예요|임|네요|\s)|잘못\s?(?:적|썼|쳤|눌렀|말했|봤)")
OTHER_SERVER = folded(
    r"(?:테스트\s?(?:서버|기|계|환경|장비)|(?<![a-z])(?:qa|uat|dr)|신규\s?(?:서버|장비|노드)|샌드박스)\s?(?:요|이요|입니다|이에요|예요|임|\))\W*(?:$|\n|\))|\(\s?(?:dr|qa|uat|테스트|신규)\s?\)"
)
FIELD = re.compile(
    fold(r"(?:^|\n)\W*(?:(?:점검\s?대상|모니터링|제외|유지|참고|비교|확인\s?대상)\s?(?:대상|노드)?")
    + r"|(?:exclude\w*|keep|skip|monitor\w*|watch|spare|leave))\s?[:=](?P<line>[^\n]*)"
)
"""A line of a form that names nodes of another role."""
WHICH_NODES = folded(r"몇\s?호기인지|(?:대상|노드|서버|호기)[가-힣]*\s[^.!?\n]{0,8}?(?:아래|다음|하기)와\s?같")
SPARED_ENGLISH = re.compile(
    r"\b(?:node |was |web |db )?(\d{1,2}) (?:must|has to|should|needs? to|will) (?:stay|keep|remain|be left)|\b(?:keep|leave|spare|skip) (?:node )?(\d{1,2})\b|\b(?:node )?(\d{1,2}) (?:is )?(?:excluded|needed|in use|serving|reserved|skipped)\b|\bnode (\d{1,2}) is (?:needed|for|in use|busy|used|reserved|serving)"
    r"|,\s?not (?:node )?(\d{1,2})\b|\b[a-z]+ (?:does|did|has|have|takes?|handles?|is on) node (\d{1,2})\b|,\s?(\d{1,2}) is (?:for|with|in)\b|\((\d) of \d\)"
)
"""Node 2 must stay up; restart ibank WAS, not 2."""
ANOTHER_TARGET = re.compile(
    r",\s(?:and\s|plus\s)?(?!not\b|restart\b|reboot\b|stop\b|start\b|deploy\b|kill\b|clean\b|check\b|roll\b|please\b|just\b|only\b|nodes?\b|port\b|session\b|line|last\b|version\b|step\b|at\b|for\b|in\b|within\b|then\b|about\b|after\b|before\b|by\b|from\b|on\b|to\b|ticket\b|sr\b|cr\b)(?:(?!is\b|are\b|has\b|of\b|than\b|over\b|under\b|used\b|full\b|heap\b|disk\b|cpu\b)[a-z][\w-]*\s){1,3}?(?:was\s|web\s|db\s)?\d{1,2}(?:\s(?:too|as well|also))?[\s.!]*$"
)
"""restart AuthRelay WAS 2, portal WAS 1 too."""
ALL_BUT = re.compile(
    fold(
        r"(?:첫\s?번째|두\s?번째|세\s?번째|네\s?번째|마지막|막내|맏이|고참|(?<!호기\s)(?<!호기)(?<!번\s)(?<!번)하나)\s?(?:것|거|놈|대|노드|서버|하나)?만?\s?(?:남기고|두고|빼고|놔두고|제외)"
    )
    + r"|\bbut (?:the )?(?:first|second|third|fourth|last|one|number \d|no\.? ?\d)\b"
)
"""첫 번째 것만 남기고 다: which is that?"""
NUMBER = re.compile(r"[0-9]+")
ONLY_ENGLISH = re.compile(
    r"\bonly (?:node |was |web |db |number )?(?P<n>\d{1,2}) (?:is|has|looks|seems|was|keeps|shows)\b"
)
