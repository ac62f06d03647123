"""Rows as CSV and JSON: every number as the shortest text that reads back to the same float64.

The command line and the REST API write the same bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

__all__ = ["csv_bytes", "json_bytes", "json_lines"]


def csv_bytes(frame: pl.DataFrame, *, header: bool = True) -> bytes:
    """CSV in UTF-8 without BOM, a missing value as an empty cell."""
    return _without_nan(frame).write_csv(include_header=header, null_value="").encode("utf-8")


def json_lines(frame: pl.DataFrame) -> list[str]:
    """One JSON object a row, a missing value as null."""
    return _without_nan(frame).write_ndjson().rstrip("\n").split("\n") if frame.height else []


def json_bytes(frame: pl.DataFrame) -> bytes:
    """A JSON array of one object a row, a row on a line."""
    lines = json_lines(frame)
    return ("[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n").encode("utf-8")


def _without_nan(frame: pl.DataFrame) -> pl.DataFrame:
    """Not-a-number is a missing value, never a word in a data file."""
    import polars.selectors as cs

    return frame.with_columns(cs.float().fill_nan(None))
