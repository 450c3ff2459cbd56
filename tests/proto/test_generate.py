import shutil
import subprocess
import sys
from pathlib import Path

PROTO = Path(__file__).resolve().parents[2] / "proto"


def check(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "generate.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PROTO, tmp_path / "proto", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_generated_code_fits_its_source():
    assert check(PROTO).returncode == 0


def test_a_changed_source_is_drift_and_the_message_says_what_to_do(tmp_path):
    folder = copy(tmp_path)
    source = folder / "guardia/proto/v1/fleet.proto"
    source.write_text(source.read_text().replace("string step_id = 1;", "string step_id = 99;"))
    done = check(folder)
    assert done.returncode == 1
    assert "proto/guardia/proto/v1/fleet_pb2.py does not fit" in done.stderr
    assert "make proto" in done.stderr


def test_a_missing_generated_file_is_drift(tmp_path):
    folder = copy(tmp_path)
    (folder / "guardia/proto/v1/fleet_pb2.pyi").unlink()
    assert check(folder).returncode == 1
