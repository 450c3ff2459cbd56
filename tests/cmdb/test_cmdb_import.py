"""What an import finds, and that it finds all of it."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from guardia.cmdb.csv_export import write_folder
from guardia.cmdb.diff import compare
from guardia.cmdb.errors import MAX_PROBLEMS, ImportRowsError
from guardia.cmdb.importers import rows
from guardia.cmdb.importers.csv_files import read_folder
from guardia.cmdb.model import Connection, Inventory
from tests.cmdb.estates import (
    ALIAS_HEADER,
    HEADER,
    SMALL_ALIASES,
    SMALL_SERVERS,
    inventories,
    small_folder,
    write_csv,
)

GOOD = dict(zip(HEADER.split(","), SMALL_SERVERS[0].split(","), strict=True))


def row(**changes: str) -> str:
    return ",".join({**GOOD, **changes}.values())


def problems(folder: Path) -> list[str]:
    with pytest.raises(ImportRowsError) as caught:
        read_folder(folder)
    return caught.value.problems


def test_a_good_folder_is_read(tmp_path: Path) -> None:
    inventory = read_folder(small_folder(tmp_path))
    assert len(inventory.servers) == len(SMALL_SERVERS)
    assert len(inventory.aliases) == len(SMALL_ALIASES)
    assert [server.asset_code for server in inventory.servers] == sorted(line.split(",")[0] for line in SMALL_SERVERS)
    second = next(server for server in inventory.servers if server.asset_code == "LIB-LOAN-WAS-02")
    assert second.connection is Connection.SSH
    assert second.agent == "LIB-LOAN-WAS-01"
    assert second.node_no == 2


def test_byte_order_mark_windows_line_ends_and_any_order_of_columns_are_accepted(tmp_path: Path) -> None:
    plain = read_folder(small_folder(tmp_path))
    for name in ("servers.csv", "aliases.csv"):
        lines = (tmp_path / name).read_text(encoding="utf-8").splitlines()
        turned = [",".join(reversed(line.split(","))) for line in lines]
        (tmp_path / name).write_bytes(b"\xef\xbb\xbf" + "\r\n".join([*turned, "", ",,"]).encode())
    assert read_folder(tmp_path) == plain


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"asset_code": ""}, "asset_code is empty"),
        ({"asset_code": "A B"}, "asset_code 'A B' may hold only"),
        ({"asset_code": "-rf"}, "asset_code '-rf' may hold only"),
        ({"asset_code": "UNKNOWN"}, "reserved"),
        ({"asset_code": "A" * 129}, "asset_code has 129 characters"),
        ({"hostname": "under/score"}, "hostname 'under/score' is not a host name"),
        ({"address": "10.0.0.300"}, "address '10.0.0.300' is neither"),
        ({"address": "0.0.0.0"}, "address '0.0.0.0' is not the address of one host"),
        ({"address": "서버"}, "address '서버' is neither"),
        ({"institution": " "}, "institution is empty"),
        ({"institution": "all"}, "reserved"),
        ({"system_name": "예산\u200b시스템"}, "invisible character U+200B"),
        ({"product": "Tom\x07cat"}, "invisible character U+0007"),
        ({"environment": "prod"}, "environment 'prod' is not one of PROD, STG, DEV"),
        ({"infrastructure_layer": "APP"}, "infrastructure_layer 'APP' is not one of WAS, WEB, DB"),
        ({"node_no": "0"}, "node_no '0' is not a whole number"),
        ({"node_no": "1.0"}, "node_no '1.0' is not a whole number"),
        ({"node_no": "²"}, "node_no '²' is not a whole number"),
        ({"connection": "telnet"}, "connection 'telnet' is not one of agent, ssh"),
        ({"connection": "ssh"}, "via_agent is empty with connection ssh"),
        ({"connection": "ssh", "via_agent": "NO-SUCH"}, "via_agent 'NO-SUCH' is not an asset_code"),
        ({"via_agent": "LIB-HOME-WEB-01"}, "via_agent 'LIB-HOME-WEB-01' with connection agent"),
        ({"service_name": "--all"}, "service_name '--all' may hold only"),
        ({"service_manager": "init"}, "service_manager 'init' is not one of systemd, command"),
    ],
)
def test_a_wrong_value_is_told_with_file_and_line(tmp_path: Path, changes: dict[str, str], expected: str) -> None:
    own = {
        "asset_code": "X-1",
        "hostname": "x1",
        "address": "10.9.9.9",
        "node_no": "77",
    }
    write_csv(tmp_path, [*SMALL_SERVERS, row(**{**own, **changes})], [])
    (found,) = problems(tmp_path)
    assert found.startswith(f"servers.csv:{len(SMALL_SERVERS) + 2}: ")
    assert expected in found


def test_every_problem_of_both_files_is_told_in_order(tmp_path: Path) -> None:
    write_csv(
        tmp_path,
        [
            *SMALL_SERVERS,
            row(asset_code="lib-loan-was-01", hostname="LIBLOANWAS01"),
            row(asset_code="X-2", hostname="x2", address="10.9.9.2", node_no="8", institution="도 서관"),
            row(asset_code="X-3", hostname="x3", address="10.9.9.3", node_no="9", connection="ssh", via_agent="X-4"),
            row(asset_code="X-4", hostname="x4", address="10.9.9.4", node_no="10", connection="ssh", via_agent="X-4"),
            "one,two",
        ],
        [
            "institution,도서관,,박물관",
            "institution,미술관,,MOMA",
            "institution,도서관,,LIB",
            "institution,도서관,,LIB",
            "institution,박물관,,lib",
            "system,대출시스템,,대출",
            "system,대출시스템,박물관,대출",
            "system,홈페이지,도서관,대출 시스템",
            "system,홈페이지,도서관,홈피",
            "system,대출시스템,도서관,홈 피",
            "institution,도서관,도서관,서관",
            "host,도서관,,x",
            "institution,,,",
        ],
    )
    found = problems(tmp_path)
    expected = [
        "servers.csv:9: asset_code 'lib-loan-was-01' already stands in line 2",
        "servers.csv:9: hostname 'LIBLOANWAS01' already stands in line 2",
        "servers.csv:9: address '10.1.0.1' already stands in line 2",
        "servers.csv:9: node_no 1 of 대출시스템 PROD WAS already stands in line 2",
        "servers.csv:10: institution '도 서관' is '도서관' in line 2",
        "servers.csv:11: via_agent 'X-4' (line 12) has connection ssh",
        "servers.csv:12: via_agent 'X-4' (line 12) has connection ssh",
        "servers.csv:13: 2 fields, the header has 13",
        "aliases.csv:2: alias '박물관' is itself an institution (servers.csv:7)",
        "aliases.csv:3: institution '미술관' has no server",
        "aliases.csv:5: alias 'LIB' already stands in line 4",
        "aliases.csv:6: alias 'lib' means another institution in line 4",
        "aliases.csv:7: institution is empty for a system",
        "aliases.csv:8: system '대출시스템' of 박물관 has no server",
        "aliases.csv:9: alias '대출 시스템' is itself a system of 도서관 (servers.csv:2)",
        "aliases.csv:11: alias '홈 피' means another system in line 10",
        "aliases.csv:12: institution is filled for an institution",
        "aliases.csv:13: kind 'host' is not one of institution, system",
        "aliases.csv:14: canonical is empty",
        "aliases.csv:14: alias is empty",
    ]
    assert len(found) == len(expected), "\n".join(found)
    for line, start in zip(found, expected, strict=True):
        assert line.startswith(start)


def test_two_institutions_may_have_a_system_and_an_alias_of_one_name(tmp_path: Path) -> None:
    inventory = read_folder(small_folder(tmp_path))
    assert {alias.institution for alias in inventory.aliases if alias.alias == "홈피"} == {"도서관", "박물관"}


def test_one_ipv6_address_in_two_spellings_is_one_address(tmp_path: Path) -> None:
    write_csv(
        tmp_path,
        [
            row(address="fd00::1"),
            row(asset_code="X-2", hostname="x2", node_no="2", address="FD00:0:0:0:0:0:0:1"),
        ],
        [],
    )
    assert problems(tmp_path)[0].startswith("servers.csv:3: address 'FD00:0:0:0:0:0:0:1' already stands in line 2")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HEADER.replace("hostname,", ""), "the column 'hostname' is missing"),
        (HEADER + ",hostname", "the column 'hostname' stands there 2 times"),
        (HEADER + ",owner", "the column 'owner' is not known"),
        (HEADER.replace(",", ";"), "not separated by commas"),
    ],
)
def test_a_wrong_header_is_told(tmp_path: Path, header: str, expected: str) -> None:
    small_folder(tmp_path)
    (tmp_path / "servers.csv").write_text(header + "\n", encoding="utf-8")
    (found,) = problems(tmp_path)
    assert found.startswith("servers.csv:1: ")
    assert expected in found


def test_what_is_not_utf8_is_told_with_its_lines_and_a_hint(tmp_path: Path) -> None:
    small_folder(tmp_path)
    path = tmp_path / "servers.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp949"))
    found = problems(tmp_path)
    assert len(found) == len(SMALL_SERVERS)
    assert found[0].startswith("servers.csv:2: not UTF-8 at byte ")
    assert "cp949" in found[0]


def test_nul_bytes_utf16_and_an_open_quote_are_told(tmp_path: Path) -> None:
    small_folder(tmp_path)
    path = tmp_path / "servers.csv"
    good = path.read_bytes()
    path.write_bytes(good.replace(b"tomcat-loan", b"tom\x00cat", 1))
    assert problems(tmp_path)[0].startswith("servers.csv:2: holds a NUL byte")
    path.write_bytes(good.decode().encode("utf-16"))
    assert "UTF-16" in problems(tmp_path)[0]
    path.write_bytes(good.replace(b"LIB-LOAN-WEB-01", b'"LIB-LOAN-WEB-01', 1))
    assert problems(tmp_path)[0].startswith("servers.csv:4: the row that starts here is not CSV")


def test_what_is_told_is_bounded_and_harmless_on_a_terminal(tmp_path: Path) -> None:
    write_csv(tmp_path, [row(asset_code="\x1b[2JX" + "y" * 5000)] * 2, [])
    for line in problems(tmp_path):
        assert line.isprintable()
        assert len(line) < 700


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    found = problems(tmp_path)
    assert [line.split(":")[0] for line in found] == ["servers.csv", "aliases.csv"]
    write_csv(tmp_path, [], [])
    assert "holds no servers" in problems(tmp_path)[0]
    (tmp_path / "servers.csv").write_text("", encoding="utf-8")
    assert problems(tmp_path)[0].startswith("servers.csv:1: the file is empty")


def test_files_and_rows_over_the_limits_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_folder(tmp_path)
    monkeypatch.setattr(rows, "MAX_ROWS", 3)
    assert "more than 3 rows" in problems(tmp_path)[0]
    monkeypatch.setattr(rows, "MAX_BYTES", 100)
    assert "larger than" in problems(tmp_path)[0]


def test_many_problems_are_counted(tmp_path: Path) -> None:
    write_csv(tmp_path, [row(node_no=str(number), environment="?") for number in range(1, 501)], [])
    with pytest.raises(ImportRowsError) as caught:
        read_folder(tmp_path)
    assert len(caught.value.problems) == MAX_PROBLEMS + 1
    assert caught.value.total == 500 + 3 * 499
    assert f"{caught.value.total - MAX_PROBLEMS} more problems" in caught.value.problems[-1]


def test_quoted_values_keep_their_commas_and_line_breaks_are_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, [row(product='"Oracle, 19c"')], [])
    assert read_folder(tmp_path).servers[0].product == "Oracle, 19c"
    write_csv(tmp_path, [row(product='"a\nb"'), row(asset_code="X", environment="?")], [])
    found = problems(tmp_path)
    assert found[0].startswith("servers.csv:2: product holds the invisible character U+000A")
    assert all(line.startswith("servers.csv:4: ") for line in found[1:])


def test_the_case_of_a_gateway_is_that_of_its_asset_code(tmp_path: Path) -> None:
    second = row(
        asset_code="X-2", hostname="x2", address="x2.lan", node_no="2", connection="ssh", via_agent="lib-LOAN-was-01"
    )
    write_csv(tmp_path, [row(), second], [])
    assert read_folder(tmp_path).servers[1].via_agent == "LIB-LOAN-WAS-01"


@settings(max_examples=60, deadline=None)
@given(inventory=inventories())
def test_import_of_an_export_is_the_same(tmp_path_factory: pytest.TempPathFactory, inventory: Inventory) -> None:
    folder = tmp_path_factory.mktemp("estate")
    write_folder(inventory, folder)
    again = read_folder(folder)
    assert again == inventory
    assert compare(inventory, again).empty


def test_an_export_has_the_contracts_columns(tmp_path: Path) -> None:
    write_folder(read_folder(small_folder(tmp_path)), tmp_path / "out")
    assert (tmp_path / "out" / "servers.csv").read_text(encoding="utf-8").splitlines()[0] == HEADER
    assert (tmp_path / "out" / "aliases.csv").read_text(encoding="utf-8").splitlines()[0] == ALIAS_HEADER
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["aliases.csv", "servers.csv"]
