# ruff: noqa: E501 - patterns read worse when they are broken
"""A clause behind a request that only says which other place is left alone: …, 2호기는 하지 마세요; …, 운영 말고요.

It is taken off before the rest is read, and every change that is read must then lie elsewhere (`touches`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.normalise import Normal
from guardia.hub.parser.embedded.outline import Draft


@dataclass(frozen=True, slots=True)
class Spared:
    """A place that shall be left alone; what is not named is any."""

    nodes: frozenset[int] = frozenset()
    environment: str = ""
    layer: str = ""
    rest: bool = False

    def touches(self, environment: str, layer: str, nodes: frozenset[int] | None) -> bool:
        """True when a change of that place (`nodes` None: all, or not known which) may reach what shall be left alone."""
        if self.environment and self.environment != environment:
            return False
        if self.layer and layer in ("WEB", "WAS", "DB") and self.layer != layer:
            return False
        if self.rest:
            return nodes is None
        return not (self.nodes and nodes is not None and not nodes & self.nodes)


_SEVERAL = frozenset({K.NODE, K.ENV, K.LAYER, K.REST, K.PARTICLE, K.AND, K.GENERIC})
_DOING = r"(?:하|건드리|건들|손대|손\s?대|만지|내리|끄|올리|(?:재기동|재시작|리스타트|배포|롤백|중지|기동)\s?하)"
_LEAVE = re.compile(
    fold(
        r"\s*(?:쪽|측|서버|장비|노드|환경)?\s*(?:[은는]|엔|에는)?\s*(?:"
        rf"(?:(?:절대로?|제발|아직|좀|아예|일단)\s*)*{_DOING}지\s*(?:마세요|마시고요?|마시구요|말아\s?주시고요?|말아\s?주세요|말아\s?주십시오|말아요|말고요?|말구요|마십시오|마시기\s*바랍니다|마시길\s*바랍니다|마시죠|마셔요)"
        r"|[가-힣][가-힣\s]{1,20}(?:서|으니|니까|라)\s*안\s*(?:돼요|됩니다|되고요)"
        r"|(?:그대로|그냥)\s*(?:두세요|두시고요?|둬\s?주세요|놔두세요|놔\s?두시고요?|놓아\s?두세요|냅두세요|서비스합니다|유지해\s?주세요|유지하세요|유지합니다|두시면\s*(?:됩니다|돼요)|두십시오|두시기\s*바랍니다)"
        rf"|(?:(?:절대로?|제발)\s*)*{_DOING[:-1]})면\s*안\s*(?:돼요|됩니다|되고요|됨|돼)"
        r")[\s.!~)ㅠㅜ]*"
    )
)
_TOLD = re.compile(
    fold(
        r"\s*(?:쪽|측|서버|장비|노드|환경)?\s*(?:은|는)?\s*(?:"
        r"(?:(?:이미|아까|어제|방금|벌써|새벽에|오전에|조금\s*전에)\s*)*(?:제가|저희가|저희\s*팀에서|우리가)\s*(?:(?:이미|아까|어제|방금|벌써|먼저)\s*)*(?:재기동|재시작|처리|배포)?\s*했(?:습니다|어요|고요|음|으니\s*안\s*하셔도\s*(?:됩니다|돼요|되고요))"
        r"|(?:지금\s*)?(?:정상(?:입니다|이에요|이고요)|멀쩡(?:해요|합니다|하고요))"
        r"|(?:(?:내일|나중에|추후|따로|다음에|이따|이따가|저녁에|주말에|경과\s*보고|결과\s*보고|제가|저희가|다시)\s*)+(?:재기동|재시작|배포|진행|말씀|안내|연락|요청)?\s*(?:할게요|하겠습니다|드릴게요|드리겠습니다|할\s*예정입니다)"
        r")[\s.!~)ㅠㅜ]*"
    )
)
_NOT_IT = re.compile(
    fold(
        r"\s*(?:서버|쪽)?\s*(?:은|는|이|가)?\s*(?:말고요|말고|말구요|아닙니다|아니에요|아니고요|아니구요)[\s.!~)ㅠㅜ]*"
    )
)
_BEHIND_ASKED = re.compile(fold(r"(?:[,(;]|세요|줘요?|주십시오|니다|[고구]요?|까요|래요)[\s,.(;~!?]*$"))
_PLAIN = frozenset({
    K.NAME, K.SERVER, K.NODE, K.LAYER, K.ENV, K.PARTICLE, K.ACT, K.PRED, K.FILLER, K.FILE, K.VERSION, K.GENERIC, K.AND,
})  # fmt: skip
_ACTORS = frozenset(fold(word) for word in ("이", "가", "께서", "에서", "이랑", "끼리"))
_TOO = fold("도")
_LINKING = tuple(fold(word) for word in ("고", "구", "고요", "구요"))
_POLITELY = re.compile(fold(r"(?:주시[고구]요?|세요|줘요?|주십시오|부탁드립니다|바랍니다)[\s,.(~]*$"))


def spared(normal: Normal, drafts: list[Draft]) -> list[Spared]:
    """Take such clauses off `drafts`, and say what they leave alone."""
    found: list[Spared] = []
    before: list[Item] = []
    for draft in drafts:
        at = _begins(draft.items)
        if before or at > 0:
            place = _place(draft.items[at:]) if at >= 0 else None
            if place is not None and _elsewhere(place, [*before, *draft.items[:at]]) and _cut(normal, draft, at):
                found.append(place)
        before.extend(draft.items)
    drafts[:] = [draft for draft in drafts if draft.items or not draft.sentence.cut]
    return found


def _begins(items: list[Item]) -> int:
    """Where the last row of places begins; -1: none."""
    last = max((at for at, item in enumerate(items) if item.kind in (K.NODE, K.ENV, K.LAYER, K.REST)), default=-1)
    if last < 0:
        return -1
    first = last
    while first > 0 and items[first - 1].kind in _SEVERAL and not _ends(items[first - 1]):
        first -= 1
    while items[first].kind in (K.PARTICLE, K.AND, K.GENERIC):
        first += 1
    return first


def _ends(item: Item) -> bool:
    """1호기만요, 2호기는 …: a polite end parts the two."""
    return item.kind is K.PARTICLE and str(item.value).endswith(fold("요"))


def _place(items: list[Item]) -> Spared | None:
    nodes: set[int] = set()
    where: dict[K, set[str]] = {K.ENV: set(), K.LAYER: set()}
    rest = False
    for item in items:
        if item.kind is K.NODE:
            nodes.update(item.value)
        elif item.kind in where:
            where[item.kind].add(str(item.value))
        rest = rest or item.kind is K.REST
    if any(len(one) > 1 for one in where.values()) or (rest and nodes):
        return None
    return Spared(frozenset(nodes), "".join(where[K.ENV]), "".join(where[K.LAYER]), rest)


def _elsewhere(place: Spared, before: list[Item]) -> bool:
    """True when the places that were named before are all others, in one respect at least."""
    nodes = {number for item in before if item.kind is K.NODE for number in item.value}
    if any(item.kind in (K.REST, K.ALL_NODES, K.BUT) for item in before):
        return False
    if place.rest:
        return bool(nodes)
    if place.nodes and nodes and not place.nodes & nodes:
        return True
    places = {str(item.value) for item in before if item.kind is K.ENV}
    if place.environment and places and place.environment not in places:
        return True
    layers = {str(item.value) for item in before if item.kind is K.LAYER}
    return bool(place.layer and layers) and place.layer not in layers


def of_nobody(items: list[Item]) -> bool:
    """True when `items` name nobody who does something, and no time when it was: … 재기동하고 2호기는 그대로 두세요."""
    return all(item.kind in _PLAIN and str(item.value) not in _ACTORS for item in items)


def _cut(normal: Normal, draft: Draft, at: int) -> bool:
    """Take the clause that begins at item `at` off, where it is nothing but one that leaves a place alone."""
    sentence, items = draft.sentence, draft.items
    if sentence.corrects or sentence.holds or sentence.question:
        return False
    start = items[at].start
    last = max(k for k, item in enumerate(items) if item.kind in (K.NODE, K.ENV, K.LAYER, K.REST))
    lead = normal.plain[sentence.start : start]
    alone = not any(item.kind is not K.FILLER for item in items[:at])
    if not alone and _BEHIND_ASKED.search(lead) is None:
        return False
    linked = not alone and lead.rstrip(" ,").endswith(_LINKING) and _POLITELY.search(lead) is None
    if linked and not of_nobody(items[:at]):
        return False  # 1호기는 제가 내리고 2호기는 그대로 두세요: somebody does it
    end = items[last].end
    if normal.plain[end - 1] == _TOO or normal.plain.startswith(_TOO, end):
        return False  # 나머지도 제가 했습니다: and this one?
    leaves = _LEAVE.fullmatch(normal.plain, end, sentence.end) is not None
    told = not leaves and _TOLD.fullmatch(normal.plain, end, sentence.end) is not None
    if told and not alone and _POLITELY.search(lead) is None:
        return False  # 1호기 내리고 2호기는 제가 했습니다: told of both
    if not (
        leaves
        or told
        or (not lead.rstrip(" ,").endswith(_LINKING) and _NOT_IT.fullmatch(normal.plain, end, sentence.end))
    ):
        return False
    draft.items = [] if alone else items[:at]
    draft.sentence = replace(sentence, end=start, cut=True)
    return True
