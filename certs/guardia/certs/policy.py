"""How long certificates live and what one of each role must look like. Pure: time is an argument, in milliseconds.

OpenSSL has verified signature, path and time when these checks run; they decide what a verified certificate may be
used for. `cryptography`'s and OpenSSL's own checks accept a missing EKU, so it is demanded here.
"""

from __future__ import annotations

import msgspec

from guardia.certs.errors import IdentityError, PolicyViolation
from guardia.certs.identity import Role, parse_uri

_DAY = 24 * 60 * 60 * 1000
ROOT_LIFE_MS = 3650 * _DAY
INTERMEDIATE_LIFE_MS = 1825 * _DAY
AGENT_LIFE_MS = 7 * _DAY
HUB_LIFE_MS = 30 * _DAY
BACKDATE_MS = 5 * 60 * 1000
"""A new certificate is valid from a little before it was made: hosts whose clock is behind can use it at once."""
MAX_LEAF_LIFE_MS = 31 * _DAY
"""A leaf that lives longer was not made by this CA's rules."""

CLIENT_AUTH = "1.3.6.1.5.5.7.3.2"
SERVER_AUTH = "1.3.6.1.5.5.7.3.1"

_LIFE = {Role.AGENT: AGENT_LIFE_MS, Role.HUB: HUB_LIFE_MS}
_USAGE = {Role.AGENT: CLIENT_AUTH, Role.HUB: SERVER_AUTH}


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What of a certificate the policy looks at. `key` is `p256` or the name of what it is instead."""

    sha256: str
    """Hex, of the DER bytes: names the certificate in the registry."""
    not_before_ms: int
    not_after_ms: int
    is_ca: bool
    key: str
    extended_usages: tuple[str, ...]
    uris: tuple[str, ...]
    dns_names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


def validity(role: Role, now_ms: int, issuer_not_after_ms: int) -> tuple[int, int]:
    """`(not_before_ms, not_after_ms)` of a new leaf, never beyond its issuer.

    Raises `PolicyViolation` (`ca.expired`) when the issuer has ended.
    """
    not_after = min(now_ms + _LIFE[role], issuer_not_after_ms)
    if not_after <= now_ms:
        raise PolicyViolation("the intermediate CA has expired: renew it with the root key", code="ca.expired")
    return now_ms - BACKDATE_MS, not_after


def should_renew(now_ms: int, not_before_ms: int, not_after_ms: int, jitter_unit: float) -> bool:
    """True from half of the life on, give or take a tenth of that half.

    `jitter_unit` from 0 to 1 is drawn once for each certificate, so that a fleet that was enrolled together does not
    renew together. True for a certificate whose end is not after its start.
    """
    if not 0.0 <= jitter_unit <= 1.0:
        raise ValueError(f"jitter_unit is {jitter_unit}, not within 0 to 1")
    life = not_after_ms - not_before_ms
    return now_ms >= not_before_ms + life * 0.5 * (0.9 + 0.2 * jitter_unit)


def check_leaf(facts: CertificateFacts, role: Role, trust_domain: str, now_ms: int | None = None) -> str:
    """Name in the certificate's SPIFFE id when it is a proper leaf of `role`; with `now_ms` its time is checked too.

    Raises `PolicyViolation`, whose message says which rule was broken.
    """
    if facts.is_ca:
        raise PolicyViolation("a CA certificate was presented as a leaf")
    if facts.key != "p256":
        raise PolicyViolation(f"key is {facts.key}, not P-256")
    if facts.extended_usages != (_USAGE[role],):
        raise PolicyViolation(f"extended key usage {facts.extended_usages} is not that of a certificate of role {role}")
    if len(facts.uris) != 1:
        raise PolicyViolation(f"{len(facts.uris)} URI names where exactly one SPIFFE id belongs")
    try:
        spiffe = parse_uri(facts.uris[0])
    except IdentityError as error:
        raise PolicyViolation(str(error)) from error
    if spiffe.trust_domain != trust_domain:
        raise PolicyViolation(f"trust domain {spiffe.trust_domain} is not {trust_domain}")
    if spiffe.role is not role:
        raise PolicyViolation(f"a certificate of role {spiffe.role} was presented as one of role {role}")
    if role is Role.AGENT and (facts.dns_names or facts.addresses):
        raise PolicyViolation("an agent's certificate carries host names or addresses")
    if facts.not_after_ms - facts.not_before_ms > MAX_LEAF_LIFE_MS + BACKDATE_MS:
        raise PolicyViolation("the certificate lives longer than this CA issues them")
    if now_ms is not None and not facts.not_before_ms <= now_ms <= facts.not_after_ms:
        raise PolicyViolation(
            "the certificate is not valid now: compare this host's clock with the hub's", code="certificate.time"
        )
    return spiffe.name
