"""The application in this process, over a real store in a fresh folder.

What asks rows for more than one log by its id runs on each of the databases.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, create_engine

import app.store.metadata
from app.main import create_app
from app.settings import Settings
from tests.databases import DATABASES, PostgresServer, postgres_server

ON_EACH_DATABASE = {
    f"tests.api.test_{name}"
    for name in (
        "access", "access_server", "archives", "baselines", "history", "labels", "listing",
        "logs", "migrations", "object_store", "real_server", "requests", "store", "traces",
        "webhooks",
    )
}  # fmt: skip
"""The others send a log and look at what is drawn or told of it."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Which databases a module's tests run on."""
    name = f"tests.api.{metafunc.module.__name__.rpartition('.')[2]}"
    names = DATABASES if name in ON_EACH_DATABASE else DATABASES[:1]
    metafunc.parametrize("database", names, indirect=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Settings, here and in processes that are started, lead to a fresh database."""
    name: str = request.param
    if name == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("BOOTSCOPE_DATABASE_URL", server.migrated())
    opened = []

    def create_and_note(*given: Any, **how: Any) -> Engine:
        opened.append(create_engine(*given, **how))
        return opened[-1]

    monkeypatch.setattr(app.store.metadata, "create_engine", create_and_note)
    yield name
    for engine in opened:
        engine.dispose()


@pytest.fixture
def empty_database(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without tables."""
    if database == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.empty()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", samples="", max_log_bytes=400_000)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
