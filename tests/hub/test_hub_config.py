"""The hub's configuration: defaults, environment, files, secrets."""

from pathlib import Path

import pytest

from guardia.hub import config as module
from guardia.hub.config import (
    AdviceSection,
    Config,
    ConversationSection,
    FlowSection,
    HubSection,
    PolicySection,
    StoreSection,
    WebhookSection,
    load_config,
)
from guardia.hub.errors import ConfigError
from guardia.hub.flow.settings import FlowSettings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hub.toml"


def test_without_a_file_the_defaults_and_the_environment_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEFAULT_FILE", tmp_path / "none.toml")
    assert load_config(None, {}) == Config()
    found = load_config(None, {"GUARDIA_HUB_HUB_STATE_DIR": "/x", "GUARDIA_HUB_WEB_PORT": "81"})
    assert found.state == Path("/x")
    assert found.web.port == 81
    assert found.database_url == "sqlite:////x/guardia.db"
    with pytest.raises(ConfigError, match="GUARDIA_HUB_WEB_PORT"):
        load_config(None, {"GUARDIA_HUB_WEB_PORT": "many"})


def test_a_file_is_named_by_option_or_environment(file: Path) -> None:
    file.write_text("[web]\nport = 1\n")
    assert load_config(file, {}).web.port == load_config(None, {"GUARDIA_HUB_CONFIG": str(file)}).web.port == 1
    with pytest.raises(ConfigError, match="--config"):
        load_config(file.with_name("none.toml"), {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nport = 70000\n", "hub.toml:2"),
        ("[agents]\nmax_agents = 0\n", "hub.toml:2"),
        ("[flow]\napprovals = 0\n", "hub.toml:2"),
        ("[flow]\n\napprove_within = 1\n", "hub.toml:3"),
        ("[storage]\nurl = 'x'\n", "did you mean 'store'?"),
        ("[flow]\naprovals = 2\n", "did you mean 'approvals'?"),
    ],
)
def test_a_mistake_has_file_and_line(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError) as raised:
        load_config(file, {})
    assert said in str(raised.value)


def test_every_value_of_the_flow_section_reaches_the_flow() -> None:
    section = FlowSection(
        approve_within=11, start_within=12, deliver_within=13, outbox_limit=14, approvals=2, timezone="UTC"
    )
    found = Config(flow=section).flow_settings
    assert isinstance(found, FlowSettings)
    for name in FlowSection.__struct_fields__:
        assert getattr(found, name) == getattr(section, name)
    assert Config().flow_settings == FlowSettings()  # the defaults are the same ones


@pytest.mark.parametrize("zone", ["Nowhere/City", "", "../etc/passwd", "Asia/../x"])
def test_a_time_zone_that_is_none_is_a_mistake_of_the_configuration(zone: str) -> None:
    with pytest.raises(ConfigError, match="timezone"):
        _ = Config(flow=FlowSection(timezone=zone)).flow_settings


@pytest.mark.parametrize(
    "url", ["postgresql://u:secret@h/d", "mysql://u:secret@h/d", "secret", "sqlite+aiosqlite:///x"]
)
def test_a_database_of_another_kind_is_a_mistake_and_its_password_is_not_told(url: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _ = Config(store=StoreSection(url=url)).database_url
    assert "postgresql+psycopg://" in str(raised.value)
    assert "secret@" not in str(raised.value)


def test_policies_are_the_default_ones_or_those_of_a_file(tmp_path: Path) -> None:
    assert "nobody-approves-their-own-request" in Config().policies()
    (tmp_path / "own.cedar").write_text("// 정책")
    assert Config(policy=PolicySection(file=str(tmp_path / "own.cedar"))).policies() == "// 정책"
    (tmp_path / "latin.cedar").write_bytes(b"\xff\xfe")
    for name in ("none.cedar", "latin.cedar"):
        with pytest.raises(ConfigError, match=name):
            Config(policy=PolicySection(file=str(tmp_path / name))).policies()


def test_the_webhook_secret_is_read_only_when_nobody_else_can(tmp_path: Path) -> None:
    secret = tmp_path / "webhook.secret"
    config = Config(hub=HubSection(state_dir=str(tmp_path)))
    with pytest.raises(ConfigError, match="init"):
        config.webhook_secret()
    secret.write_text("0123456789abcdef\n")
    for mode in (0o644, 0o640, 0o604):
        secret.chmod(mode)
        with pytest.raises(ConfigError, match="chmod 600") as raised:
            config.webhook_secret()
        assert "0123456789" not in str(raised.value)
    secret.chmod(0o600)
    assert config.webhook_secret() == b"0123456789abcdef"
    named = Config(webhook=WebhookSection(secret_file=str(secret)))
    assert named.webhook_secret() == b"0123456789abcdef"
    secret.write_text("short")
    with pytest.raises(ConfigError, match="too short"):
        config.webhook_secret()


def test_advice_is_on_by_default_and_a_sites_own_file_is_checked_at_start(tmp_path: Path) -> None:
    assert len(Config().advice_rules().rule) >= 5
    assert Config(advice=AdviceSection(enabled=False)).advice_rules().rule == ()
    own = tmp_path / "own.toml"
    own.write_text("[limits]\ndaily = 1\n", encoding="utf-8")
    assert Config(advice=AdviceSection(file=str(own))).advice_rules().limits.daily == 1
    own.write_text("[limits]\n\ndayly = 1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"own.toml:3: .*did you mean 'daily'"):
        Config(advice=AdviceSection(file=str(own))).advice_rules()
    own.write_bytes(b"\xff\xfe")
    for name in ("own.toml", "none.toml"):
        with pytest.raises(ConfigError, match=name):
            Config(advice=AdviceSection(file=str(tmp_path / name))).advice_rules()


def test_a_room_is_korean_unless_it_is_named(tmp_path: Path) -> None:
    config = Config(conversation=ConversationSection(english_rooms=("ops-en",)))
    assert (config.language("ops"), config.language("ops-en")) == ("ko", "en")
