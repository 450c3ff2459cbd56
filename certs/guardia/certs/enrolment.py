"""What agent and hub say to each other while an agent enrols. Plain values, JSON on the wire; bytes as base64."""

from __future__ import annotations

from typing import Annotated

import msgspec

MAX_REQUEST = 16 * 1024
MAX_RESPONSE = 128 * 1024
ROOTS_PATH = "/ca/roots.pem"
ENROL_PATH = "/enrol"

Pem = Annotated[str, msgspec.Meta(max_length=64 * 1024)]
ShortText = Annotated[str, msgspec.Meta(max_length=255)]


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /enrol`: sent only after the pin was checked."""

    token: Annotated[str, msgspec.Meta(max_length=200)]
    csr: Annotated[str, msgspec.Meta(max_length=8 * 1024)]

    def __repr__(self) -> str:
        return "EnrolRequest(token=…, csr=…)"


class EnrolResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The new identity. Unknown fields of a newer hub are ignored."""

    chain: Pem
    """Leaf first, then the agents' intermediate."""
    roots: Pem
    """Every root that the agent shall trust; the pinned one is among them."""
    ticket_keys: Annotated[dict[ShortText, bytes], msgspec.Meta(max_length=16)]
    """Ed25519 public keys (32 bytes each) by key id."""
    agent_id: ShortText
    asset_code: ShortText
    trust_domain: ShortText
    agents_url: Annotated[str, msgspec.Meta(max_length=1024)]
    """Where the agents' listener is, for instance `wss://hub.example:8443/agent`."""


class EnrolFailure(msgspec.Struct, frozen=True, kw_only=True):
    """Body of every answer that is no success."""

    code: ShortText
    message: Annotated[str, msgspec.Meta(max_length=2000)] = ""
