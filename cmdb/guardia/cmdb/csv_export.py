"""The inventory back into the two CSV files: what `importers.csv_files` reads is what was written."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from guardia.cmdb.importers.csv_files import ALIAS_COLUMNS, ALIASES, SERVER_COLUMNS, SERVERS
from guardia.cmdb.model import Inventory


def write_folder(inventory: Inventory, folder: Path) -> tuple[Path, Path]:
    """Write `servers.csv` and `aliases.csv` into `folder` (made if missing), each replaced in one move.

    UTF-8 with plain line ends. Raises `OSError`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    servers, aliases = folder / SERVERS, folder / ALIASES
    _replace(servers, SERVER_COLUMNS, ([str(getattr(s, name)) for name in SERVER_COLUMNS] for s in inventory.servers))
    _replace(aliases, ALIAS_COLUMNS, ([str(getattr(a, name)) for name in ALIAS_COLUMNS] for a in inventory.aliases))
    return servers, aliases


def _replace(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
