"""Small worlds with the tables that a watchlist reads, and a register of a few measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import pytest

from pactolus.policy.register import Register, register


class SmallWorld:
    """As much of a world as a list without a yearly outlook asks for."""

    vintage = "small"
    data_status: tuple[Any, ...] = ()
    origins: Mapping[str, Any] = {}

    def __init__(self, **tables: pl.DataFrame) -> None:
        self._tables = tables

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(self._tables)

    def scan(self, name: str) -> pl.LazyFrame:
        return self._tables[name].lazy()

    def origins_of(self, name: str) -> tuple[str, ...]:
        return ()


def months(first: date, count: int) -> list[tuple[int, int]]:
    start = 12 * first.year + first.month - 1
    return [(n // 12, n % 12 + 1) for n in range(start, start + count)]


def trade(
    kg: Sequence[float],
    *,
    reporter: str = "KOR",
    partner: str = "CHN",
    code: str = "250410",
    year: int = 2024,
) -> pl.DataFrame:
    """Monthly imports of one flow from January of a year on."""
    rows = [
        {
            "reporter": reporter,
            "flow": "import",
            "year": y,
            "month": m,
            "partner": partner,
            "hs_code": code,
            "hs_edition": "HS22",
            "source": "comtrade",
            "quantity_kg": amount,
            "value_usd": 3.0 * amount,
            "estimated": False,
        }
        for (y, m), amount in zip(months(date(year, 1, 1), len(kg)), kg, strict=True)
    ]
    return pl.DataFrame(rows)


def prices(
    values: Sequence[float], *, series: str = "Tin", mineral: str = "tin", year: int = 2018
) -> pl.DataFrame:
    rows = [
        {"mineral": mineral, "series": series, "year": y, "month": m, "price": value}
        for (y, m), value in zip(months(date(year, 1, 1), len(values)), values, strict=True)
    ]
    return pl.DataFrame(rows)


#: Measures of the cases in domain rules: suspended until November 2026, announced for December 2023.
CHOSEN = ("CHN-2025-57", "CHN-2025-58", "CHN-2023-39", "ZWE-2027-LICONC", "CHN-2026-28", "COD-2013-CONC")


@pytest.fixture(scope="session")
def few() -> Register:
    known = register()
    return Register([known[name] for name in CHOSEN])
