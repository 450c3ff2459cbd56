"""The journal: what it says after a crash, what it may forget, and that it has one owner."""

import errno
import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from guardia.agent.core.job import FINISHED, ImpossibleTransitionError, StepState
from guardia.agent.errors import JournalError
from guardia.agent.journal import (
    AcceptedRecord,
    AckedRecord,
    FinishedRecord,
    Journal,
    ProbedRecord,
    RefusedRecord,
    StartedRecord,
    lock,
)
from guardia.agent.journal.lock import is_held
from guardia.agent.journal.steps import REFUSALS_KEPT
from guardia.proto.frames import ProbeVerdict, Result, StepOutcome

DAY = 24 * 3600 * 1000


def test_a_full_disk_does_not_keep_an_agent_from_its_directory(tmp_path, monkeypatch):
    def full(*_given):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lock.os, "pwrite", full)
    held = lock.StateLock.take(tmp_path)
    assert is_held(tmp_path)
    with pytest.raises(JournalError, match="another agent"):
        lock.StateLock.take(tmp_path)
    held.release()
    assert not is_held(tmp_path)


def accepted(step_id, *, target="T1", fencing=0, expires_ms=1000):
    return AcceptedRecord(
        step_id=step_id,
        digest=f"digest-{step_id}",
        request_id="R",
        action="RESTART_SERVICE",
        target=target,
        parameters=b"{}",
        timeout_ms=1000,
        at_ms=1,
        fencing=fencing,
        expires_ms=expires_ms,
        before={"pid": "10"},
    )


def started(step_id):
    return StartedRecord(step_id=step_id, pid=10, started_ms=5, boot_id="b", at_ms=2)


def finished(step_id, outcome=StepOutcome.OK):
    result = Result(step_id=step_id, digest=f"digest-{step_id}", outcome=outcome, finished_ms=3, message="끝")
    return FinishedRecord(step_id=step_id, result=result)


def acked(step_id):
    return AckedRecord(step_id=step_id, at_ms=4)


def test_what_was_under_way_is_interrupted_after_a_restart(tmp_path):
    journal = Journal.open(tmp_path)
    for step_id in ("a", "b", "c"):
        journal.accept(accepted(step_id))
    journal.started(started("b"))
    journal.finished(finished("c"))
    journal.close()
    journal = Journal.open(tmp_path)
    assert [step.step_id for step in journal.interrupted] == ["a", "b"]
    assert [step.state for step in journal.unacknowledged()] == [
        StepState.INTERRUPTED,
        StepState.INTERRUPTED,
        StepState.OK,
    ]
    assert journal.step("b").started == started("b")
    assert journal.step("c").finished.result.message == "끝"
    with pytest.raises(ImpossibleTransitionError):
        journal.accept(accepted("a"))
    journal.close()


def test_an_impossible_record_never_reaches_the_disk(tmp_path):
    journal = Journal.open(tmp_path)
    journal.accept(accepted("a"))
    journal.finished(finished("a"))
    size = journal.size
    for impossible in (lambda: journal.finished(finished("a")), lambda: journal.started(started("never"))):
        with pytest.raises(ImpossibleTransitionError):
            impossible()
    assert journal.size == size
    journal.close()
    Journal.open(tmp_path).close()


def test_an_acknowledged_step_is_remembered_by_name(tmp_path):
    journal = Journal.open(tmp_path)
    journal.accept(accepted("a"))
    assert not journal.acked(acked("a")), "it runs"
    journal.finished(finished("a"))
    assert journal.acked(acked("a"))
    assert not journal.acked(acked("a"))
    assert journal.unacknowledged() == ()
    assert journal.known("a").acknowledged
    journal.close()
    journal = Journal.open(tmp_path)
    assert journal.known("a").acknowledged
    journal.close()


def test_an_interrupted_step_that_goes_on_elsewhere_can_be_taken_up_and_finished(tmp_path):
    journal = Journal.open(tmp_path)
    for step_id in ("a", "b", "c"):
        journal.accept(accepted(step_id))
    journal.started(started("b"))
    journal.finished(finished("c"))
    journal.close()
    journal = Journal.open(tmp_path)
    journal.take_up("a")
    journal.take_up("b")
    assert [journal.step(one).state for one in "ab"] == [StepState.ACCEPTED, StepState.RUNNING]
    for step_id in ("b", "c", "unknown"):
        with pytest.raises(ImpossibleTransitionError):
            journal.take_up(step_id)
    journal.started(started("a"))
    journal.finished(finished("b"))
    journal.close()
    journal = Journal.open(tmp_path)
    assert [step.step_id for step in journal.interrupted] == ["a"]
    assert journal.step("b").state is StepState.OK
    journal.close()


def test_an_interrupted_step_is_forgotten_only_after_a_probe(tmp_path):
    journal = Journal.open(tmp_path)
    journal.accept(accepted("a"))
    journal.close()
    journal = Journal.open(tmp_path)
    assert not journal.acked(acked("a"))
    journal.probed(ProbedRecord(step_id="a", verdict=ProbeVerdict.APPLIED, detail="", evidence=b"", at_ms=4))
    assert journal.acked(acked("a"))
    journal.close()


def test_compaction_drops_the_acknowledged_and_keeps_the_fences(tmp_path):
    journal = Journal.open(tmp_path, compact_above=4096)
    for number in range(60):
        step_id = f"s{number}"
        journal.accept(accepted(step_id, target=f"T{number % 3}", fencing=number, expires_ms=1000 + number * DAY))
        journal.finished(finished(step_id))
        journal.acked(acked(step_id))
    journal.accept(accepted("open", fencing=3))
    before = journal.size
    now = 1000 + 50 * DAY
    assert journal.compact(now)
    assert journal.size < before / 3
    assert [journal.fencing(f"T{n}") for n in range(3)] == [57, 58, 59]
    assert journal.known("s5") is None, "its ticket is long dead"
    assert journal.known("s55").acknowledged, "its ticket could still be replayed"
    assert journal.known("open").state is StepState.ACCEPTED
    journal.finished(finished("open"))
    journal.close()
    journal = Journal.open(tmp_path)
    assert [journal.fencing(f"T{n}") for n in range(3)] == [57, 58, 59]
    assert journal.known("s55").acknowledged
    assert journal.step("open").state is StepState.OK
    journal.close()


def test_an_interrupted_step_stays_interrupted_over_a_compaction(tmp_path):
    journal = Journal.open(tmp_path)
    journal.accept(accepted("a"))
    journal.close()
    journal = Journal.open(tmp_path, compact_above=1)
    assert journal.compact(0)
    assert journal.known("a").state is StepState.INTERRUPTED
    journal.close()


def test_refusals_cannot_fill_the_disk(tmp_path):
    journal = Journal.open(tmp_path, compact_above=20_000)
    for number in range(3 * REFUSALS_KEPT):
        journal.refused(RefusedRecord(step_id=f"r{number}", digest="d", code="c", message="m" * 100, at_ms=1))
        journal.compact(0)
    assert journal.size < 100_000
    assert journal.refusals()[-1].step_id == f"r{3 * REFUSALS_KEPT - 1}"
    journal.close()


def test_a_failed_compaction_keeps_the_old_journal(tmp_path, monkeypatch):
    journal = Journal.open(tmp_path, compact_above=1)
    journal.accept(accepted("a"))

    def fsync(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(JournalError, match="cannot compact"):
        journal.compact(0)
    monkeypatch.undo()
    journal.finished(finished("a"))
    journal.close()
    journal = Journal.open(tmp_path)
    assert journal.step("a").state is StepState.OK
    assert not (tmp_path / "journal.new").exists()
    journal.close()


def test_two_agents_never_share_a_state_directory(tmp_path):
    journal = Journal.open(tmp_path)
    assert is_held(tmp_path)
    code = "import sys, pathlib\nfrom guardia.agent.journal import Journal\nJournal.open(pathlib.Path(sys.argv[1]))\n"
    other = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    assert other.returncode == 1
    assert "another agent (process" in other.stderr
    journal.close()
    assert not is_held(tmp_path)
    Journal.open(tmp_path).close()


def test_a_record_of_a_newer_version_is_not_skipped(tmp_path):
    from guardia.agent.journal.recordfile import RecordFile

    file, _, _ = RecordFile.open(tmp_path / "journal")
    file.append(b"\x81\xa1t\xa3new")
    file.close()
    with pytest.raises(JournalError, match="newer agent"):
        Journal.open(tmp_path)
    assert not is_held(tmp_path)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_cut_at_any_byte_never_loses_a_synced_record(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("state")
    journal = Journal.open(folder)
    sizes = [(journal.size, {})]
    truth: dict[str, str] = {}
    for number in range(data.draw(st.integers(1, 6))):
        step_id = f"s{number}"
        journal.accept(accepted(step_id))
        truth[step_id] = "interrupted"
        sizes.append((journal.size, dict(truth)))
        if data.draw(st.booleans()):
            journal.started(started(step_id))
            sizes.append((journal.size, dict(truth)))
        if data.draw(st.booleans()):
            journal.finished(finished(step_id))
            truth[step_id] = "finished"
            sizes.append((journal.size, dict(truth)))
            if data.draw(st.booleans()):
                journal.acked(acked(step_id))
                truth[step_id] = "acked"
                sizes.append((journal.size, dict(truth)))
    journal.close()
    cut = data.draw(st.integers(0, sizes[-1][0]))
    with (folder / "journal").open("r+b") as raw:
        raw.truncate(cut)
    expected = next((state for size, state in reversed(sizes) if size <= cut), {})
    journal = Journal.open(folder)
    found = {step_id: _told(journal.known(step_id)) for step_id in truth if journal.known(step_id)}
    journal.close()
    shutil.rmtree(folder)
    assert found == expected


def _told(known):
    if known.acknowledged:
        return "acked"
    return "finished" if known.state in FINISHED else {StepState.INTERRUPTED: "interrupted"}[known.state]


class JournalModel(RuleBasedStateMachine):
    """Any order of work, restarts and compactions: the journal says what a dictionary says."""

    running = Bundle("running")
    ended = Bundle("ended")

    def __init__(self):
        super().__init__()
        import pathlib
        import tempfile

        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.journal = Journal.open(self.folder, compact_above=500)
        self.model: dict[str, str] = {}
        self.fence = 0
        self.count = 0

    @rule(target=running, fencing=st.integers(0, 50))
    def accept(self, fencing):
        self.count += 1
        step_id = f"s{self.count}"
        self.journal.accept(accepted(step_id, fencing=fencing, expires_ms=10**15))
        self.model[step_id] = "running"
        self.fence = max(self.fence, fencing)
        return step_id

    @rule(step_id=running)
    def take_up(self, step_id):
        if self.model[step_id] == "interrupted":
            self.journal.take_up(step_id)
            self.model[step_id] = "running"
        else:
            with pytest.raises(ImpossibleTransitionError):
                self.journal.take_up(step_id)

    @rule(target=ended, step_id=consumes(running), outcome=st.sampled_from(StepOutcome))
    def finish(self, step_id, outcome):
        if self.model[step_id] == "interrupted":
            with pytest.raises(ImpossibleTransitionError):
                self.journal.finished(finished(step_id, outcome))
        else:
            self.journal.finished(finished(step_id, outcome))
            self.model[step_id] = "finished"
        return step_id

    @rule(step_id=ended)
    def ack(self, step_id):
        could = self.model[step_id] == "finished"
        assert self.journal.acked(acked(step_id)) == could
        if could:
            self.model[step_id] = "acked"

    @rule()
    def compact(self):
        self.journal.compact(0)

    @rule()
    def crash(self):
        self.journal.close()
        self.journal = Journal.open(self.folder, compact_above=500)
        self.model = {key: "interrupted" if value == "running" else value for key, value in self.model.items()}

    @invariant()
    def agrees(self):
        self.journal._steps.validate()
        assert self.journal.fencing("T1") == self.fence
        for step_id, state in self.model.items():
            known = self.journal.known(step_id)
            if state == "running":
                assert known.state is StepState.ACCEPTED
            else:
                assert _told(known) == state

    def teardown(self):
        self.journal.close()
        shutil.rmtree(self.folder)


TestJournalModel = JournalModel.TestCase
TestJournalModel.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
