"""What `guardia-hub doctor` asks Slack: whether it takes the tokens, and what they may do."""

from __future__ import annotations

from guardia.hub.chat.settings import SlackSettings
from guardia.hub.chat.slack.api import SlackApi
from guardia.hub.errors import HubError

SCOPES = ("app_mentions:read", "chat:write", "commands", "files:read", "files:write")
"""What the bot token needs beside the history of the kinds of channels in which it listens."""


async def check(settings: SlackSettings) -> tuple[str, str]:
    """`ok`, `warn` or `fail`, and what to do. Shows no token. Never raises `HubError`."""
    api = SlackApi(settings.bot_token, base=settings.api_url, proxy=settings.proxy, app_token=settings.app_token)
    try:
        found = await api.who_am_i()
        if settings.app_token:
            await api.socket_url()
    except HubError as error:
        return "fail", f"{error}; {error.remedy}"
    finally:
        await api.close()
    if settings.team and found.team_id != settings.team:
        return "fail", f"the bot token is for workspace {found.team_id}, not {settings.team}: mend team or the token"
    missing = sorted(set(SCOPES) - found.scopes) if found.scopes else []
    if missing:
        return "warn", f"scopes are missing: {', '.join(missing)}; add them under OAuth & Permissions and reinstall"
    ways = [
        way for way, given in (("Events API", settings.signing_secret), ("Socket Mode", settings.app_token)) if given
    ]
    return "ok", f"{found.user} in {found.team} ({found.team_id}), {' and '.join(ways)}"
