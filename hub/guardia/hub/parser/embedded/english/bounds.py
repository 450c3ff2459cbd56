# ruff: noqa: E501 - patterns read worse when they are broken
"""What bounds a change in an English sentence, and no request holds: some nodes, a vague moment, another environment."""

from __future__ import annotations

import re

SOME = re.compile(
    r"\b(?:first|last)\s(?:one|two|three|four|half|few|couple|nodes?|servers?|instances?)\b|\b(?:odd|even|half|neighbou?r\w*|pair of|next to|adjacent|up to|onwards?|whichever|whatever|any)\b(?!\s(?:though|when|if|thing|time|more|chance|way))"
    r"|\b(?:and|plus|or)\s(?:also\s)?(?:the\s)?(?:thing|things|other|others|another|anything|something)\b"
)
FEW = re.compile(
    r"\b(?:restart|reboot|bounce|recycle|cycle|stop|start|shut down|take down|bring up)\s(?:only\s|just\s)?(?P<n>one|two|three|four|five|six|\d{1,2})\s(?!more|by|at|of)"
)
MOMENT = re.compile(
    r"\bin a (?:bit|while|few|moment|sec|second|minute)\b|\bshortly\b|(?<!\bas )\bsoon\b(?! as)|\bweekend\b|\bend of (?:the )?(?:day|shift|week|month)\b|\beod\b|\bcob\b|\bon the \d{1,2}(?:st|nd|rd|th)\b|\boff-?peak\b|\bquiet (?:time|hours?)\b|\bat some point\b"
)
BOUND = re.compile(
    r"\b(?:by|before|after|until|till|from|between|past)\s\d{1,2}(?::\d{2})?\s?(?:am|pm)?\b(?!\s?(?:min|hour|sec|days?|restart|attempt|retr))"
)
ENVIRONMENT = re.compile(
    r"\b(?:in|on|for|at)\s(?:the\s|our\s|a\s)?(?:qa|test|tests|testing|uat|sandbox|pre-?prod|dr|lab|local)\b(?!\s(?:team|guys|people|lead))"
)
IS_ENV = re.compile(
    r"\s?(?:box|server|env|environment|system|one|node|side)?\s?(?:is|are|'s|looks?|seems?|keeps?|went)\s(?:totally |really |just |still |what |the )?(?:hung|down|dead|slow|stuck|broken|fail\w*|frozen|unresponsive|erroring|acting|crash\w*|one|i mean|we mean|meant)\b"
)
TROUBLE = re.compile(
    r"\s?(?:box|server|env|environment|system|node|side|users?|tests?)?\s?(?:is|are|'s|has|have|keeps?|shows?|gives?|gets?|throws?|returns?|started)\s(?!.*\b(?:fine|ok|okay|fixed|solved|good|healthy|done|no (?:errors?|issues?|problems?))\b)[^,.]{0,20}?(?:errors?|exceptions?|[45]\d\ds?|throwing|time-?outs?|timing out|alerts?|warnings?|issues?|problems?|trouble|slow\w*|not respond\w*|no response)\b"
)
"""staging is throwing 500s: behind an environment that is in no request."""
ENV_DONE = re.compile(
    r"\b(?:done|finished|passed|complete[d]?|deployed|tested|verified|confirmed|fine|ok|okay|good|looks good|works|worked|green|successful\w*|went well)\b"
)
BROKEN = re.compile(
    r"\s?(?:is|was|has|had|broke\w*|breaks|crash\w*|fail\w*|introduc\w*|seems|looks|keeps|leaks)\b|,\s(?:it|it's|that|which)\s(?:is|was|has|broke|breaks|crash|fail|seems|looks|keeps|leak)"
)
BETWEEN = re.compile(r"^\W*(?:or|,? ?or else|versus|vs)\W*$")
LATEST = re.compile(r"\b(?:the )?(?:latest|newest|newer|older|better|one|either) of\b")
HOLDING = re.compile(
    r"\b(?:what(?:ever)?|who(?:ever)?|anything|the one)\b[^.]{0,20}\bsession\b|\bsession\s\d+\s(?:is|was)\s(?:waiting|blocked|held|stuck)\b|\b(?:block\w*|hold\w*|lock\w*)\s(?:up\s)?(?:the\s)?session\b"
)
LOGS = re.compile(
    r"\blast (?:week|month|year)\b|\byesterday\b|\btoday'?s\b|\bkeep\b|\b(?:gc|access|error|debug|audit|batch) logs?\b"
)
MOVED = re.compile(
    r"\b(?:copy|move|sync|mirror|transfer|replicate|archive|ship|rsync|scp|compare|diff)\b[^.]{0,60}?\s(?:to|with|into|onto|against|over to)\s[^.]{0,60}?\b(?:then|after that|afterwards|and)\b"
)
"""copy the logs of A to B, then clean up the logs: of which of them?"""
