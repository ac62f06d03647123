"""Saved records: every version kept, each write in one transaction with its audit row.

The default is one SQLite file; PostgreSQL is used where the workspace names its address. Writers queue: on
SQLite a write begins with the file's write lock, on PostgreSQL with a lock on the audit table, so that the
chain has one end. What `put` returned is on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError, MissingExtraError, NoAnswerError, OutputError
from pactolus.workspace.audit import FIRST, as_json, digest_of, faults_of_chain, link
from pactolus.workspace.standing import require_all_rows

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["AwayError", "ConflictError", "Store", "Version", "answering", "connect", "version_of"]

_WAIT_SECONDS: Final = 60


class ConflictError(InputError):
    """Somebody saved a newer version since this one was read."""


class AwayError(OutputError):
    """The database does not answer; what was saved is saved."""


@contextmanager
def answering(what: str) -> Iterator[None]:
    """Say plainly that a database does not answer.

    Raises
    ------
    AwayError
    """
    from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise AwayError(f"the workspace database cannot be {what}: {error.orig}") from error
    except TimeoutError as error:
        raise AwayError(f"the workspace database cannot be {what}: all its connections are in use") from error


@dataclass(frozen=True)
class Version:
    """One saved version of a record."""

    kind: str
    id: str
    version: int
    body: Any
    label: str
    author: str
    written_at: str
    removed: bool = False


def connect(url: str, *, pool: int = 0) -> Engine:
    """An engine for a database address.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql+psycopg://...``.
    pool : int
        Connections to PostgreSQL that are kept open, each asked before its use whether it still answers; none
        by default.

    Raises
    ------
    MissingExtraError
        If the extra ``workspace``, or ``server`` for PostgreSQL, is not installed.
    InputError
        If the address cannot be used.
    """
    try:
        from sqlalchemy import create_engine, event
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError, NoSuchModuleError
        from sqlalchemy.pool import NullPool
    except ImportError as error:
        raise MissingExtraError.of("workspace", "a workspace") from error
    try:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            engine = create_engine(address, connect_args={"timeout": _WAIT_SECONDS}, poolclass=NullPool)
            event.listen(engine, "connect", _careful)
            event.listen(engine, "begin", _begin)
            return engine
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
            if not pool:
                return create_engine(address, poolclass=NullPool)
            return create_engine(address, pool_size=pool, pool_pre_ping=True, pool_timeout=_WAIT_SECONDS / 6)
    except (ArgumentError, NoSuchModuleError) as error:
        raise InputError(
            f"database {url!r}: {error}; write sqlite:///file or postgresql://host/name"
        ) from error
    except ImportError as error:
        raise MissingExtraError.of("server", "a PostgreSQL workspace") from error
    raise InputError(
        f"database {address.render_as_string(hide_password=True)}: write sqlite:///file or postgresql://host/name"
    )


def _careful(connection: Any, _: Any) -> None:
    """SQLite as we want it: we say where a transaction begins, and a commit is on disk when it returns."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("pactolus_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Store:
    """Records of a workspace.

    Parameters
    ----------
    engine : Engine
        Of a database that is at the newest migration (`pactolus.workspace.migrate`).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    # ------------------------------------------------------------------------------------------------ writing

    def put(
        self,
        kind: str,
        identity: str,
        body: Any,
        *,
        author: str,
        label: str = "open",
        expected: int | None = None,
    ) -> Version:
        """Save a new version of a record.

        Parameters
        ----------
        kind, identity : str
            What it is, and its id.
        body : object
            Plain values as JSON holds them.
        author : str
            Who saves it; in the audit table for good.
        label : str
            Text of a `pactolus.workspace.labels.Label`.
        expected : int, optional
            The version that was read before it was edited, 0 for a new record. Without it the newest is
            followed, whatever it is.

        Returns
        -------
        Version

        Raises
        ------
        ConflictError
            If the newest version is not the expected one.
        InputError
            If the body cannot be stored.
        OutputError
            If the database cannot be written.
        """
        try:
            text = as_json(body)
            text.encode("utf-8")
        except (TypeError, ValueError) as error:
            raise InputError(f"{kind}/{identity}: cannot be saved: {error}") from error
        return self._write("put", kind, identity, text, label, author, expected)

    def remove(self, kind: str, identity: str, *, author: str, expected: int | None = None) -> Version:
        """Mark a record as removed; its versions stay.

        Raises
        ------
        NoAnswerError
            If there is no such record.
        ConflictError
            As for `put`.
        """
        now = self.get(kind, identity)
        return self._write("remove", kind, identity, as_json(now.body), now.label, author, expected)

    def _write(
        self, action: str, kind: str, identity: str, text: str, label: str, author: str, expected: int | None
    ) -> Version:
        from sqlalchemy import func, insert, select

        from pactolus.workspace.schema import records

        if not author.strip():
            raise InputError(f"{kind}/{identity}: author is empty; say who saves it")
        with self._transaction() as connection:
            newest = connection.execute(
                select(func.max(records.c.version)).where(records.c.kind == kind, records.c.id == identity)
            ).scalar()
            if expected is not None and (newest or 0) != expected:
                raise self._conflict(connection, kind, identity, newest or 0, expected)
            row: dict[str, Any] = {
                "kind": kind,
                "id": identity,
                "version": (newest or 0) + 1,
                "body": text,
                "label": label,
                "author": author,
                "written_at": datetime.now(UTC).isoformat(timespec="microseconds"),
                "removed": action == "remove",
            }
            connection.execute(insert(records).values(row))
            self._move_head(connection, row)
            self._note(connection, action, author, row["written_at"], row)
        return version_of(row)

    def _note(self, connection: Connection, action: str, actor: str, at: str, row: Mapping[str, Any]) -> None:
        """One more row of the chain, about a version of a record."""
        from sqlalchemy import insert

        from pactolus.workspace.schema import audit

        last = self._chain_end(connection)
        entry = {
            "seq": (last.seq if last else 0) + 1,
            "at": at,
            "actor": actor,
            "action": action,
            "kind": row["kind"],
            "id": row["id"],
            "version": row["version"],
            "digest": digest_of(row),
            "previous": last.hash if last else FIRST,
        }
        connection.execute(insert(audit).values({**entry, "hash": link(entry)}))

    def _chain_end(self, connection: Connection) -> Any:
        """Number and hash of the last row of the chain; None if there is none."""
        from sqlalchemy import select

        from pactolus.workspace.schema import audit

        newest = select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
        return connection.execute(newest).first()

    @staticmethod
    def _move_head(connection: Connection, row: Mapping[str, Any]) -> None:
        from sqlalchemy import delete, insert

        from pactolus.workspace.schema import heads

        here = (heads.c.kind == row["kind"]) & (heads.c.id == row["id"])
        connection.execute(delete(heads).where(here))
        if not row["removed"]:
            connection.execute(insert(heads).values({key: row[key] for key in ("kind", "id", "version")}))

    @staticmethod
    def _conflict(
        connection: Connection, kind: str, identity: str, newest: int, expected: int
    ) -> ConflictError:
        from sqlalchemy import select

        from pactolus.workspace.schema import records

        if not newest:
            return ConflictError(
                f"{kind}/{identity}: version {expected} was expected, but it was never saved"
            )
        last = connection.execute(
            select(records.c.author, records.c.written_at).where(
                records.c.kind == kind, records.c.id == identity, records.c.version == newest
            )
        ).one()
        return ConflictError(
            f"{kind}/{identity}: {last.author} saved version {newest} at {last.written_at}, after version "
            f"{expected} that you read; read it again and repeat your change"
        )

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """One transaction that writes; writers wait for each other."""
        with answering("written"):
            open_to_write = self.engine.connect().execution_options(pactolus_writes=True)
            with open_to_write as connection, connection.begin():
                self._begin(connection)
                yield connection

    def _begin(self, connection: Connection) -> None:
        """What a writing transaction says first."""
        from sqlalchemy import text

        if self.engine.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))

    # ------------------------------------------------------------------------------------------------ reading

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """One transaction that reads."""
        with self.engine.connect() as connection:
            yield connection

    def get(self, kind: str, identity: str, version: int | None = None) -> Version:
        """The newest version of a record, or the one asked for.

        Raises
        ------
        NoAnswerError
            If there is none, or the newest was removed and no version is asked for.
        """
        from sqlalchemy import select

        from pactolus.workspace.schema import records

        wanted = select(records).where(records.c.kind == kind, records.c.id == identity)
        if version is not None:
            wanted = wanted.where(records.c.version == version)
        with self._reading() as connection:
            row = connection.execute(wanted.order_by(records.c.version.desc()).limit(1)).mappings().first()
        if row is None or (version is None and row["removed"]):
            asked = "" if version is None else f" version {version}"
            raise NoAnswerError(f"{kind}/{identity}{asked}: there is no such record in this workspace")
        return version_of(row)

    def all(self, kind: str) -> list[Version]:
        """The newest version of every record of a kind, by id; removed ones are left out."""
        from sqlalchemy import select

        from pactolus.workspace.schema import heads, records

        same = (
            (records.c.kind == heads.c.kind)
            & (records.c.id == heads.c.id)
            & (records.c.version == heads.c.version)
        )
        wanted = select(records).join(heads, same).where(heads.c.kind == kind).order_by(records.c.id)
        with self._reading() as connection:
            return [version_of(row) for row in connection.execute(wanted).mappings()]

    def history(self, kind: str, identity: str) -> list[Version]:
        """Every version of a record, oldest first; empty if there is none."""
        from sqlalchemy import select

        from pactolus.workspace.schema import records

        wanted = (
            select(records)
            .where(records.c.kind == kind, records.c.id == identity)
            .order_by(records.c.version)
        )
        with self._reading() as connection:
            return [version_of(row) for row in connection.execute(wanted).mappings()]

    def kinds(self) -> dict[str, int]:
        """How many records of each kind there are, removed ones left out."""
        from sqlalchemy import func, select

        from pactolus.workspace.schema import heads

        wanted = (
            select(heads.c.kind, func.count().label("records")).group_by(heads.c.kind).order_by(heads.c.kind)
        )
        with self._reading() as connection:
            return {row.kind: row.records for row in connection.execute(wanted)}

    def chain(self) -> list[dict[str, Any]]:
        """Rows of the audit table, oldest first."""
        from sqlalchemy import select

        from pactolus.workspace.schema import audit

        with self._reading() as connection:
            return [dict(row) for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings()]

    def head(self) -> str:
        """The last hash of the chain: kept elsewhere, it shows later that no row was taken off the end."""
        chain = self.chain()
        return chain[-1]["hash"] if chain else FIRST

    def dump(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """All versions of all records and the audit chain, of one moment."""
        from sqlalchemy import select

        from pactolus.workspace.schema import audit, records

        key = (records.c.kind, records.c.id, records.c.version)
        require_all_rows(self.engine)
        with self._transaction() as connection:
            versions = [dict(row) for row in connection.execute(select(records).order_by(*key)).mappings()]
            chain = [dict(row) for row in connection.execute(select(audit).order_by(audit.c.seq)).mappings()]
        return versions, chain

    def load(self, versions: Sequence[Mapping[str, Any]], chain: Sequence[Mapping[str, Any]]) -> None:
        """Put what `dump` gave into an empty database, in one transaction.

        Raises
        ------
        OutputError
            If the database holds records already.
        """
        from sqlalchemy import func, insert, select

        from pactolus.workspace.schema import audit, records

        with self._transaction() as connection:
            if connection.execute(select(func.count()).select_from(audit)).scalar():
                raise OutputError("the database holds records already; restore into an empty one")
            if versions:
                connection.execute(insert(records), [dict(row) for row in versions])
                for row in {(one["kind"], one["id"]): one for one in versions}.values():
                    self._move_head(connection, row)
            if chain:
                connection.execute(insert(audit), [dict(row) for row in chain])

    def verify(self, head: str | None = None) -> list[str]:
        """What was tampered with, by name; empty if nothing was.

        Parameters
        ----------
        head : str, optional
            A head noted earlier: it must still be in the chain.

        Returns
        -------
        list of str
        """
        from sqlalchemy import select

        from pactolus.workspace.schema import records

        require_all_rows(self.engine)
        with self._reading() as connection:
            versions = {
                (row["kind"], row["id"], row["version"]): dict(row)
                for row in connection.execute(select(records)).mappings()
            }
        chain = self.chain()
        faults = faults_of_chain(chain, versions)
        if head is not None and head != FIRST and head not in {row["hash"] for row in chain}:
            faults.append(
                f"the head {head[:12]}... noted earlier is not in the chain: rows were taken off its end"
            )
        return faults


def version_of(row: Any) -> Version:
    """A row of the records table as a version."""
    return Version(
        row["kind"],
        row["id"],
        row["version"],
        json.loads(row["body"]),
        row["label"],
        row["author"],
        row["written_at"],
        bool(row["removed"]),
    )
