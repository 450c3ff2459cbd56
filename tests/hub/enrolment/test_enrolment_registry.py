import asyncio
import hashlib

import pytest
from sqlalchemy import text

from guardia.certs.ca import Issued
from guardia.certs.certificate import spki_sha256
from guardia.certs.csr import new_key
from guardia.certs.errors import TokenError
from guardia.certs.jointoken import LIFE_MS, JoinToken
from guardia.certs.policy import AGENT_LIFE_MS
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.enrolment.registry import CACHE_SECONDS, AgentState, EnrolmentRegistry, Redeemed
from guardia.hub.errors import ConflictError, InvalidInputError, NotFoundError
from guardia.hub.store.database import Database
from tests.support.clock import FakeClock


class Host:
    """What a host does to enrol: a key of its own, and the token that it was given."""

    def __init__(self, registry: EnrolmentRegistry, authority: HubAuthority, clock: FakeClock) -> None:
        self.registry, self.authority, self.clock = registry, authority, clock
        self.public_key = new_key().public_key()

    def issue(self, agent_id: str) -> Issued:
        return self.authority.ca.issue_agent(self.public_key, agent_id, self.clock.now_ms())

    async def redeem(self, text: str) -> Redeemed:
        return await self.registry.redeem(JoinToken.parse(text), spki_sha256(self.public_key), self.issue)


@pytest.fixture
def host(registry: EnrolmentRegistry, authority: HubAuthority, clock: FakeClock) -> Host:
    return Host(registry, authority, clock)


@pytest.fixture
def thief(registry: EnrolmentRegistry, authority: HubAuthority, clock: FakeClock) -> Host:
    return Host(registry, authority, clock)


async def enrolled(registry: EnrolmentRegistry, host: Host) -> str:
    """sha256 of the certificate of the enrolled agent was01."""
    await registry.create_agent("was01", "MOF-WAS-01")
    return (await host.redeem(await registry.create_join_token("was01"))).issued.facts.sha256


async def code_of(host: Host, text: str) -> str:
    with pytest.raises(TokenError) as caught:
        await host.redeem(text)
    return caught.value.code


async def test_an_enrolled_agent_is_admitted_with_its_own_certificate_only(registry, host) -> None:
    digest = await enrolled(registry, host)
    assert await registry.admitted("was01", digest)
    assert await registry.admitted("was01", digest), "from the cache"
    assert not await registry.admitted("was01", hashlib.sha256(b"another").hexdigest())
    assert not await registry.admitted("was02", digest)
    (record,) = await registry.list_agents()
    assert (record.agent_id, record.asset_code, record.state) == ("was01", "MOF-WAS-01", AgentState.ENROLLED)
    assert record.certificate_until_ms is not None
    assert await registry.standings() == [("was01", AgentState.ENROLLED, False)]


async def test_the_database_never_holds_the_token(registry, database: Database, host) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    rows = await database.read(lambda connection: connection.execute(text("SELECT * FROM join_tokens")).all())
    assert token.split(".")[1] not in repr(rows)
    assert JoinToken.parse(token).sha256() in repr(rows)


async def test_the_same_key_gets_a_certificate_again_and_both_are_good(registry, host) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    first, second = await host.redeem(token), await host.redeem(token)
    for redeemed in (first, second):
        assert await registry.admitted("was01", redeemed.issued.facts.sha256)


async def test_another_key_with_the_same_token_is_refused(registry, host, thief) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    redeemed = await host.redeem(token)
    assert await code_of(thief, token) == "token.used"
    assert await registry.admitted("was01", redeemed.issued.facts.sha256)


async def test_of_many_keys_at_once_exactly_one_wins(registry, authority, clock) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    hosts = [Host(registry, authority, clock) for _ in range(8)]
    results = await asyncio.gather(*(each.redeem(token) for each in hosts), return_exceptions=True)
    assert sum(isinstance(result, Redeemed) for result in results) == 1
    assert {result.code for result in results if isinstance(result, TokenError)} == {"token.used"}


async def test_two_replicas_never_both_redeem(registry, database, authority, clock) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    second_database = Database(database.url)
    try:
        second = EnrolmentRegistry(second_database, clock, authority.ca.pin)
        hosts = [Host(one, authority, clock) for one in (registry, second) * 4]
        results = await asyncio.gather(*(each.redeem(token) for each in hosts), return_exceptions=True)
        assert sum(isinstance(result, Redeemed) for result in results) == 1
    finally:
        second_database.close()


async def test_a_token_lives_an_hour(registry, host, clock) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = await registry.create_join_token("was01")
    clock.advance(LIFE_MS / 1000 - 0.001)
    await host.redeem(token)
    clock.advance(0.001)
    assert await code_of(host, token) == "token.expired", "for the same key too"


async def test_an_unknown_token_is_refused(registry, host) -> None:
    await enrolled(registry, host)
    assert await code_of(host, JoinToken.new("0" * 64).text()) == "token.unknown"


async def test_a_new_token_ends_the_unused_one(registry, host) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    old = await registry.create_join_token("was01")
    new = await registry.create_join_token("was01")
    assert await code_of(host, old) == "token.unknown"
    await host.redeem(new)


async def test_a_new_enrolment_ends_the_certificates_before_it(registry, host, thief) -> None:
    old = await enrolled(registry, host)
    replacement = await thief.redeem(await registry.create_join_token("was01"))
    assert not await registry.admitted("was01", old)
    assert await registry.admitted("was01", redeemed := replacement.issued.facts.sha256)
    assert redeemed != old


async def test_a_failed_issue_leaves_the_token_unused(registry, host, thief) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    token = JoinToken.parse(await registry.create_join_token("was01"))

    def fail(_agent_id: str) -> Issued:
        raise RuntimeError("no CA")

    with pytest.raises(RuntimeError):
        await registry.redeem(token, "0" * 64, fail)
    await thief.redeem(token.text())


async def test_revocation_ends_admission_epochs_and_tokens_at_once(registry, host) -> None:
    digest = await enrolled(registry, host)
    token = await registry.create_join_token("was01")
    assert await registry.admitted("was01", digest)
    await registry.revoke("was01")
    assert not await registry.admitted("was01", digest)
    assert await registry.admit("was01", digest) is None
    assert await code_of(host, token) == "token.unknown"
    with pytest.raises(ConflictError):
        await registry.create_join_token("was01")
    await registry.revoke("was01")


async def test_a_revocation_by_another_replica_is_seen_within_the_cache_time(
    registry, database, authority, clock, host
) -> None:
    digest = await enrolled(registry, host)
    assert await registry.admitted("was01", digest)
    await EnrolmentRegistry(database, clock, authority.ca.pin).revoke("was01")
    clock.advance(CACHE_SECONDS + 0.1)
    assert not await registry.admitted("was01", digest)


async def test_a_query_that_a_revocation_overtakes_is_not_cached(registry, database, host, monkeypatch) -> None:
    digest = await enrolled(registry, host)
    asked, revoked = asyncio.Event(), asyncio.Event()
    read = database.read

    async def slow(function):
        rows = await read(function)
        asked.set()
        await revoked.wait()
        return rows

    monkeypatch.setattr(database, "read", slow)
    overtaken = asyncio.create_task(registry.admitted("was01", digest))
    await asked.wait()
    await registry.revoke("was01")
    revoked.set()
    await overtaken
    assert not await registry.admitted("was01", digest)


async def test_a_reinstated_agent_enrols_anew_and_its_old_certificate_stays_out(registry, host) -> None:
    old = await enrolled(registry, host)
    with pytest.raises(ConflictError):
        await registry.reinstate("was01")
    await registry.revoke("was01")
    await registry.reinstate("was01")
    assert not await registry.admitted("was01", old)
    new = await host.redeem(await registry.create_join_token("was01"))
    assert await registry.admitted("was01", new.issued.facts.sha256)
    assert not await registry.admitted("was01", old)


async def test_an_expired_certificate_is_not_admitted(registry, host, clock) -> None:
    digest = await enrolled(registry, host)
    clock.advance(AGENT_LIFE_MS / 1000 + 1)
    assert not await registry.admitted("was01", digest)


async def test_epochs_grow_across_restarts(registry, database, authority, clock, host) -> None:
    digest = await enrolled(registry, host)
    first = await asyncio.gather(*(registry.admit("was01", digest) for _ in range(20)))
    again = EnrolmentRegistry(database, clock, authority.ca.pin)
    second = await asyncio.gather(*(again.admit("was01", digest) for _ in range(20)))
    assert sorted(first + second) == list(range(1, 41))
    assert max(first) < min(second)


async def test_epochs_are_for_enrolled_agents_with_a_certificate_of_their_own(registry, host, clock) -> None:
    digest = await enrolled(registry, host)
    await registry.create_agent("was02", "MOF-WAS-02")
    strangers = (("was01", "0" * 64), ("was02", digest), ("nobody", digest))
    assert await asyncio.gather(*(registry.admit(*each) for each in strangers)) == [None, None, None]
    assert await registry.admit("was01", digest) == 1, "nobody has used up a number"
    clock.advance(AGENT_LIFE_MS / 1000 + 1)
    assert await registry.admit("was01", digest) is None


@pytest.mark.parametrize(("agent_id", "asset"), [("was01", "OTHER"), ("was02", "MOF-WAS-01")])
async def test_ids_and_assets_are_unique(registry, agent_id: str, asset: str) -> None:
    await registry.create_agent("was01", "MOF-WAS-01")
    with pytest.raises(ConflictError, match="was01"):
        await registry.create_agent(agent_id, asset)
    assert len(await registry.list_agents()) == 1


@pytest.mark.parametrize(("agent_id", "asset"), [("", "A"), ("a/b", "A"), ("a", ""), ("a", "x" * 129), ("a", "a\nb")])
async def test_bad_names_are_refused(registry, agent_id: str, asset: str) -> None:
    with pytest.raises(InvalidInputError):
        await registry.create_agent(agent_id, asset)


async def test_nobody_cannot_be_revoked_reinstated_or_given_a_token(registry) -> None:
    for call in (registry.revoke, registry.reinstate, registry.create_join_token):
        with pytest.raises(NotFoundError):
            await call("nobody")


async def test_a_fenced_agent_is_let_in_by_an_admin_alone(registry, host) -> None:
    digest = await enrolled(registry, host)
    await registry.fence("was01", "two hosts")
    assert not await registry.admitted("was01", digest)
    assert await registry.fenced("was01") == "two hosts"
    assert await registry.admit("was01", digest) is None
    (record,) = await registry.list_agents()
    assert (record.state, record.fenced_reason) == (AgentState.FENCED, "two hosts")
    await registry.unfence("was01")
    assert await registry.admitted("was01", digest)
    assert await registry.fenced("was01") == ""
    with pytest.raises(ConflictError):
        await registry.unfence("was01")


async def test_a_revoked_agent_cannot_be_fenced_into_anything_else(registry, host) -> None:
    digest = await enrolled(registry, host)
    await registry.revoke("was01")
    await registry.fence("was01", "two hosts")
    assert await registry.fenced("was01") == ""
    with pytest.raises(ConflictError):
        await registry.unfence("was01")
    assert not await registry.admitted("was01", digest)
