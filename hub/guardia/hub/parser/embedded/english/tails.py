# ruff: noqa: E501 - word lists read worse when they are broken
"""What an English message may say behind its request without touching it. Anything else asks back: default deny."""

from __future__ import annotations

import re

_COURTESY = re.compile(
    r"\W*(?:(?:thanks?|thank you|thx|ty|cheers|please|pls|plz|asap|urgent(?:ly)?|now|right away|immediately|quickly?|regards|best|kind|hi|hello|hey|all|team|guys|folks|everyone|good|morning|afternoon|evening|night|day|sorry|apologies|for|the|noise|it's|its|trouble|ping|late|hour|bother(?:ing)?|in|advance|much|so|very|a|lot|lots|you|appreciated?|it|this|that|is|was|would|be|great|much|many|help|your|and|ok|okay|yes|yep|go ahead|do|need(?:ed)?|soon|as|possible|priority|high|p1|p2|sev1|sev2|critical|emergency|kindly|again|have|nice|one)\b\W*)+"
)
_SIGNED = re.compile(
    r"\W*(?:(?:best|kind|warm|many)\W+)?(?:regards|thanks|cheers|br|ta|thank you|thx)\b(?:\sfor\s(?:your|the)\s\w+)?\W*(?:[a-z]+\W*){0,2}"
)
_SHELL = re.compile(r"\W*(?:cat|rm|curl|wget|sudo|ls|id|whoami|echo|sh|bash|drop table|select)\b[^.]*")
"""What was written behind the request for a shell counts for nothing."""
_TELLS = re.compile(
    r"\b(?:let (?:me|us) know|tell (?:me|us)|ping (?:me|us)|report back|keep (?:me|us) posted|update (?:me|us|the ticket|this thread)|shout|reply|revert(?: back)?|post (?:it |the result )?here|send me|message me|drop me|confirm (?:here|when|once|back)|watching|i'll (?:watch|check|verify|test|monitor|look|validate|keep|update|tell the|let the|inform|notify the)|we'll (?:watch|check|verify|test|monitor|validate|update|tell the|let the|inform))\b"
)
_TROUBLE = re.compile(
    r"\b(?:slow\w*|hang\w*|hung|stuck|down|dead|die[sd]?|dying|crash\w*|oom|out of|errors?|exceptions?|[45]\d\ds?|5xx|time ?outs?|timed out|timing out|fail\w*|broken?|break\w*|froze\w*|freez\w*|leak\w*|full|fill\w*|high|spik\w*|stall\w*|chok\w*|crawl\w*|unresponsive|respond\w*|complain\w*|alert\w*|alarm\w*|lag\w*|blank|white|cannot|can't|cant|unable|won't|isn't|aren't|doesn't|don't load|issues?|problems?|outage|incident|queue\w*|backlog|los(?:e|ing|t)|drop\w*|reject\w*|refus\w*|exhaust\w*|deadlock\w*|block\w*|burn\w*|melt\w*|angry|shouting|screaming|furious|pil\w*|stale|wrong|corrupt\w*|gc|heap|memory|cpu|threads?|pool|connections?|sessions?|latency|load\w*|garbled|missing|zombie|toast|acting up|misbehav\w*|flapp\w*|degrad\w*|sluggish|swap\w*|saturat\w*|overload\w*|hot|pegged|maxed|thrash\w*)\b"
)
_BASIS = re.compile(
    r"\b(?:approved|signed off|agreed|sign-off|go from|green light|ticket|cr-?\d\w*|chg\w*|change (?:window|request|record|is)|config\w*|certificates?|cert|settings?|parameters?|patch\w*|hotfix|deploy\w*|release\w*|upgrad\w*|updat\w*|chang\w*|install\w*|uploaded|merged|pushed|rotated|renewed|swapped|replaced|migrat\w*|maintenance|drained|out of (?:the )?(?:lb|rotation|pool)|traffic is|users are (?:off|out|gone)|nobody is|no one is|no users|backup is (?:done|complete)|backed up|notice is|announced|because|since|reason|due to|owing to|so that|customers?|users|branches|operators|desk|counter|vendor says it|support says it|boss|manager|ceo|director|deadline|demo|moving|move|swap|swapping|replacing|hardware|disk|vendor is here|on site)\b"
)
_AGAINST = re.compile(
    r"\b(?:not (?:yet|approved|now|agreed|sure|needed|necessary|required)|yet|pending|reject\w* by|objects?|disagree\w*|against|wants? to|first|before|until|till|unless|once|when|whenever|later|tomorrow|tonight|next|monday|tuesday|wednesday|thursday|friday|weekend|(?:during|at|over) lunch|window|after hours|already (?:done|did|restarted|fixed|back|up|working|running|recovered|handled|on it)|did it|recovered|again now|back up|came back|is back|working again|fine now|ok now|okay now|resolved|no longer|drill|test\w* message|testing|example|sample|typo|mistake|i mean|meant|wrong (?:channel|room|window|system|server|node|one)|instead|rather|better|or|either|half|one at a time|only|except|but|hold|wait|cancel\w*|closed|done|never ?mind|maybe|perhaps|might|could be|guess|think|should we|safe|risk\w*|sure\?|quote|they say|says so|hearsay|rumou?r|don't|do not|cannot be|must not|mustn't|shouldn't|won't be)\b"
)


_TURNS_IT = re.compile(
    r"^\W*(?:hmm+|well|actually|oh|done|closed|half|quote|unquote|that'?s what|that (?:was|is)|this (?:is|was)|it (?:was|is|recovered|came)|is (?:that|it)|or)\b"
)


def against(words: str) -> bool:
    """True when a clause behind the pause of a request says that it is off, over, doubted or somebody else's."""
    if _COURTESY.fullmatch(words) or _TELLS.search(words) or _TROUBLE.search(words) or "alone" in words:
        return False
    return bool(_AGAINST.search(words) or _TURNS_IT.search(words))


def untouched(words: str) -> bool:
    """True when `words`, a sentence behind an English request, are known to leave it as it is."""
    if courteous(words):
        return True
    if _TELLS.search(words):
        return False
    if _AGAINST.search(words):
        return False
    return bool(_TROUBLE.search(words) or _BASIS.search(words))


def courteous(words: str) -> bool:
    """True when `words` are a courtesy, a signature, words for a shell, or a wish to be told."""
    if _COURTESY.fullmatch(words) or _SIGNED.fullmatch(words) or _SHELL.fullmatch(words):
        return True
    return bool(_TELLS.search(words)) and re.search(r"\b(?:first|before|unless|until)\b", words) is None


_CLEFT = re.compile(r"\W*(?:it(?:'s| is| was)|actually)\b.*\b(?:that|which|who)\b")


def points_elsewhere(words: str) -> bool:
    """it is node 2 that is slow: another place is what matters."""
    return bool(_CLEFT.match(words))
