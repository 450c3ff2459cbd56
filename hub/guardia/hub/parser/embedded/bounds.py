"""What bounds a change beside its target and is in no request: which of several, how many, what else, when, which
release. A change that is bounded by words that nothing holds would reach too far, so the room is asked.

It looks at the words of the sentences that ask for a change, and of those that stand beside them, and at the requests
that were made of them. It only takes away.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.arguments import FILES, LOGS, RELEASE, SESSION, another_argument
from guardia.hub.parser.embedded.counts import MANY, SOME, fields, number, size, some_only
from guardia.hub.parser.embedded.english import bounds as english
from guardia.hub.parser.embedded.framing import framed
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import K, particle
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.moments import MAX_HEADING, MOMENT, also_then, another_moment, awaited, heading
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes
from guardia.hub.parser.embedded.relations import denied, followed, related
from guardia.hub.parser.embedded.surroundings import ENVIRONMENT, PLACES, another_place, apart, told_environment
from guardia.proto.catalogue import CATALOGUE

_PLACED = frozenset({K.NODE, K.SERVER})


def bounded(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why the changes of `intents` may reach further than `parsed` says; empty when nothing bounds them."""
    changes = [one for one in intents if any(CATALOGUE[code].changes for code in one.action_sequence)]
    if not any(one.complete for one in changes):
        return ""
    if why := framed(parsed):
        return why
    asked = False
    if apart(changes):
        return ENVIRONMENT
    if also_then(parsed, changes):
        return MOMENT
    if why := fields(parsed, changes, gazetteer):
        return why
    for part in parsed.parts:
        deeds = asked_changes(part)
        if deeds and not part.said.forbidden:
            last = min(max(deed.at for deed in deeds), len(part.items) - 1)
            why = (
                (_english(parsed, part, changes, gazetteer) if part.english else "")
                or related(parsed, part, last, changes, gazetteer)
                or some_only(parsed, part, last, changes, gazetteer)
                or another_place(parsed, part, last, changes, gazetteer)
                or another_moment(parsed, part, last, changes)
                or awaited(parsed, part, changes)
                or another_argument(parsed, part, last, changes)
            )
        else:
            why = told_environment(parsed, part, changes)
            why = why or (_after(parsed, part, changes, gazetteer) if asked else heading(parsed, part, changes))
        why = why or denied(parsed, part, changes)
        if why:
            return why
        asked = asked or bool(deeds)
    return ""


def _english(parsed: Message, part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """What an English sentence says of its change that no request holds."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    codes = {code for one in changes for code in one.action_sequence}
    if english.SOME.search(plain, start, end):
        return SOME
    sizes = [size(one, gazetteer) for one in changes]
    few = english.FEW.search(plain, start, end)
    if few and number(few["n"]) not in (*sizes, sum(sizes)):
        return MANY
    if english.BOUND.search(plain, start, end) and any("at" in one.parameters for one in changes):
        return MOMENT
    if english.MOMENT.search(plain, start, end) and not any("at" in one.parameters for one in changes):
        return MOMENT
    if english.MOVED.search(plain, start, end):
        return PLACES
    if english.ENVIRONMENT.search(plain, start, end) and all(str(one.environment) == "PROD" for one in changes):
        return ENVIRONMENT
    releases = [item for item in part.items if item.kind is K.VERSION]
    alone = releases[0] if "ROLLBACK_RELEASE" in codes and len(releases) == 1 else None
    if alone and (english.BROKEN.match(plain, alone.end) or plain[: alone.start].endswith("from ")):
        return RELEASE
    files = [item for item in part.items if item.kind is K.FILE]
    if len(files) > 1 and "DEPLOY_ARTIFACT" in codes:
        either = any(english.BETWEEN.match(plain[one.end : two.start]) for one, two in pairwise(files))
        if either or english.LATEST.search(plain, start, end):
            return FILES
    if "KILL_DB_SESSION" in codes and english.HOLDING.search(plain, start, end):
        return SESSION
    return LOGS if "CLEAN_LOGS" in codes and english.LOGS.search(plain, start, end) else ""


def _after(parsed: Message, part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """두 대요; 디지털서책도요; 아 1243이요: what a sentence behind the request adds to it."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    if end - start > MAX_HEADING or any(deed.wanted for deed in part.said.deeds):
        return ""
    if why := followed(parsed, part, changes, gazetteer):
        return why
    files = [item for item in part.items if item.kind is K.FILE]
    artifacts = {name for one in changes for name in one.deploy_artifacts}
    placed = any(item.kind in _PLACED or item.kind is K.NAME for item in part.items)
    if artifacts and placed and any(str(item.value) not in artifacts for item in files):
        return FILES  # 3호기는 b.war
    releases = {str(one.parameters["version"]) for one in changes if "version" in one.parameters}
    named = {str(item.value) for item in part.items if item.kind is K.VERSION}
    if part.sentence.question and releases and named - releases:
        return RELEASE  # 1.2.2가 맞나?
    sizes = [size(one, gazetteer) for one in changes]
    count = words.COUNT_ALONE.match(plain, start, end)
    if count and number(count["n"] or count["m"]) not in (*sizes, sum(sizes)):
        return MANY
    whole = all(not one.target_nodes for one in changes)
    if whole and (words.PLACED.search(plain, start, end) or words.THAT_ONE.match(plain, start, end)):
        return SOME  # 마지막 거요
    systems = {one.system_name for one in changes}
    for index, item in enumerate(part.items):
        named = item.value.system_names if item.kind is K.NAME else set()
        too = particle(part.items, index) in ("도", "도요") and index + 2 >= len(part.items)
        if too and named and not systems & named:
            return PLACES  # 디지털서책도요
    sessions = {str(one.parameters["session_id"]) for one in changes if "session_id" in one.parameters}
    others = {found.group() for found in words.OTHER_NUMBER.finditer(plain, start, end)}
    if sessions and others and not others & sessions and not words.SPARES.search(plain, start, end):
        return SESSION
    return ""
