"""Live rooms: `WS /ws/chat/{room_id}/{client_id}/{client_type}`.

Close codes: 4400 bad request (unknown client type), 4401 not logged in or no longer, 4403 forbidden (room, origin),
4408 the client reads too slowly (come back with `?after=<last seq>`), 4429 too many connections or messages, 1009 a
message over 64 KiB, 1011 the hub cannot go on (come back). The socket is always accepted first, so that the client is
told the reason in an ERROR message.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from guardia.hub.core.message import (
    ButtonPress,
    InboundMessage,
    MessageType,
    Person,
    Receipt,
)
from guardia.hub.core.refusals import by_code
from guardia.hub.core.system import system_error, system_message
from guardia.hub.core.texts import Language, said, say
from guardia.hub.errors import ForbiddenError, HubError, InvalidInputError, RateLimitedError
from guardia.hub.web.errors import ErrorBody, crashed, describe
from guardia.hub.web.inbound import ActionIn, ChatIn, decode, message_id_of
from guardia.hub.web.parts import Parts, Reader, parts
from guardia.hub.web.security import Caller, caller, check_origin

log = structlog.get_logger(__name__)

PLATFORM = "room"
"""`platform` of what people write in the hub's own rooms."""
CLIENT_TYPES = ("HUMAN", "WIDGET")
BAD, NOT_LOGGED_IN, FORBIDDEN, SLOW, RATE, BROKEN = 4400, 4401, 4403, 4408, 4429, 1011
CLOSE_TIMEOUT = 10.0
SESSION_CHECK = 30.0
"""Seconds after which a silent connection's session is looked up again."""
MAX_REFUSED = 30
"""Refused messages in a row after which the connection is closed with 4429."""


class RefusedError(Exception):
    """The connection ends with this close code; the client is told `body` first."""

    def __init__(self, code: int, body: ErrorBody) -> None:
        super().__init__(body.code)
        self.code = code
        self.body = body


class Lobby:
    """What all rooms' connections of this process share: how many each person has, and the work that was begun."""

    def __init__(self, per_person: int) -> None:
        self.connections: Counter[str] = Counter()
        self.per_person = per_person
        self.working: set[asyncio.Task[Any]] = set()


async def room_socket(socket: WebSocket) -> None:
    """The WebSocket endpoint."""
    await socket.accept()
    try:
        who = await _admit(socket)
        await _Connection(socket, who).serve()
    except RefusedError as refusal:
        await _say_goodbye(socket, refusal)
    except HubError as error:  # the history cannot be read: the client comes back with what it has
        log.exception("room.broken", code=error.code)
        await _say_goodbye(socket, RefusedError(BROKEN, describe(error, _language(socket))))
    except WebSocketDisconnect:
        pass


async def _admit(socket: WebSocket) -> Caller:
    """Who connects. Raises `RefusedError`."""
    kind, lang = socket.path_params["client_type"], _language(socket)
    if kind == "AGENT":
        raise RefusedError(
            BAD,
            ErrorBody(
                code="room.agents_elsewhere",
                message=by_code(lang, "room.agents_elsewhere"),
                remedy=say(lang, "socket.agents_remedy", url=_agents_url(socket)),
                detail="agents connect to the mTLS listener with their certificate, not to the rooms",
            ),
        )
    if kind not in CLIENT_TYPES:
        raise RefusedError(
            BAD,
            ErrorBody(
                code="room.unknown_client_type",
                message=by_code(lang, "room.unknown_client_type"),
                remedy=say(lang, "socket.types_remedy", types=", ".join(CLIENT_TYPES)),
                detail=f"allowed client types: {', '.join(CLIENT_TYPES)}",
            ),
        )
    who = await caller(socket)
    if who is None:
        raise RefusedError(
            NOT_LOGGED_IN,
            _login_again(lang, "auth.required"),
        )
    try:
        if who.by_cookie:
            check_origin(socket, required=True)
        room = parts(socket).settings.room(socket.path_params["room_id"])
        if room is None or not room.open_to(who.session.person):
            raise ForbiddenError("no such room, or not for you", remedy=said("socket.pick_room"))
    except ForbiddenError as error:
        raise RefusedError(FORBIDDEN, describe(error, lang)) from None
    return who


def _agents_url(socket: WebSocket) -> str:
    """Where agents' rooms are."""
    return f"{parts(socket).settings.agents_url}/ws/chat/ROOM/AGENT_ID/AGENT"


def _position(socket: WebSocket, name: str) -> int:
    value = socket.query_params.get(name, "0")
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        error = InvalidInputError(f"{name} is not a position", remedy=said("socket.number", name=name))
        raise RefusedError(BAD, describe(error, _language(socket)))
    return int(value)


class _Connection:
    """One client in one room: a sender of what the room shows, a receiver of what the person says."""

    def __init__(self, socket: WebSocket, who: Caller) -> None:
        self._socket = socket
        self._who = who
        self._app: Parts = parts(socket)
        self._lobby: Lobby = socket.app.state.lobby
        self._room_id: str = socket.path_params["room_id"]
        self._read_only = socket.path_params["client_type"] == "WIDGET"
        self._lang = _language(socket)
        self._refused = 0

    async def serve(self) -> None:
        """Until either side leaves. Raises `RefusedError` when the hub ends it."""
        after, cards = _position(self._socket, "after"), _position(self._socket, "cards")
        person_id = self._who.session.person.person_id
        if self._lobby.connections[person_id] >= self._lobby.per_person:
            error = RateLimitedError("too many connections", remedy=said("socket.windows"))
            raise RefusedError(RATE, describe(error, self._lang))
        self._lobby.connections[person_id] += 1
        reader = self._app.rooms.join(self._room_id)
        tasks: list[asyncio.Task[None]] = []
        try:
            works = (self._send(reader, after, cards), self._receive(), self._watch(), self._notice_slow(reader))
            tasks.extend(asyncio.create_task(work) for work in works)
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._app.rooms.leave(reader)
            self._lobby.connections[person_id] -= 1
            if not self._lobby.connections[person_id]:
                del self._lobby.connections[person_id]

    # --- the hub's side ---------------------------------------------------------------------------------------------

    async def _send(self, reader: Reader, after: int, cards: int) -> None:
        async for data in reader.stream(after=after, cards=cards):
            await self._tell(data.decode())
        raise _too_slow(self._lang)

    async def _tell(self, text: str) -> None:
        """Send it. Raises `WebSocketDisconnect` also when the server closed the connection a moment ago, for what the
        client did: uvicorn tells the sender of it by a RuntimeError, and there is no asking before."""
        try:
            await self._socket.send_text(text)
        except RuntimeError as error:
            raise WebSocketDisconnect(1006, str(error)) from None

    async def _notice_slow(self, reader: Reader) -> None:
        """Ends the connection also while the sender is stuck in a full socket."""
        await reader.overrun()
        raise _too_slow(self._lang)

    async def _watch(self) -> None:
        """Ends the connection of somebody who logged out, expired or was disabled."""
        while True:
            await asyncio.sleep(SESSION_CHECK)
            await self._person()

    async def _person(self) -> Person:
        """The person, as the accounts know them now. Raises `RefusedError`."""
        session = await self._app.accounts.session(self._who.token)
        if session is None:
            raise RefusedError(
                NOT_LOGGED_IN,
                _login_again(self._lang, "auth.expired"),
            )
        return session.person

    # --- the person's side ------------------------------------------------------------------------------------------

    async def _receive(self) -> None:
        while True:
            event = await self._socket.receive()
            if event["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(event.get("code", 1005))
            text = event.get("text")
            try:
                if text is None:
                    raise InvalidInputError("a binary message", remedy=said("socket.text"))
                await self._take(text)
                self._refused = 0
            except HubError as error:
                self._app.messages.labels("room", error.code).inc()
                if error.status >= 500:
                    log.warning("room.failed", room=self._room_id, code=error.code, error=str(error))
                await self._refuse(describe(error, self._lang), message_id_of(text or ""))
            except (RefusedError, WebSocketDisconnect):
                raise
            except Exception as error:  # noqa: BLE001 - recorded and told, so that a client does not send it for ever
                self._app.messages.labels("room", "hub.internal").inc()
                await self._refuse(crashed(f"room {self._room_id}", error, self._lang), message_id_of(text or ""))

    async def _refuse(self, body: ErrorBody, message_id: str) -> None:
        self._refused += 1
        if self._refused >= MAX_REFUSED:
            raise RefusedError(RATE, body)
        await self._tell(error_message(self._room_id, body, self._app.clock.now_ms(), message_id))

    async def _take(self, text: str) -> None:
        if self._read_only:
            raise ForbiddenError("a widget only reads", remedy=said("socket.widget"))
        message = decode(text)  # before anything is looked up: malformed messages cost nothing but this
        person = await self._person()
        given = message.message_id or secrets.token_hex(12)
        # The id is the client's word: within the person's own, so that nobody can take another's message off the table.
        unique = f"{person.person_id}:{given}"
        if isinstance(message, ChatIn):
            receipt = await self._to_the_end(self._say, message, person, unique)
        else:
            receipt = await self._to_the_end(self._press, message, person, unique)
        self._app.messages.labels("room", receipt.status.value).inc()
        await self._tell(receipt_message(self._room_id, receipt, self._app.clock.now_ms(), given))

    async def _to_the_end(
        self, work: Callable[[Any, Person, str], Any], message: Any, person: Person, unique: str
    ) -> Receipt:
        """What was begun is finished, also when the client leaves meanwhile."""
        task: asyncio.Task[Receipt] = asyncio.create_task(work(message, person, unique))
        self._lobby.working.add(task)
        task.add_done_callback(self._lobby.working.discard)
        return await asyncio.shield(task)

    async def _say(self, message: ChatIn, person: Person, unique: str) -> Receipt:
        files = [
            await self._app.staging.attached(file_id, person_id=person.person_id, room_id=self._room_id)
            for file_id in message.files
        ]
        return await self._app.conversation.receive(
            InboundMessage(
                platform=PLATFORM,
                message_id=unique,
                room_id=self._room_id,
                person=person,
                text=message.content,
                files=tuple(files),
                received_ms=self._app.clock.now_ms(),
            )
        )

    async def _press(self, message: ActionIn, person: Person, unique: str) -> Receipt:
        return await self._app.conversation.press(
            ButtonPress(
                platform=PLATFORM,
                press_id=unique,
                room_id=self._room_id,
                person=person,
                request_id=message.widget.request_id,
                button=message.widget.button,
                reason=message.widget.reason,
                digest=message.widget.digest,
                received_ms=self._app.clock.now_ms(),
            )
        )


def _language(socket: WebSocket) -> Language:
    """That of the room: what a client is told beside the room is shown in it."""
    return parts(socket).language(socket.path_params["room_id"])


def _login_again(lang: Language, code: str) -> ErrorBody:
    return ErrorBody(code=code, message=by_code(lang, code), remedy=say(lang, "socket.login"))


def _too_slow(lang: Language) -> RefusedError:
    body = ErrorBody(
        code="room.slow_reader", message=by_code(lang, "room.slow_reader"), remedy=say(lang, "socket.resume")
    )
    return RefusedError(SLOW, body)


def error_message(room_id: str, body: ErrorBody, now_ms: int, message_id: str = "") -> str:
    """An ERROR of the schema for one client; `widget` has code and remedy, and which message it is about."""
    number = secrets.token_hex(8)
    return system_error(room_id, msgspec.structs.asdict(body), number=number, now_ms=now_ms, about=message_id)


def receipt_message(room_id: str, receipt: Receipt, now_ms: int, message_id: str) -> str:
    """A NOTICE that the hub has taken over the client's message `message_id`."""
    widget = {"kind": "receipt", "message_id": message_id, "status": receipt.status.value, "sr_id": receipt.sr_id}
    number = secrets.token_hex(8)
    return system_message(room_id, MessageType.NOTICE, receipt.message, number=number, now_ms=now_ms, widget=widget)


async def _say_goodbye(socket: WebSocket, refusal: RefusedError) -> None:
    """Tell why and close; a client that does not even read that is left to the transport."""
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT):
            if socket.application_state is WebSocketState.CONNECTED:
                now = parts(socket).clock.now_ms()
                await socket.send_text(error_message(socket.path_params["room_id"][:64], refusal.body, now))
                await socket.close(refusal.code, refusal.body.code)
    except (TimeoutError, WebSocketDisconnect, RuntimeError):
        log.info("room.unclean_close", code=refusal.code)
