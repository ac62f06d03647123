"""Small trade tables as `trade_rows` gives them."""

from __future__ import annotations

from typing import Any

import polars as pl


def flow(year: int, tonnes: float | None, usd: float = 5e6, **other: Any) -> dict[str, Any]:
    """One flow of cobalt oxides from CHN to KOR, unless said otherwise."""
    head = {"hs_code": "282200", "importer": "KOR", "exporter": "CHN", "year": year}
    kg = None if tonnes is None else tonnes * 1000
    rest = {"kg": kg, "value_usd": usd, "repaired": False, "weight": 0.6}
    return head | rest | other


def rows(*flows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(flows), schema_overrides={"kg": pl.Float64, "weight": pl.Float64})
