"""`guardia-hub` as operators use it: exit codes, one-line errors, what it leaves behind."""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from guardia.cmdb.csv_export import write_folder
from guardia.cmdb.model import Inventory
from guardia.hub.cli import main
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.store.database import Database
from guardia.hub.store.log import SqlStore
from tests.support.talking import TalkingWorld
from tests.support.world import ENGINEER, SERVERS, World, check, restart

Run = Callable[..., Result]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def run(tmp_path: Path, state: Path) -> Run:
    file = tmp_path / "hub.toml"
    file.write_text(f"[hub]\nstate_dir = '{state}'\ntrust_domain = 'guardia.test'\n[web]\nport = 0\n")

    def call(*arguments: str, **options: object) -> Result:
        result = CliRunner().invoke(main, ["--config", str(file), *arguments], **options)  # type: ignore[arg-type]
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture
def made(run: Run) -> Run:
    assert run("init", "--quiet").exit_code == 0
    return run


@pytest.fixture
def talked(made: Run, state: Path) -> list[str]:
    """A hub's database in which two requests were made."""

    async def play() -> list[str]:
        world = World(state)
        world.url = f"sqlite:///{state / 'guardia.db'}"
        await world.start()
        await world.connect("A-WAS-01")
        first = await world.say("디스크", check("A-WAS-01"))
        await world.work_off("A-WAS-01")
        second = await world.say("재기동", restart("A-WAS-01"))
        await world.stop()
        return [first.sr_id or "", second.sr_id or ""]

    return asyncio.run(play())


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [(), *commands(main)], ids=" ".join)
def test_every_command_has_help_that_needs_no_configuration(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["--config", "/nonexistent", *path, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_init_makes_everything_tight_and_a_second_one_changes_nothing(run: Run, state: Path) -> None:
    first = run("init", "--json")
    assert first.exit_code == 0
    made = json.loads(first.stdout)
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file() and "guardia.db" not in path.name}
    again = run("init", "--json")
    assert json.loads(again.stdout) == made
    assert {path: path.read_bytes() for path in before} == before
    assert state.stat().st_mode & 0o777 == 0o700
    for path in [*state.rglob("*.key"), state / "webhook.secret"]:
        assert path.stat().st_mode & 0o077 == 0, path
    secret = (state / "webhook.secret").read_text()
    assert secret not in first.output


def test_an_init_that_was_interrupted_is_finished_by_the_next(run: Run, state: Path) -> None:
    state.mkdir(mode=0o700)
    (state / "webhook.secret").touch(mode=0o600)
    assert run("init", "--quiet").exit_code == 0
    assert len((state / "webhook.secret").read_text()) > 16


@pytest.mark.parametrize(
    "arguments",
    [("agents", "list"), ("requests", "list"), ("audit", "verify"), ("agents", "add", "A"), ("serve",)],
)
def test_before_init_every_command_says_what_to_do(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert "guardia-hub init" in result.stderr


def test_an_unknown_key_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    file.write_text("[web]\nprot = 1\n")
    result = CliRunner().invoke(main, ["--config", str(file), "requests", "list"])
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.count("\n") == 1
    assert f"{file}:2: [web] unknown key 'prot'; did you mean 'port'?" in result.stderr


@pytest.mark.parametrize("arguments", [("nonsense",), ("requests", "list", "--limit", "0"), ("agents", "add")])
def test_wrong_usage_is_exit_code_2(made: Run, arguments: tuple[str, ...]) -> None:
    assert made(*arguments).exit_code == 2


def test_people_are_added_once(made: Run) -> None:
    password = "long enough password\n"
    arguments = ("people", "add", "engineer1", "--role", "engineer", "--password-stdin")
    first = made(*arguments, input=password)
    assert first.exit_code == 0, first.output
    assert "long enough" not in first.output
    again = made(*arguments, input=password)
    assert again.exit_code == 1
    assert made("people", "add", "x", "--role", "king", "--password-stdin", input=password).exit_code == 1
    assert made("people", "add", "y", "--role", "viewer", "--password-stdin", input="short\n").exit_code == 1


def test_an_agents_record_from_add_to_reinstate(made: Run) -> None:
    token = made("agents", "add", "WEB-01", "--token-only")
    assert token.exit_code == 0
    assert len(token.stdout.strip().splitlines()) == 1
    assert made("agents", "add", "WEB-01").exit_code == 1
    other = made("agents", "token", "WEB-01", "--token-only")
    assert other.stdout != token.stdout
    assert made("agents", "token", "WEB-99").exit_code == 1
    assert [agent["agent_id"] for agent in json.loads(made("agents", "list", "--json").stdout)] == ["WEB-01"]
    assert made("agents", "revoke", "WEB-01").exit_code == 0
    assert "revoked" in made("agents", "list").stdout.lower()
    assert made("agents", "token", "WEB-01").exit_code == 1
    assert made("agents", "reinstate", "WEB-01").exit_code == 0
    assert made("agents", "token", "WEB-01").exit_code == 0
    assert made("agents", "revoke", "WEB-99").exit_code == 1
    assert made("agents", "unfence", "WEB-01").exit_code == 1
    assert made("agents", "drain", "WEB-01").exit_code == 0
    assert "no new work" in made("agents", "list").stdout
    assert made("agents", "drain", "WEB-01", "--undo").exit_code == 0
    assert "no new work" not in made("agents", "list").stdout
    assert made("agents", "drain", "WEB-99").exit_code == 1
    assert json.loads(made("agents", "queue", "--json").stdout) == []
    assert "nothing waits for WEB-01" in made("agents", "queue", "WEB-01").stdout


def test_the_audit_shows_who_decided_what_about_agents_and_why(made: Run, state: Path) -> None:
    assert "nothing was decided" in made("audit", "agents").stdout
    assert made("audit", "verify").exit_code == 0
    for asset in ("WEB-01", "WEB-02"):
        made("agents", "add", asset, "--token-only")
    by = {"SUDO_USER": "ops"}
    assert made("agents", "drain", "WEB-01", "--reason", "디스크 교체", env=by).exit_code == 0
    assert made("agents", "drain", "WEB-01", "--undo", env=by).exit_code == 0
    assert made("agents", "revoke", "WEB-02", "--reason", "폐기", env=by).exit_code == 0
    assert made("agents", "reinstate", "WEB-02", env=by).exit_code == 0
    assert made("agents", "drain", "WEB-01", "--reason", "두\n줄").exit_code == 1
    shown = json.loads(made("audit", "agents", "--json").stdout)
    assert [(one["agent_id"], one["what"], one["by"], one["reason"]) for one in shown] == [
        ("WEB-01", "drained", "admin:ops", "디스크 교체"),
        ("WEB-01", "undrained", "admin:ops", ""),
        ("WEB-02", "revoked", "admin:ops", "폐기"),
        ("WEB-02", "reinstated", "admin:ops", ""),
    ]
    (line, _) = made("audit", "agents", "WEB-01").stdout.splitlines()
    assert all(part in line for part in ("WEB-01", "drained", "admin:ops", "디스크 교체"))
    assert json.loads(made("audit", "verify", "--json").stdout) == {"events": 4, "problems": []}
    with sqlite3.connect(state / "guardia.db") as database:
        database.execute("UPDATE agent_events SET \"by\" = 'admin:other' WHERE place = 3")
    broken = made("audit", "verify")
    assert (broken.exit_code, "agents: event 3" in broken.stdout) == (1, True)


def test_requests_are_listed_and_shown(made: Run, talked: list[str]) -> None:
    listed = json.loads(made("requests", "list", "--json").stdout)
    assert [(r["request_id"], r["state"]) for r in listed] == [
        (talked[0], "SUCCEEDED"),
        (talked[1], "AWAITING_APPROVAL"),
    ]
    assert talked[0] not in made("requests", "list", "--open").stdout
    shown = made("requests", "show", talked[0])
    assert "Drafted" in shown.stdout
    assert "Finished" in shown.stdout
    events = json.loads(made("requests", "show", talked[0], "--json").stdout)
    assert events[0]["type"] == "Drafted"
    assert made("requests", "show", "SR-0").exit_code == 1


def test_the_audit_is_exit_code_0_until_somebody_tampers(made: Run, talked: list[str], state: Path) -> None:
    whole = made("audit", "verify", "--json")
    assert whole.exit_code == 0
    assert json.loads(whole.stdout)["problems"] == []
    with sqlite3.connect(state / "guardia.db") as connection:
        connection.execute("UPDATE events SET data = replace(data, 'engineer1', 'engineer2') WHERE version = 1")
    connection.close()
    broken = made("audit", "verify")
    assert broken.exit_code == 1
    assert all(request_id in broken.stdout for request_id in talked)


@pytest.fixture
def read_by_rules(made: Run, state: Path) -> str:
    """A hub's database with one request that the embedded reader read."""

    async def play() -> str:
        world = World(state)
        world.url = f"sqlite:///{state / 'guardia.db'}"
        world.parser = EmbeddedParser(world.inventory)
        await world.start()
        receipt = await world.say("예산시스템 WAS 1호기 재기동해줘")
        await world.stop()
        return receipt.sr_id or ""

    return asyncio.run(play())


class TestReplay:
    def test_a_reading_of_another_reader_cannot_be_replayed(self, made: Run, talked: list[str]) -> None:
        found = made("audit", "replay", "--json")
        assert found.exit_code == 0
        assert json.loads(found.stdout)["counts"] == {"unknown": 2}
        assert "scripted" in made("audit", "replay", talked[0]).stdout

    def test_another_inventory_is_said_and_the_one_of_then_proves_it(
        self, made: Run, read_by_rules: str, tmp_path: Path
    ) -> None:
        moved = made("audit", "replay", read_by_rules)
        assert moved.exit_code == 0
        assert "moved" in moved.stdout
        assert "revision 1" in moved.stdout
        folder = tmp_path / "then"
        write_folder(Inventory(revision=1, servers=SERVERS, aliases=()), folder)
        same = made("audit", "replay", read_by_rules, "--cmdb", str(folder), "--json")
        assert same.exit_code == 0, same.output
        [one] = json.loads(same.stdout)["replays"]
        assert (one["verdict"], one["reader"]) == ("same", "embedded")

    def test_a_record_that_does_not_follow_from_its_message_is_exit_code_1(
        self, made: Run, read_by_rules: str, state: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "then"
        write_folder(Inventory(revision=1, servers=SERVERS, aliases=()), folder)
        with sqlite3.connect(state / "guardia.db") as connection:
            connection.execute(
                "UPDATE events SET data = replace(data, '재기동해줘', '재기동하지 마') WHERE version = 1"
            )
        connection.close()
        found = made("audit", "replay", read_by_rules, "--cmdb", str(folder))
        assert found.exit_code == 1
        assert "differs" in found.stdout

    def test_a_request_that_is_not_there(self, made: Run) -> None:
        assert made("audit", "replay", "SR-0").exit_code == 1
        assert "no request" in made("audit", "replay").stdout


def test_policies_are_shown_and_checked(made: Run, tmp_path: Path) -> None:
    shown = made("policy", "show")
    own = tmp_path / "own.cedar"
    own.write_text(shown.stdout)
    assert made("policy", "check", str(own)).exit_code == 0
    own.write_text("permit (everything);")
    bad = made("policy", "check", str(own))
    assert bad.exit_code == 1
    assert "policy.file" in bad.stderr
    own.write_bytes(b"\xff\xfe")
    assert made("policy", "check", str(own)).exit_code == 1
    assert made("policy", "check", str(tmp_path / "none")).exit_code == 2


def test_the_doctor_names_what_is_wrong(made: Run, state: Path) -> None:
    healthy = made("doctor", "--json")
    assert healthy.exit_code == 0, healthy.output
    assert "fail" not in {finding["status"] for finding in json.loads(healthy.stdout)}
    state.chmod(0o755)
    (state / "webhook.secret").chmod(0o644)
    ill = made("doctor", "--json")
    assert ill.exit_code == 1
    failed = {f["what"]: f["message"] for f in json.loads(ill.stdout) if f["status"] == "fail"}
    assert failed.keys() == {"state folder", "webhook secret"}
    assert all("chmod" in message for message in failed.values())


def test_the_doctor_looks_at_a_broken_configuration_too(tmp_path: Path) -> None:
    file = tmp_path / "hub.toml"
    for text in ("[web]\nprot = 1\n", "[flow]\ntimezone = 'Nowhere/City'\n", "[store]\nurl = 'mysql://h/d'\n"):
        file.write_text(f"[hub]\nstate_dir = '{tmp_path}'\n{text}")
        result = CliRunner().invoke(main, ["--config", str(file), "doctor"])
        assert result.exit_code == 1, text
        assert "FAIL" in result.stdout


def test_a_second_hub_on_the_same_state_does_not_touch_its_requests(made: Run, talked: list[str], state: Path) -> None:
    from guardia.hub.store.lock import only_hub

    with only_hub(state):
        result = made("serve")
    assert result.exit_code == 1
    assert "another hub" in result.stderr

    async def versions() -> list[int]:
        database = Database(f"sqlite:///{state / 'guardia.db'}")
        try:
            return [request.version for request in await SqlStore(database).requests()]
        finally:
            database.close()

    assert len(asyncio.run(versions())) == len(talked)


# --- advice -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def advised(made: Run, state: Path) -> None:
    """A hub's database in which three offers were made; one was taken up, one rule is off."""

    async def play() -> None:
        world = TalkingWorld(state)
        world.url = f"sqlite:///{state / 'guardia.db'}"
        world.clock.advance((time.time_ns() // 1_000_000 - world.clock.now_ms()) / 1000)
        await world.start()
        await world.connect("A-DB-01", "A-WAS-01", "A-WAS-02")
        for said, button in (
            ("예산시스템 DB 쿼리가 느려요", "accept:1"),
            ("예산시스템 디스크가 꽉 찼어요", "mute"),
            ("홈택스 DB 쿼리가 느려요", ""),
        ):
            await world.say(said)
            if button:
                await world.press(world.offers()[-1]["request_id"], button, ENGINEER)
        await world.stop()

    asyncio.run(play())


def test_advice_tells_what_was_offered_and_what_became_of_it(made: Run, advised: None) -> None:
    told = json.loads(made("advice", "--json").output)
    rules = {one["rule"]: one for one in told["rules"]}
    assert (rules["db-locks"]["offered"], rules["db-locks"]["accepted"], rules["db-locks"]["open"]) == (2, 1, 1)
    assert rules["db-locks"]["acceptance"] == 1.0
    assert (rules["disk-space"]["dismissed"], rules["disk-space"]["acceptance"]) == (1, 0.0)
    assert [(one["room"], one["rule"]) for one in told["off"]] == [("ops", "disk-space")]
    lines = made("advice", "--days", "7", "--room", "ops").output
    assert "acceptance 100%" in lines
    assert "off: room ops, rule disk-space, by engineer1" in lines
    assert json.loads(made("advice", "--room", "other", "--json").output)["rules"] == []


def test_a_hub_without_offers_says_so(made: Run) -> None:
    assert "no offers" in made("advice").output


def test_the_rules_are_printed_checked_and_tried(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(run("advice", "rules").output, encoding="utf-8")
    assert "rules" in run("advice", "check", str(own)).output
    own.write_text(own.read_text(encoding="utf-8").replace('"FETCH_DB_LOCKS"', '"KILL_DB_SESSION"'), encoding="utf-8")
    wrong = run("advice", "check", str(own))
    assert wrong.exit_code == 1
    assert "own.toml:" in wrong.output
    assert "changes something" in wrong.output
    assert json.loads(run("advice", "try", "DB 쿼리가 느려요", "--json").output)[0]["rule"] == "db-locks"
    assert "nothing" in run("advice", "try", "연락 주세요").output


def test_a_wrong_rules_file_keeps_the_hub_from_starting_and_doctor_names_it(made: Run, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[rule]]\nid = "x"\nname = "x"\noffer = "?"\naction = "STOP_SERVICE"\nwith_system = ["x"]\n')
    env = {"GUARDIA_HUB_ADVICE_FILE": str(own)}
    served = made("serve", env=env)
    assert served.exit_code == 1
    assert "own.toml:5:" in served.output
    assert "changes something" in served.output
    (finding,) = [f for f in json.loads(made("doctor", "--json", env=env).output) if f["what"] == "rules of advice"]
    assert finding["status"] == "fail"
    own.write_text("")
    (finding,) = [f for f in json.loads(made("doctor", "--json", env=env).output) if f["what"] == "rules of advice"]
    assert finding["status"] == "ok"
