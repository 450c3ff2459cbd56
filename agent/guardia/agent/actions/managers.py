"""Which manager a service has."""

from __future__ import annotations

from guardia.agent.actions.base import Context
from guardia.agent.actions.command import CommandManager
from guardia.agent.actions.health import Manager
from guardia.agent.actions.systemd import SystemdManager
from guardia.agent.core.target import ServiceSpec


def manager_of(context: Context, service: ServiceSpec) -> Manager:
    return SystemdManager(context, service) if service.manager == "systemd" else CommandManager(context, service)
