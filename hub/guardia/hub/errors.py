"""The error tree of the hub.

`code` is stable: it stands in logs, in answers of the HTTP API and in what rooms see. `remedy` says what the reader can
do about it, in Korean where people read it, and `remedy_en` in English. What an error says to people in a room is a
text of the catalogue (`guardia.hub.core.texts.said`), which `str` writes in Korean; `guardia.hub.core.refusals` tells
it in the room's language.
"""


class HubError(Exception):
    """Base of everything that the hub raises on purpose."""

    code = "hub.error"
    status = 500
    remedy = ""
    remedy_en = ""

    def __init__(self, message: object = "", *, remedy: object = "") -> None:
        super().__init__(str(message) or self.code)
        self.said = message
        """As it was given: words, or a text in no language yet."""
        self.advice = remedy
        """Likewise; empty: that of the class."""
        if remedy:
            self.remedy = str(remedy)


class ConfigError(HubError):
    """A mistake in the configuration, with file and line where they are known."""

    code = "config.invalid"


class InsecureListenerError(HubError):
    """A listener would let in what it must not; it was closed again."""

    code = "link.insecure"
    remedy = "hub.toml에서 [agents_grpc] enabled를 false로 바꾸고 관리자에게 알려 주세요."
    remedy_en = "Set enabled to false under [agents_grpc] in hub.toml, and tell the administrator."


class InvalidInputError(HubError):
    """Input that is malformed; the sender can mend it."""

    code = "input.invalid"
    status = 400
    remedy = "보낸 내용의 형식을 확인해 주세요."
    remedy_en = "Please check the form of what was sent."


class TooLargeError(InvalidInputError):
    code = "input.too_large"
    status = 413
    remedy = "더 작은 파일로 나누거나 관리자에게 한도 조정을 요청해 주세요."
    remedy_en = "Send less, or ask an administrator to raise the limit."


class UnauthenticatedError(HubError):
    """Nobody, or not proven: no login, a wrong signature, an expired session."""

    code = "auth.required"
    status = 401
    remedy = "다시 로그인해 주세요."
    remedy_en = "Please log in again."


class SignatureError(UnauthenticatedError):
    code = "auth.bad_signature"
    remedy = "웹훅 비밀 값과 서버 시각을 확인해 주세요."
    remedy_en = "Please check the webhook's secret and the server's clock."


class ForbiddenError(HubError):
    """Known, but not allowed."""

    code = "auth.forbidden"
    status = 403
    remedy = "필요한 권한은 관리자에게 요청해 주세요."
    remedy_en = "Ask an administrator for the permission."


class NotFoundError(HubError):
    code = "hub.not_found"
    status = 404
    remedy = "이름과 번호를 확인해 주세요."
    remedy_en = "Please check the name and the number."


class ConflictError(HubError):
    """The thing is no longer in the state that the caller saw (already approved, cancelled, stale plan)."""

    code = "hub.conflict"
    status = 409
    remedy = "지금 상태를 다시 확인해 주세요."
    remedy_en = "Please look at how it stands now."


class TooLateError(ConflictError):
    """What was to be cancelled has ended."""

    code = "request.too_late"
    remedy = "카드에서 결과를 확인해 주세요. 되돌리려면 롤백이나 반대 작업을 요청해 주세요."
    remedy_en = "See the result on the card. To undo it, ask for a rollback or the opposite action."


class AlreadySentError(ConflictError):
    """What was to be taken out of a queue may be with its agent already: only a cancel can stop it."""

    code = "delivery.already_sent"
    remedy = "대기열에서 뺄 수 없습니다. 카드의 [취소]를 누르거나 방에서 “방금 요청 취소해줘”라고 해 주세요."
    remedy_en = "It cannot be taken out any more. Press [Cancel] on the card, or ask for the cancel in the room."


class BusyError(HubError):
    """A bounded queue is full; nothing was taken over and nothing is lost: send it again."""

    code = "hub.busy"
    status = 503
    remedy = "잠시 뒤에 다시 보내 주세요."
    remedy_en = "Send it again in a while."


class RateLimitedError(HubError):
    """Too many attempts or messages of one person; `retry_after` says when it makes sense to come back, in seconds."""

    code = "hub.rate_limited"
    status = 429
    remedy = "잠시 기다렸다가 다시 시도해 주세요."
    remedy_en = "Please wait a moment and try again."

    def __init__(self, message: object = "", *, remedy: object = "", retry_after: int = 1) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class UndeliveredError(HubError):
    """A messenger did not take a message now; it is tried again, not before `retry_after` seconds (0: not said)."""

    code = "messenger.undelivered"
    status = 503
    remedy = "메신저의 상태와 허브에서 메신저까지의 네트워크를 확인해 주세요. 메시지는 남아 있고 다시 보냅니다."
    remedy_en = "Check the messenger and the network to it. The message is kept and sent again."

    def __init__(self, message: object = "", *, remedy: object = "", retry_after: float = 0.0) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class ChannelGoneError(HubError):
    """A channel that takes nothing any more: deleted, forbidden, its address revoked."""

    code = "messenger.channel_gone"
    status = 410
    remedy = "메신저에서 채널과 웹훅을 확인하고 `guardia-hub rooms bind`로 다시 연결해 주세요."
    remedy_en = "Check channel and webhook in the messenger, and bind it again with `guardia-hub rooms bind`."


class MessageRefusedError(HubError):
    """A messenger will never take this one message."""

    code = "messenger.refused"
    status = 422
    remedy = "콘솔의 대화방에서 내용을 확인해 주세요."
    remedy_en = "Read it in the console's room."


class StoreError(HubError):
    """The database did not do what was asked; the cause is chained."""

    code = "store.error"
    remedy = "허브의 디스크 공간과 데이터베이스 상태를 확인해 주세요."
    remedy_en = "Check the hub's disk space and the database."


class UnreachableError(HubError):
    """The running hub did not answer a command."""

    code = "hub.unreachable"
    status = 503
    remedy = "허브가 떠 있는지 확인해 주세요."
    remedy_en = "Please see whether the hub is up."


class OutputGoneError(HubError):
    """The agent had the output, and has it no longer."""

    code = "output.gone"
    status = 410
    remedy = (
        "보관 기간이나 용량은 에이전트의 agent.toml [output]에서 늘릴 수 있습니다. 처음과 끝은 카드에 남아 있습니다."
    )
    remedy_en = (
        "The agent's agent.toml [output] says how much is kept, and how long. Beginning and end stay on the card."
    )


class NoOutputError(HubError):
    """There is nothing to fetch: the step wrote nothing, has not run, or its output was never spooled."""

    code = "output.none"
    status = 404
    remedy = "카드에서 단계의 상태와 출력을 확인해 주세요."
    remedy_en = "See the step's state and output on the card."


class OutputUnavailableError(HubError):
    """The agent is there, and its output did not come now."""

    code = "output.unavailable"
    status = 503
    remedy = "잠시 뒤에 다시 시도하고, 계속되면 에이전트 호스트에서 `guardia-agent doctor`를 실행해 주세요."
    remedy_en = "Try again later; if it stays so, run `guardia-agent doctor` on the agent's host."


class AgentTooOldError(HubError):
    """The agent does not know what it is asked for."""

    code = "agent.too_old"
    status = 409
    remedy = "에이전트를 업데이트해 주세요. 처음과 끝은 카드에 남아 있습니다."
    remedy_en = "Update the agent. Beginning and end stay on the card."


class AgentOfflineError(HubError):
    """No live connection to that agent."""

    code = "agent.offline"
    status = 503
    remedy = "에이전트 호스트에서 `guardia-agent doctor`를 실행해 주세요."
    remedy_en = "Run `guardia-agent doctor` on the agent's host."
