"""Projects of a spreadsheet while they are read: values with their cells, to records or to faults."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pactolus.errors import InputError
from pactolus.projects.pipeline.checks import Found, Path, Place, check
from pactolus.projects.pipeline.duplicates import alike
from pactolus.projects.pipeline.magnitude import world_output
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.rates import Rate, shipped_rates
from pactolus.projects.pipeline.records import project_of

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Draft", "Read", "records_of"]


@dataclass
class Draft:
    """A project as it is gathered from cells.

    Attributes
    ----------
    data : dict
        In the form of a record.
    places : dict
        Path of a part -> the cell that it is from, or would be from.
    bad : set
        Paths whose cells cannot be read: said already.
    """

    data: dict[str, Any]
    places: dict[Path, str] = field(default_factory=dict)
    bad: set[Path] = field(default_factory=set)

    def place(self, path: Path) -> str:
        """Where a part is from: its own cell, else that of the part around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.places:
                rest = ".".join(str(part) for part in path[length:] if isinstance(part, str))
                return f"{self.places[path[:length]]}: {rest}" if rest else self.places[path[:length]]
        return ""

    def set(self, path: Path, value: Any) -> None:
        """Put a value at a path, making what is around it; lists grow by one."""
        here: Any = self.data
        for part, following in pairwise(path):
            made: Any = [] if isinstance(following, int) else {}
            if isinstance(part, int):
                while len(here) <= part:
                    here.append({})
                here = here[part]
            else:
                here = here.setdefault(part, made)
        here[path[-1]] = value


@dataclass(frozen=True)
class Read:
    """What a spreadsheet gave."""

    records: tuple[Project, ...]
    doubts: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def records_of(
    drafts: Sequence[Draft],
    faults: list[str],
    *,
    known: Iterable[Project] = (),
    world: World | None = None,
    rates: Sequence[Rate] | None = None,
    today: date | None = None,
) -> Read:
    """Checked records of drafts.

    Parameters
    ----------
    drafts : sequence of Draft
    faults : list of str
        Found so far; they are raised together with those found here.
    known : iterable of Project
        Records elsewhere: one of the same id is to be replaced, one that is alike is refused.
    world, rates, today
        As for `pactolus.projects.pipeline.compiling.compiled_projects`.

    Raises
    ------
    InputError
        All faults of all cells at once.
    """
    found = Found(faults=faults)
    output = world_output(world)
    records: list[Project] = []
    before = list(known)
    for draft in drafts:
        record, place, whole = _formed(draft, found)
        if record is None:
            continue
        check(
            record,
            place,
            found,
            today=today or datetime.now(UTC).date(),
            rates=shipped_rates() if rates is None else rates,
            output=output,
            whole=whole,
        )
        if not whole:
            continue
        for other, why in alike(record, (one for one in before if one.id != record.id)):
            found.faults.append(
                f"{draft.place(('name',))}: may be {other.id} ({other.origin}) once more: {why}; keep one "
                "record, and put the other spelling into also_known_as, or number the phases"
            )
        records.append(record)
        before.append(record)
    if found.faults:
        raise InputError.gathered(list(dict.fromkeys(found.faults)))
    return Read(tuple(records), tuple(found.doubts))


def _formed(draft: Draft, found: Found) -> tuple[Project | None, Place, bool]:
    """The record of a draft, where its parts are from, and whether it is whole.

    Parts that the form does not allow are said and taken out, so that the rest can be checked as well.
    """
    from pydantic import ValidationError

    from pactolus.projects.pipeline.schema import ProjectForm
    from pactolus.workspace.records import form_faults

    data, kept, whole = draft.data, dict[Path, list[int]](), not draft.bad
    for said in (False, True):
        try:
            form = ProjectForm.model_validate(data)
        except ValidationError as error:
            wrong = dict(form_faults(error, ProjectForm))
            if not said:
                found.faults += [
                    f"{draft.place(path)}: {message}"
                    for path, message in wrong.items()
                    if path not in draft.bad
                ]
            data, whole = _without(draft.data, (), set(wrong), kept), False
            continue
        plain = form.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        record = project_of({**plain, "origin": draft.place(())})
        return record, lambda path: draft.place(_old(path, kept)), whole
    return None, draft.place, False


def _without(value: Any, path: Path, wrong: set[Path], kept: dict[Path, list[int]]) -> Any:
    """A value without its wrong parts: the item of a list, or the key, that holds one.

    `kept` learns which items of each list are left, by the path of the list in the draft.
    """
    if isinstance(value, dict):
        return {
            key: _without(one, (*path, key), wrong, kept)
            for key, one in value.items()
            if (*path, key) not in wrong and not _misses(one, (*path, key), wrong)
        }
    if isinstance(value, list):
        left = [n for n in range(len(value)) if not any(bad[: len(path) + 1] == (*path, n) for bad in wrong)]
        kept[path] = left
        return [_without(value[n], (*path, n), wrong, kept) for n in left]
    return value


def _misses(value: Any, path: Path, wrong: set[Path]) -> bool:
    """Whether a mapping lacks, or has wrong, a key of its own."""
    return isinstance(value, dict) and any(bad[:-1] == path for bad in wrong)


def _old(path: Path, kept: dict[Path, list[int]]) -> Path:
    """A path of what was left, in the draft as it was."""
    old: Path = ()
    for part in path:
        number = part
        if isinstance(part, int) and old in kept and part < len(kept[old]):
            number = kept[old][part]
        old = (*old, number)
    return old
