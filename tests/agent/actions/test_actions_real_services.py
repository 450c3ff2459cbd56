"""Service control, deploy and rollback on real processes: on this machine, and the same through a real sshd."""

import json
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guardia.agent.actions.registry import RUNNERS
from guardia.agent.core.target import HostSpec, ServiceSpec
from guardia.agent.errors import ActionError
from guardia.agent.ports import Host
from guardia.agent.run.hosts import make_host
from guardia.agent.run.ssh_pool import SshPool
from guardia.proto.catalogue import (
    ChangeReport,
    CheckReport,
    CheckStatus,
    DeployParameters,
    HttpParameters,
    RollbackParameters,
    ServiceParameters,
    TailParameters,
)
from guardia.proto.frames import ProbeVerdict
from tests.fakes.host import FakeArtifacts
from tests.support.agent_context import Recorder, make_context
from tests.support.ports import free_port
from tests.support.sshd import running_sshd

APP = Path(__file__).parents[2] / "support" / "service_app.py"
RESTART, START, STOP = RUNNERS["RESTART_SERVICE"], RUNNERS["START_SERVICE"], RUNNERS["STOP_SERVICE"]
SERVICE = ServiceParameters()


@pytest.fixture(params=["local", "ssh"])
async def host(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Host]:
    pool = SshPool()
    if request.param == "local":
        yield make_host(HostSpec(asset="APP-01"), pool)
    else:
        with running_sshd(tmp_path / "sshd") as server:
            yield make_host(HostSpec(asset="APP-01", ssh=server.spec, state_dir=str(tmp_path / "state")), pool)
            await pool.close()


def health(port: int) -> dict[str, object]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as response:
        return json.loads(response.read())


@pytest.fixture
async def service(tmp_path: Path, host: Host) -> AsyncIterator[ServiceSpec]:
    spec = make_spec(tmp_path)
    yield spec
    await STOP.run(make_context(host, spec, parameters=SERVICE))


def make_spec(folder: Path, *options: str) -> ServiceSpec:
    port = free_port()
    root = folder / "deploy"
    root.mkdir(exist_ok=True)
    return ServiceSpec(
        asset="APP-01",
        name="budget",
        manager="command",
        start=(sys.executable, "-I", str(APP), str(port), str(root / "current" / "version.txt"), *options),
        working_directory=str(folder),
        pid_file=str(folder / "budget.pid"),
        log_files=(str(folder / "budget.log"),),
        health_url=f"http://127.0.0.1:{port}/health",
        ports=(port,),
        deploy_root=str(root),
        artifact_name="version.txt",
        start_timeout=20,
        stop_timeout=5,
    )


async def test_start_stop_and_restart_change_the_real_process(host: Host, service: ServiceSpec) -> None:
    recorder = Recorder()
    context = make_context(host, service, parameters=SERVICE, recorder=recorder)
    started = await START.run(context)
    assert isinstance(started, ChangeReport)
    assert started.changed
    first = health(service.ports[0])["pid"]
    assert recorder.started == [first]
    assert started.after["pid"] == str(first)

    again = await START.run(context)
    assert isinstance(again, ChangeReport)
    assert not again.changed

    before = await RESTART.before(context)
    assert (await RESTART.probe(context, before)).verdict is ProbeVerdict.NOT_APPLIED
    restarted = await RESTART.run(context)
    assert isinstance(restarted, ChangeReport)
    second = health(service.ports[0])["pid"]
    assert second != first
    assert (restarted.before["pid"], restarted.after["pid"]) == (str(first), str(second))
    assert (await RESTART.probe(context, before)).verdict is ProbeVerdict.APPLIED

    report = await RUNNERS["CHECK_SERVICE"].run(context)
    assert isinstance(report, CheckReport)
    assert report.status is CheckStatus.OK

    stopped = await STOP.run(context)
    assert isinstance(stopped, ChangeReport)
    assert stopped.changed
    with pytest.raises(OSError):
        health(service.ports[0])
    assert not (await STOP.run(context)).changed  # type: ignore[union-attr]


async def test_killed_between_stop_and_start_is_not_applied(host: Host, service: ServiceSpec) -> None:
    context = make_context(host, service, parameters=SERVICE)
    await START.run(context)
    before = await RESTART.before(context)
    await STOP.run(context)
    probed = await RESTART.probe(context, before)
    assert probed.verdict is ProbeVerdict.NOT_APPLIED
    assert "내려가" in probed.detail


async def test_a_crash_at_start_is_told_with_the_last_log_lines(host: Host, tmp_path: Path) -> None:
    spec = make_spec(tmp_path, "--fail")
    Path(spec.log_files[0]).write_text("an old line of the run before\n")
    with pytest.raises(ActionError, match="설정을 읽을 수 없습니다") as caught:
        await START.run(make_context(host, spec, parameters=SERVICE))
    assert caught.value.code == "service.start_failed"
    assert "old line" not in str(caught.value)


async def test_a_stubborn_service_and_its_child_are_killed(host: Host, tmp_path: Path) -> None:
    spec = make_spec(tmp_path, "--stubborn", "--child")
    spec = ServiceSpec(**{name: getattr(spec, name) for name in spec.__struct_fields__} | {"stop_timeout": 1})
    context = make_context(host, spec, parameters=SERVICE)
    await START.run(context)
    answer = health(spec.ports[0])
    await STOP.run(context)
    assert await host.process(int(str(answer["pid"]))) is None
    assert await host.process(int(str(answer["child"]))) is None


async def test_a_start_that_was_cut_off_before_its_pid_was_written_is_found_again(
    host: Host, service: ServiceSpec
) -> None:
    context = make_context(host, service, parameters=SERVICE)
    await START.run(context)
    pid = health(service.ports[0])["pid"]
    # As it looks when the agent dies between the start and the pid file.
    Path(service.pid_file).write_text(json.dumps({"intent_ms": context.clock.now_ms() - 500}))
    again = await START.run(context)
    assert isinstance(again, ChangeReport)
    assert not again.changed
    assert health(service.ports[0])["pid"] == pid


async def test_deploy_restart_rollback_restart_serves_the_right_versions(
    host: Host, service: ServiceSpec, tmp_path: Path
) -> None:
    artifacts = FakeArtifacts()

    async def deploy(release: str, content: str) -> ChangeReport:
        file = tmp_path / f"{release}.txt"
        file.write_text(content)
        digest, size = artifacts.add(file)
        parameters = DeployParameters(file_name="version.txt", sha256=digest, size=size, release=release)
        context = make_context(host, service, parameters=parameters, artifacts=artifacts)
        before = await RUNNERS["DEPLOY_ARTIFACT"].before(context)
        assert (await RUNNERS["DEPLOY_ARTIFACT"].probe(context, before)).verdict is ProbeVerdict.NOT_APPLIED
        await RUNNERS["DEPLOY_ARTIFACT"].explain(context)
        report = await RUNNERS["DEPLOY_ARTIFACT"].run(context)
        assert (await RUNNERS["DEPLOY_ARTIFACT"].probe(context, before)).verdict is ProbeVerdict.APPLIED
        assert isinstance(report, ChangeReport)
        return report

    plain = make_context(host, service, parameters=SERVICE)
    back = make_context(host, service, parameters=RollbackParameters())
    await deploy("r1", "1.0.0")
    await START.run(plain)
    assert health(service.ports[0])["version"] == "1.0.0"
    report = await deploy("r2", "2.0.0")
    assert (report.before["release"], report.after["release"]) == ("r1", "r2")
    assert health(service.ports[0])["version"] == "1.0.0"
    await RESTART.run(plain)
    assert health(service.ports[0])["version"] == "2.0.0"

    before = await RUNNERS["ROLLBACK_RELEASE"].before(back)
    await RUNNERS["ROLLBACK_RELEASE"].run(back)
    assert (await RUNNERS["ROLLBACK_RELEASE"].probe(back, before)).verdict is ProbeVerdict.APPLIED
    await RESTART.run(plain)
    assert health(service.ports[0])["version"] == "1.0.0"
    with pytest.raises(ActionError) as caught:
        await RUNNERS["ROLLBACK_RELEASE"].run(back)
    assert caught.value.code == "release.no_previous"

    shown = await RUNNERS["SHOW_VERSION"].run(plain)
    assert isinstance(shown, CheckReport)
    assert "r1" in shown.summary
    tail = await RUNNERS["TAIL_LOG"].run(make_context(host, service, parameters=TailParameters(lines=5)))
    assert isinstance(tail, CheckReport)
    assert tail.lines
    http = await RUNNERS["CHECK_HTTP"].run(make_context(host, service, parameters=HttpParameters()))
    assert isinstance(http, CheckReport)
    assert http.status is CheckStatus.OK
