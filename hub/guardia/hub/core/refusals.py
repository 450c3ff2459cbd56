"""What people are told of an error, in the language of the room. Pure.

An error that people meet is raised with texts of the catalogue. Of any other its code is known, so that nobody reads
words in another language than the room's, nor what was written for the log.
"""

from __future__ import annotations

import re

from guardia.hub.core.texts import Language, Said, known, say, told
from guardia.hub.errors import HubError

_HANGUL = re.compile("[가-힣]")


def message_of(language: Language, error: HubError) -> str:
    """What happened. Words in Korean were written for people, words in English for the log."""
    if isinstance(error.said, Said):
        return told(language, error.said)
    if language == "ko" and _HANGUL.search(str(error)):
        return str(error)
    return by_code(language, error.code)


def by_code(language: Language, code: str) -> str:
    """What every error of that code says."""
    key = f"error.{code}"
    return say(language, key if known(key) else "error.hub.error")


def remedy_of(language: Language, error: HubError) -> str:
    """What the reader can do about it; empty: nothing."""
    if isinstance(error.advice, Said):
        return told(language, error.advice)
    return error.remedy if language == "ko" else error.remedy_en


def refused(language: Language, error: HubError) -> str:
    """Both, as one is told in a room."""
    return f"{message_of(language, error)} {remedy_of(language, error)}".strip()
