"""Writes the messages that the classifier learns from.

    PYTHONPATH=. .venv/bin/python packaging/classifier/collect.py ROWS

Two sources, one line of JSON each: `source` (the set, or "tests"), `id`, `text` (masked), `answers`, `right` (the
reader reads it rightly, without a classifier, and changes something).

- the sets that were written blind (tests/hub/parser/sets), with the requests that their writers gave them;
- what the tests have the reader read (harvest.py), with what it reads.

The development set is in neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import msgspec
from answers import agreeable, answers, changes
from plain import plain, terse

from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.llm_server.evaluate.scoring import right
from tests.hub.parser import english_ways, estates, phrasing, sets

ROOT = Path(__file__).resolve().parents[2]
DEVELOPMENT = ROOT.parent / "shared" / "eval" / "dev" / "messages.jsonl"


def phrases() -> Iterator[str]:
    """Every way to ask of the property-based tests with every action, of which a run of theirs draws some; and what is
    said in the fewest words, where each weighs the most."""
    for place in ("미래은행 인터넷뱅킹 WAS", "인뱅 WAS 2호기", "청약 WEB"):
        for (noun, _), form in product(phrasing.NOUNS, (*phrasing.COMMANDS, *phrasing.NOTHING)):
            yield form.format(t=place, n=noun)
        for (before, base, informal, _), form in product(phrasing.VERBS, phrasing.VERB_COMMANDS):
            yield f"{place} {before}{form.format(b=base, i=informal)}"
        for (said, _), form in product(phrasing.VERBS_EN, (*phrasing.COMMANDS_EN, *phrasing.NOTHING_EN)):
            yield form.format(t=f"the {place}", v=said)
        for verb, form in product(english_ways.VERBS, (*english_ways.ASKING, *english_ways.NOT_ASKING)):
            yield verb.said(form, f"the {place}", "the DB")
    for (noun, _), form in product(phrasing.NOUNS, phrasing.TWO):
        yield form.format(a="인뱅 WAS", b="청약 WEB", n=noun)
    yield from terse()
    yield from plain()


def main(out: Path) -> None:
    rows, known = [], set()
    for name in sets.NAMES:
        reader = EmbeddedReader(sets.inventory(name), agreeable())
        for line in sets.lines(name):
            got = [msgspec.to_builtins(intent) for intent in reader.read(line.given).intents]
            known.add(line.given.text)
            rows.append(
                {
                    "source": name,
                    "id": line.given.id,
                    "text": reader.masked(line.given),
                    "answers": sorted(answers(line.requests)),
                    "right": not line.given.context and changes(got) and right(line.requests, got),
                }
            )
    print(f"{len(rows)} messages of {len(sets.NAMES)} sets", file=sys.stderr)
    if DEVELOPMENT.exists():
        known |= {json.loads(line)["text"] for line in DEVELOPMENT.read_text(encoding="utf-8").splitlines()}
    seen = {row["text"] for row in rows}
    tests = [
        str(one) for one in sorted(ROOT.glob("tests/hub/parser/test_reading_*.py")) if one.stem != "test_reading_sets"
    ]
    chosen = ("-m", "not llm", "--hypothesis-seed=0")
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "harvest.jsonl"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "harvest", "-p", "no:cacheprovider", *chosen, *tests],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GUARDIA_HARVEST": str(kept)},
            stdout=sys.stderr,
            check=False,  # a new set turns its test red until what is wrong in it is told
        )
        for line in kept.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["message"] not in known and row["text"] not in seen:
                seen.add(row["text"])
                rows.append(
                    {"source": "tests", "id": "", "text": row["text"], "answers": row["answers"], "right": False}
                )
    reader = EmbeddedReader(estates.bank(), agreeable())
    for text in phrases():
        message = ReaderInput(id="", text=text)
        got = [msgspec.to_builtins(intent) for intent in reader.read(message).intents]
        row = {
            "source": "tests",
            "id": "",
            "text": reader.masked(message),
            "answers": sorted(answers(got)),
            "right": False,
        }
        if (changes(got) or not got) and row["text"] not in seen:
            seen.add(row["text"])
            rows.append(row)
    print(f"{len(rows)} in all", file=sys.stderr)
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
