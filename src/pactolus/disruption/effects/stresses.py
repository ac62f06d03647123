"""A scenario on a world: tonnes lost by importer, beside the baselines, with 80 % intervals and prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from pactolus.disruption.effects.cuts import Trade
from pactolus.disruption.effects.losses import Drawn, Past, draw, rows_of
from pactolus.disruption.history.events import events_of
from pactolus.disruption.history.intervals import CLASSES, NOISE, gaps
from pactolus.disruption.history.priors import duration_prior, size_prior
from pactolus.disruption.scenarios.reach import Place, base_year, codes_of, flows_of, places, places_of
from pactolus.disruption.scenarios.scenario import KINDS, Scenario
from pactolus.errors import NoAnswerError
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.history.events import Event

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
    """

    losses: pl.DataFrame
    notes: tuple[str, ...]
    drawn: Mapping[Place, Drawn] = field(repr=False)


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
    silent: list[str] = []
    for place in places(scenario):
        hits = [shock for shock in scenario.shocks if place in places_of(shock)]
        flows = flows_of(world, place, hits, year, scenario.declared)
        if flows is None:
            silent.append(_nothing_said(world, place))
        else:
            drawn[place] = draw(place, trade_of(flows), hits, past, seed, codes_of(place, hits, year))
    if not drawn:
        raise NoAnswerError("; ".join(silent) or "the trade table holds none of the trade that is cut")
    losses = seen_by(world, scenario, year, drawn, entities_of(scenario))
    notes = (*silent, *_notes(scenario, past.events), *_limits(losses))
    return Stress(losses=losses, notes=notes, drawn=drawn)


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


def _nothing_said(world: World, place: Place) -> str:
    """No trade: what is known of the world's production instead."""
    import polars as pl

    said = f"{place[0]} ({place[1]}): no trade of it in this world, so nothing can be said of importers"
    made = world.scan("production").filter(pl.col("mineral") == place[0], pl.col("quantity") > 0).collect()
    if not made.height:
        return said
    one = made.sort("year", "source", "raw_material", descending=[True, True, False]).row(0, named=True)
    key = ("source", "raw_material", "year")
    listed = made.filter(*(pl.col(name) == one[name] for name in key)).sort("quantity", descending=True)
    share = float(listed["quantity"][0]) / float(listed["quantity"].sum())
    return (
        f"{said}; world production of {one['raw_material']} in {one['year']} ({one['source']}): "
        f"{listed['country'][0]} {share:.0%}"
    )


def _schema() -> dict[str, Any]:
    import polars as pl

    texts = ("scenario", "mineral", "stage", "importer", "grade", "status")
    whole = ("year", "rank")
    return {c: pl.String if c in texts else pl.Int64 if c in whole else pl.Float64 for c in COLUMNS}


def _notes(scenario: Scenario, events: Sequence[Event]) -> list[str]:
    found = []
    for shock in scenario.shocks:
        who = "+".join(shock.exporters) or shock.kind
        if shock.cut is None and shock.kind in KINDS:
            kind = "feared" if shock.confidence == "feared" else KINDS[shock.kind]
            prior = size_prior(kind, events)
            found.append(
                f"{who}: the cut is drawn from the prior of the kind {kind}: {prior.events} past events of "
                f"its own, borrowing from {prior.of_all}; {prior.low:.2f} to {prior.high:.2f} of a year"
            )
        if shock.lasting is None and shock.kind != "surge":
            length = duration_prior(shock.kind)
            ended = length.events - length.censored
            found.append(
                f"{who}: months are drawn from {length.events} past cases of "
                f"{length.stands_in or length.kind}, of which {ended} ended; "
                f"{length.low:.1f} to {length.high:.1f}"
            )
        if shock.confidence == "feared":
            found.append(f"{who}: feared, not confirmed; treating a fear as a ban did harm in the past")
    if scenario.fictitious:
        found.append("FICTITIOUS: the tonnes of this scenario are made up for an exercise")
    found.append("annual tonnes, gross weight; stocks, contracts and grades are not known to these data")
    return found


def _limits(losses: pl.DataFrame) -> list[str]:
    """What the rows themselves cannot carry."""
    import polars as pl

    found = []
    weak = losses.filter(pl.col("grade") == "C").select("mineral", "stage").unique(maintain_order=True)
    found += [f"{m} ({s}): grade C, so from trade alone; nothing is balanced" for m, s in weak.iter_rows()]
    lost = losses.filter(pl.col("status") == "not_distinguishable")
    if lost.height:
        found.append(
            f"{lost.height} of {losses.height} rows: exposure x cut below {NOISE:g}, "
            "not distinguishable from normal variation"
        )
    if losses["lost_low_t"].fill_null(0.0).lt(0.0).any():
        found.append(
            "a negative lost_low_t: in one of ten past cases of its kind imports were higher than before"
        )
    return found
