"""The error tree of the language-model reader."""


class LlmError(Exception):
    """Base of everything that this package raises; `code` is stable."""

    code = "llm.error"


class SchemaError(LlmError):
    """Candidates that no schema can be built of: too many, empty or not text. Narrow the candidates."""

    code = "llm.schema"


class PromptError(LlmError):
    """The message does not fit into the model's context even without examples and context. Use a larger context."""

    code = "llm.prompt_too_long"
