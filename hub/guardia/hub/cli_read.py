"""`guardia-hub read`: messages in as JSON lines, readings out as JSON lines."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec
import structlog

from guardia.cmdb.model import Alias, Inventory, Server
from guardia.hub.config import Config, load_config
from guardia.hub.core.intent import ReaderInput, Reading
from guardia.hub.errors import ConfigError
from guardia.hub.parser.blocking import BlockingReader
from guardia.hub.parser.embedded.reader import EmbeddedReader
from guardia.hub.parser.endpoint import completions_url
from guardia.hub.parser.settings import Mode, ReaderSettings

MAX_LINE = 1024 * 1024
"""Bytes of one line of input; more is read over, not kept."""


def load_inventory(folder: Path) -> Inventory:
    """The inventory of the two CSV files in `folder`; raises `click.ClickException` naming file and line."""
    servers = _rows(folder / "servers.csv", Server)
    aliases = _rows(folder / "aliases.csv", Alias)
    return Inventory(
        revision=0,
        servers=tuple(sorted(servers, key=lambda server: server.asset_code)),
        aliases=tuple(aliases),
    )


def _rows(path: Path, kind: type[Any]) -> list[Any]:
    rows: list[Any] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            for number, row in enumerate(csv.DictReader(source), 2):
                try:
                    rows.append(msgspec.convert(row, kind, strict=False))
                except msgspec.ValidationError as error:
                    raise click.ClickException(f"{path}:{number}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"cannot read {path}: {error}") from None
    return rows


def _message(raw: bytes) -> ReaderInput | dict[str, Any]:
    """The message of a line, or the record that says what is wrong with it."""
    identity: Any = None
    try:
        if len(raw.rstrip(b"\r\n")) > MAX_LINE:
            raise ValueError(f"a line of more than {MAX_LINE} bytes")
        record = json.loads(raw.decode("utf-8", "replace"))
        if not isinstance(record, dict):
            raise TypeError("not a JSON object")
        identity = record.get("id")
        known = {
            key: value for key, value in record.items() if key in ReaderInput.__struct_fields__ and value is not None
        }
        return msgspec.convert(known, ReaderInput)
    except (ValueError, TypeError, RecursionError, msgspec.ValidationError) as error:
        identity = identity if isinstance(identity, (str, int)) else None
        return {"id": identity, "error": {"code": "input.invalid", "message": str(error) or type(error).__name__}}


def _record(message: ReaderInput, reading: Reading, seconds: float, *, explain: bool) -> dict[str, Any]:
    answer: dict[str, Any] = {"id": message.id, "requests": msgspec.to_builtins(reading.intents)}
    if reading.disputes:
        answer["disputes"] = msgspec.to_builtins(reading.disputes)
    if "fallback" in reading.explanation:
        answer["fallback"] = reading.explanation["fallback"]
    if explain:
        answer.update(reader=reading.reader, version=reading.version, explanation=reading.explanation)
        answer["seconds"] = round(seconds, 6)
    return answer


@click.command()
@click.option(
    "--cmdb",
    "folder",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with servers.csv and aliases.csv.",
)
@click.option(
    "--reader",
    "kind",
    type=click.Choice([mode.value for mode in Mode]),
    default="embedded",
    show_default=True,
    help='Which reader; with `both`, changing commands that they read differently come out under "disputes".',
)
@click.option("--endpoint", default="", help="OpenAI-compatible endpoint for `llm` and `both`, http(s)://host:port.")
@click.option("--model", default="", help="Name under which the endpoint serves the model.")
@click.option("--explain", is_flag=True, help="Add why it was read so: spans, names, moods, what was missing.")
def read(folder: Path, kind: str, endpoint: str, model: str, explain: bool) -> None:
    """Read messages (JSON lines on stdin) and write what they mean (JSON lines on stdout), in order.

    A malformed line gets a record with "error" and the rest goes on. Where the model gives no reading, the embedded
    reader's stands and the record says why under "fallback".

    Key, certificates and limits come from [reader] of the configuration.

    Examples:

      guardia-hub read --cmdb ./cmdb < messages.jsonl > readings.jsonl

      guardia-hub read --cmdb ./cmdb --reader both --endpoint http://127.0.0.1:8000 --model ops < messages.jsonl
    """
    inventory = load_inventory(folder)
    if kind == Mode.EMBEDDED:
        embedded = EmbeddedReader(inventory)
        for raw in _lines():
            message = _message(raw)
            began = time.perf_counter()
            if isinstance(message, ReaderInput):
                reading = embedded.read(message)
                _write(_record(message, reading, time.perf_counter() - began, explain=explain))
            else:
                _write(message)
        return
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(sys.stderr))  # stdout is for the readings

    async def answer(raw: bytes) -> dict[str, Any]:
        message = _message(raw)
        if not isinstance(message, ReaderInput):
            return message
        began = time.perf_counter()
        reading = await reader.read(message)
        return _record(message, reading, time.perf_counter() - began, explain=explain)

    with BlockingReader(inventory, _settings(kind, endpoint, model)) as reader:
        reader.stream(_lines(), answer, _write)


def _settings(kind: str, endpoint: str, model: str) -> ReaderSettings:
    """Of `[reader]` of the configuration, if there is one, with the options laid over it."""
    given = {"mode": kind, **({"url": endpoint} if endpoint else {}), **({"model": model} if model else {})}
    try:
        lazy = click.get_current_context().find_object(object)
        base: Config = lazy.config if lazy is not None else load_config(None)  # type: ignore[attr-defined]
        section = msgspec.structs.replace(base.reader, **given)
        settings = msgspec.structs.replace(base, reader=section).reader_settings()
        completions_url(settings.url)
    except ConfigError as error:
        raise click.ClickException(f"{error} (or give --endpoint and --model)") from error
    return settings


def _lines() -> Iterator[bytes]:
    """Lines of standard input that hold something; of a longer one than `MAX_LINE` its beginning, and a byte more."""
    source = sys.stdin.buffer
    while raw := source.readline(MAX_LINE + 1):
        rest = raw
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE + 1)
        if raw.strip():
            yield raw


def _write(answer: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    read()
