"""`[[messengers]]`, `[web] public_url`: secrets from files and the environment, mistakes with a remedy."""

from pathlib import Path

import pytest

from guardia.hub.config import Config, load_config
from guardia.hub.errors import ConfigError

URL = "https://wh.jandi.example/connect-api/webhook/1/secret"


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text(" a-token-of-jandi \n")
    path.chmod(0o600)
    return path


def config(tmp_path: Path, *topics: str, head: str = "") -> Config:
    file = tmp_path / "hub.toml"
    body = "".join(f"[[messengers.topics]]\n{topic}\n" for topic in topics)
    file.write_text(f'[[messengers]]\nkind = "jandi"\n{head}\n{body}')
    return load_config(file, {})


def topic(token: Path, channel: str = "ops", webhook: str = 'webhook_env = "W"') -> str:
    return f'channel = "{channel}"\ntoken_file = "{token}"\n{webhook}'


def test_secrets_come_from_files_and_the_environment(tmp_path: Path, token: Path) -> None:
    (jandi,) = config(tmp_path, topic(token)).messenger_settings({"W": f"{URL}\n"})
    assert jandi.name == "jandi"
    (one,) = jandi.topics
    assert (one.channel, one.token, one.url) == ("ops", b"a-token-of-jandi", URL)


@pytest.mark.parametrize(
    ("webhook", "environ", "said"),
    [
        ('webhook_env = "W"', {}, "W is not set"),
        ("", {}, "name one of webhook_file and webhook_env"),
        ('webhook_env = "W"\nwebhook_file = "/x"', {"W": URL}, "name one of"),
        ('webhook_env = "W"', {"W": "http://wh.jandi.example/x"}, "not an https:// address"),
        ('webhook_env = "W"', {"W": "nonsense"}, "not an https:// address"),
        ('webhook_file = "/nowhere/x"', {}, "/nowhere/x"),
    ],
)
def test_a_missing_or_wrong_secret_is_named_but_not_shown(tmp_path: Path, token: Path, webhook, environ, said) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        config(tmp_path, topic(token, webhook=webhook)).messenger_settings(environ)
    assert "wh.jandi.example" not in str(raised.value)


def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, token: Path) -> None:
    token.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        config(tmp_path, topic(token)).messenger_settings({"W": URL})


def test_one_token_is_one_topic(tmp_path: Path, token: Path) -> None:
    with pytest.raises(ConfigError, match="twice"):
        config(tmp_path, topic(token), topic(token, "dev")).messenger_settings({"W": URL})


@pytest.mark.parametrize("name", ["inhouse", "room"])
def test_a_name_that_means_something_else_is_refused(tmp_path: Path, token: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="taken"):
        config(tmp_path, topic(token), head=f'name = "{name}"').messenger_settings({"W": URL})


@pytest.mark.parametrize("head", ['name = "Jandi-2"', 'kind2 = "x"'])
def test_a_mistake_is_found_when_it_is_read(tmp_path: Path, token: Path, head: str) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, topic(token), head=head)


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("", True),
        ("https://guardia.example.go.kr", True),
        ("https://guardia.example.go.kr/", True),
        ("http://127.0.0.1:8080", True),
        ("http://guardia.example.go.kr", False),
        ("guardia.example.go.kr", False),
        ("javascript:alert(1)", False),
        ("https://x/?a=b", False),
    ],
)
def test_the_address_of_links(tmp_path: Path, url: str, fine: bool) -> None:
    file = tmp_path / "hub.toml"
    file.write_text(f'[web]\npublic_url = "{url}"\n')
    found = load_config(file, {})
    if fine:
        assert found.public_url() == url.rstrip("/")
    else:
        with pytest.raises(ConfigError, match="public_url"):
            found.public_url()
