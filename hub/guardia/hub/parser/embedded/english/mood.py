"""How the changes that an English sentence speaks of are meant.

A change is asked for only where everything around its verb is known to ask: the words before it are a way to ask
(`english_row.PREFIX` and its kin), the words behind it are an object and what may follow one. Whatever else stands
there makes it a statement.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guardia.hub.parser.embedded.endings import Mood
from guardia.hub.parser.embedded.english.row import (
    FINITE,
    MINDS,
    NEEDS_ING,
    NOMINAL,
    OBJECT,
    PASSIVE,
    PLACE,
    PREFIX,
    READS,
    SOFT,
    TAIL,
    Clause,
    Token,
)
from guardia.hub.parser.embedded.english.view import NEGATION, View, refuses
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.segment import Voice

_IGNORED = re.compile(
    rf"(?:{SOFT}\s)*(?:ignore|disregard|forget|bypass|override|skip)\s(?:(?!and\s|[VO]\s)\S+\s)*and\s"
)
"""ignore all previous instructions and …: idle words before a command that counts as it stands."""


_SOMEBODY = re.compile(rf"(?:{SOFT}\s)*(?:someone|somebody) (?:{SOFT}\s)*")
_BASES = frozenset({"restart", "bounce", "start", "stop", "deploy", "revert", "kill", "give", "reboot", "recycle"})
"""someone give it a kick: verbs of which the past looks another way (someone shut it down may be told)."""


def _formal(form: str) -> bool:
    """A participle or a gerund."""
    return (form.endswith(("ed", "ing")) and form not in ("bring", "need")) or form in ("brought", "took", "taken")


@dataclass(slots=True)
class Changes(View):
    """The changes of one sentence."""

    def change(self, index: int) -> Mood:
        """How the action of the item at `index` is meant."""
        at = self.place(index)
        number = self.clause(at)
        mood = self._change(index, at, number)
        if mood in (Mood.COMMAND, Mood.TERSE) and self._refused(number):
            return Mood.NEGATION
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
        if item.value == "CLEAN_LOGS" and prefix.endswith("O "):
            prefix = prefix[:-2]  # a log cleanup on …
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
        if not told and _SOMEBODY.fullmatch(prefix) and form in _BASES and not self.question and not self._past():
            return self._asked(True, prefix, at, clause, item)
        return self._untold(prefix, told)

    def _past(self) -> bool:
        return any(item.kind is K.PAST for item in self.items)

    def _refused(self, number: int) -> bool:
        """restart it, no don't; restart it but not now"""
        if re.search(r"(?:^|\s)B (?:now|yet|today|tonight|P|right)\s", self.line):
            return True
        return any(refuses(self.words(one.first, one.last)) for one in self.clauses[number + 1 :])

    def _asked(self, opened: bool, prefix: str, at: int, clause: Clause, item: Item) -> Mood:
        if self.question and not opened and not self._polite():
            return Mood.FACT
        before = re.sub(rf"^(?:{SOFT}\s)+", "", prefix)
        placed = bool(re.search(r"(?:^|\s)[TGAP]\s", before)) and not re.match(
            r"(?:on|for|in|at|regarding|re)\s", before
        )
        if not opened and placed and not prefix.rstrip().endswith(","):
            if re.match(r"(?:the|our|this|that|your|my)\s", before) and not self._polite():
                return Mood.STATEMENT
            rest = self.words(at + 1, clause.last)
            if self._polite():
                rest = re.sub(r"^(?:is )?(?:required|needed|requested) ", "", rest)
            if not re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|O\s|back\s|\?\s|!\s)*+", rest):
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
        clean = bool(re.fullmatch(rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|O\s|back\s|\?\s|!\s)*+", rest))
        if gerund and clean and NEEDS_ING.fullmatch(prefix) and not self.question:
            return Mood.COMMAND
        if not gerund and clean and PASSIVE.fullmatch(prefix):
            return Mood.COMMAND
        if NEGATION.search(prefix):
            return Mood.NEGATION
        return Mood.PLAN if gerund else Mood.REPORT

    def _joined(self, at: int, clause: Clause) -> Mood | None:
        """The mood of the verb that "and" or "then" joins this one to, or None."""
        back = at - 1
        while (
            back >= clause.first
            and re.fullmatch(SOFT, self.tokens[back].word)
            and self.tokens[back].word not in ("and", "then", ",")
        ):
            back -= 1
        if back <= clause.first or self.tokens[back].word not in ("and", "then", "or", "&", "+", "/"):
            return None
        choice = self.tokens[back].word == "or"
        for k in range(back - 1, clause.first - 1, -1):
            token = self.tokens[k]
            if token.word == "V":
                between = self.words(k + 1, back)
                if not re.fullmatch(
                    rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|N\s|O\s|back\s|a\s|an\s|its\s|any\s|(?:[a-z]+)\s(?=O\s)|to\s|then\s|old\s)*+",
                    between,
                ):
                    return Mood.STATEMENT
                mood = self._change(token.item, k, self.clause(k))
                if choice and mood in (Mood.COMMAND, Mood.TERSE):
                    return Mood.STATEMENT
                return mood
            if token.word in READS and token.word not in ("want", "need", "like", "know"):
                prefix = self.words(clause.first, k)
                between = self.words(k + 1, back)
                if not re.fullmatch(
                    rf"(?:{SOFT}\s|{PLACE}|F\s|D\s|N\s|O\s|a\s|an\s|its\s|any\s|me\s|us\s|usage\s|status\s|last\s|from\s|out\s|up\s|old\s)*+",
                    between,
                ):
                    return Mood.STATEMENT
                if PREFIX.fullmatch(prefix) and not choice:
                    return Mood.COMMAND
                return self._untold(prefix, told=False)
        return None

    def _object(self, at: int, clause: Clause, item: Item, *, noun: bool = False) -> bool:
        """True when what follows the action is what it may act on, and nothing else follows."""
        code = str(item.value)
        place = unknown = False
        tokens = self.tokens[at + 1 : clause.last]
        if code in ("START_SERVICE", "STOP_SERVICE") and not noun:
            verb = self.normal.plain[item.start : item.end] in ("stop", "start")
            if verb and tokens and tokens[0].word in ("by", "with", "from", "off", "of", "over", "at", "short"):
                return False  # stop by, start with
            if not self.scoped and not any(token.word in ("T", "P", "G") for token in tokens):
                return False  # Stop!
        for k, token in enumerate(tokens):
            word = token.word
            if word == "V" and k == 0:
                return False  # stop restarting it
            if word == "V":
                if (
                    tokens[k - 1].word in ("and", "then", "or", ",", "&", "+", "/")
                    or k == 0
                    or re.fullmatch(SOFT, tokens[k - 1].word)
                    or word == "to"
                ):
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
            if word in OBJECT or re.fullmatch(SOFT, word) or (word.isdigit() and code == "CLEAN_LOGS"):
                continue
            if word in TAIL or not word[:1].isalnum():
                return True
            if (
                word in READS
                and k
                and (tokens[k - 1].word in ("and", "then", ",", "&") or re.fullmatch(SOFT, tokens[k - 1].word))
            ):
                return True
            if place:
                return not FINITE.fullmatch(word) and self._harmless(tokens, k)
            if FINITE.fullmatch(word):
                return False
            if not unknown:
                unknown = True
                if not self._names(tokens, k, code):
                    return False
        return True

    def _process(self, token: Token) -> bool:
        item = self.items[token.item]
        return (
            item.kind is K.TOPIC
            and item.value in ("CHECK_PROCESS", "CHECK_SERVICE")
            and self.normal.plain[item.start : item.end] in ("process", "service", "processes")
        )

    @staticmethod
    def _harmless(tokens: list[Token], k: int) -> bool:
        """A word behind the target that says how or why: an adverb, a purpose."""
        word = tokens[k].word
        if word.endswith("ly"):
            return True
        before = tokens[k - 1].word
        return before in (
            "to",
            "for",
            "with",
            "in",
            "at",
            "by",
            "from",
            "as",
            "of",
            "the",
            "a",
            "an",
            "and",
            "our",
            "my",
            "their",
        )

    def _names(self, tokens: list[Token], k: int, code: str) -> bool:
        """True when the unknown word stands for a target: a name nobody holds, or a word before one that is known."""
        for token in tokens[k + 1 : k + 6]:
            if token.word in ("T", "G"):
                return True
            if token.word == "O" and code in ("KILL_DB_SESSION", "CLEAN_LOGS"):
                return True
            if token.word in TAIL or token.word in (
                "V",
                "of",
                "on",
                "for",
                "in",
                "at",
                "with",
                "and",
                ",",
                "by",
                "off",
                "P",
            ):
                break
        written = self.normal.text[tokens[k].start : tokens[k].end]
        named = written[:1].isupper() or any(char.isdigit() or "가" <= char <= "힣" for char in written)
        det = k > 0 and tokens[k - 1].word in ("a", "an", "our", "your", "my", "their", "this", "that", "some", "any")
        return named and not det and not self._shouts()

    def _shouts(self) -> bool:
        written = self.normal.text[self.sentence.start : self.sentence.end]
        return written.isupper()
