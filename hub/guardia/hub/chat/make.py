"""From settings to adapters: the one place that knows which kinds there are."""

from __future__ import annotations

from collections.abc import Sequence

from guardia.hub.chat.jandi import Jandi
from guardia.hub.chat.port import Messenger
from guardia.hub.chat.settings import MessengerSettings


def make_messengers(settings: Sequence[MessengerSettings]) -> list[Messenger]:
    """An adapter for each."""
    return [_make(one) for one in settings]


def _make(settings: MessengerSettings) -> Messenger:
    return Jandi(settings.name, settings.topics)
