# ruff: noqa: E501 - patterns read worse when they are broken
"""Words between two targets, or behind one, that say that it is not the one to be changed."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.hangul import fold

_KEEP = r"(?:놔\s?두|놓아\s?두|놔\s?둔|내버려\s?두|냅\s?두|냅\s?둔|살려\s?두|살려\s?둔|살려\s?놓|살려\s?놔|남겨|남기고|남긴|유지하|그대로\s?두|켜\s?두|켜\s?놓|띄워\s?두|띄워\s?놓|제쳐|건너\s?뛰|스킵|패스|걸러|거르고|빼|제외|뺀)"
KEEP = re.compile(
    fold(rf"\s?(?:노드|서버)?\s?(?:은|는|만|만은|을|를|도)?\s?(?:좀\s|그냥\s|일단\s|그대로\s|하나만?\s)?{_KEEP}")
)
"""3호기는 살려두고 내려주세요."""
KEEP_ON = re.compile(
    fold(
        r"[^,.!?\n]{0,14}\s?(?:살려\s?두|살려\s?놓|놔\s?두|남겨\s?두|그대로\s?두|띄워\s?두|유지하고|살리고\s(?:다|나머지|전부|모두|싹))"
    )
)
"""2호기는 서비스 중이니 살려두시고."""
KEPT = re.compile(
    fold(
        rf"(?:(?:한|두|세|\d)\s?(?:대|개|노드)|(?<!호기\s)(?<!번\s)하나|둘)\s?(?:이상\s?)?(?:은|는|만|만은|라도)?\s?{_KEEP}|(?:빼|제외하)지\s?(?:말|마|않)"
    )
)
"""최소 한 대는 살려두고; 3호기만 빼지 말고."""
OUTSIDE = re.compile(
    fold(
        r"\s?(?:노드|서버)?\s?(?:이외|외(?=에|의|\s|로|는)(?!에는\s?(?:건드|손대|만지|그대로|놔))|밖에|전까지|바로\s?전|직전까지|이전까지)"
    )
)
"""3호기 외에 전부; 1호기부터 3호기 전까지."""
NO_NODE = re.compile(
    fold(
        r"(?:번\s?)?(?:팀|층|센터|라인|공장|랙|창구|차\s|회\s|학년|분기|지점|사업장|건물|단지|부서|교대|조(?![가-힣]))"
    )
)
"""2팀에서: a number that is no node."""
EITHER = re.compile(fold(r"\s?(?:\?|(?:이|인)?지\s|(?:이|인)?가\s?아니면|(?:이|인)?지는|(?:이|인)?지도)") + r"|\s?\?")
BECOMES = re.compile(r"\s?(?:→|->|=>|⇒|>>|to)\s?")
IN_TURN = re.compile(fold(r"순으로|순서|차례|순차|순$"))
RUNS_TO = frozenset(fold(word) for word in ("가", "이", "에서", "로", "으로", "한테", "에게", "에서는"))
"""3호기에서 4호기로 …: told of both."""
HANDED = re.compile(
    fold(
        r"호기(?:로|으로|쪽으로)\s?(?:넘긴|넘기|넘겨|옮긴|옮기|옮겨|이관|전환|절체|우회|돌린\s?(?:뒤|후|다음)|돌려\s?놓|페일오버|failover|스위치)"
    )
)
DENIED = re.compile(fold(r"\s?(?:이|가)?\s?아니(?:라|고|었|네|에|구)"))
"""온누리교실이 아니라 …: what is read all the same."""
IS_IT = re.compile(
    fold(
        r"\s?(?:건|쪽|얘기|이야기|관련|대상|시스템|서버)?\s?(?:입니다|이에요|예요|이네요|네요|이요|이었어요|였어요|이었네요|였네요)\W*$"
    )
)
PERHAPS = re.compile(fold(r"일지도|일\s?수도|인지도|같기도|헷갈|정정|수정|맞나|맞죠|였나|이었나|인가"))
LINKED = re.compile(
    fold(
        r"(?<![가-힣])(?:연동|연계|인터페이스)\s?(?:서버|was|와스|쪽|모듈|웹|web)"
        r"|(?<![가-힣])(?:붙은|붙어\s?있는|물린|물려\s?있는|연결된|연결(?:돼|되어)\s?있는|딸린|바라보는|호출하는|물고\s?있는)\s?(?:서버|was|와스|웹|web|db|디비)"
    )
)
"""연동 서버; 1호기에 붙은 DB: another one than what is named."""
STRUCK = re.compile(fold(r"~[^~\s]{1,12}~|\([xX]\)|\([oO]\)|정정\s?[/:]"))
MINE = re.compile(fold(r"(?<![가-힣])(?:내|제|본인|그\s?사람|고객님|손님)\s$"))
CLAUSE = re.compile(
    fold(r"(?:요|니다|음|함|됨|네|는데|인데|은데|서|니까|니|고|며|지만|다)(?=[\s,.])[^가-힣a-z]*|[,.!?\n]\s")
)
ALIKE = re.compile(
    fold(
        r"(?:호기|번|노드|서버|쪽|\d)\s?(?:이랑|랑|와|과|하고|처럼|이?랑은)\s?(?:똑같|동일|같게|같은\s?(?:버전|상태|걸로|것으로)|맞춰|맞추)"
    )
)
"""3호기를 4호기랑 똑같이 맞춰주세요: the second one is what it is to be like."""
