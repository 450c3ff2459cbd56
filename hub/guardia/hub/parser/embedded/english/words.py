# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""What the scan leaves to do in English sentences before they are read: verbs in two parts, bare numbers, small words."""

from __future__ import annotations

import re

from guardia.hub.parser.embedded.english.row import READS, vocabulary
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal

# Verbs in two parts, their object between them: roll it back, bring it back up, take it down, turn it off and on again.
_OBJ = r"[^.!?;,]{1,70}?"
_PHRASAL = re.compile(
    rf"\b(?P<roll>roll(?:ing|ed)?|put|switch|move)\b(?! back\b){_OBJ}\bback (?:to (?=(?:the )?(?:previous|prior|last|old|v?\d))|(?=$|[.!?;,]|please|now))"
    rf"|\b(?P<roll2>roll(?:ing|ed)?)\b(?! back\b){_OBJ}\bback\b"
    rf"|\b(?P<cycle>(?:turn|switch|power)(?:ing|ed)?)\b(?: {_OBJ})? off and (?:then )?(?:back )?on(?: again)?\b"
    rf"|\b(?P<kick>give)\b{_OBJ}\ba (?:quick |good |little )?(?:kick|bounce|restart|reboot)\b"
    rf"|\b(?P<up>(?:bring|spin|fire|get|start)(?:ing)?|brought)\b(?: {_OBJ})? (?:back )?(?:up and running|up|online)\b"
    rf"|\b(?P<on>(?:turn|switch)(?:ing|ed)?)\b(?: {_OBJ})? (?:back )?on\b(?! the| node| our)"
    rf"|\b(?P<down>(?:take|bring|shut|pull)(?:ing)?|took|taken|brought)\b(?: {_OBJ})? (?:down|offline|out of service)\b"
    rf"|\b(?P<off>(?:turn|switch|shut)(?:ing|ed)?)\b(?: {_OBJ})? off\b"
)
_CODES = {
    "roll": "ROLLBACK_RELEASE", "roll2": "ROLLBACK_RELEASE", "cycle": "RESTART_SERVICE", "kick": "RESTART_SERVICE", "up": "START_SERVICE", "on": "START_SERVICE",
    "down": "STOP_SERVICE", "off": "STOP_SERVICE",
}  # fmt: skip
_TAKES = (K.UNKNOWN, K.FILLER, K.ACT, K.LIGHT)
_COMMON = vocabulary("""sorry apologies scratch u ur r n b k yo lol haha lmao omg ugh wow thx ty cheers mate folks all-good able about above accidentally acting actually afraid after afternoon ahead almost along alone always anymore anyone anybody anything anyway apparently appreciate approval
    asking away bad badly because become becoming before began begin behaving being below better between big both box breaking broke broken busted buddy but came cannot cause cautious chance climbing come comes coming complain complaining complains completely confirmed consider
    could crashing crawling customer customers deeply dear different doing dying each early either else end ends enough even ever everybody every everything exactly expected extremely failing fails far feel feels few fill filled filling filling-up finally fine finish finished first flaky following
    forever found freeze freezes freezing frozen full further gave get gets getting give given goes going gone good got gotten gracefully grateful great guess had half hammering hang hanging hangs happen happened happens happy hard having heard help helpful hence here high
    hitting hope horribly however huge i'd i'll i'm idle immediately in-between inside into its itself keep keeps kept kick kind kinda know known lag lagging laggy large late later least left less let level like likely listen little long longer look looked looking looks lot low
    made make makes making many may maybe mean meanwhile mention might mind misbehaving mistake moment most much must nearly necessary need needed needs neither never nice night no nobody none nope normal nothing nowhere off offline okay on once ones ongoing online
    onto oops otherwise ours overnight own patch patched patching people possible pretty previously probably problem problems properly put puts quite rather ready really reason regarding rejecting reported reports respond ran run running runs said same saw say saying says see seem seemed seen serious
    serving several shaky should showing simply slow slower slowly small smooth some somehow someone something sometimes soon spiking stale start-over stay stays still straight strange struggling stuck such sudden suddenly super supposed sure take taken taking tell
    terribly terrible them themselves then there these they thing things think thinks thought through throwing till timed timing together told too took toward tried tries trouble try trying turn unless unstable until unusually upon urgent us use used useful user users using usually very wait waiting want wanted
    wants was way we week weird well went were what whatever whether which while who whole why will wise with within won't wonder wondering working works worried worry worse worst would wrong yep yes yesterday yet you your yours afterwards acting-up gate gates boards batch patching migration deploys
    manually carefully safely immediately promptly nicely kindly requested requests rolling full kicking acts ahead asap behind blocked blocking chewing choking complained degraded dropping erroring errored exhausted eating goofy hosed hour hours hung intermittently leaking maxed maxing offending out overloaded painful pegged
    responding returning saturated sluggish spike spinning swamped swapping unavailable unreachable unhealthy wedged graceful clean hard quick approval approvals confirmation asking further notice confirm
    meantime moment moments background context summary vendor vendors supplier suppliers contractor contractors boss colleague colleagues teammate teammates shift folks heads-up crawled creeping flapping spiralling spiraling piling ballooning trending rising growing shrinking dipping jumping flooding flooded
    screaming paging paged alerting alarming escalated escalation outage outages maintenance weekend weekdays lunch apart besides especially finally firstly secondly lastly generally hopefully honestly literally merely mostly namely naturally obviously presently roughly shortly sincerely specifically temporarily therefore thus thoroughly
    unfortunately fortunately unexpectedly unresponsive weirdly afternoon's morning's tonight's today's yesterday's this-morning anymore anyhow somewhere elsewhere everywhere someone's nobody's understand understood agree agreed believe believed bother bothered bring brought build built buy bought call called calls calling care careful carry caught causing change-window chase checked checks
    choose chose chosen close closed closing cold comfortable common complaint complaints crazy cross cut cutting deal decide decided delay delayed depends desperate difficult double drag dragging drop dropped dying eats eaten edge eventually exact exceeded excuse expecting experience experiencing explain extra fault favor favour feeling felt fighting figure fingers firing fit flat
    flooding forgot forgotten funny garbage ghost giant glad grew grind ground grow grown guessing handle handled hate healthy heavily heavy hero hide hint hot hourly human hurry hurt idea ideally imagine impatient important impossible inform informed instant joke keen killing-me lack lagged lame largely lazy leads leaving lied lift light lights listening live lives lonely loose lose losing lost loud
    love lovely low-ish luck lucky mad main maintaining manage managed management manager managers massive matter matters mess messed middle mind-boggling minor minute missed misses missing mistaken mixed moaning mood morning mostly move moved moving mysterious nagging narrow nasty nasty-looking neat negative nervous nightmare noisy normally noted noticed noticing odd oddly offer offering
    order-of-magnitude ought outside overall overdue pain panic part parts patience pattern peak peaking perfect perfectly perform personally phone phones picked picking piece plain planned play plenty point pointing pop popped popping post-lunch pressure pretty-much prior private promised promptly proof public pull-request quarter question questions quiet quietly quit raise raised
    random rare rarely reach reached reaching real-time reasonable reasonably received receiving recent recently regular regularly related reliable relieved remain remains remember remind reminder repeatedly replied responsible resolved result results rid ridiculous rid-of risk risky rough rush rushed sad safe safety satisfied scared scary scheduled-in score scratching search second seconds seldom
    sense sensible sent separate separately session-wise settle settled severe severely shame sharp shocked short shout shouting sick sight sign signs silent silly sits sitting sleep sleeping slept slight slightly slip slipped smell sneak solid solved somewhat sooner sore sorted sound sounds speak special speed spend spent spot spotted spread stand standing stands started-acting staring starved steady
    stepping stick sticking strangely stress stressed strong stuff stupid success successful successfully suffer suffering suggest suggested suspect suspected suspicious swear sweet talk talked talking tend terms thank thankfully though-tonight thousand thousands threw tight tired together-ish tomorrow's total totally tough toward traffic-wise tripping true trust truth turns twice typical typically ugly
    unhappy unlikely unsure unusual upset urgently usual vague various vast visible wake waking walk walking warned warning warnings wasn't-me watch watched watching week's weeks welcome wild wish wished wishes wobbly won word words worth wow writing wrote yell yelling yours-truly touch touching touched fiddle fiddling poke poking disturb disturbing alter altering modify modifying interrupt interrupting forget remembering item items todo agenda bullet heading""")  # fmt: skip
_SMALL = vocabulary(
    "its it is as at be by do go he if in me my no of on or so to up us we all and any are but can did for get had has her him his how let may new not now off old one our out own put run say see she the too try two use way who why you"
)
_ORDINALS = {
    "first": 1,
    "1st": 1,
    "second": 2,
    "2nd": 2,
    "third": 3,
    "3rd": 3,
    "fourth": 4,
    "4th": 4,
    "fifth": 5,
    "5th": 5,
}
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4}
_ORDINAL = re.compile(
    r"\b(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\s+(?:(?:was|web|db)\s+)?(?:node|server|instance|host|box|machine|one)\b"
)
_NODE_WORD = re.compile(r"\bnode\s+(one|two|three|four)\b")
_SOME = re.compile(
    r"\b(?:(?:one|two|three|some|any|half|most|a couple|a few|either|none|which|whichever|another) (?:of (?:the|our|these|those))?|(?:any|some|another|either|a random|the last|last|the latest|the newest|the oldest|the bad|the slow|the stuck|the broken|the hung|the affected|the failing|the faulty|the problematic))\s+(?:\w+ ){0,3}?(?:nodes?|servers?|instances?|hosts?|boxe?s?|machines?|ones?)\b"
)
_ANSWERS = re.compile(
    r"\brevert\b(?= (?:back )?(?:to (?:me|us|the team)|with (?:an? )?(?:update|status|confirmation)|once|when|asap)\b)"
)
"""revert back to me: to answer."""
_ENDS = re.compile(r"\b(?:end|close|drop|cut|boot|zap|nuke)\b(?= (?:the |db |hung |idle |stuck )*session)")
"""end session 91"""
_OTHER = re.compile(r"\b(?:the |all )?other (?:nodes?|servers?|instances?|ones|one)\b|\beverything else\b")
_BUT = re.compile(
    r"\b(?:all|every|everything|each|both)\b[^.!?;,]{0,60}?\b(?P<but>but|save|minus)(?: not)?(?= (?:for )?(?:the )?(?:node|nodes|was|web|db|#?\d))"
)
_BUT_ONE = re.compile(r"\bbut (?:not|skip|leave out|leave) (?=(?:the )?(?:node|nodes|#?\d))")
_DIGITS = re.compile(r"\d{1,2}")
_UNIT = re.compile(
    r"\s*(?:%|percent|lines?|minutes?|mins?|hours?|hrs?|days?|gb|mb|am|pm|:\d|/|\.\d|o'clock|times?|seconds?|secs?|users?|weeks?)"
)
_EXISTS = re.compile(r"there(?:'s| is| are| was| were| seems)\b")


_THE = re.compile(
    r"\b(?:the|a|an|this|that|last|latest|previous|evening|morning|afternoon|night|nightly|weekly|new|next|(?!it's|that's|there's|here's|what's|let's|who's)[a-z]+'s|bad|our)\s+$"
)


_AFTER_IT = re.compile(
    r"\b(?:after|since|before|during|from|by|with|until)\s+(?:tonight's|today's|yesterday's|this morning's|last night's|last week's|the last|the latest|the previous)\s+$"
)


def _names_release(items: list[Item], index: int, plain: str) -> bool:
    """push release 7.3.0; since the evening release: the thing, not what is done with it."""
    after = items[index + 1] if index + 1 < len(items) else None
    pushed = index > 0 and items[index - 1].kind is K.ACT and after is not None and after.kind is K.VERSION
    return pushed or bool(_THE.search(plain, max(0, items[index].start - 24), items[index].start))


def prepare(items: list[Item], normal: Normal, start: int, end: int) -> list[Item]:
    """`items` of an English sentence with what only English has."""
    plain = normal.plain
    items = _phrases(_database_two(items, normal), plain, start, end)
    items = [Item(one.kind, one.start, one.end, one.value) for one in items]
    for index, item in enumerate(items):
        word = plain[item.start : item.end]
        if (
            word == "put"
            and index + 1 < len(items)
            and items[index + 1].kind is K.FILE
            and " back" not in plain[item.end : end]
        ):
            item.kind, item.value = K.ACT, "DEPLOY_ARTIFACT"  # put app.war on the WAS
        elif word in ("kick", "kicked", "kicking") and index + 1 < len(items) and _kicks(items, index, plain):
            item.kind, item.value = K.ACT, "RESTART_SERVICE"  # kick the console WEB
        elif item.kind is K.UNKNOWN and (word.strip("'") in _COMMON or word in READS):
            item.kind, item.value = K.FILLER, None
        elif item.kind is K.UNKNOWN and _swapped(word):
            item.kind, item.value = K.LIGHT, "show"
        elif item.kind is K.NAME and normal.text[item.start : item.end] in _SMALL:
            item.kind, item.value = K.FILLER, None  # its is not ITS
        elif (
            item.kind is K.LIGHT
            and word == "tail"
            and not any(one.kind is K.TOPIC and one.value == "TAIL_LOG" for one in items)
        ):
            item.kind, item.value = K.TOPIC, "TAIL_LOG"
        elif item.kind is K.LAYER and normal.text[item.start : item.end] == "was" and _verb(plain, item):
            item.kind, item.value = K.FILLER, None
        elif item.kind is K.POINT and word in ("that", "there"):
            after = items[index + 1] if index + 1 < len(items) else None
            close = after is None or re.match(
                r"\s*(?:[.,;!?]|too\b|please|pls|now\b|as well|again|and\b|asap|first|instead)",
                plain[item.end : item.end + 9],
            )
            if not close or _EXISTS.match(plain, item.start):
                item.kind = K.FILLER
        elif (
            item.kind is K.TOPIC
            and item.value == "SHOW_VERSION"
            and index + 1 < len(items)
            and items[index + 1].kind is K.VERSION
        ):
            item.kind = K.FILLER
        elif item.kind is K.ACT and _AFTER_IT.search(plain, max(0, item.start - 30), item.start):
            item.kind, item.value = K.FILLER, None  # broken after tonight's push
        elif (
            item.kind is K.ACT
            and item.value == "DEPLOY_ARTIFACT"
            and word == "release"
            and _names_release(items, index, plain)
        ):
            item.kind, item.value = K.FILLER, None
        elif item.kind in (K.NOT_THIS, K.NEG):
            item.kind = K.NEG
        elif item.kind in (K.UNKNOWN, K.NUMBER) and _DIGITS.fullmatch(word) and index:
            _number(items, index, plain)
    return items


def _kicks(items: list[Item], index: int, plain: str) -> bool:
    """True when what is kicked is a target: kick off, kick in and a kick are something else."""
    after = next((one for one in items[index + 1 :] if plain[one.start : one.end] not in ("the", "our")), None)
    article = index > 0 and plain[items[index - 1].start : items[index - 1].end] in ("a", "the", "quick")
    return not article and after is not None and after.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.POINT)


_BE_BEFORE = re.compile(
    r"(?:^|[^a-z0-9])(?:i|it|he|she|there|that|this|what|which|who|when|why|how|where|everything|nothing|something|someone|nobody|team|was|web|db|node \d+|server)\s+$"
)
_BE_AFTER = re.compile(
    r"\s+(?:[a-z]+ed|[a-z]+ing|being|not|never|already|just|about|going|supposed|shut|taken|brought|down when|rolled)\b"
)


def _verb(plain: str, item: Item) -> bool:
    """I was, the request was sent: the verb, not the layer."""
    return bool(_BE_BEFORE.search(plain, max(0, item.start - 16), item.start) or _BE_AFTER.match(plain, item.end))


def _swapped(word: str) -> bool:
    """chekc: two letters of a verb that looks changed places."""
    return any(
        len(word) == len(verb) and word[0] == verb[0] and sorted(word) == sorted(verb)
        for verb in ("check", "show", "tail", "display")
    )


def _database_two(items: list[Item], normal: Normal) -> list[Item]:
    """DB 2, written apart, is the second node and no product."""
    out: list[Item] = []
    for item in items:
        if item.kind is K.LAYER and re.fullmatch(r"db\s+2", normal.plain[item.start : item.end]):
            out += [Item(K.LAYER, item.start, item.start + 2, "DB"), Item(K.NODE, item.end - 1, item.end, (2,))]
        else:
            out.append(item)
    return out


def _number(items: list[Item], index: int, plain: str) -> None:
    """WAS 2; nodes 1, 2 and 4; except 3: a bare number behind a place is a node."""
    item, at = items[index], index - 1
    if _UNIT.match(plain, item.end):
        return
    joined = False
    while (
        at > 0
        and items[at].kind in (K.AND, K.FILLER)
        and plain[items[at].start : items[at].end] in ("and", "or", "&", "the")
    ):
        joined, at = True, at - 1
    gap = plain[items[at].end : items[at + 1].start]
    before = items[at].kind
    if (
        before is K.GENERIC
        and not joined
        and plain[items[at].start : items[at].end] not in ("node", "nodes", "server", "instance")
    ):
        return
    if (
        before in (K.BUT, K.GENERIC)
        or (before is K.LAYER and not joined and not gap.strip())
        or (before is K.NODE and (joined or gap.strip() == ","))
    ):
        item.kind, item.value = K.NODE, (int(plain[item.start : item.end]),)


def _put(items: list[Item], start: int, end: int, kind: K, value: object) -> list[Item]:
    """`items` with one new item over everything that `start`..`end` touches."""
    out = [one for one in items if one.end <= start or one.start >= end]
    out.append(Item(kind, start, end, value))
    out.sort(key=lambda one: one.start)
    return out


def _phrases(items: list[Item], plain: str, start: int, end: int) -> list[Item]:
    out = list(items)
    for found in _SOME.finditer(plain, start, end):
        if not any(
            one.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV) and found.start() <= one.start < found.end()
            for one in out
        ):
            out = _put(out, *found.span(), K.NODE, (0,))
        else:
            first = found.start()
            stop = min(
                one.start
                for one in out
                if one.kind in (K.NAME, K.SERVER, K.LAYER, K.NODE, K.ENV) and found.start() <= one.start < found.end()
            )
            kept = plain[first:stop].rstrip()
            out = _put(out, first, first + len(kept), K.NODE, (0,))
    for found in _ORDINAL.finditer(plain, start, end):
        out = _put(out, found.start(1), found.end(1), K.NODE, (_ORDINALS[found[1]],))
    for found in _NODE_WORD.finditer(plain, start, end):
        out = _put(out, *found.span(), K.NODE, (_NUMBERS[found[1]],))
    for found in _ANSWERS.finditer(plain, start, end):
        out = _put(out, *found.span(), K.FILLER, None)
    for found in _ENDS.finditer(plain, start, end):
        if any(one.kind is K.SESSION and one.start >= found.end() for one in out):
            out = _put(out, *found.span(), K.ACT, "KILL_DB_SESSION")
    for found in _OTHER.finditer(plain, start, end):
        out = _put(out, *found.span(), K.REST, None)
    for found in _BUT.finditer(plain, start, end):
        out = _put(out, *found.span("but"), K.BUT, None)
    for found in _BUT_ONE.finditer(plain, start, end):
        out = _put(out, found.start(), found.end() - 1, K.BUT, None)
    for found in _PHRASAL.finditer(plain, start, end):
        group = next(name for name, hit in found.groupdict().items() if hit)
        head = next((one for one in out if one.start == found.start(group) and one.kind in _TAKES), None)
        if head is None or head.kind is K.ACT:
            continue
        head_end = found.end(group)
        tail = re.search(
            r"(?:\bback(?: to)?|(?:back )?(?:up and running|up|online|on|off)|down|offline|out of service|off and (?:then )?(?:back )?on(?: again)?|a (?:quick |good |little )?(?:kick|bounce|restart|reboot))\s*$",
            found.group().rstrip(),
        )
        if tail is not None and found.start() + tail.start() >= head_end:
            a, b = found.start() + tail.start(), found.start() + tail.end()
            if not any(
                one.kind in (K.NAME, K.SERVER, K.NODE, K.LAYER) and one.start < b and one.end > a for one in out
            ):
                out = _put(out, a, b, K.FILLER, None)
        out = _put(out, found.start(group), head_end, K.ACT, _CODES[group])
    return out
