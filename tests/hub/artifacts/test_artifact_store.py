"""Staging: whole and hashed, or nothing."""

import asyncio
import hashlib
import os
import stat
import threading
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardia.hub.artifacts import store as store_module
from guardia.hub.artifacts.store import MAX_NAME, ArtifactStore, clean_name
from guardia.hub.errors import ForbiddenError, InvalidInputError, NotFoundError, StoreError, TooLargeError
from guardia.hub.store.database import Database
from guardia.hub.store.metadata import metadata
from guardia.hub.store.staged import StagedFiles
from tests.support.clock import FakeClock

LIMIT = 3_000_000


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'hub.sqlite'}")
    with database.engine.begin() as connection:
        metadata.create_all(connection)
    yield database
    database.close()


@pytest.fixture
def store(tmp_path, database) -> ArtifactStore:
    return ArtifactStore(tmp_path / "artifacts", StagedFiles(database), FakeClock(), limit=LIMIT)


async def chunks(*parts: bytes):
    for part in parts:
        yield part


def files_in(store: ArtifactStore) -> list[str]:
    return sorted(str(p.relative_to(store._root)) for p in store._root.rglob("*") if p.is_file())


async def stage(store, *parts: bytes, name: str = "budget.war", declared: int | None = None):
    return await store.stage(chunks(*parts), name=name, person_id="engineer1", room_id="ops", declared=declared)


async def test_a_file_lies_under_its_hash_and_can_be_read(store) -> None:
    data = bytes(range(256)) * 10_000
    file = await stage(store, data[:7], data[7:], declared=len(data))
    assert file.sha256 == hashlib.sha256(data).hexdigest()
    assert files_in(store) == [f"{file.sha256[:2]}/{file.sha256}"]
    assert await store.size(file.sha256) == file.size == len(data)
    assert await store.read(file.sha256, 5, 10) == data[5:15]
    assert await store.read(file.sha256, len(data), 10) == b""
    assert stat.S_IMODE((store._root / file.sha256[:2] / file.sha256).stat().st_mode) == 0o400
    assert stat.S_IMODE(store._root.stat().st_mode) == 0o700


async def test_equal_content_is_kept_once_and_recorded_twice(store) -> None:
    first, second = await asyncio.gather(stage(store, b"x" * 100), stage(store, b"x" * 100, name="other.war"))
    assert first.sha256 == second.sha256
    assert first.file_id != second.file_id
    assert len(files_in(store)) == 1


async def test_too_large_is_refused_before_the_first_byte(store) -> None:
    async def never():
        raise AssertionError("read")
        yield b""

    with pytest.raises(TooLargeError) as caught:
        await store.stage(never(), name="a", person_id="p", room_id="r", declared=LIMIT + 1)
    assert "MiB" in caught.value.remedy


@pytest.mark.parametrize("declared", [None, 10])
async def test_too_large_is_refused_on_the_way_and_nothing_stays(store, declared) -> None:
    with pytest.raises(TooLargeError):
        await stage(store, *[b"x" * 1_000_000] * 4, declared=declared)
    assert files_in(store) == []


async def test_a_broken_transfer_leaves_nothing(store) -> None:
    async def breaks():
        yield b"x" * 2_000_000
        raise ConnectionResetError

    with pytest.raises((StoreError, ConnectionResetError)):
        await store.stage(breaks(), name="a", person_id="p", room_id="r")
    with pytest.raises(InvalidInputError, match="announced"):
        await stage(store, b"short", declared=10)
    assert files_in(store) == []


@pytest.mark.parametrize("at", ["_append", "os.fsync"])
async def test_a_cancelled_upload_closes_its_file_after_the_thread_that_uses_it(
    store, tmp_path, monkeypatch, at
) -> None:
    reached, go = threading.Event(), threading.Event()
    work = store_module._append if at == "_append" else os.fsync

    def slow(*arguments):
        reached.set()
        go.wait(10)
        return work(*arguments)

    monkeypatch.setattr(f"guardia.hub.artifacts.store.{at}", slow)
    descriptors = len(os.listdir("/proc/self/fd"))
    staging = asyncio.create_task(stage(store, b"UPLOADED" * 300_000))
    await asyncio.to_thread(reached.wait, 10)
    for _ in range(2):
        staging.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
    assert not staging.done()
    with open(tmp_path / "other", "wb", buffering=0):
        go.set()
        with pytest.raises(asyncio.CancelledError):
            await staging
    assert (tmp_path / "other").read_bytes() == b""
    assert files_in(store) == []
    assert len(os.listdir("/proc/self/fd")) == descriptors


async def test_an_upload_that_is_cancelled_while_its_file_is_made_leaves_it_closed(store, monkeypatch) -> None:
    opened: list[int] = []
    create = os.open

    def noted(*arguments):
        opened.append(create(*arguments))
        staging.cancel()
        return opened[0]

    async def never():
        await asyncio.Event().wait()
        yield b""

    monkeypatch.setattr("guardia.hub.artifacts.store.os.open", noted)
    staging = asyncio.create_task(store.stage(never(), name="a", person_id="p", room_id="r"))
    with pytest.raises(asyncio.CancelledError):
        await staging
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])
    assert files_in(store) == []


async def test_what_a_crash_left_is_removed_at_the_start(store, database) -> None:
    (store._incoming / "left").write_bytes(b"half")
    ArtifactStore(store._root, StagedFiles(database), FakeClock())
    assert files_in(store) == []


async def test_a_full_disk_is_said(store, monkeypatch) -> None:
    def full(*_args) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("guardia.hub.artifacts.store.os.write", full)
    with pytest.raises(StoreError) as caught:
        await stage(store, b"x")
    assert "가득" in caught.value.remedy
    assert files_in(store) == []


async def test_uploads_leave_the_disk_a_reserve(store, monkeypatch) -> None:
    monkeypatch.setattr("guardia.hub.artifacts.store.RESERVE", 2**62)
    with pytest.raises(StoreError) as caught:
        await stage(store, b"x")
    assert "가득" in caught.value.remedy
    assert files_in(store) == []


async def test_only_the_uploader_or_the_room_may_refer_to_a_file(store) -> None:
    file = await stage(store, b"x")
    assert await store.attached(file.file_id, person_id="engineer1", room_id="elsewhere") == file
    assert await store.attached(file.file_id, person_id="approver1", room_id="ops") == file
    with pytest.raises(ForbiddenError):
        await store.attached(file.file_id, person_id="approver1", room_id="elsewhere")
    with pytest.raises(NotFoundError):
        await store.attached("F-none", person_id="engineer1", room_id="ops")


@pytest.mark.parametrize("sha256", ["../../etc/passwd", "", "a" * 63, "A" * 64, "0" * 64])
async def test_odd_hashes_read_nothing(store, sha256) -> None:
    assert await store.size(sha256) is None
    with pytest.raises(NotFoundError):
        await store.read(sha256, 0, 10)


@given(st.text(max_size=300))
def test_a_clean_name_is_safe_or_refused(name: str) -> None:
    try:
        clean = clean_name(name)
    except InvalidInputError:
        return
    assert 0 < len(clean) <= MAX_NAME
    assert "/" not in clean
    assert "\\" not in clean
    assert clean[0] not in ".-"
    assert clean.isprintable() or all(unicodedata.category(c) == "Zs" for c in clean if not c.isprintable())
    assert unicodedata.is_normalized("NFC", clean)
    assert clean_name(clean) == clean


def test_names_of_other_systems() -> None:
    assert clean_name("C:\\temp\\예산.war") == "예산.war"
    assert clean_name(unicodedata.normalize("NFD", "예산.war")) == "예산.war"
    assert clean_name("../../etc/passwd") == "passwd"
    assert clean_name("-rf.war") == "rf.war"
    assert clean_name("a\u202egnp.exe") == "agnp.exe"
