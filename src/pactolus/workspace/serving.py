"""The application's role in PostgreSQL: what it may do, and what it must not be (docs/decisions/0016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["grant", "require_all_rows", "require_reading_role"]

_GRANTS: Final = (
    "GRANT USAGE ON SCHEMA {schema} TO {role}",
    "GRANT SELECT, INSERT ON records, audit TO {role}",
    "GRANT SELECT, INSERT, DELETE ON heads TO {role}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON sessions, logins TO {role}",
    "GRANT SELECT ON alembic_version TO {role}",
    "GRANT EXECUTE ON FUNCTION pactolus_chain_end() TO {role}",
)
_STANDING: Final = """
SELECT r.rolname AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
       pg_has_role(r.oid, c.relowner, 'MEMBER') AS owns,
       c.relrowsecurity AND c.relforcerowsecurity AS guarded
FROM pg_roles r, pg_class c
WHERE r.rolname = {role} AND c.oid = to_regclass('records')
"""


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
    _require_guarded(_standing(engine, role), role)
    with engine.begin() as connection:
        quoted = engine.dialect.identifier_preparer.quote_identifier(role)
        schema = connection.execute(text("SELECT quote_ident(current_schema())")).scalar()
        for one in _GRANTS:
            connection.execute(text(one.format(schema=schema, role=quoted)))


def require_reading_role(engine: Engine, where: str) -> None:
    """Refuse to serve with a role that row-level security does not bind.

    Raises
    ------
    InputError
        Naming what the role is, and the mend.
    """
    _require_postgresql(engine, where)
    _require_guarded(_standing(engine), where)


def require_all_rows(engine: Engine) -> None:
    """Refuse to verify or to keep only what one reader may see.

    Raises
    ------
    InputError
        If row-level security hides rows from this role.
    """
    if engine.dialect.name != "postgresql":
        return
    now = _standing(engine)
    if now["guarded"] and not (now["owns"] or now["superuser"] or now["bypasses"]):
        raise InputError(
            f"database role {now['role']!r} sees only rows of the reader it acts for; "
            "connect as the owner of the tables"
        )


def _standing(engine: Engine, role: str | None = None) -> Any:
    from sqlalchemy import text

    asked = text(_STANDING.format(role="current_user" if role is None else ":role"))
    with engine.connect() as connection:
        found = connection.execute(asked, {} if role is None else {"role": role}).mappings().first()
    if found is None:
        raise InputError(
            f"database role {role!r}: there is none; make it with CREATE ROLE ... LOGIN, then grant"
            if role is not None
            else "database: no table records that this role can see; run pactolus workspace upgrade and grant"
        )
    return found


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
