import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.certs.errors import TokenError
from guardia.certs.jointoken import JoinToken

PIN = hashlib.sha256(b"root").hexdigest()


@given(st.binary(min_size=16, max_size=16))
def test_text_parses_back(secret: bytes) -> None:
    token = JoinToken(secret, PIN)
    again = JoinToken.parse(token.text())
    assert again.text() == token.text()
    assert again.sha256() == hashlib.sha256(secret).hexdigest()
    assert again.pin == PIN


def test_space_and_case_do_not_matter() -> None:
    token = JoinToken.new(PIN)
    assert JoinToken.parse(f"  {token.text().lower()}\n").sha256() == token.sha256()


def test_two_tokens_differ_and_have_the_stated_form() -> None:
    first, second = JoinToken.new(PIN), JoinToken.new(PIN)
    assert first.sha256() != second.sha256()
    prefix, secret, pin = first.text().split(".")
    assert (prefix, len(secret), pin) == ("gjt1", 26, PIN)


@pytest.mark.parametrize(
    "text",
    ["", "  ", "gjt1", "gjt2.x.y", f"gjt1.{'A' * 25}.{PIN}", f"gjt1.{'A' * 26}.{PIN[:-1]}", f"gjt1.{'1' * 26}.{PIN}",
     f"gjt1.{'A' * 26}.{PIN}.x", f"gjt1.{'A' * 25}B.{PIN}", "A" * 10_000],
)  # fmt: skip
def test_a_damaged_token_says_so_without_showing_itself(text: str) -> None:
    with pytest.raises(TokenError) as caught:
        JoinToken.parse(text)
    assert caught.value.code == "token.malformed"
    assert "AAAA" not in str(caught.value)


@given(st.integers(0, 95), st.characters(codec="ascii"))
def test_no_other_text_is_the_same_token(position: int, letter: str) -> None:
    text = JoinToken(bytes(16), PIN).text()
    position %= len(text)
    changed = text[:position] + letter + text[position + 1 :]
    if changed.strip().lower() == text.lower():
        return
    try:
        parsed = JoinToken.parse(changed)
    except TokenError:
        return
    assert (parsed.sha256(), parsed.pin) != (hashlib.sha256(bytes(16)).hexdigest(), PIN)


def test_repr_holds_no_secret() -> None:
    token = JoinToken.new(PIN)
    assert token.text().split(".")[1] not in repr(token)
