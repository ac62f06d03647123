"""A database of an owner and of a role that serves readers, as a server has them."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from pactolus.workspace import migrate
from pactolus.workspace.acting import Acting, ActingStore
from pactolus.workspace.serving import grant
from pactolus.workspace.store import Store, connect

__all__ = ["Served", "empty_database", "served_database", "server"]


def server() -> URL:
    """The server that PACTOLUS_POSTGRES names."""
    parts = dict(part.split("=", 1) for part in os.environ["PACTOLUS_POSTGRES"].split())
    return URL.create(
        "postgresql+psycopg",
        username=parts.get("user"),
        password=parts.get("password"),
        host=parts["host"],
        port=int(parts.get("port", "5432")),
        database=parts.get("dbname", "postgres"),
    )


@contextmanager
def empty_database(here: URL | None = None) -> Iterator[str]:
    """Address of an empty database of a server, taken away afterwards."""
    here, name = here or server(), f"pactolus_{uuid.uuid4().hex}"
    engine = create_engine(here, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield here.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@dataclass(frozen=True)
class Served:
    """Both addresses of one database."""

    owner_url: str
    reader_url: str
    owner: Engine
    engine: Engine

    @property
    def kept(self) -> Store:
        """All rows, as the owner sees them."""
        return Store(self.owner)

    def acting(self, member: str = "", *roles: str, name: str = "") -> ActingStore:
        """The store of a reader of a member."""
        members = tuple(member.split("+")) if member else ()
        return ActingStore(self.engine, Acting(name or f"reader-{member or 'nobody'}", members, roles))


@contextmanager
def served_database(empty_url: str, *, revision: str = "head") -> Iterator[Served]:
    """Two roles of their own for an empty database: one owns, one reads; gone afterwards."""
    mark = uuid.uuid4().hex[:12]
    owner, reader, word = f"pactolus_owner_{mark}", f"pactolus_app_{mark}", uuid.uuid4().hex
    address = make_url(empty_url)
    admin = create_engine(address, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        for role in (owner, reader):
            connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{word}'"))
        connection.execute(text(f"ALTER DATABASE {address.database} OWNER TO {owner}"))
    urls = [
        address.set(username=role, password=word).render_as_string(hide_password=False)
        for role in (owner, reader)
    ]
    engines = connect(urls[0]), connect(urls[1], pool=2)
    try:
        migrate.upgrade(engines[0], revision)
        if revision == "head":
            grant(engines[0], reader)
        yield Served(urls[0], urls[1], *engines)
    finally:
        for engine in engines:
            engine.dispose()
        with admin.connect() as connection:
            connection.execute(text(f"REASSIGN OWNED BY {owner} TO CURRENT_USER"))
            connection.execute(text(f"DROP OWNED BY {owner}, {reader}"))
            connection.execute(text(f"DROP ROLE {owner}"))
            connection.execute(text(f"DROP ROLE {reader}"))
        admin.dispose()
