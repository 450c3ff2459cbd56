"""`guardia-llm` as an operator meets it: help, exit codes, and what a mistake looks like."""

import importlib.util
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardia.llm_server import cli, config
from guardia.llm_server.notify import read_status

ROOT = Path(__file__).parents[2]
KEY = "k3y-0123456789abcdef"


def invoke(*words, **environ):
    return CliRunner().invoke(cli.main, list(words), env=environ)


@pytest.mark.parametrize("words", [(), ("serve",), ("check",), ("evaluate",)])
def test_help_has_examples_and_exit_codes(words):
    found = invoke(*words, "--help")
    assert found.exit_code == 0
    assert "Exit codes" in found.output


def test_a_dry_run_prints_a_command_without_the_key(tmp_path):
    path = tmp_path / "llm.toml"
    path.write_text('[model]\nname = "/models/reader"\n')
    found = invoke("serve", "--config", str(path), "--dry-run", GUARDIA_LLM_API_KEY=KEY)
    assert found.exit_code == 0
    assert "--model" in shlex.split(found.output)
    assert KEY not in found.output


@pytest.mark.parametrize("text", ["", "[model]\nname = 3\n", '[model]\nname = "m"\n[server]\nhost = "0.0.0.0"\n'])
def test_a_mistake_in_the_file_is_78(tmp_path, text):
    path = tmp_path / "llm.toml"
    path.write_text(text)
    found = invoke("serve", "--config", str(path))
    assert found.exit_code == 78
    assert "llm.toml" in found.output


def test_a_file_that_is_missing_is_78():
    assert invoke("serve", "--config", "/nowhere/llm.toml").exit_code == 78


def test_the_sample_configuration_is_valid():
    settings = config.load(ROOT / "packaging" / "llm" / "llm.toml", {})
    assert settings.model.quantization == "awq"


def test_evaluate_tells_what_it_cannot_read(tmp_path):
    found = invoke("evaluate", "--set", "/nowhere.jsonl", "--cmdb", str(tmp_path))
    assert found.exit_code == 1
    assert "/nowhere.jsonl" in found.output


def test_serve_drains_at_sigterm_and_exits_with_0(stage):
    from tests.llm_server.conftest import FAKE

    path = stage.folder / "llm.toml"
    path.write_text(
        f'[model]\nname = "m"\n[server]\ncommand = ["{sys.executable}", "{FAKE}"]\nport = {stage.port}\n'
        f'state_dir = "{stage.folder / "state"}"\n[metrics]\nport = 0\n'
    )
    program = subprocess.Popen(
        [sys.executable, "-m", "guardia.llm_server.cli", "serve", "--config", str(path)],
        env={**os.environ, **stage.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GUARDIA_LLM_API_KEY": KEY},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        limit = time.monotonic() + 30
        while not ((status := read_status(stage.folder / "state" / "status.json")) and status.state == "ready"):
            assert time.monotonic() < limit
            assert program.poll() is None
            time.sleep(0.05)
        program.send_signal(signal.SIGTERM)
        _, errors = program.communicate(timeout=20)
    finally:
        program.kill()
        program.wait()
    assert program.returncode == 0
    events = [json.loads(line)["event"] for line in errors.splitlines()]  # every line is JSON
    assert [event for event in events if event in ("llm.ready", "llm.drain", "llm.stopped")] == [
        "llm.ready",
        "llm.drain",
        "llm.stopped",
    ]
    assert KEY not in errors


class TestEnvironmentOfVllm:
    @pytest.fixture
    def install(self):
        spec = importlib.util.spec_from_file_location("vllm_install", ROOT / "packaging" / "vllm" / "install.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    @pytest.mark.parametrize("build", ["cpu", "cuda"])
    def test_every_requirement_is_pinned_and_none_has_an_address(self, install, build):
        names = install.names(install.HERE / f"requirements-{build}.txt")
        assert names
        assert all(re.fullmatch(r"[a-z-]+==[0-9.]+", name) for name in names)

    def test_an_environment_of_other_pins_is_not_ready(self, install, tmp_path):
        assert not install.ready(tmp_path, "cpu")
        (tmp_path / install.STAMP).write_text(install.fingerprint("cuda") + "\n")
        assert not install.ready(tmp_path, "cpu")
        (tmp_path / install.STAMP).write_text(install.fingerprint("cpu") + "\n")
        assert install.ready(tmp_path, "cpu")
