"""`guardia-hub demo`: what the README promises, as a user runs it."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from guardia.hub.demo.runner import Runner, command
from guardia.hub.demo.script import Stage, with_people

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("demo")]


def demo(state: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [command("guardia-hub"), "demo", "--state", str(state), *arguments]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=280)


def test_once_plays_every_conversation_and_sees_every_effect(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo", "--once", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["passed"]
    assert len(result["scenes"]) == 9
    assert all(good for scene in result["scenes"] for _, good in scene["checks"])


def test_say_plays_ones_own_sentences_and_leaves_no_process(tmp_path: Path) -> None:
    done = demo(
        tmp_path / "demo",
        "--say",
        "예산시스템 WAS 1호기 재기동해줘",
        "--say",
        "오늘 점심 뭐 먹죠?",
        "--approve",
        "--json",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    results = json.loads(done.stdout)
    assert [result["passed"] for result in results] == [True, True], results
    assert any("재기동: 성공" in line for line in results[0]["lines"])
    assert any("요청 아님" in line for line in results[1]["lines"])
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], capture_output=True, text=True, check=False)
    assert left.stdout == "", "processes of the demonstration are still there"


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    done = demo(tmp_path, "--once")
    assert done.returncode == 3
    assert "precious" not in done.stderr
    assert (tmp_path / "precious.txt").read_text() == "mine"


def test_without_an_openssh_server_the_remote_hosts_are_served_by_asyncssh(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "demo", say=lambda _line: None, find=lambda _name: None)

    async def run() -> None:
        await runner.start()
        cards: list[dict[str, Any]] = []

        async def play(stage: Stage) -> None:
            cards.append(await stage.ask("예산시스템 WAS 2호기 재기동해줘"))

        before = await runner.service("MOF-BUD-WAS-02")
        await with_people(runner, play)
        after = await runner.service("MOF-BUD-WAS-02")
        assert cards[0]["state"] == "SUCCEEDED", cards
        assert before is not None
        assert after is not None
        assert before["pid"] != after["pid"]

    async def all_of_it() -> None:
        try:
            await run()
        finally:
            await runner.stop()

    asyncio.run(all_of_it())
