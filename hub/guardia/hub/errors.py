"""The error tree of the hub.

`code` is stable: it stands in logs, in answers of the HTTP API and in what rooms see. `remedy` says what the reader can
do about it, in Korean where people read it.
"""


class HubError(Exception):
    """Base of everything that the hub raises on purpose."""

    code = "hub.error"
    status = 500
    remedy = ""

    def __init__(self, message: str = "", *, remedy: str = "") -> None:
        super().__init__(message or self.code)
        if remedy:
            self.remedy = remedy


class ConfigError(HubError):
    """A mistake in the configuration, with file and line where they are known."""

    code = "config.invalid"


class InsecureListenerError(HubError):
    """A listener would let in what it must not; it was closed again."""

    code = "link.insecure"
    remedy = "hub.toml에서 [agents_grpc] enabled를 false로 바꾸고 관리자에게 알려 주세요."


class InvalidInputError(HubError):
    """Input that is malformed; the sender can mend it."""

    code = "input.invalid"
    status = 400
    remedy = "보낸 내용의 형식을 확인해 주세요."


class TooLargeError(InvalidInputError):
    code = "input.too_large"
    status = 413
    remedy = "더 작은 파일로 나누거나 관리자에게 한도 조정을 요청해 주세요."


class UnauthenticatedError(HubError):
    """Nobody, or not proven: no login, a wrong signature, an expired session."""

    code = "auth.required"
    status = 401
    remedy = "다시 로그인해 주세요."


class SignatureError(UnauthenticatedError):
    code = "auth.bad_signature"
    remedy = "웹훅 비밀 값과 서버 시각을 확인해 주세요."


class ForbiddenError(HubError):
    """Known, but not allowed."""

    code = "auth.forbidden"
    status = 403
    remedy = "필요한 권한은 관리자에게 요청해 주세요."


class NotFoundError(HubError):
    code = "hub.not_found"
    status = 404
    remedy = "이름과 번호를 확인해 주세요."


class ConflictError(HubError):
    """The thing is no longer in the state that the caller saw (already approved, cancelled, stale plan)."""

    code = "hub.conflict"
    status = 409
    remedy = "지금 상태를 다시 확인해 주세요."


class BusyError(HubError):
    """A bounded queue is full; nothing was taken over and nothing is lost: send it again."""

    code = "hub.busy"
    status = 503
    remedy = "잠시 뒤에 다시 보내 주세요."


class RateLimitedError(HubError):
    """Too many attempts or messages of one person; `retry_after` says when it makes sense to come back, in seconds."""

    code = "hub.rate_limited"
    status = 429
    remedy = "잠시 기다렸다가 다시 시도해 주세요."

    def __init__(self, message: str = "", *, remedy: str = "", retry_after: int = 1) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class UndeliveredError(HubError):
    """A messenger did not take a message now; it is tried again, not before `retry_after` seconds (0: not said)."""

    code = "messenger.undelivered"
    status = 503
    remedy = "메신저의 상태와 허브에서 메신저까지의 네트워크를 확인해 주세요. 메시지는 남아 있고 다시 보냅니다."

    def __init__(self, message: str = "", *, remedy: str = "", retry_after: float = 0.0) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class ChannelGoneError(HubError):
    """A channel that takes nothing any more: deleted, forbidden, its address revoked."""

    code = "messenger.channel_gone"
    status = 410
    remedy = "메신저에서 채널과 웹훅을 확인하고 `guardia-hub rooms bind`로 다시 연결해 주세요."


class MessageRefusedError(HubError):
    """A messenger will never take this one message."""

    code = "messenger.refused"
    status = 422
    remedy = "콘솔의 대화방에서 내용을 확인해 주세요."


class StoreError(HubError):
    """The database did not do what was asked; the cause is chained."""

    code = "store.error"
    remedy = "허브의 디스크 공간과 데이터베이스 상태를 확인해 주세요."


class OutputGoneError(HubError):
    """The agent had the output, and has it no longer."""

    code = "output.gone"
    status = 410
    remedy = (
        "보관 기간이나 용량은 에이전트의 agent.toml [output]에서 늘릴 수 있습니다. 처음과 끝은 카드에 남아 있습니다."
    )


class NoOutputError(HubError):
    """There is nothing to fetch: the step wrote nothing, has not run, or its output was never spooled."""

    code = "output.none"
    status = 404
    remedy = "카드에서 단계의 상태와 출력을 확인해 주세요."


class OutputUnavailableError(HubError):
    """The agent is there, and its output did not come now."""

    code = "output.unavailable"
    status = 503
    remedy = "잠시 뒤에 다시 시도하고, 계속되면 에이전트 호스트에서 `guardia-agent doctor`를 실행해 주세요."


class AgentTooOldError(HubError):
    """The agent does not know what it is asked for."""

    code = "agent.too_old"
    status = 409
    remedy = "에이전트를 업데이트해 주세요. 처음과 끝은 카드에 남아 있습니다."


class AgentOfflineError(HubError):
    """No live connection to that agent."""

    code = "agent.offline"
    status = 503
    remedy = "에이전트 호스트에서 `guardia-agent doctor`를 실행해 주세요."
