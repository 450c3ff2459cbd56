"""MariaDB as a service: a database server that takes its time to stop is restarted whole, and found by its port."""

import asyncio
import os
import subprocess
from pathlib import Path

import pytest

from guardia.agent.actions.registry import RUNNERS
from guardia.agent.core.target import HostSpec, ServiceSpec
from guardia.agent.run.hosts import make_host
from guardia.agent.run.ssh_pool import SshPool
from guardia.proto.catalogue import ChangeReport, CheckReport, CheckStatus, PortParameters, ServiceParameters
from tests.support.agent_context import make_context
from tests.support.ports import free_port
from tests.support.require import require_program

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


def mariadb_service(folder: Path) -> ServiceSpec:
    """A private server: data, socket and port of its own, loopback only."""
    program, install = require_program("mariadbd"), require_program("mariadb-install-db")
    data, port = folder / "data", free_port()
    user = ["--user=root"] if os.geteuid() == 0 else []
    subprocess.run(
        [install, "--no-defaults", *user, f"--datadir={data}", "--auth-root-authentication-method=normal"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return ServiceSpec(
        asset="DB-01",
        name="mariadb",
        manager="command",
        start=(
            program,
            "--no-defaults",
            *user,
            f"--datadir={data}",
            f"--socket={folder}/mariadb.sock",
            f"--port={port}",
            "--bind-address=127.0.0.1",
        ),
        pid_file=str(folder / "guardia.pid"),
        log_files=(f"{folder}/mariadb.log",),
        ports=(port,),
        start_timeout=60,
        stop_timeout=60,
    )


async def test_mariadb_is_restarted_and_answers_on_its_port(tmp_path: Path) -> None:
    service = mariadb_service(tmp_path)
    host = make_host(HostSpec(asset="DB-01"), SshPool())

    async def change(code: str) -> ChangeReport:
        context = make_context(host, service, parameters=ServiceParameters(), within=120)
        report = await RUNNERS[code].run(context)
        assert isinstance(report, ChangeReport)
        return report

    async def port() -> CheckReport:
        report = await RUNNERS["CHECK_PORT"].run(make_context(host, service, parameters=PortParameters(), within=60))
        assert isinstance(report, CheckReport)
        return report

    try:
        first = await change("START_SERVICE")
        assert first.changed
        async with asyncio.timeout(60):
            while (await port()).status is not CheckStatus.OK:
                await asyncio.sleep(0.2)
        second = await change("RESTART_SERVICE")
        assert second.before["pid"] != second.after["pid"]
        assert "ready for connections" in (tmp_path / "mariadb.log").read_text(errors="replace")
    finally:
        await change("STOP_SERVICE")
    assert (await port()).status is CheckStatus.CRIT
