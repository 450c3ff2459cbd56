"""Figures of the supervisor, beside vLLM's own: is it up and ready, how often was it started again, how fast it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from guardia.llm_server.config import MetricsConfig
from guardia.llm_server.errors import StartError


class Metrics:
    """One registry of its own; nothing global."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.up = Gauge("guardia_llm_up", "1 while the model server's process runs.", registry=self.registry)
        self.ready = Gauge(
            "guardia_llm_ready", "1 while /health and the canary question are answered.", registry=self.registry
        )
        self.restarts = Counter(
            "guardia_llm_restarts", "Starts after the first, by reason.", ["reason"], registry=self.registry
        )
        self.canary = Histogram(
            "guardia_llm_canary_seconds",
            "Time of a canary question.",
            buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
            registry=self.registry,
        )
        self.canary_failures = Counter(
            "guardia_llm_canary_failures", "Canary questions without a proper answer, by code.", ["code"],
            registry=self.registry,
        )  # fmt: skip
        self.start = Gauge(
            "guardia_llm_start_seconds", "From process start to ready, the last time.", registry=self.registry
        )

    @contextlib.contextmanager
    def served(self, config: MetricsConfig) -> Iterator[None]:
        """Answer `/metrics` on the configured address meanwhile. Raises `StartError` when the port is taken."""
        if not config.port:
            yield
            return
        try:
            server, thread = start_http_server(config.port, config.host, self.registry)
        except OSError as error:
            raise StartError(
                f"metrics on {config.host}:{config.port}: {error.strerror}; choose another [metrics] port, or 0"
            ) from None
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)
