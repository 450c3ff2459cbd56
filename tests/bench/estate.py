"""What the benchmarks talk about: a thousand servers behind one gateway agent, people, sentences."""

from __future__ import annotations

import time

from guardia.cmdb.model import Alias, AliasKind, Connection, Environment, Inventory, Layer, Server, ServiceManager
from guardia.hub.core.message import ButtonPress, InboundMessage, Person

GATEWAY = "MOF-BUD-WAS-01"
CHECK = "기획재정부 예산시스템 WAS {n}호기 디스크 확인해줘"
RESTART = "기획재정부 예산시스템 WAS {n}호기 재기동해줘"
ENGINEER = Person(person_id="engineer1", name="engineer1", roles=("engineer",), institutions=("*",))
APPROVER = Person(person_id="approver1", name="approver1", roles=("approver",), institutions=("*",))

_INSTITUTIONS = ("기획재정부", "국세청", "관세청", "조달청", "통계청", "병무청", "산림청", "특허청", "기상청", "소방청")
_CODES = ("MOF", "NTS", "KCS", "PPS", "KST", "MMA", "KFS", "KPO", "KMA", "NFA")
_SYSTEMS = (
    "예산시스템",
    "홈페이지",
    "전자결재",
    "민원포털",
    "통합인증",
    "인사관리",
    "자산관리",
    "통계포털",
    "문서관리",
    "정보공개",
)
_SYSTEM_CODES = ("BUD", "HOM", "APR", "MIN", "SSO", "HRM", "AST", "STA", "DOC", "OPN")
_NODES = ((Layer.WAS, 5), (Layer.WEB, 3), (Layer.DB, 2))


def inventory() -> Inventory:
    """10 institutions, 10 systems each, 10 servers each; all production, all reached through the gateway."""
    servers = [
        Server(
            asset_code=f"{code}-{system_code}-{layer.value}-{number:02}",
            hostname=f"{code}{system_code}{layer.value}{number:02}".lower(),
            address=f"10.{i}.{s}.{10 * place + number}",
            institution=institution,
            system_name=system,
            environment=Environment.PROD,
            infrastructure_layer=layer,
            node_no=number,
            connection=Connection.AGENT if asset_is_gateway(code, system_code, layer, number) else Connection.SSH,
            via_agent="" if asset_is_gateway(code, system_code, layer, number) else GATEWAY,
            service_name=f"{layer.value}-{system_code}".lower(),
            service_manager=ServiceManager.SYSTEMD,
            product={Layer.WAS: "Tomcat", Layer.WEB: "nginx", Layer.DB: "MariaDB"}[layer],
        )
        for i, (institution, code) in enumerate(zip(_INSTITUTIONS, _CODES, strict=True))
        for s, (system, system_code) in enumerate(zip(_SYSTEMS, _SYSTEM_CODES, strict=True))
        for place, (layer, count) in enumerate(_NODES)
        for number in range(1, count + 1)
    ]
    aliases = [
        Alias(kind=AliasKind.INSTITUTION, canonical="기획재정부", alias="기재부"),
        *(
            Alias(kind=AliasKind.SYSTEM, canonical=system, institution=institution, alias=system[:2])
            for institution in _INSTITUTIONS
            for system in _SYSTEMS[:5]
        ),
    ]
    servers.sort(key=lambda server: server.asset_code)
    return Inventory(revision=1, servers=tuple(servers), aliases=tuple(aliases))


def asset_is_gateway(code: str, system_code: str, layer: Layer, number: int) -> bool:
    return f"{code}-{system_code}-{layer.value}-{number:02}" == GATEWAY


class FixedInventory:
    """`ports.InventoryPort` of one inventory."""

    def __init__(self, value: Inventory) -> None:
        self._value = value

    def snapshot(self) -> Inventory:
        return self._value


SENTENCES = (
    CHECK.format(n=1),
    RESTART.format(n=2),
    "기재부 예산시스템 WAS 1호기 재기동해줘",
    "국세청 홈페이지 WEB 상태 확인 부탁드립니다",
    "관세청 전자결재 DB 디스크 사용량 좀 봐주세요",
    "조달청 민원포털 was 2호기 로그 50줄 보여줘",
    "통계청 통계포털 웹서버 전체 재시작해 주세요",
    "병무청 통합인증 WAS 3호기 내려줘",
    "산림청 자산관리 WAS 롤백해줘",
    "어제 회의록 공유드립니다. 확인 부탁드려요",
    "점심 뭐 먹을까요?",
    "특허청 문서관리 WAS 재기동하지 마세요",
)


def message(number: int, text: str, room: str = "ops", person: Person = ENGINEER) -> InboundMessage:
    return InboundMessage(
        platform="room",
        message_id=f"m{number}",
        room_id=room,
        person=person,
        text=text,
        received_ms=time.time_ns() // 1_000_000,
    )


def approval(number: int, request_id: str, digest: str, room: str = "ops") -> ButtonPress:
    return ButtonPress(
        platform="room",
        press_id=f"p{number}",
        room_id=room,
        person=APPROVER,
        request_id=request_id,
        button="approve",
        digest=digest,
        received_ms=time.time_ns() // 1_000_000,
    )


SERVERS_CSV = [
    (
        *("asset_code", "hostname", "address", "institution", "system_name", "environment", "infrastructure_layer"),
        *("node_no", "connection", "via_agent", "service_name", "service_manager", "product"),
    ),
    (
        "MOF-BUD-WAS-01",
        "w1",
        "10.1.1.1",
        "기획재정부",
        "예산시스템",
        "PROD",
        "WAS",
        "1",
        "agent",
        "",
        "was",
        "systemd",
        "x",
    ),
    (
        "MOF-BUD-WAS-02",
        "w2",
        "10.1.1.2",
        "기획재정부",
        "예산시스템",
        "PROD",
        "WAS",
        "2",
        "agent",
        "",
        "was",
        "systemd",
        "x",
    ),
]
"""A small inventory as `guardia-hub cmdb import` takes it."""
