# ruff: noqa: E501 - patterns read worse when they are broken
"""What people say around a request that says nothing of it: excuses, hurry, what follows if nothing is done, who reports.

Every pattern is a whole utterance made of closed lists of words: none of them names a place, a node, a clock's time or
a file, so leaving one out can lose nothing of what is asked.
"""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import folded
from guardia.hub.parser.embedded.lexicon import people, then

_WHO = people.WHO
_LOOSE = (
    r"(?:이따가?|나중에|추후에?|차후에?|오후에|오전에|저녁에|밤에|아침에|새벽에|오늘|내일|모레|내일\s?(?:오전|오후|아침|저녁|중|출근해서|출근하면)[에로]?|다음\s?주에?|다음\s?번에|다음에|끝나고|끝나면|끝난\s?(?:뒤|후|다음)에?|작업\s?(?:후|뒤)에?|완료\s?(?:후|뒤)에?"
    r"|직접|따로|별도로|마저|다시|이어서|이후에?|곧|바로|모두|다|전부|알아서|한번|한\s?번|같이|함께|천천히)"
)
_PLAN = (
    r"(?:(?:진행|처리|정리|전달|공유|안내|공지|보고|작성|확인|테스트|검증|분석|점검|모니터링|마무리|설명|준비|조치|작업|배포|반영|재기동|재시작|롤백|삭제|실행|협의)?\s?(?:할게요|할께요|하겠습니다|할\s?예정입니다|할\s?예정이에요|합니다|해요|하기로\s?했습니다|하기로\s?했어요|한다고\s?합니다|한대요|하신답니다|하신대요|하실\s?겁니다|해\s?주신답니다|해\s?주신대요|할\s?겁니다|할\s?거예요|해\s?볼게요|해\s?보겠습니다|해\s?두겠습니다|예정입니다|드리겠습니다|드릴게요)"
    r"|올리겠습니다|올릴게요|올립니다|보겠습니다|볼게요|봅니다|맡겠습니다|맡을게요|챙기겠습니다|챙길게요|남기겠습니다|남길게요|쓰겠습니다|쓸게요|돌리겠습니다|돌릴게요|내겠습니다|낼게요|보내겠습니다|보낼게요|할\s?것입니다)"
)
_TASK = (
    r"(?:결과|결과\s?(?:보고|공유|확인|안내)|보고|보고서|사후\s?보고|윗선\s?보고|상부\s?보고|공지|안내|점검\s?공지|공지사항|사용자\s?(?:공지|안내)|고객\s?(?:안내|공지)|확인|최종\s?확인|사후\s?확인|화면\s?확인|업무\s?확인|기능\s?확인|서비스\s?확인|테스트|기능\s?테스트|검증|업무\s?검증|모니터링|분석|원인\s?(?:분석|파악|조사)"
    r"|원인|나머지\s?(?:작업|일)|남은\s?(?:작업|일)|이후|이후\s?(?:작업|일|조치|절차|단계|진행)|후속|후속\s?(?:작업|조치|처리|확인)|뒷정리|뒷일|뒤처리|마무리|다음\s?(?:단계|작업)|전달|회신|연락|문서|문서\s?작업|회의|보완|재발\s?방지책?|티켓|장애\s?보고서?|승인\s?서류)"
)
_TELL = (
    r"(?:알려|말씀|말씀해|말|말해|얘기해|연락|연락해|공유|공유해|회신|회신해|답장|답|답변|톡|문자|메시지|전화|전화해|콜|호출해|노티|여기\s?남겨|여기에\s?남겨|댓글|댓글\s?남겨|댓글로\s?남겨|글\s?남겨|메모\s?남겨|남겨|한마디\s?해|한\s?말씀|보고해|보고|태그해|멘션해)"
    r"(?:\s?좀)?(?:\s?만)?\s?(?:주세요|주십시오|주셔요|주시면\s?(?:됩니다|돼요|감사하겠습니다|고맙겠습니다|감사드리겠습니다)|주시기\s?바랍니다|줘요?|바랍니다|바라요|부탁드립니다|부탁드려요|부탁합니다|부탁해요|부탁)"
)
_SUBJECT = r"(?:[가-힣]{1,8}(?:\s[가-힣]{1,6}){0,2}(?:은|는|이|가|도|을|를|에)\s)"
_TROUBLE = (
    r"(?:업무가\s?)?(?:멈춥니다|멈춰요|멈춘대요|멈춘다고\s?합니다|중단됩니다|중단돼요|마비됩니다|마비돼요|막힙니다|막혀요|밀립니다|밀려요|늦어집니다|늦어져요|지연됩니다|지연돼요|커집니다|커져요|커질\s?것\s?같습니다|커질\s?것\s?같아요|늘어납니다|늘어나요|쌓입니다|쌓여요|빗발칩니다|쏟아집니다|쏟아져요"
    r"|죽습니다|죽어요|죽을\s?것\s?같습니다|죽을\s?것\s?같아요|터집니다|터져요|뻗습니다|뻗어요|느려집니다|느려져요|끊깁니다|끊겨요|찹니다|차요|차\s?버립니다|꽉\s?찹니다|꽉\s?차요|가득\s?찹니다|넘칩니다|넘쳐요|혼납니다|혼나요|곤란합니다|곤란해요|난처합니다|난리\s?납니다|난리\s?나요|위험합니다|위험해요|골치\s?아픕니다"
    r"|큰일입니다|큰일\s?납니다|큰일\s?나요|큰일이에요|장애가?\s?납니다|장애가?\s?나요|장애로\s?번집니다|장애로\s?이어집니다|장애가\s?될\s?것\s?같습니다|문제가?\s?(?:됩니다|돼요|생깁니다|생겨요|커집니다|커져요)|사고\s?납니다|사고가\s?납니다|클레임이?\s?(?:들어옵니다|걸립니다|들어와요|걸려요)|민원이?\s?(?:들어옵니다|들어와요|옵니다|와요|폭주합니다)"
    r"|(?:안|못)\s?(?:됩니다|돼요|돕니다|돌아요|나갑니다|나가요|들어옵니다|들어와요|합니다|해요|받습니다|받아요|엽니다|열어요|씁니다|써요|끝납니다|끝나요|맞춥니다|맞춰요|맞습니다|뜹니다|떠요|열립니다|열려요|올라갑니다|넘어갑니다))"
)
_UNLESS = (
    r"(?:안\s?그러면|그렇지\s?않으면|안\s?그럼|안\s?하면|안\s?되면|이게\s?안\s?되면|안\s?해\s?주시면|못\s?하면|이대로\s?(?:두면|가면|놔두면|있으면|계속\s?가면|방치하면)|그대로\s?(?:두면|가면|놔두면|방치하면)|그냥\s?(?:두면|놔두면|있으면)|방치하면|내버려\s?두면|계속\s?이러면|이러다가?|이러다간"
    r"|(?:조금\s?더\s?|조금만\s?더\s?|더\s?|시간이?\s?)?(?:늦으면|늦어지면|지체되면|지연되면|지나면|끌면)|(?:오늘|내일|오전|오후|아침|회의|마감|이번\s?주)(?:까지|중에|안에|중으로|전에)?\s?(?:안|못)\s?(?:되면|하면|끝나면|끝내면)|또\s?(?:죽으면|멈추면|터지면))"
)
_BUSY = r"(?:정말|진짜|너무|많이|매우|아주|좀|조금|계속|자꾸|매번|번번이|항상|늘|또|거듭|여러\s?번|연달아|재차|다시\s?한\s?번|이렇게|갑자기|급하게|급히|늦게|귀찮게|번거롭게)"
_AT_WORK = r"(?:(?:늦은|이른|야심한)\s?(?:시간|밤|저녁|아침)에?|(?:바쁘신|바쁜|정신없으신|힘드신|피곤하신|고생하시는|쉬시는|주무시는|식사하시는|퇴근하시는|일하시는)(?:데|\s?(?:와중에|중에|시간에|날에?|줄\s?알지만))?|(?:주말|휴일|연휴|휴가|휴무|점심시간|점심|식사|야간|새벽|한밤중|퇴근\s?(?:시간|직전|후)|출근\s?(?:전|직후))(?:\s?(?:중)?(?:에|인데|이신데|중인데|중이신데|부터|까지))|(?:밤늦게|아침부터|저녁부터|오자마자|오시자마자|갑작스럽게|월요일\s?아침부터))"
_WHOLE_KOREAN = r"(?=[ .!~^]*(?:[.!~;]+|\n|$)|(?<=[다요]) +[^\s?])"
"""What was said ends there: a mark, the line, or a verb."""
_WHOLE_ENGLISH = r"(?= *(?:[.!;]+(?:\s|$)|\n|$))"


def _whole(utterances: tuple[str, ...], end: str) -> str:
    return rf"(?:{'|'.join(utterances)}){end}"


KOREAN = folded(
    _whole(
        (
            # excuses
            rf"(?:{_AT_WORK}\s)?(?:{_BUSY}\s)*(?:부탁|요청|연락|문의|호출|말씀|전화|톡|메시지|질문)?\s?(?:만\s?)?(?:드려|드려서|드리게\s?돼서|드리게\s?되어|해서|하게\s?돼서|하게\s?되어|하게\s?해서|해\s?드려|해\s?드려서|귀찮게\s?해서|귀찮게\s?해\s?드려)\s(?:{_BUSY}\s)*(?:죄송합니다|죄송해요|죄송하네요|미안합니다|미안해요|미안하네요|송구합니다|송구하네요|면목\s?없습니다)",
            rf"(?:{_AT_WORK}|{_BUSY})(?:\s{_BUSY})*\s(?:죄송합니다|죄송해요|미안합니다|미안해요|송구합니다)",
            rf"(?:{_BUSY}\s)*(?:부탁|요청|신세|폐|연락)(?:을|를|만)?\s?(?:드리게\s?됐네요|드리게\s?되었네요|드리게\s?됩니다|드리게\s?되네요|드리네요|하게\s?되네요|하게\s?됐네요|지게\s?되네요|끼치네요)",
            r"(?:운영|서버|인프라|시스템|개발|관제|dba)?\s?(?:팀\s?)?(?:여러분|분들|담당자님들?|선생님들?)\s?(?:모두\s?|다들\s?)?(?:안녕하세요|안녕하십니까|수고\s?많으십니다|수고하십니다|고생\s?많으십니다|좋은\s?(?:아침|오후|저녁|하루)(?:입니다|이에요|되세요))",
            # what happens if nothing is done
            rf"(?:아마\s)?{_UNLESS}\s(?:아마\s|또\s|다시\s|정말\s|진짜\s|바로\s|금방\s|곧\s|내일\s|오늘\s|오후에\s|저녁에\s|아침에\s|밤에\s|새벽에\s)*{_SUBJECT}{{0,2}}(?:또\s|다시\s|다\s|전부\s|계속\s|더\s|많이\s|완전히\s)*{_TROUBLE}",
            # what is told when it is done
            r"(?:다\s|모두\s|작업\s|작업이\s|처리\s|처리가\s|조치\s|조치가\s)?(?:끝나면|끝나시면|끝나는\s?대로|완료되면|완료되시면|완료되는\s?대로|완료하시면|완료\s?(?:후|후에|시|시에)|처리되면|처리\s?(?:후|후에|시)|다\s?되면|마치면|마치시면|하시고\s?나면|하고\s?나면|작업\s?(?:후|후에|끝나면)|작업하시고|문제\s?(?:있으면|있으시면|생기면|생기시면|발생하면|발생\s?시|나면)|이상\s?(?:있으면|있으시면|생기면|발생\s?시)|이슈\s?(?:있으면|생기면|발생\s?시)|오류\s?(?:나면|있으면|발생\s?시)|에러\s?(?:나면|있으면|발생\s?시)|잘\s?안\s?되면|안\s?되면|뭔가\s?이상하면|궁금한\s?(?:점|거|것|게)\s?(?:있으면|있으시면)|질문\s?(?:있으면|있으시면)|모르는\s?(?:거|것|점)\s?(?:있으면|있으시면)|추가로\s?(?:필요하면|필요하시면))\s(?:여기\s?|여기에\s?|이\s?방에\s?|바로\s?|즉시\s?|꼭\s?|저한테\s?|저에게\s?|제게\s?|담당자에게\s?|언제든\s?|언제든지\s?|편하게\s?|다시\s?|한번\s?|한\s?번\s?|따로\s?|간단히\s?){0,2}"
            + _TELL,
            rf"(?:결과|처리\s?결과|작업\s?결과|결과만|완료\s?여부|진행\s?상황)(?:은|는|을|를|만|도)?\s(?:꼭\s|바로\s|간단히\s|여기\s|여기에\s|이\s?방에\s|나중에\s)?{_TELL}",
            r"(?:그래도|그럼에도|만약\s?그래도|혹시\s?그래도)\s(?:계속\s)?(?:안\s?되면|안\s?풀리면|느리면|이상하면|똑같으면|같으면|그러면|문제가?\s?있으면|문제가\s?생기면|에러가?\s?나면|오류가?\s?나면|해결이?\s?안\s?되면|증상이?\s?(?:있으면|계속되면|나오면))\s(?:제가\s|저희가\s|바로\s|그때\s|나중에\s|따로\s){0,2}(?:다시\s|또\s|따로\s|재차\s)?(?:연락|말씀|요청|부탁|전화|문의|보고|공유|얘기)\s?(?:드리겠습니다|드릴게요|하겠습니다|할게요|드립니다)",
            # who does what comes after it
            rf"{_TASK}(?:은|는|도|만|부터는|이후는|까지는)\s(?:{_LOOSE}\s){{0,4}}(?:{_WHO}\s?)?(?:{_LOOSE}\s){{0,4}}{_PLAN}",
            rf"(?:{_LOOSE}\s){{0,4}}{_WHO}\s?(?:{_LOOSE}\s){{0,4}}{_TASK}(?:은|는|을|를|도)?\s?(?:{_LOOSE}\s){{0,4}}{_PLAN}",
            r"(?:저는|전)\s(?:지금\s|곧\s|이제\s|잠시\s|오늘\s)*(?:회의|미팅|점심|식사|퇴근|외근|출장|휴가|이동)(?:에|를|을|하러|하고|\s?중)?\s?(?:들어갑니다|들어가요|갑니다|가요|하고\s?오겠습니다|다녀오겠습니다|다녀올게요|입니다|이에요|합니다|하겠습니다|할게요)",
            r"(?:저는|전|제가)\s(?:계속\s|옆에서\s|자리에서\s|여기서\s|모니터링하면서\s|화면으로\s)*(?:보고|지켜보고|모니터링하고|대기하고|기다리고|자리에)\s?(?:있습니다|있어요|있을게요|있겠습니다|대기\s?중입니다)",
            r"(?:(?:지금\s)?(?:현장|담당자|작업자|팀장님|과장님|부장님|현업|고객|다들|모두)(?:이|가|께서|도|에서)?\s)(?:다\s|모두\s|지금\s|옆에서\s|계속\s|전부\s)*(?:대기\s?(?:중입니다|중이에요|중이십니다|하고\s?있습니다)|기다리고\s?(?:있습니다|있어요|계십니다|계세요)|보고\s?(?:계십니다|계세요|있습니다))",
            r"오늘\s?(?:중으로|안으로|중에|안에)(?:만|는)?\s?(?:되면|해\s?주시면|끝나면)\s?(?:됩니다|돼요|괜찮습니다|괜찮아요|충분합니다)",
            # data is safe, papers are there
            r"(?:db\s?)?(?:전체\s?|사전\s?)?(?:백업|스냅샷|스냅숏|덤프)(?:은|는|도|을|를|이|가)?\s(?:이미\s|다\s|방금\s|아까\s|미리\s|어제\s|어젯밤에\s|어제\s?밤에\s|새벽에\s|오늘\s?새벽에\s|오전에\s|아침에\s|오늘\s?아침에\s|좀\s?전에\s|조금\s?전에\s|제가\s|dba가\s)*(?:끝났습니다|끝났어요|끝났고요|끝냈습니다|완료됐습니다|완료되었습니다|완료했습니다|됐습니다|되었습니다|됐어요|받았습니다|받았어요|받아\s?두었습니다|받아\s?뒀습니다|받아\s?놨습니다|받아\s?놓았습니다|떠\s?두었습니다|떠\s?뒀습니다|떴습니다|했습니다|했어요|해\s?두었습니다|해\s?뒀습니다|해\s?놨습니다|마쳤습니다|마쳤어요|있습니다|있어요)",
            r"(?:l4|l7|로드\s?밸런서|lb|트래픽|세션)(?:에서|은|는)?\s(?:이미\s|미리\s|방금\s|다\s)*(?:제외해\s?(?:두었습니다|뒀습니다|놨습니다|놓았습니다)|제외했습니다|뺐습니다|빼\s?두었습니다|빼\s?뒀습니다|빼\s?놨습니다|차단했습니다|막아\s?두었습니다|막아\s?뒀습니다)",
            r"(?:변경\s?관리|변경\s?심의|변경|정기\s?점검|긴급\s?변경|사전)?\s?(?:승인|결재|허가|협의|공지)(?:은|는|이|가)?\s?(?:다\s|이미\s|모두\s|방금\s|오전에\s|어제\s|아침에\s)*(?:받았습니다|받았어요|받은\s?건입니다|받은\s?건이에요|났습니다|났어요|완료된\s?건입니다|완료된\s?건이에요|완료됐습니다|완료되었습니다|된\s?건입니다|된\s?건이에요|건입니다|끝났습니다|끝냈습니다|나갔습니다|나갔어요|마쳤습니다|했습니다)",
            r"(?:나머지|나머지\s?(?:것|건|거|서버|노드|시스템)들?|다른\s?(?:것|건|거|서버|노드|시스템|장비|데|곳)들?|그\s?외(?:에는|엔)?|이\s?외(?:에는|엔)?)(?:은|는|에는|엔)?\s(?:다\s|모두\s|전부\s|지금\s|일단\s|절대\s?)*(?:그대로|그냥|냅|놔)?\s?(?:두세요|두시면\s?(?:됩니다|돼요)|둬\s?주세요|놔\s?두세요|냅두세요|두십시오|유지해\s?주세요|건드리지\s?(?:마세요|말아\s?주세요|마십시오|말아주시기\s?바랍니다)|손대지\s?(?:마세요|말아\s?주세요|마십시오))",
        ),
        _WHOLE_KOREAN,
    )
)
"""Whole utterances; without what stands at their ends."""
_ME = r"(?:i'?ll|i will|we'?ll|we will|i'?m going to|the (?:dev|ops|app|qa|db|infra|business|vendor)?\s?(?:team|dba|vendor|owner|developers?)(?: will|'ll)?|qa(?: will|'ll)?|dev(?: will|'ll)?|somebody else will|someone else will)"
_LATER = r"(?: (?:myself|ourselves|later|later today|tomorrow|tomorrow morning|afterwards?|after that|after this|next week|tonight|in the (?:morning|afternoon|evening)|right after|once (?:it'?s|it is|you'?re|that'?s) (?:done|up|finished|back)|then|from there|by hand|separately|as usual|as well|too|on (?:my|our) side)){0,3}"
_IT_IS_DONE = r"(?:when (?:it'?s|it is|that'?s|you'?re|you are|all|everything is|everything'?s)?\s?(?:done|finished|complete|completed|ready|over|up|back)|once (?:it'?s|it is|that'?s|you'?re|you are)?\s?(?:done|finished|complete|completed|ready|over|up|back)|afterwards?|after(?:wards)?|after that|if (?:there (?:is|are)|you (?:see|have|hit|find|need)|anything|something|it|that) ?(?:a|an|any)? ?(?:problems?|issues?|questions?|errors?|trouble|goes wrong|looks (?:odd|off|wrong)|fails|does not work|doesn't work|anything|help|more (?:info|details))?)"
ENGLISH = re.compile(
    _whole(
        (
            r"(?:(?:very|so|really|i'?m|i am|we'?re|my) )*(?:sorry|apologies)(?: again| once more)?(?:,? (?:for|to|about) (?:the |all the |any |asking |bothering |bother |pinging |ping |disturb |disturbing |you |so |this |that |late |another |yet |again |trouble|inconvenience|hassle|noise|short notice|interruption|message|request|hour|short|notice|late notice|ping|keep |nag|nagging|the rush|rush|extra work)+)(?: again)?",
            r"(?:as soon as possible|asap|at your earliest convenience|whenever you can)(?:,? please| pls)?",
            r"(?:it'?s|it is|this is|that is|that'?s) (?:really |very |quite |pretty |kind of |super )*(?:urgent|important|critical|time critical|blocking (?:us|me|everyone|everybody|the (?:team|release|business|batch|users))|holding (?:us|me|everyone) up)",
            r"(?:the )?(?:business|customers?|clients?|users?|boss|manager|management|everyone|everybody|people|they)(?: team| side)? (?:is|are) (?:still |all |already )*(?:waiting|asking|complaining|calling|nervous|upset|unhappy|getting nervous|breathing down my neck)(?: for (?:it|this|that))?(?: again)?",
            r"(?:otherwise|or else|or|if not|if we don'?t|else)\W{0,2}(?=[^.\n]*\b(?:fail|miss|crash|die|full|late|delayed|blocked|stuck|complaints|lose|cannot|can'?t|will stop|break|out of)\b)(?![^.\n]*\b(?:wait|we can|it can|we could|stop the)\b)(?: we| they| the| tomorrow'?s| today'?s| it| our| users| customers| work| batch| job| deadline| settlement| service| business| operations?| report| morning| nightly| night| month-end| jobs| run| disk| system| site| clients| will| would| can'?t| cannot| can| could| miss| stop| fail| break| be| blocked| full| delayed| late| stuck| run| crash| again| down| go| die| soon| out| of| space| lose| money| get| complaints| more| have| to| wait| open){2,12}",
            r"(?:it|this|that) (?:will|would|is going to|might|may) (?:crash|die|fail|break|hang|happen|stop|fill up|run out of (?:memory|space|disk))(?: again)?(?: soon| tonight| tomorrow)?(?: if (?:we|you) (?:leave it|wait|do nothing|leave it (?:like that|as it is|alone)|keep waiting))?",
            r"the (?:disk|memory|heap|pool|queue|log disk) (?:will|would|is going to|is about to) (?:be full|fill up|run out|overflow|be exhausted)(?: soon| today| tonight| by noon)?",
            rf"(?:please |pls |just |kindly )*(?:let me know|let us know|ping me|ping us|tell me|tell us|call me|message me|drop me a (?:line|note|message)|give me a (?:shout|ping|call)|reply here|shout|write here|post here|report back|notify me|text me|keep me posted|keep us posted|update me|leave a (?:comment|note)) ?(?:here |please |in this room |in the thread )*{_IT_IS_DONE}?(?:,? please| pls)?",
            r"(?:please |pls |kindly )*(?:share|post|send|report|paste|tell (?:me|us)|give (?:me|us)) (?:me |us )?(?:the |your )?(?:results?|outcome|status)(?: (?:here|in this (?:room|thread|channel)|with (?:us|me|the team)|when (?:it'?s )?done|afterwards?|to (?:me|us)))*(?:,? please| pls)?",
            rf"{_ME} (?:(?:then |also |just )?(?:do|handle|take care of|deal with|take|look after|finish|see to|manage|continue with|carry on with|pick up|cover)) (?:the |all the )?(?:rest|remaining (?:work|steps|tasks?)|announcements?|notices?|communication|follow[- ]?ups?|report(?:ing)?|reports|paperwork|tickets?|documentation|docs|tests?|testing|verification|checks?|analysis|root cause(?: analysis)?|post-?mortem|next steps?|users|customers|clean-?up afterwards|everything else|all else|what is left|what remains){_LATER}",
            rf"{_ME} (?:then |also |just )?(?:verify|test|check|validate|confirm|monitor|watch|report|announce|document|analy[sz]e|investigate) ?(?:it|this|that|the (?:result|outcome|cause|screens?|service|app|application|rest))?(?: to (?:the |my |our )?(?:manager|boss|customer|business|team|users|management|client))?{_LATER}",
            rf"{_ME} (?:look|search|dig) (?:for|into) (?:the |its )?(?:root )?(?:cause|reason|logs?|problem|issue){_LATER}",
            r"(?:i'?m|i am|i'?ll be|i will be|we'?ll be|we are|we'?re) (?:in a meeting|in meetings|out for lunch|at lunch|off|away|on a call|on the phone|around|here|at my desk|available|watching|watching it|watching the dashboards|monitoring|monitoring it|standing by|on standby|back soon)(?: (?:until|till) (?:noon|the afternoon|tomorrow|lunch))?(?: (?:all day|today|now|if you need me|in case|the whole time))*",
            r"(?:please |pls )?(?:leave|keep) (?:everything|anything|all|the) (?:else|others?|rest)(?: (?:alone|as (?:it is|is|they are)|untouched|running|up))",
            r"(?:please |pls )?(?:do not|don'?t) (?:touch|change|do|restart|stop) (?:anything else|the rest|any of the others)(?:,? please| pls)?",
            r"(?:nothing (?:else|more)|that'?s (?:all|it)|that is (?:all|it)|this is (?:all|it)|just that|only that|that will be all|that would be all)(?: (?:for now|for today|today|please|thanks|from (?:me|us)|i need|we need))*",
            r"(?:fyi,? |btw,? |and )?(?:the |a |our |full |db |database |last |nightly |latest |fresh )*(?:backups?|snapshots?|dump) (?:(?:is|are|was|were|has been|have been|has|have|already|just) )*(?:done|finished|complete|completed|taken|made|in place|ready|there|ok|fine|ran|went through|succeeded)(?: (?:already|last night|this morning|an hour ago|yesterday|today|earlier|just now|successfully|ok|fine|at night))*",
            r"(?:fyi,? |btw,? )?(?:i|we|the dba|the team) (?:(?:have|'ve|already|just) )*(?:took|taken|made|finished|completed|did|done|ran) (?:a |the |our )*(?:full |fresh |db |database )*(?:backup|snapshot|dump)(?: (?:already|last night|this morning|an hour ago|yesterday|today|earlier|just now|first))*",
            r"(?:good (?:morning|afternoon|evening|day)|hi|hello|hey)(?:,? (?:team|all|everyone|everybody|folks|there|guys|ops|guardia|ops team))?",
            r"(?:we|i|qa|the (?:dev |app )?team) (?:(?:already|have|'ve|also) )*(?:tested|verified|checked|tried|validated) (?:it|this|that) (?:on|in) (?:the )?(?:staging|stg|dev|development|test|qa)(?: (?:environment|env|server))?(?: (?:already|yesterday|today|this morning|first|before))*",
        ),
        _WHOLE_ENGLISH,
    ),
)
PLEA = folded(
    _whole(
        (
            r"(?:아,?\s)?(?:이것|이거|그것|그거|요것|요거|여기까지|위\s?건|이\s?건)\s?(?:만|까지만)?\s?(?:하나\s?)?(?:부탁드려요|부탁드립니다|부탁해요|부탁합니다|부탁드릴게요|해\s?주시면\s?(?:됩니다|돼요)|하면\s?(?:됩니다|돼요|끝입니다)|이면\s?(?:됩니다|돼요|충분합니다))",
            r"(?:급하게\s|급히\s)?(?:한\s?가지|하나|하나만|한\s?건|한\s?건만|하나만\s?더|한\s?가지만|한\s?가지만\s?더|한\s?가지\s?더|급한\s?거\s?하나|급한\s?건\s?하나)\s(?:더\s)?(?:급하게\s|급히\s)?(?:부탁드릴게요|부탁드립니다|부탁드려요|부탁드리겠습니다|부탁할게요|부탁합니다|요청드립니다|요청드려요|요청할게요)",
        ),
        _WHOLE_KOREAN,
    )
)
"""A courtesy where something else is asked for in full words; a plea for what stands beside it otherwise."""
REST = folded(
    _whole(
        (
            rf"(?:나머지|나머지\s?(?:것|건|부분|노드|서버)|남은\s?(?:것|건|부분|노드|서버))(?:은|는)\s(?:{_LOOSE}\s){{0,4}}(?:{_WHO}\s?)?(?:{_LOOSE}\s){{0,4}}{_PLAN}",
        ),
        _WHOLE_KOREAN,
    )
)
"""A courtesy where the nodes that are meant are named: the rest is others then."""
NODES = folded(r"\d\s?(?:호기|번)|#\d|\bnodes? \d|노드\s?\d")
_WORKS: dict[str, str] = {
    "restart": r"재기동|재시작|재구동|리스타트|재부팅|리부팅|껐다|내렸다|restart|reboot|bounc|cycl|kick",
    "stop": r"중지|정지|종료|내려|내리|내릴|끄|꺼|세워|멈|스톱|셧다운|stop|shut|\btake\b|halt|down\b",
    "start": r"(?<!재)기동|(?<!재)시작|올려|올리|올릴|띄|살려|살리|켜|켤|가동|구동|\bstart|\bbring\b|\bup\b",
    "deploy": r"배포|반영|적용|올려|올리|올릴|패치|업데이트|업그레이드|디플로이|밀어|밀고|깔|태워|태우|얹|넣어|교체|\.(?:war|jar|ear|zip|tar|gz|js|css|html)\b|deploy|install|release|push|roll (?:it |\S+ )?out|\bput\b|ship",
    "rollback": r"롤백|원복|되돌|이전\s?버전|돌려|roll ?back|\broll \w+ back|revert",
    "clean": r"정리|삭제|지우|지워|비우|비워|치우|치워|청소|날려|날리|없애|제거|털어|clean|clear|delet|purg|remov|wip",
    "kill": r"세션[^.\n]{0,12}(?:종료|킬|죽|끊)|세션|session|kill|terminat|\bend\b",
}
NEAR = {
    "restart": ("restart", "stop", "start"), "stop": ("stop", "restart"), "start": ("start", "restart", "deploy"),
    "deploy": ("deploy", "start", "rollback"), "rollback": ("rollback", "deploy"), "clean": ("clean",), "kill": ("kill",),
}  # fmt: skip
"""Works that are, or may be meant by, the same words: where one of them is asked for, the other is no aside."""
WORKS = {name: folded(words) for name, words in _WORKS.items()}
SESSIONS = folded(r"세션[^.\n]{0,16}?(?:종료|죽여|킬|끊어)")
"""Sessions end too, and that stops no service."""
_NOT_THAT = r"(?:하지\s?(?:는\s)?(?:마세요|마십시오|말아\s?주세요|말아\s?주십시오|마시고요|말아\s?주시기\s?바랍니다|마시기\s?바랍니다|마셔요)|안\s?(?:해도|하셔도)\s?(?:됩니다|돼요|될\s?것\s?같아요|될\s?것\s?같습니다)|(?:할\s)?필요(?:는|가)?\s?(?:없습니다|없어요|없을\s?것\s?같아요)|생략해\s?주세요|빼\s?주세요)"
ASIDE_KOREAN = folded(
    _whole(
        (
            rf"(?:(?:그리고|참고로|단|다만|대신|문제\s?(?:생기면|있으면)|오류\s?나면|안\s?되면|혹시\s?(?:오류|문제|에러)\s?(?:나면|있으면|생기면)),?\s)?(?:재기동|재시작|재부팅|배포|반영|롤백|원복|로그\s?정리|로그\s?삭제|삭제|중지|정지|기동)(?:은|는|도|까지는|까진)?\s(?:절대\s?|절대로\s|따로\s|굳이\s)*(?:{_NOT_THAT}|(?:{_LOOSE}\s){{0,4}}(?:{_WHO}\s?)?(?:{_LOOSE}\s){{0,4}}{_PLAN})",
            r"(?:로그|로그\s?파일|덤프|덤프\s?파일|파일|설정|데이터)(?:은|는|도)?\s(?:절대\s?|절대로\s|그대로\s)*(?:지우지|건드리지|삭제하지|손대지|옮기지)\s?(?:마세요|말아\s?주세요|마십시오|말아\s?주시기\s?바랍니다)",
        ),
        _WHOLE_KOREAN,
    )
)
"""Whole utterances of a piece of work that shall not be done, or that somebody else does."""
ASIDE_ENGLISH = re.compile(
    _whole(
        (
            r"(?:please |pls |but |and )*(?:no need to|you (?:don'?t|do not) (?:need|have) to|do not|don'?t|never|without having to) (?:restart|reboot|bounce|stop|start|deploy|redeploy|roll (?:anything|it|them|everything) back|roll back|rollback|revert|install|delete|clean(?: up)?|purge|remove|kill)(?: (?:anything|it all|any (?:logs?|files?|sessions?|data)|the (?:logs?|files?|sessions?|data)|everything|all of them|any of (?:the )?logs))?(?: (?:else|please))*",
            rf"{_ME} (?:then |also |just )?(?:do |handle |take care of )?(?:the |a )?(?:restart|reboot|deploy|deployment|rollback|roll back|clean-?up|release|install)(?: it)?(?: (?:work|part|step))?(?: (?:myself|ourselves|later|tomorrow|afterwards?|next week|tonight|separately|after that|by hand|in the (?:morning|evening)))+",
        ),
        _WHOLE_ENGLISH,
    )
)
LEANS = folded(rf"[\s.!~,]*(?:{then.THEN}|바로\s|(?:and )?then\b|if so|{then.ENGLISH})")
"""What stands behind a courtesy and leans on it."""
CONDITIONS = folded(r"(?:있으면|있으시면|생기면|생기시면|발생하면|발생\s?시|나면|되면|이상하면|\bif\b)")
MINE = folded(r"(?<![가-힣])(?:제가|저희가|내가|우리가)\s")
TOO = folded(r"도\s?(?:요|여|용)?\s*(?:[.!~\n]|$)|\b(?:too|same|as well)\b|\band the\b")
"""재기동도요: what is asked for leans on what was said before it."""
NOUNS = folded(
    r"재기동|재시작|(?<!재)기동|중지|정지|배포|반영|롤백|원복|삭제|restart|\bstop\b|deploy|roll ?back|\bstart\b"
)
"""Work by its noun: an utterance that speaks of it is a courtesy only by the rules for asides."""
