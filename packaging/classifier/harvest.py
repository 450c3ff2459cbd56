"""A plugin for pytest that writes down what the tests have the reader read, into the file that GUARDIA_HARVEST names.

Thousands of sentences that must not run, and their neighbours that must, are in the tests of the reader, and whole
families of them are put together by programs there. What the reader makes of them is held by those tests, so it is
what the classifier is to learn. One line of JSON for each message: `message`, `text` (masked), `answers`. Left out:
what the room is asked about (nobody knows what it means), long messages, and what has a context.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import msgspec
from answers import agreeable, answers

from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.parser.embedded import reader
from guardia.hub.parser.embedded.reader import EmbeddedReader

LONGEST = 1_200
_read = EmbeddedReader.read
_seen: dict[tuple[str, tuple[str, ...]], tuple[str, list[str]] | None] = {}


def _keep(self: EmbeddedReader, message: ReaderInput) -> Reading:
    reading = _read(self, message)
    key = (message.text, message.files)
    if key not in _seen and len(message.text) <= LONGEST and not message.context:
        asked = any(intent.changes and not intent.complete for intent in reading.intents)
        told = [msgspec.to_builtins(intent) for intent in reading.intents]
        _seen[key] = None if asked else (self.masked(message), sorted(answers(told)))
    return reading


def pytest_configure(config: Any) -> None:  # noqa: ARG001
    reader.shipped = agreeable  # type: ignore[attr-defined]
    EmbeddedReader.read = _keep  # type: ignore[method-assign]


def pytest_sessionfinish(session: Any, exitstatus: int) -> None:  # noqa: ARG001
    rows = [
        {"message": text, "text": kept[0], "answers": kept[1]} for (text, _), kept in _seen.items() if kept is not None
    ]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    Path(os.environ["GUARDIA_HARVEST"]).write_text(lines, encoding="utf-8")
