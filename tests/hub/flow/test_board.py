"""What the board remembers of cards is bounded, and gone with the request."""

import msgspec

from guardia.hub.flow.board import _DRAWN, Board
from tests.fakes.links import FakeLinks
from tests.hub.core.test_card import request


def test_what_cards_were_made_of_is_kept_for_a_few_requests_only() -> None:
    board = Board(FakeLinks(), lambda _room: "ko")
    requests = [msgspec.structs.replace(request(), request_id=f"SR-{number}") for number in range(_DRAWN + 10)]
    for each in requests:
        board.card(each)
    assert len(board._drawn) == _DRAWN
    for each in requests:
        board.forget(each)
    assert not board._drawn


def test_a_room_that_changes_its_language_sees_the_next_card_in_it() -> None:
    language = ["ko"]
    board = Board(FakeLinks(), lambda _room: language[0])
    korean = board.card(request()).widget
    language[0] = "en"
    english = board.card(request()).widget
    assert korean["plan"]["nodes"][0]["state_label"] != english["plan"]["nodes"][0]["state_label"]
    assert english == Board(FakeLinks(), lambda _room: "en").card(request()).widget
