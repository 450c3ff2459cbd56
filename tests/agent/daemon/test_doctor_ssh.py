"""`guardia-agent doctor` against real sshds: each mistake is named at the server where it lies."""

from collections.abc import Iterator
from pathlib import Path

import asyncssh
import msgspec
import pytest

from guardia.agent.core.target import HopSpec, HostSpec, SshSpec
from guardia.agent.daemon.doctor_ssh import ssh_hosts
from guardia.agent.daemon.finding import Finding
from tests.support.sshd import Sshd, free_port, running_sshd


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Sshd]]:
    folder = tmp_path_factory.mktemp("doctor")
    with running_sshd(folder / "jump") as jump, running_sshd(folder / "target") as target:
        yield jump, target


def other_key() -> str:
    return " ".join(asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()[:2])


def hop(server: Sshd) -> HopSpec:
    spec = server.spec
    return HopSpec(address=spec.address, port=spec.port, user=spec.user, key_file=spec.key_file, host_key=spec.host_key)


async def look(tmp_path: Path, spec: SshSpec) -> Finding:
    (found,) = [finding async for finding in ssh_hosts((HostSpec(asset="SSH-01", ssh=spec),), tmp_path)]
    return found


async def test_a_host_behind_a_jump_host_is_reached_with_two_pinned_keys(
    servers: tuple[Sshd, Sshd], tmp_path: Path
) -> None:
    jump, target = servers
    found = await look(tmp_path, msgspec.structs.replace(target.spec, jump=(hop(jump),)))
    assert found.status == "ok"
    assert f"{jump.spec.place} → {target.spec.place}" in found.detail


@pytest.mark.parametrize("at", ["host", "jump"])
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"address": "no-such-host.invalid"}, "이름을 찾을 수 없습니다"),
        ({"port": 0}, "포트에 연결할 수 없습니다"),
        ({"host_key": "other"}, "다른 호스트 키"),
        ({"host_key": ""}, "고정한 호스트 키가 없거나"),
        ({"user": "no-such-user"}, "키를 받지 않습니다"),
        ({"key_file": "/no/such/key"}, "개인키를 쓸 수 없습니다"),
    ],
)
async def test_what_is_wrong_is_named_with_its_server(
    at: str, change: dict[str, object], says: str, servers: tuple[Sshd, Sshd], tmp_path: Path
) -> None:
    jump, target = servers
    if change.get("port") == 0:
        change = {"port": free_port()}
    if change.get("host_key") == "other":
        change = {"host_key": other_key()}
    if at == "host":
        spec = msgspec.structs.replace(target.spec, **change)
    else:
        spec = msgspec.structs.replace(target.spec, jump=(msgspec.structs.replace(hop(jump), **change),))
    found = await look(tmp_path, spec)
    assert found.status == "fail"
    assert says in found.detail
    assert found.remedy
    assert found.detail.startswith("점프 호스트") is (at == "jump")


async def test_a_jump_host_that_forbids_forwarding_is_named(servers: tuple[Sshd, Sshd], tmp_path: Path) -> None:
    with running_sshd(tmp_path / "strict", options="AllowTcpForwarding no\n") as strict:
        found = await look(tmp_path, msgspec.structs.replace(servers[1].spec, jump=(hop(strict),)))
    assert found.status == "fail"
    assert f"점프 호스트 {strict.spec.place}" in found.detail
    assert "AllowTcpForwarding" in found.remedy
