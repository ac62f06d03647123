"""Small monthly series for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl


def months(count: int, first: int = 2015) -> list[date]:
    """The first days of `count` months."""
    return [date(first + n // 12, n % 12 + 1, 1) for n in range(count)]


def rows_of(flows: Mapping[str, Sequence[float | None]], **more: Any) -> pl.DataFrame:
    """Monthly rows by partner, from January 2015, of 2 USD / kg; no row where a figure is None."""
    rows = [
        {"partner": partner, "hs6": "250410", "period": day, "value_usd": 2 * kg, "quantity_kg": kg, **more}
        for partner, figures in flows.items()
        for day, kg in zip(months(len(figures)), figures, strict=True)
        if kg is not None
    ]
    kinds = {
        "partner": pl.String,
        "hs6": pl.String,
        "period": pl.Date,
        "value_usd": pl.Float64,
        "quantity_kg": pl.Float64,
    }
    return pl.DataFrame(rows, schema=kinds | dict.fromkeys(more, pl.String))
