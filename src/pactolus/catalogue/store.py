"""Writing a world: whole, or not at all.

Worlds are written by pyarrow (part of the extra ``data``), because Polars also puts kilograms and dollars
into dictionaries, which makes the trade table 10.2 MB instead of 7.8 MB; they are read by Polars alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Origin
from pactolus.catalogue.rules import faults_of
from pactolus.catalogue.specs import SCHEMA_VERSION, TableSpec
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

if TYPE_CHECKING:
    import polars as pl

__all__ = ["write_world"]

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

    Raises
    ------
    DataError
        If a table breaks its rules, listing all faults; nothing is written.
    OutputError
        If the place cannot be written; what was there before is still there.
    MissingExtraError
        If pyarrow is not installed.
    """
    contents = _contents(tables, origins, origins_of)
    with writing_folder(folder, "world") as new:
        package = _fill(new, contents, origins, origins_of, created_by)
        if pointer:
            name = f"{package['vintage'][:16]}-{secrets.token_hex(3)}"
            new.rename(folder / name)
            write_text(folder / POINTER, name + "\n")
        else:
            for name in [*(f"{table}.parquet" for table in contents), PACKAGE]:
                (new / name).replace(folder / name)
            for file in folder.glob("*.parquet"):
                if file.stem not in contents:
                    file.unlink()
    return open_world(folder)


def _contents(
    tables: Mapping[str, pl.DataFrame], origins: Sequence[Origin], origins_of: Mapping[str, Sequence[str]]
) -> dict[str, tuple[TableSpec, pl.DataFrame]]:
    known = {origin.id for origin in origins}
    contents, faults = {}, []
    for name, frame in tables.items():
        spec = spec_of(name)
        stored = conform(frame, spec)
        contents[name] = (spec, stored)
        faults += [f"{name}: {message}" for _, message in faults_of(stored, spec)]
        lost = sorted(set(origins_of.get(name, ())) - known)
        if lost or not origins_of.get(name):
            faults.append(
                f"{name}: origins {', '.join(lost) or 'none'}; every table needs origins that are given"
            )
    if faults:
        raise DataError("\n".join(faults))
    return contents


def _fill(
    folder: Path,
    contents: Mapping[str, tuple[TableSpec, pl.DataFrame]],
    origins: Sequence[Origin],
    origins_of: Mapping[str, Sequence[str]],
    created_by: str,
) -> dict[str, Any]:
    resources: list[dict[str, Any]] = []
    for name, (spec, stored) in contents.items():
        content = _parquet_bytes(stored, spec)
        write_bytes(folder / f"{name}.parquet", content)
        resources.append(
            {
                "name": name,
                "path": f"{name}.parquet",
                "description": spec.what,
                "rows": stored.height,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "logical_sha256": logical_sha256(stored, spec),
                "origins": list(origins_of[name]),
                "schema": _schema(spec),
            }
        )
    package: dict[str, Any] = {
        "name": "pactolus-world",
        "schema_version": SCHEMA_VERSION,
        "vintage": world_vintage({r["name"]: r["logical_sha256"] for r in resources}),
        "created_by": created_by,
        "origins": [asdict(o) for o in origins],
        "resources": resources,
    }
    write_text(folder / PACKAGE, json.dumps(package, ensure_ascii=False, indent=1) + "\n")
    return package


def _parquet_bytes(frame: pl.DataFrame, spec: TableSpec) -> bytes:
    """Parquet with dictionaries on text and short integers only."""
    try:
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtraError.of("data", "writing a world") from error
    import polars as pl

    keyed = [c for c, col in spec.columns.items() if col.dtype in ("text", "int") and c not in _PLAIN]
    buffer = io.BytesIO()
    pq.write_table(
        frame.to_arrow(compat_level=pl.CompatLevel.oldest()),
        buffer,
        compression="zstd",
        compression_level=19,
        row_group_size=131_072,
        use_dictionary=keyed,
    )
    return buffer.getvalue()


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
