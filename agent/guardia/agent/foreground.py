"""`guardia-agent run` without the command line around it, and what the other commands share with it.

Nothing here needs click: the daemon stays for months, and what it has imported stays with it. Nor is anything imported
before it is used: help and completion stay quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from guardia.agent.config import Config

CONFIG = "/etc/guardia/agent.toml"
CONFIG_VARIABLE = "GUARDIA_AGENT_CONFIG"

EXIT_FAILURE = 1
EXIT_CONFIG = 78


def config_to_run(arguments: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Path of agent.toml when the command line is that of a service: `run`, with or without `--config FILE` before it.

    None: anything else, which is the command line's to read (`guardia.agent.cli`).
    """
    match arguments:
        case ["run"]:
            path = environment.get(CONFIG_VARIABLE) or CONFIG
        case ["--config", path, "run"]:
            pass
        case _:
            return None
    return None if Path(path).is_dir() else path


def run(config_path: str) -> NoReturn:
    """Run the daemon until a signal ends it, and exit with its code."""
    import asyncio

    from guardia.agent.daemon.running import serve
    from guardia.agent.errors import AgentError

    config = load_config(config_path)
    make_state_dir(config.state_dir)
    try:
        code = asyncio.run(serve(config))
    except AgentError as error:
        fail(f"{error} ({error.code})")
    sys.exit(code)


def load_config(path: str) -> Config:
    """agent.toml, or the end of the process with what is wrong in it."""
    from guardia.agent.config import load
    from guardia.agent.errors import ConfigError

    try:
        return load(path, os.environ)
    except ConfigError as error:
        fail(str(error), EXIT_CONFIG)


def make_state_dir(path: Path) -> None:
    """Make it for this account alone, or end the process."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_mode & 0o077:
            fail(f"{path}을(를) 다른 계정이 읽을 수 있습니다. 실행하세요: chmod 0700 {path}")
    except OSError as error:
        fail(f"{path}을(를) 만들 수 없습니다: {error.strerror}. 소유자를 확인하거나 root로 실행하세요.")


def fail(message: str, code: int = EXIT_FAILURE) -> NoReturn:
    """Tell people on standard error, and exit."""
    sys.stderr.write(f"{message}\n")
    sys.exit(code)
