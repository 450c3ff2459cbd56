# ruff: noqa: E501 - a table of sentences
from tests.hub.parser.heldout import Example

EXAMPLES: list[Example] = []
