"""People: codes that link accounts, and the trail of identities. ITSM: the outbox of webhooks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "identity_events",
        sa.Column("seq", _number(), autoincrement=True, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=100), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("alarm", sa.Boolean(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_identity_events")),
    )
    op.create_index("ix_identity_events_person", "identity_events", ["person_id", "seq"], unique=False)
    op.create_index("ix_identity_events_account", "identity_events", ["platform", "external_id", "at_ms"], unique=False)
    op.create_table(
        "claim_codes",
        sa.Column("code_mac", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=64), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("used_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_claim_codes_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code_mac", name=op.f("pk_claim_codes")),
    )
    op.create_index(op.f("ix_claim_codes_person_id"), "claim_codes", ["person_id"], unique=False)
    op.create_index(op.f("ix_claim_codes_expires_ms"), "claim_codes", ["expires_ms"], unique=False)
    op.create_table(
        "itsm_outbox",
        sa.Column("seq", _number(), autoincrement=True, nullable=False),
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("parked_ms", sa.BigInteger(), nullable=True),
        sa.Column("parked_reason", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_itsm_outbox")),
        sa.UniqueConstraint("endpoint", "event_id", name=op.f("uq_itsm_outbox_endpoint")),
    )
    op.create_index("ix_itsm_outbox_endpoint", "itsm_outbox", ["endpoint", "seq"], unique=False)
    op.create_table(
        "itsm_endpoints",
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("parked_ms", sa.BigInteger(), nullable=True),
        sa.Column("parked_reason", sa.String(length=300), nullable=True),
        sa.Column("delivered_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("endpoint", name=op.f("pk_itsm_endpoints")),
    )
