"""Changes whose target is only told before: 인뱅 WAS 3호기 행입니다. 4호기는 괜찮습니다. 재기동 부탁드립니다.

Which of the places that are told of is meant nobody can say where one of them is not in the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from guardia.hub.core.intent import Intent
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import PLACES, TARGETS, Item, K
from guardia.hub.parser.embedded.lexicon.bystanders import FINE, TAKES_OVER
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes

BORROWED = "what is told is told of several targets, and none is named for the change"
_NO_NODE = -1
"""For one that is not named: 2호기로 페일오버했습니다 is told of what is not 2."""
_ALL = frozenset({K.ALL_NODES, K.REST})
_OF_THE_DATABASE = frozenset({"KILL_DB_SESSION"})
"""Their layer is in the action, whatever is told before."""


def borrowed(parsed: Message, intents: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why a change may be meant for another of the places that are told of before it; empty when it names its own."""
    changes = [one for one in intents if one.changes and one.complete]
    if not changes:
        return ""
    told: list[tuple[Item, bool]] = []
    environments: set[str] = set()
    for index, part in enumerate(parsed.parts):
        if not asked_changes(part):
            if not any(deed.wanted for deed in part.said.deeds):
                told += _told(parsed, part)
                environments |= _environments(part)
            continue
        if part.english and _points_back(part, changes, gazetteer):
            return BORROWED
        own = {item.kind for item in _own(part)}
        if not own & {K.NAME, K.SERVER} and not _named_behind(parsed.parts[index + 1 :]):
            apart = len(environments) > 1 and not own & (PLACES | _ALL)
            if apart or _elsewhere(told, own, changes, gazetteer):
                return BORROWED
        told, environments = [], set()
    return ""


def _told(parsed: Message, part: Part) -> Iterator[tuple[Item, bool]]:
    """The items of a sentence, each with whether all is well there: WAS 1 is fine, WAS 2 is slow."""
    plain, end = parsed.normal.plain, part.sentence.end
    places = [item.start for item in part.items if item.kind in PLACES or item.kind is K.REST]
    for item in part.items:
        # Of a node up to the next place; of a layer or a name also behind the node that follows it.
        until = next((start for start in places if start >= item.end), end)
        until = next((start for start in places if start > until), end) if item.kind is not K.NODE else until
        yield item, bool(FINE.search(plain, item.end, until))
        if item.kind is K.REST and not any(one.kind is K.BUT for one in part.items):
            yield Item(K.NODE, item.start, item.end, (_NO_NODE,)), bool(FINE.search(plain, item.end, until))
        if item.kind is K.NODE and TAKES_OVER.match(plain, item.end, end):
            yield Item(K.NODE, item.start, item.end, (_NO_NODE,)), False


def _environments(part: Part) -> set[str]:
    """The environments that the targets of a sentence stand in; an empty word where it does not say."""
    named = {str(item.value) for item in part.items if item.kind is K.ENV}
    return named or {""} if any(item.kind in TARGETS for item in part.items) else named


def _points_back(part: Part, changes: Sequence[Intent], gazetteer: Gazetteer) -> bool:
    """WAS 3 has been restarted but WAS 4 is still slow, please restart that one: of two, only one would be changed."""
    verb = min((deed.at for deed in asked_changes(part)), default=0)
    if not any(item.kind is K.POINT for item in part.items[verb:]):
        return False
    return _elsewhere([(item, False) for item in part.items[:verb]], set(), changes, gazetteer)


def _named_behind(parts: Sequence[Part]) -> bool:
    """… 재기동 부탁드립니다. 대상은 식단관리 WAS 전체입니다."""
    return any(item.kind is K.NAME and item.value.system_names for part in parts for item in part.items)


def _own(part: Part) -> Iterator[Item]:
    for item in part.items:
        if item.kind is not K.NAME or item.value.system_names:
            yield item


def _elsewhere(told: Sequence[tuple[Item, bool]], own: set[K], changes: Sequence[Intent], gazetteer: Gazetteer) -> bool:
    """True when a place that is told of is in none of the changes."""
    systems = {one.system_name for one in changes}
    layers = {str(one.infrastructure_layer) for one in changes}
    numbers = gazetteer.numbers(code for one in changes for code in one.target_nodes)
    implied = any(_OF_THE_DATABASE & set(one.action_sequence) for one in changes)
    placed = bool(own & (PLACES | _ALL))
    for item, fine in told:
        if item.kind is K.NAME and item.value.system_names and not item.value.system_names & systems:
            return True
        if placed or fine:
            continue
        if item.kind is K.LAYER and str(item.value) not in layers and not implied:
            return True
        if item.kind is K.NODE and not set(item.value) <= numbers:
            return True
        if item.kind is K.SERVER and not {one.asset_code for one in item.value} <= {
            code for one in changes for code in one.target_nodes
        }:
            return True
    return False
