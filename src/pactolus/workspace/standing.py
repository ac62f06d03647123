"""What a database role is to the records: superuser, owner, or one that row-level security binds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pactolus.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["require_all_rows", "standing"]

_STANDING: Final = """
SELECT r.rolname AS role, r.rolsuper AS superuser, r.rolbypassrls AS bypasses,
       pg_has_role(r.oid, c.relowner, 'MEMBER') AS owns,
       c.relrowsecurity AND c.relforcerowsecurity AS guarded
FROM pg_roles r, pg_class c
WHERE r.rolname = {role} AND c.oid = to_regclass('records')
"""


def require_all_rows(engine: Engine) -> None:
    """Refuse to verify or to keep only what one reader may see.

    Raises
    ------
    InputError
        If row-level security hides rows from this role.
    """
    if engine.dialect.name != "postgresql":
        return
    now = standing(engine)
    if now["guarded"] and not (now["owns"] or now["superuser"] or now["bypasses"]):
        raise InputError(
            f"database role {now['role']!r} sees only rows of the reader it acts for; "
            "connect as the owner of the tables"
        )


def standing(engine: Engine, role: str | None = None) -> Any:
    """Row of the role (the connected one if omitted).

    Raises
    ------
    InputError
        If there is no such role, or no records that it can see.
    """
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
