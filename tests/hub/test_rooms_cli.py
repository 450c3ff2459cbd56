"""`guardia-hub rooms`, `people link`, and what doctor says of messengers."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guardia.hub.cli import main

CONFIG = """[hub]
state_dir = '{state}'
trust_domain = 'guardia.test'
[web]
port = 0
public_url = 'https://guardia.example.go.kr'
[[messengers]]
kind = "jandi"
[[messengers.topics]]
channel = "ops-topic"
token_file = '{token}'
webhook_env = "JANDI_WEBHOOK"
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("JANDI_WEBHOOK", "https://wh.jandi.example/connect-api/webhook/1/secret")
    token = tmp_path / "token"
    token.write_text("a-token-of-jandi\n")
    token.chmod(0o600)
    file = tmp_path / "hub.toml"
    file.write_text(CONFIG.format(state=tmp_path / "state", token=token))

    def call(*arguments: str, **options: object) -> Result:
        result = CliRunner().invoke(main, ["--config", str(file), *arguments], **options)  # type: ignore[arg-type]
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    assert call("init", "--quiet").exit_code == 0
    return call


def test_the_way_of_a_channel(run) -> None:
    assert "연결된 방이 없습니다" in run("rooms", "list").output
    bound = run("rooms", "bind", "jandi", "ops-topic", "ops")
    assert "아직 아무 작업도 할 수 없습니다" in bound.output
    scope = ["--institution", "기획재정부", "--system", "*", "--environment", "PROD", "--action", "CHECK_*"]
    assert "시스템 전체" in run("rooms", "scope", "ops", *scope).output
    (room,) = json.loads(run("rooms", "list", "--json").output)
    assert room["scope"]["institutions"] == ["기획재정부"]
    assert [one["channel"] for one in room["channels"]] == ["ops-topic"]
    assert "jandi ops-topic" in run("rooms", "list").output
    assert run("rooms", "unbind", "jandi", "ops-topic").exit_code == 0
    again = run("rooms", "unbind", "jandi", "ops-topic")
    assert again.exit_code == 1
    assert "rooms list" in again.output


def test_a_platform_without_an_adapter_is_pointed_out(run) -> None:
    output = run("rooms", "bind", "slack", "C1", "ops").output
    assert "[[messengers]]" in output
    assert run("rooms", "bind", "Slack", "C1", "ops").exit_code == 1


def test_a_parked_channel_says_why(run, tmp_path: Path) -> None:
    import asyncio

    from guardia.hub.app import SystemClock
    from guardia.hub.store.chatrooms import ChatRooms
    from guardia.hub.store.database import Database

    run("rooms", "bind", "jandi", "ops-topic", "ops")
    database = Database(f"sqlite:///{tmp_path / 'state' / 'guardia.db'}")
    asyncio.run(ChatRooms(database, SystemClock()).park("jandi", "ops-topic", "Jandi answered 404"))
    database.close()
    assert "멈춤" in run("rooms", "list").output
    assert "Jandi answered 404" in run("rooms", "list").output
    (finding,) = [f for f in json.loads(run("doctor", "--json").output) if f["what"] == "rooms of messengers"]
    assert finding["status"] == "warn"
    assert "ops-topic" in finding["message"]


def test_an_account_is_linked_to_a_person(run) -> None:
    run("people", "add", "engineer1", "--role", "engineer", "--password-stdin", input="correct horse battery\n")
    assert run("people", "link", "jandi", "kim@example.go.kr", "engineer1").exit_code == 0
    assert run("people", "link", "jandi", "kim@example.go.kr", "nobody").exit_code == 1


def findings(run) -> dict[str, tuple[str, str]]:
    return {one["what"]: (one["status"], one["message"]) for one in json.loads(run("doctor", "--json").output)}


def test_doctor_looks_at_messengers_and_shows_no_secret(run) -> None:
    found = findings(run)
    assert found["messengers"] == ("ok", "jandi")
    assert found["rooms of messengers"][0] == "warn"
    assert "rooms bind" in found["rooms of messengers"][1]
    run("rooms", "bind", "jandi", "ops-topic", "ops")
    assert "rooms scope" in findings(run)["rooms of messengers"][1]
    run("rooms", "scope", "ops", "--action", "*")
    assert findings(run)["rooms of messengers"][0] == "ok"
    assert "secret" not in run("doctor").output.replace("webhook secret", "")
    assert "a-token-of-jandi" not in run("doctor").output


def test_doctor_names_a_missing_secret(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JANDI_WEBHOOK")
    status, message = findings(run)["messengers"]
    assert status == "fail"
    assert "JANDI_WEBHOOK" in message


def test_a_room_of_the_console_keeps_its_language_when_it_is_bound(run, tmp_path: Path) -> None:
    with (tmp_path / "hub.toml").open("a") as file:
        file.write('[conversation]\nenglish_rooms = ["ops-en", "scoped-en"]\n')

    def languages() -> dict[str, str]:
        return {one["room_id"]: one["language"] for one in json.loads(run("rooms", "list", "--json").output)}

    run("rooms", "bind", "jandi", "ops-topic", "ops-en")
    run("rooms", "bind", "jandi", "other", "ops")
    run("rooms", "scope", "scoped-en", "--system", "*")
    assert languages() == {"ops": "ko", "ops-en": "en", "scoped-en": "en"}
    run("rooms", "scope", "ops-en", "--system", "*")  # says nothing of the language
    assert languages()["ops-en"] == "en"
    run("rooms", "scope", "ops-en", "--system", "*", "--language", "ko")
    run("rooms", "scope", "ops-en", "--system", "*")
    assert languages()["ops-en"] == "ko"
