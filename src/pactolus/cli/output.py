"""Where data go: stdout or a file, as table, CSV or JSON.

CSV and JSON carry every number as the shortest text that reads back to the same float64; only the table
rounds.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from pactolus.errors import OutputError
from pactolus.runs.files import write_bytes
from pactolus.runs.rows import csv_bytes, json_bytes

if TYPE_CHECKING:
    import polars as pl

    from pactolus.cli.options import Common

__all__ = ["csv_bytes", "deliver", "json_bytes", "write_data"]

_NARROWEST = 40


def write_data(
    frame: pl.DataFrame, common: Common, *, as_table: Callable[[pl.DataFrame, int | None], str]
) -> None:
    """Write `frame` where and how the common options say.

    Parameters
    ----------
    frame : polars.DataFrame
        Flat columns of text, integers, floats and booleans; null is missing.
    common : Common
        Its ``format`` and ``out`` are followed.
    as_table : callable
        Turns the frame into text for a reader, given the columns of the terminal, or None without one.

    Raises
    ------
    OutputError
        If the place cannot be written.
    """
    if common.format == "csv":
        deliver(csv_bytes(frame), common.out)
    elif common.format == "json":
        deliver(json_bytes(frame), common.out)
    else:
        deliver(as_table(frame, _width(common.out)).encode("utf-8"), common.out)


def deliver(content: bytes, out: Path | None) -> None:
    """Write `content` to a file as a whole, or to stdout.

    Raises
    ------
    BrokenPipeError
        If the reader of stdout has gone.
    OutputError
        If the place cannot be written.
    """
    if out is not None:
        write_bytes(out, content)
        return
    if sys.stdout is None:
        raise OutputError("stdout: is closed; write to a file with --out")
    try:
        buffer = getattr(sys.stdout, "buffer", None)
        if buffer is None:
            sys.stdout.write(content.decode("utf-8"))
        else:
            sys.stdout.flush()
            buffer.write(content)
        sys.stdout.flush()
    except OSError as error:
        if error.errno in (errno.EPIPE, errno.EINVAL):
            raise BrokenPipeError from error
        raise OutputError(
            f"stdout: cannot be written ({error.strerror or error}); write to a file with --out"
        ) from error


def _width(out: Path | None) -> int | None:
    """Columns of the terminal that shows the table; None where there is no terminal."""
    if out is not None:
        return None
    if os.environ.get("COLUMNS", "").isdigit():
        return max(int(os.environ["COLUMNS"]), _NARROWEST)
    if sys.stdout.isatty():
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, _NARROWEST)
    if _is_pipe() and sys.stderr.isatty():  # a pager or `head` in the same terminal
        return max(os.get_terminal_size(sys.stderr.fileno()).columns, _NARROWEST)
    return None


def _is_pipe() -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(sys.stdout.fileno()).st_mode)
    except (OSError, ValueError):
        return False
