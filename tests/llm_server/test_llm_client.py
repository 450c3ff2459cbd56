"""The client against a stand-in server: every answer that a real one gives has a name, and a remedy."""

import asyncio
import subprocess
import sys
import time

import pytest

from guardia.llm_server.client import MAX_ANSWER, Client, Endpoint
from guardia.llm_server.errors import BusyError, NonsenseError, RefusedError, SlowError, UnreachableError
from guardia.llm_server.health import CANARY_MESSAGES, CANARY_SCHEMA, check_canary
from tests.fakes import openai_server

KEY = "k3y-0123456789abcdef"


@pytest.fixture
def server(stage):
    from tests.llm_server.conftest import FAKE

    program = subprocess.Popen(
        [sys.executable, str(FAKE), "--port", str(stage.port)],
        env={**stage.environ, "VLLM_API_KEY": KEY},
        stdout=subprocess.DEVNULL,
    )
    yield stage
    program.terminate()
    program.wait(10)


def endpoint(stage, key=KEY, suffix=""):
    return Endpoint(url=f"http://127.0.0.1:{stage.port}{suffix}", model="stand-in", api_key=key)


async def listening(client):
    limit = time.monotonic() + 10
    while True:
        try:
            return await client.healthy(1)
        except UnreachableError:
            assert time.monotonic() < limit
            await asyncio.sleep(0.02)


async def ask(client, seconds=5.0):
    return await client.ask(CANARY_MESSAGES, CANARY_SCHEMA, seconds=seconds)


@pytest.mark.parametrize("suffix", ["", "/", "/v1", "/v1/"])
async def test_an_answer_with_its_cost(server, suffix):
    async with Client(endpoint(server, suffix=suffix)) as client:
        await listening(client)
        answer = await ask(client)
    check_canary(answer.value())
    assert (answer.prompt_tokens, answer.completion_tokens, answer.cached_tokens) == (11, 7, 4)
    assert 0 < answer.seconds < 5


@pytest.mark.parametrize(
    ("behaviour", "error", "word"),
    [
        ({"answer": "busy"}, BusyError, "ask again later"),
        ({"answer": "refused"}, RefusedError, "maximum context length"),
        ({"model": "another"}, RefusedError, "served name"),
        ({"answer": "page"}, NonsenseError, "OpenAI-compatible"),
        ({"seconds": 2}, SlowError, "did not answer within"),
        ({"text": "y" * (MAX_ANSWER + 10)}, NonsenseError, "more than"),
    ],
)
async def test_every_failure_has_a_name(server, behaviour, error, word):
    server.behave(**behaviour)
    async with Client(endpoint(server)) as client:
        await listening(client)
        with pytest.raises(error, match=word):
            await ask(client, 0.5)


@pytest.mark.parametrize(("answer", "word"), [("garbage", "not JSON"), ("cut", "cut off"), ("outside", "canary")])
async def test_an_answer_that_is_none(server, answer, word):
    server.behave(answer=answer)
    async with Client(endpoint(server)) as client:
        await listening(client)
        found = await ask(client)
    with pytest.raises(NonsenseError, match=word):
        check_canary(found.value())


@pytest.mark.parametrize(
    "text", ['{"action":"RESTART_SERVICE","node":100}', '{"action":"rm","node":1}', "[]", '{"action":"NONE"}']
)
async def test_a_canary_outside_its_schema_is_noticed(server, text):
    server.behave(text=text)
    async with Client(endpoint(server)) as client:
        await listening(client)
        found = await ask(client)
    with pytest.raises(NonsenseError, match="structured output is off"):
        check_canary(found.value())


async def test_a_wrong_key_is_told_without_showing_it(server):
    wrong = "wrong-0123456789abcdef"
    async with Client(endpoint(server, wrong)) as client:
        await listening(client)
        with pytest.raises(RefusedError, match="GUARDIA_LLM_API_KEY") as caught:
            await ask(client)
    assert caught.value.status == 401
    assert wrong not in str(caught.value) + repr(endpoint(server, wrong))


async def test_nobody_there(stage):
    async with Client(endpoint(stage)) as client:
        with pytest.raises(UnreachableError, match="check address"):
            await ask(client)


async def test_no_connection_is_used_when_the_server_may_be_about_to_close_it(monkeypatch):
    """vLLM closes an idle connection after 5 s; what is sent at that moment gets no answer."""
    real = time.monotonic
    async with openai_server.openai_server() as server, Client(Endpoint(url=server.url, model="tiny")) as client:
        server.always = openai_server.says("{}")
        for later, connections in ((0.0, 1), (2.0, 1), (6.0, 2)):
            monkeypatch.setattr(time, "monotonic", lambda later=later: real() + later)
            await ask(client)
            assert server.connections == connections
