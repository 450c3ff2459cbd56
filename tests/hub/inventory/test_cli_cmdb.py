"""`guardia-hub cmdb` as people use it: output, exit codes, and what it leaves behind."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from guardia.hub import cli_cmdb
from guardia.hub.cli_cmdb import cmdb
from tests.cmdb.estates import SMALL_ALIASES, SMALL_SERVERS, large_folder, small_folder, write_csv

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    settings = SimpleNamespace(database_url=f"sqlite:///{tmp_path / 'hub.db'}")

    def call(*arguments: object, **options: object) -> Result:
        result = CliRunner().invoke(cmdb, [str(argument) for argument in arguments], obj=settings, **options)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "estate").mkdir()
    return small_folder(tmp_path / "estate")


def revision(run: Run) -> int:
    return json.loads(run("show", "--json").stdout)["revision"]


def test_import_shows_the_differences_applies_and_then_has_nothing_to_do(run: Run, folder: Path) -> None:
    result = run("import", folder, "--yes")
    assert result.exit_code == 0
    assert "+ server LIB-LOAN-WAS-01 (도서관 대출시스템 PROD WAS 1) libloanwas01 10.1.0.1\n" in result.stdout
    assert "servers +7 -0 ~0, aliases +6 -0\n" in result.stdout
    assert result.stdout.endswith("the inventory is at revision 1\n")
    again = run("import", folder)
    assert again.exit_code == 0
    assert again.stdout == "nothing to do: the inventory is already so\n"
    assert revision(run) == 1


def test_changes_are_coloured(run: Run, folder: Path) -> None:
    assert "\x1b[32m+ server " in run("import", folder, "--yes", color=True).stdout


def test_with_nobody_to_ask_nothing_is_changed(run: Run, folder: Path) -> None:
    result = run("import", folder)
    assert result.exit_code == cli_cmdb.USAGE
    assert "--yes" in result.stderr
    assert revision(run) == 0


@pytest.mark.parametrize(("answer", "code", "after"), [("y\n", 0, 1), ("n\n", 3, 0), ("\n", 3, 0)])
def test_people_are_asked(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, after: int
) -> None:
    monkeypatch.setattr(cli_cmdb, "_interactive", lambda: True)
    result = run("import", folder, input=answer)
    assert result.exit_code == code
    assert "apply these changes?" in result.stdout
    assert revision(run) == after


def test_a_dry_run_only_looks(run: Run, folder: Path) -> None:
    result = run("import", folder, "--dry-run")
    assert result.exit_code == 0
    assert "dry run: nothing was changed" in result.stdout
    assert revision(run) == 0


def test_every_problem_is_on_stderr_with_file_and_line(run: Run, folder: Path) -> None:
    write_csv(folder, [*SMALL_SERVERS, SMALL_SERVERS[0]], ["institution,미술관,,MOMA"])
    result = run("import", folder, "--yes")
    assert result.exit_code == cli_cmdb.PROBLEMS
    assert result.stdout == ""
    assert "servers.csv:9: asset_code 'LIB-LOAN-WAS-01' already stands in line 2" in result.stderr
    assert "aliases.csv:2: institution '미술관' has no server" in result.stderr
    assert result.stderr.endswith("5 problems; nothing was changed\n")
    data = json.loads(run("import", folder, "--json").stdout)
    assert (data["ok"], data["code"], data["total"]) == (False, "cmdb.import", 5)


def test_json_is_one_object(run: Run, folder: Path) -> None:
    data = json.loads(run("import", folder, "--json", "--yes").stdout)
    assert (data["ok"], data["applied"], data["revision"]) == (True, True, 1)
    assert data["counts"] == {"added": 7, "removed": 0, "changed": 0, "aliases_added": 6, "aliases_removed": 0}
    data = json.loads(run("import", folder, "--json").stdout)
    assert (data["applied"], data["revision"]) == (False, 1)


def test_a_folder_that_is_none_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    result = run("import", tmp_path / "nowhere")
    assert result.exit_code == cli_cmdb.USAGE
    assert "is not a folder" in result.stderr


def test_show_everything_or_a_part(run: Run, folder: Path) -> None:
    run("import", folder, "--yes")
    everything = run("show")
    assert "revision 1: 7 servers, 3 systems, 6 aliases" in everything.stdout
    assert "도서관 대출시스템  (= loan system, 대출)" in everything.stdout
    part = json.loads(run("show", "--institution", "lib", "--system", "홈피", "--json").stdout)
    assert [server["asset_code"] for server in part["servers"]] == ["LIB-HOME-WEB-01"]
    missing = run("show", "--institution", "박문관")
    assert missing.exit_code == cli_cmdb.PROBLEMS
    assert "no institution is called '박문관'; similar: 박물관" in missing.stderr


def test_export_and_import_again_is_nothing_to_do(run: Run, folder: Path, tmp_path: Path) -> None:
    run("import", folder, "--yes")
    assert run("export", tmp_path / "out").exit_code == 0
    assert run("import", tmp_path / "out").stdout == "nothing to do: the inventory is already so\n"
    refused = run("export", tmp_path / "out")
    assert refused.exit_code == cli_cmdb.USAGE
    assert "--force" in refused.stderr
    data = json.loads(run("export", tmp_path / "out", "--force", "--json").stdout)
    assert (data["servers"], data["aliases"]) == (len(SMALL_SERVERS), len(SMALL_ALIASES))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["LIB"], "institution: 도서관\n"),
        (["lib", "loan", "system"], "system: 도서관 대출시스템\n"),
        (["뮤지엄 홈피"], "system: 박물관 홈페이지\n"),
        (["10.1.0.2"], "host: LIB-LOAN-WAS-02 (도서관 대출시스템 PROD WAS 2) libloanwas02 10.1.0.2\n"),
        (["홈피"], "system: 도서관 홈페이지\nsystem: 박물관 홈페이지\n2 meanings: in a room this is asked back\n"),
    ],
)
def test_resolve_says_what_a_name_means(run: Run, folder: Path, words: list[str], expected: str) -> None:
    run("import", folder, "--yes")
    result = run("resolve", *words)
    assert (result.exit_code, result.stdout) == (0, expected)


def test_resolve_takes_nothing_that_is_only_similar(run: Run, folder: Path) -> None:
    run("import", folder, "--yes")
    result = run("resolve", "대츨시스템")
    assert result.exit_code == cli_cmdb.PROBLEMS
    assert "means nothing in the inventory; similar: 도서관 대출시스템" in result.stderr
    assert json.loads(run("resolve", "대츨시스템", "--json").stdout)["meanings"] == []


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = SimpleNamespace(database_url=f"sqlite:///{tmp_path / 'no' / 'hub.db'}")
    result = CliRunner().invoke(cmdb, ["show"], obj=settings)
    assert result.exit_code == cli_cmdb.NOT_DONE
    assert "the database is not available: unable to open database file" in result.stderr


def test_twenty_thousand_servers_are_imported_in_seconds(run: Run, tmp_path: Path) -> None:
    folder = large_folder(tmp_path / "large")
    started = time.perf_counter()
    result = run("import", folder, "--yes")
    first = time.perf_counter()
    again = run("import", folder)
    ended = time.perf_counter()
    print(f"first import {first - started:.2f} s, again {ended - first:.2f} s")
    assert result.exit_code == again.exit_code == 0
    assert "… and 21800 more changes" in result.stdout
    assert first - started < 30


ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEuT0nPzFZb1Yb1cV0i9d0B9kq2m3n4o5p6q7r8s9t0u"


def test_host_keys_are_pinned_from_stdin_and_shown(run: Run, folder: Path) -> None:
    run("import", folder, "--yes")
    result = run("host-keys", "-", input=f"LIB-LOAN-WAS-02 {ED} root@console\n")
    assert (result.exit_code, result.stdout) == (0, f"LIB-LOAN-WAS-02 {ED}\n")
    shown = json.loads(run("host-keys", "--json").stdout)
    assert shown == {"host_keys": [{"asset_code": "LIB-LOAN-WAS-02", "key": ED}], "revision": 2}
    # An import that takes the host away takes its key along.
    write_csv(folder, [row for row in SMALL_SERVERS if not row.startswith("LIB-LOAN-WAS-02")], SMALL_ALIASES)
    assert run("import", folder, "--yes").exit_code == 0
    assert run("host-keys").stdout == ""


def test_host_keys_of_no_host_and_no_keys_are_told(run: Run, folder: Path) -> None:
    run("import", folder, "--yes")
    result = run("host-keys", "-", input=f"LIB-LOAN-WAS-01 {ED}\nNO-SUCH-01 {ED}\n")
    assert result.exit_code == cli_cmdb.PROBLEMS
    assert "NO-SUCH-01" in result.stderr
    result = run("host-keys", "-", input="LIB-LOAN-WAS-01 AAAA\n")
    assert result.exit_code == cli_cmdb.PROBLEMS
    assert "line 1" in result.stderr
    assert run("host-keys").stdout == ""
