"""The error tree of the inventory."""

MAX_PROBLEMS = 100
"""Problems of an import that are told one by one; the rest are counted."""


class CmdbError(Exception):
    """Base of everything that this package raises; `code` is stable."""

    code = "cmdb.error"


class ImportRowsError(CmdbError):
    """One or more rows of an import are wrong; nothing was changed.

    `problems` holds one line for each of the first `MAX_PROBLEMS`, in the order of the files, and then one that counts
    the rest; `total` is how many there are.
    """

    code = "cmdb.import"

    def __init__(self, problems: list[str], total: int | None = None) -> None:
        self.total = len(problems) if total is None else total
        kept = problems[:MAX_PROBLEMS]
        if self.total > len(kept):
            kept.append(f"… and {self.total - len(kept)} more problems; mend these first")
        super().__init__("\n".join(kept))
        self.problems = kept


class StaleRevisionError(CmdbError):
    """The inventory moved since it was read; read it again."""

    code = "cmdb.stale"


class SchemaError(CmdbError):
    """The database's tables are not of a version that this program knows: run the newer program."""

    code = "cmdb.schema"
