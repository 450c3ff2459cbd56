"""The `[reader]` section."""

from __future__ import annotations

from pathlib import Path

import pytest

from guardia.hub.config import Config, load_config
from guardia.hub.errors import ConfigError
from guardia.hub.parser.settings import Mode, PromptKind


def load(folder: Path, text: str) -> Config:
    path = folder / "hub.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {})


def test_without_a_section_the_embedded_reader_reads(tmp_path: Path) -> None:
    assert load(tmp_path, "").reader_settings().mode is Mode.EMBEDDED


def test_a_model_with_its_key(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.touch(mode=0o600)
    key.write_text("sk-1234\n", encoding="ascii")
    text = f'[reader]\nmode = "both"\nurl = "https://llm:8000"\nmodel = "ops"\napi_key_file = "{key}"\ntimeout = 3.5\n'
    settings = load(tmp_path, text).reader_settings()
    assert (settings.mode, settings.api_key, settings.timeout) == (Mode.BOTH, "sk-1234", 3.5)
    assert "sk-1234" not in repr(settings)
    key.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        load(tmp_path, text).reader_settings()


@pytest.mark.parametrize("mode", ["llm", "both"])
def test_a_model_must_be_named(tmp_path: Path, mode: str) -> None:
    with pytest.raises(ConfigError, match="needs url and model"):
        load(tmp_path, f'[reader]\nmode = "{mode}"\nurl = "http://localhost:8000"\n').reader_settings()


@pytest.mark.parametrize("line", ['mode = "oracle"', "timeout = 0", "max_queue = -1", 'mdoel = "x"'])
def test_mistakes_are_told_with_their_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=r"hub\.toml:2"):
        load(tmp_path, f"[reader]\n{line}\n")


@pytest.mark.parametrize("content", [b"two\nlines", b"\xff\xfe"])
def test_a_key_that_is_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.touch(mode=0o600)
    key.write_bytes(content)
    text = f'[reader]\nmode = "llm"\nurl = "http://localhost:8000"\nmodel = "m"\napi_key_file = "{key}"\n'
    with pytest.raises(ConfigError, match="printable ASCII"):
        load(tmp_path, text).reader_settings()


def test_the_prompt_is_the_full_one_unless_said(tmp_path: Path) -> None:
    text = '[reader]\nmode = "both"\nurl = "http://localhost:8000"\nmodel = "small"\n'
    assert load(tmp_path, text).reader_settings().prompt is PromptKind.FULL
    assert load(tmp_path, f'{text}prompt = "compact"\n').reader_settings().prompt is PromptKind.COMPACT
    with pytest.raises(ConfigError, match="prompt"):
        load(tmp_path, f'{text}prompt = "short"\n')
