"""A person at a room, for scripts: logs in, uploads, speaks and presses by the hub's public interfaces only."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
from websockets.asyncio.client import ClientConnection, connect

Message = dict[str, Any]


class DemoClient:
    """One logged-in person in one room. `messages` holds what the room showed, each in its newest form."""

    def __init__(self, base_url: str, name: str, password: str, room: str) -> None:
        self.name = name
        self.messages: dict[str, Message] = {}
        self._base = base_url
        self._password = password
        self._room = room
        self._http = httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=30)
        self._token = ""
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self.on_message: Callable[[Message], None] = lambda _message: None

    async def __aenter__(self) -> Self:
        try:
            await self._enter()
        except BaseException:  # `__aexit__` is not called then
            await self._http.aclose()
            raise
        return self

    async def _enter(self) -> None:
        answer = await self._http.post("/api/login", json={"person_id": self.name, "password": self._password})
        answer.raise_for_status()
        self._token = answer.json()["token"]
        url = self._base.replace("http", "ws", 1) + f"/ws/chat/{self._room}/{self.name}/HUMAN"
        self._socket = await connect(url, additional_headers={"Authorization": f"Bearer {self._token}"}, proxy=None)
        self._reader = asyncio.get_running_loop().create_task(self._read())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        if self._socket is not None:
            await self._socket.close()
        await self._http.aclose()

    async def _read(self) -> None:
        assert self._socket is not None
        async for data in self._socket:
            message = json.loads(data)
            async with self._changed:
                self.messages[message["message_id"]] = message
                self._changed.notify_all()
            self.on_message(message)

    async def upload(self, path: Path) -> str:
        """Stage a file; returns its id."""
        answer = await self._http.post(
            "/api/files",
            params={"name": path.name, "room": self._room},
            content=path.read_bytes(),
            headers={"Authorization": f"Bearer {self._token}"},
        )
        answer.raise_for_status()
        return str(answer.json()["file"]["file_id"])

    async def say(self, text: str, files: list[str] | None = None, within: float = 60.0) -> Message:
        """Speak; returns the hub's receipt: `status`, and `sr_id` of the request that it became, or None.

        Raises `TimeoutError`.
        """
        message_id = f"{self.name}-{secrets.token_hex(6)}"
        await self._send({"msg_type": "CHAT", "message_id": message_id, "content": text, "files": files or []})

        def mine(message: Message) -> bool:
            widget = message.get("widget") or {}
            return widget.get("kind") in ("receipt", "error") and widget.get("message_id") == message_id

        receipt: Message = (await self.until(mine, within))["widget"]
        return receipt

    async def press(self, request_id: str, button: str, reason: str = "", digest: str = "") -> None:
        """Press a card's button; `approve` counts only with the digest of the plan that was seen."""
        widget = {"request_id": request_id, "button": button, "reason": reason, "digest": digest}
        await self._send({"msg_type": "ACTION", "widget": widget})

    async def _send(self, message: Message) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(message, ensure_ascii=False))

    async def until(self, wanted: Callable[[Message], bool], within: float, *, known: bool = True) -> Message:
        """The first message, of those seen or to come, that fits. Raises `TimeoutError`."""
        async with asyncio.timeout(within), self._changed:
            while True:
                if known:
                    for message in self.messages.values():
                        if wanted(message):
                            return message
                await self._changed.wait()
                known = True

    def cards(self) -> list[Message]:
        return [m["widget"] for m in self.messages.values() if m["msg_type"] == "CARD" and m.get("widget")]
