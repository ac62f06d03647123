"""A stored file is used only if its bytes are those that were recorded when it was written."""

from __future__ import annotations

from pathlib import Path

from pactolus.errors import WorldError
from pactolus.runs.files import sha256_of

__all__ = ["require_intact"]


def require_intact(path: Path, recorded: str, mend: str) -> None:
    """Compare the bytes of a file with their recorded checksum.

    Parameters
    ----------
    path : path
    recorded : str
        SHA-256 in hexadecimal digits.
    mend : str
        What to do about a file that is missing or was changed.

    Raises
    ------
    WorldError
        If the file cannot be read, or has other bytes.
    """
    try:
        found = sha256_of(path)
    except OSError as error:
        raise WorldError(f"{path}: cannot be read ({error.strerror or error}); {mend}") from error
    if found != recorded:
        raise WorldError(
            f"{path}: checksum {found[:12]} is not the recorded {recorded[:12]}; the file was changed after "
            f"it was written: {mend}"
        )
