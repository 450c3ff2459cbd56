"""CHECK_HTTP and CHECK_CERT: what a service answers, asked from the target itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from guardia.agent.actions.base import Context, Plan
from guardia.agent.actions.common import ReadRunner, check, choose_service, parameters, ports_of
from guardia.agent.core.output import to_text
from guardia.agent.core.target import ServiceSpec
from guardia.agent.errors import HostError, UnsupportedError
from guardia.proto.catalogue import CheckReport, CheckStatus, HttpParameters, Metric

if TYPE_CHECKING:
    from cryptography import x509

_WITHIN = 10.0
_SLOW, _VERY_SLOW = 2_000.0, 8_000.0
"""Milliseconds."""

_CERT_WARN, _CERT_CRIT = 30.0, 7.0
"""Days of validity left."""


class CheckHttp(ReadRunner):
    """Status and time of one GET. Redirects are an answer and are not followed."""

    def _url(self, context: Context) -> tuple[ServiceSpec, str]:
        service = choose_service(context)
        port = parameters(context, HttpParameters).port
        if port is not None:
            return service, f"http://127.0.0.1:{port}/"
        if service.health_url:
            return service, service.health_url
        if service.ports:
            return service, f"http://127.0.0.1:{service.ports[0]}/"
        raise UnsupportedError(
            f"서비스 {service.name}: 확인할 주소를 알 수 없습니다. agent.toml에 health_url을 적으세요."
        )

    async def explain(self, context: Context) -> Plan:
        _, url = self._url(context)
        return Plan(user=context.host.user, notes=(f"대상 서버에서 GET {url}을 한 번 보냅니다.",))

    async def run(self, context: Context) -> CheckReport:
        service, url = self._url(context)
        try:
            status, body, seconds = await context.host.http_get(url, min(_WITHIN, context.within))
        except HostError as error:
            # Other codes say that the host itself could not be asked.
            grade = CheckStatus.CRIT if error.code == HostError.code else CheckStatus.UNKNOWN
            return check(context, "CHECK_HTTP", grade, f"{service.name} 응답 없음: {error}")
        took = round(seconds * 1000, 1)
        if status >= 500:
            grade = CheckStatus.CRIT
        elif status >= 400 or took >= _SLOW:
            grade = CheckStatus.CRIT if took >= _VERY_SLOW else CheckStatus.WARN
        else:
            grade = CheckStatus.OK
        head = [line[:500] for line in to_text(body[:4096]).split("\n") if line.strip()][:10]
        return check(
            context,
            "CHECK_HTTP",
            grade,
            f"{service.name}: HTTP {status}, {took:.0f} ms.",
            metrics=(
                Metric(name="status", value=status),
                Metric(name="time", value=took, unit="ms", warn=_SLOW, crit=_VERY_SLOW),
                Metric(name="body", value=len(body), unit="B"),
            ),
            lines=head,
        )


class CheckCert(ReadRunner):
    """How long the certificate that a port serves is still valid. Needs `openssl` on the target."""

    def _argv(self, port: int) -> tuple[str, ...]:
        return ("openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts")

    async def explain(self, context: Context) -> Plan:
        ports = ports_of(context)
        return Plan(commands=tuple(self._argv(port) for port in ports), user=context.host.user)

    async def run(self, context: Context) -> CheckReport:
        rows, metrics = [], []
        grades: list[CheckStatus] = []
        now = datetime.fromtimestamp(context.clock.now_ms() / 1000, UTC)
        for port in ports_of(context):
            done = await context.host.run(self._argv(port), within=_WITHIN)
            leaf = _first_certificate(done.stdout)
            if leaf is None:
                grades.append(CheckStatus.UNKNOWN)
                rows.append([str(port), "", "", "인증서를 받지 못함"])
                continue
            left = (leaf.not_valid_after_utc - now).total_seconds() / 86_400
            grade = CheckStatus.CRIT if left < _CERT_CRIT else CheckStatus.WARN if left < _CERT_WARN else CheckStatus.OK
            if leaf.not_valid_before_utc > now:
                grade = CheckStatus.CRIT
            grades.append(grade)
            expiry = leaf.not_valid_after_utc.date().isoformat()
            rows.append([str(port), expiry, f"{left:.1f}", leaf.subject.rfc4514_string()[:200]])
            metrics.append(
                Metric(name=f"days_left:{port}", value=round(left, 1), unit="d", warn=_CERT_WARN, crit=_CERT_CRIT)
            )
        # Nothing that could be looked at is never worse than something that was found broken.
        status = CheckStatus.CRIT if CheckStatus.CRIT in grades else _unknown_first(grades)
        parts = [f"포트 {row[0]}: " + (f"{row[1]}까지 ({row[2]}일 남음)" if row[1] else row[3]) for row in rows]
        columns = ("포트", "만료일", "남은 일수", "주체")
        return check(context, "CHECK_CERT", status, ", ".join(parts) + ".", metrics=metrics, columns=columns, rows=rows)


def _unknown_first(grades: list[CheckStatus]) -> CheckStatus:
    for status in (CheckStatus.UNKNOWN, CheckStatus.WARN):
        if status in grades:
            return status
    return CheckStatus.OK if grades else CheckStatus.UNKNOWN


def _first_certificate(output: bytes) -> x509.Certificate | None:
    from cryptography import x509  # a large library, for this check alone

    begin = output.find(b"-----BEGIN CERTIFICATE-----")
    end = output.find(b"-----END CERTIFICATE-----", begin)
    if begin < 0 or end < 0:
        return None
    try:
        return x509.load_pem_x509_certificate(output[begin : end + len(b"-----END CERTIFICATE-----")] + b"\n")
    except ValueError:
        return None
