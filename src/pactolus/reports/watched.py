"""The watchlist for a report: made once a day and set of members, used by its figures and trails."""

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
from pactolus.warning.watching.lists import Watchlist, watchlist

__all__ = ["listed", "walk_watch", "watch_rows"]

Rows = Mapping[str, str | int | float]


def listed(world: World, members: tuple[str, ...], day: date) -> Watchlist:
    """The watchlist of some countries on a day."""
    return _listed(getattr(world, "_world", world), members, day)


@lru_cache(maxsize=8)
def _listed(world: World, members: tuple[str, ...], day: date) -> Watchlist:
    return watchlist(world, members, register=register(), as_of=day)


def watch_rows(world: World, inner: str, rows: Rows) -> pl.DataFrame:
    """Rows of the yearly outlook, or of the list (``series``), with the members and the day they are of."""
    members, day = tuple(str(rows["members"]).split(" ")), date.fromisoformat(str(rows["day"]))
    found = listed(world, members, day)
    frame = found.table if inner == "series" else found.outlook
    return frame.with_columns(members=pl.lit(str(rows["members"])), day=pl.lit(str(rows["day"])))


def walk_watch(world: World, figure: Figure) -> Walked:
    """From the imports that an outlook stands on to the probability; of a signal, its threshold and value."""
    _, _, inner = figure.table.partition(":")
    rows = watch_rows(world, inner, figure.rows).filter(
        *(pl.col(key).cast(pl.String) == str(value) for key, value in figure.rows.items())
    )
    row = rows.row(0, named=True)
    if inner == "series":
        table = "prices_monthly" if row["signal"].startswith("price_") else "trade_reported"
        steps = (step("trail.step.watch_threshold", None, row["threshold"], ""),)
        value = step("trail.step.watch_value", row["threshold"], row["value"], figure.unit, what=row["state"])
        return Walked(steps=(*steps, value), sources=(source_of(world, table, _months(world, table, row)),))
    column = figure.steps[-1].removeprefix("take ")
    taken = _ORDER[: _ORDER.index(column) + 1]
    before, found = None, []
    for name in taken:
        found.append(step(f"trail.step.outlook_{name}", before, row[name], "share"))
        before = row[name]
    wanted = (
        pl.col("importer") == row["importer"],
        pl.col("hs_code") == row["hs_code"],
        pl.col("year").is_in([row["year"] - 1, row["year"] - 2]),
    )
    trade = with_repairs(world, world.scan("trade").filter(*wanted).collect())
    return Walked(steps=tuple(found), sources=(source_of(world, "trade", trade),))


#: Columns of an outlook, from the simplest answer to ours.
_ORDER: Final = ("base_rate", "volatility_only", "probability")


def _months(world: World, table: str, row: Mapping[str, object]) -> pl.DataFrame:
    """The rows of the month of a signal."""
    year, month = (int(part) for part in str(row["state"]).split("-"))
    frame = world.scan(table).filter(pl.col("year") == year, pl.col("month") == month)
    if table == "prices_monthly":
        return frame.filter(pl.col("series") == row["item"]).collect()
    code, flow = str(row["item"]).split(" ")
    ends = ("reporter", "partner") if flow == "import" else ("partner", "reporter")
    places = (pl.col(ends[0]) == row["member"], pl.col(ends[1]) == row["partner"])
    return frame.filter(pl.col("hs_code") == code, pl.col("flow") == flow, *places).collect()
