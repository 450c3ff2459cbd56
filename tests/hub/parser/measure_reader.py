# ruff: noqa: E501 - long lines of figures
"""How long the reader takes: `python -m tests.hub.parser.measure_reader [SERVERS]` prints figures, it judges nothing."""

from __future__ import annotations

import random
import resource
import sys
import time

from guardia.hub.core.intent import ReaderInput
from guardia.hub.parser.embedded.reader import EmbeddedReader
from tests.hub.parser.estates import crowd
from tests.hub.parser.phrasing import COMMANDS, NOTHING, NOUNS

LONG = (
    "아래 로그가 계속 찍힙니다.\n"
    + "2027-03-10 18:40:11 ERROR [exec-7] java.lang.OutOfMemoryError: Java heap space\n" * 12
)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    inventory = crowd(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    reader = EmbeddedReader(inventory)
    built = time.perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    draw = random.Random(7)
    messages: list[str] = []
    for number in range(3_000):
        server = draw.choice(inventory.servers)
        target = f"{server.institution} {server.system_name} {server.infrastructure_layer} {server.node_no}호기"
        text = draw.choice(COMMANDS + NOTHING).format(t=target, n=draw.choice(NOUNS)[0])
        messages.append(LONG + text if number % 20 == 0 else text)
    for text in messages[:100]:
        reader.read(ReaderInput(id="warm", text=text))
    spent: list[float] = []
    for text in messages:
        start = time.perf_counter()
        reader.read(ReaderInput(id="x", text=text))
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    print(f"servers {len(inventory.servers)}  index {built:.2f} s, {memory / 1024:.0f} MiB more resident")
    print(
        f"messages {len(spent)}  p50 {spent[len(spent) // 2]:.2f} ms  p99 {spent[len(spent) * 99 // 100]:.2f} ms  most {spent[-1]:.2f} ms"
    )
    start = time.perf_counter()
    reader.read(ReaderInput(id="x", text=("홈포털 와스 재기동해 주시고 로그도 보여주세요 " * 200)[:4_000]))
    print(f"4,000 characters in one sentence {(time.perf_counter() - start) * 1000:.0f} ms")


if __name__ == "__main__":
    main()
