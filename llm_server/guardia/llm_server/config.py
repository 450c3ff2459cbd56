"""llm.toml: which model, how it is served, how it is watched. Read once; nothing is read at import.

Every key can come from the environment instead, `GUARDIA_LLM_<SECTION>_<KEY>`. Seconds unless a name says otherwise.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from guardia.llm_server.errors import ConfigError
from guardia.proto import settings

DEFAULT_PATH = "/etc/guardia/llm.toml"
PREFIX = "GUARDIA_LLM"
KEY_VARIABLE = "GUARDIA_LLM_API_KEY"
MAX_SECRET = 4096
"""Bytes of an API key file."""

_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86_400)]
_Port = Annotated[int, msgspec.Meta(ge=1, le=65_535)]
_OptionalPort = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=4096, pattern=r"^[^\x00-\x1f]+$")]

Quantization = Literal["", "awq", "awq_marlin", "gptq", "gptq_marlin", "gguf", "fp8", "compressed-tensors"]


class ModelConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: _Name
    """Folder of a checkpoint, or a name that vLLM can find in its cache."""
    served_name: _Name = "guardia"
    """The name that clients ask for; it stays when the model changes."""
    revision: str = ""
    """Commit of the model's repository: pin it, a name alone can mean other weights tomorrow."""
    tokenizer: str = ""
    """Needed for GGUF, whose own tokenizer is slow to convert; else the model's own."""
    quantization: Quantization = ""
    dtype: Literal["auto", "half", "float16", "bfloat16", "float", "float32"] = "auto"
    max_model_len: Annotated[int, msgspec.Meta(ge=64, le=1_048_576)] = 4096
    """Tokens of prompt and answer together."""
    chat_template: str = ""
    """File of a Jinja template, for checkpoints that bring none."""
    offline: bool = True
    """Never ask a model hub on the network: what is not on the disk is an error at once."""


class EngineConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    max_num_seqs: Annotated[int, msgspec.Meta(ge=1, le=4096)] = 16
    """Questions computed at the same time."""
    max_queued: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = 64
    """Questions waiting beyond that; more get 503 at once."""
    prefix_caching: bool = True
    enforce_eager: bool = False
    """No compilation: starts faster, answers a little slower; right on a CPU."""
    block_size: Annotated[int, msgspec.Meta(ge=0, le=1024)] = 0
    """0: vLLM's choice. On a CPU a multiple of 32."""
    kv_cache_gib: Annotated[int, msgspec.Meta(ge=0, le=4096)] = 0
    """CPU only: memory of the cache; 0 leaves it to vLLM."""
    cpu_threads: str = ""
    """CPU only: cores to bind to, like `0-3`; empty leaves it to vLLM."""
    gpu_memory_utilization: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.9
    tensor_parallel: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1
    structured_backend: Literal["xgrammar", "guidance", "outlines"] = "xgrammar"
    any_whitespace: bool = False
    """True lets a model fill its whole answer with blanks between two tokens of JSON; leave it false."""
    extra_args: tuple[str, ...] = ()
    """Further arguments, word by word, after all others. No secrets: other users see a process's arguments."""


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    command: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)] = (
        "/opt/guardia/vllm/bin/python",
        "-m",
        "vllm.entrypoints.openai.api_server",
    )
    """How vLLM is started, without a shell: the interpreter of an environment of its own (packaging/vllm)."""
    host: str = "127.0.0.1"
    """Anything but loopback needs `tls_ca`, or it is refused."""
    port: _Port = 8100
    state_dir: str = "/var/lib/guardia-llm"
    api_key_file: str = ""
    """File (0600) with the key that clients send; the variable GUARDIA_LLM_API_KEY comes first."""
    tls_certificate: str = ""
    tls_key: str = ""
    tls_ca: str = ""
    """Roots of the clients' certificates; with it a client without one is refused on every path, /metrics included."""
    shutdown_timeout: Annotated[int, msgspec.Meta(ge=1, le=600)] = 10
    """How long questions in flight may take after SIGTERM."""


class HealthConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    start_timeout: _Seconds = 900
    """From the start of the process to the first canary answer."""
    interval: _Seconds = 5
    timeout: _Seconds = 5
    """Of one look at /health."""
    canary_interval: _Seconds = 60
    canary_timeout: _Seconds = 30
    failures: Annotated[int, msgspec.Meta(ge=1, le=100)] = 3
    """Looks in a row that must fail before the server counts as hung."""
    client_certificate: str = ""
    client_key: str = ""
    """What the health gate shows where `tls_ca` asks for client certificates."""
    server_ca: str = ""
    """Roots of the server's own certificate; empty: `tls_ca`."""
    server_name: str = ""
    """Name to verify in the server's certificate; empty: the address that is dialled."""


class RestartConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    max_restarts: Annotated[int, msgspec.Meta(ge=0, le=1000)] = 5
    """In a row, without a stable time between; then `serve` ends with an error."""
    stable_after: _Seconds = 600
    """Ready for this long, the count of restarts starts again at 0."""
    backoff_min: _Seconds = 2
    backoff_max: _Seconds = 120


class MetricsConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: _OptionalPort = 8101
    """The supervisor's own figures; vLLM's stand at its own /metrics. 0: none."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    model: ModelConfig
    engine: EngineConfig = EngineConfig()
    server: ServerConfig = ServerConfig()
    health: HealthConfig = HealthConfig()
    restart: RestartConfig = RestartConfig()
    metrics: MetricsConfig = MetricsConfig()

    @property
    def base_url(self) -> str:
        """Where the supervisor itself reaches the server."""
        host = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.server.host, self.server.host)  # noqa: S104
        if ":" in host:
            host = f"[{host}]"
        return f"{'https' if self.server.tls_certificate else 'http'}://{host}:{self.server.port}"


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """The checked configuration. Raises `ConfigError` with file, line and remedy."""
    known = {name: value for name, value in environ.items() if name != KEY_VARIABLE}
    try:
        config = settings.load(path, Config, prefix=PREFIX, environ=known)
    except settings.SettingsError as error:
        raise ConfigError(str(error)) from None
    _check(path, config)
    return config


def api_key(config: Config, environ: Mapping[str, str]) -> str:
    """The key that clients must send, or an empty string when none is configured. Raises `ConfigError`."""
    if key := environ.get(KEY_VARIABLE, "").strip():
        return _usable(key, KEY_VARIABLE)
    if not config.server.api_key_file:
        return ""
    return read_secret(Path(config.server.api_key_file))


def read_secret(path: Path) -> str:
    """A key from a file that only its owner can read. Raises `ConfigError`; the key is never part of an error."""
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            data = file.read(MAX_SECRET + 1)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; make the file with the API key, mode 0600") from None
    # systemd's copy of a credential is root's with an ACL for the service, which shows as a group's right to read.
    allowed = 0o640 if facts.st_uid == 0 and path.is_relative_to("/run/credentials") else 0o600
    if stat.S_IMODE(facts.st_mode) & 0o777 & ~allowed:
        raise ConfigError(f"{path}: other accounts may read this key; run: chmod 0600 {path}")
    if len(data) > MAX_SECRET:
        raise ConfigError(f"{path}: more than {MAX_SECRET} bytes; this is no API key")
    return _usable(data.decode("utf-8", "replace").strip(), str(path))


def _usable(key: str, source: str) -> str:
    if not 16 <= len(key) <= MAX_SECRET or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(f"{source}: an API key is 16 or more printable ASCII characters without blanks; make one")
    return key


def _check(path: Path, config: Config) -> None:
    server, model, health = config.server, config.model, config.health
    wrong: list[str] = []
    if bool(server.tls_certificate) != bool(server.tls_key):
        wrong.append("[server] tls_certificate and tls_key belong together; give both or none")
    if server.tls_ca and not server.tls_certificate:
        wrong.append("[server] tls_ca asks for client certificates, which needs tls_certificate and tls_key")
    if bool(health.client_certificate) != bool(health.client_key):
        wrong.append("[health] client_certificate and client_key belong together; give both or none")
    if server.tls_ca and not health.client_certificate:
        wrong.append("[health] client_certificate and client_key are needed where [server] tls_ca is set")
    if not loopback(server.host) and not server.tls_ca:
        # An API key leaves some of vLLM's paths open (/tokenize, /invocations); client certificates cover every path.
        wrong.append(f"[server] host {server.host} can be reached from outside; set tls_ca, or host = '127.0.0.1'")
    if model.quantization == "gguf" and not model.tokenizer:
        wrong.append("[model] quantization 'gguf' needs tokenizer, the folder or name of the original model")
    if config.restart.backoff_min > config.restart.backoff_max:
        wrong.append("[restart] backoff_min is larger than backoff_max; swap them")
    for section, key, value in (
        ("server", "tls_certificate", server.tls_certificate),
        ("server", "tls_key", server.tls_key),
        ("server", "tls_ca", server.tls_ca),
        ("health", "client_certificate", health.client_certificate),
        ("health", "client_key", health.client_key),
        ("health", "server_ca", health.server_ca),
        ("model", "chat_template", model.chat_template),
    ):
        if value and not Path(value).is_file():
            wrong.append(f"[{section}] {key}: {value} is not a file; correct the path")
    if wrong:
        raise ConfigError("\n".join(f"{path}: {line}" for line in wrong))


def loopback(host: str) -> bool:
    """Whether an address can only be reached from this host."""
    return host in ("localhost", "::1") or host.startswith("127.")
