"""vLLM's command line: what the configuration says is there, and no secret ever is."""

import json

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from guardia.llm_server import command
from guardia.llm_server.config import Config, EngineConfig, ModelConfig, ServerConfig
from guardia.llm_server.launcher import delay
from guardia.llm_server.progress import phase

KEY = "k3y-0123456789abcdef"


def config(**sections) -> Config:
    return msgspec.structs.replace(Config(model=ModelConfig(name="/models/reader")), **sections)


def value(words, flag):
    return words[words.index(flag) + 1]


def test_the_flags_that_the_reader_relies_on_are_always_there():
    words = command.argv(config())
    assert words[:3] == ["/opt/guardia/vllm/bin/python", "-m", "vllm.entrypoints.openai.api_server"]
    assert value(words, "--model") == "/models/reader"
    assert value(words, "--served-model-name") == "guardia"
    assert "--enable-prefix-caching" in words
    assert value(words, "--max-num-queued-reqs") == "64"
    assert value(words, "--shutdown-timeout") == "10"
    assert value(words, "--generation-config") == "vllm"
    # A backend of "auto" refuses the whitespace setting, so the backend is always named.
    assert json.loads(value(words, "--structured-outputs-config")) == {
        "backend": "xgrammar",
        "disable_any_whitespace": True,
    }
    assert "--ssl-cert-reqs" not in words
    assert "--quantization" not in words


def test_client_certificates_are_required_with_a_ca():
    server = ServerConfig(tls_certificate="/t/c.pem", tls_key="/t/k.pem", tls_ca="/t/ca.pem")
    words = command.argv(config(server=server))
    assert value(words, "--ssl-certfile") == "/t/c.pem"
    assert value(words, "--ssl-keyfile") == "/t/k.pem"
    assert value(words, "--ssl-ca-certs") == "/t/ca.pem"
    assert value(words, "--ssl-cert-reqs") == "2"
    assert "--enable-ssl-refresh" in words


def test_quantisation_and_extra_arguments():
    engine = EngineConfig(extra_args=("--seed", "3"), enforce_eager=True, block_size=64, tensor_parallel=2)
    words = command.argv(config(model=ModelConfig(name="m", quantization="awq"), engine=engine))
    assert value(words, "--quantization") == "awq"
    assert value(words, "--block-size") == "64"
    assert value(words, "--tensor-parallel-size") == "2"
    assert "--enforce-eager" in words
    assert words[-2:] == ["--seed", "3"]


def test_the_key_goes_into_the_environment_alone():
    base = {"PATH": "/bin", "GUARDIA_LLM_API_KEY": KEY, "NOTIFY_SOCKET": "/run/x", "PYTHONPATH": "/ours"}
    values = command.environment(config(), KEY, base)
    assert values["VLLM_API_KEY"] == KEY
    assert KEY not in " ".join(command.argv(config()))
    assert not {"GUARDIA_LLM_API_KEY", "NOTIFY_SOCKET", "PYTHONPATH"} & set(values)
    assert values["PATH"] == "/bin"


def test_without_a_key_none_is_inherited():
    assert "VLLM_API_KEY" not in command.environment(config(), "", {"VLLM_API_KEY": "stray"})


def test_nothing_is_asked_of_the_internet_unless_it_is_allowed():
    assert command.environment(config(), "", {})["HF_HUB_OFFLINE"] == "1"
    assert "HF_HUB_OFFLINE" not in command.environment(config(model=ModelConfig(name="m", offline=False)), "", {})


@given(st.integers(1, 100_000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_and_stay_within_their_limit(attempt, fraction):
    settings = config().restart
    pause = delay(attempt, settings, fraction)
    assert 0.5 * settings.backoff_min <= pause <= settings.backoff_max
    assert delay(attempt + 1, settings, fraction) >= pause


def test_phases_are_read_from_the_servers_own_lines():
    assert phase("INFO 10-10 [model.py:1] Starting to load model /m...") == "loading weights"
    assert phase("Loading safetensors checkpoint shards:  50% Completed | 1/2") == "loading weights 50 %"
    assert phase("WARNING Enforce eager set, disabling torch.compile and CUDAGraphs") != "compiling"
    assert phase("something else") is None


@given(st.text())
def test_no_line_breaks_the_progress_display(line):
    assert phase(line) is None or isinstance(phase(line), str)
