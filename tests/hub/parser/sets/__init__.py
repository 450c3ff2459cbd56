"""Sets of messages with their readings, over inventories of their own, each written blind: by the contract, before the
reader saw any of them. Folders are in the form that `guardia-hub read` and `guardia-llm evaluate` take.

What the first run of the reader made of each is kept in docs/reading.md; since then the reader has learnt from them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from guardia.cmdb.model import Inventory
from guardia.hub.cli_read import load_inventory
from guardia.hub.core.intent import ReaderInput

HERE = Path(__file__).parent
NAMES = tuple(sorted(folder.name for folder in HERE.iterdir() if (folder / "messages.jsonl").exists()))


class Line(NamedTuple):
    """One message of a set and the requests that it means."""

    given: ReaderInput
    category: str
    requests: list[dict[str, Any]]


def inventory(name: str) -> Inventory:
    return load_inventory(HERE / name / "cmdb")


def lines(name: str) -> list[Line]:
    found = []
    for line in (HERE / name / "messages.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        requests, category = record.pop("requests"), record.pop("category", "-")
        found.append(Line(msgspec.convert(record, ReaderInput), category, requests))
    return found
