"""World Bank Commodity Price Data ("Pink Sheet"): monthly prices of one edition of the workbook.

Sheet ``Monthly Prices``: names in row 5, units in row 6, data from row 7; periods read ``2026M02``, ``…``
is a gap. Two asterisks at the end of a name are the publisher's mark of a changed definition and belong
to the name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.catalogue.build.workbook import sheet
from pactolus.errors import DataError

__all__ = ["prices"]

_NAMES_ROW: Final = 4
_PERIOD: Final = r"^(\d{4})M(\d{2})$"
_GAPS: Final = ("…", "...", "..", "")


def prices(file: Path) -> pl.DataFrame:
    """All monthly series: ``series, year, month, price, unit``, without gaps, in the unit as published.

    Raises
    ------
    DataError
        If row 5 and 6 do not hold names and units.
    """
    raw = sheet(file, "Monthly Prices", header=False)
    period, *columns = raw.columns
    names = dict(zip(columns, raw.row(_NAMES_ROW)[1:], strict=True))
    units = dict(zip(columns, raw.row(_NAMES_ROW + 1)[1:], strict=True))
    wrong = [n for c, n in names.items() if n and not str(units[c] or "").startswith("(")]
    if wrong or not any(names.values()):
        raise DataError(f"{file}: sheet 'Monthly Prices': row 6 holds no unit in brackets for {wrong[:5]}")
    long = (
        raw[_NAMES_ROW + 2 :]
        .unpivot(index=period, variable_name="column", value_name="text")
        .filter(pl.col(period).str.contains(_PERIOD) & ~pl.col("text").fill_null("").is_in(_GAPS))
    )
    return long.select(
        series=pl.col("column").replace_strict(names, return_dtype=pl.String).str.strip_chars(),
        year=pl.col(period).str.extract(_PERIOD, 1).cast(pl.Int64),
        month=pl.col(period).str.extract(_PERIOD, 2).cast(pl.Int64),
        price=pl.col("text").cast(pl.Float64),
        unit=pl.col("column").replace_strict(units, return_dtype=pl.String).str.strip_chars("() "),
    )
