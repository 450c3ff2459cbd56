"""Service control, branch by branch, on a fake host and a clock that moves by hand."""

import json
import signal

import pytest

from guardia.agent.actions import command, health
from guardia.agent.actions.base import Context
from guardia.agent.actions.registry import RUNNERS, runner
from guardia.agent.core.services import UNIT_PROPERTIES
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import (
    ActionError,
    HostError,
    HostLostError,
    NotTakenUpError,
    UnknownTargetError,
    UnsupportedError,
)
from guardia.agent.ports import Completed
from guardia.proto.catalogue import CATALOGUE, ChangeReport, CheckReport, CheckStatus, Kind, ServiceParameters
from guardia.proto.frames import ProbeVerdict
from tests.fakes.host import FakeHost
from tests.support.agent_context import Recorder, make_context
from tests.support.clock import FakeClock

START, STOP, RESTART = RUNNERS["START_SERVICE"], RUNNERS["STOP_SERVICE"], RUNNERS["RESTART_SERVICE"]
CHECK = RUNNERS["CHECK_SERVICE"]
URL = "http://127.0.0.1:8080/health"
PID_FILE = "/run/app/app.pid"

COMMAND = ServiceSpec(
    asset="FAKE-01",
    name="app",
    manager="command",
    start=("/opt/app/run", "--serve"),
    pid_file=PID_FILE,
    log_files=("/var/log/app/app.log",),
    start_timeout=10,
    stop_timeout=3,
)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    clock = FakeClock()

    async def pause(seconds: float) -> None:
        clock.advance(seconds)

    for module in (command, health):
        monkeypatch.setattr(module, "pause", pause)
    return clock


@pytest.fixture
def host() -> FakeHost:
    host = FakeHost()
    host.add_file("/var/log/app/app.log", b"old\n")
    host._add_directory("/run/app")
    return host


def replaced(spec: ServiceSpec, **values: object) -> ServiceSpec:
    return ServiceSpec(**{name: getattr(spec, name) for name in spec.__struct_fields__} | values)


def context(host: FakeHost, clock: FakeClock, spec: ServiceSpec = COMMAND, **values: object) -> Context:
    return make_context(host, spec, parameters=ServiceParameters(), clock=clock, **values)  # type: ignore[arg-type]


def pid_file(host: FakeHost) -> dict[str, int]:
    return json.loads(host.files[PID_FILE])


async def change(runner_: object, ctx: Context) -> ChangeReport:
    report = await runner_.run(ctx)  # type: ignore[attr-defined]
    assert isinstance(report, ChangeReport)
    return report


class TestChoice:
    async def test_the_first_service_or_the_named_one(self, host: FakeHost, clock: FakeClock) -> None:
        other = replaced(COMMAND, name="other", start=("/opt/other/run",))
        ctx = make_context(host, COMMAND, other, parameters=ServiceParameters(), clock=clock)
        assert (await START.explain(ctx)).commands == (COMMAND.start,)
        named = make_context(host, COMMAND, other, parameters=ServiceParameters(service="other"), clock=clock)
        assert (await START.explain(named)).commands == (other.start,)
        unknown = make_context(host, COMMAND, parameters=ServiceParameters(service="nobody"), clock=clock)
        with pytest.raises(UnknownTargetError, match="app"):
            await START.explain(unknown)
        with pytest.raises(UnknownTargetError):
            await START.run(make_context(host, parameters=ServiceParameters(), clock=clock))

    def test_what_is_registered(self) -> None:
        later = {"KILL_DB_SESSION", "FETCH_DB_LOCKS", "FETCH_SLOW_QUERIES", "FETCH_DB_SESSIONS"}
        assert set(CATALOGUE) - set(RUNNERS) == later
        assert set(RUNNERS) <= set(CATALOGUE)
        with pytest.raises(UnsupportedError) as caught:
            runner("KILL_DB_SESSION")
        assert caught.value.code == "action.unsupported"

    async def test_reads_need_no_evidence_and_may_be_repeated(self, host: FakeHost, clock: FakeClock) -> None:
        for code, found in RUNNERS.items():
            if CATALOGUE[code].kind is Kind.READ:
                assert await found.before(context(host, clock)) == {}
                assert (await found.probe(context(host, clock), {})).verdict is ProbeVerdict.NOT_APPLIED


class TestCommandStart:
    async def test_it_runs_what_it_explained(self, host: FakeHost, clock: FakeClock) -> None:
        recorder = Recorder()
        ctx = context(host, clock, recorder=recorder)
        plan = await START.explain(ctx)
        assert plan.user == "svc"
        assert host.spawned == []
        report = await change(START, ctx)
        assert tuple(host.spawned) == plan.commands
        assert report.changed
        assert recorder.started == [pid_file(host)["pid"]]
        assert report.after == {"running": "true", "pid": str(pid_file(host)["pid"]), "started": str(host.now_ms)}

    async def test_a_running_service_is_left_alone(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        report = await change(START, context(host, clock))
        assert not report.changed
        assert len(host.spawned) == 1
        assert "이미 실행" in (await START.explain(context(host, clock))).findings[0]

    async def test_it_waits_until_healthy(self, host: FakeHost, clock: FakeClock) -> None:
        spec = replaced(COMMAND, health_url=URL)
        answers = iter([HostError("refused"), (503, b"", 0.1), (200, b"", 0.1), (200, b"", 0.1)])
        host.answers = _Answers(answers)  # type: ignore[assignment]
        begun = clock.monotonic()
        await change(START, context(host, clock, spec))
        assert clock.monotonic() - begun == pytest.approx(0.4)

    async def test_never_healthy_is_a_time_out_with_the_log(self, host: FakeHost, clock: FakeClock) -> None:
        host.answers[URL] = (500, b"", 0.1)

        def on_spawn(pid: int) -> None:
            host.files["/var/log/app/app.log"] += "DB 접속 실패\n".encode()

        host.on_spawn = on_spawn
        with pytest.raises(ActionError, match="DB 접속 실패") as caught:
            await START.run(context(host, clock, replaced(COMMAND, health_url=URL)))
        assert caught.value.code == "service.start_timeout"
        assert "500" in str(caught.value)
        # It is left as it is: a person decides.
        assert pid_file(host)["pid"] in host.table

    async def test_ports_stand_for_health(self, host: FakeHost, clock: FakeClock) -> None:
        host.on_spawn = lambda pid: host.ports.add(8080)
        assert (await change(START, context(host, clock, replaced(COMMAND, ports=(8080,))))).changed

    async def test_somebody_elses_port_stops_it_before_anything_starts(self, host: FakeHost, clock: FakeClock) -> None:
        host.ports.add(8080)
        with pytest.raises(ActionError) as caught:
            await START.run(context(host, clock, replaced(COMMAND, ports=(8080,))))
        assert caught.value.code == "service.port_in_use"
        assert host.spawned == []

    async def test_death_at_once(self, host: FakeHost, clock: FakeClock) -> None:
        host.on_spawn = lambda pid: host.table.pop(pid, None) and None
        with pytest.raises(ActionError) as caught:
            await START.run(context(host, clock))
        assert caught.value.code == "service.start_failed"

    async def test_death_while_something_else_answers_its_url(self, host: FakeHost, clock: FakeClock) -> None:
        host.answers[URL] = (200, b"", 0.1)
        host.on_spawn = lambda pid: host.table.pop(pid, None) and None
        with pytest.raises(ActionError) as caught:
            await START.run(context(host, clock, replaced(COMMAND, health_url=URL)))
        assert caught.value.code == "service.start_failed"

    @pytest.mark.parametrize("values", [{"start": ()}, {"start": ("run",)}, {"pid_file": ""}])
    async def test_what_agent_toml_must_say(self, values: dict[str, object], host: FakeHost, clock: FakeClock) -> None:
        for method in (START.explain, START.run):
            with pytest.raises(UnsupportedError):
                await method(context(host, clock, replaced(COMMAND, **values)))


class _Answers(dict):  # type: ignore[type-arg]
    def __init__(self, answers: object) -> None:
        super().__init__()
        self._answers = answers

    def get(self, key: object, default: object = None) -> object:
        return next(self._answers)  # type: ignore[call-overload]


class TestInterruptedStart:
    async def test_a_process_without_a_pid_file_is_found_by_the_intent(self, host: FakeHost, clock: FakeClock) -> None:
        host.add_file(PID_FILE, json.dumps({"intent_ms": host.now_ms}).encode())
        main = host.add_process("/bin/sh /opt/app/run --serve")
        host.add_process("/opt/app/run --serve", ppid=main)
        assert not (await change(START, context(host, clock))).changed
        assert host.spawned == []

    async def test_without_an_intent_nobody_is_adopted(self, host: FakeHost, clock: FakeClock) -> None:
        host.add_process("/opt/app/run --serve")
        assert (await change(START, context(host, clock))).changed

    async def test_an_older_process_is_not_adopted(self, host: FakeHost, clock: FakeClock) -> None:
        host.add_file(PID_FILE, json.dumps({"intent_ms": host.now_ms}).encode())
        host.add_process("/opt/app/run --serve", started_ms=host.now_ms - 3_600_000)
        assert (await change(START, context(host, clock))).changed

    async def test_two_candidates_are_a_matter_for_people(self, host: FakeHost, clock: FakeClock) -> None:
        host.add_file(PID_FILE, json.dumps({"intent_ms": host.now_ms}).encode())
        host.add_process("/opt/app/run --serve")
        host.add_process("/opt/app/run --serve")
        with pytest.raises(ActionError) as caught:
            await START.run(context(host, clock))
        assert caught.value.code == "service.ambiguous"

    async def test_a_reused_pid_is_not_the_service(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        pid = pid_file(host)["pid"]
        host.add_process("/usr/bin/other", pid=pid, started_ms=host.now_ms + 60_000)
        before = await STOP.before(context(host, clock))
        assert before["running"] == "false"
        assert not (await change(STOP, context(host, clock))).changed
        assert pid in host.table


class TestStepOfTheClock:
    """The clock is stepped while a service runs: it is the same service."""

    @pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000])
    async def test_a_running_service_is_still_known(self, host: FakeHost, clock: FakeClock, step_ms: int) -> None:
        await change(START, context(host, clock))
        pid = pid_file(host)["pid"]
        before = await RESTART.before(context(host, clock))
        host.step_clock(step_ms)
        assert not (await change(START, context(host, clock))).changed
        assert len(host.spawned) == 1
        assert (await RESTART.probe(context(host, clock), before)).verdict is ProbeVerdict.NOT_APPLIED
        assert (await change(STOP, context(host, clock))).changed
        assert pid not in host.table

    @pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000])
    async def test_a_start_whose_pid_was_not_written_is_still_found(
        self, host: FakeHost, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, step_ms: int
    ) -> None:
        async def lost(_argv: object, **_given: object) -> int:
            host.add_process("/opt/app/run --serve")
            raise HostLostError("the connection was lost")

        with monkeypatch.context() as patch:
            patch.setattr(host, "spawn_daemon", lost)
            with pytest.raises(HostLostError):
                await START.run(context(host, clock))
        host.add_process("/opt/app/run --serve", started_ms=host.now_ms - 1_800_000)  # somebody's, from before
        host.step_clock(step_ms)
        assert not (await change(START, context(host, clock))).changed
        assert host.spawned == []


class TestCommandStop:
    async def test_sigterm_to_the_group(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        pid = pid_file(host)["pid"]
        plan = await STOP.explain(context(host, clock))
        assert plan.commands == ()
        assert "SIGTERM" in plan.notes[0]
        assert (await change(STOP, context(host, clock))).changed
        assert host.signals == [(pid, signal.SIGTERM)]
        assert PID_FILE not in host.files

    async def test_sigkill_after_the_time(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        pid = pid_file(host)["pid"]
        host.immortal.add(pid)
        begun = clock.monotonic()
        await change(STOP, context(host, clock))
        assert host.signals == [(pid, signal.SIGTERM), (pid, signal.SIGKILL)]
        assert 3 <= clock.monotonic() - begun < 4

    async def test_children_that_stay_are_killed(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        child = host.add_process("worker", ppid=pid_file(host)["pid"])
        grandchild = host.add_process("worker", ppid=child)
        await change(STOP, context(host, clock))
        assert {child, grandchild}.isdisjoint(host.table)

    async def test_the_stop_command_comes_first(self, host: FakeHost, clock: FakeClock) -> None:
        spec = replaced(COMMAND, stop=("/opt/app/stop",))
        await change(START, context(host, clock, spec))
        pid = pid_file(host)["pid"]

        def stop(argv: tuple[str, ...]) -> Completed:
            del host.table[pid]
            return Completed(exit_code=0, stdout=b"bye\n")

        host.scripts[("/opt/app/stop",)] = stop
        recorder = Recorder()
        ctx = context(host, clock, spec, recorder=recorder)
        assert (await STOP.explain(ctx)).commands == (("/opt/app/stop",),)
        await change(STOP, ctx)
        assert host.signals == []
        assert "bye" in recorder.text

    async def test_a_stop_command_that_does_nothing_is_followed_by_signals(
        self, host: FakeHost, clock: FakeClock
    ) -> None:
        spec = replaced(COMMAND, stop=("/opt/app/stop",))
        await change(START, context(host, clock, spec))
        host.scripts[("/opt/app/stop",)] = Completed(exit_code=1)
        await change(STOP, context(host, clock, spec))
        assert [number for _, number in host.signals] == [signal.SIGTERM]

    async def test_a_stopped_service_is_left_alone(self, host: FakeHost, clock: FakeClock) -> None:
        assert not (await change(STOP, context(host, clock))).changed


class TestCommandRestart:
    async def test_new_process_and_probe(self, host: FakeHost, clock: FakeClock) -> None:
        await change(START, context(host, clock))
        before = await RESTART.before(context(host, clock))
        assert before["service"] == "app"
        report = await change(RESTART, context(host, clock))
        assert report.before["pid"] != report.after["pid"]
        assert (await RESTART.probe(context(host, clock), before)).verdict is ProbeVerdict.APPLIED

    async def test_a_restart_of_a_stopped_service_starts_it(self, host: FakeHost, clock: FakeClock) -> None:
        assert (await RESTART.explain(context(host, clock))).findings
        assert (await change(RESTART, context(host, clock))).changed

    async def test_probe_waits_for_health_and_does_not_call_it_applied_without(
        self, host: FakeHost, clock: FakeClock
    ) -> None:
        spec = replaced(COMMAND, health_url=URL)
        host.answers[URL] = (200, b"", 0.1)
        await change(START, context(host, clock, spec))
        before = await RESTART.before(context(host, clock, spec))
        await change(RESTART, context(host, clock, spec))
        host.answers[URL] = (503, b"", 0.1)
        begun = clock.monotonic()
        probed = await RESTART.probe(context(host, clock, spec), before)
        assert probed.verdict is ProbeVerdict.UNDETERMINED
        assert clock.monotonic() - begun >= 10


class TestCheck:
    async def test_running_stopped_and_unhealthy(self, host: FakeHost, clock: FakeClock) -> None:
        spec = replaced(COMMAND, health_url=URL)
        host.answers[URL] = (200, b"", 0.1)

        async def status() -> CheckStatus:
            report = await CHECK.run(context(host, clock, spec))
            assert isinstance(report, CheckReport)
            return report.status

        assert await status() is CheckStatus.CRIT
        await change(START, context(host, clock, spec))
        assert await status() is CheckStatus.OK
        host.answers[URL] = (500, b"", 0.1)
        assert await status() is CheckStatus.CRIT


UNIT = ServiceSpec(asset="FAKE-01", name="budget", manager="systemd", start_timeout=10, stop_timeout=5)
SHOW = ("systemctl", "--no-pager", "show", f"--property={','.join(UNIT_PROPERTIES)}", "--", "budget.service")


def verb(name: str) -> tuple[str, ...]:
    return ("systemctl", "--no-ask-password", "--no-pager", name, "--", "budget.service")


class Systemd:
    """A unit as systemctl shows it."""

    def __init__(self, host: FakeHost) -> None:
        self.active, self.sub, self.pid, self.started, self.load = "active", "running", 100, 5_000, "loaded"
        host.scripts[SHOW] = lambda argv: Completed(exit_code=0, stdout=self.text())
        host.scripts[verb("restart")] = self.restart
        host.scripts[verb("stop")] = self.stop

    def text(self) -> bytes:
        return (
            f"LoadState={self.load}\nActiveState={self.active}\nSubState={self.sub}\nMainPID={self.pid}\n"
            f"ExecMainStartTimestampMonotonic={self.started}\nNRestarts=0\nResult=success\n"
        ).encode()

    def restart(self, argv: tuple[str, ...]) -> Completed:
        self.active, self.sub, self.pid, self.started = "active", "running", self.pid + 1, self.started + 1
        return Completed(exit_code=0)

    def stop(self, argv: tuple[str, ...]) -> Completed:
        self.active, self.sub, self.pid = "inactive", "dead", 0
        return Completed(exit_code=0)


class TestSystemd:
    async def test_restart_runs_what_it_explained(self, host: FakeHost, clock: FakeClock) -> None:
        Systemd(host)
        recorder = Recorder()
        ctx = context(host, clock, UNIT, recorder=recorder)
        plan = await RESTART.explain(ctx)
        assert plan.commands == (verb("restart"),)
        before = await RESTART.before(ctx)
        assert (await RESTART.probe(ctx, before)).verdict is ProbeVerdict.NOT_APPLIED
        host.runs.clear()
        report = await change(RESTART, ctx)
        assert [argv for argv in host.runs if argv != SHOW] == list(plan.commands)
        assert (report.before["pid"], report.after["pid"]) == ("100", "101")
        assert recorder.started
        assert (await RESTART.probe(ctx, before)).verdict is ProbeVerdict.APPLIED

    async def test_a_restart_is_taken_up_after_its_effect_is_there(self, host: FakeHost, clock: FakeClock) -> None:
        """By another process of the agent: what the host shows now is no state from before."""
        unit = Systemd(host)
        ctx = context(host, clock, UNIT)
        before = await RESTART.before(ctx)
        unit.restart(verb("restart"))
        host.scripts[verb("restart")] = Completed(exit_code=0)  # attached: it ended, and does nothing any more
        report = await RESTART.take_up(ctx, before)
        assert (report.before["pid"], report.after["pid"], report.changed) == ("100", "101", True)

    async def test_a_start_is_taken_up_though_the_service_runs_already(self, host: FakeHost, clock: FakeClock) -> None:
        unit = Systemd(host)
        unit.active, unit.sub, unit.pid = "inactive", "dead", 0
        ctx = context(host, clock, UNIT)
        before = await START.before(ctx)
        unit.restart(verb("start"))
        host.scripts[verb("start")] = Completed(exit_code=0)
        assert (await START.take_up(ctx, before)).changed
        host.scripts[verb("start")] = Completed(exit_code=1, stderr=b"Job failed")
        with pytest.raises(ActionError, match="Job failed"):
            await START.take_up(ctx, before)

    @pytest.mark.parametrize("service", [COMMAND, UNIT])
    async def test_what_one_program_is_not_or_what_nobody_noted_is_not_taken_up(
        self, service: ServiceSpec, host: FakeHost, clock: FakeClock
    ) -> None:
        Systemd(host)
        with pytest.raises(NotTakenUpError):
            await RESTART.take_up(context(host, clock, service), {})
        assert host.runs == []

    async def test_stop_and_between(self, host: FakeHost, clock: FakeClock) -> None:
        unit = Systemd(host)
        ctx = context(host, clock, UNIT)
        before = await RESTART.before(ctx)
        assert (await change(STOP, ctx)).changed
        assert not (await change(STOP, ctx)).changed
        assert (await RESTART.probe(ctx, before)).verdict is ProbeVerdict.NOT_APPLIED
        unit.active, unit.sub = "activating", "start-pre"
        assert (await RESTART.probe(ctx, before)).verdict is ProbeVerdict.STILL_RUNNING

    async def test_an_unknown_unit_is_refused(self, host: FakeHost, clock: FakeClock) -> None:
        Systemd(host).load = "not-found"
        with pytest.raises(UnsupportedError, match=r"budget\.service"):
            await RESTART.explain(context(host, clock, UNIT))

    async def test_failures_are_told_with_what_systemctl_said(self, host: FakeHost, clock: FakeClock) -> None:
        Systemd(host)
        ctx = context(host, clock, UNIT)
        host.scripts[verb("restart")] = Completed(exit_code=1, stderr="Job failed. 자세한 내용".encode("cp949"))
        with pytest.raises(ActionError, match="자세한 내용") as caught:
            await RESTART.run(ctx)
        assert caught.value.code == "service.restart_failed"
        host.scripts[verb("restart")] = Completed(exit_code=-15, timed_out=True)
        with pytest.raises(ActionError) as caught:
            await RESTART.run(ctx)
        assert caught.value.code == "service.restart_timeout"
        host.scripts[verb("restart")] = Completed(exit_code=0)
        with pytest.raises(ActionError, match="그대로"):
            await RESTART.run(ctx)

    async def test_a_host_without_systemd(self, host: FakeHost, clock: FakeClock) -> None:
        with pytest.raises(HostError):
            await RESTART.explain(context(host, clock, UNIT))
        host.scripts[SHOW] = Completed(exit_code=1, stderr=b"System has not been booted with systemd")
        with pytest.raises(HostError, match="booted"):
            await CHECK.run(context(host, clock, UNIT))
