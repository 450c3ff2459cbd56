"""Join tokens: 128 random bits that enrol one agent once, printed together with the pin of the CA's root.

Text form: `gjt1.<token, base32>.<sha256 of the root's SubjectPublicKeyInfo, hex>`. The hub keeps only sha256 of the
token; whoever carries the text checks the pin before the token leaves the host.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from guardia.certs.errors import TokenError

LIFE_MS = 60 * 60 * 1000
SECRET_BYTES = 16
PREFIX = "gjt1"

_TEXT = re.compile(r"gjt1\.(?P<secret>[A-Z2-7]{26})\.(?P<pin>[0-9a-f]{64})\Z")


class JoinToken:
    """A parsed token. Its text goes to the admin's terminal and to the hub over verified TLS, nowhere else."""

    __slots__ = ("_secret", "pin")

    def __init__(self, secret: bytes, pin: str) -> None:
        if len(secret) != SECRET_BYTES or not re.fullmatch(r"[0-9a-f]{64}", pin):
            raise ValueError("a join token is 16 bytes and a hex sha256")
        self._secret = secret
        self.pin = pin
        """Hex sha256 of the root's public key."""

    @classmethod
    def new(cls, pin: str) -> JoinToken:
        """A fresh random token for the CA whose root has this pin."""
        return cls(secrets.token_bytes(SECRET_BYTES), pin)

    @classmethod
    def parse(cls, text: str) -> JoinToken:
        """The token in `text`; space around it is ignored, letters may be of either case.

        Raises `TokenError` with `token.malformed`, which says what is wrong and shows nothing of the text.
        """
        cleaned = text.strip()
        if not cleaned:
            raise TokenError("the join token is empty", code="token.malformed")
        parts = cleaned.split(".", 3)
        if parts[0].lower() != PREFIX:
            raise TokenError(f"a join token begins with {PREFIX}.; copy it whole", code="token.malformed")
        if len(parts) != 3:
            raise TokenError("a join token has three parts between dots; copy it whole", code="token.malformed")
        match = _TEXT.match(f"{PREFIX}.{parts[1].upper()}.{parts[2].lower()}")
        if match is None:
            raise TokenError("the join token is cut or mistyped; copy it whole", code="token.malformed")
        secret = base64.b32decode(match["secret"] + "======")
        token = cls(secret, match["pin"])
        if not hmac.compare_digest(token.text(), match[0]):  # spare bits of the last letter must be zero
            raise TokenError("the join token is mistyped; copy it whole", code="token.malformed")
        return token

    def text(self) -> str:
        """The secret itself, in the form that `parse` reads."""
        return f"{PREFIX}.{base64.b32encode(self._secret).decode().rstrip('=')}.{self.pin}"

    def sha256(self) -> str:
        """Hex; all that the hub stores."""
        return hashlib.sha256(self._secret).hexdigest()

    def __repr__(self) -> str:
        return f"<JoinToken pin={self.pin[:12]}…>"
