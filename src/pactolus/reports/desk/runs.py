"""Runs of a scenario for a page: small, so that many are kept; the draws behind them are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pactolus.disruption.effects.alternatives import Alternatives, alternatives
from pactolus.disruption.effects.monthly import by_month
from pactolus.disruption.effects.stresses import entities_of, stress
from pactolus.disruption.scenarios.reach import base_year
from pactolus.disruption.scenarios.spec import scenario_of_spec
from pactolus.policy.register import register

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.effects.caveats import Caveat
    from pactolus.disruption.scenarios.reach import Place
    from pactolus.disruption.scenarios.scenario import Scenario

__all__ = ["Run", "others_of", "run_of"]

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Run:
    """What `pactolus shock run` gives for some importers and a year.

    Attributes
    ----------
    spec : str
        The scenario in one line (`pactolus.disruption.scenarios.spec`).
    scenario : Scenario
        With the importers and the year that were asked.
    year : int
    entities : tuple of str
        The importers, and all of them together.
    losses : polars.DataFrame
        `pactolus.disruption.effects.stresses.COLUMNS`.
    months : mapping
        Place and entity -> rows of `by_month` with the baselines; none where there is no trade.
    caveats : tuple of Caveat
    """

    spec: str
    scenario: Scenario
    year: int
    entities: tuple[str, ...]
    losses: pl.DataFrame
    rows: Mapping[tuple[Place, str], Row]
    months: Mapping[tuple[Place, str], Sequence[Row]]
    caveats: tuple[Caveat, ...]

    @property
    def importers(self) -> tuple[str, ...]:
        """Each for itself."""
        return self.scenario.importers

    @property
    def places(self) -> tuple[Place, ...]:
        """Minerals at stages with trade, the one of which most tonnes are bought of what is cut first."""
        found = dict.fromkeys(place for place, _ in self.months)
        return tuple(sorted(found, key=lambda place: (-self._bought(place), place)))

    def _bought(self, place: Place) -> float:
        row = self.rows.get((place, self.entities[-1]))
        return float(row["bought_t"] or 0.0) if row else 0.0


@lru_cache(maxsize=6)
def run_of(world: World, spec: str, importers: tuple[str, ...], year: int | None) -> Run:
    """Work a scenario out, or take it from the last ones: the same draws as on the command line.

    Parameters
    ----------
    world : World
    spec : str
    importers : tuple of str
    year : int or None
        Of the trade; that of the scenario, else the last one, if None.

    Raises
    ------
    InputError, UnknownTermError
        If the line cannot be read.
    OptionError
        If the year lies outside the trade table.
    NoAnswerError
        If the trade table holds none of the trade that is cut.
    """
    read = scenario_of_spec(spec, world)
    chosen = base_year(world, read.year if year is None else year)
    scenario = replace(read, importers=importers, year=chosen)
    found = stress(world, scenario)
    months: dict[tuple[Place, str], list[Row]] = {}
    for row in by_month(found, beside=True).iter_rows(named=True):
        months.setdefault(((row["mineral"], row["stage"]), row["importer"]), []).append(row)
    rows = {((r["mineral"], r["stage"]), r["importer"]): r for r in found.losses.iter_rows(named=True)}
    return Run(
        spec=spec,
        scenario=scenario,
        year=chosen,
        entities=tuple(entities_of(scenario)),
        losses=found.losses,
        rows=rows,
        months=months,
        caveats=found.caveats,
    )


@lru_cache(maxsize=6)
def others_of(
    world: World, spec: str, importers: tuple[str, ...], year: int | None, on: date
) -> Alternatives:
    """Who else could deliver under the measures of a day, and what the importers would ask of the same."""
    run = run_of(world, spec, importers, year)
    return alternatives(world, run.scenario, run.losses, register(), on)
