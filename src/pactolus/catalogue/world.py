"""A world: an immutable set of named tables, their origins, and one vintage.

On disk a world is a folder with ``datapackage.json`` (Frictionless data package v2 fields and ours) and one
Parquet file a table. A folder built by a user holds worlds beside each other and a pointer file ``current``
that names the one in force; a rebuild writes a new folder and replaces the pointer, so that a reader sees the
old world or the new one.

Opening reads the data package alone; a table's bytes are checked against the recorded checksum when it is
first used.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.derived import Derived, read_derived
from pactolus.catalogue.intact import require_intact
from pactolus.catalogue.origins import Origin
from pactolus.catalogue.specs import SCHEMA_VERSION, TABLES, TableSpec
from pactolus.catalogue.status import DataStatus, read_statuses
from pactolus.errors import DataError, WorldError

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PACKAGE", "POINTER", "World", "conform", "logical_sha256", "open_world", "world_vintage"]

#: File that describes a world.
PACKAGE: Final = "datapackage.json"
#: File that names the world in force, beside the worlds of a folder.
POINTER: Final = "current"

_REBUILD: Final = "rebuild the world, or restore the file"
_RECORD: Final[Mapping[str, type]] = {
    "name": str,
    "path": str,
    "rows": int,
    "bytes": int,
    "sha256": str,
    "logical_sha256": str,
    "origins": list,
}

#: Schema version -> step that brings a package of that version to the next one.
_MIGRATIONS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = MappingProxyType({})


class World:
    """Named tables, their origins and vintage; opened by `open_world`, never changed."""

    def __init__(self, folder: Path, package: Mapping[str, Any]) -> None:
        self._folder = folder
        self._package = package
        self._resources: dict[str, Mapping[str, Any]] = {r["name"]: r for r in package["resources"]}
        self._frames: dict[str, pl.DataFrame] = {}
        self._checked: set[str] = set()
        self._derived_frames: dict[str, pl.DataFrame] = {}

    def __repr__(self) -> str:
        tables = len(self._resources)
        return f"World(vintage={self.vintage[:12]!r}, tables={tables}, folder={str(self._folder)!r})"

    @property
    def folder(self) -> Path:
        """Where the world lies."""
        return self._folder

    @property
    def vintage(self) -> str:
        """SHA-256 over the logical content of all tables: same facts, same vintage."""
        return str(self._package["vintage"])

    @property
    def created_by(self) -> str:
        """What wrote the world."""
        return str(self._package.get("created_by", "not stated"))

    @cached_property
    def data_status(self) -> tuple[DataStatus, ...]:
        """How fresh its live sources were when it was built; empty for a world without any."""
        return read_statuses(self._package.get("data_status", []))

    @property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables inside."""
        return tuple(self._resources)

    @cached_property
    def origins(self) -> Mapping[str, Origin]:
        """Every origin by its id."""
        return MappingProxyType({o["id"]: Origin(**o) for o in self._package["origins"]})

    def origins_of(self, table: str) -> tuple[str, ...]:
        """Ids of the origins of one table."""
        return tuple(self._resource(table)["origins"])

    def resource(self, table: str) -> Mapping[str, Any]:
        """The record of one table in the data package: rows, checksums, origins, schema."""
        return MappingProxyType(dict(self._resource(table)))

    def path(self, table: str) -> Path:
        """The Parquet file of one table, its bytes checked against the recorded checksum once.

        Raises
        ------
        WorldError
            If the world has no such table, or the file was changed.
        """
        record = self._resource(table)
        path = self._folder / str(record["path"])
        if table not in self._checked:
            require_intact(path, str(record["sha256"]), _REBUILD)
            self._checked.add(table)
        return path

    def scan(self, table: str) -> pl.LazyFrame:
        """One table to query without loading it."""
        import polars as pl

        return pl.scan_parquet(self.path(table))

    def table(self, name: str) -> pl.DataFrame:
        """One table, loaded once."""
        if name not in self._frames:
            import polars as pl

            self._frames[name] = pl.read_parquet(self.path(name))
        return self._frames[name]

    @cached_property
    def derived_record(self) -> Derived:
        """What was computed from this world and lies beside it: code, files and checksums.

        Raises
        ------
        WorldError
            If it was computed from another vintage, or cannot be read.
        """
        return read_derived(self._folder, self.vintage)

    @property
    def derived_tables(self) -> tuple[str, ...]:
        """Names of the derived tables beside this world; none where nothing was computed."""
        return tuple(self.derived_record.records)

    def scan_derived(self, name: str) -> pl.LazyFrame:
        """One derived table to query without loading it.

        Raises
        ------
        WorldError
            If there is none of that name, it was changed, or it belongs to another vintage.
        """
        import polars as pl

        return pl.scan_parquet(self.derived_record.path(name))

    def derived(self, name: str) -> pl.DataFrame:
        """One derived table, loaded once.

        Raises
        ------
        WorldError
            As `scan_derived`.
        """
        if name not in self._derived_frames:
            import polars as pl

            self._derived_frames[name] = pl.read_parquet(self.derived_record.path(name))
        return self._derived_frames[name]

    def _resource(self, table: str) -> Mapping[str, Any]:
        if table not in self._resources:
            raise WorldError(
                f"{self._folder}: this world has no table {table!r}; it has {', '.join(self._resources)}"
            )
        return self._resources[table]


def open_world(path: str | Path | None = None) -> World:
    """Open the embedded world, or the one at `path`.

    Parameters
    ----------
    path : path, optional
        A folder with ``datapackage.json``, or one with the pointer file ``current``; the embedded world if
        omitted.

    Returns
    -------
    World

    Raises
    ------
    WorldError
        If the folder is missing, half, written by a newer version, or not a world.
    """
    folder = Path(path) if path is not None else Path(__file__).parent / "data"
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "no such folder"
        raise WorldError(f"{folder}: {what}; give the folder that a build of a world wrote")
    folder = _follow_pointer(folder)
    package = _read_package(folder)
    _refuse_half(folder, package)
    return World(folder, package)


def _follow_pointer(folder: Path) -> Path:
    pointer = folder / POINTER
    if not pointer.is_file():
        return folder
    name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    plain = bool(name) and Path(name).name == name and name.isprintable()
    if not plain or not (folder / name).is_dir():
        raise WorldError(
            f"{pointer}: names {name!r}, and there is no such folder beside it; rebuild the world"
        )
    return folder / name


def _read_package(folder: Path) -> Mapping[str, Any]:
    file = folder / PACKAGE
    if not file.is_file():
        raise WorldError(
            f"{folder}: not a world, {PACKAGE} is missing; give the folder that a build of a world wrote"
        )
    try:
        package = json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise WorldError(f"{file}: not a readable data package ({error}); {_REBUILD}") from error
    package = _migrated(file, package)
    faults = _package_faults(package)
    if faults:
        raise WorldError("\n".join([*(f"{file}: {fault}" for fault in faults), f"{folder}: {_REBUILD}"]))
    return dict(package)


def _migrated(file: Path, package: Any) -> Any:
    """The package in the present layout; a newer one, and one that no step brings here, is refused."""
    version = package.get("schema_version") if isinstance(package, dict) else None
    if type(version) is not int:
        raise WorldError(f"{file}: not a readable data package (no schema_version); {_REBUILD}")
    if version > SCHEMA_VERSION:
        raise WorldError(
            f"{file}: schema_version is {version}, this pactolus reads up to {SCHEMA_VERSION}; "
            f"it was written by {package.get('created_by', 'a newer version')}: upgrade pactolus to that"
        )
    while version < SCHEMA_VERSION:
        step = _MIGRATIONS.get(version)
        if step is None:
            raise WorldError(
                f"{file}: schema_version is {version}, and nothing brings it to {version + 1}; rebuild it"
            )
        package, version = step(package), version + 1
    return package


def _package_faults(package: Mapping[str, Any]) -> list[str]:
    wanted = {"vintage": str, "resources": list, "origins": list}
    faults = [
        f"{k} is missing or no {t.__name__}" for k, t in wanted.items() if type(package.get(k)) is not t
    ]
    if faults:
        return faults
    for n, record in enumerate(package["resources"]):
        if not isinstance(record, dict):
            faults.append(f"resources[{n}] is no object")
            continue
        bad = [k for k, t in _RECORD.items() if type(record.get(k)) is not t]
        faults += [f"resources[{n}].{k} is missing or no {_RECORD[k].__name__}" for k in bad]
        if "path" not in bad and Path(record["path"]).name != record["path"]:
            faults.append(f"resources[{n}].path is {record['path']!r}, not a name in the folder")
    try:
        read_statuses(package.get("data_status", []))
    except ValueError as error:
        faults.append(str(error))
    fields = set(Origin.__dataclass_fields__)
    for n, origin in enumerate(package["origins"]):
        if not isinstance(origin, dict) or "id" not in origin or not set(origin) <= fields:
            faults.append(f"origins[{n}] is not an origin")
    if not faults:
        found = world_vintage({r["name"]: r["logical_sha256"] for r in package["resources"]})
        if found != package["vintage"]:
            faults.append(f"vintage {package['vintage'][:12]} is not that of its tables ({found[:12]})")
    return faults


def _refuse_half(folder: Path, package: Mapping[str, Any]) -> None:
    faults = []
    for record in package["resources"]:
        file = folder / record["path"]
        if not file.is_file():
            faults.append(f"{file}: missing")
        elif file.stat().st_size != record["bytes"]:
            faults.append(f"{file}: {file.stat().st_size} bytes, recorded are {record['bytes']}")
    if faults:
        raise WorldError(
            "\n".join([*faults, f"{folder}: the world is not whole; rebuild it, or restore the files"])
        )


def conform(frame: pl.DataFrame, spec: TableSpec) -> pl.DataFrame:
    """Columns in the order and type of `spec`, rows sorted by its stored order.

    Raises
    ------
    DataError
        If a column is missing or unknown, or a value does not fit its type, listing all faults.
    """
    import polars as pl

    types = {"text": pl.String, "int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean}
    faults = [f"{spec.name}: column {c!r} is missing" for c in spec.columns if c not in frame.columns]
    faults += [
        f"{spec.name}: column {c!r} is not in the specification"
        for c in frame.columns
        if c not in spec.columns
    ]
    if faults:
        raise DataError("\n".join(faults))
    try:
        typed = frame.select(pl.col(c).cast(types[col.dtype]) for c, col in spec.columns.items())
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{spec.name}: {str(error).splitlines()[0]}") from error
    rest = [c for c in spec.columns if c not in spec.stored_order]
    return typed.sort([*spec.stored_order, *rest], maintain_order=False)


def logical_sha256(frame: pl.DataFrame, spec: TableSpec) -> str:
    """Checksum of a table's content, whatever wrote its bytes.

    The canonical form is a line with name, type and unit of each column, then one line a row sorted by the
    stored order: integers and shortest round-trip floats as text, text in double quotes, ``\\N`` for a gap.
    """
    import io

    import polars as pl

    text = conform(frame, spec)
    floats = [c for c, column in spec.columns.items() if column.dtype == "float"]
    text = text.with_columns(pl.Series(c, [_float_text(v) for v in text[c]], dtype=pl.String) for c in floats)
    head = ",".join(f"{c}:{column.dtype}:{column.unit}" for c, column in spec.columns.items())
    buffer = io.BytesIO()
    text.write_csv(
        buffer, include_header=False, null_value="\\N", quote_style="non_numeric", line_terminator="\n"
    )
    digest = hashlib.sha256(f"{spec.name}\n{head}\n".encode())
    digest.update(buffer.getbuffer())
    return digest.hexdigest()


def _float_text(value: float | None) -> str | None:
    return None if value is None else repr(value + 0.0)  # + 0.0 turns -0.0 into 0.0


def world_vintage(logical: Mapping[str, str]) -> str:
    """Vintage of a world from the logical checksums of its tables."""
    lines = [f"schema {SCHEMA_VERSION}", *(f"{name} {logical[name]}" for name in sorted(logical))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def spec_of(name: str) -> TableSpec:
    """The specification of a table.

    Raises
    ------
    DataError
        If there is none of that name.
    """
    if name not in TABLES:
        raise DataError(f"no table {name!r} is specified; there are {', '.join(TABLES)}")
    return TABLES[name]
