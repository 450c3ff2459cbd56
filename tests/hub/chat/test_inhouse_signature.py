"""The webhook's signature: what is signed is accepted, and every change of it is not."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.chat.signature import TOLERANCE, sign, verify
from guardia.hub.errors import SignatureError

NOW = 1_800_000_000
nonces = st.from_regex(r"[A-Za-z0-9._~+/=-]{8,128}", fullmatch=True)
requests = st.fixed_dictionaries(
    {
        "method": st.sampled_from(["POST", "PUT"]),
        "path": st.sampled_from(["/messenger/webhook", "/other"]),
        "timestamp": st.integers(NOW - TOLERANCE, NOW + TOLERANCE).map(str),
        "nonce": nonces,
        "body": st.binary(max_size=200),
    }
)
secrets = st.binary(min_size=1, max_size=64)


@given(secrets, requests)
def test_a_signed_request_is_accepted(secret, request) -> None:
    verify(secret, sign(secret, **request), **request, now=NOW)


@given(secrets, requests, st.data())
def test_any_change_is_refused(secret, request, data) -> None:
    signature = sign(secret, **request)
    field = data.draw(st.sampled_from(sorted(request)))
    other = data.draw(requests)[field]
    if other == request[field]:
        return
    with pytest.raises(SignatureError):
        verify(secret, signature, **{**request, field: other}, now=NOW)


@given(secrets, secrets, requests)
def test_another_secret_is_refused(secret, other, request) -> None:
    # HMAC pads short keys with zero bytes: such keys are one and the same.
    if secret.rstrip(b"\0") == other.rstrip(b"\0"):
        return
    with pytest.raises(SignatureError):
        verify(other, sign(secret, **request), **request, now=NOW)


@given(st.text(max_size=80))
def test_odd_signatures_are_refused(signature: str) -> None:
    request = {"method": "POST", "path": "/", "timestamp": str(NOW), "nonce": "12345678", "body": b""}
    with pytest.raises(SignatureError):
        verify(b"s", signature, **request, now=NOW)


@pytest.mark.parametrize("offset", [-TOLERANCE - 1, TOLERANCE + 1, 10**9])
def test_a_request_of_another_time_is_refused(offset: int) -> None:
    request = {"method": "POST", "path": "/", "timestamp": str(NOW + offset), "nonce": "12345678", "body": b""}
    with pytest.raises(SignatureError, match="time"):
        verify(b"s", sign(b"s", **request), **request, now=NOW)


@pytest.mark.parametrize(
    ("field", "value"), [("timestamp", ""), ("timestamp", "１８"), ("nonce", "short"), ("nonce", "a:b:c:d:e")]
)
def test_malformed_headers_are_refused(field: str, value: str) -> None:
    request = {"method": "POST", "path": "/", "timestamp": str(NOW), "nonce": "12345678", "body": b"", field: value}
    with pytest.raises(SignatureError):
        verify(b"s", sign(b"s", **request), **request, now=NOW)


def test_an_empty_secret_verifies_nothing() -> None:
    request = {"method": "POST", "path": "/", "timestamp": str(NOW), "nonce": "12345678", "body": b""}
    with pytest.raises(SignatureError, match="secret"):
        verify(b"", sign(b"", **request), **request, now=NOW)


def test_the_form_is_the_documented_one() -> None:
    signed = hmac.new(b"k", b"v0:POST:/messenger/webhook:1800000000:abcdefgh:{}", hashlib.sha256).hexdigest()
    assert (
        sign(b"k", method="POST", path="/messenger/webhook", timestamp="1800000000", nonce="abcdefgh", body=b"{}")
        == "v0=" + signed
    )
