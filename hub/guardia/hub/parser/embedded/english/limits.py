# ruff: noqa: E501 - word lists read worse when they are broken
"""What an English request may say within its own sentence that makes it another one: when, how, whether, of what."""

from __future__ import annotations

import re
from collections.abc import Collection

from guardia.hub.parser.embedded.hangul import fold

_LATER = re.compile(
    r"\b(?:eod|eob|cob|end of (?:the |my |your |our )?(?:day|business|shift|week)|(?:over|on|at|this|next|during|by) (?:the )?weekend|after (?:business |office |working )?hours|off[- ]?(?:peak|hours)|by (?:noon|midnight|tonight|tomorrow|lunch|then|monday|tuesday|wednesday|thursday|friday)|whenever (?!you)|at your (?:convenience|leisure)|in (?:a|an|half an|another|a couple of) (?:bit|while|moment|sec|minute|hour|few|little)|in the (?:morning|afternoon|evening)|schedule|book|arrange|pencil in|some ?time|at some point|eventually|down the (?:road|line))\b|\bovernight\W*$|\b(?:in|within) (?:\d{1,3}|five|ten|fifteen|twenty|thirty)\W*$|\bat \d{3,4}(?:\s?(?:h|hrs|hours|kst|utc))?\W*$"
)
"""A moment that is no time of the clock; nothing where the time itself was read."""
_WHETHER = re.compile(
    r"\b(?:and|then|but),? if\b|\bif (?:ok|okay|fine|good|clean|green|healthy|successful|it looks|that works|that's fine|all (?:is )?(?:good|well|ok))\b|\bwith (?:\w+(?:'s)? )?(?:approval|permission|consent|blessing)\b|\bgiven (?:the |a |your |his |her )?(?:go|ok|okay|green|nod|approval)\b|\bas (?:a |an |the |our )?(?:plan b|last resort|fallback|experiment|drill|exercise|test|joke|dry)\b|\b(?:as|in|do|with) (?:a )?dry[- ]?run\b|^\W*(?:please )?(?:dry[- ]?run|simulate|rehearse)\b|\bwithout (?:downtime|dropping|losing|killing|kicking|interrupt\w+|impact\w*|disrupt\w+|touching|affecting|breaking|an? outage|any(?:one)?)\b|\b(?:and|then) wait\b|\bwait (?:for |another |about )*(?:\d|an?\b|five|ten|until|till|the\b|it\b)"
)
_TALKED = re.compile(
    r",\s*(?:they|he|she|we|the \w+|boss|vendor|support|management) (?:say|says|said|told|tells|claims?|insists?)\b|\b(?:they|he|she) said\W*$|\bmy (?:foot|arse?|ass)\b|\bsee what happens\b|\bwhy not\b|\bwhat (?:could|can) (?:possibly )?go wrong\b|\byeah,? right\b|\bas if\b|\bin the middle of (?:the|a|our) (?:\w+ )?(?:day|shift|peak|batch|rush|demo|sale)\b|\b(?:and|or) (?:you|we|i|they|everything|everyone|all|the \w+)(?:'re|'ll| are| is| will| would)? (?:all )?(?:fired|breaks?|lose|loses|dies?|quits?|blows?|falls?|regrets?|crash(?:es)?|dead|toast|gone|doomed|kill|goes (?:down|dark|boom))\b|\banything but\b|\bback then\b|\bin (?:my|our|his|her|their) (?:place|shoes|position)\b|\bif you were\b|\b(?:would|do|did) you ever\b"
)
"""Hearsay, irony, threats, and advice asked for."""
_ABLE = re.compile(
    r"\W*(?:can|could|may|might|should|must) (?!you\b|u\b|we\b|i\b|someone\b|somebody\b).*\bbe \w+(?:ed|d)\b"
)
_PLEASE = re.compile(r"\b(?:please|pls|plz)\b")
_OF_WHAT = re.compile(
    r"\b(?:stop|quit) [a-z]+ing (?:me|us|about|at|with|that|this|so|everyone|people)\b|\bdown a (?:notch|peg|bit)\b|\b(?:in|at|during) (?:the|our|today's|tomorrow's|next) (?:\w+ )?(?:meeting|call|stand-?up|discussion|review|retro\w*)\b|\bup with (?:the|our)\b|\bup to (?:date|speed|scratch|par|v?\d)|\brevert (?:your|my|that|the|his|her|this)(?: \w+){0,2} (?:messages?|comments?|edits?|posts?|emails?|reply|rules?|config\w*|settings?)\b|\b(?:restart|deploy|start|stop|shutdown|rollback|reboot|startup) (?:logs?|history|script|scripts|count|order|date|events?|records?|procedure|guide|manual|steps)(?=\W*$|\W+(?:please|pls|for|of|from)\b)|\brotat(?:e|ing)\b"
)
"""Another thing than the service that the verb would act on."""
_WHICH = re.compile(
    r"\bodd\b|\bevens\b|\beven(?:[- ]numbered| (?:\w+ ){0,4}nodes?\b)|\b(?:was|web|db|nodes?|servers?) not (?:node )?#?\d|\b(?:in|at|on) (?:the )?(?:dr|disaster)\b|\bdr (?:site|cent|servers?|nodes?|box)|\(not\b|\bnot\W*$|\bnot the v?\d|\.(?:war|jar|ear|zip|gz|tar) or \S|\bfrom (?!v?\d|scratch|the log)(?:\S+ ){1,5}to \S|\blike (?:we|you|i|they) did\b|\b(?:smoke|sanity)[- ]?(?:tests?|checks?)\b"
)
_WITH = re.compile(
    r"\bfrom (?:flapping|\w+ing)\b|\bin (?:a |the )?(?:debug|safe|single|read|maintenance|recovery|verbose|admin) ?-?(?:mode|user|only)|\bwith (?:-\w|more|less|fewer|the (?:old|new|previous|default|other)|\d|debug)|\bonly the \w+\W*$|\bjust the \w+\W*$|\bagain and again\b|\btwice\b|\bfor \d+ users\b|\bexcept(?: for)? the (?!first|second|third|last|was|web|db|node)|\bin (?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:was|is|were|seems|sounds|looks like) (?:a|an|no|not a|the) (?:\w+ )?(?:mistake|idea|error|accident|option|solution|must not)\b|\b(?:by|with) (?!the\b|a\b|an\b|default\b)[a-z]{3,}\W*$|\b(?:2?tmr|tmrw|tmw)\b|\bsame (?:for|on|with) \d"
)
_SHELVED = re.compile(
    r"^\W*(?:subject|todo|to do|to-do|agenda|checklist|backlog)\b|^\s*(?:[-*]\s*)?\[ ?\][^\n]*\Z|\bstatus\s*:\s*(?:pending|on hold|waiting|draft|open|scheduled|planned|tbd)"
)
_BESIDE = re.compile(
    r"\b(?:backups?|batch|jobs?|printer|laptop|switch|router|cable|fan|monitor|dashboard|pipeline|build|cron|scheduler|tunnel|vpn) (?:of|on|for|next to|near|behind|from|above|below)\b"
)
_IT = re.compile(r"\b(?:it|that one|that|this one)\W*(?:please|pls|now|asap|thanks|thx)?\W*$")
MIXED = re.compile(
    r"(?<![a-z])(?:eod|eob|cob|after hours|tonight|tomorrow|tmr|tmrw|weekend|nvm|never ?mind|pending|tbd|maybe|perhaps|cancel(?:led|ed)?|on hold|hold on|just in case|if needed|if necessary|unless|not now|not yet|later|same for|(?:thread\s)?dump)(?![a-z])|(?<![a-z])by (?=[^\x00-\x7f])|"
    + fold(
        r"(?:(?:스케줄|스케쥴)\s?(?:부탁|잡|걸|등록)|롤링(?!백))|(?:lb|l4|pool|로드밸런서|엘포|로테이션)에서\s?(?:빼고|뺀|제외)"
    )
)
"""English in a Korean sentence that puts its request off, takes it back or adds to it."""
_STEPS = re.compile(
    r"(?:\b(?:and|then)|&|,)\s+(?:then |please |also )?(?:let me(?! know)|i'll|we'll|archive|flush|fail ?over|snapshot|back ?up (?!and\b)|drain|compress|copy|move|migrate|scale|resize|patch|upgrade|get (?:approval|sign-?off|permission|a |the go)|switch|enable|disable|invalidate|rebuild|reindex|warm|remount|unmount|mount)\b|\b(?:and|but),? before (?:that|it|this)\b|\bfirst, \d|\b(?:bottom|top)[- ](?:up|down)\b|\breverse order\b|\bonly (?:after|when|once|then)\b|<[-=]|\bby [^\x00-\x7f]|\b(?:restarted|stopped|started|bounced)\b.*,\s*(?:please )?(?:revert|undo|roll) (?:that|it|this)\b"
)
"""Steps that no action stands for, an order that is turned round, or somebody else who shall do it."""
_PARTLY = re.compile(
    r"\bnext to\b|\ball but the (?!was|web|db|first|second|third|last|node)|\bhalf (?:of|the)\b|\bto the (?:vendor|customer|client|team)\b|\bback to (?:last (?:week|month|night|year|\w+day)|yesterday|how)\b|\bdown to \d"
)
_BUILD = re.compile(r"\b(?:yesterday|last (?:night|week|month|\w+day))'s (?:build|release|version|artifact)\b")
_KEEPS = re.compile(
    r"\bexcept (?:for )?(?:today|yesterday|the (?:last|latest|current|gc|newest)|this|those|gc)\b|\bkeep(?:ing)? (?!me\b|us\b|posted|an eye)|\bbut not the\b"
)
_AFTER_DEPLOY = re.compile(r"\bafter (?:deploying|installing|pushing|shipping|releasing|uploading|rolling)\b")
_LOOKS = re.compile(
    r"\W*(?:(?:please|pls|can you|could you|would you|hi|hey)\W+)*(?:check|look at|inspect|investigate|diagnose|examine|have a look)\b"
)
_STARRED = re.compile(r"\n\s*\*\S+\s*$")
_PAUSES = re.compile(
    r"\b(?:wait|sleep|pause|give it) (?:for |about |another )*(?:\d+|five|ten|fifteen|twenty|a few|a couple of) ?(?:m\b|s\b|h\b|min|sec|hour)"
)


def limited(words: str, codes: Collection[str], *, timed: bool) -> str:
    """Why the changes of an English sentence may not be what its verbs alone say; empty: nothing limits them."""
    if not timed and _LATER.search(words):
        return "another moment may be meant"
    if _WHETHER.search(words):
        return "it may be meant under a condition or in another way"
    if _TALKED.search(words) or (_ABLE.match(words) and _PLEASE.search(words) is None):
        return "it may be talk and no request"
    if _OF_WHAT.search(words):
        return "it may be asked of something else"
    if _STEPS.search(words) or _PARTLY.search(words) or ("DEPLOY_ARTIFACT" in codes and _BUILD.search(words)):
        return "a step, an order or a part may be meant that is in no request"
    if _WHICH.search(words) or _WITH.search(words) or ("CLEAN_LOGS" in codes and _KEEPS.search(words)):
        return "a part only, or another one, may be meant"
    if _AFTER_DEPLOY.search(words) and not {"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"} & set(codes):
        return "a step is spoken of that is in no request"
    if _LOOKS.match(words) and not any(
        not code.endswith(("_SERVICE", "_ARTIFACT", "_RELEASE", "_LOGS", "_SESSION")) or code == "CHECK_SERVICE"
        for code in codes
    ):
        return "a look is spoken of that is in no request"
    return ""


def put_right(text: str) -> bool:
    """True when a last line of one word behind a star mends what was typed (*staging), or a pause is to be made."""
    starred = _STARRED.search(text) is not None and text.count("*") == 1
    return bool(starred or _PAUSES.search(text.lower()))


def shelved(text: str) -> bool:
    """True for a heading or a box over what is still to be decided (TODO, [ ], Status: pending)."""
    return bool(_SHELVED.search(text.lower()))


def of_another(before: str, words: str) -> bool:
    """The backup of … is stuck. Restart it: the last thing told of is no service."""
    return bool(_IT.search(words) and _BESIDE.search(before))


def points(words: str) -> bool:
    """True when an English sentence names what it asks for by nothing but "it" or "that one"."""
    return bool(_IT.search(words))


_LAYER_OF = re.compile(
    r"\b(?:db|database|web|was|nginx|apache|tomcat|jeus|webtob|oracle|mariadb|postgres\w*|tibero) (?:for|on|behind|in front of|under) (?:\S+ ){1,5}?(?:was|web|db)\b"
)


def layer_of(words: str) -> bool:
    """the DB for ibank WAS 1; nginx on ibank WAS 1: one place that another one tells of, or two."""
    return bool(_LAYER_OF.search(words))
