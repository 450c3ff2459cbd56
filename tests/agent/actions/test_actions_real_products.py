"""nginx and Tomcat as services: restart, HTTP check, and a deploy that is served after the restart."""

import os
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.agent.actions.base import Context
from guardia.agent.actions.registry import RUNNERS
from guardia.agent.core.target import HostSpec, ServiceSpec
from guardia.agent.ports import Host
from guardia.agent.run.hosts import make_host
from guardia.agent.run.ssh_pool import SshPool
from guardia.proto.catalogue import (
    ChangeReport,
    CheckReport,
    CheckStatus,
    DeployParameters,
    HttpParameters,
    Parameters,
    RollbackParameters,
    ServiceParameters,
)
from tests.fakes.host import FakeArtifacts
from tests.support.agent_context import make_context
from tests.support.ports import free_port
from tests.support.require import require, require_program
from tests.support.sshd import running_sshd

pytestmark = pytest.mark.slow

TOMCAT = Path("/usr/share/tomcat10")


@pytest.fixture(params=["local", "ssh"])
async def host(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Host]:
    pool = SshPool()
    if request.param == "local":
        yield make_host(HostSpec(asset="WEB-01"), pool)
    else:
        with running_sshd(tmp_path / "sshd") as server:
            yield make_host(HostSpec(asset="WEB-01", ssh=server.spec, state_dir=str(tmp_path / "state")), pool)
            await pool.close()


class Operator:
    """Runs actions on one service."""

    def __init__(self, host: Host, service: ServiceSpec) -> None:
        self._host = host
        self._service = service
        self._artifacts = FakeArtifacts()

    def _context(self, parameters: Parameters) -> Context:
        return make_context(self._host, self._service, parameters=parameters, artifacts=self._artifacts, within=90)

    async def change(self, code: str, parameters: Parameters | None = None) -> ChangeReport:
        report = await RUNNERS[code].run(self._context(parameters or ServiceParameters()))
        assert isinstance(report, ChangeReport)
        return report

    async def http(self) -> CheckReport:
        report = await RUNNERS["CHECK_HTTP"].run(self._context(HttpParameters()))
        assert isinstance(report, CheckReport)
        return report

    async def read(self, code: str) -> CheckReport:
        report = await RUNNERS[code].run(self._context(ServiceParameters()))
        assert isinstance(report, CheckReport)
        return report

    async def deploy(self, release: str, file: Path) -> None:
        digest, size = self._artifacts.add(file)
        await self.change(
            "DEPLOY_ARTIFACT", DeployParameters(file_name=file.name, sha256=digest, size=size, release=release)
        )


def nginx_service(folder: Path) -> ServiceSpec:
    program = require_program("nginx")
    port = free_port()
    for name in ("logs", "temp", "html"):
        (folder / name).mkdir()
    (folder / "html" / "index.html").write_text("hello from nginx\n")
    temporary = "".join(
        f"{kind}_temp_path {folder}/temp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/logs/error.log;\n"
        f"events {{}}\nhttp {{ access_log {folder}/logs/access.log; {temporary}\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/html; }} }}\n"
    )
    return ServiceSpec(
        asset="WEB-01",
        name="nginx",
        manager="command",
        start=(program, "-p", str(folder), "-e", f"{folder}/logs/error.log", "-c", f"{folder}/nginx.conf"),
        pid_file=str(folder / "guardia.pid"),
        log_files=(f"{folder}/logs/console.log",),
        health_url=f"http://127.0.0.1:{port}/",
        ports=(port,),
        start_timeout=20,
        stop_timeout=10,
    )


async def test_nginx_is_restarted_with_its_workers(host: Host, tmp_path: Path) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir()
    service = nginx_service(folder)
    operator = Operator(host, service)
    try:
        started = await operator.change("START_SERVICE")
        report = await operator.http()
        assert report.status is CheckStatus.OK
        assert report.lines == ("hello from nginx",)
        workers = [p.pid for p in await host.processes() if str(p.ppid) == started.after["pid"]]
        assert len(workers) == 2
        restarted = await operator.change("RESTART_SERVICE")
        assert restarted.before["pid"] == started.after["pid"] != restarted.after["pid"]
        assert [pid for pid in workers if await host.process(pid)] == []
        assert (await operator.http()).status is CheckStatus.OK
    finally:
        await operator.change("STOP_SERVICE")
    assert (await operator.http()).status is CheckStatus.CRIT
    assert [p for p in await host.processes() if str(folder) in p.command] == []


def tomcat_service(folder: Path) -> ServiceSpec:
    java = require_program("java")
    require_program("jcmd")
    require((TOMCAT / "bin" / "bootstrap.jar").exists(), "Tomcat is not installed (Debian package tomcat10)")
    port = free_port()
    for name in ("conf", "logs", "temp", "webapps", "work", "deploy"):
        (folder / name).mkdir()
    (folder / "conf" / "web.xml").write_bytes(Path("/etc/tomcat10/web.xml").read_bytes())
    (folder / "conf" / "server.xml").write_text(
        f"""<Server port="-1"><Service name="Catalina">
        <Connector address="127.0.0.1" port="{port}" protocol="HTTP/1.1"/>
        <Engine name="Catalina" defaultHost="localhost">
        <Host name="localhost" appBase="webapps" unpackWARs="false" autoDeploy="false">
        <Context path="" docBase="{folder}/deploy/current/ROOT.war"/>
        </Host></Engine></Service></Server>"""
    )
    return ServiceSpec(
        asset="WEB-01",
        name="tomcat",
        manager="command",
        start=(
            java,
            "-Xmx128m",
            f"-Dcatalina.home={TOMCAT}",
            f"-Dcatalina.base={folder}",
            f"-Djava.io.tmpdir={folder}/temp",
            "-classpath",
            f"{TOMCAT}/bin/bootstrap.jar:{TOMCAT}/bin/tomcat-juli.jar",
            "org.apache.catalina.startup.Bootstrap",
            "start",
        ),
        working_directory=str(folder),
        pid_file=str(folder / "guardia.pid"),
        log_files=(f"{folder}/logs/catalina.out",),
        process_pattern=f"-Dcatalina.base={folder}",
        health_url=f"http://127.0.0.1:{port}/index.html",
        ports=(port,),
        deploy_root=f"{folder}/deploy",
        artifact_name="ROOT.war",
        start_timeout=60,
        stop_timeout=20,
    )


def war(path: Path, text: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.html", text)
    return path


@pytest.mark.timeout(240)
async def test_tomcat_serves_what_was_deployed_and_rolled_back(host: Host, tmp_path: Path) -> None:
    folder = tmp_path / "tomcat"
    folder.mkdir()
    operator = Operator(host, tomcat_service(folder))
    try:
        await operator.deploy("r1", war(tmp_path / "one.war", "version one"))
        first = await operator.change("START_SERVICE")
        assert (await operator.http()).lines == ("version one",)
        dump = await operator.read("THREAD_DUMP")
        assert any("http-nio-127.0.0.1" in line for line in dump.lines)
        assert (await operator.read("CHECK_PROCESS")).status is CheckStatus.OK
        await operator.deploy("r2", war(tmp_path / "two.war", "version two"))
        second = await operator.change("RESTART_SERVICE")
        assert second.after["pid"] != first.after["pid"]
        assert (await operator.http()).lines == ("version two",)
        await operator.change("ROLLBACK_RELEASE", RollbackParameters())
        await operator.change("RESTART_SERVICE")
        assert (await operator.http()).lines == ("version one",)
    finally:
        await operator.change("STOP_SERVICE")
    assert not [p for p in await host.processes() if str(folder) in p.command]
