"""Neither program starts another one by being loaded: what they execute was asked for."""

import subprocess
import sys

import pytest

WATCH = """
import sys
started = []
EVENTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.spawn", "os.fork", "os.forkpty"}
sys.addaudithook(lambda event, arguments: event in EVENTS and started.append((event, str(arguments)[:200])))
sys.path[:0] = sys.argv[2:]
__import__(sys.argv[1], fromlist=["main"])
print(started)
"""


@pytest.mark.parametrize(
    "module", ["guardia.agent.cli", "guardia.agent.daemon.wiring", "guardia.agent.run.ssh", "guardia.hub.app"]
)
def test_loading_a_program_starts_no_other(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WATCH, module, *filter(None, sys.path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
