"""guardia-agent: the commands, as people and service managers call them."""

import json
import os
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from guardia.agent.cli import main
from guardia.agent.daemon import status as status_file
from guardia.agent.daemon.status import CancelBy, LastError, Status, StepStatus
from guardia.agent.journal.lock import StateLock
from guardia.agent.spool.use import Use


@pytest.fixture
def config(tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    path = tmp_path / "agent.toml"
    path.write_text(
        f'[hub]\nenrolment_url = "https://127.0.0.1:1"\n[agent]\nasset = "APP-WAS-01"\nstate_dir = "{state}"\n'
    )
    return path


def _invoke(config, *arguments, **options):
    return CliRunner().invoke(main, ["--config", str(config), *arguments], **options)


def _process(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-m", "guardia.agent", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": os.environ["PATH"], **environment},
    )


def _write_status(config, **changes):
    facts = {
        "pid": 77,
        "agent_id": "agent-1",
        "instance_id": "i",
        "software": "guardia-agent 0.1.0",
        "hub_url": "wss://hub.example/agent",
        "started_ms": 1_800_000_000_000,
        "updated_ms": int(time.time() * 1000),
        "connected": True,
        "epoch": 3,
    }
    status_file.write(config.parent / "state" / "status.json", Status(**(facts | changes)))


def test_help_names_every_command_examples_and_exit_codes():
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for word in ("enrol", "run", "status", "doctor", "Examples:", "Exit codes:", "_GUARDIA_AGENT_COMPLETE"):
        assert word in result.output
    for command in ("enrol", "run", "status", "doctor"):
        assert "Exit codes:" in CliRunner().invoke(main, [command, "--help"]).output


def test_a_mistake_in_the_file_has_an_exit_code_of_its_own(config):
    config.write_text(config.read_text().replace("asset", "aset"))
    for command in ("run", "status", "doctor", "enrol"):
        result = _invoke(config, command)
        assert result.exit_code == 78
        assert "agent.toml:4: agent.aset: is not known; did you mean asset?" in result.stderr


def test_the_token_is_never_an_argument(config):
    options = {option for parameter in main.commands["enrol"].params for option in parameter.opts}
    assert "--token" not in options
    assert _invoke(config, "enrol", "--token", "secret").exit_code == 2
    assert main.commands["enrol"].params
    assert not [parameter for parameter in main.commands["enrol"].params if parameter.param_type_name == "argument"]


@pytest.mark.parametrize("way", ["file", "stdin", "environment"])
def test_the_token_comes_from_a_file_stdin_or_the_environment(config, tmp_path, monkeypatch, way):
    from guardia.agent.cli import _read_token

    monkeypatch.delenv("GUARDIA_JOIN_TOKEN", raising=False)
    (tmp_path / "token").write_text("the-token\n")
    if way == "file":
        assert _read_token(str(tmp_path / "token")) == "the-token"
    elif way == "environment":
        monkeypatch.setenv("GUARDIA_JOIN_TOKEN", "the-token")
        assert _read_token(None) == "the-token"
        assert "GUARDIA_JOIN_TOKEN" not in os.environ, "children do not inherit it"
    else:
        monkeypatch.setattr("sys.stdin", (tmp_path / "token").open(encoding="ascii"))
        assert _read_token(None) == "the-token"
        sys.stdin.close()


def test_an_empty_token_says_what_to_do(config):
    result = _invoke(config, "enrol", input="\n", env={"GUARDIA_JOIN_TOKEN": ""})
    assert result.exit_code == 1
    assert "guardia-hub agents token" in result.stderr


def test_status_of_an_agent_that_does_not_run(config):
    result = _invoke(config, "status")
    assert result.exit_code == 3
    assert "실행 중이 아닙니다" in result.output
    _write_status(config)
    assert _invoke(config, "status").exit_code == 3, "what a dead process wrote does not count"


def test_status_tells_how_much_of_the_spool_is_used(config):
    use = Use(bytes=3 * 1024 * 1024 // 2, files=4, cap=2 * 1024 * 1024 * 1024, oldest_ms=1_800_000_000_000)
    lock = StateLock.take(config.parent / "state")
    try:
        _write_status(config, spool=use)
        assert "출력 보관 4개, 1.5 MiB / 2048.0 MiB, 가장 오래된 것 2027-01-15T" in _invoke(config, "status").output
        told = json.loads(_invoke(config, "status", "--json").output)["status"]["spool"]
        assert told == {"bytes": use.bytes, "files": 4, "cap": use.cap, "oldest_ms": use.oldest_ms}
        _write_status(config)
        assert "출력 보관: 없음" in _invoke(config, "status").output
    finally:
        lock.release()


def test_status_says_which_way_a_cancel_goes(config):
    lock = StateLock.take(config.parent / "state")
    try:
        _write_status(config, cancel=CancelBy(by="cgroup", detail="/sys/fs/cgroup/a"))
        assert "취소: 단계의 cgroup으로 끝냅니다 (/sys/fs/cgroup/a)" in _invoke(config, "status").output
        why = CancelBy(by="process_tree", detail="no cgroup v2 on this host", code="cgroup.none")
        _write_status(config, cancel=why)
        assert "취소: 프로세스 트리로 끝냅니다 (no cgroup v2 on this host)" in _invoke(config, "status").output
        told = json.loads(_invoke(config, "status", "--json").output)["status"]["cancel"]
        assert told == {"by": "process_tree", "detail": "no cgroup v2 on this host", "code": "cgroup.none"}
        _write_status(config)  # of an older agent
        assert "취소" not in _invoke(config, "status").output
    finally:
        lock.release()


def test_status_of_an_agent_that_runs(config):
    step = StepStatus(step_id="S1", action="RESTART_SERVICE", target="APP-WAS-01", state="RUNNING")
    error = LastError(at_ms=1_800_000_000_000, code="policy.denied", message="금지된 작업입니다.")
    _write_status(config, steps=(step,), unacknowledged=2, last_error=error)
    lock = StateLock.take(config.parent / "state")
    try:
        result = _invoke(config, "status")
        assert result.exit_code == 0
        for word in ("agent-1: 연결됨", "S1  RESTART_SERVICE", "확인 대기 결과 2건", "policy.denied"):
            assert word in result.output
        document = json.loads(_invoke(config, "status", "--json").output)
        assert document["connected"] is True
        assert document["status"]["epoch"] == 3
        _write_status(config, connected=False)
        assert _invoke(config, "status").exit_code == 1
        _write_status(config, updated_ms=1_000)
        result = _invoke(config, "status")
        assert result.exit_code == 1
        assert "응답하지 않습니다" in result.output
    finally:
        lock.release()


def test_run_without_an_identity_says_how_to_enrol(config):
    done = _process("--config", str(config), "run")
    assert done.returncode == 1
    assert "guardia-agent enrol" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_refuses_an_open_state_directory(config):
    (config.parent / "state").chmod(0o755)
    result = _invoke(config, "run")
    assert result.exit_code == 1
    assert "chmod 0700" in result.stderr


def test_doctor_names_what_is_missing(config):
    config.write_text(
        config.read_text()
        + '[[services]]\nasset = "APP-WAS-01"\nname = "app"\nmanager = "command"\nstart = ["/nonexistent/app"]\n'
        'pid_file = "/nonexistent/app.pid"\nlog_files = ["/nonexistent/app.log"]\ndeploy_root = "/nonexistent/root"\n'
    )
    result = _invoke(config, "doctor", "--json")
    assert result.exit_code == 1
    findings = json.loads(result.output)["findings"]
    by_name = {finding["name"]: finding for finding in findings}
    assert by_name["state_dir"]["status"] == "ok"
    assert by_name["identity"]["status"] == "fail"
    assert "enrol" in by_name["identity"]["remedy"]
    assert by_name["policy"]["status"] == "ok"
    assert by_name["policy_file"]["status"] == "ok"
    assert by_name["spool"]["status"] == "ok"
    wrong = [finding["detail"] for finding in findings if finding["name"] == "service APP-WAS-01/app"]
    assert any("/nonexistent/app: " in detail for detail in wrong)
    assert any("/nonexistent/root" in detail for detail in wrong)
    assert all(finding["remedy"] for finding in findings if finding["status"] != "ok")
    text = _invoke(config, "doctor")
    assert text.exit_code == 1
    assert "→" in text.output


def test_doctor_tells_an_address_that_does_not_answer(config):
    config.write_text(config.read_text().replace("[hub]", '[hub]\nurl = "wss://127.0.0.1:1/agent"'))
    findings = {f["name"]: f for f in json.loads(_invoke(config, "doctor", "--json").output)["findings"]}
    assert findings["dns"]["status"] == "ok"
    assert findings["tcp"]["status"] == "fail"


def test_doctor_tells_a_damaged_journal(config):
    (config.parent / "state" / "journal").write_bytes(b"something else")
    findings = {f["name"]: f for f in json.loads(_invoke(config, "doctor", "--json").output)["findings"]}
    assert findings["journal"]["status"] == "fail"


@pytest.mark.parametrize(
    ("now_ms", "status"),
    [(0, "fail"), (50 * 86_400_000, "ok"), (100 * 86_400_000 - 1, "warn"), (100 * 86_400_000, "fail")],
)
def test_doctor_looks_at_the_certificate_and_the_clock(now_ms, status):
    from guardia.agent.daemon.doctor import certificate

    assert certificate(1, 100 * 86_400_000, now_ms).status == status


def test_the_fault_hook_needs_both_variables(monkeypatch):
    from guardia.agent.daemon import fault

    killed = []
    monkeypatch.setattr("os.kill", lambda *arguments: killed.append(arguments))
    monkeypatch.setenv("GUARDIA_FAULT_KILL_AT", "journal.accepted")
    monkeypatch.delenv("GUARDIA_TESTING", raising=False)
    fault.from_environment()("journal.accepted")
    assert killed == []
    monkeypatch.setenv("GUARDIA_TESTING", "1")
    hook = fault.from_environment()
    hook("journal.finished")
    assert killed == []
    hook("journal.accepted")
    assert len(killed) == 1


def test_nothing_heavy_is_imported_for_help_and_completion():
    code = (
        "HEAVY = {'asyncssh', 'httpx', 'websockets', 'cryptography', 'psutil', 'structlog', 'asyncio', 'msgspec'}\n"
        "import sys; import guardia.agent.cli; print(*sorted(n for n in sys.modules if n.split('.')[0] in HEAVY))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": os.environ["PATH"]},
    )
    assert done.stdout.strip() == ""
