"""What one client of a room is told: a message of the schema, with the id and the time that the caller gives."""

import msgspec

from guardia.hub.core.message import MessageType, RoomMessage, SenderType
from guardia.hub.core.system import system_error, system_message


def test_a_notice_has_the_callers_id_and_time() -> None:
    widget = {"kind": "receipt"}
    text = system_message("ops", MessageType.NOTICE, "기록했습니다.", number="ab12", now_ms=1_000, widget=widget)
    message = msgspec.json.decode(text, type=RoomMessage)
    assert (message.message_id, message.timestamp) == ("SYS-ab12", "1970-01-01T00:00:01.000Z")
    assert (message.sender_type, message.msg_type) == (SenderType.SYSTEM, MessageType.NOTICE)
    assert (message.room_id, message.content, message.widget) == ("ops", "기록했습니다.", {"kind": "receipt"})


def test_an_error_says_what_to_do_and_which_message_it_is_about() -> None:
    told = {"code": "input.invalid", "message": "What.", "remedy": ""}
    message = msgspec.json.decode(system_error("ops", told, number="1", now_ms=0, about="m-1"), type=RoomMessage)
    assert (message.msg_type, message.content, message.timestamp) == (MessageType.ERROR, "What.", "")
    assert message.widget == {"kind": "error", "message_id": "m-1", **told}
