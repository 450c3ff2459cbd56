# ruff: noqa: E501 - patterns read worse when they are broken
"""What people say beside a request for a change: when, how, that it is over, that somebody says no, that another is meant."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold

WAITS = re.compile(
    r"\b(?:i|we|he|she|they)(?:'ll| will| shall)\s(?:\w+\s){0,2}?(?:tell|let|ping|call|message|notify|signal|give|text)\s(?:you|u)\b(?!\s(?:know\s)?(?:about|how|what|why))"
    r"|\b(?:do|run|start|perform|schedule|push|move)\s(?:it|this|that|them)\s(?:at|later|tomorrow|tonight|on|after|before|when|once|in|next)\b"
    r"|\bwait\s(?:for|until|till)\b|\bnot\s(?:now|yet|today|tonight|before|until|till)\b|\b(?:hold|wait)\s(?:on|off|up)\b|\bas needed\b|\band don.t\b|\bstop\s\w+\sfrom\b"
)
"""We'll tell you when; do it at 7 pm: another moment than now."""
HELD = re.compile(
    fold(
        r"(?:(?:(?:님|팀|실|dba|측|쪽|고객사|관리자|책임자|본부|상부|위)(?:이|가|은|는|에서는?|께서는?)?\s(?:[가-힣]{1,6}\s)?|(?:때문에|땜에|중이라|라서|탓에)\s|^\W*(?:지금은?|아직은?|오늘은?)?\s*)안\s*[된되](?:다|대)|하지\s*말(?:라|자)|말아\s*달라|말(?:라|래)|기다리(?:라|자|래)|기다려\s*(?:달|봐|주)|보류하?(?:라|자|래)|미루(?:자|라|래)|나중에\s*하(?:자|라|래)|멈추라)\s*(?:고|시|는|네|요|니|$)"
    )
)
"""과장님이 안 된다고 하셔서요: somebody else says no."""
TURNS = re.compile(
    r"\W*(?:(?:oh|ah|ok|okay|so|and|but|or|well|please|pls)\W+)*(?:actually|hmm+|on second thought|that was|this was|that's for|this is for|never|nevermind|nvm|scratch|oops|whoops|wrong|sorry|wait|hold|hang on|let me(?! know)|lemme|let's|however|no|nope|unless|until|later|tomorrow|leave|skip|forget|cancel|abort|undo|ignore|don't|dont|do not|if|when|once|after|before)\b"
)
"""Actually, let me check first: how a sentence begins that turns away from what was said."""
SIGNAL = re.compile(
    r",\s(?:said|says|wrote|asked|asks|told)\s|\bon (?:my|his|her|our|their) (?:mark|signal|go|word|call|ok)\b|[:-]\s?(?:done|ok|finished|completed?|closed|cancelled)\W*$"
)
FRAGMENT = re.compile(
    fold(
        r"(?:(?<![았었했였겼졌됐왔갔났렸켰혔겠려])(?<!마시)(?<!두시)(?<!마)(?<!두)고|면|(?:나중|뒤|후|다음|이후|전|때|중|직전|직후|끝|새벽|밤|저녁|오전|오후|아침|점심|주말|주|달)에?|히|먼저|까지|부터|내일|모레|이따가?|있다가?|[가-힣](?<!꼭)이)\s?(?:요|여|욤|유|용)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
"""나중에요; 팀장님 오시면요; 백업 먼저요: a piece of a sentence, which goes with the request before it."""
LATER = re.compile(fold(r"내일|모레|이따|있다가|나중|다음\s*(?:주|달|번)|주말"))
WELCOME = re.compile(
    fold(
        r"(?:감사|고맙|수고|고생|부탁|얼른|빨리|급|어서|제발|지금|바로|당장|즉시|지금\s*바로|네|넵|넹|예|옙|안녕|이상|죄송|미안|꼭|진짜|정말|한번|한\s*번|좀)[가-힣\s]{0,8}(?:요|여|욤|유)?[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
MINE = re.compile(
    fold(
        r"^\W*(?:(?:아+|어+|음|네|넵|아니|그냥|근데|오|에이|됐고|그럼|이건|그건|역시)\W+)*(?:제가|저희가|내가|우리가|저희\s*쪽에서|저희\s*쪽이)\s*(?:직접|그냥|먼저|따로|지금|바로|알아서)?\s*(?:할게|하겠|할께|처리|진행|해볼|해\s*볼|해보)"
    )
)
WAS_TO_BE = re.compile(fold(r"(?:거|것|건데|려고|려던|려\s*했)\s*(?:였|이었|었는데|했|거)"))
THANKED = re.compile(
    fold(
        r"[ ]*(?:감사|고맙|고마|수고|고생)|\s*(?:건|관련)?\s*문의|\s*(?:을|를|좀|은)?\s*(?:부탁|요청)\s*(?:(?:드릴|할)\s*(?:뻔|지도|지\s*(?:몰|모)|수도|예정|까|생각|계획|일이|게\s*있|거\s*있|것\s*(?:이|같)|거\s*같)|(?:한|하신|드린|했던|드렸던|하는)\s*(?:사람|분|적)|(?:을|이|은|건)?\s*(?:접수|받았|받음|확인했|문의|들어|올라왔|왔|처리했|처리됨|완료|반려|기각|취소))"
    )
)
"""재기동 감사합니다; 재기동 부탁드릴지도 몰라요; 재기동 요청 접수했습니다."""
OTHER_THING = re.compile(
    fold(
        r"(?:모니터링|감시|관제|알람|알림|수집|백업|점검|로그인|접속|트래픽|캐시|메일|문자|푸시|접수|예매|상담|영업|판매|인쇄|방송|작업|주문|매매|거래|출금|이체|발급|발송|전송|연계|연동|인터페이스|부하\s?테스트|테스트)\s*(?:을|를|은|는|도|만)?\s*$"
    )
)
RECOVERED = re.compile(
    fold(
        r"(?<!안\s)(?<!안)(?<!못\s)(?<!못)(?:정상(?:이|입|으|화|적)|괜찮(?:아[졌지]|네|은\s*(?:것|거|듯))|풀렸|풀리(?:네|긴)|살아났|살아나(?:네|긴)|돌아왔|해결(?:됐|되|했)|복구(?:됐|되|했)|회복|올라왔|올라오네|붙었|(?:다시|이제|이미|벌써|지금은?)\s*(?:잘\s*)?(?:되|됐|됩|돼|뜨|떴|들어가|나오|하셨|했|끝))"
    )
    + r"|\b(?:it's|it is|is|looks?|came) (?:back|fine|ok|okay|up|recovered|resolved|working) (?:now|again|already)\b|\balready (?:done|restarted|fixed|back|up)\b"
)
"""괜찮아졌네요; 이미 됐네요: what was wrong is wrong no more."""
RISEN = re.compile(
    fold(
        r"(?<!안\s)(?<!안)(?<!못\s)(?<!못)(?:올라왔|살아났|풀렸|돌아왔|떴)(?:어요|네요|네|습니다|음|다|어|슴다)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
IS_NOT = re.compile(fold(r"(?:이|가|은|는|\s?서버가|계가)?\s?(?:아닙니다|아니에요|아니예요|아님|아니고)"))
ALARM = re.compile(fold(r"알람|알림|경고|경보|얼럿|얼러트|에러\s*창|오류\s*창|팝업") + r"|\balert|\balarm")
"""알람이 떴습니다: nothing came back up."""
OVER = re.compile(
    fold(
        r"^\W*(?:[-=]*>\s*)?(?:처리|조치|작업)?\s*(?:(?:완료|종료)(?:했|됐|되었|하였|입니|이에|요|됨|함|\W*$)|끝(?:났|냈|냄|남))"
    )
)
NOT_NOW = re.compile(
    fold(
        r"지금은?\s*(?:좀|조금|아직|너무|위험|무리|곤란|안|하면)|위험하(?:겠|네|다|지)|무리(?:네|겠|일|인)|곤란하|이르(?:네|겠)|아직(?:은|\s*(?:안|이|승인|결재|말|하지))|(?<!팀\s)(?<!qa\s)(?<!체\s)(?<!객\s)(?<!자\s)(?<!님\s)(?<!사\s)대기\s*중|대기\s*(?:부탁|해|요|바)|기다려\s*(?:달|주|봐|야)|기다리(?:자|라|래|죠|시)|보류|스탠바이|승인\s*(?:필요|대기|전|이?\s*(?:안|아직|필요))|결재\s*(?:필요|대기|전|중|이?\s*(?:안|아직|필요))|허락\s*(?:필요|전|없|안|구하|맡)|검토\s*(?:중|필요|후|하)|논의|협의|상의|(?:확인|점검|분석|조사)\s*중|먼저\s*(?:본|보|확인|하|볼|해)|도는\s*중|돌고\s*있(?:네|었|는데|어요|습니다)|배치\s*중|나서|다음에\s*(?:해|하|부탁|진행)|뒤에\s*(?:해|하|부탁|진행)|후에\s*(?:해|하|부탁|진행)|이후에?\s*(?:해|하|부탁|진행)"
    )
)
UNREAL = re.compile(
    fold(
        r"(?<![가-힣])테스트\s*(?:입|이에|이야|예요|용|메시지|중|였|임)|연습|훈련|예시|예제|샘플|오타|실수|잘못(?!\s*(?:나[가갔왔]|들어[가갔]|올라[가갔]|계산|찍|보여|표시))|복붙|메일\s*내용|반대(?:입|이|하|예|에)|농담|장난|가정|무시|없던\s*일|가상|시나리오\s*(?:입|이에|상|라)|(?<![가-힣])뻥|헛소리|착오|취소|철회|생각해\s*보|다시\s*보니|혹은|뺄게|롤백이었|었나|였나|구버전|체크섬|(?:다시|새로)\s*(?:드릴|보낼|올릴|줄게|드리겠|보내)|(?:본|파일|사본)(?:이|가|은|는)?\s*없|곧\s*(?:나온|나와|올라온)|보관하|방금\s*끝|^\W*(?:아|앗|헉|엇|아차)\s+(?!그리고|참|네|감사|빨리)[^.!?\n]*네요?\W*$"
    )
)
SUBSET = re.compile(
    fold(r"(?:(?<!다)(?<!번)만|씩|정도만|부터)\s?(?:요|여|이요)?[\s.!~ㅎㅋㅠㅜ]*$|제외|빼고|빼\s*주|빼\s*(?:고|요)")
)
OTHER_PLACE = re.compile(
    fold(
        r"(?:였|이었|이|문제|쪽)(?:네요|네|어요|었어요|습니다|였네요|이네요|이네|였어요|입니다|이에요|예요|는데요|죠|나)[\s.!~ㅎㅋㅠㅜ]*$"
    )
)
ASKS_OF_IT = re.compile(fold(r"(?:이거|이\s*요청|위에|저거|그거|이\s*건|이런\s*거|누가|누구|언제|왜)"))
NOT = re.compile(r"\bnot\s(?:(?:the|in|on|for|to)\s)*$")
WAIT = re.compile(fold(r"기다려\s*(?:달|주|봐|야)|기다리(?:자|라|래|죠|시)"))
DO_IT = re.compile(
    fold(
        r"(?P<how>[^.!?\n]*?)(?:(?:진행|작업|처리|실행|수행)?\s*해\s*(?:주[세시십셔]|줘|달라|주면)[가-힣\s]{0,8}|하(?:세요|시면\s*[돼되됩][가-힣]*|십시오)|진행(?:\s*(?:부탁|바랍|요망|요)[가-힣\s]*)?|부탁[가-힣\s]{0,8})[\s.!~ㅎㅋㅠㅜ^]*$"
    )
)
"""…에 해주세요: says of the request when or how; 빨리 해주세요 says nothing new."""
PLAINLY = re.compile(
    fold(
        r"(?:[^.!?\n]{0,6}(?:조치|처리|완료|작업|진행)\s후\s(?:결과\s)?)?(?:[^.!?\n]{0,40}(?:으니|니까|[했됐났갔왔받]으니)\s)?(?:\W|이렇게|(?:이것|이거|그것|그거|이\s?건|위\s?건|여기까지)만?|순서로|순서대로|[한두세네다섯여]+\s?(?:건|번|개|가지)(?:에|째|이나)?|벌써|위|아래|내용|대로|요청|수고|빨리|빠른|빠르게|얼른|바로|지금|즉시|당장|꼭|좀|제발|급하게|급히|긴급히?|신속[히한하게]*|조속[히한하게]*|우선|최대한|가능한|한번|한\s*번|다시|그럼|그냥|일단|먼저|얼렁|언능|후딱|퍼뜩|싸게|잘|처리|조치|진행|작업|확인|검토|협조|부디|모두|다들|많은|양해|이대로|그대로|결과|공유|회신|안내|연락|말씀|보고|전달|메일|이메일|슬랙|톡방|톡|카톡|문자|전화|댓글|답글|스레드|여기|으로|로|에|이걸로|이렇게|그렇게|번거로우시겠지만|죄송하지만|바쁘시겠지만|바쁘신데|수고스럽지만|결재|승인|났|받았|나왔|떨어졌|완료|됐|끝났|으니|니|습니다|고객|민원|이|가|으로|을|를|도|만|은|는)*+"
    )
)
MUST_FIRST = re.compile(
    fold(
        r"^(?![^.!?\n]*[가-힣]\s*전에)[^.!?\n]*야\s*(?:합니다|해요|됩니다|돼요|한다|함|됨)[\s.!~]*$|(?:작업|그|시작|진행|재기동|배포|중지|(?<![가-힣])(?:끄|내리|하|올리|돌리))\s?(?:기\s*)?전에[^.!?\n]*야\s*(?:합|해|됩|돼|한|함|됨)|다음에\s?(?:요|여)[\s.!~]*$"
    )
)
"""배치가 끝나야 됩니다; but "문 열기 전에 끝나야 함" is why it is urgent."""
FIRST_TELL = re.compile(
    fold(
        r"(?:먼저|전에|우선)\s*(?:좀\s*)?(?:연락|전화|말씀|알려|얘기|톡|공유|보고|주세요|주시)|(?:주시면|드리면)\s*(?:제가|저희가|그때|바로|해|진행|준비)|동의(?=\s*(?:가|를|는|이|없|필요|받|구하|아직|안|먼저))|답이\s*없|회신이\s*없|받는\s*중|올리고\s*하|안으로\W*$|중으로만|이내로만"
    )
)
SAFE_ASKED = re.compile(fold(r"문제\s*(?:는\s*|가\s*)?없을까|괜찮을까|해도\s*[되돼]|영향|위험하지|안전한"))
NEEDLESS = re.compile(
    fold(r"불필요|필요\s*(?:는\s*|가\s*)?없|소용\s*없(?!었)|[:：]\s*(?:정상|이미|양호|해소|문제\s*없)")
)
NOT_EVEN = re.compile(fold(r"까지(?:는|도|야)?\s|까진\s"))
"""서버 리부팅까진 필요 없어요: less than what was not asked for."""
IS_THAT = re.compile(
    fold(r"(?:이|인)?\s?(?:네요|네|예요|에요|이에요|였네요|였어요|였습니다|이었어요|입니다|인데요|거든요|죠|구나|군요)")
)
APPROVAL = re.compile(fold(r"승인\s*(?:절차|단계|없이|과정|은|을|만)") + r"|requires_approval")
"""What a message says of the approval counts for nothing, here as elsewhere."""
WAS_IT = re.compile(
    fold(r"\W*(?:(?:아|앗|어|음|헉)\W+)?[가-힣A-Za-z0-9]{2,12}(?:이었|였)(?:어요|네요|습니다|음|어)\W*$")
)
TARGET_IS = re.compile(fold(r"대상|서버는|장비는|노드는"))
PAPER = re.compile(
    fold(
        r"요청서|신청서|품의서?|기안서|티켓|양식|의뢰서|작업서|보고서|문서|자료|책자|공지|안내문|초안|사진|명단|회의록|절차서|계획서|일정표|포스터|게시물|글을|글\s"
    )
)
AFTER_IT = re.compile(fold(r"(?:재기동|재시작|재부팅|기동|배포|롤백)\s?(?:해서|하고\s*나서|하고부터|했더니|하자마자)"))
DOWN = re.compile(fold(r"(?:안|못)\s*(?:올라|떴|뜨|살아|켜|일어)|내려가|내려갔|죽"))
FOUND = re.compile(
    fold(
        r"(?:판단|진단|결론|(?:점검|확인|검토|분석)\s?결과)\s*[:：=]\s*[^\n]{0,20}(?:불필요|정상|이미|없음|해소|완료|양호)"
    )
)
"""판단: 불필요."""
THEN_I = re.compile(fold(r"주시면\s*(?:제가|저희가|내가)\s*[가-힣]*\s*(?:내리|올리|끄|켜|재기동|중지|기동|배포|롤백)"))
TO_OTHERS = re.compile(
    fold(r"(?:고객|사용자|현업|민원인|창구|상담|직원|환자|이용자|학생)[가-힣]{0,3}(?:한테|에게|께|보고)")
)
RELAPSED = re.compile(fold(r"(?:는데|지만|다가|더니)\s"))
THAT_ONE = re.compile(r"\bthe\s(?P<who>[\w'-]+)\sone\b")
COMPLAINT = re.compile(
    fold(r"(?:(?<![가-힣])(?:안|못)\s?[가-힣]{1,4}(?:요|네요|니다|음|네|다|대요|데요|고요|습니다))[\s.!~ㅎㅋㅠㅜ]*$")
)
FAULTY = re.compile(fold(r"오류|에러|장애|버그|불량|문제|깨[지져짐]|안\s*[돼되됨됩]|실패"))
DUMPS = re.compile(
    fold(
        r"(?:덤프|dump)[가-힣]{0,2}\s?(?:꼭\s?|먼저\s?|일단\s?|우선\s?|하나\s?|한\s?번\s?|좀\s?)?(?:뜨|떠(?!\s?[놨놓뒀두])|받(?!았)|남기|남겨|따(?!로)|확보하|확보한\s?(?:뒤|후|다음)|생성하|채취|저장하|캡처|캡쳐|챙기|챙겨(?!\s?[놨놓뒀두])|선행|먼저|부터|후(?=[\s,.에])|다음|요(?=[\s.!~]|$))"
    )
    + r"|\b(?:take|grab|get|capture|collect|pull|save|do) (?:a |an |the |one )?(?:quick |fresh |full |thread |heap )?dump\b|\bdump (?:it |the threads )?first\b"
)
"""덤프부터 뜨고 …: what is looked at beside a change belongs to it."""
