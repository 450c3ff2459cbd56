"""Which names of the inventory a message may mean."""

from __future__ import annotations

import time
from typing import Any

import pytest

from guardia.cmdb.model import Alias, AliasKind, Connection, Environment, Inventory, Layer, Server, ServiceManager
from guardia.llm_server.candidates import (
    MAX_EARLIER,
    MAX_INSTITUTIONS,
    MAX_NODES,
    MAX_PER_PLACE,
    MAX_SYSTEMS,
    CandidateIndex,
    numbers,
)


def server(institution: str, system: str, code: str, layer: Layer, number: int, **changes: Any) -> Server:
    values: dict[str, Any] = {
        "asset_code": f"{code}-{layer.value}-{number:02d}",
        "hostname": f"{code.lower()}{layer.value.lower()}{number:02d}",
        "address": f"10.1.{len(code)}.{number}",
        "institution": institution,
        "system_name": system,
        "environment": Environment.PROD,
        "infrastructure_layer": layer,
        "node_no": number,
        "connection": Connection.AGENT,
        "service_name": "svc",
        "service_manager": ServiceManager.SYSTEMD,
    }
    return Server(**(values | changes))


def estate() -> Inventory:
    servers = [
        *(server("들꽃구청", "민원마루", "DGC-MIN", Layer.WAS, n) for n in range(1, 31)),
        server("들꽃구청", "민원마루", "DGC-MIN", Layer.WEB, 1),
        server("들꽃구청", "도서나눔", "DGC-LIB", Layer.WAS, 1),
        server("솔바람공사", "도서나눔", "SOL-LIB", Layer.WAS, 1),
        server("솔바람공사", "전력계량", "SOL-PWR", Layer.DB, 1),
    ]
    aliases = (
        Alias(kind=AliasKind.INSTITUTION, canonical="들꽃구청", alias="들꽃구"),
        Alias(kind=AliasKind.SYSTEM, canonical="민원마루", institution="들꽃구청", alias="minwon"),
        Alias(kind=AliasKind.SYSTEM, canonical="없는것", institution="들꽃구청", alias="유령"),
    )
    return Inventory(revision=7, servers=tuple(servers), aliases=aliases)


@pytest.fixture(scope="module")
def index() -> CandidateIndex:
    return CandidateIndex(estate())


def test_a_name_an_alias_and_a_missing_space_are_found(index: CandidateIndex) -> None:
    for text in ("민원마루 와스 재기동", "민원 마루 재기동", "MinWon restart please", "들꽃구 민원마루"):
        found = index.find(text)
        assert found.system_names[0] == "민원마루"
        assert found.institutions[0] == "들꽃구청"
    assert index.revision == 7


def test_a_host_asset_code_or_address_brings_its_system(index: CandidateIndex) -> None:
    for text in ("SOL-PWR-DB-01 확인", "sol-pwrdb01이 느려요", "10.1.7.1 확인"):
        assert "전력계량" in index.find(text).system_names


def test_a_slip_is_a_candidate_and_is_not_exact(index: CandidateIndex) -> None:
    found = index.find("전력개량 락 있나요")
    assert [(one.system_name, one.exact) for one in found.systems] == [("전력계량", False)]


def test_systems_of_one_name_are_all_there(index: CandidateIndex) -> None:
    found = index.find("도서나눔 재기동")
    assert {(one.institution, one.system_name) for one in found.systems} == {
        ("들꽃구청", "도서나눔"),
        ("솔바람공사", "도서나눔"),
    }


def test_an_institution_alone_brings_its_systems(index: CandidateIndex) -> None:
    assert set(index.find("솔바람공사 전체 확인").system_names) == {"도서나눔", "전력계량"}


def test_context_counts_after_the_message(index: CandidateIndex) -> None:
    found = index.find("전력계량은요?", ["민원마루 와스 확인해줘"])
    assert found.system_names[:2] == ("전력계량", "민원마루")


def test_earlier_messages_bring_a_few_systems_only() -> None:
    index = CandidateIndex(big_estate(200))
    names = sorted({one.system_name for one in big_estate(200).servers})
    found = index.find(names[0], names[1:20])
    assert found.system_names[0] == names[0]
    assert sum(one.exact for one in found.systems) <= 1 + MAX_EARLIER
    assert names[19] in found.system_names, "the newest one"


def test_small_talk_has_no_candidates_and_unknown_canonicals_no_alias(index: CandidateIndex) -> None:
    assert index.find("점심 드셨나요").systems == ()
    assert index.find("").institutions == ()
    assert "없는것" not in index.find("유령 재기동").system_names


def test_named_numbers_come_before_others_when_nodes_are_cut(index: CandidateIndex) -> None:
    found = index.find("민원마루 와스 27~29호기 재기동")
    place = next(place for place in found.systems[0].places if place.layer == "WAS")
    assert place.count == 30
    assert len(place.nodes) == MAX_PER_PLACE
    assert {27, 28, 29} <= {node.number for node in place.nodes}


def test_numbers_are_bounded() -> None:
    assert numbers("1,3호기와 5~7호기") == {1, 3, 5, 6, 7}
    assert numbers("1~9999") == frozenset()
    assert numbers("10.1.2.3 v1.2") <= {10, 1, 2, 3}


def big_estate(servers: int = 20_000) -> Inventory:
    """Names of syllables, five nodes a system."""
    first, last = "가나다라마바사아자차카타파하", "강녕담림문빛송안정찬광탑편해"
    rows: list[Server] = []
    for number in range(servers // 5):
        word = "".join(first[number // 14**at % 14] + last[number // 14**at % 14] for at in range(4))
        institution = f"{first[number % 14]}{last[number // 14 % 14]}{first[number // 196 % 5]}청"
        rows += [server(institution, f"{word}시스템", f"Z{number:05d}", Layer.WAS, n) for n in range(1, 6)]
    return Inventory(revision=1, servers=tuple(rows), aliases=())


def test_twenty_thousand_servers_stay_within_bounds(record_property: Any) -> None:
    inventory = big_estate()
    began = time.perf_counter()
    index = CandidateIndex(inventory)
    built = time.perf_counter() - began
    texts = [
        f"{one.institution} {one.system_name} WAS {one.node_no}호기 재기동해줘" for one in inventory.servers[::400]
    ]
    took = []
    for text in texts:
        began = time.perf_counter()
        found = index.find(text, texts[:4])
        took.append(time.perf_counter() - began)
        assert len(found.institutions) <= MAX_INSTITUTIONS
        assert len(found.systems) <= MAX_SYSTEMS
        assert len(found.nodes) <= MAX_NODES
        assert found.systems[0].exact
        assert found.systems[0].system_name in text
    took.sort()
    figures = f"built {built:.2f} s, p50 {took[len(took) // 2] * 1e3:.1f} ms, p99 {took[-1] * 1e3:.1f} ms"
    record_property("candidates of 20,000 servers", figures)
    print(figures)
