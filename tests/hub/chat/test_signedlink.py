"""Signed links: only what this hub made, only for a while, only for whom it was made."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.chat.signedlink import CONFIRM_SECONDS, LinkSigner
from guardia.hub.errors import SignatureError
from tests.support.clock import FakeClock

FACTS = {"person_id": "approver1", "room_id": "ops", "request_id": "SR-1", "digest": "d" * 64}


def token(signer: LinkSigner) -> str:
    url = signer.confirm(**FACTS)
    assert url is not None
    assert url.startswith("https://guardia.example.go.kr/go/")
    return url.rpartition("/")[2]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def signer(clock) -> LinkSigner:
    return LinkSigner(b"k" * 32, "https://guardia.example.go.kr/", clock)


def test_it_says_what_it_was_made_for_until_it_ends(signer, clock) -> None:
    made = token(signer)
    grant = signer.open(made)
    assert (grant.purpose, grant.person_id, grant.digest) == ("confirm", "approver1", "d" * 64)
    clock.advance(CONFIRM_SECONDS + 1)
    with pytest.raises(SignatureError, match="유효 시간"):
        signer.open(made)


def test_another_hubs_link_is_refused(signer, clock) -> None:
    with pytest.raises(SignatureError):
        signer.open(token(LinkSigner(b"x" * 32, "https://guardia.example.go.kr", clock)))


def test_without_an_address_there_are_no_links(clock) -> None:
    signer = LinkSigner(b"k" * 32, "", clock)
    assert signer.confirm(**FACTS) is None
    assert signer.upload(person_id="p", room_id="r") is None
    assert signer.message("r", "m") is None


@given(st.data())
def test_no_changed_character_passes(data) -> None:
    signer = LinkSigner(b"k" * 32, "https://guardia.example.go.kr", FakeClock())
    made = token(signer)
    place = data.draw(st.integers(0, len(made) - 1))
    letter = data.draw(st.sampled_from("ABCXYZabcxyz019_-.=").filter(lambda one: one != made[place]))
    with pytest.raises(SignatureError):
        signer.open(made[:place] + letter + made[place + 1 :])


@given(st.text(max_size=3_000) | st.binary(max_size=200).map(lambda b: base64.urlsafe_b64encode(b).decode()))
def test_garbage_is_refused(text) -> None:
    with pytest.raises(SignatureError):
        LinkSigner(b"k" * 32, "https://x", FakeClock()).open(text)
