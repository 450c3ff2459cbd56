"""One agent in one room: what it is shown, what it says, why it ends. The rules of it: `guardia.hub.links.rooms`."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote

import structlog
from websockets.exceptions import ConnectionClosed

from guardia.hub.core import agent_words
from guardia.hub.core.message import MessageType
from guardia.hub.core.system import system_error, system_message
from guardia.hub.core.texts import say
from guardia.hub.errors import HubError, InvalidInputError
from guardia.hub.ports import Clock

_log = structlog.get_logger(__name__)

BAD, NOT_ADMITTED, FORBIDDEN, SLOW, RATE, STOPPING, TOO_LARGE, BROKEN = 4400, 4401, 4403, 4408, 4429, 1001, 1009, 1011
CHECK = 15.0
"""Seconds after which a silent agent's admission and the room's scope are looked up again."""
MAX_REFUSED = 30
"""Refused messages in a row after which the connection is closed with 4429."""
LAST_WORDS = 1.0
"""Seconds for the reason and the closing handshake; a peer that takes neither is cut off."""

PATH = re.compile(
    r"/ws/chat/(?P<room>[^/?#]{1,192})/(?P<client>[^/?#]{1,192})/(?P<kind>[A-Za-z]{1,20})(?:\?(?P<query>[^#]{0,200}))?\Z"
)
_POSITION = re.compile(r"[0-9]{1,15}\Z")

Admitted = Callable[[], Awaitable[bool]]


class Reader(Protocol):
    """`guardia.hub.chat.room.Subscription`."""

    def stream(self, *, after: int = 0, cards: int = 0) -> AsyncIterator[bytes]: ...
    async def overrun(self) -> None: ...


class MessageSocket(Protocol):
    """A WebSocket of the listener."""

    async def send(self, message: str) -> None: ...
    async def recv(self) -> str | bytes: ...
    async def close(self, code: int = 1000, reason: str = "") -> None: ...
    @property
    def transport(self) -> Any: ...


class ClosedError(Exception):
    """The connection ends with this close code; the agent is told the rest first."""

    def __init__(self, close: int, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.close, self.code, self.message, self.remedy = close, code, message, remedy


class House(Protocol):
    """`guardia.hub.links.rooms.AgentRooms`, as far as a visit asks it."""

    clock: Clock

    def crowded(self, agent_id: str) -> bool: ...
    def assets(self, agent_id: str, room_id: str) -> frozenset[str]: ...
    def join(self, room_id: str) -> Reader: ...
    def leave(self, reader: Reader) -> None: ...
    async def say(self, text: str, agent_id: str, room_id: str) -> str: ...


class Visit:
    """One agent in one room."""

    def __init__(self, rooms: House, socket: MessageSocket, agent_id: str, admitted: Admitted) -> None:
        self.agent_id = agent_id
        self._rooms = rooms
        self._socket = socket
        self._admitted = admitted
        self._room_id = ""
        self._refused = 0
        self._ended: asyncio.Future[ClosedError] = asyncio.get_running_loop().create_future()

    def end(self, closed: ClosedError) -> None:
        """End it at once: nothing more is shown or taken. Called twice, the first reason stands."""
        if not self._ended.done():
            self._ended.set_result(closed)

    async def run(self, path: str) -> None:
        """Until either side leaves. Raises `ClosedError` when the hub ends it, `HubError` when it cannot go on."""
        await self._until_ended(self._enter(path))

    async def _enter(self, path: str) -> None:
        room_id, after, cards = self._address(path)
        await self._check_admitted()
        if self._rooms.crowded(self.agent_id):
            raise ClosedError(
                RATE, "hub.rate_limited", "이 에이전트의 접속이 너무 많습니다.", "쓰지 않는 것을 닫으세요."
            )
        self._check_room(room_id)
        self._room_id = room_id
        reader = self._rooms.join(room_id)
        try:
            await _first(self._send(reader, after, cards), self._receive(), self._watch(), _slow(reader))
        finally:
            self._rooms.leave(reader)

    async def _until_ended(self, work: Any) -> None:
        async def ended() -> None:
            raise await asyncio.shield(self._ended)

        await _first(work, ended())

    def _address(self, path: str) -> tuple[str, int, int]:
        found = PATH.match(path)
        assert found is not None, "the listener asks `matches` first"
        if found["kind"] != "AGENT":
            raise ClosedError(
                BAD,
                "room.people_elsewhere",
                "사람과 위젯은 이 포트로 접속하지 않습니다.",
                "허브의 웹 주소로 접속해 주세요. 이 포트의 client_type은 AGENT뿐입니다.",
            )
        if unquote(found["client"]) != self.agent_id:
            raise ClosedError(
                FORBIDDEN,
                "identity.mismatch",
                "주소의 client_id가 인증서의 에이전트가 아닙니다.",
                f"client_id를 {self.agent_id}로 적어 주세요.",
            )
        given = parse_qs(found["query"] or "", keep_blank_values=True)
        positions = [given.get(name, ["0"])[0] for name in ("after", "cards")]
        if not all(_POSITION.match(position) for position in positions):
            raise ClosedError(BAD, "input.invalid", "after와 cards는 숫자입니다.", "마지막으로 본 seq를 적어 주세요.")
        return unquote(found["room"]), int(positions[0]), int(positions[1])

    def _check_ended(self) -> None:
        """`end` was called a moment ago, and the tasks are not cancelled yet."""
        if self._ended.done():
            raise self._ended.result()

    async def _check_admitted(self) -> None:
        if not await self._admitted():
            raise ClosedError(
                NOT_ADMITTED,
                "identity.not_admitted",
                "등록되지 않았거나 폐기된 에이전트입니다.",
                "관리자에게 등록을 확인해 주세요.",
            )

    def _check_room(self, room_id: str) -> None:
        if not self._rooms.assets(self.agent_id, room_id):
            raise ClosedError(
                FORBIDDEN,
                "room.out_of_scope",
                "이 에이전트의 방이 아닙니다.",
                "관리자가 `guardia-hub rooms scope`로 방에 준 범위에 이 에이전트의 서버가 있어야 합니다.",
            )

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(CHECK)
            await self._check_admitted()
            self._check_room(self._room_id)

    # --- the hub's side ---------------------------------------------------------------------------------------------

    async def _send(self, reader: Reader, after: int, cards: int) -> None:
        async for data in reader.stream(after=after, cards=cards):
            self._check_ended()
            await self._socket.send(agent_words.for_agents(data).decode())
        raise _too_slow()

    # --- the agent's side -------------------------------------------------------------------------------------------

    async def _receive(self) -> None:
        while True:
            text = await self._socket.recv()
            if len(text) > agent_words.MAX_FRAME:
                raise ClosedError(TOO_LARGE, "input.too_large", "메시지가 너무 큽니다.", "64 KiB까지 보낼 수 있습니다.")
            self._check_ended()
            self._check_room(self._room_id)
            try:
                if isinstance(text, bytes):
                    raise InvalidInputError("a binary message", remedy="JSON을 텍스트 메시지로 보내 주세요.")
                known = await self._rooms.say(text, self.agent_id, self._room_id)
            except HubError as error:
                self._refused += 1
                if self._refused >= MAX_REFUSED:
                    raise ClosedError(
                        RATE, "hub.rate_limited", "거절된 메시지가 이어집니다.", "보내는 것을 확인해 주세요."
                    ) from None
                _log.info("rooms.agent_refused", agent=self.agent_id, code=error.code)
                told = {"code": error.code, "message": str(error), "remedy": error.remedy}
                about = agent_words.id_of(text)
                await self._tell(system_error(self._room_id, told, number=_number(), now_ms=self._now(), about=about))
            else:
                self._refused = 0
                widget = {"kind": "receipt", "message_id": known}
                await self._tell(
                    system_message(
                        self._room_id,
                        MessageType.NOTICE,
                        say("ko", "system.recorded"),
                        number=_number(),
                        now_ms=self._now(),
                        widget=widget,
                    )
                )

    async def _tell(self, text: str) -> None:
        await self._socket.send(text)

    def _now(self) -> int:
        return self._rooms.clock.now_ms()

    async def say_goodbye(self, closed: ClosedError) -> None:
        """Tell why and close; who does not take that is cut off."""
        try:
            async with asyncio.timeout(LAST_WORDS):
                told = {"code": closed.code, "message": closed.message, "remedy": closed.remedy}
                await self._tell(system_error(self._room_id, told, number=_number(), now_ms=self._now()))
                await self._socket.close(closed.close, closed.code)
        except (ConnectionClosed, TimeoutError):
            _log.debug("rooms.goodbye_unheard", agent=self.agent_id, code=closed.code)
        finally:
            self._socket.transport.abort()


async def _first(*works: Any) -> None:
    """Run all until one ends; the others are cancelled. Raises what that one raised."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in reversed(tasks):  # a reason of the hub's own before the connection that broke by it
            if task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _slow(reader: Reader) -> None:
    """Ends the connection also while the sender is stuck in a full socket."""
    await reader.overrun()
    raise _too_slow()


def _too_slow() -> ClosedError:
    return ClosedError(
        SLOW, "room.slow_reader", "대화를 따라가지 못해 연결을 닫았습니다.", "마지막으로 본 seq를 after로 주고 다시."
    )


def expired(agent_id: str) -> ClosedError:
    return ClosedError(
        NOT_ADMITTED, "identity.expired", f"{agent_id}의 인증서 기한이 지났습니다.", "갱신한 인증서로 다시."
    )


def _number() -> str:
    return secrets.token_hex(8)
