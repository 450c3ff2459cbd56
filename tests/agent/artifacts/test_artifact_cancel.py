"""A cancelled download writes nothing more, and its file is closed only when no thread can write to it."""

import asyncio
import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest

from guardia.agent.artifacts import cache as cached
from guardia.agent.artifacts.cache import ArtifactCache
from guardia.agent.artifacts.client import ArtifactClient, Piece, _Download

SHA, SIZE = "0" * 64, 1000


class Held:
    """Stops a thread on its way until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.go = threading.Event()

    def here(self) -> None:
        self.reached.set()
        self.go.wait(10)


async def turns(task: asyncio.Task[object]) -> None:
    """As many turns of the loop as a cancellation could need."""
    for _ in range(10):
        if not task.done():
            await asyncio.sleep(0)


@pytest.fixture
def cache(tmp_path: Path) -> ArtifactCache:
    return ArtifactCache(tmp_path / "cache", ArtifactClient("wss://hub", lambda: None))  # type: ignore[arg-type]


async def test_a_cancelled_download_ends_after_the_write_that_is_under_way(
    cache: ArtifactCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    append = cached._Partial.append

    def slow(partial: cached._Partial, piece: Piece) -> None:
        held.here()
        append(partial, piece)

    monkeypatch.setattr(cached._Partial, "append", slow)
    monkeypatch.setattr(_Download, "run", lambda download: download._write(b"A" * 64))
    fetching = asyncio.create_task(cache.fetch(SHA, SIZE))
    await asyncio.to_thread(held.reached.wait, 10)
    fetching.cancel()
    await turns(fetching)
    fetching.cancel()  # nor does a second one close the file under the thread
    await turns(fetching)
    assert not fetching.done()
    with open(tmp_path / "other", "wb", buffering=0):
        held.go.set()
        with pytest.raises(asyncio.CancelledError):
            await fetching
    assert (tmp_path / "other").read_bytes() == b""
    assert (tmp_path / "cache" / f"{SHA}.partial").read_bytes() == b"A" * 64


async def test_a_cancelled_download_that_is_not_writing_ends_at_once_and_never_writes(
    cache: ArtifactCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, ended = Held(), threading.Event()

    def run(download: _Download) -> None:
        held.here()  # as a host name that takes long to look up
        with contextlib.suppress(EOFError):
            download._write(b"A" * 64)
        ended.set()

    monkeypatch.setattr(_Download, "run", run)
    fetching = asyncio.create_task(cache.fetch(SHA, SIZE))
    await asyncio.to_thread(held.reached.wait, 10)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    with open(tmp_path / "other", "wb", buffering=0):
        held.go.set()
        assert await asyncio.to_thread(ended.wait, 10)
    assert (tmp_path / "other").read_bytes() == b""
    assert (tmp_path / "cache" / f"{SHA}.partial").read_bytes() == b""


async def test_a_fetch_that_is_cancelled_while_its_file_is_opened_leaves_it_closed(
    cache: ArtifactCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()
    digest, close = cached.hashlib.file_digest, os.close

    def slow(*arguments: object) -> object:
        held.here()
        return digest(*arguments)  # type: ignore[arg-type]

    def told(descriptor: int) -> None:
        named = os.readlink(f"/proc/self/fd/{descriptor}")
        close(descriptor)
        if named.endswith(".partial"):
            loop.call_soon_threadsafe(closed.set)

    monkeypatch.setattr(cached.hashlib, "file_digest", slow)
    monkeypatch.setattr(cached.os, "close", told)
    fetching = asyncio.create_task(cache.fetch(SHA, SIZE))
    await asyncio.to_thread(held.reached.wait, 10)
    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching
    held.go.set()
    async with asyncio.timeout(10):
        await closed.wait()


def test_an_abort_beside_the_end_of_the_connection_is_no_error() -> None:
    class Vanishing(_Download):
        """The thread leaves its connection between two looks at the handle."""

        def __getattribute__(self, name: str) -> object:
            found = super().__getattribute__(name)
            if name == "_handle":
                self._handle = None
            return found

    here, there = socket.socketpair()
    with here, there:
        download = Vanishing("wss://hub", lambda: None, bytes, sha256=SHA, size=SIZE, offset=0)  # type: ignore[arg-type]
        download._handle = here
        assert download.abort()
        assert there.recv(1) == b"", "shut down"
