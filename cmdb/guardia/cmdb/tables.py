"""Where the inventory lives. Tables of an own `MetaData`, so that they can share a database with the hub's.

What is declared (imported) alone: what agents report is the hub's, and never overwrites a declaration.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

PREFIX = "cmdb_"
"""Every table of the inventory is called so; migrations look at no other."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

NAME = 100
CODE = 128
HOST = 253

institutions = Table(
    "cmdb_institutions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(NAME), nullable=False),
    UniqueConstraint("name"),
)

systems = Table(
    "cmdb_systems",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("institution_id", Integer, ForeignKey(institutions.c.id), nullable=False),
    Column("name", String(NAME), nullable=False),
    UniqueConstraint("institution_id", "name"),
)

components = Table(
    "cmdb_components",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("system_id", Integer, ForeignKey(systems.c.id), nullable=False),
    Column("environment", String(16), nullable=False),
    Column("layer", String(16), nullable=False),
    UniqueConstraint("system_id", "environment", "layer"),
)

hosts = Table(
    "cmdb_hosts",
    metadata,
    Column("asset_code", String(CODE), primary_key=True),
    Column("hostname", String(HOST), nullable=False),
    Column("address", String(HOST), nullable=False),
    Column("connection", String(16), nullable=False),
    Column("via_agent", String(CODE), ForeignKey("cmdb_hosts.asset_code"), nullable=True),
    UniqueConstraint("hostname"),
    UniqueConstraint("address"),
    Index(None, "via_agent"),
)

instances = Table(
    "cmdb_instances",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("component_id", Integer, ForeignKey(components.c.id), nullable=False),
    Column("asset_code", String(CODE), ForeignKey(hosts.c.asset_code), nullable=False),
    Column("node_no", Integer, nullable=False),
    Column("service_name", String(CODE), nullable=False),
    Column("service_manager", String(16), nullable=False),
    Column("product", String(NAME), nullable=False),
    UniqueConstraint("component_id", "node_no"),
    Index(None, "asset_code"),
    CheckConstraint("node_no >= 1", name="node_no_positive"),
)
"""The nodes. The product stands here and not at the component: while one is being replaced, its nodes differ."""

institution_aliases = Table(
    "cmdb_institution_aliases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("institution_id", Integer, ForeignKey(institutions.c.id), nullable=False),
    Column("alias", String(NAME), nullable=False),
    UniqueConstraint("institution_id", "alias"),
)

system_aliases = Table(
    "cmdb_system_aliases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("system_id", Integer, ForeignKey(systems.c.id), nullable=False),
    Column("alias", String(NAME), nullable=False),
    UniqueConstraint("system_id", "alias"),
)

host_keys = Table(
    "cmdb_host_keys",
    metadata,
    Column("asset_code", String(CODE), ForeignKey(hosts.c.asset_code), primary_key=True),
    Column("key", String(2000), primary_key=True),
)
"""Pinned SSH host keys of hosts behind a gateway (`hostkeys`)."""

revisions = Table(
    "cmdb_revisions",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("imported_ms", BigInteger, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("source", String(500), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("summary", String(500), nullable=False),
)
