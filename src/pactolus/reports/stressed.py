"""Results of ready scenarios for a report: one run a scenario and year serves its figures and trails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from pactolus.catalogue.world import World
from pactolus.disruption.alternatives import alternatives
from pactolus.disruption.library import ready
from pactolus.disruption.stresses import Stress, seen_by, stress
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


def walk_stress(world: World, rows: Rows, unit: str) -> Walked:
    """From the imports of the year to the loss that is printed."""
    place = (str(rows["mineral"]), str(rows["stage"]))
    row = (
        stress_rows(world, rows)
        .filter(pl.col("mineral") == place[0], pl.col("stage") == place[1])
        .row(0, named=True)
    )
    steps = [
        step("trail.step.stress_base", None, row["base_t"], "t"),
        step("trail.step.stress_bought", row["base_t"], row["bought_t"], "t"),
        step("trail.step.stress_cut", None, row["cut"], "share"),
        step("trail.step.stress_size", None, row["size"], "share"),
        step("trail.step.stress_uniform", None, row["uniform_t"], "t"),
        step("trail.step.stress_proportional", None, row["proportional_t"], "t"),
        step("trail.step.stress_lost", None, row["lost_t"], "t"),
    ]
    if unit == "share":
        steps.append(step("trail.step.stress_share", row["lost_t"], row["lost_share"], "share"))
    plain: World = getattr(world, "_world", world)
    drawn = _run(plain, str(rows["scenario"]), int(rows["year"])).drawn[place]
    members = [drawn.trade.importers[n] for n in drawn.which(str(rows["importer"]))]
    wanted = (
        pl.col("importer").is_in(members),
        pl.col("year") == int(rows["year"]),
        pl.col("hs_code").is_in(list(drawn.codes)),
    )
    return Walked(
        steps=tuple(steps),
        sources=(
            source_of(world, "trade", with_repairs(world, world.scan("trade").filter(*wanted).collect())),
        ),
    )
