"""The records as one reader may see them: who acts is said to the database in every transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import NoAnswerError
from pactolus.workspace.audit import READ
from pactolus.workspace.labels import OPEN
from pactolus.workspace.store import ConflictError, Store, Version, answering, version_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Acting", "ActingStore"]

_SETTINGS: Final = (
    "SELECT set_config('pactolus.reader', :reader, true), set_config('pactolus.member', :member, true), "
    "set_config('pactolus.roles', :roles, true)"
)


@dataclass(frozen=True)
class Acting:
    """Who acts in a transaction.

    Attributes
    ----------
    reader : str
        Author of what is written, actor of what is read.
    members : tuple of str
        Whose rows it may see: one member for a reader of it, several only while a joint figure is computed.
    roles : tuple of str
    """

    reader: str
    members: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class ActingStore(Store):
    """The store of one reader; what it must not see is not there for it.

    Parameters
    ----------
    engine : Engine
        As the role of the application, which owns nothing.
    acting : Acting
    """

    def __init__(self, engine: Engine, acting: Acting) -> None:
        super().__init__(engine)
        self.acting = acting

    # ------------------------------------------------------------------------------------------------ reading

    def read(self, kind: str, identity: str, version: int | None = None) -> Version:
        """A record; if it is labelled, the reading is in the audit chain when this returns.

        Raises
        ------
        NoAnswerError
            If there is none, or this reader may not see it: nobody is told which.
        AwayError
            If the reading cannot be noted: there is no answer then.
        """
        found = self.get(kind, identity, version)
        return found if found.label == str(OPEN) else self._noted(kind, identity, found.version)

    def read_all(self, kind: str) -> list[Version]:
        """The newest version of every record of a kind, each labelled one noted as read."""
        from sqlalchemy import select

        from pactolus.workspace.schema import heads, records

        same = (
            (records.c.kind == heads.c.kind)
            & (records.c.id == heads.c.id)
            & (records.c.version == heads.c.version)
        )
        wanted = select(records).join(heads, same).where(heads.c.kind == kind).order_by(records.c.id)
        with self._transaction() as connection:
            rows = [dict(row) for row in connection.execute(wanted).mappings()]
            self._note_reads(connection, [row for row in rows if row["label"] != str(OPEN)])
        return [version_of(row) for row in rows]

    def audit_rows(self, *, limit: int, before: int) -> list[dict[str, Any]]:
        """The newest rows of the audit before a number, for who may see them; digests are left out.

        A digest of a short record could be found again by trying.
        """
        from sqlalchemy import select

        from pactolus.workspace.schema import audit

        shown = [one for one in audit.c if one.name not in ("digest", "previous")]
        wanted = select(*shown).where(audit.c.seq < before).order_by(audit.c.seq.desc()).limit(limit)
        with self._reading() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def _noted(self, kind: str, identity: str, version: int) -> Version:
        from sqlalchemy import select

        from pactolus.workspace.schema import records

        wanted = select(records).where(
            records.c.kind == kind, records.c.id == identity, records.c.version == version
        )
        with self._transaction() as connection:
            row = connection.execute(wanted).mappings().first()
            if row is None:
                raise NoAnswerError(f"{kind}/{identity}: there is no such record for this reader")
            self._note_reads(connection, [dict(row)])
        return version_of(row)

    def _note_reads(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        for row in rows:
            self._note(connection, READ, self.acting.reader, now, row)

    # -------------------------------------------------------------------------------------- every transaction

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with answering("read"), self.engine.connect() as connection, connection.begin():
            self._say(connection)
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        from sqlalchemy.exc import IntegrityError, ProgrammingError

        try:
            with super()._transaction() as connection:
                yield connection
        except IntegrityError as error:
            raise ConflictError(
                f"{self.acting.reader}: saved by another at the same time, or the name is taken; read again"
            ) from error
        except ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") != "42501":
                raise
            raise NoAnswerError(
                f"{self.acting.reader}: the database refuses this row to this reader"
            ) from error

    def _begin(self, connection: Connection) -> None:
        self._say(connection)
        self._chain_end(connection)  # takes the lock

    def _chain_end(self, connection: Connection) -> Any:
        from sqlalchemy import text

        return connection.execute(text("SELECT seq, hash FROM pactolus_chain_end()")).first()

    def _say(self, connection: Connection) -> None:
        from sqlalchemy import text

        said = {
            "reader": self.acting.reader,
            "member": "+".join(self.acting.members),
            "roles": ",".join(self.acting.roles),
        }
        connection.execute(text(_SETTINGS), said)
