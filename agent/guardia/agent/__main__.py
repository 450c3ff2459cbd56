"""The program `guardia-agent`.

The daemon is started without the command line around it: click and the commands weigh 1.3 MiB of a process that needs
them for its first milliseconds. Everything but a plain `run` is theirs, mistakes included, and their `run` is the same.
"""

from __future__ import annotations

import os
import sys

from guardia.agent import foreground


def main() -> None:
    """For the script that packages install."""
    path = foreground.config_to_run(sys.argv[1:], os.environ)
    if path is not None:
        foreground.run(path)
    from guardia.agent import cli

    cli.main()


if __name__ == "__main__":
    main()
