# ruff: noqa: E501 - word lists and patterns read worse when they are broken
"""Sixth stage: what a sentence acts on. Words become frames (institution, system, environment, layer, nodes)."""

from __future__ import annotations

import re
from dataclasses import replace

from guardia.cmdb.model import Server
from guardia.hub.core.intent import ALL, UNKNOWN
from guardia.hub.parser.embedded.endings import Mood, Pred
from guardia.hub.parser.embedded.environments import Environments
from guardia.hub.parser.embedded.frames import context_of, place_of
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.naming import INTRODUCED, ONES

_INSTITUTION = re.compile(
    fold(
        r"(?:청|부|처|원|실|위원회|공사|공단|재단|대학교|대학|대|병원|의료원|은행|시|도|군|구|법원|학교|연구소|센터|본부|협회|공제회|카드|생명|화재|증권|보험|금고|조합|진흥회|그룹|청사|시청|도청|군청|구청|국|단|회)$"
    )
)
_LEAVE = re.compile(
    r"\b(?:leave|leaving|keep|keeping|spare|not touch|n't touch|skip)\s+(?:all\s+)?(?:of\s+)?(?:the\s+)?$"
)
_SYMPTOMS = frozenset(
    fold(word)
    for word in ("화면", "페이지", "창", "조회", "로그인", "접속", "응답", "처리", "저장", "업무", "민원", "접수")
)
"""What users see stop: nothing that could be started again, so that no other object than the target is spoken of."""
_CAUSES = tuple(fold(word) for word in ("어서", "아서", "해서", "려서", "는 바람에", "탓에", "는 통에"))
_TOLD = frozenset(
    fold(w) for w in ("이", "가", "께서", "한테", "에게", "으로", "로", "까지", "부터", "입니다", "인데", "님", "요")
)
"""Behind an unknown word: somebody or something is told of, no target is named."""
_SET_APART = frozenset(fold(w) for w in ("은", "는"))
_SINCE = frozenset(fold(w) for w in ("이라", "라", "라서"))
_CLAUSE_END = frozenset(
    fold(w)
    for w in (
        *(
            "죠",
            "이죠",
            "이야",
            "거든요",
            "이거든요",
            "니까",
            "이니까",
            "이라서",
            "이네요",
            "이에요",
            "예요",
            "에요",
            "인데요",
        ),
        *(
            "이라는데",
            "라는데",
            "이라던데",
            "라던데",
            "이라네요",
            "라네요",
            "이래요",
            "래요",
            "이라니까",
            "인가요",
            "이라고",
            "이라니",
        ),
        "말인데",
    )
)
"""Behind an unknown word, these end a clause. None of one syllable that names end with too (에너지, 게임)."""
_TAILS = tuple(fold(w) for w in ("에서", "의", "은", "는", "이", "가", "을", "를", "에", "측", "쪽", "도"))


_OF = re.compile(r" (?:of|on|at|in|for) |\s?\(")


def _ends_clause(item: Item) -> bool:
    if item.kind is K.UNKNOWN:
        return bool(item.value == "pred")
    return item.kind is K.PARTICLE and (item.value in _CLAUSE_END or item.value in INTRODUCED)


def institution_like(word: str) -> bool:
    for tail in ("", *_TAILS):
        if tail and not word.endswith(tail):
            continue
        stem = word[: len(word) - len(tail)] if tail else word
        if len(stem) >= 3 and _INSTITUTION.search(stem):
            return True
    return False


class Builder(Environments):
    """Feeds on the items of a message's sentences, in order; `group` is what the next deed acts on."""

    def feed(self, items: list[Item], index: int) -> None:
        """Take in `items[index]` if it says something about a target."""
        self.items = items
        item = items[index]
        kind = item.kind
        if kind is K.NAME:
            self._name(index, item)
        elif kind is K.SERVER:
            self._server(index, item)
        elif kind is K.LAYER:
            self._layer(index, str(item.value))
        elif kind is K.EVERY_LAYER:
            frame = self._frame()
            frame.layer = ALL
        elif kind is K.ENV:
            if self._is_env(index):
                self._environment(index, str(item.value))
        elif kind is K.NODE:
            self._node(index, item.value)
        elif kind is K.ALL_NODES:
            if self.group.frames:
                self.group.frames[-1].all_nodes = True
        elif kind is K.REST and self._no_target(index):
            pass
        elif kind is K.REST:
            frame = self._frame()
            if not frame.but:
                if frame.nodes:
                    frame = self._next(True, **context_of(frame, "layer"))
                frame.rest = True
        elif kind is K.BUT and self._of_an_act(index):
            pass  # 재기동은 빼고 로그만: another deed, not another target
        elif kind is K.BUT or (kind is K.PRED and self._left_alone(index)):
            self._but()
        elif kind is K.NOT_THIS:
            self._not_this(index)
        elif kind is K.POINT:
            frame = self._frame()
            if frame.named:
                frame = self._next(self._joined(index))
            frame.point = True
        elif kind is K.SERVICE:
            layers = self.gazetteer.services.get(str(item.value).lower(), set())
            if len(layers) == 1 and (not self.group.frames or self.group.frames[-1].layer is None):
                self._frame().layer = next(iter(layers))
        elif kind is K.ALSO:
            if self.group.frames:
                self.group.frames[-1].also = True
        elif kind in (K.UNKNOWN, K.VERSION) and index and self._stuck_number(index):
            self._frame().unsure = "a number behind the layer that is no node"
        elif kind is K.UNKNOWN:
            self._unknown(index, item)
        elif kind is K.FILE and self.group.frames and not self._left_out(index):
            frame = self.group.frames[-1]
            frame.files = (*frame.files, str(item.value))
        elif (
            kind is K.PARTICLE
            and item.value in (fold("도"), fold("도요"))
            and self.group.frames
            and items[index - 1].kind in (K.NODE, K.LAYER, K.ENV, K.NAME)
        ):
            self.group.frames[-1].also = True

    def _no_target(self, index: int) -> bool:
        """Leave the other nodes alone; the remaining locks: others that nothing is asked of, or no nodes at all."""
        item, after = self.items[index], self.items[index + 1] if index + 1 < len(self.items) else None
        locks = after is not None and after.kind is K.TOPIC and self.normal.plain[item.start : item.end] == "remaining"
        return locks or _LEAVE.search(self.normal.plain, 0, item.start) is not None

    def _stuck_number(self, index: int) -> bool:
        """WAS #2v1.2.3: something that begins like a node and is none."""
        item, before = self.items[index], self.items[index - 1]
        between = self.normal.text[before.end : item.start].strip()
        return before.kind is K.LAYER and between == "#"

    def _left_alone(self, index: int) -> bool:
        """4호기만 남기고 다 재기동: the nodes before it are left out of all the others."""
        item, after = self.items[index], self.items[index + 1] if index + 1 < len(self.items) else None
        return (
            isinstance(item.value, Pred)
            and item.value.role == "leave"
            and after is not None
            and after.kind in (K.ALL_NODES, K.REST)
            and bool(self.group.frames)
            and bool(self.group.frames[-1].nodes or self.group.frames[-1].servers)
        )

    def _left_out(self, index: int) -> bool:
        after = next((item for item in self.items[index + 1 :] if item.kind is not K.PARTICLE), None)
        return after is not None and after.kind in (K.NOT_THIS, K.BUT)

    def _server(self, index: int, item: Item) -> None:
        servers: tuple[Server, ...] = item.value
        frame = self._replaced("server")
        if len(servers) != 1:
            if frame.named or frame.layer:
                if frame.servers or frame.lost:
                    frame.lost = True
                    return
                frame.lost = True
                return
            frame.lost = True
            return
        server = servers[0]
        if frame.servers:
            first = frame.servers[0]
            if place_of(first) == place_of(server):
                if server not in frame.servers:
                    frame.servers = (*frame.servers, server)
                return
            frame = self._next(True)
        elif frame.nodes and not self._by_word(index):
            if (frame.layer or str(server.infrastructure_layer)) != str(server.infrastructure_layer) or frame.nodes != (
                server.node_no,
            ):
                frame.lost, frame.unsure = True, "a node and a host that is another"
                return
            frame.nodes = None
        elif frame.lost or frame.nodes:
            frame = self._next(self._joined(index))
        elif (
            frame.system is not None
            and frame.system != UNKNOWN
            and not self._belongs(replace(frame, servers=(server,)), frame.candidates)
        ):
            if self._joined(index):
                frame = self._next(True)
            else:
                frame.unsure, frame.system = "a host of another system", UNKNOWN
        elif frame.layer and frame.layer != str(server.infrastructure_layer):
            if frame.system is None and not self._joined(index):
                frame.unsure = "a host of another layer"
            else:
                frame = self._next(True)
        elif frame.institution and frame.institution != server.institution:
            frame.unsure, frame.system = "a host of another institution", UNKNOWN
        elif frame.system == UNKNOWN and self._joined(index):
            frame = self._next(True)
        frame.servers = (*frame.servers, server)

    def _layer(self, index: int, layer: str) -> None:
        self.unknown_before = False
        if self.replacing is not None:
            for earlier in self.group.frames:
                if not earlier.dropped and earlier.layer == layer:
                    self.group.frames.remove(earlier)
                    self.group.frames[-1:] = [earlier]  # WAS 2호기 디비 말고 와스만: the first is meant
                    self.replacing = None
                    return
        frame = self._replaced("layer")
        if frame.layer is None:
            if frame.servers and any(str(server.infrastructure_layer) != layer for server in frame.servers):
                if self._joined(index):
                    self._next(True, **context_of(frame)).layer = layer
                    return
                frame.unsure = "a host of another layer"
            frame.layer, frame.nodes_first = layer, frame.nodes is not None
        elif frame.layer != layer:
            self._next(self._joined(index), **context_of(frame)).layer = layer

    def _node(self, index: int, numbers: tuple[int, ...]) -> None:
        frame = self._replaced("node")
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        if frame.nodes_first and after is not None and after.kind is K.LAYER and after.value != frame.layer:
            frame = self._next(self._joined(index), **context_of(frame))  # 1호기 WAS랑 2호기 WEB
        elif (frame.system or frame.institution or frame.servers) and self._whose_follows(index):
            frame = self._next(True)  # node 2 of the billing WAS and node 1 of the portal WAS
        if self._onwards(index):
            frame.unsure = frame.unsure or "from one node on"
        linked = bool(frame.nodes) and index > 0 and self._by_word(index)
        frame.latest = (*frame.latest, *numbers) if linked else numbers  # 1호기랑 2호기 빼고: both
        if frame.nodes is None:
            frame.nodes = numbers
        elif index and self._chosen(index):
            frame.pool, frame.nodes = frame.nodes, numbers
        elif self._apart(index):
            frame.lost, frame.unsure = True, "two nodes with a word between them that is not known"
        else:
            frame.nodes = tuple(dict.fromkeys((*frame.nodes, *numbers)))

    def _whose_follows(self, index: int) -> bool:
        """True when the words behind a node name the system that it is of."""
        if not _OF.match(self.normal.plain, self.items[index].end):
            return False
        for item in self.items[index + 1 :]:
            if item.kind not in (K.FILLER, K.LAYER, K.ENV, K.GENERIC, K.PARTICLE):
                return item.kind in (K.NAME, K.UNKNOWN)
        return False

    def _onwards(self, index: int) -> bool:
        """1호기부터 재기동: from that node on, and who knows how far."""
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        if after is None or after.kind is not K.PARTICLE or after.value != fold("부터"):
            return False
        for at in range(index + 2, len(self.items) - 1):
            if self.items[at].kind is K.NODE and self.items[at + 1].value in _SET_APART:
                return False  # 1호기부터 재기동해 주시고, 2호기는 …
        return True

    def _chosen(self, index: int) -> bool:
        at = index - 1
        while at > 0 and self.items[at].kind is K.PARTICLE:
            at -= 1
        return self.items[at].kind is K.OUTCOME and self.items[at].end - self.items[at].start == 1

    def _apart(self, index: int) -> bool:
        """True when something other than a link stands between the node at `index` and the one before it."""
        for item in reversed(self.items[:index]):
            if item.kind is K.NODE:
                return False
            if item.kind not in (
                K.AND,
                K.PARTICLE,
                K.GENERIC,
                K.LAYER,
                K.ALL_NODES,
                K.NAME,
                K.ENV,
                K.FILE,
                K.SERVER,
                K.REST,
            ):
                return True
        return False

    def _of_an_act(self, index: int) -> bool:
        at = index - 1
        while at > 0 and self.items[at].kind is K.PARTICLE:
            at -= 1
        return at >= 0 and self.items[at].kind is K.ACT

    def _but(self) -> None:
        frame = self._frame()
        if frame.nodes:
            kept = tuple(number for number in frame.pool or frame.nodes if number not in frame.latest)
            frame.but, frame.nodes = frame.latest or frame.nodes, kept or None
        elif frame.servers:
            frame.but = tuple(server.node_no for server in frame.servers)
            first = frame.servers[0]
            frame.institution, frame.system = first.institution, first.system_name
            frame.candidates = ((first.institution, first.system_name),)
            frame.environment, frame.layer, frame.servers = str(first.environment), str(first.infrastructure_layer), ()
        else:
            for one in reversed(self.group.frames):
                one.unsure, one.system = "left out, but not a node", UNKNOWN
                if not one.joined:
                    break

    def _not_this(self, index: int) -> None:
        before = self.items[index - 1] if index else None
        if before is not None and before.kind in (K.PARTICLE, K.FILLER, K.LIGHT) and index > 1:
            spoken = self.normal.plain[before.start : before.end].strip()
            if before.kind is K.PARTICLE or spoken in ONES:
                before = self.items[index - 2]
        if before is None or before.kind not in (
            K.NAME,
            K.LAYER,
            K.NODE,
            K.ENV,
            K.POINT,
            K.SERVER,
            K.UNKNOWN,
            K.GENERIC,
        ):
            return
        frame = self._frame()
        if before.kind is K.UNKNOWN and frame.system != UNKNOWN:
            frame.lost, frame.unsure = frame.lost and not frame.unsure, ""
            return  # 리로드 말고: another deed, not another target
        frame.dropped = True
        fresh = self._next(False)
        self.replacing = frame
        fresh.joined = False

    # --- names that the inventory does not hold ---------------------------------------------------------------------

    def _unknown(self, index: int, item: Item) -> None:
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        shape = item.value or "noun"
        office = institution_like(word) and shape != "pred"
        if shape != "noun" and not office:
            return
        if self._person_follows(index) or self._asker_follows(index):
            return
        items = self.items
        left = index - 1
        while left >= 0 and items[left].kind is K.PARTICLE and items[left].value == fold("의"):
            left -= 1
        left_item = items[left] if left >= 0 and "," not in self.normal.text[items[left].end : item.start] else None
        right, particle = index + 1, ""
        while right < len(items) and items[right].kind in (K.PARTICLE, K.GENERIC):
            if items[right].kind is K.PARTICLE and not particle:
                particle = str(items[right].value)
            right += 1
        if office:
            over = (K.FILLER, K.PARTICLE, K.GENERIC, K.TIME, K.UNKNOWN)
            while right < len(items) and items[right].kind in over and not _ends_clause(items[right]):
                right += 1
        right_item = items[right] if right < len(items) else None
        comma = right_item is not None and any(mark in self.normal.text[item.end : right_item.start] for mark in ",.;")
        frame = self.group.frames[-1] if self.group.frames else None
        subject = (particle in _TOLD or (word.isascii() and particle in _SINCE)) or any(
            item.kind is K.PARTICLE and item.value in _CLAUSE_END for item in items[index + 1 : right]
        )
        if (
            left_item is not None
            and left_item.kind is K.NAME
            and frame is not None
            and frame.layer is None
            and not subject
        ):
            verb = next((one for one in items[right:] if one.kind is not K.ATTR), None)
            told = verb is not None and verb.value == "pred" and len(word) <= 2  # 빌링 풀 찬 것 같은데
            if (right_item is None or right_item.kind is not K.PERSON) and not told:
                frame.system, frame.candidates = UNKNOWN, ()
                frame.institution = frame.institution or UNKNOWN
            return
        if right_item is None:
            if office and particle in INTRODUCED:
                self.unknown_before = True  # 달빛군청입니다. …: whose systems are meant is not known here
            return
        if right_item.kind in (K.NAME, K.SERVER) and (not subject or office) and (not comma or office):
            if right_item.kind is K.NAME:
                self.unknown_before = True
            return
        if comma and right_item.kind not in (K.UNKNOWN, K.NAME):
            return
        if right_item.kind in (K.LAYER, K.ENV, K.NODE, K.EVERY_LAYER) and not subject:
            if right_item.kind is K.ENV or frame is None or frame.layer is None or self._joined(index):
                self._mark_unknown(index)
            elif right_item.kind is K.NODE and frame.layer and frame.nodes is None:
                frame.unsure = "an unknown word before the node"
                frame.lost = True
            return
        if right_item.kind in (K.ACT, K.TOPIC, K.STATE) and not subject:
            if frame is None or frame.empty:
                self._mark_unknown(index)
            elif (
                right_item.kind is K.ACT
                and right_item.value in ("RESTART_SERVICE", "START_SERVICE", "STOP_SERVICE")
                and left_item is not None
                and left_item.kind in (K.LAYER, K.NODE, K.GENERIC, K.UNKNOWN, K.NAME, K.ENV)
            ):
                frame.unsure = "an unknown word between the target and the action"
                frame.lost = True
            return
        if right_item.kind is K.UNKNOWN and office:
            self._mark_unknown(index)
        if (
            right_item.kind is K.PRED
            and isinstance(right_item.value, Pred)
            and right_item.value.role in ("stop", "start", "raise")
            and not ((word in _SYMPTOMS or self._caused(index)) and right_item.value.mood is Mood.REPORT)
            and not self.normal.laughed(item.end, right_item.start)
            and frame is not None
            and not frame.empty
        ):
            frame.unsure = "an unknown object"

    def _caused(self, index: int) -> bool:
        """1호기 죽어 있어서 정산이 멈췄습니다: what the state of the target brings about, no other thing to be started."""
        before = self.items[index - 1] if index else None
        if before is None or before.kind not in (K.UNKNOWN, K.STATE, K.PRED) or self._node_behind(index):
            return False
        return self.normal.plain[before.start : before.end].endswith(_CAUSES)

    def _node_behind(self, index: int) -> bool:
        return any(item.kind in (K.NODE, K.LAYER, K.SERVER, K.NAME) for item in self.items[index:])

    def _mark_unknown(self, index: int) -> None:
        frame = self._replaced("name")
        if frame.system is not None or frame.layer is not None:
            if not self._joined(index) and frame.system == UNKNOWN:
                return
            frame = self._next(self._joined(index))
        frame.system = UNKNOWN
        frame.institution = frame.institution or UNKNOWN
