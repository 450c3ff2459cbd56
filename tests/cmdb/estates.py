"""Estates for the tests: a small one with every kind of trap, generated ones, and a large one."""

import string
import unicodedata
from pathlib import Path

from hypothesis import strategies as st

from guardia.cmdb.csv_export import write_folder
from guardia.cmdb.diff import make_inventory
from guardia.cmdb.model import (
    Alias,
    AliasKind,
    Connection,
    Environment,
    Inventory,
    Layer,
    Server,
    ServiceManager,
)
from guardia.cmdb.normalise import RESERVED, name_key, odd_character

HEADER = (
    "asset_code,hostname,address,institution,system_name,environment,infrastructure_layer,node_no,"
    "connection,via_agent,service_name,service_manager,product"
)
ALIAS_HEADER = "kind,canonical,institution,alias"

SMALL_SERVERS = [
    "LIB-LOAN-WAS-01,libloanwas01,10.1.0.1,도서관,대출시스템,PROD,WAS,1,agent,,tomcat-loan,systemd,Tomcat",
    "LIB-LOAN-WAS-02,libloanwas02,10.1.0.2,도서관,대출시스템,PROD,WAS,2,ssh,LIB-LOAN-WAS-01,tomcat-loan,systemd,Tomcat",
    "LIB-LOAN-WEB-01,libloanweb01,10.1.0.3,도서관,대출시스템,PROD,WEB,1,ssh,LIB-LOAN-WAS-01,nginx,systemd,nginx",
    "LIB-LOAN-STG-01,libloanstg01,10.1.1.1,도서관,대출시스템,STG,WAS,1,agent,,tomcat-loan,systemd,Tomcat",
    "LIB-HOME-WEB-01,libhomeweb01,10.1.2.1,도서관,홈페이지,PROD,WEB,1,agent,,nginx,systemd,nginx",
    "MUS-HOME-WEB-01,mushomeweb01,10.2.0.1,박물관,홈페이지,PROD,WEB,1,agent,,webtob,command,WebtoB",
    "MUS-HOME-DB-01,mushomedb01,10.2.0.2,박물관,홈페이지,PROD,DB,1,ssh,MUS-HOME-WEB-01,oracle-home,command,",
]
SMALL_ALIASES = [
    "institution,도서관,,LIB",
    "institution,박물관,,뮤지엄",
    "system,대출시스템,도서관,대출",
    "system,대출시스템,도서관,loan system",
    "system,홈페이지,도서관,홈피",
    "system,홈페이지,박물관,홈피",
]


def write_csv(folder: Path, servers: list[str], aliases: list[str]) -> Path:
    (folder / "servers.csv").write_text("\n".join([HEADER, *servers]) + "\n", encoding="utf-8")
    (folder / "aliases.csv").write_text("\n".join([ALIAS_HEADER, *aliases]) + "\n", encoding="utf-8")
    return folder


def small_folder(folder: Path) -> Path:
    return write_csv(folder, SMALL_SERVERS, SMALL_ALIASES)


def large_inventory(count: int) -> Inventory:
    """`count` servers in systems of ten, in a hundred institutions."""
    servers = []
    for number in range(count):
        system, node = divmod(number, 10)
        layer = (Layer.WEB, Layer.WAS, Layer.DB)[min(node // 4, 2)]
        gateway = f"S{system:05d}-0"
        servers.append(
            Server(
                asset_code=f"S{system:05d}-{node}",
                hostname=f"host{number:06d}",
                address=f"10.{number >> 16}.{(number >> 8) & 255}.{number & 255}",
                institution=f"기관{system % 100:03d}",
                system_name=f"업무{system:05d}",
                environment=Environment.PROD,
                infrastructure_layer=layer,
                node_no=node % 4 + 1,
                connection=Connection.SSH if node else Connection.AGENT,
                via_agent=gateway if node else "",
                service_name="tomcat",
                service_manager=ServiceManager.SYSTEMD,
                product="Tomcat",
            )
        )
    aliases = [
        Alias(
            kind=AliasKind.SYSTEM,
            canonical=f"업무{system:05d}",
            institution=f"기관{system % 100:03d}",
            alias=f"work{system:05d}",
        )
        for system in range(count // 10)
    ]
    return make_inventory(servers, aliases)


def large_folder(folder: Path, count: int = 20_000) -> Path:
    write_folder(large_inventory(count), folder)
    return folder


def _nameable(text: str) -> bool:
    return bool(name_key(text)) and name_key(text) not in RESERVED and not odd_character(text)


names = (
    st.text(st.sampled_from("가나다라마바사정예산결재시스템 ABCabcÅéßﬁＷ09-_,\"'()"), min_size=1, max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(_nameable)
)
tokens = st.text(string.ascii_letters + string.digits, min_size=1, max_size=6).filter(_nameable)


@st.composite
def inventories(draw: st.DrawFn, max_systems: int = 4) -> Inventory:
    """A valid inventory: names unique by key within their scope, aliases without a second meaning."""

    def named(count: int) -> list[str]:
        found = draw(st.lists(names, min_size=1, max_size=count, unique_by=name_key))
        return [unicodedata.normalize("NFC", name) for name in found]

    servers: list[Server] = []
    aliases: list[Alias] = []
    number = 0
    institutions = named(3)
    taken = {name_key(name) for name in institutions}
    for institution in institutions:
        for alias in draw(st.lists(names, max_size=2)):
            if name_key(alias) not in taken:
                taken.add(name_key(alias))
                text = unicodedata.normalize("NFC", alias)
                aliases.append(Alias(kind=AliasKind.INSTITUTION, canonical=institution, alias=text))
        systems = named(max_systems)
        within = {name_key(name) for name in systems}
        for system in systems:
            for alias in draw(st.lists(names, max_size=2)):
                if name_key(alias) not in within:
                    within.add(name_key(alias))
                    text = unicodedata.normalize("NFC", alias)
                    aliases.append(Alias(kind=AliasKind.SYSTEM, canonical=system, institution=institution, alias=text))
            places = draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(Environment), st.sampled_from(Layer), st.integers(min_value=1, max_value=4)
                    ),
                    min_size=1,
                    max_size=4,
                    unique=True,
                )
            )
            for environment, layer, node_no in places:
                gateways = [server.asset_code for server in servers if server.connection is Connection.AGENT]
                via = draw(st.sampled_from(["", *gateways]))
                servers.append(
                    Server(
                        asset_code=f"{draw(tokens)}-{number}",
                        hostname=f"{draw(tokens)}-{number}".lower(),
                        address=draw(st.sampled_from([f"10.0.0.{number + 1}", f"FD00::{number + 1:x}"])),
                        institution=institution,
                        system_name=system,
                        environment=environment,
                        infrastructure_layer=layer,
                        node_no=node_no,
                        connection=Connection.SSH if via else Connection.AGENT,
                        via_agent=via,
                        service_name=draw(tokens),
                        service_manager=draw(st.sampled_from(ServiceManager)),
                        product=draw(st.sampled_from(["", "Tomcat", "Oracle 19c"])),
                    )
                )
                number += 1
    return make_inventory(servers, aliases)
