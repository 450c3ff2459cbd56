"""The connection to a real sshd is cut at every stage: what runs there runs once, and what arrives arrives whole."""

import asyncio
import contextlib
import hashlib
import random
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from guardia.agent.errors import HostError, HostLostError
from guardia.agent.run import ssh_files, ssh_upload
from guardia.agent.run.ssh import SshHost
from guardia.agent.run.ssh_dial import UnreachableError
from guardia.agent.run.ssh_pool import SshPool
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.sshd import Sshd, running_sshd

CONTENT = random.Random(11).randbytes(1_500_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with running_sshd(tmp_path_factory.mktemp("sshd"), options="MaxStartups 100\n") as running:
        yield running


class Scene:
    """One host behind a proxy that cuts, with a directory of its own for what happens there."""

    def __init__(self, server: Sshd, proxy: CuttingProxy, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.proxy = proxy
        self.pool = SshPool()
        spec = msgspec.structs.replace(server.spec, port=proxy.port)
        self.host = SshHost("SSH-01", spec, self.pool, state_dir=str(folder / "state"), grace=1, reunion=20)
        self.counter = folder / "counter"
        self.source = folder / "source.bin"
        self.target = folder / "target.bin"
        self.source.write_bytes(CONTENT)

    def ran(self) -> int:
        return self.counter.read_text().count("ran\n") if self.counter.exists() else 0

    def step(self, name: str) -> Callable[[], bool]:
        """Is there such a file in the step's directory?"""
        return lambda: bool(list((self.folder / "state").glob(f"steps/*/{name}")))

    async def run(self, seconds: float = 0.3) -> None:
        script = 'echo ran >>"$1"; echo first; sleep "$2"; echo last'
        done = await self.host.run(["sh", "-c", script, "x", str(self.counter), str(seconds)], within=20)
        assert (done.exit_code, done.stdout) == (0, b"first\nlast\n")

    async def put(self) -> None:
        await self.host.put_file(str(self.source), str(self.target), DIGEST)

    def part_beyond(self, size: int) -> Callable[[], bool]:
        part = Path(ssh_files.part_name(str(self.target), DIGEST))
        return lambda: part.exists() and part.stat().st_size > size


@pytest.fixture
async def scene(server: Sshd, tmp_path: Path) -> AsyncIterator[Scene]:
    async with cutting_proxy(server.spec.port) as proxy:
        made = Scene(server, proxy, tmp_path / "scene")
        yield made
        await made.pool.close()


def _order(scene: Scene, stage: str) -> None:
    proxy = scene.proxy
    match stage:
        case "connecting":
            proxy.refuse = 1
        case "handshake":
            proxy.cut_at = 3
        case "authentication":
            proxy.cut_when = lambda: proxy.secret >= 2
        case "channel open":
            proxy.cut_when = lambda: proxy.secret >= 8
        case "step directory made":
            proxy.cut_when = scene.step("")
        case "started":
            proxy.cut_when = scene.step("pid")
        case "running":
            proxy.cut_when = scene.counter.exists
        case "exit status there":
            proxy.cut_when = scene.step("rc")
        case "first bytes":
            proxy.cut_when = scene.part_beyond(0)
        case "half of it":
            proxy.cut_when = scene.part_beyond(len(CONTENT) // 2)
        case "all written":
            proxy.cut_when = scene.part_beyond(len(CONTENT) - 1)
        case "renamed":
            proxy.cut_when = scene.target.exists


BEFORE = ["connecting", "handshake", "authentication", "channel open"]


@pytest.mark.parametrize("stage", [*BEFORE, "step directory made", "started", "running", "exit status there"])
async def test_a_step_runs_once_wherever_the_connection_is_cut(stage: str, scene: Scene) -> None:
    _order(scene, stage)
    await scene.run()
    assert scene.proxy.cuts == 1
    assert scene.ran() == 1


@pytest.mark.parametrize("stage", [*BEFORE, "first bytes", "half of it", "all written", "renamed"])
async def test_a_file_arrives_whole_wherever_the_connection_is_cut(
    stage: str, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_upload, "CHUNK", 128 * 1024)
    _order(scene, stage)
    halves = []

    async def watch() -> None:
        while True:
            if scene.target.exists() and scene.target.read_bytes() != CONTENT:
                halves.append(scene.target.stat().st_size)
            await asyncio.sleep(0.002)

    watching = asyncio.create_task(watch())
    await scene.put()
    watching.cancel()
    assert scene.proxy.cuts == 1
    assert halves == []
    assert scene.target.read_bytes() == CONTENT
    assert sorted(path.name for path in scene.folder.iterdir() if path.name.endswith(".part")) == []


async def test_a_step_runs_once_whichever_packet_is_lost(server: Sshd, tmp_path: Path) -> None:
    """Every third piece of the whole conversation in turn, until a run needs fewer pieces than that."""
    piece = -1
    while True:
        piece += 3
        async with cutting_proxy(server.spec.port) as proxy:
            scene = Scene(server, proxy, tmp_path / str(piece))
            proxy.cut_at = piece
            await scene.run(0)
            await scene.pool.close()
            assert scene.ran() == 1, piece
            if not proxy.cuts:
                break
    assert piece > 20


async def test_a_file_arrives_whole_whichever_packet_is_lost(server: Sshd, tmp_path: Path) -> None:
    piece, arrived = -1, 0
    while True:
        piece += 3
        async with cutting_proxy(server.spec.port) as proxy:
            scene = Scene(server, proxy, tmp_path / str(piece))
            scene.source.write_bytes(CONTENT[:200_000])
            digest = hashlib.sha256(CONTENT[:200_000]).hexdigest()
            proxy.cut_at = piece
            await scene.host.put_file(str(scene.source), str(scene.target), digest)
            await scene.pool.close()
            assert scene.target.read_bytes() == CONTENT[:200_000], piece
            arrived += 1
            if not proxy.cuts:
                break
    assert arrived > 7


@pytest.mark.parametrize("stage", ["started", "running", "exit status there"])
async def test_a_host_that_stays_away_is_lost_and_not_run_again(stage: str, server: Sshd, tmp_path: Path) -> None:
    async with cutting_proxy(server.spec.port) as proxy:
        scene = Scene(server, proxy, tmp_path / "scene")
        scene.host._reunion = 0.3
        _order(scene, stage)
        running = asyncio.create_task(scene.host.run(["sh", "-c", f"echo ran >>{scene.counter}; sleep 1"], within=1))
        while not proxy.cuts:
            await asyncio.sleep(0.002)
        await proxy.stop()
        with pytest.raises(HostError) as caught:
            await running
        assert caught.value.code == "host.lost"
        await asyncio.sleep(0.3)
        assert scene.ran() == 1
        await scene.pool.close()


async def test_a_cancel_after_a_cut_ends_the_group_with_its_children(scene: Scene) -> None:
    pids = scene.folder / "pids"
    script = f"sleep 300 & echo $! >{pids}; sleep 301 & echo $! >>{pids}; echo ran >>{scene.counter}; wait"
    task = asyncio.create_task(scene.host.run(["sh", "-c", script], within=60))
    while not scene.ran():
        await asyncio.sleep(0.01)
    scene.proxy.cut()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for pid in pids.read_text().split():
        stat = Path(f"/proc/{pid}/stat")
        assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("lost", [HostLostError("cut"), UnreachableError("away")])
async def test_a_cancel_in_the_moment_of_a_cut_is_not_forgotten(lost: HostError, server: Sshd) -> None:
    """asyncio.wait_for of Python 3.11 raises what it waited for when both happen at once."""
    entered = asyncio.Event()

    async def swallows() -> None:
        entered.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise lost from None

    host = SshHost("SSH-01", server.spec, SshPool())
    task = asyncio.create_task(host._again(asyncio.get_running_loop().time() + 60, swallows))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_cancel_in_the_moment_of_a_cut_is_not_taken_for_a_call_to_repeat(server: Sshd) -> None:
    entered = asyncio.Event()

    async def swallows(_sftp: object) -> None:
        if entered.is_set():
            return
        entered.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise HostLostError("cut") from None

    pool = SshPool()
    task = asyncio.create_task(SshHost("SSH-01", server.spec, pool)._sftp("a call", swallows))
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await pool.close()


async def test_a_cancel_that_cannot_reach_the_host_is_not_told_as_cancelled(server: Sshd, tmp_path: Path) -> None:
    async with cutting_proxy(server.spec.port) as proxy:
        scene = Scene(server, proxy, tmp_path / "scene")
        scene.host._reunion = 0.3
        command = ["sh", "-c", f"echo ran >>{scene.counter}; sleep 2"]
        task = asyncio.create_task(scene.host.run(command, within=60))
        while not scene.ran():
            await asyncio.sleep(0.01)
        await proxy.stop()
        task.cancel()
        with pytest.raises(HostError) as caught:
            await task
        assert caught.value.code == "host.lost"
        await scene.pool.close()


async def test_several_hosts_at_once_each_cut_somewhere_else(tmp_path: Path) -> None:
    """One gateway, four real servers, one pool: a cut on one disturbs no other."""
    async with contextlib.AsyncExitStack() as stack:
        scenes = []
        pool = SshPool()
        for number, stage in enumerate(["authentication", "started", "running", "exit status there"]):
            server = stack.enter_context(running_sshd(tmp_path / f"sshd{number}"))
            proxy = await stack.enter_async_context(cutting_proxy(server.spec.port))
            scene = Scene(server, proxy, tmp_path / f"host{number}")
            scene.host._pool = pool
            _order(scene, stage)
            scenes.append(scene)
        await asyncio.gather(*(scene.run() for scene in scenes), *(scene.put() for scene in scenes))
        await pool.close()
        assert [scene.ran() for scene in scenes] == [1, 1, 1, 1]
        assert all(scene.proxy.cuts == 1 for scene in scenes)
        assert all(scene.target.read_bytes() == CONTENT for scene in scenes)
