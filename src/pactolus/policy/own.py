"""Records of a workspace beside the shipped ones: parsed when their bytes change, else read as compiled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from pactolus.policy.register import Register, register, register_of
from pactolus.runs.files import write_bytes

__all__ = ["with_own"]

_FORM: Final = "policy-1"


def with_own(files: Sequence[Path], cache: Path | None = None) -> Register:
    """The shipped register with the records of edited files; one of the same id replaces the shipped one.

    Parameters
    ----------
    files : sequence of Path
        YAML files of a workspace.
    cache : Path, optional
        Folder for the compiled form, by checksum of the files.

    Returns
    -------
    Register

    Raises
    ------
    InputError
        All faults of all files at once.
    """
    if not files:
        return register()
    return register().with_records(register_of(_compiled(files, cache)))


def _compiled(files: Sequence[Path], cache: Path | None) -> list[dict[str, Any]]:
    kept = None if cache is None else cache / f"{_checksum(files)}.json"
    if kept is not None and kept.is_file():
        with suppress(ValueError, OSError):
            found: list[dict[str, Any]] = json.loads(kept.read_bytes())
            return found
    from pactolus.policy.compiling import compiled_records

    records = compiled_records(files, known=[one.id for one in register()])
    if kept is not None:
        with suppress(OSError):  # a workspace that cannot be written is still read
            kept.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(kept, json.dumps(records, ensure_ascii=False).encode())
    return records


def _checksum(files: Sequence[Path]) -> str:
    total = hashlib.sha256(_FORM.encode())
    for file in files:
        total.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()
