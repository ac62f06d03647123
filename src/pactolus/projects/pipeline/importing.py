"""A user's spreadsheet into a workspace: compared with what is there, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pactolus.errors import InputError, OptionError
from pactolus.projects.pipeline.drafts import Read, records_of
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.rates import Rate
from pactolus.projects.pipeline.records import as_plain
from pactolus.projects.pipeline.yaml_out import as_yaml
from pactolus.runs.files import replace_files, write_text, writing_folder

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Change", "changes_of", "differences", "read_spreadsheet", "write_records"]


@dataclass(frozen=True)
class Change:
    """What an import would do to one record of a workspace."""

    record: Project
    state: Literal["new", "changed", "same"]
    differences: tuple[tuple[str, str | None, str | None], ...] = ()
    """Path of a value, what it was, what it becomes."""


def read_spreadsheet(
    file: Path,
    *,
    known: Iterable[Project] = (),
    world: World | None = None,
    rates: Sequence[Rate] | None = None,
    today: date | None = None,
) -> Read:
    """Projects of an XLSX in the form of the template, or of a CSV in the flat form.

    Parameters
    ----------
    file : Path
    known : iterable of Project
        Records elsewhere: a project of theirs under another id is refused.
    world : World, optional
        Its production says whether a capacity is of a likely size; the embedded one if omitted.
    rates : sequence of Rate, optional
        The shipped ones if omitted.
    today : date, optional

    Raises
    ------
    InputError
        All faults of all cells at once.
    """
    if not file.is_file():
        raise InputError(
            f"{file}: there is no such file; make one with: pactolus projects template --out FILE"
        )
    faults: list[str] = []
    if file.suffix.casefold() == ".csv":
        from pactolus.projects.pipeline.flat import drafts_of_csv as drafts_of
    elif file.suffix.casefold() in (".xlsx", ".xlsm"):
        from pactolus.projects.pipeline.sheets_in import drafts_of
    else:
        raise InputError(f"{file}: ends in {file.suffix or 'nothing'!r}; give an .xlsx or a .csv file")
    drafts, left = drafts_of(file, faults)
    read = records_of(drafts, faults, known=known, world=world, rates=rates, today=today)
    return Read(read.records, read.doubts, tuple(left))


def differences(old: Project, new: Project) -> tuple[tuple[str, str | None, str | None], ...]:
    """Values that differ between two records: path, before, after."""
    before, after = dict(_leaves("", as_plain(old))), dict(_leaves("", as_plain(new)))
    return tuple(
        (path, before.get(path), after.get(path))
        for path in dict.fromkeys([*before, *after])
        if before.get(path) != after.get(path)
    )


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _leaves(f"{path}.{key}" if path else str(key), one)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for number, one in enumerate(value, start=1):
            yield from _leaves(f"{path}[{number}]", one)
    else:
        yield path, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def changes_of(records: Iterable[Project], own: Iterable[Project]) -> tuple[Change, ...]:
    """What an import of records does to those of a workspace."""
    held = {one.id: one for one in own}
    found = []
    for record in records:
        old = held.get(record.id)
        if old is None:
            found.append(Change(record, "new"))
        else:
            differing = differences(old, record)
            found.append(Change(record, "changed" if differing else "same", differing))
    return tuple(found)


def write_records(
    changes: Iterable[Change],
    folder: Path,
    own: Iterable[Project],
    *,
    heading: str = "",
    replace: bool = False,
) -> tuple[Path, ...]:
    """Write new and changed records into a folder, a file a record: all of them, or none.

    Parameters
    ----------
    changes : iterable of Change
    folder : Path
        ``projects`` of a workspace.
    own : iterable of Project
        Records of the folder now.
    heading : str
        Comment at the head of each file.
    replace : bool
        Whether records that are there may be written over.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    OptionError
        If a record would be written over without `replace`, or stands in a file with others.
    OutputError
        If the folder cannot be written; it holds what it held before.
    """
    wanted = [one for one in changes if one.state != "same"]
    over = [one.record.id for one in wanted if one.state == "changed"]
    if over and not replace:
        raise OptionError(
            f"{', '.join(over)}: in the workspace already, and different; add --replace to write over"
        )
    origins = {one.id: one.origin.rpartition(":")[0] for one in own}
    apart = [
        f"{identity}: stands in {origins[identity]}, not in a file of its own ({identity}.yaml); edit it "
        "there, or move it"
        for identity in over
        if origins[identity] != f"{identity}.yaml"
    ]
    taken = [
        f"{one.record.id}: {folder / f'{one.record.id}.yaml'} is there and holds other records; rename it"
        for one in wanted
        if one.state == "new" and (folder / f"{one.record.id}.yaml").exists()
    ]
    if apart or taken:
        raise OptionError("\n".join([*apart, *taken]))
    names = [f"{one.record.id}.yaml" for one in wanted]
    if names:
        folder.mkdir(parents=True, exist_ok=True)
        with writing_folder(folder, "import") as beside:
            for name, one in zip(names, wanted, strict=True):
                write_text(beside / name, as_yaml([one.record], heading))
            replace_files(beside, folder, names)
    return tuple(folder / name for name in names)
