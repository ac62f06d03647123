"""Reading tables that were computed from a world and lie beside it, in its folder `derived`.

``derived.json`` names the vintage that the tables were computed from, the code that computed them, and for
each table its file, rows and checksum. File names hold the checksum, and ``derived.json`` is replaced last:
a reader sees the old set or the new one. Tables of another vintage are refused, never read as if they fitted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pactolus.catalogue.intact import require_intact
from pactolus.errors import WorldError

__all__ = ["DERIVED", "RECORD", "Derived", "read_derived"]

#: Folder of the derived tables of a world.
DERIVED: Final = "derived"
#: File in it that says what they are.
RECORD: Final = "derived.json"

_REBUILD: Final = "compute them again with 'pactolus data derive'"
_FIELDS: Final[Mapping[str, type]] = {"name": str, "path": str, "rows": int, "bytes": int, "sha256": str}


@dataclass(frozen=True, kw_only=True)
class Derived:
    """The derived tables of one world; `code` names the method and vocabulary that computed them."""

    folder: Path
    code: str
    created_by: str
    records: Mapping[str, Mapping[str, Any]]

    def path(self, table: str) -> Path:
        """The file of one table, its bytes checked against the recorded checksum.

        Raises
        ------
        WorldError
            If there is no such table, or the file is missing or was changed.
        """
        if table not in self.records:
            there = ", ".join(self.records) or "none"
            raise WorldError(f"{self.folder}: no derived table {table!r}, there are {there}; {_REBUILD}")
        record = self.records[table]
        path = self.folder / str(record["path"])
        require_intact(path, str(record["sha256"]), _REBUILD)
        return path


def read_derived(world: Path, vintage: str) -> Derived:
    """What is derived from the world in a folder; an empty set where nothing is.

    Parameters
    ----------
    world : Path
        Folder of the world.
    vintage : str
        Vintage of that world.

    Raises
    ------
    WorldError
        If the record cannot be read, or the tables were computed from another vintage.
    """
    folder = world / DERIVED
    file = folder / RECORD
    if not file.is_file():
        return Derived(folder=folder, code="", created_by="", records={})
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WorldError(f"{file}: cannot be read ({error}); {_REBUILD}") from error
    faults = _faults(record)
    if faults:
        raise WorldError("\n".join(f"{file}: {fault}; {_REBUILD}" for fault in faults))
    if record["vintage"] != vintage:
        raise WorldError(
            f"{file}: the derived tables were computed from vintage {record['vintage'][:12]}, this world is "
            f"{vintage[:12]}; {_REBUILD}"
        )
    tables = {str(table["name"]): table for table in record["tables"]}
    return Derived(folder=folder, code=record["code"], created_by=record["created_by"], records=tables)


def _faults(record: Any) -> list[str]:
    wanted = {"vintage": str, "code": str, "created_by": str, "tables": list}
    if not isinstance(record, dict):
        return ["it is no record of derived tables"]
    faults = [f"{k} is missing or no {t.__name__}" for k, t in wanted.items() if type(record.get(k)) is not t]
    for n, table in enumerate(record["tables"] if not faults else ()):
        if not isinstance(table, dict):
            faults.append(f"tables[{n}] is no object")
            continue
        bad = [k for k, t in _FIELDS.items() if type(table.get(k)) is not t]
        faults += [f"tables[{n}].{k} is missing or no {_FIELDS[k].__name__}" for k in bad]
        if "path" not in bad and Path(table["path"]).name != table["path"]:
            faults.append(f"tables[{n}].path is {table['path']!r}, not a name in the folder")
    return faults
