"""Sessions, releases, files and logs that are told of, or told apart, and are not what a change is for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.parts import Message, Part

SESSION = "another session than the one that is named"
RELEASE = "a release that is not named"
FILES = "a file that may not be meant"
LOGS = "some of the logs are meant"


def another_argument(parsed: Message, part: Part, last: int, changes: Sequence[Intent]) -> str:
    """Why the sentence `part` may mean another session, release, file or log than its request."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    codes = {code for one in changes for code in one.action_sequence}
    if "KILL_DB_SESSION" in codes and any(
        item.kind in (K.SESSION, K.NUMBER) and words.HOLDING.match(plain, item.end) for item in part.items
    ):
        return SESSION
    if "KILL_DB_SESSION" in codes and any(
        item.kind is K.SESSION and item.end > item.start and words.GOES_ON.match(plain, item.end) for item in part.items
    ):
        return SESSION
    if "ROLLBACK_RELEASE" in codes:
        releases = [item for item in part.items if item.kind is K.VERSION]
        if not any(one.parameters.get("version") for one in changes) and words.RELEASE.search(plain, start, end):
            return RELEASE
        towards = len(releases) == 1 and plain[: releases[0].start].endswith(
            ("rollback to ", "roll back to ", "revert to ")
        )
        if (
            len(releases) == 1
            and not part.english
            and not towards
            and not words.BACK_TO.match(plain, releases[0].end, end)
        ):
            return RELEASE
    artifacts = {name for one in changes for name in one.deploy_artifacts}
    for item in part.items:
        if item.kind is K.FILE and str(item.value) in artifacts and words.NOT_FILE.match(plain, item.end):
            return FILES
        if item.kind is K.FILE and len(artifacts) > 1 and words.EITHER_FILE.match(plain, item.end, end):
            return FILES
    for one, two in pairwise(part.items):
        loose = one.kind is K.UNKNOWN and two.kind is K.FILE and plain[one.start : one.end].isascii()
        if loose and plain[one.end : two.start].isspace():
            return FILES  # sat final.war
    said = [index for index, item in enumerate(part.items) if item.kind is K.FILE and str(item.value) in artifacts]
    if (
        said
        and said[0] < last < said[-1]
        and len(artifacts) > 1
        and not words.TOO.match(plain, part.items[said[-1]].end)
    ):
        return FILES  # a.war 배포해주세요 아 b.war요
    if "CLEAN_LOGS" in codes and words.LOGS.search(plain, start, end):
        return LOGS
    return ""
