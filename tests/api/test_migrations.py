"""Today's tables from those of every version before, with what was in them."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, insert, text

import app.store
from app.store.metadata import SqlMetadata, open_engine
from app.store.migrate import migrate
from app.store.tables import METADATA
from tests.conftest import ROOT

SCRIPTS = ScriptDirectory(str(Path(app.store.__file__).parent / "migrations"))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
MIGRATE = """
import sys
from app.store.metadata import open_engine
from app.store.migrate import migrate
sys.stdin.read()
migrate(open_engine(sys.argv[1]))
"""


def test_the_tables_are_what_the_migrations_make(empty_database: str) -> None:
    engine = open_engine(empty_database)
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == REVISIONS[-1]
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_logs_of_earlier_tables_are_kept(empty_database: str, revision: str) -> None:
    engine = open_engine(empty_database)
    migrate(engine, revision)
    tables = MetaData()
    tables.reflect(engine)
    now = datetime.now(UTC)
    log = {
        "id": "a" * 26, "log_sha256": "1" * 64, "report_sha256": "2" * 64, "name": "old.log",
        "size_bytes": 7, "verdict": "fail", "headline": "It fails", "created_at": now,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(tables.tables["logs"]), log)
        grant = {"log_id": "a" * 26, "created_at": now, "token_sha256": "3" * 64}
        connection.execute(insert(tables.tables["grants"]), grant)
    migrate(engine)
    metadata = SqlMetadata(engine)
    row = metadata.get("a" * 26)
    assert row is not None
    assert {name: getattr(row, name) for name in log if name != "created_at"} == {
        name: value for name, value in log.items() if name != "created_at"
    }
    assert metadata.revoke("a" * 26, "3" * 64)


def test_processes_that_start_at_once_take_turns(empty_database: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, empty_database],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(4)
    ]
    for process in processes:  # each waits for its input to end, so that they begin together
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    for process in processes:
        _, told = process.communicate()
        assert process.returncode == 0, told.decode()
    with open_engine(empty_database).connect() as connection:
        assert connection.scalar(text("select version_num from alembic_version")) == REVISIONS[-1]
