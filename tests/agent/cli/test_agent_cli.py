"""guardia-agent: the commands, as people and service managers call them."""

import os


def test_nothing_is_read_at_import():
    import subprocess
    import sys

    code = "import sys; import guardia.agent.cli; print(*sorted(n for n in sys.modules if n.split('.')[0] in HEAVY))"
    heavy = "HEAVY = {'asyncssh', 'httpx', 'websockets', 'cryptography', 'psutil', 'structlog', 'asyncio'}\n"
    done = subprocess.run(
        [sys.executable, "-c", heavy + code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": os.environ["PATH"]},
    )
    assert done.stdout.strip() == ""
