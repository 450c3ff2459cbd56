# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""An English sentence as a row of words in which everything that the scan knows stands for its kind.

`could you restart the cart WAS node 2 please` is the row `could you V the T T T please`. Grammar is then a matter of
patterns over a few words and tags, whatever the names are.

Tags: T a place, P a word that points, A all of them, G a generic word (server), F what is deployed or gone back to, D a time, N a number, a
length or a quotation, V an action, O what a read is about, W a person, B except.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardia.hub.parser.embedded.items import Item, K


def vocabulary(words: str) -> frozenset[str]:
    return frozenset(words.split())


TAGS = {
    K.NAME: "T", K.SERVER: "T", K.LAYER: "T", K.ENV: "T", K.NODE: "T", K.EVERY_LAYER: "T", K.REST: "T", K.SERVICE: "T", K.POINT: "P", K.ALL_NODES: "A",
    K.GENERIC: "G", K.FILE: "F", K.ATTACHED: "F", K.VERSION: "F", K.PREVIOUS: "F", K.TIME: "D", K.LINES: "N", K.SINCE: "N", K.NUMBER: "N", K.QUOTE: "N",
    K.ACT: "V", K.TOPIC: "O", K.PORT: "O", K.SESSION: "O", K.PERSON: "W", K.BUT: "B", K.URL: "N",
}  # fmt: skip
_WORD = re.compile(r"\w+(?:'[a-z]+)?|[^\w\s]")
_PAIRED = re.compile(r"-(?=\s)|(?<=\s)-")

SOFT = r"(?:please|pls|plz|plse|kindly|just|now|right|asap|urgently|urgent|quickly|immediately|also|again|first|firstly|next|then|and|so|ok|okay|k|hi|hey|hello|yo|dear|good|morning|afternoon|evening|all|team|guys|everyone|everybody|folks|bot|guardia|sir|mate|thanks|thx|thank you|sorry|oops|well|alright|actually|finally|once|more|yes|yeah|yep|sure|quick|real|fast|manually|gracefully|safely|carefully|promptly|instead|D|[a-z]{3,}fully|,|!|\[|\])"
"""Words that may stand around a command without a say in what it is."""
PLACE = r"(?:(?:on|for|in|at|over|to|of|with|regarding|re|the|our|this|that|your|my|same|side|and|T|G|A|P|B|F|N|,|#|&|\+|/)\s)"
YOU = r"(?:you|u|ya|someone|somebody|anyone|anybody|(?:one|any) of you|W|the W|the bot|bot|guardia|ops|team)"
_WOULD = r"(?:could|can|would|will|may|might)"
OPENER = (
    r"(?:i|we) (?:(?:would like to|want to|wanted to|have to|must|kindly|just|hereby|am writing to|are writing to) )*(?:ask|request|beg) (?:you|the team|ops)(?: all)?(?: kindly| please)?(?: to|\s?:) |(?:i |we )?(?:need|could use) a (?:quick |little )?(?:hand|favou?r)(?: here)?(?: :| ,| -) ?"
    rf"|(?:someone|somebody|anyone|anybody) (?:please|pls|plz|kindly) |help (?:me|us) (?:to )?|(?:{_WOULD}|can't|couldn't|won't|wouldn't) {YOU} (?:(?:maybe|perhaps|possibly|at least|be so kind as to|be kind enough to|go ahead and|help(?: me| us)?(?: to)?|do me a favou?r and|do us a favou?r and|mind) )?"
    rf"|(?:i|we) (?:really )?(?:need|want|would like|would love|would want|require) {YOU} to |(?:i'd|we'd|id|i would|we would) (?:really )?(?:like|love|need|want) {YOU} to |(?:need|want) {YOU} to "
    rf"|(?:i am|i'm|im|i was|we were|we are|we're|was|just)? ?(?:just )?wondering if {YOU} (?:could|can|would|might) "
    rf"|(?:(?:it|that|P) (?:would|'d) be|it'd be|that'd be|would be|i'd be|i would be|we'd be|we would be|i'd|i would|we'd|we would|would|much) (?:really |very |much |so )*(?:appreciated?|grateful|great|nice|good|awesome|helpful|thankful|lovely|perfect|glad|happy|love)(?: it| P)? if {YOU} (?:could|can|would) "
    rf"|(?:any chance|is there any chance|any way|is there any way|do you think|think) (?:that )?{YOU} (?:could|can|would) "
    rf"|(?:is|would|will)? ?(?:(?:it|P) )?(?:be )?possible (?:for {YOU} )?to "
    rf"|(?:may|can|could|might) (?:i|we) (?:please )?(?:ask|request|trouble|bother) {YOU} to |(?:i|we)(?:'d like to| would like to)? (?:ask|request|beg) {YOU} to |(?:i am|i'm|we are|we're)? ?(?:asking|requesting) {YOU} to |(?:you are|you're) (?:kindly )?(?:requested|asked) to "
    rf"|if {YOU} (?:could|can|would)(?: please)? |(?:you|u) (?:can |may |could )?(?:now )?go ahead and |go ahead and |go ahead , |go and |please go |(?:make|be) sure (?:you |to |that you )|do (?:me|us) a favou?r (?:and|,) |mind "
)
COURTESY = r"(?:(?:if|when|whenever|once|as soon as) (?:it's |it is |P is )?(?:possible|convenient|you (?:don't mind|can|could|may|get|have|are|re|find|would|please|want)|you're|ready|able|free)(?: (?:a|the|some|free|spare|able|ready|to|around|available|time|moment|minute|chance|sec|second|min|back|so|kind))* )"
PREFIX = re.compile(rf"(?:{SOFT}\s|{PLACE}|{COURTESY})*+(?P<open>{OPENER})?(?:{SOFT}\s|{COURTESY})*+")
"""What may stand before the verb of a command, and nothing else."""
_ASKS_FOR = (
    rf"(?:(?:{OPENER})(?:{SOFT}\s)*)?(?:do|perform|run|execute|trigger|initiate|schedule|arrange|carry out|issue|make|kick off|start|proceed with|go ahead with|book|give (?:us|me|the |T |P |G |A )+|go for)"
    r"|(?:can|could|may|might) (?:i|we|you) (?:please )?(?:get|have|request|ask for|do)(?: me| us)?"
    r"|(?:i|we) (?:urgently |really )?(?:need|want|request|require|would like|am requesting|are requesting|am asking for|are asking for)(?: to you)?|(?:i'd|we'd) like|(?:i'm|we're) requesting|requesting|request(?: for)?|requested|need|want|looking for|any chance (?:of|for)"
)
_KIND = r"(?:a|an|the|one|another|immediate|quick|full|clean|graceful|rolling|hard|emergency|urgent|new|fresh|,)"
NOMINAL = re.compile(
    rf"(?:{SOFT}\s|{PLACE})*+(?:(?:{_ASKS_FOR}) (?:{SOFT}\s|{PLACE})*+|(?:urgently |really |now )?(?:needs|requires|need|require) )(?:{_KIND}\s|{SOFT}\s|{PLACE})*+"
)
"""What may stand before an action as a noun that is asked for: can we get a …, FIDS needs a …"""
PASSIVE = re.compile(
    rf"(?:{SOFT}\s)*+(?:(?:can|could|would|will|may|please) (?:{PLACE})++(?:{SOFT}\s)*+be |(?:(?:please |can you |could you |would you |can we |can i |could we |could i )*(?:have|get|see to it that)|(?:please )?(?:i|we) (?:need|want|would like)|(?:i'd|we'd) like|(?:please )?(?:need|want)) (?:{PLACE})++(?:{SOFT}\s)*+(?:to be )?|(?:{PLACE})++(?:needs|need) to be )(?:{SOFT}\s)*+"
)
"""What may stand before a participle that is asked for: could FIDS be …, please get FIDS …"""
NEEDS_ING = re.compile(rf"(?=.*[TGAP]\s)(?:{SOFT}\s|{PLACE})*+(?:needs|need) ")
MINDS = re.compile(rf"(?:.* )?mind (?:{SOFT}\s)*+")
TERSE = re.compile(rf"(?=(?:.*\s)?[TGAPO]\s)(?:{SOFT}\s|{PLACE}|O\s|:\s|-\s)*+")

# What may follow an action within its object, and what may follow the object.
OBJECT = vocabulary("T P A G F D N B the a an our your this that those these its their my all both each every on of in at to into onto from for with along together as well plus and & + , / # : too also again only just"
    " over by back up down off out offline online running service services server servers side one old older stale outdated archived rotated unused than days using version build release release's previous last latest night's week's evening's morning's yesterday's today's new attached entire whole whichever here there them itself or , ( ) ~ - via")  # fmt: skip
SUBORDINATE = vocabulary(
    "because since as due while whereas although though which who whom whose where after before until till unless if when whenever once so in-case during like unlike without instead rather not thanks per following based given until but otherwise"
)
TAIL = SUBORDINATE | vocabulary(
    "please pls plz kindly now asap immediately urgently quickly quick again first right today tonight thanks thx thank cheers ok okay then next yet soon instead would could can will please ! ; . ? … first too already gracefully safely carefully manually"
    " real fast mate guys team everyone all sir bot today's straight away once"
)
READS = vocabulary("check checking show see look view display get fetch give tell inspect verify monitor list dump print pull grab tail review examine report query retrieve find search grep take capture collect generate send share paste post know confirm read cat ping scan test investigate provide look lookup track want need like eyeball peek")  # fmt: skip
FINITE = re.compile(
    r"(?:is|was|are|were|has|have|had|failed|fails|will|would|took|takes|went|did|does|caused|causes|seems|seemed|looks|fixed|fixes|helped|helps|worked|works|broke|finished|completed|happened|didn't|doesn't|isn't|wasn't|won't|can't|may|might|must|should|ran|got|gets|made|makes|keeps|kept|needs)"
)


@dataclass(frozen=True, slots=True)
class Token:
    word: str
    """A tag in upper case, or the word as written, in lower case."""
    start: int
    end: int
    item: int
    """Index of the item, or -1."""


_VERBAL = frozenset(
    [
        "V",
        "please",
        "pls",
        "check",
        "show",
        "search",
        "list",
        "can",
        "could",
        "do",
        "take",
        "bring",
        "get",
        "give",
        "make",
    ]
)
"""Words with which a command may begin."""


def row(items: list[Item], plain: str, start: int, end: int) -> list[Token]:
    """The words of `plain[start:end]`, with the things that `items` found in it as tags."""
    tokens: list[Token] = []
    owner = {at: index for index, item in enumerate(items) for at in range(item.start, item.end)}

    def words(a: int, b: int) -> None:
        for found in _WORD.finditer(plain, a, b):
            word = found.group()
            if word == "-" and not _PAIRED.match(plain, found.start()):
                continue  # inside a word: no dash
            index = owner.get(found.start(), -1)
            if index >= 0 and items[index].kind is K.PARTICLE and not word.isascii():
                continue  # previous version으로
            if (
                index >= 0
                and items[index].kind is K.LIGHT
                and items[index].value == "show"
                and " " not in plain[items[index].start : items[index].end]
                and word not in READS
                and word.isascii()
            ):
                word = "check"  # chekc
            tokens.append(Token(word, found.start(), found.end(), index))

    at = start
    for index, item in enumerate(items):
        tag = _tag(item, plain)
        if tag:
            words(at, item.start)
            tokens.append(Token(tag, item.start, item.end, index))
            at = max(at, item.end)
    words(at, end)
    return _then(tokens)


def _then(tokens: list[Token]) -> list[Token]:
    """…, and after that revert it: "after that" before a verb is "then"."""
    out: list[Token] = []
    at = 0
    while at < len(tokens):
        here = [token.word for token in tokens[at : at + 4]]
        rest = here[3:4] if here[2:3] == [","] else here[2:3]
        linked = not out or out[-1].word in ("and", ",", ";", "then", ".")
        if here[:2] in (["after", "that"], ["after", "this"]) and linked and rest and rest[0] in _VERBAL:
            out.append(Token("then", tokens[at].start, tokens[at + 1].end, tokens[at].item))
            at += 2
            continue
        out.append(tokens[at])
        at += 1
    return out


def _tag(item: Item, plain: str) -> str:
    word = plain[item.start : item.end]
    if item.kind is K.ATTACHED and word in ("this", "new", "these"):
        return ""
    if item.kind is K.POINT and word == "that":
        return ""
    if item.kind is K.STATE:
        return "O" if item.value else ""
    if item.kind is K.ALL_NODES and word not in ("all", "both", "each", "every", "entire", "whole"):
        return "A" if " " in word else ""
    if (
        item.kind is K.TIME
        and not any(char.isdigit() for char in word)
        and word not in ("tonight", "tomorrow", "today")
    ):
        return "D"
    return TAGS.get(item.kind, "")


def text(tokens: list[Token]) -> str:
    """The row as a pattern sees it: every word with a space behind it."""
    return "".join(token.word + " " for token in tokens)


_ASK_HEADS = r"(?:please|pls|plz|kindly|can you|could you|would you|will you|can u|could u|can someone|could someone|can anyone|could anyone|can we get|could we get|i need you|we need you)"
_BREAK = re.compile(
    rf"(?:(?<=\s)|^)(?:[,;:()!]|-|--|\.+)\s|(?:(?<=\s)|^)(?:but|because|although|though|whereas|while|which)\s|(?:(?<=\s)|^)(?:and|so|then|or)\s(?={_ASK_HEADS}\s)|(?:(?<=\s)|^)so\s(?=(?:{SOFT}\s)*(?:V|i|we|you|it|they|T|P)\s)"
    r"|(?:(?<=\s)|^)(?:since|as)\s(?=(?:the|it|we|they|he|she|i|there|users|T|P|its|our|this|that|people)\s)"
)
_SUB_HEAD = re.compile(r"(?:because|although|though|whereas|while|which|since|as)\s")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of tokens; `mark` is what parts it from the one before (a comma, a colon, because, …)."""

    first: int
    last: int
    mark: str


def clauses(tokens: list[Token]) -> list[Clause]:
    """`tokens` in clauses, roughly: at commas and their kin, at subordinators, and where somebody begins to ask."""
    line = text(tokens)
    places: dict[int, int] = {}
    at = 0
    for place, token in enumerate(tokens):
        places[at] = place
        at += len(token.word) + 1
    cuts: list[tuple[int, str]] = [(0, "")]
    for found in _BREAK.finditer(line):
        number = places.get(found.start(), -1)
        if number < 0:
            continue
        mark = found.group().strip()
        sub = bool(_SUB_HEAD.match(found.group()))
        begin = number if sub else number + 1
        if cuts[-1][0] == begin:
            if mark != ",":
                cuts[-1] = (begin, mark)
        elif begin - 1 == cuts[-1][0] and not sub and cuts[-1][1]:
            cuts[-1] = (begin, mark if cuts[-1][1] == "," else cuts[-1][1])
        else:
            cuts.append((begin, mark))
    out: list[Clause] = []
    for index, (first, mark) in enumerate(cuts):
        last = cuts[index + 1][0] if index + 1 < len(cuts) else len(tokens)
        if first < last:
            out.append(Clause(first, last, mark))
    return out
