"""A scenario on a world: tonnes lost by importer, beside the baselines, with 80 % intervals and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.caveats import Caveat, limits, no_trade, of_scenario
from pactolus.disruption.effects.cuts import Trade
from pactolus.disruption.effects.losses import Drawn, Past, draw, rows_of
from pactolus.disruption.history.events import events_of
from pactolus.disruption.history.intervals import CLASSES, gaps
from pactolus.disruption.scenarios.reach import (
    Place,
    base_year,
    codes_of,
    flows_of,
    places,
    places_of,
    traded,
)
from pactolus.disruption.scenarios.scenario import Scenario
from pactolus.errors import NoAnswerError
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.scenario import Shock

__all__ = ["COLUMNS", "Stress", "entities_of", "past_of", "seen_by", "stress", "trade_of"]

#: Columns of `Stress.losses`.
COLUMNS: Final = (
    "scenario",
    "mineral",
    "stage",
    "importer",
    "year",
    "base_t",
    "bought_t",
    "cut",
    "size",
    "lost_t",
    "lost_low_t",
    "lost_high_t",
    "lost_share",
    "uniform_t",
    "proportional_t",
    "price_low",
    "price_mid",
    "price_high",
    "rank",
    "grade",
    "status",
)


@dataclass(frozen=True, kw_only=True)
class Stress:
    """What a scenario costs.

    Attributes
    ----------
    losses : polars.DataFrame
        `COLUMNS`, one row a mineral, stage and importer, and one for all importers together. `status` is
        ``ok``, ``not_distinguishable`` (exposure x cut below 0.15: lost in normal variation) or
        ``no_trade_data``. `rank` orders importers by lost share where the shock is large, else it is empty.
    notes : tuple of str
        What a reader must know.
    drawn : mapping of (mineral, stage) to Drawn
        The draws behind the rows, for other tables of the same run.
    caveats : tuple of Caveat
        The notes as values.
    """

    losses: pl.DataFrame
    notes: tuple[str, ...]
    drawn: Mapping[Place, Drawn] = field(repr=False)
    caveats: tuple[Caveat, ...] = ()


def stress(world: World, scenario: Scenario, *, seed: int = 0) -> Stress:
    """Work out a scenario.

    Parameters
    ----------
    world : World
    scenario : Scenario
    seed : int
        Of the draws.

    Raises
    ------
    OptionError
        If the year lies outside the trade table.
    NoAnswerError
        If the trade table holds none of the trade that is cut.
    """
    year = base_year(world, scenario.year)
    past = past_of(world)
    drawn: dict[Place, Drawn] = {}
    silent: list[Caveat] = []
    for place in places(scenario):
        hits = [shock for shock in scenario.shocks if place in places_of(shock)]
        trade = _trade_at(world, place, hits, year, scenario)
        if trade is None:
            silent.append(no_trade(world, place))
        else:
            codes = codes_of(place, hits, year)
            drawn[place] = draw(place, trade, hits, past, seed, codes, scenario.spare)
    if not drawn:
        said = "; ".join(one.text for one in silent)
        raise NoAnswerError(said or "the trade table holds none of the trade that is cut")
    losses = seen_by(world, scenario, year, drawn, entities_of(scenario))
    caveats = (*silent, *of_scenario(scenario, past.events), *limits(losses))
    return Stress(losses=losses, notes=tuple(one.text for one in caveats), drawn=drawn, caveats=caveats)


def _trade_at(
    world: World, place: Place, hits: Sequence[Shock], year: int, scenario: Scenario
) -> Trade | None:
    """Trade of a place as a matrix; that of the world is made once."""
    if any((one.mineral, one.stage) == place for one in scenario.declared):
        flows = flows_of(world, place, hits, year, scenario.declared)
        return None if flows is None else trade_of(flows)
    return _matrix(world, tuple(codes_of(place, hits, year)), year)


@lru_cache(maxsize=128)
def _matrix(world: World, codes: tuple[str, ...], year: int) -> Trade | None:
    flows = traded(world, codes, year)
    return None if flows is None else trade_of(flows)


def seen_by(
    world: World, scenario: Scenario, year: int, drawn: Mapping[Place, Drawn], entities: Sequence[str]
) -> pl.DataFrame:
    """Losses of some importers from draws that were made for all of them: `COLUMNS`."""
    import polars as pl

    head = {"scenario": scenario.scenario, "year": year}
    rows: list[dict[str, Any]] = []
    for place in places(scenario):
        if place in drawn:
            grade = _grade(world, place, year)
            rows += rows_of(place, drawn[place], entities, past_of(world), grade)
        else:
            rows += [_nothing(place, one) for one in scenario.importers]
    return pl.DataFrame(
        [{name: (head | row).get(name) for name in COLUMNS} for row in rows], schema=_schema()
    )


def entities_of(scenario: Scenario) -> list[str]:
    """Importers of a scenario, and all of them together."""
    together = ["+".join(scenario.importers)] if len(scenario.importers) > 1 else []
    members = [one for name in scenario.importers for one in entity(name).members]
    return [*scenario.importers, *(together if len(set(members)) == len(members) else [])]


def trade_of(flows: pl.DataFrame) -> Trade:
    """Flows as a matrix."""
    table = flows.pivot(on="exporter", index="importer", values="t").fill_null(0.0)
    exporters = [name for name in table.columns if name != "importer"]
    return Trade(
        importers=table["importer"].to_list(),
        exporters=exporters,
        tonnes=table.select(exporters).to_numpy(),
    )


@lru_cache(maxsize=256)
def _grade(world: World, place: Place, year: int) -> str | None:
    return _grades(world).get((*place, year))


@lru_cache(maxsize=4)
def _grades(world: World) -> Mapping[tuple[str, str, int], str]:
    """Grade of each mineral, stage and year that has one."""
    if "grades" not in world.derived_tables:
        return {}
    rows = world.scan_derived("grades").select("mineral", "stage", "year", "grade").collect()
    return {(mineral, stage, year): grade for mineral, stage, year, grade in rows.drop_nulls().rows()}


@lru_cache(maxsize=4)
def past_of(world: World) -> Past:
    """Events of a world, and their gaps by class of exposure, the same on every machine."""
    import numpy as np

    events = events_of(world)
    table = gaps(events)
    kind = np.searchsorted(CLASSES, table["exposure"].to_numpy(), side="right")
    values = table["gap"].to_numpy()
    return Past(events=events, pool=[values[kind == number] for number in range(len(CLASSES))])


def _nothing(place: Place, importer: str) -> dict[str, Any]:
    return {"mineral": place[0], "stage": place[1], "importer": importer, "status": "no_trade_data"}


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("scenario", "mineral", "stage", "importer", "grade", "status")
    whole = ("year", "rank")
    return {c: pl.String if c in texts else pl.Int64 if c in whole else pl.Float64 for c in COLUMNS}
