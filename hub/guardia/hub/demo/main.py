"""`guardia-hub demo`: start everything, then wait for people, or play and end."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import msgspec

from guardia.hub.demo.runner import ROOM, Runner
from guardia.hub.demo.script import SCENES, Scene, Stage, play_scene, with_people
from guardia.hub.errors import HubError

FAILED = 1
NOT_STARTED = 3


async def run(state: Path, *, once: bool, sentences: Sequence[str], approve: bool, as_json: bool, port: int) -> int:
    """Exit code: 0 all effects were seen (or a person ended it), 1 one was not, 3 the system did not start."""
    playing = once or bool(sentences)
    runner = Runner(
        state.resolve(),
        say=lambda line: print(f"· {line}", file=sys.stderr, flush=True),
        web_port=0 if playing else port,
    )
    try:
        try:
            await runner.start()
        except HubError as error:
            print(f"demo: {error.code}: {error}\n{error.remedy}".rstrip(), file=sys.stderr)
            return NOT_STARTED
        if once:
            return await _once(runner, as_json)
        if sentences:
            return await _say(runner, sentences, approve, as_json)
        await _wait(runner)
        return 0
    finally:
        await runner.stop()


async def _once(runner: Runner, as_json: bool) -> int:
    scenes: list[Scene] = []

    async def play(stage: Stage) -> None:
        for title, act in SCENES:
            scene = await play_scene(stage, title, act)
            scenes.append(scene)
            if not as_json:
                _print(scene)

    await with_people(runner, play)
    count, problems = json.loads(runner.hub("audit", "verify", "--json")).values()
    passed = all(scene.passed for scene in scenes) and not problems
    if as_json:
        values = {
            "passed": passed,
            "audited_events": count,
            "problems": problems,
            "scenes": msgspec.to_builtins(scenes),
        }
        print(json.dumps(values, ensure_ascii=False, indent=2))
    else:
        good = sum(scene.passed for scene in scenes)
        print(f"\n감사 로그: 이벤트 {count}건, 해시 사슬 {problems or '정상'}")
        colour = "green" if passed else "red"
        click.secho(f"대화 {len(scenes)}편 중 {good}편의 실제 효과를 모두 확인했습니다.", fg=colour)
    return 0 if passed else FAILED


def _print(scene: Scene) -> None:
    click.secho(f"\n■ {scene.title} ({scene.seconds:.1f} s)", bold=True)
    for line in scene.lines:
        print(f"  {line}")
    for what, good in scene.checks:
        click.secho(f"  {'✔' if good else '✘'} {what}", fg="green" if good else "red")
    sys.stdout.flush()


async def _say(runner: Runner, sentences: Sequence[str], approve: bool, as_json: bool) -> int:
    """One's own sentences; 0 only if every request succeeded (or is waiting, where nobody was to approve)."""
    results: list[dict[str, object]] = []

    async def play(stage: Stage) -> None:
        for sentence in sentences:
            scene = await play_scene(stage, sentence, lambda stage, text=sentence: _sentence(stage, text, approve))  # type: ignore[misc]
            results.append({"text": sentence, "passed": scene.passed, "lines": scene.lines, "seconds": scene.seconds})
            if not as_json:
                _print(scene)

    await with_people(runner, play)
    if as_json:
        print(json.dumps(results, ensure_ascii=False, indent=2))
    return 0 if all(result["passed"] for result in results) else FAILED


async def _sentence(stage: Stage, text: str, approve: bool) -> None:
    if approve:
        card = await stage.ask(text)
        good = card["state"] in ("SUCCEEDED", "IGNORED")
    else:
        answer = await stage.propose(text)
        good = answer in ("SUCCEEDED", "AWAITING_APPROVAL", "NEEDS_ANSWER", "SCHEDULED", "IGNORED")
    stage.scene.check("it did what was asked for, or asked for nothing, or waits for a person", good)


async def _wait(runner: Runner) -> None:
    people = "\n".join(f"    {name:10} {password}" for name, password in runner.passwords.items())
    print(
        f"""
GUARDiA 데모가 떴습니다. 모든 파일은 {runner.root} 아래에 있습니다.

  콘솔     {runner.url}/rooms/{ROOM}
  웹훅     {runner.url}/messenger/webhook   (비밀 값 파일: {runner.root / "hub" / "webhook.secret"})
  로그인 (계정과 비밀번호)
{people}

engineer1로 들어가 "기재부 예산시스템 WAS 1호기 재기동해줘"라고 말하고,
다른 브라우저(또는 시크릿 창)에서 approver1로 승인해 보세요. 끝내려면 Ctrl-C.
""",
        flush=True,
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    print("멈추는 중입니다…", flush=True)
