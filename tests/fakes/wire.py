"""What a fake platform keeps of its traffic."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response


class Wired(msgspec.Struct, kw_only=True):
    """One thing that went over the wire."""

    way: str
    """`slack → hub` or `hub → slack`."""
    what: str
    body: Any
    """`{"headers", "body"}` of a request with headers worth showing; a text as it is; anything else as JSON."""
    answer: Any = None


def wired(
    wire: list[Wired], way: str, headers: tuple[str, ...], endpoint: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, what it is asked and answers kept in `wire` with these headers."""

    async def kept(request: Request) -> Response:
        answer = await endpoint(request)
        shown = {name: request.headers.get(name, "") for name in headers}
        wire.append(
            Wired(
                way=way,
                what=f"POST {request.url.path}",
                body={"headers": shown, "body": (await request.body()).decode(errors="replace")},
                answer={"status": answer.status_code, "body": bytes(answer.body).decode()},
            )
        )
        return answer

    return kept
