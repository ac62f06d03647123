"""Results of ready scenarios for a report: one run a scenario and year serves its figures and trails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

import polars as pl

from pactolus.catalogue.origins import Figure
from pactolus.catalogue.world import World
from pactolus.disruption.effects.alternatives import alternatives
from pactolus.disruption.effects.stresses import Stress, seen_by, stress
from pactolus.disruption.scenarios.library import ready
from pactolus.policy.register import register
from pactolus.reports.trail_parts import Walked, source_of, step, with_repairs

__all__ = ["losses_of", "overlap_rows", "stress_rows", "walk_stress"]

Rows = Mapping[str, str | int | float]


def losses_of(world: World, scenario: str, year: int, importers: Sequence[str]) -> pl.DataFrame:
    """Losses of a ready scenario on the trade of a year, each importer (``KOR``, ``KOR+JPN``) for itself."""
    plain: World = getattr(world, "_world", world)
    found = _run(plain, scenario, year)
    return seen_by(plain, ready(scenario, plain), year, found.drawn, importers)


@lru_cache(maxsize=64)
def _run(world: World, scenario: str, year: int) -> Stress:
    return stress(world, replace(ready(scenario, world), year=year))


def stress_rows(world: World, rows: Rows) -> pl.DataFrame:
    """Losses that the rows of a figure name."""
    return losses_of(world, str(rows["scenario"]), int(rows["year"]), [str(rows["importer"])])


def overlap_rows(world: World, rows: Rows) -> pl.DataFrame:
    """What importers would ask of the same suppliers, with the day whose measures close some."""
    plain: Any = getattr(world, "_world", world)
    importers = tuple(str(rows["importer"]).split("+"))
    name, year, day = str(rows["scenario"]), int(rows["year"]), date.fromisoformat(str(rows["day"]))
    scenario = replace(ready(name, plain), year=year, importers=importers)
    losses = losses_of(plain, name, year, importers)
    found = alternatives(plain, scenario, losses, register(), day)
    return found.overlap.with_columns(day=pl.lit(day.isoformat()))


def walk_stress(world: World, figure: Figure) -> Walked:
    """From the imports of the year to the number that is printed."""
    rows = figure.rows
    place = (str(rows["mineral"]), str(rows["stage"]))
    row = (
        stress_rows(world, rows)
        .filter(pl.col("mineral") == place[0], pl.col("stage") == place[1])
        .row(0, named=True)
    )
    column = figure.steps[-1].removeprefix("take ")
    steps = [
        step("trail.step.stress_base", None, row["base_t"], "t"),
        step("trail.step.stress_bought", row["base_t"], row["bought_t"], "t"),
        step("trail.step.stress_cut", None, row["cut"], "share"),
        step("trail.step.stress_size", None, row["size"], "share"),
    ]
    for key, name in _WAYS[column]:
        value = row.get(name, figure.value)
        steps.append(step(f"trail.step.stress_{key}", None, value, _UNITS.get(name, "t")))
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
    "same_t": (*_BOTH, ("same", "same_t")),
}
_UNITS: Final[Mapping[str, str]] = {"lost_share": "share", "price_mid": "1"}
