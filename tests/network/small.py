"""Small tables of trade, repairs and production, as the real ones are typed."""

from __future__ import annotations

import polars as pl

TRADE = ("hs_code", "importer", "exporter", "year", "quantity_kg", "value_usd")
REPAIRS = ("hs_code", "importer", "exporter", "year", "repaired_kg", "low_kg", "high_kg")
PRODUCTION = ("source", "raw_material", "mineral", "stage", "country", "year", "quantity", "unit", "basis")
_NUMBERS = {"year", "quantity_kg", "value_usd", "repaired_kg", "low_kg", "high_kg", "quantity"}


def _frame(rows, names):
    schema = {name: pl.Int64 if name in _NUMBERS else pl.String for name in names}
    return pl.DataFrame(list(rows), schema, orient="row")


def trade_of(*rows):
    """Rows (hs_code, importer, exporter, year, kg, USD)."""
    return _frame(rows, TRADE)


def repairs_of(*rows):
    """Rows (hs_code, importer, exporter, year, kg, low, high)."""
    return _frame(rows, REPAIRS)


def made_of(*rows, source="wmd", unit="kg"):
    """Rows (mineral, stage, basis, country, year, amount), one series a mineral."""
    given = [(source, f"{m} table", m, s, c, y, q, unit, b) for m, s, b, c, y, q in rows]
    return _frame(given, PRODUCTION)


NO_REPAIRS = repairs_of()
