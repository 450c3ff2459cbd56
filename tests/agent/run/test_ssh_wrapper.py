"""The wrapper's text under the shells that stand behind /bin/sh: dash (Debian) and bash (Red Hat)."""

import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.agent.errors import HostError
from guardia.agent.run import ssh_wrapper
from tests.support.require import require_program

STEP = "0123456789abcdef" * 2


@pytest.fixture(params=["dash", "bash"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    link = tmp_path / "sh"
    link.symlink_to(require_program(request.param))
    return str(link)


class Wrapper:
    def __init__(self, shell: str, state: Path) -> None:
        self._shell = shell
        self.state = state
        self.step = state / "steps" / STEP

    def call(self, command: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        command = command.replace("/bin/sh", self._shell)
        return subprocess.run([self._shell, "-c", command], input=given, capture_output=True, timeout=30, check=False)

    def start(
        self,
        argv: list[str],
        *,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
        missing: int = 0,
        boot_id: str = "",
    ) -> subprocess.CompletedProcess[bytes]:
        variables = ssh_wrapper.environment(env)
        command = ssh_wrapper.start_command(
            str(self.state),
            STEP,
            argv,
            spawn_log=None,
            cwd="/",
            input_size=len(variables + stdin) + missing,
            split=len(variables),
            boot_id=boot_id,
        )
        return self.call(command, variables + stdin)

    def finished(self) -> str:
        deadline = time.monotonic() + 30
        while not (self.step / "rc").exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return (self.step / "rc").read_text().strip()


@pytest.fixture
def wrapper(shell: str, tmp_path: Path) -> Wrapper:
    return Wrapper(shell, tmp_path / "state dir")


def test_a_step_with_input_environment_and_exit_status(wrapper: Wrapper) -> None:
    script = 'cat; printf %s "$WORD" >&2; exit 9'
    done = wrapper.start(["sh", "-c", script], stdin=b"\x00\xff\nin", env={"WORD": "a 'b' $c \\"})
    assert done.returncode == 0, done.stderr
    assert wrapper.finished() == "9"
    assert (wrapper.step / "stdout").read_bytes() == b"\x00\xff\nin"
    assert (wrapper.step / "stderr").read_text() == "a 'b' $c \\"
    assert sorted(path.name for path in wrapper.step.iterdir()) == ["go", "pid", "rc", "stderr", "stdout"]
    assert wrapper.step.stat().st_mode & 0o777 == 0o700


def test_it_starts_once(wrapper: Wrapper, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    argv = ["sh", "-c", 'echo ran >>"$1"', "x", str(counter)]
    first, second = wrapper.start(argv), wrapper.start(argv)
    assert first.stdout == second.stdout != b""
    assert wrapper.finished() == "0"
    assert wrapper.start(argv).stdout == first.stdout
    assert counter.read_text() == "ran\n"
    assert [path.name for path in (wrapper.state / "steps").iterdir()] == [STEP]


def test_it_starts_nothing_after_a_restart_of_the_host(wrapper: Wrapper, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    argv = ["sh", "-c", 'echo ran >>"$1"', "x", str(counter)]
    boot_id = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert wrapper.start(argv, boot_id=boot_id).returncode == 0
    assert wrapper.finished() == "0"
    before = "0" * len(boot_id)
    assert wrapper.start(argv, boot_id=before).returncode == 0  # how it ended is known
    shutil.rmtree(wrapper.state)  # none of it had been on the disk when the power went
    assert wrapper.start(argv, boot_id=before).returncode == ssh_wrapper.RESTARTED
    assert not wrapper.step.exists()
    assert counter.read_text() == "ran\n"


def test_cut_input_starts_nothing(wrapper: Wrapper) -> None:
    assert wrapper.start(["true"], missing=1).returncode == 122
    assert list((wrapper.state / "steps").iterdir()) == []


def test_kill_takes_the_group_and_leaves_a_status(wrapper: Wrapper) -> None:
    pid = wrapper.start(["sh", "-c", "sleep 300 & echo $!; wait"]).stdout.split()[0].decode()
    deadline = time.monotonic() + 30
    output = wrapper.step / "stdout"
    while not output.exists() or not output.read_text().strip():  # the start answers before the runner opens it
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child = output.read_text().strip()
    assert wrapper.call(ssh_wrapper.kill_command(str(wrapper.state), STEP, 3)).returncode == 0
    assert wrapper.finished() == "143"
    for gone in (pid, child):
        status = Path(f"/proc/{gone}/stat")
        assert not status.exists() or " Z " in status.read_text()


def test_a_start_that_comes_after_its_kill_starts_nothing(wrapper: Wrapper, tmp_path: Path) -> None:
    assert wrapper.call(ssh_wrapper.kill_command(str(wrapper.state), STEP, 1)).returncode == 0
    counter = tmp_path / "counter"
    assert wrapper.start(["sh", "-c", 'echo ran >>"$1"', "x", str(counter)]).returncode == 123
    assert not counter.exists()
    assert wrapper.finished() == "143"


def test_a_runner_that_comes_up_after_its_kill_starts_nothing(
    wrapper: Wrapper, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, gate, counter = tmp_path / "bin", tmp_path / "gate", tmp_path / "counter"
    programs.mkdir()
    slow = programs / "setsid"
    slow.write_text(f'#!/bin/sh\nwhile [ ! -e "{gate}" ]; do sleep 0.02; done\nexec {require_program("setsid")} "$@"\n')
    slow.chmod(0o755)
    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        starting = pool.submit(wrapper.start, ["sh", "-c", 'echo ran >>"$1"', "x", str(counter)])
        try:
            deadline = time.monotonic() + 5
            while not wrapper.step.exists():
                assert time.monotonic() < deadline
                time.sleep(0.01)
            assert wrapper.call(ssh_wrapper.kill_command(str(wrapper.state), STEP, 1)).returncode == 0
            assert wrapper.finished() == "143"
        finally:
            gate.touch()
        started = starting.result()
    assert started.returncode == 0, started.stderr
    runner = Path(f"/proc/{started.stdout.split()[0].decode()}/stat")
    while runner.exists() and " Z " not in runner.read_text():
        assert time.monotonic() < deadline + 10
        time.sleep(0.01)
    assert not counter.exists()
    assert wrapper.finished() == "143"


def test_kill_does_not_touch_another_process_with_the_same_pid(wrapper: Wrapper) -> None:
    wrapper.start(["sleep", "30"])
    pid, start = (wrapper.step / "pid").read_text().split()
    (wrapper.step / "pid").write_text(f"{pid} {int(start) - 1}\n")
    wrapper.call(ssh_wrapper.kill_command(str(wrapper.state), STEP, 1))
    assert Path(f"/proc/{pid}").exists()
    (wrapper.step / "pid").write_text(f"{pid} {start}\n")
    wrapper.call(ssh_wrapper.kill_command(str(wrapper.state), STEP, 1))
    assert wrapper.finished() == "143"


def test_a_state_directory_that_cannot_be_made(wrapper: Wrapper) -> None:
    wrapper.state.write_text("a file")
    assert wrapper.start(["true"]).returncode == 121


TOKENS = st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f")))


@given(TOKENS)
@settings(deadline=None)  # starts a process for each example
def test_a_shell_reads_every_token_as_it_was(tokens: list[str]) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", ssh_wrapper.quote(["printf", "%s\\n", "", *tokens])], capture_output=True, check=True
    )
    assert done.stdout.decode() == "".join(f"{token}\n" for token in ["", *tokens])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_control_characters_never_pass(text: str) -> None:
    if any(ord(char) < 32 or ord(char) == 127 for char in text):
        with pytest.raises(HostError):
            ssh_wrapper.quote([text])
        with pytest.raises(HostError):
            ssh_wrapper.environment({"WORD": text})
    else:
        ssh_wrapper.quote([text])


def test_too_long_a_command_is_refused() -> None:
    with pytest.raises(HostError, match="longer"):
        ssh_wrapper.quote(["x" * (ssh_wrapper.MAX_COMMAND + 1)])
