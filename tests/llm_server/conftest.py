"""What the model server's tests share: a stand-in process, and configurations for it."""

import json
import sys
from pathlib import Path

import msgspec
import pytest

from guardia.llm_server.config import Config, HealthConfig, ModelConfig, RestartConfig, ServerConfig
from tests.support.ports import free_port

FAKE = Path(__file__).parents[1] / "fakes" / "model_server.py"


def pytest_configure(config):
    config.addinivalue_line("markers", "llm: a real vLLM server; minutes")


class Stage:
    """A folder with a stand-in server's behaviour, which a test may change while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "behaviour.json"
        self.port = free_port()
        self.behave()

    def behave(self, **how) -> None:
        beside = self.folder / "behaviour.new"
        beside.write_text(json.dumps(how), "utf-8")
        beside.replace(self.file)

    @property
    def log(self) -> list[str]:
        path = self.file.with_suffix(".log")
        return path.read_text("utf-8").split() if path.exists() else []

    @property
    def environ(self) -> dict[str, str]:
        return {"FAKE_MODEL": str(self.file), "PATH": "/usr/bin:/bin"}

    def config(self, **changes) -> Config:
        health = HealthConfig(
            start_timeout=10, interval=0.05, timeout=2, canary_interval=0.1, canary_timeout=0.5, failures=2
        )
        config = Config(
            model=ModelConfig(name="/models/stand-in", served_name="stand-in"),
            server=ServerConfig(
                command=(sys.executable, str(FAKE)),
                port=self.port,
                state_dir=str(self.folder / "state"),
                shutdown_timeout=5,
            ),
            health=health,
            restart=RestartConfig(max_restarts=2, backoff_min=0.05, backoff_max=0.1, stable_after=0.2),
        )
        for section, values in changes.items():
            config = msgspec.structs.replace(
                config, **{section: msgspec.structs.replace(getattr(config, section), **values)}
            )
        return config


@pytest.fixture
def stage(tmp_path) -> Stage:
    return Stage(tmp_path)
