"""An audit reads a recorded message again: does it still mean what the log says? Pure.

The embedded reader is deterministic. A model is not, but its answer is kept: it is parsed and proved anew, and agreed
upon with the embedded reading, so a model's reading is replayed without a model.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from guardia.hub.core.events import Drafted
from guardia.hub.core.intent import UNKNOWN, Dispute, Intent, ReaderInput, Reading
from guardia.hub.parser import consensus, grounding
from guardia.hub.parser.embedded.reader import NAME as EMBEDDED
from guardia.hub.parser.embedded.reader import VERSION, EmbeddedReader
from guardia.hub.parser.grounding import NoReadingError, ground

LLM = "llm"


class Verdict(StrEnum):
    SAME = "same"
    """Read again, it is the same command."""
    MOVED = "moved"
    """Another command, and reader or inventory are not those of then: no proof of anything."""
    DIFFERS = "differs"
    """Another command, though reader and inventory are the same: the log does not tell what happened."""
    UNKNOWN = "unknown"
    """It cannot be read again; `why` says what is missing."""


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """One recorded reading, read again."""

    request_id: str
    verdict: Verdict
    reader: str
    version: str
    recorded: Intent
    found: tuple[Intent, ...] = ()
    """What it means now; of a command that the readers dispute, each reading."""
    why: str = ""


def replay(drafted: Drafted, reader: EmbeddedReader, *, of_then: bool = False) -> Replay:
    """Read `drafted` again with `reader`. Its inventory's revision is compared with the recorded one, unless the caller
    vouches that it is the inventory `of_then` (an export has no revision)."""
    if drafted.reader in ("advice", "preview"):
        return _made(drafted, Verdict.UNKNOWN, why=f"nobody typed it: it is of the button of the {drafted.reader}")
    if not drafted.read_now:
        return _made(drafted, Verdict.UNKNOWN, why="the log is from before time and context of a reading were kept")
    if drafted.reader not in (EMBEDDED, LLM, consensus.NAME):
        return _made(drafted, Verdict.UNKNOWN, why=f"the reader {drafted.reader!r} cannot be run here")
    message = ReaderInput(
        id=drafted.message_id,
        text=drafted.text,
        files=tuple(file.name for file in drafted.files),
        context=drafted.context,
        now=drafted.read_now,
    )
    moved = _moved(drafted, reader, of_then=of_then)
    try:
        again = _again(drafted, message, reader)
    except NoReadingError as error:
        why = "; ".join([f"the model's answer is no reading now ({error})", *moved])
        return _made(drafted, Verdict.MOVED if moved else Verdict.DIFFERS, why=why)
    found = tuple(intent for one in again.requests() for intent in _meant(one))
    if drafted.intent in found:
        return _made(drafted, Verdict.SAME, found)
    return _made(drafted, Verdict.MOVED if moved else Verdict.DIFFERS, found, "; ".join(moved))


def _moved(drafted: Drafted, reader: EmbeddedReader, *, of_then: bool) -> list[str]:
    """What is not as it was then. The prompt may be another one: the answer to the old one is kept."""
    moved: list[str] = []
    told = _embedded_part(drafted)
    own = drafted.reader_version if drafted.reader == EMBEDDED else drafted.reader_version.split(" + ")[0]
    present = VERSION if drafted.reader == EMBEDDED else f"{EMBEDDED} {VERSION}"
    if drafted.reader != LLM and own != present:
        moved.append(f"read by version {own}, now {present}")
    model = _model_part(drafted)
    if drafted.reader != EMBEDDED and model.get("grounding") != grounding.VERSION:
        moved.append(f"proved by version {model.get('grounding')}, now {grounding.VERSION}")
    then = told.get("inventory_revision")
    if then != reader.gazetteer.revision and not of_then:
        moved.append(f"read over revision {then} of the inventory, now {reader.gazetteer.revision}")
    return moved


def _embedded_part(drafted: Drafted) -> dict[str, Any]:
    return _inner(drafted.explanation, "embedded") if drafted.reader == consensus.NAME else drafted.explanation


def _model_part(drafted: Drafted) -> dict[str, Any]:
    return _inner(drafted.explanation, "model") if drafted.reader == consensus.NAME else drafted.explanation


def _inner(explanation: dict[str, Any], name: str) -> dict[str, Any]:
    inner = explanation.get(name)
    return inner if isinstance(inner, dict) else {}


def _again(drafted: Drafted, message: ReaderInput, reader: EmbeddedReader) -> Reading:
    """The reading by the same way. Raises `NoReadingError` when the model's kept answer does not stand any more."""
    first = reader.read(message)
    if drafted.reader == EMBEDDED:
        return first
    model = _model_part(drafted)
    version = str(model.get("version", drafted.reader_version))
    intents = ground(str(model.get("answer", "")), message, reader.gazetteer)
    second = Reading(intents=intents, reader=LLM, version=version, explanation=model)
    return second if drafted.reader == LLM else consensus.agree(first, second)


def _meant(one: Intent | Dispute) -> tuple[Intent, ...]:
    """As the log holds it: a disputed command stands there without nodes until somebody chooses."""
    if isinstance(one, Intent):
        return (one,)
    return tuple(msgspec.structs.replace(intent, target_nodes=(UNKNOWN,)) for intent in one.readings[:1])


def _made(drafted: Drafted, verdict: Verdict, found: tuple[Intent, ...] = (), why: str = "") -> Replay:
    return Replay(
        request_id=drafted.request_id,
        verdict=verdict,
        reader=drafted.reader,
        version=drafted.reader_version,
        recorded=drafted.intent,
        found=found,
        why=why,
    )
