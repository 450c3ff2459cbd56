"""The catalogue of actions: every name that a request may carry, with its kind, parameters and result.

An action is a name with typed parameters, never shell text. The codes are those of the reading contract; the agent
builds argv from its own configuration. `canonical` is the one encoding that digests are made of.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from guardia.proto.errors import CatalogueError, ParameterError
from guardia.proto.limits import MAX_PARAMETERS


class Kind(StrEnum):
    READ = "read"
    CHANGE = "change"
    DESTRUCTIVE = "destructive"
    """A change that the product cannot take back."""


class CheckStatus(StrEnum):
    OK = "ok"
    WARN = "warn"
    CRIT = "crit"
    UNKNOWN = "unknown"
    """Nothing, or only a part, could be looked at. Never told as ok."""


# --- parameters -----------------------------------------------------------------------------------------------------

# `\Z`, not `$`: the latter also matches before a final newline.
# A token that can never be read as an option, a path or a pattern: services, releases, sessions.
Token = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.@:+-]*\Z", max_length=128)]
FileName = Annotated[str, msgspec.Meta(pattern=r"^[^/\x00-\x1f\x7f.-][^/\x00-\x1f\x7f]*\Z", max_length=200)]
Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
Text = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x08\x0a-\x1f\x7f]+\Z", max_length=500)]
Lines = Annotated[int, msgspec.Meta(ge=1, le=5_000)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=60 * 24 * 31)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]


class Parameters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of all parameter types; an unknown name is refused, a default is left out of the canonical form."""


class NoParameters(Parameters, frozen=True, kw_only=True):
    pass


class ServiceParameters(Parameters, frozen=True, kw_only=True):
    service: Token = ""
    """Empty: the service that the inventory names for the target."""


class DeployParameters(ServiceParameters, frozen=True, kw_only=True):
    file_name: FileName
    sha256: Sha256
    size: Annotated[int, msgspec.Meta(ge=0)]
    release: Token
    """Name of the new release directory; never reused."""


class RollbackParameters(ServiceParameters, frozen=True, kw_only=True):
    version: Token = ""
    """Release to go back to; empty: the node's own recorded previous release, never "n-1"."""


class CleanLogsParameters(ServiceParameters, frozen=True, kw_only=True):
    older_than_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 7


class KillSessionParameters(ServiceParameters, frozen=True, kw_only=True):
    session_id: Token


class PortParameters(Parameters, frozen=True, kw_only=True):
    port: Port | None = None
    """None: the ports that the inventory names for the target."""


class HttpParameters(ServiceParameters, frozen=True, kw_only=True):
    port: Port | None = None


class TailParameters(ServiceParameters, frozen=True, kw_only=True):
    lines: Lines = 100
    since_minutes: Minutes | None = None


class SearchParameters(ServiceParameters, frozen=True, kw_only=True):
    pattern: Text
    """Literal text, never a regular expression."""
    lines: Lines = 100
    since_minutes: Minutes | None = None


# --- results --------------------------------------------------------------------------------------------------------


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    value: float
    unit: str = ""
    warn: float | None = None
    crit: float | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """The one envelope of every read-only action (DESIGN: Actions)."""

    check: str
    asset: str
    collected_at: str
    """ISO 8601 with offset, the target's clock."""
    status: CheckStatus
    summary: str
    """One sentence for the room, in Korean; never markup."""
    metrics: tuple[Metric, ...] = ()
    table: Table | None = None
    lines: tuple[str, ...] = ()
    """Log lines, newest last."""
    truncated: bool = False


class ChangeReport(msgspec.Struct, frozen=True, kw_only=True):
    """The result of every changing action: what it found before, and after."""

    action: str
    asset: str
    summary: str
    changed: bool
    """False: the wanted state was there already and nothing was done."""
    before: dict[str, str] = {}
    after: dict[str, str] = {}


Report = CheckReport | ChangeReport


# --- the catalogue --------------------------------------------------------------------------------------------------


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: `timeout` in seconds is the default for execution; `title` is what people read."""

    code: str
    kind: Kind
    parameters: type[Parameters]
    title: str
    title_en: str
    timeout: int = 30
    interruptible: bool = True
    """False: a cancel waits until the step has ended, because half of it would be worse than either end."""

    @property
    def changes(self) -> bool:
        return self.kind is not Kind.READ

    @property
    def result(self) -> type[CheckReport | ChangeReport]:
        return ChangeReport if self.changes else CheckReport


def _entries(*actions: Action) -> dict[str, Action]:
    return {action.code: action for action in actions}


_C, _D, _R = Kind.CHANGE, Kind.DESTRUCTIVE, Kind.READ

CATALOGUE: dict[str, Action] = _entries(
    Action(
        code="DEPLOY_ARTIFACT",
        kind=_C,
        parameters=DeployParameters,
        title="배포",
        title_en="deploy",
        timeout=600,
        interruptible=False,
    ),
    Action(
        code="ROLLBACK_RELEASE",
        kind=_C,
        parameters=RollbackParameters,
        title="롤백",
        title_en="roll back",
        timeout=120,
        interruptible=False,
    ),
    Action(
        code="RESTART_SERVICE",
        kind=_C,
        parameters=ServiceParameters,
        title="재기동",
        title_en="restart",
        timeout=180,
        interruptible=False,
    ),
    Action(
        code="START_SERVICE",
        kind=_C,
        parameters=ServiceParameters,
        title="기동",
        title_en="start",
        timeout=120,
        interruptible=False,
    ),
    Action(
        code="STOP_SERVICE",
        kind=_C,
        parameters=ServiceParameters,
        title="중지",
        title_en="stop",
        timeout=120,
        interruptible=False,
    ),
    Action(
        code="KILL_DB_SESSION",
        kind=_D,
        parameters=KillSessionParameters,
        title="DB 세션 종료",
        title_en="end a database session",
    ),
    Action(
        code="CLEAN_LOGS",
        kind=_D,
        parameters=CleanLogsParameters,
        title="로그 정리",
        title_en="clean old logs",
        timeout=300,
    ),
    Action(code="CHECK_DISK_SPACE", kind=_R, parameters=NoParameters, title="디스크 확인", title_en="check disk space"),
    Action(code="CHECK_MEMORY", kind=_R, parameters=NoParameters, title="메모리 확인", title_en="check memory"),
    Action(code="CHECK_CPU", kind=_R, parameters=NoParameters, title="CPU 확인", title_en="check CPU"),
    Action(
        code="CHECK_PROCESS", kind=_R, parameters=ServiceParameters, title="프로세스 확인", title_en="check processes"
    ),
    Action(
        code="CHECK_SERVICE",
        kind=_R,
        parameters=ServiceParameters,
        title="서비스 상태 확인",
        title_en="check the service",
    ),
    Action(code="CHECK_PORT", kind=_R, parameters=PortParameters, title="포트 확인", title_en="check ports"),
    Action(
        code="CHECK_HTTP",
        kind=_R,
        parameters=HttpParameters,
        title="HTTP 응답 확인",
        title_en="check the HTTP answer",
        timeout=60,
    ),
    Action(
        code="CHECK_CERT", kind=_R, parameters=PortParameters, title="인증서 확인", title_en="check the certificate"
    ),
    Action(code="TAIL_LOG", kind=_R, parameters=TailParameters, title="로그 조회", title_en="show the log"),
    Action(
        code="SEARCH_LOG",
        kind=_R,
        parameters=SearchParameters,
        title="로그 검색",
        title_en="search the log",
        timeout=60,
    ),
    Action(code="THREAD_DUMP", kind=_R, parameters=ServiceParameters, title="스레드 덤프", title_en="thread dump"),
    Action(code="FETCH_DB_LOCKS", kind=_R, parameters=NoParameters, title="DB 락 조회", title_en="database locks"),
    Action(
        code="FETCH_SLOW_QUERIES", kind=_R, parameters=NoParameters, title="느린 쿼리 조회", title_en="slow queries"
    ),
    Action(
        code="FETCH_DB_SESSIONS", kind=_R, parameters=NoParameters, title="DB 세션 조회", title_en="database sessions"
    ),
    Action(code="SHOW_VERSION", kind=_R, parameters=ServiceParameters, title="버전 확인", title_en="show the version"),
)


def action(code: str) -> Action:
    """The entry of `code`. Raises `CatalogueError` for a name that is not in the catalogue."""
    try:
        return CATALOGUE[code]
    except KeyError:
        raise CatalogueError(f"no action {code!r} in the catalogue; both sides need the same version") from None


def canonical(value: Any) -> bytes:
    """Canonical JSON: sorted keys, no white space, UTF-8. Equal values give equal bytes, so digests are made of it."""
    return msgspec.json.encode(value, order="sorted")


_MESSAGE_PATH = re.compile(r" - at `\$\.?(?P<path>[^`]*)`")


def decode_parameters(code: str, data: bytes) -> Parameters:
    """Parameters of action `code` from JSON.

    Raises `CatalogueError` for an unknown action, `ParameterError` when the data does not fit its type or is over
    `MAX_PARAMETERS`.
    """
    entry = action(code)
    if len(data) > MAX_PARAMETERS:
        raise ParameterError(f"parameters of {code}: {len(data)} bytes, at most {MAX_PARAMETERS}")
    try:
        return msgspec.json.decode(data, type=entry.parameters)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        found = _MESSAGE_PATH.search(str(error))
        where = f", {found['path']}" if found and found["path"] else ""
        reason = str(error).split(" - at ")[0]
        raise ParameterError(f"parameters of {code}{where}: {reason}") from None


def make_parameters(code: str, values: dict[str, Any]) -> bytes:
    """Canonical parameters of action `code` from plain values; raises like `decode_parameters`."""
    return canonical(decode_parameters(code, canonical(values)))


def step_digest(*, step_id: str, action_code: str, target: str, parameters: bytes) -> str:
    """Hex sha256 that names what a step does; `parameters` in canonical form."""
    return hashlib.sha256(canonical([step_id, action_code, target, hashlib.sha256(parameters).hexdigest()])).hexdigest()
