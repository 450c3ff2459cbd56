"""What a room's client may send."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.errors import InvalidInputError, TooLargeError
from guardia.hub.web.inbound import MAX_CONTENT, MAX_FRAME, ActionIn, ChatIn, decode, message_id_of

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


@given(st.text(max_size=200) | json_values.map(json.dumps))
def test_anything_is_decoded_or_refused_with_a_remedy(text: str) -> None:
    remedy = "none needed"
    try:
        assert isinstance(decode(text), ChatIn | ActionIn)
    except InvalidInputError as error:
        remedy = error.remedy
    assert remedy
    assert isinstance(message_id_of(text), str)


def test_a_message_of_the_schema_with_its_other_fields() -> None:
    message = decode(
        json.dumps(
            {"message_id": "m-1", "msg_type": "CHAT", "content": "안녕", "sender": "someone else", "is_widget": False}
        )
    )
    assert message == ChatIn(content="안녕", message_id="m-1")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", InvalidInputError),
        ("{", InvalidInputError),
        ('{"msg_type":"NOTICE","content":"x"}', InvalidInputError),
        ('{"content":"x"}', InvalidInputError),
        ('{"msg_type":"CHAT"}', InvalidInputError),
        ('{"msg_type":"CHAT","content":"x","message_id":"a b"}', InvalidInputError),
        ('{"msg_type":"ACTION","widget":{"request_id":"SR","button":"DROP"}}', InvalidInputError),
        (json.dumps({"msg_type": "CHAT", "content": "가" * (MAX_CONTENT + 1)}), TooLargeError),
        (
            '{"msg_type":"ACTION","widget":{"request_id":"S","button":"reject","reason":"%s"}}' % ("x" * 501),
            TooLargeError,
        ),
        ("x" * (MAX_FRAME + 1), TooLargeError),
    ],
)
def test_what_is_refused(text, error) -> None:
    with pytest.raises(error):
        decode(text)
