"""What `guardia-hub doctor` looks at: each finding names what is wrong and what to do."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from guardia.certs.errors import CertsError
from guardia.hub.chat.settings import SlackSettings
from guardia.hub.chat.slack.check import check as check_slack
from guardia.hub.core.authorise import Authoriser
from guardia.hub.enrolment.authority import HubAuthority
from guardia.hub.errors import ConfigError, HubError
from guardia.hub.store.database import open_engine, ping
from guardia.hub.store.hooks import itsm_endpoints, itsm_outbox
from guardia.hub.store.messengers import chat_channels, chat_rooms

if TYPE_CHECKING:
    from guardia.hub.config import Config

Finding = dict[str, str]
DAY_MS = 24 * 3600 * 1000


class HasConfig(Protocol):
    @property
    def config(self) -> Config: ...


def diagnose(lazy: HasConfig) -> list[Finding]:
    """Findings in the order in which they matter; `status` is ok, warn or fail. Never raises for what it looks at."""
    findings: list[Finding] = []

    def look(what: str, check: Callable[[], tuple[str, str]]) -> bool:
        try:
            status, message = check()
        except (HubError, CertsError, OSError, SQLAlchemyError) as error:
            status, message = "fail", str(error)
        findings.append({"what": what, "status": status, "message": message})
        return status != "fail"

    if not look("configuration", lambda: _configuration(lazy.config)):
        return findings
    config = lazy.config
    look("state folder", lambda: _state(config))
    look("keys and certificates", lambda: _keys(config))
    look("database", lambda: _database(config))
    look("policies", lambda: (Authoriser(config.policies()), ("ok", config.policy.file or "the default ones"))[1])
    look("rules of advice", lambda: ("ok", _advice(config)))
    look("links to the console", lambda: _links(config))
    if config.messengers:
        if look("messengers", lambda: ("ok", ", ".join(one.name for one in config.messenger_settings()))):
            for one in config.messenger_settings():
                if isinstance(one, SlackSettings):
                    look(f"Slack as {one.name}", lambda one=one: asyncio.run(check_slack(one)))  # type: ignore[misc]
        look("rooms of messengers", lambda: _rooms(config))
    if config.itsm_webhooks:
        look("ITSM webhooks", lambda: _hooks(config))
    if config.itsm.secret_file or config.itsm.secret_env:
        look("ITSM tickets", lambda: ("ok", f"{len(config.itsm_secret() or b'')} bytes of secret"))
    look("webhook secret", lambda: ("ok", f"{len(config.webhook_secret())} bytes"))
    grpc = config.agents_grpc
    for what, host, port in (
        ("web listener", config.web.host, config.web.port),
        ("agents' listener", config.agents.host, config.agents.port),
        *([("agents' gRPC listener", grpc.host, grpc.port)] if grpc.enabled else []),
        ("enrolment listener", config.enrolment.host, config.enrolment.port),
    ):
        look(what, lambda host=host, port=port: _port(host, port))  # type: ignore[misc]
    return findings


def _configuration(config: Config) -> tuple[str, str]:
    zone = config.flow_settings.timezone
    return "ok", f"state in {config.state}, time zone {zone}"


def _advice(config: Config) -> str:
    if not config.advice.enabled:
        return "turned off"
    return f"{len(config.advice_rules().rule)} rules, {config.advice.file or 'the default ones'}"


def _state(config: Config) -> tuple[str, str]:
    if not config.state.is_dir():
        raise ConfigError(f"{config.state} does not exist; run `guardia-hub init`")
    if config.state.stat().st_mode & 0o077:
        return "fail", f"{config.state} can be entered by others; run: chmod 700 {config.state}"
    return "ok", "only this user can enter it"


def _keys(config: Config) -> tuple[str, str]:
    authority = HubAuthority.load(config.state)
    left = (authority.keystore.facts.not_after_ms - time.time_ns() // 1_000_000) // DAY_MS
    if left < 0:
        return "warn", "the server certificate has ended; `guardia-hub serve` makes a new one"
    root = config.state / "ca" / "root.key"
    if root.exists():
        return "warn", f"{left} days left; move {root} to a place that is not on the network"
    return "ok", f"{left} days left, the root's key is not here"


def _links(config: Config) -> tuple[str, str]:
    config.link_key()
    url = config.public_url()
    if config.messengers and not url:
        return "warn", "messengers get no links to the console (step-up, uploads): set [web] public_url"
    return "ok", url or "no [web] public_url: no links are made"


def _rooms(config: Config) -> tuple[str, str]:
    """Channels that are gone, messengers with no channel bound, and rooms where nothing may be done."""
    engine = open_engine(config.database_url)
    try:
        with engine.connect() as connection:
            channels = connection.execute(select(chat_channels)).all()
            actions = {
                row.room_id: row.actions
                for row in connection.execute(select(chat_rooms.c.room_id, chat_rooms.c.actions))
            }
    finally:
        engine.dispose()
    parked = [f"{row.platform} {row.channel}" for row in channels if row.parked_ms is not None]
    if parked:
        return "warn", f"parked: {', '.join(parked)}; mend them in the messenger, then `guardia-hub rooms bind` again"
    unbound = [one.name for one in config.messengers if not any(row.platform == one.name for row in channels)]
    if unbound:
        return "warn", f"no channel of {', '.join(unbound)} is bound to a room: `guardia-hub rooms bind`"
    idle = sorted({row.room_id for row in channels if actions.get(row.room_id) == "[]"})
    if idle:
        return "warn", f"nothing may be done in {', '.join(idle)}: `guardia-hub rooms scope`"
    return "ok", f"{len(channels)} channels"


def _hooks(config: Config) -> tuple[str, str]:
    """Endpoints that are parked, and events that were refused."""
    names = [endpoint.name for endpoint in config.hook_settings()]
    engine = open_engine(config.database_url)
    try:
        with engine.connect() as connection:
            parked = select(itsm_endpoints.c.endpoint).where(itsm_endpoints.c.parked_ms.is_not(None))
            refused = select(itsm_outbox.c.endpoint).where(itsm_outbox.c.parked_ms.is_not(None)).distinct()
            bad = {*connection.execute(parked).scalars(), *connection.execute(refused).scalars()} & set(names)
    finally:
        engine.dispose()
    if bad:
        told = ", ".join(sorted(bad))
        return "warn", f"refused by {told}: `guardia-hub itsm list` says why, then `guardia-hub itsm resume`"
    plain = [one.name for one in config.itsm_webhooks if one.url.startswith("http:")]
    if plain:
        return "warn", f"without TLS: {', '.join(plain)}"
    return "ok", ", ".join(names)


def _database(config: Config) -> tuple[str, str]:
    engine = open_engine(config.database_url)
    try:
        with engine.connect() as connection:
            ping(connection)
    finally:
        engine.dispose()
    return "ok", engine.dialect.name


def _port(host: str, port: int) -> tuple[str, str]:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.settimeout(2)
        if probe.connect_ex((host, port)) == 0:
            return "ok", f"{host} port {port}: something listens (a running hub, or another program)"
    return "ok", f"{host} port {port}: free"
