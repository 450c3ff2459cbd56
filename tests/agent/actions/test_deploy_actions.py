"""Deploy and rollback, branch by branch, on a fake host."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from guardia.agent.actions.base import Context
from guardia.agent.actions.registry import RUNNERS
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, RefusedError, UnsupportedError
from guardia.proto.catalogue import (
    ChangeReport,
    CheckReport,
    CheckStatus,
    DeployParameters,
    RollbackParameters,
    ServiceParameters,
)
from guardia.proto.frames import ProbeVerdict
from tests.fakes.host import FakeArtifacts, FakeHost
from tests.support.agent_context import Recorder, make_context

DEPLOY, ROLLBACK, VERSION = RUNNERS["DEPLOY_ARTIFACT"], RUNNERS["ROLLBACK_RELEASE"], RUNNERS["SHOW_VERSION"]
ROOT = "/srv/app"
SERVICE = ServiceSpec(asset="FAKE-01", name="app", manager="systemd", deploy_root=ROOT)

MakeContext = Callable[..., Context]


@pytest.fixture
def host() -> FakeHost:
    host = FakeHost()
    host._add_directory(ROOT)
    return host


@pytest.fixture
def artifacts() -> FakeArtifacts:
    return FakeArtifacts()


@pytest.fixture
def deploying(host: FakeHost, artifacts: FakeArtifacts, tmp_path: Path) -> MakeContext:
    def make(release: str, content: str = "", *, name: str = "app.war", recorder: Recorder | None = None) -> Context:
        file = tmp_path / f"{release}-{len(artifacts.files)}"
        file.write_text(content or release)
        digest, size = artifacts.add(file)
        parameters = DeployParameters(file_name=name, sha256=digest, size=size, release=release)
        return make_context(host, SERVICE, parameters=parameters, artifacts=artifacts, recorder=recorder)

    return make


def back(host: FakeHost, version: str = "") -> Context:
    return make_context(host, SERVICE, parameters=RollbackParameters(version=version))


async def deploy(context: Context) -> ChangeReport:
    report = await DEPLOY.run(context)
    assert isinstance(report, ChangeReport)
    return report


async def rollback(context: Context) -> ChangeReport:
    report = await ROLLBACK.run(context)
    assert isinstance(report, ChangeReport)
    return report


def current(host: FakeHost) -> str:
    return host.links[f"{ROOT}/current"]


async def test_a_deploy_explains_itself_changes_nothing_and_then_does_it(
    host: FakeHost, deploying: MakeContext, artifacts: FakeArtifacts
) -> None:
    recorder = Recorder()
    context = deploying("r1", recorder=recorder)
    plan = await DEPLOY.explain(context)
    assert plan.commands == ()
    assert plan.notes[-1] == f"심볼릭 링크 {ROOT}/current → releases/r1"
    assert (host.files, host.links, artifacts.fetched) == ({}, {}, [])
    report = await deploy(context)
    assert report.changed
    assert current(host) == "releases/r1"
    assert host.files[f"{ROOT}/releases/r1/app.war"] == b"r1"
    entry = json.loads(host.files[f"{ROOT}/releases.json"])["releases"][0]
    assert (entry["release"], entry["previous"], entry["file_name"]) == ("r1", "", "app.war")
    assert "releases/r1" in recorder.text
    assert host.runs == []


async def test_the_same_release_again_is_no_change(host: FakeHost, deploying: MakeContext) -> None:
    await deploy(deploying("r1"))
    assert not (await deploy(deploying("r1"))).changed


async def test_a_release_name_is_never_used_for_other_content(host: FakeHost, deploying: MakeContext) -> None:
    await deploy(deploying("r1"))
    await deploy(deploying("r2"))
    context = deploying("r1", "something else")
    with pytest.raises(RefusedError) as refused:
        await DEPLOY.explain(context)
    with pytest.raises(ActionError) as failed:
        await deploy(context)
    assert refused.value.code == failed.value.code == "release.exists"
    assert host.files[f"{ROOT}/releases/r1/app.war"] == b"r1"
    assert current(host) == "releases/r2"


async def test_an_unrecorded_current_release_is_not_overwritten(host: FakeHost, deploying: MakeContext) -> None:
    host.add_file(f"{ROOT}/releases/r1/app.war", b"by hand")
    await host.swap_link(f"{ROOT}/current", "releases/r1")
    with pytest.raises(ActionError) as failed:
        await deploy(deploying("r1"))
    assert failed.value.code == "release.exists"
    assert host.files[f"{ROOT}/releases/r1/app.war"] == b"by hand"


async def test_a_half_finished_deploy_is_finished(host: FakeHost, deploying: MakeContext) -> None:
    await deploy(deploying("r1"))
    host.add_file(f"{ROOT}/releases/r2/app.war", b"half")
    await deploy(deploying("r2"))
    assert host.files[f"{ROOT}/releases/r2/app.war"] == b"r2"
    assert (await rollback(back(host))).after == {"release": "r1"}


async def test_the_artifact_may_have_a_fixed_name(
    host: FakeHost, artifacts: FakeArtifacts, deploying: MakeContext
) -> None:
    context = deploying("r1", name="budget-1.2.war")
    fixed = ServiceSpec(asset="FAKE-01", name="app", manager="systemd", deploy_root=ROOT, artifact_name="ROOT.war")
    await deploy(make_context(host, fixed, parameters=context.parameters, artifacts=artifacts))
    assert f"{ROOT}/releases/r1/ROOT.war" in host.files


async def test_probe_of_an_interrupted_deploy(host: FakeHost, deploying: MakeContext) -> None:
    await deploy(deploying("r1"))
    context = deploying("r2")
    before = await DEPLOY.before(context)
    assert before == {"service": "app", "current": "r1"}
    assert (await DEPLOY.probe(context, before)).verdict is ProbeVerdict.NOT_APPLIED
    await deploy(context)
    assert (await DEPLOY.probe(context, before)).verdict is ProbeVerdict.APPLIED
    await deploy(deploying("r3"))
    assert (await DEPLOY.probe(context, before)).verdict is ProbeVerdict.UNDETERMINED


async def test_rollback_follows_the_record_and_never_the_order_of_names(host: FakeHost, deploying: MakeContext) -> None:
    for release in ("r5", "r9", "r7"):
        await deploy(deploying(release))
    context = back(host)
    plan = await ROLLBACK.explain(context)
    assert plan.notes == (f"심볼릭 링크 {ROOT}/current → releases/r9",)
    before = await ROLLBACK.before(context)
    assert before == {"current": "r7", "target": "r9"}
    assert (await ROLLBACK.probe(context, before)).verdict is ProbeVerdict.NOT_APPLIED
    assert (await rollback(context)).changed
    assert (await ROLLBACK.probe(context, before)).verdict is ProbeVerdict.APPLIED
    # Once more goes on along the record, not to and fro.
    assert (await rollback(back(host))).after == {"release": "r5"}
    assert (await ROLLBACK.probe(context, before)).verdict is ProbeVerdict.UNDETERMINED
    with pytest.raises(ActionError) as failed:
        await rollback(back(host))
    assert failed.value.code == "release.no_previous"


async def test_rollback_to_a_version(host: FakeHost, deploying: MakeContext) -> None:
    for release in ("r1", "r2", "r3"):
        await deploy(deploying(release))
    assert (await rollback(back(host, "r1"))).after == {"release": "r1"}
    assert not (await rollback(back(host, "r1"))).changed
    with pytest.raises(ActionError, match="r3, r2, r1") as failed:
        await rollback(back(host, "r9"))
    assert failed.value.code == "release.unknown"


async def test_a_release_whose_files_are_gone_is_not_gone_back_to(host: FakeHost, deploying: MakeContext) -> None:
    await deploy(deploying("r1"))
    await deploy(deploying("r2"))
    await host.remove(f"{ROOT}/releases/r1/app.war")
    with pytest.raises(ActionError) as failed:
        await rollback(back(host))
    assert failed.value.code == "release.missing"
    assert current(host) == "releases/r2"


async def test_nothing_to_go_back_to(host: FakeHost) -> None:
    with pytest.raises(ActionError) as failed:
        await rollback(back(host))
    assert failed.value.code == "release.no_previous"
    with pytest.raises(RefusedError) as refused:
        await ROLLBACK.explain(back(host))
    assert refused.value.code == "release.no_previous"


async def test_a_damaged_record_stops_everything(host: FakeHost, deploying: MakeContext) -> None:
    host.add_file(f"{ROOT}/releases.json", b"{broken")
    for run in (DEPLOY.run(deploying("r1")), ROLLBACK.run(back(host))):
        with pytest.raises(ActionError) as failed:
            await run
        assert failed.value.code == "release.record_damaged"
    assert host.links == {}


async def test_current_that_is_a_directory_is_left_alone(host: FakeHost, deploying: MakeContext) -> None:
    host.add_file(f"{ROOT}/current/app.war", b"by hand")
    with pytest.raises(HostError, match="not a symbolic link"):
        await deploy(deploying("r1"))
    assert host.files[f"{ROOT}/current/app.war"] == b"by hand"


async def test_a_service_without_a_deploy_root(host: FakeHost, deploying: MakeContext) -> None:
    bare = ServiceSpec(asset="FAKE-01", name="app", manager="systemd")
    for runner, parameters in ((DEPLOY, deploying("r1").parameters), (ROLLBACK, RollbackParameters())):
        with pytest.raises(UnsupportedError, match="deploy_root"):
            await runner.explain(make_context(host, bare, parameters=parameters))


async def test_versions_are_shown(host: FakeHost, deploying: MakeContext) -> None:
    async def shown() -> CheckReport:
        report = await VERSION.run(make_context(host, SERVICE, parameters=ServiceParameters()))
        assert isinstance(report, CheckReport)
        return report

    assert (await shown()).status is CheckStatus.UNKNOWN
    await deploy(deploying("r1"))
    await deploy(deploying("r2"))
    report = await shown()
    assert report.status is CheckStatus.OK
    assert "r2" in report.summary
    assert "r1" in report.summary
    await host.swap_link(f"{ROOT}/current", "releases/by-hand")
    assert (await shown()).status is CheckStatus.WARN
