"""Figures of advice for `/metrics`."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter


class AdviceMetrics:
    """Offers by rule and outcome: `offered`, then one of `accepted`, `dismissed`, `expired` for each."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._offers = Counter(
            "guardia_advice_offers", "Offers of advice by rule and outcome.", ["rule", "outcome"], registry=registry
        )

    def count(self, rule: str, outcome: str) -> None:
        self._offers.labels(rule, outcome).inc()
