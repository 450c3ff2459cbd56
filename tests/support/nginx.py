"""The shipped nginx configuration in a real nginx, below a folder of its own."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import os
import signal
import ssl
import subprocess
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.ports import free_port
from tests.support.require import require_program

CONF = Path(__file__).parents[2] / "packaging/nginx/guardia.conf"
MAIN = """
{user}
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/guardia.conf;
}}
"""


class Nginx:
    """A running nginx: `port` (TLS), `plain` (port 80's stand-in), `trust` (a context that trusts it)."""

    def __init__(self, folder: Path, hub_port: int, changes: Mapping[str, str]) -> None:
        self.folder = folder
        self.port, self.plain = free_port(), free_port()
        self._certificate()
        self.trust = ssl.create_default_context(cafile=folder / "web.crt")
        text = CONF.read_text(encoding="utf-8")
        adapted = {
            "127.0.0.1:8080;": f"127.0.0.1:{hub_port};",
            "listen 80;": f"listen 127.0.0.1:{self.plain};",
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/guardia/tls": str(folder),
            **changes,
        }
        for shipped, own in adapted.items():
            assert shipped in text, shipped
            text = text.replace(shipped, own)
        (folder / "guardia.conf").write_text(text, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        self._command = [require_program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]

    @property
    def base(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    async def start(self) -> None:
        checked = await asyncio.to_thread(
            subprocess.run, [*self._command, "-t"], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr
        assert "[warn]" not in checked.stderr, checked.stderr
        self._process = subprocess.Popen(self._command)
        async with asyncio.timeout(20):
            while not await self.answers():
                await asyncio.sleep(0.05)

    async def answers(self) -> bool:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.close()
            return True
        return False

    def workers(self) -> set[int]:
        """Process ids of the workers."""
        pid = self._process.pid
        return {int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}

    def reload(self) -> None:
        """As `systemctl reload nginx` does."""
        self._process.send_signal(signal.SIGHUP)

    async def stop(self) -> None:
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 10)

    def _certificate(self) -> None:
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
        (self.folder / "web.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        private = serialization.PrivateFormat.PKCS8
        (self.folder / "web.key").write_bytes(
            key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())
        )


@contextlib.asynccontextmanager
async def nginx(folder: Path, hub_port: int, changes: Mapping[str, str] | None = None) -> AsyncIterator[Nginx]:
    """nginx with the shipped file, adapted as its comments say, and with `changes` (shipped text → other)."""
    folder.mkdir(exist_ok=True)
    running = Nginx(folder, hub_port, changes or {})
    await running.start()
    try:
        yield running
    finally:
        await running.stop()
