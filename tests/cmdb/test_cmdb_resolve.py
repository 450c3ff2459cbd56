"""Names resolve to what they name, and nothing else resolves."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.model import AliasKind, Inventory
from guardia.cmdb.normalise import clean, name_key
from guardia.cmdb.resolve import Ambiguous, Resolved, Resolver, SystemRef, Unknown, resolver_for
from tests.cmdb.estates import SMALL_SERVERS, inventories, names, small_folder, write_csv


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return Resolver(read_folder(small_folder(tmp_path)))


@given(st.text(max_size=30))
def test_keys_and_cleaning_are_idempotent(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)
    assert clean(clean(text)) == clean(text)


def test_spaces_case_and_unicode_form_do_not_matter(resolver: Resolver) -> None:
    for spelling in ("대출시스템", " 대출 시스템", unicodedata.normalize("NFD", "대출시스템"), "LOAN  System", "대출"):
        assert resolver.system(spelling) == Resolved(SystemRef("도서관", "대출시스템"))
    assert resolver.institution("lib") == Resolved("도서관")
    assert resolver.institution("ＬＩＢ") == Resolved("도서관")


def test_a_name_of_two_institutions_is_ambiguous_until_one_is_said(resolver: Resolver) -> None:
    both = (SystemRef("도서관", "홈페이지"), SystemRef("박물관", "홈페이지"))
    assert resolver.system("홈피") == Ambiguous("system", "홈피", both)
    assert resolver.system("홈피", "뮤지엄") == Resolved(both[1])


def test_a_similar_name_is_only_suggested(resolver: Resolver) -> None:
    assert resolver.system("대츨시스템") == Unknown("system", "대츨시스템", ("도서관 대출시스템",))
    assert resolver.system("대츨시스템", suggest=False) == Unknown("system", "대츨시스템")
    found = resolver.institution("박문관")
    assert isinstance(found, Unknown)
    assert "박물관" in found.suggestions


def test_a_system_is_looked_up_within_the_institution_that_was_said_alone(resolver: Resolver) -> None:
    assert isinstance(resolver.system("대출시스템", "박물관"), Unknown)
    found = resolver.system("대출시스템", "미술관")
    assert isinstance(found, Unknown)
    assert found.what == "institution"


def test_hosts_are_found_by_code_name_and_address(resolver: Resolver) -> None:
    for text in ("LIB-LOAN-WAS-02", "lib-loan-was-02", " libloanwas02 ", "10.1.0.2"):
        found = resolver.host(text)
        assert isinstance(found, Resolved)
        assert found.value.asset_code == "LIB-LOAN-WAS-02"
    assert isinstance(resolver.host("10.1.0.22"), Unknown)
    assert isinstance(resolver.host(""), Unknown)


def test_an_ipv6_address_is_found_in_any_spelling(tmp_path: Path) -> None:
    line = SMALL_SERVERS[0].replace("10.1.0.1", "FD00::0:1")
    resolver = Resolver(read_folder(write_csv(tmp_path, [line], [])))
    assert isinstance(resolver.host("fd00:0:0:0::1"), Resolved)
    assert isinstance(resolver.host("fd00::2"), Unknown)


def test_servers_come_in_node_order_or_not_at_all(resolver: Resolver) -> None:
    def codes(*arguments: object) -> list[str]:
        found = resolver.servers(*arguments)  # type: ignore[arg-type]
        assert isinstance(found, Resolved)
        return [server.asset_code for server in found.value]

    assert codes("도서관", "대출시스템", "PROD", "WAS") == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    assert codes("도서관", "대출시스템", "PROD", "WAS", [2]) == ["LIB-LOAN-WAS-02"]
    assert codes("도서관", "대출시스템", "PROD") == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02", "LIB-LOAN-WEB-01"]
    missing = resolver.servers("도서관", "대출시스템", "PROD", "WAS", [1, 3])
    assert missing == Unknown("node", "3", ("LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"))
    assert resolver.servers("도서관", "대출시스템", "DEV") == Unknown("environment", "DEV", ("PROD", "STG"))
    assert resolver.servers("도서관", "대출시스템", "PROD", "DB") == Unknown("layer", "DB", ("WAS", "WEB"))


def test_an_endless_text_is_no_name_and_costs_nothing(resolver: Resolver) -> None:
    found = resolver.system("대" * 1_000_000)
    assert isinstance(found, Unknown)
    assert not found.suggestions
    assert len(found.text) < 1_000


def test_the_resolver_of_a_snapshot_is_built_once(tmp_path: Path) -> None:
    inventory = read_folder(small_folder(tmp_path))
    assert resolver_for(inventory) is resolver_for(inventory)


@settings(max_examples=80, deadline=None)
@given(inventory=inventories(), other=names)
def test_every_name_means_itself_and_no_other_name_means_anything(inventory: Inventory, other: str) -> None:
    resolver = Resolver(inventory)
    known_institutions, known_systems = set(), set()
    for server in inventory.servers:
        known_institutions.add(name_key(server.institution))
        known_systems.add(name_key(server.system_name))
        ref = SystemRef(server.institution, server.system_name)
        assert resolver.institution(server.institution) == Resolved(server.institution)
        assert resolver.system(server.system_name, server.institution) == Resolved(ref)
        anywhere = resolver.system(server.system_name)
        assert anywhere == Resolved(ref) or (isinstance(anywhere, Ambiguous) and ref in anywhere.choices)
        for text in (server.asset_code, server.hostname, server.address):
            found = resolver.host(text)
            assert found == Resolved(server) or (isinstance(found, Ambiguous) and server in found.choices)
        assert server in resolver.nodes_of(ref)
    for alias in inventory.aliases:
        if alias.kind is AliasKind.INSTITUTION:
            known_institutions.add(name_key(alias.alias))
            assert resolver.institution(alias.alias) == Resolved(alias.canonical)
        else:
            known_systems.add(name_key(alias.alias))
            ref = SystemRef(alias.institution, alias.canonical)
            assert resolver.system(alias.alias, alias.institution) == Resolved(ref)
    if name_key(other) not in known_institutions:
        assert isinstance(resolver.institution(other), Unknown)
    if name_key(other) not in known_systems:
        assert isinstance(resolver.system(other), Unknown)
