"""Bilateral flows by mineral and stage: the table that engines read."""

from __future__ import annotations

from typing import Final

import polars as pl

from pactolus.network.content import FLOW_STATUSES

__all__ = ["flow_table"]

_KEY: Final = ("mineral", "stage", "exporter", "importer", "year")
_WEIGHTS: Final = ("gross_kg", "contained_kg", "contained_low_kg", "contained_high_kg", "balanced_kg")


def flow_table(contained: pl.DataFrame, balanced: pl.DataFrame) -> pl.DataFrame:
    """Codes of one mineral and stage added up.

    A weight that one of the codes lacks is missing in the sum; the status says why (the worst of the codes').

    Parameters
    ----------
    contained : DataFrame
        As `pactolus.network.content.contained_trade` makes it, of the years wanted.
    balanced : DataFrame[mineral, hs_code, exporter, importer, year, balanced_kg]
        As `pactolus.network.balances.balance_all` makes it; a flow that is not in it was not balanced.

    Returns
    -------
    DataFrame
        The table `pactolus.network.tables.FLOWS`, sorted by its key. [kg, USD]
    """
    worst = {status: rank for rank, status in enumerate(FLOW_STATUSES)}
    rows = contained.join(balanced, on=["mineral", "hs_code", "exporter", "importer", "year"], how="left")
    summed = (
        rows.lazy()
        .with_columns(pl.col("status").replace_strict(worst, return_dtype=pl.Int64).alias("rank"))
        .group_by(*_KEY)
        .agg(
            pl.col("rank").min(),
            *(_all_or_none(name) for name in _WEIGHTS),
            pl.col("value_usd").sum(),
        )
        .with_columns(pl.col("rank").replace_strict(dict(enumerate(FLOW_STATUSES))).alias("status"))
    )
    return summed.select(*_KEY, "status", *_WEIGHTS, "value_usd").sort(*_KEY).collect()


def _all_or_none(name: str) -> pl.Expr:
    """Sum of a column; missing where one of its values is."""
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name)
