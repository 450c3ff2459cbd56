"""`checked.json`: what the check of a generation's files found, so that the next start needs no `cryptography`.

Reading one certificate costs a process about 8 MiB for as long as it lives: more than a quarter of an idle agent. So
whoever checks the files (an enrolment, a renewal) leaves the facts of the leaf beside them, under one sha256 of key,
chain and roots. Facts whose digest is not that of the very bytes that were read now say nothing, and neither do facts
that are missing, damaged, made by other rules, or in a file that is open to others; then the files are checked again.

What this decides for security: nothing that the folder does not decide already. The file lies beside the key, with its
mode and its owner, in a folder that is its owner's alone: whoever may write it may replace the key, and
`ticket-keys.json` with it. And its words are no permission. TLS presents and verifies the PEM files themselves, in
OpenSSL, which also refuses what has expired and a key of another certificate; the hub judges the certificate that it is
shown; a ticket is verified by `ticket-keys.json` and for the agent of `identity.json`. Facts that lie can make an agent
tell a wrong date of expiry or renew at a wrong time; they cannot make it, or a hub, accept
anything. The policy (`check_leaf`) judges remembered facts at every load as it judges read ones.

The digest covers the private key; 256 bits of which nobody knows one are not guessed from it.
"""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import msgspec

from guardia.certs.errors import KeystoreError
from guardia.certs.files import PRIVATE, read_file, write_atomic
from guardia.certs.policy import CertificateFacts

NAME = "checked.json"

RULES = 1
"""Raise it with every new check of `keystore`: what older rules passed is then checked again."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    rules: int
    digest: str
    """Hex: `digest_of` the files."""
    leaf: CertificateFacts


def digest_of(key: bytes, chain: bytes, roots: bytes) -> str:
    """One sha256 of the three files, each by its own: no byte of one can pass for a byte of another."""
    return hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in (key, chain, roots))).hexdigest()


def encode(digest: str, leaf: CertificateFacts) -> bytes:
    """Content of the file."""
    return msgspec.json.encode(Checked(rules=RULES, digest=digest, leaf=leaf))


def recall(folder: Path, digest: str) -> CertificateFacts | None:
    """The leaf's facts when the files with `digest` were checked; None: check them."""
    try:
        found = msgspec.json.decode(read_file(folder / NAME, private=True), type=Checked)
    except (KeystoreError, msgspec.MsgspecError):
        return None
    fits = found.rules == RULES and hmac.compare_digest(found.digest.encode(), digest.encode())
    return found.leaf if fits else None


def remember(folder: Path, digest: str, leaf: CertificateFacts) -> bool:
    """Write the facts for the next start. False when that was not possible, which costs memory and nothing else."""
    try:
        write_atomic(folder / NAME, encode(digest, leaf), PRIVATE)
    except OSError:
        return False
    return True
