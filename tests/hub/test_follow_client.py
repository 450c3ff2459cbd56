"""The follower against a hub that is written down: breaks, back-off, retries, what did not travel, and JSON."""

import base64
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from guardia.hub.errors import HubError, InvalidInputError, NotFoundError, OutputUnavailableError, UnreachableError
from guardia.hub.follow_client import FIRST, LONGEST, PEEK, WAIT, Follower
from guardia.hub.follow_shown import Bytes, Json, Shown, Text

STEP = "SR-1.p1.n1.s1"
Answer = dict[str, Any] | Exception | httpx.Response


def part(seq: int, data: bytes, offset: int | None, stream: str = "stdout") -> dict[str, Any]:
    return {"seq": seq, "stream": stream, "offset": offset, "data": base64.b64encode(data).decode()}


def page(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    after = parts[-1]["seq"] if parts else changes.pop("after", 0)
    values = {"request_id": "SR-1", "step_id": STEP, "state": "RUNNING", "ended": False, "paused": False}
    return {**values, "parts": list(parts), "next": after, "superseded_by": "", "result": None, **changes}


def end(data: bytes, state: str = "OK", *parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    result = {"exit_code": 0, "error_code": "", "message": "", "output_bytes": len(data)}
    digest = hashlib.sha256(data).hexdigest()
    whole = {**result, "output_sha256": digest, "output_spooled": len(data), **changes}
    return page(*parts, state=state, ended=True, result=whole)


def error(status: int, code: str, **headers: str) -> httpx.Response:
    body = {"error": {"code": code, "message": "아니요", "remedy": "이렇게 하세요"}}
    return httpx.Response(status, json=body, headers=headers)


class ScriptedHub:
    """Answers what the test wrote down, in order; `asked` holds the questions."""

    def __init__(self, *answers: Answer, spool: bytes = b"", gapless: str = "yes") -> None:
        self.answers: Iterator[Answer] = iter(answers)
        self.spool = spool
        self.gapless = gapless
        self.spool_fails: list[Exception | httpx.Response] = []
        self.asked: list[tuple[str, dict[str, str]]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        query = dict(request.url.params)
        self.asked.append((request.url.path, query))
        if request.url.path.endswith("/output"):
            return self._spooled(int(query["offset"]), int(query["limit"]))
        answer = next(self.answers)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)

    def _spooled(self, offset: int, limit: int) -> httpx.Response:
        if self.spool_fails:
            failure = self.spool_fails.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return failure
        data = self.spool[offset : offset + limit if limit else None]
        return httpx.Response(200, stream=httpx.ByteStream(data), headers={"X-Guardia-Output-Gapless": self.gapless})


class Run:
    """A follower with a clock that its own sleeps move, and the longest back-off each time."""

    def __init__(self, hub: ScriptedHub, shown: Callable[[io.BytesIO, Callable[[str], None]], Shown] = Bytes) -> None:
        self.out = io.BytesIO()
        self.notes: list[str] = []
        self.slept: list[float] = []
        self.bounds: list[tuple[float, float]] = []
        self.time = 0.0
        self.hub = hub
        self.shown = shown(self.out, self.notes.append)

    def __call__(self, step_id: str = STEP, **options: Any) -> str:
        with httpx.Client(base_url="http://hub.test", transport=httpx.MockTransport(self._answer)) as http:
            follower = Follower(
                http,
                "SR-1",
                self.shown,
                self.notes.append,
                sleep=self._sleep,
                now=self._now,
                jitter=self._jitter,
                **options,
            )
            return follower.run(step_id)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.time += float(request.url.params.get("wait", 0))
        return self.hub(request)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def _now(self) -> float:
        return self.time

    def _jitter(self, low: float, high: float) -> float:
        self.bounds.append((low, high))
        return high


def test_page_after_page_until_the_end() -> None:
    hub = ScriptedHub(page(part(1, b"a", 0)), page(after=1), end(b"abc", "FAILED", part(2, b"bc", 1)))
    run = Run(hub)
    assert run() == "FAILED"
    assert run.out.getvalue() == b"abc"
    assert [query["after"] for _, query in hub.asked] == ["0", "1", "1"]
    assert {query["wait"] for _, query in hub.asked} == {str(WAIT)}
    assert run.slept == []
    assert run.notes == [f"{STEP}: FAILED"]


def test_after_a_break_it_goes_on_from_where_it_was_with_full_jitter() -> None:
    breaks: list[Answer] = [
        httpx.ConnectError("refused"),
        httpx.ReadError("cut"),
        httpx.ReadTimeout("mute"),
        error(502, "x"),
    ]
    breaks += [httpx.ConnectError("no")] * 4
    hub = ScriptedHub(page(part(1, b"a", 0)), *breaks, end(b"ab", "OK", part(2, b"b", 1)))
    run = Run(hub)
    assert run() == "OK"
    assert run.out.getvalue() == b"ab"
    assert [query["after"] for _, query in hub.asked] == ["0", *["1"] * 9]
    assert [query["wait"] for _, query in hub.asked] == [str(WAIT)] * 2 + ["0"] * 8, "that it is back is told at once"
    assert run.bounds == [(0, min(LONGEST, FIRST * 2**n)) for n in range(8)]
    assert [note for note in run.notes if "연결" in note] == [
        "허브가 답하지 않습니다. 다시 연결하고 있습니다.",
        "다시 연결되었습니다.",
    ]


def test_who_is_told_when_to_come_again_comes_later() -> None:
    run = Run(ScriptedHub(error(503, "hub.busy", **{"Retry-After": "2"}), end(b"")))
    assert run() == "OK"
    assert run.slept == [2 + FIRST]


def test_it_gives_up_after_so_long_without_an_answer() -> None:
    run = Run(ScriptedHub(*[httpx.ConnectError("refused")] * 1000))
    with pytest.raises(UnreachableError, match="60 s"):
        run(give_up=60)
    assert 60 <= run.time < 60 + WAIT + LONGEST


@pytest.mark.parametrize(
    ("status", "code"), [(401, "auth.required"), (404, "hub.not_found"), (400, "input.invalid"), (500, "store.error")]
)
def test_a_refusal_is_no_break(status: int, code: str) -> None:
    run = Run(ScriptedHub(page(part(1, b"a", 0)), error(status, code)))
    with pytest.raises(HubError) as caught:
        run()
    assert (caught.value.code, caught.value.remedy, run.slept) == (code, "이렇게 하세요", [])


def test_another_program_at_that_address() -> None:
    with pytest.raises(UnreachableError, match="no answer of a hub"):
        Run(ScriptedHub(httpx.Response(200, text="<html>")))()


def test_a_hub_that_is_stopping_is_not_asked_without_a_pause() -> None:
    run = Run(ScriptedHub(*[page()] * 3, end(b"")))
    run._answer = run.hub  # type: ignore[method-assign]  # nobody waits
    assert run() == "OK"
    assert run.slept == [FIRST] * 3


# --- what does not travel at once -----------------------------------------------------------------------------------

WHOLE = bytes(range(256)) * 1000
HEAD, TAIL = 65_536, len(WHOLE) - 65_536


def long_step(*between: Answer, spool: bytes = WHOLE, **options: Any) -> ScriptedHub:
    last = end(WHOLE, "OK", part(3, WHOLE[TAIL:], TAIL))
    return ScriptedHub(page(part(1, WHOLE[:HEAD], 0)), *between, last, spool=spool, **options)


def test_what_did_not_travel_is_fetched_into_its_place() -> None:
    hub = long_step()
    run = Run(hub)
    assert run() == "OK"
    assert run.out.getvalue() == WHOLE
    assert hub.asked[-1][1] == {"offset": str(HEAD), "limit": str(TAIL - HEAD)}


def test_while_the_step_goes_on_the_agent_is_asked_now_and_then() -> None:
    hub = long_step(page(after=1, paused=True), page(after=1, paused=True), page(after=1, paused=True))
    hub.spool = WHOLE[: TAIL + 1000]  # more than the head of what travels at the end
    run = Run(hub)
    assert run() == "OK"
    assert run.out.getvalue() == WHOLE
    fetched = [query for path, query in hub.asked if path.endswith("/output")]
    assert fetched[0] == {"offset": str(HEAD), "limit": "0"}
    assert [query["wait"] for _, query in hub.asked if "wait" in query] == [str(WAIT)] * 2 + [str(PEEK)] * 3
    assert len([note for note in run.notes if "에이전트에서" in note]) == 1


def test_a_fetch_that_breaks_is_taken_up() -> None:
    hub = long_step()
    hub.spool_fails = [httpx.ReadError("cut"), error(503, "hub.busy")]
    run = Run(hub)
    assert run() == "OK"
    assert run.out.getvalue() == WHOLE


@pytest.mark.parametrize(
    "hub",
    [long_step(gapless="no"), long_step(spool=b"")],
    ids=["the agent keeps it with a gap", "the agent has less than it said"],
)
def test_what_cannot_be_had_is_said_and_the_rest_is_shown(hub: ScriptedHub) -> None:
    run = Run(hub)
    assert run() == "OK"
    assert run.out.getvalue() == WHOLE[:HEAD] + WHOLE[TAIL:]
    assert any(f"{TAIL - HEAD:,}바이트" in note for note in run.notes)


def test_an_agent_that_is_away_is_no_break() -> None:
    hub = long_step()
    hub.spool_fails = [error(503, "agent.offline")]
    run = Run(hub)
    assert run() == "OK"
    assert run.slept == []
    assert any("이렇게 하세요" in note for note in run.notes)


def test_output_that_came_to_the_hub_no_more_is_fetched_at_the_end() -> None:
    run = Run(ScriptedHub(page(part(1, b"ab", 0)), end(b"abcd"), spool=b"abcd"))
    assert run() == "OK"
    assert run.out.getvalue() == b"abcd"


def test_behind_a_chunk_that_never_came_nothing_is_claimed() -> None:
    run = Run(ScriptedHub(page(part(1, b"a", 0), part(3, b"c", None), part(4, b"d", None)), end(b"abcd")))
    assert run() == "OK"
    assert run.out.getvalue() == b"acd"
    assert len([note for note in run.notes if "빠져" in note]) == 1


def test_another_digest_than_the_agent_counted_is_an_error() -> None:
    run = Run(ScriptedHub(end(b"abc", "OK", part(1, b"abd", 0))))
    with pytest.raises(OutputUnavailableError, match="sha256"):
        run()


# --- attempts and steps ---------------------------------------------------------------------------------------------


def test_a_retry_is_followed_unless_an_attempt_was_named() -> None:
    def hub() -> ScriptedHub:
        given_up = page(part(1, b"first\n", 0), state="RETRIED", ended=True, superseded_by=f"{STEP}.a2")
        again = {**end(b"again\n", "OK", part(1, b"again\n", 0)), "step_id": f"{STEP}.a2"}
        return ScriptedHub(given_up, again)

    run = Run(hub())
    assert run() == "OK"
    assert run.out.getvalue() == b"first\nagain\n"
    assert run.hub.asked[-1][0].endswith(f"/{STEP}.a2/output/live")
    assert Run(hub())(f"{STEP}.a1") == "RETRIED"


def request(*steps: tuple[str, int]) -> dict[str, Any]:
    texts = ("state", "title", "text", "message", "room_id", "requested_by", "ticket", "cancel", "plan_digest")
    numbers = ("version", "created_ms", "updated_ms", "approvals_needed")
    made = {
        "request_id": "SR-1",
        "final": False,
        "approvals": [],
        **dict.fromkeys(texts, ""),
        **dict.fromkeys(numbers, 0),
    }
    words = ("asset", "agent", "action", "title", "role", "state", "error_code", "message", "time_out", "output_sha256")
    counts = ("attempt", "timeout_s", "started_ms", "finished_ms", "output_bytes", "output_lines", "output_spooled")
    return {
        **made,
        "steps": [
            {"step_id": f"SR-1.{name}", "dispatched_ms": at, "changes": False, "ended": False, "exit_code": None}
            | {"report": None, **dict.fromkeys(words, ""), **dict.fromkeys(counts, 0)}
            for name, at in steps
        ],
    }


@pytest.mark.parametrize("steps", [[("p1.n1.s1", 0)], [("p1.n1.s1", 5), ("p1.n1.s2", 0)]])
def test_the_only_step_or_the_only_one_that_has_begun_need_not_be_named(steps: list[tuple[str, int]]) -> None:
    run = Run(ScriptedHub(request(*steps), end(b"")))
    assert run("") == "OK"
    assert run.hub.asked[0][0] == "/api/requests/SR-1"
    assert run.hub.asked[1][0].endswith(f"/steps/{STEP}/output/live")


def test_of_several_one_has_to_be_named() -> None:
    with pytest.raises(InvalidInputError, match=r"p1\.n1\.s1, p1\.n2\.s1\Z"):
        Run(ScriptedHub(request(("p1.n1.s1", 5), ("p1.n2.s1", 5), ("p1.n3.s1", 0))))("")
    with pytest.raises(NotFoundError, match="no plan"):
        Run(ScriptedHub(request()))("")


# --- shown ----------------------------------------------------------------------------------------------------------


def test_lines_of_json_never_tear_a_character() -> None:
    first, second = "가\n나".encode("cp949")[:4], "가\n나".encode("cp949")[4:]
    hub = ScriptedHub(
        page(part(1, first, 0), part(2, "ㅇ".encode()[:2], 4, "stderr")),
        page(after=2),
        page(part(3, second, 6), part(4, "ㅇ".encode()[2:], 7, "stderr")),
        end(b"x" * 8, "FAILED", exit_code=3, output_sha256=""),
    )
    run = Run(hub, lambda out, _note: Json(out))
    assert run() == "FAILED"
    lines = [json.loads(line) for line in run.out.getvalue().splitlines()]
    assert {line["type"] for line in lines[:-1]} == {"output"}
    text = {
        stream: "".join(one["text"] for one in lines if one.get("stream") == stream) for stream in ("stdout", "stderr")
    }
    assert text == {"stdout": "가\n나", "stderr": "ㅇ"}
    assert sum(line["size"] for line in lines[:-1]) == 8
    assert lines[0] == {
        "type": "output",
        "step_id": STEP,
        "seq": 1,
        "stream": "stdout",
        "offset": 0,
        "size": 4,
        "text": "가\n",
    }
    assert lines[-1] | {"type": "end", "state": "FAILED", "exit_code": 3} == lines[-1]


def test_json_says_what_is_missing() -> None:
    run = Run(long_step(spool=b""), lambda out, _note: Json(out))
    run()
    lines = [json.loads(line) for line in run.out.getvalue().splitlines()]
    assert next(line for line in lines if line["type"] != "output") == {
        "type": "missing",
        "step_id": STEP,
        "offset": HEAD,
        "size": TAIL - HEAD,
    }


def test_a_terminal_gets_text_without_what_would_repaint_it() -> None:
    data = "\x1b]0;owned\x07가나".encode("cp949")
    last = end(data, "OK", part(2, data[-1:], len(data) - 1))
    run = Run(ScriptedHub(page(part(1, data[:-1], 0)), page(after=1), last), Text)
    assert run() == "OK"
    assert run.out.getvalue().decode() == "가나\n"
