# ruff: noqa: E501 - tables of sentences
"""Ways to ask for an action in English, and ways to speak of one without asking; crossed by the property tests."""

from __future__ import annotations

from typing import NamedTuple


class Verb(NamedTuple):
    """A verb in its forms; `noun` is what one asks for ("a restart")."""

    base: str
    past: str
    gerund: str
    third: str
    noun: str
    code: str

    def said(self, form: str, target: str, other: str = "") -> str:
        text = form.format(v=self.base, p=self.past, g=self.gerund, s=self.third, n=self.noun, t=target, o=other)
        return text[:1].upper() + text[1:]


VERBS = (
    Verb("restart", "restarted", "restarting", "restarts", "a restart", "restart"), Verb("bounce", "bounced", "bouncing", "bounces", "a restart", "restart"), Verb("cycle", "cycled", "cycling", "cycles", "a restart", "restart"),
    Verb("stop", "stopped", "stopping", "stops", "a shutdown", "stop"), Verb("shut down", "shut down", "shutting down", "shuts down", "a shutdown", "stop"), Verb("start", "started", "starting", "starts", "a start", "start"),
    Verb("roll back", "rolled back", "rolling back", "rolls back", "a rollback", "rollback"), Verb("revert", "reverted", "reverting", "reverts", "a rollback", "rollback"),
)  # fmt: skip
NAMED = {
    "bank": (("ibank", "미래은행/인터넷뱅킹"), ("CoreLedger", "미래은행/CoreLedger"), ("AuthRelay", "가온카드/승인중계")),
    "campus": (("LMS", "한빛대학교/LearnHub"), ("EMR", "온누리병원/전자의무기록"), ("OCS", "온누리병원/처방전달시스템"), ("booking", "온누리병원/진료예약2")),
    "city": (("SDM", "청주시/새들목행정"), ("ITS", "울산광역시/교통정보센터"), ("tour24", "제주특별자치도/관광마당24")),
}  # fmt: skip
ASKING = (
    "{v} {t}", "please {v} {t}", "{v} {t} please", "can you {v} {t}?", "could you please {v} {t}?", "would you {v} {t}, please?", "hi team, can someone {v} {t}?", "could anyone {v} {t} for me?", "I need you to {v} {t}", "I'd like you to {v} {t}", "we need someone to {v} {t} asap",
    "I was wondering if you could {v} {t}", "it would be great if you could {v} {t}", "would you mind {g} {t}?", "go ahead and {v} {t}", "please go ahead and {v} {t} now", "if you could {v} {t} please", "when you get a chance please {v} {t}", "urgent: {v} {t}", "ok, {v} {t} now", "kindly {v} {t}",
    "is it possible to {v} {t}?", "users are complaining, please {v} {t}", "{t} is acting up, please {v} it", "{t} is acting up. Can you {v} it?", "please {v} {t}, users are complaining", "can we get {n} of {t}?", "please do {n} of {t}", "we need {n} of {t}", "requesting {n} of {t}",
    "make sure to {v} {t}", "please {v} {t} and let me know when it's done", "could you {v} {t}? thanks!", "do me a favor and {v} {t}", "please {v} {t} because it is slow", "{v} {t} right away please", "so, can you {v} {t} again?", "any chance you could {v} {t}?", "[urgent] please {v} {t}",
)  # fmt: skip
NOT_ASKING = (
    # negation
    "don't {v} {t}.", "please do not {v} {t}.", "never {v} {t}.", "do not {v} {t} yet.", "no need to {v} {t}.", "you must not {v} {t}.", "please avoid {g} {t}.", "hold off on {g} {t}.", "let's not {v} {t}.", "we should not {v} {t}.", "please stop {g} {t}.", "I asked you not to {v} {t}.", "nobody should {v} {t}.",
    "we decided not to {v} {t}.", "instead of {g} {t}, wait.", "there is no reason to {v} {t}.", "please don't go ahead and {v} {t}.", "can you not {v} {t}?", "we don't need {n} of {t}.", "make sure not to {v} {t}.", "make sure nobody {s} {t}.",
    # permission, suggestion
    "can I {v} {t}?", "can we {v} {t}?", "should we {v} {t}?", "may I {v} {t}?", "shall I {v} {t}?", "is it ok to {v} {t}?", "do I need to {v} {t}?", "would it help to {v} {t}?", "am I allowed to {v} {t}?", "do you want me to {v} {t}?", "how about {g} {t}?", "why not {v} {t}?", "maybe we should {v} {t}.", "perhaps {v} {t}?",
    "should I go ahead and {v} {t}?", "what about {n} of {t}?", "do we need {n} of {t}?", "{v} {t}?",
    # conditions
    "if it hangs, {v} {t}.", "{v} {t} if it hangs.", "once QA is done, {v} {t}.", "{v} {t} once QA is done.", "unless it recovers, {v} {t}.", "when the batch ends, {v} {t}.", "{v} {t} when the batch ends.", "after the batch ends, {v} {t}.", "{v} {t} after the batch ends.", "as soon as it fails, {v} {t}.", "in case it fails, {v} {t}.",
    "should it fail, {v} {t}.", "provided it fails, {v} {t}.", "please {v} {t} only if it hangs.", "whenever it hangs, please {v} {t}.", "if it hangs can you {v} {t}?", "if needed, {v} {t}.", "if it does not respond please {v} {t}.",
    # reports
    "I {p} {t}.", "we {p} {t} last night.", "{t} was {p} yesterday.", "{t} has been {p}.", "{t} is being {p}.", "someone {p} {t}.", "we have {p} {t}.", "I've already {p} {t}.", "we are {g} {t}.", "{g} {t} did not help.", "I had to {v} {t}.", "we just {p} {t}, looks fine.", "{n} of {t} was done.", "{n} of {t} failed.", "the team {s} {t} every week.", "they had {t} {p}.",
    "it took an hour to {v} {t}.", "I tried to {v} {t}.", "I forgot to {v} {t}.", "we managed to {v} {t}.", "I am {g} {t}.", "after {g} {t} it works.", "{g} {t} now.",
    # plans
    "I'll {v} {t}.", "I will {v} {t}.", "I'm going to {v} {t}.", "we plan to {v} {t}.", "we are about to {v} {t}.", "let's {v} {t}.", "they will {v} {t}.", "the vendor will {v} {t}.", "I'm planning on {g} {t}.", "we intend to {v} {t}.", "I want to {v} {t}.", "I need to {v} {t}.", "I'd like to {v} {t}.", "let me {v} {t}.", "we have to {v} {t}.", "{t} will be {p}.",
    "we are scheduled to {v} {t}.", "I was going to {v} {t}.", "someone will {v} {t}.", "I can {v} {t}.",
    # hearsay, quotation
    "he told me to {v} {t}.", "the runbook says to {v} {t}.", "the runbook says: {v} {t}.", "they asked us to {v} {t}.", "the vendor recommends {g} {t}.", 'the mail said "{v} {t}".', "> please {v} {t}", "the customer wants us to {v} {t}.", "she said we should {v} {t}.", "I heard they {p} {t}.", "it says here to {v} {t}.", "he said, {v} {t}.", "rumor has it they {v} {t}.",
    # questions of fact
    "did you {v} {t}?", "who {p} {t}?", "why did you {v} {t}?", "when will you {v} {t}?", "have you {p} {t}?", "has anyone {p} {t}?", "was {t} {p}?", "how do I {v} {t}?", "what happens if I {v} {t}?", "are you {g} {t}?", "who asked to {v} {t}?", "how long does it take to {v} {t}?", "can you tell me how to {v} {t}?", "could you tell me who {p} {t}?", "do you know how to {v} {t}?",
    "when was {t} {p}?", "will they {v} {t}?", "does anyone {v} {t}?", "is anyone {g} {t}?", "could you explain how to {v} {t}?", "can you confirm you {p} {t}?", "could you ask the vendor to {v} {t}?", "can he {v} {t}?", "will you be {g} {t}?",
    # hypotheticals
    "what if we {v} {t}?", "I wish someone would {v} {t}.", "suppose we {v} {t}.", "we could {v} {t}.", "you could have {p} {t}.", "I would {v} {t}.", "imagine they {v} {t}.", "it might be wise to {v} {t}.", "we might {v} {t}.", "to {v} {t} you need approval.", "one should {v} {t}.",
    # taken back
    "please {v} {t}. Just kidding.", "please {v} {t}. Never mind.",
)  # fmt: skip
READS = ("Please check the log of {t}.", "Can you show me the memory of {t}?", "Show me the status of {t}.")
# {o} is spoken of, {t} is what is asked for
ONE_OF_TWO = (
    "don't {v} {o}, {v} {t}.", "{o} is fine, please {v} {t}.", "please {v} {t}, {o} is fine.", "we {p} {o}, please {v} {t}.", "{v} {t}, not {o}.", "{v} {t} instead of {o}.", "{v} {t} rather than {o}.", "I'll {v} {o}, please {v} {t}.", "please {v} {t} because {o} is slow.", "since {o} is slow, please {v} {t}.",
    "we already {p} {o}. Please {v} {t}.", "did you {v} {o}? Please {v} {t}.", "{v} {t} and check the log of {o}.", "check the log of {o} and {v} {t}.", "check the log of {o}, then {v} {t}.", "please {v} {t}. Do not {v} {o}.", "please {v} {t} but do not {v} {o}.", "{v} {t}; {o} can wait.", "{o} was {p} yesterday, can you {v} {t}?",
    "while they look at {o}, please {v} {t}.", "the vendor will {v} {o}, please {v} {t}.", "{v} {o}? No, {v} {t}.", "please {v} {t} (not {o}).", "{v} {t} so that {o} recovers.", "unlike {o}, {t} is slow. Please {v} {t}.", "please {v} {t} the way you {p} {o}.", "show me the log of {o} and then {v} {t}.", "{o} looks ok but please {v} {t}.",
    "please {v} {t} before they {v} {o}.", "{v} {t}. {o} is next week.", "show the memory of {o}. Also {v} {t}.", "{v} {t}, as {o} depends on it.", "please {v} {t} while leaving {o} alone.",
)  # fmt: skip
