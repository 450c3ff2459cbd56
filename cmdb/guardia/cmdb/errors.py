"""The error tree of the inventory."""


class CmdbError(Exception):
    """Base of everything that this package raises; `code` is stable."""

    code = "cmdb.error"


class ImportRowsError(CmdbError):
    """One or more rows of an import are wrong; nothing was changed. `problems` holds one line for each."""

    code = "cmdb.import"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class StaleRevisionError(CmdbError):
    """The inventory moved since it was read; read it again."""

    code = "cmdb.stale"
