"""An idle agent holds nothing in memory that only a step or a command needs."""

import asyncio
import os
import signal
import sys

import pytest

from guardia.certs import checked
from guardia.hub.enrolment.authority import HubAuthority
from guardia.proto.frames import Facts, Result, StepOutcome
from tests.support.agent_process import DOMAIN, Clock, Field

pytestmark = pytest.mark.slow

FOR_A_STEP = {"cryptography", "guardia.certs.ticket"}
NOT_FOR_A_LOCAL_STEP = {
    "asyncssh",
    "cffi",
    "click",
    "cryptography.x509",
    "difflib",
    "grpc",
    "guardia.agent.cli",
    "guardia.agent.daemon.doctor",
    "guardia.agent.identity.enrol",
    "guardia.agent.run.ssh",
    "guardia.certs.ca",
    "guardia.certs.certificate",
    "guardia.certs.csr",
    "h11",
    "httpcore",
    "httpx",
    "sqlite3",
}

TELL = """
import os, signal, sys

def tell(*_):
    with open({path!r} + ".new", "w") as file:
        file.write("\\n".join(sys.modules))
    os.rename({path!r} + ".new", {path!r})

signal.signal(signal.SIGUSR1, tell)
"""


@pytest.fixture
async def field(tmp_path):
    authority = HubAuthority.init(tmp_path / "hub", trust_domain=DOMAIN, names=["localhost"], now_ms=Clock().now_ms())
    field = Field(tmp_path, authority)
    await field.links.start()
    field.identify()
    field.configure()
    yield field
    await field.close()


async def imported(field):
    """Names of what the agent's process has imported."""
    told = field.folder / "modules"
    field.process.send_signal(signal.SIGUSR1)
    async with asyncio.timeout(30):
        while not told.exists():
            await asyncio.sleep(0.01)
    names = set(told.read_text().splitlines())
    told.unlink()
    return names


async def start(field):
    """The agent as its service starts it, which tells what it has imported when it gets SIGUSR1."""
    extra = field.folder / "extra"
    extra.mkdir(exist_ok=True)
    (extra / "sitecustomize.py").write_text(TELL.format(path=str(field.folder / "modules")))
    await field.start(PYTHONPATH=":".join([str(extra), *sys.path]), PATH=os.environ["PATH"])


async def test_an_idle_agent_has_not_imported_what_only_a_step_or_a_command_needs(field):
    await start(field)
    await field.heard.first(Facts)  # the last thing that a new connection brings about
    idle = await imported(field)
    assert "guardia.agent.daemon.service" in idle
    assert idle & (FOR_A_STEP | NOT_FOR_A_LOCAL_STEP) == set()

    result = await field.result(field.dispatch("S1", "CHECK_DISK_SPACE", values={}))
    assert isinstance(result, Result), result
    assert result.outcome is StepOutcome.OK, result
    used = await imported(field)
    assert used >= FOR_A_STEP
    assert used & NOT_FOR_A_LOCAL_STEP == set()


async def test_an_identity_of_an_older_agent_is_remembered_by_the_first_start(field):
    remembered = field.folder / "state" / "identity" / "g-000001" / checked.NAME
    good = remembered.read_bytes()
    remembered.unlink()
    await start(field)
    assert "cryptography" in await imported(field)
    assert remembered.read_bytes() == good
    field.process.send_signal(signal.SIGTERM)
    await field.ended()
    await start(field)
    assert "cryptography" not in await imported(field)
