"""Sessions and logins under way, in the database: a name is known to the browser, its SHA-256 to us."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pactolus.workspace.store import answering

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Login", "Session", "Sessions"]

#: Seconds that a login may take at the provider.
_LOGIN_SECONDS: Final = 600.0
#: A session is marked as used at most this often. [s]
_MARK_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Session:
    """Who is logged in.

    Attributes
    ----------
    reader, shown, member : str
        Id at the provider, name to show, member or empty.
    roles : tuple of str
    csrf : str
        What a changing request must bring.
    name_hash : str
    """

    reader: str
    shown: str
    member: str
    roles: tuple[str, ...]
    csrf: str
    name_hash: str


@dataclass(frozen=True)
class Login:
    """A login under way: what must come back, and where to go then."""

    nonce: str
    verifier: str
    onward: str


@dataclass(frozen=True)
class Sessions:
    """The tables ``sessions`` and ``logins``.

    Attributes
    ----------
    engine : Engine
    idle, most : float
        After how long without a request, and at the latest, a session ends. [s]
    clock : callable
        Seconds of the epoch.
    """

    engine: Engine
    idle: float
    most: float
    clock: Callable[[], float] = time.time

    @contextmanager
    def _working(self) -> Iterator[Connection]:
        with answering("asked for the session"), self.engine.begin() as connection:
            yield connection

    def open(self, *, reader: str, shown: str, member: str, roles: tuple[str, ...]) -> tuple[str, str]:
        """A new session: its name, which is kept nowhere, and the word that a change must bring."""
        from sqlalchemy import delete, insert

        from pactolus.workspace.schema import sessions

        name, now = secrets.token_urlsafe(32), self.clock()
        row = {
            "name_hash": _hash(name),
            "csrf": secrets.token_urlsafe(32),
            "reader": reader[:200],
            "shown": shown[:200],
            "member": member,
            "roles": ",".join(roles),
            "made_at": now,
            "seen_at": now,
        }
        old = (sessions.c.seen_at <= now - self.idle) | (sessions.c.made_at <= now - self.most)
        with self._working() as connection:
            connection.execute(delete(sessions).where(old))
            connection.execute(insert(sessions).values(row))
        return name, str(row["csrf"])

    def find(self, name: str) -> Session | None:
        """The session of a name, if it has not ended."""
        from sqlalchemy import select, update

        from pactolus.workspace.schema import sessions

        here, now = sessions.c.name_hash == _hash(name), self.clock()
        with self._working() as connection:
            row: Any = connection.execute(select(sessions).where(here)).first()
            if row is None or row.seen_at <= now - self.idle or row.made_at <= now - self.most:
                return None
            if row.seen_at <= now - _MARK_SECONDS:
                connection.execute(update(sessions).where(here).values(seen_at=now))
        roles = tuple(filter(None, row.roles.split(",")))
        return Session(row.reader, row.shown, row.member, roles, row.csrf, row.name_hash)

    def close(self, name: str) -> None:
        """End the session of a name, if there is one."""
        from sqlalchemy import delete

        from pactolus.workspace.schema import sessions

        with self._working() as connection:
            connection.execute(delete(sessions).where(sessions.c.name_hash == _hash(name)))

    def begin_login(self, *, onward: str) -> tuple[str, str, Login]:
        """State for the provider, a name for this browser, and what is kept until it comes back."""
        from sqlalchemy import delete, insert

        from pactolus.workspace.schema import logins

        state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        login = Login(secrets.token_urlsafe(32), secrets.token_urlsafe(64), onward[:2000])
        now = self.clock()
        row = {
            "state_hash": _hash(state),
            "browser_hash": _hash(browser),
            "nonce": login.nonce,
            "verifier": login.verifier,
            "onward": login.onward,
            "made_at": now,
        }
        with self._working() as connection:
            connection.execute(delete(logins).where(logins.c.made_at <= now - _LOGIN_SECONDS))
            connection.execute(insert(logins).values(row))
        return state, browser, login

    def end_login(self, state: str, browser: str) -> Login | None:
        """The login that this browser began with this state; it cannot be ended twice."""
        from sqlalchemy import delete

        from pactolus.workspace.schema import logins

        here = (logins.c.state_hash == _hash(state)) & (logins.c.browser_hash == _hash(browser))
        taken = delete(logins).where(here).returning(logins)
        with self._working() as connection:
            row: Any = connection.execute(taken).first()
        if row is None or row.made_at <= self.clock() - _LOGIN_SECONDS:
            return None
        return Login(row.nonce, row.verifier, row.onward)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
