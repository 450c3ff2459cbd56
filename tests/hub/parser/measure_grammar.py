# ruff: noqa: E501 - long lines of figures
"""The compact model's grammar against the embedded reader: `python -m tests.hub.parser.measure_grammar [COUNT]`.

Every generated sentence gets names of an estate in place of its tags, and its answer is expanded to a reading. Prints how
often the embedded reader reads the same, by kind of message, and each reading of it in which a change would run that the
grammar did not ask for. The grammar is no judge: what it prints is to be looked at. Sentences that do not come back as
the same prompt are left out.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from guardia.hub.core.intent import ContextMessage, ReaderInput
from guardia.hub.parser import compact
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.grounding import NoReadingError
from tests.hub.parser import notation
from tests.hub.parser.estates import city

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "packaging" / "compact"))
from grammar import sample

INVENTORY = city()
READER = EmbeddedReader(INVENTORY)
NOW = "2026-09-14T18:20:00+09:00"
LOG = "2027-03-10 18:40:11 ERROR [exec-7] java.lang.OutOfMemoryError: Java heap space"
_PARTS = re.compile(r"(?:<files>((?:<F\d>)+))?((?:<earlier>[^\0]*?)*)<message>([^\0]*)<answer>")
_PAIRS = sorted({(server.institution, server.system_name) for server in INVENTORY.servers})
_TWICE = {name for _, name in _PAIRS if sum(name == other for _, other in _PAIRS) > 1}


class _Namer:
    """Names for the tags of one sentence; a system is one of the institution that is named, if one is."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._names: dict[str, str] = {}

    def text(self, tagged: str) -> str:
        tagged = tagged.replace("<log>", LOG).replace("\u203a", ">").replace("\u2039", "<")
        return re.sub(r"<([ISHTF]\d)>", lambda found: self._name(found[1]), tagged)

    def _name(self, tag: str) -> str:
        if tag not in self._names:
            free = [name for name in self._choices(tag[0]) if name not in self._names.values()]
            self._names[tag] = f"app{tag[1]}.war" if tag[0] == "F" else self._draw.choice(free or ["새들목행정"])
        return self._names[tag]

    def _choices(self, kind: str) -> list[str]:
        owners = [name for tag, name in self._names.items() if tag[0] == "I"]
        match kind:
            case "I":
                return sorted({owner for owner, _ in _PAIRS})
            case "S":
                return [name for owner, name in _PAIRS if name not in _TWICE and (not owners or owner in owners)]
            case "H":
                return [server.hostname for server in INVENTORY.servers]
            case _:
                return ["오늘 22시", "내일 오전 9시", "22:30", "밤 11시"]


def _wanted(answer: str, question: compact.Question) -> list[dict[str, Any]]:
    found = []
    for one in json.loads(compact.reading(answer, question, READER.gazetteer))["requests"]:
        if one["intent_type"] in ("CANCEL", "HELP"):
            found.append({"intent_type": one["intent_type"]})
            continue
        parameters = {key: value for key, value in one["parameters"].items() if value is not None}
        found.append({**one, "target_nodes": set(one["target_nodes"]), "parameters": parameters})
    return found


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    total: Counter[str] = Counter()
    same: Counter[str] = Counter()
    unsafe = 0
    for number in range(count):
        made = sample.make(f"grammar {number}")
        namer = _Namer(random.Random(number))
        parts = _PARTS.fullmatch(made.prompt)
        assert parts is not None
        files = tuple(namer.text(tag) for tag in re.findall(r"<F\d>", parts[1] or ""))
        context = tuple(ContextMessage(text=namer.text(said)) for said in parts[2].split("<earlier>") if said)
        message = ReaderInput(id="x", text=namer.text(parts[3]), files=files, context=context, now=NOW)
        try:
            question = compact.question(message, READER.gazetteer)
            if question.prompt != made.prompt:
                continue
            wanted = _wanted(made.answer, question)
        except NoReadingError:
            continue
        got = notation.found(READER.read(message), wanted)
        total[made.kind] += 1
        same[made.kind] += got == wanted
        if notation.unsafe(wanted, got):
            unsafe += 1
            print(f"{made.kind}: {message.text!r}\n   grammar {made.answer}")
            print(*(f"   reader  {one['intent_type']} {one['system_name']}/{one['environment']}:{one['infrastructure_layer']} {sorted(one['target_nodes'])} {one['action_sequence']} {one['parameters']}" for one in got if "system_name" in one), sep="\n")  # fmt: skip
    for kind, seen in total.most_common():
        print(f"{kind:12s} {same[kind]:5d}/{seen:<5d} {same[kind] / seen:6.1%}")
    print(f"the same {sum(same.values())} of {sum(total.values())}, unsafe if the grammar is right {unsafe}")


if __name__ == "__main__":
    main()
