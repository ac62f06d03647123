"""What the other methods say of the same shock: bars with the range over their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from pactolus.catalogue.origins import Claim, Figure
from pactolus.reports.desk import scenario_figures as f
from pactolus.reports.desk.runs import Run
from pactolus.reports.document import Chart, Section
from pactolus.reports.sections import quantities as q
from pactolus.reports.sections.words import country, phrase_term

if TYPE_CHECKING:
    import polars as pl

    from pactolus.catalogue.world import World
    from pactolus.disruption.scenarios.reach import Place

__all__ = ["methods"]

#: Methods that are drawn, in order; no change is zero.
_SHOWN: Final = ("rule", "uniform", "proportional", "kernel", "cascade", "quota", "armington")


def methods(world: World, run: Run, place: Place, frame: pl.DataFrame) -> Section:
    """Bars a method and member.

    Parameters
    ----------
    world : World
    run : Run
    place : tuple of str
        Mineral and stage.
    frame : polars.DataFrame
        `pactolus.disruption.effects.side_by_side.compare` of the same scenario.
    """
    rows = {
        (row["engine"], row["importer"]): row
        for row in frame.iter_rows(named=True)
        if (row["mineral"], row["stage"]) == place
    }
    groups = [
        {
            "label": country(m),
            "member": m,
            "values": [_figure(world, run, place, m, engine, rows.get((engine, m))) for engine in _SHOWN],
        }
        for m in run.importers
    ]
    ends = [one.low for group in groups for one in group["values"] if one.low is not None]  # type: ignore[attr-defined]
    chart = Chart(
        id="methods",
        title="desk_scenario.engines.title",
        kind="bars",
        data={
            "categories": [phrase_term(f"desk_scenario.engine.{engine}") for engine in _SHOWN],
            "groups": groups,
            "low": min(0.0, *ends) if ends else 0.0,
            "measure": phrase_term("desk_scenario.measure.year"),
        },
        notes=(Claim(key="desk_scenario.engines.range"),),
        origins=f.origins_of(world, run),
    )
    return Section(
        id="methods",
        title="desk_scenario.engines.title",
        blocks=(*f.fictitious(run), Claim(key="desk_scenario.engines.lead"), chart),
    )


def _figure(
    world: World, run: Run, place: Place, member: str, engine: str, row: Mapping[str, Any] | None
) -> Figure:
    said = {**f.rows_of(run, place, member), "engine": engine}
    steps = ("other methods on the median shock", "take lost_t")
    if row is None or row["status"] != "ok":
        known = row and row["status"] != "no_answer"  # it did not settle
        return q.missing(row["status"] if row and known else "not_applicable", "t", "engines", said, steps)
    return Figure(
        value=row["lost_t"],
        unit="t",
        low=row["low_t"],
        high=row["high_t"],
        table="engines",
        rows=said,
        steps=steps,
        origins=f.origins_of(world, run),
    )
