# ruff: noqa: E501 - patterns read worse when they are broken
"""Words right beside an action by which it is another one, somebody else's, or none at all."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, folded

_AGAIN = r"(?:(?:다시|먼저|일단|바로|빨리|이제|즉시|지금|우선|새로|좀)\s*)?"
_GIVEN = r"(?:보내|공유|올려|올리|첨부|보고|회신|전달|메일|엑셀|위키|제출|넘겨|뽑|표로|문서|파일로|티켓)"

ABOUT_IT = folded(
    r"\s*(?:진행\s*|작업\s*|처리\s*)?(?:결과|상황|경과|현황|명령어|순서|사유|사례|비용|인력|인원|대상자|영향도|난이도)(?!대로|로|상|에)(?:[을를은는도만좀\s]|$)"
    r"|\s*(?:작업\s*|건\s*)?(?:승인|결재|검토)\s*(?:을|를|좀|건)?\s*(?:부탁|해\s?주|해\s?줘|바랍|요청|요망)"
    r"|\s*(?:작업\s*)?진행\s*건\W*$|\s*(?:검증|시연|리허설)\s*(?:을|를|좀)?\s*(?:해|하|부탁|요청|진행)"
)
"""재기동 결과 부탁드립니다: something about it is asked for, not the thing itself."""
BOOKED = folded(r"\s*(?:작업\s*|건\s*)?(?:예약|스케줄|스케쥴)")
"""재기동 예약 걸어주세요: at a time that is not told."""
NO_WISH = folded(
    r"\s*(?:은|는)\s*(?:무슨|개뿔|뭔|얼어\s?죽|웬)"
    r"|\s*(?:이|가)\s*(?:시급|급하|급합|절실|관건|최선|답|능사|만능|우선|낫|상책)"
    r"|\s*각(?:이|인)?\s*(?:네요?|임|인듯|듯|이네요?|이다)?[\s.!~ㅋㅎㅠㅜ]*$"
    r"|\s*(?:(?:해|하)라|하자|할지)\s*(?:마라|말라|말자|말지)"
    r"|\s*같은\s*(?:거|것|걸|조치)"
    r"|\s*좀?\s*(?:해\s*)?(?:주세요|줘요?|달라|줄래|주라|하라)\s*(?:라는|란|는)?\s*(?:소리|말이|말만|말밖에|타령|노래를|노래만|얘기)"
    r"|\s*요청\s*(?:건\s*)?(?:은|을|를|좀)?\s*(?:반려|기각|거절|무시|검토|보류|분류|등록|작성|상태|목록|현황|리스트|내역|이력|번호|중(?![가-힣])|\d+\s?건)"
    r"|\s*(?:좀\s*)?해\s*주겠(?:지|거니|거려니|구나|네)"
    r"|\s*(?:하는\s*거\s*|하는\s*것\s*)?(?:좀\s*)?도와\s*(?:주|줘|달라)"
    r"|\s*(?:되|돼|하)(?:게끔|게|도록)\s*(?:좀\s*)?(?:해|설정|만들|걸|바꿔|구성)"
)
"""재기동은 무슨; 재기동이 시급합니다; 재기동하라 마라 하네; 재기동되게 해주세요."""
_WHO = r"(?:[가-힣a-z]{0,4}팀|벤더사?|업체|개발사|운영사|제조사|유지보수사?|담당자|당직자?|관리자|운영자|개발자|엔지니어|협력사|외주사|누가|누군가|아무나|현업|고객사?|센터|[가-힣]{1,3}\s?(?:과장|팀장|대리|차장|부장|주임|책임|선임|주무관|사무관|계장|실장))(?:님|분)?"
BY_OTHERS = folded(
    rf"\s*(?:건|작업)?\s*(?:은|는|을|를|도|좀|만)?\s*(?:(?<![가-힣]){_WHO}\s?(?:쪽\s?|측\s?)?(?:에서|에서만|께서|이|가|더러)|(?<![가-힣])누가|(?<![가-힣])누군가)\s+(?:좀\s*|직접\s*|알아서\s*|하는\s*걸로\s*|맡아\s?(?:서\s*)?)*(?:해|하|진행|처리|부탁|맡)"
)
"""재기동은 운영팀에서 해주세요: somebody else shall do it."""
THROUGH = folded(
    rf"(?<![가-힣]){_WHO}\s?(?:쪽\s?|측\s?)?(?:을|를)?\s*통(?:해서?|하여)(?=[\s,])|(?:현장|전산실|서버실|기계실|랙)에서\s*(?:직접|손으로|수동으로)\s|(?<![가-힣]){_WHO}\s?(?:을|를|분을)?\s*(?:불러서?|시켜서?|호출해서?|보내서?)(?=\s)"
)
"""개발사 통해서 … 재기동 부탁드립니다; 현장에서 직접 재기동해주세요."""
_TITLE = r"(?:과장|팀장|대리|차장|부장|주임|책임|선임|수석|사원|실장|계장|주무관|사무관|매니저|소장|반장|기사)"
_SURNAME = r"(?:김|이|박|최|정|강|조|윤|장|임|한|오|서|신|권|황|안|송|류|유|홍|전|고|문|양|손|배|백|허|남|심|노|하|곽|성|차|주|우|구|민|진|나|엄|채|원|천|방|공|현|함|변|염|여|추|도|소|석|선|설|마|길|연|위|표|명|기|반|왕|금|옥)(?:[가-힣]{2}\s?)?"
REASON = folded(
    r"\s*[,~]?\s*(?:요청|지시|말씀|승인|결재|허락|확인|오더|부탁이|부탁으로|컨펌|쪽|건|컴펌|전달|보고|연락|문의|의뢰|명령)(?:[가-힣]|[\s:,.]|$)"
)
"""김과장님 요청으로 …: why, or by whom it was agreed."""
BY_OTHERS_AHEAD = folded(
    rf"(?<![가-힣]){_WHO}\s?(?:쪽\s?|측\s?)?(?:에서|께서|이|가|는)\s+(?:좀\s*|직접\s*|알아서\s*|바로\s*)*$|(?<![가-힣])(?:누가|누군가|누구든|아무나)\s+(?:좀\s*|빨리\s*)*$"
)
"""업체에서 재기동해주세요."""
PLEASE = folded(r"\s*(?:좀\s*)?(?:해\s*주|해\s*줘|해\s*달라(?!고|는)|부탁|바랍|바람|하세요|하십시오|요망)")
ADDRESSED = folded(
    rf"\A\W*@?{_SURNAME}\s?{_TITLE}(?:님|씨)?(?=[\s,~!])"
    rf"|(?<![가-힣]){_SURNAME}\s?{_TITLE}(?:님|씨)(?:께서)?(?=[\s,.~!]|$)"
    r"|(?<![가-힣])[가-힣]{1,4}팀\s?(?:여러분|분들|님들)(?=[\s,.~!]|$)"
    r"|(?<![가-힣])(?:벤더사?|업체|협력사|개발사|제조사|외주사|운영사|하청)\s?(?:담당자?|엔지니어|직원|작업자)?\s?(?:님들?|분들|여러분)(?:께서)?(?=[\s,.~!]|$)"
    r"|(?<![가-힣])(?:수신|받는\s?(?:사람|이|분)|to)\s*[:：]\s*[가-힣]"
)
"""김과장님, … 재기동 부탁드려요: to a person of that name."""
ACTIVITY = folded(
    r"(?:작업|교육|회의|대응|시험|테스트|헬스\s?체크|점검|이관|훈련|수업|업무|공사|리허설|협의|논의|미팅|행사|이벤트|실습|감사|검수|협상|통화|전환|조사|분석|수집|백업|배치|동기화|복제|녹화|등록|신청|모집|투표|경매|응시|채점|발송|연동|심사|전송|적재|집계|정산|마감|촬영|실험|측정)\s*(?:을|를|은|는|도|만)?\s*"
    + _AGAIN
    + r"$"
)
"""점검 다시 시작해주세요: people begin and end that, not a server."""
WORK_ON_IT = folded(r"(?:작업|점검|공사|전환)\s*(?:을|를|은|는|도|만)?\s*" + _AGAIN + r"$")
GADGET = folded(
    r"(?:수집|연계|전송|중계|감시|백업|배치|모니터링|관제|동기화|복제|로그)\s*(?:데몬|에이전트|agent|프로그램|프로세스|모듈|스케줄러|잡|job|툴|솔루션|엔진|서버)(?:들)?\s*(?:을|를|은|는|도|만|좀)?\s*"
    + _AGAIN
    + r"$"
)
"""로그 수집 데몬 재기동해주세요: a program beside the service."""
AUTOMATIC = folded(r"(?<![가-힣])자동\s*$")
"""자동 재기동 걸어주세요: a setting."""
PUT_TOGETHER = folded(
    rf"\s*(?:해서|하여|해\s?가지고|해다가|한\s*(?:거|것|걸|내용|자료)(?:을|를)?)\s+(?:(?:저한테|저에게|여기에?|방에|좀|한번|다|바로)\s*)*(?:주세|주시|줘|줄|달라|(?![^.!?\n]*(?:결과|용량|확보|완료|끝나))[^.!?\n]{{0,14}}?{_GIVEN})"
)
"""로그 정리해서 보내주세요: to be written together, not to be thrown away."""
WRITTEN = folded(
    r"(?:내용|원인|요약|목록|현황|표로|엑셀로|문서로|건별로|시간대별로|유형별로|증상|경위|이력)\s*(?:을|를|만|좀)?\s*$"
)
ONE_OF_IT = folded(
    r"(?:하나만|한\s?개만|한\s?줄만?|일부만|몇\s?개만|부분만|(?<!\d)\d{1,3}\s?(?:개|줄|건)만?)\s*(?:좀\s*)?$"
)
SETTINGS = (
    ".conf", ".cfg", ".cnf", ".ini", ".xml", ".yml", ".yaml", ".json", ".properties", ".env", ".sql", ".sh", ".bat",
    ".py", ".pl", ".csv", ".xlsx", ".txt", ".policy", ".vmoptions", ".keystore", ".jks", ".pem", ".crt",
)  # fmt: skip
"""What such a file holds is put back by hand, not by a release."""

ENGLISH_NONE = re.compile(
    r"\byeah,? right\b|\bas if (?:that|it|we|this)\b|\b(?:they|he|she|you|ops|support|vendor|someone|somebody|boss|manager) (?:said|says|told (?:me|us)|wrote|claims?|keeps? saying|kept saying)\W*$"
    r"|\b(?:start|launch|stop|restart|spin(?:ning)? up|bring up|deploy|bounce|run|kill|clean up|clear)\s(?:a|an|another|some|your|my|their|his|her)\s(?!(?:bit|rolling|graceful|full|clean|quick|hard|soft|look|favou?r)\b)\w"
    r"|(?<!\bto )\b(?:start|stop|resume|restart)\s(?:the\s)?(?:call|meeting|bridge|discussion|investigation|review|training|drill|war room|clock|timer|countdown|recording|replication|sync|sale|promotion|survey|import|export|migration|backup|test|tests|load test|monitoring|alerts?|scans?|reports?)\b"
)
ENGLISH_LABEL = re.compile(
    r"\A\W*(?:to-?\s?do|plan|idea|proposal|draft|agenda|note to self|reminder|option [a-z\d]|step \d+|example|e\.?g\.?|subject|re|fwd?|quote)\s*[:.-]"
)
ENGLISH_BOOKED = re.compile(r"\b(?:schedule|book|plan|arrange|queue up|organi[sz]e|line up)\s(?:a|an|the|in|for)\b")
ENGLISH_OTHERS = re.compile(
    r"\b(?:ask|tell|get|have|let|remind|instruct|beg|chase|poke|nudge)\s(?:the\s|our\s|your\s)?(?:vendor|ops|dba|dbas|team|noc|admin|admins|on-?call|support|someone|somebody|operator|engineers?|devs?|developers?|him|her|them|contractors?|\w+ team)\s(?:to\s)?"
)
RUN = tuple(fold(word) for word in ("실행", "돌려", "돌리", "구동", "run"))
"""run.sh 실행해주세요: a file is run, not a service started."""
_OBJECTS = r"(?:덤프|임시\s?파일|임시|캐시|캐쉬|백업(?:본|파일)?|코어\s?파일|휴지통|큐|찌꺼기|쓰레기|첨부|업로드\s?파일|tmp|temp|cache)"
NOT_ONLY_LOGS = folded(
    rf"{_OBJECTS}\s*(?:파일)?(?:들)?\s*(?:을|를|도|까지|까지도)?\s*(?:다\s*|전부\s*|모두\s*|싹\s*|좀\s*)*$|{_OBJECTS}\s*(?:파일)?(?:들)?\s*(?:이랑|랑|하고|와|과|및|,|·|/|\s)\s*로그"
)
"""로그하고 덤프 지워주세요: only a part of it would be done."""
THESE_LOGS = folded(
    r"(?:오늘|금일|당일)(?:자|의|치)?\s*(?:로그)|(?:현재|사용\s?중인|쓰는|쓰고\s?있는)\s*로그\s*(?:를|을|만)?\s*$|(?:이력|거래|변경|결제|감사|보안)\s*로그"
)
"""오늘 로그 지워주세요: not the old ones."""
HERE = folded(
    r"(?:여기|방에|방에다가?|이리로|채팅방에|단톡방?에|톡방에|채널에|스레드에|댓글로|메일로|저한테|저에게)(?:에|에다|에다가|다)?\s*(?:좀\s*|다시\s*)*$"
)
"""… 여기 올려주세요: shown here, not deployed."""
RAISED = folded(
    r"(?:소스|[한두세]\s?단계|보고|상태|결재|품의|안건|의견|건의|요청|기안|승인|등급|순위|비중|강도|눈높이|설치본|설치파일|파일)\s*(?:을|를|도|만|좀|로)?\s*(?:좀\s*)?$"
)
"""보고 올려주세요, 한 단계 내려주세요: no service is started or stopped by that."""
ENGLISH_ABOUT = re.compile(
    r"\b(?:restart|reboot|bounce|deploy(?:ment)?|rollback|stop|start|shutdown)\s(?:status|logs?|reports?|results?|counts?|reasons?|duration|times?|commands?|steps?|verification|tickets?|requests?)\b"
    r"|\b(?:from|on|off) (?:my|your|his|her|their|our) (?:screen|laptop|desk|pc|terminal|phone|inbox|mailbox|list|plate|mind)\b"
    r"|\bin (?:the|our|today's|tomorrow's) (?:meeting|call|stand-?up|review|retro|huddle|sync|briefing)\b|\bdown a (?:notch|peg|bit)\b|\bup a (?:notch|bit|level)\b"
    r"|\blogs?\s(?:and|&|plus|as well as|,)\s(?:the\s|all\s|old\s)*(?:cache|caches|temp|tmp|dumps?|heap dumps?|thread dumps?|backups?|cores?|core files|old files|queues?)\b|\b(?:cache|caches|temp files?|tmp|dumps?|backups?|core files?)\s(?:and|&|plus)\s(?:the\s|all\s|old\s)*logs?\b"
    r"|\b(?:restart|reboot|bounce|stop|start|shut down)\b[^.!?\n]*\b(?:host|vm|machine|os|hypervisor|hardware|laptop|desktop|pc)\b"
)
ENGLISH_CALLED = re.compile(
    r"\A\W*(?:hey|hi|hello|dear|yo)\s(?!(?:all|team|guys|folks|everyone|there|bot|guardia|again|please|can|could|ops|colleagues|folk|everybody|gents|ladies|sir|both)\b)[a-z]+(?:\s(?:team|san|sir))?\s?,"
    r"|\A\W*(?!(?:urgent|sorry|thanks|ok|okay|please|team|all|guys|folks|everyone|ops|guardia|bot|yes|yep|no|also|then|now|finally|emergency|asap|fyi|alright|good|morning|afternoon|evening|hi|hello|hey|right|so|well|next|again|today|tonight|apologies|quick|done|great|sure|cool|fine|sev\d|p\d|agreed|approved|confirmed)\b)(?![a-z]+(?:ed|ing|ly),)[a-z]{2,12}(?:\steam)?,\s(?:please|pls|plz|can you|could you|would you|will you|kindly)\b"
    r"|\A\W*(?!(?:hi|hello|hey|dear|ops|good|morning|thanks|yo)\b)[a-z]{2,12}\steam\s?[,:]"
)
"""John, please restart …: to a person of that name."""
GERUND = re.compile(r"\b(?:start|stop|begin|quit|keep|resume)\s(?!everything|anything|nothing|something)[a-z]{2,}ing\b")
DOER = folded(
    r"(?<![가-힣])(?:수행자|작업자|실행자|처리자|조치자|시행자|(?:수행|작업|처리)\s?(?:업체|부서|팀|주체))\s*[:：]\s*\S"
)
"""수행자: 개발사, in another line of the message."""
PROGRAMME = folded(
    r"\A\W*(?:(?:금일|오늘|내일|명일|익일|주간|야간|주말|차주|이번\s?주)\s?(?:작업|할\s?일)\s?(?:내용|목록|일정|계획)?|작업\s?(?:순서|절차|계획|일정)|할\s?일)\s*[:：]"
)
"""금일 작업: …: a programme, not a request."""
BY_WHOM = folded(
    rf"[^.!?\n]*(?:\b(?:by|to)\s+{_WHO}(?=[\s,.)]|$)|[(\[（]\s*(?:by\s|to\s|담당\s*)?(?:{_WHO}|(?:the\s)?(?:vendor|ops|dba))\s*(?:수행|작업|진행|담당)?\s*[)\]）])"
)
"""재기동 (벤더)."""
STEP_BEFORE = folded(
    r"(?:옵션|캐시|캐쉬|임시\s?파일|인증서|힙|파라미터|l4|설정)\s*(?:을|를|에서|값)?\s*(?:싹\s*|좀\s*|다\s*)?(?:비우고|지우고|날리고|갈고|빼고|바꾸고|바꿔서|늘리고|늘려서|교체하고|변경하고|삭제하고|정리하고|적용하고)\s*$"
)
"""캐시 비우고 재기동해주세요: only a part of it would be done."""
