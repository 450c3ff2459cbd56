"""`guardia-llm check`: what counts as right, what the exit code says, on a terminal and as JSON."""

import json

import msgspec
import pytest
from click.testing import CliRunner

from guardia.llm_server import check, cli
from guardia.llm_server.errors import NonsenseError, UnreachableError


def answered(monkeypatch, reply):
    """Let every question be answered by `reply(text) -> str`, or its exception."""

    async def ask(self, messages, schema, *, seconds, max_tokens):
        from guardia.llm_server.client import Answer

        text = reply(messages[-1]["content"])
        return Answer(text=text, finish="stop", prompt_tokens=9, completion_tokens=5, cached_tokens=0, seconds=0.02)

    monkeypatch.setattr("guardia.llm_server.client.Client.ask", ask)


def perfect(text):
    return msgspec.json.encode(dict(check.QUESTIONS)[text]).decode()


def run(*words):
    return CliRunner().invoke(cli.main, ["check", *words], env={"GUARDIA_LLM_ENDPOINT": "http://127.0.0.1:9"})


def test_all_right_is_zero(monkeypatch):
    answered(monkeypatch, perfect)
    found = run()
    assert found.exit_code == 0
    assert f"{len(check.QUESTIONS)} of {len(check.QUESTIONS)} right" in found.output


def test_a_model_that_answers_alike_to_everything_fails(monkeypatch):
    first = perfect(check.QUESTIONS[0][0])
    answered(monkeypatch, lambda text: first)
    found = run("--json")
    document = json.loads(found.output)
    assert found.exit_code == 1
    assert document["valid"] == document["asked"] == len(check.QUESTIONS)
    assert document["right"] == 1
    assert document["questions"][1]["expected"]["action"] == "STOP_SERVICE"


def test_one_broken_answer_fails_however_good_the_others_are(monkeypatch):
    answered(monkeypatch, lambda text: "{" if "락" in text else perfect(text))
    found = run("--min", "0")
    assert found.exit_code == 1
    assert "BROKEN" in found.output


def test_nobody_there_is_said_once():
    found = run()
    assert found.exit_code == 1
    assert found.output.count("check address") == 1


def test_of_a_sentence_that_commands_nothing_only_the_action_counts():
    _, expected = next(pair for pair in check.QUESTIONS if pair[1].action == "NONE")
    assert check.judge(expected, {"action": "NONE", "system": "UNKNOWN", "layer": "UNKNOWN", "node": 7})[1]
    assert not check.judge(
        expected, {"action": "RESTART_SERVICE", "system": "예산시스템", "layer": "WAS", "node": None}
    )[1]


@pytest.mark.parametrize(
    "value",
    [
        {"action": "RM", "system": "UNKNOWN", "layer": "WAS", "node": 1},
        {"action": "NONE", "system": "국세청", "layer": "WAS", "node": 1},
        {"action": "NONE", "system": "UNKNOWN", "layer": "WAS", "node": 0},
        {"action": "NONE", "system": "UNKNOWN", "layer": "WAS"},
        {"action": "NONE", "system": "UNKNOWN", "layer": "WAS", "node": 1, "more": 1},
        [],
        None,
    ],
)
def test_what_the_schema_forbids_is_nonsense(value):
    with pytest.raises(NonsenseError):
        check.judge(check.QUESTIONS[0][1], value)


def test_the_questions_fit_their_own_schema():
    for _, expected in check.QUESTIONS:
        check.judge(expected, msgspec.to_builtins(expected))


@pytest.mark.parametrize("url", ["ftp://x", "127.0.0.1:8100"])
def test_an_address_that_is_none_is_wrong_usage(url):
    assert run("--endpoint", url).exit_code == 2


def test_a_certificate_that_cannot_be_used_is_a_mistake_of_the_configuration(tmp_path):
    bad = tmp_path / "roots.pem"
    bad.write_text("no certificate")
    found = run("--endpoint", "https://127.0.0.1:9", "--ca", str(bad))
    assert found.exit_code == 78
    assert str(bad) in found.output


def test_nothing_asked_is_not_ok():
    assert not check.summary([], 0).ok
    assert issubclass(UnreachableError, Exception)
