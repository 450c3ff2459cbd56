"""Names: agent ids, trust domains and the SPIFFE ids that certificates carry.

`spiffe://<trust domain>/agent/<agent id>` and `spiffe://<trust domain>/hub/<name>`; nothing else is an id here.
"""

from __future__ import annotations

import re
from enum import StrEnum

import msgspec

from guardia.certs.errors import IdentityError

AGENT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
TRUST_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\Z")
MAX_TRUST_DOMAIN = 63
"""So that it fits a subject's organisation."""
HUB_NAME = "hub"
"""The one name that hub servers carry: replicas share it, since agents must accept any of them."""

_URI = re.compile(r"spiffe://(?P<domain>[^/]+)/(?P<role>agent|hub)/(?P<name>[^/]+)\Z")


class Role(StrEnum):
    AGENT = "agent"
    HUB = "hub"


class SpiffeId(msgspec.Struct, frozen=True, kw_only=True):
    """A parsed SPIFFE id."""

    trust_domain: str
    role: Role
    name: str

    def uri(self) -> str:
        return f"spiffe://{self.trust_domain}/{self.role.value}/{self.name}"


def check_agent_id(agent_id: str) -> str:
    """`agent_id` itself. Raises `IdentityError` when it is none."""
    if not AGENT_ID.match(agent_id):
        raise IdentityError(
            f"{agent_id[:80]!r} is not an agent id: use 1 to 63 letters, digits, '.', '_' or '-', "
            "a letter or digit first"
        )
    return agent_id


def check_trust_domain(trust_domain: str) -> str:
    """`trust_domain` itself. Raises `IdentityError` when it is none."""
    if len(trust_domain) > MAX_TRUST_DOMAIN or not TRUST_DOMAIN.match(trust_domain):
        raise IdentityError(
            f"{trust_domain[:80]!r} is not a trust domain: use a lower-case DNS name of at most {MAX_TRUST_DOMAIN} "
            "characters, for instance guardia.internal"
        )
    return trust_domain


def agent_uri(trust_domain: str, agent_id: str) -> str:
    """SPIFFE id of an agent. Raises `IdentityError`."""
    return SpiffeId(trust_domain=check_trust_domain(trust_domain), role=Role.AGENT, name=check_agent_id(agent_id)).uri()


def hub_uri(trust_domain: str, name: str = HUB_NAME) -> str:
    """SPIFFE id of a hub server. Raises `IdentityError`."""
    return SpiffeId(trust_domain=check_trust_domain(trust_domain), role=Role.HUB, name=check_agent_id(name)).uri()


def parse_uri(uri: str) -> SpiffeId:
    """The id in `uri`, exact to the letter: no port, query, fragment, escape or empty part. Raises `IdentityError`."""
    match = _URI.match(uri) if len(uri) <= 256 else None
    if match is None:
        raise IdentityError(f"{uri[:120]!r} is not a SPIFFE id of an agent or a hub")
    return SpiffeId(
        trust_domain=check_trust_domain(match["domain"]),
        role=Role(match["role"]),
        name=check_agent_id(match["name"]),
    )
