"""Secrets in a text that goes to people: what looks like one is masked. Pure.

The agent masks the values that it knows; here only the form tells, so this is a second net, not the first.
"""

from __future__ import annotations

import re

MASK = "***"

_NAME = (
    r"(?:pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|비밀번호|암호)"
)
_PATTERNS = (
    (
        re.compile(
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        MASK,
    ),
    (re.compile(r"\b(authorization\s{0,5}:\s{0,5}(?:bearer|basic|hmac)\s{1,5})[^\s\"']+", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"\b(bearer\s{1,5})[A-Za-z0-9._~+/=-]{8,}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://[^\s/:@]{0,100}:)[^\s/@]{1,200}(?=@)", re.IGNORECASE), rf"\1{MASK}"),
    (
        re.compile(
            rf"({_NAME}[\w.-]{{0,20}}[\"']?\s{{0,5}}[=:]\s{{0,5}})(?:\"[^\"\n]*\"?|'[^'\n]*'?|[^\s,;&\"']+)",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(?:gjt1\.[A-Za-z0-9.]{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16})"), MASK),
)


def redact(text: str) -> str:
    """`text` with what looks like a password, a key, or a token masked. Takes time linear in its length."""
    for pattern, masked in _PATTERNS:
        text = pattern.sub(masked, text)
    return text
