"""The inventory as plain values: what the readers, the planner and the console work with.

An `Inventory` is a frozen snapshot with a revision. The database (`tables`, `repository`) is where it lives; the two
CSV files of the reading contract are how it comes in.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Environment(StrEnum):
    PROD = "PROD"
    STG = "STG"
    DEV = "DEV"


class Layer(StrEnum):
    WAS = "WAS"
    WEB = "WEB"
    DB = "DB"


class Connection(StrEnum):
    AGENT = "agent"
    """An agent runs on the host."""
    SSH = "ssh"
    """The agent of `via_agent` reaches the host by SSH."""


class ServiceManager(StrEnum):
    SYSTEMD = "systemd"
    COMMAND = "command"


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `servers.csv`: a node of a component, on its host."""

    asset_code: str
    hostname: str
    address: str
    institution: str
    system_name: str
    environment: Environment
    infrastructure_layer: Layer
    node_no: int
    connection: Connection
    via_agent: str = ""
    """Asset code of the gateway's host when `connection` is `ssh`, else empty."""
    service_name: str
    service_manager: ServiceManager
    product: str = ""

    @property
    def agent(self) -> str:
        """Asset code of the host whose agent carries out this server's steps."""
        return self.via_agent if self.connection is Connection.SSH else self.asset_code


class AliasKind(StrEnum):
    INSTITUTION = "institution"
    SYSTEM = "system"


class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `aliases.csv`: another name of an institution or of a system of one institution."""

    kind: AliasKind
    canonical: str
    institution: str = ""
    alias: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that names mean, at one revision. Servers are ordered by asset code."""

    revision: int
    servers: tuple[Server, ...]
    aliases: tuple[Alias, ...]
