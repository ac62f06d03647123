"""The shipped projects, and those of edited files of a workspace."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pactolus.errors import PactolusError, UnknownTermError
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.records import project_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["id_of", "project", "read_projects", "shipped_projects", "with_own"]

_ROOM: Final = Path(__file__).parents[1]


@cache
def shipped_projects() -> tuple[Project, ...]:
    """The projects that ship with the package, by id."""
    file = _ROOM / "compiled" / "projects.json"
    try:
        found = json.loads(file.read_bytes())
    except FileNotFoundError as error:
        raise PactolusError(
            f"{file}: the projects are not compiled; run 'make compile' in the repository"
        ) from error
    return tuple(project_of(one) for one in found)


def read_projects(
    files: Iterable[Path], *, known: Iterable[Project] = (), world: World | None = None
) -> tuple[Project, ...]:
    """Projects of edited YAML files, checked, by id.

    Parameters
    ----------
    files : iterable of Path
    known : iterable of Project
        Records elsewhere: one of the same id is replaced, one that is alike under another id is a fault.
    world : World, optional
        Its production says whether a capacity is of a likely size; the embedded one if omitted.

    Raises
    ------
    InputError
        All faults of all files at once, each ``file:line:column: path: message``.
    """
    from pactolus.projects.pipeline.compiling import compiled_projects

    return tuple(project_of(one) for one in compiled_projects(files, known=known, world=world).records)


def with_own(files: Iterable[Path], *, world: World | None = None) -> tuple[Project, ...]:
    """The shipped projects and those of a workspace; a record of the workspace stands before one of ours.

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    files = list(files)
    if not files:
        return shipped_projects()
    own = read_projects(files, known=shipped_projects(), world=world)
    taken = {one.id for one in own}
    return tuple(sorted([*own, *(p for p in shipped_projects() if p.id not in taken)], key=lambda p: p.id))


def project(identity: str, known: Iterable[Project] | None = None) -> Project:
    """A project by id, in any case of letters.

    Raises
    ------
    UnknownTermError
        If there is none.
    """
    among = {one.id: one for one in (shipped_projects() if known is None else known)}
    return among[id_of(identity, among)]


def id_of(name: str, known: Iterable[str], *, where: str = "") -> str:
    """An id as it is spelt on record, from one in any case of letters.

    Raises
    ------
    UnknownTermError
        If there is none, with near misses.
    """
    spelt = {one.casefold(): one for one in known}
    found = spelt.get(name.strip().casefold())
    if found is None:
        raise UnknownTermError.of("project", name, spelt.values(), where=where)
    return found
