"""Is a world what it says it is: checksums of files and content, vintage, and the rules of every table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pactolus.catalogue.rules import CHECKS, faults_of
from pactolus.catalogue.specs import TABLES, TableSpec
from pactolus.catalogue.world import World, conform, logical_sha256, open_world, world_vintage
from pactolus.errors import DataError, WorldError
from pactolus.runs.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import polars as pl

__all__ = ["KEPT", "Finding", "verify"]

#: Folder beside the worlds of a user that keeps the publishers' bytes.
KEPT: Final = "sources"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """The result of one check of one table; of the whole world where `table` is empty."""

    table: str
    check: str
    ok: bool
    message: str = ""
    """What was found, where `ok` is false."""


def verify(world: World, derived: Mapping[str, TableSpec] | None = None) -> list[Finding]:
    """Recompute every checksum and check every rule.

    Parameters
    ----------
    world : World
    derived : mapping, optional
        Name -> specification of the tables that may lie beside the world; their checksums are checked in any
        case, their rules where a specification is given.

    Returns
    -------
    list of Finding
        One for each check made, in the order of the tables: ``file`` (bytes against the checksum),
        ``content`` (rows and logical checksum), ``order`` (rows as stored), the rules `CHECKS`, ``origins``;
        then the derived tables as ``derived:<name>``; then ``sources``, the publishers' bytes that a build
        kept (every kept file against its checksum, and that none is missing); last ``vintage`` of the world.
    """
    findings: list[Finding] = []
    logical: dict[str, str] = {}
    for table in world.tables:
        findings += _of_table(world, table, logical)
    findings += _of_derived(world, derived or {})
    findings += _of_sources(world)
    whole = len(logical) == len(world.tables)
    found = world_vintage(logical) if whole else ""
    message = (
        ""
        if found == world.vintage
        else f"recorded {world.vintage[:12]}, found {found[:12] or 'not computable'}"
    )
    return [*findings, Finding(table="", check="vintage", ok=not message, message=message)]


def _of_table(world: World, table: str, logical: dict[str, str]) -> Iterator[Finding]:
    spec = TABLES.get(table)
    if spec is None:
        yield Finding(table=table, check="columns", ok=False, message="no such table is specified")
        return
    try:
        frame = world.table(table)
    except WorldError as error:
        yield Finding(table=table, check="file", ok=False, message=str(error))
        return
    yield Finding(table=table, check="file", ok=True)
    yield from _content(world, frame, spec, logical)
    broken: dict[str, list[str]] = {check: [] for check in CHECKS}
    for check, message in faults_of(frame, spec):
        broken[check].append(message)
    for check, messages in broken.items():
        yield Finding(table=table, check=check, ok=not messages, message="\n".join(messages))
    lost = [o for o in world.origins_of(table) if o not in world.origins]
    unknown = f"unknown origins {', '.join(lost)}" if lost else "" if world.origins_of(table) else "no origin"
    yield Finding(table=table, check="origins", ok=not unknown, message=unknown)


def _of_derived(world: World, specs: Mapping[str, TableSpec]) -> Iterator[Finding]:
    try:
        records = world.derived_record.records
    except WorldError as error:
        yield Finding(table="derived", check="file", ok=False, message=str(error))
        return
    for name, record in records.items():
        label = f"derived:{name}"
        try:
            frame = world.derived(name)
        except WorldError as error:
            yield Finding(table=label, check="file", ok=False, message=str(error))
            continue
        rows = "" if frame.height == record["rows"] else f"{frame.height} rows, recorded are {record['rows']}"
        yield Finding(table=label, check="file", ok=not rows, message=rows)
        spec = specs.get(name)
        if spec is not None:
            faults = [message for _, message in faults_of(frame, spec)]
            yield Finding(table=label, check="rules", ok=not faults, message="\n".join(faults))


def _of_sources(world: World) -> Iterator[Finding]:
    """The bytes kept beside a world that a user built; nothing for the embedded world, which keeps none."""
    shelf = world.folder.parent / KEPT
    if not shelf.is_dir() or shelf.parent == open_world().folder.parent:
        return
    faults = []
    there = {}
    for folder in sorted(shelf.iterdir()):
        if folder.is_dir() and (files := [file for file in sorted(folder.iterdir()) if file.is_file()]):
            there[folder.name] = files
    for name, files in there.items():
        faults += [
            f"{file}: was changed after it was kept; put the publisher's file back, or build again"
            for file in files
            if sha256_of(file) != name
        ]
    embedded = {origin.sha256 for origin in open_world().origins.values()}
    read = {origin.sha256: origin.id for origin in world.origins.values() if origin.sha256}
    faults += [
        f"{shelf / sha256}: the bytes of {identity} are missing; put that file back, or build again"
        for sha256, identity in sorted(read.items())
        if sha256 not in embedded and sha256 not in there
    ]
    yield Finding(table=KEPT, check="bytes", ok=not faults, message="\n".join(faults))


def _content(
    world: World, frame: pl.DataFrame, spec: TableSpec, logical: dict[str, str]
) -> Iterator[Finding]:
    record = world.resource(spec.name)
    try:
        stored = conform(frame, spec)
    except DataError as error:
        yield Finding(table=spec.name, check="content", ok=False, message=str(error))
        return
    logical[spec.name] = logical_sha256(frame, spec)
    faults = []
    if frame.height != record["rows"]:
        faults.append(f"{frame.height} rows, recorded are {record['rows']}")
    if logical[spec.name] != record["logical_sha256"]:
        faults.append(
            f"logical checksum {logical[spec.name][:12]}, recorded is {record['logical_sha256'][:12]}"
        )
    yield Finding(table=spec.name, check="content", ok=not faults, message="; ".join(faults))
    sorted_ok = stored.equals(frame)
    message = "" if sorted_ok else f"rows are not sorted by {', '.join(spec.stored_order)}"
    yield Finding(table=spec.name, check="order", ok=sorted_ok, message=message)
