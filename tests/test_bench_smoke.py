"""The benchmark runs to its end and says what it measured. How fast is for people to read, not for a test to judge."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.slow
def test_every_benchmark_gives_a_row_beside_its_floor(tmp_path: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(str(ROOT / one) for one in (".", *MEMBERS))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--count", "3", "--json", "--folder", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        check=False,
        timeout=100,
    )
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
    assert list(tmp_path.iterdir()) == [], "the benchmark leaves nothing behind"
    assert b"message_to_dispatch, message_to_result: 3/3 done" in done.stderr
