"""What a world has after a build, what it lacks, and what would bring it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import polars as pl

__all__ = ["BRING", "coverage", "missing"]

#: Table -> kinds of files that bring it, as their readers say (a test compares); no reader is loaded for it.
BRING: Final[Mapping[str, tuple[str, ...]]] = {
    "trade": ("baci",),
    "production": ("wmd", "usgs", "bgs", "spreadsheet"),
    "reserves": ("usgs",),
    "governance": ("wgi",),
    "prices_monthly": ("pinksheet", "spreadsheet"),
    "prices_annual": ("usgs", "spreadsheet"),
    "eol_rir": ("wmd",),
    "eu_criticality": ("eu-crm",),
    "supply_shares": ("eu-crm",),
    "end_uses": ("eu-crm",),
    "facilities": ("icmm",),
    "distances": ("distances",),
    "trade_reported": ("comtrade", "spreadsheet"),
    "statistics": ("usgs", "usgs-ds140", "spreadsheet"),
    "development": ("hdi",),
    "outlook": ("iea",),
    "input_output": ("input-output",),
}

#: Columns that name a country, the first that a table has is counted.
_COUNTRIES: Final = ("importer", "country", "reporter", "origin", "from_region")
_SCHEMA: Final = {
    "table": pl.String,
    "source": pl.String,
    "from": pl.String,
    "rows": pl.Int64,
    "first_year": pl.Int64,
    "last_year": pl.Int64,
    "countries": pl.Int64,
    "country_years": pl.Int64,
}


def coverage(tables: Mapping[str, pl.DataFrame], carried: Collection[tuple[str, str]]) -> pl.DataFrame:
    """What a world holds, by table and source.

    Parameters
    ----------
    tables : mapping
        Table -> rows.
    carried : collection of (table, source)
        What stems from the embedded world; the source is empty where a table names none.

    Returns
    -------
    DataFrame[table, source, from, rows, first_year, last_year, countries, country_years]
        `from` is ``your files`` or ``embedded``; years and countries are empty where a table has none;
        `country_years` counts the pairs of both that have a row.
    """
    rows = []
    for table, frame in tables.items():
        if table in ("corrections", "findings"):
            continue
        sources = frame["source"].unique().sort().to_list() if "source" in frame.columns else [""]
        for source in sources:
            part = frame.filter(pl.col("source") == source) if source else frame
            country = next((c for c in _COUNTRIES if c in frame.columns), None)
            year = "year" if "year" in frame.columns else None
            both = [c for c in (country, year) if c]
            rows.append(
                {
                    "table": table,
                    "source": source or None,
                    "from": "embedded" if (table, source) in carried else "your files",
                    "rows": part.height,
                    "first_year": part["year"].min() if year else None,
                    "last_year": part["year"].max() if year else None,
                    "countries": part[country].n_unique() if country else None,
                    "country_years": part.select(both).n_unique() if country and year else None,
                }
            )
    return pl.DataFrame(rows, schema=_SCHEMA)


def missing(tables: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Tables that a world lacks -> kinds of files that bring them."""
    return {table: kinds for table, kinds in BRING.items() if table not in tables}
