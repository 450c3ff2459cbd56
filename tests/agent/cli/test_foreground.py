"""Which command lines start the daemon without click, and that it makes no difference to who typed them."""

import pytest

from guardia.agent.foreground import CONFIG, CONFIG_VARIABLE, config_to_run
from tests.agent.cli.test_agent_cli import _invoke, _process


@pytest.mark.parametrize(
    ("arguments", "environment", "path"),
    [
        (["run"], {}, CONFIG),
        (["run"], {CONFIG_VARIABLE: "b.toml"}, "b.toml"),
        (["run"], {CONFIG_VARIABLE: ""}, CONFIG),
        (["--config", "a.toml", "run"], {}, "a.toml"),
        (["--config", "a.toml", "run"], {CONFIG_VARIABLE: "b.toml"}, "a.toml"),
        (["--config", "a.toml", "run", "--help"], {}, None),
        (["--config", "a.toml", "run", "more"], {}, None),
        (["--config", "/", "run"], {}, None),
        (["--config=a.toml", "run"], {}, None),
        (["run", "--config", "a.toml"], {}, None),
        (["--config", "run"], {}, None),
        (["status"], {}, None),
        (["--help"], {}, None),
        ([], {}, None),
    ],
)
def test_a_plain_run_is_the_daemons_and_the_rest_is_clicks(arguments, environment, path) -> None:
    assert config_to_run(arguments, environment) == path


@pytest.mark.parametrize("mistake", ["missing", "wrong", "open state", "no identity"])
def test_both_ways_say_the_same_of_a_mistake(tmp_path, mistake: str) -> None:
    state, config = tmp_path / "state", tmp_path / "agent.toml"
    state.mkdir(mode=0o700)
    key = "asset" if mistake != "wrong" else "aset"
    if mistake != "missing":
        config.write_text(f'[agent]\n{key} = "APP-WAS-01"\nstate_dir = "{state}"\n')
    if mistake == "open state":
        state.chmod(0o755)
    plain = _process("--config", str(config), "run")
    by_click = _invoke(config, "run")
    assert plain.returncode == by_click.exit_code != 0
    assert plain.stderr == by_click.stderr != ""
    by_click_alone = _process(f"--config={config}", "run")
    assert (by_click_alone.returncode, by_click_alone.stderr) == (plain.returncode, plain.stderr)
