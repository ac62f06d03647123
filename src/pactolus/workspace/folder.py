"""A workspace on disk: a folder of YAML that people edit, its labels, and where its database is.

::

    my-workspace/
      workspace.yaml     name, day of creation, address of the database if it is not the file beside it
      labels.yaml        levels of each member (a deployment's own; absent: shared, restricted, confidential)
      policy/  dialogue/  scenarios/  events/  clocks/  holdings/  projects/
      workspace.db       one SQLite file, unless workspace.yaml or PACTOLUS_DATABASE names a database
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from pactolus.errors import InputError, OutputError
from pactolus.runs.files import write_text
from pactolus.workspace import migrate
from pactolus.workspace.labels import Levels
from pactolus.workspace.records import Faults, parsed_mapping
from pactolus.workspace.store import Store, connect

__all__ = ["FOLDERS", "Workspace", "create_workspace", "find_workspace", "open_workspace"]

#: Folders of edited records, made empty with a workspace.
FOLDERS: Final = ("policy", "dialogue", "scenarios", "events", "clocks", "holdings", "projects")
_FILE: Final = "workspace.yaml"
_DATABASE: Final = "workspace.db"


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    created: date
    database: str | None = None
    schema_version: Annotated[int, Field(ge=1)] = 1


@dataclass(frozen=True)
class Workspace:
    """An opened workspace.

    Attributes
    ----------
    folder : Path
    name : str
    created : date
    database : str
        Address; a password is never in it when it comes from ``workspace.yaml``.
    levels : Levels
    """

    folder: Path
    name: str
    created: date
    database: str
    levels: Levels

    @cached_property
    def store(self) -> Store:
        """Saved records.

        Raises
        ------
        InputError
            If the database is not at the newest revision, naming the command that mends it.
        """
        engine = connect(self.database)
        migrate.require_newest(engine, str(self.folder))
        return Store(engine)

    def files(self, room: str) -> list[Path]:
        """Edited YAML files of a room, by name."""
        return sorted((self.folder / room).glob("**/*.yaml"))


def create_workspace(folder: Path, *, name: str | None = None, database: str | None = None) -> Workspace:
    """Make a workspace in a new or empty folder.

    Parameters
    ----------
    folder : Path
    name : str, optional
        Shown in outputs; the folder's name if omitted.
    database : str, optional
        Address of a PostgreSQL database; a SQLite file in the folder if omitted. Leave the password out: it
        is read from the environment or a password file, as PostgreSQL's own programs do.

    Raises
    ------
    OutputError
        If there is a workspace already, or the folder is not empty.
    """
    if (folder / _FILE).exists():
        raise OutputError(f"{folder}: there is a workspace already; open it, or choose another folder")
    if folder.exists() and any(folder.iterdir()):
        raise OutputError(f"{folder}: the folder is not empty; choose a new one")
    if database is not None:
        _require_no_password(database, "--database")
    try:
        for room in FOLDERS:
            (folder / room).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be made: {error.strerror or error}") from error
    settings = [f"name: {_quoted(name or folder.resolve().name)}", f"created: {datetime.now(UTC).date()}"]
    if database is not None:
        settings.append(f"database: {_quoted(database)}")
    made = Workspace(
        folder, name or folder.resolve().name, datetime.now(UTC).date(), _address(folder, database), Levels()
    )
    migrate.upgrade(connect(made.database))
    write_text(folder / _FILE, "\n".join(settings) + "\n")  # last: a folder without it is no workspace
    return made


def open_workspace(folder: Path) -> Workspace:
    """Open a workspace.

    Raises
    ------
    InputError
        If the folder is none, or its settings or labels cannot be used: all faults at once.
    """
    file = folder / _FILE
    if not file.is_file():
        raise InputError(
            f"{folder}: is no workspace (no {_FILE}); make one with: pactolus workspace init {folder}"
        )
    faults = Faults.none()
    settings = parsed_mapping(file, _FILE, _Settings, faults)
    levels = _levels(folder / "labels.yaml", faults)
    faults.raise_any()
    assert settings is not None
    if settings.schema_version > 1:
        raise InputError(f"{file}: schema_version {settings.schema_version} is newer than 1; update pactolus")
    if settings.database is not None:
        _require_no_password(settings.database, str(file))
    return Workspace(folder, settings.name, settings.created, _address(folder, settings.database), levels)


def find_workspace(asked: Path | None) -> Workspace | None:
    """The workspace asked for, else that of ``PACTOLUS_WORKSPACE``, else none."""
    if asked is not None:
        return open_workspace(asked)
    named = os.environ.get("PACTOLUS_WORKSPACE")
    return open_workspace(Path(named)) if named else None


def _address(folder: Path, database: str | None) -> str:
    named = os.environ.get("PACTOLUS_DATABASE")
    return named or database or f"sqlite:///{(folder / _DATABASE).as_posix()}"


def _require_no_password(database: str, where: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        address = make_url(database)
    except ArgumentError as error:
        raise InputError(f"{where}: database {database!r}: {error}") from error
    if address.password is not None:
        raise InputError(
            f"{where}: the address holds a password; take it out, and give it in PGPASSWORD, in a password "
            "file, or with the whole address in PACTOLUS_DATABASE"
        )


def _levels(file: Path, faults: Faults) -> Levels:
    if not file.is_file():
        return Levels()
    found = parsed_mapping(file, file.name, None, faults)
    if found is None:
        return Levels()
    of: dict[str, tuple[str, ...]] = {}
    for member, levels in found.items():
        place = f"{file.name}:{found.lc.key(member)[0] + 1}:1: {member}"
        if not isinstance(levels, list) or not levels or not all(isinstance(one, str) for one in levels):
            faults.add(place, "write the levels above open as a list, the least strict first")
        elif "open" in levels or len(set(levels)) < len(levels):
            faults.add(place, f"found {list(levels)}; name each level once, open is always there")
        else:
            of[str(member)] = tuple(levels)
    return Levels(of)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
