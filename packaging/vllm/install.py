#!/usr/bin/env python3
"""Make the environment that the vLLM server runs in; a second run does nothing.

usage: install.py [--into .venv-vllm] [--build cpu|cuda] [--python PYTHON] [--force]

It is an environment of its own, never the workspace's: vLLM and torch pin what they like, and `guardia-llm serve` only
ever starts its interpreter. pip, not uv: pip takes the build of torch that the machine's index offers for this CPU.
About 2 minutes and 2.3 GB for the CPU build.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STAMP = ".guardia-vllm"


def names(path: Path) -> list[str]:
    """The lines of a requirements file without comments."""
    return [line for raw in path.read_text("utf-8").splitlines() if (line := raw.split("#")[0].strip())]


def fingerprint(build: str) -> str:
    """What the environment was made from: it is made again when that changes."""
    parts = [HERE / f"requirements-{build}.txt", HERE / "unwanted.txt"]
    return build + "-" + hashlib.sha256(b"\0".join(p.read_bytes() for p in parts)).hexdigest()


def ready(into: Path, build: str) -> bool:
    """Whether `into` holds a finished environment of these pins."""
    stamp = into / STAMP
    return stamp.is_file() and stamp.read_text("utf-8").strip() == fingerprint(build)


def install(into: Path, build: str, python: str) -> None:
    """Make the environment. Raises CalledProcessError when pip fails; nothing is stamped then."""
    (into / STAMP).unlink(missing_ok=True)
    subprocess.run([python, "-m", "venv", "--clear", str(into)], check=True)
    # Never part of the repository, whatever the root's .gitignore says.
    (into / ".gitignore").write_text("*\n", "utf-8")
    pip = [str(into / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--requirement", str(HERE / f"requirements-{build}.txt")], check=True)
    if build == "cpu":
        subprocess.run([*pip, "uninstall", "--yes", *names(HERE / "unwanted.txt")], check=True)
    (into / STAMP).write_text(fingerprint(build) + "\n", "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--into", type=Path, default=ROOT / ".venv-vllm")
    parser.add_argument("--build", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--python", default=sys.executable, help="interpreter to make the environment from")
    parser.add_argument("--force", action="store_true", help="make it again even if it is there")
    args = parser.parse_args()
    into = args.into.resolve()
    if not args.force and ready(into, args.build):
        print(f"vllm: {into} is ready", file=sys.stderr)
        return 0
    began = time.monotonic()
    print(f"vllm: making {into} ({args.build} build); this takes minutes", file=sys.stderr)
    try:
        install(into, args.build, args.python)
    except subprocess.CalledProcessError as error:
        print(
            f"vllm: {error.cmd[0]} ended with status {error.returncode}; nothing is usable in {into}", file=sys.stderr
        )
        return 1
    print(f"vllm: {into} is ready after {time.monotonic() - began:.0f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
