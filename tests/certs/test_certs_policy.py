import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.certs.errors import PolicyViolation
from guardia.certs.identity import Role
from guardia.certs.policy import (
    AGENT_LIFE_MS,
    BACKDATE_MS,
    CLIENT_AUTH,
    SERVER_AUTH,
    CertificateFacts,
    check_leaf,
    should_renew,
    validity,
)

NOW = 1_800_000_000_000
AGENT = CertificateFacts(
    sha256="0" * 64,
    not_before_ms=NOW,
    not_after_ms=NOW + AGENT_LIFE_MS,
    is_ca=False,
    key="p256",
    extended_usages=(CLIENT_AUTH,),
    uris=("spiffe://guardia.test/agent/was01",),
)


def test_a_proper_agent_passes_and_gives_its_id() -> None:
    assert check_leaf(AGENT, Role.AGENT, "guardia.test", NOW) == "was01"


@pytest.mark.parametrize(
    "change",
    [
        {"is_ca": True},
        {"key": "RSAPublicKey"},
        {"extended_usages": ()},
        {"extended_usages": (SERVER_AUTH,)},
        {"extended_usages": (CLIENT_AUTH, SERVER_AUTH)},
        {"extended_usages": ("2.5.29.37.0",)},
        {"uris": ()},
        {"uris": ("spiffe://guardia.test/agent/was01", "spiffe://guardia.test/agent/was02")},
        {"uris": ("spiffe://other.test/agent/was01",)},
        {"uris": ("spiffe://guardia.test/hub/hub",)},
        {"uris": ("https://guardia.test/agent/was01",)},
        {"dns_names": ("was01",)},
        {"addresses": ("127.0.0.1",)},
        {"not_after_ms": NOW + 366 * 86_400_000},
    ],
    ids=str,
)
def test_each_broken_rule_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(PolicyViolation):
        check_leaf(msgspec.structs.replace(AGENT, **change), Role.AGENT, "guardia.test", NOW)


@pytest.mark.parametrize("now", [NOW - 1, NOW + AGENT_LIFE_MS + 1])
def test_time_is_checked_when_it_is_given(now: int) -> None:
    with pytest.raises(PolicyViolation) as caught:
        check_leaf(AGENT, Role.AGENT, "guardia.test", now)
    assert caught.value.code == "certificate.time"
    assert check_leaf(AGENT, Role.AGENT, "guardia.test") == "was01"


def test_a_leaf_never_outlives_its_issuer() -> None:
    assert validity(Role.AGENT, NOW, NOW + 1000) == (NOW - BACKDATE_MS, NOW + 1000)
    with pytest.raises(PolicyViolation) as caught:
        validity(Role.AGENT, NOW, NOW)
    assert caught.value.code == "ca.expired"


@given(st.floats(0, 1), st.floats(0, 1))
def test_renewal_falls_between_45_and_55_percent_of_the_life(jitter: float, at: float) -> None:
    life = 1_000_000
    due = should_renew(NOW + int(life * at), NOW, NOW + life, jitter)
    if at < 0.449:
        assert not due
    if at > 0.551:
        assert due


@given(st.floats(0, 1), st.integers(0, 10**6), st.integers(0, 10**6))
def test_once_due_renewal_stays_due(jitter: float, first: int, later: int) -> None:
    if should_renew(NOW + first, NOW, NOW + 10**6, jitter):
        assert should_renew(NOW + first + later, NOW, NOW + 10**6, jitter)


@pytest.mark.parametrize("jitter", [-0.1, 1.1])
def test_jitter_outside_its_range_is_an_error(jitter: float) -> None:
    with pytest.raises(ValueError):
        should_renew(NOW, NOW, NOW + 1, jitter)
