# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""How the reads that an English sentence speaks of are meant. A read does no harm, so it is asked for unless the words
say otherwise."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.mood import Changes
from guardia.hub.parser.embedded.english.row import PLACE, PREFIX, SOFT, TERSE, Clause
from guardia.hub.parser.embedded.english.view import NEGATION
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.segment import Voice

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

_NEEDS_READ = re.compile(r"(?:but\s)?(?:i|we) (?:just|only|really|simply)\s(?:need|want)\s")
_REMIND = re.compile(r"(?:^|(?<=\s))(?:don't|dont|do not|never) forget to\s")
"""don't forget to check …: a way to ask."""
_MEASURED = re.compile(
    r"\s*(?:usage|use|utili[sz]ation|load|space)?\s*(?:(?:is|was|at|now|already|hit|reached|hitting|over|above|up to|around|about|currently)\s+|~\s*)*\d{1,3}(?:\.\d)?\s?%"
)
"""filesystem at 97%: who knows the measure tells it."""


@dataclass(slots=True)
class Reader(Changes):
    """Changes and reads of one sentence."""

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
        if self.looked_first(at):
            acts = [k for k in range(at) if self.tokens[k].word == "V"]
            return self._change(self.tokens[acts[0]].item, acts[0], self.clause(acts[0])) if acts else Mood.STATEMENT
        if _READ_PAST.search(self.line):
            return Mood.FACT if self.question else Mood.REPORT
        verb = next((k for k in range(at - 1, clause.first - 1, -1) if self._reads(k)), None)
        lead = self.words(clause.first, verb) if verb is not None else prefix
        if NEGATION.search(" " + _REMIND.sub("", lead)):
            return Mood.NEGATION
        if number and self._told(number, prefix) and not self.question and not _NEEDS_READ.match(prefix):
            return Mood.STATEMENT
        version = self.items[index].value == "SHOW_VERSION" and bool(
            re.match(rf"(?:{SOFT}\s)*(?:which|what|what's)\s", self.line)
        )
        if not version and any(
            token.word == "V" and self.normal.plain[token.start : token.end].split()[0].endswith("ed")
            for token in self.tokens[clause.first : clause.last]
        ):
            return Mood.STATEMENT
        if verb is not None:
            if PREFIX.fullmatch(_REMIND.sub("", lead)) or _WANT_READ.search(self.words(clause.first, at)):
                return Mood.COMMAND
            joined = self._read_joined(verb, clause)
            if joined is not None:
                return joined
            return Mood.PLAN if _PLAN_READ.match(re.sub(rf"^(?:{SOFT}\s)+", "", lead)) else Mood.COMMAND
        if _WANT_READ.search(prefix):
            return Mood.COMMAND
        whole = self.words(clause.first, clause.last)
        asks = self.question or bool(
            re.match(rf"(?:{SOFT}\s|{PLACE})*+(?:any|how|what|what's|whats|is|are|when)\s", whole)
        )
        if asks:
            return Mood.COMMAND if _PRESENT.search(" " + self.line) or self.scoped else Mood.STATEMENT
        if self.items[index].kind is K.STATE or (
            verb is None and _MEASURED.match(self.normal.plain, self.items[index].end)
        ):
            return Mood.STATEMENT
        if TERSE.fullmatch(
            re.sub(
                r"(?:usage|use|status|count|list|expiry|expiration|date|current|last|latest|recent|info|state|load|N|space|free|response|D|\?|from|time|details|its|active|open|level) ",
                "",
                whole,
            )
        ) or (self._verbless(clause)):
            if before is not None and number and before in (Mood.COMMAND, Mood.TERSE):
                return before
            return Mood.TERSE if self.scoped and self.sentence.voice is not Voice.LISTED else Mood.STATEMENT
        late = any(self._reads(k) for k in range(at + 1, clause.last))
        if late and PREFIX.fullmatch(re.sub(r"(?:[OA-Z]|usage|and|expiry|date|status) ", "", prefix)):
            return Mood.COMMAND
        return Mood.STATEMENT

    def _read_joined(self, verb: int, clause: Clause) -> Mood | None:
        """ "restart it and show the log": the mood of what stands before the conjunction."""
        back = verb - 1
        while (
            back >= clause.first
            and re.fullmatch(SOFT, self.tokens[back].word)
            and self.tokens[back].word not in ("and", "then")
        ):
            back -= 1
        if back <= clause.first or self.tokens[back].word not in ("and", "then", "or"):
            return None
        for k in range(back - 1, clause.first - 1, -1):
            if self.tokens[k].word == "V":
                mood = self._change(self.tokens[k].item, k, self.clause(k))
                return mood if mood in (Mood.PLAN, Mood.NEGATION, Mood.FACT) else Mood.COMMAND
        return None

    def _verbless(self, clause: Clause) -> bool:
        words = [self.tokens[k].word for k in range(clause.first, clause.last)]
        known = re.compile(
            rf"(?:{SOFT}|[TGAPOFDNB]|on|for|in|at|of|from|the|a|our|its|and|to|with|usage|use|status|count|list|expiry|expiration|date|current|last|latest|recent|info|state|load|space|free|active|open|level|time|,|\?|/|&|over|past|old|top|slow|long|running)"
        )
        return all(known.fullmatch(word) for word in words)
