# ruff: noqa: E501 - patterns read worse when they are broken
"""Words around a request by which it is a text that is shown, or a thing that is held up, and not asked for now."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import folded

_IS = r"\s?(?:입니다|이에요|예요|이야|임|이네요|인데요|이고요)"
_SHARED = r"\s?(?:을|를)?\s?(?:공유|전달|첨부|전해|보내|올려)\s?(?:드립니다|드려요|드릴게요|합니다|해요|드림)"
_NOT_ASKED = r"(?!\s?(?:을|를)?\s?(?:좀\s?)?(?:요청|부탁|신청|의뢰)\s?(?:드립|드려|드림|드릴|합니|해요|하오|바랍))"

TEXT = folded(
    # 이렇게 요청하시면 됩니다; 업체에 이렇게 전달해주세요; 누가 이렇게 올렸네요
    rf"(?<![가-힣])(?:이렇게|요렇게|이런\s?식으로|이와\s?같이|이처럼|아래처럼|밑에처럼){_NOT_ASKED}\s?(?:만\s)?(?:요청|말|전달|쓰|써|적|보내|올리|올렸|올라|나와|되어|돼\s?있|하면|하시면|해도|왔|답|문의|안내|지시)"
    # 이런 메시지가 왔는데 뭔가요; 만약에 이런 요청이 오면요
    r"|(?<![가-힣])(?:이런|그런)\s?(?:메시지|메세지|문자|메일|글|요청|알림|톡|문의|말)(?:이|가|을|를|도)"
    # 제가 뭐라고 보내야 하죠
    r"|(?:뭐라고|어떻게)\s?(?:보내|써야|쓰면|말해야|말하면|답해야|답하면|요청해야|요청하면|적어야|전달해야)"
    # 이거 누가 요청한 건가요; 아래 건은 취소됐습니다; 아래 내용 맞는지
    r"|(?<![가-힣])(?:이거|이건|이게|아래(?:는|\s?(?:건|요청|내용|메시지|글))|위(?:는|\s(?:건|요청|내용|메시지|글))|다음(?:은|\s(?:요청|내용|메시지|글)))\s?(?:은|는|이|가|을|를)?\s?(?:누가|왜|무슨|뭔|맞는지|맞나|반려|취소|기각|철회|종결|처리하신|처리된|완료된|끝난)"
    # 회의록입니다; 작업 순서 공유드립니다
    rf"|(?:회의록|의사록|보고서|계획서|초안|문구|예제|시나리오|퀴즈|템플릿|양식|대본|일지|매뉴얼|메일|메시지|채팅|대화)(?:{_IS}|{_SHARED})"
    rf"|(?:목록|리스트|순서|절차){_SHARED}"
    # 번역 부탁드려요; 오타 좀 봐주세요
    r"|(?:번역|오타|맞춤법|문법|교정|첨삭|요약)\s?(?:을|를|도|만)?\s?(?:좀\s?)?(?:봐|부탁|해\s?주|해\s?줘|확인|고쳐|검토)"
    # 훈련 상황입니다
    r"|(?:모의\s?훈련|도상\s?훈련|훈련\s?상황|훈련\s?중|교육용|연습용|시험\s?문제)"
    # 지난주에 처리하신 건입니다
    r"|(?<![가-힣])(?:어제|지난[가-힣]{0,3}|저번[가-힣]{0,2}|전에|아까)\s?(?:에\s?)?(?:처리|완료|종료|작업|조치)(?:하신|된|한|했던|됐던)\s?(?:내용|건|거|것|일)"
    # 메모입니다; 제안드립니다; 참고만 하세요
    rf"|(?<![가-힣])(?:메모|인용|복붙|답변|잠정안|개선안|제안|건의|의견|대책|방안|가정|미정|상상)(?:{_IS}|\s?드립니다|\s?드려요|해\s?보)"
    rf"|(?:대응|개선|해결|재발\s?방지)\s?(?:방안|대책|방법|안)(?:\s?\d번)?{_IS}|원인과\s?대책|(?:^|[.!\n]\s?)참고용(?:입니다|이에요)|공유\s?(?:차원|드리는\s?것)|참고(?:만|로만)\s?하"
    # 위키에서 복사했어요; 다른 방에 올린 글입니다; 챗봇이 만든 문장이에요
    r"|에서\s?(?:퍼\s?왔|퍼온|복사했|복사한|가져왔|긁어|베껴)|출처는|다른\s?방에\s?올린|(?:자동|챗봇이|ai가|gpt가)\s?(?:으로\s?)?(?:생성|만든|작성|쓴)"
    rf"|(?:옛날|다른\s?시스템|다른\s?방|회의에서\s?나온|작년|남의)\s?(?:얘기|이야기|일)(?:{_IS}|에요)"
    # 예를 들면; 나중을 위해 적어둡니다
    r"|예를\s?들[면어자]|(?<![가-힣])(?:이를테면|말하자면)|(?:혹시\s?몰라|나중을\s?위해|잊어버릴까\s?봐|까먹을까\s?봐)\s?(?:미리\s?)?(?:남|적어|써|올)"
    # 명령어만 알려주세요; 실행하지 말고 뭘 할지만 보여주세요
    r"|(?:명령어|기록|메모|등록|접수|예약|티켓|미리보기|승인\s?요청|기안)만\s|어떤\s?명령|뭘\s?할지|실행하지\s?말|드라이\s?런"
)
"""What follows, or what was said, is a text to look at."""
HELD = folded(
    # 팀장님이 보류하래요
    r"(?:보류|중단|취소|대기|스톱|정지|멈추|미루)(?:하|라)?(?:래|래요|랍니다|라고\s?하|라네|라시|시래)(?=[\s가-힣.,!]|$)|하지\s?말(?:래|라(?:고|네|시))"
    # 변경 금지 기간입니다; 오늘은 동결 기간이에요
    r"|(?:변경|작업|배포|반영)\s?(?:을\s|를\s)?(?:금지|동결|제한|불가)|동결\s?(?:기간|주간|일)|(?<![가-힣])프리[징즈]|\bfreez"
    # 아직 승인 안 났어요; 승인 기다리는 중입니다
    r"|(?:승인|결재|허가|컨펌)\s?(?:이|가|은|는|을|를|도)?\s?(?:아직|안\s?(?:났|떨어|나왔|받)|못\s?받|기다|대기|전(?:입|이에|이라|인데)|올려\s?놨어요\s?아직)|아직\s?(?:승인|결재|허가|컨펌)"
    # 배치가 아직 돌고 있어요; 사용자가 아직 붙어 있어요; 백업이 안 끝났어요
    r"|아직\s?(?:다\s)?(?:안\s끝|돌고|돌아가고|붙어|작업\s?중|쓰고\s?있|사용\s?중|진행\s?중|접속\s?중|남아\s?있)|(?:백업|배치|점검|이관|마감|정산|결산|작업)\s?(?:이|가|은|는|도)?\s?(?:아직\s?)?(?:안|덜)\s?끝[났난]"
    # 조심해야 해요
    r"|조심해야"
    # DB가 먼저 올라와야 합니다
    r"|먼저\s?(?:다\s)?(?:올라와야|떠야|끝나야|돼야|되어야|기동돼야|붙어야|와야)"
    # 내일 할 일입니다; 다음 주 작업 목록입니다
    r"|(?<![가-힣])(?:내일|모레|다음\s?주|담주|차주|다음\s?달|이따가?|나중에?|익일)\s?(?:에\s?)?(?:할\s?(?:일|거|것|작업)|작업\s?(?:건|목록|예정|계획|분))"
    # 확정 아닙니다; 고민 중입니다; 결정되면 말씀드릴게요
    r"|(?:확정|결정)\s?(?:이|은|된\s?(?:건|게|것))?\s?(?:아니|아닙|아녜|전(?:입|이)|안\s?(?:됐|된)|되면)|(?:고민|논의|의논)\s?중|진행\s?(?:할지|여부)|다시\s?(?:연락|말씀)\s?드리면|승인\s?받으면|(?<![가-힣])할\s?(?:수도\s?있|지도\s?몰)"
    # 괜찮을까요?; 이거 실행되나요?; 이 방에서 요청하면 되나요?
    r"|(?<!도\s)(?<!도)괜찮을까요|맞을까요|영향\s?(?:이\s)?(?:있|없)을까|위험하지\s?않|실행되(?:나|지)|요청하면\s?되|(?<![가-힣])해도\s?되(?:나|는\s?시간|는지)|없는데\s?되나|알아듣나|알아먹나"
)
"""Something stands against doing it now."""
NOT_YET = folded(
    r"(?:건드리|손대|만지)(?:면|시면)\s?(?:안|큰일|절대)"
    r"|^\W*(?:(?:아직|지금|오늘|당분간)(?:은|는)?\s*)?(?:하지|건드리지|손대지|진행하지)\s?(?:는\s)?(?:마|말)"
)
"""아직 하지 마세요: of nothing else than what stands beside it."""
OPENING = folded(
    r"(?:팀|사|부|실|처|님|분|쪽|측|업체|고객|자들|자)\s?(?:에서|의|께서|이|가)?\s?부탁|같이\s?(?:요청|부탁|신청)|(?:요청|부탁)\s?드릴"
    r"|^\W*(?:안녕|수고|고생|반갑|감사|좋은)"
)
"""안녕하세요, 검증팀에서 부탁드립니다, 다음과 같이 부탁드립니다: greets, or says who asks or that something is asked for."""
ENGLISH = re.compile(
    r"\b(?:this is how|say it like|tell (?:the |them |him |her |your )?[a-z]+ this|here (?:is|are) (?:the |a |my )?(?:draft|minutes|text|notes?|template|example|wording)|translate|proofread"
    r"|is this (?:right|ok|correct)|what does (?:this|that) mean|(?:somebody|someone|the \w+|he|she|they) (?:wrote|said|posted|sent) (?:this|that|the following)"
    r"|copied from|from the (?:runbook|wiki|manual|docs?|book)|this is (?:only |just )?an? (?:drill|proposal|draft|note|suggestion|example)|it is (?:only|just) an? (?:proposal|draft|note|suggestion|example)"
    r"|not (?:yet )?approved|waiting for (?:the |an )?approval|pending approval|(?:do not|don'?t) do (?:this|that|it)(?: yet)?|tomorrow'?s (?:work|tasks?|list)|nothing to do yet"
    r"|(?:request|following|below)[^.\n]{0,20} (?:was|is|were|has been) (?:rejected|cancell?ed|withdrawn|declined)|already done|still (?:connected|in use)|be careful"
    r"|what (?:do )?you think|thinking about (?:it|this)|maybe later|we may (?:have|need) to|just a note|for reference|dry[- ]run only|preview only|(?:change )?freeze is on"
    r"|only (?:create|open|file|raise) (?:the|a) ticket|only (?:tell|show|give) me the command|what would (?:run|happen))\b"
)
"""As TEXT and HELD."""
