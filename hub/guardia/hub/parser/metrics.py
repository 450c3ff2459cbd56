"""Figures of the readers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class ReaderMetrics:
    """Readings of the model by outcome (`ok` or a code), their seconds and tokens."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.readings = Counter(
            "guardia_llm_readings_total", "Readings asked of the model, by outcome.", ["outcome"], registry=registry
        )
        self.seconds = Histogram(
            "guardia_llm_reading_seconds",
            "Seconds of a reading by the model.",
            buckets=(0.1, 0.25, 0.5, 1, 2, 4, 8, 16),
            registry=registry,
        )
        self.tokens = Counter("guardia_llm_tokens_total", "Tokens by kind.", ["kind"], registry=registry)
        self.up = Gauge("guardia_llm_up", "1 while the model is asked, 0 while its breaker is open.", registry=registry)
        self.disputes = Counter(
            "guardia_reader_disputes_total", "Requests that the two readers read differently.", registry=registry
        )
        self.up.set(1)
