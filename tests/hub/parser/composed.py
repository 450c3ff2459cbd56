"""Messages put together by chance, each with the changes that it asks for.

One action on targets in a row, different actions one after the other, a look beside a change, and a target that is only
told of beside the one that is meant; every target with its layer, environment and nodes in one of the ways in which
people write them, in two languages' names.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from guardia.cmdb.model import Inventory, Server
from tests.hub.parser import around

NAMES = {
    "인터넷뱅킹": ("인뱅", "인터넷뱅킹", "ibank"),
    "승인중계": ("승인중계", "AuthRelay"),
    "CoreLedger": ("코어레저", "CoreLedger"),
}
AHEAD = {"PROD": ("", "", "", "운영 "), "STG": ("스테이징 ", "STG "), "DEV": ("개발 ",)}
BEHIND = {"PROD": ("", "", "(운영)"), "STG": ("(스테이징)", " 스테이징"), "DEV": ("(개발)",)}
CHANGES = {
    "RESTART_SERVICE": ("재기동", "재시작", "리스타트"),
    "STOP_SERVICE": ("중지", "정지"),
    "START_SERVICE": ("기동", "시작"),
    "ROLLBACK_RELEASE": ("롤백",),
    "CLEAN_LOGS": ("로그 정리", "오래된 로그 삭제"),
}
LOOKS = ("로그 확인", "메모리 확인", "CPU 확인", "디스크 확인", "상태 확인")
ENDS = ("해주세요", "해줘", "해 주시기 바랍니다", " 부탁드립니다", " 부탁", "해주세요.")
LINKS = (
    "하고 ", "해주시고 ", "한 다음 ", "한 뒤에 ", ", ", " 후 ", "하시고, ", "해주세요. ", "해주세요\n", "하고 나서 ",
    "해주시고요, 그리고 ",
)  # fmt: skip
PARTICLES = (" ", " ", "는 ", "만 ", "를 ", "도 ")
JOINTS = (", ", "랑 ", " 그리고 ", " / ", " 및 ", "\n", "하고 ")
HEADS = (
    "", "", "", "", "안녕하세요. ", "수고하십니다 ", "급합니다 ", "긴급) ", "승인 받았습니다. ", "@guardia ", "지금 ",
    "고객 민원이 많아서요 ",
)  # fmt: skip
TAILS = ("", "", "", "", "", "~", " 감사합니다", " 급해요", "!!", " 빨리요")
TOLD = (
    "{t}는 {w} 끝났고 ", "{t}는 이미 {w}했으니 ", "{t} {w}는 취소됐고 ", "{t} {w}했는데도 안 돼서 ", "{t}는 놔두고 ",
    "{t}는 정상이고 ", "{t} {w}는 제가 할 테니 ", "{t} 말고 ", "{t} {w}는 내일 하기로 했고 ", "{t} {w}하지 말고 ",
    "{t}에서 에러가 나서 ", "어제 {t} {w}했는데 오늘은 ", "{t}는 {w} 예정이고 ", "{t} {w} 대신 ",
)  # fmt: skip
WORKS: Mapping[str, tuple[str, ...]] = {
    "RESTART_SERVICE": (" 재기동", " 재시작", " 리스타트", " 껐다 켜~", " 내렸다 올려~", "를 재기동"),
    "STOP_SERVICE": (" 중지", " 정지", " 내려~", " 서비스 중지", "를 정지"),
    "START_SERVICE": (" 기동", " 시작", " 올려~", " 띄워~", " 서비스 기동"),
    "ROLLBACK_RELEASE": (" 롤백", " 이전 버전으로 롤백", " 이전 버전으로 되돌려~", " 원복"),
    "CLEAN_LOGS": (" 로그 정리", " 오래된 로그 삭제", " 오래된 로그 지워~", " 지난 로그 정리"),
    "DEPLOY_ARTIFACT": ("에 a.war 배포", "에 a.war 반영", "에 a.war 올려~"),
    "KILL_DB_SESSION": (" 세션 4412 종료", " 4412번 세션 종료", " 세션 4412 끊어~", " 4412 세션 kill"),
    "": (
        " 로그 확인", " 최근 로그 조회", " 로그에서 \"ORA-00942\" 검색", " 로그에서 \"timeout\" 찾아~", " 로그 보여~",
        " 메모리 사용량 점검", " CPU 사용률 확인", " 디스크 용량 확인", " 상태 확인", " 상태 봐~", " 프로세스 확인",
        " 8080 포트 확인", " 응답 확인", " 버전 확인", " 스레드 덤프 수집", " 세션 목록 조회", " 락 확인",
    ),
}  # fmt: skip
"""Works by their action (none for a look), with what stands before them; what ends in ~ is a verb."""
VERB_ENDS = ("주세요", "줘", "주시기 바랍니다", "주실 수 있을까요?", "주십시오", "주시겠어요?")
VERB_LINKS = ("주시고 ", "주고 ", "준 다음 ", "주세요. ", "주세요\n", "주시고, ", "주고 나서 ", "주시고요, ")
NOUN_ENDS = (*ENDS, "해주실 수 있을까요?", "해주십시오", " 요청드립니다", " 좀 부탁드려요", " 바랍니다")
_SAID_BEFORE, _SAID_BEHIND = 0.2, 0.15
Place = tuple[str, str, str]
"""System, layer, environment."""
Effect = tuple[str, str]
"""Asset code of a server, and what is done to it."""


@dataclass(frozen=True)
class Composed:
    text: str
    effects: frozenset[Effect]


class Composer:
    """Composes messages over the systems of `names` in `inventory`; the same seed composes the same messages."""

    names: Mapping[str, tuple[str, ...]]
    changes: Mapping[str, tuple[str, ...]]
    heads: tuple[str, ...]
    tails: tuple[str, ...]
    before: Mapping[str, tuple[str, ...]]
    behind: Mapping[str, tuple[str, ...]]
    breaks: tuple[str, ...]
    """What may stand between two sentences."""

    def __init__(self, inventory: Inventory, seed: int) -> None:
        self._chance = random.Random(seed)
        self.servers: dict[Place, list[Server]] = defaultdict(list)
        for server in inventory.servers:
            if server.system_name in self.names:
                place = (server.system_name, str(server.infrastructure_layer), str(server.environment))
                self.servers[place].append(server)

    def compose(self) -> Composed:
        """One message; no two of its targets are of one system, layer and environment."""
        body, effects = self._chance.choice(self._shapes())()
        text = self._chance.choice(self.heads) + body + self._chance.choice(self.tails)
        return Composed(self._around(text), frozenset(effects))

    def _around(self, text: str) -> str:
        """`text`, now and then among sentences that people write around a request."""
        while self._chance.random() < _SAID_BEFORE:
            text = self._said(self.before) + self._chance.choice(self.breaks) + text
        while self._chance.random() < _SAID_BEHIND:
            text = text + self._chance.choice(("\n", ". ")) + self._said(self.behind)
        return text

    def _said(self, kinds: Mapping[str, tuple[str, ...]]) -> str:
        said = self._chance.choice([kind for name, kind in kinds.items() if name != "others"])
        return self._chance.choice(said)

    def _shapes(self) -> tuple[Callable[[], tuple[str, list[Effect]]], ...]:
        """What makes the bodies of messages, with their effects; one of them as often as it stands here."""
        raise NotImplementedError

    def _target(self, place: Place) -> tuple[str, list[str]]:
        """How a target there is written, and the asset codes of its servers."""
        raise NotImplementedError

    def _change(self) -> tuple[str, str]:
        code = self._chance.choice(sorted(self.changes))
        return code, self._chance.choice(self.changes[code])

    def _targets(self, count: int) -> list[tuple[str, list[str]]]:
        return [self._target(place) for place in self._chance.sample(sorted(self.servers), count)]


class KoreanComposer(Composer):
    """Messages in Korean, with names of both languages."""

    names, changes, heads, tails = NAMES, CHANGES, HEADS, TAILS
    before, behind, breaks = around.BEFORE, around.BEHIND, (". ", "\n", " ")

    def _shapes(self) -> tuple[Callable[[], tuple[str, list[Effect]]], ...]:
        return (self._row, self._steps, self._steps, self._look, self._told, self._works, self._works)

    def _works(self) -> tuple[str, list[Effect]]:
        """One to three works, each on a target of its own or on that of the one before."""
        text, effects, hosts = "", [], []
        places = self._chance.sample(sorted(self.servers), 3)
        count = self._chance.choice((1, 2, 2, 3))
        place, before = places[0], ""
        for number in range(count):
            fresh = number == 0 or self._chance.random() < 0.7
            place = places[number] if fresh else place
            code = self._work(place, "" if fresh else before)
            word = self._chance.choice(WORKS[code])
            if fresh:
                target, hosts = self._target(place)
                text += target + (self._chance.choice(("은", "는")) if word[0] == " " and number else "")
            elif word[0] != " ":
                word = " " + word[2:] if word[1] == " " else word
            last = number + 1 == count
            if word.endswith("~"):
                blank = " " * (word[-2] in "켜려워")
                text += word[:-1] + blank + self._chance.choice(VERB_ENDS if last else VERB_LINKS)
            else:
                text += word + self._chance.choice(NOUN_ENDS if last else LINKS)
            effects += [(host, code) for host in hosts if code]
            before = code
        return text.replace("  ", " "), effects

    def _work(self, place: Place, before: str) -> str:
        """An action that is done there; sessions are a database's, and what was just stopped is not started again."""
        codes = [
            code
            for code in sorted(WORKS)
            if not (code == "KILL_DB_SESSION" and place[1] != "DB")
            and not (code == "START_SERVICE" and before == "STOP_SERVICE")
        ]
        return self._chance.choice(codes)

    def _row(self) -> tuple[str, list[Effect]]:
        targets = self._targets(self._chance.choice((2, 2, 3)))
        code, word = self._change()
        joint = self._chance.choice(JOINTS)
        every = self._chance.choice((" ", " ", " 둘 다 " if len(targets) == 2 else " 셋 다 ", " 모두 "))
        text = joint.join(text for text, _ in targets) + every + word + self._chance.choice(ENDS)
        return text, [(host, code) for _, hosts in targets for host in hosts]

    def _steps(self) -> tuple[str, list[Effect]]:
        text, effects = "", []
        targets = self._targets(self._chance.choice((2, 2, 3)))
        for number, (target, hosts) in enumerate(targets, 1):
            code, word = self._change()
            behind = self._chance.choice(LINKS if number < len(targets) else ENDS)
            text += target + self._chance.choice(PARTICLES) + word + behind
            effects += [(host, code) for host in hosts]
        return text, effects

    def _look(self) -> tuple[str, list[Effect]]:
        (target, hosts), (other, _) = self._targets(2)
        code, word = self._change()
        change = target + self._chance.choice(PARTICLES) + word
        look = other + self._chance.choice(PARTICLES) + self._chance.choice(LOOKS)
        pair = (change, look) if self._chance.random() < 0.5 else (look, change)
        return self._chance.choice(LINKS).join(pair) + self._chance.choice(ENDS), [(host, code) for host in hosts]

    def _told(self) -> tuple[str, list[Effect]]:
        (target, hosts), (other, _) = self._targets(2)
        (code, word), (_, done) = self._change(), self._change()
        told = self._chance.choice(TOLD).format(t=other, w=done)
        asked = target + self._chance.choice((" ", " ", "만 ", "를 ")) + word + self._chance.choice(ENDS)
        return told + asked, [(host, code) for host in hosts]

    def _target(self, place: Place) -> tuple[str, list[str]]:
        system, layer, environment = place
        servers = sorted(self.servers[place], key=lambda server: server.node_no)
        name, nodes = self._chance.choice(NAMES[system]), ""
        if self._chance.random() < 0.6:
            count = min(len(servers), self._chance.choice((1, 1, 1, 2)))
            servers = sorted(self._chance.sample(servers, count), key=lambda server: server.node_no)
            numbers = ",".join(str(server.node_no) for server in servers)
            nodes = " " + self._chance.choice(("{}호기", "{}번", "#{}" if count == 1 else "{}호기")).format(numbers)
        ahead, behind = self._chance.choice(AHEAD[environment]), self._chance.choice(BEHIND[environment])
        ways = [
            f"{ahead}{name} {layer}{nodes}", f"{name} {ahead}{layer}{nodes}", f"{name} {layer}{nodes}{behind}",
            f"{name} {layer}{behind}{nodes}",
        ]  # fmt: skip
        if nodes and len(servers) == 1 and self._chance.random() < 0.1:
            ways = [servers[0].hostname]
        return self._chance.choice(ways), [server.asset_code for server in servers]
