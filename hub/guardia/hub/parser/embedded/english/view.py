# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""An English sentence seen from its words: its clauses, its conditions, and what in it is told rather than asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Self

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.row import (
    COURTESY,
    PLACE,
    READS,
    SOFT,
    YOU,
    Clause,
    Token,
    clauses,
    row,
    text,
)
from guardia.hub.parser.embedded.items import Item
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence

NEGATION = re.compile(
    r"(?:^|\s)(?:don't|dont|do not|doesn't|does not|never|not|no need|no|shouldn't|mustn't|won't|wouldn't|can't|cannot|cant|avoid|without|instead of|rather than|hold off|hold on|refrain|stop|wait|postpone|skip|forget|leave)(?=\s)"
)
_SUBJECT = re.compile(
    r"(?:^|\s)(?:i|we|he|she|they|it|this|that|who|which|someone|somebody|everyone|nobody|W|i'll|we'll|he'll|she'll|they'll|i'm|we're|they're|he's|she's|i've|we've|they've|i'd|we'd|let's|lets)\s"
)
_FACT = re.compile(
    rf"(?:(?:{SOFT}|what if)\s)*(?:did|has|have|had|was|were|is|are|does|do|when|who|whose|why|how|what|which|where|should|shall|may|must|might|am|can (?:i|we|they)|could (?:i|we|they)|will (?:i|we|they|it)|would (?:it|i|we|they)|can|could|will|would)\s"
)
_REPORTS = re.compile(
    r"(?:^|\s)(?:said|says|say|saying|told (?:\w+ )?(?:\w+ )?|wrote|writes|reads|asked(?: \w+){0,3}|asks|tells(?: \w+)?|suggested|suggests|recommends|recommended|like|states|replied|shouted)\s(?:, )?$"
)
_LABEL = re.compile(
    rf"(?:{SOFT}\s|{PLACE}|D\s|N\s|(?:request|requests|task|tasks|todo|to|do|action|actions|following|below|steps|order|p1|p2|sev1|emergency|urgent|check|show|run|perform|execute|need|needed|the|is|are|dear|W|V|O|as|follows|work|change|ticket|asset|host|hostname|target|re|subject|issue|incident|alert|\[|\]|\(|\))\s)*+"
)
_LEADS = re.compile(
    r"(?:^|(?<=\s))(?:(?:i|we) (?:won't|wouldn't|can't|cannot|can|could|might|don't|never)|i'll|we'll|i will|we will|going to|gonna|plan to|planning to|have to|had to|i'd|will|about to|wants? to|told|they|he|she|let's|need to|must|should|did|to)\s(?:\S+\s){0,3}?V\s"
)
_GOVERNS = re.compile(
    r"(?:check|see|know|find out|verify|confirm|sure|ask|asking|wonder|wondering|determine|look|tell (?:me|us)|show (?:me|us)|me|us|whether|idea)\s$"
)
_GRATEFUL = re.compile(
    r"(?:appreciated?|grateful|great|nice|good|awesome|helpful|thankful|lovely|perfect|glad|happy|wondering|love)(?: P| it)?\s$"
)
_NOTIFIES = re.compile(
    r"(?:know|tell|revert|ping|notify|call|message|report|update|shout|alert|inform|remind)(?: (?:me|us|here|back|the W|W))?\s$"
)
_COND = re.compile(
    r"(?:^|(?<=\s))(?:only if|as soon as|in case|in the event|provided|assuming|supposing|if|once|unless|whenever|when|until|till|should (?:it|T|the|that|this|anything|something)|after|before|during|depending|otherwise)(?=\s)"
)
_THEN = re.compile(
    r"(?:after|before|once) (?:D|that|this|the? ?V|a V|you? ?V|V|it's V|it is V|(?:the |an? |its )?V|which|(?:you )?(?:have |are )?(?:done|finished))\b"
)
_SINCE_LAST = re.compile(
    r"after (?:(?:tonight|today|yesterday|last night|this morning)'s|the (?:last|latest|recent|new))\s[^,]*,"
)
_AILS = re.compile(
    r"\s(?:is|are|was|were|looks?|seems?|has|have|been|went|gone|keeps?|started|broken|slow|failing|crawling|hanging|acting)\s"
)
_AFTER_LOOKING = re.compile(
    r"after (?:(?:you |first )?(?:taking|take|getting|get|grabbing|grab|capturing|capture|collecting|collect|pulling|pull|saving|save))\s(?:(?:a|an|the|its|one|quick|fresh|full)\s)*O\s(?:(?:please|pls|of|it|P|first|thanks|thx|!|\.)\s)*"
)
"""after taking a thread dump: what comes first is asked for, too."""
_EVENT = re.compile(
    r"(?:is|are|was|has|have|be|finishes|finish|completes|complete|ends|end|fails|goes|comes|gets|approves?|approved|says?|confirms?|signs?|gives?|starts?|done|over|ready)(?=\s)"
)


_TAKES_BACK = re.compile(
    r"(?:(?:actually|please|pls|sorry|oh|hmm|ok|okay|so|and|but|or|no|nope|nah|not|now|yet|wait|hold|hang|on|off|a|sec|second|minute|moment|just|let's|lets|we|you|should|don't|dont|do|it|that|this|P|leave|be|alone|as|is|stop|forget|about|never|mind|nvm|nevermind|scratch|cancel|abort|drop|skip|ignore|better|rather|maybe|anymore|any|more|need|to|there|is|there's|V|after|all|too|risky|first|first|for|today|tonight|D|,|-|!|\.)\s)++"
)
_REFUSES = re.compile(
    r"(?:^|\s)(?:don't|dont|do not|no|nope|nah|not|wait|hold|hang|leave|stop|forget|never|nvm|nevermind|scratch|abort|drop|skip)\s"
)


_LEAVES_IT = re.compile(
    r"(?:(?:no|nope|actually|sorry|wait|scratch|that|oh|,|-|please|just|better)\s)*(?:leave|keep)\s(?:it|P|that|them)\s(?:up|O|running|alone|be|online|on|as is|as it is)\s(?:,|-|;|\.|for now|$|!)"
)


def refuses(line: str) -> bool:
    """True for a row of words that only says no to what stands before it."""
    left = _LEAVES_IT.match(line)
    if left and not re.search(r"(?:^|\s)[TVF]\s", line[left.end() :]):
        return True  # leave it up, brokers are still on it
    return bool(_TAKES_BACK.fullmatch(line)) and bool(_REFUSES.search(" " + line))


@dataclass(slots=True)
class View:
    """One sentence, looked at from each of its actions."""

    normal: Normal
    sentence: Sentence
    items: list[Item]
    files: bool
    scoped: bool
    tokens: list[Token]
    clauses: list[Clause]
    line: str
    question: bool
    known: dict[bool, list[tuple[int, bool]]] = field(default_factory=dict)
    """Conditions that were found before."""

    @classmethod
    def of(cls, normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, scoped: bool) -> Self:
        tokens = row(items, normal.plain, sentence.start, sentence.end)
        return cls(normal, sentence, items, files, scoped, tokens, clauses(tokens), text(tokens), sentence.question)

    # --- places ------------------------------------------------------------------------------------------------------

    def place(self, index: int) -> int:
        """The token of the item at `index`."""
        return next((at for at, token in enumerate(self.tokens) if token.item == index), len(self.tokens) - 1)

    def clause(self, at: int) -> int:
        return next((n for n, one in enumerate(self.clauses) if one.first <= at < one.last), 0)

    def words(self, a: int, b: int) -> str:
        return text(self.tokens[a:b])

    def inside(self, index: int) -> bool:
        """True when the word belongs to the object of the action before it: restart the OMS process."""
        at = self.place(index)
        first = self.clauses[self.clause(at)].first
        for k in range(at - 1, first - 1, -1):
            if self.tokens[k].word == "V":
                return True
            if self.tokens[k].word in ("and", "then") or self._reads(k):
                return False
        return False

    def apart(self, one: int, other: int) -> bool:
        """True when the same read is asked for twice, each time of a place of its own."""
        between = self.tokens[self.place(one) + 1 : self.place(other)]
        return any(token.word == "T" for token in between) and any(
            token.word in ("and", "then", ",", ";") for token in between
        )

    # --- conditions --------------------------------------------------------------------------------------------------

    def conditions(self, changes: bool) -> list[tuple[int, bool]]:
        """Places of words that make a condition, and whether it governs only what follows it."""
        found: list[tuple[int, bool]] = []
        at = 0
        places = {}
        for number, token in enumerate(self.tokens):
            places[at] = number
            at += len(token.word) + 1
        for hit in _COND.finditer(self.line):
            before, word = self.line[: hit.start()], hit.group()
            rest = self.line[hit.start() :]
            if word in ("if", "when", "whenever", "once", "as soon as") and re.match(COURTESY, rest):
                continue
            if word == "if" and _GRATEFUL.search(before) and re.match(rf"if {YOU} (?:could|would|can|might)\s", rest):
                continue
            if word in ("if", "when", "once") and (_GOVERNS.search(before) or _NOTIFIES.search(before)):
                continue
            if word in ("if", "when", "once", "as soon as", "after") and _NOTIFIES.search(before):
                continue
            if (
                word == "when"
                and re.match(r"when (?:did|does|do|is|are|was|will|has|have|were|can)\s", rest)
                and (re.fullmatch(rf"(?:{SOFT}\s)*", before) or (self.question and "V" not in before.split()))
            ):
                continue
            if word == "when" and self.question and not rest[5:].strip():
                continue
            if (
                word in ("after", "before")
                and re.search(r"(?:^|\s)D\s", before)
                and "," in before[before.rfind("D ") :]
            ):
                continue  # tomorrow at 6 am, before the desk opens: the time is said
            if word in ("after", "before", "during", "until", "till"):
                if not changes and word in ("before", "during", "until", "till"):
                    continue
                if (
                    word in ("after", "before")
                    and _THEN.match(rest)
                    and not _EVENT.search(rest[: rest.find(",") if "," in rest else 60])
                ):
                    continue
                if word == "after" and (_AFTER_LOOKING.fullmatch(rest) or self._since_then(before, rest)):
                    continue
                if word == "after" and re.match(r"after (?:restarting|the|a|all|hours)?\s?$", rest):
                    continue
            if (
                word in ("once", "after")
                and word == "once"
                and re.match(r"once (?:more|again|a|only|please|,)\s", rest)
            ):
                continue
            if word == "otherwise" and not changes:
                continue
            number = places.get(hit.start(), 0)
            ahead = (
                bool(re.search(r"(?:^|\s)(?:and|then|;|and then)\s(?:,\s)?(?:only )?$", before))
                or not before.strip()
                or bool(re.fullmatch(rf"(?:{SOFT}\s)*", before))
            )
            found.append((number, ahead))
        return found

    def _since_then(self, before: str, rest: str) -> bool:
        """eMuseum looks broken after tonight's push, …: since when something is told of."""
        return bool(_SINCE_LAST.match(rest)) and bool(_AILS.search(" " + before)) and "V" not in before.split()

    def looked_first(self, at: int) -> bool:
        """True when the word at `at` is what shall be taken first: restart it after taking a thread dump."""
        found = re.search(r"(?:^|\s)after\s", self.line)
        head = self.words(0, at + 1)
        return (
            found is not None
            and bool(_AFTER_LOOKING.fullmatch(self.line[found.end() - 6 :]))
            and found.end() < len(head)
        )

    def conditional(self, at: int, changes: bool) -> bool:
        if changes not in self.known:
            self.known[changes] = self.conditions(changes)
        return any(number < at or not ahead for number, ahead in self.known[changes])

    # --- what is told ------------------------------------------------------------------------------------------------

    def _polite(self) -> bool:
        return bool(
            re.search(
                r"(?:^|\s)(?:please|pls|plz|plse|thanks|thx|(?:could|would|can|will) (?:you|someone|somebody|u) (?:please )?\?? ?$)\s?",
                self.line,
            )
        )

    def _untold(self, prefix: str, told: bool) -> Mood:
        """Why an action is not asked for; every answer is one of many that run nothing."""
        if NEGATION.search(" " + prefix):
            return Mood.NEGATION
        if self.question and (_FACT.match(self.line) or told):
            return Mood.FACT
        if _FACT.match(prefix):
            return Mood.FACT
        if _SUBJECT.search(" " + prefix) or prefix.endswith("to "):
            return Mood.PLAN
        return Mood.STATEMENT

    def _told(self, number: int, prefix: str) -> bool:
        """True when the clauses before this one say that it is told, asked about or quoted rather than asked for."""
        clause = self.clauses[number]
        if not number:
            return False
        before = self.clauses[number - 1]
        lead = self.words(before.first, before.last)
        chained = clause.mark in (",", "and", "then", "or", "so") and "V" in lead.split()
        polite = bool(
            re.match(r"(?:and |so |then |but |,\s)*(?:please|pls|plz|kindly|can you|could you|would you)", prefix)
        )
        if chained and not polite and self._told(number - 1, lead):
            return True
        if clause.mark == ":":
            return not _LABEL.fullmatch(lead.rstrip(": ") + " ")
        if clause.mark == "(" and not polite:
            return True
        if _REPORTS.search(" " + lead):
            return True
        whole = self.words(0, clause.first)
        if (
            self.question
            and _FACT.match(whole)
            and not polite
            and not re.search(r"(?:could|can|would|will) you", whole)
        ):
            return True
        if (
            clause.mark in (",", "and")
            and not polite
            and _LEADS.search(lead)
            and any(self.tokens[k].word == "V" for k in range(before.first, before.last))
        ):
            # I'll stop node 1, restart node 2 and …
            return not NEGATION.search(" " + lead) or bool(_SUBJECT.search(" " + lead))
        return clause.mark == "," and not polite and bool(NEGATION.search(" " + lead)) and self._ends_with_verb(before)

    def _ends_with_verb(self, clause: Clause) -> bool:
        return self.tokens[clause.last - 1].word in ("V", ",") and any(
            self.tokens[k].word == "V" for k in range(max(clause.first, clause.last - 2), clause.last)
        )

    def _reads(self, k: int) -> bool:
        return self.tokens[k].word in READS
