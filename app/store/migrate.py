"""Bring the database to today's schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

_LOCK = 0x626F6F74
"""Of PostgreSQL's advisory locks, the one of who migrates."""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that this database has not seen, up to ``revision``.

    Processes that start at once take turns: all but the first find nothing left to do.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        _take_turn(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _take_turn(connection: Connection) -> None:
    """Wait until nobody else migrates; the end of the transaction lets the next one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN EXCLUSIVE")
