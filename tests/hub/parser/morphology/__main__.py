# ruff: noqa: E501 - long lines of figures
"""`python -m tests.hub.parser.morphology --kiwi PYTHON`: figures for docs/adr/0011; judges nothing.

PYTHON is the interpreter of an environment of its own: `python3 -m venv DIR && DIR/bin/pip install kiwipiepy==0.24.1`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guardia.cmdb.model import Inventory
from guardia.hub.cli_read import load_inventory
from guardia.hub.core.intent import ContextMessage, IntentType, ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.proto.catalogue import CATALOGUE
from tests.hub.parser import blind, estates
from tests.hub.parser.heldout import FIRST, FOURTH, SECOND, THIRD
from tests.hub.parser.morphology.morphemes import asks
from tests.hub.parser.morphology.slips import SLIPS
from tests.hub.parser.morphology.unseen import UNSEEN

TAGGER = Path(__file__).with_name("tagger.py")


@dataclass(frozen=True)
class Case:
    """A message and whether it asks for something."""

    message: ReaderInput
    reader: EmbeddedReader
    asks: bool


def _heldout() -> Iterable[Case]:
    readers = {name: EmbeddedReader(build()) for name, build in estates.ESTATES.items()}
    for estate, text, means, *more in (*FIRST, *SECOND, *THIRD, *FOURTH):
        options: dict[str, Any] = more[0] if more else {}
        message = ReaderInput(
            id="x", text=text, files=tuple(options.get("files", ())), now=options.get("now", ""),
            context=tuple(ContextMessage(text=one) for one in options.get("context", ())),
        )  # fmt: skip
        if means not in ("CANCEL", "HELP"):
            yield Case(message, readers[estate], means != "-")


def _blind() -> Iterable[Case]:
    reader = EmbeddedReader(blind.estate())
    for one in (*blind.MESSAGES, *blind.ASIDE):
        message = ReaderInput(
            id="x", text=one.text, files=one.files, now=one.now or "",
            context=tuple(ContextMessage(text=said) for said in one.context),
        )  # fmt: skip
        if one.means not in ("CANCEL", "HELP"):
            yield Case(message, reader, one.means != "-")


def _unseen() -> Iterable[Case]:
    reader = EmbeddedReader(estates.bank())
    for text, asked in UNSEEN:
        yield Case(ReaderInput(id="x", text=text), reader, asked)


def _development(folder: Path) -> Iterable[Case]:
    inventory: Inventory = load_inventory(folder / "cmdb")
    reader = EmbeddedReader(inventory)
    for line in (folder / "messages.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        if any(request["intent_type"] in ("CANCEL", "HELP") for request in record["requests"]):
            continue
        message = ReaderInput(
            id=record["id"], text=record["text"], files=tuple(record.get("files", ())), now=record.get("now", ""),
            context=tuple(ContextMessage(text=one["text"]) for one in record.get("context", ())),
        )  # fmt: skip
        yield Case(message, reader, bool(record["requests"]))


def _korean(text: str) -> bool:
    return any("가" <= letter <= "힣" for letter in text)


def _own(case: Case) -> tuple[list[str], set[str]]:
    """The sentences that the writer says himself, and the actions that they speak of, by the embedded reader."""
    clauses = case.reader.read(case.message).explanation.get("clauses", ())
    spoken = [clause for clause in clauses if clause["deeds"]]
    texts = [case.message.text[slice(*clause["span"])] for clause in spoken]
    return texts, {deed["action"] for clause in spoken for deed in clause["deeds"] if deed["action"] in CATALOGUE}


def _embedded(case: Case, text: str) -> bool:
    message = ReaderInput(
        id="x", text=text, files=case.message.files, now=case.message.now, context=case.message.context
    )
    intents = case.reader.read(message).intents
    return any(intent.intent_type not in (IntentType.CANCEL, IntentType.HELP) for intent in intents)


@dataclass
class Count:
    """How a decider did: right, asks where nothing was asked, misses."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    def take(self, decided: bool, asked: bool) -> None:
        self.right += decided == asked
        self.invented += decided and not asked
        self.missed += asked and not decided

    def cells(self, total: int) -> str:
        return f"{self.right / total:6.1%} {self.invented:4d} {self.missed:4d}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kiwi", required=True, help="Python interpreter that has kiwipiepy.")
    parser.add_argument("--development", type=Path, help="Folder with messages.jsonl and cmdb/; left out without it.")
    parser.add_argument("--typos", default="", help="Kiwi's correction of slips, e.g. basic_with_continual.")
    parser.add_argument("--wrong", action="store_true", help="Also print what is decided wrongly.")
    options = parser.parse_args()
    sets = {"held-out": list(_heldout()), "blind": list(_blind()), "unseen": list(_unseen())}
    if options.development:
        sets = {"development": list(_development(options.development)), **sets}
    rows: list[tuple[str, str, Case, str, set[str]]] = []  # the fourth is what the writer says himself
    for name, cases in sets.items():
        for case in cases:
            texts, actions = _own(case)
            # The trial is about moods: what names no action, or is English, is decided by other means in both.
            if not texts or not actions or not _korean(case.message.text):
                continue
            rows += [(name, slip, case, change(" . ".join(texts)), actions) for slip, change in SLIPS.items()]
    program = [options.kiwi, str(TAGGER), options.typos]
    given = json.dumps([text for _, _, _, text, _ in rows])
    done = subprocess.run(program, input=given, capture_output=True, text=True, check=True)
    figures = json.loads(done.stdout)
    counts: dict[tuple[str, str, str], Count] = {}
    totals: dict[tuple[str, str], int] = {}
    spent: list[float] = []
    for (name, slip, case, text, actions), tokens in zip(rows, figures["tokens"], strict=True):
        reads = not any(CATALOGUE[action].changes for action in actions)
        kiwi = any(asks(part, reads=reads) for part in _sentences(tokens))
        began = time.perf_counter()
        mine = _embedded(case, SLIPS[slip](case.message.text))
        spent.append((time.perf_counter() - began) * 1000)
        totals[name, slip] = totals.get((name, slip), 0) + 1
        for who, decided in (("embedded", mine), ("kiwi", kiwi), ("both", mine and kiwi), ("either", mine or kiwi)):
            counts.setdefault((name, slip, who), Count()).take(decided, case.asks)
        if options.wrong and slip == "as written" and case.asks in (not kiwi, not mine):
            who = "both" if kiwi == mine else "kiwi" if kiwi != case.asks else "embedded"
            print(f"{who} wrong, {name}, {'asks' if case.asks else 'asks nothing'}: {text}")
    print(
        f"{'set':12s} {'slips':17s} {'n':>4s}   embedded          kiwi's endings    both must agree    either suffices    (right, invented, missed)"
    )
    for (name, slip), total in totals.items():
        cells = "   ".join(counts[name, slip, who].cells(total) for who in ("embedded", "kiwi", "both", "either"))
        print(f"{name:12s} {slip:17s} {total:4d}   {cells}")
    times = sorted(figures["milliseconds"])
    spent.sort()
    print(f"kiwi: load {figures['load_seconds']:.1f} s, resident {figures['resident_mib']:.0f} MiB")
    for who, ordered in (("kiwi, morphemes alone", times), ("embedded, a whole reading", spent)):
        print(f"{who}: p50 {ordered[len(ordered) // 2]:.2f} ms, p99 {ordered[len(ordered) * 99 // 100]:.2f} ms")


def _sentences(tokens: list[list[str]]) -> list[list[tuple[str, str]]]:
    parts: list[list[tuple[str, str]]] = [[]]
    for form, tag in tokens:
        parts[-1].append((form, tag))
        if tag == "SF":
            parts.append([])
    return [part for part in parts if part]


if __name__ == "__main__":
    main()
