"""Artifacts from a real hub to the agent's cache, with cuts, wrong bytes and a full cache."""

import asyncio
import hashlib
import os
import random
import stat

import pytest

from guardia.agent.artifacts.cache import ArtifactCache
from guardia.agent.artifacts.client import ArtifactClient, DownloadCutError
from guardia.agent.errors import ActionError
from guardia.hub.artifacts.server import BLOCK
from guardia.proto.limits import ARTIFACT_CHUNK, MAX_ARTIFACT
from tests.hub.links import pki
from tests.hub.links.parts import RealFleet


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


BIG = random.Random(7).randbytes(3 * BLOCK + 17)  # the same in every process: it names test cases
SHA = digest(BIG)


@pytest.fixture
async def fleet(tmp_path):
    made = RealFleet(tmp_path)
    await made.start()
    made.artifacts.files[SHA] = BIG
    yield made
    await made.close()


@pytest.fixture
def cache(fleet, tmp_path):
    client = ArtifactClient(fleet.url, lambda: fleet.context("was01"))
    return ArtifactCache(tmp_path / "cache", client, pause=0.01)


async def test_an_artifact_is_fetched_whole_private_and_once(fleet, cache, tmp_path):
    path = await cache.fetch(SHA, len(BIG))
    assert path == str(tmp_path / "cache" / SHA)
    assert (tmp_path / "cache" / SHA).read_bytes() == BIG
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(tmp_path / "cache").st_mode) == 0o700
    reads = len(fleet.artifacts.reads)
    assert await cache.fetch(SHA, len(BIG)) == path
    assert len(fleet.artifacts.reads) == reads


async def test_an_empty_artifact(fleet, cache):
    fleet.artifacts.files[digest(b"")] = b""
    assert os.path.getsize(await cache.fetch(digest(b""), 0)) == 0


async def test_two_steps_that_need_the_same_artifact_fetch_it_once(fleet, cache):
    paths = await asyncio.gather(*(cache.fetch(SHA, len(BIG)) for _ in range(5)))
    assert len(set(paths)) == 1
    assert len(fleet.artifacts.reads) == 4
    assert not cache._busy


async def test_a_cut_download_is_resumed_where_it_stopped(fleet, cache):
    fleet.artifacts.fails_at[SHA] = 2 * BLOCK
    await cache.fetch(SHA, len(BIG))
    assert fleet.artifacts.reads.count(0) == 1
    assert fleet.artifacts.reads.count(2 * BLOCK) == 2


async def test_a_download_is_resumed_by_the_next_start_of_the_agent(fleet, cache, tmp_path):
    (tmp_path / "cache").mkdir(mode=0o700)
    (tmp_path / "cache" / f"{SHA}.partial").write_bytes(BIG[: ARTIFACT_CHUNK + 5])
    await cache.fetch(SHA, len(BIG))
    assert fleet.artifacts.reads[0] == ARTIFACT_CHUNK + 5


async def test_a_wrong_digest_is_refused_and_thrown_away(fleet, cache, tmp_path):
    fleet.artifacts.files[SHA] = b"!" + BIG[1:]
    with pytest.raises(ActionError) as caught:
        await cache.fetch(SHA, len(BIG))
    assert caught.value.code == "artifact.digest_mismatch"
    assert list((tmp_path / "cache").iterdir()) == []
    fleet.artifacts.files[SHA] = BIG
    await cache.fetch(SHA, len(BIG))


async def test_a_damaged_file_in_the_cache_is_fetched_again(fleet, cache, tmp_path):
    path = await cache.fetch(SHA, len(BIG))
    with open(path, "r+b") as file:
        file.write(b"damage")
    await cache.fetch(SHA, len(BIG))
    assert (tmp_path / "cache" / SHA).read_bytes() == BIG


@pytest.mark.parametrize(
    ("prepare", "size", "reason"),
    [
        (lambda fleet: fleet.denied.add("was01"), len(BIG), "no step of agent was01 needs"),
        (lambda fleet: fleet.artifacts.files.clear(), len(BIG), "no artifact"),
        (lambda fleet: fleet.registry.revoked.add("was01"), len(BIG), "does not admit this agent"),
        (lambda fleet: None, len(BIG) + 1, "bytes from 0, not"),
        (lambda fleet: None, MAX_ARTIFACT + 1, "over this agent's limit"),
        (lambda fleet: None, -1, "over this agent's limit"),
    ],
)
async def test_an_artifact_that_cannot_be_had_says_why(fleet, cache, prepare, size, reason):
    prepare(fleet)
    with pytest.raises(ActionError, match=reason) as caught:
        await cache.fetch(SHA, size)
    assert caught.value.code == "artifact.unavailable"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", SHA.upper(), SHA + "\n"])
async def test_only_a_digest_names_an_artifact(cache, name):
    with pytest.raises(ActionError, match="64 hexadecimal"):
        await cache.fetch(name, 1)


async def test_a_hub_that_is_away_is_tried_again_and_then_given_up(fleet, cache):
    await fleet.links.close()
    fleet.links._server = None
    client = ArtifactClient("wss://127.0.0.1:1", lambda: fleet.context("was01"))
    cache._client = client
    with pytest.raises(DownloadCutError) as caught:
        await cache.fetch(SHA, len(BIG))
    assert caught.value.code == "artifact.unavailable"


async def test_a_foreign_certificate_gets_no_artifact(fleet, tmp_path):
    pem = pki.agent_pem("was01", ca="strangers")
    client = ArtifactClient(fleet.url, lambda: pki.agent_context(tmp_path, pem))
    with pytest.raises(ActionError):
        await ArtifactCache(tmp_path / "cache", client, pause=0).fetch(SHA, len(BIG))
    assert not fleet.artifacts.reads


async def test_a_revocation_cuts_a_download(fleet, cache):
    reached = asyncio.Event()
    held = asyncio.Event()
    read = fleet.artifacts.read

    async def slow(sha256, offset, length):
        if offset:
            reached.set()
            await held.wait()
        return await read(sha256, offset, length)

    fleet.artifacts.read = slow
    fetching = asyncio.create_task(cache.fetch(SHA, len(BIG)))
    await asyncio.wait_for(reached.wait(), 5)
    fleet.registry.revoked.add("was01")
    await fleet.links.disconnect("was01", "identity.revoked", "revoked")
    held.set()
    with pytest.raises(ActionError, match="does not admit"):
        await asyncio.wait_for(fetching, 5)


class Local:
    """A downloader without a network."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    async def download(self, sha256, size, offset, write) -> None:
        write(self.files[sha256][offset:])


async def test_what_was_used_longest_ago_makes_room(tmp_path):
    files = {digest(bytes([n]) * 40): bytes([n]) * 40 for n in range(4)}
    a, b, c, d = files
    cache = ArtifactCache(tmp_path, Local(files), max_bytes=125)
    for number, name in enumerate((a, b, c)):
        await cache.fetch(name, 40)
        os.utime(tmp_path / name, (number, number))
    await cache.fetch(a, 40)
    await cache.fetch(d, 40)
    assert {path.name for path in tmp_path.iterdir()} == {a, c, d}


async def test_what_a_step_is_using_is_never_evicted(tmp_path):
    files = {digest(bytes([n]) * 40): bytes([n]) * 40 for n in range(3)}
    a, b, c = files
    cache = ArtifactCache(tmp_path, Local(files), max_bytes=100)
    async with cache.hold(a, 40) as path:
        os.utime(path, (0, 0))
        await cache.fetch(b, 40)
        await cache.fetch(c, 40)
        assert {each.name for each in tmp_path.iterdir()} == {a, c}
        async with cache.hold(c, 40):
            with pytest.raises(ActionError, match="in use"):
                await cache.fetch(b, 40)
    await cache.fetch(b, 40)
    assert {each.name for each in tmp_path.iterdir()} == {b, c}


async def test_a_damaged_beginning_of_an_earlier_start_is_fetched_anew(fleet, cache, tmp_path):
    (tmp_path / "cache").mkdir(mode=0o700)
    (tmp_path / "cache" / f"{SHA}.partial").write_bytes(bytes(BLOCK))
    assert (await cache.fetch(SHA, len(BIG))) == str(tmp_path / "cache" / SHA)
    assert fleet.artifacts.reads[0] == BLOCK
    assert 0 in fleet.artifacts.reads


async def test_a_cancelled_download_writes_nothing_more_and_goes_on_later(fleet, cache, tmp_path):
    reached, held = asyncio.Event(), asyncio.Event()
    read = fleet.artifacts.read

    async def slow(sha256, offset, length):
        if offset >= BLOCK:
            reached.set()
            await held.wait()
        return await read(sha256, offset, length)

    fleet.artifacts.read = slow
    fetching = asyncio.create_task(cache.fetch(SHA, len(BIG)))
    await asyncio.wait_for(reached.wait(), 5)
    partial = tmp_path / "cache" / f"{SHA}.partial"
    while not partial.exists() or partial.stat().st_size < BLOCK:
        await asyncio.sleep(0.01)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(fetching, 5)
    assert partial.stat().st_size == BLOCK
    fleet.artifacts.read = read
    held.set()
    await cache.fetch(SHA, len(BIG))
    assert fleet.artifacts.reads.count(0) == 1


async def test_agents_download_at_once_while_their_links_stay_quick(fleet, tmp_path):
    agents = [f"was{number:02}" for number in range(4)]
    big = BIG * 5
    fleet.artifacts.files[digest(big)] = big
    peers = [await fleet.connect(agent, instance_id=agent) for agent in agents]
    caches = [
        ArtifactCache(tmp_path / agent, ArtifactClient(fleet.url, lambda agent=agent: fleet.context(agent)), pause=0.01)
        for agent in agents
    ]
    fetching = asyncio.gather(*(each.fetch(digest(big), len(big)) for each in caches))
    late = 0.0
    while not fetching.done():
        started = asyncio.get_running_loop().time()
        await asyncio.sleep(0.01)
        late = max(late, asyncio.get_running_loop().time() - started - 0.01)
    assert len(await fetching) == 4
    assert late < 5.0  # a heartbeat is due every 15 s
    assert all(peer.link.connected for peer in peers)


async def test_a_cache_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    cache = ArtifactCache(tmp_path / "file" / "cache", Local({}))
    with pytest.raises(ActionError, match="cannot be used") as caught:
        await cache.fetch(SHA, 1)
    assert caught.value.code == "artifact.unavailable"
