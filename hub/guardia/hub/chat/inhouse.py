"""The in-house messenger: verifies a webhook's request and turns it into what the flow understands."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Protocol

import msgspec

from guardia.hub.chat.signature import verify
from guardia.hub.core.message import ButtonPress, InboundMessage, Person, StagedFile
from guardia.hub.errors import ForbiddenError, InvalidInputError, SignatureError
from guardia.hub.ports import Clock

MAX_BODY = 256 * 1024
MAX_TEXT = 4_000
MAX_FILES = 20

Id = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{1,200}\Z")]
"""Without control characters: PostgreSQL takes no NUL, and logs hold it."""
RoomId = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}\Z")]


class People(Protocol):
    """What this adapter asks of the accounts."""

    async def person_for(self, platform: str, external_id: str) -> Person | None: ...
    async def remember_nonce(self, nonce: str) -> bool: ...


class Files(Protocol):
    """What this adapter asks of the staged files."""

    async def attached(self, file_id: str, *, person_id: str, room_id: str) -> StagedFile: ...


class _FileReference(msgspec.Struct):
    file_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class _Action(msgspec.Struct):
    request_id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    button: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{1,32}(:[0-9a-f]{1,64})?\Z")]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    digest: Annotated[str, msgspec.Meta(max_length=64)] = ""


class _Body(msgspec.Struct):
    message_id: Id
    user_id: Id
    room_id: RoomId
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT)] = ""
    files: Annotated[
        list[_FileReference | Annotated[str, msgspec.Meta(min_length=1, max_length=200)]],
        msgspec.Meta(max_length=MAX_FILES),
    ] = []
    action: _Action | None = None


class InHouse:
    """One or more in-house apps, each with an id and a secret of its own.

    The id is the `platform` of its messages and of the identities of its users, so that equal user names of two apps
    stay two people. A request without `X-Guardia-Client` belongs to the only integration, if there is only one.
    """

    def __init__(self, secrets: Mapping[str, bytes], people: People, files: Files, clock: Clock) -> None:
        self._secrets = dict(secrets)
        self._people = people
        self._files = files
        self._clock = clock

    async def accept(
        self, *, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> InboundMessage | ButtonPress:
        """What the request says, after it proved where it comes from.

        Raises `SignatureError` (also for a nonce that was used), `InvalidInputError` for a malformed body,
        `ForbiddenError` for a user whom nobody has mapped to a person, `NotFoundError` for an unknown file.
        """
        platform, secret = self._integration(headers.get("x-guardia-client", ""))
        nonce = headers.get("x-guardia-nonce", "")
        verify(
            secret,
            headers.get("x-guardia-signature", ""),
            method=method,
            path=path,
            timestamp=headers.get("x-guardia-timestamp", ""),
            nonce=nonce,
            body=body,
            now=self._clock.now_ms() // 1000,
        )
        # Hashed: a nonce's key has one length, whatever the ids are.
        if not await self._people.remember_nonce(hashlib.sha256(f"{platform}\n{nonce}".encode()).hexdigest()):
            raise SignatureError(
                "the nonce was used before", remedy="요청마다 새 X-Guardia-Nonce로 다시 서명해 주세요."
            )
        content = _decode(body)
        person = await self._people.person_for(platform, content.user_id)
        if person is None:
            raise ForbiddenError(
                f"user {content.user_id!r} of {platform!r} is not mapped to a person",
                remedy="관리자에게 메신저 계정과 GUARDiA 계정의 연결을 요청해 주세요.",
            )
        return await self._normalise(platform, content, person)

    def _integration(self, client: str) -> tuple[str, bytes]:
        if not client and len(self._secrets) == 1:
            return next(iter(self._secrets.items()))
        secret = self._secrets.get(client)
        if secret is None:
            raise SignatureError(
                "X-Guardia-Client names no integration",
                remedy="X-Guardia-Client 헤더에 등록된 연동 이름을 넣어 주세요.",
            )
        return client, secret

    async def _normalise(self, platform: str, content: _Body, person: Person) -> InboundMessage | ButtonPress:
        now = self._clock.now_ms()
        if content.action is not None:
            return ButtonPress(
                platform=platform,
                press_id=content.message_id,
                room_id=content.room_id,
                person=person,
                request_id=content.action.request_id,
                button=content.action.button,
                reason=content.action.reason,
                digest=content.action.digest,
                received_ms=now,
            )
        files, names = [], []
        for entry in content.files:
            if isinstance(entry, str):
                names.append(entry)
            elif not entry.file_id:
                names.append(entry.name)
            else:
                files.append(
                    await self._files.attached(entry.file_id, person_id=person.person_id, room_id=content.room_id)
                )
        # A name without content cannot be deployed from here; it is words, and the reader may understand them.
        text = "\n".join([content.text, *(f"첨부: {name}" for name in names if name and name not in content.text)])
        if not text.strip() and not files:
            raise InvalidInputError("neither text, files nor an action", remedy="보낼 내용이 없습니다.")
        return InboundMessage(
            platform=platform,
            message_id=content.message_id,
            room_id=content.room_id,
            person=person,
            text=text,
            files=tuple(files),
            received_ms=now,
        )


def _decode(body: bytes) -> _Body:
    try:
        return msgspec.json.decode(body, type=_Body)
    except msgspec.ValidationError as error:
        raise InvalidInputError(
            f"malformed message: {error}",
            remedy="message_id, user_id, text, files, room_id의 형식을 확인해 주세요.",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON", remedy="본문을 UTF-8 JSON으로 보내 주세요.") from None
