"""The in-house messenger: verifies a webhook's request and turns it into what the flow understands."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from guardia.hub.chat.port import Poor
from guardia.hub.chat.signed import Nonces, SignedRequests
from guardia.hub.core.message import Receipt
from guardia.hub.core.messenger import Accepted, Answer, Arrived, Capabilities, Pressed, Said
from guardia.hub.core.webhook import MAX_TEXT, WebhookMessage, WebhookReceipt
from guardia.hub.errors import InvalidInputError
from guardia.hub.ports import Clock

MAX_BODY = 256 * 1024


class InHouse(Poor):
    """One or more in-house apps, each with an id and a secret of its own.

    The id is the `platform` of its messages and of the identities of its users, so that equal user names of two apps
    stay two people. A request without `X-Guardia-Client` belongs to the only integration, if there is only one. Its
    channels are rooms of the hub, by their own ids; its users see them through the hub's WebSocket.
    """

    capabilities = Capabilities(
        waits=True,
        posts=False,
        buttons=True,
        files_in=True,
        passive=True,
        max_text=MAX_TEXT,
        edit_every=0,
        post_every=0,
    )

    def __init__(self, secrets: Mapping[str, bytes], nonces: Nonces, clock: Clock, *, name: str = "inhouse") -> None:
        self.name = name
        self._signed = SignedRequests(secrets, nonces, clock)

    async def accept(self, arrived: Arrived) -> Accepted:
        """What the request says, after it proved where it comes from.

        Raises `SignatureError` (also for a nonce that was used), `InvalidInputError` for a malformed body.
        """
        platform = await self._signed.prove(arrived)
        return Accepted(inbound=(_normalise(platform, _decode(arrived.body)),))

    def answer(self, receipt: Receipt) -> Answer:
        body = WebhookReceipt(status=receipt.status, sr_id=receipt.sr_id, message=receipt.message)
        return Answer(body=msgspec.json.encode(body))

    def text(self, plain: str) -> str:
        """As it is: the app shows text as text."""
        return plain


def _normalise(platform: str, content: WebhookMessage) -> Said | Pressed:
    if content.action is not None:
        return Pressed(
            platform=platform,
            press_id=content.message_id,
            channel=content.room_id,
            account=content.user_id,
            request_id=content.action.request_id,
            button=content.action.button,
            reason=content.action.reason,
            digest=content.action.digest,
        )
    files, names = [], []
    for entry in content.files:
        if isinstance(entry, str):
            names.append(entry)
        elif not entry.file_id:
            names.append(entry.name)
        else:
            files.append(entry.file_id)
    # A name without content cannot be deployed from here; it is words, and the reader may understand them.
    text = "\n".join([content.text, *(f"첨부: {name}" for name in names if name and name not in content.text)])
    if not text.strip() and not files:
        raise InvalidInputError("neither text, files nor an action", remedy="보낼 내용이 없습니다.")
    return Said(
        platform=platform,
        message_id=content.message_id,
        channel=content.room_id,
        account=content.user_id,
        text=text,
        files=tuple(files),
    )


def _decode(body: bytes) -> WebhookMessage:
    try:
        return msgspec.json.decode(body, type=WebhookMessage)
    except msgspec.ValidationError as error:
        raise InvalidInputError(
            f"malformed message: {error}",
            remedy="message_id, user_id, text, files, room_id의 형식을 확인해 주세요.",
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("the body is not JSON", remedy="본문을 UTF-8 JSON으로 보내 주세요.") from None
