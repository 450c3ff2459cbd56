"""The sample estate: five servers, their small services, three agents, two SSH hosts. Everything below one folder."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import asyncssh
import msgspec

from guardia.cmdb.csv_export import write_folder
from guardia.cmdb.model import Alias, AliasKind, Connection, Environment, Inventory, Layer, Server, ServiceManager
from guardia.hub.demo.ports import free_ports

HERE = Path(__file__).resolve().parent
GATEWAY = "MOF-BUD-WAS-01"
SERVICE_ARTIFACT = "app.war"


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """One server of the estate. `port`: its service's; `ssh_port` 0: an agent runs there."""

    asset: str
    hostname: str
    address: str
    institution: str
    system: str
    layer: str
    number: int
    service: str
    product: str
    folder: Path
    port: int
    ssh_port: int = 0

    @property
    def health_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/health"


def war(path: Path, version: str) -> Path:
    """An artifact: a zip archive that names its version."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("VERSION", version)
    return path


_ROWS = [
    # asset, host, institution, system, layer, number, service, product, behind the gateway
    ("MOF-BUD-WEB-01", "mofbudweb01", "기획재정부", "예산시스템", "WEB", 1, "web-bud", "nginx", False),
    ("MOF-BUD-WAS-01", "mofbudwas01", "기획재정부", "예산시스템", "WAS", 1, "was-bud", "Tomcat", False),
    ("MOF-BUD-WAS-02", "mofbudwas02", "기획재정부", "예산시스템", "WAS", 2, "was-bud", "Tomcat", True),
    ("MOF-HOM-WAS-01", "mofhomwas01", "기획재정부", "홈페이지", "WAS", 1, "was-hom", "Tomcat", True),
    ("NTS-HOM-WAS-01", "ntshomwas01", "국세청", "홈페이지", "WAS", 1, "was-hom", "Tomcat", False),
]
_ALIASES = [
    ("institution", "기획재정부", "", "기재부"),
    ("institution", "국세청", "", "NTS"),
    ("system", "예산시스템", "기획재정부", "예산"),
    ("system", "홈페이지", "국세청", "홈피"),
    ("system", "홈페이지", "기획재정부", "홈피"),
]


class Estate:
    """Makes the files; starting is the runner's part. `start_delay`: seconds that each service takes to come up."""

    def __init__(self, root: Path, *, start_delay: float = 0.0) -> None:
        self.root = root
        self._start_delay = start_delay
        ports = iter(free_ports(len(_ROWS) * 2))
        self.nodes = [
            Node(
                asset=asset,
                hostname=host,
                address=f"127.0.0.{10 + n}",
                institution=institution,
                system=system,
                layer=layer,
                number=number,
                service=service,
                product=product,
                folder=root / "servers" / asset,
                port=next(ports),
                ssh_port=next(ports) if behind else 0,
            )
            for n, (asset, host, institution, system, layer, number, service, product, behind) in enumerate(_ROWS, 1)
        ]

    def node(self, asset: str) -> Node:
        return next(node for node in self.nodes if node.asset == asset)

    @property
    def agents(self) -> list[Node]:
        return [node for node in self.nodes if not node.ssh_port]

    @property
    def ssh_hosts(self) -> list[Node]:
        return [node for node in self.nodes if node.ssh_port]

    # --- files ------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Write everything: CMDB files, first releases, keys of the SSH hosts, the agents' configuration."""
        self._cmdb()
        (self.root / "keys").mkdir(mode=0o700, exist_ok=True)
        self._key("gateway")
        for node in self.nodes:
            node.folder.mkdir(parents=True)
            self._first_release(node)
            if node.ssh_port:
                self._key(node.asset)
                authorized = self.root / "keys" / "authorized_keys"
                shutil.copy(self.root / "keys" / "gateway.pub", authorized)
                authorized.chmod(0o600)
        for node in self.agents:
            self._agent(node)

    def _key(self, name: str) -> None:
        key = asyncssh.generate_private_key("ssh-ed25519", comment=f"guardia demo {name}")
        path = self.root / "keys" / name
        path.touch(mode=0o600)
        key.write_private_key(str(path))
        path.chmod(0o600)
        key.write_public_key(str(path.with_suffix(".pub")))

    def host_key(self, name: str) -> str:
        kind, data, *_ = (self.root / "keys" / f"{name}.pub").read_text().split()
        return f"{kind} {data}"

    def _cmdb(self) -> None:
        servers = tuple(
            Server(
                asset_code=n.asset,
                hostname=n.hostname,
                address=n.address,
                institution=n.institution,
                system_name=n.system,
                environment=Environment.PROD,
                infrastructure_layer=Layer(n.layer),
                node_no=n.number,
                connection=Connection.SSH if n.ssh_port else Connection.AGENT,
                via_agent=GATEWAY if n.ssh_port else "",
                service_name=n.service,
                service_manager=ServiceManager.COMMAND,
                product=n.product,
            )
            for n in self.nodes
        )
        aliases = tuple(
            Alias(kind=AliasKind(kind), canonical=canonical, institution=institution, alias=alias)
            for kind, canonical, institution, alias in _ALIASES
        )
        write_folder(Inventory(revision=0, servers=servers, aliases=aliases), self.root / "cmdb")

    def _first_release(self, node: Node) -> None:
        release = node.folder / "app" / "releases" / "initial"
        release.mkdir(parents=True)
        war(release / SERVICE_ARTIFACT, "1.0.0")
        (node.folder / "app" / "current").symlink_to("releases/initial")
        (node.folder / "log").mkdir()

    def _service(self, node: Node) -> dict[str, object]:
        return {
            "asset": node.asset,
            "name": node.service,
            "manager": "command",
            "start": [
                sys.executable,
                "-I",
                str(HERE / "service_app.py"),
                node.asset,
                str(node.port),
                str(node.folder / "app" / "current" / SERVICE_ARTIFACT),
            ],
            "working_directory": str(node.folder),
            "environment": {"START_DELAY": str(self._start_delay)},
            "pid_file": str(node.folder / f"{node.service}.pid"),
            "log_files": [str(node.folder / "log" / f"{node.service}.log")],
            "health_url": node.health_url,
            "ports": [node.port],
            "deploy_root": str(node.folder / "app"),
            "artifact_name": SERVICE_ARTIFACT,
            "start_timeout": 15,
            "stop_timeout": 5,
        }

    def agent_config(self, node: Node) -> Path:
        return self.root / "agents" / node.asset / "agent.toml"

    def _agent(self, node: Node) -> None:
        path = self.agent_config(node)
        path.parent.mkdir(parents=True, mode=0o700)
        served = [node, *(self.ssh_hosts if node.asset == GATEWAY else [])]
        hosts: list[dict[str, object]] = []
        for host in served:
            entry: dict[str, object] = {"asset": host.asset}
            if host.ssh_port:
                entry["state_dir"] = str(host.folder / "guardia")
                entry["ssh"] = {
                    "address": "127.0.0.1",
                    "port": host.ssh_port,
                    "user": _user(),
                    "key_file": str(self.root / "keys" / "gateway"),
                }
            hosts.append(entry)
        values: dict[str, object] = {
            "agent": {"state_dir": str(path.parent / "state"), "asset": node.asset},
            # The servers of the estate share one machine, whose name, addresses and disks are not theirs.
            "facts": {"send": False},
            "hosts": hosts,
            "services": [self._service(host) for host in served],
        }
        path.write_text(to_toml(values), encoding="utf-8")
        path.chmod(0o600)

    def sshd_config(self, node: Node) -> Path:
        """Configuration of an OpenSSH server for one host: loopback, one key, nothing else."""
        path = self.root / "keys" / f"{node.asset}.sshd_config"
        path.write_text(
            "\n".join(
                [
                    f"Port {node.ssh_port}",
                    "ListenAddress 127.0.0.1",
                    f"HostKey {self.root / 'keys' / node.asset}",
                    f"AuthorizedKeysFile {self.root / 'keys' / 'authorized_keys'}",
                    f"PidFile {self.root / 'keys' / (node.asset + '.pid')}",
                    "PasswordAuthentication no",
                    "KbdInteractiveAuthentication no",
                    "UsePAM no",
                    "StrictModes no",
                    "PermitRootLogin prohibit-password",
                    "AllowTcpForwarding local",
                    "Subsystem sftp internal-sftp",
                    "",
                ]
            ),
            encoding="utf-8",
        )
        return path


def _user() -> str:
    return pwd.getpwuid(os.getuid()).pw_name


def to_toml(values: dict[str, object]) -> str:
    """Tables of scalars, lists and one level of arrays of tables as TOML; JSON strings are TOML strings."""
    lines: list[str] = []
    for name, value in values.items():
        if isinstance(value, dict):
            lines += [f"[{name}]", *(_pair(key, item) for key, item in value.items()), ""]
        elif isinstance(value, Sequence):
            for table in value:
                lines += [f"[[{name}]]", *(_pair(key, item) for key, item in table.items()), ""]
    return "\n".join(lines)


def _pair(key: str, value: object) -> str:
    if isinstance(value, dict):
        inner = ", ".join(_pair(k, v) for k, v in value.items())
        return f"{key} = {{ {inner} }}"
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"
