"""What the adapters are made from: settings with their secrets already read."""

from __future__ import annotations

import ssl

import msgspec


class JandiTopic(msgspec.Struct, frozen=True, kw_only=True):
    """A topic: its outgoing webhook's token, and its incoming webhook's address, which is a secret too."""

    channel: str
    token: bytes
    url: str


class JandiSettings(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    topics: tuple[JandiTopic, ...]


class SlackSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An app of Slack. With `signing_secret` it may come by webhook, with `app_token` the hub dials (Socket Mode)."""

    name: str
    bot_token: str
    signing_secret: str = ""
    app_token: str = ""
    team: str = ""
    """The workspace's id (`T…`); what others say is dropped. Empty: every workspace that has the app."""
    api_url: str = "https://slack.com/api/"
    proxy: str = ""


MessengerSettings = JandiSettings | SlackSettings
"""One of the kinds; each new one joins here and in `guardia.hub.chat.make`."""


class HookSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint of an ITSM system. Its address may hold a secret as well."""

    name: str
    url: str
    secret: bytes
    tls: ssl.SSLContext | None = None
    """None: the usual authorities."""
