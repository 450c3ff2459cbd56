"""How a model is talked to: the full prompt that any language model takes, or the compact one of a model of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from guardia.hub.core.intent import Intent, ReaderInput
from guardia.hub.parser import compact
from guardia.hub.parser.adapter import EmbeddedParser
from guardia.hub.parser.grounding import ground
from guardia.hub.parser.settings import PromptKind, ReaderSettings
from guardia.hub.ports import InventoryPort
from guardia.llm_server import prompt
from guardia.llm_server.candidates import CandidateIndex
from guardia.llm_server.compact import tags


class Exchange(msgspec.Struct, frozen=True):
    """One question, and what reads its answer (which raises `NoReadingError`)."""

    body: dict[str, Any]
    read: Callable[[str], tuple[Intent, ...]]


class Dialect(Protocol):
    @property
    def version(self) -> str:
        """Moves when the same message is asked in other words."""

    def exchange(self, message: ReaderInput) -> Exchange:
        """The question for a message. Raises `LlmError` or `NoReadingError` when it cannot be asked."""


class FullPrompt:
    """Rules, candidates and examples in words; the answer is JSON of a schema."""

    version = prompt.VERSION

    def __init__(self, inventory: InventoryPort, embedded: EmbeddedParser, settings: ReaderSettings) -> None:
        self._inventory = inventory
        self._embedded = embedded
        self._model = settings.model
        self._budget = prompt.Budget(context_tokens=settings.context_tokens, answer_tokens=settings.answer_tokens)
        self._index: CandidateIndex | None = None

    def exchange(self, message: ReaderInput) -> Exchange:
        context = message.context[-prompt.MAX_CONTEXT :]
        built = prompt.build(
            message.text,
            self._candidates().find(message.text, [said.text for said in context]),
            files=message.files,
            context=[(said.sender, said.text) for said in context],
            now=message.now,
            artifacts=prompt.file_names(message.text),
            budget=self._budget,
        )
        return Exchange(built.body(self._model), lambda answer: ground(answer, message, self._embedded.gazetteer))

    def _candidates(self) -> CandidateIndex:
        snapshot = self._inventory.snapshot()
        if self._index is None or self._index.revision != snapshot.revision:
            self._index = CandidateIndex(snapshot)
        return self._index


class CompactPrompt:
    """Tags for names; the answer is the short notation. Only a model that was trained for it understands this."""

    version = tags.VERSION

    def __init__(self, embedded: EmbeddedParser, settings: ReaderSettings) -> None:
        self._embedded = embedded
        self._model = settings.model

    def exchange(self, message: ReaderInput) -> Exchange:
        gazetteer = self._embedded.gazetteer
        question = compact.question(message, gazetteer)
        return Exchange(
            question.body(self._model),
            lambda answer: ground(compact.reading(answer, question, gazetteer), message, gazetteer),
        )


def make_dialect(inventory: InventoryPort, embedded: EmbeddedParser, settings: ReaderSettings) -> Dialect:
    """The dialect that the settings name."""
    if settings.prompt is PromptKind.COMPACT:
        return CompactPrompt(embedded, settings)
    return FullPrompt(inventory, embedded, settings)
