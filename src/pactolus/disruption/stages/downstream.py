"""What a scenario does further down: the stages made of what is cut, and the metals that come with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from pactolus.disruption.history.priors import duration_prior, size_prior
from pactolus.disruption.scenarios.reach import base_year, places_of
from pactolus.disruption.scenarios.scenario import KINDS
from pactolus.disruption.stages.byproducts import COLUMNS as BYPRODUCT_COLUMNS
from pactolus.disruption.stages.byproducts import LABEL, byproduct_cut, shares_of
from pactolus.disruption.stages.chain import COLUMNS as STAGE_COLUMNS
from pactolus.disruption.stages.coupled import Strike, coupled
from pactolus.errors import NoAnswerError
from pactolus.terms.countries import entity

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.history.events import Event
    from pactolus.disruption.scenarios.scenario import Scenario, Shock
    from pactolus.disruption.stages.chain import Chained

__all__ = ["DOWNSTREAM_COLUMNS", "byproducts_of", "stages_of"]

#: Columns of `stages_of`: a year's sums of `pactolus.disruption.stages.chain.COLUMNS`.
DOWNSTREAM_COLUMNS: Final = ("scenario", "mineral", *(name for name in STAGE_COLUMNS if name != "month"))
_SUMMED: Final = (
    "output_t",
    "cut_low_t",
    "cut_t",
    "cut_high_t",
    "imports_t",
    "lost_low_t",
    "lost_t",
    "lost_high_t",
)


def stages_of(world: World, scenario: Scenario, events: list[Event]) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Output and imports that are lost at the stages after the one that is cut, over twelve months.

    Parameters
    ----------
    world : World
    scenario : Scenario
    events : list of Event
        Whose sizes are taken where the scenario gives no cut.

    Returns
    -------
    DataFrame
        `DOWNSTREAM_COLUMNS`: one row a stage and country that makes less of it, and one for each importer
        that is looked at. A number that the world cannot give is empty, with its status.
    tuple of str
        Notes.

    Raises
    ------
    NoAnswerError
        If nothing is known to be made of what is cut.
    """
    import polars as pl

    parts: list[pl.DataFrame] = []
    notes: list[str] = []
    looked_at = sorted({one for name in scenario.importers for one in entity(name).members})
    for mineral, found in _chains(world, scenario, events, notes):
        table = found.table
        sums = (
            table.group_by("stage", "country", maintain_order=True)
            .agg(
                *(pl.col(name).sum() for name in _SUMMED),
                *(pl.col(name).null_count().alias(f"{name}_gaps") for name in _SUMMED),
                pl.col("explained").first(),
                pl.col("output_status", "import_status").first(),
            )
            .with_columns(pl.when(pl.col(f"{n}_gaps") == 0).then(pl.col(n)).alias(n) for n in _SUMMED)
        )
        head = {"scenario": pl.lit(scenario.scenario), "mineral": pl.lit(mineral)}
        shown = pl.col("country").is_in(looked_at) | (pl.col("cut_high_t") > 0)
        parts.append(sums.filter(shown).with_columns(**head).select(DOWNSTREAM_COLUMNS))
    if not parts:
        raise NoAnswerError("; ".join(notes) or "nothing is known to be made of what is cut")
    return pl.concat(parts), tuple(dict.fromkeys(notes))


def byproducts_of(
    world: World, scenario: Scenario, events: list[Event]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Metals that come with what is no longer processed: `pactolus.disruption.stages.byproducts.COLUMNS`.

    Raises
    ------
    NoAnswerError
        If no by-product is known of any stage that is cut.
    """
    import polars as pl

    parts: list[pl.DataFrame] = []
    notes = [LABEL]
    for mineral, found in _chains(world, scenario, events, notes):
        for stage in found.table["stage"].unique(maintain_order=True).to_list()[1:]:  # where it is processed
            cuts = found.cut_shares(stage)
            for share in shares_of(mineral) if cuts else ():
                year = base_year(world, scenario.year)
                parts.append(byproduct_cut(world, mineral, cuts, share.byproduct, year))
    if not parts:
        raise NoAnswerError("; ".join(notes[1:]) or "no by-product is known of what is cut")
    return pl.concat(parts).select(BYPRODUCT_COLUMNS), tuple(dict.fromkeys(notes))


def _chains(
    world: World, scenario: Scenario, events: list[Event], notes: list[str]
) -> Iterator[tuple[str, Chained]]:
    """Every chain that a shock of an exporter begins; why there is none goes to the notes."""
    for shock in scenario.shocks:
        if shock.exporter is None:
            notes.append(f"{shock.kind}: passed on to no stage; only shocks of an exporter are")
            continue
        strike = _strike(shock, events)
        for mineral in dict.fromkeys(place[0] for place in places_of(shock)):
            try:
                found = coupled(world, mineral, strike, year=scenario.year)
            except NoAnswerError as error:
                notes.append(str(error))
                continue
            notes += found.notes
            yield mineral, found


def _strike(shock: Shock, events: list[Event]) -> Strike:
    """The shock with its own cut and months, or those of its kind."""
    cut, months = shock.cut, shock.lasting
    if cut is None:
        prior = size_prior("feared" if shock.confidence == "feared" else KINDS[shock.kind], events)
        cut, months = (prior.low, prior.mean, prior.high), (12.0, 12.0)
    if months is None:
        length = duration_prior(shock.kind)
        months = (length.low, length.median, length.high)
    return Strike(
        exporter=str(shock.exporter),
        cut=cut,
        months=months,
        outage=shock.kind == "outage",
        targets=shock.hit,
        stages=shock.stages,
    )
