"""Facts from a real agent to a real hub: kept beside what is declared, and compared when somebody asks."""

import contextlib
import json
import platform
import socket
import subprocess
import time

import pytest

from guardia.hub.demo.runner import Runner, command
from guardia.hub.errors import HubError

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("system"), pytest.mark.timeout(180)]

ASSET = "NTS-HOM-WAS-01"


def facts_of(system: Runner, within: float = 30) -> dict[str, object]:
    end = time.monotonic() + within
    while time.monotonic() < end:
        with contextlib.suppress(HubError):
            found: dict[str, object] = json.loads(system.hub("cmdb", "facts", ASSET, "--json"))
            return found
        time.sleep(0.3)
    raise AssertionError(f"no facts of {ASSET} within {within} s")


def test_facts_of_a_host_arrive_and_its_drift_is_told(system: Runner) -> None:
    declared = system.hub("cmdb", "show", "--json")
    system.kill(f"agent-{ASSET}")
    system.start_agent(ASSET, {"GUARDIA_AGENT_FACTS_SEND": "true"})  # the estate's own files say false
    try:
        told = facts_of(system)
        facts = told["facts"]
        assert isinstance(facts, dict)
        assert (facts["hostname"], facts["kernel"]) == (socket.gethostname(), platform.release())
        (service,) = facts["services"]
        assert (service["name"], service["manager"], service["state"]) == ("was-hom", "command", "running")
        argv = [command("guardia-hub"), "--config", str(system.config), "cmdb", "drift", "--json"]
        done = subprocess.run(argv, capture_output=True, check=False, timeout=60)
        assert done.returncode == 1, done.stderr
        found = json.loads(done.stdout)
        assert found["compared"] == 1
        differences = {(one["asset_code"], one["what"]): one for one in found["drift"]}
        assert differences[ASSET, "hostname"]["declared"] == "ntshomwas01"
        assert (ASSET, "service") not in differences
        assert (ASSET, "manager") not in differences
        assert system.hub("cmdb", "show", "--json") == declared
    finally:
        system.kill(f"agent-{ASSET}")
        system.start_agent(ASSET)
        system.wait_online([ASSET])
