"""The application's role in PostgreSQL: what it may do, and what it must not be (docs/decisions/0016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError
from pactolus.workspace import migrate
from pactolus.workspace.standing import standing
from pactolus.workspace.store import connect

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = [
    "address_fault",
    "connect_to_serve",
    "grant",
    "is_ready",
    "require_reading_role",
]

_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT ON records, audit TO {role}",
    "GRANT SELECT, INSERT, DELETE ON heads TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, logins TO {role}",
    "GRANT SELECT ON alembic_version TO {role}",
    "GRANT EXECUTE ON FUNCTION pactolus_chain_end() TO {role}",
)


def grant(engine: Engine, role: str) -> None:
    """Let a role serve readers: it may add rows, and read what the settings of its transaction allow.

    Parameters
    ----------
    engine : Engine
        As the owner of the tables.
    role : str
        A login role that is there already, and owns nothing.

    Raises
    ------
    InputError
        If the database is none of PostgreSQL, or the role is not there or sees every row whatever is set.
    """
    from sqlalchemy import text

    _require_postgresql(engine, "grant")
    _require_guarded(standing(engine, role), role)
    with engine.begin() as connection:
        quoted = engine.dialect.identifier_preparer.quote_identifier(role)
        schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar()
        for one in _GRANTS:
            connection.execute(text(one.format(schema=schema, role=quoted)))


def address_fault(url: str) -> str:
    """Why an address cannot be that of a server's database; empty if it can."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    mend = "write postgresql://role@host/database"
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        return f"not the address of a database; {mend}"
    if address.password is not None:
        return "the address holds a password; take it out, and name password_file or password_env"
    if address.get_backend_name() == "sqlite":
        return f"found {url!r}; SQLite has no row-level security, a server needs PostgreSQL: {mend}"
    return (
        ""
        if address.get_backend_name() == "postgresql"
        else f"found {url!r}; a server needs PostgreSQL: {mend}"
    )


def connect_to_serve(url: str, password: str | None, *, pool: int, where: str) -> Engine:
    """An engine for a server: of the newest revision, with a role that row-level security binds.

    Parameters
    ----------
    url : str
        Without a password.
    password : str or None
        None leaves it to where PostgreSQL's own programs look.
    pool : int
    where : str
        Place of the address, for messages.

    Raises
    ------
    InputError
        If it does not answer, is of another revision, or the role is not bound.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    address = make_url(url)
    if password is not None:
        address = address.set(password=password)
    engine = connect(address.render_as_string(hide_password=False), pool=pool)
    try:
        migrate.require_newest(engine, where)
        require_reading_role(engine, where)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()
        raise InputError(
            f"{where}: the database does not answer: {said[0] if said else 'no reason'}"
        ) from error
    return engine


def is_ready(engine: Engine) -> str:
    """Empty if the database answers and is of this version; else what is wrong, without its address."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        here = migrate.current(engine)
    except SQLAlchemyError as error:
        return f"database: does not answer ({type(error).__name__})"
    if here != migrate.newest():
        return "database: not at the revision of this version; run pactolus workspace upgrade"
    return ""


def require_reading_role(engine: Engine, where: str) -> None:
    """Refuse to serve with a role that row-level security does not bind.

    Raises
    ------
    InputError
        Naming what the role is, and the mend.
    """
    _require_postgresql(engine, where)
    _require_guarded(standing(engine), where)


def _require_postgresql(engine: Engine, where: str) -> None:
    if engine.dialect.name != "postgresql":
        raise InputError(
            f"{where}: a server needs PostgreSQL; {engine.dialect.name} has no row-level security, so one "
            "member could read another's rows. Write postgresql://role@host/database"
        )


def _require_guarded(now: Any, where: str) -> None:
    is_what = [
        what
        for key, what in (
            ("superuser", "is superuser"),
            ("bypasses", "has BYPASSRLS"),
            ("owns", "owns the tables, or is a member of their owner"),
        )
        if now[key]
    ]
    if is_what:
        raise InputError(
            f"{where}: database role {now['role']!r} {', '.join(is_what)}: row-level security would not bind "
            "it. Make another role that owns nothing: CREATE ROLE name LOGIN; pactolus workspace grant name"
        )
    if not now["guarded"]:
        raise InputError(
            f"{where}: the records are not under row-level security; run pactolus workspace upgrade"
        )
