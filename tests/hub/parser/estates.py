# ruff: noqa: E501 - a table of sentences
"""Inventories of the reader's tests: invented estates of many kinds, built from a few lines each."""

from __future__ import annotations

import random

from guardia.cmdb.model import Alias, AliasKind, Connection, Environment, Inventory, Layer, Server, ServiceManager

_PRODUCTS = {"WEB": "nginx", "WAS": "Tomcat", "DB": "PostgreSQL"}


class Estate:
    """Collects rows; `system` adds the nodes of one system."""

    def __init__(self) -> None:
        self.servers: list[Server] = []
        self.aliases: list[Alias] = []
        self._net = 0

    def institution(self, name: str, *aliases: str) -> None:
        for alias in aliases:
            self.aliases.append(Alias(kind=AliasKind.INSTITUTION, canonical=name, alias=alias))

    def system(
        self, institution: str, name: str, code: str, nodes: str, *aliases: str, products: dict[str, str] | None = None
    ) -> None:
        """`nodes` like "WEB2 WAS3 DB1 STG:WAS1 DEV:WAS1"; `code` like "UOS-LMS" makes asset codes and host names."""
        self._net += 1
        named = {**_PRODUCTS, **(products or {})}
        for part in nodes.split():
            environment, _, rest = part.rpartition(":")
            layer, count = rest.rstrip("0123456789"), int(rest[len(rest.rstrip("0123456789")) :])
            place = f"-{environment}" if environment else ""
            for number in range(1, count + 1):
                asset = f"{code}{place}-{layer}-{number:02d}"
                offset = {"": 0, "STG": 100, "DEV": 200}[environment]
                host = f"{code.replace('-', '').lower()}{layer.lower()}{number:02d}" + (
                    f"-{environment.lower()}" if environment else ""
                )
                self.servers.append(
                    Server(
                        asset_code=asset,
                        hostname=host,
                        address=f"10.{self._net // 250}.{self._net % 250}.{offset + {'WEB': 10, 'WAS': 20, 'DB': 30}[layer] + number}",
                        institution=institution,
                        system_name=name,
                        environment=Environment(environment or "PROD"),
                        infrastructure_layer=Layer(layer),
                        node_no=number,
                        connection=Connection.AGENT,
                        service_name=f"{named[layer].lower()}-{code.split('-')[1].lower()}",
                        service_manager=ServiceManager.SYSTEMD,
                        product=named[layer],
                    )
                )
        for alias in aliases:
            self.aliases.append(Alias(kind=AliasKind.SYSTEM, canonical=name, institution=institution, alias=alias))

    def build(self) -> Inventory:
        return Inventory(
            revision=1, servers=tuple(sorted(self.servers, key=lambda one: one.asset_code)), aliases=tuple(self.aliases)
        )


def city() -> Inventory:
    """Local governments: two of them have a system of one name; names that differ in one letter stay out."""
    estate = Estate()
    estate.institution("청주시", "청주시청", "CJC")
    estate.institution("울산광역시", "울산시", "ULSAN")
    estate.institution("제주특별자치도", "제주도", "제주")
    estate.system("청주시", "새들목행정", "CJC-SDM", "WEB2 WAS4 DB2 STG:WAS2 STG:DB1 DEV:WAS1", "새들목", "SDM")
    estate.system("청주시", "대표누리집", "CJC-WWW", "WEB2 WAS2 DB1", "누리집", "homepage")
    estate.system("울산광역시", "대표누리집", "ULS-WWW", "WEB1 WAS3 DB1", "누리집")
    estate.system("울산광역시", "교통정보센터", "ULS-ITS", "WEB1 WAS2 DB2 STG:WEB1 STG:WAS1 STG:DB1", "ITS", "교통정보")
    estate.system("제주특별자치도", "관광마당24", "JEJ-TOUR", "WEB2 WAS2 DB1 DEV:WAS1 DEV:DB1", "관광마당", "tour24")
    estate.system("제주특별자치도", "수당지급", "JEJ-PAY", "WAS2 DB1", "수당")
    estate.system("제주특별자치도", "알림톡중계", "JEJ-MSG", "WAS2")
    return estate.build()


def campus() -> Inventory:
    """A university and a hospital; systems with numbers and English names."""
    estate = Estate()
    estate.institution("한빛대학교", "한빛대", "HBU")
    estate.institution("온누리병원", "온누리", "ONH")
    estate.system(
        "한빛대학교",
        "학사정보시스템",
        "HBU-HAK",
        "WEB2 WAS4 DB2 STG:WEB1 STG:WAS2 STG:DB1 DEV:WAS1",
        "학사",
        "학사시스템",
        products={"WAS": "JEUS", "WEB": "WebtoB", "DB": "Tibero"},
    )
    estate.system("한빛대학교", "LearnHub", "HBU-LMS", "WEB1 WAS3 DB1 STG:WAS1", "LMS", "러닝허브", "이러닝")
    estate.system("한빛대학교", "도서관", "HBU-LIB", "WEB1 WAS1 DB1", "lib", products={"DB": "MySQL"})
    estate.system(
        "온누리병원",
        "전자의무기록",
        "ONH-EMR",
        "WEB2 WAS3 DB2 DEV:WAS1",
        "EMR",
        products={"WAS": "WebLogic", "DB": "Oracle", "WEB": "Apache"},
    )
    estate.system("온누리병원", "진료예약2", "ONH-RSV", "WEB1 WAS2 DB1 STG:WAS1", "예약2", "booking")
    estate.system("온누리병원", "처방전달시스템", "ONH-OCS", "WAS3 DB2 STG:WAS1 STG:DB1", "OCS", "처방")
    return estate.build()


def bank() -> Inventory:
    """A bank, a card company and an insurer; English system names, one alias shared by two different systems."""
    estate = Estate()
    estate.institution("미래은행", "미래", "MRB")
    estate.institution("가온카드", "GAON")
    estate.institution("다솜생명", "다솜", "DSL")
    estate.system(
        "미래은행",
        "인터넷뱅킹",
        "MRB-IBK",
        "WEB3 WAS4 DB2 STG:WEB1 STG:WAS2 STG:DB1 DEV:WAS1",
        "인뱅",
        "ibank",
        products={"WAS": "WebLogic", "DB": "Oracle", "WEB": "Apache"},
    )
    estate.system(
        "미래은행",
        "CoreLedger",
        "MRB-COR",
        "WAS3 DB2 STG:WAS1",
        "코어레저",
        "core ledger",
        products={"DB": "Oracle", "WAS": "JBoss"},
    )
    estate.system("미래은행", "고객포털", "MRB-CPT", "WEB2 WAS2 DB1", "포털")
    estate.system(
        "가온카드", "승인중계", "GAN-AUT", "WAS4 DB2 STG:WAS2", "승인", "AuthRelay", products={"DB": "MariaDB"}
    )
    estate.system("가온카드", "회원포털", "GAN-MPT", "WEB2 WAS2 DB1", "포털")
    estate.system(
        "다솜생명", "보험청약시스템", "DSL-SUB", "WEB1 WAS2 DB1 STG:WAS1 DEV:WAS1", "청약", products={"DB": "CUBRID"}
    )
    return estate.build()


_SYLLABLES = "가나다라마바사아자차하거너더러머버서어저허고노도로모보소오조호구누두루무부수우주후기니디리미비시이지히"


def crowd(servers: int, seed: int = 1) -> Inventory:
    """A made-up estate of about `servers` servers, for measuring."""
    draw = random.Random(seed)
    estate = Estate()
    total, number = 0, 0
    while total < servers:
        number += 1
        institution = "".join(draw.choices(_SYLLABLES, k=3)) + draw.choice(["청", "공사", "대학교", "은행", "시청"])
        estate.institution(institution, f"INS{number}")
        for index in range(4):
            name = "".join(draw.choices(_SYLLABLES, k=draw.randint(3, 5))) + draw.choice(["시스템", "포털", "센터", ""])
            estate.system(
                institution,
                name,
                f"I{number}-S{index}",
                "WEB3 WAS8 DB2 STG:WAS2 STG:DB1 DEV:WAS1",
                f"sys{number}x{index}",
            )
            total += 17
    return estate.build()


ESTATES = {"city": city, "campus": campus, "bank": bank}
