# ruff: noqa: E501 - patterns read worse when they are broken
"""What people say beside a request by which it is not settled when, whether, or of how many nodes it is to be done."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import folded

_DAY = r"(?:[월화수목금토일]요일|내일|낼|모레|글피|익일|명일|주말|다음\s?주|차주|담주|다음\s?달|\d{1,2}/\d{1,2}|\d{1,2}월\s?\d{1,2}일|\d{1,2}일)"
_TIME = r"(?:날짜|일시|일자|시점|시각|시간대|시간|일정|작업\s?(?:시간|일시|일자|날짜))"
_PART = r"(?:새벽|야간|심야|밤|저녁|오전|오후|아침|점심|주말|퇴근|영업|업무|근무|일과)"
_TELL = r"(?:말씀|알려|연락|공유|통보|전달|신호|전화|노티|콜|공지|안내)"
WHEN = folded(
    # 날짜는 금요일이 좋겠네요; 시간은 추후 공지하겠습니다; 일시는 메일에 적어뒀습니다
    rf"(?<![가-힣]){_TIME}(?:은|는|이|을|를|대는)\s[^.!?\n]{{0,24}}?(?:추후|나중|따로|별도|협의|미정|아직|메일|게시판|티켓|{_TELL}|tbd|좋|희망|참고|정해|정하|조율|확정|맞춰)"
    rf"|(?<![가-힣]){_TIME}\s?(?:tbd|미정)"
    # 금요일이면 좋겠습니다; 새벽 시간대 희망합니다; 퇴근 이후가 좋을 것 같아요
    rf"|(?:{_DAY}|{_PART}|\d{{1,2}}시)[^.!?\n]{{0,16}}?(?:좋겠|좋을|희망|원합니다|원해요|편합니다|선호)"
    # 영업 종료 후로요; 영업시간 피해서요; 시간 외로요
    r"|(?<![가-힣])(?:영업|업무|근무|일과|퇴근)\s?(?:시간\s?)?(?:종료\s?|마감\s?|끝나는\s?)?(?:대로|후|이후|외|피해|끝나고|이외)(?:로|에|서|이|가|요|\s|$)|(?<![가-힣])시간\s?외(?:로|에)"
    # 야간작업입니다; 정기점검 건이에요; PM 작업 건입니다
    r"|(?<![가-힣a-z])(?:(?:야간|심야|새벽|주말|정기)\s?(?:작업|점검|pm)|pm\s?작업)\s?(?:건\s?|때\s?)?(?:입니다|이에요|예요|이요|임)\W*(?:$|\n)"
)
"""When it is to be done is left open, or told in words that no request holds."""
WHEN_ENGLISH = re.compile(
    r"\b(?:evening|morning|night|tonight|tomorrow|weekend|later|afternoon|noon|midnight|\w+day)\b[^.!?\n]{0,20}\b(?:best|better|preferred|preferable|ideal|would be good|suits?)\b"
    r"|\b(?:time|date|window|schedule|timing|slot)\b[^.!?\n]{0,30}\b(?:ticket|mail|email|later|tbd|tba|decided|confirm\w*|open|agreed|announced|follow\w*|advise)\b"
    r"|\b(?:maintenance|window|outage|work|freeze|migration|pm|batch)\b[^.!?\n]{0,30}\b(?:starts?|begins?|opens?|is|from|kicks off|will (?:start|begin))\b[^.!?\n]{0,12}?\b\d{1,2}(?::\d{2}| ?[ap]m)"
)
"""The same in English, and an event at a moment that may be yet to come."""
TELL_WHEN = folded(
    # 배치 끝나면 말씀드리겠습니다; 시점은 제가 연락드릴게요
    rf"(?:면|고\s?나서)\s(?:바로\s|제가\s|저희가\s|그때\s)*{_TELL}\s?(?:을\s|를\s)?(?:해\s?)?(?:드릴|드리겠|드려요|드립니다|할게|하겠|줄게|주겠)"
    # 사인은 제가 드립니다; 차단되는 대로 공유드릴게요; 끝나면 시작하기로 했습니다
    rf"|(?:사인|신호|콜|큐|타이밍)(?:은|는|을|를)\s?[^.!?\n]{{0,12}}?(?:드리|드릴|드립|줄게|알려)|대로\s(?:바로\s)?{_TELL}\s?(?:을\s|를\s)?(?:해\s?)?(?:드릴|드리겠|할게|하겠|줄게|주겠)|(?:면|고|고\s?나서)\s?(?:시작|작업|진행|착수)하기로"
    # 진행 전에 저한테 전화 한번 주세요
    rf"|(?:진행|시작|작업|실행|배포|재기동|중지|착수|들어가기|하시?기)\s?전에?\s[^.!?\n]{{0,14}}?(?:전화|연락|콜|말씀|알려|얘기|노티)[^.!?\n]{{0,8}}?(?:주세|주시|줘|부탁|바랍)"
    # 이전 버전 백업해두시고요
    r"|백업\s?(?:을|은|도|본|본도|본은)?\s?(?:좀\s|꼭\s|먼저\s)?(?:해|받아|떠)\s?(?:두|놓|주|놔|달)"
    # 지금 빌드 중이에요; 파일 검수 중입니다
    r"|(?:빌드|검수|컴파일|패키징|업로드|결재|승인|품의|상신)\s?(?:가|이|은|는|을|를)?\s?(?:하는\s?|진행\s?|올리는\s?)?중(?:입니다|이에요|예요|임|이네요|이라|이고)"
)
"""It waits for somebody's word."""
UNLESS = folded(
    # 배치 계정이면 두세요; 마지막 남은 노드면 하지 마시고요
    r"(?:면|으면)\s(?:그냥\s|일단\s|절대\s|그대로\s)*(?:두세|두시|둬|놔\s?두|놔\s?둬|내버려|하지\s?(?:마|말)|안\s?하|안\s?해|빼\s?주|빼고|패스|넘어가|건너|보류|중단|멈춰|멈추|스톱)"
)
"""Somebody has to look before it is done."""
SOME_LOGS = folded(r"\d{1,2}월\s?(?:분|치|것)|\d+\s?(?:일|개월|년|주)\s?(?:넘|지난|지났|이상|이전|된\s)")
KEEP_LOGS = folded(
    # 최근 7일치는 남겨주세요; 감사 로그는 지우면 안 됩니다; 백업은 받아두시고요
    r"(?:치|분|로그|백업|파일|덤프|것|건|거|일|개월|주일?)(?:은|는|만)?\s?[^.!?\n]{0,12}?(?:남겨|남기|두시|둬|받아|지우면|지우지|삭제하면|삭제하지|보관|유지|놔두)"
)
SOME = folded(
    # 중 하나가 OOM입니다; 일부 노드 행입니다; 하나가 이상해요
    r"(?:중|중에)\s?(?:하나|한\s?대|일부|몇)|일부\s?(?:노드|서버|인스턴스|장비)|(?<![가-힣])(?:한|몇)\s?(?:대|개|노드|인스턴스)\s?(?:가|만|이|은|는)\s|(?<![가-힣])하나(?:가|만|는)\s(?!더\s)"
    # 한꺼번에 내리면 안 됩니다; 두 번에 나눠서; 한 대씩
    r"|한꺼번에|동시에\s?(?:내리|재기동|하)|나눠서|나누어|번갈아|(?:한\s?대|하나|한\s?노드|한\s?호기)씩"
)
"""Of a whole layer, only some of it is told of, or it is not to be done at once."""
ORDER = folded(r"순서(?:는|대로는)\s(?!무관|상관|따로\s?없)")
"""순서는 2호기 먼저입니다."""
COUNT = folded(r"(?<![가-힣\d])(?P<n>두|세|네|다섯|\d{1,2})\s?(?:대|개|노드|인스턴스)(?:가|만|이|는|은)?\s")
_CLOCK = rf"(?<![가-힣\d.:/-])(?:\d{{1,2}}:\d{{2}}|\d{{1,2}}시(?!간)|{_DAY})"
_EVENT = r"(?:점검|작업(?!\s?(?:내용|내역|결과|공유))|들어갑니다|들어가요|예정)"
COUNT_ENGLISH = re.compile(
    r"\b(?P<n>two|three|four|five|six|\d{1,2}) (?:of (?:the|them|those)|(?:[\w-]+ ){0,3}(?:nodes?|servers?|instances?|boxes))\b"
)
AHEAD = folded(rf"{_CLOCK}[^.!?\n]*{_EVENT}|{_EVENT}[^.!?\n]*{_CLOCK}")
"""An event at a moment that may be yet to come: 22시에 점검 들어갑니다."""
_PERIOD = r"\d{1,2}/\d{1,2}\s?\d{1,2}:\d{2}\s?[~-]"
PERIOD = folded(rf"(?:점검|공지)[^!?\n]{{0,30}}{_PERIOD}|{_PERIOD}[^!?\n]{{0,30}}점검")
"""점검 공지 나갔습니다(12/5 02:00~04:00)."""
DAY = re.compile(
    folded(rf"(?<![가-힣\d.:/-]){_DAY}").pattern
    + r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\btomorrow\b|\bnext week\b|\bthe weekend\b"
)
_PAST = "".join(chr(one) for one in range(0xAC00, 0xD7A4) if (one - 0xAC00) % 28 == 20 and chr(one) not in "있겠")
PAST = folded(
    rf"[{_PAST}](?:습니다|어요|음|네요|는데|고|던|더|다|을|지|으)|(?<![가-힣])(?:어제|그제|지난|아까|방금|저번|작년)"
)
"""A syllable that ends in ㅆ and is no 있 or 겠: 마쳤습니다."""
BY_OTHERS = folded(r"(?<![가-힣])(?:제가|저희가|저희는|저는|개발팀|dba|업체|벤더|현업|고객)")
