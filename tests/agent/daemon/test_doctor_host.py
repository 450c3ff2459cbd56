"""What `guardia-agent doctor` finds on the host itself: the spool and the policy's file."""

import os
import stat
import time

import pytest

from guardia.agent.config import load
from guardia.agent.daemon import status as status_file
from guardia.agent.daemon.doctor_cancel import cancel
from guardia.agent.daemon.doctor_policy import policy, policy_file
from guardia.agent.daemon.doctor_spool import spool
from guardia.agent.daemon.status import CancelBy, Status
from guardia.agent.journal.lock import StateLock
from guardia.agent.spool import Limits
from tests.support.clock import FakeClock

NOW = FakeClock().now_ms()
MIB = 1024 * 1024


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "spool"
    made.mkdir(mode=0o700)
    return made


def put(folder, name, size, days):
    (folder / name).write_bytes(b"x" * size)
    at = NOW - days * 86_400_000
    os.utime(folder / name, ns=(at * 1_000_000,) * 2)


def test_a_spool_is_told_with_its_use_and_the_room(tmp_path, folder):
    put(folder, "S1.done", 2 * MIB, 3)
    put(folder, "S2.out", MIB, 9)
    found = spool(tmp_path, Limits(total_bytes=100 * MIB, reserve=0), NOW)
    assert (found.name, found.status) == ("spool", "ok")
    assert "2개, 3/100 MiB, 가장 오래된 것 9일 전(보관 14일)" in found.detail
    assert "디스크에 남은 공간" in found.detail


def test_there_is_none_before_the_first_start_and_doctor_makes_none(tmp_path):
    assert spool(tmp_path, Limits(), NOW).status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_a_spool_that_is_nearly_full(tmp_path, folder):
    put(folder, "S1.out", 95 * 1024, 0)
    found = spool(tmp_path, Limits(total_bytes=100 * 1024, reserve=0), NOW)
    assert found.status == "warn"
    assert "total_mib" in found.remedy


def test_a_disk_without_the_room_that_is_kept_free(tmp_path, folder):
    found = spool(tmp_path, Limits(reserve=1 << 60), NOW)
    assert found.status == "warn"
    assert "reserve_mib" in found.remedy


def test_a_spool_that_the_agent_may_not_write(tmp_path, folder):
    if os.geteuid() == 0:
        os.chown(folder, 12345, -1)
    else:
        folder.chmod(0o500)
    found = spool(tmp_path, Limits(reserve=0), NOW)
    assert found.status == "fail"
    assert "chown" in found.remedy


def test_a_file_in_its_place(tmp_path):
    (tmp_path / "spool").write_bytes(b"")
    assert spool(tmp_path, Limits(), NOW).status == "fail"


# --- the policy -----------------------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path):
    """Makes the configuration, with the rules in a file of their own."""
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    rules = tmp_path / "policy.toml"
    rules.write_text('[[allow]]\nactions = ["CHECK_*"]\n')
    rules.chmod(0o644)
    file = tmp_path / "agent.toml"
    file.write_text(f'[agent]\nasset = "A-1"\nstate_dir = "{state}"\n[policy]\nfile = "{rules}"\n')
    return lambda: load(str(file), {})


def test_the_policys_file_is_named_with_its_owner_and_mode(config, tmp_path):
    found = policy_file(config())
    assert (found.name, found.status) == ("policy_file", "ok")
    assert f"{tmp_path / 'policy.toml'}: uid {os.geteuid()}, -rw-r--r--" in found.detail
    assert str(tmp_path / "policy.toml") in policy(config()).detail


def test_a_folder_that_everybody_may_write(config, tmp_path):
    tmp_path.chmod(0o777)
    found = policy_file(config())
    assert (found.status, found.remedy) == ("warn", f"chmod o-w {tmp_path}")
    tmp_path.chmod(0o777 | stat.S_ISVTX)
    assert policy_file(config()).status == "ok"


def test_rules_in_agent_toml_that_the_group_may_write(tmp_path):
    file = tmp_path / "agent.toml"
    file.write_text(f'[agent]\nasset = "A-1"\nstate_dir = "{tmp_path}"\n')
    file.chmod(0o664)
    found = policy_file(load(str(file), {}))
    assert (found.status, found.remedy) == ("warn", f"chmod g-w {file}")


def test_a_file_that_has_gone(config, tmp_path):
    loaded = config()
    (tmp_path / "policy.toml").unlink()
    assert policy_file(loaded).status == "fail"


def test_a_change_that_the_running_agent_has_not_read(config, tmp_path):
    now_ms = int(time.time() * 1000)
    facts = {"agent_id": "a", "instance_id": "i", "software": "s", "hub_url": "u", "updated_ms": now_ms}
    status_file.write(tmp_path / "state" / "status.json", Status(pid=1, started_ms=now_ms - 60_000, **facts))
    assert policy_file(config()).status == "ok", "the agent does not run"
    lock = StateLock.take(tmp_path / "state")
    try:
        assert policy_file(config()).status == "warn"
        assert "restart" in policy_file(config()).remedy
        status_file.write(tmp_path / "state" / "status.json", Status(pid=1, started_ms=now_ms + 60_000, **facts))
        assert policy_file(config()).status == "ok"
    finally:
        lock.release()


# --- how a cancel ends programs -------------------------------------------------------------------------------------


def written_by_an_agent(folder, way):
    facts = {"agent_id": "a", "instance_id": "i", "software": "s", "hub_url": "u", "started_ms": 1, "updated_ms": 1}
    status_file.write(folder / "status.json", Status(pid=1, cancel=way, **facts))


@pytest.mark.parametrize(
    ("way", "status", "said"),
    [
        (None, "ok", "돌고 있을 때"),
        (CancelBy(by="cgroup", detail="/sys/fs/cgroup/a"), "ok", "단계마다 cgroup에서 끝냅니다(/sys/fs/cgroup/a)"),
        (CancelBy(by="process_tree", detail="no cgroup v2", code="cgroup.none"), "ok", "(no cgroup v2)"),
        (CancelBy(by="process_tree", detail="Read-only", code="cgroup.refused"), "warn", "(Read-only)"),
        (CancelBy(by="process_tree", detail="No memory", code="cgroup.trouble"), "warn", "(No memory)"),
    ],
)
def test_the_way_of_a_cancel_is_told_as_the_running_agent_found_it(tmp_path, way, status, said):
    written_by_an_agent(tmp_path, way)
    assert "돌고 있을 때" in cancel(tmp_path).detail, "it does not run"
    lock = StateLock.take(tmp_path)
    try:
        found = cancel(tmp_path)
        assert (found.name, found.status) == ("cancel", status)
        assert said in found.detail
        assert (found.remedy != "") == (status == "warn")
    finally:
        lock.release()
