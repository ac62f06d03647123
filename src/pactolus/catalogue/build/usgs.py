"""USGS Mineral Commodity Summaries 2026: the one long CSV of the data release.

The file is cp1252, numbers have thousands commas, the unit stands in each row, and a value may be a word:
``W`` withheld, ``NA`` not available, ``—`` zero, ``s`` less than half a unit or counted in another row,
``Large`` and the like for reserves, ``>9,100,000`` a bound. A word is a gap with a flag, never a number.
Rows ``World total`` are sums, not countries, and are left out; ``Other countries`` is the publisher's own
remainder and is kept under that name.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pactolus.errors import DataError

__all__ = ["prices", "production", "read", "reserves"]

_NAMES: Final = {
    "MCS chapter": "chapter",
    "Section": "section",
    "Commodity": "commodity",
    "Country": "country_name",
    "Statistics": "statistic",
    "Statistics_detail": "detail",
    "Unit": "published_unit",
    "Year": "year",
    "Value": "value",
    "Notes": "notes",
}

#: Unit as published -> base unit, base units in one of it.
_UNITS: Final = {
    "metric tons": ("kg", 1_000),
    "tons": ("kg", 1_000),
    "thousand metric tons": ("kg", 1_000_000),
    "thousand metric dry tons": ("kg", 1_000_000),
    "million metric tons": ("kg", 1_000_000_000),
    "kilograms": ("kg", 1),
    "thousands of carats": ("ct", 1_000),
    "million carats": ("ct", 1_000_000),
    "million cubic meters": ("m3", 1_000_000),
    "million liters": ("m3", 1_000),
}
_NUMBER: Final = r"^\d[\d,]*(?:\.\d+)?$"
_ZERO: Final = "—"


def read(file: Path) -> pl.DataFrame:
    """All rows as text, blanks at the ends removed.

    Raises
    ------
    DataError
        If a column of the layout of 2026 is missing.
    """
    raw = pl.read_csv(file.read_bytes().decode("cp1252").encode(), infer_schema=False)
    missing = [name for name in _NAMES if name not in raw.columns]
    if missing:
        raise DataError(f"{file}: column {', '.join(missing)} is missing; this reads the layout of MCS 2026")
    return raw.select(pl.col(old).str.strip_chars().alias(new) for old, new in _NAMES.items())


def production(file: Path) -> pl.DataFrame:
    """Mine, smelter and refinery production: ``raw_material, country_name, year, quantity, unit, flag``.

    ``raw_material`` is the publisher's commodity and description, e.g. ``Cobalt: Mine production``;
    quantities are in base units. Flags: e estimated, r reported, or the word that stands in place of a
    number.
    """
    return _by_country(read(file), "Production", str(file))


def reserves(file: Path) -> pl.DataFrame:
    """Reserves in the columns of `production`."""
    return _by_country(read(file), "Reserves", str(file))


def _by_country(rows: pl.DataFrame, statistic: str, where: str) -> pl.DataFrame:
    kept = rows.filter(
        pl.col("section").str.starts_with("World")
        & (pl.col("statistic") == statistic)
        & (pl.col("country_name") != "World total")
    ).with_columns(
        unit=pl.col("published_unit").replace_strict({u: b for u, (b, _) in _UNITS.items()}, default=None),
        factor=pl.col("published_unit").replace_strict({u: f for u, (_, f) in _UNITS.items()}, default=None),
    )
    unknown = kept.filter(pl.col("unit").is_null())["published_unit"].unique().sort().to_list()
    if unknown:
        raise DataError(f"{where}: units {unknown} are not known")
    return kept.select(
        raw_material=pl.concat_str("commodity", "detail", separator=": "),
        country_name="country_name",
        year=pl.col("year").cast(pl.Int64),
        quantity=(_number() * pl.col("factor")).round().cast(pl.Int64),
        unit="unit",
        flag=_flag(),
    )


def _number() -> pl.Expr:
    value = pl.col("value")
    return (
        pl.when(value == _ZERO)
        .then(0.0)
        .when(value.str.contains(_NUMBER))
        .then(value.str.replace_all(",", "").cast(pl.Float64, strict=False))
    )


def _flag() -> pl.Expr:
    notes = pl.col("notes").fill_null("")
    return (
        pl.when(_number().is_null())
        .then(pl.col("value"))
        .when(notes.str.starts_with("Estimated"))
        .then(pl.lit("e"))
        .when(notes.str.contains("Reported."))
        .then(pl.lit("r"))
    )


def prices(file: Path) -> pl.DataFrame:
    """Annual prices of the United States tables: ``series, year, price, unit, flag``, units as published."""
    rows = read(file).filter(pl.col("statistic") == "Price")
    return rows.select(
        series=pl.concat_str("commodity", "detail", separator=": "),
        year=pl.col("year").cast(pl.Int64),
        price=_number(),
        unit=pl.col("published_unit").fill_null(""),
        flag=_flag(),
    )
