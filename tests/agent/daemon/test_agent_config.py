"""agent.toml: every mistake with file, line and remedy, all at once."""

import pytest

from guardia.agent.config import load
from guardia.agent.core.policy import EVERYTHING, Rule
from guardia.agent.errors import ConfigError

GOOD = """\
[hub]
url = "wss://hub.example:8443/agent"
enrolment_url = "https://hub.example:8444"

[agent]
asset = "APP-WAS-01"
state_dir = "/var/lib/guardia-agent"

[limits]
concurrency = 2

[policy]
require_approvers = 1
allow = [
  { actions = ["CHECK_*"] },
  { actions = ["*"], targets = ["DEV-*"], require_approvers = 0 },
]

[[hosts]]
asset = "DB-01"
[hosts.ssh]
address = "10.0.0.2"
user = "guardia"
key_file = "/etc/guardia/key"
host_key = "ssh-ed25519 AAAAC3Nz"

[[services]]
asset = "APP-WAS-01"
name = "budget"
manager = "systemd"

[[services]]
asset = "DB-01"
name = "batch"
manager = "command"
start = ["/opt/batch/bin/run"]
pid_file = "/run/batch.pid"
log_files = ["/var/log/batch.log"]
"""


@pytest.fixture
def write(tmp_path):
    def write(text, mode=0o644):
        path = tmp_path / "agent.toml"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(mode)
        return str(path)

    return write


def _mistakes(path, environment=None):
    with pytest.raises(ConfigError) as caught:
        load(path, environment or {})
    return str(caught.value).replace(path, "agent.toml").splitlines()


def test_a_good_file(write):
    config = load(write(GOOD), {})
    assert [host.asset for host in config.hosts] == ["APP-WAS-01", "DB-01"]
    assert config.hosts[0].ssh is None
    assert [service.name for service in config.services_of("DB-01")] == ["batch"]
    assert config.policy.allow[1] == Rule(actions=("*",), targets=("DEV-*",), require_approvers=0)
    assert config.limits.concurrency == 2


def test_the_smallest_file_has_the_default_policy(write):
    config = load(write('[agent]\nasset = "A"\n'), {})
    assert config.policy.allow == EVERYTHING
    assert config.policy.require_approvers == 1


def test_the_address_chooses_the_transport(write):
    config = load(write(GOOD.replace("wss://hub.example:8443/agent", "grpcs://hub.example:9445")), {})
    assert config.hub.url == "grpcs://hub.example:9445"
    (mistake,) = _mistakes(write(GOOD.replace("wss://hub.example:8443/agent", "grpcs://hub.example:9445/agent")))
    assert mistake.startswith("agent.toml:2: hub.url: must be an address like")


def test_all_mistakes_come_at_once_with_their_lines(write):
    text = GOOD.replace("concurrency = 2", "concurency = 2\nqueue = 0")
    text = text.replace('name = "batch"', 'name = "batch"\nstart_timeout = "soon"')
    text = text.replace('user = "guardia"\n', "").replace("wss://", "ws://")
    assert _mistakes(write(text)) == [
        "agent.toml:2: hub.url: must be an address like wss://hub.example:9443/agent or grpcs://hub.example:9445",
        "agent.toml:10: limits.concurency: is not known; did you mean concurrency?",
        "agent.toml:11: limits.queue: expected `int` >= 1",
        "agent.toml:22: hosts[1].ssh.user: is missing; add it",
        "agent.toml:35: services[2].start_timeout: expected `int`, got `str`",
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[limits]", "[limts]", "agent.toml:9: limts: is not known; did you mean limits?"),
        (
            'address = "10.0.0.2"',
            'adress = "10.0.0.2"',
            "agent.toml:22: hosts[1].ssh.adress: is not known; did you mean",
        ),
        (
            'actions = ["CHECK_*"]',
            'action = ["CHECK_*"]',
            "agent.toml:14: policy.allow[1].action: is not known; did you",
        ),
        ('asset = "DB-01"\nname', 'asset = "DB-02"\nname', "agent.toml:33: services[2].asset: DB-02 is not a host of"),
        ('name = "batch"', 'name = "-batch"', "agent.toml:34: services[2].name: expected `str` matching regex"),
        (
            'start = ["/opt/batch/bin/run"]',
            'start = ["run"]',
            'agent.toml:36: services[2].start: manager "command" needs',
        ),
        ('manager = "systemd"', 'manager = "systemd"\nstop = ["/x"]', "agent.toml:31: services[1].stop: manager"),
        ('manager = "systemd"', 'manager = "upstart"', "agent.toml:30: services[1].manager: invalid enum value"),
        ("ssh-ed25519 AAAAC3Nz", "AAAAC3Nz", "agent.toml:25: hosts[1].ssh.host_key: must be the host's public key"),
        ("[hosts.ssh]", "[hosts.shh]", "agent.toml:21: hosts[1].shh: is not known; did you mean ssh?"),
        ("concurrency = 2", "concurrency = ", "agent.toml:10: not valid TOML"),
        ('asset = "APP-WAS-01"\nstate', "state", "agent.toml:5: agent.asset: is missing; add it"),
    ],
)
def test_one_mistake_one_line(write, old, new, told):
    assert old in GOOD
    assert any(mistake.startswith(told) for mistake in _mistakes(write(GOOD.replace(old, new))))


def test_a_file_that_everyone_may_write_is_refused(write):
    assert "chmod o-w" in _mistakes(write(GOOD, 0o666))[0]


def test_a_file_that_is_not_there_or_not_text(write, tmp_path):
    assert "No such file" in _mistakes(str(tmp_path / "none.toml"))[0]
    assert _mistakes(write(b"[agent]\nasset = '\xb1\xe2'\n"))[0] == "agent.toml:2: not UTF-8; save the file as UTF-8"


def test_the_environment_overrides_and_is_checked(write):
    environment = {"GUARDIA_AGENT_STATE_DIR": "/srv/agent", "GUARDIA_AGENT_LIMITS_CONCURRENCY": "8", "PATH": "/bin"}
    config = load(write(GOOD), environment)
    assert config.agent.state_dir == "/srv/agent"
    assert config.limits.concurrency == 8
    bad = {"GUARDIA_AGENT_LIMITS_CONCURENCY": "8", "GUARDIA_AGENT_LIMITS_QUEUE": "many"}
    assert _mistakes(write(GOOD), bad) == [
        "environment: GUARDIA_AGENT_LIMITS_CONCURENCY is not known; did you mean GUARDIA_AGENT_LIMITS_CONCURRENCY?",
        "environment: GUARDIA_AGENT_LIMITS_QUEUE: Expected `int`, got `str`",
    ]


def test_the_policy_may_live_in_a_file_of_its_own(write, tmp_path):
    rules = tmp_path / "policy.toml"
    rules.write_text('require_approvers = 2\n[[deny]]\nactions = ["CLEAN_LOGS"]\n')
    rules.chmod(0o644)
    text = f'[agent]\nasset = "A"\n[policy]\nfile = "{rules}"\n'
    config = load(write(text), {})
    assert config.policy.require_approvers == 2
    assert config.policy.deny == (Rule(actions=("CLEAN_LOGS",)),)
    rules.chmod(0o664)
    assert "belongs to root alone" in _mistakes(write(text))[0]
    rules.chmod(0o644)
    assert "keep one of the two" in _mistakes(write(text + "max_timeout = 5\n"))[0]
    rules.write_text('[[deny]]\nactions = ["A"]\ntarget = ["B"]\n')
    assert _mistakes(write(text))[0].startswith(f"{rules}:3: deny[1].target: is not known; did you mean targets?")


def test_facts_have_their_times_and_their_bounds(write):
    config = load(write(GOOD), {})
    assert (config.facts.send, config.facts.at_most_every, config.facts.at_least_every) == (True, 300, 3600)
    text = GOOD.replace("[limits]", "[facts]\nsend = false\nat_most_every = 60\n[limits]")
    config = load(write(text), {"GUARDIA_AGENT_FACTS_AT_LEAST_EVERY": "600"})
    assert (config.facts.send, config.facts.at_most_every, config.facts.at_least_every) == (False, 60, 600)
    with pytest.raises(ConfigError, match="at_most_every"):
        load(write(text.replace("= 60", "= 9")), {})
