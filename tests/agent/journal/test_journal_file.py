"""The record file: a crash tears at most the end, damage is never skipped, a full disk starts nothing."""

import errno
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardia.agent.errors import JournalError
from guardia.agent.journal.recordfile import HEADER, RecordFile, frame, scan

_PAYLOADS = st.lists(st.binary(min_size=1, max_size=60), max_size=8)


@given(_PAYLOADS, st.data())
def test_cut_at_any_byte_gives_the_complete_records_before_it(payloads, data):
    content = HEADER + b"".join(frame(payload) for payload in payloads)
    cut = data.draw(st.integers(0, len(content)))
    ends, offset = [], len(HEADER)
    for payload in payloads:
        offset += len(frame(payload))
        ends.append(offset)
    records, good = scan(content[:cut])
    whole = sum(end <= cut for end in ends)
    assert records == payloads[:whole]
    assert good == (0 if cut < len(HEADER) else ([len(HEADER), *ends][whole]))


@given(_PAYLOADS.filter(lambda payloads: len(payloads) > 1), st.data())
def test_a_changed_byte_before_the_last_record_is_an_error_not_a_loss(payloads, data):
    content = bytearray(HEADER + b"".join(frame(payload) for payload in payloads))
    last = len(content) - len(frame(payloads[-1]))
    at = data.draw(st.integers(len(HEADER), last - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(JournalError, match="damaged at byte"):
        scan(bytes(content))


@settings(max_examples=30, deadline=None)
@given(payloads=_PAYLOADS, cut=st.integers(1, 400), more=st.binary(min_size=1, max_size=20))
def test_a_torn_file_is_reopened_and_written_on(tmp_path_factory, payloads, cut, more):
    path = tmp_path_factory.mktemp("j") / "journal"
    file, _, _ = RecordFile.open(path)
    for payload in payloads:
        file.append(payload)
    file.close()
    size = path.stat().st_size
    with path.open("r+b") as raw:
        raw.truncate(max(0, size - cut))
    file, records, _ = RecordFile.open(path)
    assert records == payloads[: len(records)]
    file.append(more)
    file.close()
    file, again, torn = RecordFile.open(path)
    file.close()
    assert again == [*records, more]
    assert torn == 0


def test_a_torn_end_that_the_disk_does_not_take_is_cut_all_the_same(tmp_path):
    file, _, _ = RecordFile.open(tmp_path / "journal")
    file.append(b"one")
    file.close()
    with (tmp_path / "journal").open("ab") as end:
        end.write(frame(b"two")[:-1])
    (tmp_path / "journal.torn").symlink_to("/dev/full")
    file, records, torn = RecordFile.open(tmp_path / "journal")
    file.append(b"three")
    file.close()
    assert (records, torn) == ([b"one"], len(frame(b"two")) - 1)
    _, records, _ = RecordFile.open(tmp_path / "journal")
    assert records == [b"one", b"three"]


def test_the_torn_end_is_kept_for_whoever_wants_to_look(tmp_path):
    file, _, _ = RecordFile.open(tmp_path / "journal")
    file.append(b"one")
    file.close()
    with (tmp_path / "journal").open("ab") as raw:
        raw.write(frame(b"two")[:-1])
    file, records, torn = RecordFile.open(tmp_path / "journal")
    file.close()
    assert records == [b"one"]
    assert torn == len(frame(b"two")) - 1
    assert (tmp_path / "journal.torn").read_bytes() == frame(b"two")[:-1]


def test_a_foreign_file_is_left_alone(tmp_path):
    (tmp_path / "journal").write_bytes(b"something else entirely")
    with pytest.raises(JournalError, match="not a journal"):
        RecordFile.open(tmp_path / "journal")
    assert (tmp_path / "journal").read_bytes() == b"something else entirely"


def test_a_full_disk_is_an_error_and_leaves_whole_records(tmp_path, monkeypatch):
    file, _, _ = RecordFile.open(tmp_path / "journal")
    file.append(b"one")
    real = os.write
    room = [7]

    def write(descriptor, data):
        if room[0] <= 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = bytes(data[: room[0]])
        room[0] -= len(taken)
        return real(descriptor, taken)

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(JournalError, match="Free space"):
        file.append(b"two")
    room[0] = 1000
    file.append(b"three")
    file.close()
    assert RecordFile.open(tmp_path / "journal")[1] == [b"one", b"three"]


def test_a_failed_sync_closes_the_journal(tmp_path, monkeypatch):
    file, _, _ = RecordFile.open(tmp_path / "journal")

    def fdatasync(_descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    with pytest.raises(JournalError, match="disk of the journal"):
        file.append(b"one")
    monkeypatch.undo()
    with pytest.raises(JournalError, match="restart the agent"):
        file.append(b"two")
    file.close()


def test_append_returns_after_the_sync(tmp_path, monkeypatch):
    calls = []
    real_write, real_sync = os.write, os.fdatasync
    file, _, _ = RecordFile.open(tmp_path / "journal")
    monkeypatch.setattr(os, "write", lambda *a: (calls.append("write"), real_write(*a))[1])
    monkeypatch.setattr(os, "fdatasync", lambda *a: (calls.append("sync"), real_sync(*a))[1])
    file.append(b"one")
    file.close()
    assert calls == ["write", "sync"]


def test_of_records_that_need_not_be_synced_at_most_one_is_left_so(tmp_path, monkeypatch):
    file, _, _ = RecordFile.open(tmp_path / "journal")
    synced = []
    real = os.fdatasync
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: (synced.append(file.size), real(descriptor)))
    file.append(b"accepted")
    file.append(b"started", sync=False)
    assert len(synced) == 1
    file.append(b"acknowledged", sync=False)
    assert len(synced) == 2, "two could reach the disk in the wrong order"
    file.append(b"acknowledged", sync=False)
    assert len(synced) == 2
    file.append(b"finished")
    file.append(b"acknowledged", sync=False)
    assert len(synced) == 3
    file.close()
    assert RecordFile.open(tmp_path / "journal")[1][-1] == b"acknowledged"
