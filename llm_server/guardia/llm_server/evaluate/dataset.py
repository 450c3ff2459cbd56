"""What is measured on: a file of messages with their expected readings, and the inventory that they speak of."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from guardia.llm_server.errors import DatasetError

MAX_LINE = 1024 * 1024
"""Bytes of one line of a message set."""
MAX_MESSAGES = 100_000

_Row = TypeVar("_Row")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    sender: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a set: what a reader gets, and what it should make of it."""

    id: str
    text: str
    files: tuple[str, ...] = ()
    context: tuple[Said, ...] = ()
    now: str = ""
    category: str = "-"
    requests: tuple[dict[str, Any], ...]


class ServerRow(msgspec.Struct, frozen=True, kw_only=True):
    """What a prompt needs of a line of `servers.csv`."""

    asset_code: str
    hostname: str
    address: str
    institution: str
    system_name: str
    environment: str
    infrastructure_layer: str
    node_no: int


class AliasRow(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    canonical: str
    institution: str = ""
    alias: str


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    revision: int
    servers: tuple[ServerRow, ...]
    aliases: tuple[AliasRow, ...]


def messages(path: Path, limit: int = 0) -> tuple[Message, ...]:
    """The messages of a JSON-lines file, the first `limit` of them (0: all). Raises `DatasetError` with the line."""
    found: list[Message] = []
    seen: set[str] = set()
    decoder = msgspec.json.Decoder(Message)
    for number, line in lines(path):
        if limit and len(found) >= limit:
            break
        try:
            message = decoder.decode(line)
        except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
            raise DatasetError(f"{path}:{number}: {error}; a line is an object with id, text and requests") from None
        if message.id in seen:
            raise DatasetError(f"{path}:{number}: the id {message.id!r} is there twice; make ids unique")
        for request in message.requests:
            missing = [key for key in ("intent_type", "institution", "system_name") if key not in request]
            if missing:
                raise DatasetError(f"{path}:{number}: an expected request has no {missing[0]}; complete it")
        seen.add(message.id)
        found.append(message)
        if len(found) > MAX_MESSAGES:
            raise DatasetError(f"{path}: more than {MAX_MESSAGES} messages; split the file or use --limit")
    if not found:
        raise DatasetError(f"{path}: no message in it")
    return tuple(found)


def sample(found: tuple[Message, ...], count: int) -> tuple[Message, ...]:
    """At most `count` messages (0: all), taken in turn from each category, in the order of the file.

    The same set and count give the same sample; a category that is larger than its turn gives messages from all of
    its length, not its first ones.
    """
    if not count or count >= len(found):
        return found
    categories: dict[str, list[int]] = {}
    for position, message in enumerate(found):
        categories.setdefault(message.category, []).append(position)
    shares = dict.fromkeys(categories, 0)
    left = count
    while left:
        for name, positions in categories.items():
            if left and shares[name] < len(positions):
                shares[name] += 1
                left -= 1
    chosen = [
        positions[number * len(positions) // shares[name]]
        for name, positions in categories.items()
        for number in range(shares[name])
    ]
    return tuple(found[position] for position in sorted(chosen))


def inventory(folder: Path) -> Inventory:
    """`servers.csv` and `aliases.csv` of a folder. Raises `DatasetError` with file and line."""
    servers = tuple(_rows(folder / "servers.csv", ServerRow))
    if not servers:
        raise DatasetError(f"{folder / 'servers.csv'}: no server in it")
    return Inventory(revision=0, servers=servers, aliases=tuple(_rows(folder / "aliases.csv", AliasRow)))


def lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers; `-` is standard input. Raises `DatasetError`."""
    try:
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as file:
            for number, line in enumerate(iter(lambda: file.readline(MAX_LINE + 1), b""), 1):
                if len(line) > MAX_LINE:
                    raise DatasetError(f"{path}:{number}: a line of more than {MAX_LINE} bytes; this is no message set")
                if line.strip():
                    yield number, line
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror}; name a file of JSON lines with --set or --readings") from None


def _rows(path: Path, kind: type[_Row]) -> Iterator[_Row]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                try:
                    yield msgspec.convert(row, kind, strict=False)
                except msgspec.ValidationError as error:
                    raise DatasetError(f"{path}:{number}: {error}") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"{path}: {error}; --cmdb names a folder with servers.csv and aliases.csv") from None
