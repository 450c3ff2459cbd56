"""Which target an environment belongs to: of the layer before it, of what stands behind it, or nobody can tell."""

from __future__ import annotations

from guardia.hub.parser.embedded.frames import context_of
from guardia.hub.parser.embedded.hangul import fold
from guardia.hub.parser.embedded.items import Item, K
from guardia.hub.parser.embedded.naming import Naming

_ORDINARY = frozenset({*map(fold, ("운영", "검증", "개발", "상용")), "live", "real", "stage"})
"""Words of environments that mean other things, too."""
_TOO = frozenset(fold(word) for word in ("도", "만", "랑", "이랑"))
_PARTICLES = frozenset(
    map(
        fold,
        [
            "에",
            "의",
            "은",
            "는",
            "도",
            "만",
            "을",
            "를",
            "에도",
            "에만",
            "에는",
            "이랑",
            "랑",
            "하고",
            "과",
            "와",
            "이",
            "가",
        ],
    )
)
_TO = frozenset(map(fold, ("에", "에만", "에도", "에다", "에다가")))
_OF_IT = _TO | frozenset(map(fold, ("만", "도", "을", "를", "은", "는", "의")))
_DONE_THERE = frozenset({K.ACT, K.TOPIC, K.SESSION, K.PREVIOUS, K.PORT})
_BROUGHT = frozenset({K.FILE, K.VERSION, K.ATTACHED})
_TARGETS = frozenset({K.NAME, K.SERVER, K.LAYER, K.EVERY_LAYER})
_BESIDE = _TARGETS | {
    K.NODE, K.GENERIC, K.AND, K.ALL_NODES, K.ENV, K.ACT, K.TOPIC, K.FILE, K.VERSION, K.ATTACHED, K.POINT,
}  # fmt: skip


class Environments(Naming):
    """What of the building of targets is about their environments."""

    def _by_word(self, index: int) -> bool:
        """True when a word or a comma links the item at `index` to what stands before it."""
        before = self.items[index - 1]
        return before.kind is K.AND or "," in self.normal.text[before.end : self.items[index].start]

    def _is_env(self, index: int) -> bool:
        """운영, 검증, 개발 are also ordinary nouns; they name servers only next to what names servers."""
        item = self.items[index]
        word = self.normal.plain[item.start : item.end].replace(" ", "")
        if self._person_follows(index):
            return False
        if word not in _ORDINARY:
            return True
        before = self.items[index - 1] if index else None
        if before is not None and self.normal.plain[before.start : before.end] in ("in", "on"):
            return True
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        also = after is not None and after.kind is K.PARTICLE and after.value in _TOO  # 인뱅 WAS 개발도
        behind = index > 0 and any(self._touch(index - 1, index, kind, K.ENV) for kind in (K.LAYER, K.NODE))
        if self._in_brackets(index) or (also and behind):
            return True
        if after is not None and after.kind is K.PARTICLE:
            if after.value not in _PARTICLES:
                return False
            after = self.items[index + 2] if index + 2 < len(self.items) else None
            if after is None:
                return False
        if after is None:
            return index > 0 and self.items[index - 1].kind is K.NAME
        return after.kind in _BESIDE

    def _environment(self, index: int, environment: str) -> None:
        after = self.items[index + 1] if index + 1 < len(self.items) else None
        if self.replacing is not None and after is not None and after.kind is K.NAME:
            self.replacing = None
            self._next(False).environment = environment  # A 대신 스테이징 B WAS
            return
        frame = self._replaced("environment")
        behind = self._behind_layer(index) or self._in_brackets(index) or self._behind_node(index)
        if frame.layer and not behind and self._joined(index) and after is not None and self._names(after):
            self._next(True).environment = environment  # 스테이징 인뱅 WAS, 운영 승인중계 WAS
            return
        if frame.environment is None and (behind or not (frame.layer and self._joined(index))):
            frame.environment = environment
        elif behind and self.items[index - 1].kind is K.LAYER and index > 1 and self._by_word(index - 1):
            frame.environment = environment  # WAS 운영이랑 WEB 스테이징: each layer has its own
        elif frame.environment != environment:
            also = ("layer",) if behind else ()
            unsure = "an environment between two targets" if self._between(index) and not behind else frame.unsure
            frame.unsure = unsure
            frame = self._next(self._joined(index), **context_of(frame, *also, without="environment"))
            frame.environment, frame.unsure = environment, unsure

    def _behind_layer(self, index: int) -> bool:
        """WAS 스테이징이랑 운영 둘 다: environments of the layer before them, and not of what stands behind them."""
        links = (K.ENV, K.AND, K.PARTICLE)
        left, right = index - 1, index + 1
        while left > 0 and self.items[left].kind in links:
            left -= 1
        while right < len(self.items) and self.items[right].kind in links:
            right += 1
        if left < 0 or not self._touch(left, left + 1, K.LAYER, K.ENV):
            return False
        if right == len(self.items):
            return True
        after = self.items[right]
        if after.kind is K.NODE:
            return right == left + 2  # 스테이징이랑 운영 1호기: the node of both, or of the last
        if after.kind in _TARGETS:
            return self._by_word(right)  # WEB 스테이징이랑 WAS; without a link it may be that of either
        return True

    def _behind_node(self, index: int) -> bool:
        """WAS 1호기 스테이징에 …: of the node before it, where no other target follows without a word between."""
        if not index or not self._touch(index - 1, index, K.NODE, K.ENV):
            return False
        rest = self.items[index + 1 :]
        mark = str(rest[0].value) if rest and rest[0].kind is K.PARTICLE else ""
        after = rest[1] if mark and len(rest) > 1 else None if mark or not rest else rest[0]
        if mark and mark not in _OF_IT:
            return False  # 스테이징처럼, 스테이징에서 검증한
        if after is None:
            return not mark
        if after.kind in _TARGETS:
            return self._by_word(index + 1 + bool(mark))
        return after.kind in _DONE_THERE or (after.kind in _BROUGHT and mark in _TO)

    def _in_brackets(self, index: int) -> bool:
        """WAS(스테이징): of what it stands behind, and of nothing else."""
        item, before = self.items[index], self.items[index - 1] if index else None
        return (
            before is not None
            and before.kind in (K.LAYER, K.NAME, K.NODE)
            and self.normal.text[before.end : item.start].strip() == "("
            and self.normal.text[item.end :].lstrip().startswith(")")
        )

    @staticmethod
    def _names(item: Item) -> bool:
        return item.kind is K.NAME and bool(item.value.systems)

    def _between(self, index: int) -> bool:
        """WEB 스테이징 WAS: the environment of the one before it or of the one behind."""
        return (
            0 < index < len(self.items) - 1
            and self._touch(index - 1, index, K.LAYER, K.ENV)
            and any(self._touch(index, index + 1, K.ENV, kind) for kind in _TARGETS)
        )

    def _touch(self, left: int, right: int, *kinds: K) -> bool:
        """Whether two neighbours are of these kinds, and nothing but blanks is between them."""
        one, other = self.items[left], self.items[right]
        return (one.kind, other.kind) == kinds and not self.normal.text[one.end : other.start].strip()
