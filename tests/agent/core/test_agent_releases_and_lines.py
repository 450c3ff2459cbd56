"""The record of releases, and times in log lines."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from guardia.agent.core.loglines import line_time, matching, newest, parse_date, since
from guardia.agent.core.releases import MAX_RELEASES, Layout, Release, ReleaseRecord, decode_record, encode_record


def entry(release: str, previous: str = "") -> Release:
    return Release(release=release, previous=previous, sha256="0" * 64, file_name="app.war", at="2026-11-23T00:00:00Z")


def test_the_later_entry_of_a_release_counts() -> None:
    record = ReleaseRecord().with_release(entry("r1")).with_release(entry("r2", "r1")).with_release(entry("r1", "r2"))
    found = record.find("r1")
    assert found is not None
    assert found.previous == "r2"
    assert record.find("r9") is None
    assert decode_record(encode_record(record)) == record


def test_the_record_is_bounded() -> None:
    record = ReleaseRecord()
    for number in range(MAX_RELEASES + 10):
        record = record.with_release(entry(f"r{number}"))
    assert len(record.releases) == MAX_RELEASES
    assert record.find("r0") is None


@pytest.mark.parametrize("data", [b"", b"[]", b'{"version":2,"releases":[]}', b'{"releases":[{"release":1}]}'])
def test_a_damaged_record_is_an_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode_record(data)


@pytest.mark.parametrize(
    ("target", "release"),
    [
        ("releases/r1", "r1"),
        ("/srv/app/releases/r1", "r1"),
        ("./releases/r1/", "r1"),
        ("/srv/other/releases/r1", ""),
        ("releases/r1/deep", ""),
        ("releases/../elsewhere", ""),
        (None, ""),
        ("", ""),
    ],
)
def test_where_current_points(target: str | None, release: str) -> None:
    assert Layout("/srv/app").release_of(target) == release


KST = timezone(timedelta(hours=9))
NOW = datetime(2026, 11, 23, 17, 30, 0, tzinfo=KST)


@pytest.mark.parametrize(
    ("line", "at"),
    [
        ("2026-11-23 17:07:33,123 INFO x", datetime(2026, 11, 23, 17, 7, 33, tzinfo=KST)),
        ("2026-11-23T08:07:33.1Z x", datetime(2026, 11, 23, 8, 7, 33, tzinfo=UTC)),
        ("[2026-11-23 17:07:33] x", datetime(2026, 11, 23, 17, 7, 33, tzinfo=KST)),
        ("2026/11/23 17:07:33 [error] 1#1: x", datetime(2026, 11, 23, 17, 7, 33, tzinfo=KST)),
        ("23-Nov-2026 17:07:33.123 INFO [main] x", datetime(2026, 11, 23, 17, 7, 33, tzinfo=KST)),
        ('10.0.0.1 - - [23/Nov/2026:08:07:33 +0000] "GET /', datetime(2026, 11, 23, 8, 7, 33, tzinfo=UTC)),
        ("Nov 23 17:07:33 host app: x", datetime(2026, 11, 23, 17, 7, 33, tzinfo=KST)),
        ("Dec 31 23:00:00 host app: x", datetime(2025, 12, 31, 23, 0, 0, tzinfo=KST)),
        ("Feb  3 01:02:03 host app: x", datetime(2026, 2, 3, 1, 2, 3, tzinfo=KST)),
        ("2026-13-45 99:99:99 x", None),
        ("\tat java.lang.Thread.run", None),
        ("", None),
    ],
)
def test_line_times(line: str, at: datetime | None) -> None:
    assert line_time(line, now=NOW) == at


def test_since_keeps_stack_traces_whole() -> None:
    lines = [
        "old without a time",
        "2026-11-23 17:00:00 old",
        "\tat old",
        "2026-11-23 17:25:00 new",
        "\tat new",
        "2026-11-23 17:29:00 newest",
    ]
    assert since(lines, now=NOW, minutes=10) == (lines[3:], True)
    assert since(["a", "b"], now=NOW, minutes=10) == (["a", "b"], False)
    assert since([], now=NOW, minutes=10) == ([], False)


def test_newest_within_count_width_and_budget() -> None:
    lines = ["one", "two", "three"]
    assert newest(lines, count=2, budget=100, size=len) == (["two", "three"], False)
    assert newest(lines, count=3, budget=8, size=len) == (["two", "three"], True)
    assert newest(["x" * 20], count=1, budget=100, size=len, width=5) == (["xxxxx…"], True)


def test_matching_is_literal() -> None:
    assert matching(["a.c", "abc"], "a.c") == ["a.c"]


def test_the_hosts_clock() -> None:
    assert parse_date("1795454506 +0900\n") == datetime.fromtimestamp(1795454506, KST)
    assert parse_date("1795454506 -0330\n").utcoffset() == -timedelta(hours=3, minutes=30)
    with pytest.raises(ValueError, match="date"):
        parse_date("date: not found")
