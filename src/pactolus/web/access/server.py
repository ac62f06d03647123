"""What a server holds beside the desk: its settings, the database, sessions, the provider, the buckets."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pactolus.web.access.bucket import Buckets
from pactolus.web.access.provider import Provider
from pactolus.web.access.reader import Reader
from pactolus.web.access.server_file import ServerFile, read_server_file
from pactolus.workspace.acting import Acting, ActingStore
from pactolus.workspace.labels import Levels
from pactolus.workspace.serving import connect_to_serve, is_ready
from pactolus.workspace.sessions import Sessions

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Server", "open_server"]


@dataclass(frozen=True)
class Server:
    """A server that may serve: its database was asked, its settings are right."""

    file: ServerFile
    engine: Engine
    sessions: Sessions
    provider: Provider
    levels: Levels
    asks: Buckets
    logins: Buckets
    metrics_token: str | None = field(repr=False)

    def store(self, reader: Reader) -> ActingStore:
        """The records as a reader may see them."""
        members = (reader.cleared_member,) if reader.cleared_member else ()
        return ActingStore(self.engine, Acting(reader.id, members, tuple(sorted(reader.roles))))

    def ready(self) -> str:
        """Empty if the database answers and is of this version; else what is wrong."""
        return is_ready(self.engine)


def open_server(file: Path) -> Server:
    """A server of its file.

    Raises
    ------
    InputError
        If the file is not right, a secret is not there, or the database does not answer, is of another
        revision, or the role it names would not be bound by row-level security.
    """
    found = read_server_file(file)
    base, place = found.database, f"{file}: database"
    secret = base.secret("password", place)
    engine = connect_to_serve(base.url, secret, pool=base.pool, where=f"{place}.url")
    limits, ends = found.limits, found.sessions
    return Server(
        file=found,
        engine=engine,
        sessions=Sessions(engine, idle=ends.idle_minutes * 60, most=ends.hours * 3600),
        provider=Provider(
            found.oidc,
            found.oidc.secret("client_secret", f"{file}: oidc"),
            found.address,
            tuple(found.members),
        ),
        levels=Levels({member: tuple(levels) for member, levels in found.levels.items()}),
        asks=Buckets(limits.per_minute, limits.burst),
        logins=Buckets(limits.logins_per_minute, limits.logins_per_minute),
        metrics_token=found.metrics.secret("token", f"{file}: metrics"),
    )
