"""Sheets of a workbook as text, without type guesses."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pactolus.errors import DataError, MissingExtraError

__all__ = ["sheet"]


def sheet(file: Path, name: str, *, header: bool = True) -> pl.DataFrame:
    """One sheet as text columns; ``column_<n>`` where `header` is false.

    Raises
    ------
    DataError
        If the sheet is not there, naming those that are.
    MissingExtraError
        If fastexcel is not installed.
    """
    try:
        import fastexcel
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a workbook") from error
    book = fastexcel.read_excel(file)
    if name not in book.sheet_names:
        raise DataError(f"{file}: no sheet {name!r}; it has {', '.join(book.sheet_names)}")
    return book.load_sheet(name, header_row=0 if header else None, dtypes="string").to_polars()
