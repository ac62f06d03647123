"""From edited projects to the compiled form: terms, sources, shares and sizes are checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pactolus.projects.pipeline.checks import Found, check
from pactolus.projects.pipeline.duplicates import alike
from pactolus.projects.pipeline.magnitude import WorldOutput, world_output
from pactolus.projects.pipeline.parts import Project
from pactolus.projects.pipeline.rates import Rate, shipped_rates
from pactolus.projects.pipeline.records import project_of
from pactolus.projects.pipeline.schema import ProjectForm
from pactolus.workspace.records import Faults, Located, read_records, write_compiled

if TYPE_CHECKING:
    from pactolus.catalogue.world import World

__all__ = ["Compiled", "compile_shipped", "compiled_projects"]


@dataclass(frozen=True)
class Compiled:
    """Checked records in plain values, by id, and what is doubtful in them."""

    records: tuple[dict[str, Any], ...]
    doubts: tuple[str, ...] = ()


def compiled_projects(
    files: Iterable[Path],
    *,
    known: Iterable[Project] = (),
    world: World | None = None,
    sizes: bool = True,
    rates: Sequence[Rate] | None = None,
    today: date | None = None,
) -> Compiled:
    """Projects of files in the compiled form.

    Parameters
    ----------
    files : iterable of Path
    known : iterable of Project
        Records elsewhere: one of the same id is replaced, one that is alike under another id is a fault.
    world : World, optional
        Whose production capacities are set against; the embedded one if omitted.
    sizes : bool
        False: capacities are not set against the world's production.
    rates : sequence of Rate, optional
        The shipped ones if omitted.
    today : date, optional

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    files = list(files)
    located = read_records(files, ProjectForm, named={file: file.name for file in files})
    found, faults = Found(), Faults.none()
    output: WorldOutput | None = world_output(world) if sizes else None
    records: list[tuple[Located[ProjectForm], Project, dict[str, Any]]] = []
    for one in located:
        plain = _plain(one)
        record = project_of(plain)
        check(
            record,
            lambda path, one=one: one.place(*path),  # type: ignore[misc]
            found,
            today=today or datetime.now(UTC).date(),
            rates=shipped_rates() if rates is None else rates,
            output=output,
        )
        records.append((one, record, plain))
    _check_pairs(records, tuple(known), found)
    faults.lines += found.faults
    faults.raise_any()
    plains = sorted((plain for _, _, plain in records), key=lambda plain: str(plain["id"]))
    return Compiled(tuple(plains), tuple(found.doubts))


def _check_pairs(
    records: Sequence[tuple[Located[ProjectForm], Project, dict[str, Any]]],
    known: Sequence[Project],
    found: Found,
) -> None:
    own = {record.id for _, record, _ in records}
    before: list[Project] = [other for other in known if other.id not in own]
    for one, record, _ in records:
        same = next((other for other in before if other.id == record.id), None)
        if same is not None:
            found.faults.append(
                f"{one.place('id')}: {record.id!r} is already an id ({same.origin}); ids are unique"
            )
        else:
            for other, why in alike(record, before):
                found.faults.append(
                    f"{one.place('name')}: may be {other.id} ({other.origin}) once more: {why}; keep one "
                    "record, and put the other spelling into also_known_as, or number the phases"
                )
        before.append(record)


def _plain(one: Located[ProjectForm]) -> dict[str, Any]:
    plain = one.record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return {**plain, "origin": one.source}


def compile_shipped(data: Path, into: Path) -> list[Path]:
    """Compile the shipped projects; files that would not change are left alone.

    Sizes are not judged here, as a build has no tables; a test does it.

    Raises
    ------
    InputError
        All faults of all files; nothing is written then.
    """
    found = compiled_projects(sorted((data / "records").glob("*.yaml")), sizes=False)
    return write_compiled(into, {"projects": list(found.records)})
