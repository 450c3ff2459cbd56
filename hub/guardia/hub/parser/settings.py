"""What the readers are configured with."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Mode(StrEnum):
    EMBEDDED = "embedded"
    """No model."""
    LLM = "llm"
    """The model's reading; the embedded reader where there is none."""
    BOTH = "both"
    """Both must agree on what changes something."""


class PromptKind(StrEnum):
    FULL = "full"
    """Words and a JSON schema: any language model."""
    COMPACT = "compact"
    """Tags and a short notation: the model that packaging/compact trains."""


class ReaderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Times in seconds. `repr` leaves the key out."""

    mode: Mode = Mode.EMBEDDED
    url: str = ""
    """Base of an OpenAI-compatible endpoint, with or without `/v1`."""
    model: str = ""
    prompt: PromptKind = PromptKind.FULL
    api_key: str = ""
    ca_file: str = ""
    """CA that signed the endpoint's certificate; empty: the system's."""
    client_cert: str = ""
    client_key: str = ""
    connect_timeout: float = 2.0
    timeout: float = 8.0
    """For all of a reading: waiting, retry and answer."""
    concurrency: int = 4
    max_queue: int = 32
    """Messages that wait for a free call; further ones are read without the model at once."""
    context_tokens: int = 4_096
    answer_tokens: int = 768

    def __repr__(self) -> str:
        return f"ReaderSettings(mode={self.mode.value!r}, url={self.url!r}, model={self.model!r})"
