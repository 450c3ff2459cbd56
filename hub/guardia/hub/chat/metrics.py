"""What the courier and the sender of webhooks count."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class CourierMetrics:
    """One for each `registry`. `parked` is set by whoever knows the rooms."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._deliveries = Counter(
            "guardia_messenger_deliveries",
            "Calls to messengers: sent, later (will be tried again), refused, gone",
            ["platform", "outcome"],
            registry=registry,
        )
        self.waiting = Gauge("guardia_messenger_waiting", "Deliveries that wait for a messenger", registry=registry)
        self.parked = Gauge(
            "guardia_messenger_parked", "Channels that take nothing any more: see `rooms list`", registry=registry
        )

    def count(self, platform: str, outcome: str) -> None:
        self._deliveries.labels(platform, outcome).inc()


class HookMetrics:
    """One for each `registry`. `parked` is set by whoever knows the endpoints."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._deliveries = Counter(
            "guardia_itsm_deliveries",
            "Calls to ITSM systems: sent, later (will be tried again), refused (this event), gone (the endpoint)",
            ["endpoint", "outcome"],
            registry=registry,
        )
        self.waiting = Gauge("guardia_itsm_waiting", "Events that wait for an ITSM system", registry=registry)
        self.parked = Gauge(
            "guardia_itsm_parked", "Endpoints that take nothing any more: see `itsm list`", registry=registry
        )

    def count(self, endpoint: str, outcome: str) -> None:
        self._deliveries.labels(endpoint, outcome).inc()
