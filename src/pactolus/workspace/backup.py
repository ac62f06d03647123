"""A workspace in one file, and back: edited files, records with all versions, and the audit chain.

The form does not depend on the database: a backup of a SQLite workspace can be restored to PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from pactolus.errors import InputError, OutputError
from pactolus.runs.files import write_bytes
from pactolus.workspace.audit import as_json, faults_of_chain
from pactolus.workspace.folder import Workspace, create_workspace, open_workspace
from pactolus.workspace.store import Store, connect

__all__ = ["backup", "restore"]

_FORM: Final = 1
_MOST_BYTES: Final = 2 * 1024**3


def backup(workspace: Workspace, file: Path) -> str:
    """Write a workspace into one zip file, whole or not at all.

    Parameters
    ----------
    workspace : Workspace
    file : Path
        Not there yet.

    Returns
    -------
    str
        The head of the audit chain: note it elsewhere.

    Raises
    ------
    OutputError
        If the file exists or cannot be written.
    InputError
        If the workspace was tampered with: a backup would keep the fault.
    """
    import io

    if file.exists():
        raise OutputError(f"{file}: is there already; choose another name")
    store = workspace.store
    versions, chain = store.dump()
    faults = _faults(versions, chain)
    if faults:
        raise InputError.gathered([f"{workspace.folder}: not backed up, because:", *faults])
    contents = {
        f"files/{path.relative_to(workspace.folder).as_posix()}": path.read_bytes()
        for path in sorted(workspace.folder.rglob("*.yaml"))
    }
    contents["records.jsonl"] = _lines(versions)
    contents["audit.jsonl"] = _lines(chain)
    manifest = {
        "form": _FORM,
        "name": workspace.name,
        "head": chain[-1]["hash"] if chain else None,
        "records": len(versions),
        "audit": len(chain),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(contents.items())},
    }
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [("manifest.json", as_json(manifest).encode()), *sorted(contents.items())]:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    write_bytes(file, held.getvalue())
    return store.head()


def restore(file: Path, folder: Path, *, database: str | None = None) -> Workspace:
    """Make a workspace from a backup, in a new folder and an empty database.

    Parameters
    ----------
    file : Path
    folder : Path
        New or empty.
    database : str, optional
        As for `create_workspace`.

    Raises
    ------
    InputError
        If the file is no backup, was changed, or its chain does not fit; nothing is made then.
    OutputError
        If the folder or the database is not empty.
    """
    contents, manifest = _read(file)
    versions, chain = _rows(contents["records.jsonl"]), _rows(contents["audit.jsonl"])
    faults = _faults(versions, chain)
    if faults:
        raise InputError.gathered([f"{file}: not restored, because:", *faults])
    made = create_workspace(folder, name=str(manifest["name"]), database=database)
    Store(connect(made.database)).load(versions, chain)
    for name, content in contents.items():
        path = PurePosixPath(name)
        if path.parts[0] == "files" and path.name != "workspace.yaml":
            target = folder.joinpath(*path.parts[1:])
            target.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(target, content)
    return open_workspace(folder)


def _read(file: Path) -> tuple[dict[str, bytes], Mapping[str, Any]]:
    try:
        with zipfile.ZipFile(file) as archive:
            if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
                raise InputError(f"{file}: unpacks to more than 2 GiB; this is no backup of a workspace")
            contents = {one.filename: archive.read(one) for one in archive.infolist()}
    except (OSError, zipfile.BadZipFile, zipfile.LargeZipFile, EOFError) as error:
        raise InputError(f"{file}: cannot be read as a backup: {error}") from error
    try:
        manifest = json.loads(contents.pop("manifest.json"))
        sums, form = manifest["sha256"], manifest["form"]
    except (KeyError, ValueError) as error:
        raise InputError(f"{file}: is no backup of a workspace (no manifest)") from error
    if form != _FORM:
        raise InputError(f"{file}: is a backup of form {form}, this version reads {_FORM}; update pactolus")
    faults = [f"{file}: {name} is missing" for name in sorted(set(sums) - set(contents))]
    faults += [f"{file}: {name} does not belong to the backup" for name in sorted(set(contents) - set(sums))]
    faults += [
        f"{file}: {name} was changed after the backup"
        for name in sorted(set(sums) & set(contents))
        if hashlib.sha256(contents[name]).hexdigest() != sums[name]
    ]
    faults += [
        f"{file}: {name} lies outside the workspace"
        for name in sorted(contents)
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts
    ]
    if faults:
        raise InputError.gathered(faults)
    return contents, manifest


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(as_json(dict(row)) + "\n" for row in rows).encode()


def _rows(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def _faults(versions: Iterable[Mapping[str, Any]], chain: Iterable[Mapping[str, Any]]) -> list[str]:
    return faults_of_chain(chain, {(one["kind"], one["id"], one["version"]): one for one in versions})
