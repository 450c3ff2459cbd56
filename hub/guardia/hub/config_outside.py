"""Sections of the configuration for what lies outside: messengers and ITSM systems, their addresses and secrets."""

from __future__ import annotations

import base64
import binascii
import ssl
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from guardia.hub.chat.settings import (
    HookSettings,
    JandiSettings,
    JandiTopic,
    MattermostHook,
    MattermostSettings,
    MessengerSettings,
    SlackSettings,
    TeamsChannel,
    TeamsSettings,
)
from guardia.hub.config_secrets import long_secret, named_secret
from guardia.hub.errors import ConfigError

MessengerName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]
"""Of letters, digits and `_`: it stands in addresses and in ids of messages."""
RESERVED = frozenset({"inhouse", "itsm", "room", "unknown", "webhook"})
"""Names that stand for something else already."""
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the sections: an unknown key is a mistake."""


class JandiTopicSection(Section, frozen=True, kw_only=True):
    """A topic of Jandi with its two webhooks. Each secret is in a file (mode 0600) or an environment variable."""

    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """The topic's name in the hub: `guardia-hub rooms bind jandi CHANNEL ROOM`."""
    token_file: str = ""
    token_env: str = ""
    """Token of the outgoing webhook."""
    webhook_file: str = ""
    webhook_env: str = ""
    """Address of the incoming webhook."""


class JandiSection(Section, frozen=True, kw_only=True, tag_field="kind", tag="jandi"):
    """`[[messengers]]` with `kind = "jandi"`."""

    name: MessengerName = "jandi"
    topics: Annotated[tuple[JandiTopicSection, ...], msgspec.Meta(min_length=1, max_length=200)]


class MattermostHookSection(Section, frozen=True, kw_only=True):
    """A channel of Mattermost with its two webhooks, whose secrets are in files (mode 0600) or the environment."""

    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """The channel's name in the hub: `guardia-hub rooms bind mattermost CHANNEL ROOM`."""
    channel_id: Annotated[str, msgspec.Meta(pattern=r"^([a-z0-9]{26})?\Z")] = ""
    """Mattermost's id of the channel: what its token says from another one is refused."""
    token_file: str = ""
    token_env: str = ""
    """Token of the outgoing webhook."""
    webhook_file: str = ""
    webhook_env: str = ""
    """Address of the incoming webhook."""


class MattermostSection(Section, frozen=True, kw_only=True, tag_field="kind", tag="mattermost"):
    """`[[messengers]]` with `kind = "mattermost"`."""

    name: MessengerName = "mattermost"
    username: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Shown beside the hub's posts, where the server allows integrations to choose it."""
    hooks: Annotated[tuple[MattermostHookSection, ...], msgspec.Meta(min_length=1, max_length=200)]


class SlackSection(Section, frozen=True, kw_only=True, tag_field="kind", tag="slack"):
    """`[[messengers]]` with `kind = "slack"`. Each secret is in a file (mode 0600) or an environment variable."""

    name: MessengerName = "slack"
    team: Annotated[str, msgspec.Meta(pattern=r"^([TE][A-Z0-9]{1,20})?\Z")] = ""
    """Id of the workspace; what others say is dropped."""
    bot_token_file: str = ""
    bot_token_env: str = ""
    """`xoxb-…`."""
    signing_secret_file: str = ""
    signing_secret_env: str = ""
    """For the Events API: Slack calls the hub."""
    app_token_file: str = ""
    app_token_env: str = ""
    """`xapp-…`, for Socket Mode: the hub dials."""
    api_url: str = "https://slack.com/api/"
    """Another one for GovSlack: https://slack-gov.com/api/."""
    proxy: str = ""
    """HTTP proxy on the way to Slack; those of the environment are not used."""


class TeamsChannelSection(Section, frozen=True, kw_only=True):
    """A channel of Teams. The secrets are in files (mode 0600) or the environment."""

    channel: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    """The channel's name in the hub: `guardia-hub rooms bind teams CHANNEL ROOM`."""
    channel_id: Annotated[str, msgspec.Meta(pattern=r"^19:[^\s;]{1,190}\Z")]
    """Teams' id of the channel: `19:…@thread.tacv2`."""
    secret_file: str = ""
    secret_env: str = ""
    """Security token of the team's outgoing webhook; channels of one team share it."""
    webhook_file: str = ""
    webhook_env: str = ""
    """Address of the channel's Workflows webhook."""


class TeamsSection(Section, frozen=True, kw_only=True, tag_field="kind", tag="teams"):
    """`[[messengers]]` with `kind = "teams"`."""

    name: MessengerName = "teams"
    channels: Annotated[tuple[TeamsChannelSection, ...], msgspec.Meta(min_length=1, max_length=200)]


MessengerSection = JandiSection | MattermostSection | SlackSection | TeamsSection
"""One of the kinds; each new one joins here as a union."""


class ItsmSection(Section, frozen=True, kw_only=True):
    """Tickets that an ITSM system hands over at `POST /itsm/tickets`."""

    secret_file: str = ""
    secret_env: str = ""
    """The shared secret; neither: tickets are not taken."""


EventName = Literal[
    "*",
    "request.created",
    "request.needs_answer",
    "request.awaiting_approval",
    "request.approved",
    "request.rejected",
    "request.started",
    "step.result",
    "request.ended",
    "request.cancelled",
]


class ItsmWebhookSection(Section, frozen=True, kw_only=True):
    """An endpoint that is told of requests. Its secret is in a file (mode 0600) or an environment variable."""

    name: MessengerName
    """Stands in commands and metrics; what waits is kept under it."""
    url: Annotated[str, msgspec.Meta(min_length=1, max_length=2_000)]
    secret_file: str = ""
    secret_env: str = ""
    events: Annotated[tuple[EventName, ...], msgspec.Meta(min_length=1)] = ("*",)
    institutions: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=1_000)] = ("*",)
    """Canonical names; what is not known yet belongs to none of them."""
    allow_http: bool = False
    """Also without TLS: events can then be read on the way."""
    ca_file: str = ""
    """PEM of the authority of the endpoint's certificate; empty: the usual ones."""


def messenger_settings(section: MessengerSection, environ: Mapping[str, str]) -> MessengerSettings:
    """The messenger with its secrets. Raises `ConfigError` for a secret or an address that cannot be right."""
    match section:
        case SlackSection():
            return _slack(section, environ)
        case MattermostSection():
            return _mattermost(section, environ)
        case TeamsSection():
            return _teams(section, environ)
        case JandiSection():
            return _jandi(section, environ)


def _webhook(
    where: str,
    section: JandiTopicSection | MattermostHookSection | TeamsChannelSection,
    environ: Mapping[str, str],
    remedy: str,
) -> str:
    """The address of an incoming webhook, a secret itself."""
    url = named_secret(f"{where}: webhook", section.webhook_file, section.webhook_env, environ).decode(
        "ascii", "replace"
    )
    found = urlsplit(url)
    if not found.hostname or (found.scheme != "https" and found.hostname not in LOOPBACK):
        raise ConfigError(f"{where}: webhook is not an https:// address; {remedy}")
    return url


def _mattermost(section: MattermostSection, environ: Mapping[str, str]) -> MattermostSettings:
    hooks = []
    for hook in section.hooks:
        where = f"[[messengers]] {section.name}, channel {hook.channel!r}"
        token = named_secret(f"{where}: token", hook.token_file, hook.token_env, environ)
        url = _webhook(where, hook, environ, "copy the incoming webhook's")
        if len(token) < 16:
            raise ConfigError(f"{where}: token is too short; copy the outgoing webhook's from Mattermost")
        hooks.append(MattermostHook(channel=hook.channel, token=token, url=url, channel_id=hook.channel_id))
    if len({hook.channel for hook in hooks}) != len(hooks) or len({hook.token for hook in hooks}) != len(hooks):
        raise ConfigError(f"[[messengers]] {section.name}: a channel or a token comes twice; each channel has its own")
    return MattermostSettings(name=section.name, hooks=tuple(hooks), username=section.username)


def _teams(section: TeamsSection, environ: Mapping[str, str]) -> TeamsSettings:
    channels = []
    for one in section.channels:
        where = f"[[messengers]] {section.name}, channel {one.channel!r}"
        try:
            secret = base64.b64decode(
                named_secret(f"{where}: secret", one.secret_file, one.secret_env, environ), validate=True
            )
        except binascii.Error:
            raise ConfigError(f"{where}: secret is not base64; copy the outgoing webhook's security token") from None
        url = _webhook(where, one, environ, "copy the Workflows webhook's")
        if len(secret) < 16:
            raise ConfigError(f"{where}: secret is too short; copy the outgoing webhook's security token")
        channels.append(TeamsChannel(channel=one.channel, channel_id=one.channel_id, secret=secret, url=url))
    for key in ("channel", "channel_id"):
        if len({getattr(one, key) for one in channels}) != len(channels):
            raise ConfigError(f"[[messengers]] {section.name}: a {key} comes twice")
    return TeamsSettings(name=section.name, channels=tuple(channels))


def _jandi(section: JandiSection, environ: Mapping[str, str]) -> JandiSettings:
    topics = []
    for topic in section.topics:
        where = f"[[messengers]] {section.name}, topic {topic.channel!r}"
        token = named_secret(f"{where}: token", topic.token_file, topic.token_env, environ)
        url = _webhook(where, topic, environ, "copy the incoming webhook's from Jandi")
        if len(token) < 8:
            raise ConfigError(f"{where}: token is too short; copy the outgoing webhook's from Jandi")
        topics.append(JandiTopic(channel=topic.channel, token=token, url=url))
    if len({topic.channel for topic in topics}) != len(topics) or len({t.token for t in topics}) != len(topics):
        raise ConfigError(f"[[messengers]] {section.name}: a channel or a token comes twice; each topic has its own")
    return JandiSettings(name=section.name, topics=tuple(topics))


def _slack(section: SlackSection, environ: Mapping[str, str]) -> SlackSettings:
    where = f"[[messengers]] {section.name}"

    def secret(kind: str, file: str, variable: str) -> str:
        if not file and not variable:
            return ""
        return named_secret(f"{where}: {kind}", file, variable, environ).decode("ascii", "replace")

    bot = named_secret(f"{where}: bot_token", section.bot_token_file, section.bot_token_env, environ)
    app = secret("app_token", section.app_token_file, section.app_token_env)
    signing = secret("signing_secret", section.signing_secret_file, section.signing_secret_env)
    if not app and not signing:
        raise ConfigError(
            f"{where}: name signing_secret_file (Slack calls the hub) or app_token_file (Socket Mode: the hub dials)"
        )
    if not bot.startswith(b"xoxb-"):
        raise ConfigError(f"{where}: bot_token does not begin with xoxb-; copy the Bot User OAuth Token")
    if app and not app.startswith("xapp-"):
        raise ConfigError(f"{where}: app_token does not begin with xapp-; copy the App-Level Token")
    if signing and len(signing) < 16:
        raise ConfigError(f"{where}: signing_secret is too short; copy it from Basic Information")
    for key, url in (("api_url", section.api_url), ("proxy", section.proxy)):
        found = urlsplit(url)
        schemes = ("https", "http") if key == "proxy" or found.hostname in LOOPBACK else ("https",)
        if (url or key == "api_url") and (found.scheme not in schemes or not found.hostname):
            raise ConfigError(f"{where}: {key} is not an {schemes[0]}:// address")
    return SlackSettings(
        name=section.name,
        team=section.team,
        bot_token=bot.decode("ascii", "replace"),
        signing_secret=signing,
        app_token=app,
        api_url=section.api_url.rstrip("/") + "/",
        proxy=section.proxy,
    )


def hook_settings(section: ItsmWebhookSection, environ: Mapping[str, str]) -> HookSettings:
    """The endpoint with its secret. Raises `ConfigError` for one that is no safe address."""
    where = f"[[itsm_webhooks]] {section.name}"
    try:
        found = urlsplit(section.url)
        _ = found.port
    except ValueError as error:
        raise ConfigError(f"{where}: url is not an address: {error}") from None
    if found.scheme not in ("https", "http") or not found.hostname or found.fragment or not section.url.isascii():
        raise ConfigError(f"{where}: url is not an address; use https://itsm.example.go.kr/hooks/guardia")
    if found.scheme == "http" and not section.allow_http:
        raise ConfigError(f"{where}: url is not https://; if the way is safe, set allow_http = true")
    if found.username is not None or found.password is not None:
        raise ConfigError(f"{where}: url holds a user name; the signature says who the hub is")
    secret = long_secret(
        f"{where}: secret", named_secret(f"{where}: secret", section.secret_file, section.secret_env, environ)
    )
    tls = None
    if section.ca_file:
        try:
            tls = ssl.create_default_context(cafile=section.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"{where}: ca_file {section.ca_file}: {error}") from error
    return HookSettings(name=section.name, url=section.url, secret=secret, tls=tls)
