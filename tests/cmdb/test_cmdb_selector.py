"""A reading's target becomes exactly its servers, or a question."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.model import Inventory
from guardia.cmdb.selector import Ambiguous, Resolved, Selection, Unknown, select
from tests.cmdb.estates import inventories, small_folder


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    return read_folder(small_folder(tmp_path))


def ask(inventory: Inventory, **fields: Any) -> Selection:
    given = {
        "institution": "도서관",
        "system_name": "대출시스템",
        "environment": "PROD",
        "infrastructure_layer": "WAS",
    }
    return select(inventory, **{**given, **fields})


def codes(selection: Selection) -> list[str]:
    assert isinstance(selection, Resolved), selection
    return [server.asset_code for server in selection.servers]


def test_a_layer_is_all_its_nodes_in_order(inventory: Inventory) -> None:
    assert codes(ask(inventory)) == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    assert codes(ask(inventory, institution="LIB", system_name="대출")) == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    assert codes(ask(inventory, environment="STG")) == ["LIB-LOAN-STG-01"]


def test_all_is_every_layer(inventory: Inventory) -> None:
    assert codes(ask(inventory, infrastructure_layer="ALL")) == [
        "LIB-LOAN-WAS-01",
        "LIB-LOAN-WAS-02",
        "LIB-LOAN-WEB-01",
    ]


def test_named_nodes_alone_in_node_order_and_once(inventory: Inventory) -> None:
    both = ["LIB-LOAN-WAS-02", "LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    assert codes(ask(inventory, target_nodes=both)) == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    assert codes(ask(inventory, target_nodes=["LIB-LOAN-WAS-02"])) == ["LIB-LOAN-WAS-02"]


@pytest.mark.parametrize(
    "nodes",
    [["UNKNOWN"], ["LIB-LOAN-WAS-01", "UNKNOWN"], ["LIB-LOAN-WEB-01"], ["MUS-HOME-WEB-01"], ["nowhere"], [""]],
)
def test_a_node_that_is_not_among_them_makes_the_whole_unknown(inventory: Inventory, nodes: list[str]) -> None:
    found = ask(inventory, target_nodes=nodes)
    assert found == Unknown("node", nodes[-1], ("LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"))


def test_an_unknown_layer_is_asked_with_the_layers_that_are_there(inventory: Inventory) -> None:
    found = ask(inventory, infrastructure_layer="UNKNOWN")
    assert isinstance(found, Ambiguous)
    assert found.what == "layer"
    assert [(c.label_ko, c.infrastructure_layer) for c in found.choices] == [
        ("도서관 대출시스템 운영 WAS (2대)", "WAS"),
        ("도서관 대출시스템 운영 WEB (1대)", "WEB"),
    ]


def test_a_layer_or_environment_that_is_not_there_is_unknown(inventory: Inventory) -> None:
    assert ask(inventory, infrastructure_layer="DB") == Unknown("layer", "DB", ("WAS", "WEB"))
    assert ask(inventory, infrastructure_layer="") == Unknown("layer", "", ("WAS", "WEB"))
    assert ask(inventory, environment="DEV") == Unknown("environment", "DEV", ("PROD", "STG"))
    found = ask(inventory, environment="DEV", infrastructure_layer="UNKNOWN")
    assert found == Unknown("environment", "DEV", ("PROD", "STG"))


def test_a_system_of_two_institutions_is_asked(inventory: Inventory) -> None:
    for institution in ("", "UNKNOWN"):
        found = ask(inventory, institution=institution, system_name="홈페이지", infrastructure_layer="WEB")
        assert isinstance(found, Ambiguous)
        assert found.what == "institution"
        assert [(c.label_ko, c.institution, c.system_name) for c in found.choices] == [
            ("도서관 홈페이지", "도서관", "홈페이지"),
            ("박물관 홈페이지", "박물관", "홈페이지"),
        ]


def test_an_institution_not_said_is_filled_but_an_unknown_one_is_asked(inventory: Inventory) -> None:
    assert codes(ask(inventory, institution="")) == ["LIB-LOAN-WAS-01", "LIB-LOAN-WAS-02"]
    found = ask(inventory, institution="UNKNOWN")
    assert isinstance(found, Ambiguous)
    assert [choice.institution for choice in found.choices] == ["도서관"]


def test_unknown_names_stay_unknown(inventory: Inventory) -> None:
    found = ask(inventory, institution="미술관")
    assert isinstance(found, Unknown)
    assert found.what == "institution"
    assert ask(inventory, system_name="UNKNOWN") == Unknown("system", "UNKNOWN", ("대출시스템", "홈페이지"))
    assert ask(inventory, institution="UNKNOWN", system_name="UNKNOWN") == Unknown("system", "UNKNOWN")
    found = ask(inventory, institution="박물관", system_name="대출시스템")
    assert isinstance(found, Unknown)
    assert found.what == "system"


@settings(max_examples=80, deadline=None)
@given(inventory=inventories(), data=st.data())
def test_what_is_selected_is_what_was_said(inventory: Inventory, data: st.DataObject) -> None:
    """Whatever the fields: servers come back only if each of them fits every field."""
    server = data.draw(st.sampled_from(inventory.servers))
    every = [s.asset_code for s in inventory.servers]
    institution = data.draw(st.sampled_from([server.institution, "", "UNKNOWN", inventory.servers[0].institution]))
    system_name = data.draw(st.sampled_from([server.system_name, "UNKNOWN", inventory.servers[-1].system_name]))
    environment = data.draw(st.sampled_from([server.environment.value, "PROD", "DEV", "?"]))
    layer = data.draw(st.sampled_from([server.infrastructure_layer.value, "ALL", "UNKNOWN", "WAS", "?"]))
    nodes = data.draw(st.lists(st.sampled_from([server.asset_code, "UNKNOWN", *every]), max_size=2))
    found = select(
        inventory,
        institution=institution,
        system_name=system_name,
        environment=environment,
        infrastructure_layer=layer,
        target_nodes=nodes,
    )
    if isinstance(found, Ambiguous):
        assert found.choices
    if not isinstance(found, Resolved):
        return
    assert found.servers
    assert "UNKNOWN" not in (institution, system_name, layer, *nodes)
    for one in found.servers:
        assert institution in ("", one.institution)
        assert system_name == one.system_name
        assert environment == one.environment
        assert layer in ("ALL", one.infrastructure_layer)
    selected = {one.asset_code for one in found.servers}
    assert selected == set(nodes) or not nodes
