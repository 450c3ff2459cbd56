"""Who may do a piece of work that is told of, as a part of patterns for folded text: 제가, 개발팀에서."""

from __future__ import annotations

WHO = (
    r"(?:(?:저희|우리)?\s?(?:제|저희|우리|내|개발\s?팀|개발자|dba|업무\s?팀|업무\s?담당자|현업|현업\s?담당자|담당자|담당자분|담당"
    r"|운영\s?팀|보안\s?팀|qa|qa\s?팀|테스트\s?팀|벤더|벤더사|업체|협력사|유지보수\s?업체|네트워크\s?팀|인프라\s?팀|서버\s?팀"
    r"|다른\s?(?:팀|분|담당자)|저쪽|그쪽)"
    r"(?:가|이|께서|에서|님이|분이|쪽에서|측에서|팀에서|에서도|이랑|랑|하고)?)"
)
