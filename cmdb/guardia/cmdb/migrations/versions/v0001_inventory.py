"""The inventory's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cmdb_institutions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_institutions"),
        sa.UniqueConstraint("name", name="uq_cmdb_institutions_name"),
    )
    op.create_table(
        "cmdb_systems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_systems"),
        sa.UniqueConstraint("institution_id", "name", name="uq_cmdb_systems_institution_id_name"),
        sa.ForeignKeyConstraint(["institution_id"], ["cmdb_institutions.id"], name="fk_cmdb_systems_institution_id"),
    )
    op.create_table(
        "cmdb_components",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("layer", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_components"),
        sa.UniqueConstraint("system_id", "environment", "layer", name="uq_cmdb_components_system_id_environment_layer"),
        sa.ForeignKeyConstraint(["system_id"], ["cmdb_systems.id"], name="fk_cmdb_components_system_id"),
    )
    op.create_table(
        "cmdb_hosts",
        sa.Column("asset_code", sa.String(128), nullable=False),
        sa.Column("hostname", sa.String(253), nullable=False),
        sa.Column("address", sa.String(253), nullable=False),
        sa.Column("connection", sa.String(16), nullable=False),
        sa.Column("via_agent", sa.String(128), nullable=True),
        sa.PrimaryKeyConstraint("asset_code", name="pk_cmdb_hosts"),
        sa.UniqueConstraint("hostname", name="uq_cmdb_hosts_hostname"),
        sa.UniqueConstraint("address", name="uq_cmdb_hosts_address"),
        sa.ForeignKeyConstraint(["via_agent"], ["cmdb_hosts.asset_code"], name="fk_cmdb_hosts_via_agent"),
    )
    op.create_index("ix_cmdb_hosts_via_agent", "cmdb_hosts", ["via_agent"])
    op.create_table(
        "cmdb_instances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("component_id", sa.Integer(), nullable=False),
        sa.Column("asset_code", sa.String(128), nullable=False),
        sa.Column("node_no", sa.Integer(), nullable=False),
        sa.Column("service_name", sa.String(128), nullable=False),
        sa.Column("service_manager", sa.String(16), nullable=False),
        sa.Column("product", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_instances"),
        sa.UniqueConstraint("component_id", "node_no", name="uq_cmdb_instances_component_id_node_no"),
        sa.ForeignKeyConstraint(["component_id"], ["cmdb_components.id"], name="fk_cmdb_instances_component_id"),
        sa.ForeignKeyConstraint(["asset_code"], ["cmdb_hosts.asset_code"], name="fk_cmdb_instances_asset_code"),
        sa.CheckConstraint("node_no >= 1", name=op.f("ck_cmdb_instances_node_no_positive")),
    )
    op.create_index("ix_cmdb_instances_asset_code", "cmdb_instances", ["asset_code"])
    op.create_table(
        "cmdb_institution_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("institution_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_institution_aliases"),
        sa.UniqueConstraint("institution_id", "alias", name="uq_cmdb_institution_aliases_institution_id_alias"),
        sa.ForeignKeyConstraint(
            ["institution_id"], ["cmdb_institutions.id"], name="fk_cmdb_institution_aliases_institution_id"
        ),
    )
    op.create_table(
        "cmdb_system_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cmdb_system_aliases"),
        sa.UniqueConstraint("system_id", "alias", name="uq_cmdb_system_aliases_system_id_alias"),
        sa.ForeignKeyConstraint(["system_id"], ["cmdb_systems.id"], name="fk_cmdb_system_aliases_system_id"),
    )
    op.create_table(
        "cmdb_host_facts",
        sa.Column("asset_code", sa.String(128), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("value", sa.String(1000), nullable=False),
        sa.Column("collected_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("asset_code", "key", name="pk_cmdb_host_facts"),
        sa.ForeignKeyConstraint(["asset_code"], ["cmdb_hosts.asset_code"], name="fk_cmdb_host_facts_asset_code"),
    )
    op.create_table(
        "cmdb_revisions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("imported_ms", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("source", sa.String(500), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("summary", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_cmdb_revisions"),
    )


def downgrade() -> None:
    """There is no way back from the first version: restore the database from before it."""
    raise NotImplementedError
