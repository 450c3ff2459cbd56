"""llm.toml: every mistake is told, and nothing unsafe is accepted."""

import pytest

from guardia.llm_server.config import api_key, load, read_secret
from guardia.llm_server.errors import ConfigError

KEY = "k3y-0123456789abcdef"
MINIMAL = '[model]\nname = "/models/reader"\n'


def written(tmp_path, text):
    path = tmp_path / "llm.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_model_is_all_that_must_be_said(tmp_path):
    config = load(written(tmp_path, MINIMAL), {})
    assert config.model.served_name == "guardia"
    assert config.base_url == "http://127.0.0.1:8100"
    assert not config.engine.any_whitespace


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[model]\nnamee = 'x'\n", 2, "did you mean 'name'"),
        (MINIMAL + "[server]\nport = 0\n", 4, "port"),
        (MINIMAL + "[engine]\nmax_num_seqs = 'four'\n", 4, "max_num_seqs"),
        (MINIMAL + "quantization = 'awk'\n", 3, "quantization"),
        ("[model\n", 1, "not TOML"),
    ],
)
def test_a_mistake_names_file_line_and_remedy(tmp_path, text, line, word):
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), {})
    assert f"llm.toml:{line}:" in str(caught.value)
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[server]\nhost = '0.0.0.0'\n", "can be reached from outside"),
        ("[server]\nhost = '::'\n", "can be reached from outside"),
        ("[server]\ntls_certificate = '/dev/null'\n", "belong together"),
        ("[server]\ntls_ca = '/dev/null'\n", "client certificates"),
        ("[health]\nclient_key = '/dev/null'\n", "belong together"),
        ("[health]\nserver_ca = '/nowhere/ca.pem'\n", "is not a file"),
        ("[restart]\nbackoff_min = 9\nbackoff_max = 3\n", "swap"),
    ],
)
def test_sections_that_do_not_fit_each_other(tmp_path, text, word):
    with pytest.raises(ConfigError, match=word):
        load(written(tmp_path, MINIMAL + text), {})


def test_gguf_needs_the_tokenizer_of_the_original_model(tmp_path):
    with pytest.raises(ConfigError, match="tokenizer"):
        load(written(tmp_path, MINIMAL + "quantization = 'gguf'\n"), {})


def test_variables_stand_for_keys(tmp_path):
    config = load(written(tmp_path, MINIMAL), {"GUARDIA_LLM_SERVER_PORT": "9000", "GUARDIA_LLM_MODEL_NAME": "other"})
    assert (config.server.port, config.model.name) == (9000, "other")


class TestKey:
    def configured(self, tmp_path, mode=0o600, content=KEY + "\n"):
        secret = tmp_path / "key"
        secret.write_text(content)
        secret.chmod(mode)
        return load(written(tmp_path, MINIMAL + f"[server]\napi_key_file = '{secret}'\n"), {})

    def test_comes_from_a_file_of_its_owner(self, tmp_path):
        assert api_key(self.configured(tmp_path), {}) == KEY

    def test_the_variable_comes_first(self, tmp_path):
        other = "other-0123456789abcdef"
        assert api_key(self.configured(tmp_path), {"GUARDIA_LLM_API_KEY": other}) == other

    def test_a_file_that_others_read_is_refused(self, tmp_path):
        with pytest.raises(ConfigError, match="chmod 0600"):
            api_key(self.configured(tmp_path, 0o640), {})

    @pytest.mark.parametrize("content", ["short", "with blanks in the middle", "x" * 5000, "", "é" * 20])
    def test_an_unusable_key_is_refused_and_never_shown(self, tmp_path, content):
        with pytest.raises(ConfigError) as caught:
            api_key(self.configured(tmp_path, content=content), {})
        assert not content or content not in str(caught.value)

    def test_a_missing_file_is_told(self, tmp_path):
        with pytest.raises(ConfigError, match="0600"):
            read_secret(tmp_path / "nowhere")
