"""The shipped nginx configuration, in a real nginx before a real hub front."""

import asyncio
import contextlib
import datetime
import ipaddress
import json
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect

from tests.fakes.front import Front, SystemClock, serving
from tests.support.require import require_program

CONF = Path(__file__).parents[3] / "packaging/nginx/guardia.conf"
MAIN = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/guardia.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .sign(key, hashes.SHA256())
    )
    (folder / "web.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "web.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


@contextlib.asynccontextmanager
async def nginx(folder: Path, hub_port: int):
    """nginx with the shipped file, adapted as its comments say. Gives its TLS port and a context that trusts it."""
    program, port, plain = require_program("nginx"), free_port(), free_port()
    certificate(folder)
    text = CONF.read_text()
    for shipped, own in (
        ("127.0.0.1:8080;", f"127.0.0.1:{hub_port};"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("/etc/guardia/tls", str(folder)),
    ):
        assert shipped in text
        text = text.replace(shipped, own)
    (folder / "guardia.conf").write_text(text)
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf")]
    checked = await asyncio.to_thread(subprocess.run, [*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    assert "[warn]" not in checked.stderr, checked.stderr
    process = subprocess.Popen(command)
    try:
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        yield port, ssl.create_default_context(cafile=folder / "web.crt")
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 10)


@pytest.fixture
async def front(tmp_path):
    require_program("nginx")
    front = Front(tmp_path, SystemClock())
    await front.people()
    yield front
    front.close()


async def test_people_come_through_nginx(front, tmp_path) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir()
    async with serving(front.app) as hub_port, nginx(folder, hub_port) as (port, trust):
        base = f"https://127.0.0.1:{port}"
        async with httpx.AsyncClient(verify=trust, base_url=base) as client:
            page = await client.get("/login")
            assert page.status_code == 200
            assert "Secure" in page.headers["set-cookie"]
            assert "strict-transport-security" in page.headers
            assert (await client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})).status_code == 404
            assert (await client.get("/healthz")).status_code == 200

            token = await front.token("engineer1")
            bearer = {"Authorization": f"Bearer {token}"}
            uploaded = await client.post(
                "/api/files?name=a.war&room=ops", content=b"x" * 1_500_000, headers=bearer, timeout=20
            )
            assert uploaded.status_code == 201
            too_large = await client.post("/messenger/webhook", content=b"x" * 600_000)
            assert (too_large.status_code, too_large.json()["error"]["code"]) == (413, "input.too_large")

        headers = {"Cookie": f"guardia_session={token}"}
        url = f"wss://127.0.0.1:{port}/ws/chat/ops/c-1/HUMAN"
        async with connect(url, ssl=trust, origin=base, additional_headers=headers) as room:
            await room.send('{"msg_type":"CHAT","content":"안녕"}')
            async with asyncio.timeout(5):
                assert json.loads(await room.recv())["room_id"] == "ops"
        async with connect(url, ssl=trust, origin="https://evil.test", additional_headers=headers) as room:
            assert json.loads(await room.recv())["widget"]["code"] == "auth.forbidden"


async def test_a_hub_that_is_down_is_said_in_words(front, tmp_path) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir()
    async with nginx(folder, free_port()) as (port, trust), httpx.AsyncClient(verify=trust) as client:
        answer = await client.get(f"https://127.0.0.1:{port}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "hub.down")
    assert answer.headers["retry-after"] == "5"
