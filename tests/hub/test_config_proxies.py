"""`[web] proxies`: whose word about the client is taken."""

import pytest

from guardia.hub.config import load_config
from guardia.hub.errors import ConfigError


def config(tmp_path, proxies: str):
    file = tmp_path / "hub.toml"
    file.write_text(f"[web]\nproxies = {proxies}\n")
    return load_config(file, {})


def test_the_own_host_unless_told_otherwise(tmp_path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("")
    assert load_config(file, {}).proxies() == ["127.0.0.1", "::1"]
    assert config(tmp_path, '["10.0.0.5", "10.1.0.0/28"]').proxies() == ["10.0.0.5", "10.1.0.0/28"]
    assert config(tmp_path, "[]").proxies() == []


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "nginx", "10.0.0.5:80", ""])
def test_nobody_s_and_everybody_s_are_refused(tmp_path, proxy) -> None:
    with pytest.raises(ConfigError, match="proxies"):
        config(tmp_path, f'["{proxy}"]').proxies()
