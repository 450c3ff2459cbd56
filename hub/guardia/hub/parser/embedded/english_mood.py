# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""How the actions and the reads of an English sentence are meant.

A change is asked for only where everything around its verb is known to ask: the words before it are a way to ask
(`english_row.PREFIX` and its kin), the words behind it are an object and what may follow one. Whatever else stands
there makes it a statement. A read does no harm, so it is asked for unless the words say otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english_row import (
    _COURTESY,
    _FINITE,
    _OBJECT,
    _TAIL,
    MINDS,
    NEEDS_ING,
    NOMINAL,
    PASSIVE,
    PLACE,
    PREFIX,
    SOFT,
    READS,
    TERSE,
    YOU,
    Clause,
    Token,
    clauses,
    row,
    text,
)
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.segment import Sentence, Voice

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
    rf"(?:{SOFT}\s|{PLACE}|D\s|N\s|request|requests|task|tasks|todo|to|do|action|actions|following|below|steps|order|p1|p2|sev1|emergency|urgent|check|show|run|perform|execute|need|needed|the|is|are|dear|W|V|O|as|follows|work|change|ticket|asset|host|hostname|target|re|subject|issue|incident|alert|\[|\]|\(|\)|\s)*"
)
_LEADS = re.compile(
    rf"(?:^|(?<=\s))(?:i'll|we'll|i will|we will|going to|gonna|plan to|planning to|have to|had to|i'd|will|about to|wants? to|told|they|he|she|let's|need to|must|should|did|to)\s(?:\S+\s){{0,3}}?V\s"
)
_GOVERNS = re.compile(
    r"(?:check|see|know|find out|verify|confirm|sure|ask|asking|wonder|wondering|determine|look|tell (?:me|us)|show (?:me|us)|me|us|whether|idea)\s$"
)
_GRATEFUL = re.compile(r"(?:appreciated?|grateful|great|nice|good|awesome|helpful|thankful|lovely|perfect|glad|happy|wondering|love)(?: P| it)?\s$")
_NOTIFIES = re.compile(
    r"(?:know|tell|ping|notify|call|message|report|update|shout|alert|inform|remind)(?: (?:me|us|here|back|the W|W))?\s$"
)
_COND = re.compile(
    r"(?:^|(?<=\s))(?:only if|as soon as|in case|in the event|provided|assuming|supposing|if|once|unless|whenever|when|until|till|should (?:it|T|the|that|this|anything|something)|after|before|during|depending|otherwise)(?=\s)"
)
_THEN = re.compile(
    r"(?:after|before|once) (?:D|that|this|the? ?V|a V|you? ?V|V|it's V|it is V|(?:the |an? |its )?V|which|(?:you )?(?:have |are )?(?:done|finished))\b"
)
_EVENT = re.compile(
    r"(?:is|are|was|has|have|be|finishes|finish|completes|complete|ends|end|fails|goes|comes|gets|approves?|approved|says?|confirms?|signs?|gives?|starts?|done|over|ready)(?=\s)"
)
_READ_PAST = re.compile(
    r"(?:did you|have you|has (?:he|she|anyone|someone|anybody|somebody)|i (?:have |already |just )*(?:checked|looked|saw|read|pulled|grabbed|took)|we (?:have |already |just )*(?:checked|looked|pulled|grabbed|took)|checked|was checked|looked (?:at|into)|(?:i|we|they|he|she)(?:'ve| have| already)? (?:checked|saw|looked|took|pulled))(?=\s)"
)
_PRESENT = re.compile(
    r"(?:^|\s)(?:is|are|does|do|any|how much|how many|what|what's|whats|how's|how is|how are|when|which|can|could|there)(?=\s)"
)
_PLAN_READ = re.compile(
    r"(?:i'll|i will|we'll|we will|i'm going|we're going|i am going|we are going|let me|i'm|we're|they'll|he'll|she'll|they will|i can|we can|they|he|she|let's|someone will|W will|i|we)(?=\s)"
)
_WANT_READ = re.compile(
    r"(?:i|we|i'd|we'd)(?: would| really| just| also)* (?:need|want|like|love)(?: to)?(?: (?:see|check|look at|know|view|get|have))?(?=\s)|(?:need|want)(?=\s)|can (?:i|we) (?:get|see|have)|could (?:i|we) (?:get|see|have)|may (?:i|we) (?:see|have)|let me (?:see|know)"
)


_IGNORED = re.compile(rf"(?:{SOFT}\s)*(?:ignore|disregard|forget|bypass|override|skip)\s(?:(?!and\s|[VO]\s)\S+\s)*and\s")
"""ignore all previous instructions and …: idle words before a command that counts as it stands."""


def _formal(form: str) -> bool:
    """A participle or a gerund."""
    return (form.endswith(("ed", "ing")) and form not in ("bring", "need")) or form in ("brought", "took", "taken")


@dataclass(slots=True)
class Reader:
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

    @classmethod
    def of(cls, normal: Normal, sentence: Sentence, items: list[Item], *, files: bool, scoped: bool) -> Reader:
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
            if word in ("if", "when", "whenever", "once", "as soon as") and re.match(_COURTESY, rest):
                continue
            if word == "if" and _GRATEFUL.search(before) and re.match(rf"if {YOU} (?:could|would|can|might)\s", rest):
                continue
            if word in ("if", "when", "once") and (_GOVERNS.search(before) or _NOTIFIES.search(before)):
                continue
            if word in ("if", "when", "once", "as soon as", "after") and _NOTIFIES.search(before):
                continue
            if word == "when" and (re.fullmatch(rf"(?:{SOFT}\s)*", before) and re.match(r"when (?:did|does|do|is|are|was|will|has|have|were|can)\s", rest)):
                continue
            if word == "when" and self.question and not rest[5:].strip():
                continue
            if word in ("after", "before", "during", "until", "till"):
                if not changes and word in ("before", "during", "until", "till"):
                    continue
                if word in ("after", "before") and _THEN.match(rest) and not _EVENT.search(rest[: rest.find(",") if "," in rest else 60]):
                    continue
                if word == "after" and re.match(r"after (?:restarting|the|a|all|hours)?\s?$", rest):
                    continue
            if word in ("once", "after") and word == "once" and re.match(r"once (?:more|again|a|only|please|,)\s", rest):
                continue
            if word == "otherwise" and not changes:
                continue
            number = places.get(hit.start(), 0)
            ahead = bool(re.search(r"(?:^|\s)(?:and|then|;|and then)\s(?:only )?$", before)) or not before.strip() or bool(re.fullmatch(rf"(?:{SOFT}\s)*", before))
            found.append((number, ahead))
        return found

    def conditional(self, at: int, changes: bool) -> bool:
        return any(number < at or not ahead for number, ahead in self.conditions(changes))

    # --- changes -----------------------------------------------------------------------------------------------------

    def change(self, index: int) -> Mood:
        """How the action of the item at `index` is meant."""
        at = self.place(index)
        mood = self._change(index, at, self.clause(at))
        if mood in (Mood.COMMAND, Mood.TERSE) and self.conditional(at, changes=True):
            return Mood.CONDITION
        return mood

    def _change(self, index: int, at: int, number: int) -> Mood:
        clause = self.clauses[number]
        item = self.items[index]
        word = self.normal.plain[item.start : item.end]
        first = re.match(r"[a-z]+", word)
        form = first.group() if first else word
        prefix = _IGNORED.sub("", self.words(clause.first, at))
        told = self._told(number, prefix)
        joined = self._joined(at, clause)
        if joined is not None:
            inherited = joined
            if inherited in (Mood.COMMAND, Mood.TERSE) and not self._object(at, clause, item):
                return Mood.STATEMENT
            if inherited is Mood.COMMAND and _formal(form):
                return self._formed(form, prefix, at, clause, item, told)
            return inherited
        if _formal(form):
            return self._formed(form, prefix, at, clause, item, told)
        if form in ("restarts", "stops", "starts", "deploys", "shutdowns", "rollbacks", "reboots", "reverts"):
            return Mood.STATEMENT
        if NOMINAL.fullmatch(prefix) and not told and not prefix.endswith(" to "):
            return Mood.COMMAND if self._object(at, clause, item, noun=True) else Mood.STATEMENT
        asks = PREFIX.fullmatch(prefix)
        if asks and not told and (asks["open"] or not prefix.endswith("to ")):
            return self._asked(bool(asks["open"]), prefix, at, clause, item)
        return self._untold(prefix, number, told)

    def _asked(self, opened: bool, prefix: str, at: int, clause: Clause, item: Item) -> Mood:
        if self.question and not opened and not self._polite():
            return Mood.FACT
        before = re.sub(rf"^(?:{SOFT}\s)+", "", prefix)
        placed = bool(re.search(r"(?:^|\s)[TGAP]\s", before)) and not re.match(r"(?:on|for|in|at|regarding|re)\s", before)
        if not opened and placed and not prefix.rstrip().endswith(","):
            if re.match(r"(?:the|our|this|that|your|my)\s", before) and not self._polite():
                return Mood.STATEMENT
            rest = self.words(at + 1, clause.last)
            if self._polite():
                rest = re.sub(r"^(?:is )?(?:required|needed|requested) ", "", rest)
            if not re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|O\s|back\s|\?\s|!\s)*", rest):
                return Mood.STATEMENT
            if not self.scoped or self.sentence.voice is Voice.LISTED:
                return Mood.STATEMENT
            return Mood.TERSE
        if not self._object(at, clause, item):
            return Mood.STATEMENT
        if self.sentence.voice is Voice.LISTED and not opened and not self._polite():
            return Mood.STATEMENT
        return Mood.COMMAND

    def _formed(self, form: str, prefix: str, at: int, clause: Clause, item: Item, told: bool) -> Mood:  # noqa: PLR0917
        """A participle or a gerund: a report or a plan, unless it is what is asked for."""
        gerund = form.endswith("ing")
        if told:
            return Mood.PLAN if gerund else Mood.REPORT
        if gerund and MINDS.fullmatch(prefix) and self._object(at, clause, item):
            return Mood.COMMAND
        rest = self.words(at + 1, clause.last)
        clean = bool(re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|O\s|back\s|\?\s|!\s)*", rest))
        if gerund and clean and NEEDS_ING.fullmatch(prefix) and not self.question:
            return Mood.COMMAND
        if not gerund and clean and PASSIVE.fullmatch(prefix):
            return Mood.COMMAND
        if NEGATION.search(prefix):
            return Mood.NEGATION
        return Mood.PLAN if gerund else Mood.REPORT

    def _polite(self) -> bool:
        return bool(re.search(r"(?:^|\s)(?:please|pls|plz|plse|thanks|thx|(?:could|would|can|will) (?:you|someone|somebody|u) (?:please )?\?? ?$)\s?", self.line))

    def _untold(self, prefix: str, number: int, told: bool) -> Mood:
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
        polite = bool(re.match(r"(?:and |so |then |but |,\s)*(?:please|pls|plz|kindly|can you|could you|would you)", prefix))
        if chained and not polite and self._told(number - 1, lead):
            return True
        if clause.mark == ":":
            return not _LABEL.fullmatch(lead.rstrip(": ") + " ")
        if clause.mark == "(" and not polite:
            return True
        if _REPORTS.search(" " + lead):
            return True
        whole = self.words(0, clause.first)
        if self.question and _FACT.match(whole) and not polite and not re.search(r"(?:could|can|would|will) you", whole):
            return True
        if clause.mark in (",", "and") and not polite and _LEADS.search(lead) and any(self.tokens[k].word == "V" for k in range(before.first, before.last)):
            # I'll stop node 1, restart node 2 and …
            return not NEGATION.search(" " + lead)
        if clause.mark == "," and not polite and NEGATION.search(" " + lead) and self._ends_with_verb(before):
            return True
        return False

    def _ends_with_verb(self, clause: Clause) -> bool:
        return self.tokens[clause.last - 1].word in ("V", ",") and any(
            self.tokens[k].word == "V" for k in range(max(clause.first, clause.last - 2), clause.last)
        )

    def _joined(self, at: int, clause: Clause) -> Mood | None:
        """The mood of the verb that "and" or "then" joins this one to, or None."""
        back = at - 1
        while back >= clause.first and re.fullmatch(SOFT, self.tokens[back].word) and self.tokens[back].word not in ("and", "then", ","):
            back -= 1
        if back <= clause.first or self.tokens[back].word not in ("and", "then", "or", "&", "+", "/"):
            return None
        choice = self.tokens[back].word == "or"
        for k in range(back - 1, clause.first - 1, -1):
            token = self.tokens[k]
            if token.word == "V":
                between = self.words(k + 1, back)
                if not re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|N\s|O\s|back\s|a\s|an\s|its\s|any\s|(?:[a-z]+)\s(?=O\s)|to\s|then\s|old\s)*", between):
                    return Mood.STATEMENT
                mood = self._change(token.item, k, self.clause(k))
                if choice and mood in (Mood.COMMAND, Mood.TERSE):
                    return Mood.STATEMENT
                return mood
            if token.word in READS and token.word not in ("want", "need", "like", "know"):
                prefix = self.words(clause.first, k)
                between = self.words(k + 1, back)
                if not re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|N\s|O\s|a\s|an\s|its\s|any\s|me\s|us\s|usage\s|status\s|last\s|from\s|out\s|up\s|old\s)*", between):
                    return Mood.STATEMENT
                if PREFIX.fullmatch(prefix) and not choice:
                    return Mood.COMMAND
                return self._untold(prefix, self.clause(at), told=False)
        return None

    def _object(self, at: int, clause: Clause, item: Item, *, noun: bool = False) -> bool:
        """True when what follows the action is what it may act on, and nothing else follows."""
        code = str(item.value)
        place = unknown = False
        tokens = self.tokens[at + 1 : clause.last]
        if code in ("START_SERVICE", "STOP_SERVICE") and not noun:
            if tokens and tokens[0].word in ("by", "with", "from", "off", "of", "over", "at", "short"):
                return False  # stop by, start with
            if not self.scoped and not any(token.word in ("T", "P", "G") for token in tokens):
                return False  # Stop!
        for k, token in enumerate(tokens):
            word = token.word
            if word == "V" and k == 0:
                return False  # stop restarting it
            if word == "V":
                if tokens[k - 1].word in ("and", "then", "or", ",", "&", "+", "/") or k == 0 or re.fullmatch(SOFT, tokens[k - 1].word) or word == "to":
                    return True
                return noun or tokens[k - 1].word in ("to", "before", "after", "by")
            if word == "O":
                if code in ("KILL_DB_SESSION", "CLEAN_LOGS") or self._process(token):
                    place = True
                    continue
                # OMS WAS and its log: another thing to look at; the log collector: another thing to act on
                return k > 0 and place and any(one.word in ("and", "then", ",", "&", "+", "plus") for one in tokens[:k])
            if word in ("T", "P", "G", "F", "A", "D", "N", "B"):
                place = True
                continue
            if word == "so":
                return True
            if word in _OBJECT or re.fullmatch(SOFT, word):
                continue
            if word in _TAIL or not word[:1].isalnum():
                return True
            if word in READS and k and (tokens[k - 1].word in ("and", "then", ",", "&") or re.fullmatch(SOFT, tokens[k - 1].word)):
                return True
            if place:
                return not _FINITE.fullmatch(word) and self._harmless(tokens, k)
            if _FINITE.fullmatch(word):
                return False
            if not unknown:
                unknown = True
                if not self._names(tokens, k, code):
                    return False
        return True

    def _process(self, token: Token) -> bool:
        item = self.items[token.item]
        return item.kind is K.TOPIC and item.value in ("CHECK_PROCESS", "CHECK_SERVICE") and self.normal.plain[item.start : item.end] in ("process", "service", "processes")

    @staticmethod
    def _harmless(tokens: list[Token], k: int) -> bool:
        """A word behind the target that says how or why: an adverb, a purpose."""
        word = tokens[k].word
        if word.endswith("ly"):
            return True
        before = tokens[k - 1].word
        return before in ("to", "for", "with", "in", "at", "by", "from", "as", "of", "the", "a", "an", "and", "our", "my", "their")

    def _names(self, tokens: list[Token], k: int, code: str) -> bool:
        """True when the unknown word stands for a target: a name nobody holds, or a word before one that is known."""
        for token in tokens[k + 1 : k + 6]:
            if token.word in ("T", "G"):
                return True
            if token.word == "O" and code in ("KILL_DB_SESSION", "CLEAN_LOGS"):
                return True
            if token.word in _TAIL or token.word in ("V", "of", "on", "for", "in", "at", "with", "and", ",", "by", "off", "P"):
                break
        written = self.normal.text[tokens[k].start : tokens[k].end]
        named = written[:1].isupper() or any(char.isdigit() or "가" <= char <= "힣" for char in written)
        det = k > 0 and tokens[k - 1].word in ("a", "an", "our", "your", "my", "their", "this", "that", "some", "any")
        return named and not det and not self._shouts()

    def _shouts(self) -> bool:
        written = self.normal.text[self.sentence.start : self.sentence.end]
        return written.isupper()

    # --- reads -------------------------------------------------------------------------------------------------------

    def read(self, index: int, before: Mood | None) -> Mood:
        """How the read of the item at `index` is meant; `before`: the mood of the read before it in the sentence."""
        at = self.place(index)
        mood = self._read(index, at, self.clause(at), before)
        if mood in (Mood.COMMAND, Mood.TERSE) and self.conditional(at, changes=False):
            return Mood.CONDITION
        return mood

    def _read(self, index: int, at: int, number: int, before: Mood | None) -> Mood:
        clause = self.clauses[number]
        prefix = self.words(clause.first, at)
        if _READ_PAST.search(self.line):
            return Mood.FACT if self.question else Mood.REPORT
        verb = next((k for k in range(at - 1, clause.first - 1, -1) if self._reads(k)), None)
        lead = self.words(clause.first, verb) if verb is not None else prefix
        if NEGATION.search(" " + lead):
            return Mood.NEGATION
        if number and self._told(number, prefix) and not self.question:
            return Mood.STATEMENT
        version = self.items[index].value == "SHOW_VERSION" and bool(re.match(rf"(?:{SOFT}\s)*(?:which|what|what's)\s", self.line))
        if not version and any(
            token.word == "V" and self.normal.plain[token.start : token.end].split()[0].endswith("ed")
            for token in self.tokens[clause.first : clause.last]
        ):
            return Mood.STATEMENT
        if verb is not None:
            if PREFIX.fullmatch(lead) or _WANT_READ.search(self.words(clause.first, at)):
                return Mood.COMMAND
            joined = self._read_joined(verb, clause)
            if joined is not None:
                return joined
            return Mood.PLAN if _PLAN_READ.match(re.sub(rf"^(?:{SOFT}\s)+", "", lead)) else Mood.COMMAND
        if _WANT_READ.search(prefix):
            return Mood.COMMAND
        whole = self.words(clause.first, clause.last)
        asks = self.question or bool(re.match(rf"(?:{SOFT}\s|{PLACE})*(?:any|how|what|what's|whats|is|are|when)\s", whole))
        if asks:
            return Mood.COMMAND if _PRESENT.search(" " + self.line) or self.scoped else Mood.STATEMENT
        if TERSE.fullmatch(re.sub(r"(?:usage|use|status|count|list|expiry|expiration|date|current|last|latest|recent|info|state|load|N|space|free|response|D|\?|from|time|details|its|active|open|level) ", "", whole)) or (
            self.items[index].kind is not K.STATE and self._verbless(clause)
        ):
            if before is not None and number and before in (Mood.COMMAND, Mood.TERSE):
                return before
            return Mood.TERSE if self.scoped and self.sentence.voice is not Voice.LISTED else Mood.STATEMENT
        late = any(self._reads(k) for k in range(at + 1, clause.last))
        if late and PREFIX.fullmatch(re.sub(r"(?:[OA-Z]|usage|and|expiry|date|status) ", "", prefix)):
            return Mood.COMMAND
        return Mood.STATEMENT

    def _read_joined(self, verb: int, clause: Clause) -> Mood | None:
        """"restart it and show the log": the mood of what stands before the conjunction."""
        back = verb - 1
        while back >= clause.first and re.fullmatch(SOFT, self.tokens[back].word) and self.tokens[back].word not in ("and", "then"):
            back -= 1
        if back <= clause.first or self.tokens[back].word not in ("and", "then", "or"):
            return None
        for k in range(back - 1, clause.first - 1, -1):
            if self.tokens[k].word == "V":
                mood = self._change(self.tokens[k].item, k, self.clause(k))
                return mood if mood in (Mood.PLAN, Mood.NEGATION, Mood.FACT) else Mood.COMMAND
        return None

    def _reads(self, k: int) -> bool:
        return self.tokens[k].word in READS

    def _verbless(self, clause: Clause) -> bool:
        words = [self.tokens[k].word for k in range(clause.first, clause.last)]
        known = re.compile(rf"(?:{SOFT}|[TGAPOFDNB]|on|for|in|at|of|from|the|a|our|its|and|to|with|usage|use|status|count|list|expiry|expiration|date|current|last|latest|recent|info|state|load|space|free|active|open|level|time|,|\?|/|&|over|past|old|top|slow|long|running)")
        return all(known.fullmatch(word) for word in words)
