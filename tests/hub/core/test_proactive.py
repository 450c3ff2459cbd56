"""When an offer is made: a machine of cooldowns, caps and quiet, driven by random histories."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from guardia.hub.core import proactive as p
from guardia.hub.core.advice_rules import AdviceRules, FactRule, Limits, Rule
from guardia.hub.core.intent import Dispute, Intent, IntentType, Reading
from guardia.hub.core.states import RequestState
from guardia.proto.catalogue import CATALOGUE, CheckReport, CheckStatus, Kind, Metric

DAY = 86_400_000
RULES = AdviceRules(
    limits=Limits(cooldown=600, open_for=60, daily=5),
    rule=(
        Rule(id="a", name="가", offer="가?", action="FETCH_DB_LOCKS", topics=("db",), symptoms=("느리-",)),
        Rule(id="b", name="나", offer="나?", action="CHECK_DISK_SPACE", with_system=("풀",), cooldown=1200),
    ),
)
SYSTEMS = ("하나", "둘", "셋")


def seen(rule_id: str, *systems: str) -> p.Sighting:
    targets = tuple(p.Target(institution="기관", system_name=system) for system in systems)
    return p.Sighting(rule_id=rule_id, signals=("db", "느려요"), targets=targets)


class Rooms(RuleBasedStateMachine):
    """Everything that can happen to one room, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 40 * DAY
        self.offers: list[p.Offer] = []
        self.quiet: dict[str, p.Quiet] = {}

    @rule(minutes=st.integers(0, 400))
    def time_passes(self, minutes: int) -> None:
        self.now += minutes * 60_000

    @rule(rule_id=st.sampled_from(["a", "b", "gone"]), systems=st.sets(st.sampled_from(SYSTEMS), min_size=1))
    def somebody_says_it(self, rule_id: str, systems: set[str]) -> None:
        began = self.now - self.now % DAY
        sighting = seen(rule_id, *sorted(systems))
        found = p.decide(
            RULES, [sighting], offers=self.offers, quiet=self.quiet.values(), now_ms=self.now, day_began_ms=began
        )
        if isinstance(found, p.Kept):
            assert self.reason_holds(found, sighting, began)
            return
        assert rule_id != "gone"
        assert set(found.targets) <= set(sighting.targets)
        offer = p.make_offer(
            RULES, found, offer_id=f"AD-{len(self.offers)}", room_id="r", source="talk", heard="m", now_ms=self.now
        )
        for old in [one for one in self.offers if one.state is p.OfferState.OPEN]:
            assert old.expires_ms <= self.now, "two open offers"
            self.replace(p.settled(old, p.OfferState.EXPIRED, now_ms=self.now))
        for old in self.offers:
            same = old.rule_id == rule_id and {t.key for t in old.targets} & {t.key for t in offer.targets}
            assert not same or self.now - old.made_ms >= RULES.cooldown_ms(rule_id), "within the cooldown"
        for one in self.quiet.values():
            assert one.rule_id not in ("*", rule_id) or one.until_ms <= self.now, "though it was turned off"
        assert CATALOGUE[offer.action].kind is Kind.READ
        self.offers.append(offer)
        assert sum(one.made_ms >= began for one in self.offers) <= RULES.limits.daily

    def reason_holds(self, why: p.Kept, sighting: p.Sighting, began: int) -> bool:
        match why:
            case p.Kept.OPEN:
                return any(o.state is p.OfferState.OPEN and o.expires_ms > self.now for o in self.offers)
            case p.Kept.QUIET:
                return any(q.until_ms > self.now for q in self.quiet.values())
            case p.Kept.CAP:
                return sum(o.made_ms >= began for o in self.offers) >= RULES.limits.daily
            case p.Kept.COOLDOWN:
                return any(o.rule_id == sighting.rule_id for o in self.offers)
            case _:
                return sighting.rule_id == "gone"

    def replace(self, offer: p.Offer) -> None:
        self.offers = [offer if one.offer_id == offer.offer_id else one for one in self.offers]

    @precondition(lambda self: any(o.state is p.OfferState.OPEN for o in self.offers))
    @rule(state=st.sampled_from([p.OfferState.ACCEPTED, p.OfferState.DISMISSED, p.OfferState.EXPIRED]))
    def it_is_decided(self, state: p.OfferState) -> None:
        offer = next(o for o in self.offers if o.state is p.OfferState.OPEN)
        self.replace(p.settled(offer, state, now_ms=self.now, by="engineer1"))

    @rule(rule_id=st.sampled_from(["a", "b", "*"]), minutes=st.integers(0, 300))
    def it_is_turned_off(self, rule_id: str, minutes: int) -> None:
        until = self.now + minutes * 60_000 if minutes else p.FOREVER
        self.quiet[rule_id] = p.Quiet(room_id="r", rule_id=rule_id, until_ms=until, by="engineer1", at_ms=self.now)

    @rule(rule_id=st.sampled_from(["a", "b", "*"]))
    def it_is_turned_on(self, rule_id: str) -> None:
        self.quiet.pop(rule_id, None)

    @invariant()
    def at_most_one_is_open(self) -> None:
        assert sum(o.state is p.OfferState.OPEN for o in self.offers) <= 1


Rooms.TestCase.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
TestRooms = Rooms.TestCase


def decide(*sightings: p.Sighting, offers: tuple[p.Offer, ...] = ()) -> p.Sighting | p.Kept:
    return p.decide(RULES, sightings, offers=offers, quiet=(), now_ms=DAY, day_began_ms=DAY)


def test_nothing_seen_offers_nothing() -> None:
    assert decide() is p.Kept.NOTHING


def test_only_the_first_sighting_counts_so_that_a_quiet_rule_is_not_spoken_for_by_the_next() -> None:
    first = decide(seen("a", "하나"), seen("b", "하나"))
    assert isinstance(first, p.Sighting)
    made = p.make_offer(RULES, first, offer_id="AD-1", room_id="r", source="talk", heard="m", now_ms=DAY - 1000)
    done = p.settled(made, p.OfferState.DISMISSED, now_ms=DAY - 500)
    assert decide(seen("a", "하나"), seen("b", "하나"), offers=(done,)) is p.Kept.COOLDOWN


def test_of_several_systems_those_that_were_just_offered_are_left_out() -> None:
    first = decide(seen("a", "하나"))
    assert isinstance(first, p.Sighting)
    made = p.make_offer(RULES, first, offer_id="AD-1", room_id="r", source="talk", heard="m", now_ms=DAY - 1000)
    done = p.settled(made, p.OfferState.DISMISSED, now_ms=DAY - 500)
    found = decide(seen("a", "하나", "둘"), offers=(done,))
    assert isinstance(found, p.Sighting)
    assert [target.system_name for target in found.targets] == ["둘"]


@given(st.integers(-3, 9))
def test_a_press_asks_for_exactly_one_shown_target(number: int) -> None:
    found = decide(seen("a", *SYSTEMS))
    assert isinstance(found, p.Sighting)
    offer = p.make_offer(RULES, found, offer_id="AD-1", room_id="r", source="talk", heard="m", now_ms=DAY)
    if 1 <= number <= 3:
        intent = p.intent_of(offer, number)
        assert intent.system_name == SYSTEMS[number - 1]
        assert (intent.intent_type, intent.changes, intent.requires_approval) == (IntentType.CHECK, False, False)
    else:
        try:
            p.intent_of(offer, number)
        except IndexError:
            return
        raise AssertionError("a target that nobody was shown")


def reading(*intents: Intent, explanation: dict[str, object] | None = None, **more: object) -> Reading:
    return Reading(intents=intents, reader="r", version="1", explanation=explanation or {}, **more)  # type: ignore[arg-type]


def told(action: str, mood: str) -> dict[str, object]:
    return {"clauses": [{"deeds": [{"action": action, "mood": mood}]}]}


def test_what_commands_or_tells_of_a_change_is_left_alone() -> None:
    command = Intent(intent_type=IntentType.HELP)
    assert p.commanded(reading(command))
    assert p.commanded(reading(disputes=(Dispute(position=0, readings=(command,), reason=""),)))
    for mood in ("report", "negation", "plan", "quotation", "condition", "cancel"):
        assert p.commanded(reading(explanation=told("RESTART_SERVICE", mood)))
        assert p.commanded(reading(explanation={"embedded": told("RESTART_SERVICE", mood), "model": {}}))
        assert not p.commanded(reading(explanation=told("CHECK_MEMORY", mood)))
    assert not p.commanded(reading(explanation=told("RESTART_SERVICE", "question of fact")))
    assert not p.commanded(reading())


FACTS = AdviceRules(
    rule=(
        Rule(
            id="disk", name="디스크", offer="?", action="CHECK_DISK_SPACE",
            facts=(FactRule(check="CHECK_DISK_SPACE", metric="disk_used", at_least=90.0),),
        ),
        Rule(
            id="cert", name="인증서", offer="?", action="CHECK_CERT", layer="WEB",
            facts=(FactRule(check="CHECK_CERT", metric="days_left", at_most=14.0),),
        ),
    )
)  # fmt: skip
WHERE = p.Target(institution="기관", system_name="하나", assets=("A-01",))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=5), st.sampled_from(list(CheckStatus)))
def test_a_fact_counts_from_its_threshold_on_and_the_worst_is_named(values: list[float], status: CheckStatus) -> None:
    metrics = tuple(Metric(name=f"disk_used:/{n}", value=value, unit="%") for n, value in enumerate(values))
    report = CheckReport(
        check="CHECK_DISK_SPACE", asset="A-01", collected_at="", status=status, summary="", metrics=metrics
    )
    found = p.facts_seen(FACTS, "CHECK_DISK_SPACE", report, WHERE)
    if status is CheckStatus.UNKNOWN or max(values) < 90:
        assert found == []
    else:
        (one,) = found
        assert one.signals[1] == f"{max(values):g}%"
        assert one.targets == (msgspec.structs.replace(WHERE, assets=()),)
    assert p.facts_seen(FACTS, "CHECK_CPU", report, WHERE) == []


def test_a_fact_may_have_a_lower_bound() -> None:
    metrics = (Metric(name="days_left:443", value=3.0, unit="d"), Metric(name="days_left:8443", value=40.0, unit="d"))
    report = CheckReport(
        check="CHECK_CERT", asset="A-01", collected_at="", status=CheckStatus.WARN, summary="", metrics=metrics
    )
    (one,) = p.facts_seen(FACTS, "CHECK_CERT", report, WHERE)
    assert one.signals == ("A-01 days_left:443", "3d")
    assert one.targets[0].layer == "WEB"


def test_states_of_offers_are_no_states_of_requests() -> None:
    assert not {state.value for state in p.OfferState} & {state.value for state in RequestState}
