"""The chain of the audit table: each row is bound to the one before it, and to a record written or read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["FIRST", "READ", "as_json", "digest_of", "faults_of_chain", "link"]

#: What the first row names as the hash before it.
FIRST: Final = "0" * 64
#: The action of a row that a reading left; every other action is of a row that wrote a record.
READ: Final = "read"
_CHAINED: Final = ("seq", "at", "actor", "action", "kind", "id", "version", "digest", "previous")


def as_json(value: Any) -> str:
    """Canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256 of what a version of a record says: body, label, author, time, and whether it was removed."""
    said = {key: row[key] for key in ("kind", "id", "version", "body", "label", "author", "written_at")}
    said["removed"] = bool(row["removed"])
    return hashlib.sha256(as_json(said).encode()).hexdigest()


def link(row: Mapping[str, Any]) -> str:
    """SHA-256 of an audit row, the hash before it among its fields."""
    return hashlib.sha256(as_json({key: row[key] for key in _CHAINED}).encode()).hexdigest()


def faults_of_chain(
    chain: Iterable[Mapping[str, Any]], versions: Mapping[tuple[str, str, int], Mapping[str, Any]]
) -> list[str]:
    """What does not fit: rows of the audit table and versions of records, by name.

    Parameters
    ----------
    chain : iterable of mapping
        Rows of the audit table by `seq`.
    versions : mapping
        (kind, id, version) -> row of the records table.

    Returns
    -------
    list of str
        Empty if every row is as it was written.
    """
    faults: list[str] = []
    before, expected = FIRST, 1
    written: set[tuple[str, str, int]] = set()
    for row in chain:
        name = f"audit row {row['seq']} ({row['action']} {row['kind']}/{row['id']} version {row['version']})"
        if row["seq"] != expected:
            faults.append(f"{name}: row {expected} was taken out before it")
        if row["previous"] != before:
            faults.append(f"{name}: does not continue the row before it")
        if row["hash"] != link(row):
            faults.append(f"{name}: was changed after it was written")
        before, expected = row["hash"], row["seq"] + 1
        key = (row["kind"], row["id"], row["version"])
        did = "read" if row["action"] == READ else "wrote"
        if did == "wrote":
            written.add(key)
        version = versions.get(key)
        if version is None:
            faults.append(f"{name}: the record it {did} is gone")
        elif digest_of(version) != row["digest"]:
            faults.append(
                f"record {row['kind']}/{row['id']} version {row['version']}: was changed after {name}"
            )
    faults += [
        f"record {kind}/{identity} version {version}: no audit row wrote it"
        for kind, identity, version in sorted(set(versions) - written)
    ]
    return faults
