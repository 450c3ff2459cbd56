import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.certs.errors import IdentityError
from guardia.certs.identity import Role, agent_uri, hub_uri, parse_uri

AGENT_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", fullmatch=True)


@given(AGENT_IDS)
def test_an_agents_uri_parses_back(agent_id: str) -> None:
    spiffe = parse_uri(agent_uri("guardia.test", agent_id))
    assert (spiffe.trust_domain, spiffe.role, spiffe.name) == ("guardia.test", Role.AGENT, agent_id)


def test_the_hubs_uri_parses_back() -> None:
    assert parse_uri(hub_uri("guardia.test")).role is Role.HUB


@pytest.mark.parametrize("agent_id", ["", ".was", "-was", "a" * 64, "was/01", "was 01", "was01\n", "서버", "../hub/x"])
def test_what_is_no_agent_id_is_refused(agent_id: str) -> None:
    with pytest.raises(IdentityError):
        agent_uri("guardia.test", agent_id)


@pytest.mark.parametrize("trust_domain", ["", "Guardia.test", "guardia..test", "-a", "a/b", "a:1", "a" * 64, "a\n"])
def test_what_is_no_trust_domain_is_refused(trust_domain: str) -> None:
    with pytest.raises(IdentityError):
        hub_uri(trust_domain)


@pytest.mark.parametrize(
    "uri",
    [
        "spiffe://guardia.test/agent/",
        "spiffe://guardia.test/agent/a/b",
        "spiffe://guardia.test/agent/a?x",
        "spiffe://guardia.test/agent/a#x",
        "spiffe://guardia.test/agent/a%2e",
        "spiffe://guardia.test:1/agent/a",
        "spiffe://u@guardia.test/agent/a",
        "SPIFFE://guardia.test/agent/a",
        "https://guardia.test/agent/a",
        "spiffe://guardia.test/admin/a",
        "spiffe://guardia.test/agent/a\n",
        "spiffe://guardia.test/agent/" + "a" * 300,
    ],
)
def test_what_is_no_spiffe_id_is_refused(uri: str) -> None:
    with pytest.raises(IdentityError):
        parse_uri(uri)


@given(st.text(max_size=300))
def test_parsing_any_text_gives_an_id_that_writes_itself_or_an_identity_error(text: str) -> None:
    try:
        parsed = parse_uri(text)
    except IdentityError:
        return
    assert parsed.uri() == text
