"""What is said beside a request for a change: what turns it away, what leaves it alone, and talk that is none."""

from functools import cache

import pytest

from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates, sets
from tests.hub.parser.attacked_english import ENGLISH
from tests.hub.parser.attacked_english_verbs import VERBS_ENGLISH
from tests.hub.parser.attacked_places import ATTACKED, POINTING
from tests.hub.parser.attacked_sequences import STEPS
from tests.hub.parser.attacked_verbs import VERBS
from tests.hub.parser.attacked_words import ASIDE, ASKED, HEADS
from tests.hub.parser.turned_away import ALONE, ALONE_ENGLISH, AWAY, AWAY_ENGLISH, TALK

READER = EmbeddedReader(estates.bank())


def changes(text: str) -> list[Intent]:
    """What would run of `text` without a question."""
    read = READER.read(ReaderInput(id="1", text=text)).intents
    return [one for one in read if one.complete and any(CATALOGUE[code].changes for code in one.action_sequence)]


@pytest.mark.parametrize("tail", AWAY)
@pytest.mark.parametrize("request_", ["인뱅 WAS 재기동해주세요. ", "코어레저 WAS 전체 내려주시기 바랍니다. "])
def test_what_turns_a_request_away_is_asked_about(request_: str, tail: str) -> None:
    assert changes(request_ + tail) == []


@pytest.mark.parametrize("tail", [tail for tail in AWAY if tail != "괜찮아졌네요"])
@pytest.mark.parametrize("request_", ["인뱅 WAS 재기동해주세요 ", "인뱅 WAS 로그 정리 부탁드립니다 "])
def test_it_is_asked_about_without_a_mark_between_as_well(request_: str, tail: str) -> None:
    assert changes(request_ + tail) == []


@pytest.mark.parametrize("tail", AWAY_ENGLISH)
@pytest.mark.parametrize("request_", ["Restart ibank WAS. ", "Please stop core ledger WAS node 2. "])
def test_what_turns_an_english_request_away_is_asked_about(request_: str, tail: str) -> None:
    assert changes(request_ + tail) == []


@pytest.mark.parametrize("tail", ALONE)
@pytest.mark.parametrize("request_", ["인뱅 WAS 재기동해주세요. ", "코어레저 WAS 2호기 재시작 부탁드립니다. "])
def test_what_leaves_a_request_alone_is_no_reason_to_ask(request_: str, tail: str) -> None:
    assert [one.action_sequence for one in changes(request_ + tail)] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize("tail", ALONE_ENGLISH)
@pytest.mark.parametrize("request_", ["Restart ibank WAS. ", "Could you bounce core ledger WAS node 2? "])
def test_what_leaves_an_english_request_alone_is_no_reason_to_ask(request_: str, tail: str) -> None:
    assert [one.action_sequence for one in changes(request_ + tail)] == [("RESTART_SERVICE",)]


@pytest.mark.parametrize("text", TALK)
def test_talk_of_a_change_is_no_request(text: str) -> None:
    assert changes(text) == []


@pytest.mark.parametrize("system", ["인뱅", "코어레저"])
@pytest.mark.parametrize("text", ASIDE)
def test_a_changes_own_words_are_no_request_by_themselves(text: str, system: str) -> None:
    assert changes(text.format(system)) == []


@pytest.mark.parametrize("system", ["인뱅", "코어레저"])
@pytest.mark.parametrize(("text", "code"), ASKED)
def test_what_looks_like_them_is_done(text: str, code: str, system: str) -> None:
    assert [one.action_sequence for one in changes(text.format(system))] == [(code,)]


@pytest.mark.parametrize(
    "request_",
    [
        "인뱅 WAS 재기동해주세요",
        "인뱅 WAS 2호기 내려줘",
        "인뱅 WAS 로그 정리 부탁드려요",
        "인뱅 WAS에 app.war 배포해주세요",
    ],
)
@pytest.mark.parametrize("head", HEADS)
def test_what_stands_around_a_request_may_put_it_off(head: str, request_: str) -> None:
    given = ReaderInput(id="1", text=head.format(request_), files=("app.war",), now="2026-11-28T10:00:00+09:00")
    read = READER.read(given).intents
    runs = [one for one in read if one.complete and any(CATALOGUE[code].changes for code in one.action_sequence)]
    assert [one for one in runs if "at" not in one.parameters] == []


@cache
def over(name: str) -> EmbeddedReader:
    """A reader over the inventory of a set."""
    return EmbeddedReader(sets.inventory(name))


def runs(name: str, text: str, context: tuple[str, ...] = ()) -> list[Intent]:
    """What would run of `text` over the inventory of the set `name`, at 19:00."""
    said = tuple(ContextMessage(text=one) for one in context)
    given = ReaderInput(id="1", text=text, now="2026-05-23T19:00:00+09:00", context=said)
    read = over(name).read(given).intents
    return [one for one in read if one.complete and any(CATALOGUE[code].changes for code in one.action_sequence)]


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in ATTACKED.items() for text in texts])
def test_what_bounds_a_change_and_is_in_no_request_is_asked_about(name: str, text: str) -> None:
    assert runs(name, text) == []


@pytest.mark.parametrize(("name", "context", "text"), POINTING)
def test_what_points_at_one_of_several_is_asked_about(name: str, context: tuple[str, ...], text: str) -> None:
    assert runs(name, text, context) == []


@pytest.mark.parametrize("text", [*VERBS, *VERBS_ENGLISH])
def test_an_action_that_is_another_one_or_nobodys_is_no_request(text: str) -> None:
    assert changes(text) == []


@pytest.mark.parametrize("inventory", STEPS)
def test_of_several_steps_no_part_runs(inventory: str) -> None:
    reader = EmbeddedReader(sets.inventory(inventory))
    run = [
        text
        for text in STEPS[inventory]
        for one in reader.read(ReaderInput(id="1", text=text, now="2027-03-10T14:20:00+09:00")).intents
        if one.complete and any(CATALOGUE[code].changes for code in one.action_sequence)
    ]
    assert run == []


@pytest.mark.parametrize("text", ENGLISH)
def test_english_that_limits_or_only_tells_runs_nothing(text: str) -> None:
    assert changes(text) == []
