"""Plain requests for one action on one target: what the second look must never ask about.

The blind sets hold each of these ways a few times at most, so that the classifier took the rarer ones ("halt", "the WAS
of …", "install a.war on …") for something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.hub.parser import english_ways, phrasing

PLACES_ENGLISH = (
    "the ibank WAS", "ibank WAS", "node 2 of the ibank WAS", "ibank WAS node 2", "ibank WAS #2",
    "the ibank WAS, node 2", "WAS node 2 of ibank", "ibank's WAS", "the WAS of ibank",
    "node 2 on the ibank WAS", "nodes 2 and 3 of the ibank WAS", "ibank WAS nodes 2-3",
    "the second node of the ibank WAS", "the staging ibank WAS", "ibank WAS in staging",
    "the production ibank WAS", "ibank staging WAS node 2", "mrbibkwas03", "the ibank app server",
    "AuthRelay DB", "ibank application servers", "the AuthRelay WAS", "AuthRelay WAS node 1",
)  # fmt: skip
VERBS = (
    "restart", "stop", "start", "bounce", "reboot", "shut down", "roll back", "kill session 4412 on", "halt",
    "rollback", "clean up the logs on", "clean the old logs on", "purge old logs on", "delete the old logs on",
    "bring up", "take down", "cycle", "recycle", "turn off", "switch off", "fire up", "deploy a.war to",
    "redeploy a.war to", "push a.war to", "install a.war on", "roll out a.war to", "put a.war on", "revert",
    "bring down", "power off",
)  # fmt: skip
ASKED_ENGLISH = (
    "{v} {p}", "{v} {p} please", "please {v} {p}", "Please {v} {p}.", "can you {v} {p}?",
    "could you {v} {p} please?", "Could you please {v} {p}", "pls {v} {p}", "{v} {p} now", "{v} {p} asap",
    "Hello team, can you {v} {p}?", "{v} {p}, thanks", "I need you to {v} {p}", "go ahead and {v} {p}",
    "kindly {v} {p}",
)  # fmt: skip
PLACES = (
    "인뱅 WAS", "인뱅 WAS 2호기", "인뱅 2호기", "인뱅 WAS 2번", "인뱅 WAS 2,3호기", "인뱅 WAS 1~2호기",
    "미래은행 인뱅 WAS", "운영 인뱅 WAS 2호기", "인뱅 스테이징 WAS", "인뱅 WAS 스테이징 1호기", "mrbibkwas03",
    "인뱅WAS2호기", "인뱅 와스 2호기", "승인중계 DB 1호기", "인뱅 WAS 서버", "인뱅 WAS 전체",
    "승인중계WAS1호기",
)  # fmt: skip
NOUNS = (
    "재기동", "재시작", "중지", "기동", "롤백", "원복", "로그 정리", "정지", "스톱", "리부팅", "a.war 배포",
    "a.war 반영", "내리기", "옛날 로그 삭제", "세션 4412 종료", "1.2.3으로 롤백",
)  # fmt: skip
ASKED = (
    "{p} {v}해주세요", "{p} {v} 부탁드립니다", "{p} {v} 좀 부탁해요", "{p} {v} 요청드립니다",
    "{p} {v} 바랍니다", "{p}를 {v}해주세요", "{p} {v}해주실 수 있나요?", "{p} {v} 좀요",
    "안녕하세요 {p} {v} 부탁드립니다", "{p} {v} 진행해주세요", "{p} {v} 바로 해주세요", "지금 {p} {v}해주세요",
    "{p}{v}해주세요", "{p} {v} 한번 해주세요", "{p} 한 번만 {v}해줘",
)  # fmt: skip


TERSE = (
    "{t} {n}", "{t} {n}요", "{t} {n}!", "{n} {t}", "{t} {n}해줘", "{t} {n} 부탁", "{t} {n} 좀", "{t} {n} 요청",
    "{t} {n} ㄱㄱ",
)  # fmt: skip
WORK = (
    "재기동", "재시작", "리스타트", "restart", "중지", "정지", "스톱", "중단", "종료", "stop", "기동", "시작",
    "start", "롤백", "원복", "rollback", "1.2.3으로 롤백", "로그 정리", "오래된 로그 삭제", "a.war 배포",
    "a.war 반영", "세션 4412 kill", "내려", "올려", "껐다 켜", "재기동하고 로그 확인",
    "스레드 덤프 뜨고 재기동",
)  # fmt: skip
BRIEF = (
    "인뱅", "인뱅 WAS", "인뱅 WAS 2", "인뱅 WAS 2번", "인뱅 WAS #2", "인뱅 2호기", "인뱅 WAS 1,2호기",
    "운영 인뱅 WAS", "인뱅 스테이징 WAS", "mrbibkwas03", "미래은행 인뱅 WAS 2", "인뱅WAS2호기", "인뱅 DB",
    "ibank WAS 2", "ibank WAS node 2",
)  # fmt: skip


def terse() -> Iterator[str]:
    """What is said in the fewest words, where each weighs the most."""
    for place, noun, form in product(BRIEF, WORK, TERSE):
        yield form.format(t=place, n=noun)
    for place, verb, form in product(BRIEF, english_ways.VERBS, (*phrasing.COMMANDS_EN, "{t} {v}", "{v} {t} pls")):
        yield form.format(t=place, v=verb.base)


def plain() -> Iterator[str]:
    """Every third of all; each place with each verb, each verb with each form and each form with each place."""
    for places, works, forms in ((PLACES_ENGLISH, VERBS, ASKED_ENGLISH), (PLACES, NOUNS, ASKED)):
        for (i, p), (j, v), (k, form) in product(enumerate(places), enumerate(works), enumerate(forms)):
            if (i + j + k) % 3 == 0:
                yield form.format(p=p, v=v)
