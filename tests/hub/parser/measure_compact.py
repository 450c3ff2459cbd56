# ruff: noqa: E501 - long lines of figures
"""The compact model beside the embedded reader, over the sets that neither grammar nor training holds.

python -m tests.hub.parser.measure_compact --checkpoint FOLDER --python PYTHON [--dev FOLDER] [--wrong]
python -m tests.hub.parser.measure_compact --endpoint http://127.0.0.1:8100 --model guardia

Prints figures and judges nothing. `grounded` is the model's reading after the hub's own proof of every word, `paired`
what `reader = "both"` makes of the two; a message without a reading is wrong, and never unsafe.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from guardia.cmdb.model import Alias, Inventory, Server
from guardia.hub.core.intent import ContextMessage, Intent, ReaderInput, Reading
from guardia.hub.parser import compact
from guardia.hub.parser.consensus import agree
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.endpoint import Endpoint, EndpointError
from guardia.hub.parser.grounding import NoReadingError, ground
from guardia.hub.parser.settings import ReaderSettings
from guardia.llm_server.evaluate import scoring
from tests.hub.parser import blind, estates, heldout, notation
from tests.hub.parser import sets as written

ROOT = Path(__file__).resolve().parents[3]


@dataclass
class Case:
    message: ReaderInput
    wanted: list[dict[str, Any]]
    estate: str


def cases(name: str, inventories: dict[str, Inventory]) -> list[Case]:
    found = []
    if name == "blind":
        for one in blind.MESSAGES:
            message = ReaderInput(
                id="x",
                text=one.text,
                files=one.files,
                now=one.now or "",
                context=tuple(ContextMessage(text=said) for said in one.context),
            )
            found.append(Case(message, notation.expected(one.means, inventories["blind"]), "blind"))
        return found
    for estate, text, wanted, *more in getattr(heldout, name):
        options = more[0] if more else {}
        message = ReaderInput(
            id="x",
            text=text,
            files=tuple(options.get("files", ())),
            now=options.get("now", ""),
            context=tuple(ContextMessage(text=said) for said in options.get("context", ())),
        )
        found.append(Case(message, notation.expected(wanted, inventories[estate]), estate))
    return found


def inventory_of(folder: Path) -> Inventory:
    def rows(name: str, kind: Any) -> tuple[Any, ...]:
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            return tuple(
                msgspec.convert({key: value for key, value in row.items() if value}, kind, strict=False)
                for row in csv.DictReader(file)
            )

    return Inventory(revision=1, servers=rows("servers.csv", Server), aliases=rows("aliases.csv", Alias))


def development(folder: Path) -> Iterator[Case]:
    for line in (folder / "messages.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        message = ReaderInput(
            id=record["id"], text=record["text"], files=tuple(record.get("files", ())), now=record.get("now", ""),
            context=tuple(ContextMessage(sender=said.get("sender", ""), text=said["text"]) for said in record.get("context", ())),
        )  # fmt: skip
        yield Case(message, record["requests"], "dev")


def shown(intents: tuple[Intent, ...]) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(intent) for intent in intents]


@dataclass
class Row:
    """Figures of one reader over one set."""

    right: int = 0
    unsafe: int = 0
    none: int = 0
    asked: int = 0
    spent: list[float] = field(default_factory=list)

    def add(
        self, wanted: list[dict[str, Any]], got: list[dict[str, Any]] | None, seconds: float, asked: bool = False
    ) -> bool:
        right = got is not None and not asked and scoring.right(wanted, got)
        self.right += right
        self.unsafe += got is not None and scoring.unsafe(wanted, got)
        self.none += got is None
        self.asked += asked
        self.spent.append(seconds * 1000)
        return right

    def line(self, name: str) -> str:
        times = sorted(self.spent)
        count = len(times)
        return (
            f"{name:28s} {self.right:4d}/{count:<4d} {self.right / count:6.1%}  unsafe {self.unsafe:2d}  no reading {self.none:3d}  asked back {self.asked:3d}"
            f"  p50 {times[count // 2]:.1f} ms  p99 {times[min(count - 1, count * 99 // 100)]:.1f} ms"
        )


def by_transformers(python: str, checkpoint: str) -> Callable[[compact.Question], str]:
    process = subprocess.Popen(
        [python, str(ROOT / "packaging" / "compact" / "answer.py"), checkpoint],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    source, sink = process.stdout, process.stdin
    source.readline()

    def ask(question: compact.Question) -> str:
        sink.write(json.dumps(question.prompt) + "\n")
        sink.flush()
        return json.loads(source.readline())

    return ask


def by_endpoint(url: str, model: str, loop: asyncio.AbstractEventLoop) -> Callable[[compact.Question], str]:
    endpoint = Endpoint(ReaderSettings(url=url, model=model, timeout=60))

    def ask(question: compact.Question) -> str:
        try:
            return loop.run_until_complete(endpoint.ask(question.body(model))).content
        except EndpointError as error:
            raise NoReadingError(error.code, str(error)) from None

    return ask


def measure(
    name: str,
    found: list[Case],
    readers: dict[str, EmbeddedReader],
    ask: Callable[[compact.Question], str],
    wrong: bool,
) -> None:
    rows = {
        "embedded": Row(),
        "compact, bare": Row(),
        "compact, grounded": Row(),
        "compact, else embedded": Row(),
        "paired": Row(),
    }
    fields: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for case in found:
        reader = readers[case.estate]
        began = time.perf_counter()
        first = reader.read(case.message)
        embedded = time.perf_counter() - began
        rows["embedded"].add(case.wanted, shown(first.intents), embedded)
        began = time.perf_counter()
        bare: list[dict[str, Any]] | None = None
        intents: tuple[Intent, ...] | None = None
        answer = ""
        try:
            question = compact.question(case.message, reader.gazetteer)
            answer = ask(question)
            text = compact.reading(answer, question, reader.gazetteer)
            bare = [
                {**one, "parameters": {key: value for key, value in one["parameters"].items() if value is not None}}
                for one in json.loads(text)["requests"]
            ]
            intents = ground(text, case.message, reader.gazetteer)
        except NoReadingError as error:
            codes[f"{error.code}: {str(error)[:50]}"] += 1
        took = time.perf_counter() - began
        right = rows["compact, bare"].add(case.wanted, bare, took)
        rows["compact, grounded"].add(case.wanted, None if intents is None else shown(intents), took)
        rows["compact, else embedded"].add(case.wanted, shown(first.intents if intents is None else intents), took)
        if intents is None:
            rows["paired"].add(case.wanted, shown(first.intents), took + embedded)
        else:
            both = agree(first, Reading(intents=intents, reader="llm", version="", explanation={}))
            rows["paired"].add(case.wanted, shown(both.intents), took + embedded, bool(both.disputes))
        if not right:
            fields.update(scoring.difference(case.wanted, bare) if bare is not None else ["no reading"])
            if wrong:
                print(
                    f"   {case.message.text!r}\n      wanted {[(one['intent_type'], *(one.get(key) for key in ('institution', 'system_name', 'environment', 'infrastructure_layer', 'target_nodes', 'action_sequence', 'parameters'))) for one in case.wanted]}\n      answer {answer}"
                )
    print(f"== {name}: {len(found)} messages")
    for label, row in rows.items():
        print("  " + row.line(label))
    print(f"   wrong in: {dict(fields.most_common())}")
    print(f"   no reading: {dict(codes.most_common(6))}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--checkpoint")
    parser.add_argument("--python", default="python3", help="interpreter that has torch and transformers")
    parser.add_argument("--endpoint")
    parser.add_argument("--model", default="guardia")
    parser.add_argument("--dev", type=Path, help="folder with messages.jsonl and cmdb")
    parser.add_argument("--sets", default="FIRST,SECOND,THIRD,FOURTH,blind")
    parser.add_argument("--written", action="store_true", help="the sets of JSON lines as well")
    parser.add_argument("--wrong", action="store_true", help="print what is read wrongly")
    args = parser.parse_args()
    inventories = {name: build() for name, build in estates.ESTATES.items()} | {"blind": blind.estate()}
    sets = {name: cases(name, inventories) for name in args.sets.split(",") if name}
    for name in written.NAMES if args.written else ():
        inventories[name] = written.inventory(name)
        sets[name] = [Case(line.given, list(line.requests), name) for line in written.lines(name)]
    if args.dev:
        inventories["dev"] = inventory_of(args.dev / "cmdb")
        sets["development"] = list(development(args.dev))
    readers = {name: EmbeddedReader(inventory) for name, inventory in inventories.items()}
    loop = asyncio.new_event_loop()
    ask = (
        by_endpoint(args.endpoint, args.model, loop) if args.endpoint else by_transformers(args.python, args.checkpoint)
    )
    for name, found in sets.items():
        measure(name, found, readers, ask, args.wrong)


if __name__ == "__main__":
    main()
