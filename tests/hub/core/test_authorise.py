"""The default policies as a table, default deny, and scopes."""

from importlib import resources
from itertools import product

import pytest

from guardia.cmdb.model import Environment
from guardia.hub.core.authorise import Authoriser, kind_of
from guardia.hub.core.message import Person
from guardia.hub.errors import ConfigError
from guardia.proto.catalogue import CATALOGUE, Kind
from tests.support.world import server

PROD, DEV = server("A", 1), server("D", 1, environment=Environment.DEV)
STG = server("S", 1, environment=Environment.STG)
ROLES = ("viewer", "engineer", "approver", "admin", "auditor", "")

ALLOWED = {
    "read": {"viewer", "engineer", "approver", "admin"},
    "change": {"engineer", "admin"},
    "destructive": {"engineer", "admin"},
    "approve": {"approver", "admin"},
    "cancel": {"approver", "admin"},
}


@pytest.fixture(scope="module")
def policies() -> Authoriser:
    return Authoriser(resources.files("guardia.hub.core").joinpath("default.cedar").read_text(encoding="utf-8"))


def person(role: str = "engineer", institutions: tuple[str, ...] = ("*",)) -> Person:
    return Person(person_id="p", name="p", roles=(role,) if role else (), institutions=institutions)


@pytest.mark.parametrize(("action", "role", "place"), list(product(ALLOWED, ROLES, [PROD, STG, DEV])))
def test_roles_and_actions(policies: Authoriser, action: str, role: str, place: object) -> None:
    verdict = policies.decide(person(role), action, [place])  # type: ignore[list-item]
    assert verdict.allowed == (role in ALLOWED[action])
    assert bool(verdict.policies) == verdict.allowed


@pytest.mark.parametrize(
    ("kind", "place", "free"),
    [
        ("read", PROD, True),
        ("change", PROD, False),
        ("destructive", PROD, False),
        ("change", STG, True),
        ("change", DEV, True),
        ("destructive", DEV, False),
        ("", DEV, False),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_what_starts_without_an_approval(policies: Authoriser, kind: str, place: object, free: bool, role: str) -> None:
    verdict = policies.decide(person(role), "run_unapproved", [place], kind=kind, self_request=True)  # type: ignore[list-item]
    assert verdict.allowed == free


def test_nobody_approves_their_own_and_everybody_cancels_it(policies: Authoriser) -> None:
    for role in ROLES:
        assert not policies.decide(person(role), "approve", [PROD], self_request=True).allowed
        assert policies.decide(person(role), "cancel", [PROD], self_request=True).allowed


@pytest.mark.parametrize("action", ["approve", "cancel", "read", "change", "destructive"])
def test_scope_ends_at_the_institution(policies: Authoriser, action: str) -> None:
    there = server("N", 1, institution="국세청")
    scoped = person("admin", ("기획재정부",))
    assert policies.decide(scoped, action, [PROD]).allowed
    verdict = policies.decide(scoped, action, [PROD, there])
    assert not verdict.allowed
    assert verdict.component.startswith("국세청/")
    assert not policies.decide(person("admin", ()), action, [PROD]).allowed


def test_what_nobody_permitted_is_denied(policies: Authoriser) -> None:
    assert not policies.decide(person("admin"), "format", [PROD]).allowed
    assert not policies.decide(person("admin"), "read", []).allowed
    assert not Authoriser("").decide(person("admin"), "read", [PROD]).allowed
    forbidding = Authoriser("permit (principal, action, resource); forbid (principal, action, resource);")
    assert not forbidding.decide(person("admin"), "read", [PROD]).allowed


@pytest.mark.parametrize("name", ['"', "\\", "한글 이름", "a::b", "\n", "x" * 1000])
def test_odd_names_are_only_names(policies: Authoriser, name: str) -> None:
    odd = Person(person_id=name, name=name, roles=("viewer",), institutions=("*",))
    assert policies.decide(odd, "read", [server("A", 1, system=name)]).allowed
    assert not policies.decide(odd, "change", [server("A", 1, system=name)]).allowed


@pytest.mark.parametrize("text", ["permit", "permit (principal, action);", "{", "allow all;"])
def test_what_is_not_cedar_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Authoriser(text)
    assert "policy.file" in raised.value.remedy


def test_the_kind_of_a_request_is_that_of_its_heaviest_action() -> None:
    assert kind_of(("CHECK_CPU",)) is Kind.READ
    assert kind_of(("CHECK_CPU", "RESTART_SERVICE")) is Kind.CHANGE
    assert kind_of(("RESTART_SERVICE", "CLEAN_LOGS", "CHECK_CPU")) is Kind.DESTRUCTIVE
    assert all(kind_of((code,)) is action.kind for code, action in CATALOGUE.items())
