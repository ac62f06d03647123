"""Stocks for a report: sized once a mineral and stage, used by its figures and trails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.policy.register import register
from pactolus.reports.trail_parts import Walked, source_of, step, with_repairs
from pactolus.reports.way import SourceRows
from pactolus.stockpile.members.needs import SETTINGS, Setting
from pactolus.stockpile.members.sizing import Sizing, size_places

__all__ = ["RANGE", "sized", "stock_rows", "walk_stock"]

#: Settings of a brief: the middle, and those at which the answer is lowest and highest for most minerals.
RANGE: Final[Mapping[str, Setting]] = {
    name: SETTINGS[name] for name in ("mid", "holding 10 %", "holding 3 %")
}
_STEP_DAYS: Final = 2.0

Rows = Mapping[str, str | int | float]


def sized(
    world: World,
    mineral: str,
    stage: str,
    members: tuple[str, ...],
    year: int,
    day: date,
    settings: str = "range",
) -> Sizing:
    """The stock of each member alone; over `RANGE`, or over ``all`` assumptions."""
    return _sized(getattr(world, "_world", world), mineral, stage, members, year, day, settings)


@lru_cache(maxsize=64)
def _sized(
    world: World, mineral: str, stage: str, members: tuple[str, ...], year: int, day: date, settings: str
) -> Sizing:
    return size_places(
        world,
        [(mineral, stage)],
        members,
        measures=register(),
        on=day,
        year=year,
        settings=SETTINGS if settings == "all" else RANGE,
        step_days=_STEP_DAYS,
    )


def stock_rows(world: World, rows: Rows) -> pl.DataFrame:
    """Rows of a sizing that a figure names, with the members it was made for and the day."""
    members, day = tuple(str(rows["members"]).split(" ")), date.fromisoformat(str(rows["day"]))
    place, settings = (str(rows["mineral"]), str(rows["stage"])), str(rows.get("settings", "range"))
    found = sized(world, *place, members, int(rows["year"]), day, settings)
    asked = {"members": str(rows["members"]), "day": str(rows["day"]), "settings": settings}
    return found.table.with_columns(**{name: pl.lit(text) for name, text in asked.items()})


def walk_stock(world: World, figure: Figure) -> Walked:
    """From the imports of the year to the days that are printed."""
    if figure.table != "stock" or figure.steps[0] not in ("take target_days", "take worth_usd"):
        return _walk_result(world, figure)
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
    return Walked(steps=steps, sources=(_trade(world, rows, (str(rows["member"]),)),))


def _walk_result(world: World, figure: Figure) -> Walked:
    """A row of a table of ``pactolus stockpile``: the command that gives it, and the imports behind it."""
    command = figure.table.partition(":")[2] or "size"
    last = step("trail.step.stock_result", None, figure.value, figure.unit, command=command)
    return Walked(
        steps=(last,), sources=(_trade(world, figure.rows, str(figure.rows["members"]).split(" ")),)
    )


def _trade(world: World, rows: Rows, members: Sequence[str]) -> SourceRows:
    """Imports of the year under the codes of a mineral and stage."""
    from pactolus.disruption.scenarios.reach import codes_of
    from pactolus.terms.countries import entity

    place = (str(rows["mineral"]), str(rows["stage"]))
    wanted = (
        pl.col("importer").is_in([code for one in members for code in entity(one).members]),
        pl.col("year") == int(rows["year"]),
        pl.col("hs_code").is_in(codes_of(place, (), int(rows["year"]))),
    )
    return source_of(world, "trade", with_repairs(world, world.scan("trade").filter(*wanted).collect()))
