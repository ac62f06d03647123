"""Workspaces to write into: a SQLite file, and a PostgreSQL database of its own where there is a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pactolus.workspace import migrate
from pactolus.workspace.store import Store, connect
from tests.workspace.readers import empty_database


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Address of an empty database, taken away afterwards."""
    with empty_database() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{(tmp_path / 'workspace.db').as_posix()}"
    found: str = request.getfixturevalue("postgres_url")
    return found


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """An engine of an empty database, let go afterwards."""
    made = connect(url)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: Engine) -> Store:
    """An empty store at the newest revision."""
    migrate.upgrade(engine)
    return Store(engine)
