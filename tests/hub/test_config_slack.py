"""`[[messengers]]` with `kind = "slack"`: three secrets, two ways in, mistakes with a remedy; doctor's look at it."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from guardia.hub.cli import main
from guardia.hub.config import Config, load_config
from guardia.hub.errors import ConfigError
from tests.fakes.front import serving
from tests.fakes.slack_server import APP_TOKEN, BOT_TOKEN, SECRET, SlackServer
from tests.support.clock import FakeClock

ENVIRON = {"BOT": BOT_TOKEN, "APP": APP_TOKEN, "SIGNING": SECRET}
BOT, APP, SIGNING = 'bot_token_env = "BOT"', 'app_token_env = "APP"', 'signing_secret_env = "SIGNING"'


def config(tmp_path: Path, *lines: str) -> Config:
    file = tmp_path / "hub.toml"
    file.write_text("\n".join(["[[messengers]]", 'kind = "slack"', *lines]))
    return load_config(file, {})


def test_both_ways_and_each_by_itself(tmp_path: Path) -> None:
    secret = tmp_path / "signing"
    secret.write_text(f"{SECRET}\n")
    secret.chmod(0o600)
    (both,) = config(tmp_path, BOT, APP, f'signing_secret_file = "{secret}"').messenger_settings(ENVIRON)
    assert (both.name, both.bot_token, both.app_token, both.signing_secret) == ("slack", BOT_TOKEN, APP_TOKEN, SECRET)
    assert both.api_url == "https://slack.com/api/"
    (dialling,) = config(tmp_path, BOT, APP).messenger_settings(ENVIRON)
    assert dialling.signing_secret == ""
    (called,) = config(tmp_path, BOT, SIGNING, 'team = "T024BE7LD"').messenger_settings(ENVIRON)
    assert (called.app_token, called.team) == ("", "T024BE7LD")


def test_beside_other_messengers(tmp_path: Path) -> None:
    more = ["[[messengers]]", 'kind = "slack"', 'name = "gov"', 'api_url = "https://slack-gov.com/api"', BOT, APP]
    jandi = ["[[messengers]]", 'kind = "jandi"', "[[messengers.topics]]", 'channel = "ops"']
    jandi += ['token_env = "T"', 'webhook_env = "W"']
    environ = ENVIRON | {"T": "a-token-of-jandi", "W": "https://wh.jandi.example/x"}
    made = config(tmp_path, BOT, SIGNING, *more, *jandi).messenger_settings(environ)
    assert [one.name for one in made] == ["slack", "gov", "jandi"]
    assert made[1].api_url == "https://slack-gov.com/api/"


@pytest.mark.parametrize(
    ("lines", "environ", "said"),
    [
        ([BOT], ENVIRON, "signing_secret_file"),
        ([APP], ENVIRON, "bot_token is not given"),
        ([BOT, APP], {"BOT": BOT_TOKEN}, "APP is not set"),
        ([BOT, APP], ENVIRON | {"BOT": "xoxp-of-a-user"}, "xoxb-"),
        ([BOT, APP], ENVIRON | {"APP": BOT_TOKEN}, "xapp-"),
        ([BOT, SIGNING], ENVIRON | {"SIGNING": "tiny"}, "too short"),
        ([BOT, SIGNING, 'signing_secret_file = "/x"'], ENVIRON, "name one of"),
        ([BOT, SIGNING, 'api_url = "http://slack.com/api/"'], ENVIRON, "api_url"),
        ([BOT, SIGNING, 'api_url = ""'], ENVIRON, "api_url"),
        ([BOT, SIGNING, 'proxy = "proxy:3128"'], ENVIRON, "proxy"),
    ],
)
def test_a_mistake_is_named_and_no_secret_shown(tmp_path: Path, lines, environ, said) -> None:
    with pytest.raises(ConfigError, match=said) as raised:
        config(tmp_path, *lines).messenger_settings(environ)
    assert all(secret not in str(raised.value) for secret in environ.values())


@pytest.mark.parametrize("line", ['team = "운영"', 'token = "x"', 'name = "Slack"'])
def test_what_is_no_setting_of_slack_is_refused(tmp_path: Path, line) -> None:
    with pytest.raises(ConfigError):
        config(tmp_path, BOT, APP, line)


async def test_doctor_asks_slack_and_shows_no_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    server = SlackServer(FakeClock())
    async with serving(server.app) as server.port:
        file = tmp_path / "hub.toml"
        head = f"[hub]\nstate_dir = '{tmp_path / 'state'}'\n[web]\nport = 0\n"
        slack = ["[[messengers]]", 'kind = "slack"', f'api_url = "http://127.0.0.1:{server.port}/api/"']
        file.write_text(head + "\n".join([*slack, BOT, APP, SIGNING]))

        def doctor() -> tuple[dict[str, str], str]:
            output = CliRunner().invoke(main, ["--config", str(file), "doctor", "--json"]).output
            return next(one for one in json.loads(output) if one["what"] == "Slack as slack"), output

        found, output = await asyncio.to_thread(doctor)
        assert found["status"] == "ok"
        assert "Socket Mode" in found["message"]
        assert [one.what for one in server.wire] == ["auth.test", "apps.connections.open"]
        monkeypatch.setenv("BOT", "xoxb-of-yesterday")
        found, more = await asyncio.to_thread(doctor)
        assert found["status"] == "fail"
        assert "invalid_auth" in found["message"]
        assert "토큰" in found["message"]
        assert all(secret not in output + more for secret in (*ENVIRON.values(), "xoxb-of-yesterday"))
