"""The hub's configuration: one TOML file, checked at start, with the file, line and remedy of every mistake."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import resources
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from guardia.hub.chat.settings import HookSettings, MessengerSettings
from guardia.hub.config_outside import (
    LOOPBACK,
    RESERVED,
    ItsmSection,
    ItsmWebhookSection,
    MessengerSection,
    Section,
    hook_settings,
    messenger_settings,
)
from guardia.hub.config_secrets import long_secret, named_secret, secret_of
from guardia.hub.core.advice_rules import AdviceRules, parse_rules
from guardia.hub.core.itsm import Subscription
from guardia.hub.core.texts import Language
from guardia.hub.errors import ConfigError
from guardia.hub.flow.settings import FlowSettings
from guardia.hub.parser.settings import Mode, PromptKind, ReaderSettings
from guardia.proto.limits import HEARTBEAT
from guardia.proto.settings import SettingsError, load, parse

Port = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
DEFAULT_FILE = Path("/etc/guardia/hub.toml")


class HubSection(Section, frozen=True, kw_only=True):
    state_dir: str = "/var/lib/guardia-hub"
    """Everything that the hub keeps: database, CA, keys, files. Made with mode 0700."""
    trust_domain: str = "guardia.internal"


class WebSection(Section, frozen=True, kw_only=True):
    host: str = "127.0.0.1"
    """Loopback: a proxy with TLS (packaging/nginx) stands in front."""
    port: Port = 8080
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    """Addresses or networks of the proxies in front: their X-Forwarded headers are believed, nobody else's."""
    origins: tuple[str, ...] = ()
    """Further origins from which browsers may open rooms, for instance https://guardia.example.go.kr."""
    public_url: str = ""
    """Address under which people reach the console, for links in messengers, for instance https://guardia.example.go.kr."""
    max_upload_mib: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 150


class AgentsSection(Section, frozen=True, kw_only=True):
    """The agents' mTLS listener."""

    host: str = "127.0.0.1"
    port: Port = 9443
    names: tuple[str, ...] = ("localhost", "127.0.0.1")
    """Names and addresses under which agents reach the hub; they stand in its certificate."""
    max_agents: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 10_000
    heartbeat: Annotated[float, msgspec.Meta(ge=0.2, le=HEARTBEAT)] = HEARTBEAT
    """Seconds between an agent's heartbeats; one that is silent for three of them is cut off."""


class AgentsGrpcSection(Section, frozen=True, kw_only=True):
    """The agents' listener for gRPC (extra `guardia-hub[grpc]`): the same agents, the same certificate names."""

    enabled: bool = False
    host: str = "127.0.0.1"
    port: Port = 9445


class EnrolmentSection(Section, frozen=True, kw_only=True):
    """The enrolment listener: TLS without client certificates, on a port of its own."""

    host: str = "127.0.0.1"
    port: Port = 9444


class StoreSection(Section, frozen=True, kw_only=True):
    url: str = ""
    """`postgresql+psycopg://…`; empty: SQLite below the state directory."""


class PolicySection(Section, frozen=True, kw_only=True):
    file: str = ""
    """Cedar policies; empty: the default ones."""


class WebhookSection(Section, frozen=True, kw_only=True):
    secret_file: str = ""
    """Shared secret of the in-house messenger; empty: `webhook.secret` below the state directory."""


class FlowSection(Section, frozen=True, kw_only=True):
    approve_within: Annotated[int, msgspec.Meta(ge=10)] = 1800
    start_within: Annotated[int, msgspec.Meta(ge=10)] = 900
    deliver_within: Annotated[int, msgspec.Meta(ge=5)] = 3600
    outbox_limit: Annotated[int, msgspec.Meta(ge=1)] = 10_000
    inbox_limit: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 10_000
    """Messages of messengers that may be taken over and wait to be worked off."""
    person_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 30
    """A person's messages a minute, over all rooms and messengers, with bursts of half as many; presses count apart."""
    room_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 120
    """The same for everybody in a room together."""
    approvals: Annotated[int, msgspec.Meta(ge=1, le=10)] = 1
    step_up: Literal["prod", "changes", "never"] = "prod"
    """Which approvals from messengers have to be confirmed in the console: of changes in production, of all changes."""
    timezone: str = "Asia/Seoul"


class ReaderSection(Section, frozen=True, kw_only=True):
    """How messages are read. Times in seconds."""

    mode: Literal["embedded", "llm", "both"] = "embedded"
    """`both`: what changes something runs only if the embedded reader and the model agree; else the room is asked."""
    url: str = ""
    """An OpenAI-compatible endpoint: `guardia-llm serve`, vLLM, Ollama."""
    model: str = ""
    prompt: Literal["full", "compact"] = "full"
    """`compact`: for the small model that packaging/compact trains, and for no other."""
    api_key_file: str = ""
    ca_file: str = ""
    client_cert: str = ""
    client_key: str = ""
    connect_timeout: Annotated[float, msgspec.Meta(gt=0, le=60)] = 2.0
    timeout: Annotated[float, msgspec.Meta(gt=0, le=120)] = 8.0
    """For the whole of a reading; after it the embedded reader's reading stands."""
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=256)] = 4
    max_queue: Annotated[int, msgspec.Meta(ge=0, le=10_000)] = 32
    context_tokens: Annotated[int, msgspec.Meta(ge=1024, le=131_072)] = 4096
    """The server's `--max-model-len`."""
    answer_tokens: Annotated[int, msgspec.Meta(ge=64, le=8192)] = 768


class AdviceSection(Section, frozen=True, kw_only=True):
    """Proactive advice in rooms."""

    enabled: bool = True
    file: str = ""
    """A site's own rules; empty: the default ones."""


class ConversationSection(Section, frozen=True, kw_only=True):
    english_rooms: tuple[str, ...] = ()
    """Rooms of the console in which advice, previews and explanations are in English; those of messengers have their
    language in the database, all others are Korean."""


class Config(Section, frozen=True, kw_only=True):
    hub: HubSection = HubSection()
    web: WebSection = WebSection()
    agents: AgentsSection = AgentsSection()
    agents_grpc: AgentsGrpcSection = AgentsGrpcSection()
    enrolment: EnrolmentSection = EnrolmentSection()
    store: StoreSection = StoreSection()
    policy: PolicySection = PolicySection()
    webhook: WebhookSection = WebhookSection()
    flow: FlowSection = FlowSection()
    reader: ReaderSection = ReaderSection()
    advice: AdviceSection = AdviceSection()
    conversation: ConversationSection = ConversationSection()
    messengers: Annotated[tuple[MessengerSection, ...], msgspec.Meta(max_length=32)] = ()
    itsm: ItsmSection = ItsmSection()
    itsm_webhooks: Annotated[tuple[ItsmWebhookSection, ...], msgspec.Meta(max_length=32)] = ()

    @property
    def state(self) -> Path:
        return Path(self.hub.state_dir)

    @property
    def database_url(self) -> str:
        """Raises `ConfigError` for a kind of database that the hub does not keep its things in."""
        url = self.store.url or f"sqlite:///{self.state / 'guardia.db'}"
        if not url.startswith(("postgresql+psycopg://", "sqlite:///")):
            kind = url.partition(":")[0][:40]
            raise ConfigError(f"[store] url: {kind!r} is not supported; use postgresql+psycopg://user@host/database")
        return url

    @property
    def flow_settings(self) -> FlowSettings:
        """Raises `ConfigError` when the time zone is not one."""
        try:
            ZoneInfo(self.flow.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ConfigError(f"[flow] timezone: no time zone {self.flow.timezone!r}; use Asia/Seoul or UTC") from error
        return FlowSettings(**msgspec.structs.asdict(self.flow))

    def reader_settings(self) -> ReaderSettings:
        """How messages are read. Raises `ConfigError` when a model is wanted but not named, or its key unreadable."""
        section = self.reader
        if section.mode != "embedded" and not (section.url and section.model):
            raise ConfigError(f'[reader] mode = "{section.mode}" needs url and model; or set mode = "embedded"')
        values = msgspec.structs.asdict(section)
        key_file = values.pop("api_key_file")
        key = secret_of(Path(key_file)).decode("ascii", "replace") if key_file else ""
        if any(not 0x21 <= ord(char) <= 0x7E for char in key):
            raise ConfigError(f"{key_file}: an API key is one line of printable ASCII")
        return ReaderSettings(
            **{**values, "mode": Mode(section.mode), "prompt": PromptKind(section.prompt), "api_key": key}
        )

    def proxies(self) -> list[str]:
        """Whose X-Forwarded headers are believed. Raises `ConfigError` for what is no address, and for everybody's."""
        for proxy in self.web.proxies:
            try:
                network = ip_network(proxy, strict=False)
            except ValueError:
                raise ConfigError(f"[web] proxies: {proxy!r} is no address; use 10.0.0.5 or 10.0.0.0/28") from None
            if network.prefixlen == 0:
                raise ConfigError(f"[web] proxies: {proxy!r} would believe everybody; name the proxies' addresses")
        return list(self.web.proxies)

    def public_url(self) -> str:
        """Base of links to the console, without a slash at its end; empty: none are made. Raises `ConfigError`."""
        url = self.web.public_url.rstrip("/")
        found = urlsplit(url)
        if url and (found.scheme not in ("https", "http") or not found.hostname or found.query or found.fragment):
            raise ConfigError(f"[web] public_url {url!r}: not an address; use https://guardia.example.go.kr")
        if found.scheme == "http" and found.hostname not in LOOPBACK:
            raise ConfigError(f"[web] public_url {url!r}: links go over TLS; use https://")
        return url

    def messenger_settings(self, environ: Mapping[str, str] | None = None) -> list[MessengerSettings]:
        """The messengers with their secrets. Raises `ConfigError` for one that is named twice or lacks a secret."""
        environ = os.environ if environ is None else environ
        names = [section.name for section in self.messengers]
        for name in names:
            if names.count(name) > 1 or name in RESERVED:
                raise ConfigError(f"[[messengers]] name {name!r} is taken; give each messenger a name of its own")
        return [messenger_settings(section, environ) for section in self.messengers]

    def itsm_secret(self, environ: Mapping[str, str] | None = None) -> bytes | None:
        """The secret of those who hand tickets over; None: nobody does. Raises `ConfigError`."""
        if not self.itsm.secret_file and not self.itsm.secret_env:
            return None
        environ = os.environ if environ is None else environ
        return long_secret(
            "[itsm] secret", named_secret("[itsm]: secret", self.itsm.secret_file, self.itsm.secret_env, environ)
        )

    def hook_settings(self, environ: Mapping[str, str] | None = None) -> list[HookSettings]:
        """Endpoints of ITSM systems with their secrets. Raises `ConfigError` for one that is no safe address."""
        environ = os.environ if environ is None else environ
        names = [section.name for section in self.itsm_webhooks]
        for name in names:
            if names.count(name) > 1:
                raise ConfigError(f"[[itsm_webhooks]] name {name!r} comes twice; give each endpoint a name of its own")
        return [hook_settings(section, environ) for section in self.itsm_webhooks]

    def subscriptions(self) -> list[Subscription]:
        """What the endpoints of ITSM systems want to be told."""
        return [
            Subscription(endpoint=one.name, events=one.events, institutions=one.institutions)
            for one in self.itsm_webhooks
        ]

    def link_key(self) -> bytes:
        """Key of signed links. Raises `ConfigError` when the file is missing, readable by others, or too short."""
        path = self.state / "links.key"
        key = secret_of(path, remedy="; run `guardia-hub init` first")
        if len(key) < 32:
            raise ConfigError(f"{path}: the key is too short; remove it and run `guardia-hub init`")
        return key

    def policies(self) -> str:
        """Text of the Cedar policies. Raises `ConfigError` when the file cannot be read."""
        return _text("policy", self.policy.file, "default.cedar")

    def advice_text(self) -> str:
        """Text of the rules of advice. Raises `ConfigError` when the file cannot be read."""
        return _text("advice", self.advice.file, "default_advice.toml")

    def advice_rules(self) -> AdviceRules:
        """The rules of advice, checked; none where it is turned off. Raises `ConfigError` with file and line."""
        if not self.advice.enabled:
            return AdviceRules()
        return parse_rules(self.advice_text(), self.advice.file or "default_advice.toml")

    def language(self, room_id: str) -> Language:
        return "en" if room_id in self.conversation.english_rooms else "ko"

    def webhook_secret(self) -> bytes:
        """The shared secret. Raises `ConfigError` when the file is missing, readable by others, or too short."""
        path = Path(self.webhook.secret_file) if self.webhook.secret_file else self.state / "webhook.secret"
        secret = secret_of(path, remedy="; run `guardia-hub init` first")
        if len(secret) < 16:
            raise ConfigError(f"{path}: the secret is too short; use at least 16 random bytes")
        return secret


def _text(section: str, file: str, default: str) -> str:
    """Text of the file that the section names, else of the hub's own `default`. Raises `ConfigError`."""
    if not file:
        return resources.files("guardia.hub.core").joinpath(default).read_text(encoding="utf-8")
    try:
        return Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[{section}] file {file}: {error}") from error


def load_config(path: Path | None, environ: Mapping[str, str] | None = None) -> Config:
    """The configuration of `path`; without one, the default file if there is one, else defaults and the environment.

    Raises `ConfigError` with file, line and remedy.
    """
    environ = os.environ if environ is None else environ
    named = path or (Path(environ["GUARDIA_HUB_CONFIG"]) if "GUARDIA_HUB_CONFIG" in environ else None)
    try:
        if named is None and not DEFAULT_FILE.exists():
            return parse("", Config, source="environment", prefix="GUARDIA_HUB", environ=environ)
        return load(named or DEFAULT_FILE, Config, prefix="GUARDIA_HUB", environ=environ)
    except SettingsError as error:
        raise ConfigError(str(error)) from error
