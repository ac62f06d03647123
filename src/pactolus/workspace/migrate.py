"""The migrations of a workspace's database, run by Alembic from the first revision on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pactolus.errors import InputError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Engine

__all__ = ["current", "downgrade", "newest", "require_newest", "upgrade"]


def _config(engine: Engine | None = None) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["engine"] = engine
    return config


def newest() -> str:
    """The newest revision that this version of the package knows."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(engine: Engine) -> str | None:
    """The revision of a database; None if it is empty."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database up; what is in it is kept."""
    from alembic import command

    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring a database down to a revision; records and audit rows are kept by every step but the last."""
    from alembic import command

    command.downgrade(_config(engine), revision)


def require_newest(engine: Engine, where: str) -> None:
    """Refuse a database of another revision.

    Raises
    ------
    InputError
        Naming the command that mends it.
    """
    here, wanted = current(engine), newest()
    if here == wanted:
        return
    from alembic.script import ScriptDirectory

    known = {one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()}
    if here is not None and here not in known:
        raise InputError(
            f"{where}: the database is of a newer version of pactolus (revision {here}); update pactolus"
        )
    raise InputError(
        f"{where}: the database is at revision {here or 'none'}, this version needs {wanted}; "
        f"run: pactolus workspace upgrade --workspace {where}"
    )
