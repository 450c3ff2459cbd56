"""The demonstration's service, held up for as long as a file `held` lies in its working directory.

usage: python -I held_service.py SERVICE_APP NAME PORT ARTIFACT

So a test decides when a step goes on, and not a machine's speed. Ends by itself when nobody lets it go.
"""

import runpy
import sys
import time
from pathlib import Path

LONGEST = 180.0
"""Seconds."""


def main() -> None:
    end = time.monotonic() + LONGEST
    while Path("held").exists():
        if time.monotonic() > end:
            sys.exit("nobody has let it go")
        time.sleep(0.02)
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
