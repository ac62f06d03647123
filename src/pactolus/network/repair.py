"""Traded weights repaired: what a flow should weigh, where the published weight is missing or cannot be.

A weight is judged by the unit value of its flow, because customs values are far steadier than weights.
Its log is split into an effect of the pair and an effect of the year (`pactolus.network.repair_fit`); what
is left over is held against the spread that flows of that code, size and history usually show. Published
weights are never overwritten: the result is a table beside them, of the rows that differ or were not
reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pactolus.catalogue.columns import FLOW
from pactolus.network import repair_records as records
from pactolus.network.medians import Floats
from pactolus.network.repair_fit import Bounds, Expected, Flows, expected_unit_values
from pactolus.network.repair_input import as_arrays, batches, categories, checked, ordered
from pactolus.runs.progress import Progress, part, silent

__all__ = ["REASONS", "Repairs", "jumps", "repair", "repaired_quantity"]

#: Why a row stands in the table of repairs.
REASONS: Final = ("weight_too_large", "weight_too_small", "not_reported", "override")
#: An override made for another published weight than the one found is left out beyond this difference.
_SAME_WEIGHT: Final = 0.01
#: More than any weight, and still a whole number of 64 bits.
_MOST_LOG_KG: Final = 43.0
_COLUMNS: Final = [
    "repaired_kg",
    "low_kg",
    "high_kg",
    "reason",
    "unit_value_usd_per_t",
    "expected_usd_per_t",
]


@dataclass(frozen=True, kw_only=True)
class Repairs:
    """What was repaired, and how much of the trade that is."""

    table: pl.DataFrame
    """Rows by hs_code, importer, exporter, year: `repaired_kg`, `low_kg`, `high_kg` (a 90 % range), `reason`,
    `unit_value_usd_per_t` (as published, empty where no weight was), `expected_usd_per_t`. A row is there
    where the weight was replaced or estimated, and where an override speaks, also if it keeps the published
    weight."""
    summary: pl.DataFrame
    """Rows by hs_code and year: `rows`, `missing`, `estimated`, `altered`, `value_usd`, `value_altered_usd`,
    `published_kg`, `repaired_kg` (sums over the world; see `jumps`)."""
    stale: tuple[str, ...]
    """Ids of overrides left out, because the published weight is no longer the one they were made for."""


def repair(
    trade: pl.DataFrame,
    *,
    overrides: pl.DataFrame | None = None,
    limits: pl.DataFrame | None = None,
    progress: Progress = silent,
) -> Repairs:
    """Weights to compute with, where the published ones are missing or cannot be.

    Log unit value = effect of the pair (shrunk to that of its exporter) + effect of the year, fitted year
    by year on that year and the years before. A published weight is replaced by value / expected unit value
    where its unit value is off by more than a factor of two and by more than the limit of its kind of flow,
    unless it is in line with the last weights of its pair: then the value is odd. A missing one is estimated
    in the same way. Codes do not influence each other, and nor do later years: the repair as it would have
    been made in year T is that of the rows up to T, so a back-test filters the trade by year first.

    Parameters
    ----------
    trade : DataFrame
        `hs_code`, `importer`, `exporter`, `year`, `quantity_kg` (gross weight, empty = not reported),
        `value_usd`; one row a flow, in any order.
    overrides : DataFrame, optional
        Records on single flows, which win; if omitted, those of `pactolus.network.repair_records`.
    limits : DataFrame, optional
        Limits by commodity where the automatic one is wrong; if omitted, from there too.
    progress : Progress

    Returns
    -------
    Repairs

    Raises
    ------
    DataError
        With every fault: a column missing, a flow twice, a gap other than in the weight, a weight below
        1 kg, a negative value; an override or limit that breaks its rules.

    Notes
    -----
    The 90 % range is `repaired_kg` times and over exp(h s): s is the spread of the code for flows of that
    size and history, h makes it hold nine of ten weights published for such flows. Where a code has shown
    no weight up to a year, a missing weight stays missing: no row.

    References
    ----------
    .. [1] J. W. Tukey, "Exploratory Data Analysis", Addison-Wesley, 1977, chapter 11 (median polish).
    """
    told = records.overrides() if overrides is None else records.checked_overrides(overrides)
    bounds = records.limits() if limits is None else records.checked_limits(limits)
    trade = checked(trade)
    whole = batches(trade)
    parts = []
    for done, codes in enumerate(whole):
        step = part(progress, done, 1, len(whole))
        parts.append(_repaired(trade.filter(pl.col("hs_code").is_in(codes)), bounds, told, step))
    if not parts:
        parts = [_repaired(trade, bounds, told, progress)]
    return Repairs(
        table=pl.concat([p.table for p in parts]).sort(FLOW),
        summary=pl.concat([p.summary for p in parts]).sort("hs_code", "year"),
        stale=tuple(sorted(i for p in parts for i in p.stale)),
    )


def repaired_quantity(trade: pl.DataFrame, repairs: pl.DataFrame) -> pl.DataFrame:
    """The trade with the weights to compute with beside the published ones.

    Parameters
    ----------
    trade : DataFrame
        As for `repair`.
    repairs : DataFrame
        `Repairs.table` of that trade, or of a larger one.

    Returns
    -------
    DataFrame
        The rows and columns of `trade` in their order, with `repaired_kg` (the published weight where
        nothing was repaired; empty where none is known) and `reason` (empty where nothing was repaired).
    """
    found = trade.join(
        repairs.select(*FLOW, "repaired_kg", "reason"),
        on=FLOW,
        how="left",
        validate="1:1",
        maintain_order="left",
    )
    kept = pl.when(pl.col("reason").is_null()).then(pl.col("quantity_kg")).otherwise(pl.col("repaired_kg"))
    return found.with_columns(repaired_kg=kept)


def jumps(summary: pl.DataFrame) -> pl.DataFrame:
    """How the world's tonnage of each code moved from year to year, before and after the repair.

    Parameters
    ----------
    summary : DataFrame
        `Repairs.summary`.

    Returns
    -------
    DataFrame
        The summary with `published_jump` and `repaired_jump` (log of the ratio to the year before; empty
        where either year is missing or has no weight) and `value_altered` (share of value whose weight was
        replaced).
    """
    before = summary.select("hs_code", pl.col("year") + 1, was="published_kg", is_now="repaired_kg")
    joined = summary.join(before, on=["hs_code", "year"], how="left")

    def jump(now: str, was: str) -> pl.Expr:
        known = (pl.col(now) > 0) & (pl.col(was) > 0)
        return pl.when(known).then((pl.col(now) / pl.col(was)).log())

    return joined.select(
        pl.col(summary.columns),
        published_jump=jump("published_kg", "was"),
        repaired_jump=jump("repaired_kg", "is_now"),
        value_altered=pl.when(pl.col("value_usd") > 0).then(
            pl.col("value_altered_usd") / pl.col("value_usd")
        ),
    ).sort("hs_code", "year")


def _repaired(trade: pl.DataFrame, limits: pl.DataFrame, told: pl.DataFrame, progress: Progress) -> Repairs:
    """The repair of some codes."""
    flows = ordered(trade)
    arrays = as_arrays(flows)
    codes = {code: n for n, code in enumerate(categories(flows["hs_code"]))}
    here = limits.filter(pl.col("hs_code").is_in(list(codes)))
    bounds = {
        codes[code]: Bounds(level_factor=level, limit_factor=limit)
        for code, level, limit in here.select("hs_code", "level_factor", "limit_factor").iter_rows()
    }
    fit = expected_unit_values(arrays, bounds=bounds, progress=progress)
    judged, stale = _overridden(_judged(flows, arrays, fit), told)
    table = judged.filter(pl.col("reason").is_not_null()).select(*FLOW, *_COLUMNS)
    return Repairs(table=table, summary=_summary(judged), stale=stale)


def _judged(flows: pl.DataFrame, arrays: Flows, fit: Expected) -> pl.DataFrame:
    """Every flow with what it should weigh, and the reason where that is to be used."""
    instead = arrays.value - fit.unit_value

    def kilograms(log: Floats) -> pl.Series:
        known = ~np.isnan(log)
        whole = np.rint(np.exp(np.where(known, np.minimum(log, _MOST_LOG_KG), 0.0)))
        return pl.Series(np.maximum(whole, 1).astype(np.int64)).set(pl.Series(~known), None)

    judged = flows.with_columns(
        pl.col("hs_code", "importer", "exporter").cast(pl.String),
        repaired_kg=kilograms(instead),
        low_kg=kilograms(instead - fit.half_range),
        high_kg=kilograms(instead + fit.half_range),
        wrong=pl.Series(fit.wrong),
        too_large=pl.Series(arrays.weight > instead),
        expected_usd_per_t=pl.Series(1000 * np.exp(fit.unit_value)).fill_nan(None),
        unit_value_usd_per_t=1000 * pl.col("value_usd") / pl.col("quantity_kg"),
    )
    reason = (
        pl.when(pl.col("repaired_kg").is_null())
        .then(None)
        .when(pl.col("quantity_kg").is_null())
        .then(pl.lit("not_reported"))
        .when("wrong")
        .then(pl.when("too_large").then(pl.lit("weight_too_large")).otherwise(pl.lit("weight_too_small")))
    )
    return judged.with_columns(reason=reason.cast(pl.String))


def _overridden(judged: pl.DataFrame, told: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Judged flows with the records on single flows in place of the method, and the records left out."""
    told = told.select(
        "id", *FLOW, "published_kg", said_kg="quantity_kg", said_low="low_kg", said_high="high_kg"
    )
    found = judged.join(told, on=FLOW, how="left")
    there = pl.col("id").is_not_null()
    near = (pl.col("quantity_kg") - pl.col("published_kg")).abs() <= _SAME_WEIGHT * pl.col("published_kg")
    neither = pl.col("quantity_kg").is_null() & pl.col("published_kg").is_null()
    use = (there & (near.fill_null(value=False) | neither)).alias("use")
    found = found.with_columns(use)
    stale = found.filter(there & ~pl.col("use"))["id"].sort().to_list()
    found = found.with_columns(
        *(
            pl.when("use").then(said).otherwise(column).alias(column)
            for column, said in (("repaired_kg", "said_kg"), ("low_kg", "said_low"), ("high_kg", "said_high"))
        ),
        reason=pl.when("use").then(pl.lit("override")).otherwise("reason"),
    )
    return found.drop("id", "published_kg", "said_kg", "said_low", "said_high", "use"), tuple(stale)


def _summary(judged: pl.DataFrame) -> pl.DataFrame:
    missing = pl.col("quantity_kg").is_null()
    there = pl.col("reason").is_not_null()
    used = pl.when(there).then("repaired_kg").otherwise("quantity_kg")
    altered = there & ~missing & (pl.col("repaired_kg") != pl.col("quantity_kg"))
    return (
        judged.group_by("hs_code", "year")
        .agg(
            rows=pl.len().cast(pl.Int64),
            missing=missing.sum().cast(pl.Int64),
            estimated=(missing & there).sum().cast(pl.Int64),
            altered=altered.sum().cast(pl.Int64),
            value_usd=pl.col("value_usd").sum(),
            value_altered_usd=pl.col("value_usd").filter(altered).sum(),
            published_kg=pl.col("quantity_kg").sum(),
            repaired_kg=used.sum(),
        )
        .sort("hs_code", "year")
    )
