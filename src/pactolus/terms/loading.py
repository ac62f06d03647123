"""Reading the compiled vocabulary: JSON only, each file once, when it is first asked for."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pactolus.errors import PactolusError

__all__ = ["compiled"]


@cache
def compiled(name: str) -> Any:
    """The compiled vocabulary `name`.

    Raises
    ------
    PactolusError
        If it was not compiled, naming the command that does it.
    """
    file = Path(__file__).parent / "compiled" / f"{name}.json"
    try:
        return json.loads(file.read_bytes())
    except FileNotFoundError as error:
        raise PactolusError(
            f"{file}: the vocabulary is not compiled; run 'make compile' in the repository"
        ) from error
