"""From settings to adapters: the one place that knows which kinds there are."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.chat.jandi import Jandi
from guardia.hub.chat.mattermost import Mattermost
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.settings import MattermostSettings, MessengerSettings, SlackSettings, TeamsSettings
from guardia.hub.chat.slack.adapter import Slack
from guardia.hub.chat.teams import Teams
from guardia.hub.ports import Clock


def make_messengers(settings: Sequence[MessengerSettings], clock: Clock) -> list[Messenger]:
    """An adapter for each."""
    return [_make(one, clock) for one in settings]


def _make(settings: MessengerSettings, clock: Clock) -> Messenger:
    if isinstance(settings, SlackSettings):
        return Slack(settings, clock)
    if isinstance(settings, MattermostSettings):
        return Mattermost(settings.name, settings.hooks, username=settings.username)
    if isinstance(settings, TeamsSettings):
        return Teams(settings.name, settings.channels)
    return Jandi(settings.name, settings.topics)
