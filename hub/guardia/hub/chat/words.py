"""Typed commands in what the hub says, as the people of a platform type them. Pure."""

from __future__ import annotations

import re

from guardia.hub.core.typed import COMMANDS

_TYPED = re.compile(rf"(?<![\w/])/(?=(?:{'|'.join(COMMANDS)})(?!\w))")


def typed_as(text: str, command: str) -> str:
    """What the hub says of typed commands, as a platform's people type them: `Capabilities.command` for the slash."""
    return text if command == "/" else _TYPED.sub(lambda _found: command, text)
