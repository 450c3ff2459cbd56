"""The script behind `make setup`; it makes no environment here."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[2] / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with nothing but what decides the environment."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "dev.txt").write_text("a==1 \\\n    --hash=sha256:0\nb==2\n# c\n")
    for member in bootstrap.MEMBERS:
        (tmp_path / member).mkdir()
        (tmp_path / member / "pyproject.toml").write_text(f"# {member}")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["bootstrap.py"])
    return tmp_path


@pytest.fixture
def ran(bootstrap: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have run; `venv.create` makes only the file that is looked for."""
    commands: list[list[str]] = []

    def create(environment: Path, **_options: Any) -> None:
        (environment / "bin").mkdir(parents=True)
        (environment / "bin" / "python").touch()

    def run(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(bootstrap.venv, "create", create)
    monkeypatch.setattr(bootstrap.subprocess, "run", run)
    return commands


def test_help_runs_as_a_program() -> None:
    result = subprocess.run([sys.executable, str(SCRIPT), "--help"], capture_output=True, text=True, check=False)
    assert result.returncode == 0
    assert "--force" in result.stdout


def test_the_members_are_those_of_the_workspace(bootstrap: ModuleType) -> None:
    root = SCRIPT.parents[1]
    assert sorted(bootstrap.MEMBERS) == sorted(
        path.parent.name for path in root.glob("*/pyproject.toml") if path.parent.name != ".venv"
    )
    assert (root / bootstrap.LOCK).is_file()


def test_a_python_that_is_too_old_is_told_what_to_do(
    bootstrap: ModuleType, ran: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 9))
    assert bootstrap.main() == 2
    said = capsys.readouterr().out
    assert "Python 3.11 or newer is needed" in said
    assert "make PYTHON=" in said
    assert ran == []


def edit(path: Path) -> Callable[[], None]:
    return lambda: path.write_text(path.read_text() + "\n# changed")


def test_the_fingerprint_changes_with_lock_members_and_python(
    bootstrap: ModuleType, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {bootstrap.fingerprint()}
    assert {bootstrap.fingerprint()} == seen
    paths = [clone / bootstrap.LOCK, *(clone / member / "pyproject.toml" for member in bootstrap.MEMBERS)]
    for number, path in enumerate(paths, 2):
        edit(path)()
        seen.add(bootstrap.fingerprint())
        assert len(seen) == number, path
    monkeypatch.setattr(sys, "version", "3.99")
    assert bootstrap.fingerprint() not in seen


def test_a_second_run_does_nothing_until_something_changed(
    bootstrap: ModuleType, ran: list[list[str]], clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bootstrap.main() == 0
    assert len(ran) == 2
    assert "--require-hashes" in ran[0]
    assert "--no-deps" in ran[1]
    assert bootstrap.main() == 0
    assert len(ran) == 2
    edit(clone / bootstrap.LOCK)()
    assert bootstrap.main() == 0
    assert len(ran) == 4
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "--force"])
    assert bootstrap.main() == 0
    assert len(ran) == 6


def test_an_installation_that_failed_is_told_and_tried_again(
    bootstrap: ModuleType,
    ran: list[list[str]],
    clone: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(command: list[str], **_options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1)

    with monkeypatch.context() as patch:
        patch.setattr(bootstrap.subprocess, "run", fail)
        with pytest.raises(SystemExit) as raised:
            bootstrap.main()
    assert raised.value.code == 1
    assert "PIP_INDEX_URL" in capsys.readouterr().out
    assert not (clone / ".venv" / ".guardia-setup").exists()
    assert bootstrap.main() == 0
    assert len(ran) == 2
