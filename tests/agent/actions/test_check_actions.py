"""Checks of hosts, HTTP, certificates and logs, and the cleaning of logs."""

import os
import socket
import ssl
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from guardia.agent.actions.base import ActionRunner, Context
from guardia.agent.actions.registry import RUNNERS
from guardia.agent.core.loglines import DATE_ARGV
from guardia.agent.core.procfs import PS_ARGV
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import ActionError, HostError, HostLostError, UnknownTargetError, UnsupportedError
from guardia.agent.ports import Completed, Cpu, Disk, Memory
from guardia.agent.run.local import LocalHost
from guardia.proto.catalogue import (
    ChangeReport,
    CheckReport,
    CheckStatus,
    CleanLogsParameters,
    HttpParameters,
    NoParameters,
    Parameters,
    PortParameters,
    SearchParameters,
    ServiceParameters,
    TailParameters,
    canonical,
)
from guardia.proto.frames import ProbeVerdict
from guardia.proto.limits import MAX_REPORT
from tests.fakes.host import FakeHost
from tests.support.agent_context import RealClock, make_context
from tests.support.certificate import self_signed
from tests.support.clock import FakeClock
from tests.support.require import require_program

LOG = "/var/log/app/app.log"
SERVICE = ServiceSpec(
    asset="FAKE-01",
    name="app",
    manager="command",
    start=("/opt/app/run",),
    pid_file="/run/app.pid",
    log_files=(LOG,),
    ports=(8080,),
    process_pattern="-Dname=app",
)


@pytest.fixture
def host() -> FakeHost:
    return FakeHost()


def context(host: FakeHost, parameters: Parameters | None = None, *services: ServiceSpec) -> Context:
    return make_context(host, *(services or (SERVICE,)), parameters=parameters or NoParameters(), clock=FakeClock())


async def check(code: str, ctx: Context) -> CheckReport:
    runner: ActionRunner = RUNNERS[code]
    plan = await runner.explain(ctx)
    assert plan.user
    assert plan.notes or plan.commands
    report = await runner.run(ctx)
    assert isinstance(report, CheckReport)
    assert (report.check, report.asset) == (code, ctx.asset)
    assert datetime.fromisoformat(report.collected_at).utcoffset() is not None
    assert report.summary
    assert len(canonical(report)) < MAX_REPORT
    return report


def disk(used: int, *, mount: str = "/", inodes_free: int = 900) -> Disk:
    return Disk(
        mount=mount,
        device="/dev/x",
        fs_type="ext4",
        total=100,
        used=used,
        free=100 - used,
        inodes=1000,
        inodes_free=inodes_free,
    )


UNREAD = Disk(mount="/dead", device="/dev/y", fs_type="xfs", total=0, used=0, free=0)


@pytest.mark.parametrize(
    ("disks", "status"),
    [
        ([disk(79)], CheckStatus.OK),
        ([disk(80)], CheckStatus.WARN),
        ([disk(10), disk(90, mount="/data")], CheckStatus.CRIT),
        ([disk(10, inodes_free=150)], CheckStatus.WARN),
        ([disk(10, inodes_free=50)], CheckStatus.CRIT),
        ([], CheckStatus.UNKNOWN),
        ([disk(10), UNREAD], CheckStatus.UNKNOWN),
        ([disk(85), UNREAD], CheckStatus.UNKNOWN),
        ([disk(95), UNREAD], CheckStatus.CRIT),
    ],
)
async def test_disks(disks: list[Disk], status: CheckStatus, host: FakeHost) -> None:
    host.facts_disks = disks
    report = await check("CHECK_DISK_SPACE", context(host))
    assert report.status is status
    if UNREAD in disks:
        assert "/dead" in report.summary
    if disks:
        assert {(metric.warn, metric.crit) for metric in report.metrics} == {(80.0, 90.0)}


@pytest.mark.parametrize(
    ("available", "status"), [(50, CheckStatus.OK), (20, CheckStatus.WARN), (10, CheckStatus.CRIT)]
)
async def test_memory(available: int, status: CheckStatus, host: FakeHost) -> None:
    host.facts_memory = Memory(total=100, available=available)
    assert (await check("CHECK_MEMORY", context(host))).status is status


@pytest.mark.parametrize(
    ("busy", "load", "status"),
    [(0.2, 1, CheckStatus.OK), (0.9, 1, CheckStatus.WARN), (0.99, 1, CheckStatus.CRIT), (0.1, 16, CheckStatus.CRIT)],
)
async def test_cpu(busy: float, load: float, status: CheckStatus, host: FakeHost) -> None:
    host.facts_cpu = Cpu(count=4, busy=busy, load1=load, load5=load, load15=load)
    assert (await check("CHECK_CPU", context(host))).status is status


async def test_processes_by_pattern_or_pid_file(host: FakeHost) -> None:
    ctx = context(host, ServiceParameters())
    assert (await check("CHECK_PROCESS", ctx)).status is CheckStatus.CRIT
    assert (await RUNNERS["CHECK_PROCESS"].explain(ctx)).commands == (PS_ARGV,)
    host.add_process("/usr/bin/java -Dname=app Main")
    report = await check("CHECK_PROCESS", ctx)
    assert report.status is CheckStatus.OK
    assert report.table is not None
    assert len(report.table.rows) == 1
    plain = ServiceSpec(asset="FAKE-01", name="p", manager="command", start=("/x",), pid_file="/run/p.pid")
    assert (await check("CHECK_PROCESS", context(host, ServiceParameters(), plain))).status is CheckStatus.CRIT


async def test_ports(host: FakeHost) -> None:
    assert (await check("CHECK_PORT", context(host, PortParameters()))).status is CheckStatus.CRIT
    host.ports.add(8080)
    assert (await check("CHECK_PORT", context(host, PortParameters()))).status is CheckStatus.OK
    assert (await check("CHECK_PORT", context(host, PortParameters(port=9)))).status is CheckStatus.CRIT
    portless = ServiceSpec(asset="FAKE-01", name="p", manager="systemd")
    with pytest.raises(UnsupportedError):
        await RUNNERS["CHECK_PORT"].explain(context(host, PortParameters(), portless))


async def test_a_port_that_could_not_be_looked_at_is_unknown(host: FakeHost, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*args: object) -> set[int]:
        raise HostError("no permission")

    monkeypatch.setattr(host, "listening", refuse)
    assert (await check("CHECK_PORT", context(host, PortParameters()))).status is CheckStatus.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ((200, b"ok", 0.05), CheckStatus.OK),
        ((302, b"", 0.05), CheckStatus.OK),
        ((404, b"", 0.05), CheckStatus.WARN),
        ((200, b"", 3.0), CheckStatus.WARN),
        ((200, b"", 9.0), CheckStatus.CRIT),
        ((503, b"", 0.05), CheckStatus.CRIT),
        (HostError("refused"), CheckStatus.CRIT),
        (HostLostError("lost"), CheckStatus.UNKNOWN),
    ],
)
async def test_http(answer: tuple[int, bytes, float] | HostError, status: CheckStatus, host: FakeHost) -> None:
    host.answers["http://127.0.0.1:8080/"] = answer
    assert (await check("CHECK_HTTP", context(host, HttpParameters()))).status is status


async def test_http_without_an_address(host: FakeHost) -> None:
    bare = ServiceSpec(asset="FAKE-01", name="p", manager="systemd")
    with pytest.raises(UnsupportedError, match="health_url"):
        await RUNNERS["CHECK_HTTP"].explain(context(host, HttpParameters(), bare))


@pytest.mark.parametrize(
    ("days", "status"), [(90, CheckStatus.OK), (20, CheckStatus.WARN), (3, CheckStatus.CRIT), (-3, CheckStatus.CRIT)]
)
async def test_a_served_certificate(days: int, status: CheckStatus, tmp_path: Path) -> None:
    require_program("openssl")
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # An hour more, so that the day does not change while the test runs.
    server_side.load_cert_chain(self_signed(tmp_path / "both.pem", timedelta(days=days, hours=1)))
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.settimeout(5)
                try:
                    with server_side.wrap_socket(peer, server_side=True) as wrapped:
                        wrapped.recv(1)
                except OSError:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        parameters = PortParameters(port=listener.getsockname()[1])
        report = await check("CHECK_CERT", make_context(LocalHost("HOST-01"), parameters=parameters, clock=RealClock()))
        thread.join(10)
    assert report.status is status
    assert int(report.metrics[0].value) in {days, days + 1}


async def test_no_certificate_is_unknown(host: FakeHost) -> None:
    argv = ("openssl", "s_client", "-connect", "127.0.0.1:8080", "-showcerts")
    host.scripts[argv] = Completed(exit_code=1, stderr=b"connect: Connection refused")
    assert (await check("CHECK_CERT", context(host, PortParameters()))).status is CheckStatus.UNKNOWN


class TestLogs:
    async def test_tail(self, host: FakeHost) -> None:
        host.add_file(LOG, b"".join(b"line %d\n" % number for number in range(1000)))
        report = await check("TAIL_LOG", context(host, TailParameters(lines=3)))
        assert report.lines == ("line 997", "line 998", "line 999")
        assert not report.truncated

    async def test_a_huge_log_stays_within_the_report(self, host: FakeHost) -> None:
        host.add_file(LOG, ("가" * 1_900 + '"\n').encode() * 5_000)
        report = await check("TAIL_LOG", context(host, TailParameters(lines=5_000)))
        assert report.truncated
        assert 10 < len(report.lines) < 5_000

    async def test_cp949_and_escapes(self, host: FakeHost) -> None:
        host.add_file(LOG, "\x1b[31m오류\x1b[0m 발생\n".encode("cp949"))
        assert (await check("TAIL_LOG", context(host, TailParameters()))).lines == ("오류 발생",)

    async def test_since(self, host: FakeHost) -> None:
        host.scripts[DATE_ARGV] = Completed(exit_code=0, stdout=b"1795454506 +0900\n")
        host.add_file(LOG, b"2026-11-24 01:00:00 old\n2026-11-24 02:20:00 new\n\tat x\n")
        report = await check("TAIL_LOG", context(host, TailParameters(since_minutes=30)))
        assert report.lines == ("2026-11-24 02:20:00 new", "\tat x")
        assert report.collected_at == "2026-11-24T02:21:46+09:00"
        host.add_file(LOG, b"no times\n")
        report = await check("TAIL_LOG", context(host, TailParameters(since_minutes=30)))
        assert "시각을 읽지 못해" in report.summary

    async def test_search_is_literal_and_says_when_it_saw_a_part(self, host: FakeHost) -> None:
        host.add_file(LOG, b"a.c\nabc\n" * 10)
        report = await check("SEARCH_LOG", context(host, SearchParameters(pattern="a.c", lines=4)))
        assert report.lines == ("a.c",) * 4
        assert report.truncated
        host.add_file(LOG, b"x" * 99 + b"\n" + b"y" * 9_000_000)
        report = await check("SEARCH_LOG", context(host, SearchParameters(pattern="x")))
        assert report.lines == ()
        assert report.truncated
        assert "MiB만" in report.summary

    async def test_a_log_that_is_not_there(self, host: FakeHost) -> None:
        with pytest.raises(HostError):
            await RUNNERS["TAIL_LOG"].run(context(host, TailParameters()))
        bare = ServiceSpec(asset="FAKE-01", name="p", manager="systemd")
        with pytest.raises(UnsupportedError, match="log_files"):
            await RUNNERS["TAIL_LOG"].explain(context(host, TailParameters(), bare))


class TestCleanLogs:
    CLEAN = RUNNERS["CLEAN_LOGS"]

    def _context(self, folder: Path, days: int = 7) -> Context:
        service = ServiceSpec(asset="HOST-01", name="app", manager="systemd", allow_clean=(str(folder),))
        return make_context(LocalHost("HOST-01"), service, parameters=CleanLogsParameters(older_than_days=days))

    def _fill(self, folder: Path) -> None:
        outside = folder.parent / "outside"
        outside.mkdir()
        folder.mkdir()
        (folder / "deep").mkdir()
        old = time.time() - 8 * 86_400
        for name in ("app.log", "app.log.1", "app.log.2.gz", "catalina.2026-01-02.log", "notes.txt", "deep/x.log.1"):
            (folder / name).write_text("x" * 10)
            os.utime(folder / name, (old, old))
        (folder / "new.log.1").write_text("x")
        (outside / "kept.log.1").write_text("x")
        os.utime(outside / "kept.log.1", (old, old))
        (folder / "link.log.1").symlink_to(outside / "kept.log.1")
        (folder / "linked").symlink_to(outside)

    async def test_only_old_rotated_regular_files_go(self, tmp_path: Path) -> None:
        folder = tmp_path / "logs"
        self._fill(folder)
        ctx = self._context(folder)
        plan = await self.CLEAN.explain(ctx)
        assert "3개" in plan.findings[0]
        assert (folder / "app.log.1").exists()
        before = await self.CLEAN.before(ctx)
        assert (await self.CLEAN.probe(ctx, before)).verdict is ProbeVerdict.NOT_APPLIED
        report = await self.CLEAN.run(ctx)
        assert isinstance(report, ChangeReport)
        assert report.changed
        assert sorted(report.after["removed"].split(", ")) == ["app.log.1", "app.log.2.gz", "catalina.2026-01-02.log"]
        assert sorted(os.listdir(folder)) == ["app.log", "deep", "link.log.1", "linked", "new.log.1", "notes.txt"]
        assert (tmp_path / "outside" / "kept.log.1").exists()
        assert (folder / "deep" / "x.log.1").exists()
        assert (await self.CLEAN.probe(ctx, before)).verdict is ProbeVerdict.APPLIED
        assert not (await self.CLEAN.run(ctx)).changed  # type: ignore[union-attr]

    async def test_a_directory_that_is_a_link_is_not_followed(self, tmp_path: Path) -> None:
        folder = tmp_path / "logs"
        self._fill(folder)
        (tmp_path / "alias").symlink_to(folder)
        report = await self.CLEAN.run(self._context(tmp_path / "alias"))
        assert isinstance(report, ChangeReport)
        assert not report.changed

    async def test_without_permission_nothing_is_cleaned(self, tmp_path: Path) -> None:
        service = ServiceSpec(asset="HOST-01", name="app", manager="systemd")
        ctx = make_context(LocalHost("HOST-01"), service, parameters=CleanLogsParameters())
        with pytest.raises(UnsupportedError, match="allow_clean"):
            await self.CLEAN.explain(ctx)
        with pytest.raises(UnknownTargetError):
            await self.CLEAN.explain(make_context(LocalHost("HOST-01"), parameters=CleanLogsParameters()))

    async def test_a_missing_directory_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(ActionError) as caught:
            await self.CLEAN.run(self._context(tmp_path / "missing"))
        assert caught.value.code == "logs.clean_failed"
