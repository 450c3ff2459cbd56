"""What people see of a change before it is made."""

from pathlib import Path

import msgspec
from hypothesis import given

from guardia.cmdb.diff import FieldChange, compare, content_sha256, make_inventory
from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.model import Inventory
from tests.cmdb.estates import inventories, small_folder


def test_every_kind_of_change_is_a_line(tmp_path: Path) -> None:
    before = read_folder(small_folder(tmp_path))
    kept = [s for s in before.servers if s.asset_code != "MUS-HOME-DB-01"]
    kept[0] = msgspec.structs.replace(kept[0], address="10.7.7.7", product="")
    new = msgspec.structs.replace(before.servers[1], asset_code="NEW-1", hostname="new1", address="10.8.8.8", node_no=9)
    diff = compare(before, make_inventory([*kept, new], before.aliases[1:]))
    assert diff.summary == "servers +1 -1 ~1, aliases +0 -1"
    assert diff.changed[0].fields == (
        FieldChange("address", "10.1.2.1", "10.7.7.7"),
        FieldChange("product", "nginx", ""),
    )
    assert diff.lines() == [
        "- server MUS-HOME-DB-01 (박물관 홈페이지 PROD DB 1) mushomedb01 10.2.0.2",
        "- alias LIB = institution 도서관",
        "~ server LIB-HOME-WEB-01: address 10.1.2.1 → 10.7.7.7, product nginx → (empty)",
        "+ server NEW-1 (도서관 대출시스템 STG WAS 9) new1 10.8.8.8",
    ]
    assert diff.lines(2)[2:] == ["… and 2 more changes"]
    assert msgspec.json.decode(msgspec.json.encode(diff.as_data()))["counts"] == diff.counts


def test_nothing_to_do_says_so(tmp_path: Path) -> None:
    inventory = read_folder(small_folder(tmp_path))
    diff = compare(inventory, msgspec.structs.replace(inventory, revision=9))
    assert diff.empty
    assert diff.lines() == []
    assert "nothing to do" in diff.summary


@given(inventories())
def test_the_digest_is_of_the_content_and_not_of_its_order(inventory: Inventory) -> None:
    turned = Inventory(revision=7, servers=inventory.servers[::-1], aliases=inventory.aliases[::-1])
    assert content_sha256(turned) == content_sha256(inventory)
    assert compare(inventory, turned).empty
    fewer = Inventory(revision=0, servers=inventory.servers[1:], aliases=inventory.aliases)
    assert content_sha256(fewer) != content_sha256(inventory)
