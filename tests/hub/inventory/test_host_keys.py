"""Pinned SSH host keys: from the file of an admin through the CMDB and the hub to the gateway that uses them."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import msgspec
import pytest
from sqlalchemy import create_engine

from guardia.agent.core.target import HopSpec
from guardia.agent.errors import HostError
from guardia.agent.run.host_keys import PinnedKeys
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_pool import SshPool
from guardia.cmdb import hostkeys
from guardia.cmdb.errors import ImportRowsError
from guardia.cmdb.hostkeys import HostKey
from guardia.cmdb.migrations import upgrade
from guardia.cmdb.model import Connection, Environment, Layer, Server, ServiceManager
from guardia.cmdb.tables import hosts, revisions
from guardia.hub.errors import AgentOfflineError
from guardia.hub.inventory.host_keys import HostKeyTeller
from guardia.hub.ports import Presence
from guardia.proto import frames
from tests.fakes.links import make_hello
from tests.support.sshd import running_sshd

ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEuT0nPzFZb1Yb1cV0i9d0B9kq2m3n4o5p6q7r8s9t0u"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAuT0nPzFZb1Yb1cV0i9d0B9kq2m3n4o5p6q7r8s9t0u"


def test_a_file_of_keys_is_read_and_its_mistakes_are_told_by_line() -> None:
    text = f"# console\n\nDB-01 {ED} root@db01\nDB-01 {OTHER}\nDB-02 {ED}\n"
    assert hostkeys.parse(text) == (
        HostKey(asset_code="DB-01", key=ED),
        HostKey(asset_code="DB-01", key=OTHER),
        HostKey(asset_code="DB-02", key=ED),
    )
    with pytest.raises(ImportRowsError) as caught:
        hostkeys.parse(f"DB-01\nDB-02 ssh-dss AAAA\nDB-03 {ED}\n")
    assert [problem.split(":")[0] for problem in caught.value.problems] == ["line 1", "line 2"]


def test_keys_are_pinned_as_a_revision_of_their_own_and_only_for_known_hosts(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/cmdb.db")
    upgrade(engine)
    with engine.begin() as connection:
        for code in ("GW-01", "DB-01", "DB-02"):
            row = {"asset_code": code, "hostname": code, "address": code, "connection": "agent", "via_agent": None}
            connection.execute(hosts.insert(), row)
        first = {"number": 7, "imported_ms": 1, "actor": "a", "source": "s", "sha256": "0" * 64, "summary": ""}
        connection.execute(revisions.insert(), first)
        pin = {"actor": "cli", "source": "file", "now_ms": 2}
        assert hostkeys.replace(connection, hostkeys.parse(f"DB-01 {ED}\nDB-02 {ED}"), **pin) == 8
        assert hostkeys.replace(connection, hostkeys.parse(f"DB-01 {ED}"), **pin) == 8
        assert hostkeys.replace(connection, hostkeys.parse(f"DB-01 {OTHER}"), **pin) == 9
        assert hostkeys.load(connection) == (
            HostKey(asset_code="DB-01", key=OTHER),
            HostKey(asset_code="DB-02", key=ED),
        )
        with pytest.raises(ImportRowsError, match="DB-99"):
            hostkeys.replace(connection, hostkeys.parse(f"DB-99 {ED}"), **pin)


def server(code: str, via: str) -> Server:
    return Server(
        asset_code=code,
        hostname=code,
        address=code,
        institution="기재부",
        system_name="예산",
        environment=Environment.PROD,
        infrastructure_layer=Layer.DB,
        node_no=1,
        connection=Connection.SSH if via else Connection.AGENT,
        via_agent=via,
        service_name="db",
        service_manager=ServiceManager.SYSTEMD,
    )


class Links:
    def __init__(self) -> None:
        self.agents: dict[str, Presence] = {}
        self.sent: list[tuple[str, frames.HubFrame]] = []
        self.offline = False

    def join(self, agent: str, *targets: str, epoch: int = 1, minor: int = 1) -> None:
        hello = msgspec.structs.replace(make_hello(agent, targets=targets), protocol_minor=minor)
        self.agents[agent] = Presence(agent_id=agent, epoch=epoch, hello=hello, connected_ms=0, peer="")

    def presence(self) -> dict[str, Presence]:
        return self.agents

    async def send(self, agent_id: str, frame: frames.HubFrame) -> None:
        if self.offline:
            raise AgentOfflineError("gone")
        self.sent.append((agent_id, frame))


async def test_each_gateway_is_told_the_keys_of_its_own_hosts_once_and_again_after_a_change() -> None:
    links = Links()
    keys = (HostKey(asset_code="DB-01", key=ED), HostKey(asset_code="DB-02", key=ED))
    servers = (server("GW-01", ""), server("GW-02", ""), server("DB-01", "GW-01"), server("DB-02", "GW-02"))
    teller = HostKeyTeller(links, lambda: keys, lambda: servers)
    links.join("gw1", "GW-01", "DB-01")
    links.join("old", "GW-02", "DB-02", minor=0)
    links.join("was", "WAS-01")
    await teller.tell()
    await teller.tell()
    mine = frames.HostKeys(keys=(frames.HostKey(asset="DB-01", key=ED),))
    assert links.sent == [("gw1", mine)]
    keys = (HostKey(asset_code="DB-01", key=OTHER), keys[1])
    links.offline = True
    await teller.tell()
    links.offline = False
    await teller.tell()
    assert links.sent[1:] == [("gw1", frames.HostKeys(keys=(frames.HostKey(asset="DB-01", key=OTHER),)))]
    links.join("gw1", "GW-01", "DB-01", epoch=2)
    await teller.tell()
    assert len(links.sent) == 3
    keys = keys[1:]
    await teller.tell()
    assert links.sent[3:] == [("gw1", frames.HostKeys(keys=()))]


def test_while_keys_are_replaced_none_is_missing(tmp_path: Path) -> None:
    pins = PinnedKeys(tmp_path)
    keys = tuple(frames.HostKey(asset=f"DB-{number:02}", key=ED) for number in range(3))
    pins.replace(frames.HostKeys(keys=keys))
    seen = []

    class Watched(tuple[frames.HostKey, ...]):
        """What the loop would see at each moment of the other thread's work."""

        __slots__ = ()

        def __iter__(self) -> Iterator[frames.HostKey]:
            for key in super().__iter__():
                seen.append(pins.of("DB-02"))
                yield key

    pins.replace(frames.HostKeys(keys=Watched(keys)))
    assert set(seen) == {ED}


async def test_a_gateway_dials_with_the_cmdbs_key_and_refuses_without_or_with_another(tmp_path: Path) -> None:
    with running_sshd(tmp_path / "jump") as jump, running_sshd(tmp_path / "sshd") as running:
        state = tmp_path / "state"
        state.mkdir()
        hop = HopSpec(
            address=jump.spec.address,
            port=jump.spec.port,
            user=jump.spec.user,
            key_file=jump.spec.key_file,
            asset="JUMP-01",
        )
        spec = msgspec.structs.replace(running.spec, host_key="", jump=(hop,))
        pins, pool = PinnedKeys(state), SshPool()
        host = SshHost("DB-01", spec, pool, pins=pins)
        with pytest.raises(HostError, match="no host key is pinned"):
            await host.memory()
        told = [("JUMP-01", jump.spec.host_key), ("DB-01", ED), ("DB-01", running.spec.host_key)]
        frame = frames.HostKeys(keys=tuple(frames.HostKey(asset=asset, key=key) for asset, key in told))
        await asyncio.to_thread(pins.replace, frame)
        assert (await host.memory()).total > 0
        assert (state / "host_keys.json").stat().st_mode & 0o777 == 0o600
        # They outlive a restart of the agent, and a key in agent.toml stands above them.
        again = PinnedKeys(state)
        assert (await SshHost("DB-01", spec, pool, pins=again).memory()).total > 0
        other = " ".join(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2])
        pinned_here = msgspec.structs.replace(spec, host_key=other)
        with pytest.raises(HostError, match="another host key"):
            await SshHost("DB-01", pinned_here, pool, pins=again).memory()
        await pool.close()
