"""Environments, layers, services and systems that stand beside a change and may be the ones that are meant."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from guardia.hub.core.intent import UNKNOWN, Intent
from guardia.hub.parser.embedded.english import bounds as english
from guardia.hub.parser.embedded.gazetteer import Gazetteer
from guardia.hub.parser.embedded.items import K, particle
from guardia.hub.parser.embedded.lexicon import bounds as words
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes

_ROLLED_OUT = frozenset({"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"})
PLACES = "two places for one change"
ENVIRONMENT = "another environment may be meant"
SERVICE = "a service of another system"


def another_place(parsed: Message, part: Part, last: int, changes: Sequence[Intent], gazetteer: Gazetteer) -> str:
    """Why the sentence `part` may mean another environment, layer, service or system than its request."""
    plain, start = parsed.normal.plain, part.sentence.start
    if words.EVERY_ENV.search(plain, start, part.sentence.end):
        return ENVIRONMENT
    meant = {str(one.environment) for one in changes}
    for item in part.items[last + 1 :]:
        if (
            item.kind is K.ENV
            and str(item.value) not in meant
            and words.CLOSED.match(plain, item.end, part.sentence.end)
        ):
            return ENVIRONMENT  # … 재기동해주세요 (개발)
    end = part.items[last].start
    for item in part.items[:last]:
        if item.kind is K.ENV and str(item.value) not in meant and _in_trouble(plain, item.end, end):
            return ENVIRONMENT  # 검증계에서 오류가 나서 인뱅 WAS 재기동해주세요
    if any(words.IN_ENV[one].search(parsed.normal.plain) for one in words.IN_ENV.keys() - meant):
        return ENVIRONMENT
    if words.TEST_SERVER.search(parsed.normal.plain) and meant == {"PROD"}:
        return ENVIRONMENT
    if any(words.NEVER[one].search(parsed.normal.plain) for one in meant & words.NEVER.keys()):
        return ENVIRONMENT
    if words.TRIED.search(plain, start, part.sentence.end):
        return ENVIRONMENT
    systems: set[str] = set()
    layer = ""
    for index, item in enumerate(part.items[: last + 1]):
        before = part.items[index - 1] if index else None
        if item.kind is K.NAME:
            systems = item.value.system_names or systems
        elif item.kind is K.LAYER:
            layer = str(item.value)
        elif item.kind is K.SERVER and item.value and before is not None and before.kind in (K.LAYER, K.NAME):
            first = item.value[0]
            if (systems and first.system_name not in systems) or (
                before.kind is K.LAYER and layer != str(first.infrastructure_layer)
            ):
                return PLACES
        elif item.kind is K.UNKNOWN and before is not None and before.kind is K.LAYER and len(changes) > 1:
            after = next((one for one in part.items[index + 1 : last] if one.kind is not K.PARTICLE), None)
            if after is not None and after.kind is K.LAYER and after.value != before.value:
                return PLACES  # DB 붙는 WAS
        elif (
            item.kind is K.VERSION
            and before is not None
            and before.kind in (K.LAYER, K.NAME, K.NODE)
            and not any({"DEPLOY_ARTIFACT", "ROLLBACK_RELEASE"} & set(one.action_sequence) for one in changes)
            and index < last
            and part.items[index + 1].kind is K.ACT
        ):
            return PLACES
    if _layers_in_a_row(part, last, plain, changes):
        return PLACES
    for one in changes:
        service = str(one.parameters.get("service", "")).lower()
        nodes = gazetteer.nodes(
            one.institution, one.system_name, str(one.environment), str(one.infrastructure_layer)
        ).values()
        if service and service in gazetteer.services and all(node.service_name.lower() != service for node in nodes):
            return SERVICE
    return ""


def _in_trouble(plain: str, begin: int, end: int) -> bool:
    """True when what stands behind an environment tells of something wrong there."""
    return bool(words.TROUBLE.match(plain, begin, end) or english.TROUBLE.match(plain, begin, end))


def _layers_in_a_row(part: Part, last: int, plain: str, changes: Sequence[Intent]) -> bool:
    """WAS/WEB 2호기: node 2 of both? WAS 서비스 nginx만: which of them?"""
    for index, item in enumerate(part.items[:last]):
        if item.kind is not K.LAYER:
            continue
        after = next(
            (
                at
                for at in range(index + 1, last)
                if part.items[at].kind not in (K.AND, K.GENERIC, K.SERVICE)
                and not (at == index + 1 and part.items[at].value in ("를", "을"))
            ),
            0,
        )
        if not after or part.items[after].kind is not K.LAYER or part.items[after].value == item.value:
            continue
        taken = particle(part.items, index) in ("를", "을")
        mine = [one for one in changes if str(one.infrastructure_layer) == str(item.value)]
        numbered = part.items[after + 1].kind is K.NODE
        if (not mine and (taken or part.items[index + 1].kind is not K.AND)) or (
            numbered and any(not one.target_nodes for one in mine) and " " not in plain[item.start : item.end]
        ):
            return True
    return False


def apart(changes: Sequence[Intent]) -> bool:
    """WAS staging: one system in two environments, and the layer was named for one of them only."""
    for one, other in permutations(changes, 2):
        same = one.system_name == other.system_name and one.action_sequence == other.action_sequence
        if same and one.environment != other.environment and str(one.infrastructure_layer) == UNKNOWN:
            return True
        layerless = one.system_name != UNKNOWN and str(one.infrastructure_layer) == UNKNOWN
        if layerless and other.complete and one.action_sequence == other.action_sequence:
            return True  # WAS, 디지털서책 2호기: the layer was meant for both
    return False


def told_environment(parsed: Message, part: Part, changes: Sequence[Intent]) -> str:
    """What a sentence that asks for no change says of those that others ask for."""
    plain, start, end = parsed.normal.plain, part.sentence.start, part.sentence.end
    meant = {str(one.environment) for one in changes}
    named = {system for item in part.items if item.kind is K.NAME for system in item.value.system_names}
    of_others = named and not named & {one.system_name for one in changes}
    said = any(item.kind is K.ENV for one in parsed.parts if asked_changes(one) for item in one.items)
    well = words.ENV_DONE.search(plain, start, end) or english.ENV_DONE.search(plain, start, end)
    # 스테이징 배포 완료했습니다. 인뱅 와스 재기동해주세요: only what is rolled out goes on with the next environment.
    goes_on = any(_ROLLED_OUT & set(one.action_sequence) for one in changes)
    done = well is not None and (goes_on or words.ROLLED.search(plain, start, end) is None)
    passed = words.ENV_PASSED.search(plain, start, end) or english.ENV_DONE.search(plain, start, end)
    asks = any(deed.wanted for deed in part.said.deeds)
    confirmed = asks or any(item.kind is K.ENV and str(item.value) in meant for item in part.items)
    for item in part.items:
        if item.kind is not K.ENV:
            continue
        if str(item.value) in meant:
            if passed and not (said or asks) and str(item.value) != "PROD" and not of_others:
                return ENVIRONMENT  # 인뱅 검증계 테스트 통과했습니다. WAS에 ibank.war 배포 부탁드립니다
            continue
        if words.IS_ENV.match(plain[item.end : end]) or (part.english and english.IS_ENV.match(plain, item.end, end)):
            return ENVIRONMENT
        told = not (said or done or confirmed or words.PEOPLE.match(plain, item.end, end))
        if not of_others and (told or _in_trouble(plain, item.end, end)):
            return ENVIRONMENT
    if any(words.NOT_YET[one].search(plain, start, end) for one in meant & words.NOT_YET.keys()):
        return ENVIRONMENT
    text = plain[start:end]
    return ENVIRONMENT if words.ONLY_TRY.match(text) or words.RECOVERY.search(text) else ""
