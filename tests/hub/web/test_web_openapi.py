"""The published description of the HTTP API: complete, kept as a file, and true (Schemathesis looks for lies)."""

import asyncio
import json
import os
import sys
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from guardia.hub.flow.settings import FlowSettings
from guardia.hub.web.openapi import text
from guardia.hub.web.operations import OPERATIONS
from tests.fakes.front import SECRET, Front, SystemClock, serving

KEPT = Path(__file__).parents[3] / "docs/openapi.json"
HOOKS = "tests.support.schemathesis_hooks"
PAGES = {
    ("GET", "/"),
    ("GET", "/rooms/{room_id}"),
    ("GET", "/requests/{request_id}/steps/{step_id}"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/logout"),
    ("GET", "/agents"),
    ("POST", "/agents/drop"),
    ("GET", "/account"),
    ("POST", "/account/code"),
    ("POST", "/account/unlink"),
    ("POST", "/account/seen"),
    ("GET", "/metrics"),
}
"""Routes for browsers, and Prometheus' own format: no part of the API."""
EXAMPLES = int(os.environ.get("GUARDIA_FUZZ", "1"))
"""So many times more examples than the suite has time for."""


@pytest.fixture
async def front(tmp_path):
    front = Front(tmp_path, SystemClock(), flow=FlowSettings(person_per_minute=10**6, room_per_minute=10**6))
    await front.people()
    await front.identities.link("itsm", "u-1", "engineer1", by="admin:root")
    yield front
    front.close()


def test_the_file_is_what_the_code_says() -> None:
    assert KEPT.read_text(encoding="utf-8") == text(OPERATIONS), (
        "run: .venv/bin/python -m guardia.hub.web.operations > docs/openapi.json"
    )


async def test_every_route_is_described_or_a_page(front) -> None:
    described = {(one.method, one.path) for one in OPERATIONS}
    routes = {
        (method, route.path.replace(":path}", "}"))
        for route in front.app.routes
        if isinstance(route, Route)
        for method in route.methods - {"HEAD"}
    }
    assert routes - PAGES == described


async def test_it_is_served_to_everybody(front) -> None:
    transport = httpx.ASGITransport(app=front.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as client:
        answer = await client.get("/api/openapi.json")
        assert answer.json() == json.loads(KEPT.read_text(encoding="utf-8"))
        assert answer.headers["content-type"] == "application/json"
        given = (await client.get("/healthz", headers={"X-Request-ID": "abcdef0123"})).headers["x-request-id"]
        made = (await client.get("/healthz", headers={"X-Request-ID": 'x" forged'})).headers["x-request-id"]
    assert given == "abcdef0123"
    assert len(made) == 32


async def schemathesis(front: Front, port: int, *arguments: str, examples: int, folder: Path) -> tuple[int, str]:
    token = await front.token("engineer1")
    link = front.signer.upload(person_id="engineer1", room_id="ops")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "schemathesis.cli", "run", f"http://127.0.0.1:{port}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {token}", "--seed", "1", "--workers", "1", "--no-color"),
        *("--max-examples", str(examples * EXAMPLES), "--generation-database", "none", "--continue-on-failure"),
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "SCHEMATHESIS_HOOKS": HOOKS,
            "GUARDIA_FUZZ_SECRET": SECRET.decode(),
            "GUARDIA_FUZZ_LINK": link.rpartition("/")[2],
        },
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


@pytest.mark.slow
@pytest.mark.fuzz
@pytest.mark.timeout(300 * EXAMPLES)
async def test_schemathesis_finds_nothing(front, tmp_path) -> None:
    async with serving(front.app) as port:
        code, output = await schemathesis(front, port, "--exclude-operation-id", "logout", examples=40, folder=tmp_path)
        assert code == 0, output
        # By itself: whoever has logged out knocks at every other door in vain.
        code, output = await schemathesis(front, port, "--include-operation-id", "logout", examples=5, folder=tmp_path)
        assert code == 0, output
    assert len(front.conversation.taken) >= 5, "genuine messages got through to the flow"
