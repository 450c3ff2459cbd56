import stat
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st

from guardia.certs.errors import KeystoreError, TicketError
from guardia.certs.ticket import DOMAIN, MAX_TICKET, Ticket, TicketSigner, key_id, public_keys, verify

NOW = 1_800_000_000_000
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = TicketSigner(PRIVATE, key_id(PRIVATE.public_key()))
KEYS = public_keys(SIGNER.public_keys)
TICKET = Ticket(
    ticket_id="T1",
    step_id="S1",
    request_id="SR-1",
    agent_id="was01",
    target="MOF-WAS-01",
    action="RESTART",
    step_digest="a" * 64,
    plan_digest="b" * 64,
    requester="engineer1",
    approvers=("engineer2",),
    fencing=7,
    issued_ms=NOW,
    expires_ms=NOW + 600_000,
)
DATA = SIGNER.sign(TICKET)


def code_of(data: bytes, now_ms: int = NOW, **keys: object) -> str:
    with pytest.raises(TicketError) as caught:
        verify(data, keys.get("keys", KEYS), now_ms)  # type: ignore[arg-type]
    return caught.value.code


def test_a_signed_ticket_verifies_to_itself() -> None:
    assert verify(DATA, KEYS, NOW) == TICKET


@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(position: int, flip: int) -> None:
    changed = bytearray(DATA)
    changed[position] ^= flip
    assert code_of(bytes(changed)) in {"ticket.malformed", "ticket.unknown_key", "ticket.bad_signature"}


def test_every_flipped_bit_is_refused() -> None:
    for position in range(len(DATA)):
        for bit in range(8):
            changed = bytearray(DATA)
            changed[position] ^= 1 << bit
            with pytest.raises(TicketError):
                verify(bytes(changed), KEYS, NOW)


@given(st.integers(0, len(DATA)), st.binary(min_size=1, max_size=4))
def test_any_inserted_or_cut_bytes_are_refused(position: int, more: bytes) -> None:
    code_of(DATA[:position] + more + DATA[position:])
    if position < len(DATA):
        code_of(DATA[:position])


@given(st.binary(max_size=300))
@example(b"")
@example(b"\x93\xa1\xff\xc4\x00\xc4\x00")
def test_any_bytes_are_a_ticket_error(data: bytes) -> None:
    assert code_of(data) == "ticket.malformed"


def test_an_oversized_ticket_is_refused_unread() -> None:
    assert code_of(DATA + bytes(MAX_TICKET)) == "ticket.malformed"


def test_a_stranger_key_and_a_strangers_signature() -> None:
    stranger = Ed25519PrivateKey.generate()
    assert code_of(TicketSigner(stranger, key_id(stranger.public_key())).sign(TICKET)) == "ticket.unknown_key"
    assert code_of(TicketSigner(stranger, SIGNER.key_id).sign(TICKET)) == "ticket.bad_signature"
    assert code_of(DATA, keys={}) == "ticket.unknown_key"


def test_a_signature_of_the_same_key_over_something_else_is_no_ticket() -> None:
    payload = msgspec.msgpack.encode(TICKET)
    for signed in (payload, b"guardia-other-v1\0" + payload):
        forged = msgspec.msgpack.encode([SIGNER.key_id, payload, PRIVATE.sign(signed)])
        assert code_of(forged) == "ticket.bad_signature"
    genuine = msgspec.msgpack.encode([SIGNER.key_id, payload, PRIVATE.sign(DOMAIN + payload)])
    assert verify(genuine, KEYS, NOW) == TICKET


@pytest.mark.parametrize(
    ("now_ms", "code"),
    [
        (NOW - 300_000, None),
        (NOW - 300_001, "ticket.not_yet"),
        (NOW + 900_000, None),
        (NOW + 900_001, "ticket.expired"),
    ],
)
def test_time_has_the_stated_tolerance(now_ms: int, code: str | None) -> None:
    if code is None:
        assert verify(DATA, KEYS, now_ms) == TICKET
    else:
        assert code_of(DATA, now_ms) == code


@pytest.mark.parametrize(
    "change",
    [
        {"expires_ms": NOW},
        {"step_id": ""},
        {"step_digest": "A" * 64},
        {"explain_digest": "x"},
        {"approvers": ("a",) * 17},
        {"fencing": -1},
        {"requester": "x" * 129},
    ],
    ids=str,
)
def test_a_ticket_outside_its_limits_is_never_signed(change: dict[str, object]) -> None:
    with pytest.raises(TicketError):
        SIGNER.sign(msgspec.structs.replace(TICKET, **change))


STEP = {
    "step_id": "S1",
    "request_id": "SR-1",
    "agent_id": "was01",
    "target": "MOF-WAS-01",
    "action": "RESTART",
    "step_digest": "a" * 64,
}


@pytest.mark.parametrize("field", STEP)
def test_a_ticket_is_for_exactly_one_step(field: str) -> None:
    TICKET.check_step(**STEP)
    with pytest.raises(TicketError, match=field) as caught:
        TICKET.check_step(**{**STEP, field: "another"})
    assert caught.value.code == "ticket.mismatch"


def test_the_signing_key_is_made_once_with_tight_modes(tmp_path: Path) -> None:
    path = tmp_path / "tickets" / "signing-key.pem"
    made = TicketSigner.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert verify(TicketSigner.load(path).sign(TICKET), public_keys(made.public_keys), NOW) == TICKET
    with pytest.raises(KeystoreError) as caught:
        TicketSigner.create(path)
    assert caught.value.code == "keystore.exists"
    path.chmod(0o644)
    with pytest.raises(KeystoreError, match="chmod 600"):
        TicketSigner.load(path)
    path.chmod(0o600)
    path.write_bytes(b"garbage")
    with pytest.raises(KeystoreError):
        TicketSigner.load(path)


def test_another_encoding_of_the_same_ticket_is_refused() -> None:
    assert DATA[1] == 0xA0 | len(SIGNER.key_id), "a short string"
    longer = DATA[:1] + b"\xd9" + bytes([len(SIGNER.key_id)]) + DATA[2:]
    assert msgspec.msgpack.decode(longer) == msgspec.msgpack.decode(DATA)
    assert code_of(longer) == "ticket.malformed"
