"""`guardia-hub people identities | link | unlink` and `guardia-hub itsm`."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardia.hub.app import SystemClock
from guardia.hub.cli import main
from guardia.hub.core.itsm import HookEvent
from guardia.hub.store.database import Database
from guardia.hub.store.hooks import Hooks, enqueue

CONFIG = """[hub]
state_dir = '{state}'
[[itsm_webhooks]]
name = "servicedesk"
url = "https://itsm.example.go.kr/hooks/secret-path"
secret_env = "ITSM_SECRET"
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ITSM_SECRET", "a secret of the endpoint")
    monkeypatch.setenv("SUDO_USER", "root-of-the-test")
    file = tmp_path / "hub.toml"
    file.write_text(CONFIG.format(state=tmp_path / "state"))

    def call(*arguments: str, **options: object) -> Result:
        result = CliRunner().invoke(main, ["--config", str(file), *arguments], **options)  # type: ignore[arg-type]
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    assert call("init", "--quiet").exit_code == 0
    for person in ("engineer1", "engineer2"):
        added = call("people", "add", person, "--role", "engineer", "--password-stdin", input="correct horse battery\n")
        assert added.exit_code == 0
    return call


def test_accounts_are_listed_linked_moved_and_unlinked(run) -> None:
    assert run("people", "link", "jandi", "kim@example.go.kr", "engineer1").exit_code == 0
    found = json.loads(run("people", "identities", "engineer1", "--json").output)
    assert [(one["platform"], one["account"]) for one in found] == [
        ("inhouse", "engineer1"),
        ("jandi", "kim@example.go.kr"),
    ]
    assert len(json.loads(run("people", "identities", "--json").output)) == 3
    refused = run("people", "link", "jandi", "kim@example.go.kr", "engineer2")
    assert refused.exit_code == 1
    assert "--move" in refused.output
    declined = run("people", "link", "jandi", "kim@example.go.kr", "engineer2", "--move", input="n\n")
    assert declined.exit_code == 1
    assert "engineer1" in run("people", "identities", "engineer1").output
    moved = json.loads(
        run("people", "link", "jandi", "kim@example.go.kr", "engineer2", "--move", "--yes", "--json").output
    )
    assert (moved["before"], moved["person_id"], moved["moved"]) == ("engineer1", "engineer2", True)
    assert "was engineer2" in run("people", "unlink", "jandi", "kim@example.go.kr").output
    again = run("people", "unlink", "jandi", "kim@example.go.kr")
    assert again.exit_code == 1
    assert "people identities" in again.output


def test_the_trail_says_who_did_what(run) -> None:
    run("people", "link", "jandi", "kim@example.go.kr", "engineer1")
    run("people", "unlink", "jandi", "kim@example.go.kr")
    events = json.loads(run("people", "identities", "engineer1", "--history", "--json").output)
    assert [(one["what"], one["by"]) for one in events] == [
        ("unlinked", "admin:root-of-the-test"),
        ("linked", "admin:root-of-the-test"),
        ("linked", "admin:root-of-the-test"),
    ]
    assert "unlinked" in run("people", "identities", "--history").output


def test_endpoints_are_listed_with_what_they_refused_and_resumed(run, tmp_path: Path) -> None:
    (row,) = json.loads(run("itsm", "list", "--json").output)
    assert (row["name"], row["configured"], row["waiting"]) == ("servicedesk", True, 0)

    async def fill() -> None:
        database = Database(f"sqlite:///{tmp_path / 'state' / 'guardia.db'}")
        hooks = Hooks(database, SystemClock())
        events = [
            HookEvent(endpoint="servicedesk", event_id=f"SR-1.{n}", event="request.created", body=b"{}", created_ms=n)
            for n in (1, 2)
        ]
        await database.write(lambda c: enqueue(c, events))
        first = await hooks.next("servicedesk")
        await hooks.refuse(first, "servicedesk answered 422")
        await hooks.park("servicedesk", "servicedesk answered 401")
        database.close()

    asyncio.run(fill())
    shown = run("itsm", "list").output
    assert "멈춤" in shown
    assert "answered 401" in shown
    assert "SR-1.1 request.created: servicedesk answered 422" in shown
    findings = {one["what"]: one for one in json.loads(run("doctor", "--json").output)}
    assert findings["ITSM webhooks"]["status"] == "warn"
    assert "itsm resume" in findings["ITSM webhooks"]["message"]
    assert json.loads(run("itsm", "resume", "servicedesk", "--json").output)["waiting"] == 2
    assert "멈춤" not in run("itsm", "list").output
    assert run("itsm", "resume", "nobody").exit_code == 1
    output = run("doctor").output
    assert "secret-path" not in output
    assert "a secret of" not in output
