"""The benchmarks. Each gives rows; `CASES` names them."""

from __future__ import annotations

import asyncio
import re
import statistics
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import msgspec

from guardia.hub.core.intent import ReaderInput
from guardia.hub.core.message import Receipt, ReceiptStatus
from guardia.hub.ports import Commit
from tests.bench.estate import CHECK, RESTART, SENTENCES, FixedInventory, approval, inventory, message
from tests.bench.floor import Sizes, settle
from tests.bench.measures import Progress, Row, Skipped, row
from tests.bench.system import System
from tests.bench.trace import sizes_of

WARM_UP = 20
ROOMS = 50
CALLERS = 100
MS, US = 1e6, 1e3

Rows = AsyncIterator[Row | Skipped]


class Shape(msgspec.Struct):
    """What one message made the hub write and send: what the floor does too."""

    until_explain: list[Sizes]
    until_sent: list[Sizes]
    all_writes: list[Sizes]
    explain: tuple[int, int]
    dispatch: int
    commits: list[Commit]


async def _shape(system: System, work: Callable[[], object], commits: int = 1) -> Shape:
    """Sizes of one message's way; its dispatch leaves after so many `commit`s of the store."""
    trace = system.trace
    trace.clear()
    trace.on = True
    try:
        await work()  # type: ignore[misc]
        await settle()
    finally:
        trace.on = False
    until_sent = trace.writes_until("commit", commits)
    names = [name for name, _ in trace.writes]
    return Shape(
        until_explain=until_sent[: names.index("commit")],
        until_sent=until_sent[names.index("commit") :],
        all_writes=[sizes for _, sizes in trace.writes],
        explain=trace.explain,
        dispatch=trace.dispatch,
        commits=list(trace.commits),
    )


async def _check(system: System) -> tuple[int, str]:
    """One read to its end. When it began, and the request's id."""
    number = system.number()
    said = message(number, CHECK.format(n=1))
    began = time.monotonic_ns()
    receipt = await system.engine.receive(said)
    await system.rooms.ended(_started(receipt))
    return began, receipt.request_ids[0]


def _started(receipt: Receipt) -> str:
    if receipt.status is not ReceiptStatus.IN_PROGRESS:
        raise RuntimeError(f"the hub did not start the request: {receipt.status} {receipt.message}")
    return receipt.request_ids[0]


def _first(stamps: dict[str, int], request_id: str) -> int:
    return min(moment for step_id, moment in stamps.items() if step_id.startswith(f"{request_id}."))


async def messages(system: System, count: int) -> Rows:
    """`message_to_dispatch` and `message_to_result`, and where the time of the first goes."""
    for _ in range(min(WARM_UP, count)):
        await _check(system)
        await settle()
    shape = await _shape(system, lambda: _check(system))
    began: dict[str, int] = {}
    below: list[float] = []
    below_whole: list[float] = []
    cpu: list[float] = []
    below_cpu: list[float] = []
    await system.agent.stamps()
    with Progress("message_to_dispatch, message_to_result", count) as progress:
        for _ in range(count):
            busy = time.process_time_ns()
            start, request_id = await _check(system)
            began[request_id] = start
            await settle()
            cpu.append((time.process_time_ns() - busy) / MS)
            floor = system.floor.read(shape.until_explain, shape.explain, shape.until_sent, shape.dispatch)
            below.append(floor / MS)
            await settle()
            busy = time.process_time_ns()
            whole = system.floor.whole(shape.all_writes, shape.explain, (shape.dispatch, 512))
            below_whole.append(whole / MS)
            below_cpu.append((time.process_time_ns() - busy) / MS)
            await settle()
            progress.advance()
    stamps = await system.agent.stamps()
    to_dispatch = [(_first(stamps.dispatched, key) - start) / MS for key, start in began.items()]
    to_result = [(_first(stamps.acknowledged, key) - start) / MS for key, start in began.items()]
    commits = len(shape.until_explain) + len(shape.until_sent)
    yield row(
        "message_to_dispatch",
        "ms",
        to_dispatch,
        below,
        f"the floor: {commits} durable commits, one TLS round trip, one message one way",
    )
    yield row(
        "message_to_result",
        "ms",
        to_result,
        below_whole,
        f"the floor: {len(shape.all_writes)} durable commits in sequence, two TLS round trips, one acknowledgement",
    )
    yield row(
        "message_to_result: CPU",
        "ms",
        cpu,
        below_cpu,
        "CPU time of the hub's process, all threads; hardly moved by what else the machine does",
    )
    async for part in _parts(system, count, shape):
        yield part


async def _parts(system: System, count: int, shape: Shape) -> Rows:
    """Where the time of `message_to_dispatch` goes, by the hub's ports; medians of a run of its own."""
    spans: dict[str, list[float]] = defaultdict(list)
    trace = system.trace
    floor = system.floor
    below: dict[str, list[float]] = defaultdict(list)
    takes, opens = shape.until_explain[0], shape.until_sent[0]
    with Progress("parts of message_to_dispatch", count) as progress:
        for _ in range(count):
            trace.clear()
            trace.on = True
            start, request_id = await _check(system)
            trace.on = False
            await settle()
            stamp = _first((await system.agent.stamps()).dispatched, request_id)
            for name, total in _sums(trace.spans, start, stamp).items():
                spans[name].append(total / US)
            for name, sizes in (("take", takes), ("commit", opens)):
                moment = time.monotonic_ns()
                floor.commits.commit(sizes)
                below[name].append((time.monotonic_ns() - moment) / US)
            moment = time.monotonic_ns()
            floor.link.ask(*shape.explain)
            below["explain"].append((time.monotonic_ns() - moment) / US)
            moment = time.monotonic_ns()
            below["sending"].append((floor.link.ask(shape.dispatch, 0) - moment) / US)
            await settle()
            progress.advance()
    for name, values in spans.items():
        yield row(f"message_to_dispatch: {name}", "µs", values, below.get(name))


def _sums(spans: Sequence[tuple[str, int, int]], start: int, end: int) -> dict[str, int]:
    """Time by name until the dispatch is handed over, then `sending` until `end`; what is in no span is `the rest`."""
    found: dict[str, int] = defaultdict(int)
    handed_over = next(began for name, began, _ in spans if name == "sending")
    found["sending"] = end - handed_over
    for name, began, ended in spans:
        if ended and ended <= handed_over:
            found[name] += ended - began
    found["the rest"] = end - start - sum(found.values())
    return found


async def approved_restart(system: System, count: int) -> Rows:
    """A change in production: message, approval at once, first step at the agent."""

    async def one() -> tuple[int, str]:
        number = system.number()
        said = message(number, RESTART.format(n=2))
        began = time.monotonic_ns()
        receipt = await system.engine.receive(said)
        if receipt.status is not ReceiptStatus.PENDING_APPROVAL:
            raise RuntimeError(f"the hub did not ask for an approval: {receipt.status} {receipt.message}")
        plan = system.engine.desk.requests[receipt.request_ids[0]].plan
        assert plan is not None
        await system.engine.press(approval(number, receipt.request_ids[0], plan.digest))
        await system.rooms.ended(receipt.request_ids[0])
        return began, receipt.request_ids[0]

    for _ in range(min(WARM_UP, count)):
        await one()
        await settle()
    shape = await _shape(system, one, commits=2)
    began: dict[str, int] = {}
    below: list[float] = []
    await system.agent.stamps()
    with Progress("approved_restart", count) as progress:
        for _ in range(count):
            start, request_id = await one()
            began[request_id] = start
            await settle()
            floor = system.floor.read(shape.until_explain, shape.explain, shape.until_sent, shape.dispatch)
            below.append(floor / MS)
            await settle()
            progress.advance()
    stamps = await system.agent.stamps()
    values = [(_first(stamps.dispatched, key) - start) / MS for key, start in began.items()]
    commits = len(shape.until_explain) + len(shape.until_sent)
    note = f"the approval comes at once; the floor: {commits} durable commits, one TLS round trip, one message one way"
    yield row("approved_restart", "ms", values, below, note)


async def throughput(system: System, count: int) -> Rows:
    """Many rooms at once: until every step has been dispatched, and until every result is recorded."""
    await _check(system)
    shape = await _shape(system, lambda: _check(system))
    rooms = min(ROOMS, count)
    each = max(1, count // rooms)
    rounds = 5 if count >= ROOMS else 2
    dispatched: list[float] = []
    below: list[float] = []
    done: list[float] = []
    below_done: list[float] = []
    before_dispatch = [*shape.until_explain, *shape.until_sent]
    with Progress("throughput", rounds * 2) as progress:
        for _ in range(rounds):
            await system.agent.tell("hold")
            start, ids = await _round(system, rooms, each)
            await settle()
            end = max((await system.agent.stamps()).dispatched.values())
            dispatched.append((end - start) / US / len(ids))
            await system.agent.tell("release")
            for request_id in ids:
                await system.rooms.ended(request_id)
            below.append(_grouped(system, before_dispatch, rooms, each) / US)
            await settle()
            progress.advance()
            start, ids = await _round(system, rooms, each)
            for request_id in ids:
                await system.rooms.ended(request_id)
            done.append((time.monotonic_ns() - start) / US / len(ids))
            await settle()
            await system.agent.stamps()
            below_done.append(_grouped(system, shape.all_writes, rooms, each) / US)
            await settle()
            progress.advance()
    for name, values, floor in (
        ("throughput", dispatched, below),
        ("throughput_to_result", done, below_done),
    ):
        rate, most = (1e6 / statistics.median(numbers) for numbers in (values, floor))
        note = (
            f"{rate:.0f} messages a second from {rooms} rooms at once to one agent, {rounds} rounds of {rooms * each};"
            f" the floor, group commits of the same rows: {most:.0f} a second"
        )
        yield row(name, "µs/message", values, floor, note)


async def _round(system: System, rooms: int, each: int) -> tuple[int, list[str]]:
    async def room(number: int) -> list[str]:
        text = CHECK.format(n=number % 5 + 1)
        return [
            _started(await system.engine.receive(message(system.number(), text, room=f"room{number}")))
            for _ in range(each)
        ]

    start = time.monotonic_ns()
    found = await asyncio.gather(*(room(number) for number in range(rooms)))
    return start, [request_id for ids in found for request_id in ids]


def _grouped(system: System, writes: Sequence[Sizes], rooms: int, each: int) -> float:
    """Nanoseconds a message: every room's rows of one kind in one transaction, kind after kind."""
    start = time.monotonic_ns()
    for _ in range(each):
        for sizes in writes:
            system.floor.commits.commit(sizes * rooms)
    return (time.monotonic_ns() - start) / (rooms * each)


async def event_log_append(system: System, count: int) -> Rows:
    """`SqlStore.commit` of new requests by 100 callers at once."""
    shape = await _shape(system, lambda: _check(system))
    sample = shape.commits[0]
    values: list[float] = []
    below: list[float] = []
    sizes = sizes_of(sample)
    rounds = max(3, count // 5)
    with Progress("event_log_append", rounds) as progress:
        for _ in range(rounds):
            commits = [_copy(sample, system.number()) for _ in range(CALLERS)]
            start = time.monotonic_ns()
            await asyncio.gather(*(system.store.commit(commit) for commit in commits))
            values.append((time.monotonic_ns() - start) / US / CALLERS)
            start = time.monotonic_ns()
            system.floor.commits.commit(sizes * CALLERS)
            below.append((time.monotonic_ns() - start) / US / CALLERS)
            await settle()
            progress.advance()
    rate, rows = 1e6 / statistics.median(values), len(sizes)
    note = (
        f"{rate:.0f} requests a second, {rows} rows each, {CALLERS} callers at once; the floor: the rows in one commit"
    )
    yield row("event_log_append", "µs/commit", values, below, note)


def _copy(commit: Commit, number: int) -> Commit:
    """The same commit of another request."""
    request_id = f"SR-copy-{number}"
    return msgspec.structs.replace(
        commit,
        request=msgspec.structs.replace(commit.request, request_id=request_id),
        origin=f"copy:{number}",
        messages=tuple(
            msgspec.structs.replace(one, message_id=f"{n}-{request_id}", room_id="copies", revision=0)
            for n, one in enumerate(commit.messages)
        ),
        outbox=tuple(
            msgspec.structs.replace(one, request_id=request_id, step_id=f"{request_id}.{n}")
            for n, one in enumerate(commit.outbox)
        ),
    )


async def reader(system: System, count: int) -> Rows:
    """The embedded reader alone, over a thousand servers."""
    known = inventory()
    try:
        from guardia.hub.parser.adapter import EmbeddedParser

        parser = EmbeddedParser(FixedInventory(known))
    except (ImportError, TypeError) as error:
        yield Skipped(name="reader", reason=f"there is no embedded reader: {error}")
        return
    names = {s.institution for s in known.servers} | {s.system_name for s in known.servers}
    names |= {alias.alias for alias in known.aliases} | {s.asset_code for s in known.servers}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    inputs = [ReaderInput(id=f"r{n}", text=text, now="2026-01-01T09:00:00+09:00") for n, text in enumerate(SENTENCES)]
    start = time.perf_counter_ns()
    await parser.read(inputs[0])
    first = (time.perf_counter_ns() - start) / MS
    values: list[float] = []
    below: list[float] = []
    with Progress("reader", WARM_UP + count) as progress:
        for one in _cycle(inputs, WARM_UP + count):
            start = time.perf_counter_ns()
            await parser.read(one)
            middle = time.perf_counter_ns()
            pattern.findall(one.text)
            below.append((time.perf_counter_ns() - middle) / US)
            values.append((middle - start) / US)
            progress.advance()
    note = (
        f"{len(SENTENCES)} sentences over {len(known.servers)} servers; the first after a change of the CMDB:"
        f" {first:.1f} ms; the floor: one pass of a compiled pattern of all names"
    )
    yield row("reader", "µs/message", values[WARM_UP:], below[WARM_UP:], note)


def _cycle(inputs: Sequence[ReaderInput], count: int) -> Iterator[ReaderInput]:
    return (inputs[n % len(inputs)] for n in range(count))


CASES: dict[str, tuple[tuple[str, ...], Callable[[System, int], Rows]]] = {
    "messages": (("message_to_dispatch", "message_to_result"), messages),
    "approved_restart": (("approved_restart",), approved_restart),
    "throughput": (("throughput", "throughput_to_result"), throughput),
    "event_log_append": (("event_log_append",), event_log_append),
    "reader": (("reader",), reader),
}
"""By name: the rows it gives, and what measures them."""
