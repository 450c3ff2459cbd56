"""The sets that were written blind: nothing in them is unsafe, and what is read rightly stays right."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.llm_server.evaluate.scoring import difference, right, unsafe
from tests.hub.parser import sets

KNOWN = {
    name: reason
    for name, _, reason in (
        line.partition("\t")
        for line in (Path(sets.HERE) / "known_wrong.tsv").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
}


@pytest.mark.parametrize("name", sets.NAMES)
def test_set(name: str) -> None:
    reader = EmbeddedReader(sets.inventory(name))
    found, dangers, mended = [], [], []
    for line in sets.lines(name):
        got = [msgspec.to_builtins(intent) for intent in reader.read(line.given).intents]
        key = str(line.given.id)
        if unsafe(line.requests, got):
            dangers.append(f"{key} {line.given.text!r}: {difference(line.requests, got)}")
        if right(line.requests, got):
            mended += [key] if key in KNOWN else []
        elif key not in KNOWN:
            found.append(f"{key} {line.given.text!r}: {difference(line.requests, got)}")
    assert not dangers, "\n".join(dangers)
    assert not found, "\n".join(found)
    assert not mended, f"read rightly now, take them off the list: {mended}"


def test_nine_in_ten_are_right() -> None:
    ids = [str(line.given.id) for name in sets.NAMES for line in sets.lines(name)]
    assert len(ids) == len(set(ids))
    assert set(KNOWN) <= set(ids)
    assert len(KNOWN) <= len(ids) // 10
