"""A small OpenAI-compatible server that answers as vLLM was seen to answer, well and badly. Speaks HTTP/1.1 over real
sockets; what it does next is a list that the test fills."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

Writer = asyncio.StreamWriter


@dataclass
class Seen:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Behaviour = Callable[[Seen, Writer], Any]
"""Writes the answer; may be a coroutine function."""


@dataclass
class OpenAiServer:
    """`then` are the behaviours of the next requests; afterwards `always`."""

    url: str = ""
    connections: int = 0
    seen: list[Seen] = field(default_factory=list)
    then: list[Behaviour] = field(default_factory=list)
    always: Behaviour | None = None

    @property
    def calls(self) -> int:
        return len(self.seen)


def _http(status: int, body: bytes, *, length: int | None = None) -> bytes:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


def _json(status: int, value: Any) -> Behaviour:
    def answer(_seen: Seen, writer: Writer) -> None:
        writer.write(_http(status, json.dumps(value, ensure_ascii=False).encode()))

    return answer


def completion(content: str | None, finish: str = "stop") -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "model": "tiny",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content},
                "finish_reason": finish,
                "logprobs": None,
            }
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 40, "total_tokens": 940},
    }


def answers(requests: list[dict[str, Any]]) -> Behaviour:
    """A good answer."""
    return _json(200, completion(json.dumps({"requests": requests}, ensure_ascii=False)))


def says(content: str | None, finish: str = "stop") -> Behaviour:
    """200 with any content."""
    return _json(200, completion(content, finish))


truncated = says('{"requests":[{"intent_type":"REST', "length")
"""`max_tokens` too small."""
too_long = _json(
    400,
    {
        "error": {
            "message": "This model's maximum context length is 2048 tokens. Your request has 3001.",
            "type": "BadRequestError",
            "param": "input_tokens",
            "code": 400,
        }
    },
)
bad_request = _json(400, {"error": {"message": "schema feature not supported", "type": "BadRequestError", "code": 400}})
no_model = _json(
    404, {"error": {"message": "The model `x` does not exist.", "type": "NotFoundError", "param": "model", "code": 404}}
)
unauthorised = _json(401, {"error": "Unauthorized"})
overloaded = _json(503, {"error": {"message": "queue full", "type": "ServiceUnavailable", "code": 503}})
worker_dead = _json(500, {"error": {"message": "EngineCore encountered an issue.", "type": "Error", "code": 500}})
redirect = _json(307, {"error": "elsewhere"})


def not_json(_seen: Seen, writer: Writer) -> None:
    writer.write(_http(200, b"<html>It works!</html>"))


def huge(_seen: Seen, writer: Writer) -> None:
    writer.write(_http(200, b" " * (1024 * 1024)))


async def hangs(_seen: Seen, _writer: Writer) -> None:
    """As after SIGTERM with default flags: the connection stays, nothing comes."""
    await asyncio.sleep(3600)


async def drips(_seen: Seen, writer: Writer) -> None:
    """One byte now and then, for ever: each read is quick, the whole is not."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


def cut_off(_seen: Seen, writer: Writer) -> None:
    writer.write(_http(200, b'{"choices":[{"mess', length=5000))
    writer.close()


def hangs_up(_seen: Seen, writer: Writer) -> None:
    """Closes without an answer."""
    writer.close()


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Seen(path=head[0].split()[1], headers=headers, body=json.loads(body))


@asynccontextmanager
async def openai_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[OpenAiServer]:
    """A running server on a loopback port; everything of it is gone afterwards."""
    server = OpenAiServer()
    tasks: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        server.connections += 1
        try:
            while not writer.is_closing() and (seen := await _read(reader)) is not None:
                server.seen.append(seen)
                behaviour = server.then.pop(0) if server.then else server.always
                assert behaviour is not None, "the test did not say what to answer"
                done = behaviour(seen, writer)
                if asyncio.iscoroutine(done):
                    await done
                if not writer.is_closing():
                    await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            tasks.discard(task)
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"{'https' if tls else 'http'}://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    try:
        yield server
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
