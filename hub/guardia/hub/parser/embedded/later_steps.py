"""Times that belong to a later step only: then nobody knows when the first shall run."""

from __future__ import annotations

from guardia.hub.parser.embedded.items import K
from guardia.hub.parser.embedded.lexicon import chores
from guardia.hub.parser.embedded.parts import Message, Part, asked_changes

_STEP = frozenset({K.PRED, K.ACT})


def own_time(parsed: Message, part: Part) -> bool:
    """1호기 재기동하고 10분 뒤에 2호기 재기동; 재기동하고 5분 후에 알려주세요: a time behind the first change."""
    wanted = asked_changes(part)
    if not wanted:
        return False
    first, last = wanted[0].at, max(wanted[0].at, wanted[0].anchor)
    several = sum(deed.wanted for deed in part.said.deeds) > 1
    words = parsed.normal.plain[part.sentence.start : part.sentence.end]
    toggled = part.items[first].kind is K.PRED
    for index, item in enumerate(part.items):
        if item.kind is not K.TIME or index < first:
            continue
        if part.english:
            if several or chores.TOLD_THEN.search(words):
                return True
        elif index > last and any(one.kind in _STEP for one in part.items[index + 1 :]):
            return True
        elif index > last and several and part.items[index - 1].kind is K.PARTICLE:
            return True  # 배포하고 재기동은 22시에
        elif first < index < last and toggled:
            return True  # 내렸다가 5분 뒤에 올려주세요
    return False


def another_time(parsed: Message) -> bool:
    """… 배포 부탁드립니다. 재기동은 밤 11시에 해주세요: a change without a time before one that has its own."""
    asking = [any(item.kind is K.TIME for item in part.items) for part in parsed.parts if asked_changes(part)]
    return len(asking) > 1 and not asking[0] and any(asking)
