"""The parser that the settings name."""

from __future__ import annotations

from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.llm import BothParser, LlmParser, LlmReader, Told
from guardia.hub.parser.metrics import ReaderMetrics
from guardia.hub.parser.settings import Mode, ReaderSettings
from guardia.hub.ports import Clock, InventoryPort, Parser


def make_parser(
    inventory: InventoryPort,
    settings: ReaderSettings,
    clock: Clock,
    *,
    metrics: ReaderMetrics | None = None,
    told: Told | None = None,
) -> tuple[Parser, LlmReader | None]:
    """The parser, and the model's reader if there is one (to be closed at the end). Raises `ConfigError`."""
    embedded = EmbeddedParser(inventory)
    if settings.mode is Mode.EMBEDDED:
        return embedded, None
    reader = LlmReader(inventory, embedded, settings, clock=clock, metrics=metrics, told=told)
    return (LlmParser if settings.mode is Mode.LLM else BothParser)(embedded, reader), reader
