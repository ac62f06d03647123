"""Stocks for a report: sized once a mineral and stage, used by its figures and trails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.policy.register import register
from pactolus.reports.trail_parts import Walked, source_of, step, with_repairs
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.members.sizing import Sizing, size_places

__all__ = ["RANGE", "sized", "stock_rows", "walk_stock"]

#: Settings of a brief: the middle, and those at which the answer is lowest and highest for most minerals.
RANGE: Final[Mapping[str, Setting]] = {
    name: SETTINGS[name] for name in ("mid", "holding 10 %", "holding 3 %")
}
_STEP_DAYS: Final = 2.0

Rows = Mapping[str, str | int | float]


def sized(world: World, mineral: str, stage: str, members: tuple[str, ...], year: int, day: date) -> Sizing:
    """The stock of each member alone."""
    return _sized(getattr(world, "_world", world), mineral, stage, members, year, day)


@lru_cache(maxsize=64)
def _sized(world: World, mineral: str, stage: str, members: tuple[str, ...], year: int, day: date) -> Sizing:
    return size_places(
        world,
        [(mineral, stage)],
        members,
        measures=register(),
        on=day,
        year=year,
        settings=RANGE,
        step_days=_STEP_DAYS,
    )


def stock_rows(world: World, rows: Rows) -> pl.DataFrame:
    """Rows of a sizing that a figure names, with the members it was made for and the day."""
    members, day = tuple(str(rows["members"]).split(" ")), date.fromisoformat(str(rows["day"]))
    found = sized(world, str(rows["mineral"]), str(rows["stage"]), members, int(rows["year"]), day)
    return found.table.with_columns(members=pl.lit(str(rows["members"])), day=pl.lit(str(rows["day"])))


def walk_stock(world: World, figure: Figure) -> Walked:
    """From the imports of the year to the days that are printed."""
    rows = figure.rows
    row = stock_rows(world, rows).filter(pl.col("member") == rows["member"]).row(0, named=True)
    steps = (
        step("trail.step.stock_use", None, row["use_t"], "t", what=row["denominator"]),
        step("trail.step.stock_price", None, row["price_usd_per_t"], "USD/t"),
        step("trail.step.stock_without", None, row["without_usd"], "USD"),
        step("trail.step.stock_cost", row["without_usd"], row["cost_usd"], "USD"),
        step("trail.step.stock_days", None, row["target_days"], "days"),
        *(
            [step("trail.step.stock_worth", row["target_days"], row["worth_usd"] / 1_000_000, "million USD")]
            if figure.unit == "million USD"
            else []
        ),
    )
    from pactolus.disruption.scenarios.reach import codes_of
    from pactolus.terms.countries import entity

    place = (str(rows["mineral"]), str(rows["stage"]))
    wanted = (
        pl.col("importer").is_in(list(entity(str(rows["member"])).members)),
        pl.col("year") == int(rows["year"]),
        pl.col("hs_code").is_in(codes_of(place, (), int(rows["year"]))),
    )
    trade = with_repairs(world, world.scan("trade").filter(*wanted).collect())
    return Walked(steps=steps, sources=(source_of(world, "trade", trade),))
