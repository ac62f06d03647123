"""Writing a world: whole, or not at all.

Worlds are written by pyarrow (part of the extra ``data``), because Polars also puts kilograms and dollars
into dictionaries, which makes the trade table 10.2 MB instead of 7.8 MB; they are read by Polars alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.columns import Column
from pactolus.catalogue.derived import DERIVED, RECORD
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import SCHEMA_VERSION, TableSpec
from pactolus.catalogue.status import DataStatus, written_statuses
from pactolus.catalogue.world import (
    PACKAGE,
    POINTER,
    World,
    conform,
    logical_sha256,
    open_world,
    spec_of,
    world_vintage,
)
from pactolus.errors import DataError, MissingExtraError
from pactolus.runs.files import write_bytes, write_text, writing_folder
from pactolus.runs.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl

__all__ = ["parquet_bytes", "write_derived", "write_world"]

#: Integer columns whose values hardly repeat: no dictionary.
_PLAIN: Final = ("quantity_kg", "value_usd", "quantity")


def write_world(
    folder: Path,
    tables: Mapping[str, pl.DataFrame],
    origins: Sequence[Origin],
    origins_of: Mapping[str, Sequence[str]],
    *,
    created_by: str,
    pointer: bool = True,
    finish: Callable[[Path], None] | None = None,
    carried: World | None = None,
    statuses: Sequence[DataStatus] = (),
    progress: Progress = silent,
) -> World:
    """Write a world whole, and open it.

    Parameters
    ----------
    folder : path
    tables : mapping
        Name -> frame; each must satisfy its specification.
    origins : sequence of Origin
    origins_of : mapping
        Name of a table -> ids of its origins.
    created_by : str
        Program and version, for the message of an older version that cannot read the world.
    pointer : bool
        True: the world becomes a new folder below `folder`, and the file ``current`` is replaced last. False:
        `folder` itself is the world (the embedded one, under version control): all files are written beside
        it first, then moved in, the data package last.
    finish : callable, optional
        With `pointer`: is given the folder of the new world once it is complete and before it is in force, to
        add what is derived from it.
    carried : World, optional
        Tables that are the very frames of this world are copied from it, file by file.
    statuses : sequence of DataStatus
        How fresh the live sources are that it was built from.
    progress : Progress
        Hears of each table.

    Raises
    ------
    DataError
        If a table breaks its rules, listing all faults; nothing is written.
    OutputError
        If the place cannot be written; what was there before is still there.
    MissingExtraError
        If pyarrow is not installed.
    """
    same = {t for t, frame in tables.items() if carried is not None and _is_same(frame, carried, t)}
    contents = _contents(tables, origins, origins_of, same)
    with writing_folder(folder, "world") as new:
        records = []
        for number, (name, (spec, stored)) in enumerate(contents.items()):
            progress(f"writing {name}", number, len(contents))
            record = _copied(new, name, carried) if name in same else _written(new, spec, stored)
            records.append(record | {"origins": list(origins_of[name])})
        package = _describe(new, records, origins, created_by, statuses)
        if pointer:
            if finish is not None:
                finish(new)
            name = f"{package['vintage'][:16]}-{secrets.token_hex(3)}"
            write_text(new.parent / POINTER, name + "\n")
            new.rename(folder / name)
            (new.parent / POINTER).replace(folder / POINTER)
            return open_world(folder / name)
        for name in [*(f"{table}.parquet" for table in contents), PACKAGE]:
            (new / name).replace(folder / name)
        for file in folder.glob("*.parquet"):
            if file.stem not in contents:
                file.unlink()
    return open_world(folder)


def _is_same(frame: pl.DataFrame, carried: World, table: str) -> bool:
    return table in carried.tables and frame is carried.table(table)


def _contents(
    tables: Mapping[str, pl.DataFrame],
    origins: Sequence[Origin],
    origins_of: Mapping[str, Sequence[str]],
    same: Collection[str],
) -> dict[str, tuple[TableSpec, pl.DataFrame]]:
    known = {origin.id for origin in origins}
    contents, faults = {}, []
    for name, frame in tables.items():
        spec = spec_of(name)
        stored = frame if name in same else conform(frame, spec)
        contents[name] = (spec, stored)
        if name not in same:
            faults += [f"{name}: {message}" for _, message in faults_of(stored, spec)]
        lost = sorted(set(origins_of.get(name, ())) - known)
        if lost or not origins_of.get(name):
            faults.append(
                f"{name}: origins {', '.join(lost) or 'none'}; every table needs origins that are given"
            )
    if faults:
        raise DataError("\n".join(faults))
    return contents


def _copied(folder: Path, name: str, carried: World | None) -> dict[str, Any]:
    """Copy one table of another world with its record."""
    assert carried is not None
    write_bytes(folder / f"{name}.parquet", carried.path(name).read_bytes())
    return {**carried.resource(name), "path": f"{name}.parquet"}


def _written(folder: Path, spec: TableSpec, stored: pl.DataFrame) -> dict[str, Any]:
    """Write one table, and describe it."""
    content = parquet_bytes(stored, spec)
    write_bytes(folder / f"{spec.name}.parquet", content)
    return {
        "name": spec.name,
        "path": f"{spec.name}.parquet",
        "description": spec.what,
        "rows": stored.height,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "logical_sha256": logical_sha256(stored, spec),
        "origins": [],
        "schema": _schema(spec),
    }


def _describe(
    folder: Path,
    resources: Sequence[dict[str, Any]],
    origins: Sequence[Origin],
    created_by: str,
    statuses: Sequence[DataStatus],
) -> dict[str, Any]:
    """Write the data package, the last file of a world."""
    package: dict[str, Any] = {
        "name": "pactolus-world",
        "schema_version": SCHEMA_VERSION,
        "vintage": world_vintage({r["name"]: r["logical_sha256"] for r in resources}),
        "created_by": created_by,
        "origins": [asdict(o) for o in origins],
        "resources": list(resources),
    }
    if statuses:
        package["data_status"] = written_statuses(statuses)
    write_text(folder / PACKAGE, json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    return package


def parquet_bytes(frame: pl.DataFrame, spec: TableSpec, *, split: bool = False) -> bytes:
    """Parquet with dictionaries on text and short integers only.

    Parameters
    ----------
    frame : DataFrame
        With the columns of `spec`.
    spec : TableSpec
    split : bool
        Store weights, values and floats byte by byte (``BYTE_STREAM_SPLIT``): a sixth smaller.

    Raises
    ------
    MissingExtraError
        If pyarrow is not installed.
    """
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError.of("data", "writing a world") from error
    import polars as pl

    columns = spec.columns
    plain = [c for c, col in columns.items() if c in _PLAIN or (split and _is_measured(col))]
    keyed = [c for c, col in columns.items() if col.dtype in ("text", "int") and c not in plain]
    buffer = io.BytesIO()
    pq.write_table(
        frame.to_arrow(compat_level=pl.CompatLevel.oldest()),
        buffer,
        compression="zstd",
        compression_level=19,
        row_group_size=131_072,
        use_dictionary=keyed,
        column_encoding=dict.fromkeys(plain, "BYTE_STREAM_SPLIT") if split else None,
    )
    return buffer.getvalue()


def _is_measured(column: Column) -> bool:
    """A number that hardly repeats: a float, a weight or a value."""
    return column.dtype == "float" or (column.dtype == "int" and column.unit in ("kg", "USD"))


def write_derived(
    world: World,
    tables: Mapping[str, pl.DataFrame],
    specs: Mapping[str, TableSpec],
    *,
    code: str,
    created_by: str,
) -> World:
    """Write the tables derived from a world beside it, whole or not at all, and open the world again.

    Files carry their checksum in the name and are written first, the record that names them is replaced last,
    and files that it does not name are removed after that.

    Parameters
    ----------
    world : World
    tables : mapping
        Name -> frame; each must satisfy its specification.
    specs : mapping
        Name -> specification, of those tables at least.
    code : str
        What computed them: method and vocabulary.
    created_by : str
        Program and version.

    Raises
    ------
    DataError
        If a table breaks its rules, listing all faults; nothing is written.
    OutputError
        If the place cannot be written; what was there before is still there.
    MissingExtraError
        If pyarrow is not installed.
    """
    stored, faults = {}, []
    for name, frame in tables.items():
        stored[name] = conform(frame, specs[name])
        faults += [f"{name}: {message}" for _, message in faults_of(stored[name], specs[name])]
    if faults:
        raise DataError("\n".join(faults))
    folder = world.folder / DERIVED
    records: list[dict[str, Any]] = []
    for name, frame in stored.items():
        content = parquet_bytes(frame, specs[name], split=True)
        digest = hashlib.sha256(content).hexdigest()
        path = f"{name}.{digest[:12]}.parquet"
        write_bytes(folder / path, content)
        records.append(
            {"name": name, "path": path, "rows": frame.height, "bytes": len(content), "sha256": digest}
        )
    record = {"vintage": world.vintage, "code": code, "created_by": created_by, "tables": records}
    write_text(folder / RECORD, json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    written = open_world(world.folder)
    named = {table["path"] for table in written.derived_record.records.values()}
    for file in folder.glob("*.parquet"):
        if file.name not in named:
            file.unlink(missing_ok=True)
    return written


def _schema(spec: TableSpec) -> dict[str, Any]:
    kinds = {"text": "string", "int": "integer", "float": "number", "bool": "boolean"}
    fields = []
    for name, column in spec.columns.items():
        field: dict[str, Any] = {"name": name, "type": kinds[column.dtype]}
        if column.unit:
            field["unit"] = column.unit
        if column.what:
            field["description"] = column.what
        field["constraints"] = {"required": column.gaps == "refused"}
        fields.append(field)
    return {"fields": fields, "primaryKey": list(spec.key)}
