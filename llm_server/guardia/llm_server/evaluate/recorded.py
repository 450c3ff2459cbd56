"""Readings that were made before, as `guardia-hub read --explain` writes them: scored like fresh ones.

That is how a reader that is no endpoint is measured, above all the pair of both readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from guardia.llm_server.errors import DatasetError
from guardia.llm_server.evaluate.dataset import Message, lines
from guardia.llm_server.evaluate.run import Outcome, Read, judge


class Fallback(msgspec.Struct, frozen=True):
    code: str


class Record(msgspec.Struct, frozen=True):
    """One line of readings; further keys are ignored."""

    id: str | int | None = None
    requests: list[dict[str, Any]] = []
    disputes: list[Any] = []
    fallback: Fallback | None = None
    seconds: float = 0.0
    reader: str = ""
    version: str = ""
    explanation: dict[str, Any] = {}
    error: Any = None

    def read(self) -> Read:
        prompt, completion = self._tokens()
        return Read(
            requests=self.requests,
            prompt_tokens=prompt,
            completion_tokens=completion,
            asked_back=len(self.disputes),
            fallback=self.fallback.code if self.fallback else "",
        )

    def _tokens(self) -> tuple[int, int]:
        model = self.explanation.get("model")
        found = (model if isinstance(model, dict) else self.explanation).get("tokens")
        if isinstance(found, list) and len(found) == 2 and all(isinstance(one, int) for one in found):
            return found[0], found[1]
        return 0, 0


def records(path: Path) -> dict[str, Record]:
    """The records of a file (`-`: standard input) by id. Raises `DatasetError` with the line."""
    found: dict[str, Record] = {}
    decoder = msgspec.json.Decoder(Record)
    for number, line in lines(path):
        try:
            record = decoder.decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
            raise DatasetError(f"{path}:{number}: {error}; give what guardia-hub read --explain wrote") from None
        found[str(record.id)] = record
    return found


def outcomes(messages: Sequence[Message], found: dict[str, Record]) -> list[Outcome]:
    """One outcome a message, in their order. A message without a record, or with an error, was not read."""
    missing = DatasetError("no reading of this message in the file")
    made = []
    for message in messages:
        record = found.get(message.id)
        if record is None or record.error is not None:
            made.append(judge(message, None, 0.0, missing))
        else:
            made.append(judge(message, record.read(), record.seconds))
    return made


def reader_of(found: dict[str, Record]) -> tuple[str, str]:
    """Name and version of the reader that was measured; empty where the file does not say.

    Where it stood back for another one, or left a message to another one, that one's name stands in the record: so a
    name with a model goes before any other, then what is there most often.
    """
    names = Counter((record.reader, record.version) for record in found.values() if record.reader)
    if not names:
        return "", ""
    return max(names, key=lambda name: (name[0] in ("both", "llm"), names[name], name))
