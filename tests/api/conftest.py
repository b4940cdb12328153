"""The application in this process, over a real store in a fresh folder.

Everything here runs on each of the databases.
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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    with postgres_server() as server:
        yield server


@pytest.fixture(autouse=True, params=DATABASES)
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
