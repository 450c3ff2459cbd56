"""Make the development environment: `.venv`, the locked dependencies, and the workspace's members.

Needs Python 3.11 or newer with `venv` and pip, and nothing else. Writes only below the clone. A second run finds the
stamp of the first and takes no time; a changed lock file or member installs anew.

usage: python3 packaging/bootstrap.py [--force]
exit codes: 0 ready, 1 something could not be installed, 2 this Python is too old.
"""

import argparse
import hashlib
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMBERS = ("proto", "certs", "cmdb", "llm_server", "hub", "agent")
LOCK = Path("requirements") / "dev.txt"


def say(text: str) -> None:
    print(f"setup: {text}", flush=True)


def fingerprint() -> str:
    """Hash of everything that decides what the environment holds."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [ROOT / LOCK, *(ROOT / member / "pyproject.toml" for member in MEMBERS)]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *arguments]
    result = subprocess.run(command, check=False, cwd=ROOT)
    if result.returncode:
        say(f"pip could not install ({' '.join(arguments)}).")
        say(
            "Its message above says why. In a closed network point pip at your own index (PIP_INDEX_URL) and run again."
        )
        sys.exit(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--force", action="store_true", help="install again even if nothing changed")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - this runs before anything has checked it
        say(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Run `make PYTHON=python3.11 setup`.")
        return 2
    environment = ROOT / ".venv"
    python = environment / "bin" / "python"
    stamp = environment / ".guardia-setup"
    want = fingerprint()
    if not options.force and python.exists() and stamp.exists() and stamp.read_text() == want:
        return 0
    started = time.monotonic()
    if not python.exists():
        say(f"making a virtual environment in {environment.relative_to(ROOT)}/")
        venv.create(environment, with_pip=True)
    packages = sum(1 for line in (ROOT / LOCK).read_text().splitlines() if line[:1].isalnum())
    say(f"installing {packages} locked packages from {LOCK} (hashes checked); this takes a minute or two")
    pip(python, "--require-hashes", "-r", str(LOCK))
    say(f"installing the workspace: {', '.join(MEMBERS)}")
    editable = [argument for member in MEMBERS for argument in ("-e", f"./{member}")]
    pip(python, "--no-deps", "--no-build-isolation", *editable)
    stamp.write_text(want)
    took = time.monotonic() - started
    say(f"ready in {took:.0f} s: commands are in .venv/bin (guardia-hub, guardia-agent, guardia-llm)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
