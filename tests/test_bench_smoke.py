"""The benchmark runs to its end and says what it measured. How fast is for people to read, not for a test to judge."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.require import require_program

ROOT = Path(__file__).parent.parent
MEMBERS = ("proto", "certs", "cmdb", "llm_server", "hub", "agent")
ROWS = {
    "message_to_dispatch",
    "message_to_result",
    "approved_restart",
    "throughput",
    "throughput_to_result",
    "event_log_append",
    "reader",
}


LINK = {
    "dispatch": {"dispatch p50", "dispatch p99", "dispatch beside Salt", "dispatch p50 by gRPC"},
    "dispatch_throughput": {
        "dispatch_throughput",
        "dispatch_throughput a second",
        "dispatch_throughput by gRPC",
    },
    "fan_out": {"fan_out", "fan_out by gRPC"},
    "idle_memory": {"idle_memory", "idle_memory by gRPC"},
    "reconnect_storm": {"reconnect_storm", "reconnect_storm: late heartbeats", "reconnect_storm: steps meanwhile"},
    "agent_idle": {"agent_idle", "agent_idle after a step"},
    "artifact": {"artifact", "artifact: 8 at once"},
    "ssh_check": {"ssh_check", "ssh_check: program"},
}


def run_bench(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    return run_module("tests.bench", *options, "--json", "--folder", str(folder))


def run_module(module: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    path = "/usr/local/sbin:/usr/sbin:/usr/bin:/bin"
    environment = {"PATH": path, "PYTHONPATH": ":".join(str(ROOT / one) for one in (".", *MEMBERS))}
    return subprocess.run(
        [sys.executable, "-m", module, *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        timeout=220,
    )


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", sorted(LINK))
def test_every_measure_of_the_link_says_how_it_stands_to_its_bar(name: str, tmp_path: Path) -> None:
    if name == "ssh_check":
        require_program("sshd")
    done = run_bench(tmp_path, "--only", name, "--scale", "0.004")
    assert done.returncode == 0, done.stderr.decode()
    outcome = json.loads(done.stdout)
    assert outcome["rows"] == [], "the hub's own benchmarks were not asked for"
    found = {one["name"]: one for one in outcome["link"]}
    assert found.keys() >= LINK[name]
    for one in outcome["link"]:
        assert one["measured"] >= 0
        if one["floor"] is not None:
            assert one["measured"] > 0
            assert one["floor"] > 0
            assert one["ratio"] == pytest.approx(one["measured"] / one["floor"])
        assert (one["met"] is None) == (one["bar"] == "")
    assert {skipped["name"] for skipped in outcome["skipped"]} <= {"ssh_check: ansible"}
    assert list(tmp_path.iterdir()) == [], "the benchmark leaves nothing behind"


@pytest.mark.slow
def test_every_benchmark_gives_a_row_beside_its_floor(tmp_path: Path) -> None:
    only = [option for name in sorted(ROWS) for option in ("--only", name)]
    done = run_bench(tmp_path, "--count", "3", *only)
    assert done.returncode == 0, done.stderr.decode()
    outcome = json.loads(done.stdout)
    assert outcome["machine"]["cores"] >= 1
    assert outcome["skipped"] == []
    rows = {row["name"]: row for row in outcome["rows"]}
    assert rows.keys() >= ROWS
    for name in ROWS:
        row = rows[name]
        for numbers in (row["measured"], row["floor"], row["ratio"]):
            assert numbers["p50"] > 0
        for numbers in (row["measured"], row["floor"]):
            assert numbers["p50"] <= numbers["p90"] <= numbers["p99"]
        assert row["count"] >= 1
        assert row["unit"] in {"ms", "µs/message", "µs/commit"}
    parts = [name for name in rows if name.startswith("message_to_dispatch: ")]
    assert {"message_to_dispatch: take", "message_to_dispatch: explain", "message_to_dispatch: sending"} <= {*parts}
    (bar,) = outcome["link"]
    assert bar["name"] == "event_log_append"
    assert bar["ratio"] == pytest.approx(1 / rows["event_log_append"]["ratio"]["p50"])
    assert list(tmp_path.iterdir()) == [], "the benchmark leaves nothing behind"
    assert b"message_to_dispatch, message_to_result: 3/3 done" in done.stderr


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_least_program_is_measured_beside_the_floors(tmp_path: Path) -> None:
    """`fan_out` has a thousand connections and is `dispatch_throughput` with other numbers."""
    chosen = ("dispatch", "dispatch_throughput", "event_log_append")
    only = [option for name in chosen for option in ("--only", name)]
    done = run_module("tests.bench.least", *only, "--rounds", "1", "--folder", str(tmp_path))
    assert done.returncode == 0, done.stderr.decode()
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.decode().splitlines()[2:]]
    measured = ["`dispatch p50`", "`dispatch p99`", "`dispatch_throughput`", "`event_log_append: SQLite alone`"]
    assert [row[0] for row in rows] == measured
    for _, _, least, floor, ratio, bar in rows:
        assert min(float(number.replace(",", "")) for number in (least, floor, ratio)) > 0
        assert bar
    assert not list(tmp_path.iterdir()), "nothing is left behind"
