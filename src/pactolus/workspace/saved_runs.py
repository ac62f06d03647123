"""Runs that a workspace keeps as evidence: the manifest of a result, under an id made of its bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Final

from pactolus.errors import InputError
from pactolus.workspace.store import Store

__all__ = ["KIND", "read_manifest", "save_run"]

#: Kind of the records that hold a run.
KIND: Final = "run"
_NEEDED: Final = ("command", "options", "vintage", "version", "as_of")


def read_manifest(file: Path) -> tuple[str, dict[str, Any]]:
    """The id of a run and what is kept of it.

    Parameters
    ----------
    file : path
        A manifest that a command wrote beside its results.

    Returns
    -------
    str
        ``run-`` and twelve digits of the checksum of the file: the same result has the same id everywhere.
    dict
        ``run`` (command, options, seed, as_of, vintage, version), ``sha256`` and ``file``.

    Raises
    ------
    InputError
        If the file cannot be read or is no manifest.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror or error})") from error
    mend = "give the .manifest.json that a command wrote beside its results"
    try:
        found = json.loads(content)
    except ValueError as error:
        raise InputError(f"{file}: is no JSON ({error}); {mend}") from error
    run = found.get("run") if isinstance(found, dict) else None
    if not isinstance(run, dict):
        raise InputError(f"{file}: no part 'run' in it; {mend}")
    missing = [name for name in _NEEDED if name not in run]
    if missing:
        raise InputError(f"{file}: run has no {', '.join(missing)}; {mend}")
    checksum = hashlib.sha256(content).hexdigest()
    return f"run-{checksum[:12]}", {"run": run, "sha256": checksum, "file": file.name}


def save_run(store: Store, file: Path, *, author: str, label: str = "open") -> tuple[str, int]:
    """Keep the manifest of a run; a run that is kept already is not saved twice.

    Returns
    -------
    str, int
        Id and version of the record.
    """
    identity, body = read_manifest(file)
    there = next((one for one in store.all(KIND) if one.id == identity), None)
    if there is not None and there.body["sha256"] == body["sha256"]:
        return identity, there.version
    saved = store.put(KIND, identity, body, author=author, label=label)
    return identity, saved.version
