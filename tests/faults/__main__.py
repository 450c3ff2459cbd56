"""`python -m tests.faults`: the faults, the tests that use them and their last results; the page is written anew.

With `--run` the tests run first, and the page tells what became of them; what follows goes to pytest, for instance
`--run -k frames`, and what it leaves out keeps its last result.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from tests.faults.catalogue import FAULTS
from tests.faults.report import FILE, HERE, NOT_RUN, ROOT, faults, page, published, results, uses


def main(arguments: list[str]) -> int:
    if arguments and arguments[0] != "--run":
        print(__doc__)
        return 2
    became, status = published(), 0
    if arguments:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.xml"
            argv = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
            argv += ["--junitxml", str(report), str(HERE), *arguments[1:]]
            status = subprocess.run(argv, cwd=ROOT, check=False).returncode
            if status not in (0, 1):  # 1: some failed, and the page says which
                return status
            became |= results(ElementTree.parse(report).getroot())
        print(f"{time.monotonic() - began:.0f} s")
    using = uses()
    for fault in faults():
        print(f"{fault.name}: {fault.title}")
        for use in using:
            if fault.name in use.faults:
                print(f"    {became.get(use.name, NOT_RUN):10} {use.file}::{use.name}")
    FILE.write_text(page(became), encoding="utf-8")
    print(f"{FILE.relative_to(ROOT)}: {len(FAULTS)} faults, {len(using)} tests")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
