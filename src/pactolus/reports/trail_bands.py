"""Trails of percentile bands: the prices or unit values of the window, and where the present one stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from pactolus.catalogue.world import World
from pactolus.indicators.band_rows import importer_values, quoted_values, traded_values
from pactolus.indicators.bands import HISTORY_YEARS, percentile
from pactolus.indicators.cells import doubted_weight
from pactolus.indicators.derived import derived
from pactolus.indicators.numbers import Number
from pactolus.indicators.price_level import deflator
from pactolus.reports.trail_parts import Walked, source_of, step
from pactolus.reports.way import SourceRows, Step
from pactolus.terms.countries import entity

__all__ = ["percentile_band"]

_TONNE: Final = 1000.0
_QUOTED: Final = "pink_sheet"


def percentile_band(
    world: World,
    number: Number,
    row: Mapping[str, Any],
    codes: pl.DataFrame,
    trade: Callable[[], pl.DataFrame],
) -> Walked:
    """From source rows to the percentile of the present value in its own history.

    Parameters
    ----------
    world : World
    number : Number
    row : mapping
        The row of `assess` with its details.
    codes : polars.DataFrame
        Codes of the mineral and stage.
    trade : callable
        Gives the source rows of the year.
    """
    if row["source"] == _QUOTED:
        return _of_prices(world, number, row)
    return _of_trade(world, number, codes, trade())


def _of_trade(world: World, number: Number, codes: pl.DataFrame, rows: pl.DataFrame) -> Walked:
    members = list(entity(number.importer).members)
    if members:
        rows = rows.filter(~pl.col("exporter").is_in(members))
    doubted, repairs = doubted_weight(world), derived(world, "repairs")
    scanned, years = world.scan("trade"), [number.year]
    if members:
        asked = {number.importer: tuple(members)}
        values = importer_values(scanned, codes, asked, years, no_weight=doubted, repairs=repairs)
    else:
        values = traded_values(scanned, codes, years, no_weight=doubted, repairs=repairs)
    window = _window(values, number.year, HISTORY_YEARS)
    now = window.filter(pl.col("time") == number.year)
    source = source_of(world, "trade", rows)
    if not now.height:
        return Walked(sources=(source,))
    (present,) = now.to_dicts()
    weighed, used = present["weighed_usd"], present["quantity_kg"] / _TONNE
    codes_named = ", ".join(rows["hs_code"].unique().sort().to_list())
    total = float(present["value_usd"])
    steps = [
        step("trail.step.rows", None, total, "USD", count=rows.height, codes=codes_named),
        step("trail.step.weighed", total, weighed, "USD"),
        step("trail.step.usable", _tonnes(rows), used, "t"),
    ]
    level = deflator(number.year)
    price = None if present["price"] is None else present["price"] * level * _TONNE
    steps.append(step("trail.step.unit_value", None, price, "USD/t"))
    steps += _ranked(window, present, _TONNE, "USD/t", str(number.year))
    shown = _history(window, level, _TONNE, "unit_value_usd_per_t")
    return Walked(steps=tuple(steps), sources=(source, _computed(world, "trade", shown)))


def _of_prices(world: World, number: Number, row: Mapping[str, Any]) -> Walked:
    prices = world.scan("prices_monthly").filter(pl.col("series") == row["raw_material"])
    values = quoted_values(prices, [number.mineral])
    last = values.filter(pl.col("year") == number.year)["time"].max()
    if not isinstance(last, int):
        return Walked()
    window = _window(values, last, 12 * HISTORY_YEARS)
    (present,) = window.filter(pl.col("time") == last).to_dicts()
    months = prices.with_columns(time=12 * pl.col("year") + pl.col("month") - 1).collect()
    published = months.filter(pl.col("time") == last)
    month, unit = f"{number.year}-{last % 12 + 1:02d}", published["unit"][0]
    steps = [
        step("trail.step.quoted", None, published["price"][0], unit, series=row["raw_material"], month=month),
        *_ranked(window, present, 1.0, unit, month),
    ]
    kept = months.filter(pl.col("time").is_in(window["time"].to_list())).sort("time", descending=True)
    source = source_of(world, "prices_monthly", kept.drop("time"))
    shown = _history(window, deflator(number.year), 1.0, "price_of_one_level", months=True)
    return Walked(steps=tuple(steps), sources=(source, _computed(world, "prices_monthly", shown)))


def _window(values: pl.DataFrame, end: int, length: int) -> pl.DataFrame:
    """Values up to the present one and no older than the window, with a price or the present one."""
    return values.filter(
        pl.col("time") <= end,
        pl.col("time") > end - length,
        pl.col("price").is_not_null() | (pl.col("time") == end),
    ).sort("time")


def _ranked(
    window: pl.DataFrame, present: Mapping[str, Any], scale: float, unit: str, when: str
) -> list[Step]:
    """Lowest and highest in money of the present year, how many were dearer, and the percentile."""
    known = window.filter(pl.col("price").is_not_null())["price"].to_list()
    if present["price"] is None:
        return []
    level = deflator(present["year"])
    low, high = min(known) * level * scale, max(known) * level * scale
    dearer = sum(price > present["price"] for price in known)
    return [
        step("trail.step.history_lowest", None, low, unit, count=len(known), when=when),
        step("trail.step.history_highest", None, high, unit, count=len(known), when=when),
        step("trail.step.dearer", None, float(dearer), ""),
        step("trail.step.percentile-band", None, percentile(known)[0], "index", count=len(known)),
    ]


def _history(
    window: pl.DataFrame, level: float, scale: float, name: str, *, months: bool = False
) -> pl.DataFrame:
    """The window as rows to show, the present one first."""
    when = [pl.col("year")]
    if months:
        when.append((pl.col("time") % 12 + 1).alias("month"))
    newest = window.sort("time", descending=True)
    return newest.select(*when, (pl.col("price") * level * scale).alias(name), "status")


def _computed(world: World, table: str, rows: pl.DataFrame) -> SourceRows:
    """Rows computed from a table, under its origins."""
    origins = tuple(world.origins[o] for o in world.origins_of(table))
    return SourceRows(table=f"{table}: history", rows=rows, count=rows.height, origins=origins)


def _tonnes(rows: pl.DataFrame) -> float | None:
    known = rows["quantity_kg"].drop_nulls() if rows.height else pl.Series([], dtype=pl.Int64)
    return float(known.sum()) / _TONNE if known.len() else None
