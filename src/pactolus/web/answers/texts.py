"""Files that a question brings as text: read as the command line reads them, every fault with its line."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

__all__ = ["LONGEST", "read_text"]

#: Most characters of one text.
LONGEST: Final = 200_000
_T = TypeVar("_T")


def read_text(name: str, text: str, read: Callable[[Path], _T]) -> _T:
    """What a reader of files makes of a text.

    Parameters
    ----------
    name : str
        Name that stands in messages: ``firms.csv``.
    text : str
    read : callable
        It may not look for files beside that one.

    Raises
    ------
    InputError
        As the reader does.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        return read(file)
