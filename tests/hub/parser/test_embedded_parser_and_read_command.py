"""The parser port's adapter and `guardia-hub read`."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from guardia.cmdb.model import Alias, Inventory, Server
from guardia.hub.cli_read import read
from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.adapter import EmbeddedParser
from tests.hub.parser import estates


class Shelf:
    """An inventory port whose snapshot the test replaces."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory

    def snapshot(self) -> Inventory:
        return self.inventory


async def test_the_parser_follows_the_inventory_as_it_moves() -> None:
    shelf = Shelf(estates.bank())
    parser = EmbeddedParser(shelf)
    message = ReaderInput(id="1", text="LMS WAS 재기동해줘")
    assert not (await parser.read(message)).intents[0].complete
    shelf.inventory = msgspec.structs.replace(estates.campus(), revision=2)
    reading = await parser.read(message)
    assert reading.intents[0].system_name == "LearnHub"
    assert (reading.reader, reading.explanation["inventory_revision"]) == ("embedded", 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inventory = estates.bank()
    for name, kind, rows in (("servers", Server, inventory.servers), ("aliases", Alias, inventory.aliases)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, kind.__struct_fields__)
            writer.writeheader()
            writer.writerows(msgspec.to_builtins(row) for row in rows)
    return tmp_path


def run(folder: Path, lines: list[str | bytes], *options: str) -> list[dict[str, Any]]:
    data = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\n" for line in lines)
    result = CliRunner().invoke(read, ["--cmdb", str(folder), *options], input=data)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_lines_are_answered_in_order_and_a_bad_one_stops_nothing(folder: Path) -> None:
    answers = run(
        folder,
        [
            json.dumps({"id": "a", "text": "인뱅 WAS 2호기 재기동해줘", "files": None, "unknown": 1}),
            "{not json",
            "",
            json.dumps({"id": "b", "text": 5}),
            json.dumps(["c"]),
            b'{"id": "d", "text": "\xff"}',
            json.dumps({"text": "no id"}),
            json.dumps({"id": "e", "text": "고객포털 DB 락 확인"}),
        ],
    )
    assert [answer["id"] for answer in answers] == ["a", None, "b", None, "d", None, "e"]
    assert [("error" in answer) for answer in answers] == [False, True, True, True, False, True, False]
    assert answers[0]["requests"][0]["target_nodes"] == ["MRB-IBK-WAS-02"]
    assert answers[0]["requests"][0]["requires_approval"] is True
    assert answers[2]["error"]["code"] == "input.invalid"
    assert answers[-1]["requests"][0]["action_sequence"] == ["FETCH_DB_LOCKS"]


def test_explain_adds_why(folder: Path) -> None:
    answer = run(folder, [json.dumps({"id": "a", "text": "인뱅 로그 보여줘"})], "--explain")[0]
    assert answer["reader"] == "embedded"
    assert answer["explanation"]["names"][0]["text"] == "인뱅"


def test_an_inventory_with_a_bad_row_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "servers.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("WAS,2,", "WAS,two,", 1), encoding="utf-8")
    result = CliRunner().invoke(read, ["--cmdb", str(folder)], input=b"")
    assert result.exit_code == 1
    assert "servers.csv:" in result.output


def test_a_folder_without_the_files_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(read, ["--cmdb", str(tmp_path)], input=b"")
    assert result.exit_code == 1
    assert "cannot read" in result.output
