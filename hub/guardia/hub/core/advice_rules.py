"""Rules of proactive advice as data: what is listened for, and which read-only action is offered. Pure.

A word in a rule is written as dictionaries write it: `디스크` is a noun (particles may follow), `느리-` a verb's or
adjective's stem (it is conjugated), and words with a space between them (`락 걸리-`) stand one after the other. It is
never a piece of a longer word: `락` is neither in 연락 nor in 하락세.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from guardia.hub.core.language import Language
from guardia.hub.errors import ConfigError
from guardia.proto.catalogue import CATALOGUE, Kind
from guardia.proto.settings import SettingsError, parse

MAX_RULES = 50
_WORD = re.compile(r"[0-9a-z가-힣%]{1,20}(?:-(?=\s|\Z))?(?: [0-9a-z가-힣%]{1,20}(?:-(?=\s|\Z))?){0,3}\Z")

Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9-]{0,39}\Z")]
Words = Annotated[tuple[str, ...], msgspec.Meta(max_length=200)]
Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the parts of a rules file: an unknown key is a mistake."""


class Limits(Part, frozen=True, kw_only=True):
    """How much a room is told. Times in seconds."""

    cooldown: Annotated[int, msgspec.Meta(ge=60, le=7 * 86_400)] = 1800
    """Between two offers of one rule about one system in one room."""
    open_for: Annotated[int, msgspec.Meta(ge=30, le=86_400)] = 600
    """An offer that nobody takes up by then is withdrawn."""
    snooze: Annotated[int, msgspec.Meta(ge=60, le=7 * 86_400)] = 3600
    daily: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 10
    """Offers to one room in one day of the hub's time zone; 0: none at all."""


class Talk(Part, frozen=True, kw_only=True):
    """Words that say that a message needs no help, whatever else is in it."""

    handled: Words = ()
    """It is over, or somebody is on it. Stems count only when they tell of something done."""
    elsewhere: Words = ()
    """It is about something else: a training, a report, the news."""
    not_now: Words = ()
    """It was, or will be."""
    beside: Words = ()
    """Nouns that may be written together with a topic: 디스크용량, 운영디비."""


class FactRule(Part, frozen=True, kw_only=True):
    """What an agent found: the rule is about it when `metric` of `check` reaches the threshold."""

    check: Id | Annotated[str, msgspec.Meta(pattern=r"^[A-Z_]{3,40}\Z")]
    metric: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9_]{1,60}\Z")]
    """Name of the figure, without the part behind a colon (`disk_used` for `disk_used:/var`)."""
    at_least: float | None = None
    at_most: float | None = None

    def reached(self, value: float) -> bool:
        return (self.at_least is not None and value >= self.at_least) or (
            self.at_most is not None and value <= self.at_most
        )


class Rule(Part, frozen=True, kw_only=True):
    id: Id
    name: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z가-힣]{1,20}\Z")]
    """One word for people: "디스크 알림 꺼줘" turns the rule of that name off."""
    name_en: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z]{0,20}\Z")] = ""
    """Likewise in English ("turn off disk suggestions"); empty: the name."""
    offer: Line
    """What the room is told; the button stands below it."""
    offer_en: str = ""
    action: Annotated[str, msgspec.Meta(pattern=r"^[A-Z_]{3,40}\Z")]
    """The one read-only action that a press asks for."""
    layer: Literal["WEB", "WAS", "DB", "ALL"] = "ALL"
    topics: Words = ()
    symptoms: Words = ()
    """A symptom counts together with a topic of the same sentence."""
    with_system: Words = ()
    """Symptoms that count together with the name of a system of the CMDB."""
    unless: Words = ()
    """Words beside which the rule's own words mean something else (허리 디스크)."""
    facts: tuple[FactRule, ...] = ()
    cooldown: Annotated[int, msgspec.Meta(ge=60, le=7 * 86_400)] | None = None

    def named_in(self, language: Language) -> str:
        return self.name if language == "ko" else self.name_en or self.id


class AdviceRules(Part, frozen=True, kw_only=True):
    """A rules file, checked. The first rule that a message fits is the one that counts."""

    limits: Limits = Limits()
    talk: Talk = Talk()
    rule: tuple[Rule, ...] = ()

    def named(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.rule if rule.id == rule_id), None)

    def called(self, name: str) -> Rule | None:
        return next(
            (rule for rule in self.rule if name.lower() in (rule.name.lower(), rule.name_en.lower(), rule.id)), None
        )

    def cooldown_ms(self, rule_id: str) -> int:
        rule = self.named(rule_id)
        own = rule.cooldown if rule is not None else None
        return (own or self.limits.cooldown) * 1000


def parse_rules(text: str, source: str) -> AdviceRules:
    """The rules of a file's text. Raises `ConfigError` with the file, the place and what to do."""
    try:
        rules = parse(text, AdviceRules, source=source, prefix="", environ={})
    except SettingsError as error:
        raise ConfigError(
            str(error), remedy="규칙 파일을 고치거나 `guardia-hub advice rules`의 출력에서 시작하세요."
        ) from error
    problem = _problem(rules)
    if problem:
        line = _line(text, problem)
        raise ConfigError(f"{source}:{line}: {problem.what}", remedy="규칙 파일의 그 줄을 고쳐 주세요.")
    return rules


class _Problem(msgspec.Struct, frozen=True):
    """A mistake: what it is, and the rule, the key and the value by which its line is found."""

    what: str
    rule: str = ""
    key: str = ""
    value: str = ""


_NOTATION = (
    "write a noun (디스크) or a stem (느리-), lower case, without punctuation; words in a row with one space between"
)


def _problem(rules: AdviceRules) -> _Problem | None:
    """The first mistake, or None."""
    if len(rules.rule) > MAX_RULES:
        return _Problem(f"{len(rules.rule)} rules; at most {MAX_RULES}")
    for key in ("handled", "elsewhere", "not_now", "beside"):
        for word in getattr(rules.talk, key):
            if not _WORD.match(word):
                return _Problem(f"[talk] {key}: {word!r} is no word: {_NOTATION}", "", key, word)
    ids: set[str] = set()
    names: set[str] = set()
    for rule in rules.rule:
        if rule.id in ids:
            return _Problem(f"rule {rule.id!r} stands twice; give one of them another id", rule.id, "id", rule.id)
        if rule.name.lower() in names:
            what = f"the name {rule.name!r} stands twice; people turn rules off by their name"
            return _Problem(what, rule.id, "name", rule.name)
        ids.add(rule.id)
        names.add(rule.name.lower())
        found = _rule_problem(rule)
        if found:
            return found
    return None


def _rule_problem(rule: Rule) -> _Problem | None:
    def problem(what: str, key: str = "id", value: str = rule.id) -> _Problem:
        return _Problem(f"rule {rule.id!r}: {what}", rule.id, key, value)

    entry = CATALOGUE.get(rule.action)
    if entry is None:
        return problem(f"no action {rule.action!r} in the catalogue", "action", rule.action)
    if entry.kind is not Kind.READ:
        reads = ", ".join(sorted(code for code, one in CATALOGUE.items() if one.kind is Kind.READ))
        return problem(f"{rule.action} changes something; advice offers reads only: {reads}", "action", rule.action)
    if any(field.required for field in msgspec.structs.fields(entry.parameters)):
        return problem(
            f"{rule.action} needs a value that an offer cannot know; offer another one", "action", rule.action
        )
    for key in ("topics", "symptoms", "with_system", "unless"):
        for word in getattr(rule, key):
            if not _WORD.match(word):
                return problem(f"{key}: {word!r} is no word: {_NOTATION}", key, word)
    if bool(rule.topics) != bool(rule.symptoms):
        return problem("topics and symptoms count only together; give both or neither")
    if not (rule.topics or rule.with_system or rule.facts):
        return problem("it listens for nothing; give topics and symptoms, with_system or facts")
    shared = set(rule.topics) & set(rule.symptoms)
    if shared:
        word = min(shared)
        return problem(f"{word!r} is both topic and symptom: one word must not be two signals", "topics", word)
    for fact in rule.facts:
        checked = CATALOGUE.get(fact.check)
        if checked is None or checked.kind is not Kind.READ:
            return problem(f"facts: {fact.check!r} is no check of the catalogue", "facts", fact.check)
        if (fact.at_least is None) == (fact.at_most is None):
            return problem("facts: give at_least or at_most, and only one of them", "facts", fact.metric)
    return None


def _line(text: str, problem: _Problem) -> int:
    """Line of the problem's value under its key, from its rule on; 1 where it cannot be found."""
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if _is(line, "id", problem.rule)), 0) if problem.rule else 0
    key = ""
    for number, line in enumerate(lines[first:], first + 1):
        found = re.match(r"\s*([a-z_]+)\s*=", line)
        key = found[1] if found else key  # a list may go over many lines
        if key and key == problem.key and f'"{problem.value}"' in line:
            return number
    return first + 1


def _is(line: str, key: str, value: str) -> bool:
    return re.match(rf'\s*{key}\s*=\s*"{re.escape(value)}"', line) is not None
