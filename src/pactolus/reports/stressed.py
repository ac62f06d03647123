"""Results of scenarios for a report: one run a scenario and year serves its figures and trails.

A scenario is named by its line (`pactolus.disruption.scenarios.spec`); runs of ready ones are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.disruption.effects.alternatives import Alternatives, alternatives
from pactolus.disruption.effects.monthly import by_month
from pactolus.disruption.effects.stresses import Stress, seen_by, stress
from pactolus.disruption.scenarios.spec import scenario_of_spec
from pactolus.policy.register import register
from pactolus.reports.trail_parts import Walked, source_of, step, with_repairs

__all__ = [
    "ROWS",
    "keep_runs",
    "losses_of",
    "month_rows",
    "overlap_rows",
    "stress_rows",
    "supplier_rows",
    "walk_stress",
]

Rows = Mapping[str, str | int | float]


def losses_of(world: World, scenario: str, year: int, importers: Sequence[str]) -> pl.DataFrame:
    """Losses of a scenario on the trade of a year, each importer (``KOR``, ``KOR+JPN``) for itself."""
    plain: World = getattr(world, "_world", world)
    found = _run(plain, scenario, year)
    rows = seen_by(plain, scenario_of_spec(scenario, plain), year, found.drawn, importers)
    return rows.with_columns(scenario=pl.lit(scenario))


def _run(world: World, scenario: str, year: int) -> Stress:
    plain = "~" not in scenario and not scenario.startswith("{")
    return _kept(world, scenario, year) if plain else _worked(world, scenario, year)


def _worked(world: World, scenario: str, year: int) -> Stress:
    return stress(world, replace(scenario_of_spec(scenario, world), year=year))


#: Runs that are kept, with all their draws: a brief asks for each ready scenario several times.
KEPT: Final = 16


@lru_cache(maxsize=KEPT)
def _kept(world: World, scenario: str, year: int) -> Stress:
    return _worked(world, scenario, year)


def keep_runs(most: int) -> None:
    """Keep fewer runs from now on: a desk that stays up is asked much and has one memory."""
    global _kept
    _kept = lru_cache(maxsize=most)(_kept.__wrapped__)


def stress_rows(world: World, rows: Rows) -> pl.DataFrame:
    """Losses that the rows of a figure name."""
    return losses_of(world, str(rows["scenario"]), int(rows["year"]), [str(rows["importer"])])


def overlap_rows(world: World, rows: Rows) -> pl.DataFrame:
    """What importers would ask of the same suppliers, with the day whose measures close some."""
    return _others(world, rows).overlap.with_columns(_day_of(rows), _line_of(rows))


def supplier_rows(world: World, rows: Rows) -> pl.DataFrame:
    """What each importer would ask of each other supplier, with the day whose measures close some."""
    return _others(world, rows).suppliers.with_columns(
        _day_of(rows), _line_of(rows), together=pl.lit(_all(rows))
    )


def month_rows(world: World, rows: Rows) -> pl.DataFrame:
    """Losses by month, with the baselines; ``month`` is the first day as text."""
    plain: World = getattr(world, "_world", world)
    year = int(rows["year"])
    read = replace(scenario_of_spec(str(rows["scenario"]), plain), year=year)
    found = stress(plain, replace(read, importers=(str(rows["importer"]),)))
    return by_month(found, beside=True).with_columns(
        _line_of(rows), year=pl.lit(year), month=pl.col("month").dt.to_string("%Y-%m-%d")
    )


def _day_of(rows: Rows) -> pl.Expr:
    return pl.lit(str(rows["day"])).alias("day")


def _line_of(rows: Rows) -> pl.Expr:
    return pl.lit(str(rows["scenario"])).alias("scenario")


def _all(rows: Rows) -> str:
    return str(rows.get("together", rows["importer"]))


def _others(world: World, rows: Rows) -> Alternatives:
    plain: Any = getattr(world, "_world", world)
    importers = tuple(_all(rows).split("+"))
    name, year, day = str(rows["scenario"]), int(rows["year"]), date.fromisoformat(str(rows["day"]))
    scenario = replace(scenario_of_spec(name, plain), year=year, importers=importers)
    losses = losses_of(plain, name, year, importers)
    return alternatives(plain, scenario, losses, register(), day)


#: What follows the colon in the name of a table -> its rows.
ROWS: Final[Mapping[str, Callable[[World, Rows], pl.DataFrame]]] = {
    "": stress_rows,
    "overlap": overlap_rows,
    "alternatives": supplier_rows,
    "months": month_rows,
}


def walk_stress(world: World, figure: Figure) -> Walked:
    """From the imports of the year to the number that is printed."""
    rows = figure.rows
    place = (str(rows["mineral"]), str(rows["stage"]))
    row = (
        stress_rows(world, rows)
        .filter(pl.col("mineral") == place[0], pl.col("stage") == place[1])
        .row(0, named=True)
    )
    column = next(one for one in reversed(figure.steps) if one.startswith("take ")).removeprefix("take ")
    if figure.table == "stress:months":
        column = f"month {column}"
    steps = [
        step("trail.step.stress_base", None, row["base_t"], "t"),
        step("trail.step.stress_bought", row["base_t"], row["bought_t"], "t"),
        step("trail.step.stress_cut", None, row["cut"], "share"),
        step("trail.step.stress_size", None, row["size"], "share"),
    ]
    if column == "base_t":
        steps = steps[:1]
    for key, name in _WAYS[column]:
        value = figure.value if key in _LAST else row.get(name, figure.value)
        unit = figure.unit if key in _LAST else _UNITS.get(name, "t")
        steps.append(step(f"trail.step.stress_{key}", None, value, unit))
    plain: World = getattr(world, "_world", world)
    drawn = _run(plain, str(rows["scenario"]), int(rows["year"])).drawn[place]
    members = [drawn.trade.importers[n] for n in drawn.which(str(rows["importer"]))]
    wanted = (
        pl.col("importer").is_in(members),
        pl.col("year") == int(rows["year"]),
        pl.col("hs_code").is_in(list(drawn.codes)),
    )
    trade = with_repairs(world, world.scan("trade").filter(*wanted).collect())
    return Walked(steps=tuple(steps), sources=(source_of(world, "trade", trade),))


_BOTH: Final = (("uniform", "uniform_t"), ("proportional", "proportional_t"), ("lost", "lost_t"))
#: Printed column -> further steps, each a phrase and the column of its value.
_WAYS: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "uniform_t": _BOTH[:1],
    "proportional_t": _BOTH[1:2],
    "lost_t": _BOTH,
    "lost_share": (*_BOTH, ("share", "lost_share")),
    "price_mid": (("price", "price_mid"),),
    "base_t": (),
    "same_t": (*_BOTH, ("same", "same_t")),
    "alone_t": (*_BOTH, ("alone", "alone_t")),
    "asked_t": (*_BOTH, ("asked", "asked_t")),
    "together_t": (*_BOTH, ("together", "together_t")),
    "overlap_t": (*_BOTH, ("overlap", "overlap_t")),
    "unmet_t": (*_BOTH, ("unmet", "unmet_t")),
    "room_t": (("room", "room_t"),),
    "month lost_t": (*_BOTH, ("month", "")),
    "month uniform_t": (*_BOTH[:1], ("month", "")),
    "month proportional_t": (*_BOTH[1:2], ("month", "")),
}
#: Last steps whose value is that of the figure.
_LAST: Final = ("month",)
_UNITS: Final[Mapping[str, str]] = {"lost_share": "share", "price_mid": "1"}
