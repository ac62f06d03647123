"""A build: from the user's files to a world, whole or not at all.

Three visible steps: the bytes are kept and read into tidy tables (`gather`), the tables of all files are
judged (`judge`) and joined with what the embedded world carries over, and the world is written, its pointer
last. Every fault of every file is told at once.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from pactolus.catalogue.build.coverage import coverage, missing
from pactolus.catalogue.build.gather import Listener, Quiet, ReadFile, read_files
from pactolus.catalogue.build.join import Joined, joined_tables
from pactolus.catalogue.build.judge import Judged, judged
from pactolus.catalogue.build.plan import Asked, given_files
from pactolus.catalogue.corrections import Correction, load
from pactolus.catalogue.readers.kinds import reader
from pactolus.catalogue.reading.findings import Findings, refuse_if_any
from pactolus.catalogue.reading.names import names_of_user
from pactolus.catalogue.status import stale_notes
from pactolus.catalogue.store import write_world
from pactolus.catalogue.world import World, open_world
from pactolus.errors import DataError, MissingExtraError, OptionError, PactolusError
from pactolus.runs.files import writing_folder

__all__ = ["Built", "build_world"]


@dataclass(frozen=True, kw_only=True)
class Built:
    """What a build made, or would make."""

    files: Sequence[ReadFile]
    tables: Mapping[str, pl.DataFrame]
    coverage: pl.DataFrame
    """One row a table and source: rows, years, countries, where it is from."""
    findings: pl.DataFrame
    """What was mended in the files, and what the user accepted."""
    notes: Sequence[str] = field(default=())
    """What the user should know, a line each."""
    world: World | None = None
    """The world that was written; None where it was only checked."""


def build_world(
    asked: Asked,
    *,
    created_by: str,
    listener: Listener | None = None,
    finish: Callable[[Path], None] | None = None,
) -> Built:
    """Build a world from the user's files.

    Parameters
    ----------
    asked : Asked
    created_by : str
        Program and version.
    listener : Listener, optional
        Hears how far the build is.
    finish : callable, optional
        Is given the folder of the new world before it is in force, to add what is derived from it.

    Returns
    -------
    Built

    Raises
    ------
    InputError
        With every fault of every file; nothing of the world is written. What was read stays for the next
        build.
    OutputError
        If the place cannot be written; the world that was in force still is.
    """
    heard = listener or Quiet()
    given = given_files(asked)
    names, records = _words_of_user(asked)
    embedded = None if asked.only else open_world()
    if asked.check:
        with tempfile.TemporaryDirectory(prefix="pactolus-check-") as beside:
            files = read_files(asked, given, names, Path(beside), heard)
            return _built(files, _joined(files, records, embedded, asked), asked)
    _require_writer()
    with writing_folder(asked.out, "build") as new:
        files = read_files(asked, given, names, new, heard)
        joined = _joined(files, records, embedded, asked)
        built = _built(files, joined, asked)
        world = write_world(
            asked.out,
            joined.tables,
            joined.origins,
            joined.origins_of,
            created_by=created_by,
            finish=finish,
            carried=embedded,
            statuses=asked.statuses,
            progress=heard.step,
        )
        heard.step("the world is written", len(joined.tables), len(joined.tables))
    return replace(built, world=world)


def _require_writer() -> None:
    """Say before the work what would be missing after it.

    Raises
    ------
    MissingExtraError
        If pyarrow, which writes worlds, is not installed.
    """
    if find_spec("pyarrow") is None:
        raise MissingExtraError.of("data", "building a world")


def _words_of_user(asked: Asked) -> tuple[dict[str, str], list[Correction]]:
    """Names and records that the user gives; every fault of both at once."""
    names: dict[str, str] = {}
    faults: list[str] = []
    if asked.names is not None:
        findings = Findings(file=str(asked.names))
        names = names_of_user(asked.names, findings)
        faults += [findings.message()] if findings.refusals else []
    records: list[Correction] = []
    if asked.corrections is not None:
        try:
            records = load(asked.corrections)
        except PactolusError as error:
            faults.append(str(error))
    if faults:
        raise OptionError("\n".join(faults))
    return names, records


def _joined(
    files: Sequence[ReadFile], mine: Sequence[Correction], embedded: World | None, asked: Asked
) -> Joined:
    """Judge what was read, and join it with the embedded world; every fault at once."""
    refuse_if_any([file.findings for file in files])
    ours = load()
    by_table: dict[str, list[tuple[ReadFile, Judged]]] = {}
    judgement: list[Findings] = []
    for file in _in_order(files):
        for table in reader(file.given.kind).KIND.tables:
            frames = [part.frame(table) for part in file.parts if part.tables.get(table)]
            if not frames:
                continue
            found = Findings(file=file.given.label, accepted=asked.accepted)
            judgement.append(found)
            one = judged(pl.concat(frames, how="diagonal_relaxed"), table, file.given.kind, ours, found)
            file.findings.absorb(found)
            by_table.setdefault(table, []).append((file, one))
    refuse_if_any(judgement)
    if not by_table:
        labels = ", ".join(file.given.label for file in files)
        raise DataError(f"{labels}: there is no fact inside; give the publisher's tables")
    return joined_tables(by_table, embedded, ours, mine, [file.findings for file in files])


def _in_order(files: Sequence[ReadFile]) -> list[ReadFile]:
    """Files by kind, the earlier edition first; numbers in the names of editions count as numbers."""

    def key(file: ReadFile) -> tuple[str, list[tuple[int, str]], str]:
        edition = file.origin.edition if file.origin else ""
        parts = re.findall(r"\d+|\D+", edition)
        return (
            file.given.kind,
            [(int(p), "") if p.isdigit() else (-1, p) for p in parts],
            str(file.given.file),
        )

    return sorted(files, key=key)


def _built(files: Sequence[ReadFile], joined: Joined, asked: Asked) -> Built:
    return Built(
        files=files,
        tables=joined.tables,
        coverage=coverage(joined.tables, joined.carried),
        findings=pl.concat([file.findings.as_table() for file in files]),
        notes=[*joined.notes, *_notes(files, joined, asked)],
    )


def _notes(files: Sequence[ReadFile], joined: Joined, asked: Asked) -> Iterator[str]:
    """What was reused, accepted, mended, carried over, may not be passed on, and is missing."""
    yield from stale_notes(asked.statuses)
    reused = sum(file.reused for file in files)
    if reused:
        yield f"{reused:,} parts were read by an earlier build and are used as they are"
    met = set().union(*(file.findings.used for file in files))
    idle = sorted(asked.accepted - met)
    if idle:
        yield f"--accept {', '.join(idle)}: no finding has this id"
    mended = sum(n for file in files for (weight, _), n in file.findings.counts.items() if weight == "mended")
    if mended:
        yield f"{mended:,} cells or rows were mended while reading: table findings"
    if joined.carried:
        some = [f"{table} ({source})" if source else table for table, source in sorted(joined.carried)]
        yield f"carried over from the embedded world: {', '.join(some)}; --only leaves them out"
    kept = sorted({file.given.kind for file in files if not reader(file.given.kind).KIND.ship})
    if kept:
        yield f"facts of {', '.join(kept)} may not be passed on under the licence of the publisher"
    lacking = missing(joined.tables)
    if lacking:
        some = [f"{table} (--{', --'.join(kinds)})" for table, kinds in lacking.items()]
        yield f"not in this world: {', '.join(some)}"
