"""Projects in and out of plain values: the shipped ones, and those of edited files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, get_type_hints

from pactolus.errors import PactolusError, UnknownTermError
from pactolus.projects.pipeline import parts
from pactolus.projects.pipeline.parts import Project, Source

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["as_plain", "project", "project_of", "read_projects", "shipped_projects", "with_own"]

_ROOM: Final = Path(__file__).parents[1]


def project_of(data: Mapping[str, Any]) -> Project:
    """A project of plain values that were checked before."""
    built: Project = _built(Project, data)
    return built


def _built(kind: Any, data: Any) -> Any:
    hints = _hints(kind)
    given = {}
    for one in fields(kind):
        if one.name in data:
            given[one.name] = _value(hints[one.name], data[one.name])
    return kind(**given)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind, vars(parts))


def _value(hint: Any, value: Any) -> Any:
    if hint == Mapping[str, Source]:
        return {key: _built(Source, one) for key, one in value.items()}
    inner = next((one for one in (hint, *get_args(hint)) if is_dataclass(one)), None)
    if isinstance(value, list | tuple):
        return tuple(value if inner is None else (_built(inner, one) for one in value))
    if inner is not None:
        return _built(inner, value)
    return float(value) if float in (hint, *get_args(hint)) and value is not None else value


def as_plain(record: Any) -> Any:
    """Plain values of a project or a part of it, in the order of the form; what is not said is left out.

    A list of one source or link is that text alone, whole numbers are integers: as people write it.
    """
    if is_dataclass(record) and not isinstance(record, type):
        return {
            one.name: _plain(one.name, getattr(record, one.name))
            for one in fields(record)
            if one.name != "origin" and _said(one, getattr(record, one.name))
        }
    return record


def _said(one: Any, value: Any) -> bool:
    if one.default is MISSING and one.default_factory is MISSING:
        return True
    return value is not None and value != () and value != one.default


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: as_plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        if name in ("source", "link", "country") and len(value) == 1:
            return value[0]
        return [as_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return as_plain(value)


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
        Records elsewhere: an id or a project of theirs is not described twice.
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
    own = read_projects(files, world=world)
    taken = {one.id for one in own}
    return tuple(sorted([*own, *(p for p in shipped_projects() if p.id not in taken)], key=lambda p: p.id))


def project(identity: str, known: Iterable[Project] | None = None) -> Project:
    """A project by id.

    Raises
    ------
    UnknownTermError
        If there is none.
    """
    among = {one.id: one for one in (shipped_projects() if known is None else known)}
    if identity not in among:
        raise UnknownTermError.of("project", identity, among)
    return among[identity]
