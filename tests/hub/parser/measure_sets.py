"""What the embedded reader makes of every set that was written blind: `python -m tests.hub.parser.measure_sets`."""

from __future__ import annotations

import msgspec

from guardia.hub.parser.embedded.reader import VERSION, EmbeddedReader
from guardia.llm_server.evaluate.scoring import right, unsafe
from tests.hub.parser import sets


def main() -> None:
    print(f"embedded reader, version {VERSION}")
    total = exact = danger = 0
    for name in sets.NAMES:
        reader = EmbeddedReader(sets.inventory(name))
        rows = []
        for line in sets.lines(name):
            got = [msgspec.to_builtins(intent) for intent in reader.read(line.given).intents]
            rows.append((right(line.requests, got), unsafe(line.requests, got)))
        good, bad = sum(row[0] for row in rows), sum(row[1] for row in rows)
        print(f"{name:12s} {good:4d}/{len(rows):<4d} {good / len(rows):6.1%}  unsafe {bad}")
        total, exact, danger = total + len(rows), exact + good, danger + bad
    print(f"{'all':12s} {exact:4d}/{total:<4d} {exact / total:6.1%}  unsafe {danger}")


if __name__ == "__main__":
    main()
