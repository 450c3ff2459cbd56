"""Tables of agents, join tokens and certificates. The database is the truth for revocation.

Times are milliseconds since the epoch, UTC; digests are hex sha256.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, String, Table

from guardia.hub.store.metadata import metadata

agents = Table(
    "agents",
    metadata,
    Column("agent_id", String(63), primary_key=True),
    Column("asset_code", String(128), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("last_epoch", BigInteger, nullable=False, default=0),
    Column("fenced_reason", String(1_000)),  # for the state FENCED
    Column("draining_ms", BigInteger),  # not None: it is given no new work since then
)

join_tokens = Table(
    "join_tokens",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("agent_id", String(63), ForeignKey("agents.agent_id"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger),
    Column("key_sha256", String(64)),
)

agent_certificates = Table(
    "agent_certificates",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("agent_id", String(63), ForeignKey("agents.agent_id"), nullable=False),
    Column("not_before_ms", BigInteger, nullable=False),
    Column("not_after_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger),
)
Index("ix_agent_certificates_agent_id", agent_certificates.c.agent_id)

agent_events = Table(
    "agent_events",
    metadata,
    Column("place", BigInteger, primary_key=True, autoincrement=False),  # 1, 2, 3 … without a gap
    Column("at_ms", BigInteger, nullable=False),
    Column("what", String(32), nullable=False),
    Column("agent_id", String(63), nullable=False),
    Column("by", String(100), nullable=False),
    Column("reason", String(1_000), nullable=False),
    Column("hash", String(64), nullable=False),  # sha256 of the previous hash and this row
    Index("ix_agent_events_agent_id", "agent_id", "place"),
)

agent_trail = Table(
    "agent_trail",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("events", BigInteger, nullable=False),
    Column("head", String(64), nullable=False),  # hash of the newest event: a cut trail shows
)

agent_sightings = Table(
    "agent_sightings",
    metadata,
    Column("agent_id", String(63), primary_key=True),
    Column("updated_ms", BigInteger, nullable=False),
    Column("sightings", LargeBinary, nullable=False),
)
