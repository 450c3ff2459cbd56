"""The error tree of the model server's programs. Each message says what the operator can do."""

from __future__ import annotations


class LlmError(Exception):
    """Base of everything that this package raises on purpose. `code` is stable and stands in logs and JSON."""

    code = "llm.error"


class ConfigError(LlmError):
    """A mistake in llm.toml or in a file that it names."""

    code = "llm.config"


class StartError(LlmError):
    """The server's process could not be started at all, or its port is taken."""

    code = "llm.start"


class GaveUpError(LlmError):
    """The server ended or hung too often; the supervisor stopped trying."""

    code = "llm.gave_up"


class SchemaError(LlmError):
    """Candidates that no schema can be built of: too many, empty or not text. Narrow the candidates."""

    code = "llm.schema"


class PromptError(LlmError):
    """The message does not fit into the model's context even without examples and context. Use a larger context."""

    code = "llm.prompt_too_long"


class EndpointError(LlmError):
    """The endpoint did not answer a question; see the subclasses for why."""

    code = "llm.endpoint"


class UnreachableError(EndpointError):
    """No connection: refused, unknown host, TLS did not agree, or cut off in the middle."""

    code = "llm.unreachable"


class SlowError(EndpointError):
    """No whole answer within the time-out."""

    code = "llm.timeout"


class BusyError(EndpointError):
    """429 or 503: the queue is full. Not a fault of the server."""

    code = "llm.busy"


class RefusedError(EndpointError):
    """Any other answer than 200; `status` is the HTTP status."""

    code = "llm.refused"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class NonsenseError(EndpointError):
    """200, but not an answer: no choice, cut off at the token limit, or not JSON of the schema."""

    code = "llm.nonsense"


class DatasetError(LlmError):
    """A message set or an inventory folder that cannot be read; names file and line."""

    code = "llm.dataset"
