"""Rows of the percentile bands (after KOMIR's published cut-offs): the present price in its own history.

For the world a quoted monthly price where there is one, else the unit value of world trade; for an importer
the unit value of its imports. A high price means scarcity, so that the percentile is the share of the
history that was dearer. Prices are in dollars of one level of prices (`price_level`): in nominal ones
inflation alone would put the present among the dearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pactolus.indicators.bands import BANDS, FEWEST_MONTHS, FEWEST_YEARS, HISTORY_YEARS
from pactolus.indicators.flows import CELL, Members, entity_flows, summed_flows, weight_ranges
from pactolus.indicators.notes import joined, said
from pactolus.indicators.price_level import deflator
from pactolus.indicators.supply_rows import QUANTITY_LIMIT

__all__ = [
    "importer_bands",
    "importer_values",
    "quoted_bands",
    "quoted_values",
    "traded_bands",
    "traded_values",
]

#: What a quoted price is the price of: metals are quoted refined, the others as they are mined.
_MINED: Final = ("iron", "phosphate-rock", "potash")


def importer_bands(
    trade: pl.DataFrame | pl.LazyFrame,
    codes: pl.DataFrame,
    members: Members,
    years: Sequence[int],
    *,
    no_weight: pl.Expr | None = None,
    repairs: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Bands of the unit value of each entity's imports from outside, year by year.

    Parameters
    ----------
    trade, codes, members, years, no_weight, repairs
        As for `flows.imports_by_supplier`; the fifteen years up to each year are read.

    Returns
    -------
    DataFrame
        Columns method, mineral, stage, importer, year, value, low, high, status, note, source, raw_material,
        band, observations. Only cells with imports in the year. [percentile 0-100]
    """
    values = importer_values(trade, codes, members, years, no_weight=no_weight, repairs=repairs)
    return _annual(values, years, said("own_unit_value"))


def importer_values(
    trade: pl.DataFrame | pl.LazyFrame,
    codes: pl.DataFrame,
    members: Members,
    years: Sequence[int],
    *,
    no_weight: pl.Expr | None = None,
    repairs: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Unit values of imports from outside that `importer_bands` ranks; arguments as there.

    Returns
    -------
    DataFrame
        Columns mineral, stage, importer, year, raw_material (empty), time (the year), value_usd, quantity_kg
        (of the part with a usable weight), weighed_usd, price, dearest, cheapest, status. Prices are USD per
        kg, divided by the level of prices of their year.
    """
    listed = entity_flows(trade, codes, members, _span(years), no_weight=no_weight, repairs=repairs)
    return _values(listed.filter(~pl.col("inside")), codes)


def traded_bands(
    trade: pl.DataFrame | pl.LazyFrame,
    codes: pl.DataFrame,
    years: Sequence[int],
    *,
    no_weight: pl.Expr | None = None,
    repairs: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Bands of the unit value of world trade; arguments and columns as `importer_bands`, importer ``WLD``."""
    values = traded_values(trade, codes, years, no_weight=no_weight, repairs=repairs)
    return _annual(values, years, said("world_unit_value"))


def traded_values(
    trade: pl.DataFrame | pl.LazyFrame,
    codes: pl.DataFrame,
    years: Sequence[int],
    *,
    no_weight: pl.Expr | None = None,
    repairs: pl.DataFrame | pl.LazyFrame | None = None,
) -> pl.DataFrame:
    """Unit values of world trade that `traded_bands` ranks; columns as `importer_values`."""
    frame = trade.lazy().filter(pl.col("hs_code").is_in(codes["hs_code"].unique().to_list()))
    everyone = frame.select(pl.col("importer").unique().sort()).collect()["importer"].to_list()
    each = {country: (country,) for country in everyone}
    listed = entity_flows(trade, codes, each, _span(years), no_weight=no_weight, repairs=repairs)
    return _values(listed.with_columns(importer=pl.lit("WLD", pl.String)), codes)


def quoted_bands(
    prices: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str], years: Sequence[int]
) -> pl.DataFrame:
    """Bands of quoted monthly prices: the last month of each year in the fifteen years up to it.

    Parameters
    ----------
    prices : frame[series, mineral, year, month, price, unit]
        Table ``prices_monthly``.
    minerals, years : sequences

    Returns
    -------
    DataFrame
        As `importer_bands`, importer ``WLD``, `source` ``pink_sheet``, `raw_material` the series.
    """
    known = quoted_values(prices, minerals)
    last = (
        known.filter(pl.col("year").is_in(list(years)))
        .group_by("mineral", "raw_material", "year")
        .agg(pl.col("time").max())
    )
    now = known.join(last, on=["mineral", "raw_material", "year", "time"], how="semi")
    ranked = _ranked(now, known, 12 * HISTORY_YEARS, FEWEST_MONTHS)
    month = pl.format("{}-{}", pl.col("year"), (pl.col("time") % 12 + 1).cast(pl.String).str.zfill(2))
    return _rows(ranked, said("quoted", pl.col("raw_material"), month)).with_columns(
        source=pl.lit("pink_sheet"),
    )


def quoted_values(prices: pl.DataFrame | pl.LazyFrame, minerals: Sequence[str]) -> pl.DataFrame:
    """Monthly prices that `quoted_bands` ranks.

    Returns
    -------
    DataFrame
        Columns as `importer_values` without those of trade; `raw_material` is the series, `time` counts
        months (12 x year + month - 1). Prices are the publisher's, divided by the level of their year.
    """
    known = (
        prices.lazy()
        .filter(pl.col("mineral").is_in(list(minerals)), pl.col("price") > 0)
        .select(
            "mineral",
            pl.when(pl.col("mineral").is_in(_MINED))
            .then(pl.lit("ore"))
            .otherwise(pl.lit("refined"))
            .alias("stage"),
            importer=pl.lit("WLD"),
            raw_material=pl.col("series"),
            year="year",
            time=12 * pl.col("year") + pl.col("month") - 1,
            price=pl.col("price"),
            status=pl.lit("ok"),
        )
        .collect()
    )
    return _deflated(known, "price").with_columns(dearest="price", cheapest="price")


def _span(years: Sequence[int]) -> list[int]:
    return sorted({y - back for y in years for back in range(HISTORY_YEARS)})


def _deflated(table: pl.DataFrame, *columns: str) -> pl.DataFrame:
    levels = {year: deflator(year) for year in table["year"].unique().to_list()}
    level = pl.col("year").replace_strict(levels, return_dtype=pl.Float64)
    return table.with_columns(pl.col(c) / level for c in columns)


def _unit_values(flows: pl.DataFrame, ranges: pl.DataFrame | None) -> pl.DataFrame:
    """Unit value of every cell and its ends, none where too much of the value has no usable weight."""
    sums = flows.group_by(CELL).agg(pl.col("value_usd", "quantity_kg", "unweighed_usd").sum())
    if ranges is None:
        sums = sums.with_columns(below=pl.lit(0.0), above=pl.lit(0.0))
    else:
        spread = ranges.group_by(CELL, maintain_order=True).agg(
            (pl.col("below_kg") ** 2).sum().sqrt().alias("below"),
            (pl.col("above_kg") ** 2).sum().sqrt().alias("above"),
        )
        sums = sums.join(spread, on=CELL, how="left").with_columns(pl.col("below", "above").fill_null(0.0))
    weight = pl.col("quantity_kg")
    usable = (pl.col("unweighed_usd") <= QUANTITY_LIMIT * pl.col("value_usd")) & (weight > 0)
    weighed = pl.col("value_usd") - pl.col("unweighed_usd")
    # Repaired weights err below zero in no case: the lowest weight is that of the others.
    least = pl.max_horizontal(weight - pl.col("below"), weight * 1e-6)
    values = sums.filter(pl.col("value_usd") > 0).select(
        *CELL,
        "value_usd",
        "quantity_kg",
        raw_material=pl.lit(None, pl.String),
        time=pl.col("year"),
        weighed_usd=weighed,
        price=pl.when(usable).then(weighed / weight),
        dearest=pl.when(usable).then(weighed / least),
        cheapest=pl.when(usable).then(weighed / (weight + pl.col("above"))),
        status=pl.when(usable).then(pl.lit("ok")).otherwise(pl.lit("no_quantity")),
    )
    return _deflated(values, "price", "dearest", "cheapest")


def _values(listed: pl.DataFrame, codes: pl.DataFrame) -> pl.DataFrame:
    ranges = weight_ranges(listed, codes) if "repaired" in listed.columns else None
    return _unit_values(summed_flows(listed, codes), ranges)


def _annual(values: pl.DataFrame, years: Sequence[int], words: pl.Expr) -> pl.DataFrame:
    now = values.filter(pl.col("year").is_in(list(years)))
    ranked = _ranked(now, values, HISTORY_YEARS, FEWEST_YEARS)
    return _rows(ranked, words).with_columns(source=pl.lit("trade"))


def _ranked(now: pl.DataFrame, values: pl.DataFrame, window: int, fewest: int) -> pl.DataFrame:
    """Percentile of each present value among those of the window that ends with it; nothing later is read."""
    by = ["mineral", "stage", "importer", "raw_material"]
    history = values.filter(pl.col("price").is_not_null()).select(*by, past="time", was="price")
    parts = []
    for moment in sorted(now["time"].unique().to_list()):
        present = now.filter(pl.col("time") == moment)
        window_of = history.filter(pl.col("past") <= moment, pl.col("past") > moment - window)
        both = present.join(window_of, on=by, how="inner", nulls_equal=True)
        counted = both.group_by(*by).agg(
            (pl.col("was") > pl.col("price")).sum().alias("above"),
            (pl.col("was") == pl.col("price")).sum().alias("equal"),
            (pl.col("was") > pl.col("dearest")).sum().alias("surely"),
            (pl.col("was") >= pl.col("cheapest")).sum().alias("perhaps"),
            pl.len().alias("observations"),
        )
        parts.append(present.join(counted, on=by, how="left", nulls_equal=True))
    counts = ("above", "equal", "surely", "perhaps", "observations")
    table = pl.concat(parts) if parts else now.with_columns(pl.lit(0).alias(c) for c in counts)
    table = table.with_columns(pl.col(*counts).cast(pl.Int64))
    short = pl.col("observations").fill_null(0) < fewest
    return table.with_columns(
        pl.when(pl.col("status") != "ok")
        .then("status")
        .when(short)
        .then(pl.lit("short_history"))
        .otherwise(pl.lit("ok"))
        .alias("status"),
        fewest=pl.lit(fewest),
    ).sort(*by, "year")


def _band(percentile: pl.Expr) -> pl.Expr:
    """`bands.band` of a column, without an event."""
    tops = [(name, top) for name, top in BANDS.items() if name != "crisis"]
    return pl.coalesce(pl.when(percentile <= top).then(pl.lit(name)) for name, top in tops)


def _rows(ranked: pl.DataFrame, words: pl.Expr) -> pl.DataFrame:
    ok, n = pl.col("status") == "ok", pl.col("observations")
    value = 100 * (pl.col("above") + pl.col("equal") / 2) / n
    low, high = 100 * pl.col("surely") / n, 100 * pl.col("perhaps") / n
    table = ranked.with_columns(
        value=pl.when(ok).then(value), low=pl.when(ok).then(low), high=pl.when(ok).then(high)
    )
    bands = [_band(pl.col(c)) for c in ("value", "low", "high")]
    apart = bands[1] != bands[2]
    return table.select(
        pl.lit("percentile-band").alias("method"),
        *CELL,
        "value",
        "low",
        "high",
        "status",
        joined(
            said("band", bands[0], when=ok),
            said("between_bands", bands[1], bands[2], when=ok & apart),
            said("maybe_crisis", when=ok & (pl.col("value") <= BANDS["crisis"])),
            words,
            said("history", n, pl.lit(HISTORY_YEARS), when=ok),
            said("history_short", n.fill_null(0), pl.col("fewest"), when=pl.col("status") == "short_history"),
            said("real", when=ok),
        ),
        "raw_material",
        bands[0].alias("band"),
        pl.when(ok).then(n).alias("observations"),
    )
