# ruff: noqa: E501 - patterns read worse when they are broken
"""What people tell of a target beside the one that a message is about: that it is fine, done, planned or left alone.

Whole sentences with the sign `TARGET` in the place of what is named; none of them asks for anything.
"""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold, folded
from guardia.hub.parser.embedded.lexicon import people

TARGET = "ⓣ"
_WHO = rf"(?:{people.WHO}\s)"
_WHEN = (
    r"(?:(?:이미|아까|벌써|방금|좀\s?전에|조금\s?전에|어제|어젯밤에?|그제|오늘|오늘\s?(?:새벽|아침|오전|오후|저녁|밤)에?|새벽에|오전에|아침에|오후에|점심에|저녁에|밤에|지난주에?|지난\s?주에?|지난달에?|저번\s?주에?|며칠\s?전에|내일|내일\s?(?:새벽|아침|오전|오후|저녁|밤)에?|모레|다음\s?주에?|다음\s?달에?|주말에|이번\s?주말에|이번\s?주에|나중에|이따가?|추후에?|차후에|따로|별도로|직접|곧|지금|현재|아직|아직은|일단|당분간|오늘은|이번에는|이번엔|계속|절대로?|제발|굳이|그냥|그대로|다|모두|전부|잘|같이|먼저|원래"
    r"|\d{1,2}시(?:\s?\d{1,2}분|\s?반)?(?:에|쯤|쯤에)?|\d{1,2}:\d{2}(?:에)?)\s)"
)
_WORK = r"(?:(?:서비스\s?|서버\s?|os\s?|정기\s?|긴급\s?|버전\s?|로그\s?|오래된\s?로그\s?|세션\s?)?(?:재기동|재시작|리스타트|재부팅|기동|시작|중지|정지|종료|배포|반영|적용|패치|업데이트|업그레이드|롤백|원복|복구|정리|삭제|점검|확인|작업|교체|이전|이관|증설|조치|처리|모니터링|테스트|검증|철거|폐기))"
_DID = r"(?:했습니다|했어요|했고요|했음|함|하였습니다|해\s?두었습니다|해\s?뒀습니다|해\s?놨습니다|해\s?놓았습니다|완료했습니다|완료됐습니다|완료되었습니다|끝냈습니다|끝났습니다|끝났어요|마쳤습니다|됐습니다|되었습니다|됐어요|드렸습니다|하려다\s?(?:말았습니다|말았어요|취소했습니다|관뒀습니다|그만뒀습니다))"
_WILL = r"(?:할게요|할께요|하겠습니다|할\s?예정입니다|할\s?예정이에요|할\s?계획입니다|할\s?겁니다|할\s?거예요|합니다|해요|한답니다|한대요|한다고\s?합니다|하신답니다|하신대요|하신다고\s?합니다|하기로\s?했습니다|하기로\s?했어요|예정입니다|예정이에요|예정임|계획입니다|들어갑니다|진행합니다|진행할게요|진행하겠습니다|진행할\s?예정입니다|해\s?볼게요|해\s?보겠습니다|맡겠습니다|맡을게요)"
_FINE = r"(?:정상|괜찮|문제\s?없|문제가?\s?없|이상\s?없|이상이?\s?없|멀쩡|양호|잘\s?(?:돌|돼|되|떠|나)|살아\s?있)[가-힣\s]{0,6}(?:습니다|입니다|합니다|어요|아요|해요|이에요|예요|네요|더라고요|더군요|거든요|고요)"
_NOT = r"(?:마세요|마십시오|마시고요?|마시기\s?바랍니다|마시길\s?바랍니다|마셔요|말아\s?주세요|말아\s?주십시오|말아\s?주시기\s?바랍니다|말아요|말고요|말아주시고요|맙시다|말\s?것|말자고\s?합니다)"
_TOUCH = r"(?:건드리|건들|손대|손\s?대|만지|내리|올리|끄|켜|죽이|바꾸|멈추|지우|되돌리)"
KOREAN = folded(
    rf"(?:그리고\s|참고로\s|아\s|아참\s|단,?\s|다만,?\s|대신\s|반면\s|한편\s)?(?:{_WHEN}|{_WHO}){{0,3}}{TARGET}(?:\s?(?:쪽|측|서버|장비|노드|환경|시스템))?(?:은요?|는요?|도|이|가|을|를|에|에는|엔|에서는?|의|쪽은|은\s지금)?\s(?:{_WHEN}|{_WHO}){{0,4}}(?:"
    rf"(?:확인(?:했는데|했더니|해\s?봤는데|해\s?보니|하니)\s|봤는데\s|보니까?\s|점검(?:했는데|해\s?보니)\s)?(?:{_WHEN}){{0,2}}{_FINE}"
    rf"|(?:{_WORK}(?:은|는|을|를|도|이|가)?\s?)(?:{_WHEN}|{_WHO}){{0,3}}(?:하지\s?{_NOT}|안\s?(?:해도|하셔도)\s?(?:됩니다|돼요|될\s?것\s?같습니다|될\s?것\s?같아요|될\s?듯합니다)|할\s?필요(?:는|가|도)?\s?(?:없습니다|없어요|없네요|없겠습니다|없을\s?것\s?같습니다|없을\s?것\s?같아요)|필요(?:는|가)?\s?(?:없습니다|없어요)|금지입니다|하면\s?안\s?(?:됩니다|돼요))"
    rf"|{_TOUCH}지\s?(?:는\s)?{_NOT}|{_TOUCH}?면\s?안\s?(?:됩니다|돼요)|(?:그대로|그냥|놔)\s?(?:두세요|둬\s?주세요|놔\s?두세요|두시면\s?(?:됩니다|돼요)|두십시오|두시기\s?바랍니다|유지해\s?주세요|유지합니다|두시고요)|{_TOUCH[:-1]})\s?필요\s?(?:없습니다|없어요)"
    rf"|(?:{_WORK}(?:은|는|을|를|도|이|가)?\s?)(?:{_WHEN}|{_WHO}){{0,3}}(?:{_DID}|{_WILL})"
    rf"|(?:{_WORK}(?:은|는|이|가|도)?\s?)(?:{_WHEN}|{_WHO}){{0,3}}(?:취소|보류|연기|중단|철회|반려|완료)(?:됐습니다|되었습니다|됐어요|했습니다|했어요|하기로\s?했습니다|한답니다|입니다|됩니다|된답니다|된대요)"
    rf"|(?:{_WHO})(?:{_WHEN}){{0,2}}(?:볼게요|보겠습니다|봅니다|보고\s?있습니다|보고\s?있어요|챙길게요|챙기겠습니다|맡았습니다|담당합니다|담당이에요|관리합니다)"
    rf"|(?:또\s|다시\s|혹시\s|만약\s|만일\s)*(?:죽으면|멈추면|터지면|느려지면|내려가면|끊기면|뻗으면|문제\s?(?:가\s)?(?:생기면|있으면)|이상하면|오류\s?(?:가\s)?(?:나면|생기면)|에러\s?(?:가\s)?(?:나면|생기면))\s(?:그때\s|바로\s|그때는\s|즉시\s)?{_WORK}\s?해\s?(?:주세요|줘요?|주십시오|주시기\s?바랍니다)"
    r"|(?:내렸습니다|내려\s?뒀습니다|내려\s?두었습니다|올렸습니다|띄웠습니다|되돌렸습니다|껐습니다|켰습니다|내릴게요|내리겠습니다|올릴게요|올리겠습니다|올릴\s?예정입니다|내릴\s?예정입니다)"
    r")"
)
_BY = r"(?: (?:already|now|just|all|still|currently|also|both|right now|yesterday|today|tomorrow|tonight|last (?:night|week|month)|this (?:morning|afternoon|evening|week)|next (?:week|month|monday|weekend)|later|later today|later tonight|soon|earlier|an hour ago|myself|ourselves|manually|by hand|by the (?:dev|ops|app|db|infra)?\s?team|by someone else|by the vendor|for now|for the moment|please|pls|as (?:it|they) (?:is|are)|again|too|either|with|after that|anyway|as planned|before that|on (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)|at night|at \d{1,2}(?::\d\d)?(?: ?[ap]m)?)){0,4}"
_VERB = r"(?:touch|restart|reboot|bounce|stop|start|roll back|rollback|revert|deploy(?: anything)?(?: (?:to|on))?|redeploy|clean(?: up)?(?: (?:the )?(?:old )?logs(?: on)?)?|change|kill(?: anything)?(?: on)?|check|look at|patch|upgrade|update|do anything (?:to|with|on)|(?:list|check|search|take|show|get|collect|kill|deploy|clean|delete|install|push)[a-z0-9 \".,_-]{1,60} (?:on|of|from|for|to|at)|worry about|bother with|shut down|take down|bring down|install (?:anything )?(?:on|to))"
_DONE = r"(?:restarted|rebooted|bounced|stopped|started|rolled back|reverted|deployed|redeployed|checked|patched|upgraded|updated|replaced|migrated|moved|decommissioned|fixed|handled|finished|done|recovered|taken care of|looked at|cleaned(?: up)?)"
_PEOPLE = r"(?:i|we|he|she|they|someone(?: else)?|somebody(?: else)?|the (?:dev|ops|app|db|infra|business|vendor|network|security|other)?\s?(?:team|dba|vendor|guys|people|developers?)|dev|ops|my colleague|a colleague)"
ENGLISH = re.compile(
    rf"(?:and |but |also,? |fyi,? |btw,? |by the way,? |note:? )?(?:"
    rf"(?:please |pls )?(?:do not|don'?t|never|please don'?t|please do not) {_VERB} (?:the )?{TARGET}{_BY}"
    rf"|(?:please |pls )?(?:leave|keep) (?:the )?{TARGET} (?:alone|as (?:it|they) (?:is|are)|running|untouched|up|be|out of (?:it|this)){_BY}"
    rf"|(?:there is |there'?s )?no need to {_VERB} (?:the )?{TARGET}{_BY}"
    rf"|(?:you )?(?:don'?t|do not) (?:need|have) to {_VERB} (?:the )?{TARGET}{_BY}"
    rf"|{_VERB[:-1]})ing (?:the )?{TARGET} is not (?:needed|necessary|required){_BY}"
    rf"|(?:the )?{TARGET} (?:does not|doesn'?t|do not|don'?t|should not|shouldn'?t|must not|need not) (?:need |have )?(?:to )?(?:be {_DONE}|a restart|be touched|restarting|any work|anything){_BY}"
    rf"|(?:the )?{TARGET}(?:{_BY}) (?:is|are|was|were|looks?|seems?|has been|have been|will be|is being|are being|is going to be|has already been|was already|is already|will get|got|gets|should be|is to be|stays|stay)(?:{_BY}) (?:fine|ok|okay|healthy|good|normal|up|stable|up and running|running fine|running|green|alive|working|working fine|not affected|unaffected|as it is|{_DONE})(?:{_BY})"
    rf"|{_PEOPLE}(?: will|'ll|'ve|'d| have| has| had| is going to| are going to| am going to| already| just| also| would| can| plan to| plans to| want to| wants to){{0,3}} {_VERB[:-1]}|restarted|rebooted|stopped|started|rolled back|deployed|checked|patched|upgraded|updated|replaced|migrated|cleaned up|restarting|stopping|deploying|deploying to|deployed to|deployed on|handle|take care of|look after|do|see to|looked at|watch|monitor|fixed) (?:the )?{TARGET}{_BY}"
    r")",
    re.IGNORECASE,
)

_HOW = r"(?: (?:not|no longer|very|too|so|really|just|all|still|again|always|constantly|slow|slowly|down|dead|hung|stuck|failing|fail|failed|crashing|crash|crashed|hanging|hang|dying|timing out|time out|unstable|unreachable|unresponsive|responding|respond|respond anymore|working|work|available|broken|leaking|full|high|overloaded|out of (?:memory|disk|space|connections|threads|sync)|errors?|exceptions?|an error|errors all the time|[45]\d\ds?|throwing|returning|running|(?:using|eating) (?:too much )?(?:memory|cpu)|memory|cpu|since (?:this morning|yesterday|last night|noon|monday)|this morning|today|yesterday|last night|all (?:day|morning|night|the time)|every few minutes|a lot|lately|now|up|to load|to start|to respond|on us|for everyone|for users)){0,7}"
REASON = re.compile(
    rf"(?:because|since) (?:the )?{TARGET} (?:is|are|was|were|keeps?|kept|has|have|had|looks?|seems?|went|goes|started|stopped responding|fails?|failed|crashed|died|hangs?|hung|does|did|do|cannot|can'?t|won'?t|lost|ran|runs){_HOW}"
)
"""Why something is asked for; it may name what is asked about as well."""
INSTEAD = re.compile(
    rf"(?:instead of|rather than|in place of) (?:the )?{TARGET}(?:,? (?:please|pls|asap|now|thanks|thx|today))*"
)
ALONE = re.compile(
    fold(r"(?:건드리|건들|손대|손\s?대|만지)(?:지|시지)\s?(?:는\s)?(?:마|말|않)")
    + r"|\b(?:leave|keep)\s[^.!?\n]{1,80}?\s(?:alone|untouched|as (?:it|they) (?:is|are)|out of (?:it|this))\b|\b(?:do not|don'?t|never) touch\b|\bhands off\b|\bstay away from\b"
)
"""Of what is named in the sentence."""
WAS_LEFT_OUT = folded(
    r"(?:제외|빼|빠|뺐|뺀|빠졌|빠져)\s?(?:를\s)?(?:처리\s?|완료\s?|조치\s?)?(?:했|하였|됐|되었|시켰|시켜\s?(?:놨|뒀)|된\s|되어\s?있|돼\s?있|해\s?(?:놨|뒀|두었|놓았)|완료|처리)|(?:제외|빼)\s(?:완료|처리)|(?<![가-힣])(?:뺐|빼\s?(?:놨|뒀)|빠져\s?있|빠졌)"
)
"""L4에서 제외했어요: of another list than that of what is asked for."""
ALL_BUT_TOLD = folded(
    r"(?:빼고|제외하고|제외하면|말고|외에는?|빼면)\s(?:는\s)?(?:다|모두|전부|나머지|전체)?\s?[^.!?]{0,20}?(?:정상|괜찮|멀쩡|양호|새\s?버전|최신|이상\s?없|문제\s?없|올라|떠\s?있|돌고|잘\s|(?:했|됐|되었|하였|끝났|마쳤|났|왔|갔|었|았)(?:습니다|어요|음|네요|는데|고요))"
)
"""4호기 빼고 다 정상입니다: what is left out is what is meant."""
FINE = re.compile(
    fold(r"(?<!비)정상|괜찮|멀쩡|양호|깨끗|(?:이상|문제)(?:이|가)?\s?없")
    + r"|\b(?:fine|ok|okay|healthy|good|normal|green|up)\b"
)
"""All is well there."""
TAKES_OVER = folded(
    r"\s?(?:번|노드|서버|쪽)?\s?(?:으로|로)\s?(?:서비스를?\s|트래픽을?\s|다\s|모두\s)?(?:페일오버|failover|절체|전환|이관|우회|넘[기겼긴김]|옮[기겼긴김]|돌[렸려린]|서비스\s?중|받고)"
)
"""2호기로 페일오버했습니다."""
