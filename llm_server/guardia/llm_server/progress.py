"""What vLLM is doing while it loads, read from its log lines. Pure; a line that is not understood changes nothing."""

from __future__ import annotations

import re

_PHASES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), phase)
    for pattern, phase in (
        (r"loading safetensors.*?(?P<percent>\d{1,3})%", "loading weights"),
        (r"starting to load model|loading model weights|load_model", "loading weights"),
        (r"loading weights took|model loading took", "weights loaded"),
        (r"dynamo bytecode|compiling a graph|start compiling|compilation time", "compiling"),
        (r"kv cache (size|memory)|maximum concurrency|cache_config_info", "reserving the cache"),
        (r"capturing|cuda ?graph", "capturing graphs"),
        (r"warming up|init engine|profile", "warming up"),
        (r"starting vllm (api )?server|started server process|application startup complete", "opening the port"),
        (r"api server version|non-default args|automatically detected platform", "importing"),
        (r"resolved architecture|initializing a v1 llm engine", "starting the engine"),
    )
)


def phase(line: str) -> str | None:
    """A few words for the phase that `line` announces, with a percentage where it has one, else None."""
    for pattern, name in _PHASES:
        if found := pattern.search(line[:1000]):
            percent = found.groupdict().get("percent")
            return f"{name} {percent} %" if percent else name
    return None
