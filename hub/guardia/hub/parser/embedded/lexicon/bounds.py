# ruff: noqa: E501 - patterns read worse when they are broken
"""Words that bound a change: which of several nodes, how many, in which environment, when, which release or log."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, folded

COUNTS = {
    **{fold(word): number for number, words in enumerate(("하나 한", "두 둘", "세 셋 석", "네 넷 넉", "다섯", "여섯", "일곱", "여덟"), 1) for word in words.split()},
    **{word: number for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight"), 1)},
}  # fmt: skip
_N = rf"(?P<n>\d{{1,2}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})"
COUNT = re.compile(
    rf"(?<![가-힣\w.,:-])(?<!다른\s){_N}"
    + fold(
        r"\s?(?:대(?!\s?씩)(?=\s|만|다|모|전|에만|에\s|에는|에다|[,.~)]|$)|군데|개\s?(?:노드|서버|인스턴스)|개?(?=만\s(?!남|빼|두|놔|살|제외)))(?!\s?(?:중|가운데|이상|이하))"
    )
    + r"|(?<![가-힣])(?:"
    + fold("노드|서버|인스턴스|컨테이너")
    + rf")\s?(?P<n2>\d{{1,2}}|{'|'.join(sorted(COUNTS, key=len, reverse=True))})\s?"
    + fold(r"(?:개|대)?(?=만|\s|$)(?!\s?(?:개|대)?\s?(?:씩|번|호))")
    + r"|\b(?P<n3>\d|one|two|three|four|five|six|seven|eight)\s(?:of\s(?:the\s)?)?(?:nodes?|servers?|instances?|boxes)\b"
)
"""두 대만, 상위 2개 노드, 인스턴스 하나: how many are meant."""
SEVERAL = re.compile(
    fold(
        r"(?<![가-힣])(?:(?:몇|몇몇|여러)\s?(?:대|개|노드|군데|서버)|일부|절반)(?:만|를|을)?\s|(?<![가-힣])(?:반|절반|두\s?대|세\s?대|[2-9]\s?대)\s?씩|(?:첫|두|세|네|\d)\s?번째\s?(?:인스턴스|컨테이너|프로세스|앱)|(?:커넥션|쓰레드|스레드)\s?풀(?:만|을)?\s?$"
    )
)
"""몇 대만, 두 대씩: in part, or in parts."""
THOSE = re.compile(
    fold(
        r"(?<![가-힣])(?:그|이|저)\s?(?P<n>둘|두|셋|세)(?![가-힣])|(?<![가-힣])(?:(?:그|이|저|해당)\s?(?:서버|노드|장비|놈|거|것|애)들|걔네|얘네|쟤네)"
    )
)
"""그 둘, 그 서버들: several that were spoken of before."""
_ROLE = "장애|문제|이상|다운|오류|에러|비정상|정상|대기|신규|예비|기존|구형|신형|최신|주|부|메인|서브|액티브|스탠바이|마스터|슬레이브|홀수|짝수|백업|active|standby|master|slave|primary|secondary|[a-h]"
_NOUN = "호기|노드|서버|장비|호스트|인스턴스|쪽|번"
PLACED = re.compile(
    fold(
        rf"(?<![가-힣\w-])(?:{_ROLE})\s?(?:번째\s?)?(?:{_NOUN})(?![가-힣]*(?:이|가|에서|는데)\s)"
        r"|(?<![가-힣])(?:장애|문제|이상|오류|에러)(?:의\s|가\s|\s)?(?:발생|생긴|난|그|된|되는|있는)\s?(?:노드|서버|호기|장비|인스턴스)"
        r"|(?<![가-힣])(?:맨|젤|제일|가장)\s?(?:뒤|끝|앞|위|아래|처음|마지막|오래|많|높|느|바쁜|먼저)|(?<![가-힣])마지막\s?(?:노드|서버|호기|번|거|놈|장비|대)"
        r"|(?<![가-힣])(?:앞|뒤|앞쪽|뒤쪽|끝|끝쪽)(?:에|의)?\s?(?:거|것|서버|노드|놈|한\s?대|두\s?대|세\s?대|\d\s?대)"
        r"|(?:높은|낮은|많은|적은|오래된|느린|큰|급한)\s?순|(?<![가-힣])(?:상위|하위)\s?\d|(?<![가-힣])(?:둘|셋|넷)\s?중|카나리|(?<![a-z])canary"
    )
    + r"|\b(?:the\s)?(?:last|first|slow(?:est|er)?|bad|broken|failing|failed|dead|affected|faulty|unhealthy|odd|even|busiest|standby|active|primary|secondary|oldest|newest|hung|stuck)\s(?:numbered\s)?(?:one|ones|node|nodes|server|servers|instance|instances|box|boxes|half)\b|\bhalf (?:of|the)\b|\bevery (?:other|second)\b"
)
"""마지막 노드, 대기 노드, CPU 높은 순: which is meant, in words that no inventory holds."""
DESCRIBED = re.compile(
    fold(
        r"(?P<say>[가-힣]*[가-힣])(?:\s(?P<noun>거|것|게|걸|데|애|놈|쪽|곳|녀석|아이|서버|노드|장비|인스턴스)|거|것|놈)(?:들)?(?:만|은|는|를|을|부터|만이라도)?\s*(?:하나만?|다|좀|다시|먼저|일단|우선|빨리|얼른|모두|전부|한번|바로)?\s*$"
    )
)
"""느린 애만, 실패한 것만: what stands right before the change."""
DOWN = re.compile(fold(r"죽은|뒤진|뻗은|꺼진|내려간|나간|멈춘|다운된|정지된|떨어진"))
BESIDE = re.compile(
    fold(
        r"\s?(?:의\s)?(?:바로\s)?(?:옆|(?:앞|뒤)(?=에|의|\s|로|쪽)|이후|이전(?!\s?(?:버전|릴리|배포|빌드|걸|것|거|상태|으로))|이상|이하|위로|아래로|다음\s?(?:노드|서버|거|호기|번|장비)|까지(?!\s?(?:다|모두|전부|싹|도)))"
    )
)
"""3호기 다음 노드, 2호기 이상, 거기 옆 서버."""
AGAIN = re.compile(
    fold(r"(?<![가-힣\d])(?:(?:두|세|네)\s?(?:번|회|차례)|[2-9]\s?(?:회|차례))\s?(?:씩\s?|정도\s?|연속\s?)?$")
)
"""두 번 재기동: the same change more than once."""
EVERY_ENV = re.compile(
    fold(
        r"(?<![가-힣])(?:전|모든|전체|각)\s?환경|환경\s?(?:전체|모두|전부|다)(?![가-힣])|(?:운영|개발|검증|스테이징)(?:계|기|환경)?\s?(?:과|와|이랑|랑|하고)\s?(?:동일|같은|똑같)|(?:이전|다른|같은|아닌)\s?환경|이외\s?환경|(?<![가-힣])비\s?운영"
    )
    + r"|\b(?:all|every|both|each) env(?:ironment)?s?\b|\bnon-?prod\b"
)
IS_ENV = re.compile(
    fold(
        r"^\s?(?:(?:장비|서버|환경|쪽|계|기|관련|문제|얘기|이야기|건|작업|요청|대상|기준|인스턴스)\s?)*(?:입니다|이에요|예요|에요|이요|요|임|인데요|이고요|거든요|이야|말이에요|말입니다|말하는\s?[가-힣]+|(?:이|가)\s[^,.]*(?:안|못|죽|느|다운|먹통|문제|장애|이상)[^,.]*|을?\s?(?:보고|보는|만지)[^,.]*|에\s?(?:대한|관한)[^,.]*)?\W*$"
    )
)
"""개발이에요; 검증계 얘기입니다; 개발서버가 안 떠서요: behind an environment, to the end of its sentence."""
TROUBLE = folded(
    r"\s?(?:장비|서버|환경|쪽|계|기|인스턴스|서비스)?\s?(?:에서는?|에서도|에서만|에|이|가|은|는)?\s(?!.*(?:(?:오류|에러|장애|문제|이상|특이\s?사항)[가-힣]{0,3}\s?없|정상|수정|해결|조치|완료|복구|고쳤|끝났|잡았|괜찮|테스트))[^,.]{0,20}?(?:오류|에러|장애|문제|이상|경고|알람|알럿|타임\s?아웃|[45]\d\d|응답|접속|로그인|화면|느[리려]|느립|죽|먹통|다운|멈|뻗|터[지졌집]|(?<![가-힣])안\s|(?<![가-힣])못\s)"
)
"""검증계에서 오류가 납니다; 개발기 확인해보니 응답이 없네요: behind an environment that is in no request."""
_IN_ENV = fold(
    r"\s?(?:서버|쪽|계|기|장비|환경)?\s?(?:(?:얘기|얘긴|이야기|건|관련)?(?:인|이)?데요?\s|(?:이|가)\s?[^,]{0,6}(?:먹통|죽|느|다운|안\s|멈|뻗|터)[^,.]{0,8}(?:요|니다|데|서)\s|(?:을|를)?\s?보(?:고|는)[^,.]{0,6}데)"
)
IN_ENV = {
    "PROD": re.compile(fold("(?<![가-힣])(?:운영|상용|prod)") + _IN_ENV),
    "STG": re.compile(fold("(?<![가-힣])(?:스테이징|검증|stg)") + _IN_ENV),
    "DEV": re.compile(fold("(?<![가-힣])개발(?![자팀])") + _IN_ENV),
}
"""검증 서버가 먹통이에요 …; 개발 쪽 얘긴데요 …: where the rest is said of."""
TEST_SERVER = re.compile(
    fold(
        r"(?<![가-힣])(?:테스트|테섭|test|qa)\s?(?:서버|환경|기|계|장비)\s?(?:얘기|얘긴|건|관련|쪽|입니다|이에요|예요|인데|이?라\s|이?라서|이?니까?\s|에\s|의\s)"
    )
)
_SPARED = fold(
    r"[가-힣]{0,2}\s?(?:은|는|만|을|를|쪽은|도)?\s?(?:절대\s|제발\s)?(?:건드|건들|손대|만지|놔\s?두|그대로\s?두|아니|아닌|아님)"
)
NEVER = {
    "PROD": re.compile(fold("(?<![가-힣])(?:운영|상용|prod)") + _SPARED),
    "STG": re.compile(fold("(?<![가-힣])(?:스테이징|검증|stg)") + _SPARED),
    "DEV": re.compile(fold("(?<![가-힣])개발(?![자팀])") + _SPARED),
}
"""운영은 건드리지 말고: an environment that is to be left alone, or is not meant."""
NOT_YET = {
    "PROD": re.compile(
        fold(
            r"(?<![가-힣])(?:운영|상용|prod)(?:계|기|환경|\s?서버)?\s?(?:배포|반영|작업|적용)?(?:은|는)\s?(?:아직|내일|모레|다음|나중|추후|이따|차주)"
        )
        + r"|\bprod(?:uction)? (?:is |will be |comes |goes |follows )?(?:tomorrow|later|next|not yet|on \w+day)"
    ),
}
"""운영은 아직 아닙니다; 운영 배포는 내일이고요."""
RECOVERY = folded(r"(?<![a-z])dr(?![a-z])|재해\s?복구|(?<![가-힣])디알\s")
"""A site of its own, which no inventory holds as an environment."""
ENV_DONE = folded(
    r"(?:완료|통과|끝[났냈내난]|마쳤|마친|됐습니다|되었습니다|했습니다|했어요|했고|했음|됐어요|됐고|됐음|돌렸|확인했|검증했|테스트했|정상|이상\s?없|문제\s?없|이상이?\s?없|문제가?\s?없|괜찮|성공|잘\s)"
)
"""Told of an environment, it says that the next one is meant."""
ENV_PASSED = folded(
    r"(?:완료|통과|끝[났냈내난]|마쳤|마친|성공|(?:배포|반영|테스트|검증|작업|적용)\s?(?:다\s)?(?:했|됐|되었|하였))"
)
"""The same, of work that goes on with the next environment."""
ROLLED = folded(r"배포|반영|패치|적용|업데이트|올렸|올린|\b(?:deployed|released|rolled out|patched)\b")
PEOPLE = folded(
    r"\s?(?:쪽|측)?\s?(?:에서\s(?:확인|검토|요청|부탁|말|얘기|연락|문의|알려|전달|요구)|파트|쪽에서|측에서|팀|자[가는이의]?\s|사[가는의]?\s|부서|부에서|담당|본부|그룹|업체|조직|인력|회사|센터)"
)
"""개발 쪽에서, 개발팀장: behind what else would be an environment."""
SOME_GET = re.compile(
    fold(r"(?P<say>[가-힣]*[가-힣])\s(?:데|노드|서버|쪽|애|곳|놈|장비)들?(?:에만|에다만|에다|에|만)\s")
)
"""패치 안 된 데만 a.war 배포: which get it."""
ONLY_TRY = re.compile(fold(r"^\W*\(?\s?(?:테스트|연습|훈련|test|qa|예시|샘플)\s?(?:용|건|환경|서버|기|계)?\s?\)?\W*$"))
CLOSED = re.compile(fold(r"\s?(?:서버|환경|장비|쪽|건|계|기)?\s?(?:[)\]]|\W*$)"))
TRIED = re.compile(fold(r"[(\[]\s?(?:테스트|연습|훈련|test|qa)\s?[)\]]"))
COUNT_ALONE = re.compile(
    rf"\W*{_N}"
    + fold(r"\s?(?:대|개|노드)(?:만|요|입니다|이요|예요|이에요|임)*\W*$")
    + r"|\W*(?:"
    + fold("총|모두|합쳐서|전부|다해서")
    + rf")\s{_N.replace('<n>', '<m>')}"
    + fold(r"\s?(?:대|개|노드)")
)
AT_ONCE = re.compile(fold(r"지금|바로|당장|즉시"))
THAT_ONE = re.compile(
    fold(
        r"\W*(?:아니?\s)?(?:아까|방금|저번|어제)?\s?(?:그|저)(?:거|것|놈|노드|서버|\s?노드|\s?서버)(?:요|이요|만요|만)?\W*$"
    )
)
COUNT_FIELD = re.compile(fold(r"(?:대수|수량|노드\s?수|서버\s?수)\s?[:：=]\s?(?P<n>\d{1,2})(?![\d.])"))
FIELD = re.compile(fold(r"(?:대상|노드|서버|호기|장비|target|node|host)\s?[:：=](?P<which>[^\n]{0,60})"))
TOO = re.compile(fold(r"\s?(?:도|까지|랑|하고|같이|함께|역시)"))
SOON = re.compile(fold(r"\s?(?:다음에|다음번에|담에|이따|있다가?)\s?$"))
LITTLE = re.compile(
    fold(
        r"(?<![가-힣])(?:잠시|조금|좀|쫌|잠깐|쪼금|한참|얼마|몇\s?(?:분|시간|초|일)|\S{1,3}\s?시간만|\S{1,3}\s?분만)\s?(?:만\s?)?(?:후|뒤|있다|이따|지나|기다|쉬었)[가-힣]{0,3}\s(?!전)"
    )
)
"""잠시 후, 조금 있다: not now."""
"""WAS 다음에 재기동: between a target and the change."""
ONCE = re.compile(
    fold(
        r"(?:승인|결재|허가|컨펌|협의|합의|검토|공지|안내|회의|수업|행사|방송|상담|마감|결산|이관|점검|작업|pm|회신|답변|답장|연휴|설|추석|명절|휴가|일과|심의|검수|업무|영업|시험|강의|조회|장|테스트|연락|통화|점심|식사|담당자\s?확인|팀장님?\s?확인|현업\s?확인|고객\s?확인)\s?(?:시간\s?)?(?:을|를|이|가)?\s?(?:다\s)?(?:끝(?:난|나고|나는|낸|내고)|완료|종료|마친|마치고|받은|받고|지난|지나고|지나서)?\s?(?:된|되고|하고|한)?\s?(?:후에?|뒤에?|다음에?|이후에?|나서|대로|직후에?|하고|치고|닫고|받고|듣고|고|지나고|지나서|때에?|맞춰서?|시간에)\s"
    )
)
"""승인 후, 점검 시간에, 점심시간 지나고: right before the change, when nothing else was ordered there."""
WORK = re.compile(fold(r"작업|재기동|재시작|배포|점검\s?(?:건|요청)|(?<![a-z])pm(?![a-z])|변경|반영|일정|요청"))
AT_EASE = re.compile(
    fold(
        r"(?:(?:편|시간\s?(?:이\s)?[되나]|여유|가능|괜찮|한가|바쁘지\s?않|손\s?[비빌])[가-힣\s]{0,6}?|사용자\s?(?:가\s)?없는\s?|트래픽\s?(?:이\s)?적을\s?)(?:때에?|시간에|시간대에?|타임에)\s"
    )
)
"""편하실 때, 가능한 시간에."""
SPAN = re.compile(
    fold(
        r"(?<![\d:])\d{1,2}\s?(?:시간|분|시)?\s?(?:[~∼-]|에서|이나|나|또는|혹은)\s?\d{1,2}\s?(?:시간|분)\s?(?:정도\s?|쯤\s?)?(?:뒤|후|있다|이따)"
    )
)
"""1~2시간 뒤."""
NIGHT_WORK = re.compile(
    fold(r"(?<![가-힣])(?:야간|심야|새벽|주말|휴일|정기\s?pm)\s?작업\s?(?:요청|건|입니다|이에요|예요|예정|분|대상|$)")
)
DONE = re.compile("[았었했났됐졌갔왔끝]")
BEFORE_IT = re.compile(fold(r"[^,.\n]{1,12}\s전(?:에)?\s"))
PAST_TIME = re.compile(fold(r"\s?(?:을|를|이|가)?\s?(?:넘|지나)"))
UNTIL = re.compile(fold(r"(?:^|[\s(])[~∼]\s?(?:\d{1,2}:\d{2}|\d{1,2}\s?시)"))
GOES_ON = re.compile(r"(?!,\d)[#@._:/-]?[0-9a-z]|[#@._:/-]\S")
"""1234#5678: a number that is not read to its end."""
OTHER_NUMBER = re.compile(r"(?<![\d.:-])\d{2,7}(?![\d.:-])")
SPARES = re.compile(fold(r"두고|두세|말고|그대로|유지|놔|남겨|건드|괜찮|정상|무관|분|초|시|%|건|명"))
HOLDING = re.compile(
    fold(
        r"\s?(?:번)?(?:을|를|이|가)?\s?(?:연결된|붙은|물린|관련된|관련|기다리|대기하|막고|물고|잡고|블록|블락|블로킹|락\s?걸|lock|block)[가-힣a-z]*\s?(?:있는\s?)?(?:거|것|걸|세션|놈|애|쪽)"
    )
)
"""1234 막고 있는 거: another session than the one that is named."""
RELEASE = re.compile(
    fold(
        r"(?:(?<![가-힣])(?:지지난\s?주|지난\s?주|저번\s?주|지난\s?달|저번\s?달|그제|그저께|엊그제|\d+\s?일|\d+\s?월|\d+\s?주|\d+\s?시|\d+/\d+)[가-힣]{0,4}|이전\s?이전|전전|전\s?전|전의\s?전|안정(?:화|적인)?|정상|장애\s?(?:나기\s?)?전|문제\s?(?:없던|없는)|원래|최초|초기|검증된|마지막|잘\s?되던|잘\s?돌던)\s?(?:버전|배포본|배포|빌드|소스|릴리[스즈]|상태|거|것|때|본|시점|파일|war)(?:으?로|까지)|(?:두|세|네|\d)\s?(?:단계|버전|번|개|차수)\s?(?:전|앞|뒤|이전)|(?<![가-힣])(?:태그|tag|커밋|commit|빌드|build|스냅샷|snapshot|리비전|revision)(?![가-힣a-z])"
    )
    + r"|\b(?:two|three|several|couple of) (?:versions?|releases?|builds?) (?:ago|back)\b|\bto (?:the )?(?:last week|yesterday)'?s? (?:version|release|build)\b|\bknown[- ]good\b|\bstable\b"
)
"""지난주 버전, 두 단계 전, 안정 버전: a release that is neither the one before nor named."""
BACK_TO = re.compile(
    fold(
        r"\s?\)?\s?(?:(?:버전|버젼|릴리[스즈]|빌드|배포본|release|version|tag|태그)\s?)?(?:으?로|까지|을|를|에|도|만|인데|이고|이라|라서?\s|$|\W*$|[,.)]|(?:좀|다시|바로|급히|긴급|즉시)?\s?(?:롤백|원복|되돌|복구|복원|회귀|내려|돌려|돌리|바꿔|rollback|roll|revert))"
    )
)
"""1.2.3으로, 1.2.3 버전으로: a release to go back to; anything else is told of it."""
EITHER_FILE = re.compile(
    fold(r"\s?(?:이?나|이?든|또는|혹은|아니면|\()|.*\s중\s?(?:에|에서)?\s?(?:최신|하나|아무|맞|필요|새)")
)
NOT_FILE = re.compile(
    fold(
        r"\s?(?:은|는|이|가|으?로)?\s?(?:파일\s?)?(?:아님|아니|아닙|말고|지우|삭제|빼|되어\s?있|돼\s?있|된\s|올라가\s?있|대신|백업|원복|롤백|잘못|취소|쓰지|올리지|제외|구버전|예전|옛날|기존|였|이었|그대로)"
    )
)
LOGS = re.compile(
    fold(
        r"(?<![가-힣])(?:어제|그제|오늘|지난\s?주|지난\s?달|\d+\s?월|\d+\s?일|작년|\d{4}\s?년)[가-힣]{0,3}\s?(?:까지\s?)?(?:의\s)?(?:로그|것|거|분)|(?:지난\s?주|지난\s?달|어제|작년)\s?(?:이전|이후)|보관|보존|[된한]\s로그만|까지만|순으?로|\d+\s?(?:개|건)|(?<![a-z가-힣])(?:gc|access|error|debug|catalina|접속|접근|에러|오류|디버그|배치|감사|거래)\s?(?:로그|log)(?:만|은|는)?(?![가-힣a-z]*\s?(?:가|이)\s)|\.(?:out|log)(?:만|은|는)|(?<![a-z가-힣])(?:gc|access|error|debug|catalina)[가-힣]{0,2}만\W*$"
    )
)
"""gc 로그만, 어제까지만: some of the logs, which no parameter holds."""
