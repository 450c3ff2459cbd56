"""`[[itsm_webhooks]]` and `[itsm]`: safe addresses, secrets from files and the environment."""

from pathlib import Path

import pytest

from guardia.hub.config import Config, load_config
from guardia.hub.core.itsm import Subscription
from guardia.hub.errors import ConfigError

SECRET = {"S": "a secret of the endpoint"}


def config(tmp_path: Path, body: str) -> Config:
    file = tmp_path / "hub.toml"
    file.write_text(body)
    return load_config(file, {})


def hook(name: str = "desk", url: str = "https://itsm.example.go.kr/h", more: str = 'secret_env = "S"') -> str:
    return f'[[itsm_webhooks]]\nname = "{name}"\nurl = "{url}"\n{more}\n'


def test_an_endpoint_with_its_secret_and_what_it_wants(tmp_path: Path) -> None:
    found = config(tmp_path, hook(more='secret_env = "S"\nevents = ["request.ended"]\ninstitutions = ["국세청"]'))
    (endpoint,) = found.hook_settings(SECRET)
    assert (endpoint.name, endpoint.url, endpoint.secret) == (
        "desk",
        "https://itsm.example.go.kr/h",
        b"a secret of the endpoint",
    )
    assert found.subscriptions() == [Subscription(endpoint="desk", events=("request.ended",), institutions=("국세청",))]
    assert config(tmp_path, "").hook_settings({}) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (hook(url="http://itsm.example.go.kr/h"), "allow_http"),
        (hook(url="http://127.0.0.1/h"), "allow_http"),
        (hook(url="ftp://itsm.example.go.kr/h"), "not an address"),
        (hook(url="file:///etc/passwd"), "not an address"),
        (hook(url="https:///h"), "not an address"),
        (hook(url="https://x:99999/h"), "not an address"),
        (hook(url="https://user:pass@itsm.example.go.kr/h"), "user name"),
        (hook(url="https://itsm.example.go.kr/h#x"), "not an address"),
        (hook() + hook(), "twice"),
        (hook(more=""), "secret_file and secret_env"),
        (hook(more='secret_env = "T"'), "T is not set"),
        (hook(more='secret_env = "SHORT"'), "too short"),
        (hook(more='secret_env = "S"\nca_file = "/nowhere"'), "/nowhere"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        config(tmp_path, body).hook_settings({**SECRET, "SHORT": "short"})
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize("more", ['events = ["request.exploded"]', "events = []", "institutions = []", "x = 1"])
def test_an_unknown_event_is_found_when_it_is_read(tmp_path: Path, more: str) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, hook(more=f'secret_env = "S"\n{more}'))


def test_http_and_an_authority_of_ones_own_when_it_is_said(tmp_path: Path) -> None:
    plain = config(tmp_path, hook(url="http://10.0.0.7/h", more='secret_env = "S"\nallow_http = true'))
    assert plain.hook_settings(SECRET)[0].url == "http://10.0.0.7/h"


def test_tickets_need_a_secret(tmp_path: Path) -> None:
    assert config(tmp_path, "").itsm_secret({}) is None
    assert config(tmp_path, '[itsm]\nsecret_env = "S"').itsm_secret(SECRET) == b"a secret of the endpoint"
    file = tmp_path / "secret"
    file.write_text("a secret in a file\n")
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        config(tmp_path, f'[itsm]\nsecret_file = "{file}"').itsm_secret({})
    file.chmod(0o600)
    assert config(tmp_path, f'[itsm]\nsecret_file = "{file}"').itsm_secret({}) == b"a secret in a file"
    with pytest.raises(ConfigError, match="too short"):
        config(tmp_path, '[itsm]\nsecret_env = "S"').itsm_secret({"S": "short"})


def test_no_messenger_is_called_like_the_itsm_system(tmp_path: Path) -> None:
    body = '[[messengers]]\nkind = "jandi"\nname = "itsm"\n[[messengers.topics]]\nchannel = "a"\ntoken_env = "T"\n'
    with pytest.raises(ConfigError, match="taken"):
        config(tmp_path, body).messenger_settings({"T": "x" * 20})
