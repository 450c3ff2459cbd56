"""What a message says to the rules of advice: their words in its sentences, and the systems that it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from guardia.cmdb.model import Inventory, Server
from guardia.hub.core.advice_rules import AdviceRules, Rule
from guardia.hub.core.intent import ALL
from guardia.hub.core.message import Person
from guardia.hub.core.proactive import MAX_TARGETS, Sighting, Target
from guardia.hub.parser.embedded.gazetteer import Gazetteer, Match
from guardia.hub.parser.embedded.hangul import fold, is_syllable, split
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.normalise import Normal, normalise
from guardia.hub.parser.embedded.scan import scan
from guardia.hub.parser.embedded.segment import Segments, segment
from guardia.hub.parser.embedded.shapes import conditional
from guardia.hub.parser.embedded.voices import Voice
from guardia.hub.parser.stems import Hit, How, Sentence, Vocabulary, Word
from guardia.hub.ports import InventoryPort

MAX_TEXT = 1_000
"""Characters; longer messages are notices, logs and reports."""
MAX_SENTENCES = 8
MAX_CONTEXT = 5
"""Earlier messages that may name the system which this one leaves open."""
_TOKEN = re.compile(fold(r"(?P<number>\d{1,3})\s?(?:프로|퍼센트|퍼센|%)(?P<after>[가-힣]*)|[0-9a-z가-힣]+"))
_SUBJECT = "이가은는도"
_SO = (How.NOW, How.PAST)
_ASKS = re.compile(fold(r"(?:주|줘|줄|달|봐|보|부탁|요청|바랍|싶|필요|가능|방법|드려|드릴)[가-힣]*"))
_PLAN = re.compile(fold(r"[가-힣]*(?:게|게요|깨|깨요|개요)"))
_WILL = re.compile(fold(r"(?P<stem>[가-힣]+)겠(?:습니다|어요|음|다|네요|는데요)"))
_CANNOT = re.compile(fold(r"(?:.*(?:모르|죽|미치|힘들|못하|못쓰|안되|돌아버리|환장하|답답하|좋|되|감사하|같))"))


class _Rule:
    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.topics, self.symptoms, self.with_system, self.unless = (
            tuple(Word(word) for word in words) for words in (rule.topics, rule.symptoms, rule.with_system, rule.unless)
        )

        self.nouns = tuple(fold(word) for word in rule.topics if len(word) > 1 and " " not in word and "-" not in word)


class Signs:
    """`ports.Signs` over one set of rules; the index of names is built anew when the inventory moves."""

    def __init__(self, rules: AdviceRules, inventory: InventoryPort) -> None:
        self._rules = tuple(_Rule(rule) for rule in rules.rule)
        self._handled, self._elsewhere, self._not_now = (
            tuple(Word(word) for word in words)
            for words in (rules.talk.handled, rules.talk.elsewhere, rules.talk.not_now)
        )
        nouns = {
            word
            for rule in rules.rule
            for word in (*rule.topics, *rule.symptoms, *rule.with_system)
            if "-" not in word and " " not in word and word != "로그"  # 로그인 is no log
        }
        self._vocabulary = Vocabulary(nouns | set(rules.talk.beside))
        self._inventory = inventory
        self._gazetteer: Gazetteer | None = None

    def hear(self, text: str, person: Person, context: Sequence[str] = ()) -> tuple[Sighting, ...]:
        """Sightings in the order of the rules; empty for talk that needs no help. Never raises for odd text."""
        if len(text) > MAX_TEXT:
            return ()
        normal = normalise(text)
        parts = segment(normal)
        if parts.left_out:
            return ()  # forwarded, quoted, pasted: somebody else's words are in it
        own = [one for one in parts.sentences if one.voice is Voice.OWN]
        if not own or len(own) < len(parts.sentences) or len(own) > MAX_SENTENCES:
            return ()
        if any(one.holds for one in own):
            return ()  # taken back, or over: DB가 느렸어요. 해결됐습니다
        sentences = [self._said(normal, parts, one.start, one.end) for one in own]
        if any(self._talks_past(one) for one in sentences):
            return ()
        found: list[Sighting] = []
        named: _Named | None = None
        for one in self._rules:
            signals = self._signals(one, sentences)
            if signals is None:
                if not self._hit(one.with_system, sentences) or self._stands(one.unless, sentences):
                    continue
                named = named or self._named(normal, parts)
                if not named.systems:
                    continue
                signals = (named.systems[0][1], self._hit(one.with_system, sentences))
            named = named or self._named(normal, parts)
            targets = self._targets(one.rule, named, person, context)
            if targets:
                found.append(Sighting(rule_id=one.rule.id, signals=signals, targets=targets))
        return tuple(found)

    # --- words ------------------------------------------------------------------------------------------------------

    def _said(self, normal: Normal, parts: Segments, start: int, end: int) -> _Said:
        """Folded words of a sentence, without what it quotes."""
        plain = normal.plain[start:end]
        for quote in parts.quotes:
            a, b = max(quote.start, start) - start, min(quote.end, end) - start
            if a < b:
                plain = plain[:a] + " " * (b - a) + plain[b:]
        found = list(_TOKEN.finditer(plain))
        tokens = [f"{one['number']}%{one['after']}" if one["number"] else one.group() for one in found]
        spans = [(one.start() + start, one.end() + start) for one in found]
        return _Said(tokens, spans, normal.text, self._vocabulary)

    def _so(self, words: Iterable[Word], said: _Said) -> Iterator[Hit]:
        """Places where one of the words says that something is so."""
        for word in words:
            for hit in word.find(said, self._vocabulary):
                if hit.how in _SO:
                    yield hit

    def _hit(self, words: Iterable[Word], sentences: Sequence[_Said]) -> str:
        """As written, the first of the words that says that something is so, or nothing."""
        for said in sentences:
            if any(conditional(token) for token in said.tokens):
                continue
            for hit in self._so(words, said):
                return said.written(hit)
        return ""

    def _stands(self, words: Iterable[Word], sentences: Sequence[_Said]) -> bool:
        """True when one of the words stands there, however it is meant."""
        return any(True for said in sentences for word in words for _ in word.find(said, self._vocabulary))

    def _signals(self, one: _Rule, sentences: Sequence[_Said]) -> tuple[str, str] | None:
        """Topic and symptom of one sentence, two words that are not the same one; None without them."""
        if not one.topics or self._stands(one.unless, sentences):
            return None
        for said in sentences:
            if any(conditional(token) for token in said.tokens):
                continue
            topics = [hit for word in one.topics for hit in word.find(said, self._vocabulary)]
            for hit in self._so(one.symptoms, said):
                glued = said.tokens[hit.start][: hit.offset].rstrip(_SUBJECT)
                if any(glued.endswith(noun) for noun in one.nouns) and hit.offset:
                    return said.written(hit), said.written(hit)  # 쿼리가느려요
                topic = next((topic for topic in topics if _apart(topic, hit)), None)
                if topic is not None:
                    return said.written(topic), said.written(hit)
        return None

    def _talks_past(self, said: _Said) -> bool:
        """The sentence is about another time or place, or says that it is over or taken care of."""
        if any(_announces(token) for token in said.tokens[-2:]):
            return True
        for hit in self._so(self._handled, said):
            after = said.tokens[hit.end : hit.end + 2]
            if hit.how is How.PAST or not any(_ASKS.fullmatch(token) for token in after):
                return True
        return self._stands((*self._elsewhere, *self._not_now), (said,))

    # --- names ------------------------------------------------------------------------------------------------------

    def _names(self) -> Gazetteer:
        snapshot = self._inventory.snapshot()
        if self._gazetteer is None or self._gazetteer.revision != snapshot.revision:
            self._gazetteer = Gazetteer(snapshot)
        return self._gazetteer

    def _named(self, normal: Normal, parts: Segments) -> _Named:
        systems: dict[tuple[str, str], None] = {}
        assets: list[str] = []
        institutions: set[str] = set()
        found = _Named()
        for sentence in parts.sentences:
            for item in scan(normal, sentence.start, sentence.end, parts.quotes, self._names()):
                if item.kind is K.NAME:
                    match: Match = item.value
                    systems.update(dict.fromkeys(match.systems))
                    institutions.update(match.institutions)
                elif item.kind is K.SERVER and item.value:
                    for server in item.value:
                        systems[server.institution, server.system_name] = None
                        assets.append(server.asset_code)
                        found.environment = str(server.environment)
                elif item.kind is K.ENV:
                    found.environment = str(item.value)
                elif item.kind is K.LAYER:
                    found.layers.append(str(item.value))
        said = [pair for pair in systems if pair[0] in institutions]
        found.systems = said or list(systems)
        found.assets = tuple(dict.fromkeys(assets))
        return found

    def _targets(self, rule: Rule, named: _Named, person: Person, context: Sequence[str]) -> tuple[Target, ...]:
        """What the rule would look at: what is named here, else what was named last, else what there is to choose."""
        inventory = self._inventory.snapshot()
        layer: str = rule.layer
        if layer == ALL and len(set(named.layers)) == 1 and named.layers[0] != "UNKNOWN":
            layer = named.layers[0]
        pairs, environment, assets = named.systems, named.environment, named.assets
        if not pairs:
            for text in reversed(context[-MAX_CONTEXT:]):
                normal = normalise(text[:MAX_TEXT])
                earlier = self._named(normal, segment(normal))
                if earlier.systems:
                    pairs = earlier.systems if len(earlier.systems) == 1 else []
                    environment = earlier.environment
                    break
        named_here = bool(pairs)
        if not pairs:
            scope = person.institutions
            pairs = sorted(
                {
                    (s.institution, s.system_name)
                    for s in inventory.servers
                    if ("*" in scope or s.institution in scope) and _holds(s, environment, layer)
                }
            )
        targets = tuple(
            Target(
                institution=institution,
                system_name=system,
                environment=environment,
                layer=layer,
                assets=_own_assets(inventory, institution, system, layer, assets),
            )
            for institution, system in pairs
            if any(
                (s.institution, s.system_name) == (institution, system) and _holds(s, environment, layer)
                for s in inventory.servers
            )
        )
        if len(targets) > MAX_TARGETS:
            return (Target(environment=environment, layer=layer),)
        return targets if targets or named_here else (Target(environment=environment, layer=layer),)


class _Said(Sentence):
    """A sentence with the places of its words in the text."""

    def __init__(self, tokens: list[str], spans: list[tuple[int, int]], text: str, vocabulary: Vocabulary) -> None:
        super().__init__(tokens, vocabulary)
        self._spans = spans
        self._text = text

    def written(self, hit: Hit) -> str:
        """The words of a hit as the person wrote them."""
        return self._text[self._spans[hit.start][0] : self._spans[hit.end - 1][1]]


class _Named:
    """Systems, environment, layers and nodes that sentences name."""

    def __init__(self) -> None:
        self.systems: list[tuple[str, str]] = []
        self.environment = "PROD"
        self.layers: list[str] = []
        self.assets: tuple[str, ...] = ()


def _holds(server: Server, environment: str, layer: str) -> bool:
    return str(server.environment) == environment and layer in (ALL, str(server.infrastructure_layer))


def _own_assets(
    inventory: Inventory, institution: str, system: str, layer: str, assets: Sequence[str]
) -> tuple[str, ...]:
    return tuple(
        s.asset_code
        for s in inventory.servers
        if s.asset_code in assets
        and (s.institution, s.system_name) == (institution, system)
        and layer in (ALL, str(s.infrastructure_layer))
    )


def _apart(one: Hit, other: Hit) -> bool:
    """True when the two are different words; a symptom of two words may not contain the topic (용량 없-)."""
    if one.start >= other.end or other.start >= one.end:
        return True
    return (
        one.end == other.end
        and other.end - other.start == 1
        and one.start == other.start
        and one.offset != other.offset
    )


def _announces(token: str) -> bool:
    """제가 볼게요, 확인하겠습니다: somebody is on it."""
    found = _PLAN.fullmatch(token)
    if found and len(token) > 1:
        before = token.rstrip(fold("요"))[:-1]
        if before and is_syllable(before[-1]) and split(before[-1])[2] == "ㄹ":
            return True
    will = _WILL.fullmatch(token)
    return will is not None and not _CANNOT.fullmatch(will["stem"])
