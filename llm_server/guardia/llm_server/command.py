"""How vLLM is started: argv and environment from the configuration. Pure; secrets go into the environment alone."""

from __future__ import annotations

import json
from collections.abc import Mapping

from guardia.llm_server.config import Config

_OWN = "GUARDIA_"


def argv(config: Config) -> list[str]:
    """The words of the command; never a secret among them."""
    model, engine, server = config.model, config.engine, config.server
    words = [*server.command, "--model", model.name, "--served-model-name", model.served_name]
    words += ["--host", server.host, "--port", str(server.port)]
    words += ["--max-model-len", str(model.max_model_len), "--dtype", model.dtype]
    words += ["--max-num-seqs", str(engine.max_num_seqs), "--max-num-queued-reqs", str(engine.max_queued)]
    words += ["--enable-prefix-caching" if engine.prefix_caching else "--no-enable-prefix-caching"]
    words += ["--shutdown-timeout", str(server.shutdown_timeout)]
    # A checkpoint's own generation_config.json must not bring sampling back; the documentation pages and request
    # bodies in the log are nobody's business.
    words += ["--generation-config", "vllm", "--disable-fastapi-docs", "--enable-request-id-headers"]
    words += ["--enable-prompt-tokens-details"]  # how much of a prompt came from the prefix cache
    words += ["--disable-access-log-for-endpoints", "/health,/metrics"]
    structured = {
        "backend": engine.structured_backend,
        # The whitespace between two tokens of JSON is where a model can run until its token limit.
        "disable_any_whitespace": not engine.any_whitespace,
    }
    words += ["--structured-outputs-config", json.dumps(structured)]
    for flag, value in (
        ("--revision", model.revision),
        ("--tokenizer", model.tokenizer),
        ("--quantization", model.quantization),
        ("--chat-template", model.chat_template),
        ("--block-size", str(engine.block_size or "")),
        ("--ssl-certfile", server.tls_certificate),
        ("--ssl-keyfile", server.tls_key),
        ("--ssl-ca-certs", server.tls_ca),
        ("--ssl-cert-reqs", "2" if server.tls_ca else ""),
    ):
        if value:
            words += [flag, value]
    if server.tls_certificate:
        words.append("--enable-ssl-refresh")  # renewed files count without a restart
    if engine.enforce_eager:
        words.append("--enforce-eager")
    if engine.tensor_parallel > 1:
        words += ["--tensor-parallel-size", str(engine.tensor_parallel)]
    if engine.gpu_memory_utilization != 0.9:
        words += ["--gpu-memory-utilization", f"{engine.gpu_memory_utilization:g}"]
    return [*words, *engine.extra_args]


def environment(config: Config, key: str, base: Mapping[str, str]) -> dict[str, str]:
    """The child's environment: `base` without our own variables, and what the configuration says."""
    values = {name: value for name, value in base.items() if not name.startswith(_OWN)}
    for name in ("NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"):
        values.pop(name, None)
    values.pop("VLLM_API_KEY", None)
    if key:
        values["VLLM_API_KEY"] = key
    values |= {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1"}
    if config.model.offline:
        values |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    if config.engine.kv_cache_gib:
        values["VLLM_CPU_KVCACHE_SPACE"] = str(config.engine.kv_cache_gib)
    if config.engine.cpu_threads:
        values["VLLM_CPU_OMP_THREADS_BIND"] = config.engine.cpu_threads
    return values
