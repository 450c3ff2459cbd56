"""Generate the protobuf code beside its sources: `python proto/generate.py`; `--check` fails when it has drifted."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

ROOT = Path(__file__).resolve().parent
"""The import root: generated modules are imported by their path below it (`guardia.proto.v1.fleet_pb2`)."""

PACKAGE = Path("guardia/proto/v1")


def generate(target: Path) -> list[Path]:
    """Generate every source below `target`; paths of what was made, relative to it. Exits with protoc's message."""
    sources = sorted(path.relative_to(ROOT) for path in (ROOT / PACKAGE).glob("*.proto"))
    arguments = [
        "protoc",
        f"--proto_path={ROOT}",
        f"--python_out={target}",
        f"--plugin=protoc-gen-mypy={Path(sys.executable).with_name('protoc-gen-mypy')}",
        f"--mypy_out=quiet:{target}",
    ]
    if protoc.main([*arguments, *map(str, sources)]):
        sys.exit("protoc failed; its message stands above")
    return [source.with_name(source.stem + ending) for source in sources for ending in ("_pb2.py", "_pb2.pyi")]


def drifted() -> list[Path]:
    """Generated files of the tree that differ from what their sources give now, or are missing."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        return [
            path
            for path in generate(fresh)
            if not (ROOT / path).is_file() or (ROOT / path).read_bytes() != (fresh / path).read_bytes()
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when generated code has drifted")
    if not parser.parse_args().check:
        generate(ROOT)
        return 0
    stale = drifted()
    for path in stale:
        sys.stderr.write(f"proto/{path} does not fit its .proto file: run `make proto` and commit the result\n")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
