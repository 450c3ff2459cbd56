"""A CSV file as rows that know their line. Finds everything that keeps a file from being read as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from guardia.cmdb.errors import ImportRowsError
from guardia.cmdb.normalise import clean

MAX_BYTES = 64 * 1024 * 1024
"""Size of one file."""
MAX_ROWS = 200_000
"""Rows of one file, without its header."""
_MAX_TEXT = 500
_KEPT = 1_000
"""Problems that are kept in memory; the rest are counted."""


class Problems:
    """Collects what is wrong, in the order of files and lines."""

    def __init__(self) -> None:
        self._found: list[tuple[str, int, int, str]] = []
        self.total = 0

    def add(self, file: str, line: int, text: str) -> None:
        """`line` counts from 1; 0 is the file as a whole."""
        self.total += 1
        if len(self._found) < _KEPT:
            self._found.append((file, line, self.total, _showable(text)))

    def raise_if_any(self) -> None:
        """Raises `ImportRowsError` when something was added."""
        if self.total:
            # servers.csv stands before aliases.csv: an alias is often wrong only because its server's row is
            ordered = sorted(self._found, key=lambda found: (found[0] != "servers.csv", *found[:3]))
            raise ImportRowsError(
                [f"{f}:{line}: {t}" if line else f"{f}: {t}" for f, line, _, t in ordered], self.total
            )


def _showable(text: str) -> str:
    """A file's values are quoted in what is told: bounded, and nothing that a terminal would act on."""
    text = text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "…"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


class Row(msgspec.Struct, frozen=True):
    """One row: its first line in the file, and its values by column, in NFC and without spaces around them."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


def read_rows(path: Path, columns: Sequence[str], problems: Problems) -> list[Row] | None:
    """The rows of `path`, or None (with problems added) when it is not a table of these columns.

    Rows with the wrong number of fields are reported and left out; empty ones are passed over.
    """
    name = path.name
    data = _read_bytes(path, problems)
    if data is None:
        return None
    text = _decode(name, data, problems)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = _records(name, reader, problems)
    header = next(records, None)
    if header is None:
        if not problems.total:
            problems.add(name, 1, f"the file is empty; its first line names the columns: {','.join(columns)}")
        return None
    names = [clean(field) for field in header[1]]
    if not _check_header(name, header[0], names, columns, problems):
        return None
    rows: list[Row] = []
    for line, fields in records:
        if not any(field.strip() for field in fields):
            continue
        if len(rows) >= MAX_ROWS:
            problems.add(name, line, f"more than {MAX_ROWS:,} rows; split the estate")
            return None
        if len(fields) != len(names):
            problems.add(
                name,
                line,
                f"{len(fields)} fields, the header has {len(names)}; quote a value that holds a comma, "
                "and keep the commas of empty ones",
            )
            continue
        rows.append(Row(line, {column: clean(field) for column, field in zip(names, fields, strict=True)}))
    return rows


def _read_bytes(path: Path, problems: Problems) -> bytes | None:
    try:
        if not path.is_file():
            problems.add(path.name, 0, "there is no such file in the folder; one with only the header line is enough")
            return None
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        problems.add(path.name, 0, f"cannot be read: {error.strerror or error}")
        return None
    if len(data) > MAX_BYTES:
        problems.add(path.name, 0, f"larger than {MAX_BYTES // 1024 // 1024} MiB; split the estate")
        return None
    return data


def _decode(name: str, data: bytes, problems: Problems) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.add(name, 1, "this is UTF-16; save it as UTF-8 (in Excel: 'CSV UTF-8')")
        return None
    before = problems.total
    hint = ""
    for number, line in enumerate(data.split(b"\n"), start=1):
        if b"\x00" in line:
            problems.add(name, number, "holds a NUL byte; remove it (is this a CSV file at all?)")
        try:
            line.decode()
        except UnicodeDecodeError as error:
            hint = hint or _encoding_hint(data)
            problems.add(name, number, f"not UTF-8 at byte {error.start + 1} of the line{hint}")
    return None if problems.total > before else data.decode("utf-8-sig")


def _encoding_hint(data: bytes) -> str:
    try:
        data.decode("cp949")
    except UnicodeDecodeError:
        return "; save the file as UTF-8"
    return "; it looks like cp949 (EUC-KR): save it as UTF-8 (in Excel: 'CSV UTF-8')"


def _records(name: str, reader: Iterator[list[str]], problems: Problems) -> Iterator[tuple[int, list[str]]]:
    while True:
        line = reader.line_num + 1  # type: ignore[attr-defined]
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # what follows cannot be told from the inside of a quoted value
            problems.add(name, line, f"the row that starts here is not CSV ({error}); look for an unclosed quote")
            return
        if fields:
            yield line, fields


def _check_header(name: str, line: int, names: list[str], columns: Sequence[str], problems: Problems) -> bool:
    before = problems.total
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        problems.add(name, line, "the columns are not separated by commas; save the file as comma-separated CSV")
        return False
    for column in columns:
        if column not in names:
            problems.add(name, line, f"the column '{column}' is missing; the columns are {','.join(columns)}")
        elif names.count(column) > 1:
            problems.add(name, line, f"the column '{column}' stands there {names.count(column)} times; keep one")
    for column in dict.fromkeys(names):
        if column not in columns:
            problems.add(name, line, f"the column {column[:60]!r} is not known; remove it or mend its name")
    return problems.total == before
