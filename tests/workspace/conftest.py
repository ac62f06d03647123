"""Workspaces to write into: a SQLite file, and a PostgreSQL database of its own where there is a server."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from pactolus.workspace import migrate
from pactolus.workspace.store import Store, connect


def _server() -> URL:
    parts = dict(part.split("=", 1) for part in os.environ["PACTOLUS_POSTGRES"].split())
    return URL.create(
        "postgresql+psycopg",
        username=parts.get("user"),
        password=parts.get("password"),
        host=parts["host"],
        port=int(parts.get("port", "5432")),
        database=parts.get("dbname", "postgres"),
    )


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """Address of an empty database, taken away afterwards."""
    server, name = _server(), f"pactolus_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


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
