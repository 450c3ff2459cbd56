# ruff: noqa: E501 - patterns read worse when they are broken
"""Words by which a change is to wait: for somebody's judgement, for what somebody says, for something to end."""

from __future__ import annotations

from guardia.hub.parser.embedded.hangul import folded

_OVER = r"(?=[\s,.!~]|요|이요|예요|$)"
DISCRETION = folded(
    r"(?<![가-힣])(?:상황|사정|눈치|추이|분위기|경과|형편|여건|틈|짬|기회|타이밍|일정|스케줄|시점|순서)\s?(?:을|를|좀|도)?\s?"
    rf"(?:봐서|봐\s?가(?:면서|며)|보면서|보고|보아서?|맞춰서?|맞추어서?|조율해서|조율하고|잡아서){_OVER}"
    rf"|(?<![가-힣])봐\s?(?:서|가면서|가며){_OVER}"
    r"|(?<![가-힣])판단(?:해서|하셔서|하시고|하에|하여|하고)"
    r"|(?<![가-힣])(?:상황|경우|형편|사정)에\s?(?:따라서?|맞게|맞춰서?|맞추어)"
    rf"|(?:팀|쪽|업체|부서|사람)(?:이랑|랑|하고|과|와)\s?(?:맞춰서?|조율해서|상의해서|협의해서){_OVER}"
)
"""상황 봐서 재기동해주세요; 재기동해주세요 판단하셔서요: when, and whether, is left to somebody."""
_TOLD = r"(?!\s*(?:바로\s*|꼭\s*|저한테\s*|좀\s*)?(?:알려|말씀|공유|연락|보고|회신|확인|톡|전화|답))"
AS_SOON_AS = folded(
    rf"(?:[가-힣]{{2,}}되|끝나|나오|(?<![가-힣])오|떨어지|마치|잡히|올라오|풀리|빠지|들어오)는\s?대로{_OVER}{_TOLD}"
)
"""확인되는 대로 재기동해주세요; not 되는 대로 …, which only hurries, nor 끝나는 대로 알려주세요."""
_WHO = r"(?<![가-힣])(?:고객사?|현업|담당자?|팀장|과장|부장|차장|실장|업체|벤더|[가-힣]{2,3}팀|다른\s?팀|타\s?팀)(?:님|분|쪽|측)?(?:에|에게|한테|께|이랑|랑|하고|와|과)?"
AGREED = folded(
    rf"{_WHO}\s?(?:확인|컨펌|검토|협의|조율|연락|통화|동의|상의)\s?(?:하고|하시고|받고|후에?|한\s?(?:뒤|다음|후)에?|하여|되고)(?=[\s,])"
    r"|(?<![가-힣])(?:허락|승낙|동의|확답|컨펌|허가|사인)\s?(?:을|를)?\s?(?:받고|받은|구하고|얻고)(?=[\s,])"
    r"|(?<![가-힣])(?:검증|테스트|시험|리허설)\s?(?:후에?|하고|한\s?(?:뒤|다음|후)에?|끝나고)(?=[\s,])"
)
"""팀장님 확인 후 재기동해주세요; 허락 받고; 검증 후: what must come first is done by people."""
AND_THEN = folded(r"(?:나서|난\s?(?:뒤|다음|후)에?)")
GOING_ON = folded(r"[가-힣]+고")
LEFT_OUT = folded(r"(?:마시|말|간주하|생략하|우회하|무시하|건너뛰)고$")
"""놀라지 마시고, 검토 생략하고: nothing that there is to wait for."""
