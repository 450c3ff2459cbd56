"""What agents say in rooms, and what of a room they are shown. Pure.

Their words are words: nothing reads them as a command, they are no context for what people say, and they press nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from typing import Annotated, Any, Literal

import msgspec

from guardia.hub.core.message import ItsmMetadata, MessageType, RoomMessage, SenderType, Severity
from guardia.hub.core.redact import redact
from guardia.hub.core.transcript import clean
from guardia.hub.core.typed import CODE_ALPHABET, CODE_LENGTH, CODED
from guardia.hub.errors import ForbiddenError, InvalidInputError, TooLargeError

MAX_FRAME = 64 * 1024
"""Bytes of one WebSocket message."""
MAX_CONTENT = 4_000
"""Characters of one message."""

_CODE = re.compile(
    rf"((?:{'|'.join(CODED)}|approval)(?:\s+(?:코드|code))?\s+)[{CODE_ALPHABET}]{{{CODE_LENGTH}}}(?![A-Za-z0-9])",
    re.IGNORECASE,
)


class _Metadata(msgspec.Struct, frozen=True, kw_only=True):
    asset_code: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    severity: Severity = Severity.LOW


class AgentSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The message schema, as far as an agent may fill it in; the hub writes the time. Unknown fields are ignored."""

    message_id: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}\Z")]
    msg_type: Literal["CHAT"]
    content: str
    sender: str | None = None
    sender_type: Literal["AGENT"] = "AGENT"
    is_widget: bool = False
    itsm_metadata: _Metadata = _Metadata()
    widget: Any = None
    files: tuple[Any, ...] = ()


_SAID = msgspec.json.Decoder(AgentSaid)
_MESSAGE = msgspec.json.Decoder(RoomMessage)
_ENCODE = msgspec.json.Encoder().encode


def decode(text: str, agent_id: str, assets: Collection[str]) -> AgentSaid:
    """A message of the agent, clean and without secrets. `assets`: those that it may speak of.

    Raises `TooLargeError`, `InvalidInputError`, `ForbiddenError`; all say what to mend.
    """
    if len(text) > MAX_FRAME or len(text.encode(errors="replace")) > MAX_FRAME:
        raise TooLargeError("the message is too long", remedy=f"메시지는 {MAX_CONTENT}자까지 쓸 수 있습니다.")
    try:
        said = _SAID.decode(text)
    except msgspec.ValidationError as error:
        raise InvalidInputError(
            f"malformed message: {error}",
            remedy="에이전트는 msg_type CHAT, sender_type AGENT인 메시지만 보낼 수 있습니다.",
        ) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise InvalidInputError("the message is not JSON", remedy="JSON 객체 하나를 보내 주세요.") from None
    if len(said.content) > MAX_CONTENT:
        raise TooLargeError(
            f"content of {len(said.content)} characters", remedy=f"메시지는 {MAX_CONTENT}자까지 쓸 수 있습니다."
        )
    if said.is_widget or said.widget is not None or said.files:
        raise InvalidInputError("widgets and files of agents", remedy="에이전트는 글자만 보낼 수 있습니다.")
    if said.sender is not None and said.sender != agent_id:
        raise ForbiddenError("another sender than the certificate's", remedy="sender는 인증서의 에이전트여야 합니다.")
    if said.itsm_metadata.asset_code is not None and said.itsm_metadata.asset_code not in assets:
        raise ForbiddenError(
            "an asset that the agent does not serve in this room",
            remedy="asset_code는 이 방의 범위에 있고 이 에이전트가 맡은 서버여야 합니다.",
        )
    content = redact(clean(said.content)).strip()
    if not content:
        raise InvalidInputError("no content", remedy="보낼 내용을 적어 주세요.")
    return msgspec.structs.replace(said, content=content)


def id_of(text: str | bytes) -> str:
    """The `message_id` of a message that could not be taken, so that its sender can match the error; else empty."""
    try:
        found = msgspec.json.decode(text, type=dict[str, msgspec.Raw]).get("message_id")
        return msgspec.json.decode(found, type=str)[:64] if found is not None else ""
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""


def message(said: AgentSaid, agent_id: str, room_id: str, timestamp: str) -> RoomMessage:
    """What the room is shown. The same `message_id` of the agent again is the same message: the first one stands."""
    own = hashlib.sha256(f"{agent_id}\n{said.message_id}".encode()).hexdigest()[:32]
    return RoomMessage(
        message_id=f"agent-{own}",  # not the agent's own: it could be that of a card, or end like a request's
        timestamp=timestamp,
        sender=agent_id,
        sender_type=SenderType.AGENT,
        msg_type=MessageType.CHAT,
        content=said.content,
        room_id=room_id,
        itsm_metadata=ItsmMetadata(asset_code=said.itsm_metadata.asset_code, severity=said.itsm_metadata.severity),
    )


def for_agents(data: bytes) -> bytes:
    """An encoded message as agents get it: without the codes by which plans are approved.

    Who holds an agent's host and a stolen token of a messenger must not be able to put the two together.
    """
    shown = _MESSAGE.decode(data)
    return _ENCODE(msgspec.structs.replace(shown, content=_masked(shown.content), widget=_without_codes(shown.widget)))


def _masked(text: str) -> str:
    return _CODE.sub(r"\1****", text)


def _without_codes(value: Any) -> Any:
    match value:
        case str():
            return _masked(value)
        case dict():
            return {key: "" if key == "code" else _without_codes(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_without_codes(inner) for inner in value]
        case _:
            return value
