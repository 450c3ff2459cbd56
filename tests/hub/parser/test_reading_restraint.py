"""What is said beside a request for a change: what turns it away, what leaves it alone, and talk that is none."""

import pytest

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import estates
from tests.hub.parser.attacked_english import ENGLISH
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


@pytest.mark.parametrize("text", ENGLISH)
def test_english_that_limits_or_only_tells_runs_nothing(text: str) -> None:
    assert changes(text) == []
