"""`guardia-hub requests output` as a process, against the real web front: what comes, what is said, and exit codes."""

import asyncio
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest

from guardia.hub import migrations
from guardia.hub.errors import AgentOfflineError, InvalidInputError, NotFoundError, OutputGoneError
from guardia.hub.output_client import only_step
from guardia.hub.store.database import Database
from tests.fakes.front import PASSWORD, Front, SystemClock, serving
from tests.support.world import World, check, restart

STEP = "p1.n1.s1"
DATA = bytes(range(256)) * 1000

Run = Callable[..., Awaitable[tuple[int, bytes, str]]]


@pytest.fixture
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    front = Front(tmp_path, SystemClock())
    await front.people()
    front.outputs.held["SR-1", STEP] = ("ops", DATA)
    front.outputs.held["SR-2", STEP] = ("secret", DATA)
    front.outputs.sha256 = hashlib.sha256(DATA).hexdigest()
    yield front
    front.close()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The state folder of the hub whose configuration the command reads."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
async def run(tmp_path: Path, front: Front, state: Path) -> AsyncIterator[Run]:
    """The command, told where the front is; `--person engineer1` unless it says who."""
    file = tmp_path / "hub.toml"
    file.write_text(f"[hub]\nstate_dir = '{state}'\n[web]\nport = 0\n")
    async with serving(front.app) as port:

        async def call(
            *arguments: str, password: str = PASSWORD, token: str = "", person: str = "engineer1"
        ) -> tuple[int, bytes, str]:
            who = ("--person", person) if person else ()
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "guardia.hub.cli", "--config", str(file), "requests", "output"),
                *("--url", f"http://127.0.0.1:{port}", *who, *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env={
                    **os.environ,
                    "GUARDIA_PASSWORD": password,
                    "GUARDIA_TOKEN": token,
                    "PYTHONPATH": os.pathsep.join(sys.path),
                },
            )
            async with asyncio.timeout(60):
                out, err = await process.communicate()
            assert b"Traceback" not in err
            assert password.encode() not in err
            assert not token or token.encode() not in err
            return process.returncode or 0, out, err.decode()

        yield call


async def test_the_whole_comes_byte_by_byte_and_nothing_else_is_written(run: Run, front: Front) -> None:
    assert await run("SR-1", "--step", STEP) == (0, DATA, "")
    assert front.outputs.asked == [(STEP, "engineer1", 0, 0)]
    assert front.outputs.given[0].closed


async def test_a_part_is_not_compared_with_the_digest_of_the_whole(run: Run) -> None:
    assert await run("SR-1", "--step", STEP, "--offset", "1000", "--limit", "24") == (0, DATA[1000:1024], "")


async def test_a_token_is_enough(run: Run, front: Front) -> None:
    token = await front.token("approver1")
    assert await run("SR-1", "--step", STEP, person="", token=token) == (0, DATA, "")
    assert front.outputs.asked == [(STEP, "approver1", 0, 0)]


async def test_without_a_login_nothing_is_fetched(run: Run, front: Front) -> None:
    code, out, err = await run("SR-1", "--step", STEP, person="")
    assert (code, out, "--person" in err) == (1, b"", True)
    code, out, err = await run("SR-1", "--step", STEP, password="none of theirs")
    assert (code, out, "auth.required" in err) == (1, b"", True)
    assert front.outputs.asked == []


async def test_another_digest_than_the_agent_counted_is_an_error(run: Run, front: Front) -> None:
    front.outputs.sha256 = "ab" * 32
    code, out, err = await run("SR-1", "--step", STEP)
    assert (code, out, "output.unavailable" in err, "sha256" in err) == (1, DATA, True, True)


async def test_an_output_with_a_gap_comes_and_the_gap_is_said_beside_it(run: Run, front: Front) -> None:
    front.outputs.gapless = False
    code, out, err = await run("SR-1", "--step", STEP)
    assert (code, out, "전체가 아닙니다" in err) == (0, DATA, True)


async def test_an_output_that_breaks_off_is_no_success(run: Run, front: Front) -> None:
    front.outputs.break_after = 100_000
    code, out, err = await run("SR-1", "--step", STEP)
    assert (code, "output.unavailable" in err) == (1, True)
    assert DATA.startswith(out)
    assert len(out) < len(DATA)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (OutputGoneError("지워졌습니다."), "output.gone"),
        (AgentOfflineError("꺼져 있습니다.", remedy="다시 연결되면 받을 수 있습니다."), "다시 연결되면"),
    ],
)
async def test_refusals_are_told_with_the_hubs_code_and_remedy(run: Run, front: Front, error, says) -> None:
    front.outputs.held["SR-1", STEP] = ("ops", error)
    code, out, err = await run("SR-1", "--step", STEP)
    assert (code, out, error.code in err, says in err) == (1, b"", True, True)


async def test_a_room_that_one_may_not_enter_is_not_told_of(run: Run, front: Front) -> None:
    forbidden = await run("SR-2", "--step", STEP)
    assert forbidden == await run("SR-3", "--step", STEP)
    assert (forbidden[0], forbidden[1], "hub.not_found" in forbidden[2]) == (1, b"", True)
    assert front.outputs.asked == []


async def test_a_hub_that_is_not_there(run: Run) -> None:
    code, out, err = await run("SR-1", "--step", STEP, "--url", "http://127.0.0.1:1")
    assert (code, out, "output.unavailable" in err, "--url" in err) == (1, b"", True, True)


async def test_wrong_usage_and_help(run: Run) -> None:
    assert (await run())[0] == 2
    assert (await run("SR-1", "--step", STEP, "--offset", "-1"))[0] == 2
    code, out, _ = await run("--help")
    assert (code, b"guardia-hub requests output SR-" in out) == (0, True)


# --- which step -----------------------------------------------------------------------------------------------------


@pytest.fixture
async def world(tmp_path: Path, state: Path) -> AsyncIterator[World]:
    """A flow that writes to the database that the command reads."""
    world = World(tmp_path)
    world.url = f"sqlite:///{state / 'guardia.db'}"
    database = Database(world.url)
    migrations.upgrade(database.engine)
    database.close()
    await world.start()
    yield world
    await world.stop()


async def test_where_only_one_step_ran_it_need_not_be_named(run: Run, front: Front, world: World) -> None:
    waiting = await world.say("재기동", restart("A-WAS-02"))  # nobody has approved it
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    request = await world.store.request(receipt.sr_id)
    assert request is not None
    step_id = only_step(request, receipt.sr_id)
    front.outputs.held[receipt.sr_id, step_id] = ("ops", DATA)
    assert await run(receipt.sr_id) == (0, DATA, "")
    code, _, err = await run(waiting.sr_id)
    assert (code, "has run" in err) == (1, True)
    code, _, err = await run("SR-0")
    assert (code, "SR-0" in err) == (1, True)


async def test_of_several_steps_one_has_to_be_named(run: Run, world: World) -> None:
    await world.connect("A-WAS-01")
    await world.connect("A-WAS-02")
    receipt = await world.say("디스크", check("A-WAS-01", "A-WAS-02"))
    code, out, err = await run(receipt.sr_id)
    assert (code, out, "--step" in err, STEP in err) == (1, b"", True, True)
    assert receipt.sr_id not in err, "names as --step takes them"


async def test_a_retry_is_asked_for_by_the_id_that_the_agent_knows(world: World) -> None:
    await world.connect("A-WAS-01")
    receipt = await world.say("디스크", check("A-WAS-01"))
    request = await world.store.request(receipt.sr_id)
    assert request is not None
    (step_id,) = [step for step, one in request.runs.items() if one.dispatched_ms]
    again = msgspec.structs.replace(request.runs[step_id], attempt=2)
    retried = msgspec.structs.replace(request, runs={**request.runs, step_id: again})
    assert only_step(retried, receipt.sr_id) == f"{step_id}.a2"
    with pytest.raises(NotFoundError):
        only_step(None, receipt.sr_id)
    fresh = {step: msgspec.structs.replace(one, dispatched_ms=0) for step, one in request.runs.items()}
    with pytest.raises(NotFoundError):
        only_step(msgspec.structs.replace(request, runs=fresh), receipt.sr_id)
    twice = {**request.runs, f"{receipt.sr_id}.p1.n2.s1": again}
    with pytest.raises(InvalidInputError, match=r"p1\.n2\.s1"):
        only_step(msgspec.structs.replace(request, runs=twice), receipt.sr_id)
