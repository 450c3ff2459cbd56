"""One connection of `guardia-agent doctor` to the hub: the certificate that it shows, and the time that it tells."""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC
from email.utils import parsedate_to_datetime

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes

MAX_NAME = 200
"""Characters of a name in a certificate that are shown."""


class Hub(msgspec.Struct, frozen=True):
    host: str
    port: int

    async def open(self, context: ssl.SSLContext) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Raises `OSError` (`ssl.SSLError`)."""
        return await asyncio.open_connection(self.host, self.port, ssl=context, server_hostname=self.host)


class Presented(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate that a server showed, proven or not."""

    subject: str
    """Its name, or the alternative names when it has none."""
    issuer: str
    sha256: str
    """Of the certificate, hex."""
    not_before_ms: int
    not_after_ms: int

    def __str__(self) -> str:
        return f"주체 {self.subject}, 발급자 {self.issuer}, SHA-256 {self.sha256}"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    came: bool
    """False: the connection was closed before anything came."""
    date_ms: int | None = None


def presented(writer: asyncio.StreamWriter) -> Presented | None:
    """What the other side of a TLS connection showed. None: nothing, or nothing that can be read."""
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    if not der:
        return None
    try:
        certificate = x509.load_der_x509_certificate(der)
        return Presented(
            subject=_shown(certificate.subject.rfc4514_string()) or _names(certificate) or "(없음)",
            issuer=_shown(certificate.issuer.rfc4514_string()) or "(없음)",
            sha256=certificate.fingerprint(hashes.SHA256()).hex(),
            not_before_ms=int(certificate.not_valid_before_utc.timestamp() * 1000),
            not_after_ms=int(certificate.not_valid_after_utc.timestamp() * 1000),
        )
    except ValueError:
        return None


def _names(certificate: x509.Certificate) -> str:
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ""
    return _shown(", ".join(str(getattr(name, "value", name)) for name in extension.value))


def _shown(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:MAX_NAME]


async def ask(hub: Hub, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Answer:
    """Ask for a page that the listener does not have; its refusal tells the time, and no session is opened by it.

    Raises `OSError`. In TLS 1.3 a certificate that the hub refuses shows here.
    """
    writer.write(f"GET /clock HTTP/1.1\r\nHost: {hub.host}:{hub.port}\r\nConnection: close\r\n\r\n".encode())
    await writer.drain()
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        return Answer(came=bool(error.partial))
    except asyncio.LimitOverrunError:
        return Answer(came=True)
    return Answer(came=True, date_ms=_date_ms(head))


def _date_ms(head: bytes) -> int | None:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"date":
            try:
                told = parsedate_to_datetime(value.decode("ascii").strip())
                return int((told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp() * 1000)
            except (ValueError, TypeError, OverflowError):
                return None
    return None
